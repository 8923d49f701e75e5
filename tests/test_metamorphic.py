"""What must not change when something else does: a fault shows without an exact value."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

import pytest
from claims import SEED
from desks import Ask, desk_service, exponential, watch
from helpers import Data, Tape, overlay, plans_of

from sim.scenario import load
from sim.service.child import Child
from sim.service.service import Service

# Keys that hold hours of work; the hours of a child's package of support are not work.
WORK = {
    "hours",
    "hours_a_day",
    "hours_a_week",
    "hours_a_year",
    "hours_in",
    "hours_sibling",
    "hours_with_assessment",
    "hours_with_review",
    "call_hours",
    "follow_up",
    "joint_hours",
    "managers",
    "managers_talk",
    "manager_hours",
    "manager_hours_a_day",
    "new_worker_hours",
    "report_hours",
    "reserves",
    "session_hours",
    "sharing_hours",
    "sibling_hours",
    "sign_off_hours",
}
NOT_WORK = {("need_events", "packages", "hours"), ("moves", "disagreement", "managers")}
WORDS = {"source", "grade", "note"}


def baseline(horizon: str) -> Data:
    data = copy.deepcopy(load("three-hubs").data)
    data["horizon"] = horizon
    return data


T = TypeVar("T", bound=Tape)


def tape_of(data: Data) -> Tape:
    return run_on(data, Tape())


def run_on(data: Data, tape: T) -> T:
    Service(plans_of(data), SEED, 1, tape).run()
    return tape


def told(tape: Tape) -> list[tuple[Any, ...]]:
    """What happened to whom and when, without the hours."""
    return [e[:6] for e in tape.events]


def scaled(data: Any, by: float, path: tuple[str, ...] = (), inside: bool = False) -> Any:
    """Multiply all hours of work, those there are and those there are to do."""
    if isinstance(data, Mapping):
        out = {}
        for key, value in data.items():
            here = (*path, str(key))
            work = inside or (key in WORK and here not in NOT_WORK)
            if key == "range":
                continue  # what is moved out of its range on purpose
            keep = key in WORDS or (inside and key in ("cv", "weights"))
            out[key] = value if keep else scaled(value, by, here, work)
        return out
    if isinstance(data, list):
        return [scaled(item, by, path, inside) for item in data]
    number = isinstance(data, int | float) and not isinstance(data, bool)
    return data * by if inside and number else data


def test_twice_the_hours_to_do_and_twice_the_hours_to_do_them_in_change_no_timescale() -> None:
    once, twice = baseline("9 months"), scaled(baseline("9 months"), 2.0)
    assert twice["work"]["hours_a_day"]["value"] == 2 * once["work"]["hours_a_day"]["value"]
    assert told(tape_of(scaled(once, 1.0))) == told(tape_of(twice))


def test_and_twice_the_hours_to_do_in_the_same_day_do() -> None:
    once = baseline("3 months")
    more = scaled(baseline("3 months"), 2.0)
    more["work"] = once["work"]
    assert told(tape_of(once)) != told(tape_of(more))


@pytest.mark.parametrize("busy", [0.6, 0.9, 1.3])
def test_one_clerk_more_makes_nobody_wait_longer(busy: float) -> None:
    """First come, first served, the same requests: true of every single one (also overloaded)."""
    before: dict[str, float] = {}
    for clerks in range(2, 7):
        asks = {"line.ask": Ask(busy * 2 / 0.05, exponential(0.05))}
        seen = watch(plans_of(desk_service({"line": clerks}, asks, 60)), SEED, 1)
        begun = {id: seen.began[id] for _, _, id in seen.came["line.ask"] if id in seen.began}
        # Times are on a grid of a 2**20th of a day, and rounding adds up along a busy spell.
        late = [id for id, when in before.items() if begun.get(id, 1e9) > when + 0.003]
        assert not late
        before = begun


def test_a_stage_that_nobody_can_enter_changes_nothing() -> None:
    data = baseline("9 months")
    tasks = {
        "unused_review": {
            "every": "6 weeks",
            "hours": {"gamma": {"mean": 3, "cv": 0.3}},
            "timescale": "unused_review",
            "priority": 5,
        }
    }
    post = {"count": 1, "fte": 1.0, "sites": "shared"}
    stage = {"team": "unused", "holder": "unused_worker", "tasks": tasks}
    with_it = overlay(
        data,
        {
            "stages": {"unused": stage},
            "teams": {"unused": {"posts": {"unused_worker": post}}},
        },
    )
    there = [e for e in told(tape_of(with_it)) if not e[3].startswith("unused.")]  # but its worker
    assert told(tape_of(data)) == there


def needs(tape: Tape) -> dict[str, list[tuple[float, Any]]]:
    """Each child's changes of need, and what else happened to it."""
    found: dict[str, list[tuple[float, Any]]] = {}
    for event in tape.of("need"):
        found.setdefault(event.child, []).append((event.time, event.detail))
    return found


class FromDayOne(Tape):
    """A tape that also says what the true needs were on day one."""

    def __init__(self) -> None:
        super().__init__()
        self.at_first: dict[str, str] = {}

    def stage_enter(self, child: Child, initial: dict[str, float] | None) -> None:
        super().stage_enter(child, initial)
        if initial is not None:
            self.at_first[child.id] = child.need


def test_reviewing_twice_as_often_changes_nobodys_need() -> None:
    """Fewer needs have changed unseen by day one; whose had not goes on with the same life."""
    data = baseline("1 year")
    data["need_events"]["finding"]["late_finding"] = "off"
    often = copy.deepcopy(data)
    for stage in often["stages"].values():
        stage["tasks"]["review"]["every"] = "6 weeks"
    before, after = run_on(data, FromDayOne()), run_on(often, FromDayOne())
    reviews = [sum("/review/" in e.task for e in t.of("task_end")) for t in (before, after)]
    assert reviews[1] > 1.3 * reviews[0]
    apart = {c for c, need in before.at_first.items() if after.at_first[c] != need}
    assert len(apart) < 0.03 * len(before.at_first)
    mine, theirs = needs(before), needs(after)
    assert len(mine) > 1_000
    assert {c: n for c, n in mine.items() if c not in apart} == {
        c: n for c, n in theirs.items() if c not in apart
    }
