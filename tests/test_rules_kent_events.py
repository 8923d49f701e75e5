"""Kent's rules, one test each: what happens between reviews, at them, and on the way to sixteen."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from helpers import Tape, overlay, post, put, run, service_of, together
from kent import ACTIVE, CARE_MANAGED, Plans, kent, only_with, task
from test_by_hand_need import NEVER, ROUND, happens
from written import FOUND_OUT

from sim.calendar import Duration
from sim.scenario import load
from sim.service.crises import Crises
from sim.service.packages import ReviewsAsked
from sim.service.service import Service
from sim.service.stage import Hub

SOCIAL_WORKER = f"{ACTIVE}.social_worker.1#1"


def section(name: str) -> dict[str, Any]:
    return copy.deepcopy(load("kent-care-managed").data[name])  # type: ignore[no-any-return]


def needs_that_only_happen_by_hand() -> dict[str, Any]:
    events = overlay(section("need_events"), ROUND)
    events["updating"].pop("hours_in", None)
    for key in ("rate", "overnight"):
        events["packages"][key] = NEVER
    events["crises"]["rate"] = NEVER
    for key in ("gives_notice", "asks_for_review"):
        events["providers"][key] = NEVER
    return {"need_events": events}


NEEDS = together(needs_that_only_happen_by_hand(), post(ACTIVE, "social_worker", count=2))


def there(plans: Plans, **last: float) -> Service:
    service = service_of(plans)
    put(service, "a", CARE_MANAGED, need="stable", **last)
    return service


# --- between reviews ------------------------------------------------------------------------------


def test_K11_a_provider_may_ask_for_a_review(monkeypatch: pytest.MonkeyPatch) -> None:
    three_hours = {"need_events": {"providers": {"review": {"hours": 3.0}}}}

    def claim() -> None:
        service = there(kent(NEEDS, three_hours))
        happens(service, service.children[0], "review_asked", 10.5)
        held = run(service).of("task_end", task="a/provider_review")
        assert [(e.due, e.worker, e.detail) for e in held] == [(31, SOCIAL_WORKER, 3.0)]

    claim()
    monkeypatch.setattr(ReviewsAsked, "found", lambda self, trouble, at: None)
    with pytest.raises(FOUND_OUT):
        claim()


def test_K11_providers_of_care_managed_children_do_ask_now_and_then() -> None:
    rates = section("need_events")["providers"]["asks_for_review"]
    assert rates["stable"]["value"] == "0.05 per year"


def test_K18_active_work_begins_at_once_with_the_same_worker_and_in_the_same_class(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def claim() -> None:
        service = there(kent(NEEDS))
        happens(service, service.children[0], "crisis", 10.5)
        tape = run(service)
        work = [(e.time, e.worker) for e in tape.of("task_end", task="a/crisis")]
        assert work == [(11.25, SOCIAL_WORKER)]  # 6 h from day 10.5 on
        assert len(tape.of("stage_enter", child="a")) == 1

    claim()
    monkeypatch.setattr(Crises, "work", lambda self, trouble: None)
    with pytest.raises(FOUND_OUT):
        claim()


# --- at a review ----------------------------------------------------------------------------------


def test_K27_a_review_decides_whether_the_package_still_does_what_it_is_for() -> None:
    """Needs are met, and the review on about day 80 closes the case."""

    def claim(plans: Plans) -> None:
        service = service_of(plans)
        put(service, "a", CARE_MANAGED, need="stable", truth="met", cin_review=-40.0)
        tape = run(service)
        assert [e.detail for e in tape.of("close", child="a")] == ["needs_met"]

    seen = task("review", finds=1.0, every_other={"finds": 1.0})
    no = task("review", decides=False, every_other={"decides": False})
    only_with(claim, no, seen)


def test_K30_the_next_review_is_counted_from_the_day_of_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first is due on the first day and held some days late: the next is due from then."""

    def claim() -> None:
        service = there(
            kent({"horizon": "12 months"}, task("review", first=None)), cin_review=-130.0
        )
        tape = run(service)
        first, second = tape.of("task_kept", child="a")[:2]
        assert first.time > first.due
        calendar = service.plan.calendar
        assert second.due == calendar.due(float(int(first.time)), Duration.parse("6 months"))

    claim()
    again = Hub._again

    def from_the_due_time(self: Hub, task: Any) -> None:
        was = task.due
        again(self, task)
        self.service.schedule(task, task.cadence.due_at(was - 1))

    monkeypatch.setattr(Hub, "_again", from_the_due_time)
    with pytest.raises(FOUND_OUT):
        claim()


# --- on the way to sixteen ------------------------------------------------------------------------

SIXTEEN = {"growing_up": section("growing_up"), "horizon": "24 months"}


def nearly_sixteen(plans: Plans) -> tuple[Service, Tape, int]:
    """A child of fifteen and a quarter: the service, what happened, when the birthday is."""
    service = service_of(plans)
    child = put(service, "a", CARE_MANAGED, need="stable", age=15.25, cin_review=-40.0)
    child.package_hours = 15.0  # each review is face to face
    born = service.population.born(child)
    return service, run(service), service.plan.calendar.birthday_due(born, 16)


def test_K24_a_review_before_sixteen_looks_at_capacity_and_adult_services() -> None:
    def claim(plans: Plans) -> None:
        _, tape, sixteen = nearly_sixteen(plans)
        first = tape.of("task_end", task="a/review")[0]
        assert first.time < sixteen
        assert first.detail > 5.0 + 2.0  # the transition assessment is part of it
        assert [e.detail for e in tape.of("task_met", task="a/transition_assessment")] == [
            first.task
        ]

    only_with(claim, {"growing_up": None}, SIXTEEN)


def test_K25_mental_capacity_is_assessed_then_and_before_the_birthday() -> None:
    def claim(plans: Plans) -> None:
        _, tape, sixteen = nearly_sixteen(plans)
        review = tape.of("task_end", task="a/review")[0]
        opened = tape.of("task_open", task="a/mental_capacity_assessment")
        done = tape.of("task_end", task="a/mental_capacity_assessment")
        assert [(e.time, e.due) for e in opened] == [(review.time, sixteen)]
        assert [e.worker for e in done] == [SOCIAL_WORKER]
        assert done[0].time <= sixteen

    only_with(claim, {"growing_up": {"capacity": None}}, SIXTEEN)
