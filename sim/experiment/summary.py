"""What the replications say together: means, their intervals and the range of possible years."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.experiment.replication import Outcome, Replication
from sim.experiment.run import Results

ALL = "all"
MONTHS = 12
LIKELY = (5.0, 95.0)  # percentiles between which nine futures in ten lie
CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Estimate:
    """One measure over one period.

    Attributes
    ----------
    measure, where, period
        ``on_time:cin_review``, ``review_and_intervention``, and ``all`` for the whole run, a run
        year ``1``, ``2`` ... or a month ``2026-04``.
    unit
        Of all the numbers.
    mean
        Over the replications that have a value; None if none has.
    lower, upper
        The 95% interval of that mean (Student's t); None with fewer than two values.
    p5, p95
        Nine replications in ten lie between them: how different the possible futures are.
    replications
        How many had a value.
    """

    measure: str
    where: str
    period: str
    unit: str
    mean: float | None
    lower: float | None
    upper: float | None
    p5: float | None
    p95: float | None
    replications: int

    @property
    def half_width(self) -> float | None:
        """Half the interval of the mean."""
        if self.lower is None or self.upper is None:
            return None
        return (self.upper - self.lower) / 2.0


COLUMNS = tuple(Estimate.__dataclass_fields__)


def columns(estimates: Sequence[Estimate]) -> dict[str, list[Any]]:
    """Make the tidy table of estimates, a row for each; the columns are the attributes of one."""
    return {name: [getattr(each, name) for each in estimates] for name in COLUMNS}


def estimate(
    measure: str, where: str, period: str, unit: str, values: Iterable[float | None]
) -> Estimate:
    """Estimate a measure from its value in each replication (None: it has none there)."""
    known = np.array([value for value in values if value is not None], dtype=float)
    number = len(known)
    if number == 0:
        return Estimate(measure, where, period, unit, None, None, None, None, None, 0)
    mean = float(known.mean())
    low, high = (float(value) for value in np.percentile(known, LIKELY))
    lower = upper = None
    if number > 1:
        # The quantile of Student's t; scipy.stats.t.ppf is the same and slow to import.
        t = float(stdtrit(number - 1, (1.0 + CONFIDENCE) / 2.0))
        half = t * float(known.std(ddof=1)) / number**0.5
        lower, upper = mean - half, mean + half
    return Estimate(measure, where, period, unit, mean, lower, upper, low, high, number)


def periods(results: Results) -> list[tuple[str, int, int]]:
    """List the whole run and its full years: name, first month, month after the last."""
    return _whole_and_years(len(results.months))


def _whole_and_years(months: int) -> list[tuple[str, int, int]]:
    years = [(str(y + 1), MONTHS * y, MONTHS * (y + 1)) for y in range(months // MONTHS)]
    return [(ALL, 0, months), *years]


def spans(months: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Give every period by name: first month, month after the last.

    The whole run, its full years, and its months, whose labels are given.
    """
    found = {name: (first, end) for name, first, end in _whole_and_years(len(months))}
    return found | {label: (month, month + 1) for month, label in enumerate(months)}


def years_in(first: int, end: int) -> float:
    """Give the length of a period of months in years."""
    return (end - first) / MONTHS


def summary(results: Results) -> list[Estimate]:
    """Estimate every measure over the whole run and over each full year."""
    return list(_estimates(results, periods(results)))


def monthly(results: Results) -> list[Estimate]:
    """Estimate every measure in each month."""
    months = [(label, month, month + 1) for month, label in enumerate(results.months)]
    return list(_estimates(results, months))


def _estimates(results: Results, spans: Sequence[tuple[str, int, int]]) -> Iterator[Estimate]:
    for versions in zip(*(r.series for r in results.replications), strict=True):
        series = versions[0]
        for period, first, end in spans:
            values = [version.value(first, end) for version in versions]
            yield estimate(series.measure, series.where, period, series.unit, values)


@dataclass(frozen=True, slots=True)
class Flow:
    """Moves a year from one stage to another (or to ``closed``), for one reason.

    Attributes
    ----------
    origin, to, reason
        Which moves; an empty reason means all of them.
    number
        Moves a year in the period.
    """

    origin: str
    to: str
    reason: str
    number: Estimate


def flows(results: Results, *, by_reason: bool = True) -> list[Flow]:
    """Estimate the moves a year over the whole run and in each full year."""
    keys = sorted({_flow(key, by_reason) for r in results.replications for key in r.flows})
    found = []
    for key in keys:
        for period, first, end in periods(results):
            a_year = years_in(first, end)
            values = [_moves(r, key, first, end, by_reason) / a_year for r in results.replications]
            number = estimate("flow", key[0], period, "moves a year", values)
            found.append(Flow(*key, number))
    return found


def _flow(key: tuple[str, str, str], by_reason: bool) -> tuple[str, str, str]:
    return key if by_reason else (key[0], key[1], "")


def _moves(
    replication: Replication, key: tuple[str, str, str], first: int, end: int, by_reason: bool
) -> int:
    return sum(
        sum(counts[first:end])
        for each, counts in replication.flows.items()
        if _flow(each, by_reason) == key
    )


@dataclass(frozen=True, slots=True)
class TaskHours:
    """What one kind of task takes of a team's role in a year.

    Attributes
    ----------
    pool, kind, period
        Team and role, task kind, and the period.
    hours, number
        Hours of the tasks finished in the period (all their hours), and how many; a year.
    """

    pool: str
    kind: str
    period: str
    hours: Estimate
    number: Estimate


def hours_by_task(results: Results) -> list[TaskHours]:
    """Estimate the hours and number of tasks finished a year, over the whole run and each year."""
    keys = sorted({key for r in results.replications for key in r.work})
    found = []
    for pool, kind in keys:
        for period, first, end in periods(results):
            a_year = years_in(first, end)
            hours, number = (
                estimate(
                    kind,
                    pool,
                    period,
                    unit,
                    [
                        _done(r, (pool, kind), what, first, end) / a_year
                        for r in results.replications
                    ],
                )
                for what, unit in enumerate(("hours a year", "tasks a year"))
            )
            found.append(TaskHours(pool, kind, period, hours, number))
    return found


def _done(r: Replication, key: tuple[str, str], what: int, first: int, end: int) -> float:
    return sum(r.work[key][what][first:end]) if key in r.work else 0.0


@dataclass(frozen=True, slots=True)
class Timescale:
    """How the promises of one timescale that fell due in a period turned out; means.

    Attributes
    ----------
    timescale, stage, period
        Which promises.
    met, late, open_past_due, closed_overdue
        Promises by outcome, as in `Outcome`.
    not_yet_due
        Running at the end of the run and due after it: not counted (whole run only).
    on_time
        The share met of all that fell due.
    """

    timescale: str
    stage: str
    period: str
    met: float
    late: float
    open_past_due: float
    closed_overdue: float
    not_yet_due: float | None
    on_time: Estimate


def timescales(results: Results) -> list[Timescale]:
    """Count how promises turned out, over the whole run and in each full year."""
    found = []
    for versions in zip(*(r.outcomes for r in results.replications), strict=True):
        for period, first, end in periods(results):
            found.append(_timescale(versions, period, first, end))
    return found


def _timescale(versions: tuple[Outcome, ...], period: str, first: int, end: int) -> Timescale:
    one = versions[0]

    def counts(get: Callable[[Outcome], Sequence[int]]) -> list[int]:
        return [sum(get(version)[first:end]) for version in versions]

    met, late = counts(lambda o: o.met), counts(lambda o: o.late)
    still, ended = counts(lambda o: o.open_past_due), counts(lambda o: o.closed_overdue)
    due = [sum(parts) for parts in zip(met, late, still, ended, strict=True)]
    shares = [kept / total if total else None for kept, total in zip(met, due, strict=True)]
    coming = float(np.mean([version.not_yet_due for version in versions]))
    return Timescale(
        timescale=one.timescale,
        stage=one.stage,
        period=period,
        met=float(np.mean(met)),
        late=float(np.mean(late)),
        open_past_due=float(np.mean(still)),
        closed_overdue=float(np.mean(ended)),
        not_yet_due=coming if period == ALL else None,
        on_time=estimate(f"on_time:{one.timescale}", one.stage, period, "share", shares),
    )


@dataclass(frozen=True, slots=True)
class Lateness:
    """Why the work of one timescale was late in a period: time past due in one state.

    Attributes
    ----------
    timescale, stage, period
        Which promises.
    state
        One of `sim.measure.why_late.STATES`.
    days
        Working days past due in that state, a year.
    share
        Of all the working days past due of that timescale there; None where nothing was late.
    """

    timescale: str
    stage: str
    period: str
    state: str
    days: Estimate
    share: float | None


def lateness(results: Results) -> list[Lateness]:
    """Say why work was late, over the whole run and in each full year."""
    found = []
    for cell in results.replications[0].lateness if results.replications else ():
        for period, first, end in periods(results):
            found += _lateness(results, cell, period, first, end)
    return found


def _lateness(
    results: Results, cell: tuple[str, str], period: str, first: int, end: int
) -> list[Lateness]:
    timescale, stage = cell
    a_year = years_in(first, end)
    estimates = {
        state: estimate(
            f"days_late:{timescale}",
            stage,
            period,
            "working days a year",
            [sum(r.lateness[cell][state][first:end]) / a_year for r in results.replications],
        )
        for state in results.replications[0].lateness[cell]
    }
    total = sum(e.mean or 0.0 for e in estimates.values())
    return [
        Lateness(timescale, stage, period, state, e, (e.mean or 0.0) / total if total else None)
        for state, e in estimates.items()
    ]
