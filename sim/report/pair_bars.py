"""Rows of two bars each, with the interval of each bar: how a measure changes in two cases."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.report.drawing import BLUE, GREY, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiment.compare import Difference

LETTERS = 46  # of the name of a row
PALE = 0.35  # of a bar whose difference is not shown
HALF = 0.38  # height of a bar


@dataclass(frozen=True)
class Pair:
    """A row: its name, its two differences, and what is written at the end of each bar."""

    name: str
    first: Difference
    second: Difference
    at_ends: tuple[str, str] = ("", "")


def size(rows: int) -> tuple[float, float]:
    """Give the size of a figure with so many rows, in inches."""
    return 10.5, 2.2 + 0.5 * max(rows, 1)


def draw_pairs(axes: Axes, rows: Sequence[Pair], base: float, base_name: str) -> None:
    """Draw the rows from above, from a line at `base`; what is not shown is pale."""
    for place, row in enumerate(rows):
        _bar(axes, place - HALF / 2, base, row.first, BLUE, "", row.at_ends[0])
        _bar(axes, place + HALF / 2, base, row.second, ORANGE, "//", row.at_ends[1])
    axes.axvline(base, color=GREY, linewidth=1.2)
    axes.annotate(
        base_name, (base, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 4),
        textcoords="offset points", ha="center", color=GREY,
    )  # fmt: skip
    axes.set_yticks(range(len(rows)), ["\n".join(textwrap.wrap(r.name, LETTERS)) for r in rows])
    axes.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)


def _bar(
    axes: Axes, y: float, base: float, d: Difference, colour: str, hatch: str, label: str
) -> None:
    to = d.change.mean or 0.0
    axes.barh(
        y, to, left=base, height=HALF, color=colour, hatch=hatch, edgecolor="white",
        linewidth=0.5, alpha=1.0 if d.shown else PALE,
    )  # fmt: skip
    ends = [to, 0.0]
    if d.change.lower is not None and d.change.upper is not None and not d.same:
        axes.plot([base + d.change.lower, base + d.change.upper], [y, y], color="black", lw=1.2)
        ends += [d.change.lower, d.change.upper]
    right = to >= 0.0
    axes.annotate(
        label, (base + (max(ends) if right else min(ends)), y),
        xytext=(4 if right else -4, 0), textcoords="offset points",
        va="center", ha="left" if right else "right", fontsize=8, color=GREY,
    )  # fmt: skip
