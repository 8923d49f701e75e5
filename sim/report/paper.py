"""What can be taken away: an answer in sections, written as a spreadsheet, in Word or as a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

BEHIND = "The numbers behind the charts"
MOST_UPRIGHT = 8  # columns of a table that a page holds upright


@dataclass(frozen=True)
class Picture:
    """A chart with what it says and its numbers: nobody needs to see it to know.

    Attributes
    ----------
    title
        What is shown.
    sentence
        What it says.
    table
        Its numbers; empty where they are in a table elsewhere.
    png, svg
        Draw it; None if there is nothing to draw.
    """

    title: str
    sentence: str
    table: pd.DataFrame
    png: Callable[[], bytes] | None
    svg: Callable[[], str] | None

    @property
    def described(self) -> str:
        """What is read out in the place of the picture."""
        return f"{self.title}. {self.sentence}"


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
    picture
        A chart with its sentence and its table.
    points
        A list after the sentences.
    level
        Of its heading: 1, or 2 for a part of the section before.
    wide
        Whether its table needs a page on its side.
    on_new_page
        Whether it begins a page.
    """

    heading: str
    sentences: tuple[str, ...] = ()
    table: pd.DataFrame | None = None
    picture: Picture | None = None
    points: tuple[str, ...] = ()
    level: int = 1
    wide: bool = False
    on_new_page: bool = False

    @property
    def numbers(self) -> pd.DataFrame | None:
        """Its table, or that of its chart; None for none."""
        if self.table is not None:
            return self.table
        if self.picture is not None and not self.picture.table.empty:
            return self.picture.table
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


def numbers_last(read: Sequence[Section], then: Sequence[Section] = ()) -> tuple[Section, ...]:
    """Put the tables of charts behind what is read first, each under the title of its chart.

    Parameters
    ----------
    read
        What is read first. Its own tables stay where they are.
    then
        What comes after the tables of the charts.
    """
    tables = [
        Section(each.heading, (), each.numbers, level=2, wide=_is_wide(each.numbers))
        for each in read
        if each.table is None and each.numbers is not None
    ]
    if not tables:
        return (*read, *then)
    behind = Section(BEHIND, on_new_page=True, wide=tables[0].wide)
    return (*map(_without_its_table, read), behind, *tables, *then)


def _without_its_table(section: Section) -> Section:
    if section.picture is None:
        return section
    return replace(section, picture=replace(section.picture, table=pd.DataFrame()))


def _is_wide(table: pd.DataFrame | None) -> bool:
    return table is not None and len(table.columns) > MOST_UPRIGHT
