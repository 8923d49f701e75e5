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
        Squared distance of each future from all the others.
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
    mean, spread, root = _scatter(futures)
    error = spread / len(futures) ** 0.5
    return Scatter(mean, spread, error, root, _distances(futures))


def _scatter(futures: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    mean = futures.mean(axis=0)
    spread = np.maximum(futures.std(axis=0, ddof=1), LEAST_SPREAD * np.maximum(np.abs(mean), 0.1))
    return mean, spread, np.asarray(np.linalg.cholesky(correlation(futures)), np.float64)


def _distances(futures: FloatArray) -> FloatArray:
    """Give the squared distance of each future from all the others, as of a year from all."""
    found = np.empty(len(futures))
    for place, one in enumerate(futures):
        rest = np.delete(futures, place, axis=0)
        mean, spread, root = _scatter(rest)
        away = (one - mean) / (spread * (1.0 + 1.0 / len(rest)) ** 0.5)
        found[place] = np.square(solve_triangular(root, away, lower=True)).sum()
    return found


def likelihoods(
    year: FloatArray, known: Scatter, effect: Effect, amounts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the log-likelihood of a year with each amount of a cause, and its squared distance."""
    mean = known.mean + effect.shift(amounts)
    error = np.hypot(known.error, effect.error(amounts))
    spread = np.hypot(known.spread * effect.spread(amounts), error)
    return _likelihoods((year - mean) / spread, spread, known.root)


def as_stated(year: FloatArray, known: Scatter) -> float:
    """Give the log-likelihood of a year if nothing was different."""
    spread = np.hypot(known.spread, known.error)[None, :]
    return float(_likelihoods((year - known.mean) / spread, spread, known.root)[0][0])


def _likelihoods(
    away: FloatArray, spread: FloatArray, root: FloatArray
) -> tuple[FloatArray, FloatArray]:
    z = np.asarray(solve_triangular(root, away.T, lower=True), np.float64)
    distance: FloatArray = np.square(z).sum(axis=0)
    return -0.5 * distance - np.log(spread).sum(axis=1), distance


def likeliest(year: FloatArray, known: Scatter, effect: Effect) -> Likely:
    """Find the amount of a cause with which a year is likeliest."""
    cause = effect.cause
    amounts = np.linspace(cause.least, cause.most, STEPS + 1)
    found, distances = likelihoods(year, known, effect, amounts)
    best = int(found.argmax())
    near = amounts[found >= found[best] - INTERVAL]
    return Likely(
        amount=float(amounts[best]),
        lower=float(near[0]),
        upper=float(near[-1]),
        log_likelihood=float(found[best]),
        chance=chance_of(known, float(distances[best])),
    )


def chance_of(known: Scatter, distance: float) -> float:
    """Give the chance of a year so far from what is expected, or farther, from the futures."""
    farther = int((known.distances >= distance).sum())
    return (1.0 + farther) / (len(known.distances) + 1.0)
