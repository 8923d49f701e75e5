"""Cases worked by hand: contact, assessment, moves, closure, birthdays, two workers, leavers.

Days as in test_by_hand_diary: working day 0 is Monday 30 March 2026, and over Easter Thu 2 April
is 3 and Tue 7 April is 4. A worker has 8 hours a day, so an hour is 0.125 of a day.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from helpers import (
    HUBS,
    Data,
    child_named,
    overlay,
    plans_of,
    post,
    put,
    quiet,
    refer,
    run,
    service_of,
    tiny,
    together,
)

from sim.scenario import ScenarioError
from sim.service.child import Family
from sim.service.closure import begin_closing
from sim.service.placing import move_now
from sim.service.plan import Plan

FIFTY: dict[str, Any] = {"every": "50 working days", "window": "1 working day"}
REVIEW: dict[str, Any] = {
    "every": "50 working days",
    "window": "3 working days",
    "hours": 4,
    "appointment": True,
    "timescale": "cin_review",
    "priority": 5,
    "finds": 1.0,
    "decides": True,
}
VISIT: dict[str, Any] = FIFTY | {
    "hours": 2,
    "one_sitting": True,
    "timescale": "child_seen",
    "priority": 4,
}
SW = "safeguarding_and_support.social_worker.1#1"
FSW = "review_and_intervention.family_support_worker.1#1"


def opens_on(day: int) -> int:
    """The day from which a promise of FIFTY opens on `day`: due at `day` + 1 = last + 51."""
    return day - 50


# --- the front door and the assessment -----------------------------------------------------------

ASSESSMENT: Data = {
    "mash": {"outcomes": {"complex": {"value": {"single_assessment": 1.0}}}},
    "assessment": {
        "hours": 9.0,
        "session_hours": 3.5,
        "gap": 3.0,
        "agency_checks": 10.0,
        "sharing_hours": 2.0,
        "sign_off": {"hours": 1.5},
        "finds": 1.0,
    },
}


def test_from_a_contact_to_a_plan() -> None:
    plans = tiny(
        ASSESSMENT,
        ss={
            "initial_plan": {
                "once_within": "10 working days",
                "only_from": "single_assessment",
                "hours": 4,
                "timescale": "initial_plan",
            },
            "review": REVIEW | {"every": "6 weeks"},
        },
    )
    service = service_of(plans)
    refer(service, "a", at=1.25)
    tape = run(service)
    # MASH: 1 h. Decision within a working day of 1.25: floor(1.25) + 1 + 1 = 3.
    # Assessment: 45 working days from the referral at 1.25: 1 + 45 + 1 = 47. Nobody waits to be
    # allocated longer than to the next day, 2. 9 h: 7 h of work in 2 sessions of 3.5 h (0.4375
    # of a day), and 2 h of sharing. 2.0 to 2.4375, a gap of 3 days, 5.4375 to 5.875. Agencies
    # answer 10 days after the referral, at 11.25; the manager takes 1.5 h, to 11.4375; sharing
    # 2 h, to 11.6875. The plan is due 10 working days later: 11 + 10 + 1 = 22.
    # The first review: six weeks from Thu 16 April (11) is Thu 28 May (Tue 26 May is 37): 40.
    assert tape.told(child="a")[:33] == [
        (1.25, "contact", "school"),
        (1.25, "stage_enter", "mash"),
        (1.25, "task_open", "a/screening/1"),
        (1.25, "task_start", "a/screening/1"),
        (1.375, "task_end", "a/screening/1"),
        (1.375, "task_kept", "a/screening/1"),
        (1.375, "decision", "single_assessment"),
        (1.375, "stage_leave", "single_assessment"),
        (1.375, "stage_enter", "single_assessment"),
        (1.375, "task_open", "a/single_assessment/1"),
        (2.0, "allocate", "holder"),
        (2.0, "task_start", "a/single_assessment/1"),
        (2.4375, "task_pause", "a/single_assessment/1"),
        (5.4375, "task_wait", "a/single_assessment/1"),  # for its worker again
        (5.4375, "task_start", "a/single_assessment/1"),
        (5.875, "task_pause", "a/single_assessment/1"),
        (5.875, "task_wait", "a/single_assessment/1"),
        (11.25, "task_wait", "a/single_assessment/1"),
        (11.25, "task_open", "a/sign_off/1"),
        (11.25, "task_start", "a/sign_off/1"),
        (11.4375, "task_end", "a/sign_off/1"),
        (11.4375, "task_kept", "a/sign_off/1"),
        (11.4375, "task_wait", "a/single_assessment/1"),
        (11.4375, "task_start", "a/single_assessment/1"),
        (11.6875, "task_end", "a/single_assessment/1"),
        (11.6875, "task_kept", "a/single_assessment/1"),
        (11.6875, "found", "complex"),
        (11.6875, "decision", "child_in_need_plan"),
        (11.6875, "deallocate", "holder"),
        (11.6875, "stage_leave", "child_in_need_plan"),
        (11.6875, "stage_enter", HUBS["ss"]),
        (11.6875, "allocate", "holder"),
        (11.6875, "task_open", "a/initial_plan/1"),
    ]
    due = {e.task: e.due for e in tape.of("task_open", child="a")}
    assert due["a/screening/1"] == 3
    assert due["a/single_assessment/1"] == 47
    assert due["a/initial_plan/1"] == 22
    assert due["a/review/1"] == 40
    waits = tape.of("task_wait")
    assert [e.detail for e in waits] == ["worker", "agency", "manager", "worker"]
    assert tape.of("task_end", task="a/single_assessment")[0].detail == pytest.approx(9.0)


def test_a_contact_on_the_last_moments_of_a_day_is_due_at_the_end_of_the_next() -> None:
    plans = tiny({"mash": {"outcomes": {"none": {"value": {"advice": 1.0}}}}})
    service = service_of(plans)
    refer(service, "a", at=3.9375, need="none")  # an hour takes it over the end of the day
    tape = run(service)
    assert tape.told(child="a") == [
        (3.9375, "contact", "school"),
        (3.9375, "stage_enter", "mash"),
        (3.9375, "task_open", "a/screening/1"),
        (3.9375, "task_start", "a/screening/1"),
        (4.0625, "task_end", "a/screening/1"),
        (4.0625, "task_kept", "a/screening/1"),
        (4.0625, "decision", "advice"),
        (4.0625, "stage_leave", "advice"),
        (4.0625, "close", "advice"),
    ]
    assert tape.of("task_open")[0].due == 5  # day 3 + 1 working day, the end of day 4


# --- closure -------------------------------------------------------------------------------------


def test_a_review_finds_that_needs_are_met() -> None:
    service = service_of(tiny(ss={"review": REVIEW, "visit": VISIT}))
    put(service, "a", "ss", truth="met", cin_review=-38, child_seen=opens_on(12))
    tape = run(service)
    # The review is booked for day 12 and comes before the visit (class 4) that opens that day.
    # It ends at 12.5; closing work (class 8) comes after the visit of 2 h.
    # Closing work is due 20 working days from day 12: 33.
    assert [t for t in tape.told(child="a") if t[0] >= 12.0] == [
        (12.0, "task_open", "a/visit/1"),
        (12.0, "task_start", "a/review/1"),
        (12.5, "task_end", "a/review/1"),
        (12.5, "task_kept", "a/review/1"),
        (12.5, "found", "met"),
        (12.5, "task_open", "a/closure/1"),
        (12.5, "task_start", "a/visit/1"),
        (12.75, "task_end", "a/visit/1"),
        (12.75, "task_kept", "a/visit/1"),
        (12.75, "task_start", "a/closure/1"),
        (13.0, "task_end", "a/closure/1"),
        (13.0, "task_kept", "a/closure/1"),
        (13.0, "deallocate", "holder"),
        (13.0, "stage_leave", "needs_met"),
        (13.0, "close", "needs_met"),
    ]
    assert tape.of("task_open", task="a/closure")[0].due == 33


def test_what_is_open_at_closure_is_cancelled_before_the_workers_go() -> None:
    # A task of class 8, 120 h long and open since day 5, is still being done when the case closes;
    # it is less pressing than the closing work (class 7 here).
    plans = tiny(
        {"closure": {"priority": 7}},
        ss={"review": REVIEW, "slow": FIFTY | {"hours": 120, "timescale": "slow", "priority": 8}},
    )
    service = service_of(plans)
    put(service, "a", "ss", truth="met", cin_review=-38, slow=opens_on(5))
    tape = run(service)
    after = [t for t in tape.told(child="a") if t[0] >= 12.5]
    assert after == [
        (12.5, "task_end", "a/review/1"),
        (12.5, "task_kept", "a/review/1"),
        (12.5, "found", "met"),
        (12.5, "task_open", "a/closure/1"),
        (12.5, "task_start", "a/closure/1"),
        (12.75, "task_end", "a/closure/1"),
        (12.75, "task_kept", "a/closure/1"),
        (12.75, "task_cancel", "a/slow/1"),
        (12.75, "deallocate", "holder"),
        (12.75, "stage_leave", "needs_met"),
        (12.75, "close", "needs_met"),
    ]
    assert tape.of("task_cancel")[0].detail == "closed"


def test_nothing_of_a_closed_case_is_left_in_a_diary() -> None:
    """The second worker's part of a review is open when the case closes: cancelled, not done."""
    review = REVIEW | {"finds": 0.0, "second": {"role": "assigned", "hours": 4}}
    block = FIFTY | {
        "hours": 80,
        "one_sitting": True,
        "timescale": "block",
        "priority": 1,
        "role": "assigned",
    }
    service = service_of(tiny(sf={"review": review, "block": block}))
    # The practitioner holds the review on day 12; the support worker is busy until 21.0.
    put(service, "a", "sf", need="coordinated", cin_review=-38)
    put(service, "b", "sf", need="coordinated", block=opens_on(11))
    child = child_named(service, "a")
    service.later(14.0, lambda: begin_closing(service, child, "moved_away"))
    tape = run(service)
    closed = tape.times("close", child="a")[0]
    assert closed < 15.0
    assert [e.task for e in tape.of("task_cancel", child="a")] == ["a/review_second/1"]
    assert not [e for e in tape.of(child="a") if e.time > closed]


