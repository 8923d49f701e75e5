"""The front in the application: what posts cost, and how often they keep the targets."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.app.drawing import HEIGHT, Drawn, Palette, styled

TITLE = "What was tried: cost, and how often the targets are kept"
COST, SHARE = "Thousands of pounds a year, all posts filled", "Share of possible years"
SHAPES = {"enough": "circle", "not enough": "cross", "in doubt": "diamond"}
HEADS = ("Posts", "Verdict", "Pounds a year", "Years that keep it", "95% interval", "Futures")


def front(answer: dict[str, Any], palette: Palette) -> Drawn:
    """Draw the answer of ``caseload size --progress-json``."""
    frame = _frame(answer)
    return Drawn(TITLE, f"{answer['sentence']}.", _chart(frame, answer, palette), _table(frame))


def _frame(answer: dict[str, Any]) -> pd.DataFrame:
    rows = [dict(zip(answer["head"], row, strict=True)) for row in answer["front"]]
    return pd.DataFrame(
        {
            "posts": [row["posts"] for row in rows],
            "verdict": answer["verdicts"],
            "cost": [float(row["cost"]) / 1000.0 for row in rows],
            "share": [float(row["years_met"]) for row in rows],
            "lower": [float(row["lower"]) for row in rows],
            "upper": [float(row["upper"]) for row in rows],
            "futures": [int(row["futures"]) for row in rows],
            "front": [bool(row["front"]) for row in rows],
            "name": [row["posts"] + (" (the answer)" if row["answer"] else "") for row in rows],
        }
    )


def _table(frame: pd.DataFrame) -> pd.DataFrame:
    columns = (
        frame["name"],
        frame["verdict"],
        [f"{cost * 1000.0:,.0f}" for cost in frame["cost"].round()],
        [f"{share:.0%}" for share in frame["share"]],
        [f"{a:.0%} to {b:.0%}" for a, b in zip(frame["lower"], frame["upper"], strict=True)],
        frame["futures"],
    )
    return pd.DataFrame(dict(zip(HEADS, columns, strict=True)))


def _chart(frame: pd.DataFrame, answer: dict[str, Any], palette: Palette) -> dict[str, Any]:
    base = alt.Chart(frame)
    x = alt.X("cost:Q", title=COST, scale=alt.Scale(zero=False, padding=30))
    y = alt.Y(
        "share:Q", title=SHARE, scale=alt.Scale(domain=[0.0, 1.08]), axis=alt.Axis(format="%")
    )
    domain = list(SHAPES)
    colours = [palette.main, palette.categories[3], palette.other]
    legend = alt.Legend(title=None, orient="top")
    colour = alt.Color("verdict:N", scale=alt.Scale(domain=domain, range=colours), legend=legend)
    shape = alt.Shape(
        "verdict:N", scale=alt.Scale(domain=domain, range=list(SHAPES.values())), legend=legend
    )
    layers = [
        base.mark_line(color=palette.main).encode(x=x, y=y).transform_filter("datum.front"),
        base.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("lower:Q"), y2="upper:Q", color=colour),
        base.mark_point(size=110, filled=True, opacity=1).encode(
            x=x, y=y, color=colour, shape=shape
        ),
        base.mark_text(align="left", dx=9, dy=-9, color=palette.text, fontSize=13).encode(
            x=x, y=y, text="name:N"
        ),
    ]
    if answer["confidence"] is not None:
        bar = alt.Chart(pd.DataFrame({"bar": [answer["confidence"]]}))
        dashed = bar.mark_rule(color=palette.categories[2], strokeDash=[6, 4], strokeWidth=2)
        layers.append(dashed.encode(y=alt.Y("bar:Q")))
    return styled(alt.layer(*layers).properties(height=HEIGHT), palette)
