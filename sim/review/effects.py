"""What a cause does to a year: the shift of each of its numbers, as a function of the amount.

The scenario is simulated with the input moved, on the same possible futures as the forecast (common
random numbers), so that a shift is an average of differences. Between the amounts tried, shifts are
taken to lie on the curve (a parabola, through three) over the square root of the amount: what is in
proportion to it is then a straight line, on the scale of the numbers. Beyond, they go on straight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.review.causes import ALL_TASKS, RECORDING, Cause
from sim.review.counted import Counted, FloatArray
from sim.review.summary import Years

RECORDED = ("on_time", "in_date", "held")  # what is not recorded is missing from these
SURE = 2.0  # standard errors a spread must differ by to be taken, in part, for different


@dataclass(frozen=True, eq=False)
class Effect:
    """What a cause does.

    Attributes
    ----------
    cause
        What is moved.
    amounts
        In order, the neutral one among them.
    shifts
        Shape (amounts, counted): of the mean of each number.
    errors
        Shape (amounts, counted): standard errors of these.
    spreads
        Shape (amounts, counted): logarithm of the standard deviation over that of the forecast.
    """

    cause: Cause
    amounts: FloatArray
    shifts: FloatArray
    errors: FloatArray
    spreads: FloatArray

    def shift(self, amounts: FloatArray) -> FloatArray:
        """Give the shift of each number at each amount: shape (amounts given, counted)."""
        return np.asarray(_weights(self.amounts, amounts) @ self.shifts)

    def error(self, amounts: FloatArray) -> FloatArray:
        """Give the standard errors of these shifts."""
        return np.sqrt(_weights(self.amounts, amounts) ** 2 @ self.errors**2)

    def spread(self, amounts: FloatArray) -> FloatArray:
        """Give by how many times each number's standard deviation is that of the forecast."""
        inside = np.clip(amounts, self.amounts[0], self.amounts[-1])
        logarithms = [np.interp(inside, self.amounts, column) for column in self.spreads.T]
        return np.asarray(np.exp(np.stack(logarithms, axis=1)))


def effect(cause: Cause, years: Years, moved: Sequence[tuple[float, FloatArray]]) -> Effect:
    """Estimate what a cause does.

    Parameters
    ----------
    cause
        What was moved.
    years
        The forecast's numbers.
    moved
        To each amount that was tried, the numbers of the first of the forecast's futures with it:
        shape (some of the futures, counted).
    """
    nothing = np.zeros(len(years.counted))
    found = [(cause.neutral, nothing, nothing, nothing)]
    for amount, numbers in moved:
        base = years.futures[: len(numbers)]
        change = numbers - base
        error = change.std(axis=0, ddof=1) / len(numbers) ** 0.5
        found.append((amount, change.mean(axis=0), error, _spread(numbers, base)))
    found.sort(key=lambda each: each[0])
    amounts, shifts, errors, spreads = (np.array(column) for column in zip(*found, strict=True))
    return Effect(cause, amounts, shifts, errors, spreads)


def _spread(numbers: FloatArray, base: FloatArray) -> FloatArray:
    """Give the logarithm of the ratio of spreads, drawn towards nothing by what chance makes it."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log(numbers.std(axis=0, ddof=1) / base.std(axis=0, ddof=1))
    ratio = np.where(np.isfinite(ratio), ratio, 0.0)
    chance = SURE * (1.0 / (len(numbers) - 1)) ** 0.5
    keep = 1.0 - (chance / np.maximum(np.abs(ratio), 1e-9)) ** 2
    return np.asarray(ratio * np.maximum(keep, 0.0))


def _weights(at: FloatArray, amounts: FloatArray) -> FloatArray:
    """Weigh the points so that their sum is on the curve through them, and straight beyond them.

    Returns
    -------
    array, shape (amounts given, points)
        Lagrange's polynomials, and beyond the ends their tangents there.
    """
    x, wanted = np.sqrt(at), np.sqrt(amounts)
    inside = np.clip(wanted, x[0], x[-1])
    found = np.empty((len(wanted), len(x)))
    for place in range(len(x)):
        rest = np.delete(x, place)
        curve = np.poly1d(np.poly(rest) / np.prod(x[place] - rest))
        found[:, place] = curve(inside) + curve.deriv()(inside) * (wanted - inside)
    return found


def as_recorded(
    cause: Cause, amount: float, counts: FloatArray, among: Sequence[Counted]
) -> FloatArray:
    """Give counts as they would be recorded.

    Work held but not recorded is missing from what is held and on time, and the child seems out of
    date until the next is recorded. Tasks that take longer are recorded as longer (the model, in
    which there are fewer hours instead, has them as before).
    """
    found = counts.copy()
    for place, each in enumerate(among):
        if cause.name == RECORDING and each.measure.name in RECORDED:
            found[:, place, :, 0] *= 1.0 - amount
        if cause.name == ALL_TASKS and each.measure.name == "hours_each":
            found[:, place, :, 0] *= amount
    return found
