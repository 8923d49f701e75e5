"""Saving and sharing: what is taken away can be opened again, and says how it was made."""

import io
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import docx
import openpyxl
import pandas as pd
import pytest
import streamlit as st
from accessible import wrong_in_html, wrong_in_word
from pages import HERE, POSTS, page, small
from streamlit.testing.v1 import AppTest

from sim.app import brief, link, saving
from sim.app.charts import everything
from sim.app.drawing import PALETTES, Drawn
from sim.app.figures import Figures
from sim.app.flow_chart import streams
from sim.app.inputs import fields
from sim.app.job import Job, Order, Text
from sim.app.paper import picture, svg
from sim.app.seen import Seen
from sim.app.service import Service
from sim.app.together import Side
from sim.app.workbook import workbook
from sim.pages.parts.state import Run
from sim.report.paper import BEHIND, Paper, Section, numbers_last
from sim.report.paper_docx import word
from sim.report.paper_html import html
from sim.scenario import load_text, to_yaml

CONTACTS = "population.contacts.rate"
REVIEWS = "stages.review_and_intervention.tasks.review.every"


@pytest.fixture(autouse=True)
def nobody_before() -> None:
    """Forget the runs of other tests: AppTest gives every session of a process the same id."""
    st.cache_resource.clear()


def settings(service: Service) -> dict:
    return {field.key: field for field in fields(service.baseline().scenario)}


# --- files ------------------------------------------------------------------------------------


def test_a_saved_scenario_opened_again_is_the_same_scenario() -> None:
    service = small(changes={POSTS: 2})
    loaded = service.changed(service.baseline(), settings(service))
    text = saving.scenario_file(service, loaded)
    assert load_text(text, "saved.yaml").digest == loaded.digest
    assert loaded.digest in text.splitlines()[0]
    assert saving.file_name(loaded, "yaml") == "small-service.yaml"


# --- links ------------------------------------------------------------------------------------


def test_a_link_followed_gives_the_same_service() -> None:
    known = settings(Service())
    service = Service(
        own=(f"{POSTS}=9", f"{CONTACTS}=800 per year", "day_one.children.open_to_review=3"),
        changes={POSTS: 8, REVIEWS: 25.0, "moves.look": "2 weeks"},
        horizon="2 years",
        futures=30,
        seed=7,
    )
    service = replace(service, own=service.own[:2])
    address = link.address("https://example.org/explore", service, known)
    assert link.read(parse_qs(urlsplit(address).query)) == service


def test_a_link_holds_what_was_changed_and_nothing_else() -> None:
    service = Service(changes={POSTS: 5})
    found = link.parameters(service, settings(service))
    assert found == {"model": ["three-hubs"], "set": [f"{POSTS}=5"]}


def test_a_file_is_never_put_into_a_link() -> None:
    with pytest.raises(link.LinkRefusedError, match="a link holds no file"):
        link.parameters(small(), {})


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": ["/etc/passwd"]}, "no way of working"),
        ({"model": ["three-hubs"], "set": ["day_one.caseload=/etc/passwd"]}, "no setting"),
        ({"model": ["three-hubs"], "own": ["day_one.caseload=x.csv"]}, "no setting"),
        ({"model": ["three-hubs"], "set": [f"{POSTS}=many"]}, "no number"),
        ({"model": ["three-hubs"], "set": [f"{POSTS}=nan"]}, "no number"),
        ({"model": ["three-hubs"], "set": [f"{POSTS}=2.5"]}, "whole number"),
        ({"model": ["three-hubs"], "set": [POSTS]}, "no setting"),
        ({"model": ["three-hubs"], "set": ["moves.look=1 fortnight"]}, "no choice"),
        ({"model": ["three-hubs"], "set": [f"{POSTS}=5"] * 300}, "more values"),
        ({"model": ["three-hubs"], "futures": ["1000000"]}, "from 1 to 200"),
        ({"model": ["three-hubs"], "horizon": ["900 years"]}, "asks for '900 years'"),
        ({"model": ["three-hubs", "open-to-review"]}, "more than once"),
        ({"model": ["three-hubs"], "run": ["now"]}, "unknown"),
    ],
)
def test_a_link_that_is_not_ours_is_refused_with_a_reason(given: dict, said: str) -> None:
    with pytest.raises(link.LinkRefusedError, match=said):
        link.read(given)


def opened_with(**query: list[str]) -> AppTest:
    opened = AppTest.from_file(str(HERE / "app.py"), default_timeout=30)
    for name, values in query.items():
        opened.query_params[name] = values
    return opened.run()


