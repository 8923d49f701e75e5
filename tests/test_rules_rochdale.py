"""Step up and step down between early help and social care: each rule on, and off.

Most are worked by hand in `test_by_hand_early_help`, where they are on; the rules that a step down
has to keep are in `test_rules_guards`, the rhythms in `test_rules_rhythms`.
"""

from __future__ import annotations

from functools import partial
from types import SimpleNamespace
from typing import Any

import test_by_hand_early_help as hand
from helpers import HUBS, Data, Tape, child_named, put, refer, run, service_of, together
from test_by_hand_early_help import LP, early, outcomes, piece, plans, reviewed, stepped_up
from units import in_force
from written import Plans, Switch, fails_without, gives, patched, written

from sim.service import caf_tac, stage, step_down, step_up
from sim.service.caf_tac import CafTac, EarlyHelpStrand, Tac
from sim.service.child import Child
from sim.service.early_help_plan import LEAD
from sim.service.service import Service
from sim.service.stage import Hub
from sim.service.step_down import StepDown
from sim.service.step_up import StepUp
from sim.service.task import DESK, Kind, Task
from sim.service.worker import Worker

SS = HUBS["ss"]
SW = f"{SS}.social_worker.1#1"


def written_otherwise(over: Data) -> Switch:
    """What the hand-worked cases compile has the rule's key otherwise."""
    compiled = hand.plans
    return patched(hand, "plans", lambda *overs, **says: compiled(*overs, over, **says))


# --- from the front door -------------------------------------------------------------------------

BEGINS_AND_ENDS = hand.test_from_the_mash_to_a_tac_and_its_end


def families_below_the_threshold(plans: Plans) -> None:
    service = service_of(plans)
    for number in range(20):
        refer(service, f"c{number}", number * 0.5, need="none")
    assert "early_help" in {e.detail for e in run(service).of("decision")}


def test_R14_whoever_is_below_the_threshold_is_encouraged_to_start_a_caf() -> None:
    none = {"mash": {"outcomes": {"none": {"value": {"advice": 1.0}}}}}
    model = partial(written, "rochdale-step-up-step-down", ())
    in_force(families_below_the_threshold, on=model(), off=model(none))


def nobody_is_rung(self: CafTac, kind: Kind, child: Child, role: str) -> Any:
    """The CAF team sets nothing up; whatever else it does, it does."""
    if kind is self.plan.set_up:
        self._wait(child)
        return SimpleNamespace()
    service, (team, desk) = self.service, self.plan.desk
    task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
    return service.hand_out(task, service.teams[team].desk(desk) if role == DESK else None)


def test_R16_the_caf_team_contacts_the_referrer_and_offers_support() -> None:
    fails_without(BEGINS_AND_ENDS, patched(CafTac, "_one", nobody_is_rung))


ASSESSED: Data = {
    "mash": {"outcomes": {"met": {"value": {"single_assessment": 1.0}}}},
    "assessment": {"offered_early_help": 1.0},
}


def set_up_after_an_assessment(plans: Plans) -> None:
    """Assessed as not in need: the family is asked, agrees, and the CAF team sets a CAF up."""
    service = service_of(plans)
    refer(service, "a", 0.0, need="met")
    ends = run(service).of("task_end", task="a/caf_set_up")
    assert [(e.worker, e.detail) for e in ends] == [("caf_team.coordinator.1#1", 4.0)]


def test_R39_after_an_assessment_that_finds_no_need_the_family_is_asked() -> None:
    not_asked = {"assessment": {"offered_early_help": 0.0}}
    in_force(set_up_after_an_assessment, on=plans(ASSESSED), off=plans(ASSESSED, not_asked))


def test_R41_the_caf_team_sets_it_up_with_them() -> None:
    fails_without(
        lambda: set_up_after_an_assessment(plans(ASSESSED)),
        patched(CafTac, "_one", nobody_is_rung),
    )


def test_R45_the_caf_team_finds_a_lead_professional() -> None:
    fails_without(
        hand.test_where_lead_professionals_are_few_families_wait_and_give_up,
        patched(CafTac, "free_lead", gives(None)),
    )


def test_R46_the_caf_goes_to_the_next_meeting_that_has_a_place() -> None:
    def at_once(self: CafTac, task: Task, worker: Worker) -> None:
        self.service.end(task, worker)
        assert task.child is not None
        self._open_meeting(task.child, task.child.strands["caf_tac"], 0)

    fails_without(hand.test_first_meetings_wait_for_a_place, patched(CafTac, "_caf_done", at_once))


def test_R63_it_runs_until_universal_services_can_meet_the_need() -> None:
    fails_without(BEGINS_AND_ENDS, patched(CafTac, "_ends_after", gives(None)))


