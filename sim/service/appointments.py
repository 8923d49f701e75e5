"""Meetings with others: booked for a day, and rebooked when somebody cannot come.

An appointment is booked when it opens, for the last day of its window on which the
worker has the hours free, so as to end by the due time even if it has to wait for the end
of the sitting in hand; else for the first day after.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from sim.service.conditions import any_of
from sim.service.task import APPOINTMENT_RANK, DONE, OPEN, SCHEDULED

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.slots import Room
    from sim.service.task import Task
    from sim.service.worker import Worker

FULL = 1.0 + 1e-9


def book(service: Service, task: Task, earliest: int | None = None, why: str = "first") -> None:
    """Fix the day of a meeting with everybody who works at it, and tell the log.

    Parameters
    ----------
    task
        The first worker's task; a second worker's is booked for the same day.
    earliest
        First working day that may be chosen; by default today, if the day is just breaking.
    why
        ``first``, ``worker``, ``family`` or ``agency``.
    """
    now = service.env.now
    if earliest is None:
        earliest = int(now) if now == int(now) else int(now) + 1
    parts = [task]
    if task.second is not None and _to_book(task.second):
        parts.append(task.second)
    needs = [(worker := _owner(part), part.left / worker.rate) for part in parts]
    longest = needs[0][1] if len(needs) == 1 else max(days for _, days in needs)
    latest = floor(task.due - longest - service.plan.longest_sitting)
    slots = _slots(service, task)
    day = latest
    while day >= earliest and not (_all_free(needs, day) and _has_slot(slots, day)):
        day -= 1
    if day < earliest:
        day = max(latest + 1, earliest)
        while not (_all_free(needs, day) and _has_slot(slots, day)):
            day += 1
        if slots is not None and any(_all_free(needs, d) for d in range(earliest, day)):
            why = "agency"  # but for those outside the service it could have been earlier
    for part in parts:
        _enter(service, part, day, why)


def rank(task: Task) -> float:
    """Return the place in a diary of a task that has been begun: a meeting comes first."""
    return APPOINTMENT_RANK if task.booked is not None else task.priority


def keep_free(worker: Worker, first: int, end: int) -> None:
    """Book nothing on working days [first, end)."""
    booked = worker.booked
    for day in range(first, min(end, len(booked))):
        booked[day] += 1.0


def call_off(worker: Worker, until: int) -> None:
    """A worker is away until a day: their meetings before it are booked anew."""
    service = worker.service
    concerned = {part.child for part in worker.meetings if _called_off(part, worker, until)}
    if not concerned:
        return
    for child, _ in [*worker.parts(), *((child, "") for child in worker.covering)]:
        if child not in concerned:
            continue
        for task in list(child.tasks.values()):
            for part in (task, task.second):
                if part is not None and _called_off(part, worker, until):
                    _rebook(service, part.first or part)


def _called_off(part: Task, worker: Worker, until: int) -> bool:
    """Whether a worker was to begin a part before a day."""
    if part.booked_with is not worker:
        return False
    assert part.booked is not None
    return part.booked < until and part.state == OPEN and part.spent == 0.0


def _rebook(service: Service, task: Task) -> None:
    if task.state != OPEN or task.worker is not None:
        return  # it is being held, or has been: what is left of it waits
    for part in (task, task.second):
        if part is not None and part.state == OPEN and part.diary is not None:
            part.entry = None
            unbook(part)
    book(service, task, why="worker")


def join(service: Service, task: Task, why: str) -> None:
    """Book a second worker's part for the day on which the meeting is."""
    assert task.first is not None
    day = task.first.booked
    if day is not None:
        _enter(service, task, day, why)
    elif task.first.state == DONE and task.diary is not None:
        task.diary.put(task, APPOINTMENT_RANK)  # the meeting has been held: what is left is now


def _to_book(task: Task) -> bool:
    return task.state == OPEN and task.diary is not None and task.booked is None


