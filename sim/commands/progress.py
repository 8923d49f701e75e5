"""How far a run has come: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import math
import sys
import time
from typing import Any

from tqdm import tqdm

TENTH = 0.1


class _Bar(tqdm):  # type: ignore[type-arg]
    """A bar without the thread that tqdm adds to it: beside a thread no process can be forked."""

    monitor_interval = 0


class Progress:
    """Shows on standard error how many possible futures are done and how long the rest take.

    Attributes
    ----------
    quiet
        Whether nothing is shown.
    done, asked
        How many are done, and how many were asked for.
    """

    def __init__(self, quiet: bool = False) -> None:
        self.quiet = quiet
        self.done = self.asked = 0
        self._began = time.monotonic()
        self._kept: int | None = None  # done when it was first told: taken from the run store
        self._bar: Any = None  # a tqdm bar
        self._told = 0  # done when a line was last written

    def __call__(self, done: int, asked: int) -> None:
        """Show that `done` of `asked` are done."""
        self.done, self.asked = done, asked
        if self._kept is None:
            self._kept = done
        if self.quiet:
            return
        if sys.stderr.isatty():
            self._draw(done, asked)
        elif done and (done >= self._told + TENTH * asked - 1e-9 or done == asked):
            self._told = done
            print(self._line(done, asked), file=sys.stderr, flush=True)

    def _draw(self, done: int, asked: int) -> None:
        if self._bar is None:
            self._bar = _Bar(
                total=asked,
                initial=done,
                desc="Possible futures",
                bar_format="{desc} {n_fmt} of {total_fmt} |{bar}| {remaining} left",
                leave=False,
                dynamic_ncols=True,
                miniters=1,  # looked at after each: no thread does it now and then
                file=sys.stderr,
            )
        self._bar.total = asked  # grows when it is not known beforehand how many it takes
        self._bar.update(done - self._bar.n)

    def _line(self, done: int, asked: int) -> str:
        line = f"{done} of {asked} possible futures done"
        made = done - (self._kept or 0)
        if made and done < asked:
            spent = time.monotonic() - self._began
            line += f", about {duration(spent / made * (asked - done))} left"
        return line

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def duration(seconds: float) -> str:
    """Write a time as a person would."""
    if seconds < 100:
        return f"{max(math.ceil(seconds), 1)} s"
    return f"{math.ceil(seconds / 60)} min"
