"""The event log: everything that happens, in order, one row an event (DESIGN section 7).

What happens seldom is noted as a finished `Row`. Of tasks, which are nine rows in ten, only what
the row is to be made of is noted (see `EventLog._task`): references, and the numbers that
change later. They become rows when the log is read. Notes lie one after another in one flat
list: half a million small tuples would be looked through by the garbage collector again and again.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import floor
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.measure.accounts import Accounts
from sim.service.bringing_forward import BROUGHT
from sim.service.task import DESK

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.service import Service
    from sim.service.task import Cadence, Kind, Task
    from sim.service.worker import Post, Worker

COLUMNS = (
    "time",
    "date",
    "event",
    "child",
    "stage",
    "team",
    "worker",
    "task",
    "kind",
    "timescale",
    "due",
    "detail",
)


class Row(NamedTuple):
    """One event; empty text where a column does not apply. Times are working days."""

    time: float
    event: str
    child: str = ""
    stage: str = ""
    team: str = ""
    worker: str = ""
    task: str = ""
    kind: str = ""
    timescale: str = ""
    due: int | None = None
    detail: str = ""


class EventLog(Accounts):
    """Accounts that also keep every event."""

    def begin(self, service: Service) -> None:
        """Open the books and an empty log."""
        super().begin(service)
        self._noted: list[Any] = []
        self._met: set[Child] = set()  # children the log has introduced
        self._told: set[Child] = set()  # children whose facts the log has given

    @property
    def rows(self) -> list[Row]:
        """The log so far, in order of happening."""
        return list(self._rows())

    def _rows(self) -> Iterator[Row]:
        noted = self._noted
        place = 0
        while place < len(noted):
            event = noted[place]
            if event is ROW:
                yield noted[place + 1]
                place += 2
            else:
                end = place + COMMON + DETAILS[event].width
                yield _row_of_task(*noted[place:end])
                place = end

    def _note(self, row: Row) -> None:
        self._noted += (ROW, row)

    def write(self, path: Path) -> None:
        """Write the log as CSV: times with six decimals, dates as ISO."""
        calendar = self.service.plan.calendar
        dates = [calendar.date(float(day)).isoformat() for day in range(self.horizon + 1)]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            for row in self._rows():
                due = "" if row.due is None else row.due
                writer.writerow(
                    (f"{row.time:.6f}", dates[int(row.time)], *row[1:9], due, row.detail)
                )

    # --- children ------------------------------------------------------------------------

    def _child(self, event: str, child: Child, detail: str = "") -> None:
        stage = child.stage.name if child.stage is not None else ""
        self._note(Row(self.env.now, event, child.id, stage, detail=detail))

    def contact(self, child: Child, source: str, again: bool) -> None:
        """Log a contact."""
        super().contact(child, source, again)
        about = "" if child in self._met else f";{self._about(child)}"
        self._met.add(child)
        self._child("contact", child, f"source={source};again={int(again)}{about}")

    def _about(self, child: Child) -> str:
        born = self.service.population.born(child).isoformat()
        family = child.family
        sibling = int(child.is_sibling)
        known = f"need={child.need};known={child.known}"
        return f"born={born};site={family.site};family={family.id};sibling={sibling};{known}"

    def decision(self, child: Child, outcome: str, detail: str = "") -> None:
        """Log a decision of the front door, of an assessment or of a manager."""
        super().decision(child, outcome, detail)
        more = f";{detail}" if detail else ""
        self._child("decision", child, f"outcome={outcome}{more}")

    def stage_enter(self, child: Child, initial: dict[str, float] | None) -> None:
        """Log entering a stage, what it promises, and what is known of a new child."""
        super().stage_enter(child, initial)
        parts = self._promised(child)
        if initial is not None:
            parts = ["initial=1", self._about(child), *parts]
            self._met.add(child)
            parts += [f"last.{name}={_day(last)}" for name, last in initial.items()]
            parts.append(f"referred={child.referred:g}")
        self._child("stage_enter", child, ";".join(parts))
        if child.facts_known and child not in self._told:
            self._told.add(child)
            self._facts(child)

    def _facts(self, child: Child) -> None:
        """Log what the service learns about a child when the case is opened."""
        if child.overnight != "none":
            more = f"route={child.overnight};package_hours={child.package_hours!r}"
            self._child("status_on", child, f"status=overnight;{more}")
        for status in ("life_limiting", "continuing_care", "unstable_health"):
            if getattr(child, status):
                self._child("status_on", child, f"status={status}")
        if self.service.plan.open_to_review is not None:
            for status in ("parents_agree", "clear_outcomes", "overnight_works_well"):
                if getattr(child, status):
                    self._child("status_on", child, f"status={status}")
        if child.ehc_month:
            self._child("status_on", child, f"status=ehc_plan;month={child.ehc_month}")

    def stage_leave(self, child: Child, reason: str) -> None:
        """Log leaving a stage, and where to."""
        super().stage_leave(child, reason)
        to = child.next_stage.name if child.next_stage is not None else "closed"
        carried = "".join(
            f";due.{promise}={task.due}"
            for promise, task in child.tasks.items()
            if task.cell >= 0 and task.kind.once_within is None
        )
        self._child("stage_leave", child, f"reason={reason};to={to}{carried}")

    def renewed(self, child: Child) -> None:
        """Log all the intervals promised from now on."""
        super().renewed(child)
        parts = ["outcome=interval_changed", *self._promised(child)]
        self._child("decision", child, ";".join(parts))

    def _promised(self, child: Child) -> list[str]:
        """Return what is promised to a child in its stage, interval by interval."""
        assert child.stage is not None
        promises = child.stage.promises(child)
        return [f"every.{name}={cadence.label}" for name, cadence in promises.items()]

    def status(self, child: Child, status: str, on: bool, detail: str) -> None:
        """Log what the service knows to be, or no longer to be, so of a child."""
        super().status(child, status, on, detail)
        more = f";{detail}" if detail else ""
        self._child("status_on" if on else "status_off", child, f"status={status}{more}")

    def close(self, child: Child, reason: str) -> None:
        """Log the end of a case."""
        super().close(child, reason)
        self._child("close", child, f"reason={reason}")

    def need(self, child: Child, about: str = "") -> None:
        """Log the truth."""
        super().need(child, about)
        more = f";{about}" if about else ""
        self._child("need", child, f"to={child.need}{more}")

    def found(self, child: Child, about: str = "") -> None:
        """Log what the service has learnt."""
        super().found(child, about)
        self._child("found", child, about or f"need={child.known}")

    def transfer(self, child: Child, what: str, to: str, why: str = "") -> None:
        """Log a step on the transfer list; stage, team and worker are the old ones."""
        super().transfer(child, what, to, why)
        holder = child.holder
        self._note(
            Row(
                self.env.now,
                f"transfer_{what}",
                child.id,
                child.stage.name if child.stage is not None else "",
                holder.post.team if holder is not None else "",
                holder.id if holder is not None else "",
                detail=f"to={to};why={why}" if why else f"to={to}",
            )
        )

    def allocate(self, child: Child, worker: Worker, role: str) -> None:
        """Log a worker taking a child on."""
        super().allocate(child, worker, role)
        self._pair("allocate", child, worker, role)

    def deallocate(self, child: Child, worker: Worker, role: str) -> None:
        """Log the end of a worker's part in a case."""
        super().deallocate(child, worker, role)
        self._pair("deallocate", child, worker, role)

    def _pair(self, event: str, child: Child, worker: Worker, role: str) -> None:
        part = role if role in ("holder", "assigned") else f"attached;for={role}"
        if role == "holder" and child.minded is not None:
            part += ";minding=1"
        stage = child.stage.name if child.stage is not None else ""
        self._note(
            Row(
                self.env.now,
                event,
                child.id,
                stage,
                worker.post.team,
                worker.id,
                detail=f"as={part};free={worker.rate!r}",
            )
        )

    # --- people ----------------------------------------------------------------------------

    def post(self, worker: Worker, filled: bool) -> None:
        """Log a post filled or vacant, with what is needed to count its hours."""
        super().post(worker, filled)
        post = worker.post
        limit = "" if post.limit is None else post.limit
        self._note(
            Row(
                self.env.now,
                "filled" if filled else "vacant",
                team=post.team,
                worker=worker.id,
                detail=f"post={post.id};role={post.role};team={post.team};"
                f"site={post.site or 'shared'};fte={post.fte:g};limit={limit};"
                f"agency={int(worker.agency)};"
                f"hours={post.gross!r};reserved={post.gross - worker.rate!r};cost={post.cost:g}",
            )
        )

    def vacancy(self, post: Post, closed: bool) -> None:
        """Log a post that is vacant from the first day, or closed while vacant."""
        super().vacancy(post, closed)
        detail = f"post={post.id};role={post.role};team={post.team};fte={post.fte:g}"
        detail += ";closed=1" if closed else ""
        self._note(Row(self.env.now, "vacant", team=post.team, detail=detail))

    def absent(self, worker: Worker, reason: str) -> None:
        """Log a worker away from all work."""
        super().absent(worker, reason)
        self._person("absent", worker, reason)

    def present(self, worker: Worker, reason: str) -> None:
        """Log a worker back."""
        super().present(worker, reason)
        self._person("present", worker, reason)

    def _person(self, event: str, worker: Worker, reason: str) -> None:
        team = worker.post.team
        detail = f"reason={reason}"
        self._note(Row(self.env.now, event, team=team, worker=worker.id, detail=detail))

    # --- tasks -----------------------------------------------------------------------------

    def _task(self, event: str, task: Task, worker: Worker | None, *details: Any) -> None:
        """Note what a row about a task will be made of, as cheaply as can be.

        A recurring task is one object from occasion to occasion, and a child moves: what may
        be different when the log is read is noted as it is now.

        Parameters
        ----------
        details
            What the function in `DETAILS` makes the last column of.
        """
        child = task.child
        self._noted += (
            event,
            self.env.now,
            task,
            task.kind,
            task.occasion,
            task.due,
            child.stage if child is not None else None,
            worker,
            *details,
        )

    def _whose(self, task: Task) -> Worker | None:
        """Return the worker whose own diary a task goes to, if it is not a desk's."""
        child = task.child
        if task.kind.role == DESK:
            return None
        if child is None:
            members = task.diary.members if task.diary is not None else ()
            return members[0] if members else None
        return child.worker_of(task)

    def task_open(self, task: Task) -> None:
        """Log that a task may be done, with its hours and what it counts towards."""
        plan = self.service.plan
        pool = self.pool_of(task)
        self.falls_due(task, pool)
        if task.cell >= 0:
            self.why_late.opened(task, self.env.now)
        self._task(
            "task_open",
            task,
            self._whose(task),
            task.priority,
            task.hours,
            task.cadence,
            "ehc" if task.ehc else BROUGHT if task.brought else "held",
            task.first.id if task.first is not None else "",
            plan.cells[task.cell][1] if task.cell >= 0 else "",
            plan.pools[pool],
            task.kind.role
            if task.child is None
            else task.child.stand_ins.get(task.kind.promise, task.kind.role),
        )

    def task_book(self, task: Task, why: str) -> None:
        """Log the day fixed for an appointment."""
        super().task_book(task, why)
        self._task("task_book", task, self._whose(task), f"on={task.booked};why={why}")

    def task_wait(self, task: Task, waits_for: str) -> None:
        """Log that a task waits for somebody else."""
        super().task_wait(task, waits_for)
        self._task("task_wait", task, self._whose(task), f"for={waits_for}")

    def task_start(self, task: Task, worker: Worker) -> None:
        """Log the beginning of a sitting."""
        super().task_start(task, worker)
        joined = task.together
        met = [other.id for other in joined] if joined else ()
        self._task("task_start", task, worker, task.left, task.priority, met)

    def task_pause(self, task: Task, worker: Worker, why: str) -> None:
        """Log the end of a sitting with the task unfinished."""
        super().task_pause(task, worker, why)
        self._task("task_pause", task, worker, f"why={why}")

    def task_end(self, task: Task, worker: Worker) -> None:
        """Log the end of a task's last sitting."""
        super().task_end(task, worker)
        self._task("task_end", task, worker, task.spent)

    def task_met(self, task: Task, within: Task) -> None:
        """Log a task ended because it was met inside another."""
        super().task_met(task, within)
        self._task("task_end", task, None, f"hours=0;with={within.id}")

    def task_cancel(self, task: Task, why: str) -> None:
        """Log a task that will not be done."""
        super().task_cancel(task, why)
        self._task("task_cancel", task, self._whose(task), f"why={why}")


