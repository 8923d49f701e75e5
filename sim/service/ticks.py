"""The instants of the simulation: a fine grid of time, and the order within an instant.

Every span is rounded to a multiple of 2**-20 of a working day (a fortieth of a second),
so that times add up exactly: a sitting that should end at the end of a day does.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Any

import simpy
from simpy.events import NORMAL, URGENT

GRID = float(1 << 20)

# Order of what is due at one instant (DESIGN 5, "Ties"): what was running ends first
# (SimPy's own priorities 0 and 1), then the day breaks (people, allocation, the transfer
# list, openings), then workers choose what to start.
__all__ = [
    "AFTER_OPENINGS",
    "DAY_BREAK",
    "GRID",
    "NORMAL",
    "Clock",
    "Moment",
    "fire_now",
    "on_grid",
]

DAY_BREAK = 2
AFTER_OPENINGS = 3


def on_grid(span: float) -> float:
    """Round a span in working days to the grid; never to nothing."""
    return (int(span * GRID + 0.5) or 1) / GRID


class Clock(simpy.Environment):
    """SimPy's environment, always run up to a time.

    The time is asked for ten times a sitting, so it is a plain attribute and not a property.
    """

    now: float = 0.0

    def run(self, until: Any = None) -> None:
        """Let everything happen that is due before a time; then it is that time."""
        queue = self._queue
        while queue and queue[0][0] < until:
            self._now, _, _, event = heappop(queue)
            self.now = self._now
            callbacks, event.callbacks = event.callbacks, None  # type: ignore[assignment]
            for callback in callbacks:
                callback(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value
        self.now = self._now = until


class Moment(simpy.Event):
    """An event after `delay` working days, at a chosen place in the order of its instant.

    SimPy's Timeout with an order, and without a step between it and the queue: nearly all that
    happens is one.
    """

    def __init__(self, env: Clock, order: int, delay: float = 0.0) -> None:
        self.env = env
        self.callbacks = []
        self._ok = True
        self._value = None
        heappush(env._queue, (env.now + delay, order, next(env._eid), self))  # type: ignore[misc]


def fire_now(event: simpy.Event) -> None:
    """Let an event happen at once, before anything else due at this instant."""
    event._ok = True
    event._value = None
    event.env.schedule(event, URGENT)
