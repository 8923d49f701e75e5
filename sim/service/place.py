"""Where a case can be: what every stage has in common."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from sim.service import status
from sim.service.task import MOVED
from sim.service.ticks import fire_now

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Cadence, Task


class Place:
    """A stage: a child is in exactly one, from entering to leaving, or closed."""

    name: str
    number: int
    is_hub = False
    by_assigned = False  # whether the assigned worker does the casework for the holder

    def __init__(self, service: Service) -> None:
        self.service = service

    def hold(self, child: Child) -> Generator[Any, Any, Place | None]:
        """Hold a child until something decides that it leaves; return where it goes."""
        service = self.service
        came_from = child.stage
        child.stage = self
        child.leave = simpy.Event(service.env)
        service.recorder.stage_enter(child, child.initial)
        self.enter(child, came_from)
        if child.arriving:
            child.arriving = False
            service.departing -= 1
        yield child.leave
        self._exit(child)
        following, child.next_stage = child.next_stage, None
        return following

    def enter(self, child: Child, came_from: Place | None) -> None:
        """Begin what the stage promises; by default nothing."""

    def promises(self, child: Child) -> dict[str, Cadence]:
        """Return the intervals promised to a child here, by timescale."""
        return {}

    def after(self, task: Task) -> None:
        """Do what follows from a task of the child that has just been done."""

    def depart(self, child: Child, to: Place | None, reason: str) -> None:
        """End the child's time here, at this instant."""
        leave, child.leave = child.leave, None
        if leave is None:
            return  # already leaving
        child.next_stage = to
        child.leave_reason = reason
        child.arriving = True
        self.service.departing += 1
        fire_now(leave)

    def _exit(self, child: Child) -> None:
        """Leave in the order of DESIGN 7: pauses, cancellations, workers, the stage."""
        service = self.service
        following = child.next_stage
        why = "closed" if following is None else "superseded"
        for task in list(child.tasks.values()):
            for part in (task, task.second):
                if part is not None and part.worker is not None:
                    service.stop_sitting(part, part.worker, MOVED)
        for promise, task in list(child.tasks.items()):
            goes_on = following is not None and (
                following.keeps(promise) or (task.kind.follows_child and following.is_hub)
            )
            if not goes_on:
                service.cancel(task, why)
                del child.tasks[promise]
            elif (
                task.second is not None
                and following is not None
                and not task.kind.follows_child
                and not following.has_second(promise)
            ):
                service.cancel(task.second, why)
                task.second = None
        for strand in service.strands:
            strand.leaving(child, following)
        service.allocation.release(child, everyone=following is None)
        if following is None:
            status.close(service, child)
        service.recorder.stage_leave(child, child.leave_reason)

    def renew(self, child: Child) -> None:
        """Promise what the scenario says from now on."""

    def has_second(self, promise: str) -> bool:
        """Whether a second worker takes part in keeping a promise here."""
        return False

    def keeps(self, promise: str) -> bool:
        """Whether a promise made elsewhere goes on here."""
        return False
