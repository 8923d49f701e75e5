"""Kent's rules, one test each: who is care managed, and what that means for the case."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from helpers import post, put, run, service_of
from kent import (
    ACTIVE,
    CARE_MANAGED,
    Plans,
    held,
    kent,
    only_with,
    without,
)
from test_guards import let_pass
from written import fails_without, patched

from sim.service import status
from sim.service.diary import Diary
from sim.service.placing import suitable
from sim.service.rules_care_managed import GUARDS
from sim.service.task import Task
from sim.service.team import Team

REVIEW: dict[str, Any] = {
    "every": "6 weeks", "hours": 4, "timescale": "cin_review", "finds": 1.0, "decides": True
}  # fmt: skip
SEES: dict[str, Any] = {"finds": 1.0, "every_other": {"finds": 1.0}}
REVIEWED = {
    "horizon": "12 months",
    "stages": {
        ACTIVE: {"tasks": {"review": REVIEW}},
        CARE_MANAGED: {"tasks": {"review": SEES}},
    },
}


# --- who is care managed -------------------------------------------------------------------------


def care_managed(plans: Plans, *statuses: str, **facts: Any) -> bool:
    """Whether a child of whom this is so would be care managed."""
    service, child = held(plans, **facts)
    for name in statuses:
        child.statuses[name] = 0.0
    return suitable(service, child) is service.hubs[CARE_MANAGED]


def bars(monkeypatch: pytest.MonkeyPatch, rule: str, *statuses: str, **facts: Any) -> None:
    """A child is care managed but for this; and would be, if this one rule let everybody pass."""
    plans = kent()
    assert care_managed(plans)
    assert not care_managed(plans, *statuses, **facts)
    let_pass(monkeypatch, plans[0][1], rule)
    assert care_managed(plans, *statuses, **facts)


def asking_the_panel_for(what: str) -> dict[str, Any]:
    return {"panel_request": SimpleNamespace(note=[SimpleNamespace(what=what)])}


def test_K1_only_who_receives_a_package_is_care_managed(monkeypatch: pytest.MonkeyPatch) -> None:
    bars(monkeypatch, "only_short_breaks_or_a_package", package_hours=0.0)


@pytest.mark.parametrize("route", ["direct_payment", "s17_commissioned", "s20_short_breaks"])
def test_K4_nights_by_each_of_these_routes_are_short_breaks(route: str) -> None:
    def claim(plans: Plans) -> None:
        assert care_managed(plans, overnight=route)
        assert not care_managed(plans, overnight="full")

    others = {"direct_payment", "s17_commissioned", "s20_short_breaks"} - {route}
    only_with(claim, {"stages": {CARE_MANAGED: {"settings": {"short_break_routes": [*others]}}}})


@pytest.mark.parametrize("known", [status.CONCERN, status.PROTECTION_PLAN, status.LOOKED_AFTER])
def test_K5_an_issue_of_parenting_keeps_a_case_active(
    monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    bars(monkeypatch, "no_parenting_issue", known)


def test_K6_a_child_who_has_lost_a_provider_lacks_access_to_services(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert care_managed(kent(), tasks=asking_the_panel_for("package"))
    bars(monkeypatch, "no_lack_of_services", tasks=asking_the_panel_for("provider"))


def test_K7_health_of_its_own_or_no_assessment_yet_keeps_a_case_active(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = "nothing_beyond_the_disability"
    bars(monkeypatch, rule, unstable_health=True)
    monkeypatch.undo()
    bars(monkeypatch, rule, tasks={"initial_plan": None})


@pytest.mark.parametrize("rule", [guard.__name__ for guard in GUARDS])
def test_every_rule_of_care_management_is_in_force(rule: str) -> None:
    assert rule in {guard.__name__ for guard in kent()[0][1].stages[1].guards}


# --- what a change of class is -------------------------------------------------------------------


def test_K3_the_worker_stays_when_the_class_changes() -> None:
    """Two workers; the other has nobody. One review finds the child stable, a later one not."""

    def claim(plans: Plans) -> None:
        service = service_of(plans)
        child = put(service, "a", ACTIVE, truth="stable", cin_review=-24.0)
        child.package_hours = 5.0
        first = service.teams[ACTIVE].by_role["social_worker"][0]
        tape_after = run_with(service, at=60.0, child=child, need="complex")
        moves = tape_after.told("stage_enter", child="a")[1:]
        assert [where for _, _, where in moves] == [CARE_MANAGED, ACTIVE]
        went = [e.time for e in tape_after.of("stage_leave", child="a")]
        assert went == [time for time, _, _ in moves]  # at once, with no list between
        held_by = [e for e in tape_after.of("allocate", child="a") if e.detail == "holder"]
        assert {e.worker for e in held_by} == {first.id}
        assert not tape_after.of("transfer_request")

    off = {"moves": {"change_of_class": None}}
    only_with(claim, off, {**REVIEWED, **post(ACTIVE, "social_worker", count=2)})


def run_with(service: Any, at: float, child: Any, need: str) -> Any:
    def changes() -> None:
        child.need = need

    service.later(at, changes)
    return run(service)


def the_contact_person_takes_the_calls() -> None:
    """Two social workers, and the first holds the case: the other hears nothing of it."""
    over = {**post(ACTIVE, "social_worker", count=2), **CALLS}
    service = service_of(kent(over))
    child = put(service, "a", CARE_MANAGED, need="stable")
    calls = [e for e in run(service).of("task_end") if "/contacts/" in e.task]
    assert calls and child.holder is not None
    assert {e.worker for e in calls} == {child.holder.id}


CALLS = {"stages": {CARE_MANAGED: {"contacts": {"hours_a_week": 1}}}}


def test_K29_the_family_has_a_contact_person() -> None:
    def to_any_of_them(self: Team, task: Task, diary: Diary, hours: float, due: int) -> None:
        put_down(self, task, self.by_role["social_worker"][-1].diary, hours, due)

    put_down = Team.put
    the_contact_person_takes_the_calls()
    fails_without(the_contact_person_takes_the_calls, patched(Team, "put", to_any_of_them))


def test_K16_a_note_says_how_often_the_child_is_reviewed_and_why() -> None:
    def claim(plans: Plans) -> None:
        service = service_of(plans)
        put(service, "a", ACTIVE, truth="stable", cin_review=-24.0)
        tape = run(service)
        entered = tape.of("stage_enter", child="a")[1].time
        opened = [(e.time, e.due) for e in tape.of("task_open", task="a/note_of_reviews")]
        done = [e.detail for e in tape.of("task_end", task="a/note_of_reviews")]
        assert (opened, done) == ([(entered, int(entered) + 11)], [0.5])

    only_with(claim, without("note_of_reviews"), REVIEWED)


def test_K33_a_care_managed_case_has_its_status_from_the_first_day_to_the_last() -> None:
    def claim(plans: Plans) -> None:
        service = service_of(plans)
        child = put(service, "a", ACTIVE, truth="stable", cin_review=-24.0)
        tape = run_with(service, at=60.0, child=child, need="complex")
        _, came, went = (e.time for e in tape.of("stage_enter", child="a"))
        dates = tape.told("status_on", "status_off", child="a")
        name = "ongoing_financial_support_only"
        assert dates == [(came, "status_on", name), (went, "status_off", name)]

    only_with(claim, {"stages": {CARE_MANAGED: {"status": None}}}, REVIEWED)


def test_what_puts_a_rule_out_of_force_has_to_be_noticed() -> None:
    with pytest.raises(pytest.fail.Exception):
        only_with(lambda plans: None, {"stages": {CARE_MANAGED: {"status": None}}})
