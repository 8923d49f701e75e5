"""Starting with nobody, and finding what has to be cut off before the service has filled.

A run that starts empty says at first how a service fills, not how it is. Where that ends is found
by MSER (White 1997, An effective truncation heuristic for bias reduction in simulation output,
Simulation 69): of all points at which a series could be cut, the one after which its average is
known best, its variance over how much is left being least. It is taken of batches of five values
(MSER-5; White, Cobb and Spratt 2000), averaged over the replications, and must lie in the first
half of a series (Hoad, Robinson and Davies 2010, Automating warm-up length estimation, Journal of
the Operational Research Society 61): later, the series is too short. They seek it in the whole
series and refuse it in the second half; here it is sought in the first half and refused in the
middle, where the error is still getting less. In what has a long memory, as children who stay for
years, the far end of a series often seems better by chance: theirs refuses several times as often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

import numpy as np

from sim.experiment.replication import Outcome, Replication
from sim.scenario.load import with_sets

if TYPE_CHECKING:
    from sim.experiment.run import Results
    from sim.measure.series import Series
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

BATCH = 5  # months
FEWEST_BATCHES = 10  # the variance of half as many is small by chance
ROUNDING = 1e-12
WATCHED = ("open_children", "open_requests")  # what fills; all else follows it
QUICK = "mash"  # it empties within days, so that what it shows by month is only chance


class NoWarmUpError(Exception):
    """No point was found at which the service has filled; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Settled:
    """Where a series has settled.

    Attributes
    ----------
    address
        ``measure[:what]@where``.
    after
        Months from the start; None if it has not within the first half.
    """

    address: str
    after: int | None


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What was cut from the beginning of every replication.

    Attributes
    ----------
    months
        The labels of the months that were cut; none if the service was as it is from the start.
    of
        How many months there were.
    settled
        Each series that was looked at; the last to settle decided.
    """

    months: tuple[str, ...]
    of: int
    settled: tuple[Settled, ...]


def emptied(loaded: Loaded[Scenario]) -> Loaded[Scenario]:
    """Give the scenario with nobody open on the first day.

    People in post and their absences stay as they are, and so do the children who are not open but
    may come back: they are of the population, not of the caseload.
    """
    counts = (f"day_one.children.{name}=0" for name in loaded.scenario.day_one.children)
    own = ["day_one.caseload=null"] if loaded.scenario.day_one.caseload else []
    return with_sets(loaded, [*counts, *own])


def mser(values: Sequence[float], batch: int = BATCH) -> int | None:
    """Say how many values to cut from the beginning of a series.

    Of batch means Y(1) ... Y(n), those up to the d with the least sum of squares about the average
    of the rest, over the square of their number: sum((Y(i) - mean)^2, i > d) / (n - d)^2.

    Returns
    -------
    int or None
        A multiple of `batch`; None if it is not before the middle, or there are too few values.
    """
    n = len(values) // batch
    if n < FEWEST_BATCHES:
        return None
    means = np.asarray(values[: n * batch], dtype=float).reshape(n, batch).mean(axis=1)
    if np.ptp(means) <= ROUNDING * np.abs(means).max():
        return 0  # it never varies
    error = [float(means[d:].var()) / (n - d) for d in range(n // 2 + 1)]
    d = int(np.argmin(error))
    return d * batch if d < n // 2 else None


def settling(results: Results) -> tuple[Settled, ...]:
    """Find where the number of children open in each stage, and of requests at desks, settles."""
    found = []
    for versions in zip(*(r.series for r in results.replications), strict=True):
        one = versions[0]
        if one.measure.partition(":")[0] in WATCHED and one.where != QUICK:
            found.append(Settled(one.address, mser(_average(versions, len(results.months)))))
    return tuple(found)


def _average(versions: Sequence[Series], months: int) -> list[float]:
    """Average a series over the replications, month by month."""
    values = [[s.value(month, month + 1) or 0.0 for month in range(months)] for s in versions]
    return [float(mean) for mean in np.mean(values, axis=0)]


def without_warm_up(results: Results) -> Results:
    """Cut the beginning of every replication, up to where the last series that fills settles.

    Raises
    ------
    NoWarmUpError
        If one of them does not within the first half.
    """
    settled = settling(results)
    never = [each.address for each in settled if each.after is None]
    if never:
        raise NoWarmUpError(_no_warm_up(never, results))
    cut = max((each.after or 0 for each in settled), default=0)
    months = results.months
    return replace(
        results,
        replications=tuple(_cut(r, cut) for r in results.replications),
        months=months[cut:],
        warm_up=WarmUp(months[:cut], len(months), settled),
    )


def _no_warm_up(never: Sequence[str], results: Results) -> str:
    horizon = results.loaded.scenario.horizon
    least = FEWEST_BATCHES * BATCH
    if len(results.months) < least:
        return f"{horizon} are too short to find a warm-up in: it takes {least} months or more"
    return (
        f"from an empty start no warm-up can be found in {horizon}: {', '.join(never)} had not "
        "settled within the first half (by MSER-5), so that any average would be of a service that "
        "still fills. Run longer (--horizon), with more futures (--replications), or from the "
        "day-one caseload, without --cold-start"
    )


def _cut(replication: Replication, months: int) -> Replication:
    """Leave out the first months of everything that is kept by month."""
    return replace(
        replication,
        series=tuple(
            s._replace(over=s.over[months:], under=s.under[months:] if s.under else s.under)
            for s in replication.series
        ),
        flows={key: counts[months:] for key, counts in replication.flows.items()},
        outcomes=tuple(_cut_outcome(outcome, months) for outcome in replication.outcomes),
        work={
            key: (hours[months:], number[months:])
            for key, (hours, number) in replication.work.items()
        },
        lateness={
            cell: {state: days[months:] for state, days in states.items()}
            for cell, states in replication.lateness.items()
        },
    )


def _cut_outcome(outcome: Outcome, months: int) -> Outcome:
    by_month = {
        field.name: getattr(outcome, field.name)[months:]
        for field in fields(outcome)
        if isinstance(getattr(outcome, field.name), tuple)
    }
    return replace(outcome, **by_month)