def _enter(service: Service, task: Task, day: int, why: str) -> None:
    worker = _owner(task)
    task.booked = day
    task.booked_with = worker
    worker.meetings[task] = None
    task.booked_days = task.left / worker.rate
    _mark(worker, day, task.booked_days, +1.0)
    if (slots := _slots(service, task)) is not None:
        slots.take(day)
    service.recorder.task_book(task, why)
    if day <= service.env.now:
        assert task.diary is not None
        task.diary.put(task, APPOINTMENT_RANK)
    elif day < service.horizon:
        service.meetings[day][task] = None


def come_or_put_off(service: Service, task: Task, day: int) -> bool:
    """On the day: whether everybody can come; if not, the meeting is booked again."""
    if task.first is not None:
        return True  # it is for the first worker's task to be put off, with this one
    assert task.child is not None
    if not _is_ready(task):
        _again(service, task, day + task.kind.waits_days, "worker")
        return False
    task.put_off += 1
    stream = service.put_off_streams[task.kind.number]
    u = stream.uniform(task.child.who, (task.occasion << 8) + task.put_off)
    chance = task.kind.put_off
    if u >= (service.plan.family_cannot_come if chance is None else chance):
        return True
    _again(service, task, day + 1, "family")
    return False


def _is_ready(task: Task) -> bool:
    """Whether what has to come first has been done: the child seen, before the review (K40)."""
    if task.kind.waits_for is None or task.child is None:
        return True
    first = task.child.tasks.get(task.kind.waits_for)
    return first is None or first.state in (SCHEDULED, DONE)


def _again(service: Service, task: Task, earliest: int, why: str) -> None:
    """Book a meeting again, with everybody, for a day not before `earliest`."""
    second = task.second
    unbook(task)
    if second is not None and second.state == OPEN:
        second.entry = None
        unbook(second)
    book(service, task, earliest=earliest, why=why)


def unbook(task: Task) -> None:
    """Give the day's hours back."""
    if task.booked is not None:
        worker = task.booked_with
        assert worker is not None
        del worker.meetings[task]
        meetings = worker.service.meetings
        if task.booked < len(meetings):
            meetings[task.booked].pop(task, None)
        _mark(worker, task.booked, task.booked_days, -1.0)
        if task.state != DONE and (slots := _slots(worker.service, task)) is not None:
            slots.take(task.booked, -1)
        task.booked = task.booked_with = None


def _slots(service: Service, task: Task) -> Room | None:
    """Return the diary outside the service that must have room for a meeting."""
    needs, child = task.kind.needs_slot, task.child
    if needs is None:
        return None
    unless = task.kind.slot_unless
    if unless and child is not None and child.stage is not None:
        hub = service.hubs[child.stage.name]
        return None if any_of(unless, child, hub) else service.slots.get(needs)
    return service.slots.get(needs)


def _has_slot(slots: Room | None, day: int) -> bool:
    return slots is None or slots.free(day)


def _owner(task: Task) -> Worker:
    assert task.diary is not None
    members = task.diary.members
    if len(members) == 1:
        return members[0]
    own = members[0].service.doer(task)  # a manager's, who works from a shared desk
    return own if own is not None and own.diary is task.diary else members[0]


def _all_free(needs: list[tuple[Worker, float]], day: int) -> bool:
    return all(_free(worker, day, days) for worker, days in needs)


def _free(worker: Worker, day: int, days: float) -> bool:
    booked = worker.booked
    last = len(booked) - 1
    while days > 0.0:
        if day >= last:
            return True
        taken = booked[day]
        if taken > 0.0 and taken + (days if days < 1.0 else 1.0) > FULL:
            return False
        day += 1
        days -= 1.0
    return True


def _mark(worker: Worker, day: int, days: float, sign: float) -> None:
    booked = worker.booked
    while days > 0.0 and day < len(booked):
        booked[day] += sign * (days if days < 1.0 else 1.0)
        day += 1
        days -= 1.0
