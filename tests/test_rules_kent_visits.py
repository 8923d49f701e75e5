"""Kent's rules, one test each: seeing the child, the yearly assessment, the home, supervision."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from helpers import Tape, put, run, service_of, together
from kent import ACTIVE, CARE_MANAGED, Plans, kent, only_with, task, without

from sim.calendar import Duration
from sim.service import status
from sim.service.child import Child
from sim.service.service import Service

THREE_YEARS = {"horizon": "3 years"}
YEAR = 253 + 3  # working days in twelve months, with the bank holidays of any year
LARGE = 15.0  # hours a week: each review is face to face


def there(plans: Plans, package: float = 5.0, **last: float) -> tuple[Service, Child]:
    """A care managed child, whose promises were last kept when `last` says."""
    service = service_of(plans)
    child = put(service, "a", CARE_MANAGED, need="stable", **last)
    child.package_hours = package
    return service, child


def ends(tape: Tape, *kinds: str) -> list[tuple[str, float]]:
    """Each end of tasks of these kinds, in order."""
    done = [(e.task.split("/")[1], e.time) for e in tape.of("task_end", child="a")]
    return [(kind, time) for kind, time in done if kind in kinds]


# --- seen before the review ----------------------------------------------------------------------

SCHOOL = "visit_at_school_or_short_break"


def test_K40_the_child_is_seen_twice_a_year_by_turns_before_each_review() -> None:
    def claim(plans: Plans) -> None:
        tape = run(there(plans, cin_review=-40.0, child_seen=-10.0)[0])
        done = ends(tape, "visit", SCHOOL, "review", "telephone_review")
        pairs = list(zip(done[::2], done[1::2], strict=False))
        kinds = [(seen, met) for (seen, _), (met, _) in pairs]
        assert kinds == [("visit", "telephone_review"), (SCHOOL, "review")] * 3
        assert all(0.0 < met - seen < 40.0 for (_, seen), (_, met) in pairs)

    only_with(claim, task("visit", every="12 months", brought_forward=None), THREE_YEARS)
    only_with(claim, task("visit", every_other=None), THREE_YEARS)
    only_with(claim, task("visit", brought_forward=None), THREE_YEARS)


def test_K40_where_every_review_is_face_to_face_visits_take_turns_all_the_same() -> None:
    tape = run(there(kent(THREE_YEARS), LARGE, cin_review=-40.0, child_seen=-10.0)[0])
    kinds = [kind for kind, _ in ends(tape, "visit", SCHOOL)]
    assert sorted(kinds[:2]) == ["visit", SCHOOL]
    assert kinds[2:] == kinds[:-2]


def test_K40_a_visit_at_school_is_made_in_term() -> None:
    """Every visit is to the school here, and falls due in every month of the year."""

    def claim(plans: Plans) -> None:
        days = []
        for back in range(5, 125, 10):
            tape = run(there(plans, LARGE, child_seen=-float(back))[0])
            days += [e.time for e in tape.of("task_end", task=f"a/{SCHOOL}")]
        calendar = plans[0][1].calendar
        assert len(days) > 20
        assert all(calendar.is_term(calendar.date(day)) for day in days)

    alone = together({"horizon": "24 months"}, task("visit", **LONE_VISIT))
    only_with(claim, task("visit", every_other={"in_term": False}), alone)


LONE_VISIT: dict[str, Any] = {
    "brought_forward": None,
    "every_other": {"before": None, "in_term_unless": []},
}


def test_K40_with_overnight_breaks_the_child_may_be_seen_there_in_the_holidays() -> None:
    plans = kent(task("visit", brought_forward=None))
    service, child = there(plans, child_seen=-40.0)
    child.overnight = "direct_payment"
    (seen,) = run(service).of("task_end", task=f"a/{SCHOOL}")[:1]
    assert seen.time <= seen.due
    assert not plans[0][1].calendar.is_term(plans[0][1].calendar.date(seen.time))


def test_K40_a_review_waits_until_the_child_has_been_seen() -> None:
    """Due in August: the school is shut until September, and the review is put off weekly."""

    def claim(plans: Plans) -> None:
        tape = run(there(plans, LARGE, cin_review=-30.0, child_seen=-1.0)[0])
        (_, seen), (_, met) = ends(tape, SCHOOL, "review")
        calendar = plans[0][1].calendar
        assert calendar.date(tape.of("task_open", task="a/review/1")[0].due).month == 8
        assert calendar.date(seen).month == 9
        assert seen < met < seen + 6.0
        booked = [e.detail for e in tape.of("task_book", task="a/review/1")]
        assert {why for _, why in booked[1:]} == {"worker"}
        assert all(5 <= later - day <= 7 for (day, _), (later, _) in pairwise(booked))

    on = together({"horizon": "8 months"}, task("review", window="10 working days"))
    only_with(claim, task("review", first=None), on)


def test_K41_permission_is_asked_for_in_writing() -> None:
    def claim(plans: Plans) -> None:
        tape = run(moved_in(plans))
        entered = tape.of("stage_enter", child="a")[1].time
        done = [(e.due, e.detail) for e in tape.of("task_end", task="a/permission_to_visit")]
        assert done == [(int(entered) + 21, 0.25)]

    only_with(claim, without("permission_to_visit"), REVIEWED)


REVIEW = {"every": "6 weeks", "hours": 4, "timescale": "cin_review", "decides": True, "finds": 1.0}
REVIEWED = {"stages": {ACTIVE: {"tasks": {"review": REVIEW}}}}


def moved_in(plans: Plans) -> Service:
    service = service_of(plans)
    child = put(service, "a", ACTIVE, truth="stable", cin_review=-24.0)
    child.package_hours = 5.0
    return service


# --- the assessment, and the home ----------------------------------------------------------------


def test_K38_the_assessment_is_updated_every_year_by_the_allocated_worker() -> None:
    def claim(plans: Plans) -> None:
        tape = run(there(plans, assessment_update=-100.0)[0])
        done = tape.of("task_end", task="a/assessment_update")
        assert len(done) == 3
        assert {e.worker for e in done} == {f"{ACTIVE}.social_worker.1#1"}
        assert max(b.time - a.time for a, b in pairwise(done)) <= YEAR

    only_with(claim, task("assessment_update", every="24 months"), THREE_YEARS)


def test_K38_an_assessment_for_another_reason_is_the_update() -> None:
    """On day 50 something else has the child assessed: the next update is a year from then."""

    def claim(plans: Plans) -> None:
        service, child = there(plans, assessment_update=-100.0)
        other: Any = SimpleNamespace(kind=SimpleNamespace(assesses=False), id="a/another/1")

        def assessed() -> None:
            for strand in service.strands:
                strand.assessed(child, other)

        service.later(50.5, assessed)
        tape = run(service)
        met = tape.told("task_met", child="a")[:1]
        assert met == [(50.5, "task_met", "a/assessment_update/1")]
        second = tape.of("task_open", task="a/assessment_update/2")[0]
        assert second.due == plans[0][1].calendar.due(50.5, Duration.parse("12 months"))

    only_with(claim, task("assessment_update", assesses=False), THREE_YEARS)


def test_K42_the_home_is_looked_at_every_year_with_the_updated_assessment() -> None:
    def claim(plans: Plans) -> None:
        tape = run(there(plans, assessment_update=-100.0, home_environment=-100.0)[0])
        updated = tape.times("task_end", task="a/assessment_update")
        assert tape.times("task_met", task="a/home_environment") == updated
        assert len(updated) == 3
        assert not tape.of("task_end", task="a/home_environment")  # it takes no hours of its own

    only_with(claim, without("home_environment"), THREE_YEARS)
    only_with(claim, task("home_environment", met_in=None), THREE_YEARS)


def test_K42_or_at_once_when_there_is_a_safeguarding_concern() -> None:
    def claim(plans: Plans) -> None:
        service, child = there(plans, assessment_update=-100.0, home_environment=-100.0)
        service.later(50.5, lambda: status.begin(service, child, status.CONCERN))
        (looked,) = run(service).of("task_end", task="a/home_environment")[:1] or [NOTHING]
        assert (looked.due, looked.detail) == (61, 1.5)
        assert 50.5 < looked.time <= 61.0

    only_with(claim, task("home_environment", brought_forward=None), THREE_YEARS)


NOTHING = SimpleNamespace(due=0, detail=0.0, time=0.0)


# --- supervision beside the reviews --------------------------------------------------------------


def test_K44_supervision_is_beside_the_review() -> None:
    def claim(plans: Plans) -> None:
        tape = run(there(plans, LARGE, cin_review=-40.0, case_supervision=-20.0)[0])
        reviews = [e.due for e in tape.of("task_end", task="a/review")]
        talks = [e.due for e in tape.of("task_end", task="a/case_supervision")]
        assert len(reviews) == 6
        assert all(0 <= review - talk <= 10 for review, talk in zip(reviews, talks, strict=True))

    only_with(claim, task("case_supervision", brought_forward=None), THREE_YEARS)
