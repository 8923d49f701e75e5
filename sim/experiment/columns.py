"""A replication as a flat table of numbers: one row an address, one column a period.

What a page needs of a replication while others are still being run, and little enough to keep: the
value of every measure over the whole run, each full year and each month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from sim.experiment.headlines import EVERYWHERE
from sim.experiment.replication import Replication
from sim.experiment.summary import ALL, MONTHS, years_in
from sim.measure.series import Series

Values = list[float | None]
OUTCOMES = ("met", "late", "open_past_due", "closed_overdue")
# Measures of stages or roles that are also given for all places together (`*`, as in headlines).
POOLED = ("on_transfer_list", "over_limit", "in_date", "on_time")


class Span(NamedTuple):
    """A period: ``all``, a run year ``1``, ``2`` ..., or a month ``2026-04``; end excluded."""

    period: str
    first: int
    end: int


class Row(NamedTuple):
    """One address and its value in each span; None where it has none."""

    measure: str
    where: str
    unit: str
    values: Values


def spans(months: Sequence[str]) -> list[Span]:
    """List the whole run, its full years and its months."""
    years = range(len(months) // MONTHS)
    return [
        Span(ALL, 0, len(months)),
        *(Span(str(year + 1), MONTHS * year, MONTHS * (year + 1)) for year in years),
        *(Span(label, month, month + 1) for month, label in enumerate(months)),
    ]


def rows(replication: Replication, over: Sequence[Span]) -> list[Row]:
    """Write every number of a replication that a page may show.

    Besides the measures of `sim.measure.series.MEANINGS`: some of them for all places
    together (``in_date:cin_review@*``); ``promises_met:cin_review@STAGE`` and so on, counts by
    outcome; ``days_late:cin_review:STATE@STAGE`` and ``flow:TO@FROM``, both a year.
    """
    return [
        *(_row(series, over) for series in replication.series),
        *_pooled(replication, over),
        *_outcomes(replication, over),
        *_lateness(replication, over),
        *_flows(replication, over),
    ]


def _row(series: Series, over: Sequence[Span]) -> Row:
    values = [series.value(span.first, span.end) for span in over]
    return Row(series.measure, series.where, series.unit, values)


def _pooled(replication: Replication, over: Sequence[Span]) -> Iterator[Row]:
    parts: dict[str, list[Series]] = {}
    for series in replication.series:
        if series.measure.partition(":")[0] in POOLED:
            parts.setdefault(series.measure, []).append(series)
    for measure, found in parts.items():
        upper = [sum(month) for month in zip(*(s.over for s in found), strict=True)]
        lower = None
        if found[0].under is not None:
            lower = [sum(month) for month in zip(*(s.under or () for s in found), strict=True)]
        yield _row(Series(measure, EVERYWHERE, found[0].how, upper, lower), over)


def _outcomes(replication: Replication, over: Sequence[Span]) -> Iterator[Row]:
    for outcome in replication.outcomes:
        for name in OUTCOMES:
            counts: Sequence[int] = getattr(outcome, name)
            values: Values = [float(sum(counts[span.first : span.end])) for span in over]
            yield Row(f"promises_{name}:{outcome.timescale}", outcome.stage, "promises", values)


def _lateness(replication: Replication, over: Sequence[Span]) -> Iterator[Row]:
    for (timescale, stage), states in replication.lateness.items():
        for state, days in states.items():
            values: Values = [_a_year(days, span) for span in over]
            if any(values):
                measure = f"days_late:{timescale}:{state}"
                yield Row(measure, stage, "working days a year", values)


def _flows(replication: Replication, over: Sequence[Span]) -> Iterator[Row]:
    moves: dict[tuple[str, str], list[int]] = {}
    for (origin, to, _), counts in replication.flows.items():
        known = moves.setdefault((origin, to), [0] * len(counts))
        moves[origin, to] = [a + b for a, b in zip(known, counts, strict=True)]
    for (origin, to), total in moves.items():
        values: Values = [_a_year(total, span) for span in over]
        yield Row(f"flow:{to}", origin, "moves a year", values)


def _a_year(by_month: Sequence[float], span: Span) -> float:
    return sum(by_month[span.first : span.end]) / years_in(span.first, span.end)
