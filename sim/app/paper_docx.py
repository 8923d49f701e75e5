"""A paper as a Word document: real headings, marked header rows, pictures with a description."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from sim.app.paper import Paper, Section, png

PICTURE = 6.0  # inches wide


def word(paper: Paper) -> bytes:
    """Write a paper as .docx."""
    import docx  # slow to import, and needed only when something is taken away

    document = docx.Document()
    document.core_properties.title = paper.title
    document.core_properties.language = "en-GB"
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.add_heading(paper.title, level=0)
    document.add_paragraph(paper.about)
    for section in paper.sections:
        _section(document, section)
    document.add_heading("Notes", level=1)
    for note in paper.notes:
        document.add_paragraph(note, style="List Number")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _section(document: Any, section: Section) -> None:
    from docx.shared import Inches

    document.add_heading(section.heading, level=1)
    for sentence in section.sentences:
        document.add_paragraph(sentence)
    drawn = section.drawn
    if drawn is not None:
        document.add_paragraph(drawn.sentence)
        if drawn.chart is not None:
            shape = document.add_picture(io.BytesIO(png(drawn.chart)), width=Inches(PICTURE))
            described = shape._inline.docPr  # the library has no public way to describe a picture
            described.set("descr", f"{drawn.title}. {drawn.sentence}")
            described.set("title", drawn.title)
    if section.numbers is not None:
        _table(document, section.numbers)


def _table(document: Any, table: pd.DataFrame) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = document.add_table(rows=1, cols=len(table.columns), style="Light Grid")
    for cell, head in zip(made.rows[0].cells, table.columns, strict=True):
        cell.text = str(head)
    mark = OxmlElement("w:tblHeader")  # repeated on every page, and read out as the head
    mark.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in table.itertuples(index=False):
        for cell, value in zip(made.add_row().cells, row, strict=True):
            cell.text = str(value)
    document.add_paragraph()
