"""What can be taken away: an answer in sections, written as a spreadsheet, in Word or as a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from sim.app.drawing import Drawn

WIDTH = 620  # pixels of a chart


@dataclass(frozen=True)
class Section:
    """A part of a paper.

    Attributes
    ----------
    heading
        What it is about.
    sentences
        What it says.
    table
        Its numbers; None for none.
    drawn
        A chart with its sentence and its table.
    """

    heading: str
    sentences: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    drawn: Drawn | None = None

    @property
    def numbers(self) -> pd.DataFrame | None:
        """Its table, or that of its chart; None for none."""
        if self.table is not None:
            return self.table
        if self.drawn is not None and not self.drawn.table.empty:
            return self.drawn.table
        return None


@dataclass(frozen=True)
class Paper:
    """A whole answer.

    Attributes
    ----------
    title, about
        What it is, in a line and in a sentence or two.
    sections
        In the order of reading.
    notes
        What a reader of the numbers alone has to know.
    figures
        Every number with its uncertainty, a row for each; for spreadsheets only.
    """

    title: str
    about: str
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()
    figures: pd.DataFrame = field(default_factory=pd.DataFrame)


def svg(chart: dict[str, Any]) -> str:
    """Draw a chart as SVG."""
    import vl_convert  # slow to import, and needed only when something is taken away

    return str(vl_convert.vegalite_to_svg(_sized(chart)))


def png(chart: dict[str, Any]) -> bytes:
    """Draw a chart as PNG, at twice the size of the screen."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(_sized(chart), scale=2))


def _sized(chart: dict[str, Any]) -> dict[str, Any]:
    return {**chart, "width": WIDTH, "background": "white"}
