"""Promises that are kept within other work: the home is looked at when the assessment is updated.

What is met in another task waits for it, unless that comes too late. An assessment made for
another reason counts as the regular update.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.strand import Strand
from sim.service.task import OPEN, SCHEDULED

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Kind, Task


def meet(service: Service, child: Child, promise: str, within: Task) -> None:
    """Count a promise as kept in a task that has just been done, unless it is in hand itself."""
    task = child.tasks.get(promise)
    if task is None or task.kind.once_within is not None:
        return
    if task.state == SCHEDULED:
        service.open(task)  # kept earlier than need be: it counts all the same
    if task.state == OPEN and task.worker is None:
        service.meet_within(task, within)


def has_assessed(service: Service, child: Child, task: Task) -> None:
    """A regular update of the assessment is an assessment like any other."""
    if task.spent <= 0.0:
        return  # it was kept in another, which has been told of
    if service.updating is not None:
        service.updating.assessed[child] = child.known
    for strand in service.strands:
        strand.assessed(child, task)


class KeptWithin(Strand):
    """Counts an assessment made for any other reason as the regular update."""

    def assessed(self, child: Child, task: Task) -> None:
        """Somebody has just assessed the child."""
        stage = child.stage
        if stage is None or not stage.is_hub or task.kind.assesses or child.closing is not None:
            return
        kinds: tuple[Kind, ...] = self.service.hubs[stage.name].plan.kinds
        for kind in kinds:
            if kind.assesses:
                meet(self.service, child, kind.promise, task)
