"""What happened in a run, read from its event log: stays, workers' parts, tasks and sittings."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.measure.eventlog import Row

NEVER = 10**12  # the place of a row that there is not
ACTS = ("interval_changed",)


@dataclass(slots=True)
class Stay:
    """A child in a stage. Places are numbers of rows of the log, times working days."""

    child: str
    stage: str
    since: float
    begun: int
    detail: dict[str, str]
    until: float = math.inf
    ended: int = NEVER
    to: str = ""
    reason: str = ""
    left: dict[str, str] = field(default_factory=dict)

    @property
    def initial(self) -> bool:
        """Whether the case was open on day one."""
        return "initial" in self.detail


@dataclass(slots=True)
class Part:
    """A worker's part in a case: ``holder``, ``assigned`` or what somebody is attached for."""

    child: str
    worker: str
    role: str
    stage: str
    since: float
    begun: int
    until: float = math.inf
    ended: int = NEVER


@dataclass(slots=True)
class Post:
    """A person in a post, on one set of terms (hours of a working day)."""

    worker: str
    pool: str
    site: str
    since: float
    begun: int
    hours: float
    reserved: float
    limit: int | None
    until: float = math.inf
    ended: int = NEVER


@dataclass(slots=True)
class Sitting:
    """One uninterrupted spell of a worker at a task."""

    task: Task
    worker: str
    since: float
    begun: int
    until: float = math.inf


@dataclass(slots=True)
class Task:
    """A task from opening to end or cancellation.

    Attributes
    ----------
    how
        ``end``, ``met`` (inside another) or ``cancel``; empty while it is open.
    second, first
        The second worker's part, or the first's.
    """

    id: str
    child: str
    kind: str
    timescale: str
    stage: str
    since: float
    begun: int
    due: int
    detail: dict[str, str]
    until: float = math.inf
    ended: int = NEVER
    how: str = ""
    why: str = ""
    spent: float = 0.0
    sittings: list[Sitting] = field(default_factory=list)
    second: Task | None = None
    first: Task | None = None

    @property
    def promised_in(self) -> str:
        """The stage whose promise it keeps."""
        return self.detail.get("promised_in", self.stage)

    @property
    def kept(self) -> tuple[float, int] | None:
        """When the last worker needed had finished (time, place); None if that is not so."""
        if self.how not in ("end", "met"):
            return None
        other = self.second
        if other is None:
            return self.until, self.ended
        if not other.how or other.why == "closed":
            return None
        return max(self.until, other.until), max(self.ended, other.ended)


