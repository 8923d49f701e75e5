"""The coming three years: what becomes of the service if nothing is done, and with each option."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib
import pandas as pd

from sim.experiment.arms import Arm
from sim.experiment.compare import Compared, Comparison, Difference
from sim.experiment.headlines import Headline
from sim.experiment.run import Results
from sim.experiment.summary import ALL, Estimate, monthly, summary
from sim.report import wording
from sim.report.annual import words
from sim.report.annual.dossier import Dossier
from sim.report.better import verdict
from sim.report.comparison import change, write_comparison
from sim.report.drawing import (
    RESOLUTION,
    STYLE,
    Line,
    draw_lines,
    label_lines,
    month_axis,
)
from sim.report.naming import headline_name, input_name
from sim.report.paper import Picture, Section
from sim.review.options import NOTHING_CHANGES, Coming

HEADING = "The coming three years"
BACKLOG = ("backlog", "service")
# What is shown, and where: of some measures every place, of some the service as a whole.
SHOWN: tuple[tuple[str, str], ...] = (
    ("open_children", ""),
    ("in_date:cin_review", ""),
    ("in_date:child_seen", ""),
    BACKLOG,
    ("on_transfer_list", "service"),
    ("unallocated", "service"),
    ("caseload", ""),
    ("load", ""),
    ("cost", "service"),
)
THOUSAND = 1e-3
LETTERS = 30  # of an option's name in the chart
NAMES = {"caseload": "Children for each full-time worker", "cost": "Thousands of pounds a year"}


def coming_years(dossier: Dossier) -> Iterator[Section]:
    """Say what to expect if nothing changes, then what each option changes."""
    found = dossier.coming
    if found is None:
        text = (
            "They were not run for this review. caseload review ... --coming 20 runs them as "
            "things are, --option 'Two posts more[KEY=VALUE]' each option beside that."
        )
        yield Section(HEADING, (text,))
        return
    yield _as_it_is(dossier, found)
    yield Section("Work past due, month by month", (), None, _chart(found), level=2)
    for comparison in found.comparisons:
        yield _option(comparison, found)


def _as_it_is(dossier: Dossier, found: Coming) -> Section:
    start, results = found.now.scenario.start, found.results[0]
    taken = [
        words.AT_THE_END
        if name == "opening"
        else next(words.recalibrated(e) for e in dossier.review.recalibrated if e.name == name)
        for name in found.accepted
    ]
    based = (
        f"Of last year's counts these are taken up: {'; '.join(taken)}. All else is as it was."
        if taken
        else "None of last year's counts is taken up: all inputs are as they were, the number of "
        "children open at the start too."
    )
    futures = len(results.replications)
    text = (
        f"From {words.day(start)}, in {words.many(futures, 'possible future')}: the average, and "
        "in brackets where nine futures in ten lie."
    )
    return Section(f"{HEADING} if nothing changes", (based, text), _years(results))


def _years(results: Results) -> pd.DataFrame:
    every = summary(results)
    years = sorted({e.period for e in every if e.period != ALL})
    by = {(e.measure, e.where, e.period): e for e in every}
    rows = [
        (_name(measure, where), *(_usual(by[measure, where, year]) for year in years))
        for measure, where in _addresses(every)
        if all(by[measure, where, year].mean is not None for year in years)
    ]
    return pd.DataFrame(rows, columns=["Measure", *(f"Year {year}" for year in years)])


def _addresses(every: Sequence[Estimate]) -> list[tuple[str, str]]:
    there = list(dict.fromkeys((e.measure, e.where) for e in every))
    return [
        address
        for measure, where in SHOWN
        for address in there
        if address[0] == measure and where in ("", address[1])
    ]


def _name(measure: str, where: str) -> str:
    if measure in NAMES:
        return NAMES[measure] + ("" if where == "service" else f", {wording.place(where)}")
    return headline_name(Headline(measure, where, ALL))


def _usual(e: Estimate) -> str:
    is_share, factor = e.unit == "share", _factor(e)
    range_ = wording.likely(e, factor, is_share)
    mean = wording.mean(e, factor, is_share)
    return f"{mean} ({range_})" if range_ else mean


def _factor(e: Estimate) -> float:
    return THOUSAND if e.measure == "cost" else 1.0


def _chart(found: Coming) -> Picture:
    months = {
        name: [e for e in monthly(results) if (e.measure, e.where) == BACKLOG]
        for name, results in zip(_names(found), found.results, strict=True)
    }
    said = "; ".join(
        f"{name}: {wording.number(estimates[-1].mean, 0)}" for name, estimates in months.items()
    )
    return Picture(
        "Work past due, month by month",
        f"Pieces of work past due at the end of the three years, on average. {said}.",
        pd.DataFrame(),
        png=lambda: _drawn(months, "png", dpi=RESOLUTION, metadata={"Software": None}),
        svg=lambda: _drawn(months, "svg", metadata={"Date": None}).decode(),
    )


def _names(found: Coming) -> list[str]:
    return [NOTHING_CHANGES, *(option.name for option in found.options)]


def _drawn(months: dict[str, list[Estimate]], form: str, **how: object) -> bytes:
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    lines = [
        Line(
            textwrap.shorten(name, LETTERS, placeholder="..."),
            *([getattr(e, field) or 0.0 for e in estimates] for field in fields),
        )
        for (name, estimates), fields in zip(
            months.items(),
            [("mean", "p5", "p95"), *[("mean",) * 3] * (len(months) - 1)],  # a band, once
            strict=True,
        )
    ]
    styles = range(len(lines))
    with matplotlib.rc_context({**STYLE, "font.size": 8, "axes.titlesize": 8.5}):
        layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06)
        figure = Figure(figsize=(6.7, 2.6), layout=layout, facecolor="white")
        axes = figure.add_subplot()
        draw_lines(axes, lines, styles)
        axes.set_ylim(0, max(1.0, *(max(line.high) for line in lines)) * 1.05)
        label_lines(axes, lines, styles, 0.08)
        month_axis(axes, [e.period for e in next(iter(months.values()))])
        axes.set_title(
            f"Tasks past due and not done. Band: nine futures in ten, {NOTHING_CHANGES.lower()}"
        )
        buffer = io.BytesIO()
        figure.savefig(buffer, format=form, **how)  # type: ignore[arg-type]
    return buffer.getvalue()


def _option(comparison: Comparison, found: Coming) -> Section:
    whole = {
        (d.change.measure, d.change.where): d
        for d in comparison.differences
        if d.change.period == ALL and d.change.mean is not None
    }
    order = _addresses([d.change for d in whole.values()])
    option = next(o for o in found.options if o.name == comparison.other)
    moved = [address for address in order if whole[address].shown]
    sentences = [
        f"The change: {'; '.join(map(_said, option.sets))}." if option.sets else "No change.",
        "The same possible futures with and without it, all three years together; what these "
        "futures show to differ is in the table.",
    ]
    if option.scenario:
        sentences[0] += (
            f" It is the scenario {option.scenario} as it stands: nothing of last year's counts "
            "is taken up in it."
        )
    if len(comparison.numbers) < 2:
        sentences.append("There are no intervals: one future shows no more than one anecdote.")
    rest = len(order) - len(moved)
    if rest:
        sentences.append(
            f"{rest} of the {len(order)} measures looked at are not shown to differ, which is not "
            "the same as no difference. All that are measured are in comparison.csv."
        )
    heads = ["Measure", NOTHING_CHANGES, "With it", "Change (95% interval)", "Verdict"]
    rows = [_row(whole[address]) for address in moved]
    table = pd.DataFrame(rows, columns=heads) if rows else None
    return Section(f"Option: {comparison.other}", tuple(sentences), table, level=2)


def write_options(found: Coming, folder: Path) -> str:
    """Write every measure with and without each option; name the file."""
    arms = [
        Arm(name, results.loaded)
        for name, results in zip(_names(found), found.results, strict=True)
    ]
    compared = Compared(tuple(arms), found.results, found.comparisons, interrupted=False)
    write_comparison(compared, folder)
    return "comparison.csv"


def _said(text: str) -> str:
    """Write ``KEY=VALUE`` in words."""
    key, _, value = text.partition("=")
    return f"{input_name(key.strip())} becomes {value.strip()}"


def _row(d: Difference) -> tuple[str, ...]:
    scale, unit = (100.0, "%") if d.change.unit == "share" else (_factor(d.change), "")
    half = d.change.half_width
    first, other = (d.first.mean or 0.0) * scale, (d.other.mean or 0.0) * scale
    places = wording.decimals(None if half is None else half * scale, max(abs(first), abs(other)))
    means = (f"{wording.number(value, places)}{unit}" for value in (first, other))
    name = _name(d.change.measure, d.change.where)
    return (name, *means, change(d, scale, places), verdict(d))
