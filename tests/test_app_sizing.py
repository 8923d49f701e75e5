"""The page that says how many posts are enough, without a browser."""

from __future__ import annotations

import io
from typing import Any

import pytest
import yaml
from pages import POSTS, finish_with, page, small, texts
from sized import sized

from sim.app.drawing import PALETTES
from sim.app.front_chart import front
from sim.app.inputs import fields
from sim.app.job import Text
from sim.app.service import Service
from sim.app.size_brief import size_brief
from sim.app.sizing import SizeJob, order, scenario_for, targets_of, usual_range
from sim.commands.size_lines import answer_in_json
from sim.report.paper_docx import word
from sim.scenario import load

POOL = "review_and_intervention.family_support_worker"
TARGET = "in_date:cin_review@review_and_intervention"


def answered() -> dict[str, Any]:
    return answer_in_json(sized([0.2, 0.5, 1.0, 1.0], 7))


def test_the_front_says_and_tables_what_it_draws() -> None:
    drawn = front(answered(), PALETTES["light"])
    assert "3 family support workers in Review & Intervention keep" in drawn.sentence
    row = drawn.table.set_index("Posts").loc["3 (the answer)"]
    assert (row["Verdict"], row["Years that keep it"]) == ("enough", "100%")
    assert drawn.chart is not None
    shown = next(iter(drawn.chart["datasets"].values()))
    assert [each["posts"] for each in shown] == ["2", "3", "4"]


def test_the_brief_has_the_question_the_answer_and_the_command() -> None:
    import docx

    loaded = load("three-hubs")
    asked = order("three-hubs", "3 years", 1, [(POOL, 1, 4)], [f"{TARGET} >= 90%"], "0.9")
    paper = size_brief(answered(), asked, "How many?", loaded, "three-hubs.yaml")
    written = docx.Document(io.BytesIO(word(paper)))
    said = "\n".join(each.text for each in written.paragraphs)
    assert "How many?" in said and "One step fewer" in said
    cells = [cell.text for table in written.tables for row in table.rows for cell in row.cells]
    assert any(f"--post {POOL} --range 1..4" in cell for cell in cells)


def test_what_may_be_asked_is_in_words_and_written_as_typed() -> None:
    loaded = load("three-hubs")
    known = {each.address: each for each in targets_of(loaded)}
    review = known[TARGET]
    assert review.label == "Children whose review is in date, Review & Intervention"
    assert review.written(95.0) == f"{TARGET} >= 95%"
    assert known["backlog@service"].written(40.0) == "backlog@service <= 40"
    assert usual_range(loaded, POOL) == (3, 11)


def test_the_command_that_is_run_has_the_whole_question() -> None:
    asked = order(Text("a: 1"), "2 years", 3, [(POOL, 5, 8)], ["backlog@service <= 40"], None)
    assert asked.arguments() == [
        *("size", "-", "--horizon", "2 years", "--post", POOL, "--range", "5..8"),
        *("--target", "backlog@service <= 40", "--on-average", "--seed", "3", "--progress-json"),
    ]


def test_the_service_is_sized_as_it_was_changed() -> None:
    """Only as it comes may it go by its name: then finished futures may be kept."""
    plain = Service()
    baseline = plain.baseline()
    known = {field.key: field for field in fields(baseline.scenario)}
    changed = plain.with_change(known[POSTS], 5)
    assert scenario_for(plain, baseline) == "three-hubs"
    sent = scenario_for(changed, changed.changed(baseline, known))
    assert isinstance(sent, Text)
    posts = yaml.safe_load(sent.yaml)["teams"]["review_and_intervention"]["posts"]
    assert posts["family_support_worker"]["count"]["value"] == 5


def test_what_cannot_be_answered_is_said() -> None:
    job = SizeJob(order("three-hubs", "1 year", 1, [("a.b", 1, 2)], ["backlog@service <= 4"], None))
    assert job.wait(60.0)
    assert job.answer is None
    assert job.error is not None and "there is no post 'a.b'" in job.error


@pytest.fixture
def opened() -> Any:
    return page("sizing", small()).run()


def test_the_question_is_put_in_words_before_it_is_asked(opened: Any) -> None:
    assert not opened.exception
    assert "How many family support workers in Review & Intervention" in texts(opened)
    assert "in nine years of ten" in texts(opened)
    opened.multiselect(key="size-posts").set_value([]).run()
    assert opened.button(key="size").disabled


def test_a_range_that_goes_down_is_refused(opened: Any) -> None:
    opened.number_input(key=f"least:{POOL}").set_value(9)
    opened.number_input(key=f"most:{POOL}").set_value(3).run()
    assert "is less than at least 9" in opened.error[0].value
    assert opened.button(key="size").disabled


def test_a_search_can_be_cancelled(opened: Any) -> None:
    opened.button(key="size").click().run()
    opened.button(key="cancel-size").click()
    finish_with(opened, "cancel-size")  # its process takes a moment to end
    assert "Cancelled after" in opened.info[0].value


@pytest.mark.long
def test_the_page_answers(opened: Any) -> None:
    opened.segmented_control(key="sure").set_value("on average")
    opened.number_input(key=f"bar:{TARGET}").set_value(10.0)
    opened.number_input(key=f"least:{POOL}").set_value(1)
    opened.number_input(key=f"most:{POOL}").set_value(2).run()
    opened.button(key="size").click()
    finish_with(opened, "cancel-size")
    assert not opened.exception
    assert "Enough, and the fewest that are" in texts(opened)
    assert opened.table[0].value["Posts"].tolist()
