"""What ``--precision`` may ask for: which figure is to be known, and to within how much.

The figure is the average of a measure over the futures, a quantile of it (how bad is a bad year),
or the share of futures in which it is above or below something (how likely is it).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from sim.experiment.intervals import (
    Known,
    fewest_for_quantile,
    futures_to_see,
    known_average,
    known_quantile,
    known_share,
    unseen,
)
from sim.experiment.summary import ALL, spans
from sim.measure.series import MEANINGS, Series

FEWEST = 10  # futures before an interval is believed
LOOK_AHEAD = 5  # futures more for which it must still hold
SELDOM = 0.05  # an average of values that never varied: how seldom another one is to be
SIGNS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
)


class Figure(Protocol):
    """What is made of a measure's values in the futures."""

    @property
    def fewest(self) -> int:
        """How many futures it takes for an interval to be believed."""

    def taken(self, series: Series, first: int, end: int) -> float | None:
        """Take from one future what counts, over months `first` to `end` (excluded)."""

    def known(self, values: Sequence[float]) -> Known:
        """Give the figure and its interval."""

    def unit(self, unit: str) -> str:
        """Give the figure's unit from the measure's."""


@dataclass(frozen=True, slots=True)
class Average:
    """The average over the futures."""

    fewest: int = FEWEST

    def taken(self, series: Series, first: int, end: int) -> float | None:
        """Take the measure."""
        return series.value(first, end)

    def known(self, values: Sequence[float]) -> Known:
        """Give the average."""
        return known_average(values)

    def unit(self, unit: str) -> str:
        """Give the measure's unit."""
        return unit

    def __str__(self) -> str:
        return "average"


@dataclass(frozen=True, slots=True)
class Quantile:
    """A quantile over the futures: of 100, `q` times 100 have less."""

    q: float

    @property
    def fewest(self) -> int:
        """As many as the interval needs for its two ends."""
        return max(FEWEST, fewest_for_quantile(self.q))

    def taken(self, series: Series, first: int, end: int) -> float | None:
        """Take the measure."""
        return series.value(first, end)

    def known(self, values: Sequence[float]) -> Known:
        """Give the quantile."""
        return known_quantile(values, self.q)

    def unit(self, unit: str) -> str:
        """Give the measure's unit."""
        return unit

    def __str__(self) -> str:
        return f"p{100.0 * self.q:g}"


@dataclass(frozen=True, slots=True)
class Share:
    """The share of futures in which a measure is above or below something.

    Attributes
    ----------
    sign, than
        Such as ``<`` and 0.8.
    ever
        Whether it is enough to be so in any one month.
    """

    sign: str
    than: float
    ever: bool = False
    fewest: int = FEWEST

    def taken(self, series: Series, first: int, end: int) -> float | None:
        """Say whether it is so in this future: 1 or 0; None where the measure has no value."""
        found = (
            [series.value(month, month + 1) for month in range(first, end)]
            if self.ever
            else [series.value(first, end)]
        )
        compare = SIGNS[self.sign]
        known = [compare(value, self.than) for value in found if value is not None]
        return float(any(known)) if known else None

    def known(self, values: Sequence[float]) -> Known:
        """Give the share."""
        return known_share(round(sum(values)), len(values))

    def unit(self, unit: str) -> str:
        """Say that it is a share of the futures."""
        return "share of futures"

    def __str__(self) -> str:
        return f"share of futures{' ever' * self.ever} {self.sign} {self.than:.12g}"


@dataclass(frozen=True, slots=True)
class Target:
    """How sure one figure is to be.

    Attributes
    ----------
    address
        ``measure[:what]@where``.
    share
        How far off it may be, as a share of the figure's size; 0 if that is absolute.
    least
        What is near enough whatever the figure, in its unit; 0 if there is none.
    of
        Which figure.
    period
        ``all``, a run year ``1``, ``2`` ... or a month ``2026-04``.
    """

    address: str
    share: float
    least: float
    of: Figure = Average()
    period: str = ALL

    def allowed(self, figure: float) -> float:
        """Give how far off it may be; the sign of the figure does not matter."""
        return max(self.share * abs(figure), self.least)

    def holds(self, known: Known) -> bool:
        """Say whether a figure is sure enough.

        An average of zero has no share to be within. One of values that were all the same has an
        interval of nothing, which is no reason: it holds once another value is known to be seldom.
        """
        if known.futures < self.of.fewest or known.value is None or known.how_far is None:
            return False
        allowed = self.allowed(known.value)
        if isinstance(self.of, Average) and allowed == 0.0:
            return False
        if known.never_varied:
            return unseen(known.futures) <= SELDOM
        return known.how_far <= allowed

    @property
    def fewest(self) -> int:
        """The fewest futures with which it can hold, whatever they are like."""
        if isinstance(self.of, Share) and not self.share and self.least < 1.0:
            return max(self.of.fewest, futures_to_see(self.least))
        return self.of.fewest

    def values(self, versions: Iterable[Series], months: Sequence[str]) -> list[float | None]:
        """Take the measure from each future."""
        first, end = spans(months)[self.period]
        return [self.of.taken(version, first, end) for version in versions]

    @property
    def unit(self) -> str:
        """The figure's unit."""
        return self.of.unit(unit_of(self.address))

    @property
    def what(self) -> str:
        """Write the figure as it may be typed."""
        place = self.address if self.period == ALL else f"{self.address}@{self.period}"
        if isinstance(self.of, Share):
            ever = "ever " * self.of.ever
            return f"share of futures {ever}with {place} {self.of.sign} {self.of.than:.12g}"
        return place if isinstance(self.of, Average) else f"{self.of} of {place}"

    def __str__(self) -> str:
        """Write how far off it may be, as it may be typed."""
        of_it = " of it" if isinstance(self.of, Share) else ""
        parts = [f"{100.0 * self.share:g}%{of_it}"] if self.share else []
        return " or ".join([*parts, f"{self.least:g}"] if self.least else parts)


def unit_of(address: str) -> str:
    """Give the unit of a measure, by its address or name."""
    return MEANINGS[address.partition("@")[0].partition(":")[0]][0]
