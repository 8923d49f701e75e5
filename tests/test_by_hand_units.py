"""Units led by a consultant social worker, worked by hand (days as in test_by_hand_cases).

Each rule of Cambridgeshire's is a claim that holds, and fails once that rule is switched off.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from helpers import Data, Tape, child_named, put, refer, run, service_of
from units import CSW, FW, HUB, SW, TEAM, Plans, in_force, units, who

from sim.scenario import ScenarioError
from sim.service.allocation import Allocation
from sim.service.child import Child
from sim.service.service import Service
from sim.service.units import Units

VISIT: Data = {
    "every": "20 working days",
    "window": "3 working days",
    "hours": 2.0,
    "one_sitting": True,
    "timescale": "child_seen",
    "role": "assigned",
}
NOTE: Data = {"allocation": {"note": {"hours": 0.5, "within": "1 working days", "priority": 2}}}


def done_by(tape: Tape, kind: str) -> Counter[str]:
    """Who has finished tasks of a kind, and how often: roles."""
    ends = [e for e in tape.of("task_end") if e.task.split("/")[1] == kind]
    return Counter(e.worker.split(".")[1] for e in ends)


# --- who holds, who works -----------------------------------------------------------------------


def two_units_with_eight_children(plans: Plans) -> Service:
    service = service_of(plans)
    for number in range(8):
        put(service, f"c{number}", "ss", child_seen=-5.0)
    service.run()
    return service


def every_child_has_a_consultant_and_a_social_worker_of_one_unit(plans: Plans) -> None:
    service = two_units_with_eight_children(plans)
    for child in service.children:
        assert child.holder is not None and child.assigned is not None
        assert (child.holder.post.role, child.assigned.post.role) == (CSW, SW)
        assert child.holder.post.unit == child.assigned.post.unit
    visits = done_by(service.recorder, "visit")  # type: ignore[arg-type]
    assert visits[SW] >= 8 * 5 and set(visits) == {SW}


def test_C4_a_consultant_holds_every_child_and_a_social_worker_of_the_unit_does_the_work() -> None:
    plans = units(consultants=2, social_workers=3, visit=VISIT)
    in_force(
        every_child_has_a_consultant_and_a_social_worker_of_one_unit,
        on=plans,
        off=units(
            {"stages": {HUB: {"holder": SW, "assigned": None, "casework": None}}},
            {"assessment": {"holder": SW, "assigned": None}},
            visit={**VISIT, "role": "holder"},
        ),
    )


def test_C4_the_two_are_of_one_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = units(consultants=2, social_workers=3, visit=VISIT)
    monkeypatch.setattr(Units, "among", lambda self, child, role, workers: workers)
    with pytest.raises(AssertionError):
        every_child_has_a_consultant_and_a_social_worker_of_one_unit(plans)


def test_posts_are_dealt_out_to_the_units_of_their_site() -> None:
    posts = {p.id.split(".", 1)[1]: p for p in units(consultants=2, social_workers=3)[0][1].posts}
    units_of = {name: (p.unit or "").split(".", 1)[-1] for name, p in posts.items()}
    assert units_of[f"{CSW}.1"] == units_of[f"{SW}.1"] == units_of[f"{SW}.3"] == f"{CSW}.1"
    assert units_of[f"{CSW}.2"] == units_of[f"{SW}.2"] == f"{CSW}.2"
    assert units_of[f"{FW}.1"] == ""


def test_while_a_unit_has_no_leader_its_children_are_held_by_another() -> None:
    service = service_of(units(consultants=2, social_workers=2))
    child = put(service, "a", "ss")
    service.later(3.0, lambda: service.workforce.leave(child.holder, "left"))  # type: ignore[arg-type]
    service.run()
    assert child.holder is not None and child.holder.id == who(CSW, 2)
    assert child.assigned is not None and child.assigned.id == who(SW, 1)


# --- assessment -----------------------------------------------------------------------------------


def a_social_worker_assesses(plans: Plans) -> None:
    service = service_of(plans)
    refer(service, "a", 0.0)
    assert set(done_by(run(service), "single_assessment")) == {SW}


def test_C5_assessments_are_led_by_a_qualified_social_worker() -> None:
    unqualified = {"assessment": {"assigned": FW}}
    qualified = {"assessment": {"qualified": [SW, CSW]}}
    in_force(a_social_worker_assesses, on=units(qualified), off=units(unqualified))
    with pytest.raises(ScenarioError, match="not among those qualified to assess"):
        units(qualified, unqualified)


def test_an_assessment_in_a_unit_hour_by_hour() -> None:
    """Referred at nine; both are there by ten; the consultant signs; the plan goes on with both."""
    service = service_of(units(NOTE))
    refer(service, "a", 0.0)
    tape = run(service)
    # An hour of screening; the note half an hour; 3.5 h, a gap of two days, 3.5 h; sign-off; 1 h.
    assert tape.told("allocate", child="a")[:2] == [
        (0.125, "allocate", "holder"),
        (0.125, "allocate", "assigned"),
    ]
    sittings = [(round(e.time, 5), e.task, e.worker) for e in tape.of("task_end", child="a")]
    assert sittings[:4] == [
        (0.125, "a/screening/1", "mash.mash_social_worker.1#1"),
        (0.1875, "a/allocation_note/1", who(CSW)),
        (3.125, "a/sign_off/1", f"{TEAM}.team_manager.1#1"),
        (3.25, "a/single_assessment/1", who(SW)),
    ]


def the_consultant_signs(plans: Plans) -> None:
    service = service_of(plans)
    refer(service, "a", 0.0)
    assert set(done_by(run(service), "sign_off")) == {CSW}


def test_C10_the_consultant_who_is_responsible_signs_the_assessment() -> None:
    in_force(
        the_consultant_signs, on=units({"assessment": {"sign_off": {"by": "holder"}}}), off=units()
    )


# --- allocation -----------------------------------------------------------------------------------


def all_are_allocated_on_the_day(plans: Plans) -> None:
    """A dozen on one Monday, for two social workers: nobody waits for somebody with room."""
    service = service_of(plans)
    for number in range(12):
        refer(service, f"c{number:02d}", number * 0.05)
    tape = run(service)
    decided = {e.child: int(e.time) for e in tape.of("decision") if e.detail == "single_assessment"}
    holders = [e for e in tape.of("allocate") if e.detail == "holder" and e.time < 3.0]
    leads = [e for e in tape.of("allocate") if e.detail == "assigned" and e.time < 3.0]
    assert {e.child: int(e.time) for e in holders} == decided
    assert {e.child: int(e.time) for e in leads} == decided
    assert len(decided) == 12
    assert Counter(e.worker for e in leads) == {who(SW, 1): 6, who(SW, 2): 6}


def test_C7_cases_are_allocated_on_the_day_of_referral_however_many_come() -> None:
    next_day = {"allocation": {"when": "next_day"}}
    in_force(all_are_allocated_on_the_day, on=units(), off=units(next_day))


def the_note_is_there_within_a_working_day(plans: Plans) -> None:
    service = service_of(plans)
    refer(service, "a", 4.5)  # on a Friday
    tape = run(service)
    opened = [(e.time, e.due) for e in tape.of("task_open", task="a/allocation_note")]
    ended = [(e.time, e.worker) for e in tape.of("task_end", task="a/allocation_note")]
    assert opened == [(4.625, 6)]  # by the end of Monday
    assert ended == [(4.6875, who(CSW))]


def test_C8_the_allocation_note_is_added_within_one_working_day() -> None:
    """A later limit is another due time; without the note there is none."""
    in_force(the_note_is_there_within_a_working_day, on=units(NOTE), off=units())
    late = {"allocation": {"note": {**NOTE["allocation"]["note"], "within": "3 working days"}}}
    in_force(the_note_is_there_within_a_working_day, on=units(NOTE), off=units(late))


def test_a_new_social_worker_needs_a_new_note_but_a_plan_by_the_same_one_does_not() -> None:
    service = service_of(units(NOTE))
    refer(service, "a", 0.0)
    leave = service.workforce.leave
    service.later(10.0, lambda: leave(child_named(service, "a").assigned, "left"))  # type: ignore[arg-type]
    assert run(service).times("task_open", task="a/allocation_note") == [0.125, 10.0]


def who_assessed_goes_on(plans: Plans) -> None:
    service = service_of(plans)
    put(service, "b", "ss")  # the first social worker's, until its case closes
    refer(service, "a", 0.0)
    service.later(
        1.0,
        lambda: child_named(service, "b").stage.depart(  # type: ignore[union-attr]
            child_named(service, "b"), None, "needs_met"
        ),
    )
    service.run()
    child = child_named(service, "a")
    assert child.stage is not None and child.stage.name == HUB
    assert child.assigned is not None and child.assigned.id == who(SW, 2)


def test_C13_the_family_keeps_its_workers_from_assessment_to_plan(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    who_assessed_goes_on(units())
    leaves = Allocation.deallocate

    def forgets(self: Allocation, child: Child, role: str) -> None:
        leaves(self, child, role)
        child.last_assigned = None

    monkeypatch.setattr(Allocation, "deallocate", forgets)
    with pytest.raises(AssertionError):
        who_assessed_goes_on(units())


# --- the consultant's own work --------------------------------------------------------------------

MEETING: Data = {"every": "1 weeks", "hours": 0.5, "hours_a_child": 0.25}


def everybody_meets_every_week(plans: Plans) -> None:
    """Four children: an hour and a half of each of the unit's three, in each of the first weeks."""
    service = service_of(plans)
    for name in "abcd":
        put(service, name, "ss")
    tape = run(service)
    ends = [e for e in tape.of("task_end") if e.task.split("/")[1] == "unit_meeting"]
    first = {(e.worker, e.detail) for e in ends if e.time < 7.0}
    assert first == {(worker, 1.5) for worker in (who(CSW), who(SW, 1), who(SW, 2))}


