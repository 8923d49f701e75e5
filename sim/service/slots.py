"""The diary of people outside the service, without whom a meeting cannot be held.

They serve the whole county: of so many slots a week, others take a share, and ours must find
a day on which one is left. Which are taken belongs to the day, not to what we ask for.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING, Protocol

from sim.service.streams import identity

if TYPE_CHECKING:
    from sim.service.streams import Stream

WEEK = 5  # working days


class Room(Protocol):
    """A diary outside the service: whether a day has room, and room taken or given back."""

    def free(self, day: int) -> bool:
        """Whether there is room on a day."""

    def take(self, day: int, change: int = 1) -> None:
        """Take room on a day, or give it back (`change` is -1)."""


class Slots:
    """Slots that are left for the service, by working day.

    Parameters
    ----------
    stream
        Which slots others take.
    days
        Length of the run; after it every day has room.
    """

    def __init__(self, stream: Stream, days: int) -> None:
        self._stream = stream
        self._left: list[int | None] = [None] * days
        self._days = days
        self._a_week = 0
        self._taken = 0.0

    def adopt(self, a_week: int, taken: float) -> None:
        """Take on what the scenario says: slots a week, and the share that others take.

        Days that have been looked at stay as they are.
        """
        self._a_week, self._taken = a_week, taken

    def free(self, day: int) -> bool:
        """Whether a slot is left on a day."""
        return day >= self._days or self._at(day) > 0

    def take(self, day: int, change: int = 1) -> None:
        """Take a slot on a day, or give one back (`change` is -1)."""
        if day < self._days:
            self._left[day] = self._at(day) - change

    def _at(self, day: int) -> int:
        left = self._left[day]
        if left is None:
            left = self._left[day] = self._drawn(day)
        return left

    def _drawn(self, day: int) -> int:
        slots = floor((day + 1) * self._a_week / WEEK) - floor(day * self._a_week / WEEK)
        who = identity("slots")
        return sum(
            self._stream.uniform(who, (day << 10) + number) >= self._taken
            for number in range(slots)
        )
