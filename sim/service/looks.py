"""When those who are open on day one were last looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.service.streams import identity

if TYPE_CHECKING:
    from sim.scenario.sections.day_one import DayOne, Look
    from sim.service.service import Service
    from sim.service.streams import Stream


def part_elapsed(stream: Stream, who: int, promise: str, day_one: DayOne) -> float:
    """Draw how much of its interval has gone by since a promise was last kept to a child.

    Spread evenly over the interval; for the share that the scenario says is overdue, over the
    time past due.
    """
    share = day_one.overdue.get(promise)
    occasion = identity(promise)
    u = stream.uniform(who, occasion)
    late = share is not None and stream.uniform(who, occasion + 1) < share.value
    return 1.0 + u * day_one.overdue_by.value if late else u


class Looks:
    """The looks at a group of children until day one, by whoever served them."""

    def __init__(self, service: Service, looks: Mapping[str, Look]) -> None:
        self._looks = looks
        self._day_one = service.plan.scenario.day_one
        self._mix = service.streams["cadence"]
        self._less_often = service.streams["less often"]

    def last(self, who: int, stream: Stream) -> float:
        """Return when a child was last looked at, in working days before day one (negative)."""
        return max(
            -part_elapsed(stream, who, look.promise, self._day_one) * self._days(who, name, look)
            for name, look in self._looks.items()
        )

    def _days(self, who: int, name: str, look: Look) -> int:
        """Return the child's own interval, drawn as a stage draws it (`Hub.interval_days`)."""
        task = identity(name)
        every = look.every.value
        if look.less_often is not None:
            agreed = self._less_often.uniform(who, task) < look.less_often.share.value
            if agreed:
                return round(look.less_often.every.value.working_days())
        interval = every[-1][0]
        if len(every) > 1:
            u = self._mix.uniform(who, task)
            for one, share in every:
                u -= share
                if u < 0.0:
                    interval = one
                    break
        return round(interval.working_days())
