"""Meetings with others: booked for a day, and rebooked when somebody cannot come.

An appointment is booked when it opens, for the last day of its window on which the
worker has the hours free, so as to end by the due time; else for the first day after.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from sim.service.streams import identity

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Worker

FULL = 1.0 + 1e-9
FAMILY = identity("family or agency cannot come")


def book(service: Service, task: Task, worker: Worker, earliest: int | None = None) -> None:
    """Fix the day of an appointment and tell the diary.

    Parameters
    ----------
    earliest
        First working day that may be chosen; by default today, if the day is just breaking.
    """
    now = service.env.now
    if earliest is None:
        earliest = int(now) if now == int(now) else int(now) + 1
    days = task.left / worker.rate
    latest = floor(task.due - days)
    day = next(
        (d for d in range(latest, earliest - 1, -1) if _free(worker, d, days)), None
    )
    if day is None:
        day = max(latest + 1, earliest)
        while not _free(worker, day, days):
            day += 1
    why = "first" if task.booked is None and not task.put_off else "family"
    _mark(worker, day, days, +1.0)
    task.booked = day
    task.booked_days = days
    service.recorder.task_book(task, why)
    if day <= now:
        task.diary.put(task, 1.5)  # type: ignore[union-attr]
    elif day < service.horizon:
        service.opening[day].append(task)


def come_or_put_off(service: Service, task: Task, day: int) -> bool:
    """On the day: whether everybody can come; if not, the meeting is booked again."""
    assert task.child is not None
    chance = service.plan.family_cannot_come
    task.put_off += 1
    u = service.put_off_stream.uniform(
        task.child.who, (task.kind.number << 40) + (task.occasion << 8) + task.put_off
    )
    if u >= chance:
        return True
    worker = _owner(task)
    unbook(task)
    book(service, task, worker, earliest=day + 1)
    return False


def unbook(task: Task) -> None:
    """Give the day's hours back."""
    if task.booked is not None:
        worker = _owner(task)
        _mark(worker, task.booked, task.booked_days, -1.0)
        task.booked = None


def _owner(task: Task) -> Worker:
    assert task.diary is not None
    return task.diary.members[0]


def _free(worker: Worker, day: int, days: float) -> bool:
    booked = worker.booked
    while days > 0.0:
        if day >= len(booked) - 1:
            return True
        if booked[day] + min(days, 1.0) > FULL and booked[day] > 0.0:
            return False
        day += 1
        days -= 1.0
    return True


def _mark(worker: Worker, day: int, days: float, sign: float) -> None:
    booked = worker.booked
    while days > 0.0 and day < len(booked):
        booked[day] += sign * min(days, 1.0)
        day += 1
        days -= 1.0
