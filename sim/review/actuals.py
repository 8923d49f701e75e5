"""What happened: the counts of a year, month by month, as a service gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.review.counted import Counted, FloatArray, Shape
from sim.scenario.errors import Caution


@dataclass(frozen=True, slots=True)
class Actual:
    """One number of one month.

    Attributes
    ----------
    counted
        What was counted.
    month
        ``2026-04``.
    value, of
        The two numbers. Of a share without ``of`` the value is the share, between 0 and 1; where
        a month has one number ``of`` is None.
    line
        Where it was written.
    """

    counted: Counted
    month: str
    value: float
    of: float | None
    line: int


@dataclass(frozen=True)
class Actuals:
    """The counts of a year.

    Attributes
    ----------
    file
        What the file is called.
    months
        The months of the year under review, in order; not each need have a count.
    rows
        What can be used, in the order of the file.
    remarks
        What cannot, and why: file, line, column, value and what is allowed.
    missing
        Of measures that were counted in some months, the months in which they were not.
    not_given
        What could have been counted and was in no month.
    """

    file: str
    months: tuple[str, ...]
    rows: tuple[Actual, ...]
    remarks: tuple[Caution, ...]
    missing: tuple[tuple[Counted, tuple[str, ...]], ...]
    not_given: tuple[Counted, ...]

    @property
    def counted(self) -> tuple[Counted, ...]:
        """What was counted in any month, in the order of the file."""
        return tuple(dict.fromkeys(row.counted for row in self.rows))

    def table(self, counted: Sequence[Counted]) -> FloatArray:
        """Give the counts as an array.

        Returns
        -------
        array, shape (counted, months, 2)
            As `sim.review.counted.counts`; NaN in months without a count. The second number of a
            share that was given without one is 1.
        """
        found = np.full((len(counted), len(self.months), 2), np.nan)
        place = {each: number for number, each in enumerate(counted)}
        month = {label: number for number, label in enumerate(self.months)}
        for row in self.rows:
            if row.counted in place:
                here = found[place[row.counted], month[row.month]]
                here[0], here[1] = row.value, 1.0 if row.of is None else row.of
        return found

    def without_of(self, counted: Counted) -> bool:
        """Whether some month of a share was given without the number it is of."""
        return counted.measure.shape is Shape.SHARE and any(
            row.of is None for row in self.rows if row.counted == counted
        )
