"""How many full-time equivalents keep every target, and why one step fewer of any does not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.sizing.cheapest import Found, Place, cheapest
from sim.sizing.evidence import FEWEST, Rule, Verdict, judge, together
from sim.sizing.exchanging import FUTURES, Exchange, exchanges
from sim.sizing.futures import Futures
from sim.sizing.helping import Helped, helped
from sim.sizing.question import LIMIT, Answer, Question, Tried
from sim.sizing.unasked import Unasked, how_many, unasked
from sim.theory.traffic import NoExpectationError
from sim.theory.twin import Twin

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

__all__ = ["LIMIT", "Answer", "Question", "Sizing", "StoppedError", "Tried", "guess_of"]

BATCH = 4  # futures between looks
FULL = 0.9  # load at which the twin's guess is made
ERROR = 0.05  # chance that the answer is wrong, outside the zones of indifference
# Chance of "enough" where it is not, while searching. What is found is tested again on fresh
# futures, which know nothing of the search: both go wrong with a chance of at most the product.
WHILE_SEARCHING = 0.2
WHEN_TESTED = ERROR / 2.0 / WHILE_SEARCHING


class StoppedError(Exception):
    """Ctrl-C was typed before there was an answer."""


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
        Called after each future with how many have been simulated.
    simulated, as_stated
        Give the futures of a combination, and of the posts stated, after so many numbers; by
        default by simulating them.
    guess
        Says where to begin.
    """

    question: Question
    seed: int
    jobs: int | None = None
    store: Store | None = None
    engine: Engine | None = None
    on_done: Callable[[int], None] | None = None
    simulated: Callable[[Question, Place, int], Futures] | None = None
    as_stated: Callable[[Question, int], Futures] | None = None
    guess: Callable[[Question], Place] = field(default=lambda question: guess_of(question))
    tried: dict[Place, Tried] = field(default_factory=dict)
    refuted: dict[Place, Tried] = field(default_factory=dict)
    spent: int = 0

    def answer(self) -> Answer:
        """Search, and test what is found on fresh futures.

        What fresh futures do not find enough after all is taken as not enough, and the search goes
        on from there.

        Raises
        ------
        StoppedError
            If Ctrl-C was typed.
        ScenarioError, SizingRefusedError
            If a scenario with so many posts cannot be used.
        """
        asked = self.question
        costs, guess = asked.costs(), self.guess(asked)
        begin, again = guess, None
        while True:
            found = cheapest(costs, begin, self.judge)
            if found.place is None:
                break
            again = self._judged(found.place, fresh=True)
            if again.verdict is Verdict.ENOUGH:
                break
            self.refuted[found.place] = again
            begin, again = found.place, None
        below = () if found.place is None else self._below(found.place)
        out_of_order = self._out_of_order(found)
        more_helped = self._helped(found, out_of_order)
        exchanged = self._exchanges(found.place, below)
        rest = self._unasked(again)
        return Answer(
            question=asked,
            best=None if found.place is None else self.tried[found.place],
            again=again,
            below=below,
            tried=tuple(self.tried[place] for place in sorted(self.tried)),
            out_of_order=out_of_order,
            guess=asked.levels(guess),
            spent=self.spent,
            helped=more_helped,
            exchanges=exchanged,
            unasked=rest,
            refuted=tuple(self.refuted.values()),
        )

    def _below(self, place: Place) -> tuple[Tried, ...]:
        """Judge one step fewer of each post: the search may have ruled it out without looking."""
        fewer = [
            (*place[:axis], n - 1, *place[axis + 1 :]) for axis, n in enumerate(place) if n > 0
        ]
        for each in fewer:
            self.judge(each)
        return tuple(self.tried[each] for each in fewer)

    def _helped(
        self, found: Found, out_of_order: Sequence[tuple[Tried, Tried]]
    ) -> tuple[Helped, ...]:
        """See whether more posts help, where that is in question."""
        if found.place is None:
            shape = self.question.costs().shape
            fewest, most = tuple(0 for _ in shape), tuple(n - 1 for n in shape)
            self.judge(fewest)
            self.judge(most)
            pair = (self.tried[fewest], self.tried[most])
        elif out_of_order:
            pair = out_of_order[0]
        else:
            return ()
        fewer, more = pair
        self._look_further(pair, FEWEST)
        return tuple(
            helped(goal, n, (fewer.levels, fewer.futures), (more.levels, more.futures))
            for n, goal in enumerate(self.question.goals)
            if more.verdicts[n] is not Verdict.ENOUGH
        )

    def _exchanges(self, place: Place | None, below: Sequence[Tried]) -> tuple[Exchange, ...]:
        """See at what rate posts stand in for each other, where two or more could be fewer."""
        if place is None or len(below) < 2:
            return ()
        best = self.tried[place]
        self._look_further((best, *below), FUTURES)
        return exchanges(self.question, best, below)

    def _unasked(self, again: Tried | None) -> Unasked | None:
        """See what becomes of what no target asks for, instead of with the posts stated.

        The fresh futures of the answer know nothing of the search, and the posts stated live
        through the same.
        """
        asked = self.question
        if again is None or not asked.unasked:
            return None
        stated = asked.stated()
        if stated == again.levels:
            return Unasked(stated, (), 0)
        number = how_many(len(again.futures.known))
        self._look_further((again,), number)
        before = (self.as_stated or self._futures_as_stated)(asked, asked.limit)
        if not before.more(min(number, asked.limit), self._tell):
            raise StoppedError
        return unasked(asked.unasked, stated, before, again.futures)

    def _look_further(self, some: Sequence[Tried], least: int) -> None:
        """See that each has been looked at in so many futures."""
        for tried in some:
            missing = min(least, self.question.limit) - len(tried.futures.known)
            if missing > 0 and not tried.futures.more(missing, self._tell):
                raise StoppedError

    def _out_of_order(self, found: Found) -> tuple[tuple[Tried, Tried], ...]:
        verdicts = {place: tried.verdict for place, tried in self.tried.items()}
        pairs = Found(found.place, verdicts).out_of_order
        return tuple((self.tried[a], self.tried[b]) for a, b in pairs)

    def judge(self, place: Place) -> Verdict:
        """Judge a combination of the question, once."""
        if place not in self.tried:
            self.tried[place] = self._judged(place, fresh=False)
        return Verdict.IN_DOUBT if place in self.refuted else self.tried[place].verdict

    def _judged(self, place: Place, *, fresh: bool) -> Tried:
        """Simulate a combination until it is known whether it is enough."""
        asked = self.question
        futures = (self.simulated or self._futures)(asked, place, asked.limit if fresh else 0)
        too_soon = WHEN_TESTED if fresh else WHILE_SEARCHING
        rule = Rule(asked.confidence, ERROR / 2.0, too_soon=too_soon)

        def look() -> tuple[Verdict, ...]:
            return tuple(judge(g, futures.of_goal(n), rule) for n, g in enumerate(asked.goals))

        verdicts: Sequence[Verdict] = (Verdict.IN_DOUBT,)
        while together(verdicts) is Verdict.IN_DOUBT and len(futures.known) < asked.limit:
            number = min(BATCH, asked.limit - len(futures.known))
            if not futures.more(number, self._tell):
                raise StoppedError
            verdicts = look()
        return Tried(place, asked.levels(place), together(verdicts), tuple(verdicts), futures)

    def _futures(self, asked: Question, place: Place, before: int) -> Futures:
        return self._of(asked, asked.loaded(place), before)

    def _futures_as_stated(self, asked: Question, before: int) -> Futures:
        return self._of(asked, asked.scenario, before)

    def _of(self, asked: Question, loaded: Loaded[Scenario], before: int) -> Futures:
        return Futures(
            loaded=loaded,
            goals=asked.goals,
            years=asked.years,
            seed=self.seed,
            jobs=self.jobs,
            store=self.store,
            engine=self.engine,
            before=before,
            beside=asked.beside,
            unasked=asked.unasked,
        )

    def _tell(self) -> None:
        self.spent += 1
        if self.on_done is not None:
            self.on_done(self.spent)


def guess_of(question: Question) -> Place:
    """Give the fewest of each post with which the twin's load of it is at most nine tenths.

    The twin's load is that of the hours asked for in equilibrium over the hours there are, which
    go with the full-time equivalents, so that one estimate is enough for all levels. The middle of
    each range where the twin cannot say.
    """
    middle = tuple(len(each.levels) // 2 for each in question.posts)
    try:
        pools = Twin(question.loaded(middle)).pools
    except NoExpectationError:
        return middle
    found = []
    for each, place in zip(question.posts, middle, strict=True):
        level, pool = each.levels[place], pools.get(each.pool)
        if pool is None or pool.available <= 0.0 or level <= 0.0:
            found.append(place)
            continue
        needed = (pool.needed + pool.reserved) / FULL / (pool.available / level)
        last = len(each.levels) - 1
        found.append(next((n for n, fte in enumerate(each.levels) if fte >= needed), last))
    return tuple(found)
