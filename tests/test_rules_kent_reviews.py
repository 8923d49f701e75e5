"""Kent's rules, one test each: how often and how a child is reviewed, who chairs, supervision."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from helpers import put, run, service_of, together
from kent import ACTIVE, CARE_MANAGED, Plans, kent, only_with, task, without

from sim.service.streams import identity

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


# --- who chairs, and supervision -----------------------------------------------------------------


def by_whom(tape: Any, name: str) -> list[list[str]]:
    """The roles of those who took part in each occasion of a task, the worker's first."""
    ends = tape.of("task_end", task=f"a/{name}")
    seconds = {
        e.task.split("/")[-1]: e.worker for e in tape.of("task_end", task=f"a/{name}_second")
    }
    both = [[e.worker, seconds.get(e.task.split("/")[-1], "")] for e in ends]
    return [[worker.split(".")[1] for worker in pair if worker] for pair in both]


def reviewed(plans: Plans, **facts: Any) -> Any:
    service = service_of(plans)
    child = put(service, "a", CARE_MANAGED, need="stable", cin_review=-40.0)
    child.package_hours = 5.0
    for name, value in facts.items():
        setattr(child, name, value)
    return run(service)


def second(name: str, **says: Any) -> dict[str, Any]:
    return task(name, second=says)


def test_K34_the_social_worker_chairs() -> None:
    def claim(plans: Plans) -> None:
        assert by_whom(reviewed(plans), "review") == [["social_worker"]] * 3

    never = second("review", share=0.0)
    only_with(claim, second("review", share=1.0), together(THREE_YEARS, never))


def test_K34_in_exceptional_circumstances_somebody_else_does() -> None:
    def claim(plans: Plans) -> None:
        both = ["social_worker", "senior_practitioner"]
        assert by_whom(reviewed(plans), "review") == [both] * 3

    always = second("review", share=1.0)
    only_with(claim, second("review", share=0.0), together(THREE_YEARS, always))


def test_K35_a_review_for_overnight_breaks_is_chaired_by_a_senior_practitioner_or_manager() -> None:
    def claim(plans: Plans) -> None:
        tape = reviewed(plans, overnight="direct_payment")
        both = ["social_worker", "senior_practitioner"]
        assert by_whom(tape, "review") == [both] * 6
        for number in range(1, 7):
            booked = tape.of("task_book", task=f"a/review/{number}")
            chair = tape.of("task_book", task=f"a/review_second/{number}")
            assert booked[-1].detail == chair[-1].detail  # on one day, which both have free
            kept = [e.time for e in tape.of("task_kept", task=f"a/review/{number}")]
            assert kept == [e.time for e in tape.of("task_end", task=f"a/review/{number}")]
        chairs = tape.of("allocate", child="a")[1:], tape.of("deallocate", child="a")
        assert [len(each) for each in chairs] == [6, 6]  # with no part in the case in between

    off = second("review", only_for=[], share=0.0)
    only_with(claim, together(off, without("case_supervision")), SUPERVISED_BY_NOBODY)


SUPERVISED_BY_NOBODY = together(THREE_YEARS, without("case_supervision"))


def test_K35_the_team_manager_does_while_no_senior_practitioner_is_there() -> None:
    def claim(plans: Plans) -> None:
        service = service_of(plans)
        child = put(service, "a", CARE_MANAGED, need="stable", cin_review=-40.0)
        child.overnight = "direct_payment"
        service.teams[ACTIVE].by_role["senior_practitioner"][0].present = False
        assert by_whom(run(service), "review")[0] == ["social_worker", "team_manager"]

    only_with(claim, second("review", of=["senior_practitioner"]), SUPERVISED_BY_NOBODY)


def test_K36_the_school_chairs_its_own_review() -> None:
    def claim(plans: Plans) -> None:
        tape = reviewed(plans, overnight="direct_payment", ehc_month=5)
        both = ["social_worker", "senior_practitioner"]
        assert by_whom(tape, "review") == [["social_worker"], both] * 3
        ends = tape.of("task_end", task="a/review")
        assert {e.detail for e in ends} == {5.0}  # the record is the social worker's all the same

    on = together(THREE_YEARS, task("review", ehc_merge=1.0))
    only_with(claim, second("review", not_with_school=False), on)


def test_K43_each_case_is_talked_over_in_supervision_every_six_months() -> None:
    def claim(plans: Plans) -> None:
        service = service_of(plans)
        put(service, "a", CARE_MANAGED, need="stable", case_supervision=-40.0)
        tape = run(service)
        both = ["social_worker", "senior_practitioner"]
        assert by_whom(tape, "case_supervision") == [both] * 6
        kept = [("", time) for time in tape.times("task_kept", task="a/case_supervision")]
        assert max(gaps(kept, "")) <= LONGEST

    only_with(claim, task("case_supervision", every="12 months"), THREE_YEARS)
    only_with(claim, task("case_supervision", second=None), THREE_YEARS)