def test_a_review_kept_by_a_move_may_close_the_case_where_the_child_has_come() -> None:
    """The practitioner's part is done at 12.5; the support worker is busy until 21.0.

    The child moves to social workers at 15.0, whose reviews need no second worker: the review is
    kept by that, needs turn out to be met, and nobody holds the case yet. So it closes at once.
    """
    block = FIFTY | {
        "hours": 80,
        "one_sitting": True,
        "timescale": "block",
        "priority": 1,
        "role": "assigned",
    }
    review = REVIEW | {"second": {"role": "assigned", "hours": 4}}
    service = service_of(tiny(ss={"review": REVIEW}, sf={"review": review, "block": block}))
    put(service, "a", "sf", need="coordinated", cin_review=-38)
    put(service, "b", "sf", need="coordinated", block=opens_on(11))
    child = child_named(service, "a")
    to = service.hubs[HUBS["ss"]]

    def move() -> None:
        child.need = "met"
        move_now(service, child, to, "step_up")

    service.later(15.0, move)
    tape = run(service)
    assert [t for t in tape.told(child="a") if t[0] >= 15.0 and t[1] != "need"] == [
        (15.0, "task_cancel", "a/review_second/1"),
        (15.0, "deallocate", "assigned"),
        (15.0, "deallocate", "holder"),
        (15.0, "stage_leave", "step_up"),
        (15.0, "stage_enter", HUBS["ss"]),
        (15.0, "task_kept", "a/review/1"),
        (15.0, "found", "met"),
        (15.0, "stage_leave", "needs_met"),
        (15.0, "close", "needs_met"),
    ]
    assert service.departing == 0


