"""A worker: slots for children, hours for tasks, one sitting at a time."""

from __future__ import annotations

from collections.abc import Generator
from math import prod
from typing import TYPE_CHECKING, Any

import simpy

from sim.service.task import OPEN
from sim.service.ticks import AFTER_OPENINGS, GRID, NORMAL, Moment

if TYPE_CHECKING:
    from sim.service.case_classes import CaseClass
    from sim.service.child import Child
    from sim.service.diary import Diary
    from sim.service.service import Service
    from sim.service.task import Task


class Post:
    """An established job as the scenario describes it, made once (times in working days)."""

    __slots__ = (
        "at_limit",
        "classes",
        "cost",
        "force_to",
        "fte",
        "gross",
        "limit",
        "name",
        "number",
        "pool",
        "rate",
        "role",
        "sickness",
        "site",
        "team",
        "turnover",
        "unit",
    )

    def __init__(
        self, team: str, name: str, role: str, number: int, site: str | None, fte: float
    ) -> None:
        self.team = team
        self.name = name
        self.role = role
        self.number = number
        self.site = site
        self.fte = fte
        self.gross = 0.0
        self.rate = 0.0
        self.limit: int | None = None
        self.classes: tuple[CaseClass, ...] = ()  # of the cases, each with its own limit
        self.at_limit = "count_only"
        self.force_to = 1.0
        self.cost = 0.0
        self.pool = -1
        self.unit: str | None = None  # the post of whoever leads the unit it is in
        self.turnover = 0.0  # chance a year that the person leaves
        self.sickness = 0.0  # share of working days lost

    @property
    def terms(self) -> tuple[float, float, int | None, float]:
        """What a dated change may alter: hours, hours free, limit and cost."""
        return self.gross, self.rate, self.limit, self.cost

    @property
    def id(self) -> str:
        """``team.role.post``."""
        return f"{self.team}.{self.name}.{self.number}"


