"""A possible future written down as if it had happened: for tests, examples and trying it out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sim.review.actuals import Actual, Actuals
from sim.review.forecast import Forecast

FILE = "a possible future"


def made_up(forecast: Forecast, place: int) -> Actuals:
    """Give the future at a place of a forecast as actuals."""
    return Actuals(
        file=FILE,
        months=forecast.months,
        rows=tuple(_rows(forecast, place)),
        remarks=(),
        missing=(),
        not_given=(),
    )


def _rows(forecast: Forecast, place: int) -> Iterator[Actual]:
    for number, each in enumerate(forecast.counted):
        for month, label in enumerate(forecast.months):
            value, of = (float(x) for x in forecast.counts[place, number, month])
            if np.isfinite(value):
                yield Actual(each, label, value, of if each.has_of else None, 0)
