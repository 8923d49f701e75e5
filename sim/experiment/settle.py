"""How long the first day shows in the differences between delivery models.

Each model begins with the same children, placed by its own rule, but not with the caseload that it
would have come to by itself. Of a few measures of the whole service, each year's difference from
the first model is set against that of the last year, future by future. A year is left out if it, or
one after it, is shown to differ from the last: if the interval of that change leaves out zero.
As many such intervals are looked at, each has a confidence such that all together hold at 95%
(Bonferroni; Law 2015, Simulation Modeling and Analysis, 9.6 and 10.4). More futures show more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from sim.experiment.headlines import EVERYWHERE, Headline
from sim.experiment.replication import Replication
from sim.experiment.summary import CONFIDENCE, MONTHS

FEWEST_YEARS = 3
# What is looked at: how many children there are, what is done for them, what is late, who changes.
WATCHED = (
    Headline("children", "service"),
    Headline("hours_worked", EVERYWHERE),
    Headline("backlog_hours", "service"),
    Headline("in_date:cin_review", EVERYWHERE),
    Headline("holder_changes", "service"),
)


@dataclass(frozen=True, slots=True)
class Settling:
    """The difference of one measure from the first model, year by year.

    Attributes
    ----------
    headline
        The measure.
    model
        The place of the model that is compared with the first.
    by_year
        Mean difference in each full year; None where the measure has no value.
    differs
        Of each year but the last, whether it is shown to differ from the last.
    """

    headline: Headline
    model: int
    by_year: tuple[float | None, ...]
    differs: tuple[bool, ...]


def settling(runs: Sequence[Sequence[Replication]], months: int) -> tuple[Settling, ...]:
    """Follow each measure's difference from the first model over the full years.

    Parameters
    ----------
    runs
        Of each model, its finished replications, the same ones in the same order.
    """
    first, *others = runs
    years = months // MONTHS
    if years < FEWEST_YEARS:
        return ()
    looks = len(WATCHED) * len(others) * (years - 1)
    return tuple(
        _settling(headline, place, _apart(first, other, headline, years), looks)
        for headline in WATCHED
        for place, other in enumerate(others, start=1)
    )


def _apart(
    ours: Sequence[Replication], theirs: Sequence[Replication], headline: Headline, years: int
) -> list[list[float]]:
    """Give the difference by future and year; not a number where there is none."""

    def value(replication: Replication, year: int) -> float:
        found = headline.over(replication, MONTHS * year, MONTHS * (year + 1))
        return float("nan") if found is None else found

    return [
        [value(b, year) - value(a, year) for year in range(years)]
        for a, b in zip(ours, theirs, strict=True)
    ]


def _settling(headline: Headline, place: int, apart: list[list[float]], looks: int) -> Settling:
    values = np.array(apart)
    means = values.mean(axis=0)
    return Settling(
        headline,
        place,
        tuple(None if np.isnan(mean) else float(mean) for mean in means),
        tuple(
            _leaves_out_zero(values[:, year] - values[:, -1], looks)
            for year in range(values.shape[1] - 1)
        ),
    )


def _leaves_out_zero(changes: np.ndarray[tuple[int], np.dtype[np.float64]], looks: int) -> bool:
    number = len(changes)
    if number < 2 or np.isnan(changes).any():
        return False
    t = float(stdtrit(number - 1, 1.0 - (1.0 - CONFIDENCE) / looks / 2.0))
    return bool(abs(changes.mean()) > t * changes.std(ddof=1) / number**0.5)


def years_to_leave_out(found: Sequence[Settling]) -> int | None:
    """Return how many years to leave out; None if that is more than half, or nothing is known."""
    if not found:
        return None
    years = len(found[0].by_year)
    last = max(
        (y for each in found for y, differs in enumerate(each.differs) if differs), default=-1
    )
    return last + 1 if last + 1 <= years // 2 else None
