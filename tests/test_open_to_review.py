"""Open to Review: each rule over generated children, the reviews' calendar, ways in and out.

Nothing here happens by chance: the quiet three hubs with the O2R stage, and children with what a
test gives them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from helpers import Data, Tape, loaded, open_case, overlay, put, quiet, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario import load
from sim.service import status
from sim.service.child import Child, Family
from sim.service.families import reconsider
from sim.service.placing import suitable
from sim.service.plan import Plan, compile_plans
from sim.service.rule import barred_by
from sim.service.service import Service

O2R = "open_to_review"
SCENARIO = "three-hubs-open-to-review"
R_AND_I = "review_and_intervention"


@cache
def _file() -> Data:
    return load(SCENARIO).data


def quiet_with_o2r(**over: Any) -> Data:
    """The quiet three hubs with the stage, its team and its protocol, without chance."""
    data, own = quiet(), copy.deepcopy(_file())
    data["stages"][O2R] = own["stages"][O2R]
    data["stages"][O2R].pop("contacts")
    data["stages"][O2R].pop("reserves")
    data["stages"][R_AND_I]["tasks"] = {
        "review": {
            "every": "6 months",
            "hours": 4,
            "appointment": True,
            "timescale": "cin_review",
            "finds": 1.0,
            "decides": True,
        },
        "visit": {"every": "6 months", "hours": 2, "timescale": "child_seen", "finds": 1.0},
    }
    data["teams"][O2R] = own["teams"][O2R]
    data["teams"][O2R].pop("supervision")
    data["teams"][O2R]["posts"]["social_worker"]["count"] = 1
    data["teams"][O2R]["posts"]["team_manager"]["fte"] = 1.0
    data["population"]["needs"]["stable"]["served_by"] = [O2R, R_AND_I, "strengthening_families"]
    for fact in ("parents_agree", "clear_outcomes", "overnight_works_well"):
        data["population"]["attributes"][fact] = 1.0
    for fact in ("life_limiting", "continuing_care", "unstable_health"):
        data["population"]["attributes"][fact] = 0.0
    data["population"]["attributes"]["overnight"] = {
        "none": 1.0,
        "direct_payment": 0.0,
        "s17_commissioned": 0.0,
        "s20_short_breaks": 0.0,
        "full": 0.0,
    }
    protocol = own["open_to_review"]
    protocol["objection"]["chance"] = 0.0
    protocol["supervision"]["share"] = 0.0
    protocol["outcomes_mended"] = 0.0
    protocol.pop("urgent")
    data["stages"]["safeguarding_and_support"]["tasks"] = {
        "initial_plan": {
            "once_within": "10 working days",
            "hours": 1,
            "only_from": "single_assessment",
        }
    }
    data["open_to_review"] = protocol
    return overlay(data, over)


def plans(**over: Any) -> list[tuple[int, Plan]]:
    return compile_plans(loaded(quiet_with_o2r(**over)))


@cache
def usual() -> tuple[tuple[int, Plan], ...]:
    return tuple(plans())


def service_of(compiled: Any) -> Service:
    return Service(list(compiled), 1, 1, Tape())


# --- each rule, over generated children --------------------------------------------------------

NOW = 40.0  # working days: when the child is looked at

# What makes a child fail each rule, and nothing else.
FAILS: dict[str, Callable[[Child, Any], None]] = {}


def fails(rule: str) -> Callable[..., Any]:
    def note(make: Callable[[Child, Any], None]) -> Callable[[Child, Any], None]:
        FAILS[rule] = make
        return make

    return note


@fails("need_is_stable")
def _(child: Child, draw: Any) -> None:
    child.tasks[draw(st.sampled_from(["crisis", "updating_assessment"]))] = None  # type: ignore[assignment]


@fails("package_seldom_changes")
def _(child: Child, draw: Any) -> None:
    child.package_changes = draw(st.lists(st.floats(-150, NOW), min_size=2, max_size=2))
    child.crises = []


@fails("two_reviews_a_year_suffice")
def _(child: Child, draw: Any) -> None:
    child.package_changes = child.package_changes[:1]
    child.crises = draw(st.lists(st.floats(-150, NOW), min_size=3, max_size=5))


@fails("health_is_stable")
def _(child: Child, draw: Any) -> None:
    if draw(st.booleans()):
        child.unstable_health = True
    else:
        child.statuses[status.UNSTABLE_HEALTH] = 0.0


@fails("parents_agree_if_life_limited")
def _(child: Child, draw: Any) -> None:
    child.life_limiting, child.parents_agree = True, False


@fails("no_significant_overnight_unless_it_works_well")
def _(child: Child, draw: Any) -> None:
    child.overnight = draw(st.sampled_from(["s17_commissioned", "direct_payment"]))
    child.package_hours = draw(st.floats(10.01, 60))
    child.overnight_works_well = False


@fails("outcomes_are_clear")
def _(child: Child, draw: Any) -> None:
    child.clear_outcomes = False


@fails("no_safeguarding_concern")
def _(child: Child, draw: Any) -> None:
    child.statuses[status.CONCERN] = draw(st.floats(0, NOW))


@fails("not_on_a_protection_plan")
def _(child: Child, draw: Any) -> None:
    child.statuses[status.PROTECTION_PLAN] = draw(st.floats(0, NOW))


@fails("long_enough_after_a_protection_plan")
def _(child: Child, draw: Any) -> None:
    child.plan_ended = draw(st.floats(NOW - 60, NOW))


@fails("not_looked_after")
def _(child: Child, draw: Any) -> None:
    how = draw(st.sampled_from(["status", "short", "s20_short_breaks", "full"]))
    if how == "status":
        child.statuses[status.LOOKED_AFTER] = 0.0
    elif how == "short":
        child.statuses[status.SHORT_BREAK_LOOKED_AFTER] = 0.0
    else:
        child.overnight, child.package_hours = how, 5.0


@fails("no_continuing_care")
def _(child: Child, draw: Any) -> None:
    if draw(st.booleans()):
        child.continuing_care = True
    else:
        child.statuses[status.CONTINUING_CARE] = 0.0


@fails("no_sibling_in_need")
def _(child: Child, draw: Any) -> None:
    child.is_sibling = True


def qualifying(service: Service, draw: Any) -> Child:
    """A child with a history that passes every rule, whatever is drawn."""
    child = put(service, f"q{len(service.children)}", "ri", need="stable")
    child.life_limiting = draw(st.booleans())
    child.parents_agree = True
    child.clear_outcomes = True
    child.overnight = draw(st.sampled_from(["none", "direct_payment", "s17_commissioned"]))
    child.overnight_works_well = draw(st.booleans())
    most = 60.0 if child.overnight_works_well or child.overnight == "none" else 10.0
    child.package_hours = draw(st.floats(0, most))
    child.package_changes = draw(st.lists(st.floats(-900, -300), max_size=4))
    child.package_changes += draw(st.lists(st.floats(-150, NOW), max_size=1))
    child.crises = draw(st.lists(st.floats(-900, -300), max_size=4))
    child.crises += draw(st.lists(st.floats(-150, NOW), max_size=1))
    child.plan_ended = draw(st.none() | st.floats(-500, NOW - 70))
    return child


def at_now() -> Service:
    service = service_of(usual())
    service.env.run(until=NOW)  # nobody is there yet: only the clock goes on
    return service


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_child_that_passes_all_is_eligible(data: st.DataObject) -> None:
    service = at_now()
    child = qualifying(service, data.draw)
    assert barred_by(child, service.hubs[O2R]) is None
    assert suitable(service, child) is service.hubs[O2R]


@pytest.mark.parametrize("rule", FAILS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_child_that_fails_a_rule_is_barred_by_that_rule_alone(
    rule: str, data: st.DataObject
) -> None:
    service = at_now()
    child = qualifying(service, data.draw)
    FAILS[rule](child, data.draw)
    hub = service.hubs[O2R]
    guard = barred_by(child, hub)
    assert guard is not None
    assert guard.__name__ == rule
    assert suitable(service, child) is not hub
    # Switched off, the same child would be let in: it is this rule that keeps it out.
    hub.plan.guards, kept = tuple(g for g in hub.plan.guards if g.__name__ != rule), hub.plan.guards
    try:
        assert suitable(service, child) is hub
    finally:
        hub.plan.guards = kept


def test_every_rule_of_the_scenario_is_tested() -> None:
    assert set(FAILS) == set(_file()["stages"][O2R]["guards"])


def test_a_need_that_the_stage_does_not_serve_bars() -> None:
    service = at_now()
    child = put(service, "a", "ri", need="complex")
    child.clear_outcomes = True
    guard = barred_by(child, service.hubs[O2R])
    assert guard is not None
    assert guard.__name__ == "need_is_stable"


# --- never in, and out after a look: whole runs ---------------------------------------------------

# A state that lasts the run through, for each rule that a state alone decides.
LASTING = [rule for rule in FAILS if rule not in ("need_is_stable", "no_sibling_in_need")]


def _fail(child: Child, rule: str) -> None:
    """Fail a rule for good, in one fixed way."""
    draws: Iterator[Any]
    if rule in ("package_seldom_changes", "two_reviews_a_year_suffice"):
        child.crises = [0.0] * 3
        child.package_changes = [0.0] * (2 if rule == "package_seldom_changes" else 0)
    elif rule == "long_enough_after_a_protection_plan":
        child.plan_ended = 1e6
    else:
        draws = iter([False, "s17_commissioned", 30.0, 0.0])
        if rule == "not_looked_after":
            draws = iter(["s20_short_breaks"])
        if rule in ("no_safeguarding_concern", "not_on_a_protection_plan"):
            draws = iter([0.0])
        if rule == "no_significant_overnight_unless_it_works_well":
            draws = iter(["s17_commissioned", 30.0])
        FAILS[rule](child, lambda _: next(draws))


@pytest.mark.parametrize("rule", LASTING)
def test_a_child_that_fails_never_enters_and_one_that_qualifies_does(rule: str) -> None:
    service = service_of(usual())
    bad = put(service, "bad", "ri", need="stable", cin_review=-110.0, child_seen=-1.0)
    good = put(service, "good", "ri", need="stable", cin_review=-110.0, child_seen=-1.0)
    _fail(bad, rule)
    entered = {e.child for e in run(service).of("stage_enter") if e.stage == O2R}
    assert entered == {"good"}
    assert good.stage is service.hubs[O2R]
    assert bad.stage is not None


def test_with_the_rule_switched_off_the_child_would_enter() -> None:
    guards = [g for g in _file()["stages"][O2R]["guards"] if g != "no_continuing_care"]
    service = service_of(plans(stages={O2R: {"guards": guards}}))
    child = put(service, "bad", "ri", need="stable", cin_review=-110.0, child_seen=-1.0)
    child.continuing_care = True
    run(service)
    assert child.stage is service.hubs[O2R]


def _in_o2r(service: Service, name: str = "a", **last: float) -> Child:
    """A child who is in Open to Review on day one."""
    return open_case(service, name, Family(f"f{name}", "north"), O2R, "stable", 8.0, last)


@pytest.mark.parametrize("rule", LASTING)
def test_a_child_that_comes_to_fail_leaves_after_the_next_look(rule: str) -> None:
    service = service_of(usual())
    child = _in_o2r(service, cin_review=-100.0, child_seen=-100.0)  # due on day 30 or so
    service.later(10.5, lambda: _fail(child, rule))
    tape = run(service)
    left = [e.time for e in tape.of("stage_leave") if e.stage == O2R]
    asked = tape.times("transfer_request", "a")
    held = [e.time for e in tape.of("task_end", task="a/telephone_review")]
    assert asked[0] == round(held[0], 5)
    assert asked[0] <= left[0] <= asked[0] + 15  # the list's week, and the hand-over


@pytest.mark.parametrize("name", ["safeguarding_concern", "child_protection_plan", "looked_after"])
def test_safeguarding_takes_a_child_out_at_that_instant(name: str) -> None:
    service = service_of(usual())
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    service.later(33.25, lambda: status.begin(service, child, name))
    tape = run(service)
    left = [e for e in tape.of("stage_leave") if e.stage == O2R]
    assert [(e.time, e.detail) for e in left] == [(33.25, "step_up")]
    entered = [e for e in tape.of("stage_enter") if e.time == 33.25]
    assert [e.stage for e in entered] == ["safeguarding_and_support"]
    allocated = [e.worker for e in tape.of("allocate") if e.time == 33.25]
    assert allocated == ["safeguarding_and_support.social_worker.1#1"]


def test_who_leaves_at_this_instant_is_not_put_on_the_list_too() -> None:
    """Otherwise a move asked for from here goes on without the child, and keeps a slot for ever."""
    service = service_of(usual())
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)

    def taken_in() -> None:
        status.begin(service, child, status.LOOKED_AFTER)
        reconsider(service, child)  # as when the breaks agreed make the child looked after

    service.later(33.25, taken_in)
    tape = run(service)
    assert [e.stage for e in tape.of("stage_enter") if e.time == 33.25] == [
        "safeguarding_and_support"
    ]
    asked = tape.times("transfer_request", "a")
    assert 33.25 not in asked
    assert all(worker.promised == 0 for worker in service.workers)
    assert service.transfers.listed == []


def test_a_status_that_only_bars_goes_by_the_list() -> None:
    service = service_of(usual())
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    service.later(33.25, lambda: status.begin(service, child, status.CONTINUING_CARE))
    tape = run(service)
    assert tape.times("transfer_request", "a") == [33.25]
    assert child.stage is service.hubs[R_AND_I]
