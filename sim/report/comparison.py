"""The table that ``caseload compare`` prints, and its file."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.experiment.compare import Compared, Comparison, Difference
from sim.experiment.summary import ALL
from sim.report import wording as words
from sim.report.better import NOT_SHOWN, SAME, verdict
from sim.report.files import plain, write_csv

WIDTH = 100
WIDTHS = (46, 9, 9, 19, 7, 10)
MOST_TOLD = 1_000  # a variance ratio above this tells nothing more: the futures hardly differ
HEADS = ("First", "Other", "Change", "Worth", "")
THOUSAND = 1e-3
KEYS = ("measure", "where", "period", "unit")
ESTIMATED = ("lower", "upper", "p5", "p95")
NUMBERS = ("first_mean", "other_mean", "change", *ESTIMATED, "variance_ratio")
# (title, [(measure, what to call it beside the place)], whether a year's worth is shown)
SECTIONS: tuple[tuple[str, tuple[tuple[str, str], ...], bool], ...] = (
    ("Children open at month ends", (("open_children", ""),), False),
    (
        "Promises",
        (
            ("in_date:cin_review", "reviews in date"),
            ("in_date:child_seen", "visits in date"),
            ("on_time:cin_review", "reviews on time"),
            ("on_time:child_seen", "visits on time"),
            ("on_time:mash_decision", "decisions on time"),
            ("on_time:single_assessment", "on time"),
            ("icpc_in_15_dfe", "ICPC in 15 days"),
        ),
        False,
    ),
    (
        "Work past due at month ends",
        (("backlog", "tasks"), ("backlog_hours", "hours"), ("days_past_due", "days")),
        False,
    ),
    ("Worker load", (("load", ""),), False),
    ("Children held by a full-time worker", (("caseload", ""),), False),
    (
        "Waiting, children at month ends",
        (
            ("unallocated", "no worker"),
            ("on_transfer_list", "to move"),
            ("not_found", "need not known"),
        ),
        False,
    ),
    ("Hours worked a year", (("hours_worked", ""),), True),
    ("Overtime needed, hours a year", (("overtime_needed", ""),), True),
    ("Thousands of pounds a year", (("cost", ""),), True),
)


def table(compared: Compared) -> str:
    """Write the comparison of each scenario with the first."""
    if not compared.comparisons:
        return "No two scenarios have a finished future in common: there is nothing to compare.\n"
    years = len(compared.results[0].months) / 12.0
    lines = list(_heading(compared))
    for comparison in compared.comparisons:
        lines += ["", *_comparison(comparison, years)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(compared: Compared) -> Iterator[str]:
    scenario = compared.arms[0].loaded.scenario
    start = f"{scenario.start.day} {scenario.start:%B %Y}"
    yield f"{scenario.horizon} from {start}; seed {compared.results[0].seed}"
    yield from (
        "Each future is lived through once by each scenario, with the same children and absences.",
        "'Change' is the 95% interval of the average difference; 'worth', how many times as many",
        "futures it would have taken had each scenario had futures of its own. 'Not shown': these",
        "futures cannot tell the two apart there, which is not the same as no difference. Where in",
        "truth there is none, one row in twenty will still seem to show one.",
    )


def _comparison(comparison: Comparison, years: float) -> Iterator[str]:
    number = len(comparison.numbers)
    yield f"First: {comparison.first}"
    yield f"Other: {comparison.other}"
    yield f"{number} possible future{'s' * (number != 1)} in common"
    if number < 2:
        yield "One future shows no more than one anecdote: there are no intervals. Run 10 or more."
    whole = [d for d in comparison.differences if d.change.period == ALL]
    if whole and all(d.same for d in whole if d.change.replications):
        same = "They are the same scenario: every" if comparison.identical else "Every"
        yield f"{same} measure is exactly the same in every future."
        return
    for title, measures, a_year in SECTIONS:
        rows = [
            _row(_label(d, what), d, (1.0 / years if a_year else 1.0) * _unit(measure))
            for measure, what in measures
            for d in whole
            if d.change.measure == measure and _worth_a_row(d)
        ]
        if rows:
            yield ""
            yield _line((title.upper(), *HEADS))
            yield "-" * WIDTH
            yield from rows
    yield ""
    yield from _ending(comparison, whole)


def _unit(measure: str) -> float:
    return THOUSAND if measure == "cost" else 1.0


def _worth_a_row(d: Difference) -> bool:
    """Leave out what is nothing in both, and costs that are the same."""
    if d.change.mean is None or (d.change.measure == "cost" and d.same):
        return False
    return not (d.same and d.first.mean == 0.0)


def _label(d: Difference, what: str) -> str:
    place = words.place(d.change.where)
    return f"{place}, {what}" if what else place


def _row(label: str, d: Difference, factor: float) -> str:
    worth = "" if d.variance_ratio is None else ratio(d.variance_ratio)
    return _line((f" {label}", *numbers(d, factor), worth, verdict(d)))


def numbers(d: Difference, factor: float = 1.0) -> tuple[str, str, str]:
    """Write the first, the other and the interval of the change, as finely as that is known."""
    scale, unit = (100.0, "%") if d.change.unit == "share" else (factor, "")
    half = d.change.half_width
    values = [(each.mean or 0.0) * scale for each in (d.first, d.other)]
    places = words.decimals(None if half is None else half * scale, max(map(abs, values)))
    first, other = (f"{words.number(value, places)}{unit}" for value in values)
    return first, other, change(d, scale, places)


def change(d: Difference, scale: float, places: int) -> str:
    """Write the interval of the change, widened to the last digit shown."""
    if d.same:
        return "0"
    if d.change.lower is None or d.change.upper is None:
        return words.signed((d.change.mean or 0.0) * scale, places)
    step = 10.0**-places
    low = math.floor(d.change.lower * scale / step + 1e-9) * step
    high = math.ceil(d.change.upper * scale / step - 1e-9) * step
    if d.shown and low <= 0.0 <= high:  # never written as if it held zero, which it does not
        low, high = (max(low, step), high) if high > 0.0 else (low, min(high, -step))
    return f"{words.signed(low, places)} to {words.signed(high, places)}"


def _line(cells: Sequence[str]) -> str:
    first, *rest = cells
    aligned = (cell.rjust(width) for cell, width in zip(rest, WIDTHS[1:], strict=True))
    return first.ljust(WIDTHS[0]) + "".join(aligned)


def _ending(comparison: Comparison, whole: Sequence[Difference]) -> Iterator[str]:
    known = [d for d in whole if d.change.replications > 1]
    said = [verdict(d) for d in known]
    shown = len(known) - said.count(NOT_SHOWN) - said.count(SAME)
    if known:
        yield (
            f"Of {len(known)} measures {shown} differ in these futures, {said.count(NOT_SHOWN)} "
            f"are not shown to, {said.count(SAME)} are exactly the same."
        )
    for who, addresses in (
        (comparison.first, comparison.only_first),
        (comparison.other, comparison.only_other),
    ):
        if addresses:
            yield f"Only '{who}' has {len(addresses)} of the measures, such as {addresses[0]}."


def ratio(value: float) -> str:
    """Write a variance ratio with two digits; above a thousand it says no more than that."""
    if math.isinf(value):
        return "all"
    if value > MOST_TOLD:
        return f">{MOST_TOLD:,}"
    return f"{value:,.0f}" if value >= 10 else f"{value:.1f}"


def columns(compared: Compared) -> dict[str, list[Any]]:
    """Make the tidy table: a row for each comparison, measure, place and period.

    Columns: ``first`` and ``other``, what the two are called; ``measure``, ``where``, ``period``,
    ``unit``; ``first_mean`` and ``other_mean``; of the change, future by future, the mean
    (``change``), its 95% interval (``lower``, ``upper``) and where nine futures in ten lie (``p5``,
    ``p95``); ``variance_ratio`` as in `Difference`; ``futures``, how many both have a value in;
    ``verdict``, a word or two.
    """
    pairs = [(each, d) for each in compared.comparisons for d in each.differences]
    changes = [d.change for _, d in pairs]
    return {
        "first": [each.first for each, _ in pairs],
        "other": [each.other for each, _ in pairs],
        **{name: [getattr(c, name) for c in changes] for name in KEYS},
        "first_mean": [d.first.mean for _, d in pairs],
        "other_mean": [d.other.mean for _, d in pairs],
        "change": [c.mean for c in changes],
        **{name: [getattr(c, name) for c in changes] for name in ESTIMATED},
        "variance_ratio": [d.variance_ratio for _, d in pairs],
        "futures": [c.replications for c in changes],
        "verdict": [verdict(d) if d.change.replications else "" for _, d in pairs],
    }


def write_comparison(compared: Compared, folder: Path) -> None:
    """Write every measure and period of every comparison into ``comparison.csv``."""
    found = columns(compared)
    shown = [map(_plain, found[key]) if key in NUMBERS else found[key] for key in found]
    write_csv(folder / "comparison.csv", list(found), zip(*shown, strict=True))


def _plain(value: float | None) -> str:
    return "inf" if value == math.inf else plain(value)
