"""A spreadsheet as the Government Analysis Function asks for: one marked table a sheet.

A cover with what is where, a sheet of notes, and on each other sheet a title, a line that says how
many tables there are, and the table with its header row; no merged cells, no blank rows within,
nothing said by colour. Text is never taken for a formula or a link.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from sim.report.paper import Paper

TEXT_ONLY = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
LONGEST_NAME = 31  # of a sheet
HEAD = 2  # row of a table's head, counted from nought: after the title and a line about it
NARROWEST, WIDEST = 12, 60


def workbook(paper: Paper) -> bytes:
    """Write a paper's tables as a spreadsheet (.xlsx)."""
    found = [(s.heading, s.numbers) for s in paper.sections]
    tables = [(heading, table) for heading, table in found if table is not None and len(table)]
    if not paper.figures.empty:
        tables.append(("Every number", paper.figures))
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, TEXT_ONLY) as book:
        book.set_properties({"title": paper.title, "subject": paper.about})
        names = _names([heading for heading, _ in tables])
        contents = pd.DataFrame(
            {"Sheet": ["Notes", *names], "What is in it": ["Notes", *(h for h, _ in tables)]}
        )
        _sheet(book, "Cover", paper.title, paper.about, contents, 1)
        notes = pd.DataFrame(
            {"Note": range(1, len(paper.notes) + 1), "What to know": list(paper.notes)}
        )
        _sheet(book, "Notes", "Notes", "This sheet has one table.", notes, 2)
        for number, (name, (heading, table)) in enumerate(zip(names, tables, strict=True), 3):
            _sheet(book, name, heading, "This sheet has one table. See also: Notes.", table, number)
    return buffer.getvalue()


def _names(headings: Sequence[str]) -> list[str]:
    """Name the sheets: short, all different, without what a sheet's name may not have."""
    return [
        f"{number} {re.sub(r'[^A-Za-z0-9 ]', '', heading)}"[:LONGEST_NAME].strip()
        for number, heading in enumerate(headings, start=1)
    ]


def _sheet(
    book: xlsxwriter.Workbook, name: str, title: str, about: str, table: pd.DataFrame, number: int
) -> None:
    sheet = book.add_worksheet(name)
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
    sheet.write_string(1, 0, about)
    rows = [[_cell(value) for value in row] for row in table.itertuples(index=False)]
    sheet.add_table(
        HEAD,
        0,
        HEAD + max(len(rows), 1),
        max(len(table.columns) - 1, 0),
        {
            "name": f"table_{number}",
            "columns": [{"header": head} for head in _heads(table)],
            "data": rows,
            "style": "Table Style Light 1",
            "banded_rows": False,
            "autofilter": False,
        },
    )
    for place, column in enumerate(table.columns):
        longest = max([len(str(column)), *(len(str(row[place])) for row in rows)])
        sheet.set_column(place, place, min(max(longest + 2, NARROWEST), WIDEST), wrapped)


def _heads(table: pd.DataFrame) -> list[str]:
    """Give the heads, all different, as a table of a spreadsheet needs them."""
    heads: list[str] = []
    for column in table.columns:
        head, again = str(column), 2
        while head.lower() in [known.lower() for known in heads]:
            head, again = f"{column} ({again})", again + 1
        heads.append(head)
    return heads


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "not known"
    if isinstance(value, int | float | str):
        return value
    return str(value)
