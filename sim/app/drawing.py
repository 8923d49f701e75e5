"""How charts of the application look: the palette in light and dark, lines with bands, bars.

The Government Analysis Function's colours for categories; on a dark page the dark ones are
exchanged for lighter ones of its sequences, so that everything stands out 3 to 1 or better.
Colour is never alone: lines also differ in dashes and carry their names, bars their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from sim.experiment.summary import Estimate

Mode = Literal["light", "dark"]
FONT = '"Source Sans", "Source Sans Pro", sans-serif'
HEIGHT = 300
ROOM = 1.14  # beyond the longest bar, for its number
NUMBER = ",~r"  # 1,200 and 0.1, where Vega's own would write 1.2k and 100m
ROW = 34  # pixels for one bar
AXIS, LEGEND = 52, 30  # pixels below and above the bars: a page's charts include them
LABEL = 400  # pixels for the name of a bar


@dataclass(frozen=True)
class Palette:
    """Colours for one kind of page.

    Attributes
    ----------
    main, other
        What is looked at, and what it is compared with.
    categories
        In the order of use.
    text, grid, ground
        Of axes and labels; of the page behind them.
    inks
        What can be read when written on each of the categories.
    """

    main: str
    other: str
    categories: tuple[str, ...]
    text: str
    grid: str
    ground: str
    inks: tuple[str, ...]


PALETTES: dict[Mode, Palette] = {
    "light": Palette(
        main="#12436D",
        other="#595959",
        categories=("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1", "#6E6E6E"),
        text="#1A1A1A",
        grid="#DDDDDD",
        ground="#FFFFFF",
        inks=("#FFFFFF", "#1A1A1A", "#FFFFFF", "#1A1A1A", "#FFFFFF", "#1A1A1A", "#FFFFFF"),
    ),
    "dark": Palette(
        main="#6BACE6",
        other="#C8C8C8",
        categories=("#6BACE6", "#28A197", "#E28BB5", "#F46A25", "#D0D0D0", "#A285D1", "#9A9A9A"),
        text="#F2F2F2",
        grid="#3A3F4A",
        ground="#0E1117",
        inks=("#0E1117",) * 7,
    ),
}
DASHES = ((1, 0), (6, 3), (2, 2), (8, 2, 2, 2), (4, 4), (10, 3))


@dataclass(frozen=True)
class Drawn:
    """A chart with what it says and its numbers: nobody needs to see it to know.

    Attributes
    ----------
    title
        What is shown: measure, place, period.
    sentence
        What it says.
    chart
        The picture, as Vega-Lite; None if there is nothing to draw.
    table
        Its numbers.
    """

    title: str
    sentence: str
    chart: dict[str, Any] | None
    table: pd.DataFrame


def months_frame(name: str, estimates: Sequence[Estimate]) -> pd.DataFrame:
    """Put a measure by month into a frame: the average and where nine futures in ten lie."""
    return pd.DataFrame(
        {
            "month": pd.to_datetime([f"{e.period}-01" for e in estimates]),
            "name": name,
            "mean": [e.mean for e in estimates],
            "low": [e.p5 for e in estimates],
            "high": [e.p95 for e in estimates],
        }
    )


def by_month(
    frames: Mapping[str, pd.DataFrame],
    axis: str,
    palette: Palette,
    is_share: bool = False,
) -> dict[str, Any]:
    """Draw lines by month; the first has its band, and each ends with its name."""
    names = list(frames)
    every = pd.concat(list(frames.values()))
    colours = [palette.main, palette.other, *palette.categories[1:]][: len(names)]
    scale = alt.Scale(zero=not is_share, nice=True)
    y = alt.Y("mean:Q", title=axis, scale=scale, axis=alt.Axis(format="%" if is_share else NUMBER))
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%b %Y", tickCount=6, grid=False))
    legend = None
    if len(names) > 1:
        legend = alt.Legend(
            title=None, orient="top", symbolType="stroke", symbolSize=500, labelLimit=LABEL
        )
    colour = alt.Color("name:N", scale=alt.Scale(domain=names, range=colours), legend=legend)
    dash = alt.StrokeDash(
        "name:N", scale=alt.Scale(domain=names, range=DASHES[: len(names)]), legend=legend
    )
    band = (
        alt.Chart(frames[names[0]])
        .mark_area(opacity=0.22, color=palette.main)
        .encode(x=x, y=alt.Y("low:Q", scale=scale), y2="high:Q")
    )
    lines = (
        alt.Chart(every).mark_line(strokeWidth=2.5).encode(x=x, y=y, color=colour, strokeDash=dash)
    )
    return styled((band + lines).properties(height=HEIGHT), palette)


def styled(chart: Any, palette: Palette) -> dict[str, Any]:
    """Give a chart the colours and sizes of its text, and write it as Vega-Lite."""
    spec: dict[str, Any] = (
        chart.configure_axis(
            labelColor=palette.text,
            titleColor=palette.text,
            gridColor=palette.grid,
            labelFontSize=13,
            titleFontSize=13,
            titleFontWeight="normal",
            labelLimit=LABEL,
        )
        .configure_header(labelColor=palette.text, labelFontSize=13, labelFontWeight="bold")
        .configure_legend(
            labelColor=palette.text, titleColor=palette.text, labelFontSize=13, labelLimit=LABEL
        )
        .configure_view(strokeWidth=0)
        .configure(background="transparent", font=FONT)
        .to_dict(
            validate=False
        )  # half of the time it takes; each part was checked when it was made
    )
    return spec


def ranged_bars(frame: pd.DataFrame, axis: str, palette: Palette, is_share: bool) -> dict[str, Any]:
    """Draw a bar for each name, its range as a thin line, and marks where there are any.

    Parameters
    ----------
    frame
        ``name``, ``mean``, ``low``, ``high``, ``label``; and what may be missing: ``mark`` (a
        limit) and what it ``says`` beside the name, ``before`` (the baseline's mean).
    """
    says = frame.get("says", "")
    frame = frame.assign(name=frame["name"] + ":  " + frame["label"] + says)
    order = list(frame["name"])
    ends = [name for name in ("mean", "high", "mark", "before") if name in frame]
    scale = alt.Scale(domain=[0.0, float(frame[ends].max().max()) * ROOM], nice=False)
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(labelLimit=LABEL))
    form = alt.Axis(format="%" if is_share else NUMBER, tickCount=6)
    base = alt.Chart(frame)
    bars = base.mark_bar(color=palette.main, height=18).encode(
        y=y, x=alt.X("mean:Q", title=axis, axis=form, scale=scale)
    )
    layers = [bars]
    for colour, width in ((palette.ground, 7), (palette.categories[3], 3)):  # with an edge
        spread = base.mark_rule(color=colour, strokeWidth=width)
        layers.append(spread.encode(y=y, x="low:Q", x2="high:Q"))
    if "mark" in frame:
        limit = base.transform_filter("isValid(datum.mark)")
        layers.append(
            limit.mark_tick(color=palette.categories[2], thickness=4, size=28).encode(
                y=y, x="mark:Q"
            )
        )
    if "before" in frame:
        diamond = base.transform_filter("isValid(datum.before)").mark_point(
            color=palette.ground, fill=palette.other, shape="diamond", size=120, opacity=1
        )
        layers.append(diamond.encode(y=y, x="before:Q"))
    height = ROW * max(len(frame), 1) + AXIS
    return styled(alt.layer(*layers).properties(height=height), palette)


def stacked(
    frame: pd.DataFrame, order: Sequence[str], parts: Sequence[str], palette: Palette
) -> dict[str, Any]:
    """Draw shares of a whole for each name: ``name``, ``part``, ``share``, ``label``."""
    frame = frame[frame["name"].isin(list(order))]
    y = alt.Y("name:N", sort=list(order), title=None, axis=alt.Axis(labelLimit=LABEL))
    colours = list(palette.categories[: len(parts)])
    colour = alt.Color(
        "part:N",
        sort=list(parts),
        scale=alt.Scale(domain=list(parts), range=colours),
        legend=alt.Legend(title=None, orient="top", columns=4, symbolType="square"),
    )
    form = alt.Axis(format="%", tickCount=6)
    x = alt.X("share:Q", stack="zero", title="Share", scale=alt.Scale(domain=[0.0, 1.0]), axis=form)
    base = alt.Chart(frame).encode(y=y, order=alt.Order("rank:Q"))
    bars = base.mark_bar(height=22, stroke=palette.ground, strokeWidth=1.5).encode(
        x=x, color=colour
    )
    inks = dict(zip(parts, palette.inks, strict=False))
    written = alt.Chart(frame.assign(ink=frame["part"].map(inks)))
    labels = (
        written.mark_text(fontWeight="bold", fontSize=13)
        .encode(y=y, x="middle:Q", text="label:N", color=alt.Color("ink:N", scale=None))
        .transform_filter("datum.share >= 0.09")
    )
    height = ROW * max(len(order), 1) + AXIS + LEGEND
    return styled(alt.layer(bars, labels).properties(height=height), palette)
