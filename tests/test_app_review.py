"""The page of the annual review, without a browser: counts in, verdict, decisions, document out."""

from __future__ import annotations

import csv
import io
import time
from datetime import date
from types import SimpleNamespace
from typing import Any

import docx
import pytest
import streamlit as st
from pages import page, small, texts
from reviewed import months
from reviewed import small as reviewed_small

from sim.app import review_asked
from sim.app.drawing import PALETTES
from sim.app.review_asked import NOT_YET, Decided, decisions_file, order
from sim.app.review_chart import measure_chart
from sim.app.review_job import ReviewJob, ReviewOrder, Workspace
from sim.registers.decisions import decisions_of

HEAD = "month,measure,where,value,of\n"
COUNTS = f"{HEAD}2026-04,referrals,service,3,\n2026-05,referrals,service,4,\n".encode()
ON = date(2027, 4, 20)


@pytest.fixture(autouse=True)
def nobody_before() -> None:
    """Forget what other tests ran: AppTest gives every session of a process the same id."""
    st.cache_resource.clear()


def asked(content: bytes = COUNTS, decided: Decided | None = None, **what: Any) -> ReviewOrder:
    given = {"futures": 2, "with_coming": False, "seed": 1, **what}
    return order(reviewed_small(), content, decided=decided, **given)


# --- what is asked ----------------------------------------------------------------------------


def test_the_template_of_the_page_is_that_of_the_command() -> None:
    text = review_asked.template_of(reviewed_small()).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["month"] for row in rows} == set(months())
    assert not any(row["value"] for row in rows)
    found = review_asked.read(reviewed_small(), "year.csv", COUNTS)
    assert review_asked.read_in_words(found) == (
        "2 numbers can be used: 1 measure, in 2 of 12 months. 1 measure has months missing."
    )


def test_decisions_of_the_page_are_read_by_the_command_as_they_were_written() -> None:
    decided = Decided("no", ("demand",), "Recount in May\n\n=1+1, said he", "A. Manager", ON)
    first, second, third, fourth = decisions_of(decisions_file(decided).encode(), "d.csv")
    assert first.decision == "Fit to use for another year: no"
    assert (first.on, first.by) == (ON, "A. Manager")
    assert second.decision == "Last year's counts are taken up for: demand"
    assert (third.decision, fourth.decision) == ("Recount in May", "'=1+1, said he")
    assert decisions_file(Decided(NOT_YET, (), "  ", "", ON)) == ""


def test_the_command_that_is_run_has_all_that_was_asked() -> None:
    decided = Decided("no", ("demand", "opening"), "", "", ON)
    arguments = asked(decided=decided, futures=30, with_coming=True).arguments()
    said = " ".join(arguments)
    assert said.startswith("review scenario.yaml --actuals actuals.csv --out review --on 2027-04-")
    assert "--replications 30 --seed 1 --coming 20 --decisions decisions.csv" in said
    assert said.endswith("--accept demand --accept opening")


# --- the run ----------------------------------------------------------------------------------


def test_what_is_uploaded_is_on_disk_only_while_it_is_reviewed() -> None:
    workspace = Workspace()
    assert workspace.path.stat().st_mode & 0o077 == 0  # nobody else can look
    decided = Decided("yes, as it is", (), "", "A. Manager", ON)
    job = ReviewJob(asked(decided=decided), workspace)
    folder = job.folder
    assert (folder / "actuals.csv").read_bytes() == COUNTS or not job.running
    assert job.wait(120.0) and job.error is None
    assert not folder.exists() and [p.name for p in workspace.path.iterdir()] == ["store"]
    assert {"review.docx", "review.html", "next-year.yaml"} <= set(job.files)
    made = docx.Document(io.BytesIO(job.files["review.docx"]))
    said = {str(text.text) for text in made.element.iter() if text.tag.endswith("}t")}
    assert "Fit to use for another year: yes, as it is" in said and "A. Manager" in said
    assert job.summary["points"] and job.found["measures"][0]["address"] == "referrals@service"
    workspace.remove()
    assert not workspace.path.exists()


