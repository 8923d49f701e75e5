"""Desks: requests from outside join one queue, most pressing first, served by several people.

An information line, a business support desk or a consultation rota. Requests come at any moment
(a Poisson process) and are answered by whoever of the role is free, through the same diary and
workers as everything else; so a desk is also where the model meets queueing theory
(docs/verification.md).
"""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import TYPE_CHECKING

from sim.service.draws import choice
from sim.service.strand import Strand
from sim.service.streams import identity
from sim.service.task import DESK, OPEN, Task

if TYPE_CHECKING:
    from sim.scenario.sections.desks import Request
    from sim.service.plan import Plan
    from sim.service.service import Service
    from sim.service.worker import Worker

NOWHERE = ""


class RequestPlan:
    """One kind of request, ready to use; `mean_gap` is in working days, infinite if none come."""

    __slots__ = ("desk", "goes_on", "kind", "mean_gap", "name")

    def __init__(self, plan: Plan, desk: str, name: str, spec: Request, pool: int) -> None:
        self.desk = desk
        self.name = f"{desk}.{name}"
        rate = spec.rate.value
        self.mean_gap = plan.days_a_year / rate if rate > 0.0 else float("inf")
        self.kind = plan.kind(name, desk, spec.hours, spec.priority)
        self.kind.stream = f"hours/{self.name}"
        self.kind.once_within = plan.cadence(spec.within.value)
        self.kind.one_sitting = spec.one_sitting
        self.kind.role = DESK
        self.kind.pool = pool
        shares = {to: share.value for to, share in spec.goes_on.items()}
        self.goes_on: Callable[[float], str] | None = None
        if shares:
            self.goes_on = choice({**shares, NOWHERE: max(1.0 - sum(shares.values()), 0.0)})


class DesksPlan:
    """All desks of a scenario.

    Attributes
    ----------
    requests
        By ``desk.request``.
    roles
        Team and role that serve each desk.
    """

    def __init__(self, plan: Plan) -> None:
        self.requests: dict[str, RequestPlan] = {}
        self.roles: dict[str, tuple[str, str]] = {}
        for desk, spec in plan.scenario.desks.items():
            self.roles[desk] = (spec.team, spec.role)
            pool = plan.pool(f"{spec.team}.{spec.role}")
            for name, request in spec.requests.items():
                made = RequestPlan(plan, desk, name, request, pool)
                self.requests[made.name] = made


def desks_of(plan: Plan) -> DesksPlan:
    """Return the desks of a plan that has some."""
    assert plan.desk_requests is not None
    return plan.desk_requests


class Desks(Strand):
    """Requests as they come, are answered, and go on."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._gaps = service.streams["requests"]
        self._ways = service.streams["requests go on"]
        self._plan = desks_of(service.plan)
        for name in self._plan.requests:
            self._next(name, identity(name), 0, 0.0)

    def adopted(self) -> None:
        """A dated change may alter hours, time allowed, priority and what goes on."""
        self._plan = desks_of(self.service.plan)

    def _next(self, name: str, who: int, number: int, now: float) -> None:
        """Let the next request of a kind come after its gap, from its own stream."""
        request = self._plan.requests[name]
        when = now - request.mean_gap * log(self._gaps.uniform(who, number))

        def comes() -> None:
            self._open(name, f"{name}/{number}", 0)
            self._next(name, who, number + 1, when)

        self.service.later(when, comes)

    def _open(self, name: str, owner: str, step: int) -> None:
        service = self.service
        request = self._plan.requests[name]
        kind = request.kind
        task = Task(kind, None, step, owner)
        task.cadence = cadence = kind.once_within
        assert cadence is not None
        task.state = OPEN
        task.opened = service.env.now
        task.due = cadence.due_at(int(service.env.now))
        who = identity(owner)
        hours = kind.fixed_hours
        if hours is None:
            hours = kind.hours(service.hours_streams[kind.number].uniform(who, step))
        task.hours = task.left = hours
        task.then = self._answered
        task.note = name
        team, role = self._plan.roles[request.desk]
        task.diary = service.teams[team].desk(role)
        service.recorder.task_open(task)
        task.diary.put(task, task.priority)

    def _answered(self, task: Task, worker: Worker) -> None:
        service = self.service
        service.end(task, worker)
        goes_on = self._plan.requests[task.note].goes_on
        if goes_on is None:
            return
        to = goes_on(self._ways.uniform(identity(task.owner), task.occasion))
        if to != NOWHERE:
            self._open(to, task.owner, task.occasion + 1)
