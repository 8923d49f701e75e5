"""Families worked by hand, and the guards over generated families and histories."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import HUBS, overlay, plans_of, post, put, quiet, run, service_of, tiny
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.measure.eventlog import EventLog, Row
from sim.service.child import Child
from sim.service.families import SIBLING_IN_NEED, overnight_changed
from sim.service.service import Service
from sim.service.streams import identity

GUARDS = ["no_sibling_in_need", "overnight_only_by_direct_payment"]
GUARDED = {"stages": {HUBS["ri"]: {"guards": GUARDS}}}
REVIEW = {
    "every": "6 weeks",
    "hours": 2.0,
    "timescale": "cin_review",
    "finds": 1.0,
    "decides": True,
}
REVIEWS: dict[str, Any] = {
    "ss": {"review": REVIEW},
    "sf": {"review": REVIEW},
    "ri": {"review": REVIEW},
}
BY_PAYMENT = ("none", "direct_payment")


def _sibling(service: Service, child: Child, need: str = "complex") -> Child:
    sibling = service.population.make(
        f"{child.id}s", identity(f"{child.id}s"), child.family, 9.0, need
    )
    sibling.is_sibling = True
    service.population.learn_facts(sibling)
    return sibling


def _assess_at(service: Service, sibling: Child, when: float) -> None:
    def contact() -> None:
        sibling.referred = service.env.now
        service.recorder.contact(sibling, "sibling", again=False)
        service.refer(sibling)

    service.later(when, contact)


def test_a_siblings_plan_takes_the_child_out_and_its_end_lets_the_child_back() -> None:
    """At once, to the sibling's hub and worker; back at a review, by the transfer list."""
    service = service_of(tiny(GUARDED | {"horizon": "18 months"}, **REVIEWS))
    child = put(service, "a", "ri", need="stable", cin_review=-5)
    sibling = _sibling(service, child)
    _assess_at(service, sibling, 3.0)
    service.later(200.0, lambda: setattr(sibling, "need", "met"))
    tape = run(service)
    plan = next(e.time for e in tape.of("stage_enter", child="as") if e.stage == HUBS["ss"])
    left = tape.of("stage_leave", child="a")
    assert (left[0].time, left[0].detail, left[0].stage) == (plan, SIBLING_IN_NEED, HUBS["ri"])
    holders = {
        e.child: e.worker for e in tape.of("allocate") if e.time == plan and e.detail == "holder"
    }
    assert holders["a"] == holders["as"]  # one family, one social worker (W4)
    assert tape.times("task_open", task="a/take_up")[0] == round(plan, 5)
    back = [e.time for e in tape.of("stage_enter", child="a") if e.stage == HUBS["ri"]][-1]
    closed = tape.times("close", child="as")[0]
    asked = [e.time for e in tape.of("transfer_request", child="a") if e.detail == HUBS["ri"]]
    assert closed > 200.0 and asked and back > asked[-1] > 200.0
    assert any(
        round(e.time, 5) == round(asked[-1], 5) for e in tape.of("task_end", task="a/review")
    )


def test_a_move_to_a_hub_that_bars_the_child_is_given_up_when_a_siblings_plan_begins() -> None:
    """The one slot in Review & Intervention is taken, so that the child is still on the list."""
    full = {"caseload_limit": 1, "at_limit": "stop_transfers_in", "force_to": 1.0}
    service = service_of(tiny(overlay(GUARDED, post("ri", "family_support_worker", **full))))
    put(service, "b", "ri", need="stable")
    child = put(service, "a", "ss", need="stable")
    sibling = _sibling(service, child)
    service.later(1.0, lambda: service.transfers.request(child, service.hubs[HUBS["ri"]]))
    _assess_at(service, sibling, 2.0)
    tape = run(service)
    plan = next(e.time for e in tape.of("stage_enter", child="as") if e.stage == HUBS["ss"])
    refused = [(e.time, e.detail) for e in tape.of("transfer_refuse", child="a")]
    assert refused == [(plan, HUBS["ri"] + " withdrawn")]


@pytest.mark.parametrize(
    ("route", "moves"), [("s17_commissioned", True), ("direct_payment", False), ("full", True)]
)
def test_overnight_breaks_by_another_route_need_a_social_worker(route: str, moves: bool) -> None:
    service = service_of(tiny(GUARDED))
    child = put(service, "a", "ri", need="stable")

    def change() -> None:
        child.overnight = route
        overnight_changed(service, child)

    service.later(10.0, change)
    tape = run(service)
    asked = [(e.time, e.detail) for e in tape.of("transfer_request", child="a")]
    assert asked == ([(10.0, HUBS["sf"])] if moves else [])
    assert [e.stage for e in tape.of("stage_enter", child="a")][-1] == HUBS["sf" if moves else "ri"]
    assert [e.time for e in tape.of("status_on", child="a") if e.detail == "overnight"] == [10.0]


