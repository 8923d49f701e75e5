"""A paper as a Word document: real headings, marked header rows, pictures with a description."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import pandas as pd

from sim.report.paper import Paper, Section

LANGUAGE = "en-GB"
FONT, INK, SHADE = "Arial", "12436D", "E7EDF3"
A4 = (21.0, 29.7)  # centimetres
MARGIN = 2.0
SIZES = {"Normal": 11, "Title": 24, "Heading 1": 16, "Heading 2": 13}  # points
SMALL, SMALLER = 9, 8  # points: of tables, and of those on their side
LETTERS = 42.0  # of a point's size, in a centimetre
LEAST, LONGEST, MOST = 5, 18, 90  # letters that a column, its longest word, all it says may have
BOLDER = 1.2  # times as wide are the letters of a head
BLANK = 25  # letters that a column has that is to be filled in by hand
PADDING = 0.45  # centimetres in a cell that are not for letters
TWIPS = 567  # in a centimetre
# Kinds of rows, as the file has them: repeated on every page and read out as the head; one in
# which something is to be written by hand, which takes 0.9 cm.
HEAD, BY_HAND = "<w:tblHeader/>", '<w:trHeight w:val="510" w:hRule="atLeast"/>'
SHADED = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>'


def word(paper: Paper) -> bytes:
    """Write a paper as .docx."""
    import docx  # slow to import, and needed only when something is taken away

    document = docx.Document()
    _about(document, paper)
    document.add_heading(paper.title, level=0)
    document.add_paragraph(paper.about)
    wide = False
    for section in paper.sections:
        if section.wide != wide:
            wide = section.wide
            _turn(document, wide)
        _section(document, section)
    if paper.notes:
        if wide:
            _turn(document, False)
        document.add_heading("Notes", level=1)
        for note in paper.notes:
            document.add_paragraph(note, style="List Number")
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _about(document: Any, paper: Paper) -> None:
    """Say what the document is, in which language; set its page, its letters and its foot."""
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    known = document.core_properties
    known.title, known.language, known.author, known.comments = paper.title, LANGUAGE, "", ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
    for name, size in SIZES.items():
        style = document.styles[name]
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(INK)
    page = document.sections[0]
    page.page_width, page.page_height = (Cm(side) for side in A4)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(MARGIN)
    _foot(page.footer.paragraphs[0], paper.title)


def _foot(paragraph: Any, title: str) -> None:
    """Write the title and the page's number."""
    from docx.shared import Pt

    runs = [paragraph.add_run(f"{title}. Page ")]
    for field, after in (("PAGE", " of "), ("NUMPAGES", "")):
        runs += [_field(paragraph, field), paragraph.add_run(after)]
    for run in runs:
        run.font.size = Pt(SMALL)


def _field(paragraph: Any, name: str) -> Any:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = paragraph.add_run()
    for kind in ("begin", None, "separate", "text", "end"):
        if kind is None:
            part = OxmlElement("w:instrText")
            part.text = name
        elif kind == "text":
            part = OxmlElement("w:t")
            part.text = "1"
        else:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        run._r.append(part)
    return run


def _turn(document: Any, wide: bool) -> None:
    """Go on on a new page, on its side or upright."""
    from docx.enum.section import WD_ORIENT, WD_SECTION
    from docx.shared import Cm

    page = document.add_section(WD_SECTION.NEW_PAGE)
    page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
    page.page_width, page.page_height = (Cm(side) for side in (A4[::-1] if wide else A4))


def _section(document: Any, section: Section) -> None:
    from docx.shared import Cm

    heading = document.add_heading(section.heading, level=section.level)
    heading.paragraph_format.page_break_before = section.on_new_page or None
    for sentence in section.sentences:
        document.add_paragraph(sentence)
    for point in section.points:
        document.add_paragraph(point, style="List Bullet")
    picture = section.picture
    if picture is not None:
        document.add_paragraph(picture.sentence).paragraph_format.keep_with_next = True
        if picture.png is not None:
            image = io.BytesIO(picture.png())
            shape = document.add_picture(image, width=Cm(A4[0] - 2 * MARGIN))
            described = shape._inline.docPr  # the library has no public way to describe a picture
            described.set("descr", picture.described)
            described.set("title", picture.title)
    if section.numbers is not None:
        _table(document, section.numbers, section.heading, section.wide)


def _table(document: Any, table: pd.DataFrame, caption: str, is_wide: bool) -> None:
    """Add a table, each row written as it is in the file: cell by cell takes far longer."""
    rows = [[str(value) for value in row] for row in table.itertuples(index=False)]
    heads = [str(head) for head in table.columns]
    made = document.add_table(rows=0, cols=len(heads), style="Table Grid")
    made.autofit = False
    _caption(made, caption)
    points = SMALLER if is_wide else SMALL
    width = A4[1 if is_wide else 0] - 2 * MARGIN
    widths = column_widths([heads, *rows], width, LETTERS / points)
    for column, wide in zip(made.columns, widths, strict=True):
        column.width = _cm(wide)
    _add_row(made, heads, widths, points, HEAD)
    for row in rows:
        _add_row(made, row, widths, points, "" if any(row[1:]) else BY_HAND)
    document.add_paragraph()


def _add_row(
    made: Any, texts: Sequence[str], widths: Sequence[float], points: int, kind: str
) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    bold, shade = ("<w:b/>", SHADED) if kind == HEAD else ("", "")
    cells = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{round(wide * TWIPS)}" w:type="dxa"/>{shade}</w:tcPr><w:p>'
        f'<w:pPr><w:spacing w:after="20"/></w:pPr><w:r><w:rPr>{bold}<w:sz w:val="{2 * points}"/>'
        f'</w:rPr><w:t xml:space="preserve">{_plain(text)}</w:t></w:r></w:p></w:tc>'
        for text, wide in zip(texts, widths, strict=True)
    )
    about = f"<w:trPr><w:cantSplit/>{kind}</w:trPr>"
    made._tbl.append(parse_xml(f"<w:tr {nsdecls('w')}>{about}{cells}</w:tr>"))


def _plain(text: str) -> str:
    """Write text as XML, without what XML cannot hold."""
    return escape("".join(c for c in text if c >= " " or c in "\t\n"))


def _cm(width: float) -> Any:
    from docx.shared import Cm

    return Cm(width)


def _caption(made: Any, caption: str) -> None:
    """Name a table for those who do not see what it stands under."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblCaption")
    mark.set(qn("w:val"), caption)
    made._tbl.tblPr.append(mark)


def column_widths(rows: Sequence[Sequence[str]], width: float, letters: float) -> list[float]:
    """Share out a width by what columns have to hold: the longest word, and how much text.

    Parameters
    ----------
    rows
        Head and body.
    width
        Of the whole table, in centimetres.
    letters
        How many go into a centimetre.
    """
    least, wanted = [], []
    for column in zip(*rows, strict=True):
        head, *body = column
        word = max(
            *(len(part) * BOLDER for part in head.split() or [""]),
            *(len(part) for text in body for part in text.split()),
            0,
        )
        text = sorted(map(len, column))[(9 * len(column) - 1) // 10]  # all but the longest tenth
        if not any(body):
            text = BLANK  # to be filled in by hand
        least.append(min(max(word, LEAST), LONGEST) / letters + PADDING)
        wanted.append(min(text, MOST) / letters + PADDING)
    spare = width - sum(least)
    if spare <= 0:
        return [width * each / sum(least) for each in least]
    more = [max(want - low, 0.01) for want, low in zip(wanted, least, strict=True)]
    return [low + spare * each / sum(more) for low, each in zip(least, more, strict=True)]
