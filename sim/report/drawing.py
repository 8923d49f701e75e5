"""How charts look: the palette, lines with bands, direct labels, and files that never differ."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D

# The UK Government Analysis Function's palette for categories, told apart by the colour-blind.
BLUE, TURQUOISE, PINK, ORANGE, GREY, PURPLE = COLOURS = (
    "#12436D",
    "#28A197",
    "#801650",
    "#F46A25",
    "#3D3D3D",
    "#A285D1",
)
DASHES = ("-", (0, (6, 2)), (0, (2, 1.5)), (0, (6, 2, 1.5, 2)), (0, (1, 1)), (0, (8, 2, 2, 2)))
SIZE = (10.0, 5.6)
RESOLUTION = 144
LETTERS_IN_TITLE = 96
STYLE: Any = {
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.spines.left": False,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": GREY,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.titlecolor": GREY,
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "hatch.linewidth": 0.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "caseload",
    "text.color": "#222222",
    "xtick.color": GREY,
    "ytick.color": GREY,
    "ytick.left": False,
}


@dataclass(frozen=True)
class Chart:
    """A chart with what it says: nobody needs to see it to know.

    Attributes
    ----------
    name
        Of its files.
    figure
        The drawing.
    sentence
        What it shows; also its title.
    head, rows
        The numbers drawn.
    """

    name: str
    figure: Figure
    sentence: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Line:
    """One line by month, with the band in which nine futures in ten lie."""

    label: str
    mean: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def begin(sentence: str, note: str, size: tuple[float, float] = SIZE) -> Figure:
    """Begin a figure with its sentence above and a note below."""
    layout = ConstrainedLayoutEngine(w_pad=0.12, h_pad=0.08)
    figure = Figure(figsize=size, layout=layout, facecolor="white")
    title = "\n".join(textwrap.wrap(sentence, LETTERS_IN_TITLE))
    figure.suptitle(title, x=0.012, ha="left", fontsize=12.5, fontweight="bold", color="#222222")
    figure.supxlabel(note, x=0.012, ha="left", fontsize=8.5, color=GREY)
    return figure


def draw_lines(axes: Axes, lines: Sequence[Line], styles: Sequence[int]) -> None:
    """Draw lines by month with their bands, each in its own colour and dash."""
    for line, style in zip(lines, styles, strict=True):
        months = range(len(line.mean))
        marker = "o" if len(line.mean) < 3 else ""
        colour = COLOURS[style % len(COLOURS)]
        axes.fill_between(months, line.low, line.high, color=colour, alpha=0.16, linewidth=0)
        dash = DASHES[style % len(DASHES)]
        axes.plot(months, line.mean, color=colour, linestyle=dash, linewidth=2, marker=marker)


def label_lines(axes: Axes, lines: Sequence[Line], styles: Sequence[int], gap: float) -> None:
    """Write each line's name at its right end, pushed apart where they would overlap.

    Parameters
    ----------
    axes, lines, styles
        As drawn, with the limits of the y axis already set.
    gap
        Least distance between labels, as a share of the height.
    """
    low, high = axes.get_ylim()
    ends = sorted((line.mean[-1], number) for number, line in enumerate(lines))
    heights: list[float] = []
    for value, _ in ends:
        heights.append(max(value, heights[-1] + gap * (high - low)) if heights else value)
    limit = high
    for position in reversed(range(len(heights))):
        heights[position] = min(heights[position], limit)
        limit = heights[position] - gap * (high - low)
    for position, (_, number) in enumerate(ends):
        line = lines[number]
        axes.annotate(
            line.label,
            (len(line.mean) - 1, heights[position]),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            color=COLOURS[styles[number] % len(COLOURS)],
            fontweight="bold",
            annotation_clip=False,
        )


def name_lines(axes: Axes, names: Sequence[str], styles: Sequence[int]) -> None:
    """Name the lines once for several small charts, in a row above the first."""
    marks = []
    for number in styles:
        mark = Line2D([], [], color=COLOURS[number % len(COLOURS)], linewidth=2)
        mark.set_linestyle(DASHES[number % len(DASHES)])  # type: ignore[arg-type]
        marks.append(mark)
    legend = axes.legend(
        marks, names, loc="lower left", bbox_to_anchor=(0.0, 1.1), borderaxespad=0.0,
        ncols=max(len(names), 1), frameon=False, handlelength=3,
    )  # fmt: skip
    legend.set_in_layout(False)  # wider than its chart: room is made above all of them instead
    axes.set_title(f"\n\n{axes.get_title(loc='left')}", loc="left")


def month_axis(axes: Axes, months: Sequence[str], most: int = 6) -> None:
    """Put month names below, evenly, whole years where the run is long."""
    step = next(s for s in (1, 2, 3, 6, 12, 24, 36, 60, 120, 1200) if len(months) / s <= most)
    places = list(range(0, len(months), step))
    names = [date.fromisoformat(f"{months[p]}-01").strftime("%b %Y") for p in places]
    axes.set_xticks(places, names)
    axes.set_xlim(-0.2, max(len(months) - 1, 1) + 0.2)


def save(chart: Chart, folder: Path) -> None:
    """Write a chart as PNG and SVG: the same bytes for the same numbers."""
    with matplotlib.rc_context(STYLE):
        png, svg = folder / f"{chart.name}.png", folder / f"{chart.name}.svg"
        chart.figure.savefig(png, dpi=RESOLUTION, metadata={"Software": None})
        chart.figure.savefig(svg, metadata={"Date": None})
