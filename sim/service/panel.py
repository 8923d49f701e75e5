"""The Resource Panel: meets every so often, takes so many requests, agrees or refuses (W107, W110).

A request waits for the next meeting, and for a place at it; the decisions are made when the
chairing managers have had the time to hold it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.need_plan import PackagesPlan
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Worker


class Request(NamedTuple):
    """A request that lies before the panel since a time (working days)."""

    child: Child
    occasion: int
    since: float
    decided: Callable[[bool], None]


class Panel:
    """Requests before the panel, and its meetings."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.requests: list[Request] = []
        self.next_meeting = 0
        self._agrees = service.streams["panel agrees"]

    @property
    def says(self) -> PackagesPlan:
        """What the scenario says now."""
        events = self.service.plan.need_events
        assert events is not None and events.packages is not None
        return events.packages

    def submit(self, child: Child, occasion: int, decided: Callable[[bool], None]) -> None:
        """Put a request before the panel; `decided` is told whether it is agreed."""
        self.requests.append(Request(child, occasion, self.service.env.now, decided))

    def withdraw(self, child: Child) -> None:
        """The case has closed."""
        self.requests = [request for request in self.requests if request.child is not child]

    def day(self, day: int) -> None:
        """Call a meeting when it is time and there is something to decide."""
        if day < self.next_meeting:
            return
        self.next_meeting = self.service.plan.next_of(day, self.says.every)
        if not self.requests:
            return
        chairs = True
        for (team, role), kind in self.says.managers.items():
            desk = self.service.teams[team].desk(role)
            task = self.service.open_now(kind, None, f"{team}.{role}", day)
            if chairs:
                task.then = self._held
            chairs = False
            self.service.hand_out(task, desk)

    def _held(self, task: Task, worker: Worker) -> None:
        """Decide on what had been asked for when the meeting was called, first come first."""
        service, says = self.service, self.says
        service.end(task, worker)
        ready = [request for request in self.requests if request.since < task.opened]
        for request in ready[: says.places]:
            self.requests.remove(request)
            agreed = self._agrees.uniform(request.child.who, request.occasion) < says.agrees
            outcome = "package_agreed" if agreed else "package_refused"
            service.recorder.decision(request.child, outcome)
            request.decided(agreed)