def test_turning_eighteen() -> None:
    # Born on 15 May 2008: 18 on Fri 15 May 2026, day 31 (Mon 11 May is 27). Closing work is called
    # for 20 working days before, at 11.0; the case closes on the birthday, at the start of it.
    service = service_of(tiny(ss={"visit": VISIT}))
    age = ((date(2026, 3, 30) - date(2008, 5, 15)).days + 0.5) / 365.25
    put(service, "a", "ss", age=age, child_seen=opens_on(2))
    assert child_named(service, "a").turns_adult == 31.0
    tape = run(service)
    assert tape.told("task_open", "task_end", "stage_leave", "close", child="a") == [
        (2.0, "task_open", "a/visit/1"),
        (2.25, "task_end", "a/visit/1"),
        (11.0, "task_open", "a/closure/1"),
        (11.25, "task_end", "a/closure/1"),
        (31.0, "stage_leave", "turned_18"),
        (31.0, "close", "turned_18"),
    ]


# --- two workers, brothers and sisters -----------------------------------------------------------


def test_a_meeting_of_two_is_kept_when_the_later_has_finished() -> None:
    # The practitioner needs half a day, the support worker (half a post, 4 h a day) 0.75 of one
    # for 3 h. Due 13: both can come on day 11 (12 would leave no half day to spare).
    plans = tiny(
        post("sf", "family_support_worker", fte=0.5),
        sf={"review": REVIEW | {"second": {"role": "assigned", "hours": 3}}},
    )
    service = service_of(plans)
    put(service, "a", "sf", need="coordinated", cin_review=-38)
    tape = run(service)
    assert [t for t in tape.told(child="a") if t[0] >= 11.0][:5] == [
        (11.0, "task_start", "a/review/1"),
        (11.0, "task_start", "a/review_second/1"),
        (11.5, "task_end", "a/review/1"),
        (11.75, "task_end", "a/review_second/1"),
        (11.75, "task_kept", "a/review/1"),
    ]
    opened = tape.of("task_open")
    assert [e.due for e in opened[:2]] == [13, 13]
    assert opened[2].due == 11 + 51


def test_compliance_and_the_next_due_time_take_the_later_end() -> None:
    # The support worker is on class 1 work from 11.0 to 13.5 (20 h): the part begins at 13.5 and
    # ends at 14.0. The promise was due 13: kept late, though the practitioner was on time.
    block = FIFTY | {
        "hours": 20,
        "one_sitting": True,
        "timescale": "block",
        "priority": 1,
        "role": "assigned",
    }
    review = REVIEW | {"second": {"role": "assigned", "hours": 2}}
    service = service_of(tiny(sf={"review": review, "block": block}))
    put(service, "a", "sf", need="coordinated", cin_review=-38)
    put(service, "b", "sf", need="coordinated", block=opens_on(11))
    tape = run(service)
    assert tape.times("task_end", task="a/review")[0] == 12.5
    assert tape.times("task_end", task="a/review_second")[0] == 13.75
    assert tape.times("task_kept", child="a")[0] == 13.75
    cell = service.plan.cells.index(("cin_review", HUBS["sf"]))
    assert tape.promises[cell].late[1] == 1  # due 13, in April
    assert tape.promises[cell].met[1] == 0
    assert tape.of("task_open", task="a/review")[1].due == 13 + 51


def test_a_sibling_is_met_in_the_same_meeting() -> None:
    service = service_of(tiny(ss={"review": REVIEW}))
    family = Family("f", "north")
    put(service, "a", "ss", family=family, cin_review=-38)
    put(service, "as", "ss", family=family, cin_review=-38)
    tape = run(service)
    # One meeting on day 12: 4 h and 1 h more, 12.0 to 12.625, and the sibling's ends with it.
    assert [t for t in tape.told(task=None) if t[1] in ("task_start", "task_end", "task_met")][
        :3
    ] == [
        (12.0, "task_start", "a/review/1"),
        (12.625, "task_end", "a/review/1"),
        (12.625, "task_met", "as/review/1"),
    ]
    assert tape.of("task_met")[0].detail == "a/review/1"
    # Both count from day 12.
    assert [e.due for e in tape.of("task_open")] == [13, 13, 63, 63, 113, 113]
    assert tape.of("task_end")[0].detail == pytest.approx(5.0)


