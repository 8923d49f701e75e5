"""The rules that decide who may be held where, by name: each is found out once it lets all pass.

Over generated children, families and proposals (`test_guards`, `test_open_to_review`), where the
rules are on. A guard that lets everybody pass is put in the place of the one named.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import test_guards as guards
import test_open_to_review as o2r
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from kent import ACTIVE, CARE_MANAGED, held, kent
from written import Switch, fails_without, gives, patched

from sim.service import stage, status, step_down
from sim.service.placing import suitable
from sim.service.rule import barred_by, rule
from sim.service.rules import GUARDS


def lets_all_pass(guard: str, plans: Any) -> Switch:
    """Say yes to everybody where a stage of these plans names the rule."""
    return lambda patch: guards.let_pass(patch, plans[0][1], guard)


# --- Open to Review ------------------------------------------------------------------------------


def is_found_out(guard: str) -> None:
    fails_without(
        lambda: guards.the_generated_children_show(guard), lets_all_pass(guard, o2r.usual())
    )


def test_O7_no_more_is_needed_than_the_assessed_services() -> None:
    is_found_out("need_is_stable")


def test_O8_the_package_does_not_change_often() -> None:
    is_found_out("package_seldom_changes")


def test_O9_O17_health_is_stable() -> None:
    is_found_out("health_is_stable")


def test_O10_parents_of_a_life_limited_child_agree() -> None:
    is_found_out("parents_agree_if_life_limited")


def test_O11_significant_nights_within_a_complex_plan_bar() -> None:
    is_found_out("no_significant_overnight_unless_it_works_well")


def test_O12_unless_they_clearly_work_well() -> None:
    """Without the exception somebody who qualifies is kept out."""
    name = "no_significant_overnight_unless_it_works_well"

    def without_exception(child: Any, hub: Any) -> bool:
        settings = hub.plan.settings
        significant = child.overnight in settings.significant_overnight
        return not (significant and child.package_hours > settings.complex_plan_hours)

    def switch(patch: pytest.MonkeyPatch) -> None:
        strict = rule(*GUARDS[name].clauses)(without_exception)  # type: ignore[attr-defined]
        stage = next(s for s in o2r.usual()[0][1].stages if s.name == o2r.O2R)
        changed = tuple(strict if g.__name__ == name else g for g in stage.guards)
        patch.setattr(stage, "guards", changed)

    fails_without(who_qualifies_is_let_in, switch)


def who_qualifies_is_let_in() -> None:
    check: Any = o2r.test_a_child_that_passes_all_is_eligible.hypothesis.inner_test  # type: ignore[attr-defined]

    @guards.QUICK
    @given(data=st.data())
    def over_generated_children(data: st.DataObject) -> None:
        check(data)

    over_generated_children()


def test_O13_the_plan_states_clear_outcomes() -> None:
    is_found_out("outcomes_are_clear")


@pytest.mark.parametrize("guard", ["no_safeguarding_concern", "not_on_a_protection_plan"])
def test_O14_no_safeguarding_concern_is_open(guard: str) -> None:
    is_found_out(guard)


def test_O15_looked_after_children_are_excluded() -> None:
    is_found_out("not_looked_after")


def test_O16_continuing_care_excludes() -> None:
    is_found_out("no_continuing_care")


def test_O32_who_needs_more_than_two_reviews_a_year_is_not_held() -> None:
    is_found_out("two_reviews_a_year_suffice")


def test_O33_every_review_asks_whether_it_is_still_right() -> None:
    fails_without(
        lambda: o2r.test_a_child_that_comes_to_fail_leaves_after_the_next_look(
            "no_continuing_care"
        ),
        patched(stage, "decide", gives(None)),
    )


# --- Review & Intervention -----------------------------------------------------------------------

A_FAMILY = guards.a_family_is_held_in_review_and_intervention_only_if_the_rules_allow


def test_W64_siblings_are_not_held_in_review_and_intervention() -> None:
    is_found_out("no_sibling_in_need")
    fails_without(A_FAMILY, lets_all_pass("no_sibling_in_need", guards.guarded()))


def test_W111_overnight_respite_needs_a_social_worker() -> None:
    fails_without(A_FAMILY, lets_all_pass("overnight_only_by_direct_payment", guards.guarded()))


def test_W112_nights_by_direct_payment_may_be_held_in_any_hub() -> None:
    by_payment = GUARDS["overnight_only_by_direct_payment"]
    strict = rule(*by_payment.clauses)(lambda child: child.overnight == "none")  # type: ignore[attr-defined]

    def switch(patch: pytest.MonkeyPatch) -> None:
        for hub in guards.guarded()[0][1].stages:
            changed = tuple(strict if g is by_payment else g for g in hub.guards)
            patch.setattr(hub, "guards", changed)

    fails_without(A_FAMILY, switch)


# --- care managed --------------------------------------------------------------------------------

# What keeps a child out of care management, and nothing else.
KEEPS_OUT: dict[str, dict[str, Any]] = {
    "no package": {"package_hours": 0.0, "overnight": "none"},
    "nights in full": {"overnight": "full"},
    "a sibling": {"is_sibling": True},
    "a concern": {"statuses": {status.CONCERN: 0.0}},
    "a plan": {"statuses": {status.PROTECTION_PLAN: 0.0}},
    "notice": {
        "tasks": {"panel_request": SimpleNamespace(note=[SimpleNamespace(what="provider")])}
    },
    "health": {"unstable_health": True},
    "not assessed": {"tasks": {"initial_plan": None}},
}
ROUTES = ("none", "direct_payment", "s17_commissioned", "s20_short_breaks")


def is_kept_out(guard: str, *reasons: str) -> None:
    """Whatever else is so of a child who qualifies, one of these alone keeps it out."""

    @settings(max_examples=30, deadline=None, phases=[Phase.generate])
    @given(
        reason=st.sampled_from(reasons),
        route=st.sampled_from(ROUTES),
        hours=st.floats(0.5, 30.0),
        age=st.floats(0.0, 17.0),
    )
    def over_generated_children(reason: str, route: str, hours: float, age: float) -> None:
        service, child = held(kent(), overnight=route, package_hours=hours, age_then=age)
        hub = service.hubs[CARE_MANAGED]
        assert suitable(service, child) is hub
        for name, value in KEEPS_OUT[reason].items():
            setattr(child, name, value)
        barred = barred_by(child, hub)
        assert barred is not None and barred.__name__ == guard
        assert suitable(service, child) is service.hubs[ACTIVE]

    def claim() -> None:
        over_generated_children()

    claim()
    fails_without(claim, lets_all_pass(guard, kent()))


def test_K1_who_has_more_or_less_than_a_package_is_not_care_managed() -> None:
    is_kept_out("only_short_breaks_or_a_package", "no package", "nights in full", "a sibling")


def test_K5_an_issue_of_parenting_keeps_a_case_active() -> None:
    is_kept_out("no_parenting_issue", "a concern", "a plan")


def test_K6_a_child_without_a_provider_stays_active() -> None:
    is_kept_out("no_lack_of_services", "notice")


def test_K7_so_does_one_with_health_needs_of_its_own_or_not_yet_assessed() -> None:
    is_kept_out("nothing_beyond_the_disability", "health", "not assessed")


# --- step down -----------------------------------------------------------------------------------


def a_proposal_shows(broken: str) -> None:
    """Hold that a proposal that breaks this rule alone is barred by it, unless the rule is off."""

    def yes(proposal: step_down.Proposal) -> bool:
        return True

    lax = tuple(yes if test.__name__ == broken else test for test in step_down.TESTS)
    fails_without(
        lambda: guards.a_step_down_that_breaks_one_rule_is_barred_by_it(broken),
        patched(step_down, "TESTS", lax),
    )


def test_R49_only_who_is_no_longer_in_need_and_still_needs_support_steps_down() -> None:
    a_proposal_shows("no_longer_in_need")
    a_proposal_shows("support_still_needed")


def test_R5_nobody_steps_down_without_consent() -> None:
    a_proposal_shows("family_consents")


def test_R52_R53_nobody_steps_down_to_be_monitored_or_referred_on() -> None:
    a_proposal_shows("not_to_monitor_or_refer_on")


def test_R54_a_lead_professional_is_identified_first() -> None:
    a_proposal_shows("lead_identified")


def test_R57_three_months_have_gone_since_a_protection_plan() -> None:
    a_proposal_shows("three_months_after_a_plan")
    is_found_out("long_enough_after_a_protection_plan")
