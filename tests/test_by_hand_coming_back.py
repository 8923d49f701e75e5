"""Families referred again for the same thing, worked by hand (days as in test_by_hand_cases)."""

from __future__ import annotations

import pytest
from helpers import Data, child_named, overlay, plans_of, quiet, refer, run, service_of, tiny

from sim.scenario import ScenarioError
from sim.service.plan import Plan

AGAIN: Data = {
    "after": 20.0,
    "closed": {
        "mash": {"advice": {"chance": 1.0, "accepted": 1.0}},
        "single_assessment": {"not_in_need": {"chance": 0.0, "accepted": 1.0}},
    },
}
ADVICE: Data = {"mash": {"outcomes": {"none": {"value": {"advice": 1.0}}}}}
QUICK: Data = {
    "assessment": {
        "hours": 4.0,
        "session_hours": 3.0,
        "agency_checks": 1.0,
        "sharing_hours": 1.0,
        "offered_early_help": 0.0,
    },
}


def plans(again: Data, *overs: Data) -> list[tuple[int, Plan]]:
    over: Data = {"population": {"coming_back": again}}
    for more in (ADVICE, QUICK, *overs):
        over = overlay(over, more)
    return tiny(over)


def test_a_family_comes_back_for_the_same_thing_and_is_assessed() -> None:
    service = service_of(plans(AGAIN))
    refer(service, "a", at=1.0, need="none")
    tape = run(service)
    # The MASH takes an hour, to 1.125: advice. Twenty days later the family is back, and now
    # accepted; the assessment finds no need, and after that nobody comes back.
    assert tape.times("contact", child="a") == [1.0, 21.125]
    assert [e.detail for e in tape.of("decision", child="a")] == [
        "advice",
        "single_assessment",
        "not_in_need",
    ]
    assert [e.detail for e in tape.of("close", child="a")] == ["advice", "not_in_need"]
    assert child_named(service, "a").referred == 21.125


def test_a_chance_of_nought_brings_nobody_back() -> None:
    never = AGAIN | {"closed": {"mash": {"advice": {"chance": 0.0, "accepted": 1.0}}}}
    service = service_of(plans(never))
    refer(service, "a", at=1.0, need="none")
    assert run(service).times("contact", child="a") == [1.0]


def test_who_is_not_accepted_is_decided_on_like_anybody_and_may_come_back_again() -> None:
    again = AGAIN | {"closed": {"mash": {"advice": {"chance": 1.0, "accepted": 0.0}}}}
    service = service_of(plans(again))
    refer(service, "a", at=1.0, need="none")
    tape = run(service)
    times = tape.times("contact", child="a")
    assert times == [round(1.0 + n * 20.125, 5) for n in range(len(times))]
    assert len(times) > 4
    assert {e.detail for e in tape.of("decision", child="a")} == {"advice"}


def test_a_case_that_is_open_again_and_a_family_gone_away_are_left_alone() -> None:
    service = service_of(plans(AGAIN))
    refer(service, "open", at=1.0, need="none")
    refer(service, "gone", at=1.0, need="none")

    def meanwhile() -> None:
        child_named(service, "gone").family.moved_away = True
        rising = child_named(service, "open")
        rising.need = "complex"
        service.population.returns(rising)

    service.later(21.0, meanwhile)
    tape = run(service)
    assert tape.times("contact", child="open") == [1.0, 21.0]  # for the new need, and only that
    assert tape.times("contact", child="gone") == [1.0]


def test_an_adult_does_not_come_back() -> None:
    service = service_of(plans(AGAIN))
    refer(service, "a", at=1.0, need="none", age=17.98)  # eighteen before day 21
    assert run(service).times("contact", child="a") == [1.0]


def test_whether_a_family_comes_back_depends_on_its_own_closing_only() -> None:
    half = AGAIN | {"closed": {"mash": {"advice": {"chance": 0.5, "accepted": 0.0}}}}

    def back(others: int) -> list[float]:
        service = service_of(plans(half))
        for n in range(others):
            refer(service, f"x{n}", at=30.0, need="none")
        for n in range(40):
            refer(service, f"a{n}", at=1.0 + n, need="none")
        tape = run(service)
        return [
            e.time for e in tape.of("contact") if e.child.startswith("a") and e.time < 20.0 + 1.0
        ]

    assert back(0) == back(3)


def test_a_reason_that_no_case_is_closed_for_is_refused() -> None:
    data = quiet()
    data["population"]["coming_back"] = {
        "after": 20,
        "closed": {"mash": {"advise": {"chance": 0.1, "accepted": 0.1}}},
    }
    with pytest.raises(ScenarioError, match=r"coming_back.*no reason to close there.*'advise'"):
        plans_of(data)


def test_children_who_were_never_known_cannot_have_been_closed() -> None:
    data = quiet()
    data["population"]["coming_back"] = AGAIN
    data["day_one"]["closed_as"] = {"none": {"mash.advice": 1.0}}
    with pytest.raises(ScenarioError, match="known_before has no children with the need 'none'"):
        plans_of(data)
    data["day_one"]["known_before"] = {"none": 300}
    data["population"]["needs"]["none"]["becomes"] = {"settled": "2 per year"}
    data["mash"]["outcomes"]["none"] = {"value": {"area_team": 1.0}}  # once back, that is that
    tape = run(service_of(plans_of(data)))
    # Closed half a year (127 working days) before on average, and back after twenty: of 300, those
    # closed in the last twenty days, about 300 x (1 - exp(-20 / 127)) = 44, give or take 13.
    times = tape.times("contact")
    assert 31 <= len(times) <= 57 and max(times) <= 20.0
    del data["population"]["coming_back"]
    with pytest.raises(ScenarioError, match="used only with population"):
        plans_of(data)
