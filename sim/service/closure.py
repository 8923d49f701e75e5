"""Ending a case: the closing work is done first, then everything ends at once (W113 to W116).

What comes before the closing record, where a scenario asks for it, is in `closing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Worker

NEEDS_MET = "needs_met"
ADULT = "turned_18"
AWAY = "moved_away"
WITH_THE_CHILD = "disabled_child_left"


def begin_closing(service: Service, child: Child, reason: str) -> None:
    """Call for the closing work; a case without a holder closes at once."""
    if child.stage is None:
        return
    if child.closing is not None:
        if reason == ADULT and child.closing != ADULT:
            _adult_already(service, child)
        return
    child.closing = reason
    service.transfers.withdraw(child)
    if child.holder is None or child.stage.name not in service.hubs:
        _close(service, child)
        return
    service.closing.begin(child, reason, lambda: _record(service, child))


def _adult_already(service: Service, child: Child) -> None:
    """A birthday does not wait for what comes before the closing record."""
    before_record = service.plan.closure.promise not in child.tasks
    if before_record and service.env.now >= child.turns_adult:
        service.closing.stop(child)
        child.closing = ADULT
        _close(service, child)


def _record(service: Service, child: Child) -> None:
    """The last of the work: the closing record."""
    kind = service.plan.closure
    task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
    task.then = _closing_work_done
    service.hand_out(task)


def stop_closing(service: Service, child: Child) -> None:
    """Something has come to light: the case stays open after all."""
    child.closing = None
    service.closing.stop(child)
    task = child.tasks.pop(service.plan.closure.promise, None)
    if task is not None:
        service.cancel(task, "superseded")


def _closing_work_done(task: Task, worker: Worker) -> None:
    service = worker.service
    child = task.child
    assert child is not None
    service.end(task, worker)
    if child.closing == ADULT and service.env.now < child.turns_adult:
        service.later(child.turns_adult, lambda: _close(service, child))
    else:
        _close(service, child)


def _close(service: Service, child: Child) -> None:
    reason = child.closing
    if child.stage is None or reason is None:
        return
    child.family.moved_away = child.family.moved_away or reason == AWAY
    if child.stage is service.mash:
        service.mash.withdraw(child, reason)
    else:
        child.stage.depart(child, None, reason)
    if not child.is_sibling:
        for sibling in child.family.children:
            if sibling is not child:
                begin_closing(service, sibling, WITH_THE_CHILD)
