"""How likely a year is with a cause at an amount, and the amount with which it is likeliest.

The year's numbers are taken to be jointly normal: the forecast's mean and the cause's shift; the
forecast's spread, changed as the cause changes it, with what is not known of mean and shift for
want of futures; and the forecast's correlations. The interval of an amount is where the logarithm
of the likelihood is within 1.92 of its greatest (a likelihood-ratio interval of 95%).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular

from sim.review.correlation import correlation
from sim.review.counted import FloatArray
from sim.review.effects import Effect
from sim.review.summary import Years

INTERVAL = 1.92  # half the 95th percentile of chi-squared with one degree of freedom
STEPS = 200
LEAST_SPREAD = 0.01  # of a number's size, where all futures are the same: no model is so exact


@dataclass(frozen=True, eq=False)
class Scatter:
    """How possible years scatter about their mean.

    Attributes
    ----------
    mean, spread, error
        Shape (counted,): the standard deviation, and the standard error of the mean.
    root
        Shape (counted, counted): lower triangular root of the correlations.
    distances
        Squared distance of each future from the mean.
    """

    mean: FloatArray
    spread: FloatArray
    error: FloatArray
    root: FloatArray
    distances: FloatArray


@dataclass(frozen=True, slots=True)
class Likely:
    """An amount and how likely the year is with it.

    Attributes
    ----------
    amount, lower, upper
        The likeliest, and its 95% interval.
    log_likelihood
        With the likeliest.
    chance
        Of a year as far from what is then expected, or farther.
    """

    amount: float
    lower: float
    upper: float
    log_likelihood: float
    chance: float


def scatter(years: Years) -> Scatter:
    """Estimate it from the forecast."""
    futures = years.futures
    mean = futures.mean(axis=0)
    spread = np.maximum(futures.std(axis=0, ddof=1), LEAST_SPREAD * np.maximum(np.abs(mean), 0.1))
    error = spread / len(futures) ** 0.5
    root = np.asarray(np.linalg.cholesky(correlation(futures)), np.float64)
    z = (futures - mean) / np.hypot(spread, error)
    apart = np.asarray(solve_triangular(root, z.T, lower=True), np.float64)
    return Scatter(mean, spread, error, root, np.square(apart).sum(axis=0))


def log_likelihood(
    year: FloatArray, known: Scatter, effect: Effect | None, amount: float
) -> tuple[float, float]:
    """Give the log-likelihood of a year with a cause at an amount, and its squared distance."""
    mean, spread, error = known.mean, known.spread, known.error
    if effect is not None:
        mean = mean + effect.shift(amount)
        spread = spread * effect.spread(amount)
        error = np.hypot(error, effect.error(amount))
    spread = np.hypot(spread, error)
    z = solve_triangular(known.root, (year - mean) / spread, lower=True)
    distance = float(z @ z)
    return -0.5 * distance - float(np.log(spread).sum()), distance


def likeliest(year: FloatArray, known: Scatter, effect: Effect) -> Likely:
    """Find the amount of a cause with which a year is likeliest."""
    cause = effect.cause
    amounts = np.linspace(cause.least, cause.most, STEPS + 1)
    found = np.array([log_likelihood(year, known, effect, amount) for amount in amounts])
    best = int(found[:, 0].argmax())
    near = amounts[found[:, 0] >= found[best, 0] - INTERVAL]
    return Likely(
        amount=float(amounts[best]),
        lower=float(near[0]),
        upper=float(near[-1]),
        log_likelihood=float(found[best, 0]),
        chance=chance_of(known, float(found[best, 1])),
    )


def chance_of(known: Scatter, distance: float) -> float:
    """Give the chance of a year so far from what is expected, or farther, from the futures."""
    farther = int((known.distances >= distance).sum())
    return (1.0 + farther) / (len(known.distances) + 1.0)
