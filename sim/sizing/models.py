"""Delivery models, each with as many posts as keep the same targets, to be compared on cost.

Of each model the posts of all teams that hold children are scaled by one factor, as they are for
`same-cost`: the mix of roles is the model's own. Whether another mix would be cheaper is not looked
at; `caseload size` with several posts does that.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.arms import Arm
from sim.experiment.headlines import Known
from sim.experiment.staffing import NoSuchStaffingError, posts_of, refuse_dated, scaled_by
from sim.sizing.length import USUAL, expected
from sim.sizing.posts import Posts
from sim.sizing.question import Answer, Question
from sim.sizing.size import FULL, Sizing
from sim.sizing.targets import MONTHS, SizingRefusedError, check_goals, read_goal, years_of
from sim.theory.traffic import NoExpectationError
from sim.theory.twin import Twin

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario
    from sim.sizing.cheapest import Place

FEWEST, MOST = 0.5, 2.0  # between which the factor is looked for
STEP = 0.5  # full-time equivalents, of all posts scaled together
LIMIT = 40  # futures of one staffing, after which it stays in doubt: not taken as enough


@dataclass(frozen=True)
class ModelQuestion(Question):
    """How many posts a model needs, all scaled by one factor; there is one level, their sum."""

    def loaded(self, place: Place) -> Loaded[Scenario]:
        """Give the scenario with so many in all."""
        return scaled_by(self.scenario, self.levels(place)[0] / scaled_fte(self.scenario))


@dataclass(frozen=True)
class Sized:
    """A model and the posts it needs.

    Attributes
    ----------
    given
        The model as it is stated.
    stated
        Full-time equivalents of the posts that are scaled, as they are stated.
    answer
        What was found: the level of the answer is how many are needed.
    """

    given: Arm
    stated: float
    answer: Answer

    @property
    def needed(self) -> float | None:
        """Full-time equivalents that keep the targets; None if none were found that do."""
        return None if self.answer.best is None else self.answer.best.levels[0]

    @property
    def factor(self) -> float:
        """By what the stated posts are scaled; 1 if nothing was found."""
        return 1.0 if self.needed is None else self.needed / self.stated


def scaled_fte(loaded: Loaded[Scenario]) -> float:
    """Give the full-time equivalents of the posts that are scaled, as stated."""
    return sum(posts.fte for posts in posts_of(loaded.scenario) if posts.scaled)


def ask_of_models(
    arms: Sequence[Arm],
    targets: Sequence[str],
    *,
    confidence: float | None = None,
    period: str | None = None,
    limit: int = LIMIT,
) -> list[ModelQuestion]:
    """Check what is asked, of each model.

    Parameters
    ----------
    targets, confidence, period, limit
        As for `sim.sizing.asking.ask`.

    Raises
    ------
    SizingRefusedError
        If it cannot be answered; names the model.
    """
    if not targets:
        raise SizingRefusedError("--staffing sized needs --target 'MEASURE@WHERE >= NUMBER'")
    goals = tuple(map(read_goal, targets))
    questions = []
    for arm in arms:
        known = Known.of(arm.loaded)
        try:
            refuse_dated(arm.loaded.scenario)
            check_goals(goals, known)
        except (NoSuchStaffingError, SizingRefusedError) as refusal:
            raise SizingRefusedError(f"in '{arm.name}': {refusal}") from None
        stated = scaled_fte(arm.loaded)
        if stated <= 0.0:
            raise SizingRefusedError(f"'{arm.name}' has no posts in teams that hold children")
        questions.append(
            ModelQuestion(
                scenario=arm.loaded,
                posts=(Posts("", _levels(stated)),),
                goals=goals,
                confidence=confidence,
                years=years_of(known.years * MONTHS, period),
                limit=limit,
            )
        )
    return questions


def _levels(stated: float) -> tuple[float, ...]:
    first, last = math.ceil(stated * FEWEST / STEP), math.floor(stated * MOST / STEP)
    return tuple(n * STEP for n in range(first, last + 1))


def size_models(
    arms: Sequence[Arm],
    questions: Sequence[ModelQuestion],
    *,
    seed: int,
    jobs: int | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
    on_done: Callable[[int, int], None] | None = None,
) -> list[Sized]:
    """Size each model.

    Parameters
    ----------
    seed, jobs, store, engine
        As for `sim.experiment.run.run`.
    on_done
        Called with how many futures have been simulated, and about how many it may take.

    Raises
    ------
    StoppedError
        If Ctrl-C was typed.
    ScenarioError
        If a model cannot be used with so many posts.
    """
    sized: list[Sized] = []
    before = 0
    for place, (arm, question) in enumerate(zip(arms, questions, strict=True)):

        def tell(done: int, before: int = before, left: int = len(arms) - place - 1) -> None:
            if on_done is not None:
                on_done(before + done, before + expected(done) + left * USUAL)

        sizing = Sizing(question, seed, jobs, store, engine, tell, guess=guess_of_model)
        answer = sizing.answer()
        before += answer.spent
        sized.append(Sized(arm, scaled_fte(arm.loaded), answer))
    return sized


def guess_of_model(question: Question) -> Place:
    """Give the fewest with which the twin's load of the busiest role scaled is nine tenths.

    As many as are stated, where the twin cannot say.
    """
    stated = scaled_fte(question.scenario)
    needed = stated
    scaled = {f"{p.team}.{p.role}" for p in posts_of(question.scenario.scenario) if p.scaled}
    try:
        pools = Twin(question.scenario).pools
        needed *= max(pools[pool].load for pool in scaled if pool in pools) / FULL
    except NoExpectationError:
        pass
    levels = question.posts[0].levels
    return (next((n for n, fte in enumerate(levels) if fte >= needed), len(levels) - 1),)