# --- moves ---------------------------------------------------------------------------------------


def moving(over: Data | None = None) -> list[tuple[int, Plan]]:
    """S&S and R&I with reviews, visits and a task that only S&S has."""
    return tiny(
        over or {},
        ss={
            "review": REVIEW,
            "visit": VISIT,
            "slow": FIFTY | {"hours": 120, "timescale": "slow", "priority": 8},
        },
        ri={"review": REVIEW | {"every": "6 months"}, "visit": VISIT | {"every": "6 months"}},
    )


def test_a_transfer_through_the_weekly_list() -> None:
    service = service_of(moving())
    put(
        service,
        "a",
        "ss",
        truth="stable",
        cin_review=-38,
        child_seen=opens_on(16),
        slow=opens_on(5),
    )
    tape = run(service)
    # The review of day 12 finds it at 12.5. The list is looked at every 5 working days: 15.
    # Agreed at once; hand-over 4 h, class 7, due 20 working days later: 15 + 21 = 36.
    # 15.0 to 15.5. Then the move, at that instant; the slow task (class 8) was started again at
    # 12.5 and is cancelled; the visit goes on (from 15 it is not open yet: due 17, opens 16).
    move = [t for t in tape.told(child="a") if 12.5 <= t[0] < 16.0]
    assert move == [
        (12.5, "task_end", "a/review/1"),
        (12.5, "task_kept", "a/review/1"),
        (12.5, "found", "stable"),
        (12.5, "transfer_request", HUBS["ri"]),
        (12.5, "task_start", "a/slow/1"),
        (15.0, "transfer_agree", HUBS["ri"]),
        (15.0, "task_open", "a/hand_over/1"),
        (15.0, "task_pause", "a/slow/1"),
        (15.0, "task_start", "a/hand_over/1"),
        (15.5, "task_end", "a/hand_over/1"),
        (15.5, "task_kept", "a/hand_over/1"),
        (15.5, "transfer_complete", HUBS["ri"]),
        (15.5, "task_cancel", "a/slow/1"),
        (15.5, "deallocate", "holder"),
        (15.5, "stage_leave", "step_down"),
        (15.5, "stage_enter", HUBS["ri"]),
        (15.5, "allocate", "holder"),
        (15.5, "task_open", "a/take_up/1"),
        (15.5, "task_start", "a/take_up/1"),
    ]
    assert tape.of("task_open", task="a/hand_over")[0].due == 36
    # Clocks are not reset: the visit keeps its occasion and due time; its new worker does it.
    visit = tape.of("task_open", "task_start", task="a/visit/1")
    assert [(e.time, e.event, e.due, e.worker) for e in visit] == [
        (16.0, "task_open", 17, ""),
        (16.0, "task_start", 17, FSW),
    ]
    # The review was due again 12 + 51 = 63, sooner than six months from day 15: it stays 63.
    assert tape.of("task_open", task="a/review/2")[0].due == 63


def test_a_sitting_in_progress_is_paused_in_a_move() -> None:
    # The support worker (assigned in SF) is in the middle of an 8 h visit, 15.25 to 16.25, when
    # the practitioner completes the hand-over at 15.5: paused, and taken up in R&I.
    visit = VISIT | {"hours": 8}
    plans = tiny(
        sf={
            "review": REVIEW,
            "visit": visit | {"role": "assigned"},
            "short": FIFTY | {"hours": 2, "timescale": "short", "priority": 1, "role": "assigned"},
        },
        ri={"review": REVIEW, "visit": visit},
    )
    service = service_of(plans)
    put(
        service,
        "a",
        "sf",
        need="coordinated",
        truth="stable",
        cin_review=-38,
        child_seen=opens_on(15),
    )
    put(service, "b", "sf", need="coordinated", short=opens_on(15))
    tape = run(service)
    moved = [t for t in tape.told(child="a") if t[0] == 15.5]
    assert moved[2:7] == [
        (15.5, "transfer_complete", HUBS["ri"]),
        (15.5, "task_pause", "a/visit/1"),
        (15.5, "deallocate", "assigned"),
        (15.5, "deallocate", "holder"),
        (15.5, "stage_leave", "step_down"),
    ]
    # 2 h were done (15.25 to 15.5); 6 h are left, and the due time is still 16.
    part = tape.of("task_start", "task_end", task="a/visit/1")
    assert [(e.event, e.due) for e in part] == [("task_start", 16)] * 2 + [("task_end", 16)]
    assert part[-1].detail == pytest.approx(8.0)
    assert part[-1].worker == FSW


def test_an_open_task_travels_with_its_id_and_due_time() -> None:
    # The review of day 12 decides, the list is looked at on day 15, and the visit opens that day
    # (due 16) but comes after the hand-over, which is class 3 here: 15.0 to 15.5.
    service = service_of(moving({"moves": {"hand_over": {"priority": 3}}}))
    put(service, "a", "ss", truth="stable", cin_review=-38, child_seen=opens_on(15))
    tape = run(service)
    visit = [e for e in tape.of(task="a/visit/1") if e.event != "task_kept"]
    assert [(e.time, e.event, e.due) for e in visit][:2] == [
        (15.0, "task_open", 16),
        (15.5, "task_start", 16),
    ]
    assert visit[1].worker == FSW
    assert len(tape.of("task_open", task="a/visit/1")) == 1


