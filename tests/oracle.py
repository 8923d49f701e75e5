"""Every number of the summary again, from the written event log and the scenario alone.

Slow and plain on purpose, and it shares no code with `sim.measure`: the log is read back as
text, and each measure is worked out by looping over what happened, as its line in
`sim.measure.series.MEANINGS` says. Only the calendar (dates, months, due times) is the product's.

What is open "at a month end" is what is open when that instant's task ends, with what they
cause, have happened and nothing else of it has (DESIGN 5, "Ties"): see `Oracle._rows_before`.
What happens at a time belongs to the month of its date.
"""

from __future__ import annotations

import csv
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil
from pathlib import Path
from typing import Any

from sim.calendar import Calendar, Duration

COLUMNS = [
    *("time", "date", "event", "child", "stage", "team", "worker"),
    *("task", "kind", "timescale", "due", "detail"),
]
FRONT = ("mash", "single_assessment")
SAFEGUARDED = (
    *("core_group", "protection_plan_visit", "review_conference"),
    *("looked_after_review", "looked_after_visit"),
)
ONE_SITTING = (
    *("screening", "other_contacts", "tac_meeting", "icpc"),
    *("introduction", "introduction_second", "supervised_contact"),
    *(*SAFEGUARDED, "short_break_review", "short_break_visit"),
)
ACCEPTED = ("single_assessment", "strategy_discussion")
NEVER = 10**12
O2R = "open_to_review"
UNSETTLED = ("initial_plan", "updating_assessment", "crisis")
PARENTS = {"life_limiting", "parents_agree"}


@dataclass(slots=True)
class Row:
    """One line of the log; `place` is its number in the file, from 0."""

    place: int
    time: float
    date: str
    event: str
    child: str
    stage: str
    team: str
    worker: str
    task: str
    kind: str
    timescale: str
    due: int | None
    detail: dict[str, str]


def read(path: Path) -> list[Row]:
    """Read a log that `EventLog.write` has written."""
    rows = []
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file)
        assert next(lines) == COLUMNS
        for place, line in enumerate(lines):
            time, date, event, child, stage, team, worker, task, kind, timescale, due, text = line
            detail = dict(part.split("=", 1) for part in text.split(";")) if text else {}
            rows.append(
                Row(
                    place,
                    float(time),
                    date,
                    event,
                    child,
                    stage,
                    team,
                    worker,
                    task,
                    kind,
                    timescale,
                    int(due) if due else None,
                    detail,
                )
            )
    return rows


@dataclass(slots=True)
class Stay:
    """A child in a stage. `ended` is the place of the row, NEVER if there is none."""

    child: str
    stage: str
    since: float
    begun: int
    detail: dict[str, str]
    until: float = math.inf
    ended: int = NEVER
    to: str = ""
    reason: str = ""


@dataclass(slots=True)
class Part:
    """A worker's part in a case, or a person in a post."""

    child: str
    worker: str
    role: str
    stage: str
    since: float
    begun: int
    until: float = math.inf
    ended: int = NEVER
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sitting:
    """One uninterrupted spell of a worker at a task."""

    worker: str
    since: float
    begun: int
    whole: bool  # done in one go; other sittings are taken up again after half a day
    until: float = math.inf
    met: frozenset[str] = frozenset()  # siblings' tasks met in it (of two workers', the first's)


@dataclass(slots=True)
class Task:
    """A task from opening to end or cancellation."""

    id: str
    child: str
    kind: str
    timescale: str
    stage: str
    begun: int
    since: float
    due: int
    hours: float
    detail: dict[str, str]
    sittings: list[Sitting] = field(default_factory=list)
    until: float = math.inf
    ended: int = NEVER
    how: str = ""  # end, met or cancel
    why: str = ""  # of a cancellation
    second: Task | None = None
    first: Task | None = None

    @property
    def promised_in(self) -> str:
        """The stage in which it was promised."""
        return self.detail.get("promised_in", self.stage)

    @property
    def kept(self) -> tuple[float, int] | None:
        """When the last of its workers had finished: time and place."""
        if self.how not in ("end", "met"):
            return None
        if self.second is None:
            return self.until, self.ended
        if self.second.ended == NEVER or self.second.why == "closed":
            return None  # what ended with the case was not kept; a hub may need no second worker
        return max(self.until, self.second.until), max(self.ended, self.second.ended)


@dataclass(slots=True)
class Promise:
    """A recurring promise running to a child, in the stage to which it counts."""

    child: str
    timescale: str
    stage: str
    interval: str
    since: float
    until: float = math.inf
    begun: int = 0
    ended: int = NEVER


@dataclass(slots=True)
class Told:
    """What the log has told so far of what the rules of Open to Review ask."""

    known: str = ""
    is_sibling: bool = False
    route: str = "none"
    package_hours: float = 0.0
    on: set[str] = field(default_factory=set)
    changes: list[float] = field(default_factory=list)
    crises: list[float] = field(default_factory=list)
    plan_ended: float | None = None
    in_hand: set[str] = field(default_factory=set)

    def learn(self, row: Row) -> None:
        """Take in one row."""
        detail, status = row.detail, row.detail.get("status", "")
        if "family" in detail:
            self.known, self.is_sibling = detail["known"], detail["sibling"] == "1"
        if "package_hours" in detail:
            self.package_hours = float(detail["package_hours"])
        if row.event == "found" and "need" in detail and "what" not in detail:
            self.known = detail["need"]
        elif row.event == "decision" and detail["outcome"] == "package_changed":
            self.changes.append(row.time)
        elif row.event == "status_on":
            self.on.add(status)
            if status == "overnight":
                self.route = detail["route"]
        elif row.event == "status_off":
            self.on.discard(status)
            if status == "overnight":
                self.route = "none"
            elif status == "child_protection_plan":
                self.plan_ended = row.time
        elif row.kind in UNSETTLED and row.event == "task_open":
            self.in_hand.add(row.task)
            if row.kind == "crisis":
                self.crises.append(row.time)
        elif row.kind in UNSETTLED and row.event in ("task_end", "task_cancel"):
            self.in_hand.discard(row.task)


def overlap(since: float, until: float, first: float, end: float) -> float:
    """Length of what two spells have in common."""
    return max(0.0, min(until, end) - max(since, first))


def mean(values: Iterable[float]) -> float | None:
    values = list(values)
    return sum(values) / len(values) if values else None


def ratio(over: float, under: float) -> float | None:
    return over / under if under > 0 else None


def in_band(days: int, band: str) -> bool:
    """Whether a number of days is in a band written as "0", "11-20" or "61+"."""
    if band.endswith("+"):
        return days >= int(band[:-1])
    low, _, high = band.partition("-")
    return int(low) <= days <= int(high or low)


