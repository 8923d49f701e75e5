"""What the service tells whoever is watching.

The service calls these methods as things happen; `sim.measure` implements them. The
service never reads anything back, so watching cannot change what happens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Post, Worker


class Recorder(Protocol):
    """Everything that can be watched. Times are the service's clock at the call."""

    def begin(self, service: Service) -> None:
        """Start of the replication, before anything happens."""

    def day(self, day: int) -> None:
        """A working day breaks: what was due by the end of yesterday and is undone is late."""

    def month_end(self, month: int) -> None:
        """End of a month: the moment to look at what is open, due and waiting."""

    def contact(self, child: Child, source: str, again: bool) -> None:
        """A contact is made."""

    def decision(self, child: Child, outcome: str, detail: str = "") -> None:
        """The front door, an assessment or a manager has decided."""

    def stage_enter(self, child: Child, initial: dict[str, float] | None) -> None:
        """The child enters ``child.stage``; `initial` holds the last events of a day-one case."""

    def renewed(self, child: Child) -> None:
        """What is promised to a child has changed within a stage: all that runs from now on."""

    def promise_ended(self, child: Child, promise: str) -> None:
        """A promise to the child ends while the child stays; `renewed` follows."""

    def status(self, child: Child, status: str, on: bool, detail: str) -> None:
        """The service knows that something is, or is no longer, so of a child."""

    def stage_leave(self, child: Child, reason: str) -> None:
        """The child leaves ``child.stage``."""

    def close(self, child: Child, reason: str) -> None:
        """The case is closed."""

    def allocate(self, child: Child, worker: Worker, role: str) -> None:
        """A worker takes the child on: ``holder``, ``assigned``, or an attached worker's label."""

    def deallocate(self, child: Child, worker: Worker, role: str) -> None:
        """A worker no longer has the child."""

    def promised(self, task: Task) -> None:
        """From now on a promise runs at ``task.cadence``, in the cell ``task.cell``.

        A promise carried on from another stage stays in that stage's cell until it is held.
        """

    def task_open(self, task: Task) -> None:
        """A task may now be done."""

    def task_book(self, task: Task, why: str) -> None:
        """An appointment is fixed for ``task.booked``."""

    def task_wait(self, task: Task, waits_for: str) -> None:
        """A task cannot go on until somebody else has acted.

        ``manager``, ``panel``, ``family``, ``agency``; or ``worker``: it can go on again.
        """

    def task_start(self, task: Task, worker: Worker) -> None:
        """A sitting begins."""

    def task_pause(self, task: Task, worker: Worker, why: str) -> None:
        """A sitting ends with the task unfinished."""

    def task_end(self, task: Task, worker: Worker) -> None:
        """A sitting ends with the task done."""

    def task_met(self, task: Task, within: Task) -> None:
        """A task ends because it was met inside another."""

    def task_kept(self, task: Task) -> None:
        """A promise is kept: the last worker needed for the task has finished."""

    def task_missed(self, task: Task) -> None:
        """A further full interval has passed with the task undone."""

    def task_cancel(self, task: Task, why: str) -> None:
        """A task will not be done."""

    def need(self, child: Child, about: str = "") -> None:
        """The child's true need has changed, or something has happened (`about`: what, which)."""

    def found(self, child: Child, about: str = "") -> None:
        """The service has learnt of the child's true need, or of something (`about`)."""

    def transfer(self, child: Child, what: str, to: str, why: str = "") -> None:
        """A step on the transfer list: request, agree, refuse, escalate or complete."""

    def capacity(self, worker: Worker) -> None:
        """The hours of a day that a worker has for tasks have changed, to ``worker.rate``."""

    def absent(self, worker: Worker, reason: str) -> None:
        """A worker is away from all work from now on."""

    def present(self, worker: Worker, reason: str) -> None:
        """A worker is back."""

    def post(self, worker: Worker, filled: bool) -> None:
        """A post is filled or falls vacant."""

    def vacancy(self, post: Post, closed: bool) -> None:
        """A post is vacant on the first morning, or is closed while vacant."""