# --- rows of tasks, when the log is read ---------------------------------------------------------


def _row_of_task(
    event: str,
    time: float,
    task: Task,
    kind: Kind,
    occasion: int,
    due: int,
    place: Place | None,
    worker: Worker | None,
    *details: Any,
) -> Row:
    child = task.child
    stage = kind.stage if place is None else place.name
    return Row(
        time,
        event,
        child.id if child is not None else "",
        stage,
        worker.post.team if worker is not None else "",
        worker.id if worker is not None else "",
        task.id_of(kind, occasion),
        kind.name,
        kind.timescale or "",
        due,
        DETAILS[event].write(stage, *details),
    )


def _opened(
    stage: str,
    priority: int,
    hours: float,
    cadence: Cadence | None,
    anchor: str,
    first: str,
    promised_in: str,
    pool: str,
    role: str,
) -> str:
    parts = [f"priority={priority}", f"hours={hours:.6f}"]
    if cadence is not None:
        parts.append(f"interval={cadence.label}")
        parts.append(f"anchor={anchor}")
    if first:
        parts.append(f"with={first}")
    if promised_in not in ("", stage):
        parts.append(f"promised_in={promised_in}")
    parts.append(f"pool={pool}")
    if role != "holder":
        parts.append(f"role={role}")
    return ";".join(parts)


def _started(stage: str, left: float, priority: int, met: Sequence[str]) -> str:
    return f"left={left:.6f};priority={priority}" + (f";together={' '.join(met)}" if met else "")


def _ended(stage: str, hours: float | str) -> str:
    return hours if isinstance(hours, str) else f"hours={hours:.6f}"


def _day(time: float) -> str:
    """Write a time before the first day shortly, but never so that it falls on another day."""
    short = f"{time:g}"
    return short if floor(float(short)) == floor(time) else repr(time)


def _as_noted(stage: str, text: str) -> str:
    return text


class Detail(NamedTuple):
    """How the last column of an event is written, and of how many things."""

    write: Callable[..., str]
    width: int


ROW = "row"  # marks a finished row among the notes
COMMON = 8  # what every note of a task begins with
DETAILS: Mapping[str, Detail] = MappingProxyType(
    {
        "task_open": Detail(_opened, 8),
        "task_start": Detail(_started, 3),
        "task_end": Detail(_ended, 1),
        "task_book": Detail(_as_noted, 1),
        "task_wait": Detail(_as_noted, 1),
        "task_pause": Detail(_as_noted, 1),
        "task_cancel": Detail(_as_noted, 1),
    }
)