def test_siblings_leave_after_the_disabled_child_with_closing_work_of_their_own() -> None:
    service = service_of(tiny(GUARDED))
    child = put(service, "a", "ss", need="complex", age=17.8)
    put(service, "as", "ss", need="complex", family=child.family)
    tape = run(service)
    closed = {e.child: (e.time, e.detail) for e in tape.of("close")}
    assert closed["a"] == (child.turns_adult, "turned_18")
    assert closed["as"][1] == "disabled_child_left"
    assert closed["as"][0] == child.turns_adult + 2.0 / 8
    assert len(tape.of("task_end", task="as/closure")) == 1


# --- the guards, from the log alone --------------------------------------------------------------


class Watched:
    """What the log says of a run, as it goes by."""

    def __init__(self, rows: list[Row]) -> None:
        self.stage: dict[str, str] = {}
        self.closing: set[str] = set()
        self.family: dict[str, list[str]] = {}
        self.sibling: dict[str, bool] = {}
        self.route: dict[str, str] = {}
        self.asked: dict[str, str] = {}
        self.stays = 0
        last = 0.0
        for row in rows:
            if row.time > last:
                self.check(last)
                last = row.time
            self.tell(row)
        self.check(last)

    def tell(self, row: Row) -> None:
        said = dict(part.split("=", 1) for part in row.detail.split(";") if "=" in part)
        child = row.child
        if "family" in said and child not in self.sibling:
            self.family.setdefault(said["family"], []).append(child)
            self.sibling[child] = said["sibling"] == "1"
        match row.event:
            case "stage_enter":
                self.stage[child] = row.stage
                self.asked.pop(child, None)
                self.stays += row.stage == HUBS["ri"]
            case "stage_leave":
                self.stage.pop(child, None)
                self.closing.discard(child)
            case "task_open" if row.kind == "closure":
                self.closing.add(child)
            case "status_on" if said["status"] == "overnight":
                self.route[child] = said["route"]
            case "status_off" if said["status"] == "overnight":
                self.route.pop(child, None)
            case "transfer_request":
                self.asked[child] = said["to"]
            case "transfer_refuse":
                self.asked.pop(child, None)

    def check(self, time: float) -> None:
        """Nobody is in Review & Intervention whom a rule bars (but while a move is under way)."""
        hubs = set(HUBS.values())
        for members in self.family.values():
            for child in members:
                if self.stage.get(child) != HUBS["ri"] or child in self.closing:
                    continue
                assert not self.sibling[child], (time, child, "W64")
                planned = [
                    other
                    for other in members
                    if other != child
                    and self.stage.get(other) in hubs
                    and other not in self.closing
                ]
                assert not planned, (time, child, planned, "W65")
                if self.route.get(child, "none") not in BY_PAYMENT:
                    assert self.asked.get(child) in (HUBS["sf"], HUBS["ss"]), (time, child, "W111")


RATES = st.sampled_from(["0.5 per year", "2 per year", "6 per year"])


@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(1, 10_000),
    rise=RATES,
    ease=RATES,
    every=st.sampled_from(["4 weeks", "6 weeks", "3 months"]),
    routes=st.lists(
        st.sampled_from(["none", "direct_payment", "s17_commissioned", "s20_short_breaks"]),
        min_size=1,
        max_size=6,
    ),
)
def test_nobody_is_held_where_a_rule_bars_them(
    seed: int, rise: str, ease: str, every: str, routes: list[str]
) -> None:
    """W64, W65, W111, W112 over lives that change often, siblings and changes of overnight."""
    data = overlay(quiet(), GUARDED | {"horizon": "18 months"})
    needs = data["population"]["needs"]
    needs["none"]["becomes"] = {"complex": rise}
    needs["met"]["becomes"] = {"complex": rise}
    needs["stable"]["becomes"] = {"complex": rise, "met": "0.2 per year"}
    needs["complex"]["becomes"] = {"stable": ease, "met": ease, "coordinated": ease}
    needs["coordinated"]["becomes"] = {"stable": ease}
    data["population"]["siblings"] |= {"chance": 0.9}
    data["population"]["needs_at_contact"] = {"stable": 0.5, "complex": 0.5}
    data["population"]["contacts"]["rate"] = "12 per year"
    data["population"]["return_delay"] = 2
    data["day_one"]["children"] = {HUBS["ss"]: 4, HUBS["sf"]: 2, HUBS["ri"]: 8}
    for hub in HUBS.values():
        data["stages"][hub]["tasks"] = {"review": REVIEW | {"every": every}}
        for spec in data["teams"][hub]["posts"].values():
            spec["count"] = 2
    log = EventLog()
    service = Service(plans_of(data), seed, 1, log)

    def change(number: int) -> None:
        held = [c for c in service.children if c.stage is not None and c.stage.is_hub]
        for child in held[number::3]:
            child.overnight = routes[number % len(routes)]
            overnight_changed(service, child)

    for number in range(3 * len(routes)):
        service.later(20.0 + 15 * number, lambda number=number: change(number % 3))  # type: ignore[misc]
    service.run()
    assert Watched(log.rows).stays >= 8
