"""Safeguarding worked by hand: concern, strategy, enquiry, conference, plan, care, duty.

Days as in test_by_hand_diary: working day 0 is Monday 30 March 2026; over Easter Thu 2 April is
3 and Tue 7 April is 4. Workers have 8 hours a day, so an hour is 0.125 of a day.
"""

from __future__ import annotations

from typing import Any

import pytest
from helpers import (
    HUBS,
    Data,
    Tape,
    child_named,
    overlay,
    plans_of,
    put,
    quiet,
    refer,
    run,
    service_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.measure.why_late import STATES
from sim.scenario import ScenarioError, load
from sim.service import status
from sim.service.plan import Plan
from sim.service.protection import case_of, plan_ended_at
from sim.service.safeguarding import Safeguarding
from sim.service.service import Service
from sim.service.status import CONCERN, LOOKED_AFTER, PROTECTION_PLAN

SW = "safeguarding_and_support.social_worker.1#1"
FSW = "review_and_intervention.family_support_worker.1#1"
FREE: Data = {"slots_a_week": 5, "taken": 0}
REVIEW: Data = {
    "every": "30 working days",
    "window": "3 working days",
    "hours": 4,
    "timescale": "cin_review",
    "decides": True,
    "finds": 1.0,
}


def section(**over: Any) -> Data:
    """The baseline's section with everything fixed, and nothing that happens by itself."""
    data: Data = load("three-hubs").data["safeguarding"]
    sure: Data = {
        "replaces": ["cin_review"],
        "concerns": {"rates": {}, "reported": 1.0},
        "strategy_discussion": {"hours": 2, "manager_hours": 2},
        "enquiry": {"hours": 8, "joint_hours": 2, "session_hours": 4, "gap": 2, "conference": 1.0},
        "conference": {"hours": 2, "report_hours": 4, "plan": 1.0, "chairs": FREE},
        "protection_plan": {
            "months": 4,
            "core_group": {"hours": 2, "finds": 1.0},
            "visit": {"hours": 2, "finds": 1.0},
            "review": {"hours": 4, "finds": 1.0, "window": "5 working days"},
            "proceedings": {"chance": 0.0},
        },
        "looked_after": {"starts": {}, "years": 1},
        "duty": {"hours_a_day": 0, "manager_hours_a_day": 0},
        "day_one": {"child_protection_plan": 0.0, "looked_after": 0.0},
    }
    return _fresh(_fresh(data, sure), over)


def _fresh(base: Data, over: Data) -> Data:
    """Mappings merge, but a number with a source, or a mapping of rates, is replaced."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        inside = isinstance(value, dict) and isinstance(below, dict) and value
        plain = inside and "value" not in below and not {"slots_a_week"} & set(value)
        merged[key] = _fresh(below, value) if plain else value  # type: ignore[arg-type]
    return merged


def plans(over: Data | None = None, **parts: Any) -> list[tuple[int, Plan]]:
    data = quiet()
    for hub in HUBS.values():
        data["stages"][hub]["tasks"] = {"review": REVIEW}
    data["safeguarding"] = section(**parts)
    return plans_of(overlay(data, over or {}))


def worry(service: Service, name: str, at: float) -> None:
    """Somebody reports a concern about a child."""

    def report() -> None:
        strand(service).enquiries.concern(child_named(service, name), "report", at)

    service.later(at, report)


def strand(service: Service) -> Safeguarding:
    return next(strand for strand in service.strands if isinstance(strand, Safeguarding))


def ends(tape: Tape, *kinds: str) -> list[tuple[float, str]]:
    return [
        (round(e.time, 4), e.task.split("/")[1])
        for e in tape.of("task_end")
        if not kinds or e.task.split("/")[1] in kinds
    ]


# --- from a concern to a conference ----------------------------------------------------------


def test_a_concern_on_monday_over_easter_to_the_conference() -> None:
    """Strategy, two sessions with a gap of two days, and the conference on the last day it can be.

    The concern is at 9 o'clock on day 0; strategy 2 h, then 4 h (half a day), two days' gap, 4 h.
    """
    service = service_of(plans())
    put(service, "a", "ss", cin_review=-1.0)
    worry(service, "a", 0.0)
    tape = run(service)
    assert ends(tape, "strategy_discussion", "section_47") == [
        (0.25, "strategy_discussion"),
        (3.25, "section_47"),  # 0.25 + 0.5, + 2, + 0.5
    ]
    icpc = tape.of("task_open", task="a/icpc")[0]
    assert icpc.due == 16  # fifteen working days after the day of the strategy discussion
    booked = tape.of("task_book", task="a/icpc")[0]
    assert booked.detail == (15, "first")  # ends by 15.25, even after half a day's wait
    assert ends(tape, "icpc") == [(15.25, "icpc")]


def test_the_core_groups_visits_and_review_follow_the_conference_and_end_with_the_plan() -> None:
    service = service_of(plans())
    put(service, "a", "ss", cin_review=-1.0)
    worry(service, "a", 0.0)
    tape = run(service)
    assert [e.detail for e in tape.of("status_on", child="a")] == [CONCERN, PROTECTION_PLAN]
    assert tape.times("status_on", child="a")[1] == 15.25
    core = tape.of("task_open", task="a/core_group")
    # Day 15 is Wednesday 22 April: ten working days on, then four weeks from the day held.
    assert core[0].due == 26
    visits = tape.of("task_open", task="a/protection_plan_visit")
    assert visits[0].due == 26
    review = tape.of("task_open", task="a/review_conference")
    calendar = service.plan.calendar
    assert calendar.date(review[0].due - 1.0).isoformat() == "2026-07-22"  # three months
    # Four months are nearer to this review than to the next, six months later.
    off = [e for e in tape.of("status_off", child="a") if e.detail == PROTECTION_PLAN]
    held = tape.times("task_end", task="a/review_conference")
    assert len(held) == 1
    assert [round(e.time, 5) for e in off] == held
    assert plan_ended_at(child_named(service, "a")) == pytest.approx(held[0])
    again = [e for e in tape.of("task_open", task="a/review") if e.time > held[0]]
    assert [e.due for e in again] == [int(held[0]) + 31]  # as anew, thirty working days on
    assert not [e for e in tape.of("task_open", task="a/review") if 15.25 < e.time < held[0]]


def test_a_full_diary_of_chairs_makes_a_conference_late() -> None:
    """One slot a week, on day 4, 9, 14, 19: the second child's conference has to wait for 19."""
    chairs = {"slots_a_week": 1, "taken": 0}
    two = {"teams": {HUBS["ss"]: {"posts": {"social_worker": {"count": 2}}}}}
    service = service_of(plans(two, conference={"chairs": chairs}))
    put(service, "a", "ss", cin_review=-1.0)
    put(service, "b", "ss", cin_review=-1.0)
    worry(service, "a", 0.0)
    worry(service, "b", 5.5)
    worry(service, "b", 5.6)  # is taken in stride
    tape = run(service)
    booked = {e.child: e.detail for e in tape.of("task_book") if "/icpc/" in e.task}
    assert booked["a"][0] == 14
    assert booked["b"][0] == 19
    one = service_of(plans(two, conference={"chairs": chairs}))
    for name in ("a", "b", "c"):
        put(one, name, "ss", cin_review=-1.0)
        worry(one, name, 0.0)
    tape = run(one)
    booked = {e.child: e.detail for e in tape.of("task_book") if "/icpc/" in e.task}
    assert sorted(day for day, _ in booked.values()) == [9, 14, 19]
    assert {why for day, why in booked.values() if day == 19} == {"agency"}
    late = next(name for name, (day, _) in booked.items() if day == 19)
    assert [e.time > e.due for e in tape.of("task_end", task=f"{late}/icpc")] == [True]
    # Due by the end of day 15, held on day 19 for two hours: all of it but the meeting is waiting.
    cell = one.plan.cells.index(("icpc", HUBS["ss"]))
    days = [sum(states) for states in zip(*tape.why_late.days[cell], strict=True)]
    found = {name: round(n, 4) for name, n in zip(STATES, days, strict=True) if n}
    assert found == {"family_or_agency": 3.0, "in_hand": 0.25}


def test_a_late_enquiry_finds_the_chairs_full_on_the_only_days_the_worker_was_free() -> None:
    """The first day after the window suits both; but it is the chair who made it so late."""
    chairs = {"slots_a_week": 1, "taken": 0}
    slow = {"hours": 8, "gap": 12, "joint_hours": 2, "session_hours": 4, "conference": 1.0}
    service = service_of(plans(conference={"chairs": chairs}, enquiry=slow))
    put(service, "a", "ss", cin_review=-1.0)
    worry(service, "a", 3.0)
    tape = run(service)
    booked = tape.of("task_book", task="a/icpc")[0]
    # Enquired by 16.25 (3.25 + 0.5, twelve days, + 0.5): the chair has no day before 19.
    assert booked.time == pytest.approx(16.25, abs=1e-5)
    assert (booked.due, booked.detail) == (19, (19, "agency"))


def test_a_conference_is_put_off_by_its_own_chance_and_other_meetings_by_the_general_one() -> None:
    away: Data = {"work": {"family_cannot_come": 0.999}}
    kept = service_of(plans(away, conference={"put_off": 0.0, "chairs": FREE}))
    put(kept, "a", "ss")
    worry(kept, "a", 0.0)
    tape = run(kept)
    assert [e.detail for e in tape.of("task_book", task="a/icpc")] == [(15, "first")]
    off = service_of(plans(conference={"put_off": 0.999, "chairs": FREE}))
    put(off, "a", "ss")
    worry(off, "a", 0.0)
    tape = run(off)
    assert {e.detail[1] for e in tape.of("task_book", task="a/icpc")[1:]} == {"family"}
    assert not tape.of("task_end", task="a/icpc")


def test_what_the_department_publishes_of_conferences_and_reviews() -> None:
    """One slot a week: of three conferences one is too late (day 19; due by the end of 15)."""
    two = {"teams": {HUBS["ss"]: {"posts": {"social_worker": {"count": 2}}}}}
    service = service_of(plans(two, conference={"chairs": {"slots_a_week": 1, "taken": 0}}))
    for name in ("a", "b", "c"):
        put(service, name, "ss")
        worry(service, name, 0.0)
    book = run(service).safeguarding
    assert (sum(book.discussions), sum(book.conferences), sum(book.plans_begun)) == (3, 3, 3)
    assert sum(book.conferences_in_time) == 2


# --- who does it -------------------------------------------------------------------------------


def test_a_social_worker_is_brought_in_at_that_instant_and_works_with_who_knows_the_child() -> None:
    service = service_of(plans(enquiry={"conference": 0.0}))
    put(service, "a", "ri", need="stable", cin_review=-1.0)
    worry(service, "a", 1.3)
    tape = run(service)
    brought = [e for e in tape.of("allocate", child="a") if e.detail == "social_worker"]
    assert [(round(e.time, 4), e.worker) for e in brought] == [(1.3, SW)]
    assert {e.worker for e in tape.of("task_end", task="a/section_47")} == {SW}
    assert {e.worker for e in tape.of("task_end", task="a/section_47_second")} == {FSW}
    assert [e.worker for e in tape.of("task_end", task="a/manage_concern")] == [
        "safeguarding_and_support.team_manager.1#1"
    ]
    # Nothing is substantiated: the social worker leaves with the last session, the child stays.
    done = tape.times("task_end", task="a/section_47")[0]
    assert [round(e.time, 5) for e in tape.of("deallocate", child="a")] == [done]
    child = child_named(service, "a")
    assert child.stage is service.hubs[HUBS["ri"]]
    assert not child.statuses


def test_a_plan_moves_the_child_at_that_instant_to_whoever_was_brought_in() -> None:
    service = service_of(plans())
    put(service, "a", "ri", need="stable", cin_review=-1.0)
    worry(service, "a", 0.0)
    tape = run(service)
    plan = tape.times("status_on", child="a")[1]
    move = [e for e in tape.of("stage_leave", "stage_enter", "allocate", child="a") if e.time > 1]
    move = move[:3]
    assert [(round(e.time, 5), e.event) for e in move] == [
        (plan, "stage_leave"),
        (plan, "stage_enter"),
        (plan, "allocate"),
    ]
    assert move[0].detail == PROTECTION_PLAN
    assert (move[2].worker, move[2].detail) == (SW, "holder")
    assert not child_named(service, "a").attached
    assert not [e for e in tape.of("transfer_request") if e.time <= plan]


def test_without_a_social_worker_nobody_else_does_the_enquiry() -> None:
    """The only social worker starts on day 10; the family support worker may not (W86)."""
    path = "teams.safeguarding_and_support.posts.social_worker.count"
    data = quiet()
    data["safeguarding"] = section(enquiry={"conference": 0.0}, replaces=[])
    data["teams"][HUBS["ss"]]["posts"]["social_worker"]["count"] = 0
    data["changes"] = [{"on": "2026-04-15", "set": {path: 1}}]
    service = service_of(plans_of(data))
    put(service, "a", "ri", need="stable")
    worry(service, "a", 1.0)
    tape = run(service)
    strategy = tape.of("task_open", task="a/strategy_discussion")[0]
    assert strategy.time == 10.0  # Wednesday 15 April
    assert strategy.due == 3  # but the clock runs from the concern
    assert {e.worker for e in tape.of("task_start", task="a/section_47")} == {SW}


def test_the_front_door_s_strategy_discussion_begins_an_enquiry_with_the_assessment() -> None:
    """The assessor does it, at once; the conference meets the assessment, and the child moves."""
    outcome = {"mash": {"outcomes": {"complex": {"value": {"strategy_discussion": 1.0}}}}}
    service = service_of(plans(outcome))
    refer(service, "a", 0.0)
    tape = run(service)
    screened = tape.times("decision", child="a")[0]
    held = tape.of("allocate", child="a")
    assert (round(held[0].time, 5), held[0].worker, held[0].detail) == (screened, SW, "holder")
    icpc = tape.of("task_end", task="a/icpc")[0]
    met = tape.of("task_met", task="a/single_assessment")
    assert [(e.time, e.detail) for e in met] == [(icpc.time, icpc.task)]
    entered = [e for e in tape.of("stage_enter", child="a") if e.stage == HUBS["ss"]]
    assert [e.time for e in entered] == [icpc.time]
    assert tape.of("task_open", task="a/core_group")


# --- hidden, looked after, day one, duty ---------------------------------------------------------


def test_what_is_hidden_is_found_at_a_look() -> None:
    service = service_of(plans(concerns={"reported": 0.0}))
    put(service, "a", "ss", cin_review=-20.0)
    service.later(2.0, lambda: strand(service)._worry(child_named(service, "a"), 0))
    tape = run(service)
    review = tape.times("task_end", task="a/review")[0]
    assert review > 2.0
    assert tape.times("status_on", child="a")[0] == review


def test_short_breaks_have_their_lighter_cycle_in_whichever_hub() -> None:
    """Looked after from entry: first review and visit after three months; no CIN review."""
    service = service_of(plans())
    put(service, "a", "sf", need="coordinated", cin_review=-1.0)
    child_named(service, "a").overnight = "s20_short_breaks"
    child_named(service, "a").referred = -1.0
    tape = run(service)
    child = child_named(service, "a")
    assert set(child.statuses) == {LOOKED_AFTER}
    assert child.stage is service.hubs[HUBS["sf"]]
    assert not tape.of("task_end", task="a/review")
    assert len(tape.of("task_end", task="a/short_break_review")) == 1
    assert len(tape.of("task_end", task="a/short_break_visit")) == 1


def test_a_looked_after_child_is_reviewed_at_20_days_3_months_and_6_and_visited_in_a_week() -> None:
    service = service_of(plans({"horizon": "15 months"}, looked_after={"years": 10}))
    put(service, "a", "ri", need="stable", cin_review=-1.0)

    def begin() -> None:
        strand(service).protection.begin_care(child_named(service, "a"), "accommodated")

    service.later(0.5, begin)
    tape = run(service)
    child = child_named(service, "a")
    assert child.stage is service.hubs[HUBS["ss"]]
    reviews = tape.of("task_open", task="a/looked_after_review")
    calendar = service.plan.calendar
    assert reviews[0].due == 21
    held = [int(e.time) for e in tape.of("task_end", task="a/looked_after_review")]
    kinds = service.plan.safeguarding
    assert kinds is not None
    labels = [cadence.label for cadence in kinds.care_review.sequence]
    assert labels == ["20 working days", "3 months", "6 months"]
    assert [e.due for e in reviews[1:3]] == [
        kinds.care_review.sequence[1].due_at(held[0]),
        kinds.care_review.sequence[2].due_at(held[1]),
    ]
    assert calendar.horizon > reviews[2].due
    visits = tape.of("task_open", task="a/looked_after_visit")
    assert visits[0].due == 4  # Monday to Monday is Easter Monday: back to Thursday
    labels = [cadence.label for cadence in kinds.care_visit.sequence]
    assert labels == ["1 week", *["6 weeks"] * 9, "3 months"]  # F26 to F28


def test_a_plan_may_end_in_care_proceedings() -> None:
    service = service_of(
        plans({"horizon": "18 months"}, protection_plan={"proceedings": {"chance": 1.0}})
    )
    put(service, "a", "ss", cin_review=-1.0)
    worry(service, "a", 0.0)
    tape = run(service)
    off = next(e for e in tape.of("status_off", child="a") if e.detail == PROTECTION_PLAN)
    on = next(e for e in tape.of("status_on", child="a") if e.detail == LOOKED_AFTER)
    assert on.time == off.time
    court = tape.of("task_end", task="a/care_proceedings")
    assert [round(e.detail) for e in court] == [80]
    assert 100 < court[0].time - on.time <= 132  # spread over twenty-six weeks
    assert "a/core_group" not in {e.task for e in tape.of("task_open") if e.time > on.time}


def test_duty_goes_round_and_passes_over_who_is_absent() -> None:
    duty = {"hours_a_day": 4, "manager_hours_a_day": 1}
    posts = {"teams": {HUBS["ss"]: {"posts": {"social_worker": {"count": 3}}}}}
    service = service_of(plans(posts | {"horizon": "1 month"}, duty=duty))
    second = service.teams[HUBS["ss"]].by_role["social_worker"][1]
    second.present = False
    tape = run(service)
    done = [
        e.worker.split(".")[-1] for e in tape.of("task_end", task="safeguarding_and_support/duty")
    ]
    assert done[:4] == ["1#1", "3#1", "1#1", "3#1"]
    assert len(tape.of("task_end", task="safeguarding_and_support/duty_manager")) == len(done)


def test_a_concern_stops_a_closure_and_no_case_with_a_status_closes_as_needs_met() -> None:
    service = service_of(plans())
    put(service, "a", "ss", need="complex", truth="met", cin_review=-30.0)
    worry(service, "a", 0.6)
    tape = run(service)
    closed = tape.times("close", child="a")
    ended = plan_ended_at(child_named(service, "a"))
    assert ended is not None
    assert not closed or closed[0] > ended


# --- whatever happens --------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    hubs=st.lists(st.sampled_from(["ss", "sf", "ri"]), min_size=2, max_size=4),
    at=st.lists(st.integers(0, 60), min_size=4, max_size=4),
    seed=st.integers(1, 1000),
)
def test_a_child_on_a_plan_or_looked_after_in_full_is_always_in_the_hub(
    hubs: list[str], at: list[int], seed: int
) -> None:
    service = service_of(
        plans(
            looked_after={"starts": {"complex": "2 per year", "stable": "2 per year"}},
            protection_plan={"proceedings": {"chance": 0.5}},
        ),
        seed,
    )
    needs = {"ss": "complex", "sf": "coordinated", "ri": "stable"}
    for number, hub in enumerate(hubs):
        put(service, f"c{number}", hub, need=needs[hub], cin_review=-1.0)
        worry(service, f"c{number}", at[number] + 0.3)
    broken: list[str] = []

    def look() -> None:
        for child in service.children:
            protection = strand(service).protection
            if not protection.keeps_in_hub(child) or child.stage is None:
                continue
            if child.stage is not protection.hub:
                broken.append(f"{child.id} is in {child.stage.name}")
            waits = any(request.child is child for request in service.allocation.waiting)
            if not protection.plan.is_own(child.holder) and not (waits and child.holder is None):
                broken.append(f"{child.id} is held by {child.holder}")
            on_plan = status.PROTECTION_PLAN in child.statuses
            if on_plan != ("core_group" in child.tasks):
                broken.append(f"{child.id} has lost its core groups")
            if "cin_review" in child.tasks:
                broken.append(f"{child.id} has both kinds of review")

    for day in range(1, 120):
        service.later(day + 0.71, look)
    tape = run(service)
    assert broken == []
    assert tape.of("status_on")
    for child in service.children:
        assert case_of(child).brought_in == ("social_worker" in child.attached)


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"hub": "nowhere"}, "nowhere"),
        ({"manager": "director"}, "director"),
        ({"replaces": ["cin_reviw"]}, "cin_reviw"),
        ({"concerns": {"rates": {"complx": "1 per year"}}}, "complx"),
        ({"conference": {"put_off": 1.0}}, "put_off"),
        ({"protection_plan": {"visit": {"put_off": 0.1}}}, "put_off"),
        ({"conference": {"chairs": {"slots_a_week": 0, "taken": 0}}}, "slots_a_week"),
        ({"conference": {"chairs": {"slots_a_week": 3, "taken": 1.0}}}, "taken"),
        ({"enquiry": {"within": "20 working days"}}, "within"),
        ({"day_one": {"child_protection_plan": 0.6, "looked_after": 0.6}}, "day_one"),
        ({"looked_after": {"visit": {"later_after": None}}}, "later"),
    ],
)
def test_bad_input_is_refused_with_its_place(over: Data, says: str) -> None:
    with pytest.raises(ScenarioError) as error:
        plans(**over)
    assert says in str(error.value)