def test_C9_tasks_are_gone_through_in_the_unit_meeting() -> None:
    with_meeting = {"teams": {TEAM: {"units": {"meeting": MEETING}}}}
    in_force(everybody_meets_every_week, on=units(with_meeting), off=units())


OVERSIGHT: Data = {"every": "4 weeks", "hours": 0.75, "role": "holder"}


def the_consultant_knows_the_case(plans: Plans) -> None:
    service = service_of(plans)
    put(service, "a", "ss", oversight=0.0)
    tape = run(service)
    done = tape.of("task_end", task="a/oversight")
    assert {(e.worker, e.detail) for e in done} == {(who(CSW), 0.75)}
    assert len(done) == 6  # of 26 weeks


def test_C2_C10_the_consultant_spends_time_on_every_open_case() -> None:
    in_force(the_consultant_knows_the_case, on=units(oversight=OVERSIGHT), off=units(visit=VISIT))


def second(share: float | None) -> Data:
    also: Data = {"role": "holder", "hours": 2.0}
    return {**VISIT, "second": also if share is None else {**also, "share": share}}


def joint_visits(plans: Plans) -> tuple[int, int]:
    """Visits, and those of them that took two."""
    service = service_of(plans)
    for number in range(10):
        put(service, f"c{number}", "ss", child_seen=-2.0 * number)
    tape = run(service)
    return done_by(tape, "visit")[SW], done_by(tape, "visit_second")[CSW]


