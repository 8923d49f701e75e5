"""The diary: open tasks, the most pressing first, for one worker or for all at a desk."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.service.task import Task
    from sim.service.worker import Worker


class Diary:
    """A heap of open tasks by priority class, due time, opening time, child and task.

    A task that leaves the diary unfinished (cancelled, booked, moved) only forgets its
    entry; the entry is passed over when it comes to the top.
    """

    __slots__ = ("heap", "idle", "members", "pool")

    def __init__(self, pool: int) -> None:
        self.pool = pool  # the team and role of those who work from it, even if none is in post
        self.heap: list[tuple[Any, ...]] = []
        self.idle: list[Worker] = []
        self.members: list[Worker] = []

    def put(self, task: Task, rank: float) -> None:
        """Enter an open task; a worker with nothing to do takes it up."""
        child = task.child
        task.entry = entry = (
            rank,
            task.due,
            task.opened,
            child.id if child is not None else "",
            task.kind.name,
            task.occasion,
            task,
        )
        heappush(self.heap, entry)
        if self.idle:
            self.idle.pop(0).wake()

    def open_tasks(self) -> list[Task]:
        """Return the tasks in the diary, in no particular order."""
        return [entry[6] for entry in self.heap if entry[6].entry is entry]

    def take(self) -> Task | None:
        """Remove and return the most pressing task, or None."""
        heap = self.heap
        while heap:
            entry = heappop(heap)
            task: Task = entry[6]
            if task.entry is entry:
                task.entry = None
                return task
        return None
