"""Whether a document can be read by those who do not see it: what is wrong with it, in words."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise

import docx
from docx.oxml.ns import qn

VOID = {"meta", "br", "img", "link", "hr", "input"}


def wrong_in_word(content: bytes) -> list[str]:
    return list(_wrong_in_word(docx.Document(io.BytesIO(content))))


def _wrong_in_word(document) -> Iterator[str]:
    if not document.core_properties.title:
        yield "the document has no title"
    languages = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
    if document.core_properties.language != "en-GB" or languages != {"en-GB"}:
        yield f"its language is {languages}"
    styles = [(p.style.name, p.text) for p in document.paragraphs]
    headings = [(int(s.split()[1]), text) for s, text in styles if s.startswith("Heading")]
    if [text for style, text in styles if style == "Title"] != [document.core_properties.title]:
        yield "the title is not at its head, once"
    yield from wrong_order([1, *(level + 1 for level, _ in headings)])
    yield from (f"heading {n + 1} is empty" for n, (_, text) in enumerate(headings) if not text)
    for number, shape in enumerate(document.inline_shapes, 1):
        if len(shape._inline.docPr.get("descr") or "") < 20:
            yield f"picture {number} is not described"
    for number, table in enumerate(document.tables, 1):
        if not table.rows[0]._tr.xpath("./w:trPr/w:tblHeader"):
            yield f"table {number} has no head"
        if not all(cell.text for cell in table.rows[0].cells):
            yield f"table {number} has a column without a name"
        if not table._tbl.tblPr.xpath("./w:tblCaption"):
            yield f"table {number} is not named"
        if table._tbl.xpath(".//w:gridSpan | .//w:vMerge"):
            yield f"table {number} has merged cells"


def wrong_order(levels: list[int]) -> Iterator[str]:
    """Headings go down one level at a time."""
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"a heading of level {after} follows one of level {before}"


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.wrong: list[str] = []
        self.svg: dict[str, str | None] = {}
        self.has_caption = self.has_head = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag not in VOID:
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "html" and given.get("lang") != "en-GB":
            self.wrong.append("the page does not say its language")
        if tag == "svg" and (given.get("role") != "img" or not given.get("aria-labelledby")):
            self.wrong.append("a picture is not described")
        if tag == "img" and not given.get("alt"):
            self.wrong.append("an image is not described")
        if tag == "table":
            self.has_caption = self.has_head = False
        self.has_caption |= tag == "caption"
        self.has_head |= tag == "th" and given.get("scope") == "col"
        if tag in ("script", "iframe", "link") or str(given.get("src", "")).startswith("http"):
            self.wrong.append(f"something is fetched: {tag}")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and not (self.has_caption and self.has_head):
            self.wrong.append("a table has no head or no name")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def wrong_in_html(text: str) -> list[str]:
    page = _Page()
    page.feed(text)
    wrong = [*page.wrong, *wrong_order([0, *page.levels])]
    if page.levels.count(1) != 1:
        wrong.append("there is not one heading of the first level")
    if len(set(page.ids)) != len(page.ids):
        wrong.append("two parts have the same id")
    if not re.search("<title>[^<]+</title>", text):
        wrong.append("the page has no title")
    return wrong
