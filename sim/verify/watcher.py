"""A recorder that keeps the event log and looks over the workers' shoulders while they choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.measure.eventlog import EventLog, Row
from sim.service.task import APPOINTMENT_RANK, DONE, OPEN, RUNNING, WAITING
from sim.verify.finding import Tally

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker

Key = tuple[float, int, float]


class Watcher(EventLog):
    """The event log, and what cannot be read from it.

    Attributes
    ----------
    cuts
        How many rows had been written when each month's end was looked at.
    pressing
        Whether each worker took up the most pressing task of the diary.
    """

    def begin(self, service: Service) -> None:
        """Open an empty log."""
        self.place = 0
        self.cuts: list[int] = []
        self.pressing = Tally(
            "diary",
            "most pressing first",
            "tasks taken up, beside all that lay open in the same diary",
            "none more pressing by class, due time, opening time",
        )
        super().begin(service)

    def _note(self, row: Row) -> None:
        self.place += 1
        super()._note(row)

    def _task(self, event: str, task: Task, worker: Worker | None, *details: Any) -> None:
        self.place += 1
        super()._task(event, task, worker, *details)

    def month_end(self, month: int) -> None:
        """Note how far the log has come."""
        super().month_end(month)
        self.cuts.append(self.place)

    def task_start(self, task: Task, worker: Worker) -> None:
        """Look at what else the worker might have taken up."""
        super().task_start(task, worker)
        now = self.env.now
        mine = self._key(task, now)
        best, other = mine, task
        joined = task.together or ()
        for lying in worker.diary.open_tasks():
            if lying is not task and lying not in joined and (key := self._key(lying, now)) < best:
                best, other = key, lying

        if not self.pressing.right(other is task):
            self.pressing.tell(
                f"on day {now:.3f} {worker.id} took up {task.id} (class {mine[0]:g}, due {mine[1]})"
                f" while {other.id} (class {best[0]:g}, due {best[1]}) lay open",
                mine[0] - best[0],
            )

    def _key(self, task: Task, now: float) -> Key:
        """How pressing a task is: on its day a meeting comes before all but class 1.

        So does a second worker's part in a meeting that the first has held without.
        """
        first = task.first
        meeting = task.booked is not None and task.booked <= now
        meeting |= task.kind.appointment and first is not None and first.state == DONE
        return APPOINTMENT_RANK if meeting else task.priority, task.due, task.opened

    def whereabouts(self) -> dict[str, str]:
        """Say of every task that is open now where it is: asked when the run is over.

        Returns
        -------
        dict
            By task id: ``diary``, ``booked``, ``in hand``, ``waits for`` somebody named,
            ``nobody to do it``; or ``nowhere``.
        """
        service = self.service
        found: dict[str, str] = {}
        lying: set[int] = set()
        diaries = [worker.diary for worker in service.workers]
        diaries += [desk for team in service.teams.values() for desk in team.desks.values()]
        for diary in {id(diary): diary for diary in diaries}.values():
            for task in diary.open_tasks():
                found[task.id] = "diary"
                lying.add(id(task))
        for worker in service.workers:
            if worker.current is not None:
                found[worker.current.id] = "in hand"
                for joined in worker.current.together or ():
                    found[joined.id] = "in hand"
        for child in service.children:
            for task in child.tasks.values():
                for part in (task, task.second):
                    if part is not None and part.id not in found:
                        found[part.id] = self._where(part)
        return found

    def _where(self, task: Task) -> str:
        if task.state == WAITING:
            return "waits for somebody named"
        if task.state == RUNNING:
            return "in hand" if task.worker is not None else "nowhere"
        if task.state != OPEN:
            return "not open"
        if task.booked is not None:
            coming = task.booked >= self.horizon
            return "booked" if coming or task in self.service.meetings[task.booked] else "nowhere"
        return "nobody to do it" if task.diary is None else "nowhere"


def windows(plans: list[Any]) -> dict[tuple[str, str], int]:
    """Return the longest window of each kind of task at each interval, in working days."""
    longest: dict[tuple[str, str], int] = {}
    for plan in plans:
        kind: Kind
        for kind in plan.kinds:
            cadences = [*kind.cadences, *kind.sequence]
            cadences += [c for c in (kind.less_often, kind.more_often) if c is not None]
            for cadence in cadences:
                key = (kind.name, cadence.label)
                longest[key] = max(longest.get(key, 0), cadence.window)
    return longest
