"""Reading what sizing is asked: which posts, between which numbers, and what is to be kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.experiment.headlines import Known
from sim.sizing.posts import read_posts
from sim.sizing.question import LIMIT, Question
from sim.sizing.targets import (
    MONTHS,
    SizingRefusedError,
    check_goals,
    check_measures,
    read_goal,
    years_of,
)
from sim.sizing.unasked import not_asked_for

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario


def ask(
    loaded: Loaded[Scenario],
    posts: Sequence[tuple[str, str]],
    targets: Sequence[str],
    *,
    step: float = 1.0,
    confidence: float | None = 0.9,
    period: str | None = None,
    limit: int = LIMIT,
    beside: Sequence[str] = (),
) -> Question:
    """Check what is asked.

    Parameters
    ----------
    posts
        ``team.role`` of each, and the range of its full-time equivalents (``4..14``).
    targets
        Each as ``MEASURE@WHERE >= NUMBER``; all are to be kept.
    step
        Full-time equivalents between two numbers.
    confidence
        Share of possible years in which they are to be kept; None: on average.
    period
        Which run years: ``2..4`` or ``3``; by default from the second.
    limit
        Futures of one combination, after which it stays in doubt.
    beside
        Measures that are only told.

    Raises
    ------
    SizingRefusedError, ScenarioError
        If it cannot be answered.
    """
    if not targets:
        raise SizingRefusedError("say what is to be kept: --target 'MEASURE@WHERE >= NUMBER'")
    goals = tuple(map(read_goal, targets))
    known = Known.of(loaded)
    check_goals(goals, known)
    check_measures(beside, known)
    if not posts:
        raise SizingRefusedError("say whose number is to be found: --post TEAM.ROLE")
    if len({pool for pool, _ in posts}) < len(posts):
        raise SizingRefusedError("a --post is given twice")
    question = Question(
        scenario=loaded,
        posts=tuple(read_posts(loaded, pool, span, step) for pool, span in posts),
        goals=goals,
        confidence=confidence,
        years=years_of(known.years * MONTHS, period),
        limit=limit,
        beside=tuple(beside),
        unasked=not_asked_for(goals, known),
    )
    question.costs()  # says if one is missing
    return question


def share_of_years(text_: str) -> float:
    """Read a confidence: 0.9 or 90%.

    Raises
    ------
    ValueError
        If it is not between a half and one.
    """
    number = float(text_[:-1]) / 100.0 if text_.endswith("%") else float(text_)
    if not 0.5 <= number <= 1.0:
        raise ValueError
    return number
