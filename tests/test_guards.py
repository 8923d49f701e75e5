"""Every guard holds over generated children and histories, and each of these tests can fail.

A guard that lets everybody pass (put in its place here, never by a switch of the product) has to
be found out: by some generated case, or by whoever reads the event log.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import test_by_hand_families as families
import test_open_to_review as o2r
from guards import AT_ONCE, O2R, R_AND_I, RULES, Guards
from helpers import HUBS, put, run, service_of, tiny
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sim.measure.eventlog import EventLog
from sim.scenario import load
from sim.service import open_to_review, placing, rules_care_managed, status, step_down
from sim.service.child import Child, Family
from sim.service.plan import Plan, compile_plans
from sim.service.rule import Guard, barred_by
from sim.service.rules import GUARDS
from sim.service.service import Service

FOUND_OUT = (AssertionError, BaseExceptionGroup)  # one way to fail, or several
QUICK = settings(max_examples=120, deadline=None, phases=[Phase.generate])  # no smaller example


def passes_always(guard: Guard) -> Guard:
    """A rule of the same name that says yes to everybody."""

    def about_child(child: Child) -> bool:
        return True

    def about_stage(child: Child, hub: Any) -> bool:
        return True

    asks: Any = guard
    yes: Any = about_stage if asks.about_stage else about_child
    yes.__name__, yes.about_stage = guard.__name__, asks.about_stage
    yes.settings, yes.attributes = asks.settings, asks.attributes
    return yes  # type: ignore[no-any-return]


def let_pass(patch: pytest.MonkeyPatch, plan: Plan, rule: str) -> None:
    """Let a rule pass always, in every stage."""
    for stage in plan.stages:
        lax = tuple(passes_always(g) if g.__name__ == rule else g for g in stage.guards)
        patch.setattr(stage, "guards", lax)


def test_every_guard_of_the_service_is_told_again_by_the_third_party() -> None:
    assert set(RULES) == set(GUARDS)


# --- Open to Review: generated children ---------------------------------------------------------


def the_generated_children_show(rule: str) -> None:
    """Hold that somebody among generated children is kept out by this rule and no other."""
    test: Any = o2r.test_a_child_that_fails_a_rule_is_barred_by_that_rule_alone
    check = test.hypothesis.inner_test

    @QUICK
    @given(data=st.data())
    def over_generated_children(data: st.DataObject) -> None:
        check(rule, data)

    over_generated_children()


# --- Open to Review: safeguarding, over generated histories ---------------------------------------

HISTORIES = st.lists(
    st.tuples(st.sampled_from(AT_ONCE), st.floats(0.5, 90.0), st.floats(0.5, 60.0)),
    min_size=1,
    max_size=3,
)


@QUICK
@given(begins_in=st.sampled_from(["ri", "o2r"]), reviewed=st.floats(-120, -10), happens=HISTORIES)
def safeguarded_children_are_not_in_open_to_review(
    begins_in: str, reviewed: float, happens: list[tuple[str, float, float]]
) -> None:
    """Nobody on a plan, looked after or with a concern spends any time there after the event."""
    service = o2r.service_of(o2r.usual())
    last = {"cin_review": reviewed, "child_seen": -5.0}
    if begins_in == "o2r":
        child = o2r._in_o2r(service, **last)
    else:
        child = put(service, "a", "ri", need="stable", **last)
    for name, begins, lasts in happens:
        service.later(begins, lambda name=name: status.begin(service, child, name))  # type: ignore[misc]
        service.later(begins + lasts, lambda name=name: status.end(service, child, name))  # type: ignore[misc]
    on: set[str] = set()
    where, since = "", 0.0
    for e in run(service).of("stage_enter", "stage_leave", "status_on", "status_off", child="a"):
        assert not (on & set(AT_ONCE) and where == O2R and e.time > since), e
        since = e.time
        if e.event == "stage_enter":
            where = e.stage
        elif e.event == "stage_leave":
            where = ""
        else:
            (on.add if e.event == "status_on" else on.discard)(e.detail)
    assert not (on & set(AT_ONCE) and where == O2R)


def test_nobody_spends_time_in_open_to_review_after_a_safeguarding_event() -> None:
    safeguarded_children_are_not_in_open_to_review()


@pytest.mark.parametrize(
    "lax",
    ["out at once", "no_safeguarding_concern", "not_on_a_protection_plan", "not_looked_after"],
)
def test_time_there_after_a_safeguarding_event_is_found_out(
    monkeypatch: pytest.MonkeyPatch, lax: str
) -> None:
    if lax == "out at once":
        nothing: Callable[..., None] = lambda self, child, name, on: None  # noqa: E731
        monkeypatch.setattr(open_to_review.OpenToReview, "status_changed", nothing)
    else:
        let_pass(monkeypatch, o2r.usual()[0][1], lax)
    with pytest.raises(FOUND_OUT):
        safeguarded_children_are_not_in_open_to_review()


# --- Review & Intervention: generated families -------------------------------------------------

ROUTES = ("none", "direct_payment", "s17_commissioned", "s20_short_breaks", "full")


@cache
def guarded() -> tuple[tuple[int, Plan], ...]:
    return tuple(tiny({"stages": {HUBS["ri"]: {"guards": families.GUARDS}}}))


@QUICK
@given(
    is_sibling=st.booleans(),
    siblings=st.lists(st.sampled_from(["not open", "closing", "ss", "sf"]), max_size=3),
    route=st.sampled_from(ROUTES),
)
def a_family_is_held_in_review_and_intervention_only_if_the_rules_allow(
    is_sibling: bool, siblings: list[str], route: str
) -> None:
    """W64, W65, W111, W112: no siblings, nobody whose sibling has a plan, no other overnights."""
    service = service_of(list(guarded()))
    family = Family("f", "north")
    child = put(service, "a", "ss", need="stable", family=family)
    child.is_sibling, child.overnight = is_sibling, route
    for number, where in enumerate(siblings):
        hub = where if where in HUBS else "ss"
        other = put(service, f"s{number}", hub, need="complex", family=family)
        other.is_sibling = True
        other.stage = None if where == "not open" else service.hubs[HUBS[hub]]
        other.closing = "needs_met" if where == "closing" else None
    held = [where for where in siblings if where in HUBS]
    allowed = not is_sibling and not held and route in ("none", "direct_payment")
    hub = service.hubs[R_AND_I]
    assert (barred_by(child, hub) is None) == allowed
    assert (placing.suitable(service, child) is hub) == allowed


def test_families_are_held_in_review_and_intervention_by_the_rules() -> None:
    a_family_is_held_in_review_and_intervention_only_if_the_rules_allow()


# --- step down -----------------------------------------------------------------------------------


# What breaks each rule of step down, and nothing else.
BREAKS: dict[str, Any] = {
    "no_longer_in_need": st.sampled_from([{"in_need": True}, {"protected": True}]),
    "support_still_needed": st.just({"support_needed": False}),
    "not_to_monitor_or_refer_on": st.sampled_from(
        [{"reason": "monitoring"}, {"reason": "onward_referral"}]
    ),
    "three_months_after_a_plan": st.fixed_dictionaries({"days_since_plan": st.floats(0.0, 62.9)}),
    "family_consents": st.just({"consents": False}),
    "lead_identified": st.just({"lead_found": False}),
}


def a_step_down_that_breaks_one_rule_is_barred_by_it(rule: str) -> None:
    """Independent draws hardly ever break one rule alone, which is what tells the rules apart."""

    @QUICK
    @given(since=st.none() | st.floats(63.0, 500.0), broken=BREAKS[rule])
    def over_generated_proposals(since: float | None, broken: dict[str, Any]) -> None:
        kept = step_down.Proposal(False, True, True, "support", True, False, since, 63.0)
        assert step_down.barred_by(kept) is None
        assert step_down.barred_by(kept._replace(**broken)) == rule

    over_generated_proposals()


def test_every_rule_of_step_down_is_broken_here() -> None:
    assert list(BREAKS) == [test.__name__ for test in step_down.TESTS]


@pytest.mark.parametrize("rule", BREAKS)
def test_a_step_down_that_breaks_a_rule_is_barred_by_that_rule(rule: str) -> None:
    a_step_down_that_breaks_one_rule_is_barred_by_it(rule)


# --- from the log alone ------------------------------------------------------------------------


def third_party(horizon: str, lax: str = "", model: str = "three-hubs-open-to-review") -> Guards:
    """What the log of one possible future tells somebody who knows only the rules."""
    scenario = load(model, [f"horizon={horizon}"])
    plans, log = compile_plans(scenario), EventLog()
    with pytest.MonkeyPatch.context() as patch:
        for _, plan in plans:
            let_pass(patch, plan, lax)
        Service(plans, 1, 1, log).run()
    return Guards(log.rows, scenario.scenario)


@pytest.mark.long
def test_the_log_of_three_years_shows_every_guard_kept() -> None:
    found = third_party("3 years")
    assert found.breaches == []
    assert set(found.tested) == set(RULES) - CARE_MANAGED
    assert min(found.tested.values()) > 300
    assert found.came_out["safeguarding_concern"] > 5


CARE_MANAGED = {guard.__name__ for guard in rules_care_managed.GUARDS}


def test_the_log_of_a_year_shows_every_rule_of_care_management_kept() -> None:
    found = third_party("12 months", model="kent-care-managed")
    assert found.breaches == []
    assert set(found.tested) == CARE_MANAGED | {"no_sibling_in_need"}
    assert min(found.tested.values()) > 350


# Placements and siblings are kept elsewhere by other rules as well: in a run nobody is left for the
# rule about packages to keep out (see `test_K1` and `test_K4`).
@pytest.mark.long
@pytest.mark.parametrize("rule", sorted(CARE_MANAGED - {"only_short_breaks_or_a_package"}))
def test_the_log_tells_of_a_rule_of_care_management_that_always_passes(rule: str) -> None:
    found = third_party("2 years", lax=rule, model="kent-care-managed")
    # On coming in, or staying on after a look.
    assert rule in {name.removeprefix("stays: ") for name, _, _ in found.breaches}


# A plan moves a child to Safeguarding & Support at once, and keeps it there, whatever the
# guard says: in a run nobody is left for it to keep out (see the generated histories above).
SHOWN = [name for name in RULES if name not in {"not_on_a_protection_plan", *CARE_MANAGED}]


@pytest.mark.long
@pytest.mark.parametrize("rule", SHOWN)
def test_the_log_tells_of_a_guard_that_always_passes(rule: str) -> None:
    found = third_party("12 months", lax=rule)
    # On coming in, or staying on after a look.
    assert rule in {name.removeprefix("stays: ") for name, _, _ in found.breaches}
