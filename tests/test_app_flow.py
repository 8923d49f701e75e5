"""The Flow page, and the stories it tells."""

import pytest
from pages import finish_with, page, small, texts

from sim.app.asked import Asked
from sim.app.drawing import PALETTES
from sim.app.figures import Figures
from sim.app.flow_chart import flows, streams
from sim.app.told import lines


def figures(moves: dict[tuple[str, str], list[float]]) -> Figures:
    """A year in as many futures as there are numbers for a move."""
    found = Figures(["all", "1", *(f"2026-{month:02}" for month in range(1, 13))])
    for number in range(len(next(iter(moves.values())))):
        rows = [
            (f"flow:{to}", origin, "moves a year", [counts[number]] * 14)
            for (origin, to), counts in moves.items()
        ]
        found.add(number + 1, rows)
    return found


MOVES = {
    ("mash", "closed"): [700.0, 720.0],
    ("mash", "single_assessment"): [90.0, 100.0],
    ("review_and_intervention", "safeguarding_and_support"): [0.0, 2.0],
    ("review_and_intervention", "closed"): [20.0, 22.0],
}


def test_the_moves_are_listed_the_most_frequent_first() -> None:
    found = flows(figures(MOVES))
    assert [flow.size for flow in found] == [710.0, 95.0, 21.0, 1.0]
    assert found[2].said == "Review & Intervention to Closed"


def test_the_picture_says_what_it_shows_and_has_every_move_in_its_table() -> None:
    drawn = streams(figures(MOVES), PALETTES["light"])
    assert "About 95 contacts a year lead to an assessment" in drawn.sentence
    assert "710 end at the MASH and are not drawn" in drawn.sentence
    assert "About 21 cases close in a year" in drawn.sentence
    assert len(drawn.table) == 4
    assert drawn.chart is not None


def test_a_stream_is_as_thick_at_its_end_as_at_its_start_and_in_proportion() -> None:
    drawn = streams(figures(MOVES), PALETTES["light"])
    assert drawn.chart is not None
    points = next(rows for rows in drawn.chart["datasets"].values() if rows and "flow" in rows[0])
    thick = {}
    for point in points:
        thick.setdefault(point["flow"], set()).add(round(point["bottom"] - point["top"], 6))
    assert all(len(found) == 1 for found in thick.values())
    closed, assessed = (
        next(iter(thick[name]))
        for name in ("Review & Intervention to Closed", "MASH to Single assessment")
    )
    assert assessed / closed == pytest.approx(95 / 21, rel=1e-4)
    assert "MASH to Closed" not in thick


def test_the_stories_told_are_of_children_of_this_run() -> None:
    opened = page("flow", small()).run()
    assert not opened.exception
    opened.button(key="tell").click()
    finish_with(opened, "cancel-stories")
    assert not opened.exception
    stories = opened.selectbox(key="story")
    assert len(stories.options) > 4 and "many moves" in stories.options[0]
    told = opened.table[-1].value
    assert list(told.columns) == ["When", "What"] and len(told) > 5


def test_what_happens_again_and_again_is_told_once() -> None:
    told = lines([("2026-04-01", "Comes."), *[(f"2026-05-0{n}", "Waits.") for n in (1, 4, 7)]])
    assert told.to_numpy().tolist() == [
        ["1 April 2026", "Comes."],
        ["1 May 2026", "Waits (3 times, until 7 May 2026)."],
    ]
    same_day = lines([("2026-04-01", "Comes."), ("2026-04-01", "Waits.")])
    assert same_day["When"].tolist() == ["1 April 2026", ""]


def test_the_flows_of_a_run_are_shown() -> None:
    opened = page("flow", small()).run()
    opened.button(key="run-flow").click()
    finish_with(opened, "cancel-flow")
    assert not opened.exception
    assert "cases close in a year" in texts(opened)


def test_a_scenario_that_cannot_be_used_gets_a_sentence_for_an_answer() -> None:
    asked = Asked(["trace", "-", "--json"], "name: odd\nextends: three-hubs\nhorizn: 1 year")
    assert asked.wait(60.0)
    assert asked.answer is None and asked.error is not None
    assert "did you mean 'horizon'" in asked.error and "Traceback" not in asked.error


def test_a_question_can_be_given_up() -> None:
    asked = Asked(["trace", "-", "--json"], "extends: three-hubs\nname: long\nhorizon: 20 years")
    asked.cancel()
    assert asked.wait(20.0)
    assert asked.cancelled and asked.answer is None