class History:
    """All that the log of one replication tells.

    Attributes
    ----------
    changed
        Rows that tell what is promised to a child from now on (place, row, detail).
    spells
        When each worker was away, in order: (from, until, reason).
    rates
        Hours of a day free for tasks, by worker: (time, place, hours).
    statuses
        What became known of a child, or is no longer so: (time, place, child, status, on, detail).
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.stays: list[Stay] = []
        self.parts: list[Part] = []
        self.posts: list[Post] = []
        self.tasks: list[Task] = []
        self.sittings: list[Sitting] = []
        self.born: dict[str, str] = {}
        self.site: dict[str, str] = {}
        self.family: dict[str, str] = {}
        self.is_sibling: set[str] = set()
        self.changed: list[tuple[int, Row, dict[str, str]]] = []
        self.spells: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
        self.rates: dict[str, list[tuple[float, int, float]]] = defaultdict(list)
        self.pool: dict[str, str] = {}
        self.statuses: list[tuple[float, int, str, str, bool, dict[str, str]]] = []
        self.faults: list[str] = []  # events out of order, in words
        self._here: dict[str, Stay] = {}
        self._parts: dict[tuple[str, str], Part] = {}
        self._posts: dict[str, Post] = {}
        self._open: dict[str, Task] = {}
        self._busy: dict[tuple[str, str], Sitting] = {}
        self._away: dict[str, tuple[float, str]] = {}
        for place, row in enumerate(rows):
            if row.task:
                self._of_task(place, row)
            else:
                self._of_others(place, row)
        for worker, (since, reason) in self._away.items():
            self.spells[worker].append((since, math.inf, reason))

    def _fault(self, row: Row, text: str) -> None:
        self.faults.append(f"{text}: {where(row)}")

    def _of_task(self, place: int, row: Row) -> None:
        event, id = row.event, row.task
        if event == "task_open":
            detail = parsed(row.detail)
            due = row.due if row.due is not None else 0
            task = Task(
                *(id, row.child, row.kind, row.timescale, row.stage, row.time, place, due, detail)
            )
            if id in self._open:
                self._fault(row, "opened twice")
            self._open[id] = task
            self.tasks.append(task)
            if "with" in detail:
                task.first = self._open.get(detail["with"])
                if task.first is not None:
                    task.first.second = task
            return
        known = self._open.get(id)
        if known is None:
            self._fault(row, f"{event} of a task that is not open")
            return
        if row.due != known.due:
            self._fault(row, f"due {row.due}, and was due {known.due} when it opened")
        if event == "task_start":
            sitting = Sitting(known, row.worker, row.time, place)
            if (id, row.worker) in self._busy:
                self._fault(row, "begun again while it is in hand")
            self._busy[id, row.worker] = sitting
            known.sittings.append(sitting)
            self.sittings.append(sitting)
        elif event == "task_pause":
            self._stop(row)
        elif event in ("task_end", "task_cancel"):
            if event == "task_end" and row.worker:
                self._stop(row)
                known.spent = float(row.detail.removeprefix("hours="))
            known.until, known.ended = row.time, place
            known.how = "cancel" if event == "task_cancel" else "end" if row.worker else "met"
            known.why = row.detail.removeprefix("why=") if event == "task_cancel" else ""
            del self._open[id]

    def _stop(self, row: Row) -> None:
        sitting = self._busy.pop((row.task, row.worker), None)
        if sitting is None:
            self._fault(row, "put down by somebody who had not begun it")
        else:
            sitting.until = row.time

    def _of_others(self, place: int, row: Row) -> None:
        event, child, worker = row.event, row.child, row.worker
        detail = parsed(row.detail)
        if "family" in detail:
            self.born[child], self.site[child] = detail["born"], detail["site"]
            self.family[child] = detail["family"]
            if detail["sibling"] == "1":
                self.is_sibling.add(child)
        if event == "stage_enter":
            if child in self._here:
                self._fault(row, "in two stages at once")
            self._here[child] = stay = Stay(child, row.stage, row.time, place, detail)
            self.stays.append(stay)
        elif event == "stage_leave":
            here = self._here.pop(child, None)
            if here is None or here.stage != row.stage:
                self._fault(row, "left a stage in which it was not")
            else:
                here.until, here.ended, here.left = row.time, place, detail
                here.to, here.reason = detail["to"], detail["reason"]
        elif event in ("allocate", "deallocate"):
            role = detail.get("for", detail["as"])
            self.rates[worker].append((row.time, place, float(detail["free"])))
            if event == "allocate":
                self._parts[child, role] = Part(child, worker, role, row.stage, row.time, place)
                self.parts.append(self._parts[child, role])
            else:
                part = self._parts.pop((child, role))
                part.until, part.ended = row.time, place
        elif event in ("filled", "vacant"):
            before = self._posts.pop(worker, None)
            if before is not None:
                before.until, before.ended = row.time, place
            if event == "filled":
                self._fill(place, row, detail)
            elif worker in self._away:
                since, reason = self._away.pop(worker)
                self.spells[worker].append((since, row.time, reason))
        elif event == "absent":
            if worker in self._away:  # it goes on for another reason
                since, reason = self._away[worker]
                self.spells[worker].append((since, row.time, reason))
            self._away[worker] = (row.time, detail["reason"])
        elif event == "present":
            since, reason = self._away.pop(worker)
            self.spells[worker].append((since, row.time, reason))
        elif event in ("status_on", "status_off"):
            on = event == "status_on"
            self.statuses.append((row.time, place, child, detail["status"], on, detail))
        elif event == "decision" and detail["outcome"] in ACTS:
            self.changed.append((place, row, detail))

    def _fill(self, place: int, row: Row, detail: dict[str, str]) -> None:
        hours, reserved = float(detail["hours"]), float(detail["reserved"])
        limit = int(detail["limit"]) if detail["limit"] else None
        pool = f"{detail['team']}.{detail['role']}"
        post = Post(*(row.worker, pool, detail["site"], row.time, place, hours, reserved, limit))
        self._posts[row.worker] = post
        self.posts.append(post)
        self.pool[row.worker] = pool
        self.rates[row.worker].append((row.time, place, hours - reserved))


def parsed(text: str) -> dict[str, str]:
    """Return the last column of a row as names and values."""
    return dict(part.split("=", 1) for part in text.split(";")) if text else {}


def where(row: Row) -> str:
    """Say what, who and when of a row."""
    parts = [f"{row.event} {row.task or row.stage}".strip()]
    parts += [f"child {row.child}"] if row.child else []
    parts += [f"worker {row.worker}"] if row.worker else []
    return ", ".join([*parts, f"day {row.time:.3f}"])


def overlap(since: float, until: float, first: float, end: float) -> float:
    """Length of what two spells have in common."""
    return max(0.0, min(until, end) - max(since, first))