def test_a_full_hub_takes_nobody_until_the_operations_manager_does() -> None:
    limit = post(
        "ri", "family_support_worker", caseload_limit=2, at_limit="stop_transfers_in", force_to=1.5
    )
    service = service_of(moving(limit))
    put(service, "x", "ri", need="stable", cin_review=-1)
    put(service, "y", "ri", need="stable", cin_review=-1)
    put(service, "a", "ss", truth="stable", cin_review=-38)
    put(service, "b", "ss", truth="stable", cin_review=-38)
    tape = run(service)
    # Both reviews are on day 12; both are on the list by day 13. Looks at 15, 20, 25, 30, 35:
    # escalated once 4 weeks (19 working days) have gone: at 35 (30 is 17 days after 13). The
    # limit is then 2 x 1.5 = 3: one of the two gets in, and the other has to wait on.
    assert {e.time for e in tape.of("transfer_escalate")} == {35.0}
    assert {e.child for e in tape.of("transfer_escalate")} == {"a", "b"}
    assert [(e.time, e.child) for e in tape.of("transfer_agree")] == [(35.0, "a")]
    assert len(service.hubs[HUBS["ri"]].service.transfers.listed) == 1
    worker = service.teams[HUBS["ri"]].by_role["family_support_worker"][0]
    assert worker.load == 3


def test_the_list_is_looked_at_on_the_first_working_day_of_the_week() -> None:
    # From Monday 30 March 2026: Easter Monday is a holiday, so Tuesday 7 April is day 4;
    # then Mondays 13 and 20 April (8, 13).
    plan = tiny({"moves": {"look": "1 week"}})[0][1]
    assert [plan.next_look(day) for day in (0, 4, 5, 8)] == [4, 8, 8, 13]


def test_a_limit_only_counted_stops_nobody() -> None:
    limit = post(
        "ri", "family_support_worker", caseload_limit=1, at_limit="count_only", force_to=1.0
    )
    service = service_of(moving(limit))
    put(service, "x", "ri", need="stable", cin_review=-1)
    put(service, "a", "ss", truth="stable", cin_review=-38)
    tape = run(service)
    assert tape.times("transfer_agree") == [15.0]


# --- changes of staff ----------------------------------------------------------------------------


def changing(stages: Data, before: Data, *changes: tuple[str, Data]) -> list[tuple[int, Plan]]:
    data = quiet()
    for initials, tasks in stages.items():
        data["stages"][HUBS[initials]]["tasks"] = dict(tasks)
    data = overlay(data, before)
    data["changes"] = [{"on": on, "set": says} for on, says in changes]
    return plans_of(data)


SW_COUNT = "teams.safeguarding_and_support.posts.social_worker.count"


def test_a_leavers_children_and_tasks_go_to_peers() -> None:
    # Two social workers; a to the first, b to the second. The second leaves on 15 April, day 10.
    # b's long task (10 h, 9.0 to 10.25) is cut at 10.0 with 8 h done and goes to the first, who is
    # idle: 2 h more, the same id and due time.
    long = FIFTY | {"hours": 10, "timescale": "long", "priority": 6}
    plans = changing(
        {"ss": {"long": long, "visit": VISIT}},
        post("ss", "social_worker", count=2),
        ("2026-04-15", {SW_COUNT: 1}),
    )
    service = service_of(plans)
    put(service, "a", "ss", child_seen=opens_on(30))
    put(service, "b", "ss", long=opens_on(9))
    tape = run(service)
    second = SW.replace("1#1", "2#1")
    assert [(e.time, e.event, e.worker) for e in tape.of("allocate", "deallocate", child="b")] == [
        (0.0, "allocate", second),
        (10.0, "deallocate", second),
        (10.0, "allocate", SW),
    ]
    told = [(e.time, e.event, e.worker, e.due) for e in tape.of(task="b/long/1")]
    assert told == [
        (9.0, "task_open", "", 10),
        (9.0, "task_start", second, 10),
        (10.0, "task_pause", second, 10),
        (10.0, "task_start", SW, 10),
        (10.25, "task_end", SW, 10),
        (10.25, "task_kept", "", 10),
    ]
    assert tape.of("task_end", child="b")[0].detail == pytest.approx(10.0)
    vacant = tape.of("vacant")
    assert [(e.time, e.worker) for e in vacant] == [(10.0, second)]


def test_a_leavers_booked_meetings_are_booked_again_with_a_peer() -> None:
    plans = changing(
        {"ss": {"review": REVIEW | {"finds": 0.0}}},
        post("ss", "social_worker", count=2),
        ("2026-04-16", {SW_COUNT: 1}),
    )
    service = service_of(plans)
    put(service, "a", "ss", cin_review=-1)
    put(service, "b", "ss", cin_review=-38)  # open at 10, booked for 12; day 11 is the change
    tape = run(service)
    assert [(e.time, e.detail) for e in tape.of("task_book", child="b")[:2]] == [
        (10.0, (12, "first")),
        (11.0, (12, "worker")),
    ]
    assert [(e.time, e.worker) for e in tape.of("task_start", child="b")[:1]] == [(12.0, SW)]


