"""The counts of the year beside those of its futures, in the months in which all were counted."""

from __future__ import annotations

import numpy as np

from sim.review.actuals import Actuals
from sim.review.counted import Counted, FloatArray
from sim.review.forecast import Forecast

Pair = tuple[FloatArray, FloatArray]  # (months, 2) and (futures, months, 2)
Sum = tuple[float, FloatArray]  # of the year, and of each future


class Beside:
    """Finds counts by address.

    Attributes
    ----------
    forecast
        The possible years.
    given
        What was counted, by address.
    """

    def __init__(self, forecast: Forecast, actuals: Actuals) -> None:
        self.forecast = forecast
        self.given = {each.address: each for each in actuals.counted}
        self._actuals = actuals
        self._place = {each: number for number, each in enumerate(forecast.counted)}

    def named(self, measure: str) -> list[Counted]:
        """List the places at which a measure was counted with all its numbers."""
        return [
            each
            for each in self.given.values()
            if each.measure.name == measure and not self._actuals.without_of(each)
        ]

    def pairs(self, *addresses: str) -> list[Pair] | None:
        """Give the counts in the months that all of these have, NaN in others; None if in none."""
        if any(address not in self.given for address in addresses):
            return None
        counted = [self.given[address] for address in addresses]
        happened = self._actuals.table(counted)
        use = np.where(np.isfinite(happened[..., 0]).all(axis=0), 1.0, np.nan)
        if not np.isfinite(use).any():
            return None
        return [
            (happened[number] * use[:, None], self._futures(each) * use[None, :, None])
            for number, each in enumerate(counted)
        ]

    def sums(self, *addresses: str) -> list[Sum] | None:
        """Give the sums of the first number over these months; None if there are none."""
        pairs = self.pairs(*addresses)
        if pairs is None:
            return None
        return [
            (float(np.nansum(year[:, 0])), np.asarray(np.nansum(futures[..., 0], axis=1)))
            for year, futures in pairs
        ]

    def _futures(self, counted: Counted) -> FloatArray:
        return self.forecast.counts[:, self._place[counted]]
