"""How many full-time equivalents of one role keep every target, and why one step fewer does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.sizing.evidence import Rule, Verdict, judge, together
from sim.sizing.futures import Futures
from sim.sizing.posts import Posts, with_posts
from sim.sizing.search import fewest
from sim.sizing.targets import Goal, Years
from sim.theory.twin import Twin

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

BATCH = 4  # futures between looks
LIMIT = 200  # futures of one level, after which it stays in doubt
FULL = 0.9  # load at which the twin's guess is made
ERROR = 0.05  # chance that the answer is wrong, outside the zone of indifference


class StoppedError(Exception):
    """Ctrl-C was typed before there was an answer."""


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    scenario
        As it is now.
    posts
        Which posts, and how many there may be.
    goals
        What is to be kept; all of them.
    confidence
        In what share of possible years; None: on average.
    years
        Which years of the run.
    """

    scenario: Loaded[Scenario]
    posts: Posts
    goals: tuple[Goal, ...]
    confidence: float | None
    years: Years
    limit: int = LIMIT

    def loaded(self, level: float) -> Loaded[Scenario]:
        """Give the scenario with so many full-time equivalents."""
        return with_posts(self.scenario, {self.posts.pool: level})


@dataclass(frozen=True, slots=True)
class Tried:
    """One number of posts, and what is known of it.

    Attributes
    ----------
    level
        Full-time equivalents.
    verdict, verdicts
        On all targets, and on each.
    futures
        What was seen.
    """

    level: float
    verdict: Verdict
    verdicts: tuple[Verdict, ...]
    futures: Futures


@dataclass(frozen=True)
class Answer:
    """What came of it.

    Attributes
    ----------
    question
        What was asked.
    best
        The fewest that are enough, judged; None if no number in the range is.
    again
        The same number on fresh futures.
    below
        One step fewer; None if the fewest in the range are enough, or it was not judged.
    tried
        All numbers judged, the fewest posts first.
    out_of_order
        Levels of which the fewer were enough and the more were not.
    guess
        Where the twin pointed.
    spent
        Futures simulated in all.
    """

    question: Question
    best: Tried | None
    again: Tried | None
    below: Tried | None
    tried: tuple[Tried, ...]
    out_of_order: tuple[tuple[float, float], ...]
    guess: float
    spent: int


@dataclass
class Sizing:
    """A search in hand.

    Attributes
    ----------
    question
        What is asked.
    seed, jobs, store, engine
        As for `sim.experiment.run.run`.
    on_done
        Called after each future with its level and how many have been simulated.
    simulated
        Gives the futures of a level, after so many numbers; by default by simulating it.
    guess
        Says where to begin.
    """

    question: Question
    seed: int
    jobs: int | None = None
    store: Store | None = None
    engine: Engine | None = None
    on_done: Callable[[float, int], None] | None = None
    simulated: Callable[[Question, float, int], Futures] | None = None
    guess: Callable[[Question], float] = field(default=lambda question: guess_of(question))
    tried: dict[float, Tried] = field(default_factory=dict)
    spent: int = 0

    def answer(self) -> Answer:
        """Search, and test what is found on fresh futures.

        Where the fresh futures say it is not enough after all, the next step up is looked at.

        Raises
        ------
        StoppedError
            If Ctrl-C was typed.
        ScenarioError
            If a scenario with so many posts cannot be used.
        """
        asked = self.question
        levels = asked.posts.levels
        guess = self.guess(asked)
        found = fewest(len(levels), levels.index(guess), self._judge_at)
        place, again = found.place, None
        while place is not None:
            again = self._judged(levels[place], fresh=True)
            if again.verdict is Verdict.ENOUGH:
                break
            place = place + 1 if place + 1 < len(levels) else None
            if place is not None:
                self._judge_at(place)
        below = None
        if place:
            self._judge_at(place - 1)
            below = self.tried[levels[place - 1]]
        return Answer(
            question=asked,
            best=self.tried[levels[place]] if place is not None else None,
            again=again,
            below=below,
            tried=tuple(self.tried[level] for level in sorted(self.tried)),
            out_of_order=tuple((levels[a], levels[b]) for a, b in found.out_of_order),
            guess=guess,
            spent=self.spent,
        )

    def _judge_at(self, place: int) -> Verdict:
        level = self.question.posts.levels[place]
        if level not in self.tried:
            self.tried[level] = self._judged(level, fresh=False)
        return self.tried[level].verdict

    def _judged(self, level: float, *, fresh: bool) -> Tried:
        """Simulate a level until it is known whether it is enough."""
        asked = self.question
        futures = (self.simulated or self._futures)(asked, level, asked.limit if fresh else 0)
        rule = Rule(asked.confidence, ERROR / 2.0)

        def look() -> tuple[Verdict, ...]:
            return tuple(judge(g, futures.of_goal(n), rule) for n, g in enumerate(asked.goals))

        verdicts: Sequence[Verdict] = (Verdict.IN_DOUBT,)
        while together(verdicts) is Verdict.IN_DOUBT and len(futures.known) < asked.limit:
            number = min(BATCH, asked.limit - len(futures.known))
            if not futures.more(number, lambda: self._tell(level)):
                raise StoppedError
            verdicts = look()
        return Tried(level, together(verdicts), tuple(verdicts), futures)

    def _futures(self, asked: Question, level: float, before: int) -> Futures:
        return Futures(
            loaded=asked.loaded(level),
            goals=asked.goals,
            years=asked.years,
            seed=self.seed,
            jobs=self.jobs,
            store=self.store,
            engine=self.engine,
            before=before,
        )

    def _tell(self, level: float) -> None:
        self.spent += 1
        if self.on_done is not None:
            self.on_done(level, self.spent)


def guess_of(question: Question) -> float:
    """Give the fewest with which the twin's load of the role is at most nine tenths.

    The twin's load is that of the hours asked for in equilibrium over the hours there are, which
    go with the full-time equivalents, so that one estimate is enough for all levels.
    """
    levels = question.posts.levels
    middle = levels[len(levels) // 2]
    if middle <= 0.0:
        return levels[-1]
    pool = Twin(question.loaded(middle)).pools.get(question.posts.pool)
    if pool is None or pool.available <= 0.0:
        return middle
    needed = (pool.needed + pool.reserved) / FULL / (pool.available / middle)
    return next((level for level in levels if level >= needed), levels[-1])