def test_a_leavers_meeting_is_put_off_with_the_same_chance() -> None:
    # Half of 200 children are with the one who leaves on day 11; their meetings are booked again
    # for the same day, 12 (200 times 0.02 h is half a day). An even chance for each.
    plans = changing(
        {"ss": {"review": REVIEW | {"hours": 0.02, "finds": 0.0}}},
        together(post("ss", "social_worker", count=2), {"work": {"family_cannot_come": 0.5}}),
        ("2026-04-16", {SW_COUNT: 1}),
    )
    service = service_of(plans)
    for number in range(200):
        put(service, f"c{number}", "ss", cin_review=-38)
    tape = run(service)
    off = {e.child for e in tape.of("task_book") if e.time == 12.0 and e.detail[1] == "family"}
    assert 100 - 22 < len(off) < 100 + 22  # three standard deviations, sqrt(200) / 2 = 7.1


def test_a_desks_work_in_hand_is_not_lost_with_the_leaver() -> None:
    """A manager leaves in the middle of a sign-off: a colleague takes it up."""
    plans = changing(
        {},
        together(
            ASSESSMENT,
            {"assessment": {"sign_off": {"hours": 16}}},
            post("safeguarding_and_support", "team_manager", count=2),
        ),
        ("2026-04-17", {"teams.safeguarding_and_support.posts.team_manager.count": 1}),
    )
    service = service_of(plans)
    # As in the first test: the manager is asked at 11.25, and post 1 is the first to be idle; for
    # post 2 to have it, post 1 must be busy: two children, whose sign-offs take both managers.
    refer(service, "a", at=1.25)
    refer(service, "b", at=1.25)
    tape = run(service)
    assert {e.worker[-3:] for e in tape.of("task_start", task="a/sign_off")} | {
        e.worker[-3:] for e in tape.of("task_start", task="b/sign_off")
    } >= {"1#1", "2#1"}
    assert len(tape.of("task_end", task="a/sign_off")) == 1
    assert len(tape.of("task_end", task="b/sign_off")) == 1
    assert len(tape.of("decision")) == 4


def test_a_desk_wakes_somebody_who_is_there() -> None:
    """Idle members of a desk wait in turn; one who has left must not be woken in their place."""
    plans = changing(
        {},
        together(
            {"mash": {"outcomes": {"none": {"value": {"advice": 1.0}}}}},
            post("mash", "mash_social_worker", count=2),
        ),
        ("2026-04-02", {"teams.mash.posts.mash_social_worker.count": 1}),
    )
    service = service_of(plans)
    refer(service, "a", at=1.0, need="none")  # taken by post 1, who is then behind post 2 in turn
    refer(service, "b", at=5.0, need="none")  # post 2 left on day 3
    tape = run(service)
    assert tape.times("task_start", child="b") == [5.0]


def test_a_leaver_takes_nothing_more_from_the_desk() -> None:
    plans = changing(
        {},
        together(
            {"mash": {"outcomes": {"none": {"value": {"advice": 1.0}}}, "hours": 8}},
            post("mash", "mash_social_worker", count=2),
        ),
        ("2026-04-02", {"teams.mash.posts.mash_social_worker.count": 1}),
    )
    service = service_of(plans)
    for number in range(8):  # 8 h each: two people do two a day, days 1 and 2, one a day after
        refer(service, f"c{number}", at=1.0, need="none")
    tape = run(service)
    starts = [(e.time, e.worker[-3:]) for e in tape.of("task_start")]
    assert [w for t, w in starts if t >= 3.0] == ["1#1"] * 4


def test_calls_in_hand_are_not_lost_with_the_leaver() -> None:
    # 24 h of calls for b's family from Mon 13 April, day 8, after a visit of 2 h (class 4): 8.25
    # on, in half days. The second social worker leaves on day 10, in the middle of the sitting
    # from 9.75, with 14 h done; the first does the other 10: 10.0 to 11.25.
    plans = changing(
        {"ss": {"visit": VISIT}},
        together(
            post("ss", "social_worker", count=2),
            {"stages": {HUBS["ss"]: {"contacts": {"hours_a_week": 24}}}},
        ),
        ("2026-04-15", {SW_COUNT: 1}),
    )
    service = service_of(plans)
    put(service, "b", "ss", child_seen=-1)
    put(service, "a", "ss", child_seen=opens_on(8))
    second = SW.replace("1#1", "2#1")
    tape = run(service)
    assert tape.of("allocate", child="a")[0].worker == second
    calls = next(e.task for e in tape.of("task_start") if e.worker == second and e.time == 8.25)
    assert "contacts" in calls
    ends = tape.of("task_end", "task_cancel", task=calls)
    assert [e.event for e in ends] == ["task_end"]
    assert ends[0].worker == SW
    assert ends[0].detail == pytest.approx(24.0)


def test_a_post_filled_again_is_another_person() -> None:
    """DESIGN 7: the worker is the person, ``team.role.post#person``."""
    plans = changing(
        {},
        post("ss", "social_worker", count=2),
        ("2026-04-15", {SW_COUNT: 1}),
        ("2026-05-15", {SW_COUNT: 2}),
    )
    tape = run(service_of(plans))
    filled = [e.worker for e in tape.of("filled") if ".social_worker.2#" in e.worker]
    assert len(filled) == len(set(filled)) == 2


