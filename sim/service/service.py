"""The service at work: the clock, the day's order, and what happens to a task.

Who does what lives beside this: children's lives in `life`, arrivals in `population`, the
front door in `mash`, the assessment in `assessment`, hubs in `stage`, slots in `allocation`
and moves in `transfer`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from sim.service import colleagues
from sim.service.allocation import Allocation
from sim.service.appointments import book, come_or_put_off, join, rank, unbook
from sim.service.assessment import SingleAssessment
from sim.service.bringing_forward import by_opening
from sim.service.caf_tac import CafTac
from sim.service.class_change import ClassChange
from sim.service.closing import Closing
from sim.service.coming_back import ComingBack
from sim.service.cover import Cover
from sim.service.handover import Handover
from sim.service.journey import journey
from sim.service.levelling import Levelling
from sim.service.life import Life
from sim.service.mash import Mash
from sim.service.population import Population
from sim.service.slots import Room
from sim.service.stage import Hub
from sim.service.strand import Told
from sim.service.strands import strands
from sim.service.streams import Streams
from sim.service.task import (
    APPOINTMENT_RANK,
    DESK,
    DONE,
    MOVED,
    OPEN,
    RUNNING,
    SCHEDULED,
    Task,
)
from sim.service.team import Team
from sim.service.term_time import SCHOOL, TermTime
from sim.service.ticks import DAY_BREAK, NORMAL, Clock, Moment, on_grid
from sim.service.transfer import TransferList
from sim.service.updating import Updating
from sim.service.worker import credit
from sim.service.workforce import Workforce

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.diary import Diary
    from sim.service.plan import Plan
    from sim.service.recorder import Recorder
    from sim.service.task import Cadence, Kind
    from sim.service.worker import Worker


class Service:
    """One replication of a service.

    Parameters
    ----------
    plans
        The day from which each compiled plan holds, and the plan; the first from day 0.
    seed, replication
        Fix every random number of the run.
    recorder
        Is told what happens.
    streams
        Where random numbers come from, if they are to be watched; the same numbers.
    """

    def __init__(
        self,
        plans: list[tuple[int, Plan]],
        seed: int,
        replication: int,
        recorder: Recorder,
        streams: Streams | None = None,
    ) -> None:
        self.plan = plans[0][1]
        self.coming_plans = plans[1:]
        self.horizon = self.plan.horizon
        self.env = Clock()
        self.recorder = recorder
        self.streams = streams if streams is not None else Streams(seed, replication)
        self.hours_streams = [self.streams[kind.stream] for kind in self.plan.kinds]
        self.put_off_streams = [
            self.streams[f"put off/{kind.stage}/{kind.name}"] for kind in self.plan.kinds
        ]
        self.departing = 0  # children between one place and the next, at this instant
        self.next_break = 0.0  # the next day break that has not happened yet
        self.opening: list[list[Task]] = [[] for _ in range(self.horizon + 1)]
        self.meetings: list[dict[Task, None]] = [{} for _ in range(self.horizon + 1)]
        self.ageing: list[list[Task]] = [[] for _ in range(self.horizon + 1)]
        self.timers: list[list[tuple[float, Callable[[], None]]]] = [
            [] for _ in range(self.horizon + 2)
        ]
        self.slots: dict[str, Room] = {}  # diaries outside the service, by whose they are
        if any(kind.needs_slot == SCHOOL for kind in self.plan.kinds):
            self.slots[SCHOOL] = TermTime(self.plan.calendar, self.horizon)
        self.children: list[Child] = []
        self.workers: list[Worker] = []
        self.teams = {name: Team(self, name) for name in self.plan.scenario.teams}
        self.cover = Cover(self)
        self.handover = Handover(self)
        self.levelling = Levelling(self)
        self.workforce = Workforce(self)
        self.workforce.begin()
        self.allocation = Allocation(self)
        self.transfers = TransferList(self)
        self.class_change = ClassChange(self)
        self.mash = Mash(self)
        self.assessment = SingleAssessment(self)
        self.hubs = {stage.name: Hub(self, stage) for stage in self.plan.stages}
        self.closing = Closing(self)
        self.caf_tac = CafTac(self) if self.plan.early_help is not None else None
        self.updating = Updating(self) if self.plan.need_events is not None else None
        self.strands = strands(self)
        self.told = Told(self.strands)
        self.life = Life(self)
        self.population = Population(self)
        self.coming_back = ComingBack(self)

    def run(self) -> None:
        """Run to the horizon."""
        for _ in self.months():
            pass

    def months(self) -> Generator[int, None, None]:
        """Run month by month, yielding each month's number as it ends (so it can be stopped)."""
        self.recorder.begin(self)
        self.workforce.tell()
        self.population.begin()
        self.env.process(self._days())
        for number, month in enumerate(self.plan.calendar.months):
            self.env.run(until=month.end)
            if number + 1 == len(self.plan.calendar.months):
                self.recorder.month_end(number)
            yield number

    # --- the day ---------------------------------------------------------------------------

    def _days(self) -> Generator[Any, Any, None]:
        """Break each day in the order of DESIGN 5: people, allocation, the list, openings."""
        env = self.env
        weeks = set(self.plan.calendar.week_starts)
        month_ends = {month.end: n for n, month in enumerate(self.plan.calendar.months)}
        for day in range(self.horizon):
            yield Moment(env, DAY_BREAK, float(day) - env.now)
            self.recorder.day(day)
            if day in month_ends:
                self.recorder.month_end(month_ends[day])
            if self.coming_plans and self.coming_plans[0][0] <= day:
                self._change(self.coming_plans.pop(0)[1])
            self.workforce.day(day)
            self.handover.day(day)
            self.allocation.day(day)
            self.transfers.day(day)
            while self.departing:
                yield Moment(env, DAY_BREAK)
            self.mash.day(day)
            for strand in self.strands:
                strand.day(day)
            self._open_due(day)
            self._age(day)
            if day in weeks:
                for team in self.teams.values():
                    team.week(day)
            self.next_break = day + 1.0
            tomorrow, self.timers[day + 1] = self.timers[day + 1], []
            for when, action in tomorrow:
                self._set_timer(when, action)

    def _open_due(self, day: int) -> None:
        todays, self.opening[day] = self.opening[day], []
        for task in todays:
            if task.state == SCHEDULED and task.opens == day:
                self.open(task)
        for task in list(self.meetings[day]):
            if task.booked == day and task.entry is None and come_or_put_off(self, task, day):
                task.diary.put(task, APPOINTMENT_RANK)  # type: ignore[union-attr]

    def _age(self, day: int) -> None:
        """Count missed occurrences, and raise what is a full interval overdue one class."""
        todays, self.ageing[day] = self.ageing[day], []
        for task in todays:
            if task.ages != day or task.state in (SCHEDULED, DONE):
                continue
            assert task.cadence is not None
            self.recorder.task_missed(task)
            self._will_age(task, task.cadence, day)
            for part in (task, task.second):
                if part is not None and part.state != DONE and part.priority > 2:
                    self.reprioritise(part, part.priority - 1)

    def _will_age(self, task: Task, cadence: Cadence, since: int) -> None:
        """Note the day to come on which a further full interval will have passed."""
        now, days = self.env.now, cadence.days
        day = since + days
        while day <= now:
            day += days
        task.ages = day
        if day <= self.horizon:
            self.ageing[day].append(task)

    def reprioritise(self, task: Task, priority: int) -> None:
        """Change an open task's class."""
        task.priority = priority
        if task.entry is not None and task.diary is not None and task.booked is None:
            task.diary.put(task, priority)
        if task.child is not None and task.kind.role != DESK and task.state == OPEN:
            worker = self.doer(task)
            if worker is not None and worker.diary is not task.diary:
                self.rehome(task.child)  # it is now urgent enough for somebody else to do

    # --- a task's life -----------------------------------------------------------------------

    def schedule(self, task: Task, due: int) -> None:
        """Fix when a task is due; it opens its window before, or now if that has passed."""
        task.due = due
        task.state = SCHEDULED
        task.opens = opens = due - task.cadence.window  # type: ignore[union-attr]
        if opens <= self.env.now:
            self.open(task)
        elif opens < self.horizon:
            self.opening[opens].append(task)

    def open(self, task: Task) -> None:
        """Let a task be done: draw its hours and put it into its worker's diary."""
        kind, child, cadence = task.kind, task.child, task.cadence
        assert child is not None and cadence is not None
        now = self.env.now
        task.state = OPEN
        task.opened = now
        task.booked = task.booked_with = None
        task.put_off = 0
        task.extended = ()
        task.spent = 0.0
        hours = kind.fixed_hours
        if hours is None:
            stream = self.hours_streams[kind.number]
            hours = kind.hours(stream.uniform(child.who, task.occasion))
        if kind.decides:
            hours += sum(extra(child, task) for extra in self.told.extra_hours)
        task.hours = task.left = hours
        task.priority = kind.priority
        self.recorder.task_open(task)
        if task.first is None:
            self._will_age(task, cadence, task.due)
            if kind.second is not None and self.wants_second(task):
                self.open_second(task, kind.second)
        self.home(task)
        if kind.brings:
            by_opening(self, task)

    def wants_second(self, task: Task) -> bool:
        """Whether somebody else takes part in this occasion of a task that may have a second."""
        part, share, child = task.kind.second, task.kind.second_share, task.child
        if part is not None and part.colleagues is not None:
            return colleagues.wanted(self, task, part.colleagues)
        if share is None:
            return True
        assert child is not None
        u = self.streams[f"with a second worker/{task.kind.name}"].uniform
        return u(child.who, task.occasion) < share

    def open_second(self, task: Task, kind: Kind) -> None:
        """Open the second worker's part of a task."""
        if kind.colleagues is not None:
            assert task.child is not None
            kind = colleagues.found(self, task.child, kind)
        other = task.second
        if other is None:
            other = Task(kind, task.child, task.occasion, task.owner)
            other.first = task
            task.second = other
        other.kind = kind
        other.occasion = task.occasion
        other.cadence = task.cadence
        other.due = task.due
        self.open(other)

    def open_now(
        self, kind: Kind, child: Child | None, owner: str, occasion: int, hours: float | None = None
    ) -> Task:
        """Open a one-off task, due its allowed time from now; `hours` replaces the kind's own."""
        assert kind.once_within is not None
        task = Task(kind, child, occasion, owner)
        task.cadence = kind.once_within
        task.due = kind.once_within.due_at(int(self.env.now))
        task.state = OPEN
        task.opened = self.env.now
        if hours is None:
            hours = kind.fixed_hours
        if hours is None:
            who = child.who if child is not None else 0
            hours = kind.hours(self.hours_streams[kind.number].uniform(who, occasion))
        task.hours = task.left = hours
        return task

    def hand_out(self, task: Task, diary: Diary | None = None) -> Task:
        """Announce a task made by `open_now` and put it into a diary (or its child's worker's)."""
        task.diary = diary
        if task.child is not None:
            task.child.tasks[task.kind.promise] = task
        self.recorder.task_open(task)
        assert task.cadence is not None
        self._will_age(task, task.cadence, task.due)
        if task.kind.second is not None:
            self.open_second(task, task.kind.second)
        if diary is not None:
            diary.put(task, task.priority)
        else:
            self.home(task)
        return task

    def doer(self, task: Task) -> Worker | None:
        """Return who does a task of a child: its worker, or somebody instead; None if nobody."""
        child = task.child
        assert child is not None
        worker = child.worker_of(task)
        if worker is None or (worker.present and child.minded is None):
            return worker
        return self.cover.instead(task, worker)

    def home(self, task: Task, why: str = "first") -> None:
        """Put an open task of a child into the diary of the worker whose work it is."""
        worker = self.doer(task)
        if worker is None:
            task.diary = None
            task.entry = None
            return
        task.diary = worker.diary
        if task.kind.appointment:
            if task.first is None:
                book(self, task, why=why)
            else:
                join(self, task, why)
        else:
            worker.diary.put(task, task.priority)

    def resume(self, task: Task) -> None:
        """What a task waited for has come: it waits for its worker again."""
        task.state = OPEN
        self.recorder.task_wait(task, "worker")
        self.home(task)

    def start(self, task: Task, worker: Worker) -> None:
        """A sitting begins."""
        if task.worker is not None:
            # A colleague at the desk has just put it down and might have gone on with it.
            self.pause(task, task.worker, "other_work")
        task.state = RUNNING
        task.worker = worker
        child = task.child
        if task.kind.one_sitting and child is not None and len(child.family.children) > 1:
            self._join_siblings(task, child)
        self.recorder.task_start(task, worker)

    def _join_siblings(self, task: Task, child: Child) -> None:
        """One meeting or visit for all: siblings' open tasks of the same promise are met in it."""
        for other in child.family.children:
            if other is child or other.stage is not child.stage:
                continue
            same = other.tasks.get(task.kind.promise)
            if same is None or same.kind is not task.kind or same.state != OPEN:
                continue
            if same.then is not None:
                continue  # what follows from it is the child's own
            joined = [
                part for part in (same, same.second) if part is not None and part.state == OPEN
            ]
            for part in joined:
                self._out_of_diary(part)
                part.state = RUNNING
            task.together = [*(task.together or ()), *joined]
            if same not in task.extended:
                task.extended = (*task.extended, same)
                task.hours += self.plan.sibling_hours
                task.left += self.plan.sibling_hours

    def pause(self, task: Task, worker: Worker, why: str) -> None:
        """A sitting ends with the task unfinished."""
        if task.worker is worker:
            task.worker = None
            self.recorder.task_pause(task, worker, why)

    def finish(self, task: Task, worker: Worker) -> None:
        """The hours of a task (or of one of its sessions) are done."""
        task.left = 0.0
        if task.then is not None:
            task.then(task, worker)
        else:
            self.end(task, worker)

    def end(self, task: Task, worker: Worker) -> None:
        """A task is done: whatever follows from it happens now."""
        task.state = DONE
        task.worker = None
        if task.booked is not None:
            unbook(task)
        self.recorder.task_end(task, worker)
        if task.together is not None:
            self._end_together(task)
        elif task.child is not None:
            self.keep(task)

    def _end_together(self, task: Task) -> None:
        """One meeting was held for all: siblings' tasks end with it."""
        joined, task.together = task.together or [], None
        for other in joined:
            if other.state == RUNNING:
                other.state = DONE
                self.recorder.task_met(other, task)
        self.keep(task)
        for other in joined:
            if other.state == DONE and other.first is None:
                self.keep(other)

    def keep(self, task: Task) -> None:
        """A promise is kept when the last worker needed has finished."""
        first = task.first or task
        if first.state != DONE or (first.second is not None and first.second.state != DONE):
            return
        child = first.child
        if child is not None and child.tasks.get(first.kind.promise) is first:
            self.recorder.task_kept(first)
            if first.kind.once_within is not None:
                del child.tasks[first.kind.promise]
            child.stage.after(first)  # type: ignore[union-attr]

    def meet_within(self, task: Task, within: Task) -> None:
        """An open task is met in another that has just been done."""
        self._out_of_diary(task)
        task.state = DONE
        self.recorder.task_met(task, within)
        self.keep(task)

    def cancel(self, task: Task, why: str) -> None:
        """A task will not be done."""
        if task.second is not None:
            self.cancel(task.second, why)
        if task.child is not None:
            colleagues.release(self, task.child, task.kind)
        if task.state in (DONE, SCHEDULED):
            task.state = DONE
            return
        worker = task.worker
        if worker is not None:
            self.stop_sitting(task, worker, MOVED)
        self._out_of_diary(task)
        task.state = DONE
        self.recorder.task_cancel(task, why)

    def stop_sitting(self, task: Task, worker: Worker, why: str) -> None:
        """Cut a sitting short now, keeping what has been done."""
        if worker.current is task:
            credit(task, worker, self.env.now)
            worker.current = None
            worker.cut()
        task.state = OPEN
        for joined in task.together or ():
            joined.state = OPEN
            self.home(joined)
        task.together = None
        self.pause(task, worker, why)
        if task.kind.role == DESK and task.diary is not None:
            task.diary.put(task, task.priority)

    def rehome(self, child: Child) -> None:
        """Pass a child's open tasks to the diary of whoever now does them; ids and dues stay."""
        for task in list(child.tasks.values()):
            for part in (task, task.second):
                if part is None or part.state not in (OPEN, RUNNING) or part.kind.role == DESK:
                    continue
                if part.state == RUNNING and part.worker is None:
                    continue  # it is being met in a sibling's meeting
                owner = self.doer(part)
                if part.diary is not None and owner is not None and part.diary is owner.diary:
                    if _put_down(part, self.env.now):
                        owner.diary.put(part, rank(part))
                    continue  # it is where it belongs
                if part.worker is not None:
                    self.stop_sitting(part, part.worker, MOVED)
                self._out_of_diary(part)
                second = part.second
                if second is not None and second.booked is not None and second.spent == 0.0:
                    self._out_of_diary(second)  # a meeting is booked anew with both
                self.home(part, "worker")

    def _out_of_diary(self, task: Task) -> None:
        task.entry = None
        self._free_day(task)

    def _free_day(self, task: Task) -> None:
        if task.booked is not None:
            unbook(task)

    def _change(self, plan: Plan) -> None:
        """A dated change of the scenario takes effect."""
        self.plan = plan
        self.workforce.adopt(plan.posts)
        for hub in self.hubs.values():
            hub.adopt(plan.stage_named[hub.name])
        for child in self.children:
            if child.stage is not None:
                for task in child.tasks.values():
                    task.kind = plan.kinds[task.kind.number]
                    if task.second is not None:
                        task.second.kind = plan.kinds[task.second.kind.number]
                child.stage.renew(child)
        for strand in self.strands:
            strand.adopted()

    # --- cases -----------------------------------------------------------------------------

    def later(self, when: float, action: Callable[[], None]) -> None:
        """Do something at a time, unless the run is over by then.

        What is not for today or tomorrow waits in a wheel by day, so that SimPy's own queue
        stays short.
        """
        if when >= self.horizon:
            return
        when = on_grid(when)
        if when < self.next_break + 1.0:
            self._set_timer(max(when, self.env.now), action)
        else:
            self.timers[int(when)].append((when, action))

    def _set_timer(self, when: float, action: Callable[[], None]) -> None:
        Moment(self.env, NORMAL, when - self.env.now).callbacks.append(lambda _: action())

    def refer(self, child: Child) -> None:
        """A contact is accepted: the case begins."""
        self.env.process(journey(child, self, self.assessment))

    def closed(self, child: Child) -> None:
        """A case is closed."""
        where = child.stage.name if child.stage is not None else ""
        child.stage = None
        child.season += 1
        child.season_began = False
        child.closing = None
        child.last_holder = child.last_assigned = child.noted = None
        if child.arriving:
            child.arriving = False
            self.departing -= 1
        self.recorder.close(child, child.leave_reason)
        self.coming_back.closed(child, where, child.leave_reason)


def _put_down(task: Task, now: float) -> bool:
    """Whether a task was cut short (by a move of its child) and is in nobody's hands or diary."""
    if task.state != OPEN or task.entry is not None or task.worker is not None:
        return False
    return task.spent > 0.0 and (task.booked is None or task.booked <= now)