def test_R65_the_team_meets_regularly() -> None:
    fails_without(BEGINS_AND_ENDS, patched(CafTac, "_meet_next", gives(None)))


def test_R42_a_caf_is_voluntary() -> None:
    fails_without(REFUSED, patched(step_down, "given", gives(True)))


# --- step up -------------------------------------------------------------------------------------

ACCEPTED = hand.test_a_step_up_is_asked_for_accepted_and_the_tac_goes_on_until_the_plan
NOT_ACCEPTED = hand.test_a_refused_step_up_leaves_the_tac_as_it_is_and_is_asked_again
CONSENT = hand.test_without_consent_there_is_no_step_up_unless_it_would_do_harm


def test_R11_a_step_up_is_a_request_to_social_care() -> None:
    fails_without(ACCEPTED, patched(StepUp, "_ask", gives(None)))


def test_R18_the_team_may_conclude_at_any_time_that_more_is_needed() -> None:
    fails_without(ACCEPTED, patched(EarlyHelpStrand, "need_changed", gives(None)))


def test_R17_the_tac_may_go_on_beside_social_care() -> None:
    fails_without(
        hand.test_a_tac_may_go_on_beside_child_in_need, written_otherwise(early(beside=0.0))
    )


def test_R19_a_protection_concern_is_referred_without_delay() -> None:
    protection = StepUp.protection

    def after_a_talk(self: StepUp, child: Child) -> None:
        self._later(2.0, lambda: protection(self, child))

    fails_without(
        hand.test_a_protection_concern_goes_at_once, patched(StepUp, "protection", after_a_talk)
    )


def needless_requests_are_refused(plans: Plans) -> None:
    """People worry about a child whose need early help meets: thresholds keep it there."""
    service = service_of(plans)
    refer(service, "a", 1.0, need="none")
    said = outcomes(run(service), "a")
    assert "step_up_request" in said and "step_up_refused" in said
    assert "single_assessment" not in said


def test_R21_thresholds_spare_needless_assessments() -> None:
    often = early(step_up={"worries": "20 per year"})
    all_accepted = early(step_up={"accepted_worries": 1.0})
    in_force(needless_requests_are_refused, on=plans(often), off=plans(often, all_accepted))


def test_R22_the_familys_consent_is_sought_first() -> None:
    fails_without(CONSENT, patched(step_up, "given", gives(True)))


def test_R23_without_it_only_where_waiting_would_do_harm() -> None:
    fails_without(CONSENT, written_otherwise(early(step_up={"harm": 0.0})))
    fails_without(CONSENT, written_otherwise(early(step_up={"harm": 1.0})))


WITHOUT_CONSENT: Data = together(
    {"population": {"attributes": {"refuses_consent": 1.0}}}, early(step_up={"harm": 1.0})
)


def going_ahead_is_talked_over() -> None:
    """Noticed on day 15; the talk with the line manager takes two days; papers of two hours."""
    _, tape = stepped_up(WITHOUT_CONSENT)
    assert [e.time for e in tape.of("contact", child="a")] == [1.0, 17.25]


def test_R24_going_ahead_without_consent_is_decided_with_the_line_manager() -> None:
    def asks_nobody(self: StepUp, child: Child, tac: Tac, worry: bool = False) -> None:
        tac.request = True
        self._ask(child, tac, child.next_occasion("step_up"))

    going_ahead_is_talked_over()
    fails_without(going_ahead_is_talked_over, patched(StepUp, "_noticed", asks_nobody))


def test_R27_a_refused_request_leaves_the_team_as_it_is() -> None:
    def ends(self: StepUp, child: Child, tac: Any, occasion: int) -> None:
        assert child.stage is not None
        child.stage.depart(child, None, "refused")

    fails_without(NOT_ACCEPTED, patched(StepUp, "_try_later", ends))


def test_R28_a_further_request_is_made_if_concerns_go_on() -> None:
    fails_without(NOT_ACCEPTED, patched(StepUp, "_try_later", gives(None)))


def test_R31_the_team_goes_on_during_the_assessment() -> None:
    fails_without(ACCEPTED, patched(CafTac, "goes_on", gives(None)))


def leads(tape: Tape) -> list[tuple[float, set[str]]]:
    """Who holds the case of `a`, after each change, for as long as somebody does."""
    held: set[str] = set()
    told: dict[float, set[str]] = {}
    for e in tape.of("allocate", "deallocate", child="a"):
        if e.detail == "holder":
            (held.add if e.event == "allocate" else held.discard)(e.worker)
            told[e.time] = set(held)
    return list(told.items())


def the_social_worker_leads_from_the_plan_on() -> None:
    _, tape = stepped_up()
    plan_at = next(e.time for e in tape.of("stage_enter", child="a") if e.stage == SS)
    assert [who for when, who in leads(tape) if when >= plan_at] == [{SW}]
    assert all(len(who) <= 1 for _, who in leads(tape))
    assert leads(tape)[0][1] == {LP}


