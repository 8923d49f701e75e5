"""Work done in sessions, with gaps between them, that ends when its hours are done."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from sim.service.task import WAITING

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Worker

Gap = Callable[["Task", int], float]
Done = Callable[["Task", "Worker"], None]


class Sessions:
    """One way of working: how long the gaps are, and what follows the last session.

    Parameters
    ----------
    gap
        Working days after a session, from the task and how many sessions are left.
    done
        Is told when the hours are done; it has to end the task.
    """

    def __init__(self, service: Service, gap: Gap, done: Done) -> None:
        self.service = service
        self._gap = gap
        self._done = done

    def divide(self, task: Task, hours: float) -> None:
        """Divide an open task into sessions of at most so many hours, before it is handed out."""
        task.note = sessions = max(ceil(task.hours / hours - 1e-9), 1)
        task.left = task.hours / sessions
        task.then = self._session_done

    def _session_done(self, task: Task, worker: Worker) -> None:
        service = self.service
        task.note -= 1
        if task.note == 0:
            self._done(task, worker)
            return
        service.pause(task, worker, "gap")
        task.state = WAITING

        def resume() -> None:
            if task.state == WAITING:
                task.left = (task.hours - task.spent) / task.note
                service.resume(task)

        service.later(service.env.now + self._gap(task, task.note), resume)
