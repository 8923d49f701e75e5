"""The last rules of three documents: each holds, and no longer does once it is switched off."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from helpers import Data, Tape, overlay, put, refer, run, tiny, together
from helpers import service_of as service_with
from test_by_hand_cases import REVIEW
from test_by_hand_early_help import REVIEW as DECIDING
from test_by_hand_early_help import TAC, piece
from test_by_hand_need import needs, outcomes
from test_open_to_review import _in_o2r, plans, service_of
from units import in_force

from sim.rules.register import IN_FORCE, register
from sim.scenario import load
from sim.service.child import Child
from sim.service.early_help_plan import LEAD
from sim.service.plan import Plan
from sim.service.service import Service
from sim.service.stage import Hub
from sim.service.step_down import StepDown

SS, SF = "safeguarding_and_support", "strengthening_families"
LAST = ("W32", "W35", "W53", "W54", "W105", "O1", "O26", "O36", "R3", "R15", "R40")
Plans = list[tuple[int, Plan]]


def test_the_last_rules_are_in_force() -> None:
    status = {entry.rule.id: entry.status for entry in register()}
    assert {rule: status[rule] for rule in LAST} == dict.fromkeys(LAST, IN_FORCE)


# --- Warwickshire --------------------------------------------------------------------------------

SIX_WEEKLY: Data = {**REVIEW, "every": "6 weeks", "window": "3 working days"}


def a_review_meets_the_schools(plans: Plans) -> None:
    """Held on 5 May, next due on 16 June; the school's month ends on the 30th, ten days on."""
    service = service_with(plans)
    child = put(service, "a", "ss", cin_review=-4.0)
    child.ehc_month = 6
    dues = [e.due for e in run(service).of("task_open", task="a/review")]
    assert service.plan.calendar.date(float(dues[1] - 1)).isoformat() == "2026-06-30"


def test_W32_a_six_weekly_review_may_be_combined_with_the_schools() -> None:
    reach = {"work": {"ehc_reach": 0.4}}  # twelve working days of thirty
    in_force(
        a_review_meets_the_schools,
        on=tiny(reach, ss={"review": {**SIX_WEEKLY, "ehc_merge": 1.0}}),
        off=tiny(reach, ss={"review": SIX_WEEKLY}),
    )


def post_of_its_own(role: str, team: str) -> Data:
    """A post whose hours are kept for what it is there for."""
    says = {"count": 1, "fte": 1.0, "sites": "shared", "reserve": {"its_own_work": 0.75}}
    return {"teams": {team: {"posts": {role: says}}}}


def has_hours_of_its_own(role: str, team: str) -> Callable[[Plans], None]:
    """Three quarters of eight hours a day, for the 21 working days of April; no case, no task."""

    def claim(plans: Plans) -> None:
        service = service_with(plans)
        put(service, "a", "ss")
        tape = run(service)
        there = [worker for worker in service.workers if worker.post.role == role]
        assert [worker.cases for worker in there] == [{}]
        pool = service.plan.pools.index(f"{team}.{role}")
        assert tape.months[1].available[pool] == pytest.approx(8 * 20)
        assert tape.months[1].reserved[pool] == pytest.approx(6 * 20)

    return claim


@pytest.mark.parametrize(
    ("rule", "role", "team"),
    [
        ("W35", "ehc_lead", "countywide"),
        ("W53", "family_group_conference_lead", "countywide"),
        ("W54", "volunteer_coordinator", SF),
    ],
)
def test_W35_W53_W54_posts_that_hold_nobody_have_hours_of_their_own(
    rule: str, role: str, team: str
) -> None:
    in_force(has_hours_of_its_own(role, team), on=tiny(post_of_its_own(role, team)), off=tiny())
    posts = load("three-hubs-open-to-review").scenario.teams[team].posts
    assert (posts[role].count.value, posts[role].count.source) == (1, rule)
    assert sum(share.value for share in posts[role].reserve.values()) == 0.9


def the_coordinator_is_supervised_in_the_hub(plans: Plans) -> None:
    tape = run(service_with(plans))
    hours = [e.detail for e in tape.of("task_end") if "/supervision/" in e.task]
    assert hours[0] == 3 * 1.5  # an advanced practitioner, a family support worker, and this one


def test_W54_the_volunteer_coordinator_is_managed_in_strengthening_families() -> None:
    own = {"teams": {SF: {"supervision": {"by": "team_manager", "hours": 1.5, "every": "1 month"}}}}
    in_force(
        the_coordinator_is_supervised_in_the_hub,
        on=tiny(together(own, post_of_its_own("volunteer_coordinator", SF))),
        off=tiny(together(own, post_of_its_own("volunteer_coordinator", "countywide"))),
    )


def a_first_package_is_asked_for(first: float) -> None:
    """Assessed and planned: the social worker asks, the panel agrees, and it is no change."""
    service = needs({"packages": {"first": first}})
    refer(service, "a", 0.0, need="stable")
    tape = run(service)
    entered = [e.time for e in tape.of("stage_enter", child="a") if e.stage == SS]
    (asked,) = tape.of("task_open", task="a/panel_request") or [None]
    assert asked is not None and asked.time == entered[0]
    said = [outcome for _, outcome in outcomes(tape, "a")]
    assert "package_agreed" in said and "package_changed" not in said
    assert len(tape.of("task_end", task="a/panel_request")) == 1


def test_W105_a_first_package_is_asked_for_with_the_plan() -> None:
    in_force(a_first_package_is_asked_for, on=1.0, off=0.0)


