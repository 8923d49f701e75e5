"""The accounts of one replication, kept month by month while it runs.

Every figure here can be recomputed from the event log; `series` turns them into measures.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sim.measure.books import Month, Promise
from sim.measure.child_hours import ChildHours
from sim.measure.desks import DeskBook
from sim.measure.safeguarding import SafeguardingBook
from sim.measure.why_late import WhyLate
from sim.service.attached_work import NAME as ATTACHED
from sim.service.child import INCOMING
from sim.service.early_help_plan import CAF_TAC
from sim.service.mash import ASSESSED
from sim.service.rule import barred_by
from sim.service.task import DONE, OPEN, RESPONSIBLE, RUNNING, SCHEDULED, WAITING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Kind, Task
    from sim.service.worker import Post, Worker

DOING = (OPEN, RUNNING, WAITING)
FRONT = ("mash", "single_assessment")


class Accounts:
    """A recorder that keeps figures, not events."""

    def begin(self, service: Service) -> None:
        """Open the books."""
        plan = service.plan
        self.service = service
        self.env = service.env
        self.horizon = plan.horizon
        self.stages = [*FRONT, *(stage.name for stage in plan.stages)]
        if plan.early_help is not None:
            self.stages.append(CAF_TAC)  # last: not among the service's open children
        self._stage = {name: number for number, name in enumerate(self.stages)}
        sizes = (len(plan.cells), len(plan.kinds), len(self.stages), len(plan.pools))
        calendar = plan.calendar
        self.months = [Month(*sizes) for _ in calendar.months]
        self._month_of = calendar.month_of()
        self.overdue_at_start = [0.0] * sizes[3]
        self.why_late = WhyLate(self.env, sizes[0], len(self.months), plan.horizon)
        self.safeguarding = SafeguardingBook(calendar)
        self.child_hours = self.books_of_hours()
        requests = plan.desk_requests
        self.desks = DeskBook(calendar, requests) if requests is not None else None
        self.promises = [Promise(len(self.months)) for _ in plan.cells]
        self.current = 0
        self._now = self.months[0]
        self._began = 0.0
        self._occupied = [0] * sizes[2]
        self._occupied_since = [0.0] * sizes[2]
        self._rates = [0.0] * sizes[0]
        self._running = [0] * sizes[0]
        self._rates_since = [0.0] * sizes[0]
        self.recurring = {k.cell for k in plan.kinds if k.cell >= 0 and k.cadences}
        holding = {f"{s.team}.{role}" for s in plan.stages for role in (s.holder, s.assigned)}
        pools = {pool: number for number, pool in enumerate(plan.pools)}
        self._workers = {s.name: pools[f"{s.team}.{s.worker}"] for s in plan.stages}
        self._holders = {s.name: pools[f"{s.team}.{s.holder}"] for s in plan.stages}
        assessment = plan.scenario.assessment
        self._workers["single_assessment"] = pools[f"{assessment.team}.{assessment.worker}"]
        self._holders["single_assessment"] = pools[f"{assessment.team}.{assessment.holder}"]
        if plan.early_help is not None:
            self._workers[CAF_TAC] = plan.early_help.lead_pool
            holding.add(plan.pools[plan.early_help.lead_pool])
        self.holding = {n for n, pool in enumerate(plan.pools) if pool in holding}
        self._open: dict[Child, dict[str, tuple[int, float]]] = {}
        self._posts: dict[Worker, tuple[float, float, float]] = {}  # since, hours a day, free
        self._last_person: dict[Child, str] = {}
        self.contacts = [0] * len(self.months)
        self.returns = [0] * len(self.months)
        self.referrals: list[tuple[float, str]] = []
        self.flows: dict[tuple[str, str, str], list[int]] = {}
        self.moves: list[tuple[float, str, str, str]] = []
        self.changes: dict[tuple[str, int], int] = {}
        self.assessed: list[tuple[float, int]] = []
        self._hours: dict[Worker, float] = {}
        # By pool and task kind, month by month: hours of the tasks finished, and how many.
        self.work: dict[tuple[int, str], tuple[list[float], list[int]]] = {}

    def books_of_hours(self) -> ChildHours:
        """Open the books of hours worked for children."""
        return ChildHours(self.service.plan, self.stages)

    # --- children ------------------------------------------------------------------------

    def contact(self, child: Child, source: str, again: bool) -> None:
        """Count a contact."""
        month = self._month_of[int(self.env.now)]
        self.contacts[month] += 1
        self.returns[month] += again

    def decision(self, child: Child, outcome: str, detail: str = "") -> None:
        """Note a referral: a contact accepted for assessment."""
        if outcome in ASSESSED:
            self.referrals.append((self.env.now, child.id))

    def stage_enter(self, child: Child, initial: dict[str, float] | None) -> None:
        """Count the child in, and begin what the stage promises."""
        stage = child.stage
        assert stage is not None
        self._occupy(self._stage[stage.name], +1)
        self._open[child] = {}

    def stage_leave(self, child: Child, reason: str) -> None:
        """Count the child out; what was promised ends with the stage (or is carried on)."""
        self.why_late.left_stage(child)
        stage = child.stage
        assert stage is not None
        self._occupy(self._stage[stage.name], -1)
        for cell, rate in self._open.pop(child).values():
            self._accrue(cell, -rate, -1)
        to = child.next_stage.name if child.next_stage is not None else "closed"
        flow = self.flows.get((stage.name, to, reason))
        if flow is None:
            flow = self.flows[(stage.name, to, reason)] = [0] * len(self.months)
        flow[self._month_of[int(self.env.now)]] += 1
        if reason in ("step_up", "step_down"):
            self.moves.append((self.env.now, child.id, stage.name, to))

    def renewed(self, child: Child) -> None:
        """Nothing to count: `promised` follows for each promise."""

    def promise_ended(self, child: Child, promise: str) -> None:
        """Count a promise that runs no longer."""
        before = self._open[child].pop(promise, None)
        if before is not None:
            self._accrue(before[0], -before[1], -1)

    def status(self, child: Child, status: str, on: bool, detail: str) -> None:
        """Count a protection plan; the rest is counted at month ends."""
        now = self.env.now
        self.safeguarding.status(child, status, on, detail, now, self._month_of[int(now)])

    def _occupy(self, stage: int, change: int) -> None:
        now = self.env.now
        self._now.child_days[stage] += self._occupied[stage] * (now - self._occupied_since[stage])
        self._occupied_since[stage] = now
        self._occupied[stage] += change

    def promised(self, task: Task) -> None:
        """From now on a promise to the child runs in this cell, at this interval."""
        cell, cadence = task.cell, task.cadence
        if cell < 0 or task.child is None or cadence is None:
            return
        running = self._open[task.child]
        before = running.get(task.kind.promise)
        if before is not None:
            self._accrue(before[0], -before[1], -1)
        running[task.kind.promise] = (cell, cadence.per_year)
        self._accrue(cell, cadence.per_year, +1)
        self.why_late.changed(task.child, self.env.now)

    def _accrue(self, cell: int, change: float = 0.0, promises: int = 0) -> None:
        now = self.env.now
        days = now - self._rates_since[cell]
        self._now.required[cell] += self._rates[cell] * days
        self._now.promise_days[cell] += self._running[cell] * days
        self._rates_since[cell] = now
        self._rates[cell] += change
        self._running[cell] += promises

    def close(self, child: Child, reason: str) -> None:
        """A case is closed (already counted by the stage it left)."""
        self._last_person.pop(child, None)

    def need(self, child: Child, about: str = "") -> None:
        """What is true, not what is known: nothing to count."""

    def found(self, child: Child, about: str = "") -> None:
        """Counted at month ends."""

    def transfer(self, child: Child, what: str, to: str, why: str = "") -> None:
        """Count what is put to the operations manager; the list is looked at at month ends."""
        if what == "escalate" and child.stage is not None:
            self._now.escalated[self._stage[child.stage.name]] += 1

    def allocate(self, child: Child, worker: Worker, role: str) -> None:
        """Count a change of holder."""
        self.why_late.allocated(child, role, self.env.now)
        if role != "holder" or child.minded is not None:
            return  # a manager who minds a case covers: that is no change of holder
        before = self._last_person.get(child)
        self._last_person[child] = worker.id
        if before is not None and before != worker.id:
            stage = child.stage
            assert stage is not None
            month = self._month_of[int(self.env.now)]
            self.months[month].holder_changes[self._stage[stage.name]] += 1
            year = month // 12
            self.changes[(child.id, year)] = self.changes.get((child.id, year), 0) + 1

    def deallocate(self, child: Child, worker: Worker, role: str) -> None:
        """Tell those who follow late work."""
        self.why_late.deallocated(child, worker, role, self.env.now)

    def post(self, worker: Worker, filled: bool) -> None:
        """Count a person's days in post from now, or up to now."""
        if filled:
            if worker in self._posts:
                self._count_post(worker)
            self._posts[worker] = self._terms(worker)
        else:
            self._count_post(worker)
            del self._posts[worker]

    def _terms(self, worker: Worker) -> tuple[float, float, float]:
        """From now on: a worker's hours a day, and those free; none while away."""
        if not worker.present:
            return self.env.now, 0.0, 0.0
        return self.env.now, worker.post.gross, worker.rate

    def vacancy(self, post: Post, closed: bool) -> None:
        """Nothing to count."""

    def absent(self, worker: Worker, reason: str) -> None:
        """Count hours available up to now."""
        self.capacity(worker)
        self.why_late.person(worker, self.env.now)

    def present(self, worker: Worker, reason: str) -> None:
        """Count hours available from now."""
        self.capacity(worker)
        self.why_late.person(worker, self.env.now)

    def _count_hours(self, worker: Worker) -> None:
        """Count the hours of casework since the last month end, the sitting in hand included."""
        hours = worker.hours_worked
        task = worker.current
        if task is not None:
            hours += (self.env.now - task.since) * task.rate
        worked = hours - self._hours.get(worker, 0.0)
        self._now.worked[worker.post.pool] += worked
        if worker.post.site is not None:
            self._now.at_site(worker.post.pool, worker.post.site).used += worked
        self._hours[worker] = hours

    def capacity(self, worker: Worker) -> None:
        """Count a worker's hours so far, and go on with what is free from now."""
        if worker in self._posts:
            self._count_post(worker)

    def _count_post(self, worker: Worker) -> None:
        since, gross, rate = self._posts[worker]
        now = self.env.now
        self._posts[worker] = self._terms(worker)
        days = now - since
        pool = worker.post.pool
        self._now.available[pool] += days * gross
        self._now.reserved[pool] += days * (gross - rate)
        self._now.cost[pool] += days * self.service.plan.calendar.years_per_day * worker.post.cost
        if worker.post.site is not None:
            book = self._now.at_site(pool, worker.post.site)
            book.used += days * (gross - rate)
            book.available += days * gross

    # --- tasks -----------------------------------------------------------------------------

    def task_open(self, task: Task) -> None:
        """Count the hours falling due."""
        self.falls_due(task, self.pool_of(task))
        if task.cell >= 0:
            self.why_late.opened(task, self.env.now)
        if self.desks is not None:
            self.desks.opened(task, self.env.now, self.current)

    def falls_due(self, task: Task, pool: int) -> None:
        """Count the hours of a task in the month it falls due."""
        due = task.due
        if due <= 0:
            self.overdue_at_start[pool] += task.hours
        elif due <= self.horizon:
            self.months[self._month_of[due - 1]].due_hours[pool] += task.hours

    def pool_of(self, task: Task) -> int:
        """Return the team and role whose hours a task takes."""
        pool = task.kind.pool
        if pool >= 0:
            return pool
        if task.child is not None:
            incoming = task.child.transfer.worker if task.child.transfer is not None else None
            if task.kind.role == INCOMING and incoming is not None:
                return incoming.post.pool
            whose = self._holders if task.kind.role == RESPONSIBLE else self._workers
            return whose[task.child.stage.name]  # type: ignore[union-attr]
        return task.diary.pool  # type: ignore[union-attr]

    def day(self, day: int) -> None:
        """Follow what is late from now on."""
        self.why_late.day(day)

    def task_book(self, task: Task, why: str) -> None:
        """Tell those who follow late work; so do the next."""
        self.why_late.booked(task, why)

    def task_wait(self, task: Task, waits_for: str) -> None:
        """Tell what it waits for."""
        self.why_late.waits(task, waits_for)

    def task_start(self, task: Task, worker: Worker) -> None:
        """Tell that it is in hand."""
        self.why_late.started(task, worker)
        self.child_hours.started(task, worker)
        if self.desks is not None:
            self.desks.started(task, self.env.now, self.current)

    def task_pause(self, task: Task, worker: Worker, why: str) -> None:
        """Tell that it no longer is."""
        self.why_late.stopped(task, worker, why)
        self.child_hours.stopped(task, worker)

    def task_end(self, task: Task, worker: Worker) -> None:
        """Count its hours; a promise is kept when its last worker has finished."""
        self.why_late.stopped(task, worker)
        self.child_hours.stopped(task, worker)
        key = (worker.post.pool, task.kind.name)
        done = self.work.get(key)
        if done is None:
            months = len(self.months)
            done = self.work[key] = ([0.0] * months, [0] * months)
        month = self._month_of[int(self.env.now)]
        done[0][month] += task.spent
        done[1][month] += 1
        if self.desks is not None:
            self.desks.ended(task, self.env.now, self.current)

    def task_met(self, task: Task, within: Task) -> None:
        """Nothing to count: `task_kept` follows."""

    def task_kept(self, task: Task) -> None:
        """Count a promise kept, on time or late, in the month it fell due."""
        self.why_late.close(task, self.env.now)
        kind = task.kind
        cell = task.cell
        if cell < 0:
            return
        due = task.due
        now = self.env.now
        month = self._month_of[int(now)]
        self.months[month].occasions_held[cell] += 1
        self.safeguarding.kept(task, now, month)
        if 0 < due <= self.horizon:
            outcome = self.promises[cell]
            (outcome.met if now <= due else outcome.late)[self._month_of[due - 1]] += 1
        if kind.name == "single_assessment" and task.child is not None:
            # The end of a day belongs to that day.
            self.assessed.append((now, ceil(now) - 1 - int(task.child.referred // 1)))

    def task_missed(self, task: Task) -> None:
        """Counted by delivered against required."""

    def task_cancel(self, task: Task, why: str) -> None:
        """A promise that ends overdue was not kept."""
        self.why_late.cancelled(task, self.env.now)
        first = task.first
        # Where only the second worker had still to finish, the promise ends with that part.
        cell = first.cell if first is not None and first.state == DONE else task.cell
        if cell >= 0 and 0 < task.due < self.env.now:
            self.promises[cell].closed[self._month_of[task.due - 1]] += 1

    # --- month ends ------------------------------------------------------------------------

    def month_end(self, month: int) -> None:
        """Look at what is open, due and waiting, and begin the next month."""
        service, now, book = self.service, self.env.now, self._now
        self.why_late.month_end(now)
        for stage in range(len(self.stages)):
            self._occupy(stage, 0)
        for cell in range(len(self._rates)):
            self._accrue(cell)
        for worker in self._posts:
            self._count_post(worker)
        for worker in service.workers:
            self._count_hours(worker)
        self.child_hours.month_end(month, now, service.plan, book.child_days)
        self._look_at_children(book, int(now))
        self._look_for_open_to_review(book)
        self.safeguarding.month_end(self._open, now, month)
        if self.desks is not None:
            self.desks.month_end(now, month)
        self._look_at_calls(book, int(now))
        self._look_at_workers(book)
        if month + 1 < len(self.months):
            self.current = month + 1
            self._now = self.months[month + 1]
            self._began = now
        else:
            self._close_books(int(now))

    def _look_for_open_to_review(self, book: Month) -> None:
        """Ask the rules of Open to Review about the children held in other hubs."""
        plan = self.service.plan.open_to_review
        if plan is None:
            return
        hub = self.service.hubs[plan.spec.stage]
        for child in self._open:
            place = child.stage
            if place is None or not place.is_hub or place is hub:
                continue
            guard = barred_by(child, hub)
            if guard is None:
                book.eligible[self._stage[place.name]] += 1
            else:
                book.barred[guard.__name__] = book.barred.get(guard.__name__, 0) + 1

    def _look_at_children(self, book: Month, now: int) -> None:
        for child in self._open:
            stage = self._stage[child.stage.name]  # type: ignore[union-attr]
            book.open_children[stage] += 1
            if child.holder is None:
                book.unallocated[stage] += 1
            if child.known != child.need:
                book.not_found[stage] += 1
            support = child.strands.get(ATTACHED)
            if support is not None and support.since is not None:
                book.support_waiting[stage] += 1
            if child.transfer is not None:
                book.transfers_waiting[stage] += 1
                book.waiting_for[child.transfer.waits_for][stage] += 1
            for task in child.tasks.values():
                kind = task.kind
                second = task.second
                to_finish = second is not None and second.state in DOING
                overdue = task.due <= now and task.state in DOING
                if kind.cell >= 0 and kind.once_within is None:
                    cell = self._promise_here(child, kind)
                    book.promised[cell] += 1
                    if task.due > now or not (task.state in DOING or to_finish):
                        book.in_date[cell] += 1
                    elif task.cadence is not None:
                        past = now - task.due
                        book.overdue_half[cell] += 2 * past >= task.cadence.days
                        book.overdue_full[cell] += past >= task.cadence.days
                if second is not None and to_finish and second.due <= now:
                    self._count_overdue(book, second, stage, now)
                if overdue:
                    self._count_overdue(book, task, stage, now)

    def _promise_here(self, child: Child, kind: Kind) -> int:
        """Return the cell of a promise in the stage the child is in now.

        Work that opened elsewhere may still be that stage's kind (a review by telephone).
        """
        stage = child.stage.name  # type: ignore[union-attr]
        if kind.follows_child or kind.stage == stage:
            return kind.cell
        here = self.service.plan.stage_named.get(stage)
        own = (k for k in here.kinds if k.promise == kind.promise) if here is not None else ()
        return next((k.cell for k in own), kind.cell)

    def _hours_left(self, task: Task, now: int) -> float:
        hours = task.hours - task.spent
        if task.worker is not None and task.worker.current is task:
            hours -= (now - task.since) * task.rate
        return max(hours, 0.0)

    def _look_at_calls(self, book: Month, now: int) -> None:
        """Count the hours past due of work that belongs to no child."""
        diaries = {id(worker.diary): worker.diary for worker in self.service.workers}
        tasks = [task for diary in diaries.values() for task in diary.open_tasks()]
        tasks += [w.current for w in self._posts if w.current is not None]
        for task in tasks:
            if task.child is None and task.due <= now:
                book.pool_backlog_hours[self.pool_of(task)] += self._hours_left(task, now)

    def _count_overdue(self, book: Month, task: Task, stage: int, now: int) -> None:
        hours = self._hours_left(task, now)
        past = now - task.due
        book.backlog[task.kind.number] += 1
        book.backlog_hours[task.kind.number] += hours
        book.stage_backlog[stage] += 1
        book.stage_backlog_hours[stage] += hours
        book.stage_days_past[stage] += past
        book.stage_longest[stage] = max(book.stage_longest[stage], past)
        book.pool_backlog_hours[self.pool_of(task)] += hours

    def _look_at_workers(self, book: Month) -> None:
        loads: dict[int, list[float]] = {}
        for worker in self._posts:
            pool, fte = worker.post.pool, worker.post.fte
            held = worker.cases or worker.assigned
            number = len(held)
            book.caseload_children[pool] += number
            book.caseload_families[pool] += len({child.family for child in held})
            book.caseload_fte[pool] += fte
            if worker.post.site is not None:
                there = book.at_site(pool, worker.post.site)
                there.children += number
                there.fte += fte
            book.caseload_most[pool] = max(book.caseload_most[pool], number)
            loads.setdefault(pool, []).append(number / fte)
            if worker.post.limit is not None and len(worker.cases) > worker.post.limit:
                book.breaches[pool] += 1
        for pool, values in loads.items():
            values.sort()
            book.caseload_p90[pool] = values[max(ceil(0.9 * len(values)) - 1, 0)]

    def _close_books(self, now: int) -> None:
        """At the horizon: promises past due and still open count against being on time."""
        for child in self._open:
            for task in child.tasks.values():
                second = task.second
                to_do = task.state in DOING or (second is not None and second.state in DOING)
                if task.cell >= 0 and 0 < task.due <= now and to_do and task.state != SCHEDULED:
                    outcome = self.promises[task.cell]
                    outcome.open[self._month_of[task.due - 1]] += 1

    @property
    def sittings(self) -> int:
        """Sittings done so far."""
        return sum(worker.sittings for worker in self.service.workers)

    # --- what is made of lists afterwards ------------------------------------------------------

    def referral_counts(self) -> tuple[list[int], list[int]]:
        """Return referrals by month, and those within twelve months of the child's last."""
        every, again = [0] * len(self.months), [0] * len(self.months)
        year = 1.0 / self.service.plan.calendar.years_per_day
        last: dict[str, float] = {}
        for time, child in self.referrals:
            month = self._month_of[int(time)]
            every[month] += 1
            again[month] += child in last and time - last[child] <= year
            last[child] = time
        return every, again

    def bounces(self, stage: str, months: int) -> tuple[list[int], list[int]]:
        """Return moves out of a hub that were undone in so many months, and those watched."""
        undone, watched = [0] * len(self.months), [0] * len(self.months)
        span = months / 12.0 / self.service.plan.calendar.years_per_day
        for place, (time, child, left, _) in enumerate(self.moves):
            if left != stage or time + span > self.horizon:
                continue
            month = self._month_of[int(time)]
            watched[month] += 1
            undone[month] += any(
                again == child and back == stage and when - time <= span
                for when, again, _, back in self.moves[place + 1 :]
                if when - time <= span
            )
        return undone, watched

    def many_holders(self) -> list[int]:
        """Return, in the last month of each run year, children with three changes or more."""
        counts = [0] * len(self.months)
        for (_, year), changes in self.changes.items():
            if changes >= 3:
                counts[min(year * 12 + 11, len(self.months) - 1)] += 1
        return counts

    def durations(self) -> list[list[float]]:
        """Return the durations of assessments by the month completed, in working days."""
        months: list[list[float]] = [[] for _ in self.months]
        for time, days in self.assessed:
            months[self._month_of[int(time)]].append(float(days))
        return months
