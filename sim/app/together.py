"""What a comparison says: the verdict in words, the differences in a table and in charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.app import drawing
from sim.app.answers import TILES, changed
from sim.app.difference_chart import differences
from sim.app.drawing import Drawn, Palette
from sim.app.figures import Figures
from sim.experiment.compare import Difference, difference
from sim.experiment.headlines import EVERYWHERE
from sim.experiment.summary import ALL, LIKELY, MONTHS, Estimate, estimate
from sim.measure.series import SERVICE
from sim.report import wording
from sim.report.better import verdict

REVIEW = "cin_review"
NOT_IN_TIME = ("promises_late", "promises_open_past_due", "promises_closed_overdue")
OVERDUE = "overdue reviews"
SIGNS = {"not shown": "not shown to differ"}


@dataclass(frozen=True)
class Side:
    """A scenario and its results."""

    label: str
    figures: Figures


@dataclass(frozen=True)
class Overdue:
    """Reviews that fell due and were not held in time, a year: one scenario less another.

    Attributes
    ----------
    difference
        Of the yearly average, future by future, with the interval of that.
    low, high
        Nine years in ten lie between them, of the single years of all futures.
    """

    difference: Difference
    low: float
    high: float


def overdue(first: Figures, other: Figures) -> Overdue | None:
    """Compare the overdue reviews of two scenarios; None if neither has reviews."""
    if not first.measures(f"promises_met:{REVIEW}") or not other.measures(f"promises_met:{REVIEW}"):
        return None
    both = sorted({*first.numbers} & {*other.numbers})
    if not both:
        return None
    pairs = list(zip(_a_year(first, both), _a_year(other, both), strict=True))
    found = difference(f"overdue:{REVIEW}", EVERYWHERE, ALL, "reviews a year", pairs)
    spans = first.years or (ALL,)
    years = [
        b - a
        for year in spans
        for a, b in zip(_in(first, both, year), _in(other, both, year), strict=True)
    ]
    low, high = (float(value) for value in np.percentile(years, LIKELY))
    return Overdue(found, low, high)


def overdue_reviews(figures: Figures) -> Estimate:
    """Estimate the reviews a year that are not held in time."""
    values = _a_year(figures, figures.numbers)
    return estimate(f"overdue:{REVIEW}", EVERYWHERE, ALL, "reviews a year", values)


def _a_year(figures: Figures, numbers: Sequence[int]) -> list[float]:
    years = len(figures.months) / MONTHS
    return [value / years for value in _in(figures, numbers, ALL)]


def _in(figures: Figures, numbers: Sequence[int], period: str) -> list[float]:
    """Count the overdue reviews of a period in each future."""
    total = np.zeros(len(numbers))
    for kind in NOT_IN_TIME:
        measure = f"{kind}:{REVIEW}"
        for where in figures.places(measure):
            values = figures.values(measure, where, period, numbers)
            total += np.array([value or 0.0 for value in values])
    return [float(value) for value in total]


def sentence(first: Side, other: Side) -> str:
    """Give the verdict in a sentence, the range of possible years first."""
    found = overdue(first.figures, other.figures)
    if found is None:
        backlog = first.figures.change(other.figures, "backlog", SERVICE)
        return f"{other.label}: {changed(backlog, 'tasks past due')}." if backlog else ""
    change = found.difference.change
    if found.difference.same or change.mean is None:
        return f"{other.label}: exactly as many overdue reviews, in every future."
    if change.lower is None or change.upper is None:
        return f"{other.label}: one future only, so nothing can be said yet."
    places = wording.decimals(change.half_width, change.mean)
    low, high = (wording.signed(end, places) for end in (found.low, found.high))
    spread = f"between {low} and {high} in nine years of ten"
    if not found.difference.shown:
        return (
            f"{other.label}: no difference in overdue reviews is shown in a typical year "
            f"({spread})."
        )
    size = wording.number(abs(change.mean), places)
    more = "more" if change.mean > 0 else "fewer"
    if found.low > 0 or found.high < 0:
        ends = sorted((abs(found.low), abs(found.high)))
        spread = " and ".join(wording.number(end, places) for end in ends)
        spread = f"between {spread} in nine years of ten"
    return f"{other.label}: {size} {more} {OVERDUE} in a typical year, {spread}."


def how_sure(first: Side, other: Side) -> str:
    """Say how well the average is known, apart from how much years differ."""
    found = overdue(first.figures, other.figures)
    if found is None or found.difference.same or found.difference.change.lower is None:
        return ""
    change = found.difference.change
    assert change.mean is not None and change.upper is not None and change.lower is not None
    places = wording.decimals(change.half_width, change.mean)
    low, high = (wording.signed(end, places) for end in (change.lower, change.upper))
    return (
        f"Overdue: a review that fell due and was not held in time. The average difference is "
        f"between {low} and {high} (95% interval, from {change.replications} futures)."
    )


def table(first: Side, other: Side, period: str = ALL) -> pd.DataFrame:
    """Write a row for each headline: in the first, in the other, the change, the verdict."""
    rows = []
    found = overdue(first.figures, other.figures)
    if found is not None and period == ALL:
        rows.append(("Overdue reviews in a year", found.difference))
    for shown in TILES:
        change = first.figures.change(other.figures, shown.measure, shown.where, period)
        if change is not None:
            rows.append((shown.label, change))
    cells = [(label, *_cells(found)) for label, found in rows]
    heads = ["Measure", first.label, other.label, "Difference (95% interval)", "Verdict"]
    if first.label == other.label:
        heads[2] += " (2)"
    return pd.DataFrame(cells, columns=heads)


def _cells(found: Difference) -> tuple[str, str, str, str]:
    is_share = found.change.unit == "share"
    first, other = (wording.mean(each, is_share=is_share) for each in (found.first, found.other))
    said = verdict(found)
    return first, other, interval(found), SIGNS.get(said, said)


def interval(found: Difference) -> str:
    """Write the average change and its interval, shares in percentage points."""
    change = found.change
    if found.same or change.mean is None:
        return "none"
    factor, unit = (100.0, " points") if change.unit == "share" else (1.0, "")
    half = None if change.half_width is None else change.half_width * factor
    places = wording.decimals(half, change.mean * factor)
    mean = wording.signed(change.mean * factor, places)
    if change.lower is None or change.upper is None:
        return f"{mean}{unit} (one future only)"
    low, high = (wording.signed(end * factor, places) for end in (change.lower, change.upper))
    return f"{mean}{unit} ({low} to {high})"


def backlog(sides: Sequence[Side], palette: Palette) -> Drawn:
    """Work past due by month in each scenario."""
    frames = {
        side.label: drawing.months_frame(side.label, side.figures.by_month("backlog", SERVICE))
        for side in sides
    }
    ends = [side.figures.by_month("backlog", SERVICE)[-1] for side in sides]
    last = "; ".join(
        f"{side.label}: about {wording.mean(end)}" for side, end in zip(sides, ends, strict=True)
    )
    month = frames[sides[0].label]["month"].iloc[-1].strftime("%B %Y")
    text = f"Tasks past due at the end of {month}. {last}."
    first = next(iter(frames.values()))
    rows = pd.DataFrame({"Month": first["month"].dt.strftime("%B %Y")})
    for label, frame in frames.items():
        rows[label] = [wording.number(value) for value in frame["mean"]]
    chart = drawing.by_month(frames, "Tasks at the month's end", palette)
    return Drawn("Work past due, whole service", text, chart, rows)


def reviews(sides: Sequence[Side], palette: Palette) -> Drawn:
    """The difference in overdue reviews of each scenario, with its interval and its years."""
    first, *others = sides
    title = f"Overdue reviews a year, against: {first.label}"
    known = [(side, overdue(first.figures, side.figures)) for side in others]
    rows = [
        (side.label, d.change.mean, d.change.lower, d.change.upper, each.low, each.high)
        for side, each in known
        if each is not None
        for d in (each.difference,)
        if d.change.lower is not None
    ]
    if not rows:
        return Drawn(title, "Two futures of each are needed.", None, pd.DataFrame())
    frame = pd.DataFrame(rows, columns=["name", "mean", "lower", "upper", "low", "high"])
    shown = [side.label for side, each in known if each is not None and each.difference.shown]
    text = (
        "Right of the line: more reviews overdue. Point: the average; thick line: how well that is "
        "known (95% interval); thin line: nine years in ten. "
        + (f"Shown to differ: {'; '.join(shown)}." if shown else "None is shown to differ.")
    )
    written = pd.DataFrame(
        {
            "Scenario": frame["name"],
            "Average difference": [wording.signed(value) for value in frame["mean"]],
            "95% interval": _ends(frame["lower"], frame["upper"]),
            "Nine years in ten": _ends(frame["low"], frame["high"]),
        }
    )
    return Drawn(title, text, differences(frame, "Reviews a year", palette), written)


def _ends(lows: pd.Series[float], highs: pd.Series[float]) -> list[str]:
    ends = zip(lows, highs, strict=True)
    return [f"{wording.signed(low)} to {wording.signed(high)}" for low, high in ends]