def some_visits_are_joint(plans: Plans) -> None:
    visits, joint = joint_visits(plans)
    assert visits > 50 and 0.15 < joint / visits < 0.45


def test_C11_the_consultant_joins_some_visits() -> None:
    in_force(some_visits_are_joint, on=units(visit=second(0.3)), off=units(visit=VISIT))


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_none_or_all_is_none_or_all(share: float) -> None:
    visits, joint = joint_visits(units(visit=second(share)))
    assert joint == visits * share
    assert joint_visits(units(visit=second(None))) == (visits, visits)


SUPERVISED: Data = {
    "teams": {
        TEAM: {
            "supervision": {"by": "team_manager", "hours": 1.5, "every": "1 month"},
            "units": {"supervision": {"hours": 1.0, "every": "1 month"}},
        }
    }
}


def hours_of_supervision(tape: Tape) -> dict[str, float]:
    ends = [e for e in tape.of("task_end") if e.task.split("/")[1] == "supervision"]
    first: dict[str, Any] = {}
    for e in ends:
        first.setdefault(e.worker, e.detail)
    return first


def managers_look_after_consultants_and_consultants_after_members(plans: Plans) -> None:
    """Two consultants with two and one social workers."""
    tape = run(service_of(plans))
    # The manager: the two consultants, and the family worker, who is in no unit.
    manager = f"{TEAM}.team_manager.1#1"
    assert hours_of_supervision(tape) == {manager: 4.5, who(CSW, 1): 2.0, who(CSW, 2): 1.0}


def test_C12_managers_supervise_those_who_oversee() -> None:
    shape: dict[str, Any] = {"consultants": 2, "social_workers": 3}
    in_force(
        managers_look_after_consultants_and_consultants_after_members,
        on=units(SUPERVISED, **shape),
        off=units(**shape),
    )


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ({"teams": {TEAM: {"units": {"led_by": "social_workr"}}}}, "social_worker"),
        ({"teams": {TEAM: {"units": {"members": []}}}}, "a unit needs members"),
        ({"teams": {TEAM: {"units": {"members": [CSW]}}}}, "leads the unit"),
        ({"teams": {TEAM: {"posts": {CSW: {"count": 0}}}}}, "a unit for each post that leads"),
        ({"stages": {HUB: {"assigned": None}}}, "no assigned worker to do the casework"),
        ({"assessment": {"qualified": ["doctor"]}}, "there is no role called 'doctor'"),
    ],
)
def test_units_that_cannot_work_are_refused(over: Data, says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        units(over)
