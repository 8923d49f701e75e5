"""The numbers of a scenario so far: they narrow as possible futures are finished."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.experiment.compare import Difference, difference
from sim.experiment.summary import ALL, Estimate, estimate

Address = tuple[str, str]


class Figures:
    """Every number of the finished replications of one scenario.

    Attributes
    ----------
    periods
        The whole run, its years, its months: `sim.experiment.columns.spans`.
    """

    def __init__(self, periods: Sequence[str]) -> None:
        self.periods = tuple(periods)
        self.months = tuple(period for period in periods if "-" in period)
        self.years = tuple(p for p in periods if p != ALL and "-" not in p)
        self._place = {period: place for place, period in enumerate(periods)}
        self._units: dict[Address, str] = {}
        self._values: dict[Address, dict[int, NDArray[np.float64]]] = {}
        self._numbers: set[int] = set()

    def add(self, number: int, rows: Sequence[Any]) -> None:
        """Take in a replication, as ``caseload run --progress-json`` writes it."""
        for measure, where, unit, values in rows:
            self._units.setdefault((measure, where), unit)
            row = np.array([math.nan if v is None else v for v in values])
            self._values.setdefault((measure, where), {})[number] = row
        self._numbers.add(number)

    @property
    def numbers(self) -> list[int]:
        """The replications that are here."""
        return sorted(self._numbers)

    @property
    def addresses(self) -> list[Address]:
        """List every measure and where it is taken, in the order of the service."""
        return list(self._units)

    def measures(self, measure: str) -> list[str]:
        """List the measures of a kind: ``on_time`` gives ``on_time:cin_review`` and others."""
        found = (m for m, _ in self._units if m == measure or m.startswith(f"{measure}:"))
        return list(dict.fromkeys(found))

    def places(self, measure: str) -> list[str]:
        """List where a measure is taken, in the order of the service."""
        return [where for name, where in self._units if name == measure]

    def values(
        self, measure: str, where: str, period: str, numbers: Sequence[int] | None = None
    ) -> list[float | None]:
        """Give a measure in each replication; what never happened there is none, or 0."""
        known = self._values.get((measure, where), {})
        place = self._place[period]
        absent = 0.0 if measure.startswith(("flow:", "days_late:")) else None
        found: list[float | None] = []
        for number in self.numbers if numbers is None else numbers:
            row = known.get(number)
            value = math.nan if row is None else float(row[place])
            found.append(absent if row is None else None if math.isnan(value) else value)
        return found

    def get(self, measure: str, where: str, period: str = ALL) -> Estimate | None:
        """Estimate a measure; None if it is not taken there, or has no value."""
        if (measure, where) not in self._units:
            return None
        unit = self._units[measure, where]
        found = estimate(measure, where, period, unit, self.values(measure, where, period))
        return None if found.mean is None else found

    def by_month(self, measure: str, where: str) -> list[Estimate]:
        """Estimate a measure in each month that has a value."""
        found = (self.get(measure, where, month) for month in self.months)
        return [each for each in found if each is not None]

    def change(
        self, other: Figures, measure: str, where: str, period: str = ALL
    ) -> Difference | None:
        """Compare with another scenario (this one first), future by future.

        None if either does not have the measure, or no future is finished in both.
        """
        address = (measure, where)
        both = sorted(self._numbers & other._numbers)
        if not both or address not in self._units or address not in other._units:
            return None
        ours, theirs = (f.values(measure, where, period, both) for f in (self, other))
        pairs = [
            (a, b) for a, b in zip(ours, theirs, strict=True) if a is not None and b is not None
        ]
        return difference(measure, where, period, self._units[address], pairs) if pairs else None
