"""One measure of a review by month: what happened, beside the band of the forecast."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.app.drawing import HEIGHT, Drawn, Palette, styled
from sim.report import wording
from sim.report.annual import words

INSIDE, OUTSIDE = "inside", "outside"


def measure_chart(measure: dict[str, Any], palette: Palette) -> Drawn:
    """Draw one measure as ``review.json`` has it."""
    is_share = measure["unit"] == "share"
    months = [each for each in measure["periods"] if each["period"] != "year"]
    frame = pd.DataFrame(
        {
            "month": pd.to_datetime([f"{m['period']}-01" for m in months]),
            "figure": [m["figure"] for m in months],
            "low": [(m["band"] or {}).get("low") for m in months],
            "median": [(m["band"] or {}).get("median") for m in months],
            "high": [(m["band"] or {}).get("high") for m in months],
            "is": [OUTSIDE if m["inside"] is False else INSIDE for m in months],
        }
    )
    table = pd.DataFrame(
        [_row(month, is_share) for month in measure["periods"]],
        columns=["Month", "What happened", "Expected (nine in ten)", "Inside"],
    )
    known = frame["figure"].notna().any()
    return Drawn(
        measure["name"], _sentence(measure), _chart(frame, is_share, palette) if known else None,
        table,
    )  # fmt: skip


def _sentence(measure: dict[str, Any]) -> str:
    known, inside = measure["months_known"], measure["months_inside"]
    if not known:
        return "No month can be compared."
    return (
        f"{inside} of {known} months lie where nine in ten were expected. Band: the forecast. "
        "Round marks: what happened; square marks: outside the band."
    )


def _chart(frame: pd.DataFrame, is_share: bool, palette: Palette) -> dict[str, Any]:
    scale = alt.Scale(zero=not is_share, nice=True)
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6, grid=False))
    form = alt.Axis(format="%" if is_share else "~s")
    base = alt.Chart(frame)
    band = base.mark_area(opacity=0.22, color=palette.main).encode(
        x=x, y=alt.Y("low:Q", title="", scale=scale, axis=form), y2="high:Q"
    )
    line = base.mark_line(color=palette.main, strokeWidth=2).encode(x=x, y="median:Q")
    kinds = [INSIDE, OUTSIDE]
    marks = (
        base.transform_filter("isValid(datum.figure)")
        .mark_point(filled=True, size=90, opacity=1, stroke=palette.text)
        .encode(
            x=x,
            y="figure:Q",
            shape=alt.Shape(
                "is:N", scale=alt.Scale(domain=kinds, range=["circle", "square"]), legend=None
            ),
            color=alt.Color(
                "is:N",
                scale=alt.Scale(domain=kinds, range=[palette.other, palette.categories[3]]),
                legend=None,
            ),
        )
    )
    return styled((band + line + marks).properties(height=HEIGHT), palette)


def _row(month: dict[str, Any], is_share: bool) -> tuple[str, str, str, str]:
    band, name = month["band"], month["period"]
    expected = words.NONE
    if band is not None:
        expected = f"{_figure(band['low'], is_share)} to {_figure(band['high'], is_share)}"
    inside = {True: "yes", False: "no", None: words.NONE}[month["inside"]]
    when = "The year" if name == "year" else words.month(name)
    return (when, _figure(month["figure"], is_share), expected, inside)


def _figure(value: float | None, is_share: bool) -> str:
    if value is None:
        return words.NONE
    if is_share:
        return wording.share(value)
    return wording.number(value, 0 if value == round(value) or abs(value) >= 100 else 1)
