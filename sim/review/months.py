"""Forecast beside fact, month by month: inside or outside the band, bias, calibration.

The band of a month reaches from the k-th lowest to the k-th highest of the futures, with the
greatest k for which what happens lies between them in at least nine years of ten, if it is one
more future of the same kind: 1 - 2k / (n + 1) of them (David and Nagaraja 2003, Order Statistics,
7.2). With fewer than 19 futures not even the lowest and the highest reach so far, and the band says
how far it does. Counts that are often equal make it wider than it need be, never narrower.

Months of one year are alike: a year that begins with many children open stays so. A measure whose
months are all outside is therefore not twelve surprises but perhaps one, and what share of months
is inside says little of a single year; see `sim.review.verdict` for the whole year at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.review.actuals import Actuals
from sim.review.counted import Counted, FloatArray, Shape
from sim.review.forecast import Forecast

COVER = 0.9


@dataclass(frozen=True, slots=True)
class Band:
    """Where a number was to be expected.

    Attributes
    ----------
    low, median, high
        Of the futures.
    chance
        Of lying between low and high, both included, if the forecast is right (at least).
    futures
        How many had a value.
    """

    low: float
    median: float
    high: float
    chance: float
    futures: int

    def holds(self, value: float) -> bool:
        """Whether a number lies within it."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Period:
    """One measure in one month, or over the year.

    Attributes
    ----------
    name
        ``2026-04``, or ``year``.
    figure
        What happened: the number, the share, or the number per unit; None if not known.
    value, of
        The two numbers it was made of; ``of`` None where there is one.
    band
        Where it was to be expected; None if no future has a value.
    """

    name: str
    figure: float | None
    value: float | None
    of: float | None
    band: Band | None

    @property
    def inside(self) -> bool | None:
        """Whether it lies within the band; None if that cannot be said."""
        if self.figure is None or self.band is None:
            return None
        return self.band.holds(self.figure)


@dataclass(frozen=True, slots=True)
class MeasureReview:
    """One measure over the year.

    Attributes
    ----------
    counted
        What was counted.
    months
        Every month.
    year
        The months that were counted, together.
    bias
        What happened less the futures' mean, averaged over months; in the measure's unit.
    crps
        Continuous ranked probability score, averaged over months, in the measure's unit: how far
        off the forecast was, its spread counted (fair for an ensemble; Ferro 2014, Quarterly
        Journal of the Royal Meteorological Society 140). None with fewer than two futures.
    crps_expected
        What that score is on average if the forecast is right.
    """

    counted: Counted
    months: tuple[Period, ...]
    year: Period
    bias: float | None
    crps: float | None
    crps_expected: float | None

    @property
    def known(self) -> int:
        """Months that can be compared."""
        return sum(month.inside is not None for month in self.months)

    @property
    def inside(self) -> int:
        """Months within their band."""
        return sum(month.inside is True for month in self.months)


def band(values: FloatArray) -> Band | None:
    """Give the band of a number from its value in each future (NaN: it has none there)."""
    known = np.sort(values[np.isfinite(values)])
    n = len(known)
    if n == 0:
        return None
    k = max(int((1.0 - COVER) / 2.0 * (n + 1) + 1e-9), 1)
    chance = max(1.0 - 2.0 * k / (n + 1), 0.0)
    return Band(float(known[k - 1]), float(np.median(known)), float(known[n - k]), chance, n)


def figures(counts: FloatArray) -> FloatArray:
    """Divide the first of two numbers by the second; NaN where there is nothing to divide by."""
    value, of = counts[..., 0], counts[..., 1]
    found: FloatArray = np.full_like(value, np.nan)
    np.divide(value, of, out=found, where=of > 0)
    return found


def over_year(counted: Counted, counts: FloatArray, pooled: bool = True) -> FloatArray:
    """Give the figure of all months together that have a count.

    Parameters
    ----------
    counted
        What was counted.
    counts
        Shape (..., months, 2); NaN in the months to be left out.
    pooled
        Whether shares are of the counts of all months together (else the mean of the months').
    """
    if counted.has_of and pooled:
        return figures(np.nansum(counts, axis=-2))
    monthly = figures(counts)
    if counted.measure.shape is Shape.COUNT:
        return np.asarray(np.nansum(monthly, axis=-1))
    known = np.isfinite(monthly).sum(axis=-1)
    total = np.nansum(monthly, axis=-1)
    found: FloatArray = np.full_like(total, np.nan)
    np.divide(total, known, out=found, where=known > 0)
    return found


def months_reviewed(forecast: Forecast, actuals: Actuals) -> tuple[MeasureReview, ...]:
    """Lay what happened beside the forecast, one measure after the other."""
    counted = actuals.counted
    happened = actuals.table(counted)
    place = {each: number for number, each in enumerate(forecast.counted)}
    return tuple(
        measure_reviewed(
            each,
            actuals.months,
            happened[number],
            forecast.counts[:, place[each]],
            pooled=not actuals.without_of(each),
        )
        for number, each in enumerate(counted)
    )


def measure_reviewed(
    counted: Counted,
    months: Sequence[str],
    happened: FloatArray,
    futures: FloatArray,
    *,
    pooled: bool = True,
) -> MeasureReview:
    """Lay one measure beside its forecast.

    Parameters
    ----------
    happened
        Shape (months, 2); NaN in months without a count.
    futures
        Shape (futures, months, 2).
    pooled
        As for `over_year`.
    """
    fact, forecast = figures(happened), figures(futures)
    has_two = counted.has_of and pooled
    found = tuple(
        _period(label, fact[m], happened[m], band(forecast[:, m]), has_two)
        for m, label in enumerate(months)
    )
    known = np.isfinite(happened[:, 0])
    same_months = np.where(known[None, :, None], futures, np.nan)
    whole = over_year(counted, happened, pooled)
    year_band = band(over_year(counted, same_months, pooled))
    scores = [
        (fact[m] - np.nanmean(forecast[:, m]), *crps(float(fact[m]), forecast[:, m]))
        for m, month in enumerate(found)
        if month.inside is not None
    ]
    bias, score, expected = (
        (_mean(column) for column in zip(*scores, strict=True)) if scores else (None,) * 3
    )
    return MeasureReview(
        counted=counted,
        months=found,
        year=_period("year", whole, np.nansum(happened, axis=0), year_band, has_two),
        bias=bias,
        crps=score,
        crps_expected=expected,
    )


def _period(
    name: str, figure: FloatArray, counts: FloatArray, found: Band | None, has_two: bool
) -> Period:
    known = bool(np.isfinite(figure))
    return Period(
        name=name,
        figure=float(figure) if known else None,
        value=float(counts[0]) if known else None,
        of=float(counts[1]) if known and has_two else None,
        band=found,
    )


def crps(fact: float, futures: FloatArray) -> tuple[float | None, float | None]:
    """Score one number by its futures: the fair CRPS, and what it is on average if they are right.

    Mean of abs(x - y) less half the mean of abs(x - x') over pairs of different futures; the
    second is half that mean, which y would add if it were one of them.
    """
    known = np.sort(futures[np.isfinite(futures)])
    n = len(known)
    if n < 2:
        return None, None
    ranks = 2.0 * np.arange(1, n + 1) - n - 1.0
    between = 2.0 * float(ranks @ known) / (n * (n - 1))  # mean distance of two futures
    return float(np.abs(known - fact).mean()) - between / 2.0, between / 2.0


def _mean(values: Sequence[float | None]) -> float | None:
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None
