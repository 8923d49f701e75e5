"""Desks and small services with a plain calendar, whose exact behaviour is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from helpers import Data, plans_of, quiet

from sim.measure.accounts import Accounts
from sim.service.plan import Plan
from sim.service.service import Service
from sim.service.task import Task
from sim.service.worker import Worker

DAYS = 365.25  # working days a year on a plain calendar


class Ask(NamedTuple):
    """One kind of request: how many a working day, and what answering takes (in hours = days)."""

    rate: float
    hours: Mapping[str, Any]
    priority: int = 5
    goes_on: Mapping[str, float] | None = None


def desk_service(clerks: Mapping[str, int], asks: Mapping[str, Ask], days: int) -> Data:
    """Describe desks, by name the number of clerks, and their requests, by ``desk.request``.

    An hour of work is one working day of a clerk, so that hours are times.
    """
    data = quiet()
    data["calendar"] = "plain"
    data["start"] = date(2026, 4, 1)
    data["horizon"] = f"{days} working days"
    data["work"] |= {"hours_a_day": 1, "case_share": 1.0}
    data["desks"] = {}
    for desk, count in clerks.items():
        team = f"{desk}_team"
        data["teams"][team] = {"posts": {"clerk": {"count": count, "fte": 1.0, "sites": "shared"}}}
        data["desks"][desk] = {"team": team, "role": "clerk", "requests": {}}
    for name, ask in asks.items():
        desk, _, request = name.partition(".")
        data["desks"][desk]["requests"][request] = {
            "rate": f"{ask.rate * DAYS!r} per year",
            "hours": ask.hours,
            "within": "1 working day",
            "priority": ask.priority,
            "goes_on": dict(ask.goes_on or {}),
        }
    return data


def exponential(mean: float) -> Data:
    return {"exponential": {"mean": mean}}


class Watch(Accounts):
    """Accounts that also keep each request's coming, start and end."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, list[tuple[float, float, str]]] = {}  # when, hours, id
        self.began: dict[str, float] = {}
        self.over: dict[str, float] = {}

    def task_open(self, task: Task) -> None:
        super().task_open(task)
        if task.child is None and task.note is not None:
            self.came.setdefault(task.note, []).append((self.env.now, task.hours, task.id))

    def task_start(self, task: Task, worker: Worker) -> None:
        super().task_start(task, worker)
        self.began.setdefault(task.id, self.env.now)

    def task_end(self, task: Task, worker: Worker) -> None:
        super().task_end(task, worker)
        self.over[task.id] = self.env.now


def watch(plans: list[tuple[int, Plan]], seed: int, replication: int) -> Watch:
    """Run one replication and return what was seen."""
    seen = Watch()
    Service(plans, seed, replication, seen).run()
    return seen


def waits(seen: Watch, name: str, after: float, before: float) -> np.ndarray:
    """Waits of the requests of a kind that came between two times, in working days.

    Those not begun by the end would count as too short a wait, so `before` leaves room for them.
    """
    found = [
        seen.began[id] - when
        for when, _, id in seen.came.get(name, ())
        if after <= when < before and id in seen.began
    ]
    return np.asarray(found)


def number_open(seen: Watch, name: str, at: Sequence[float]) -> np.ndarray:
    """Requests of a kind that are waiting or in hand at given moments."""
    came = np.sort([when for when, _, _ in seen.came.get(name, ())])
    over = np.sort([seen.over[id] for _, _, id in seen.came.get(name, ()) if id in seen.over])
    return np.searchsorted(came, at, "right") - np.searchsorted(over, at, "right")


def replications(data: Data, seed: int, number: int) -> Iterator[Watch]:
    """Run replications 1 to `number` of a scenario."""
    plans = plans_of(data)
    for replication in range(1, number + 1):
        yield watch(plans, seed, replication)
