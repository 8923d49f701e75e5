"""The instants of the simulation: a fine grid of time, and the order within an instant.

Every span is rounded to a multiple of 2**-20 of a working day (a fortieth of a second),
so that times add up exactly: a sitting that should end at the end of a day does.
"""

from __future__ import annotations

import simpy
from simpy.events import NORMAL, URGENT

GRID = float(1 << 20)

# Order of what is due at one instant (DESIGN 5, "Ties"): what was running ends first
# (SimPy's own priorities 0 and 1), then the day breaks (people, allocation, the transfer
# list, openings), then workers choose what to start.
__all__ = ["AFTER_OPENINGS", "DAY_BREAK", "GRID", "NORMAL", "Moment", "fire_now", "on_grid"]

DAY_BREAK = 2
AFTER_OPENINGS = 3


def on_grid(span: float) -> float:
    """Round a span in working days to the grid; never to nothing."""
    return (int(span * GRID + 0.5) or 1) / GRID


class Moment(simpy.Event):
    """An event after `delay` working days, at a chosen place in the order of its instant."""

    def __init__(self, env: simpy.Environment, order: int, delay: float = 0.0) -> None:
        super().__init__(env)
        self._ok = True
        self._value = None
        env.schedule(self, order, delay)  # type: ignore[arg-type]


def fire_now(event: simpy.Event) -> None:
    """Let an event happen at once, before anything else due at this instant."""
    event._ok = True
    event._value = None
    event.env.schedule(event, URGENT)
