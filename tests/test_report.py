"""How numbers and stories are told: plainly, and no more precisely than they are known."""

from datetime import date, timedelta
from typing import Any

import pytest

from sim.experiment.summary import ALL, estimate
from sim.measure.eventlog import Row
from sim.report import wording
from sim.report.files import plain
from sim.report.story import tell


@pytest.mark.parametrize(
    ("values", "mean", "likely", "give_or_take"),
    [
        ([730, 740, 750, 745], "741", "732 to 749", "± 14"),
        ([7300, 7400, 7500, 7450], "7,400", "7,300 to 7,500", "± 200"),
        ([10.0, 10.1, 10.2], "10.1", "10.0 to 10.2", "± 0.3"),
        ([5.0], "5", "", ""),
    ],
)
def test_counts_are_rounded_to_what_the_interval_supports(
    values: list[float], mean: str, likely: str, give_or_take: str
) -> None:
    found = estimate("backlog", "service", ALL, "tasks", values)
    assert wording.mean(found).startswith(mean[:2])
    assert (wording.likely(found) == "") == (likely == "")
    if len(values) == 3:
        assert (wording.mean(found), wording.likely(found)) == (mean, likely)
        assert wording.give_or_take(found) == give_or_take


def test_shares_are_whole_percents_unless_known_better() -> None:
    assert wording.share(0.847, 0.02) == "85%"
    assert wording.share(0.8473, 0.0004) == "84.7%"
    assert wording.share(0.998, 0.01) == "over 99%"
    assert wording.share(1.0) == "100%"
    assert wording.share(1.0, 0.0004) == "100%"  # nothing is 100.0%
    assert wording.share(0.99996, 0.0004) == "over 99.9%"
    assert wording.share(0.0002, 0.0004) == "under 0.1%"
    assert wording.share(None) == "–"


@pytest.mark.parametrize(
    ("value", "written"),
    [(1554636.8, "1554640"), (0.00012345678, "0.000123457"), (-0.0, "0"), (2.0, "2"), (None, "")],
)
def test_files_have_six_digits_and_no_powers_of_ten(value: float | None, written: str) -> None:
    assert plain(value) == written


def _date(time: float) -> date:
    return date(2026, 4, 1) + timedelta(days=int(time))


def _row(time: float, event: str, **fields: Any) -> Row:
    return Row(time, event, "a", "review_and_intervention", **fields)


def test_a_story_says_what_was_late_and_what_waits() -> None:
    worker = {"worker": "review_and_intervention.family_support_worker.3#1"}
    review = {"task": "a/review/1", "kind": "review", "timescale": "cin_review", "due": 5}
    visit = {"task": "a/visit/1", "kind": "visit", "timescale": "child_seen", "due": 9}
    rows = [
        _row(0.0, "stage_enter", detail="initial=1;born=2015-02-03;site=north"),
        _row(0.0, "allocate", detail="as=holder", **worker),
        _row(2.0, "task_open", **review, **worker),
        _row(2.0, "task_book", detail="on=6;why=family", **review, **worker),
        _row(6.5, "task_end", detail="hours=4.5", **review, **worker),
        _row(6.5, "task_open", **visit, **worker),
        Row(7.0, "contact", "somebody else"),
    ]
    story = " ".join(tell(rows, "a", _date).split())
    assert story.startswith("Child a, born 3 Feb 2015, north.")
    assert "already open in Review & Intervention" in story
    assert "Family support worker 3 holds the case." in story
    assert "Review is put off to 7 Apr 2026: the family cannot come." in story
    assert "2 working days late (due 5 Apr 2026)" in story
    assert "Still to be done: visit, due 9 Apr 2026." in story
    assert "somebody" not in story


def test_there_is_no_story_of_a_child_who_is_not_there() -> None:
    assert tell([], "a", _date) == ""


def test_a_task_done_at_its_due_time_is_on_time() -> None:
    done = {"task": "a/visit/1", "kind": "visit", "due": 5, "worker": "t.r.1#1"}
    assert "on time" in tell([_row(5.0, "task_end", detail="hours=1", **done)], "a", _date)


@pytest.mark.parametrize(
    ("event", "detail", "says"),
    [
        ("need", "what=crisis;id=a/crisis/1", "In the child's own life: a crisis."),
        ("need", "what=health;id=a/health/1;health=unstable", "health is no longer stable."),
        ("found", "what=package;id=a/package/1;change=small;how=look",
         "The service learns at a review or visit: another package is needed (small)."),
        ("found", "what=overnight;id=a/overnight/1;route=full;how=worsened",
         "The service learns because it has become a crisis: overnight breaks are needed (full)."),
        ("found", "what=provider;id=a/provider/1;overnight=1;how=reported", "gives notice."),
        ("found", "what=review_asked;id=a/review_asked/1;how=call", "in a call: a provider asks"),
    ],
)  # fmt: skip
def test_what_happens_to_a_child_is_told_in_words(event: str, detail: str, says: str) -> None:
    row = Row(1.0, event, "a", detail=detail)
    told = tell([row], "a", lambda time: date(2026, 4, 1))
    assert says in " ".join(told.split())