def test_the_application_follows_a_link() -> None:
    opened = opened_with(model=["three-hubs"], set=[f"{POSTS}=5"])
    assert not opened.exception
    assert opened.session_state["service"] == Service(changes={POSTS: 5})


def test_the_application_refuses_a_bad_link_politely() -> None:
    opened = opened_with(model=["three-hubs"], set=["nonsense"])
    assert not opened.exception
    assert "cannot be followed, so nothing was changed" in opened.error[0].value
    assert opened.session_state["service"] == Service()


# --- papers -----------------------------------------------------------------------------------


def paper() -> Paper:
    table = pd.DataFrame({"What": ["=1+1", "<b>bold</b>"], "Number": [1.5, 2]})
    moves = Figures(["all", "1"])
    moves.add(1, [("flow:closed", "review_and_intervention", "moves a year", [20.0, 20.0])])
    drawn: Drawn = streams(moves, PALETTES["light"])
    return Paper(
        "A title",
        "About it.",
        (
            Section("One: part?", ("A sentence.",), table),
            Section("A chart", (), None, picture(drawn)),
        ),
        ("A note.",),
    )


def test_a_spreadsheet_has_a_cover_notes_and_one_marked_table_a_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(paper())))
    assert book.sheetnames == ["Cover", "Notes", "1 One part", "2 A chart"]
    assert book.properties.title == "A title"
    for sheet in book:
        assert len(sheet.tables) == 1 and not sheet.merged_cells.ranges
        assert isinstance(sheet["A1"].value, str)
    part = book["1 One part"]
    assert [cell.value for cell in part[3]] == ["What", "Number"]
    assert part["A4"].value == "=1+1" and part["A4"].data_type != "f"  # text, not a formula
    assert part["B4"].value == 1.5


