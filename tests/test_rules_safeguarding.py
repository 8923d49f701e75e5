"""The three hubs' rules of safeguarding, growing up and carers; each on, and off.

Most are worked by hand in the modules named in the imports, where they are on.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
import test_by_hand_carers as carers
import test_by_hand_growing_up as growing
import test_by_hand_safeguarding as safeguarding
from helpers import HUBS, post, put, run, service_of, tiny, together
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_by_hand_safeguarding import strand, worry
from units import in_force
from written import Plans, fails_without, gives, patched

from sim.service.carers import Carers
from sim.service.child import Child
from sim.service.enquiry import Enquiries
from sim.service.growing_up import Ages, GrowingUp
from sim.service.protection import Case, Protection
from sim.service.status import PROTECTION_PLAN
from sim.service.streams import identity

SS, SF, RI = HUBS.values()
NEEDS = {"ss": "complex", "sf": "coordinated", "ri": "stable"}

SAFEGUARDING_WORK = ("strategy_discussion", "section_47")

# --- who does it, and where ----------------------------------------------------------------------


def whoever_holds_the_case(self: Enquiries, child: Child, case: Case) -> Any:
    return child.caseworker


def a_concern_in_another_hub(hub: str) -> None:
    """Discussed and enquired into by a social worker of Safeguarding & Support."""
    service = service_of(list(calm()))
    put(service, "a", hub, need=NEEDS[hub], cin_review=-1.0)
    worry(service, "a", 1.3)
    tape = run(service)
    discussed, enquired = (tape.of("task_end", task=f"a/{kind}") for kind in SAFEGUARDING_WORK)
    assert [e.worker for e in (*discussed, *enquired)] == [safeguarding.SW] * 2


@cache
def calm() -> tuple[Any, ...]:
    """Nothing is substantiated."""
    return tuple(safeguarding.plans(enquiry={"conference": 0.0}))


@pytest.mark.parametrize("hub", ["sf", "ri"])
def test_W24_W86_a_social_worker_of_the_hub_does_every_enquiry(hub: str) -> None:
    a_concern_in_another_hub(hub)
    by_holder = patched(Enquiries, "_bring_in", whoever_holds_the_case)
    fails_without(lambda: a_concern_in_another_hub(hub), by_holder)
    fails_without(safeguarding.test_without_a_social_worker_nobody_else_does_the_enquiry, by_holder)


def test_W69_a_social_worker_is_brought_in_and_works_with_who_knows_the_child() -> None:
    alone = {"enquiry": {"conference": 0.0, "joint_hours": 0.0}}

    def works_with_who_knows_the_child(says: dict[str, Any]) -> None:
        service = service_of(safeguarding.plans(**says))
        put(service, "a", "ri", need="stable", cin_review=-1.0)
        worry(service, "a", 1.3)
        tape = run(service)
        ends = tape.of("task_end", task="a/section_47_second")
        assert [(e.worker, e.detail) for e in ends] == [(safeguarding.FSW, 2.0)]
        brought = [e for e in tape.of("allocate", child="a") if e.detail == "social_worker"]
        assert [(e.worker, round(e.time, 4)) for e in brought] == [(safeguarding.SW, 1.3)]

    on = {"enquiry": {"conference": 0.0}}
    in_force(works_with_who_knows_the_child, on=on, off=alone)
    fails_without(
        lambda: works_with_who_knows_the_child(on),
        patched(Enquiries, "_bring_in", whoever_holds_the_case),
    )


def the_duty_manager_manages_it() -> None:
    service = service_of(list(calm()))
    put(service, "a", "ri", need="stable", cin_review=-1.0)
    worry(service, "a", 1.3)
    ends = run(service).of("task_end", task="a/manage_concern")
    assert [(e.worker, e.detail) for e in ends] == [(f"{SS}.team_manager.1#1", 2.0)]


def test_W85_the_duty_manager_manages_every_concern() -> None:
    the_duty_manager_manages_it()
    fails_without(the_duty_manager_manages_it, patched(Enquiries, "_hand_to_manager", gives(None)))


@cache
def reviewed() -> tuple[Any, ...]:
    return tuple(safeguarding.plans({"horizon": "3 months"}, looked_after={"years": 10}))


def is_held_in_the_hub(status: str) -> None:
    """From whichever hub, at whatever time, whatever the need: from that instant in S&S."""

    @settings(max_examples=12, deadline=None, phases=[Phase.generate])
    @given(hub=st.sampled_from(["sf", "ri"]), at=st.floats(0.5, 50.0))
    def over_generated_children(hub: str, at: float) -> None:
        service = service_of(list(reviewed()))
        child = put(service, "a", hub, need=NEEDS[hub], cin_review=-1.0)
        protection = strand(service).protection

        def begins() -> None:
            if status == PROTECTION_PLAN:
                protection.begin_plan(child, None)  # type: ignore[arg-type]
            else:
                protection.begin_care(child, "accommodated")

        service.later(at, begins)
        tape = run(service)
        (began,) = [e.time for e in tape.of("status_on", child="a") if e.detail == status]
        entered = [(e.time, e.stage) for e in tape.of("stage_enter", child="a")]
        assert entered[1:] == [(began, SS)]

    over_generated_children()


def test_W27_a_child_on_a_protection_plan_is_held_in_safeguarding_and_support() -> None:
    is_held_in_the_hub(PROTECTION_PLAN)
    fails_without(
        lambda: is_held_in_the_hub(PROTECTION_PLAN), patched(Protection, "_take_in", gives(None))
    )


def test_W28_so_is_a_looked_after_child() -> None:
    is_held_in_the_hub("looked_after")
    fails_without(
        lambda: is_held_in_the_hub("looked_after"), patched(Protection, "_take_in", gives(None))
    )


def test_R35_a_conference_is_held_within_fifteen_days() -> None:
    """Of the strategy discussion on Monday: the sixteenth day is the first that is too late."""

    def claim(within: str) -> None:
        service = service_of(safeguarding.plans(conference={**CONFERENCE, "within": within}))
        put(service, "a", "ss", cin_review=-1.0)
        worry(service, "a", 0.0)
        (held,) = run(service).of("task_end", task="a/icpc")
        assert held.time <= 16.0

    in_force(claim, on="15 working days", off="20 working days")


CONFERENCE = {"chairs": safeguarding.FREE}

# --- growing up ----------------------------------------------------------------------------------


def test_W99_plans_prepare_for_adulthood_from_fourteen() -> None:
    fails_without(
        growing.test_hours_of_preparing_are_spread_over_the_years_reviews,
        patched(GrowingUp, "extra_hours", gives(0.0)),
    )


FIRST_REVIEW = growing.test_the_first_review_after_the_fifteenth_birthday_is_the_assessment


def test_W100_a_child_who_nears_sixteen_is_referred_to_adult_social_care() -> None:
    fails_without(FIRST_REVIEW, patched(GrowingUp, "_refer", gives(None)))


def test_W103_the_referral_is_due_by_sixteen() -> None:
    def a_month_later(self: GrowingUp, ages: Ages) -> int:
        return ages.due + 21

    fails_without(FIRST_REVIEW, patched(GrowingUp, "_referral_due", a_month_later))


def the_holder_assesses() -> None:
    over = together(growing.LONG, post("ss", "social_worker", count=2))
    service, _ = growing.growing(over)
    child = growing.aged(service, growing.BORN)
    (done,) = run(service).of("task_end", task="a/transition_assessment")
    assert child.holder is not None and done.worker == child.holder.id


def test_W101_the_current_worker_does_the_transition_assessment() -> None:
    def by_another(self: GrowingUp, child: Child, ages: Ages) -> None:
        kind = self.plan.assessment
        task = self.service.open_now(kind, child, child.id, 1, 3.0)
        task.then = self._assessed_alone
        other = self.service.teams[SS].by_role["social_worker"][1]
        self.service.hand_out(task, other.diary)

    the_holder_assesses()
    fails_without(the_holder_assesses, patched(GrowingUp, "_assess_alone", by_another))


def work_goes_on_for_two_years() -> None:
    """From sixteen to eighteen, at the promised interval."""
    service, _ = growing.growing({"horizon": "4 years"})
    child = growing.aged(service, growing.BORN)
    calendar = service.plan.calendar
    dates = [calendar.date(e.time) for e in run(service).of("task_end", task="a/joint_work")]
    assert dates[0].year == 2027 and dates[0].month in (7, 8)
    assert (dates[-1] - dates[0]).days > 365 * 1.75
    assert child.stage is None  # eighteen, and gone


def test_W104_the_move_to_adult_services_takes_about_two_years() -> None:
    work_goes_on_for_two_years()

    def referred_and_no_more(self: GrowingUp, task: Any, worker: Any) -> None:
        self.service.end(task, worker)

    fails_without(work_goes_on_for_two_years, patched(GrowingUp, "_referred", referred_and_no_more))


# --- carers --------------------------------------------------------------------------------------


def test_W94_carers_are_told_at_the_assessment_and_at_each_review() -> None:
    fails_without(
        carers.test_offered_at_each_review_and_taken_up_at_the_first_after_it_is_wanted,
        patched(Carers, "looked", gives(None)),
    )
    fails_without(
        lambda: carers.test_taken_up_at_the_single_assessment_together_or_alone(1.0),
        patched(Carers, "_offer_at_assessment", gives(0.0)),
    )


def test_W95_a_carers_assessment_is_best_done_with_the_childs() -> None:
    def alone(self: Carers, child: Child, task: Any) -> float:
        self.carer(child).taken_up = True
        return 0.0

    fails_without(
        lambda: carers.test_taken_up_at_the_single_assessment_together_or_alone(1.0),
        patched(Carers, "_offer_at_assessment", alone),
    )


def test_W96_it_leads_to_respite_and_other_support() -> None:
    fails_without(
        lambda: carers.test_taken_up_at_the_single_assessment_together_or_alone(1.0),
        patched(Carers, "_decide", gives(None)),
    )


def the_holder_assesses_the_carer() -> None:
    for hub, role in (("ss", "social_worker"), ("ri", "family_support_worker")):
        service = service_of(caring(hub))
        child = put(service, "a", hub, need=NEEDS[hub], cin_review=-10)
        service.later(0.0, lambda child=child: setattr(child.strands["carers"], "wants_at", 0.0))  # type: ignore[misc]
        done = run(service).of("task_end", task="a/carers_assessment")
        assert [e.worker.split(".")[1] for e in done][:1] == [role]


def caring(hub: str) -> Plans:
    over = {"horizon": "6 months", "carers": carers.SECTION}
    return tiny(over, **{hub: {"review": carers.REVIEW}})


def test_W97_a_social_worker_or_a_family_support_worker_may_assess_the_carer() -> None:
    def by_a_social_worker(self: Carers, child: Child) -> None:
        kind = self.plan.assessment
        task = self.service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = self._done_alone
        self.service.hand_out(task, self.service.teams[SS].by_role["social_worker"][0].diary)

    the_holder_assesses_the_carer()
    fails_without(the_holder_assesses_the_carer, patched(Carers, "_open", by_a_social_worker))


def six_or_twelve(every: dict[str, Any] | str) -> None:
    """Working days between reviews of the support, over sixty families."""
    review = carers.SECTION["review"] | {"every": every}
    over = {"carers": carers.SECTION | {"review": review}}
    service = service_of(tiny(over))
    put(service, "a", "ss")
    kind, hub = service.plan.carers.review, service.hubs[SS]  # type: ignore[union-attr]
    days = {hub._chosen(identity(f"child {number}"), kind).days for number in range(60)}
    assert days == {126, 253}


def test_W98_support_is_reviewed_every_six_or_twelve_months_as_agreed() -> None:
    both = {"value": {"6 months": 0.5, "12 months": 0.5}}
    in_force(six_or_twelve, on=both, off="12 months")
    fails_without(
        carers.test_a_review_out_of_reach_is_held_alone, patched(Carers, "_support", gives(None))
    )
