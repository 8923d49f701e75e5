"""Why work is late: each instant from due to done goes to one state, and the parts add up.

A task that carries a timescale is followed from its due time (or from its opening, if that is
later) until the promise is kept or given up, or the run ends. At each instant, the first of these
that is so:

- *in hand*: somebody is at it;
- *manager or panel*, *family or agency*: it waits for them (until its next event in the log), or
  its worker is free and it is a meeting fixed for a later day;
- *unallocated*: nobody has the part in the case whose work it is (waiting for a worker or a slot);
- *post vacant*: a manager minds the case until somebody takes it over;
- *absent*: its worker is away (also while a colleague could do it, until one begins);
- *more pressing work* of class 1 to 8: what its worker is at instead. At a desk that several people
  serve, the queue: the task's own class.

Of a task for two workers, the first one's part is followed until it is done, then the second's.

Nothing is done for work that is on time: only workers whose tasks are late are watched, and of
them only how long they have been at work of each class since (see `_Watch`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.task import AT_REVIEW, DESK, DONE, OPEN, RUNNING, WAITING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.task import Task
    from sim.service.ticks import Clock
    from sim.service.worker import Worker

IN_HAND = 0  # 1 to 8 are the classes of more pressing work
ABSENT, VACANT, UNALLOCATED, MANAGER, OTHERS = range(9, 14)
STATES = (
    "in_hand",
    *(f"more_pressing_{priority}" for priority in range(1, 9)),
    *("absent", "post_vacant", "unallocated", "manager_or_panel", "family_or_agency"),
)
OF_THE_WORKER = -1  # the state of the task is that of its worker
WAITS = {"manager": MANAGER, "panel": MANAGER, "family": OTHERS, "agency": OTHERS}


class _Watch:
    """How long a worker has been in each state since somebody began to watch."""

    __slots__ = ("files", "since", "spent", "state", "worker")

    def __init__(self, worker: Worker, state: int, now: float) -> None:
        self.worker = worker
        self.files = 0  # late tasks for whose sake the worker is watched
        self.spent = [0.0] * len(STATES)
        self.since = now
        self.state = state

    def turn(self, now: float, state: int) -> None:
        """From now on the worker is at something else."""
        self.spent[self.state] += now - self.since
        self.since = now
        self.state = state


class _File:
    """One late task: its state, since when, and what its worker had spent until then."""

    __slots__ = ("began", "since", "state", "task", "watch")

    def __init__(self, task: Task, now: float) -> None:
        self.task = task
        self.since = now
        self.state = OF_THE_WORKER
        self.watch: _Watch | None = None
        self.began: list[float] = []


class WhyLate:
    """Follows late tasks, and adds up their time past due by promise, month and state.

    Attributes
    ----------
    days
        Working days past due, by cell, month and state (in the order of `STATES`).
    """

    def __init__(self, env: Clock, cells: int, months: int, horizon: int) -> None:
        self._env = env
        self.days = [[[0.0] * len(STATES) for _ in range(months)] for _ in range(cells)]
        self.month = 0
        self._due_on: list[list[tuple[Task, int]]] = [[] for _ in range(horizon + 1)]
        self._files: dict[Task, _File] = {}
        self._of_child: dict[Child | None, dict[Task, None]] = {}
        self._watches: dict[Worker, _Watch] = {}
        self._class: dict[Worker, int] = {}  # of the sitting each worker is in
        self._waits: dict[Task, int] = {}
        self._joined: dict[Task, list[Task]] = {}
        self._left_vacant: set[tuple[Child, str]] = set()  # parts in cases that a leaver had

    # --- which tasks are late ---------------------------------------------------------------

    def opened(self, task: Task, now: float) -> None:
        """Note when the task of a promise (which has a cell) will be late."""
        if task.first is not None:
            return
        if task.due <= now:
            self._follow(task, now)
        elif task.due < len(self._due_on):
            self._due_on[task.due].append((task, task.occasion))

    def day(self, day: int) -> None:
        """Follow what was due by the end of yesterday and has not been done."""
        due, self._due_on[day] = self._due_on[day], []
        for task, occasion in due:
            second = task.second
            undone = task.state in (OPEN, RUNNING, WAITING) or (
                second is not None and second.occasion == occasion and second.state != DONE
            )
            if undone and task.occasion == occasion and task.due == day:
                self._follow(task, float(day))

    def _follow(self, task: Task, now: float) -> None:
        file = self._files[task] = _File(task, now)
        self._of_child.setdefault(task.child, {})[task] = None
        self._look(file, now)

    def close(self, task: Task, now: float) -> None:
        """A promise has been kept, or given up."""
        self._waits.pop(task, None)
        file = self._files.pop(task, None)
        if file is None:
            return
        self._settle(file, now)
        self._let_go(file)
        mine = self._of_child[task.child]
        del mine[task]
        if not mine:
            del self._of_child[task.child]

    def month_end(self, now: float) -> None:
        """Count up to now in the month that ends."""
        for watch in self._watches.values():
            watch.turn(now, watch.state)
        for file in self._files.values():
            self._settle(file, now)
        self.month = min(self.month + 1, len(self.days[0]) - 1)

    # --- what happens to them -----------------------------------------------------------------

    def started(self, task: Task, worker: Worker) -> None:
        """A sitting begins, perhaps at brothers' and sisters' tasks too."""
        self._class[worker] = task.priority
        watch = self._watches.get(worker)
        if watch is not None:
            watch.turn(self._env.now, task.priority)
        if task.together:
            self._joined[task] = list(task.together)
            for other in task.together:
                self._waits.pop(other, None)
        self._waits.pop(task, None)
        if task in self._joined or (task.first or task) in self._files:
            self._look_at(task)

    def stopped(self, task: Task, worker: Worker, why: str = "") -> None:
        """A sitting ends."""
        self._class.pop(worker, None)
        watch = self._watches.get(worker)
        if watch is not None:
            watch.turn(self._env.now, self._now_at(worker))
        if why == "gap":
            self._waits[task] = OTHERS
        if task in self._joined:
            self._look_at(task)
            del self._joined[task]
        elif (task.first or task) in self._files:
            self._look_at(task)

    def waits(self, task: Task, waits_for: str) -> None:
        """A task cannot go on until somebody else has acted (or can again: ``worker``)."""
        state = WAITS.get(waits_for)
        if state is None:
            self._waits.pop(task, None)
        else:
            self._waits[task] = state
        self._look_at(task)

    def booked(self, task: Task, why: str) -> None:
        """A meeting is fixed, or put off because somebody else cannot come."""
        state = WAITS.get(why)
        if state is not None:
            self._waits[task] = state
        else:
            self._waits.pop(task, None)
        self._look_at(task)

    def cancelled(self, task: Task, now: float) -> None:
        """A task will not be done; or only the second worker's part."""
        first = task.first
        if first is None or first.state == DONE:
            self.close(first or task, now)
        else:
            self._look_at(task)

    def allocated(self, child: Child, role: str, now: float) -> None:
        """The child has been given a worker."""
        self._left_vacant.discard((child, role))
        self.changed(child, now)

    def deallocated(self, child: Child, worker: Worker, role: str, now: float) -> None:
        """A worker no longer has the child, perhaps because the worker has left."""
        if worker.left:
            self._left_vacant.add((child, role))
        self.changed(child, now)

    def left_stage(self, child: Child) -> None:
        """The child has left a stage: whoever had left it there is of no account in the next."""
        if self._left_vacant:
            self._left_vacant = {part for part in self._left_vacant if part[0] is not child}

    def changed(self, child: Child | None, now: float) -> None:
        """The child's workers, or whose work its tasks are, have changed."""
        for task in self._of_child.get(child, ()):
            self._look(self._files[task], now)

    def person(self, worker: Worker, now: float) -> None:
        """A worker has gone away or is back."""
        watch = self._watches.get(worker)
        if watch is not None:
            watch.turn(now, self._now_at(worker))

    def _now_at(self, worker: Worker) -> int:
        """Return what a worker is at: a class of work (as it was taken up), away, or free."""
        if not worker.present:
            return ABSENT
        return self._class.get(worker, OTHERS)

    # --- states ------------------------------------------------------------------------------

    def _look_at(self, task: Task) -> None:
        file = self._files.get(task.first or task)
        if file is not None:
            self._look(file, self._env.now)
        if task in self._joined:
            for other in self._joined[task]:
                file = self._files.get(other.first or other)
                if file is not None:
                    self._look(file, self._env.now)

    def _look(self, file: _File, now: float) -> None:
        """Find the state of a late task, and count the time in the one before."""
        part = file.task
        if part.state == DONE and part.second is not None:
            part = part.second
        owner = None
        if part in self._waits:
            state = self._waits[part]
        elif part.worker is not None or part.state == RUNNING:
            state = IN_HAND  # by its worker; or in the meeting of a brother or sister
        else:
            state, owner = self._of_owner(part)
        watched = file.watch.worker if file.watch is not None else None
        if state == file.state and owner is watched:
            return
        self._settle(file, now)
        self._let_go(file)
        file.state = state
        if owner is not None:
            watch = self._watches.get(owner)
            if watch is None:
                watch = self._watches[owner] = _Watch(owner, self._now_at(owner), now)
            watch.turn(now, watch.state)
            watch.files += 1
            file.watch = watch
            file.began = watch.spent.copy()

    def _of_owner(self, part: Task) -> tuple[int, Worker | None]:
        child = part.child
        if part.kind.role == DESK or child is None:
            return part.kind.priority, None
        owner = child.worker_of(part)
        if owner is None and part.kind.role == AT_REVIEW:
            owner = child.caseworker  # whose review it waits for, with all that comes before that
        if owner is None:
            vacant = self._left_vacant
            role = part.kind.role
            return (VACANT if vacant and (child, role) in vacant else UNALLOCATED), None
        if child.minded is not None and owner is child.holder:
            return VACANT, None
        return OF_THE_WORKER, owner

    def _settle(self, file: _File, now: float) -> None:
        """Count the time in the present state up to now."""
        days = self.days[file.task.cell][self.month]
        if file.watch is None:
            if file.state != OF_THE_WORKER:
                days[file.state] += now - file.since
        else:
            watch = file.watch
            watch.turn(now, watch.state)
            if watch.spent != file.began:
                for state, spent in enumerate(watch.spent):
                    days[state] += spent - file.began[state]
                file.began = watch.spent.copy()
        file.since = now

    def _let_go(self, file: _File) -> None:
        watch, file.watch = file.watch, None
        if watch is not None:
            watch.files -= 1
            if not watch.files:
                del self._watches[watch.worker]
