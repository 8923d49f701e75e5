"""What happened beside the forecast's band, month by month: small charts of like measures."""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from sim.report.annual import words
from sim.report.drawing import BLUE, GREY, ORANGE, RESOLUTION, STYLE, month_axis
from sim.report.paper import Picture
from sim.report.review_words import counted_name
from sim.review.months import MeasureReview

ACROSS = 3
WIDE, TALL = 2.25, 1.75  # inches of one small chart, as it is printed
LETTERS = 34  # of its title, in a line
MOST_NAMED = 4
NOTE = "Band: where nine years in ten were expected. Line: its middle. Dots: what happened."
OUTSIDE = "Squares: outside the band."


def bands(title: str, measures: Sequence[MeasureReview]) -> Picture:
    """Draw like measures, each in a chart of its own."""
    sentence = _sentence(measures)
    return Picture(
        title,
        sentence,
        pd.DataFrame(),
        png=lambda: _drawn(measures, "png", dpi=RESOLUTION, metadata={"Software": None}),
        svg=lambda: _drawn(measures, "svg", metadata={"Date": None}).decode(),
    )


def _sentence(measures: Sequence[MeasureReview]) -> str:
    known, inside = (sum(m) for m in zip(*((e.known, e.inside) for e in measures), strict=True))
    if not known:
        return "No month can be compared."
    if known == inside:
        return f"All {known} monthly figures lie inside their bands."
    found = [
        f"{counted_name(each.counted)} in {_months(each)}"
        for each in sorted(measures, key=lambda each: each.inside - each.known)
        if each.inside < each.known
    ]
    named = "; ".join(found[:MOST_NAMED])
    more = f"; and of {len(found) - MOST_NAMED} more measures" if len(found) > MOST_NAMED else ""
    return (
        f"Of {known} monthly figures {inside} ({inside / known:.0%}) lie inside their bands. "
        f"Outside: {named}{more}."
    )


def _months(each: MeasureReview) -> str:
    """Say in how many months a measure was outside, and on which side."""
    sides = [words.side(each, month) for month in each.months]
    parts = [
        f"{words.many(sides.count(where), 'month')} {where}"
        for where in ("above", "below")
        if where in sides
    ]
    return " and ".join(parts)


def _drawn(measures: Sequence[MeasureReview], form: str, **how: object) -> bytes:
    buffer = io.BytesIO()
    with matplotlib.rc_context({**STYLE, "font.size": 8, "axes.titlesize": 8.5}):
        _figure(measures).savefig(buffer, format=form, **how)  # type: ignore[arg-type]
    return buffer.getvalue()


def _figure(measures: Sequence[MeasureReview]) -> Figure:
    down = math.ceil(len(measures) / ACROSS)
    layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06)
    size = (WIDE * ACROSS, TALL * down + 0.3)
    figure = Figure(figsize=size, layout=layout, facecolor="white")
    panels = list(figure.subplots(down, ACROSS, squeeze=False).flat)
    for axes, each in zip(panels, measures, strict=False):
        _panel(axes, each)
    for axes in panels[len(measures) :]:
        axes.set_visible(False)
    outside = any(each.inside < each.known for each in measures)
    note = f"{NOTE} {OUTSIDE}" if outside else NOTE
    figure.supxlabel(note, x=0.012, ha="left", fontsize=7.5, color=GREY)
    return figure


def _panel(axes: Axes, each: MeasureReview) -> None:
    ends = [(m.band.low, m.band.median, m.band.high) if m.band else (math.nan,) * 3
            for m in each.months]  # fmt: skip
    low, middle, high = (list(column) for column in zip(*ends, strict=True))
    facts = [math.nan if m.figure is None else m.figure for m in each.months]
    places = range(len(facts))
    axes.fill_between(places, low, high, color=BLUE, alpha=0.18, linewidth=0)
    axes.plot(places, middle, color=BLUE, linewidth=1.2)
    for inside, marker, colour, size in ((True, "o", GREY, 3.5), (False, "s", ORANGE, 5.0)):
        chosen = [p for p in places if each.months[p].inside is inside]
        axes.plot(
            chosen,
            [facts[p] for p in chosen],
            linestyle="",
            marker=marker,
            color=colour,
            markeredgecolor=GREY,
            markersize=size,
        )
    axes.set_title(textwrap.fill(counted_name(each.counted), LETTERS))
    month_axis(axes, [month.name for month in each.months], most=3)
    _scale(axes, each, [x for x in (*low, *high, *facts) if math.isfinite(x)])


def _scale(axes: Axes, each: MeasureReview, values: Sequence[float]) -> None:
    """Begin at nought, but for shares that are all high: there it begins where they do."""
    if not values:
        return
    top = max(values)
    if each.counted.measure.unit != "share":
        axes.set_ylim(0, top * 1.12 if top > 0 else 1)
        return
    lowest = min(values)
    axes.set_ylim(0 if lowest < 0.5 else math.floor(lowest * 20 - 0.5) / 20, 1.02)
    axes.yaxis.set_major_formatter("{x:.0%}")
