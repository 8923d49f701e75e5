"""Carers' assessments and reviews worked by hand: merged and separate."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import HUBS, Tape, put, refer, run, service_of, tiny, together

from sim.service.carers import NAME
from sim.service.child import Child
from sim.service.service import Service

SECTION: dict[str, Any] = {
    "at_assessment": 0.0,
    "wanted": "0 per year",
    "with_assessment": 1.0,
    "hours_with_assessment": 2.0,
    "hours": 4.0,
    "within": "45 working days",
    "priority": 7,
    "outcomes": {"respite": 1.0},
    "reviewed": ["respite"],
    "packages": ["respite"],
    "review": {
        "every": "6 months",
        "hours": 3.0,
        "hours_with_review": 1.0,
        "reach": "2 months",
        "ends": "0 per year",
        "priority": 7,
    },
    "young": {
        "share": 1.0,
        "from_age": 5,
        "hours": 0.5,
        "within": "20 working days",
        "priority": 7,
    },
    "supported": 0.0,
}
REVIEW = {
    "every": "6 weeks",
    "hours": 4.0,
    "timescale": "cin_review",
    "finds": 1.0,
    "decides": True,
}


def caring(review: bool = True, **says: Any) -> Service:
    over = together({"horizon": "18 months"}, {"carers": SECTION | says})
    stages: dict[str, Any] = {"ss": {"review": REVIEW}} if review else {}
    service = service_of(tiny(over, **stages))
    service.asked = []  # type: ignore[attr-defined]
    service.strands[0].package_wanted = (  # type: ignore[method-assign]
        lambda child, why: service.asked.append((child.id, why))  # type: ignore[attr-defined]
    )
    return service


def supported(service: Service, child: Child, due: int) -> None:
    """From day one the carer has support, next reviewed by `due`."""

    def begin() -> None:
        carers = next(s for s in service.strands if type(s).__name__ == "Carers")
        carers._support(child, carers.carer(child), service.hubs[HUBS["ss"]], due)  # type: ignore[attr-defined]

    service.later(0.0, begin)


def _hours(tape: Tape, task: str) -> list[float]:
    return [e.detail for e in tape.of("task_open", task=task)]


@pytest.mark.parametrize("share", [1.0, 0.0])
def test_taken_up_at_the_single_assessment_together_or_alone(share: float) -> None:
    """Together: two hours more, met when the assessment ends. Alone: four hours, in the hub."""
    plain = caring()
    refer(plain, "a", 0.0)
    before = _hours(run(plain), "a/single_assessment")[0]
    service = caring(at_assessment=1.0, with_assessment=share)
    refer(service, "a", 0.0)
    tape = run(service)
    more = _hours(tape, "a/single_assessment")[0] - before
    plan = next(e.time for e in tape.of("stage_enter", child="a") if e.stage == HUBS["ss"])
    met = [(e.time, e.detail) for e in tape.of("task_met", task="a/carers_assessment")]
    ended = tape.of("task_end", task="a/carers_assessment")
    if share:
        assert more == pytest.approx(2.0)
        assert met == [(plan, "a/single_assessment/1")] and not ended
    else:
        assert more == pytest.approx(0.0)
        assert not met and [e.detail for e in ended] == [pytest.approx(4.0)]
        assert _hours(tape, "a/carers_assessment") == [4.0]
        assert tape.of("task_open", task="a/carers_assessment")[0].due == int(plan) + 46
    assert "carer_respite" in [e.detail for e in tape.of("decision", child="a")]
    assert service.asked == [("a", "carer")]  # type: ignore[attr-defined]
    assert tape.of("task_open", task="a/carers_review")


def test_offered_at_each_review_and_taken_up_at_the_first_after_it_is_wanted() -> None:
    service = caring()
    child = put(service, "a", "ss", cin_review=-10)
    service.later(0.0, lambda: setattr(child.strands[NAME], "wants_at", 60.0))
    tape = run(service)
    reviews = [e.time for e in tape.of("task_end", task="a/review")]
    opened = tape.of("task_open", task="a/carers_assessment")
    assert [e.time for e in opened] == [next(t for t in reviews if t >= 60.0)]


def test_a_review_within_reach_is_held_with_the_childs() -> None:
    """Due a week after the child's third review: an hour more there, and three hours saved."""
    service = caring()
    child = put(service, "a", "ss", cin_review=-10)
    supported(service, child, 90)
    tape = run(service)
    met = tape.of("task_met", task="a/carers_review")
    longer = [e for e in tape.of("task_open", task="a/review") if e.detail > 4.5]
    assert met[0].detail == longer[0].task and longer[0].detail == pytest.approx(5.0)
    assert longer[0].due <= 90 <= longer[0].due + 42
    ends = {e.task: e.time for e in tape.of("task_end", task="a/review")}
    assert met[0].time == ends[longer[0].task]
    assert not tape.of("task_end", task="a/carers_review")
    # The next one counts from the day it was held: six months on, merged again.
    again = service.plan.carers.review.cadences[0].due_at(int(met[0].time))  # type: ignore[union-attr]
    assert met[1].due == again


def test_a_review_out_of_reach_is_held_alone() -> None:
    service = caring(review=False)
    child = put(service, "a", "ss")
    supported(service, child, 90)
    tape = run(service)
    ends = tape.of("task_end", task="a/carers_review")
    assert ends[0].detail == pytest.approx(3.0)
    assert ends[0].time <= 90 and not tape.of("task_met", task="a/carers_review")


def test_support_no_longer_needed_is_found_at_its_review() -> None:
    service = caring(review=False)
    child = put(service, "a", "ss")
    supported(service, child, 90)
    service.later(1.0, lambda: setattr(child.strands[NAME], "ends_at", 50.0))
    tape = run(service)
    assert len(tape.of("task_end", task="a/carers_review")) == 1
    assert "carers_review" not in child.tasks


def test_the_carers_review_follows_the_child_from_hub_to_hub() -> None:
    service = caring(review=False)
    child = put(service, "a", "ss", need="coordinated")
    supported(service, child, 200)
    hub = service.hubs[HUBS["sf"]]
    service.later(1.0, lambda: service.transfers.request(child, hub))
    tape = run(service)
    opened = tape.of("task_open", task="a/carers_review")[0]
    assert (opened.stage, opened.due) == (HUBS["sf"], 200)


def test_a_young_carer_is_notified_once_a_small_child_is_not() -> None:
    for age, notices in ((9.0, 1), (3.0, 0)):
        service = caring()
        child = put(service, "a", "ss", cin_review=-10)
        sibling = service.population.make("as", 77, child.family, age, "complex")
        sibling.is_sibling = True

        def contact(sibling: Child = sibling, service: Service = service) -> None:
            sibling.referred = service.env.now
            service.recorder.contact(sibling, "sibling", again=False)
            service.refer(sibling)

        service.later(2.0, contact)
        tape = run(service)
        assert len(tape.of("task_end", task="as/young_carer_notice")) == notices
