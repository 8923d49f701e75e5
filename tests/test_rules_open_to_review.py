"""Open to Review's rhythms, ways in and who does what: each rule on, and off.

Most are worked by hand in `test_open_to_review_by_hand`, where they are on; who may be held is in
`test_rules_guards`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import test_open_to_review_by_hand as by_hand
from helpers import Data, Tape, put, refer, run, together
from test_open_to_review import O2R, R_AND_I, _in_o2r, plans, service_of
from units import in_force
from written import Plans, Switch, fails_without, gives, patched

from sim.service import plan, stage
from sim.service.child import Child
from sim.service.closure import begin_closing
from sim.service.open_to_review import OpenToReview
from sim.service.placing import suitable
from sim.service.rule import rule
from sim.service.rules import GUARDS
from sim.service.service import Service
from sim.service.task import Kind, Task
from sim.service.worker import Worker

SS = "safeguarding_and_support"
FULL_TIME: Data = {"count": 1, "fte": 1.0}


def o2r(**says: Any) -> Data:
    """Say something else of the stage."""
    return {"stages": {O2R: says}}


def review(**says: Any) -> Data:
    return o2r(tasks={"review": says})


def written_otherwise(over: Data) -> Switch:
    """What the hand-worked cases compile has the rule's key otherwise."""
    return patched(by_hand, "plans", lambda **says: plans(**together(says, over)))


def in_the_stage(plans: Plans) -> tuple[Service, Child, Tape]:
    service = service_of(plans)
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    return service, child, run(service)


# --- how often -----------------------------------------------------------------------------------

TURNS = by_hand.test_reviews_take_turns_and_meet_the_school_in_its_month


def two_reviews_a_year(plans: Plans) -> None:
    """Every half year, calls and meetings taken together."""
    _, _, tape = in_the_stage(plans)
    kinds = ("review", "telephone_review", "child_in_need_meeting")
    held = [e for e in tape.of("task_end") if e.task.split("/")[1] in kinds]
    assert len(held) == 4


def test_O5_O25_O41_the_package_is_reviewed_twice_a_year() -> None:
    yearly = review(every="12 months")
    in_force(
        two_reviews_a_year, on=plans(horizon="2 years"), off=plans(horizon="2 years", **yearly)
    )
    fails_without(TURNS, written_otherwise(yearly))


def test_O27_a_face_to_face_review_is_held_every_year() -> None:
    def always_by_telephone(child: Child, kind: Kind, held: Kind, hub: Any) -> Kind:
        return kind.every_other or kind

    fails_without(TURNS, patched(stage, "following", always_by_telephone))


def test_O28_it_is_the_schools_own_review() -> None:
    fails_without(TURNS, written_otherwise(review(ehc_merge=0.0)))


def test_O30_half_a_year_after_it_the_family_is_rung() -> None:
    fails_without(TURNS, written_otherwise(review(every_other=None)))


def test_O31_the_child_is_seen_at_the_yearly_review() -> None:
    fails_without(
        by_hand.test_the_child_is_seen_at_the_yearly_review,
        written_otherwise(review(also_sees_child=0.0)),
    )


def test_O43_the_plan_is_shared_within_a_month() -> None:
    fails_without(
        by_hand.test_the_plan_is_shared_within_a_month_of_each_review,
        written_otherwise(o2r(tasks={"plan_shared": {"once_within": "2 months"}})),
    )


def test_O45_without_an_ehc_plan_there_is_a_meeting_of_the_services_own() -> None:
    fails_without(
        by_hand.test_without_a_plan_a_meeting_of_the_services_own,
        written_otherwise(review(without_ehc_plan=None)),
    )


