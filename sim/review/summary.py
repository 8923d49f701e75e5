"""A year in a few numbers: one for each measure that was counted, on a scale of even spread.

The whole year is judged and explained by these, not month by month, because months of one year are
alike. Numbers are taken as square roots and shares as angles, whose spread depends little on their
size (Bartlett 1947, The use of transformations, Biometrics 3). What follows from other measures is
left out: children for each worker (children open over staff in post), and children open in the
whole service where they are known by stage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.measure.measured import SERVICE
from sim.review.actuals import Actuals
from sim.review.counted import Counted, FloatArray
from sim.review.forecast import Forecast
from sim.review.months import over_year

FOLLOWS = ("caseload",)


@dataclass(frozen=True, eq=False)
class Years:
    """The year that happened and possible years, in the same numbers.

    Attributes
    ----------
    counted
        What the numbers are of.
    known
        Shape (counted, months): in which months each was counted.
    pooled
        Of each, whether its months are put together by their counts.
    happened
        Shape (counted,).
    futures
        Shape (futures, counted).
    """

    counted: tuple[Counted, ...]
    known: FloatArray
    pooled: tuple[bool, ...]
    happened: FloatArray
    futures: FloatArray

    def of(self, counts: FloatArray, among: Sequence[Counted]) -> FloatArray:
        """Give the numbers of other possible years, from the counts of the same months.

        Parameters
        ----------
        counts
            Shape (futures, among, months, 2).
        among
            What was counted, in that order.
        """
        return _numbers(self.counted, counts, among, self.known, self.pooled)


def years(forecast: Forecast, actuals: Actuals) -> Years:
    """Give the year and the forecast's in the numbers by which they can be compared.

    Left out is what some future has no value of, and what is the same in all of them and was so.
    """
    counted = tuple(_independent(actuals.counted))
    happened = actuals.table(counted)
    known = np.where(np.isfinite(happened[..., 0]), 1.0, np.nan)
    pooled = tuple(not actuals.without_of(each) for each in counted)
    futures = _numbers(counted, forecast.counts, forecast.counted, known, pooled)
    fact = _numbers(counted, happened[None], counted, known, pooled)[0]
    together = np.vstack([futures, fact])
    use = [bool(np.isfinite(column).all() and np.ptp(column) > 0) for column in together.T]
    return Years(
        counted=tuple(each for each, used in zip(counted, use, strict=True) if used),
        known=known[use],
        pooled=tuple(each for each, used in zip(pooled, use, strict=True) if used),
        happened=fact[use],
        futures=futures[:, use],
    )


def years_unseen(forecast: Forecast, not_given: Sequence[Counted]) -> Years:
    """Give the forecast of what was not counted, over all months; nothing of it happened."""
    place = {each: number for number, each in enumerate(forecast.counted)}
    counted = [each for each in not_given if each in place and each.measure.name not in FOLLOWS]
    known = np.ones((len(counted), len(forecast.months)))
    pooled = [True] * len(counted)
    futures = _numbers(counted, forecast.counts, forecast.counted, known, pooled)
    use = [bool(np.isfinite(column).all()) for column in futures.T]
    kept = tuple(each for each, used in zip(counted, use, strict=True) if used)
    nothing = np.full(len(kept), np.nan)
    return Years(kept, known[use], (True,) * len(kept), nothing, futures[:, use])


def _independent(counted: Sequence[Counted]) -> list[Counted]:
    opened = [each for each in counted if each.measure.name == "open_children"]
    by_stage = len(opened) > 1
    return [
        each
        for each in counted
        if each.measure.name not in FOLLOWS
        and not (by_stage and each in opened and each.where == SERVICE)
    ]


def _numbers(
    counted: Sequence[Counted],
    counts: FloatArray,
    among: Sequence[Counted],
    known: FloatArray,
    pooled: Sequence[bool],
) -> FloatArray:
    place = {each: number for number, each in enumerate(among)}
    found = np.empty((len(counts), len(counted)))
    for number, each in enumerate(counted):
        months = counts[:, place[each]] * known[number][None, :, None]
        found[:, number] = even(each, over_year(each, months, pooled[number]))
    return found


def even(counted: Counted, values: FloatArray) -> FloatArray:
    """Put figures on a scale on which their spread depends little on their size."""
    if counted.measure.unit == "share":
        return np.asarray(np.arcsin(np.sqrt(np.clip(values, 0.0, 1.0))))
    return np.asarray(np.sqrt(np.maximum(values, 0.0)))