def stays_the_lead(self: CafTac, child: Child) -> None:
    lead, child.last_holder = child.last_holder, None
    if lead is not None:
        self.service.allocation.allocate(child, lead, "holder")


def test_R33_a_child_in_need_is_led_by_the_social_worker() -> None:
    the_social_worker_leads_from_the_plan_on()
    fails_without(
        the_social_worker_leads_from_the_plan_on, patched(CafTac, "goes_on", stays_the_lead)
    )


def one_lead_throughout() -> None:
    """The lead professional leads while the child is assessed, whoever holds the case by then."""
    service = service_of(plans())
    refer(service, "a", at=1.0, need="none")
    told: list[str] = []

    def rises() -> None:
        child = child_named(service, "a")
        child.need = "complex"
        for strand in service.strands:
            strand.need_changed(child)

    def look() -> None:
        child = child_named(service, "a")
        who = caf_tac.lead_of(child)
        told.append(who.id if who is not None else "")
        both = child.holder is not None and LEAD in child.attached
        assert not both or told[-1] == LP

    service.later(10.0, rises)
    for day in range(11, 30):
        service.later(day + 0.5, look)
    service.run()
    assert set(told) == {LP, SW} and told == sorted(told)  # never anybody else, nor back


def test_R8_it_is_clear_who_leads() -> None:
    one_lead_throughout()
    holder_leads = patched(caf_tac, "lead_of", lambda child: child.holder)
    fails_without(one_lead_throughout, holder_leads)


# --- step down -----------------------------------------------------------------------------------

DOWN = hand.test_a_step_down_at_the_review_that_finds_needs_met
REFUSED = hand.test_a_refusal_is_respected_and_the_case_closed
NEVER_CONSIDERED = patched(StepDown, "considers", gives(False))


def test_R12_a_step_down_is_a_request_for_a_tac() -> None:
    fails_without(DOWN, NEVER_CONSIDERED)


def test_R48_social_care_asks_at_every_review_whether_it_is_still_needed() -> None:
    fails_without(DOWN, NEVER_CONSIDERED)
    fails_without(REFUSED, NEVER_CONSIDERED)


def test_R38_R51_reviews_are_where_that_is_decided() -> None:
    fails_without(DOWN, patched(stage, "decide", gives(None)))


def without_the_manager(self: StepDown, child: Child, here: Hub) -> None:
    self._do(child, self.plan.forms, self._signed)


def test_R50_the_team_manager_decides() -> None:
    fails_without(DOWN, patched(StepDown, "_decide", without_the_manager))


def the_manager_decides_after_a_plan() -> None:
    """More than three months after a protection plan: the manager's hour comes before the move."""

    def planned(service: Service, child: Any) -> None:
        child.strands["safeguarding"] = SimpleNamespace(plan_ended_at=-100.0)

    _, tape = reviewed(before=planned)
    (decided,) = tape.of("task_end", task="a/step_down_decision") or [None]
    assert decided is not None and decided.worker == f"{SS}.team_manager.1#1"
    moved = next(e.time for e in tape.of("stage_enter", child="a") if e.stage == "caf_tac")
    assert 12.5 < decided.time < moved


def test_R58_after_a_protection_plan_the_manager_has_to_be_sure() -> None:
    the_manager_decides_after_a_plan()
    fails_without(
        the_manager_decides_after_a_plan, patched(StepDown, "_decide", without_the_manager)
    )


def passed_on_in_time(plans: Plans) -> None:
    """The forms are written within a fortnight of the decision, though nothing presses."""
    service = service_of(plans)
    put(service, "a", "ss", truth="met", cin_review=-38)
    (forms,) = run(service).of("task_open", task="a/step_down_forms")
    assert forms.due - forms.time <= 11


def test_R7_a_transfer_is_timely() -> None:
    later = early(step_down={"forms": piece(2, 40)})
    in_force(passed_on_in_time, on=plans(), off=plans(later))


def test_R62_the_last_meeting_closes_the_social_care_case() -> None:
    def nothing_follows(self: StepDown, task: Task, worker: Worker) -> None:
        self._finished(task, worker)

    fails_without(DOWN, patched(StepDown, "_signed", nothing_follows))


def test_R44_R64_a_refusal_is_respected_and_the_case_closes() -> None:
    fails_without(REFUSED, patched(step_down, "begin_closing", gives(None)))


def test_R43_a_caf_is_no_condition_of_closing() -> None:
    def waits_for_a_caf(self: StepDown, child: Child, here: Hub) -> bool:
        return True

    fails_without(REFUSED, patched(StepDown, "considers", waits_for_a_caf))
