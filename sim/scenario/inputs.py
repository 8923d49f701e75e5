"""The numbers of a scenario that rest on a judgement, and how to move one within its range.

A range is that of the number itself; of a distribution it is the range of the mean, and moving it
keeps the shape (a gamma its coefficient of variation; a list of values all grow alike).
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.calendar import Duration
from sim.scenario.distribution import Distribution
from sim.scenario.keys import keys
from sim.scenario.sourced import Sourced

ASSUMED = ("assumed",)
DIGITS = 6  # significant, of a number that was drawn: what a table shows is what was run
PER_YEAR, POUNDS = "per year", "pounds a year"


@dataclass(frozen=True)
class Input:
    """One number of a scenario with its grade.

    Attributes
    ----------
    key
        As ``--set`` takes it.
    unit
        ``hours``, ``per year``, ``share`` ...
    words
        The value as it would be read out.
    grade, source
        Where it comes from.
    value
        What the scenario says.
    range
        The least and greatest its number could be; None if that is not stated.
    uniform
        Whether all numbers of the range are as likely; if not, those near the value are likelier.
    """

    key: str
    unit: str
    words: str
    grade: str
    source: str
    value: Any
    range: tuple[float, float] | None
    uniform: bool = False

    @property
    def number(self) -> float | None:
        """The number that a range is about (a mean, an amount); None of a mix of shares."""
        if isinstance(self.value, Distribution):
            return self.value.mean()
        if isinstance(self.value, Duration):
            return float(self.value.amount)
        if isinstance(self.value, int | float):
            return float(self.value)
        return None

    @property
    def is_whole(self) -> bool:
        """Whether only whole numbers make sense: posts, days of an interval."""
        return isinstance(self.value, int | Duration)

    def at(self, number: float) -> str:
        """Write the ``KEY=VALUE`` that makes its number this one."""
        return f"{self.key}={self._text(number)}"

    def _text(self, number: float) -> str:
        value = self.value
        if isinstance(value, Distribution):
            return json.dumps(moved(value, number).plain())
        if isinstance(value, Duration):
            return f"{round(number)} {value.unit}"
        if isinstance(value, int):
            return str(round(number))
        return f"{number!r} {PER_YEAR}" if self.unit == PER_YEAR else repr(number)

    def drawn(self, chance: float) -> float:
        """Give the number of the range below which it lies with this chance (0 to 1).

        Triangular with its mode at the value, or uniform. Of whole numbers each has the chance of
        what rounds to it, from half below the range to half above.
        """
        assert self.range is not None
        assert self.number is not None
        (low, high), mode = self.range, self.number
        if self.is_whole:
            found = round(_quantile(low - 0.5, mode, high + 0.5, self.uniform, chance))
            return float(min(max(found, low), high))
        return float(f"{_quantile(low, mode, high, self.uniform, chance):.{DIGITS}g}")

    def shown(self, number: float) -> str:
        """Write one of its numbers for people, with its unit where that is short."""
        if self.unit == "share":
            return f"{number * 100:.4g}%"
        if isinstance(self.value, Duration):
            return str(Duration(round(number), self.value.unit))
        if self.unit == POUNDS:
            return f"£{number:,.0f}"
        return f"{number:.6g}"


def _quantile(low: float, mode: float, high: float, uniform: bool, chance: float) -> float:
    """Invert the distribution function of a triangle, or of a uniform."""
    width = high - low
    if uniform or width == 0.0:
        return low + chance * width
    if chance * width < mode - low:
        return low + math.sqrt(chance * width * (mode - low))
    return high - math.sqrt((1.0 - chance) * width * (high - mode))


def moved(distribution: Distribution, mean: float) -> Distribution:
    """Give a distribution another mean, its shape kept: all values in the same proportion."""
    if distribution.kind in ("fixed", "exponential"):
        return Distribution(distribution.kind, (mean,))
    if distribution.kind in ("gamma", "lognormal"):
        return Distribution(distribution.kind, (mean, distribution.parameters[1]))
    factor = mean / distribution.mean()
    values = tuple(factor * value for value in distribution.parameters)
    return Distribution(distribution.kind, values, distribution.weights)


def inputs(scenario: BaseModel, grades: Collection[str] = ASSUMED) -> list[Input]:
    """List the values of some grades, in the order of the scenario.

    A value without a grade of its own has that of what encloses it, as for ``caseload keys``.
    """
    return list(_inputs(scenario, grades))


def _inputs(scenario: BaseModel, grades: Collection[str]) -> Iterator[Input]:
    for key in keys(scenario):
        sourced: Sourced[Any] | None = key.sourced
        if sourced is not None and key.grade in grades:
            yield Input(
                key=key.path,
                unit=key.unit,
                words=key.value,
                grade=key.grade or "",
                source=key.source or "",
                value=sourced.value,
                range=sourced.range,
                uniform=sourced.spread == "uniform",
            )
