"""Figures of desks: how long requests wait, and how many are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.calendar import Calendar
    from sim.service.desks import DesksPlan
    from sim.service.task import Task


class RequestBook:
    """Figures of one kind of request, by month.

    Attributes
    ----------
    waits
        Working days from being made to being begun, of those begun in the month.
    answered, in_time
        How many were answered in the month, and by their due time.
    open_days
        Requests times working days open (waiting or in hand): over the days, the mean number open.
    """

    __slots__ = ("_since", "answered", "count", "in_time", "open_days", "waits")

    def __init__(self, months: int) -> None:
        self.waits: list[list[float]] = [[] for _ in range(months)]
        self.answered = [0] * months
        self.in_time = [0] * months
        self.open_days = [0.0] * months
        self.count = 0
        self._since = 0.0

    def change(self, by: int, now: float, month: int) -> None:
        """Count requests open up to now, and one more or less from now on."""
        self.open_days[month] += self.count * (now - self._since)
        self._since = now
        self.count += by


class DeskBook:
    """Figures of all desks, filled in as requests come, are begun and are answered."""

    def __init__(self, calendar: Calendar, plan: DesksPlan) -> None:
        months = len(calendar.months)
        self.requests = {name: RequestBook(months) for name in plan.requests}
        self._of = {r.kind.number: self.requests[name] for name, r in plan.requests.items()}
        self._waiting: set[Task] = set()

    def opened(self, task: Task, now: float, month: int) -> None:
        """A request is made."""
        book = self._of.get(task.kind.number)
        if book is not None:
            book.change(+1, now, month)
            self._waiting.add(task)

    def started(self, task: Task, now: float, month: int) -> None:
        """A sitting begins: if it is the first for the request, the wait is over."""
        if task in self._waiting:
            self._waiting.discard(task)
            self._of[task.kind.number].waits[month].append(now - task.opened)

    def ended(self, task: Task, now: float, month: int) -> None:
        """A request is answered."""
        book = self._of.get(task.kind.number)
        if book is not None:
            book.change(-1, now, month)
            book.answered[month] += 1
            book.in_time[month] += now <= task.due

    def month_end(self, now: float, month: int) -> None:
        """Carry what is open over to the next month."""
        for book in self.requests.values():
            book.change(0, now, month)
