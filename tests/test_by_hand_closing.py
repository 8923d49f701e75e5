"""Closing a case and passing it on, worked by hand in a small unit (see `units`).

Each rule of Cambridgeshire's is a claim that holds, and fails once that rule is switched off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from helpers import Data, Tape, child_named, overlay, put, run, service_of
from test_by_hand_early_help import REVIEW, TAC, piece
from units import CSW, HUB, SW, TEAM, Plans, in_force, units, who

from sim.scenario import ScenarioError
from sim.service import status, step_down
from sim.service.caf_tac import lead_of
from sim.service.closure import begin_closing, stop_closing
from sim.service.protection import case_of
from sim.service.service import Service

LP = "partner_agencies.lead_professional.1#1"
MANAGER = f"{TEAM}.team_manager.1#1"
REVIEWED: Data = {**REVIEW, "role": "assigned"}


def step(hours: float, **more: Any) -> Data:
    return {"hours": hours, "within": "10 working days", "priority": 5, **more}


def closure(**says: Any) -> Data:
    return {"closure": {"hours": 2.0, "within": "20 working days", "priority": 5, **says}}


DECIDED = closure(decision=step(1.0, by="holder"))
IN_FULL = closure(
    decision=step(1.0, by="holder"),
    family=step(1.5),
    agencies=step(0.5, answer=4.0),
    disagreement={"chance": 1.0, "record": step(0.5), "rationale": step(1.0)},
)
BOTH_ROLES: Data = {"stages": {HUB: {"casework": "holder"}}}  # the consultant does it all


def met(plans: Plans, before: Callable[[Service], None] | None = None, **last: float) -> Tape:
    """A child whose needs are met is reviewed on day 12, and every 50 working days after."""
    service = service_of(plans)
    put(service, "a", "ss", truth="met", **(last or {"cin_review": -38}))
    if before is not None:
        before(service)
    return run(service)


def ended(tape: Tape, *kinds: str) -> list[tuple[float, str, str]]:
    """(time, kind, worker) of the tasks finished, of these kinds or all."""
    ends = [(round(e.time, 4), e.task.split("/")[1], e.worker) for e in tape.of("task_end")]
    return [end for end in ends if not kinds or end[1] in kinds]


# --- who decides, who is told, who is asked ----------------------------------------------------


def test_a_closure_hour_by_hour() -> None:
    """Reviewed to the middle of day 12; the agencies take four days; nobody is asked twice."""
    tape = met(units(IN_FULL, review=REVIEWED))
    assert ended(tape) == [
        (12.5, "review", who(SW)),
        (12.625, "closure_decision", who(CSW)),
        (12.8125, "closure_family", who(SW)),
        (12.875, "closure_agencies", who(SW)),
        (16.9375, "disagreement_record", who(SW)),
        (17.0625, "disagreement_rationale", who(CSW)),
        (17.3125, "closure", who(SW)),
    ]
    assert tape.times("close") == [17.3125]


def the_consultant_decides(plans: Plans) -> None:
    assert ended(met(plans), "closure_decision") == [(12.625, "closure_decision", who(CSW))]


def test_C17_in_a_unit_the_consultant_decides_to_close() -> None:
    by_manager = closure(decision=step(1.0, by="manager"))
    in_force(
        the_consultant_decides,
        on=units(DECIDED, review=REVIEWED),
        off=units(by_manager, review=REVIEWED),
    )


def the_manager_decides_where_no_consultant_leads(plans: Plans) -> None:
    """The consultant has left; the manager minds the case, and nobody else could hold it."""

    def leaves(service: Service) -> None:
        leave = service.workforce.leave
        service.later(11.0, lambda: leave(child_named(service, "a").holder, "post_closed"))  # type: ignore[arg-type]

    tape = met(plans, leaves)
    assert ended(tape, "closure_decision") == [(12.625, "closure_decision", MANAGER)]


PEOPLE: Data = {
    "people": {
        "leave": {"days": 0, "in_school_holidays": 0.0},
        "training": 0,
        "sickness": {"share": 0.0, "spell": 5.0},
        "turnover": "0 per year",
        "vacancy": 0.0,
        "recruitment": 20.0,
        "on_leaving": {
            "rule": "to_peers",
            "held_by": "team_manager",
            "within": "5 working days",
            "urgent": 2,
        },
    }
}


def test_C19_without_a_consultant_the_manager_and_the_worker_decide(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plans = units(DECIDED, PEOPLE, review=REVIEWED)
    the_manager_decides_where_no_consultant_leads(plans)
    compiled = plans[0][1].closing
    monkeypatch.setattr(compiled, "by_manager", compiled.by_holder)
    with pytest.raises(AssertionError):
        the_manager_decides_where_no_consultant_leads(plans)


def the_family_is_told_before_the_case_closes(plans: Plans) -> None:
    kinds = [kind for _, kind, worker in ended(met(plans)) if worker == who(SW)]
    assert kinds.index("closure_family") < kinds.index("closure")


def test_C20_the_social_worker_tells_the_family_first() -> None:
    told = closure(family=step(1.5))
    said: Callable[[Plans], None] = the_family_is_told_before_the_case_closes
    said(units(told, review=REVIEWED))
    with pytest.raises((AssertionError, ValueError)):
        said(units(closure(), review=REVIEWED))
    with pytest.raises((AssertionError, ValueError)):  # nor by somebody else
        said(units(told, BOTH_ROLES, review={**REVIEWED, "role": "holder"}))


def the_agencies_have_four_days(plans: Plans) -> None:
    tape = met(plans)
    (asked,) = [e.time for e in tape.of("task_end", task="a/closure_agencies")] or [0.0]
    (opened,) = tape.times("task_open", task="a/closure")
    assert opened == asked + 4.0


def test_C21_agencies_are_asked_and_have_time_to_answer() -> None:
    asked = closure(agencies=step(0.5, answer=4.0))
    in_force(
        the_agencies_have_four_days,
        on=units(asked, review=REVIEWED),
        off=units(closure(), review=REVIEWED),
    )


def dissent_is_on_record_and_the_case_closes(plans: Plans) -> None:
    tape = met(plans)
    record = ended(tape, "disagreement_record", "disagreement_rationale")
    assert [(kind, worker) for _, kind, worker in record] == [
        ("disagreement_record", who(SW)),
        ("disagreement_rationale", who(CSW)),
    ]
    assert [e.detail for e in tape.of("close")] == ["needs_met"]


def test_C23_an_agency_that_disagrees_is_recorded_and_stops_nothing() -> None:
    dissent = {"chance": 1.0, "record": step(0.5), "rationale": step(1.0)}
    nobody = {**dissent, "chance": 0.0}
    in_force(
        dissent_is_on_record_and_the_case_closes,
        on=units(closure(disagreement=dissent), review=REVIEWED),
        off=units(closure(disagreement=nobody), review=REVIEWED),
    )


def test_what_comes_to_light_calls_everything_off() -> None:
    def found(service: Service) -> None:
        service.later(12.7, lambda: stop_closing(service, child_named(service, "a")))

    tape = met(units(IN_FULL, review=REVIEWED), found)
    assert [(e.task, e.detail) for e in tape.of("task_cancel")] == [
        ("a/closure_family/1", "superseded")
    ]
    # At the next review it is gone through anew, from the beginning.
    assert [round(t) for t in tape.times("task_end", task="a/closure_decision")] == [13, 63]
    assert len(tape.of("close")) == 1


def test_a_birthday_does_not_wait_for_the_agencies() -> None:
    """Decided on day 12, asked, and eighteen on day 14, before they have answered."""
    service = service_of(units(IN_FULL, review=REVIEWED))
    child = put(service, "a", "ss", truth="met", cin_review=-38)
    child.turns_adult = 14.0
    service.later(14.0, lambda: begin_closing(service, child, "turned_18"))
    tape = run(service)
    assert [(e.time, e.detail) for e in tape.of("close")] == [(14.0, "turned_18")]
    assert not tape.of("task_open", task="a/closure")


# --- what keeps a case open --------------------------------------------------------------------


def needs_met_on_day_ten(service: Service) -> None:
    child = child_named(service, "a")
    child.need = "complex"
    service.later(10.0, lambda: service.life._change(child, "met"))


def the_case_stays_open_until_outcomes_are_met(plans: Plans) -> None:
    """Needs met on day 10, outcomes on day 30: the review of day 12 keeps it, that of 62 closes."""
    tape = met(plans, needs_met_on_day_ten)
    assert [int(t) for t in tape.times("task_open", task="a/closure")] == [62]


def test_C18_a_case_closes_when_no_more_is_needed_and_outcomes_are_met() -> None:
    """Of the two tests each can fail alone; the first is that of every model."""
    in_force(
        the_case_stays_open_until_outcomes_are_met,
        on=units(closure(outcomes_met=20.0), review=REVIEWED),
        off=units(closure(), review=REVIEWED),
    )
    still = run_in_need(units(closure(outcomes_met=20.0), review=REVIEWED))
    assert not still.of("close")


def run_in_need(plans: Plans) -> Tape:
    service = service_of(plans)
    put(service, "a", "ss", cin_review=-38)
    return run(service)


def test_outcomes_met_before_the_review_do_not_keep_it() -> None:
    tape = met(units(closure(outcomes_met=1.0), review=REVIEWED), needs_met_on_day_ten)
    assert [int(t) for t in tape.times("task_open", task="a/closure")] == [12]


def plan_ended_on_day_one(service: Service) -> None:
    case = case_of(child_named(service, "a"))
    case.plan_ended_at, case.plans = 1.0, 1


def three_months_after_a_plan(plans: Plans) -> None:
    """Reviews on days 12, 32, 52 and 72; three months from day 1 are over on day 64."""
    tape = met(plans, plan_ended_on_day_one)
    assert [int(t) for t in tape.times("task_open", task="a/closure")] == [72]


def test_C25_a_family_plan_of_three_months_follows_a_protection_plan() -> None:
    every = {**REVIEWED, "every": "20 working days"}
    plan = {"share": 1.0, "at_least": "3 months"}
    service = service_of(units(closure(after_plan=plan), review=every))
    child = put(service, "a", "ss", truth="met", cin_review=-8)
    plan_ended_on_day_one(service)
    service.run()
    assert child.season == 1
    three_months_after_a_plan_every_twenty = lambda plans: _closes_on(plans, 72)  # noqa: E731
    in_force(
        three_months_after_a_plan_every_twenty,
        on=units(closure(after_plan=plan), review=every),
        off=units(closure(after_plan={**plan, "share": 0.0}), review=every),
    )


def _closes_on(plans: Plans, day: int) -> None:
    tape = met(plans, plan_ended_on_day_one, cin_review=-8)
    assert [int(t) for t in tape.times("task_open", task="a/closure")] == [day]


# --- to another council --------------------------------------------------------------------------


def who_moves_away_is_handed_over(plans: Plans) -> None:
    service = service_of(plans)
    child = put(service, "a", "ss")
    service.later(3.0, lambda: begin_closing(service, child, "moved_away"))
    kinds = [(kind, worker) for _, kind, worker in ended(run(service))]
    assert kinds == [("to_another_council", who(SW)), ("closure", who(SW))]


def test_C16_a_family_that_moves_away_is_handed_over_to_the_next_council() -> None:
    handed = closure(to_another_council=step(3.0))
    in_force(who_moves_away_is_handed_over, on=units(handed), off=units(closure()))


# --- on to early help -----------------------------------------------------------------------------

LAST: Data = {**piece(2), "lead_hours": 2.0}
DOWN: Data = {
    "decided_by": "holder",
    "search": piece(3),
    "meeting": LAST,
    "new_assessment": False,
    "after_plan": None,
}


def passed(*overs: Data, down: Data | None = None, **tasks: Data) -> Plans:
    """A unit beside a CAF team and one lead professional."""
    tac = overlay(TAC, {"early_help": {"step_down": DOWN if down is None else down}})
    more: Data = {name: part for name, part in tac.items() if name != "assessment"}
    return units(more, *overs, **{"review": REVIEWED, **tasks})


def without(*keys: str) -> Data:
    return {key: value for key, value in DOWN.items() if key not in keys}


def test_a_step_down_hour_by_hour() -> None:
    """An hour to decide, three to find a lead, two for the forms, two at the meeting for both."""
    tape = met(passed())
    social_care = [end for end in ended(tape) if not end[2].startswith("partner")]
    assert social_care == [
        (12.5, "review", who(SW)),
        (12.625, "step_down_decision", who(CSW)),
        (13.0, "step_down_search", who(SW)),
        (13.25, "step_down_forms", who(SW)),
        (23.25, "step_down_meeting", who(SW)),
    ]
    assert ended(tape, "step_down_meeting_second") == [(23.25, "step_down_meeting_second", LP)]
    assert tape.told("stage_leave", "stage_enter", child="a")[-3:-1] == [
        (23.25, "stage_leave", "step_down"),
        (23.25, "stage_enter", "caf_tac"),
    ]


def the_lead_is_who_the_level_of_need_asks_for(plans: Plans) -> None:
    service = service_of(plans)
    child = put(service, "a", "ss", truth="met", cin_review=-38)
    leads: list[str] = []
    for day in (1.0, 30.0):
        service.later(day, lambda: leads.append(lead_of(child).id))  # type: ignore[union-attr]
    service.run()
    assert leads == [who(CSW), LP]


def test_C14_the_lead_professional_is_fixed_by_the_level_of_need() -> None:
    nobody_needs_more = {"early_help": {"step_down": {"support_needed": 0.0}}}
    in_force(
        the_lead_is_who_the_level_of_need_asks_for,
        on=passed(),
        off=passed({"population": {"needs": {"met": {"served_by": [HUB]}}}}),
    )
    with pytest.raises((AssertionError, AttributeError)):
        the_lead_is_who_the_level_of_need_asks_for(passed(nobody_needs_more))


def the_meeting_needs_both_workers(plans: Plans) -> None:
    tape = met(plans)
    held = [(w, t) for t, _, w in ended(tape, "step_down_meeting", "step_down_meeting_second")]
    assert sorted(held) == [(LP, 23.25), (who(SW), 23.25)]


def test_C15_a_transfer_has_a_meeting_that_needs_both_workers() -> None:
    in_force(the_meeting_needs_both_workers, on=passed(), off=passed(down=without("meeting")))


def the_social_worker_makes_the_referral(plans: Plans) -> None:
    assert [worker for _, _, worker in ended(met(plans), "step_down_forms")] == [who(SW)]


def test_C22_the_allocated_worker_refers_the_family_on() -> None:
    in_force(
        the_social_worker_makes_the_referral,
        on=passed(),
        off=passed(BOTH_ROLES, review={**REVIEWED, "role": "holder"}),
    )


def the_social_worker_looks_for_a_lead(plans: Plans) -> None:
    assert ended(met(plans), "step_down_search") == [(13.0, "step_down_search", who(SW))]


def test_C30_C31_what_is_needed_and_who_leads_is_talked_through() -> None:
    in_force(the_social_worker_looks_for_a_lead, on=passed(), off=passed(down=without("search")))


def nothing_passes_before_the_last_meeting(plans: Plans) -> None:
    tape = met(plans)
    meetings = tape.times("task_end", task="a/step_down_meeting")
    assert meetings and tape.times("stage_leave", child="a")[0] == meetings[0]


def test_C32_a_last_meeting_comes_before_the_move() -> None:
    in_force(
        nothing_passes_before_the_last_meeting, on=passed(), off=passed(down=without("meeting"))
    )


REFUSES = {"population": {"attributes": {"refuses_consent": 1.0}}}


def without_consent_nothing_passes(plans: Plans) -> None:
    tape = met(plans)
    assert "caf_tac" not in [e.stage for e in tape.of("stage_enter")]
    assert [e.detail for e in tape.of("close")] == ["early_help_refused"]


def test_C33_the_family_has_to_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    without_consent_nothing_passes(passed(REFUSES))
    lax = tuple(test for test in step_down.TESTS if test is not step_down.family_consents)
    monkeypatch.setattr(step_down, "TESTS", lax)
    with pytest.raises(AssertionError):
        without_consent_nothing_passes(passed(REFUSES))


def the_role_passes_at_the_meeting(plans: Plans) -> None:
    tape = met(plans)
    allocated = [(e.time, e.worker) for e in tape.of("allocate", child="a")]
    assert allocated[-1] == (23.25, LP)


def test_C34_the_lead_passes_at_that_meeting() -> None:
    in_force(the_role_passes_at_the_meeting, on=passed(), off=passed(down=without("meeting")))


def the_lead_professional_uses_what_is_there(plans: Plans) -> None:
    tape = met(plans)
    assert tape.of("task_end", task="a/tac_meeting")
    assert not tape.of("task_open", task="a/caf") and not tape.of("task_open", task="a/caf_support")


def test_C35_the_family_plan_goes_on_with_the_assessment_that_is_there() -> None:
    in_force(
        the_lead_professional_uses_what_is_there,
        on=passed(),
        off=passed(down=without("new_assessment")),
    )


def watched_only(may_be_for: list[str]) -> Plans:
    says = {**DOWN, "reasons": {"value": {"monitoring": 1.0}}, "may_be_for": may_be_for}
    return passed(down=says)


def may_be_watched(plans: Plans) -> None:
    assert "caf_tac" in [e.stage for e in met(plans).of("stage_enter")]


def test_C21_a_case_may_be_passed_on_to_be_watched_where_the_model_says_so() -> None:
    in_force(
        may_be_watched, on=watched_only(["support", "monitoring"]), off=watched_only(["support"])
    )
    with pytest.raises(ScenarioError, match="no reason to step down called 'convenience'"):
        watched_only(["convenience"])


def test_a_lead_professional_who_leaves_before_the_meeting_is_replaced_or_nothing_comes_of_it() -> (
    None
):
    def leaves(service: Service) -> None:
        (lead,) = service.teams["partner_agencies"].by_role["lead_professional"]
        service.later(15.0, lambda: service.workforce.leave(lead, "left"))

    tape = met(passed(), leaves)
    assert [(e.task, e.time) for e in tape.of("task_cancel", task="a/step_down_meeting")] == [
        ("a/step_down_meeting/1", 15.0)
    ]
    assert {e.detail for e in tape.of("decision", child="a")[2:]} == {"step_down_barred"}
    assert status.CONSENT not in [e.detail for e in tape.of("status_on", child="a")]