class Worker:
    """The person in a post.

    Attributes
    ----------
    rate
        Hours of casework in a working day, after what is reserved.
    present, left
        Whether at work now; whether gone for good.
    away_since
        When the absence in progress began.
    share, shares
        Part of a full worker's hours and cases, and until when each thing that lowers it does.
    covers, covering
        Whom colleagues see for this worker, who is away; and whom this worker sees for others.
    cases, assigned, attached
        Children held; worked with for another holder; and those (with the label of what for)
        to whose case the worker is attached; oldest first.
    promised
        Slots kept for children whose move here has been agreed.
    hours_worked, sittings
        Done so far, without the sitting in progress.
    """

    __slots__ = (
        "agency",
        "assigned",
        "assigned_in",
        "attached",
        "away_since",
        "booked",
        "cases",
        "covering",
        "covers",
        "current",
        "diary",
        "held_in",
        "hours_worked",
        "id",
        "left",
        "meetings",
        "number",
        "parted",
        "post",
        "present",
        "process",
        "promised",
        "rate",
        "service",
        "share",
        "shares",
        "sittings",
        "waking",
    )

    def __init__(self, service: Service, post: Post, person: int, diary: Diary) -> None:
        self.service = service
        self.post = post
        self.id = f"{post.id}#{person}"
        self.number = 0
        self.rate = post.rate
        self.diary = diary
        diary.members.append(self)
        self.cases: dict[Child, None] = {}
        self.assigned: dict[Child, None] = {}
        self.attached: dict[tuple[Child, str], None] = {}
        self.promised = 0
        self.parted: list[tuple[float, int]] = []  # when, and with a case of which stage
        self.hours_worked = 0.0  # in sittings that have ended
        self.sittings = 0
        # Children by stage number; the three places at the end are for -1, -2 and -3.
        self.held_in = [0] * (len(service.plan.stages) + 3)
        self.assigned_in = [0] * (len(service.plan.stages) + 3)
        self.booked = [0.0] * (service.plan.horizon + 1)
        self.meetings: dict[Task, None] = {}  # what those hours are booked for
        self.current: Task | None = None
        self.waking: simpy.Event | None = None
        self.present = True
        self.left = False
        self.agency = False
        self.away_since = 0.0
        self.share = 1.0
        self.shares: list[tuple[float, float]] = []
        self.covers: dict[Child, Worker] = {}
        self.covering: dict[Child, Worker] = {}
        self.process = service.env.process(self._work())

    def refresh(self) -> None:
        """Work out the hours of a day left for tasks, after what is blocked for each child."""
        blocked = 0.0
        for stage in self.service.plan.stages:
            blocked += self.held_in[stage.number] * stage.reserve
            blocked += self.assigned_in[stage.number] * stage.assigned_reserve
        rate = self.post.rate * self.share
        self.rate = max(rate - blocked, self.service.plan.least_free * rate)
        self.service.recorder.capacity(self)

    @property
    def load(self) -> int:
        """Children held, with those whose move here is agreed."""
        return len(self.cases) + self.promised

    @property
    def limit(self) -> int | None:
        """Children this person may hold: the post's limit, less for a new worker."""
        limit = self.post.limit
        return limit if limit is None or self.share == 1.0 else round(limit * self.share)

    def fullness(self, number: int) -> float:
        """Return what a number of children are for a full-time worker with all their time."""
        return number / (self.post.fte * self.share)

    def serves(self, site: str) -> bool:
        """Whether children at a site may be this worker's."""
        return self.post.site is None or self.post.site == site

    def parts(self) -> list[tuple[Child, str]]:
        """Return each child with this worker's part in the case."""
        return [
            *((child, "holder") for child in self.cases),
            *((child, "assigned") for child in self.assigned),
            *self.attached,
        ]

    def grow(self, now: float) -> None:
        """Work out the share of a full worker's hours and cases, by what still lowers it."""
        self.share = prod(share for until, share in self.shares if until > now)
        self.rate = self.post.rate * self.share

    def adopt(self, post: Post) -> None:
        """Go on in the post as a dated change has made it."""
        before = (*self.post.terms, self.rate)
        self.service.recorder.capacity(self)  # what was, up to now
        self.post = post
        self.refresh()
        if (*post.terms, self.rate) != before:
            self.service.recorder.post(self, filled=True)

    def step_aside(self) -> None:
        """Leave what is to be done at the desk to colleagues."""
        idle = self.diary.idle
        if self in idle:
            idle.remove(self)
        elif idle:
            idle.pop(0).wake()  # it may just have been woken for what it cannot do now

    @property
    def has_left(self) -> bool:
        """Whether the person is no longer in the post."""
        return self not in self.service.teams[self.post.team].by_role.get(self.post.role, ())

    def wake(self) -> None:
        """End the wait for something to do."""
        waking, self.waking = self.waking, None
        if waking is not None:
            waking.succeed()

    def cut(self) -> None:
        """End the sitting now: its task has moved, closed or been cancelled."""
        self.process.interrupt()

    def _work(self) -> Generator[Any, Any, None]:
        """Do the most pressing open task, one sitting at a time, for as long as employed."""
        service = self.service
        env, diary = service.env, self.diary
        longest = service.plan.longest_sitting
        take = diary.take
        last: Task | None = None  # the task of a sitting that may yet go on
        while True:
            if env.now >= service.next_break or service.departing:
                # What opens, and who moves, at this instant comes before what starts.
                yield Moment(env, AFTER_OPENINGS)
                while service.departing:
                    yield Moment(env, AFTER_OPENINGS)
            task = take() if self.present else None
            if last is not None and task is not last:
                service.pause(last, self, "other_work" if self.present else "absent")
            if task is None:
                last = None
                if self.left:
                    return
                self.waking = simpy.Event(env)
                if self.present:
                    diary.idle.append(self)
                yield self.waking
                continue
            if task is not last or task.worker is not self:
                service.start(task, self)
            self.current = task
            task.since = since = env.now
            task.rate = rate = self.rate
            span = task.left / rate
            last = None
            if span > longest and not task.kind.one_sitting:
                span = longest
                last = task
            try:
                yield Moment(env, NORMAL, (int(span * GRID + 0.5) or 1) / GRID)
            except simpy.Interrupt:
                # Whoever cut the sitting has logged its end and put the task where it belongs.
                last = None
                continue
            self.current = None
            worked = (env.now - since) * rate
            task.spent += worked
            self.hours_worked += worked
            self.sittings += 1
            if last is None:
                service.finish(task, self)
            else:
                task.left -= worked
                task.state = OPEN
                diary.put(task, task.priority)


def credit(task: Task, worker: Worker, now: float) -> None:
    """Book the hours of a sitting that is being cut short."""
    worked = (now - task.since) * task.rate
    task.spent += worked
    task.left = max(task.left - worked, 0.0)
    worker.hours_worked += worked
    worker.sittings += 1