def test_an_assigned_worker_is_found_as_soon_as_there_is_one() -> None:
    """Nobody to do the visits on day one; a post is filled on 15 April, day 10."""
    plans = changing(
        {"sf": {"visit": VISIT | {"role": "assigned"}}},
        post("sf", "family_support_worker", count=0),
        ("2026-04-15", {"teams.strengthening_families.posts.family_support_worker.count": 1}),
    )
    service = service_of(plans)
    put(service, "a", "sf", need="coordinated", child_seen=opens_on(2))
    tape = run(service)
    assert tape.times("task_open", child="a")[0] == 2.0
    assert tape.of("task_start", child="a") and tape.of("task_start", child="a")[0].time < 12.0


def test_a_visit_by_the_assigned_worker_goes_on_when_the_holder_leaves() -> None:
    """Visits are one sitting; the holder's leaving is no reason to cut somebody else's."""
    plans = changing(
        {"sf": {"visit": VISIT | {"role": "assigned", "hours": 12}}},
        post("sf", "advanced_practitioner", count=2),
        ("2026-04-15", {"teams.strengthening_families.posts.advanced_practitioner.count": 1}),
    )
    service = service_of(plans)
    put(service, "a", "sf", need="coordinated", child_seen=-1)
    put(service, "b", "sf", need="coordinated", child_seen=opens_on(9))  # 9.0 to 10.5
    tape = run(service)
    assert tape.told("task_start", "task_pause", "task_end", child="b")[:2] == [
        (9.0, "task_start", "b/visit/1"),
        (10.5, "task_end", "b/visit/1"),
    ]


def test_every_pause_is_of_a_sitting_and_every_end_follows_a_start() -> None:
    """The assigned worker is between two sittings of one task when the holder leaves."""
    plans = changing(
        {"sf": {"support": FIFTY | {"role": "assigned", "hours": 12, "timescale": "support"}}},
        post("sf", "advanced_practitioner", count=2),
        ("2026-04-15", {"teams.strengthening_families.posts.advanced_practitioner.count": 1}),
    )
    service = service_of(plans)
    put(service, "a", "sf", need="coordinated", support=-1)
    put(service, "b", "sf", need="coordinated", support=opens_on(9))  # 9.0 to 10.5, by half days
    tape = run(service)
    told = [e.event for e in tape.of("task_start", "task_pause", "task_end", task="b/support/1")]
    assert told == ["task_start", "task_end"]


def test_a_new_interval_comes_into_force_on_its_date() -> None:
    """A run accepts no input it ignores; due = the earlier of the old due and now + the new."""
    plans = changing(
        {"ss": {"visit": VISIT | {"every": "6 months"}}},
        {},
        ("2026-04-15", {"stages.safeguarding_and_support.tasks.visit.every": "10 working days"}),
    )
    service = service_of(plans)
    put(service, "a", "ss", child_seen=-1)  # due at the end of September, but for the change
    tape = run(service)
    # Day 10 + 10 working days: due 21, open at 20, and every ten working days after.
    assert [(e.time, e.due) for e in tape.of("task_open")[:2]] == [(20.0, 21), (30.0, 31)]


def test_a_new_rate_of_contacts_comes_into_force_on_its_date_or_is_refused() -> None:
    with pytest.raises(ScenarioError, match="cannot change during a run"):
        changing({}, {}, ("2026-04-15", {"population.contacts.rate": "2000 per year"}))


def test_the_priority_of_weekly_contacts_is_used() -> None:
    contacts = {"stages": {HUBS["ss"]: {"contacts": {"hours_a_week": 1, "priority": 3}}}}
    # A week's contacts (class 3) come before a visit of class 4 that opens on the same Monday.
    service = service_of(tiny(contacts, ss={"visit": VISIT}))
    put(service, "a", "ss", child_seen=opens_on(8))
    tape = run(service)
    started = [e.task for e in tape.of("task_start") if e.time >= 8.0][:2]
    assert "contacts" in started[0]


def test_the_priority_of_supervision_is_used() -> None:
    over = {
        "teams": {
            HUBS["ss"]: {
                "supervision": {
                    "by": "team_manager",
                    "hours": 100,
                    "every": "6 months",
                    "priority": 2,
                }
            }
        }
    }
    # 100 h for the one social worker, from 0.0 to 12.5, in half days; class 2. The sign-off, class
    # 3, is asked for at 11.25: it waits until 12.5, and the supervision is never paused.
    service = service_of(tiny(together(ASSESSMENT, over)))
    refer(service, "a", at=1.25)
    tape = run(service)
    assert tape.times("task_start", task="a/sign_off") == [12.5]
    assert not tape.of("task_pause", task=HUBS["ss"])


def test_no_contacts_at_all_is_refused_in_words() -> None:
    with pytest.raises(ScenarioError, match="rate"):
        tiny({"population": {"contacts": {"rate": "0 per year"}}})


def test_a_site_that_no_post_serves_is_refused_in_words() -> None:
    """Else its children would wait for ever: one post, two sites."""
    with pytest.raises(ScenarioError, match=r"north|south"):
        tiny({"population": {"sites": {"value": {"north": 0.5, "south": 0.5}}}})


