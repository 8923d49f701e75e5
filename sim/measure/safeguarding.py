"""Figures about safeguarding: enquiries, conferences, plans and care, as the department counts.

The department counts conferences that were held, and children whose every review was on time;
both stand beside our own share of promises kept, and are never mixed with it (F75, F95).
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sim.service import status
from sim.service.protection import BREAKS, case_of
from sim.service.task import OPEN, RUNNING, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.calendar import Calendar
    from sim.service.child import Child
    from sim.service.task import Task

DISCUSSION, CONFERENCE, REVIEW = "strategy_discussion", "icpc", "review_conference"
CONFERENCE_DAYS = 15  # F4: working days from the strategy discussion
REVIEWED_FROM = 0.25  # years on a plan from which its reviews are counted (F95)


class SafeguardingBook:
    """Figures by month, filled in as things happen and at month ends."""

    def __init__(self, calendar: Calendar) -> None:
        months = len(calendar.months)
        self._year = 1.0 / calendar.years_per_day
        self.discussions = [0] * months
        self.conferences = [0] * months
        self.conferences_in_time = [0] * months
        self.conference_days: list[list[float]] = [[] for _ in range(months)]
        self.plans_begun = [0] * months
        self.on_plan = [0] * months
        self.looked_after = [0] * months
        self.on_short_breaks = [0] * months
        self.long_on_plan = [0] * months
        self.all_reviewed = [0] * months
        self._since: dict[Child, float] = {}  # on a plan
        self._late: dict[Child, list[int]] = {}  # due times of its reviews held too late

    def status(
        self, child: Child, name: str, on: bool, detail: str, now: float, month: int
    ) -> None:
        """A plan begins or ends; one that was there on day one began before."""
        if name != status.PROTECTION_PLAN:
            return
        if not on:
            del self._since[child]
            self._late.pop(child, None)
        elif detail.startswith("since="):
            self._since[child] = float(detail.removeprefix("since="))
        else:
            self._since[child] = now
            self.plans_begun[month] += 1

    def kept(self, task: Task, now: float, month: int) -> None:
        """A promise has been kept: count what is safeguarding's."""
        name, child = task.kind.name, task.child
        if child is None:
            return
        if name == DISCUSSION:
            self.discussions[month] += 1
        elif name == CONFERENCE:
            self.conferences[month] += 1
            began = int(case_of(child).discussed_at)
            self.conferences_in_time[month] += now <= began + CONFERENCE_DAYS + 1
            # The end of a day belongs to that day.
            self.conference_days[month].append(float(ceil(now) - 1 - began))
        elif name == REVIEW and now > task.due:
            self._late.setdefault(child, []).append(task.due)

    def month_end(self, children: Iterable[Child], now: float, month: int) -> None:
        """Look at who has a plan or is looked after, and at the reviews of the year up to now."""
        for child in children:
            if status.LOOKED_AFTER in child.statuses:
                breaks = case_of(child).route == BREAKS
                (self.on_short_breaks if breaks else self.looked_after)[month] += 1
            if status.PROTECTION_PLAN in child.statuses:
                self.on_plan[month] += 1
                if (
                    now - self._since.get(child, child.statuses[status.PROTECTION_PLAN])
                    >= REVIEWED_FROM * self._year
                ):
                    self.long_on_plan[month] += 1
                    self.all_reviewed[month] += self._every_review_on_time(child, now)

    def _every_review_on_time(self, child: Child, now: float) -> bool:
        task = child.tasks.get(REVIEW)
        if task is not None and task.state in (OPEN, RUNNING, WAITING) and task.due <= now:
            return False
        return all(due <= now - self._year for due in self._late.get(child, ()))
