"""The rules about needs that change: rises, crises, packages and nights; each on, and off.

Most are worked by hand in `test_by_hand_need` and `test_by_hand_families`, where they are on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import test_by_hand_families as families
import test_by_hand_need as need
from helpers import HUBS, overlay, plans_of, post, put, run, service_of
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_by_hand_need import happens, needs, outcomes, with_needs
from units import in_force
from written import Plans, Switch, fails_without, gives, patched

from sim.service import plan
from sim.service.child import Child
from sim.service.crises import Crises
from sim.service.families import Families
from sim.service.packages import Packages
from sim.service.rule import Guard, rule
from sim.service.rules import GUARDS, overnight_only_by_direct_payment
from sim.service.updating import SOCIAL_WORKER, Updating
from sim.service.worker import Worker

SS, SF, RI = HUBS.values()


def rises(hub: str, before: str, who: str) -> None:
    need.test_a_rise_of_need_is_assessed_before_the_move(hub, before, who)


def rises_in_review_and_intervention() -> None:
    rises("ri", "stable", f"{SS}.social_worker.1#1")


def rises_in_strengthening_families() -> None:
    rises("sf", "coordinated", f"{SF}.advanced_practitioner.1#1")


# --- who assesses --------------------------------------------------------------------------------


def test_W22_a_social_worker_assesses_when_need_rises_in_review_and_intervention() -> None:
    fails_without(rises_in_review_and_intervention, patched(Updating, "_holder_does", gives(True)))


def test_W49_the_practitioner_assesses_in_strengthening_families() -> None:
    fails_without(rises_in_strengthening_families, patched(Updating, "_holder_does", gives(False)))


def test_W23_a_social_worker_does_some_of_the_assessments_there() -> None:
    fails_without(
        need.test_a_practitioner_with_too_many_in_hand_passes_one_on,
        patched(Updating, "_holder_does", gives(True)),
    )


def two_rise(most_open: int) -> None:
    """Two children of one practitioner, who has room for one more assessment."""
    most = {"strengthening_families": {"most_open": most_open}}
    service = needs({"finding": {"late_finding": "off"}, "updating": {"holder_does": most}})
    for name in "ab":
        put(service, name, "sf", need="coordinated", truth="complex")
    starts = [e for e in run(service).of("task_start") if "updating_assessment" in e.task]
    assert len({e.worker for e in starts}) == 2


def test_W50_what_the_practitioner_has_no_capacity_for_goes_to_a_social_worker() -> None:
    in_force(two_rise, on=1, off=2)


def who_knows_the_child_assesses() -> None:
    """The second social worker works beside the holder, and the first has no children at all."""
    service = service_of(plans_of(overlay(with_needs(), post("ss", "social_worker", count=2))))
    child = put(service, "a", "ri", need="stable")
    known = service.teams[SS].by_role["social_worker"][1]
    service.later(0.5, lambda: service.allocation.allocate(child, known, SOCIAL_WORKER))
    happens(service, child, "overnight", 1.0, size="full")
    tape = run(service)
    assessor = [e.worker for e in tape.of("allocate", child="a") if e.detail == "assessor"]
    assert assessor == [known.id]


def test_W92_a_social_worker_who_is_known_goes_on() -> None:
    def anybody(self: Updating, child: Child) -> Any:
        return self.service.allocation.least_loaded(child, SS, "social_worker")

    who_knows_the_child_assesses()
    fails_without(who_knows_the_child_assesses, patched(Updating, "_social_worker", anybody))


# --- what follows --------------------------------------------------------------------------------


def test_W51_the_case_moves_to_social_workers_if_the_assessment_says_so() -> None:
    fails_without(rises_in_strengthening_families, patched(Updating, "_need_assessed", gives(None)))


def eases_again() -> None:
    """Need has risen and is being assessed, and is as before when the assessment sees it."""
    service = needs({"finding": {"late_finding": "off"}, "crises": {"hours": 2.0}})
    child = put(service, "a", "ri", need="stable", truth="complex")
    service.later(1.0, lambda: setattr(child, "need", "stable"))
    tape = run(service)
    assert [what for _, what in outcomes(tape, "a")] == [
        "updating_assessment",
        "assessment_updated",
    ]
    parts = [(e.event, e.detail) for e in tape.of("allocate", "deallocate", child="a")]
    assert parts[1:] == [("allocate", "assessor"), ("deallocate", "assessor")]
    assert child.stage is service.hubs[RI]


def moves_whatever_it_says(self: Updating, child: Child, worker: Worker) -> None:
    self.move(child, self.service.hubs[SS], worker)


def test_W84_managers_decide_whether_a_social_worker_is_needed() -> None:
    eases_again()
    fails_without(eases_again, patched(Updating, "_need_assessed", moves_whatever_it_says))


def test_W87_escalation_ends_in_a_transfer_or_in_a_spell_of_joint_working() -> None:
    fails_without(rises_in_review_and_intervention, patched(Updating, "move", gives(None)))
    fails_without(eases_again, patched(Updating, "_need_assessed", moves_whatever_it_says))


# --- crises --------------------------------------------------------------------------------------


def test_W67_review_and_intervention_works_on_a_crisis_itself() -> None:
    fails_without(
        need.test_a_time_limited_crisis_is_worked_where_the_child_is,
        patched(Crises, "work", gives(None)),
    )


def test_W68_a_crisis_that_is_not_time_limited_moves_the_child_to_a_social_worker() -> None:
    fails_without(
        need.test_a_crisis_that_is_not_time_limited_is_assessed_and_moves_the_child,
        patched(Crises, "_not_over", gives(None)),
    )


# --- packages ------------------------------------------------------------------------------------


@cache
def needing() -> Plans:
    return [(0, needs().plan)]


def small_waits_and_significant_is_assessed() -> None:
    """Over generated changes: seven hours a week and more are assessed, less waits for a review."""

    @settings(max_examples=25, deadline=None, phases=[Phase.generate])
    @given(size=st.floats(0.5, 6.99) | st.floats(7.0, 40.0))
    def over_generated_changes(size: float) -> None:
        service = service_of(needing())
        child = put(service, "a", "ri", need="stable")
        happens(service, child, "package", 1.0, size=size)
        first = run(service).of("task_open", child="a")[:1]  # nothing at all before a review
        expected = ["a/updating_assessment/1"] if size >= 7.0 else []
        assert [e.task for e in first] == expected

    over_generated_changes()


def always_assessed(self: Packages, trouble: Any, at: Any) -> None:
    self.updating.request(trouble.child, trouble.id, lambda child, worker: None)


def straight_to_the_panel(self: Packages, trouble: Any, at: Any) -> None:
    self.ask(trouble.child, [trouble])


def test_W106_a_small_change_is_handled_through_a_review() -> None:
    assessed = patched(Packages, "found", always_assessed)
    small_waits_and_significant_is_assessed()
    fails_without(small_waits_and_significant_is_assessed, assessed)
    fails_without(need.test_a_small_change_waits_for_the_review_and_the_panel, assessed)


def test_W108_a_significant_change_needs_an_updated_assessment() -> None:
    fails_without(
        small_waits_and_significant_is_assessed, patched(Packages, "found", straight_to_the_panel)
    )


NIGHTS = need.test_overnight_needs_an_assessment_and_the_panel_and_bars_the_hub


def test_W109_nights_are_considered_in_an_assessment() -> None:
    fails_without(NIGHTS, patched(Packages, "found", straight_to_the_panel))


def test_W110_nights_are_agreed_at_the_panel() -> None:
    def agreed_at_once(self: Packages, task: Any, worker: Any) -> None:
        self._put_in_place(True, task, worker)

    fails_without(NIGHTS, patched(Packages, "_written", agreed_at_once))


def instead_of_the_rule(guard: Guard, other: Callable[[Child], bool]) -> Switch:
    """Ask something else where a stage names this rule."""

    def switch(patch: pytest.MonkeyPatch) -> None:
        changed = rule(*guard.clauses)(other)  # type: ignore[attr-defined]
        patch.setattr(plan, "GUARDS", {**GUARDS, guard.__name__: changed})

    return switch


@pytest.mark.parametrize("route", ["s17_commissioned", "full"])
def test_W111_a_child_whose_nights_come_by_another_route_goes_to_a_social_worker(
    route: str,
) -> None:
    fails_without(
        lambda: families.test_overnight_breaks_by_another_route_need_a_social_worker(route, True),
        instead_of_the_rule(overnight_only_by_direct_payment, lambda child: True),
    )


def test_W112_a_child_whose_nights_come_by_direct_payment_stays() -> None:
    fails_without(
        lambda: families.test_overnight_breaks_by_another_route_need_a_social_worker(
            "direct_payment", False
        ),
        instead_of_the_rule(
            overnight_only_by_direct_payment, lambda child: child.overnight == "none"
        ),
    )


# --- families ------------------------------------------------------------------------------------


def test_W65_a_siblings_plan_takes_the_child_out_of_review_and_intervention() -> None:
    fails_without(
        families.test_a_siblings_plan_takes_the_child_out_and_its_end_lets_the_child_back,
        patched(Families, "_join", gives(None)),
    )