def test_a_review_is_cancelled_at_once_and_leaves_nothing() -> None:
    workspace = Workspace()
    job = ReviewJob(asked(futures=200), workspace)
    began = time.monotonic()
    job.cancel()
    assert job.wait(10.0) and time.monotonic() - began < 10.0
    assert job.cancelled and job.error is None and not job.files
    assert not job.folder.exists()
    workspace.remove()


def test_what_goes_wrong_is_said_for_people() -> None:
    workspace = Workspace()
    job = ReviewJob(asked(b"nothing,of,use\n"), workspace)
    assert job.wait(60.0)
    assert job.error is not None
    assert "actuals.csv:1:1" in job.error and "unknown column" in job.error
    assert "Traceback" not in job.error
    workspace.remove()


# --- the page ---------------------------------------------------------------------------------


def test_the_page_asks_for_the_counts_and_offers_the_template() -> None:
    opened = page("review", small()).run()
    assert not opened.exception
    assert opened.title[0].value == "Annual review"
    assert [button.key for button in opened.download_button] == ["review-template"]
    assert not opened.button  # nothing to run before there are counts
    assert "the year April 2026 to March 2027" in texts(opened)


def done(decided: Decided | None = None) -> Any:
    """A review that has ended, as the session holds it."""
    from sim.pages.parts.reviewed import Reviewing

    month = {
        **{"period": "2026-04", "value": 3.0, "of": None, "figure": 3.0, "inside": False},
        "band": {"low": 4.0, "median": 5.0, "high": 8.0, "chance": 0.9, "futures": 19},
    }
    measure = {
        **{"address": "referrals@service", "name": "Referrals, whole service"},
        **{"unit": "referrals", "months_known": 1, "months_inside": 0},
        "periods": [month, {**month, "period": "year"}],
    }
    summary = {
        "sentences": ["The year was not one of those."],
        "points": ["0% of the monthly figures."],
        "acceptable": [{"name": "demand", "label": "Demand"}],
    }
    files = {"review.docx": b"PK", "review.html": b"<html>", "next-year.yaml": b"name: x"}
    job = SimpleNamespace(
        running=False,
        cancelled=False,
        error=None,
        files=files,
        summary=summary,
        found={"measures": [measure]},
    )
    return Reviewing(small().baseline(), COUNTS, decided, job)


def test_the_verdict_the_decisions_and_the_document_are_on_the_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[Any] = []
    monkeypatch.setattr("sim.pages.parts.reviewed.run", done)
    monkeypatch.setattr("sim.pages.parts.reviewed.start", lambda *what: started.append(what))
    opened = page("review", small()).run()
    assert not opened.exception
    assert "**The year was not one of those.**" in texts(opened)
    assert "No decisions are in it yet" in texts(opened)
    keys = {button.key for button in opened.download_button}
    assert keys >= {"review-docx", "review-html", "review-yaml"}
    opened.selectbox(key="decide-fit").set_value("no")
    opened.multiselect(key="decide-accept").set_value(["demand"])
    opened.text_input(key="decide-by").set_value("A. Manager")
    (submit,) = [each for each in opened.button if each.label == "Put them into the document"]
    submit.click().run()
    ((_, content, decided),) = started
    assert content == COUNTS
    assert (decided.fit, decided.accepted, decided.by) == ("no", ("demand",), "A. Manager")


def test_a_month_outside_is_told_apart_by_its_shape_and_in_the_table() -> None:
    drawn = measure_chart(done().job.found["measures"][0], PALETTES["dark"])
    assert drawn.sentence.startswith("0 of 1 months lie where nine in ten were expected")
    assert list(drawn.table.iloc[0]) == ["April 2026", "3", "4 to 8", "no"]
    assert "square" in str(drawn.chart)
