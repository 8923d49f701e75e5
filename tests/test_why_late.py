"""Why work is late: worked by hand, and the parts always add up to the whole."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import Tape, put, run, service_of, tiny, together

from sim.measure.why_late import STATES
from sim.service.service import Service

VISIT = {"every": "6 weeks", "hours": 4, "one_sitting": True, "timescale": "child_seen",
         "window": "2 working days", "priority": 5}  # fmt: skip
# Half a day every morning on more pressing work, of another child.
URGENT = {"every": "1 working days", "hours": 8, "priority": 2, "timescale": "daily"}


def late(service: Service, timescale: str = "child_seen") -> dict[str, float]:
    """Working days past due of a promise, by state, over the whole run; nothing left out."""
    tape = service.recorder
    assert isinstance(tape, Tape)
    days = dict.fromkeys(STATES, 0.0)
    for (name, _), months in zip(service.plan.cells, tape.why_late.days, strict=True):
        for month in months if name == timescale else ():
            for state, number in zip(STATES, month, strict=True):
                days[state] += number
    return {state: round(number, 4) for state, number in days.items() if number}


def whole(service: Service) -> float:
    """Working days past due of all promises, from the tape alone."""
    tape = service.recorder
    assert isinstance(tape, Tape)
    first: dict[str, float] = {}
    total = 0.0
    promised = {k.name for k in service.plan.kinds if k.cell >= 0}
    for e in tape.of("task_open", "task_kept", "task_cancel"):
        if e.task.split("/")[-2] not in promised:
            continue
        if e.event == "task_open":
            first[e.task] = max(e.time, float(e.due))
        elif e.task in first:
            total += max(e.time - first.pop(e.task), 0.0)
    return total + sum(max(service.horizon - since, 0.0) for since in first.values())


def test_work_that_is_on_time_is_not_late() -> None:
    service = service_of(tiny(ss={"visit": VISIT}))
    put(service, "a", "ss", child_seen=-29.0)
    run(service)
    assert late(service) == {}


def test_a_visit_that_waits_for_more_pressing_work() -> None:
    """Due by the end of day 2; ten days' work of class 2 comes first; then half a day's visit."""
    report = {"once_within": "10 working days", "hours": 80, "priority": 2}
    plans = tiny(ss={"visit": VISIT, "report": report | {"only_from": "strengthening_families"}})
    service = service_of(plans)
    child = put(service, "a", "ss", child_seen=-28.0)
    kind = next(k for k in service.plan.kinds if k.name == "report")

    def ask() -> None:
        task = service.open_now(kind, child, child.id, 1)
        service.hand_out(task)

    service.later(0.0, ask)
    tape = run(service)
    due = tape.of("task_open", task="a/visit")[0].due
    end = next(e.time for e in tape.of("task_end", task="a/visit"))
    assert end == pytest.approx(10.5, abs=1e-5)
    assert late(service) == {"in_hand": 0.5, "more_pressing_2": 10.0 - due}


def test_a_child_nobody_has_been_allocated_to() -> None:
    service = service_of(
        tiny({"teams": {"safeguarding_and_support": {"posts": {"social_worker": {"count": 1}}}}},
             ss={"visit": VISIT})
    )  # fmt: skip
    put(service, "a", "ss", child_seen=-29.0)

    def leave() -> None:
        worker = service.teams["safeguarding_and_support"].by_role["social_worker"][0]
        service.workforce.leave(worker, "closed")

    service.later(0.0, leave)
    run(service)
    found = late(service)
    assert set(found) <= {"unallocated", "post_vacant"}
    assert sum(found.values()) == pytest.approx(whole(service))


@pytest.mark.parametrize(
    ("waits_for", "state"),
    [
        ("manager", "manager_or_panel"),
        ("panel", "manager_or_panel"),
        ("agency", "family_or_agency"),
    ],
)
def test_a_task_that_waits_for_somebody_else(waits_for: str, state: str) -> None:
    """Waiting from day 1 to day 6; it was due by the end of day 2."""
    from sim.service.task import WAITING

    service = service_of(tiny(ss={"visit": VISIT}))
    child = put(service, "a", "ss", child_seen=-28.0)

    def wait() -> None:
        task = child.tasks["child_seen"]
        if task.worker is not None:
            service.stop_sitting(task, task.worker, "moved")
        service._out_of_diary(task)
        task.state = WAITING
        service.recorder.task_wait(task, waits_for)

    def go_on() -> None:
        service.resume(child.tasks["child_seen"])

    service.later(1.1, wait)
    service.later(6.0, go_on)
    tape = run(service)
    due = tape.of("task_open", task="a/visit")[0].due
    found = late(service)
    assert found[state] == pytest.approx(6.0 - due)
    assert sum(found.values()) == pytest.approx(whole(service), abs=1e-3)


def test_the_parts_add_up_to_the_whole_in_a_service_that_is_swamped() -> None:
    """Two people fewer than the work needs, three dozen children, put-off meetings."""
    meeting = {"every": "6 weeks", "hours": 5, "appointment": True, "timescale": "cin_review",
               "window": "2 working days", "priority": 5}  # fmt: skip
    plans = tiny(
        together({"work": {"family_cannot_come": 0.3}}),
        ss={"visit": VISIT | {"hours": 7}, "review": meeting},
    )
    service = service_of(plans)
    for number in range(36):
        put(service, f"c{number}", "ss", child_seen=-float(number % 30), cin_review=-float(number))
    run(service)
    total = sum(sum(late(service, name).values()) for name in ("child_seen", "cin_review"))
    assert total > 100.0
    assert total == pytest.approx(whole(service), abs=1e-2)


def test_whole_lateness_is_shared_out_in_the_baseline() -> None:
    from sim.scenario import load
    from sim.service.plan import compile_plans

    service = Service(compile_plans(load("three-hubs", ["horizon=8 months"])), 1, 1, Tape())
    run(service)
    tape: Any = service.recorder
    total = sum(sum(month) for months in tape.why_late.days for month in months)
    assert total > 500.0
    assert total == pytest.approx(whole(service), rel=1e-6)
