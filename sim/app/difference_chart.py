"""The chart of differences: a point, how well it is known, how much years differ, and no change."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from sim.app.drawing import AXIS, LABEL, ROW, Palette, styled

TALL = 1.4  # rows of this chart, to a bar's


def differences(frame: pd.DataFrame, axis: str, palette: Palette) -> dict[str, Any]:
    """Draw a row for each name.

    Parameters
    ----------
    frame
        ``name``, ``mean``, ``lower`` and ``upper`` (the interval of the mean), ``low`` and ``high``
        (nine years in ten).
    axis
        What is counted.
    """
    frame = frame.assign(none=0.0)
    y = alt.Y("name:N", sort=list(frame["name"]), title=None, axis=alt.Axis(labelLimit=LABEL))
    base = alt.Chart(frame).encode(y=y)
    title = f"{axis}: fewer ← no change → more"
    wide = base.mark_rule(color=palette.main, strokeWidth=2)
    known = base.mark_rule(color=palette.main, strokeWidth=9, opacity=0.55)
    point = base.mark_point(
        color=palette.ground, fill=palette.main, size=140, opacity=1, strokeWidth=1.5
    )
    zero = alt.Chart(frame.head(1)).mark_rule(
        color=palette.text, strokeWidth=1.5, strokeDash=[5, 3]
    )
    few = alt.Axis(tickCount=6)
    layers = (
        zero.encode(x=alt.X("none:Q", title=title, axis=few)),
        wide.encode(x=alt.X("low:Q", title=title), x2="high:Q"),
        known.encode(x=alt.X("lower:Q", title=title), x2="upper:Q"),
        point.encode(x=alt.X("mean:Q", title=title)),
    )
    height = int(ROW * TALL * len(frame)) + AXIS
    return styled(alt.layer(*layers).properties(height=height), palette)
