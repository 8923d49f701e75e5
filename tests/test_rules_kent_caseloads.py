"""Kent's rules, one test each: how many cases of each class a social worker carries."""

from __future__ import annotations

from typing import Any

from helpers import post, put, run, service_of, together
from kent import ACTIVE, CARE_MANAGED, Plans, kent, only_with

from sim.service.child import Child
from sim.service.service import Service

TWO = post(ACTIVE, "social_worker", count=2)
A, B = 0, 1


def offered(plans: Plans, stage: str, *carried: tuple[int, int]) -> tuple[Service, int]:
    """Who of the workers, with so many active and care managed cases each, is given another."""
    service = service_of(plans)
    workers = service.teams[ACTIVE].by_role["social_worker"]
    for worker, (active, managed) in zip(workers, carried, strict=True):
        for number, hub in ((active, ACTIVE), (managed, CARE_MANAGED)):
            worker.held_in[service.hubs[hub].number] = number
        fake: dict[Any, None] = dict.fromkeys(range(active + managed))
        worker.cases = fake
    child = put(service, "new", stage, need="stable")
    child.stage = service.hubs[stage]
    chosen = service.allocation.least_loaded(child, ACTIVE, "social_worker")
    return service, workers.index(chosen)  # type: ignore[arg-type]


def limit(name: str, **says: Any) -> dict[str, Any]:
    return post(ACTIVE, "social_worker", of_which={name: says})


def test_K19_a_social_worker_carries_up_to_fifteen_active_cases() -> None:
    """One has fifteen, the other fourteen and many care managed ones: the other has room."""

    def claim(plans: Plans) -> None:
        assert offered(plans, ACTIVE, (15, 0), (14, 15))[1] == B

    off = post(ACTIVE, "social_worker", of_which={"active": None})
    only_with(claim, off, TWO)


def test_K19_children_being_assessed_are_active_cases() -> None:
    spec = kent(TWO)[0][1].scenario.teams[ACTIVE].posts["social_worker"].of_which["active"]
    assert spec.stages == ["single_assessment", ACTIVE]


def test_K20_and_up_to_fifteen_care_managed_ones() -> None:
    def claim(plans: Plans) -> None:
        assert offered(plans, CARE_MANAGED, (0, 15), (12, 14))[1] == B

    off = post(ACTIVE, "social_worker", of_which={"care_managed": None})
    only_with(claim, off, TWO)


def test_K20_read_as_children_in_a_year_those_who_have_left_count_too() -> None:
    service, first = offered(kent(TWO), CARE_MANAGED, (0, 14), (12, 14))
    assert first == A
    service, _ = offered(kent(TWO, limit("care_managed", counted="in_a_year")), CARE_MANAGED,
                         (0, 14), (12, 14))  # fmt: skip
    workers = service.teams[ACTIVE].by_role["social_worker"]
    child = service.children[-1]
    workers[A].parted = [(-300.0, service.hubs[CARE_MANAGED].number)]  # more than a year ago
    assert service.allocation.least_loaded(child, ACTIVE, "social_worker") is workers[A]
    workers[A].parted.append((-100.0, service.hubs[CARE_MANAGED].number))
    assert service.allocation.least_loaded(child, ACTIVE, "social_worker") is workers[B]


def test_K20_a_worker_has_parted_with_whoever_has_left() -> None:
    service = service_of(kent(limit("care_managed", counted="in_a_year")))
    child = put(service, "a", CARE_MANAGED, need="stable")
    leaves_on(service, child, 20.5)
    run(service)
    (worker,) = service.teams[ACTIVE].by_role["social_worker"]
    assert worker.parted == [(20.5, service.hubs[CARE_MANAGED].number)]


def leaves_on(service: Service, child: Child, day: float) -> None:
    def leave() -> None:
        child.stage.depart(child, None, "moved_away")  # type: ignore[union-attr]

    service.later(day, leave)


def test_K21_no_more_than_thirty_in_all() -> None:
    """One has thirty and room for active cases, the other 29 and more of those."""

    def claim(plans: Plans) -> None:
        assert offered(plans, ACTIVE, (12, 18), (14, 15))[1] == B

    only_with(claim, post(ACTIVE, "social_worker", caseload_limit=None), TWO)


def test_where_nobody_has_room_the_case_is_allocated_all_the_same() -> None:
    plans = kent(TWO)
    assert offered(plans, ACTIVE, (17, 15), (16, 15))[1] == B
    assert offered(plans, ACTIVE, (15, 14), (17, 10))[1] == A


def test_a_change_of_class_asks_for_no_room() -> None:
    """The only worker has all the care managed cases there may be, and takes on another."""
    review = {
        "every": "6 weeks",
        "hours": 4,
        "timescale": "cin_review",
        "decides": True,
        "finds": 1.0,
    }
    reviewed = {"stages": {ACTIVE: {"tasks": {"review": review}}}}
    service = service_of(kent(together(reviewed, limit("care_managed", most=1))))
    for name in ("a", "b"):
        child = put(service, name, ACTIVE, truth="stable", cin_review=-24.0)
        child.package_hours = 5.0
    run(service)
    (worker,) = service.teams[ACTIVE].by_role["social_worker"]
    assert worker.held_in[service.hubs[CARE_MANAGED].number] == 2
