"""The Compare page, without a browser: scenarios side by side on the same children."""

from dataclasses import replace

import pytest
from pages import POSTS, finish_with, page, small, texts

from sim.app.candidates import changed_label, differing
from sim.app.figures import Figures
from sim.app.inputs import fields
from sim.app.service import Service
from sim.app.together import Side, how_sure, overdue, sentence, table

ADDED = "mine.yaml"


def side(label: str, late: list[list[float]]) -> Side:
    """A scenario with these overdue reviews in each year of each future."""
    months = [f"20{26 + m // 12}-{m % 12 + 1:02}" for m in range(24)]
    figures = Figures(["all", "1", "2", *months])
    for number, (one, two) in enumerate(late, start=1):
        spread = [one / 12.0] * 12 + [two / 12.0] * 12
        figures.add(
            number,
            [
                ("promises_met:cin_review", "hub", "promises", [10.0] * 27),
                ("promises_late:cin_review", "hub", "promises", [one + two, one, two, *spread]),
            ],
        )
    return Side(label, figures)


def test_the_verdict_gives_the_average_and_nine_years_in_ten() -> None:
    first = side("Seven posts", [[10, 20], [20, 10], [12, 14]])
    other = side("One fewer post", [[50, 60], [60, 54], [50, 58]])
    found = overdue(first.figures, other.figures)
    assert found is not None
    # By hand: the years differ by 40, 40, 38 and 40, 44, 44; the futures by 40, 42 and 41.
    assert found.difference.change.mean == pytest.approx(41.0)
    assert (found.low, found.high) == (pytest.approx(38.5), pytest.approx(44.0))
    assert sentence(first, other) == (
        "One fewer post: 41 more overdue reviews in a typical year, "
        "between 38 and 44 in nine years of ten."
    )
    assert "3 futures" in how_sure(first, other)


def test_a_difference_that_is_not_shown_is_not_claimed() -> None:
    first = side("A", [[10, 20], [20, 10], [12, 14]])
    other = side("B", [[20, 10], [10, 22], [12, 14]])
    assert "no difference in overdue reviews is shown" in sentence(first, other)
    assert table(first, other)["Verdict"][0] == "not shown to differ"


def test_the_same_is_said_to_be_the_same() -> None:
    one = side("A", [[10, 20], [20, 10]])
    assert "exactly as many overdue reviews" in sentence(one, replace(one, label="B"))


def test_a_scenario_is_named_by_what_is_changed_in_it() -> None:
    baseline = Service().baseline()
    known = {field.key: field for field in fields(baseline.scenario)}
    fewer = Service().with_change(known[POSTS], 6)
    assert changed_label(fewer, known) == ("One fewer family support worker, Review & Intervention")
    other = fewer.changed(baseline, known)
    (only,) = differing([baseline, other], known)
    assert only.values == ("7", "6") and "Family support worker" in only.label


def test_one_scenario_is_not_compared_with_itself() -> None:
    opened = page("compare", small()).run()
    assert not opened.exception
    assert "at least one more" in opened.info[0].value
    assert not [button for button in opened.button if button.key == "run-compare"]


def test_two_scenarios_are_run_and_the_verdict_is_said() -> None:
    opened = page("compare", small(changes={POSTS: 2})).run()
    assert not opened.exception
    assert "Family support worker" in opened.table[0].value.to_string()
    opened.button(key="run-compare").click()
    finish_with(opened, "cancel-compare")
    assert not opened.exception
    said = texts(opened)
    assert "One more family support worker, Review & Intervention:" in said
    assert "overdue reviews" in said
    verdicts = opened.table[-1].value
    assert list(verdicts["Measure"])[:2] == ["Overdue reviews in a year", "Work past due"]


def test_variants_are_added_and_taken_away_and_no_more_than_four() -> None:
    opened = page("compare", small()).run()
    for posts in (3, 4, 5):
        key = next(n.key for n in opened.number_input if n.key.startswith("posts:"))
        opened.number_input(key=key).set_value(posts).run()
        opened.button(key="add-posts").click().run()
    assert len(opened.session_state["compared"]) == 4
    assert not [button for button in opened.button if button.key == "add-posts"]
    opened.button(key="away:3").click().run()
    assert len(opened.session_state["compared"]) == 3


def test_a_cancelled_comparison_says_how_far_it_came() -> None:
    opened = page("compare", replace(small(changes={POSTS: 2}), futures=200)).run()
    opened.button(key="run-compare").click().run()
    opened.button(key="cancel-compare").click()
    finish_with(opened, "cancel-compare")
    assert "Cancelled after" in opened.info[0].value