class Notes(Tape):
    """Also keeps what is written beside a decision."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: list[str] = []

    def decision(self, child: Child, outcome: str, detail: str = "") -> None:
        super().decision(child, outcome, detail)
        self.notes.append(detail)


def the_note_says_when_the_first_review_is() -> None:
    service = Service(plans(horizon="12 months"), 1, 1, Notes())
    by_hand._ready(service)
    tape = run(service)
    (note,) = [note for note in tape.notes if note]  # type: ignore[attr-defined]
    entered = next(e.time for e in tape.of("stage_enter", child="a") if e.stage == O2R)
    first = next(
        e for e in tape.of("task_open", child="a") if e.time > entered and "review/" in e.task
    )
    assert note == f"first_review={service.plan.calendar.date(float(first.due - 1)).isoformat()}"


def test_O38_the_managers_note_gives_the_date_of_the_first_review() -> None:
    the_note_says_when_the_first_review_is()
    fails_without(
        the_note_says_when_the_first_review_is, patched(OpenToReview, "_first_review", gives(""))
    )


# --- ways in -------------------------------------------------------------------------------------


def a_stable_child_is_held_there(plans: Plans) -> None:
    service = service_of(plans)
    assert suitable(service, by_hand._ready(service)) is service.hubs[O2R]
    active = put(service, "b", "ss", need="complex")
    assert suitable(service, active) is not service.hubs[O2R]


@pytest.mark.parametrize(
    ("need", "hubs"), [("stable", [R_AND_I]), ("complex", [O2R, SS])], ids=["stable", "active"]
)
def test_O2_it_is_for_children_who_need_no_active_care_management(
    need: str, hubs: list[str]
) -> None:
    off = {"population": {"needs": {need: {"served_by": hubs}}}}
    in_force(a_stable_child_is_held_there, on=plans(), off=plans(**off))


def test_O3_whose_cases_are_open_all_the_same() -> None:
    def closes_instead(self: OpenToReview, child: Child) -> None:
        begin_closing(self.service, child, "needs_met")

    fails_without(by_hand.test_manager_letter_move, patched(OpenToReview, "_move", closes_instead))


def who_does_not_agree_comes_all_the_same() -> None:
    service = service_of(plans())
    child = by_hand._ready(service)
    child.parents_agree = False
    run(service)
    assert child.stage is service.hubs[O2R]


def test_O18_parents_need_not_agree() -> None:
    asked = GUARDS["parents_agree_if_life_limited"]
    strict = rule(*asked.clauses)(lambda child: child.parents_agree)  # type: ignore[attr-defined]
    who_does_not_agree_comes_all_the_same()
    fails_without(
        who_does_not_agree_comes_all_the_same,
        patched(plan, "GUARDS", {**GUARDS, asked.__name__: strict}),
    )


def heard(upheld: float, comes: bool) -> None:
    by_hand.test_an_objection_is_heard_by_the_manager(upheld, comes)


def test_O20_parents_may_object_and_are_heard() -> None:
    def unheard(self: OpenToReview, task: Task, worker: Worker) -> None:
        self.service.end(task, worker)
        assert task.child is not None
        self._move(task.child)

    fails_without(partial(heard, 1.0, False), patched(OpenToReview, "_written", unheard))


def comes_after_the_assessment() -> None:
    """No review and no supervision looks at the child: only the plan just made can bring it in."""
    found: Data = {
        "mash": {"outcomes": {"stable": {"value": {"single_assessment": 1.0}}}},
        "assessment": {"hours": 8.0, "gap": 1.0, "agency_checks": 1.0, "finds": 1.0},
    }
    service = service_of(plans(**found))
    refer(service, "a", 0.0, need="stable")
    tape = run(service)
    written = tape.times("task_end", task="a/initial_plan")
    assert service.children[0].stage is service.hubs[O2R]
    assert tape.times("task_open", task="a/open_to_review_decision") == written


def test_O21_children_come_in_after_assessment_after_review_and_by_supervision() -> None:
    comes_after_the_assessment()
    fails_without(comes_after_the_assessment, patched(OpenToReview, "done", gives(None)))
    fails_without(by_hand.test_manager_letter_move, patched(OpenToReview, "sees_to", gives(True)))
    fails_without(SUPERVISED, NO_SUPERVISION)


SUPERVISED = by_hand.test_supervision_finds_a_child_no_review_has_looked_at
NO_SUPERVISION = patched(OpenToReview, "day", gives(None))


def test_O46_the_manager_goes_through_the_caseload_regularly() -> None:
    fails_without(SUPERVISED, NO_SUPERVISION)


def test_O22_the_manager_considers_each_move() -> None:
    def nobody_considers(self: OpenToReview, child: Child) -> None:
        self._move(child)

    fails_without(
        by_hand.test_manager_letter_move, patched(OpenToReview, "propose", nobody_considers)
    )


# --- who -----------------------------------------------------------------------------------------


def has_one_named_social_worker(plans: Plans) -> None:
    _, _, tape = in_the_stage(plans)
    holders = {e.worker for e in tape.of("allocate", child="a") if e.detail == "holder"}
    assert holders == {f"{O2R}.social_worker.1#1"}
    assert {e.worker for e in tape.of("task_end", child="a")} == holders


BY_ANOTHER = {
    "teams": {O2R: {"posts": {"newcomer": FULL_TIME}}},
    **o2r(holder="newcomer"),
}


def test_O4_each_case_has_a_named_social_worker() -> None:
    in_force(has_one_named_social_worker, on=plans(), off=plans(**BY_ANOTHER))


def calls_come_to_the_social_worker(plans: Plans) -> None:
    _, _, tape = in_the_stage(plans)
    calls = [e for e in tape.of("task_end") if "/contacts/" in e.task]
    assert {e.worker for e in calls} == {f"{O2R}.social_worker.1#1"}
    assert sum(e.detail for e in calls) > 20.0


@pytest.mark.parametrize("off", [o2r(contacts=None), BY_ANOTHER], ids=["no calls", "to another"])
def test_O24_O34_families_ring_the_social_worker(off: Data) -> None:
    calls = o2r(contacts={"hours_a_week": 1})
    in_force(calls_come_to_the_social_worker, on=plans(**calls), off=plans(**together(calls, off)))


URGENT: Data = {
    "rate": "12 per year",
    "hours": 1,
    "within": "1 working days",
    "priority": 4,
    "stage": SS,
}


def urgent_matters_go_to_duty(plans: Plans) -> None:
    """To a social worker of the ordinary team, and not to the child's own."""
    _, _, tape = in_the_stage(plans)
    done = tape.of("task_end", task="a/urgent_matter")
    assert len(done) > 2 and {e.worker for e in done} == {f"{SS}.social_worker.1#1"}


