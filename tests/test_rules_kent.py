"""Kent's rules, one test each: who is care managed, and what that means for the case."""

from __future__ import annotations

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from helpers import post, put, run, service_of, together
from kent import (
    ACTIVE,
    CARE_MANAGED,
    FOUND_OUT,
    Plans,
    held,
    kent,
    only_with,
    task,
    without,
)
from test_guards import let_pass

from sim.service import status
from sim.service.placing import suitable
from sim.service.rules_care_managed import GUARDS
from sim.service.streams import identity

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
        assert {e.worker for e in tape_after.of("allocate", child="a")} == {first.id}
        assert not tape_after.of("transfer_request")

    off = {"moves": {"change_of_class": None}}
    only_with(claim, off, {**REVIEWED, **post(ACTIVE, "social_worker", count=2)})


def run_with(service: Any, at: float, child: Any, need: str) -> Any:
    def changes() -> None:
        child.need = need

    service.later(at, changes)
    return run(service)


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


# --- how often, and how, a child is reviewed -----------------------------------------------------

THREE_YEARS = {"horizon": "3 years"}
LONGEST = 6 / 12 * 253 + 3  # working days in six months, with the bank holidays of any half year


def reviews(plans: Plans, **facts: Any) -> list[tuple[str, float]]:
    """Each review of a care managed child, last reviewed 40 days ago: what it was, and when."""
    service = service_of(plans)
    child = put(service, "a", CARE_MANAGED, need="stable", cin_review=-40.0)
    child.package_hours = 5.0
    for name, value in facts.items():
        setattr(child, name, value)
    tape = run(service)
    kinds = ("review", "telephone_review")
    ends = [(e.task.split("/")[1], e.time) for e in tape.of("task_end", child="a")]
    return [(kind, time) for kind, time in ends if kind in kinds]


def gaps(held: list[tuple[str, float]], *kinds: str) -> list[float]:
    times = [time for kind, time in held if kind in kinds]
    return [later - time for time, later in pairwise(times)]


def test_K9_overnight_breaks_are_reviewed_face_to_face_every_six_months() -> None:
    def claim(plans: Plans) -> None:
        held = reviews(plans, overnight="direct_payment")
        assert len(held) == 6
        assert {kind for kind, _ in held} == {"review"}
        assert max(gaps(held, "review")) <= LONGEST

    only_with(claim, never_for("large_package"), THREE_YEARS)


def test_K12_so_is_a_package_of_more_than_ten_hours_a_week() -> None:
    def claim(plans: Plans) -> None:
        held = reviews(plans, package_hours=10.25)
        assert {kind for kind, _ in held} == {"review"}
        assert "telephone_review" in {kind for kind, _ in reviews(plans, package_hours=10.0)}

    off = together(never_for("any_overnight_break"), limit_of_large(None))
    only_with(claim, off, THREE_YEARS)
    only_with(claim, limit_of_large(12), THREE_YEARS)


def limit_of_large(hours: float | None) -> dict[str, Any]:
    return {"stages": {CARE_MANAGED: {"settings": {"large_package_hours": hours}}}}


def never_for(*conditions: str) -> dict[str, Any]:
    return task("review", every_other={"never_for": list(conditions)})


def test_K12_a_package_that_has_grown_is_reviewed_face_to_face_at_the_next_review() -> None:
    service = service_of(kent(THREE_YEARS))
    child = put(service, "a", CARE_MANAGED, need="stable", cin_review=-40.0)
    child.package_hours = 5.0

    def grows() -> None:
        child.package_hours = 15.0
        for strand in service.strands:
            strand.package_changed(child)

    service.later(30.0, grows)
    tape = run(service)
    assert tape.of("task_end", task="a/telephone_review") == []
    assert tape.of("task_end", task="a/review/1")[0].time < LONGEST - 40.0


def test_K13_other_children_are_met_every_year() -> None:
    def claim(plans: Plans) -> None:
        between = gaps(reviews(plans), "review")
        assert len(between) == 3
        assert max(between) <= 2 * LONGEST

    only_with(claim, task("review", every="12 months", more_often=None), {"horizon": "4 years"})


def test_K14_and_reviewed_by_telephone_half_a_year_after() -> None:
    def claim(plans: Plans) -> None:
        held = reviews(plans)
        kinds = [kind for kind, _ in held]
        assert kinds == ["telephone_review", "review"] * 3
        assert max(gaps(held, "review", "telephone_review")) <= LONGEST

    off = task("review", every="12 months", every_other=None)
    only_with(claim, together(off, limit_of_large(None)), THREE_YEARS)


def test_K10_one_review_a_year_is_the_schools_where_it_can_be() -> None:
    def claim(plans: Plans) -> None:
        held = reviews(plans, overnight="direct_payment", ehc_month=5)
        calendar = plans[0][1].calendar
        months = [calendar.date(time).month for _, time in held]
        assert months.count(5) == 3

    on = task("review", ehc_merge=1.0)
    only_with(claim, task("review", ehc_merge=0.0), {**THREE_YEARS, **on})


def test_K8_some_children_are_reviewed_more_often() -> None:
    def claim(plans: Plans) -> None:
        assert max(gaps(reviews(plans), "review", "telephone_review")) <= LONGEST / 2

    always = task("review", more_often={"share": 1.0})
    only_with(claim, task("review", more_often={"share": 0.0}), {**THREE_YEARS, **always})


@pytest.mark.parametrize("promise", ["cin_review", "child_seen", "assessment_update"])
def test_K2_no_child_is_promised_less_than_the_least(promise: str) -> None:
    most = {"cin_review": 126, "child_seen": 126, "assessment_update": 253}[promise]
    names = {"cin_review": "review", "child_seen": "visit"}

    def claim(plans: Plans) -> None:
        hub = service_of(plans).hubs[CARE_MANAGED]
        days = [hub.interval_days(identity(f"child {n}"), promise) for n in range(300)]
        assert max(days) <= most

    rarer = {"every": "15 months", "share": 0.05}
    only_with(claim, task(names.get(promise, promise), less_often=rarer))


def test_what_puts_a_rule_out_of_force_has_to_be_noticed() -> None:
    with pytest.raises(pytest.fail.Exception):
        only_with(lambda plans: None, {"stages": {CARE_MANAGED: {"status": None}}})
    assert issubclass(AssertionError, FOUND_OUT)