# --- Open to Review ------------------------------------------------------------------------------


def nobody_leaves_at_eighteen(plans: Plans) -> None:
    service = service_with(plans)
    put(service, "a", "ss", age=17.9)
    put(service, "b", "ss", age=24.9)
    tape = run(service)
    assert [(e.child, e.detail) for e in tape.of("close")] == [("b", "turned_18")]


def test_O1_the_service_is_for_young_people_up_to_25() -> None:
    up_to_25, up_to_18 = ({"population": {"exit_age": age}} for age in (25, 18))
    in_force(nobody_leaves_at_eighteen, on=tiny(up_to_25), off=tiny(up_to_18))
    assert load("open-to-review-0-25").scenario.population.exit_age.value == 25


def o2r(review: Data | None = None, **protocol: Data) -> Plans:
    stages = {"open_to_review": {"tasks": {"review": review or {}}}}
    return plans(horizon="2 years", stages=stages, open_to_review=protocol)


def some_are_reviewed_more_often(plans: Plans) -> None:
    """Four-monthly: six times in two years, where the others are reviewed four times."""
    service = service_of(plans)
    _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    tape = run(service)
    kinds = ("review", "telephone_review", "child_in_need_meeting")
    held = [e for e in tape.of("task_end") if e.task.split("/")[1] in kinds]
    assert len(held) >= 5


def test_O26_reviews_may_be_more_frequent_for_some() -> None:
    more = {"every": "4 months", "share": 1.0}
    in_force(some_are_reviewed_more_often, on=o2r({"more_often": more}), off=o2r())


CALLS: Data = {"rate": "12 per year", "hours": 0.5, "within": "5 working days", "priority": 6}


def families_ring_at_any_time(plans: Plans) -> None:
    """To the child's own worker, and not on the days of reviews."""
    service = service_of(plans)
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    tape = run(service)
    calls = tape.of("task_end", task="a/direct_payment_call")
    assert len(calls) > 12 and child.holder is not None
    assert {(e.worker, e.detail) for e in calls} == {(child.holder.id, 0.5)}
    reviews = {int(e.time) for e in tape.of("task_end") if "review/" in e.task}
    assert len({int(e.time) for e in calls} - reviews) > 10


def test_O36_calls_about_direct_payments_come_at_any_time() -> None:
    in_force(families_ring_at_any_time, on=o2r(direct_payment_calls=CALLS), off=o2r())


# --- Rochdale ------------------------------------------------------------------------------------


def tac(*overs: Data) -> Plans:
    over: Data = TAC
    for more in overs:
        over = overlay(over, more)
    return tiny(over, ss={"review": DECIDING})


TWO_LEADS = {"teams": {"partner_agencies": {"posts": {"lead_professional": {"count": 2}}}}}


def who_is_known_to_the_family_leads_on(plans: Plans) -> None:
    """The second lead professional works beside child in need, and has more to do than another."""
    service = service_with(plans)
    child = put(service, "a", "ss", truth="met", cin_review=-38)
    known = service.teams["partner_agencies"].by_role["lead_professional"][1]
    service.later(1.0, lambda: service.allocation.allocate(child, known, LEAD))
    tape = run(service)
    holders = [e.worker for e in tape.of("allocate", child="a") if e.detail == "holder"]
    assert holders[-1] == known.id


def test_R3_who_is_known_to_the_family_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    who_is_known_to_the_family_leads_on(tac(TWO_LEADS))
    considers = StepDown.considers

    def forgets(self: StepDown, child: Child, here: Hub) -> bool:
        if LEAD in child.attached:
            self.service.allocation.deallocate(child, LEAD)
        return considers(self, child, here)

    monkeypatch.setattr(StepDown, "considers", forgets)
    with pytest.raises(AssertionError):
        who_is_known_to_the_family_leads_on(tac(TWO_LEADS))


def sheet(unsure: float) -> Data:
    says = {"after_assessment": piece(1.5, 5), "at_the_door": piece(0.5, 2), "unsure": unsure}
    return {"early_help": {"sheet": says}}


def written(service: Service, need: str) -> list[tuple[str, float]]:
    refer(service, "a", 0.0, need=need)
    tape: Tape = run(service)
    ends = [e for e in tape.of("task_end") if "/caf_information_sheet/" in e.task]
    return [(e.worker, e.detail) for e in ends]


def the_door_writes_the_sheet(plans: Plans) -> None:
    assert written(service_with(plans), "none") == [("mash.mash_social_worker.1#1", 0.5)]


def test_R15_for_a_referrer_who_is_unsure_the_sheet_is_written_at_the_door() -> None:
    in_force(the_door_writes_the_sheet, on=tac(sheet(1.0)), off=tac(sheet(0.0)))


def the_social_worker_writes_letter_and_sheet(plans: Plans) -> None:
    """Assessed as not in need, and agreed: an hour and a half of whoever assessed."""
    assert written(service_with(plans), "met") == [(f"{SS}.social_worker.1#1", 1.5)]


def test_R40_a_letter_and_a_sheet_follow_the_assessment() -> None:
    assessed: Data = {
        "mash": {"outcomes": {"met": {"value": {"single_assessment": 1.0}}}},
        "assessment": {"offered_early_help": 1.0},
    }
    in_force(
        the_social_worker_writes_letter_and_sheet, on=tac(assessed, sheet(0.0)), off=tac(assessed)
    )
