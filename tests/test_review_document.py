"""The document of a review: accessible, complete, open where people sign, opened by LibreOffice."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
from accessible import wrong_in_html, wrong_in_word
from docx.oxml.ns import qn
from reviewed import at, small

from sim.cli import main
from sim.registers.assumptions import assumptions
from sim.registers.data import data_register
from sim.registers.decisions import Decision
from sim.registers.since import Since
from sim.report.annual.chart import bands
from sim.report.annual.document import document
from sim.report.annual.dossier import Dossier, Previous
from sim.report.paper import Paper, Section
from sim.report.paper_docx import column_widths, word
from sim.report.paper_html import html
from sim.review.actuals import Actuals
from sim.review.causes import Cause
from sim.review.explanation import Explanation, Fitted
from sim.review.forecast import Forecast
from sim.review.months import MeasureReview, measure_reviewed
from sim.review.recalibrated import Recalibrated
from sim.review.review import Review
from sim.review.verdict import Furthest, Verdict
from sim.scenario import load, to_yaml

ON = date(2027, 4, 20)
POSTS = "teams.review_and_intervention.posts.family_support_worker.count"
MONTHS = tuple(f"{2026 + (m > 12)}-{(m - 1) % 12 + 1:02}" for m in range(4, 16))
REVIEWS, REFERRALS = at("on_time:cin_review@review_and_intervention"), at("referrals@service")


def measures() -> tuple[MeasureReview, ...]:
    """Reviews, late in two months and below the band of 80 to 98%; referrals as forecast."""
    futures = np.ones((19, 12, 2))
    futures[:, :, 0], futures[:, :, 1] = np.arange(80, 99)[:, None], 100
    late = np.full((12, 2), 100.0)
    late[:, 0] = 90
    late[:2, 0] = 70
    counts = np.ones((19, 12, 2))
    counts[:, :, 0] = np.arange(20, 39)[:, None]
    usual = np.ones((12, 2)) * [25.0, 1.0]
    return (
        measure_reviewed(REVIEWS, MONTHS, late, futures),
        measure_reviewed(REFERRALS, MONTHS, usual, counts),
    )


def found(outside: bool = True) -> Review:
    late, usual = measures()
    actuals = Actuals("year.csv", MONTHS, (), (), ((REVIEWS, ("2026-06",)),), (REFERRALS,))
    forecast = Forecast(
        small(), 1, (REVIEWS, REFERRALS), MONTHS, tuple(range(19)), np.ones((19, 2, 12, 2))
    )
    more = Cause("demand", "demand", "times", 1.0, 0.5, 2.0, ("population.contacts.rate",))
    fewer = Cause(
        "staff:review_and_intervention.family_support_worker", "staffing", "posts", 7, 0, 14, ()
    )
    fits = (
        Fitted(more, 1.2, 1.1, 1.3, -10.0, 0.0, True),
        Fitted(fewer, 5.5, 5.0, 6.0, -11.0, 1.0, True),
    )
    again = Recalibrated(
        *("demand", ("population.contacts.rate",), "per year", 90.0, 80.0, 120.0),
        *(108.0, 99.0, 117.0, "Gamma-Poisson", ("referrals@service",), 0.001, 0.002, True),
    )
    return Review(
        loaded=small(),
        actuals=actuals,
        forecast=forecast,
        measures=(late, usual),
        verdict=Verdict(outside, 0.004, 0.1, 19, (Furthest(late, -4.0), Furthest(usual, 0.1))),
        explanation=Explanation(fits, -30.0, 2, 3.0, ("days_at_work@x",), (("hours", "none"),)),
        recalibrated=(again,),
    )


def dossier() -> Dossier:
    review = found()
    changed = Since("work.sibling_hours", "changed", "1 hours", "2 hours", "", "entered")
    return Dossier(
        review=review,
        on=ON,
        assumptions=assumptions(review.loaded, ON)[:40],
        data=data_register(review.loaded, review.actuals, "ab" * 32),
        decisions=(Decision(ON, "Fit for another year", "", "Head of service", date(2027, 4, 1)),),
        previous=Previous(review.loaded, (changed,)),
        tornado=None,
        verification=None,
        coming=None,
        command="caseload review kept.yaml --actuals year.csv --on 2027-04-20",
    )


@pytest.fixture(scope="module")
def paper() -> Paper:
    return document(dossier())


@pytest.fixture(scope="module")
def content(paper: Paper) -> bytes:
    return word(paper)


def text_of(paper: Paper, heading: str) -> str:
    """All that a section says, its table included."""
    (section,) = [each for each in paper.sections if each.heading == heading]
    table = "" if section.numbers is None else section.numbers.to_csv()
    return "\n".join([*section.sentences, *section.points, table])


# --- what it says -----------------------------------------------------------------------------


def test_the_answer_comes_first_in_plain_words(paper: Paper) -> None:
    assert paper.sections[0].heading == "Summary"
    said = text_of(paper, "Summary")
    assert "April 2026 to March 2027 was not one of those that the model held possible" in said
    assert "chance of 0.4%" in said
    assert "92% of the monthly figures (22 of 24)" in said
    assert "First contacts: 1.20 times (1.10 to 1.30) what the scenario says; Staff: Fam" in said
    assert "1 of the 1 inputs that last year's counts speak of has drifted: First contacts" in said
    assert "The simulation itself was not checked" in said


def test_a_year_that_was_possible_is_no_proof() -> None:
    said = text_of(document(replace(dossier(), review=found(outside=False))), "Summary")
    assert "was one of those that the model held possible" in said and "no proof" in said


def test_a_cause_that_does_not_explain_the_year_is_not_said_to() -> None:
    review = found()
    assert review.explanation is not None
    fits = tuple(replace(each, explains=False) for each in review.explanation.fitted)
    none = replace(review, explanation=replace(review.explanation, fitted=fits))
    made = document(replace(dossier(), review=none))
    said = text_of(made, "Summary")
    assert "Nothing that was tried explains the year on its own; the likeliest, not told" in said
    assert "What would explain" not in said
    assert "look for two at once" in text_of(made, "What would have had to be different")


def test_what_people_sign_is_left_open(paper: Paper) -> None:
    (sign,) = [s for s in paper.sections if s.heading == "For people to decide and to sign"]
    assert sign.table is not None and list(sign.table["Role"])[2].startswith("Assurer")
    assert (sign.table[["Name", "Signature", "Date"]] == "").all(axis=None)
    assert "☐ yes, as it is" in sign.sentences[0]
    for part in ("Engagement and scoping", "Delivery, communication and sign-off"):
        assert "☐\u00a0Commissioner" in text_of(paper, part)
    analysis = text_of(paper, "Analysis")
    assert (
        "22 of 24 monthly figures inside the 90% band; the year as a whole is outside" in analysis
    )
    assert "1 inputs held against last year's counts, 1 drifted" in analysis


def test_every_item_of_stress_des_is_told_of_this_scenario(paper: Paper) -> None:
    said = text_of(paper, "The model described (STRESS-DES)")
    for number in ("1.3", "2.5.5", "3.4", "4.3", "5.4", "6.1"):
        assert f"{number} " in said
    assert "First contacts at 90 a year" in said  # as in the small service, not the three hubs
    assert "132 children, by stage" in said
    assert "Review & Intervention,Family support worker,2" in text_of(paper, "People")


def test_the_registers_and_how_to_make_it_again_are_in_it(paper: Paper) -> None:
    assert "1 hours,2 hours" in text_of(paper, "Changes since the last review")
    assert "Fit for another year" in text_of(paper, "Decisions")
    assert "Decision: Fit for another year" in text_of(paper, "What is past its review-by date")
    again = text_of(paper, "How to make it again")
    for part in ("--on 2027-04-20", "Seed", small().digest, "ab" * 8):
        assert part in again
    assert "derived from published figures,medium,1" in text_of(paper, "What the model rests on")
    assert "no count for Jun 26" in text_of(paper, "What is not known of the year")


def test_a_month_outside_is_marked_in_the_annex_and_told_beside_the_chart(paper: Paper) -> None:
    late = text_of(paper, "Reviews and visits on time, by month")
    assert late.count("70%* (80% to 98%)") == 2 and late.count("90% (80% to 98%)") == 10
    (section,) = [s for s in paper.sections if s.heading == "Reviews and visits on time"]
    assert section.picture is not None
    assert section.picture.sentence == (
        "Of 12 monthly figures 10 (83%) lie inside their bands. Outside: Reviews on time, of those "
        "due, Review & Intervention in 2 months below."
    )


# --- whom it can be read by -------------------------------------------------------------------


def test_the_document_is_accessible_in_word_and_as_a_page(paper: Paper, content: bytes) -> None:
    assert wrong_in_word(content) == []
    assert wrong_in_html(html(paper)) == []
    made = docx.Document(io.BytesIO(content))
    assert len(made.inline_shapes) == 2 and len(made.tables) > 15
    page = made.sections[0]
    assert (page.page_width.mm, page.page_height.mm) == (
        pytest.approx(210, 1e-3),
        pytest.approx(297, 1e-3),
    )


def test_each_fault_that_the_check_is_for_is_found() -> None:
    table = pd.DataFrame({"What": ["x"], "": ["y"]})
    skipped = Paper("A title", "About.", (Section("Part", (), table), Section("Deep", level=3)))
    made = docx.Document(io.BytesIO(word(skipped)))
    for mark in (*made.tables[0]._tbl.iter(qn("w:tblHeader")),):
        mark.getparent().remove(mark)
    picture = Paper("A title", "", (Section("Part", (), None, bands("Chart", measures())),))
    other = docx.Document(io.BytesIO(word(picture)))
    other.inline_shapes[0]._inline.docPr.attrib.pop("descr")
    other.core_properties.title = ""
    wrong = []
    for each in (made, other):
        buffer = io.BytesIO()
        each.save(buffer)
        wrong += wrong_in_word(buffer.getvalue())
    assert wrong == [
        "a heading of level 4 follows one of level 2",
        "table 1 has no head",
        "table 1 has a column without a name",
        "the document has no title",
        "the title is not at its head, once",
        "picture 1 is not described",
    ]
    assert "a heading of level 4 follows one of level 2" in wrong_in_html(html(skipped))
    assert wrong_in_html("<html lang='en-GB'><title>T</title><h1>T</h1><svg></svg>")


def test_a_column_has_room_for_its_longest_word_where_the_page_has() -> None:
    rows = [["Word", "Text"], ["commissioner", "a sentence of some length, " * 4]]
    first, second = column_widths(rows, 17.0, 5.0)
    assert first >= 12 / 5.0 and first + second == pytest.approx(17.0)
    assert sum(column_widths([["x" * 40] * 9], 17.0, 5.0)) == pytest.approx(17.0)


# --- where it is opened -----------------------------------------------------------------------

HARMLESS = "failed to launch javaldx"  # LibreOffice looks for a Java that it does not need here


def test_libreoffice_opens_it_without_a_warning(content: bytes, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed here")
    (tmp_path / "review.docx").write_bytes(content)
    done = subprocess.run(
        [
            *(office, "--headless", f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "review.docx")),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    said = [line for line in done.stderr.splitlines() if line and HARMLESS not in line]
    assert (done.returncode, said) == (0, [])
    assert (tmp_path / "review.pdf").read_bytes().startswith(b"%PDF")


# --- the command ------------------------------------------------------------------------------


def test_the_command_writes_the_document_with_all_that_was_handed_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["review", "three-hubs", "--decisions-template", "decisions.csv"]) == 0
    with Path("decisions.csv").open("a", encoding="utf-8") as file:
        file.write("2027-04-20,Fit for another year,,Head of service,\n")
    head = "month,measure,where,value,of\n"
    Path("year.csv").write_text(f"{head}2026-04,referrals,service,3,\n", encoding="utf-8")
    Path("small.yaml").write_text(to_yaml(small()), encoding="utf-8")
    given = ["review", "small.yaml", "--actuals", "year.csv", "--replications", "2"]
    given += ["--jobs", "1", "--quiet", "--no-store"]
    papers = ["--decisions", "decisions.csv", "--previous", "three-hubs"]
    papers += ["--coming", "1", "--option", f"One post more[{POSTS}=3]"]
    monkeypatch.setattr("sim.review.options.YEARS", "1 year")
    assert main([*given, *papers, "--out", "found", "--on", "20/04/2027"]) == 0
    assert "review.docx" in capsys.readouterr().out
    made = docx.Document("found/review.docx")
    cells = {str(text.text) for text in made.element.iter(qn("w:t"))}
    assert "Fit for another year" in cells
    assert any(cell.startswith("conservation: ") for cell in cells)  # the checks of the simulation
    assert any(cell.endswith("--on 20/04/2027") for cell in cells)
    assert "Option: One post more" in cells
    assert any("one future shows no more than one anecdote" in cell for cell in cells)
    with Path("found/comparison.csv").open(encoding="utf-8") as file:
        assert {row["other"] for row in csv.DictReader(file)} == {"One post more"}
    following = load("found/next-year.yaml").scenario
    assert following.start == date(2027, 4, 1) and following.review is not None
    assert following.review.last_reviewed == ON
    page = Path("found/review.html").read_text(encoding="utf-8")
    assert wrong_in_html(page) == [] and "Contacts, rate" in page

    wrong = {"--previous": "nowhere.yaml", "--decisions": "year.csv", "--sensitivity": "found"}
    for option, value in wrong.items():
        assert main([*given, option, value, "--out", "other"]) == 2
    assert not Path("other").exists()
