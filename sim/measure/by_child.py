"""Hours child by child and month by month, with who could be held in the model's lightest stage.

For comparing delivery models on the same children: whoever could be held in the lightest stage of
every model is the same child, with the same life, in each. Kept only when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.measure.accounts import Accounts
from sim.measure.child_hours import ChildHours, blocked_for
from sim.service.placing import suitable
from sim.service.rule import barred_by

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.plan import Plan
    from sim.service.service import Service
    from sim.service.stage import Hub

ELIGIBLE = ""
KEPT = "a plan, care or the family keeps the child in a more intensive stage"
NEEDS_MORE = "the need known is served elsewhere"
NEEDS_MET = "the need known is met: the case is about to close"


@dataclass(frozen=True)
class ChildMonths:
    """Children held in hubs at month ends, and what was done for those who are eligible.

    Attributes
    ----------
    who, month, reason
        Of each child at each month end: the number that stands for the child, the month, and the
        place in `reasons` of why it could not be in the lightest stage (0: it could).
    years, hours
        Of those who could, in the same order: the part of a year for which a hub held the child in
        the month, and the hours worked for it by each of `pools`.
    """

    who: NDArray[np.uint64]
    month: NDArray[np.int16]
    reason: NDArray[np.uint8]
    years: NDArray[np.float32]
    hours: NDArray[np.float32]
    reasons: tuple[str, ...]
    pools: tuple[str, ...]
    stage: str

    @property
    def eligible(self) -> NDArray[np.bool_]:
        """Which of the rows are of children who could be in the lightest stage."""
        return np.equal(self.reason, 0)


class HoursByChild(ChildHours):
    """The same books, and those of each child in the month that runs."""

    def __init__(self, plan: Plan, stages: Sequence[str]) -> None:
        super().__init__(plan, stages)
        self._pools = len(plan.pools)
        self.of: dict[Child, list[float]] = {}

    def spent(self, child: Child, pool: int, hours: float) -> None:
        """Count hours worked for a child."""
        super().spent(child, pool, hours)
        book = self.of.get(child)
        if book is None:
            book = self.of[child] = [0.0] * self._pools
        book[pool] += hours


class AccountsByChild(Accounts):
    """Accounts that also keep each child's hours."""

    def begin(self, service: Service) -> None:
        """Open the books."""
        super().begin(service)
        self._since: dict[Child, float] = {}
        self._days: dict[Child, float] = {}
        self._rows: list[tuple[int, int, int]] = []
        self._worked: list[tuple[float, list[float]]] = []
        self._reasons: dict[str, int] = {ELIGIBLE: 0}

    def books_of_hours(self) -> HoursByChild:
        """Open the books of hours, each child's too."""
        self._by_child = HoursByChild(self.service.plan, self.stages)
        return self._by_child

    def stage_enter(self, child: Child, initial: dict[str, float] | None) -> None:
        """Note since when a hub holds the child."""
        super().stage_enter(child, initial)
        if child.stage is not None and child.stage.is_hub:
            self._since[child] = self.env.now

    def stage_leave(self, child: Child, reason: str) -> None:
        """Count for how long it did."""
        self._held(child)
        self._since.pop(child, None)
        super().stage_leave(child, reason)

    def _held(self, child: Child) -> None:
        since = self._since.get(child)
        if since is not None:
            self._days[child] = self._days.get(child, 0.0) + self.env.now - since
            self._since[child] = self.env.now

    def month_end(self, month: int) -> None:
        """Look at whom each hub holds, and begin the next month's books."""
        super().month_end(month)
        year = self.service.plan.calendar.years_per_day
        lightest = self.service.hubs[self.service.plan.stages[-1].name]
        for child in list(self._since):
            self._held(child)
            why = why_not(self.service, child, lightest)
            reason = self._reasons.setdefault(why, len(self._reasons))
            self._rows.append((child.who, month, reason))
            if reason == 0:
                days = self._days[child]
                self._worked.append((days * year, self._with_blocked(child, days)))
        self._days.clear()
        self._by_child.of.clear()

    def _with_blocked(self, child: Child, days: float) -> list[float]:
        """Return the child's hours by pool, with what was blocked for it."""
        hours = list(self._by_child.of.get(child) or [0.0] * len(self.service.plan.pools))
        plan = self.service.plan
        for pool, blocked in blocked_for(plan, plan.stage_named[child.stage.name]):  # type: ignore[union-attr]
            hours[pool] += days * blocked
        return hours

    def child_months(self) -> ChildMonths:
        """Return what was kept, once the run is over."""
        pools = self.service.plan.pools
        hours = [hours for _, hours in self._worked]
        return ChildMonths(
            who=np.array([who for who, _, _ in self._rows], dtype=np.uint64),
            month=np.array([month for _, month, _ in self._rows], dtype=np.int16),
            reason=np.array([reason for _, _, reason in self._rows], dtype=np.uint8),
            years=np.array([years for years, _ in self._worked], dtype=np.float32),
            hours=np.array(hours, dtype=np.float32).reshape(-1, len(pools)),
            reasons=tuple(self._reasons),
            pools=tuple(pools),
            stage=self.service.plan.stages[-1].name,
        )


def why_not(service: Service, child: Child, lightest: Hub) -> str:
    """Say why a child could not be held in the lightest hub by what is known; empty if it could."""
    best = suitable(service, child)
    if best is lightest:
        return ELIGIBLE
    if best is None:
        return NEEDS_MET
    if lightest.name not in service.plan.serving(child.known):
        return NEEDS_MORE
    guard = barred_by(child, lightest)
    return guard.__name__ if guard is not None else KEPT