def test_brothers_and_sisters_leave_together() -> None:
    """Families arrive, are visited and leave as families (DESIGN 5)."""
    over = {
        "population": {"leaving": {"moves_away": "1 per year", "service_not_wanted": "0 per year"}}
    }
    plans = tiny(together(over, post("ss", "social_worker", count=20)), ss={"visit": VISIT})
    service = service_of(plans)
    for number in range(40):
        family = Family(f"f{number}", "north")
        put(service, f"c{number}", "ss", family=family, child_seen=-1)
        put(service, f"c{number}s", "ss", family=family, child_seen=-1)
    tape = run(service)
    gone = {e.child: e.time for e in tape.of("close")}
    assert len(gone) > 10
    for child, when in gone.items():
        other = child[:-1] if child.endswith("s") else f"{child}s"
        # Closing work of 2 h each may take a few days.
        assert other in gone and abs(gone[other] - when) <= 5.0, (child, when)


def test_a_family_that_moved_away_does_not_come_back() -> None:
    # Cases closed at about day 1; needs go on changing (5 a year, so mostly after that).
    over = {
        "population": {
            "needs": {"coordinated": {"becomes": {"complex": "5 per year"}}},
            "return_delay": 1.0,
        }
    }
    service = service_of(tiny(over, ss={"visit": VISIT}))
    for number in range(20):
        put(service, f"c{number}", "ss", need="coordinated", child_seen=-1)

    def leave() -> None:
        for child in service.children:
            begin_closing(service, child, "moved_away")

    service.later(0.001, leave)
    tape = run(service)
    assert len({e.child for e in tape.of("close")}) == 20
    assert len([e for e in tape.of("need") if e.time > 6.0]) > 5
    assert not tape.of("contact")


def test_work_of_a_desk_is_paused_before_a_colleague_goes_on_with_it() -> None:
    """Every sitting ends with a pause or an end, also when the desk's next in turn takes over."""
    over = together(
        ASSESSMENT,
        {"assessment": {"sign_off": {"hours": 8, "priority": 3}}},
        post("ss", "social_worker", count=5),
        post("ss", "team_manager", count=2),
        {
            "teams": {
                HUBS["ss"]: {
                    "supervision": {"by": "team_manager", "hours": 24, "every": "6 months"}
                }
            }
        },
    )
    service = service_of(tiny(over))
    # 120 h of supervision from day 0 by the first manager. Agencies answer 10 days after 2.0: the
    # sign-off (class 3) opens at 12.0, at the end of a sitting, and the first manager takes it, to
    # 13.0; the second goes on with the supervision. At 13.0 both choose again.
    refer(service, "a", at=2.0)
    tape = run(service)
    assert tape.times("task_start", task="a/sign_off") == [12.0]
    on: str | None = None
    for e in tape.of("task_start", "task_pause", "task_end", task=f"{HUBS['ss']}/supervision/0"):
        if e.event == "task_start":
            assert on is None, e
            on = e.worker
        else:
            assert on == e.worker, e
            on = None


def test_a_siblings_hour_is_taken_once_when_a_visit_passes_to_a_peer() -> None:
    # Two social workers and a visit of 12 h for a, with as: 13 h. The second worker begins at 9.0
    # and leaves on 15 April, day 10, with 8 h done; the first does the other 5, to 10.625.
    plans = changing(
        {"ss": {"visit": VISIT | {"hours": 12}}},
        post("ss", "social_worker", count=2),
        ("2026-04-15", {SW_COUNT: 1}),
    )
    service = service_of(plans)
    put(service, "x", "ss", child_seen=-1)
    family = Family("f", "north")
    put(service, "a", "ss", family=family, child_seen=opens_on(9))
    put(service, "as", "ss", family=family, child_seen=opens_on(9))
    tape = run(service)
    assert tape.told("task_start", "task_pause", "task_end", "task_met")[:5] == [
        (9.0, "task_start", "a/visit/1"),
        (10.0, "task_pause", "a/visit/1"),
        (10.0, "task_start", "a/visit/1"),
        (10.625, "task_end", "a/visit/1"),
        (10.625, "task_met", "as/visit/1"),
    ]
    assert tape.of("task_end")[0].detail == pytest.approx(13.0)


def test_a_step_down_and_up_again_keeps_the_second_workers_part() -> None:
    """SF, S&S, SF: the open review needs its second worker again in SF."""
    review = REVIEW | {"finds": 0.0, "decides": False}
    plans = tiny(
        sf={"review": review | {"second": {"role": "assigned", "hours": 2}}}, ss={"review": review}
    )
    service = service_of(plans)
    put(service, "a", "sf", need="coordinated", cin_review=-38)
    child = child_named(service, "a")
    # Held in SF on day 12; due again 63, open 60, booked for 62. Moved by hand to S&S at 20, and
    # back to SF at 61, when it is open: from then on it needs the second worker.
    hubs = service.hubs
    service.later(20.25, lambda: hubs[HUBS["sf"]].depart(child, hubs[HUBS["ss"]], "step_up"))
    service.later(61.25, lambda: hubs[HUBS["ss"]].depart(child, hubs[HUBS["sf"]], "step_down"))
    tape = run(service)
    assert len(tape.of("task_open", task="a/review/2")) == 1
    assert len(tape.of("task_open", task="a/review_second/2")) == 1