class Oracle:
    """One replication as its log tells it."""

    def __init__(self, rows: Sequence[Row], scenario: Any) -> None:
        self.rows = rows
        self.scenario = scenario
        self.calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
        self.horizon = float(self.calendar.horizon)
        self.months = self.calendar.months
        self.year = 1.0 / self.calendar.years_per_day  # working days in a year
        self.month_of = self.calendar.month_of()
        self.hubs = list(scenario.stages)
        self.guessed: list[tuple[str, str, float]] = []  # carried promises the log leaves open
        self._read()
        self.cuts = [self._rows_before(month.end) for month in self.months]
        self._promises = self._read_promises()

    def value(self, address: str, first: int, end: int) -> float | None:
        """A measure over months `first` to `end` (excluded); None where it has no value."""
        name, where = address.split("@")
        measure, _, what = name.partition(":")
        return getattr(self, measure)(where, range(first, end), what)

    # --- what happened ---------------------------------------------------------------------------

    def _read(self) -> None:
        self.stays: list[Stay] = []
        self.holding: list[Part] = []
        self.posts: list[Part] = []
        self.tasks: list[Task] = []
        self.family: dict[str, str] = {}
        in_stage: dict[str, Stay] = {}
        works: dict[tuple[str, str], Part] = {}
        in_post: dict[str, Part] = {}
        open_now: dict[str, Task] = {}
        sitting: dict[tuple[str, str], Sitting] = {}
        self.absent: dict[str, list[list[float]]] = defaultdict(list)
        self.rates: dict[str, list[tuple[float, int, float]]] = defaultdict(list)
        self.pool: dict[str, str] = {}
        for row in self.rows:
            event, child, worker, detail = row.event, row.child, row.worker, row.detail
            if "family" in detail:
                self.family[child] = detail["family"]
            if event == "stage_enter":
                in_stage[child] = Stay(child, row.stage, row.time, row.place, detail)
                self.stays.append(in_stage[child])
            elif event == "stage_leave":
                stay = in_stage.pop(child)
                stay.until, stay.ended = row.time, row.place
                stay.to, stay.reason = detail["to"], detail["reason"]
                stay.detail = stay.detail | {f"leave.{k}": v for k, v in detail.items()}
            elif event == "allocate":
                part = Part(child, worker, detail["as"], row.stage, row.time, row.place)
                works[child, detail.get("for", detail["as"])] = part
                self.holding.append(part)
                self.rates[worker].append((row.time, row.place, float(detail["free"])))
            elif event == "deallocate":
                part = works.pop((child, detail.get("for", detail["as"])))
                assert part.worker == worker
                part.until, part.ended = row.time, row.place
                self.rates[worker].append((row.time, row.place, float(detail["free"])))
            elif event == "filled":
                self._end_post(in_post, row)
                part = Part("", worker, detail["role"], "", row.time, row.place, detail=detail)
                in_post[worker] = part
                self.posts.append(part)
                free = float(detail["hours"]) - float(detail["reserved"])
                self.rates[worker].append((row.time, row.place, free))
                self.pool[worker] = f"{detail['team']}.{detail['role']}"
            elif event == "vacant":
                self._end_post(in_post, row)
            elif event == "absent":
                spells = self.absent[worker]
                if not spells or spells[-1][1] < math.inf:  # else it goes on for another reason
                    spells.append([row.time, math.inf])
            elif event == "present":
                self.absent[worker][-1][1] = row.time
            elif event == "task_open":
                assert row.due is not None
                task = Task(
                    row.task,
                    child,
                    row.kind,
                    row.timescale,
                    row.stage,
                    row.place,
                    row.time,
                    row.due,
                    float(detail["hours"]),
                    detail,
                )
                open_now[row.task] = task
                self.tasks.append(task)
                if "with" in detail:
                    task.first = open_now.get(detail["with"])
                    if task.first is not None:
                        task.first.second = task
            elif event == "task_start":
                one = Sitting(worker, row.time, row.place, self._in_one_go(row))
                met = [open_now[other] for other in detail.get("together", "").split()]
                one.met = frozenset((other.first or other).id for other in met)
                sitting[row.task, worker] = one
                open_now[row.task].sittings.append(one)
            elif event == "task_pause":
                sitting.pop((row.task, worker)).until = row.time
            elif event in ("task_end", "task_cancel"):
                task = open_now.pop(row.task)
                task.until, task.ended = row.time, row.place
                task.why = detail.get("why", "")
                task.how = "cancel" if event == "task_cancel" else "end" if worker else "met"
                if task.how == "end":
                    sitting.pop((row.task, worker)).until = row.time

    def _in_one_go(self, row: Row) -> bool:
        """Whether the work is a visit or a meeting, done in one sitting however long."""
        if row.kind in ONE_SITTING or row.kind == "provider_review":
            return True
        stage = self.scenario.stages.get(row.stage)
        task = self._task_of(stage, row.kind)[0] if stage is not None else None
        return task is not None and (task.one_sitting or task.appointment)

    def _task_of(self, stage: Any, kind: str) -> tuple[Any, str]:
        """What a stage says of a kind of work, and the task whose promise it keeps.

        One that takes turns with another, or is done where there is no EHC plan, has another
        name; the latter is otherwise as the stage's own task.
        """
        name = kind.removesuffix("_second")
        for task_name, task in stage.tasks.items():
            if name == task_name:
                return task, task_name
            if task.every_other is not None and name == task.every_other.name:
                return task.every_other, task_name
            if task.without_ehc_plan is not None and name == task.without_ehc_plan.name:
                return task, task_name
        return None, ""

    def _end_post(self, in_post: dict[str, Part], row: Row) -> None:
        part = in_post.pop(row.worker, None)
        if part is not None:
            part.until, part.ended = row.time, row.place

    def _rows_before(self, end: int) -> int:
        """Count the rows that come before the look at a month end.

        All rows of earlier times, and of that instant what comes before the day breaks:
        people, allocation to those who waited, the transfer list. (Openings, bookings and
        starts, which follow, change nothing that is looked at.)
        """
        if end >= self.horizon:
            return len(self.rows)
        entered = set()
        people = ("filled", "vacant", "absent", "present", "task_start")
        for row in self.rows:
            if row.time < end:
                continue
            if row.time > end or row.event in people:
                return row.place
            at_the_look = row.event == "transfer_refuse" and row.detail["why"] != "withdrawn"
            at_the_look |= row.detail.get("outcome", "").startswith(("move_", "interim_"))
            if row.event in ("transfer_escalate", "transfer_agree") or at_the_look:
                return row.place
            if row.event == "stage_enter":
                entered.add(row.child)
            if row.event == "allocate" and row.child not in entered:
                return row.place
        return len(self.rows)

    # --- when ------------------------------------------------------------------------------------

    def span(self, months: range) -> tuple[float, float]:
        """Begin and end of a period."""
        return float(self.months[months[0]].first), float(self.months[months[-1]].end)

    def within(self, time: float, months: range) -> bool:
        """Whether something happens in a period, by its date."""
        return self.month_of[math.floor(time)] in months

    def falls_due(self, due: int, months: range) -> bool:
        """Whether the last day on time lies in a period (of the run)."""
        return 0 < due <= self.horizon and self.within(due - 1, months)

    # --- what is so at a month end ---------------------------------------------------------------

    def children_at(self, month: int) -> dict[str, Stay]:
        """Children in any stage."""
        cut = self.cuts[month]
        return {s.child: s for s in self.stays if s.begun < cut <= s.ended}

    @cached_property
    def _children(self) -> list[dict[str, Stay]]:
        return [self.children_at(month) for month in range(len(self.months))]

    @cached_property
    def _late(self) -> list[list[Task]]:
        """Tasks past due and not done, month by month."""
        return [
            [t for t in self.tasks if t.begun < cut <= t.ended and t.due <= month.end]
            for month, cut in zip(self.months, self.cuts, strict=True)
        ]

    @cached_property
    def _late_on_day_one(self) -> list[Task]:
        return [t for t in self.tasks if t.since == 0 and t.due <= 0]

    def parts_at(self, month: int) -> list[Part]:
        cut = self.cuts[month]
        return [p for p in self.holding if p.begun < cut <= p.ended]

    def posts_at(self, month: int, pool: str) -> list[Part]:
        cut = self.cuts[month]
        return [p for p in self.posts if p.begun < cut <= p.ended and self.pool[p.worker] == pool]

    def late_in(self, month: int, where: str) -> list[Task]:
        """Late tasks of the children in a stage (of all children: ``service``)."""
        children = self._children[month]
        return [
            t
            for t in self._late[month]
            if t.child in children and where in ("service", children[t.child].stage)
        ]

    def to_do(self, task: Task, at: float) -> float:
        """Hours still to do on a task at a time."""
        begun = [one for one in task.sittings if one.since < at]
        return max(self.all_hours(task, begun) - sum(self.worked_in(s, 0.0, at) for s in begun), 0)

    def all_hours(self, task: Task, sittings: Iterable[Sitting]) -> float:
        """Hours of a task, with what each brother or sister met in it adds, once."""
        met = {other for one in sittings for other in one.met}
        return task.hours + self.scenario.work.sibling_hours.value * len(met)

    def worked_in(self, one: Sitting, first: float, end: float) -> float:
        """Hours of a sitting in a span: a worker goes on at the rate of when work was taken up.

        The rate falls and rises with the children held; work that goes on over half a day
        is taken up again, at the rate of then, without a row in the log.
        """
        longest = self.scenario.work.longest_sitting.value
        until = min(one.until, self.horizon)
        hours, since = 0.0, one.since
        while since < until:
            then = until if one.whole else min(since + longest, until)
            hours += overlap(since, then, first, end) * self.rate_at(one, since)
            since = then
        return hours

    def rate_at(self, one: Sitting, time: float) -> float:
        """Hours a day of the worker when the work is taken up."""
        for when, place, rate in reversed(self.rates[one.worker]):
            if place < one.begun or (when <= time and time > one.since):
                return rate
        raise AssertionError(f"{one.worker} works without a post")

    def pool_at(self, task: Task, month: int) -> str:
        """The team and role whose hours a late task takes: those of the stage the child is in."""
        stay = self._children[month].get(task.child)
        if stay is not None and stay.stage in self.scenario.stages:
            stage = self.scenario.stages[stay.stage]
            kind = task.kind.removesuffix("_second")
            name = self._task_of(stage, kind)[1]
            if name:
                spec = stage.tasks[name]
                role = spec.second.role if kind != task.kind else spec.role
                return f"{stage.team}.{stage.assigned if role == 'assigned' else stage.holder}"
            if kind == "crisis":
                return self._crisis(stay.stage)
            if kind == "updating_assessment" and self._assessed_for_it(stay, month):
                return self._assessors
            opened = self.scenario.stages.get(task.stage)
            if task.stage == "single_assessment":
                opened = self.scenario.assessment
            if opened is not None and task.detail["pool"] == f"{opened.team}.{opened.holder}":
                return f"{stage.team}.{stage.holder}"  # work that goes with the child
        return task.detail["pool"]

    def _assessed_for_it(self, stay: Stay, month: int) -> bool:
        """Whether a social worker assesses for the hub, whoever began (W22)."""
        if stay.stage not in self.scenario.need_events.updating.holder_does:
            return True
        return any(p.child == stay.child and p.role == "assessor" for p in self.parts_at(month))

    @property
    def _assessors(self) -> str:
        says = self.scenario.need_events.updating
        return f"{says.team}.{says.role}"

    def _crisis(self, now: str) -> str:
        """Work on a crisis is the present holder's, or the assigned worker's."""
        here, work = self.scenario.stages[now], self.scenario.need_events.crises.in_stage.get(now)
        role = here.assigned if work and work.role == "assigned" else here.holder
        return f"{here.team}.{role}"

    # --- stages ----------------------------------------------------------------------------------

    def open_children(self, where: str, months: range, what: str) -> float | None:
        def counts(stay: Stay) -> bool:
            if where == "service":
                return stay.stage not in ("mash", "caf_tac")
            return stay.stage == where

        return mean(sum(counts(s) for s in self._children[m].values()) for m in months)

    def children(self, where: str, months: range, what: str) -> float | None:
        first, end = self.span(months)
        if where == "service":
            open_in = ["single_assessment", *self.hubs]
            return sum(self.children(stage, months, what) or 0.0 for stage in open_in)
        days = sum(overlap(s.since, s.until, first, end) for s in self.stays if s.stage == where)
        return ratio(days, end - first)

    def child_years(self, where: str, months: range) -> float:
        first, end = self.span(months)
        days = sum(overlap(s.since, s.until, first, end) for s in self.stays if s.stage == where)
        return days / self.year

    def _counts(self, stage: str, where: str) -> bool:
        """Whether a stage is the one meant, or one of the service's."""
        return stage == where or (where == "service" and stage not in ("mash", "caf_tac"))

    def unallocated(self, where: str, months: range, what: str) -> float | None:
        counts = []
        for m in months:
            held = {p.child for p in self.parts_at(m) if p.role == "holder"}
            here = [c for c, s in self._children[m].items() if self._counts(s.stage, where)]
            counts.append(sum(c not in held for c in here))
        return mean(counts)

    @cached_property
    def _listed(self) -> list[tuple[str, int, int]]:
        """Child, and the places at which it goes on the transfer list and comes off.

        A no by a manager or the family does not take a child off: the operations manager decides.
        """
        spells = []
        on: dict[str, int] = {}
        for row in self.rows:
            if row.event == "transfer_request":
                on[row.child] = row.place
            elif row.child in on and (
                row.event == "stage_leave"
                or (
                    row.event == "transfer_refuse"
                    and row.detail["why"] not in ("managers", "family")
                )
            ):
                spells.append((row.child, on.pop(row.child), row.place))
        return spells + [(child, place, NEVER) for child, place in on.items()]

    def on_transfer_list(self, where: str, months: range, what: str) -> float | None:
        counts = []
        for m in months:
            cut = self.cuts[m]
            listed = {child for child, begun, ended in self._listed if begun < cut <= ended}
            counts.append(
                sum(s.stage == where and c in listed for c, s in self._children[m].items())
            )
        return mean(counts)

    def waiting_to_move(self, where: str, months: range, what: str) -> float | None:
        return mean(
            sum(
                s.stage == where and self._steps[m].get(c) == what
                for c, s in self._children[m].items()
            )
            for m in months
        )

    @cached_property
    def _steps(self) -> list[dict[str, str]]:
        """What each child on the list waits for, month by month: the last step says."""
        steps: dict[str, str] = {}
        result, cuts = [], list(self.cuts)
        for row in [*self.rows, None]:
            while cuts and (row is None or row.place >= cuts[0]):
                cuts.pop(0)
                result.append(dict(steps))
            if row is None:
                break
            if row.event == "transfer_request" or row.detail.get("outcome") == "move_upheld":
                steps[row.child] = "slot"
            elif row.event == "transfer_agree":
                steps[row.child] = "preparation"
            elif row.event == "transfer_escalate" and row.detail["why"] != "no_slot":
                steps[row.child] = "decision"
            elif row.event in ("transfer_refuse", "stage_leave"):
                steps.pop(row.child, None)
        return result

    @cached_property
    def _escalations(self) -> list[Row]:
        return [row for row in self.rows if row.event == "transfer_escalate"]

    def escalated(self, where: str, months: range, what: str) -> float:
        return float(
            sum(row.stage == where and self.within(row.time, months) for row in self._escalations)
        )

    @cached_property
    def _support_asked(self) -> list[set[str]]:
        """Children waiting for family support, month by month."""
        waiting: set[str] = set()
        result, cuts = [], list(self.cuts)
        for row in [*self.rows, None]:
            while cuts and (row is None or row.place >= cuts[0]):
                cuts.pop(0)
                result.append(set(waiting))
            if row is None:
                break
            if row.event == "task_end" and row.kind == "family_support_request":
                waiting.add(row.child)
            given = row.event == "allocate" and row.detail.get("for") == "family_support"
            given_up = row.detail.get("outcome", "").startswith("family_support_")
            if given or given_up or row.event == "stage_leave":
                waiting.discard(row.child)
        return result

    def family_support_waiting(self, where: str, months: range, what: str) -> float | None:
        return mean(
            sum(
                s.stage == where and c in self._support_asked[m]
                for c, s in self._children[m].items()
            )
            for m in months
        )

    @cached_property
    def _not_found(self) -> list[set[str]]:
        """Children whose need is not what the service knows, month by month."""
        need: dict[str, str] = defaultdict(lambda: "as met")
        known: dict[str, str] = defaultdict(lambda: "as met")
        result, cuts = [], list(self.cuts)
        for row in [*self.rows, None]:
            while cuts and (row is None or row.place >= cuts[0]):
                cuts.pop(0)
                result.append({c for c in {*need, *known} if need[c] != known[c]})
            if row is None:
                break
            if row.event == "need":
                need[row.child] = row.detail["to"]
            elif row.event == "found" and "what" in row.detail:
                continue  # not the level of need
            elif row.event == "found":
                known[row.child] = row.detail["need"]
                need[row.child] = row.detail["need"]
            elif "need" in row.detail:
                need[row.child] = row.detail["need"]
                known[row.child] = row.detail.get("known", row.detail["need"])
        return result

    def not_found(self, where: str, months: range, what: str) -> float | None:
        return mean(
            sum(s.stage == where and c in self._not_found[m] for c, s in self._children[m].items())
            for m in months
        )

    # --- Open to Review --------------------------------------------------------------------------

    @cached_property
    def _bars(self) -> list[dict[str, str]]:
        """The first rule of Open to Review that bars each child, month by month; "" if none.

        The rules again, from what the log has told of the child: written without the product's.
        """
        told: dict[str, Told] = defaultdict(Told)
        result = []
        rows = iter(self.rows)
        place = 0
        for month, cut in zip(self.months, self.cuts, strict=True):
            while place < cut:
                row = next(rows)
                if row.child:
                    told[row.child].learn(row)
                place += 1
            now = float(month.end)
            here = self._children[self.months.index(month)]
            result.append({c: self._barred(c, told, here, now) for c in here})
        return result

    def _barred(self, child: str, told: dict[str, Told], here: dict[str, Stay], now: float) -> str:
        to = self.scenario.stages[O2R]
        if told[child].known not in self._stable:
            return "need_is_stable"
        mine, says = told[child], to.settings
        of_family = [c for c in self._families[self.family[child]] if c != child and c in here]
        changes = sum(t > now - says.package_span.value.working_days() for t in mine.changes)
        lately = now - says.events_span.value.working_days()
        events = sum(t > lately for t in [*mine.changes, *mine.crises])
        ended = mine.plan_ended
        significant = mine.route in says.significant_overnight
        is_complex = mine.package_hours > says.complex_plan_hours.value
        in_care = mine.on & {"looked_after", "short_break_looked_after"}
        fails = {
            "need_is_stable": bool(mine.in_hand),
            "no_safeguarding_concern": "safeguarding_concern" in mine.on,
            "not_on_a_protection_plan": "child_protection_plan" in mine.on,
            "not_looked_after": bool(in_care) or mine.route in says.looked_after_routes,
            "no_continuing_care": "continuing_care" in mine.on,
            "health_is_stable": "unstable_health" in mine.on,
            "parents_agree_if_life_limited": {"life_limiting"} == mine.on & PARENTS,
            "no_significant_overnight_unless_it_works_well": significant
            and is_complex
            and "overnight_works_well" not in mine.on,
            "package_seldom_changes": changes > says.package_changes.value,
            "two_reviews_a_year_suffice": events > says.events.value,
            "long_enough_after_a_protection_plan": ended is not None
            and now - ended < says.after_protection_plan.value.working_days(),
            "outcomes_are_clear": "clear_outcomes" not in mine.on,
            "no_sibling_in_need": mine.is_sibling
            or any(here[c].stage in self.hubs and not self._closing(c, now) for c in of_family),
        }
        return next((name for name in to.guards if fails[name]), "")

    @cached_property
    def _families(self) -> dict[str, list[str]]:
        families: dict[str, list[str]] = defaultdict(list)
        for child, family in self.family.items():
            families[family].append(child)
        return families

    def _closing(self, child: str, now: float) -> bool:
        """Whether a case is being closed."""
        return any(t.since <= now < t.until for t in self._closures.get(child, ()))

    @cached_property
    def _closures(self) -> dict[str, list[Task]]:
        closures: dict[str, list[Task]] = defaultdict(list)
        for task in self.tasks:
            if task.kind == "closure":
                closures[task.child].append(task)
        return closures

    @cached_property
    def _stable(self) -> set[str]:
        needs = self.scenario.population.needs
        return {name for name, need in needs.items() if O2R in (need.served_by or ())}

    def _held_elsewhere(self, month: int) -> dict[str, str]:
        children = self._children[month]
        return {c: s.stage for c, s in children.items() if s.stage in self.hubs and s.stage != O2R}

    def eligible(self, where: str, months: range, what: str) -> float | None:
        assert what == O2R
        return mean(
            sum(s == where and not self._bars[m][c] for c, s in self._held_elsewhere(m).items())
            for m in months
        )

    def barred(self, where: str, months: range, what: str) -> float | None:
        return mean(sum(self._bars[m][c] == what for c in self._held_elsewhere(m)) for m in months)

    def work(self, months: range) -> dict[tuple[str, str], tuple[float, int]]:
        """Hours and number of the tasks finished in a period, by pool and kind."""
        hours: dict[tuple[str, str], list[float]] = defaultdict(list)
        for row in self.rows:
            if row.event == "task_end" and row.worker and self.within(row.time, months):
                hours[self.pool[row.worker], row.kind].append(float(row.detail["hours"]))
        return {key: (sum(each), len(each)) for key, each in hours.items()}

    # --- holders ---------------------------------------------------------------------------------

    @cached_property
    def _changes(self) -> list[Row]:
        """Each change of the person holding the case."""
        changes = []
        last: dict[str, str] = {}
        for row in self.rows:
            if row.event == "close":
                last.pop(row.child, None)
            elif row.event == "allocate" and row.detail["as"] == "holder":
                if "minding" in row.detail:
                    continue  # cover, not a change of holder
                if last.get(row.child, row.worker) != row.worker:
                    changes.append(row)
                last[row.child] = row.worker
        return changes

    def holder_changes(self, where: str, months: range, what: str) -> float | None:
        changes = [r for r in self._changes if self.within(r.time, months)]
        if where == "service":
            open_in = ["single_assessment", *self.hubs]
            years = sum(self.child_years(stage, months) for stage in open_in)
            return ratio(sum(row.stage in open_in for row in changes), years)
        number = sum(row.stage == where for row in changes)
        return ratio(number, self.child_years(where, months))

    def _stepped(self, months: range, down: bool) -> float:
        """Moves between stages, the most intensive first and CAF/TAC last, up or down."""
        order = [*self.hubs, "caf_tac"]
        number = 0
        for stay in self._left(months):
            if stay.stage == "caf_tac" and stay.to == "single_assessment":
                number += not down
            elif stay.stage in order and stay.to in order:
                number += (order.index(stay.to) > order.index(stay.stage)) == down
        return float(number)

    def step_ups(self, where: str, months: range, what: str) -> float:
        return self._stepped(months, down=False)

    def step_downs(self, where: str, months: range, what: str) -> float:
        return self._stepped(months, down=True)

    def three_holders(self, where: str, months: range, what: str) -> float | None:
        """Counted at the end of each run year, or of the run if that comes first."""
        number = 0
        for year in self.calendar.years:
            span = [m for m, x in enumerate(self.months) if year.first <= x.first < year.end]
            if span[-1] in months:
                year_months = range(span[0], span[-1] + 1)
                changes = [r for r in self._changes if self.within(r.time, year_months)]
                in_year = Counter(row.child for row in changes)
                number += sum(times >= 3 for times in in_year.values())
        return float(number)

    # --- promises --------------------------------------------------------------------------------

    def on_time(self, where: str, months: range, what: str) -> float | None:
        outcomes = self.outcomes(where, months, what)
        counted = ("met", "late", "open", "ended")
        return ratio(outcomes["met"], sum(outcomes[o] for o in counted))

    def outcomes(self, where: str, months: range, what: str) -> Counter[str]:
        """How the promises due in a period turned out."""
        tasks = self._cell.get((what, where), ())
        return Counter(self._outcome(t) for t in tasks if self.falls_due(t.due, months))

    @cached_property
    def _cell(self) -> dict[tuple[str, str], list[Task]]:
        """Tasks by timescale and the stage in which it was promised."""
        tasks: dict[tuple[str, str], list[Task]] = defaultdict(list)
        for task in self.tasks:
            if task.timescale:
                tasks[task.timescale, task.promised_in].append(task)
        return tasks

    def _outcome(self, task: Task) -> str:
        if task.kept is not None:
            return "met" if task.kept[0] <= task.due else "late"
        last = task.second if task.second is not None and task.how != "cancel" else task
        if last.how == "cancel":
            return "ended" if last.until > task.due else "given up in time"
        return "open"

    def _read_promises(self) -> list[Promise]:
        """Every spell of a recurring promise, in the cell to which it counts."""
        steps: list[tuple[int, str, Any]] = []
        for stay in self.stays:
            steps.append((stay.begun, "enter", stay))
            steps.append((stay.ended, "leave", stay))
        for row in self._intervals_changed:
            steps.append((row.place, "changed", row))
        for task in self.tasks:
            if task.timescale and task.kept is not None:
                steps.append((task.kept[1], "kept", task))
        running: dict[tuple[str, str], Promise] = {}
        before: dict[tuple[str, str], Promise] = {}
        here: dict[str, Stay] = {}
        now: dict[str, dict[str, str]] = {}  # the intervals promised to each child
        spells = []

        def begin(child: str, timescale: str, stage: str, interval: str, now: float) -> None:
            running[child, timescale] = Promise(child, timescale, stage, interval, now)
            spells.append(running[child, timescale])

        for _, what, thing in sorted(steps, key=lambda step: step[:1]):
            child = thing.child
            if what == "enter":
                here[child] = thing
                now[child] = dict(self._every(thing))
                for timescale, interval in self._every(thing):
                    if timescale not in self._of_stages:
                        continue
                    old = before.get((child, timescale))
                    if old is not None and self._carried(old, thing, interval):
                        begin(child, timescale, old.stage, old.interval, thing.since)
                    else:
                        begin(child, timescale, thing.stage, interval, thing.since)
            elif what == "leave":
                here.pop(child, None)
                for key in [key for key in before if key[0] == child]:
                    del before[key]
                for key in [key for key in running if key[0] == child]:
                    promise = running.pop(key)
                    promise.until = thing.until
                    if thing.to in self.hubs:
                        before[key] = promise
            elif what == "changed":
                every = dict(self._every(thing))
                for key in [key for key in running if key[0] == child and key[1] not in every]:
                    running.pop(key).until = thing.time  # a status keeps others instead
                for timescale, interval in every.items():
                    if timescale not in self._of_stages:
                        continue  # it follows the child
                    now[child][timescale] = interval
                    if (child, timescale) not in running:
                        begin(child, timescale, here[child].stage, interval, thing.time)
                    promise = running[child, timescale]
                    own = promise.stage == here[child].stage
                    if own and promise.interval != interval:
                        promise.until = thing.time
                        begin(child, timescale, promise.stage, interval, thing.time)
            elif child in here and (child, thing.timescale) in running:
                promise = running[child, thing.timescale]
                if promise.stage != here[child].stage:
                    promise.until = thing.kept[0]
                    interval = now[child][thing.timescale]
                    begin(child, thing.timescale, here[child].stage, interval, promise.until)
        return [*spells, *self._that_follow()]

    @cached_property
    def _of_stages(self) -> set[str]:
        """Timescales that a stage promises; others follow the child and count in the service."""
        return {t.timescale for s in self.scenario.stages.values() for t in s.tasks.values()}

    def _that_follow(self) -> list[Promise]:
        """Spells of the promises that follow the child, told anew whenever one changes."""
        running: dict[str, dict[str, Promise]] = defaultdict(dict)
        spells = []
        for row in self.rows:
            changed = row.detail.get("outcome") == "interval_changed"
            if row.event not in ("stage_enter", "stage_leave") and not changed:
                continue
            every = {
                key.removeprefix("every."): interval
                for key, interval in row.detail.items()
                if key.startswith("every.") and key.removeprefix("every.") not in self._of_stages
            }
            mine = running[row.child]
            for timescale, promise in list(mine.items()):
                if every.get(timescale) != promise.interval:
                    promise.until, promise.ended = row.time, row.place
                    del mine[timescale]
            for timescale, interval in every.items():
                if timescale not in mine:
                    where = self._counts_in(timescale)
                    promise = Promise(row.child, timescale, where, interval, row.time)
                    promise.begun = row.place
                    mine[timescale] = promise
                    spells.append(promise)
        return spells

    def _counts_in(self, timescale: str) -> str:
        """Where a promise that follows the child counts: plans and care, in their hub."""
        return self.scenario.safeguarding.hub if timescale in SAFEGUARDED else "service"

    @cached_property
    def _told(self) -> list[dict[str, dict[str, str]]]:
        """What was last said to be promised to each child, month by month."""
        told: dict[str, dict[str, str]] = {}
        result, cuts = [], list(self.cuts)
        for row in [*self.rows, None]:
            while cuts and (row is None or row.place >= cuts[0]):
                cuts.pop(0)
                result.append(dict(told))
            if row is None:
                break
            if row.event == "stage_enter" or row.detail.get("outcome") == "interval_changed":
                told[row.child] = row.detail
        return result

    @cached_property
    def _intervals_changed(self) -> list[Row]:
        """Where the log says that other intervals are promised from now on."""
        return [row for row in self.rows if row.detail.get("outcome") == "interval_changed"]

    def _every(self, told: Stay | Row) -> list[tuple[str, str]]:
        """The timescales that a stay (or a change of intervals) promises, with their intervals."""
        return [
            (key.removeprefix("every."), value)
            for key, value in told.detail.items()
            if key.startswith("every.")
        ]

    def _carried(self, old: Promise, stay: Stay, interval: str) -> bool:
        """Whether a promise of the stage before goes on: its task is open, or due no later."""
        child, timescale = old.child, old.timescale
        mine = [t for t in self._tasks_of[child] if t.timescale == timescale]
        for task in mine:
            done = task.kept[1] if task.kept is not None else NEVER
            if task.how == "cancel":
                done = task.ended
            if task.begun < stay.begun <= done:
                return True
        new_due = self.calendar.due(stay.since, Duration.parse(interval))
        left = next(s for s in self._stays_of[child] if s.until == stay.since)
        said = left.detail.get(f"leave.due.{timescale}")
        if said is not None:
            return int(said) <= new_due
        # The log does not say when it was due: the next task that opened tells.
        coming = next((t for t in mine if t.begun > stay.begun), None)
        if coming is not None and coming.promised_in != coming.stage:
            return coming.promised_in == old.stage
        if coming is not None and coming.stage != old.stage:
            return False
        self.guessed.append((child, timescale, stay.since))
        kept = [t.kept[0] for t in mine if t.kept is not None and t.kept[1] < stay.begun]
        if kept:
            last = max(kept)
        else:
            starts = [s for s in self._stays_of[child] if s.begun < stay.begun]
            firsts = [s for s in starts if f"last.{timescale}" in s.detail]
            last = float(firsts[0].detail[f"last.{timescale}"]) if firsts else old.since
        return self.calendar.due(last, Duration.parse(old.interval)) <= new_due

    @cached_property
    def _stays_of(self) -> dict[str, list[Stay]]:
        stays: dict[str, list[Stay]] = defaultdict(list)
        for stay in self.stays:
            stays[stay.child].append(stay)
        return stays

    @cached_property
    def _tasks_of(self) -> dict[str, list[Task]]:
        mine: dict[str, list[Task]] = defaultdict(list)
        for task in self.tasks:
            mine[task.child].append(task)
        return mine

    def not_yet_due(self, timescale: str, stage: str) -> int:
        """Promises running at the end of the run and due after it."""
        late = {
            (t.child, t.timescale) for t in self.tasks if self._runs(t) and t.due <= self.horizon
        }
        number = sum(
            p.until == math.inf and (p.child, p.timescale) not in late
            for p in self._promises
            if (p.timescale, p.stage) == (timescale, stage)
        )
        every = {(p.child, p.timescale) for p in self._promises if p.until == math.inf}
        once = [t for t in self._cell.get((timescale, stage), ()) if self._runs(t)]
        return number + sum(
            (t.child, t.timescale) not in every and t.due > self.horizon for t in once
        )

    def _runs(self, task: Task) -> bool:
        """Whether a promise's task has been opened, and has neither been kept nor given up."""
        return bool(task.timescale) and task.kept is None and task.how != "cancel"

    def delivered(self, where: str, months: range, what: str) -> float | None:
        held = sum(
            t.kept is not None and self.within(t.kept[0], months)
            for t in self._cell.get((what, where), ())
        )
        first, end = self.span(months)
        required = sum(
            overlap(p.since, p.until, first, end) / self.year / Duration.parse(p.interval).years()
            for p in self._promises
            if (p.timescale, p.stage) == (what, where)
        )
        return ratio(held, required)

    def held_a_year(self, where: str, months: range, what: str) -> float | None:
        held = sum(
            t.kept is not None and self.within(t.kept[0], months)
            for t in self._cell.get((what, where), ())
        )
        first, end = self.span(months)
        years = sum(
            overlap(p.since, p.until, first, end) / self.year
            for p in self._promises
            if (p.timescale, p.stage) == (what, where)
        )
        return ratio(held, years)

    def _promised(self, where: str, month: int, what: str) -> list[str]:
        if where == "service" or what not in self._of_stages:
            cut = self.cuts[month]
            return [
                promise.child
                for promise in self._promises
                if (promise.timescale, promise.stage) == (what, where)
                if promise.begun < cut <= promise.ended
            ]
        return [
            child
            for child, stay in self._children[month].items()
            if stay.stage == where and f"every.{what}" in self._told[month][child]
        ]

    def _overdue(self, where: str, month: int, what: str) -> dict[str, Task]:
        """Children promised it with a task of it past due, and the task."""
        promised = set(self._promised(where, month, what))
        late = {}
        for task in self._late[month]:
            timescale = task.timescale
            if task.first is not None:
                timescale = task.first.timescale
            if timescale == what and task.child in promised:
                late[task.child] = task
        return late

    def in_date(self, where: str, months: range, what: str) -> float | None:
        promised = sum(len(self._promised(where, m, what)) for m in months)
        late = sum(len(self._overdue(where, m, what)) for m in months)
        return ratio(promised - late, promised)

    def _overdue_by(self, where: str, months: range, what: str, share: float) -> float | None:
        counts = []
        for m in months:
            late = self._overdue(where, m, what).values()
            counts.append(
                sum(
                    self.months[m].end - t.due
                    >= share * round(Duration.parse(t.detail["interval"]).working_days())
                    for t in late
                )
            )
        return mean(counts)

    def overdue_half(self, where: str, months: range, what: str) -> float | None:
        return self._overdue_by(where, months, what, 0.5)

    def overdue_full(self, where: str, months: range, what: str) -> float | None:
        return self._overdue_by(where, months, what, 1.0)

    # --- backlog ---------------------------------------------------------------------------------

    def backlog(self, where: str, months: range, what: str) -> float | None:
        return mean(len(self.late_in(m, where)) for m in months)

    def backlog_hours(self, where: str, months: range, what: str) -> float | None:
        return mean(
            sum(self.to_do(t, self.months[m].end) for t in self.late_in(m, where)) for m in months
        )

    def days_past_due(self, where: str, months: range, what: str) -> float | None:
        days = [self.months[m].end - t.due for m in months for t in self.late_in(m, where)]
        return mean(days)

    def longest_past_due(self, where: str, months: range, what: str) -> float | None:
        days = [self.months[m].end - t.due for m in months for t in self.late_in(m, where)]
        return float(max(days, default=0))

    # --- hours -----------------------------------------------------------------------------------

    def hours_worked(self, where: str, months: range, what: str) -> float:
        return sum(self._worked[where, month] for month in months)

    @cached_property
    def _worked(self) -> Counter[tuple[str, int]]:
        """Hours by pool and month."""
        hours: Counter[tuple[str, int]] = Counter()
        for task in self.tasks:
            for one in task.sittings:
                last = min(one.until, self.horizon - 1)
                for m in range(self.month_of[int(one.since)], self.month_of[int(last)] + 1):
                    spent = self.worked_in(one, self.months[m].first, self.months[m].end)
                    hours[self.pool[one.worker], m] += spent
        return hours

    @cached_property
    def _for_children(self) -> Counter[tuple[str, str, int]]:
        """Hours worked for the children of a stage, by stage, pool and month."""
        hours: Counter[tuple[str, str, int]] = Counter()
        for task in self.tasks:
            if not task.child and task.kind != "contacts":
                continue
            for one in task.sittings:
                last = min(one.until, self.horizon - 1)
                for m in range(self.month_of[int(one.since)], self.month_of[int(last)] + 1):
                    spent = self.worked_in(one, self.months[m].first, self.months[m].end)
                    if spent == 0.0:
                        continue
                    ended = min(self._ends_at(task, one), self.cuts[m])
                    stages = {self._stage_of(task, one): 1.0}
                    if not task.child:
                        stages = self._calls_about(one.worker, ended)
                    for stage, share in stages.items():
                        hours[stage, self.pool[one.worker], m] += spent * share
        return hours

    def _ends_at(self, task: Task, one: Sitting) -> int:
        """The row at which a sitting ends: the first after its begin with that task and worker."""
        return next(
            (
                row.place
                for row in self._endings[task.id]
                if row.place > one.begun and row.worker == one.worker
            ),
            NEVER,
        )

    @cached_property
    def _endings(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if row.event in ("task_pause", "task_end"):
                found[row.task].append(row)
        return found

    def _stage_of(self, task: Task, one: Sitting) -> str:
        """The stage the child is in during a sitting: a move ends it."""
        stays = self._stays_of[task.child]
        return next((s.stage for s in stays if s.begun < one.begun < s.ended), "")

    @cached_property
    def _parts_of(self) -> dict[str, list[Part]]:
        found: dict[str, list[Part]] = defaultdict(list)
        for part in self.holding:
            if part.role in ("holder", "assigned"):
                found[part.worker].append(part)
        return found

    def _calls_about(self, worker: str, place: int) -> dict[str, float]:
        """Shares of calls by the stage of the children a worker has when the row comes."""
        weights: Counter[str] = Counter()
        for part in self._parts_of[worker]:
            spec = self.scenario.stages.get(part.stage)
            if spec is None or not part.begun < place <= part.ended:
                continue
            calls = spec.contacts if part.role == "holder" else spec.assigned_contacts
            weights[part.stage] += calls.hours_a_week.value if calls is not None else 0.0
        total = sum(weights.values())
        return {stage: w / total for stage, w in weights.items()} if total else {}

    def _blocked(self, where: str, role: str, months: range) -> float:
        """Hours blocked for the children of a stage, in a role's days."""
        spec = self.scenario.stages.get(where)
        if spec is None:
            return 0.0
        own = spec.reserves.holder if spec.holder == role else {}
        other = spec.reserves.assigned if spec.assigned == role else {}
        hours = sum(hours.value for hours in (*own.values(), *other.values()))
        return hours * self.child_years(where, months)

    def hours_a_child(self, where: str, months: range, what: str) -> float | None:
        worked = sum(
            hours
            for (stage, pool, month), hours in self._for_children.items()
            if stage == where and month in months and pool.partition(".")[2] == what
        )
        worked += self._blocked(where, what, months)
        return ratio(worked, self.child_years(where, months))

    @cached_property
    def _pounds_an_hour(self) -> dict[str, float]:
        every = range(len(self.months))
        pools = set(self.pool.values())
        return {
            pool: ratio(self.cost(pool, every, ""), self.hours_available(pool, every, "")) or 0.0
            for pool in pools
        }

    def cost_a_child(self, where: str, months: range, what: str) -> float | None:
        pounds = sum(
            hours * self._pounds_an_hour[pool]
            for (stage, pool, month), hours in self._for_children.items()
            if stage == where and month in months
        )
        spec = self.scenario.stages.get(where)
        for role in {spec.holder, spec.assigned} - {None} if spec is not None else ():
            pool = f"{spec.team}.{role}"  # type: ignore[union-attr]
            pounds += self._blocked(where, str(role), months) * self._pounds_an_hour.get(pool, 0.0)
        return ratio(pounds, self.child_years(where, months))

    def at_work(self, worker: str, since: float, until: float) -> float:
        """Length of the part of a span in which somebody is not away."""
        if until <= since:
            return 0.0
        return until - since - sum(overlap(a, b, since, until) for a, b in self.absent[worker])

    def hours_available(self, where: str, months: range, what: str) -> float:
        first, end = self.span(months)
        return sum(
            self.at_work(post.worker, max(post.since, first), min(post.until, end))
            * float(post.detail["hours"])
            for post in self.posts
            if self._is(post, where, what)
        )

    def hours_reserved(self, where: str, months: range, what: str) -> float:
        """What is not free for tasks: shares of a day, and hours for each child held."""
        first, end = self.span(months)
        reserved = 0.0
        for post in self.posts:
            if not self._is(post, where, what):
                continue
            rates = [r for r in self.rates[post.worker] if post.begun <= r[1] < post.ended]
            ends = [time for time, _, _ in rates[1:]] + [post.until]
            for (since, _, rate), until in zip(rates, ends, strict=True):
                blocked = float(post.detail["hours"]) - rate
                reserved += blocked * self.at_work(post.worker, max(since, first), min(until, end))
        return reserved

    def cost(self, where: str, months: range, what: str) -> float:
        first, end = self.span(months)
        paid = sum(
            overlap(post.since, post.until, first, end) * float(post.detail["cost"])
            for post in self.posts
            if self.pool[post.worker] == where
        )
        return paid / self.year

    def load(self, where: str, months: range, what: str) -> float | None:
        if what:  # at one site
            used = self._worked_at(where, months, what) + self.hours_reserved(where, months, what)
            return ratio(used, self.hours_available(where, months, what))
        used = self.hours_worked(where, months, "") + self.hours_reserved(where, months, "")
        return ratio(used, self.hours_available(where, months, ""))

    def _worked_at(self, where: str, months: range, site: str) -> float:
        first, end = self.span(months)
        there = {post.worker for post in self.posts if self._is(post, where, site)}
        return sum(
            self.worked_in(one, first, end)
            for task in self.tasks
            for one in task.sittings
            if one.worker in there
        )

    def _is(self, post: Part, where: str, site: str) -> bool:
        return self.pool[post.worker] == where and site in ("", post.detail["site"])

    def hours_due(self, where: str, months: range, what: str) -> float:
        return sum(self._due[where, month] for month in months)

    @cached_property
    def _due(self) -> Counter[tuple[str, int]]:
        """Hours falling due by pool and month."""
        hours: Counter[tuple[str, int]] = Counter()
        for task in self.tasks:
            if 0 < task.due <= self.horizon:
                hours[task.detail["pool"], self.month_of[task.due - 1]] += task.hours
        return hours

    def hours_past_due(self, where: str, month: int) -> float:
        """Hours past due at a month end, those that concern no child (calls) included."""
        return sum(
            self.to_do(t, self.months[month].end)
            for t in self._late[month]
            if self.pool_at(t, month) == where
        )

    def free(self, where: str, months: range) -> float:
        return self.hours_available(where, months, "") - self.hours_reserved(where, months, "")

    def overtime_needed(self, where: str, months: range, what: str) -> float:
        """Month by month, what falls due (in the first, or is past due) beyond the hours free."""
        total = 0.0
        for m in months:
            due = self.hours_due(where, range(m, m + 1), "")
            if m == 0:
                late = [t for t in self._late_on_day_one if t.detail["pool"] == where]
                due += sum(task.hours for task in late)
            total += max(due - self.free(where, range(m, m + 1)), 0.0)
        return total

    def weeks_to_clear(self, where: str, months: range, what: str) -> float | None:
        """Hours past due over the hours to spare in a week of five working days."""
        late = sum(self.hours_past_due(where, m) for m in months)
        spare = 0.0
        for m in months:
            one = range(m, m + 1)
            weeks = (self.months[m].end - self.months[m].first) / 5.0
            spare += max(self.free(where, one) - self.hours_due(where, one, ""), 0.0) / weeks
        return ratio(late, spare)

    # --- caseloads -------------------------------------------------------------------------------

    def family_of(self, child: str) -> str:
        return self.family.get(child, f"f{child.removesuffix('s')}")

    def _loads(self, where: str, month: int) -> list[tuple[Part, list[str]]]:
        """Each worker in post, with the children held (by those who hold none, worked with)."""
        held: dict[str, list[str]] = defaultdict(list)
        helped: dict[str, list[str]] = defaultdict(list)
        for part in self.parts_at(month):
            if part.role in ("holder", "assigned"):
                (held if part.role == "holder" else helped)[part.worker].append(part.child)
        return [
            (post, held[post.worker] or helped[post.worker]) for post in self.posts_at(month, where)
        ]

    def _a_full_time_worker(
        self, where: str, months: range, count: Any, site: str = ""
    ) -> float | None:
        number = fte = 0.0
        for m in months:
            for post, children in self._loads(where, m):
                if self._is(post, where, site):
                    number += count(children)
                    fte += float(post.detail["fte"])
        return ratio(number, fte)

    def caseload(self, where: str, months: range, what: str) -> float | None:
        return self._a_full_time_worker(where, months, len, what)

    def families(self, where: str, months: range, what: str) -> float | None:
        return self._a_full_time_worker(
            where, months, lambda children: len({self.family_of(c) for c in children})
        )

    def caseload_p90(self, where: str, months: range, what: str) -> float | None:
        deciles = []
        for m in months:
            loads = sorted(len(c) / float(p.detail["fte"]) for p, c in self._loads(where, m))
            deciles.append(loads[max(ceil(0.9 * len(loads)) - 1, 0)] if loads else 0.0)
        return mean(deciles)

    def caseload_most(self, where: str, months: range, what: str) -> float | None:
        return float(max(len(c) for m in months for _, c in self._loads(where, m)))

    def over_limit(self, where: str, months: range, what: str) -> float | None:
        counts = []
        for m in months:
            held = Counter(p.worker for p in self.parts_at(m) if p.role == "holder")
            posts = [p for p in self.posts_at(m, where) if p.detail["limit"]]
            counts.append(sum(held[p.worker] > int(p.detail["limit"]) for p in posts))
        return mean(counts)

    # --- flows -----------------------------------------------------------------------------------

    def contacts(self, where: str, months: range, what: str) -> float:
        return float(len(self._contacts(months)))

    def _contacts(self, months: range) -> list[Row]:
        contacts = [row for row in self.rows if row.event == "contact"]
        return [row for row in contacts if self.within(row.time, months)]

    def returns(self, where: str, months: range, what: str) -> float:
        return float(sum(row.detail["again"] == "1" for row in self._contacts(months)))

    @cached_property
    def _referrals(self) -> list[tuple[str, float]]:
        return [
            (row.child, row.time)
            for row in self.rows
            if row.event == "decision" and row.detail["outcome"] in ACCEPTED
        ]

    def referrals(self, where: str, months: range, what: str) -> float:
        return float(sum(self.within(time, months) for _, time in self._referrals))

    def re_referred(self, where: str, months: range, what: str) -> float | None:
        number = again = 0
        for place, (child, time) in enumerate(self._referrals):
            if self.within(time, months):
                number += 1
                earlier = self._referrals[:place]
                again += any(c == child and time - t <= self.year for c, t in earlier)
        return ratio(again, number)

    def _left(self, months: range) -> list[Stay]:
        """Stays in a stage that end in a period."""
        ended = [s for s in self.stays if s.ended != NEVER]
        return [s for s in ended if self.within(s.until, months)]

    def flows(self, months: range) -> Counter[tuple[str, str, str]]:
        """Moves by stage left, stage entered and reason."""
        return Counter((s.stage, s.to, s.reason) for s in self._left(months))

    def closures(self, where: str, months: range, what: str) -> float:
        return float(sum(s.stage in self.hubs and s.to == "closed" for s in self._left(months)))

    def transfers(self, where: str, months: range, what: str) -> float:
        return float(sum(s.stage == where and s.to != "closed" for s in self._left(months)))

    def _bounce(self, where: str, months: range, span: float) -> float | None:
        """Step ups and downs out of the hub; undone if a later one leads back to it."""
        moves = [s for s in self.stays if s.reason in ("step_up", "step_down")]
        moves.sort(key=lambda s: s.ended)
        watched = undone = 0
        for place, move in enumerate(moves):
            if move.stage != where or not self.within(move.until, months):
                continue
            if move.until + span > self.horizon:
                continue
            watched += 1
            undone += any(
                back.child == move.child and back.to == where and back.until - move.until <= span
                for back in moves[place + 1 :]
            )
        return ratio(undone, watched)

    def bounce_6(self, where: str, months: range, what: str) -> float | None:
        return self._bounce(where, months, self.year / 2.0)

    def bounce_12(self, where: str, months: range, what: str) -> float | None:
        return self._bounce(where, months, self.year)

    # --- assessments -----------------------------------------------------------------------------

    @cached_property
    def _assessed(self) -> list[tuple[float, int]]:
        """When each assessment was done, and the working days since the referral."""
        referred: dict[str, float] = {}  # by family: brothers and sisters are referred together
        done = []
        for row in self.rows:
            family = self.family_of(row.child)
            if row.event == "contact" and row.detail["source"] != "sibling":
                referred[row.child] = row.time
            elif row.event == "contact":
                referred[row.child] = next(
                    referred[c] for c in referred if self.family_of(c) == family
                )
            elif row.event == "stage_enter" and "referred" in row.detail:
                referred[row.child] = float(row.detail["referred"])
            elif row.event == "task_end" and row.kind == "single_assessment":
                days = ceil(row.time) - 1 - math.floor(referred[row.child])
                done.append((row.time, days))
        return done

    def assessed_in_45_dfe(self, where: str, months: range, what: str) -> float | None:
        days = [d for time, d in self._assessed if self.within(time, months)]
        return ratio(sum(d <= 45 for d in days), len(days))

    def _quantile(self, months: range, q: float) -> float | None:
        days = sorted(float(d) for time, d in self._assessed if self.within(time, months))
        return days[max(ceil(q * len(days)) - 1, 0)] if days else None

    def assessment_days(self, where: str, months: range, what: str) -> float | None:
        return self._quantile(months, 0.5)

    def assessment_days_p25(self, where: str, months: range, what: str) -> float | None:
        return self._quantile(months, 0.25)

    def assessment_days_p75(self, where: str, months: range, what: str) -> float | None:
        return self._quantile(months, 0.75)

    def assessment_took(self, where: str, months: range, what: str) -> float | None:
        days = [d for time, d in self._assessed if self.within(time, months)]
        return ratio(sum(in_band(d, what) for d in days), len(days))

    # --- safeguarding ----------------------------------------------------------------------------

    @cached_property
    def _statuses(self) -> list[tuple[str, str, float, int, int, bool]]:
        """Spells of a status: whose, which, since when, rows of begin and end, on day one."""
        spells = []
        running: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            if row.event not in ("status_on", "status_off"):
                continue
            key = (row.child, row.detail["status"])
            if row.event == "status_on":
                running[key] = row
            elif key in running:
                spells.append((running.pop(key), row.place))
        spells += [(row, NEVER) for row in running.values()]
        found = []
        for row, ended in spells:
            name = row.detail["status"]
            if name == "looked_after" and row.detail["route"] == "short_breaks":
                name = "short_breaks"
            before = row.detail.get("since") if name == "child_protection_plan" else None
            since = row.time if before is None else float(before)
            found.append((row.child, name, since, row.place, ended, before is not None))
        return found

    def _with_status(self, name: str, months: range) -> float | None:
        return mean(
            sum(
                status == name and begun < self.cuts[m] <= ended
                for _, status, _, begun, ended, _ in self._statuses
            )
            for m in months
        )

    def on_plan(self, where: str, months: range, what: str) -> float | None:
        return self._with_status("child_protection_plan", months)

    def looked_after(self, where: str, months: range, what: str) -> float | None:
        return self._with_status("looked_after", months)

    def short_break_looked_after(self, where: str, months: range, what: str) -> float | None:
        return self._with_status("short_breaks", months)

    def plans_begun(self, where: str, months: range, what: str) -> float:
        plans = [s for s in self._statuses if s[1] == "child_protection_plan" and not s[5]]
        return float(sum(self.within(since, months) for _, _, since, _, _, _ in plans))

    def _done(self, kind: str, months: range) -> list[Task]:
        return [
            t
            for t in self.tasks
            if t.kind == kind and t.kept is not None and self.within(t.kept[0], months)
        ]

    def strategy_discussions(self, where: str, months: range, what: str) -> float:
        return float(len(self._done("strategy_discussion", months)))

    def conferences(self, where: str, months: range, what: str) -> float:
        return float(len(self._done("icpc", months)))

    def _conference_days(self, months: range) -> list[int]:
        """Working days from the last strategy discussion to each conference held."""
        found = []
        for task in self._done("icpc", months):
            talks = [
                other.until
                for other in self._tasks_of[task.child]
                if other.kind == "strategy_discussion" and other.ended < task.begun
            ]
            found.append(ceil(task.until) - 1 - math.floor(max(talks)))
        return sorted(found)

    def icpc_in_15_dfe(self, where: str, months: range, what: str) -> float | None:
        days = self._conference_days(months)
        return ratio(sum(d <= 15 for d in days), len(days))

    def conference_took(self, where: str, months: range, what: str) -> float | None:
        days = self._conference_days(months)
        return ratio(sum(in_band(d, what) for d in days), len(days))

    def _conference_quantile(self, months: range, q: float) -> float | None:
        days = self._conference_days(months)
        return float(days[max(ceil(q * len(days)) - 1, 0)]) if days else None

    def conference_days(self, where: str, months: range, what: str) -> float | None:
        return self._conference_quantile(months, 0.5)

    def conference_days_p25(self, where: str, months: range, what: str) -> float | None:
        return self._conference_quantile(months, 0.25)

    def conference_days_p75(self, where: str, months: range, what: str) -> float | None:
        return self._conference_quantile(months, 0.75)

    def plans_reviewed_dfe(self, where: str, months: range, what: str) -> float | None:
        children = reviewed = 0
        for m in months:
            cut, end = self.cuts[m], self.months[m].end
            for child, name, since, begun, ended, _ in self._statuses:
                on = name == "child_protection_plan" and begun < cut <= ended
                if not on or end - since < self.year / 4.0:
                    continue
                children += 1
                reviewed += not any(
                    self._reviewed_late(task, cut, end)
                    for task in self._tasks_of[child]
                    if task.kind == "review_conference" and begun < task.begun < cut
                )
        return ratio(reviewed, children)

    def _reviewed_late(self, review: Task, cut: int, end: float) -> bool:
        """Whether a review is past due at a month end, or was held too late in the year before."""
        if review.ended >= cut:
            return review.due <= end
        return review.until > review.due > end - self.year
