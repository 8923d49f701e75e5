"""A paper as one HTML page that needs nothing else: pictures are in it, and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import pandas as pd

from sim.report.paper import Paper, Picture, Section

STYLE = """
body { font-family: Arial, sans-serif; font-size: 1.05rem; line-height: 1.5; color: #1a1a1a;
  background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; } h1, h2, h3 { color: #12436d; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .95rem; }
caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #767676; } tbody th { font-weight: normal; }
.table { overflow-x: auto; } .wide table { font-size: .8rem; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; overflow: visible; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; } td { overflow-wrap: anywhere; }
@media print { html { font-size: 9.5pt; } tr > * { padding-top: .1rem; padding-bottom: .1rem; }
  body { line-height: 1.35; max-width: none; margin: 0; padding: 0; }
  h2, h3, table { margin: .6rem 0 .4rem; } p { margin: .3rem 0; } figure { margin: .3rem 2rem; }
  h1, h2, h3, caption, p:has(+ figure) { break-after: avoid; } tr, figure { break-inside: avoid; }
  .new-page { break-before: page; } }
"""


def html(paper: Paper) -> str:
    """Write a paper as a page."""
    title = escape(paper.title)
    body = "\n".join(
        part
        for number, section in enumerate(paper.sections, 1)
        for part in _section(section, number)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{escape(paper.about)}</p>\n{body}\n"
        f"{_notes(paper)}</main>\n</body>\n</html>\n"
    )


def _notes(paper: Paper) -> str:
    if not paper.notes:
        return ""
    notes = "\n".join(f"<li>{escape(note)}</li>" for note in paper.notes)
    return f"<h2>Notes</h2>\n<ol>\n{notes}\n</ol>\n"


def _section(section: Section, number: int) -> Iterator[str]:
    level, mark = section.level + 1, ' class="new-page"' if section.on_new_page else ""
    yield f"<h{level}{mark}>{escape(section.heading)}</h{level}>"
    yield from (f"<p>{escape(sentence)}</p>" for sentence in section.sentences)
    if section.points:
        points = "\n".join(f"<li>{escape(point)}</li>" for point in section.points)
        yield f"<ul>\n{points}\n</ul>"
    if section.picture is not None:
        yield f"<p>{escape(section.picture.sentence)}</p>"
        yield from _picture(section.picture, number)
    if section.numbers is not None:
        made = _table(section.numbers, section.heading)
        # What can be scrolled can be reached by the keyboard, and says what it is.
        name = escape(section.heading, quote=True)
        kind = "table wide" if section.wide else "table"
        yield f'<div class="{kind}" role="region" tabindex="0" aria-label="{name}">{made}</div>'


def _picture(picture: Picture, number: int) -> Iterator[str]:
    """Give the drawing itself, with what is read out in its place."""
    if picture.svg is not None:
        name = f"picture-{number}"
        drawing = re.sub(r"^.*?(?=<svg )", "", picture.svg(), count=1, flags=re.S)
        drawing = re.sub(r'\b(id="|xlink:href="#|url\(#)', rf"\g<1>p{number}-", drawing)
        mark = f'<svg role="img" aria-labelledby="{name}" '
        title = f'<title id="{name}">{escape(picture.described)}</title>'
        drawing = re.sub(r"<svg ", mark, drawing, count=1)
        drawing = re.sub(r"(<svg [^>]*>)", lambda found: found[1] + title, drawing, count=1)
        yield f"<figure>{drawing}</figure>"


def _table(table: pd.DataFrame, caption: str) -> str:
    heads = "".join(f'<th scope="col">{escape(str(head))}</th>' for head in table.columns)
    rows = []
    for first, *rest in table.itertuples(index=False):
        cells = "".join(f"<td>{escape(str(cell))}</td>" for cell in rest)
        rows.append(f'<tr><th scope="row">{escape(str(first))}</th>{cells}</tr>')
    body = "\n".join(rows)
    return (
        f"<table>\n<caption>Table: {escape(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>"
    )
