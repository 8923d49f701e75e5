"""A paper as one HTML page that needs nothing else: pictures are in it, and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

import pandas as pd

from sim.app.paper import Paper, Section, svg

STYLE = """
body { font-family: Arial, sans-serif; font-size: 1.05rem; line-height: 1.5; color: #1a1a1a;
  background: #fff; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
  border-bottom: 1px solid #767676; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; }
@media print { h2 { break-after: avoid; } table, figure { break-inside: avoid; } }
"""


def html(paper: Paper) -> str:
    """Write a paper as a page."""
    title = escape(paper.title)
    body = "\n".join(part for section in paper.sections for part in _section(section))
    notes = "\n".join(f"<li>{escape(note)}</li>" for note in paper.notes)
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"<h1>{title}</h1>\n<p>{escape(paper.about)}</p>\n{body}\n"
        f"<h2>Notes</h2>\n<ol>\n{notes}\n</ol>\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section) -> Iterator[str]:
    yield f"<h2>{escape(section.heading)}</h2>"
    yield from (f"<p>{escape(sentence)}</p>" for sentence in section.sentences)
    drawn = section.drawn
    if drawn is not None:
        yield f"<p>{escape(drawn.sentence)}</p>"
        if drawn.chart is not None:
            picture = re.sub(r"<svg ", '<svg aria-hidden="true" ', svg(drawn.chart), count=1)
            yield f"<figure>{picture}</figure>"
    if section.numbers is not None:
        yield _table(section.numbers, section.heading)


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
