"""Visits that can only be made while schools are open."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.calendar import Calendar

SCHOOL = "school"  # whose diary must have room: see `slots`


class TermTime:
    """Days on which a child can be seen at school; there is room for everybody."""

    def __init__(self, calendar: Calendar, days: int) -> None:
        self._open = [calendar.is_term(calendar.date(float(day))) for day in range(days)]

    def free(self, day: int) -> bool:
        """Whether schools are open on a working day; after the run they are."""
        return day >= len(self._open) or self._open[day]

    def take(self, day: int, change: int = 1) -> None:
        """Nobody takes anybody's place."""