def test_a_word_brief_has_headings_marked_heads_and_described_pictures() -> None:
    found = docx.Document(io.BytesIO(word(paper())))
    headings = [p.text for p in found.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["One: part?", "A chart", "Notes"]
    assert all(table.rows[0]._tr.xpath("./w:trPr/w:tblHeader") for table in found.tables)
    (picture,) = found.inline_shapes
    assert "cases close in a year" in picture._inline.docPr.get("descr")


def test_tables_of_charts_are_read_last_and_those_of_the_text_where_they_are() -> None:
    made = replace(paper(), sections=numbers_last(paper().sections, (Section("Then"),)))
    found = docx.Document(io.BytesIO(word(made)))
    headings = [p.text for p in found.paragraphs if p.style.name.startswith("Heading")]
    assert headings == ["One: part?", "A chart", BEHIND, "A chart", "Then", "Notes"]
    assert [each.numbers is not None for each in made.sections] == [True, False, False, True, False]
    assert made.sections[1].picture is not None
    (text, _) = paper().sections
    assert len(numbers_last((text,))) == 1  # no charts, no heading for their numbers


def test_a_table_too_wide_for_a_page_upright_lies_on_its_side() -> None:
    (_, drawn) = paper().sections
    assert drawn.picture is not None
    many = pd.DataFrame([[1.0] * 9], columns=list("abcdefghi"))
    wide = replace(drawn, picture=replace(drawn.picture, table=many))
    assert [each.wide for each in numbers_last((wide,))] == [False, True, True]
    assert [each.wide for each in numbers_last((drawn,))] == [False, False, False]


def test_an_html_brief_needs_nothing_else_and_takes_no_text_for_markup() -> None:
    found = html(paper())
    assert "&lt;b&gt;bold&lt;/b&gt;" in found and "<b>bold" not in found
    assert "<svg" in found and "<script" not in found
    assert 'lang="en-GB"' in found and '<th scope="col">What</th>' in found


@pytest.fixture(scope="module")
def ended() -> Run:
    """A run of the small service with one post more, beside its baseline."""
    service = replace(small(changes={POSTS: 2}), seed=3)
    plain = service.baseline()
    loaded = service.changed(plain, settings(service))
    job = Job(Order((Text(to_yaml(plain)), Text(to_yaml(loaded))), "1 year", 2, 3))
    assert job.wait(60.0) and job.error is None
    return Run(service, job, None)


def test_a_brief_says_the_answer_and_how_to_make_it_again(ended: Run) -> None:
    known = settings(ended.service)
    loaded = ended.service.changed(ended.service.baseline(), known)
    assert ended.now is not None
    case = brief.Case(ended.service, known, loaded, ended.now, ended.before, {})
    text = html(brief.brief(case))
    for part in (loaded.digest, "Seed", "--seed 3", "tasks are past due", "The question"):
        assert part in text
    book = openpyxl.load_workbook(io.BytesIO(workbook(brief.brief(case))))
    every = book[book.sheetnames[-1]]
    assert every["A1"].value == "Every number" and every.max_row > 500
    assert isinstance(every["F4"].value, int | float)


def case_of(ended: Run, changes: dict) -> brief.Case:
    service = replace(ended.service, changes=changes)
    known = settings(service)
    loaded = service.changed(service.baseline(), known)
    assert ended.now is not None
    return brief.Case(service, known, loaded, ended.now, ended.before if changes else None, {})


@pytest.mark.parametrize("changes", [{}, {POSTS: 2}])
def test_a_brief_is_the_answer_three_charts_what_it_rests_on_and_then_numbers(
    ended: Run, changes: dict
) -> None:
    found = brief.brief(case_of(ended, changes))
    headings = [each.heading for each in found.sections]
    read = found.sections[: headings.index(BEHIND)]
    behind = found.sections[len(read) :]
    drawn = [each for each in read if each.picture is not None]
    assert [each.heading for each in read[:2]] == ["The question", "The answer"]
    assert 1 <= len(drawn) <= 3 and read[-1].heading == "What it rests on"
    assert all(each.numbers is None for each in (*drawn, read[-1]))
    tables = {each.heading for each in behind if each.level == 2 and each.numbers is not None}
    assert tables == {each.heading for each in drawn}
    assert behind[0].on_new_page and not [each for each in behind if each.picture is not None]
    assert wrong_in_word(word(found)) == [] and wrong_in_html(html(found)) == []


def test_many_changes_are_all_told_but_only_the_first_on_the_first_page(ended: Run) -> None:
    known = [key for key, each in settings(ended.service).items() if each.grade is not None][:5]
    case = case_of(ended, {POSTS: 2})
    changes = {key: case.settings[key].default for key in known}
    found = brief.brief(replace(case, service=replace(case.service, changes=changes)))
    question, *_ = found.sections
    (whole,) = [each for each in found.sections if each.heading == "What was changed"]
    assert question.table is not None and whole.table is not None
    assert (len(question.table), len(whole.table)) == (3, 5)
    assert question.sentences[0].endswith("The first 3 of 5 are below; all are at the end.")


def test_a_comparison_can_be_taken_away(ended: Run) -> None:
    assert ended.now is not None and ended.before is not None
    sides = [Side("One post", ended.before), Side("Two posts", ended.now)]
    inputs = pd.DataFrame({"Input": ["Posts"], "One post": ["1"], "Two posts": ["2"]})
    service = ended.service
    found = brief.comparison(sides, inputs, service, {}, [service.baseline()])
    text = html(found)
    assert "Two posts, against: One post" in text and service.baseline().digest in text
    assert len(docx.Document(io.BytesIO(word(found))).inline_shapes) == 2


# --- the page ---------------------------------------------------------------------------------


def test_the_page_saves_what_the_session_works_on() -> None:
    opened = page("share", small(changes={POSTS: 2})).run()
    assert not opened.exception
    assert opened.download_button(key="save").label == "Save the scenario"
    assert any("a link holds no file" in str(m.value) for m in opened.markdown)
    assert not [b for b in opened.download_button if b.key == "answer-docx"]


def test_a_shipped_model_is_shared_by_a_link() -> None:
    opened = page("share", Service(changes={POSTS: 5})).run()
    assert not opened.exception
    assert f"/explore?model=three-hubs&set={POSTS}%3D5" in opened.code[0].value


def test_results_can_be_taken_away_in_every_form(
    ended: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.pages.parts.state.run", lambda: ended)
    opened = page("share", ended.service).run()
    assert not opened.exception
    keys = {button.key for button in opened.download_button}
    assert keys >= {"save", "answer-docx", "answer-html", "answer-xlsx", "charts"}


def test_every_chart_can_be_drawn_for_a_file(ended: Run) -> None:
    assert ended.now is not None
    seen = Seen(ended.now, "This service", ended.before, PALETTES["light"])
    drawn = {**everything(seen, {}), "flow": streams(ended.now, PALETTES["light"])}
    for key, each in drawn.items():
        if each.chart is not None:
            assert "<svg" in svg(each.chart), key