def test_O35_urgent_matters_go_to_the_duty_worker() -> None:
    def to_the_holder(self: OpenToReview, child: Child, stage: str) -> Any:
        return child.holder.diary if child.holder is not None else None

    claim: Callable[[], None] = lambda: urgent_matters_go_to_duty(  # noqa: E731
        plans(open_to_review={"urgent": URGENT})
    )
    claim()
    fails_without(claim, patched(OpenToReview, "_duty", to_the_holder))


def holds_nothing_else(plans: Plans) -> None:
    """Ordinary cases beside those of Open to Review, and one social worker of each team."""
    service = service_of(plans)
    _in_o2r(service)
    for name in "bc":
        put(service, name, "ss", need="complex")
    service.run()
    for worker in service.teams[O2R].by_role["social_worker"]:
        assert worker.cases and all(c.stage is service.hubs[O2R] for c in worker.cases)


def test_O39_its_social_workers_carry_no_other_kind_of_case() -> None:
    both = {"stages": {SS: {"team": O2R}}}
    in_force(holds_nothing_else, on=plans(), off=plans(**both))


def a_hundred_and_first_waits(plans: Plans) -> None:
    """Ninety-nine are held; of two who are to come one gets in, and the other is on the list."""
    service = service_of(plans)
    for number in range(99):
        _in_o2r(service, f"c{number}")
    for name in "xy":
        put(service, name, "ri", need="stable", cin_review=-115.0, child_seen=-1.0)
    tape = run(service)
    there = {e.child for e in tape.of("stage_enter") if e.stage == O2R and e.child in ("x", "y")}
    assert len(there) == 1 and len(tape.of("transfer_request")) == 1


def test_O40_a_social_worker_holds_about_a_hundred() -> None:
    more = {"teams": {O2R: {"posts": {"social_worker": {"caseload_limit": 120}}}}}
    short: Data = {"horizon": "1 month"}
    in_force(a_hundred_and_first_waits, on=plans(**short), off=plans(**short, **more))
