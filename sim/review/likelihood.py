"""How likely a year is with a cause at an amount, and the amount with which it is likeliest.

The year's numbers are taken to be jointly normal: the forecast's mean and the cause's shift; the
forecast's spread, changed as the cause changes it, with what is not known of mean and shift for
want of futures; and the forecast's correlations.

The interval of an amount is where the logarithm of the likelihood is near enough to its greatest.
How near, is learnt from the possible years themselves: in each of them the amount is that of the
scenario, so that 95 in 100 intervals should hold it when each is judged by all the others (and 1.92
at the least, as for many futures and few numbers). What is not normal, and what is not known of so
many correlations, is so allowed for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import ceil

import numpy as np
from scipy.linalg import solve_triangular

from sim.review.correlation import correlation
from sim.review.counted import FloatArray
from sim.review.effects import Effect
from sim.review.summary import Years

LEAST_DROP = 1.92  # half the 95th percentile of chi-squared with one degree of freedom
HOLDS = 0.95
STEPS, COARSE = 200, 50  # amounts looked at between the least and the most
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
    """

    mean: FloatArray
    spread: FloatArray
    error: FloatArray
    root: FloatArray


@dataclass(frozen=True, eq=False)
class Possible:
    """The possible years, all together and each beside the others.

    Attributes
    ----------
    futures
        Shape (futures, counted).
    """

    futures: FloatArray

    @cached_property
    def all(self) -> Scatter:
        """How all of them scatter."""
        return _scatter(self.futures)

    @cached_property
    def others(self) -> tuple[Scatter, ...]:
        """For each, how the others scatter."""
        return tuple(
            _scatter(np.delete(self.futures, place, axis=0)) for place in range(len(self.futures))
        )

    @cached_property
    def distances(self) -> FloatArray:
        """For each, its squared distance from the others."""
        pairs = zip(self.futures, self.others, strict=True)
        return np.array([_stated(one, others)[1] for one, others in pairs])

    def chance(self, distance: float) -> float:
        """Give the chance of a year as far from what is expected, or farther."""
        farther = int((self.distances >= distance).sum())
        return (1.0 + farther) / (len(self.distances) + 1.0)


def possible(years: Years) -> Possible:
    """Take the possible years of a forecast."""
    return Possible(years.futures)


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


def likeliest(year: FloatArray, known: Possible, effect: Effect, near: float) -> Likely:
    """Find the amount of a cause with which a year is likeliest.

    Parameters
    ----------
    near
        How far below its greatest the log-likelihood may be within the interval: `how_near`.
    """
    amounts = np.linspace(effect.cause.least, effect.cause.most, STEPS + 1)
    found, distances = likelihoods(year, known.all, effect, amounts)
    best = int(found.argmax())
    within = amounts[found >= found[best] - near]
    return Likely(
        amount=float(amounts[best]),
        lower=float(within[0]),
        upper=float(within[-1]),
        log_likelihood=float(found[best]),
        chance=known.chance(float(distances[best])),
    )


def how_near(known: Possible, effect: Effect) -> float:
    """Say how near to its greatest a log-likelihood has to be, for intervals to hold the truth."""
    cause = effect.cause
    amounts = np.linspace(cause.least, cause.most, COARSE + 1)
    amounts = np.append(amounts, cause.neutral)
    drops = []
    for one, others in zip(known.futures, known.others, strict=True):
        found, _ = likelihoods(one, others, effect, amounts)
        drops.append(float(found.max() - found[-1]))
    drops.sort()
    rank = ceil(HOLDS * (len(drops) + 1))
    return max(drops[min(rank, len(drops)) - 1], LEAST_DROP)


def likelihoods(
    year: FloatArray, known: Scatter, effect: Effect, amounts: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Give the log-likelihood of a year with each amount of a cause, and its squared distance."""
    mean = known.mean + effect.shift(amounts)
    error = np.hypot(known.error, effect.error(amounts))
    spread = np.hypot(known.spread * effect.spread(amounts), error)
    return _likelihoods((year - mean) / spread, spread, known.root)


def as_stated(year: FloatArray, known: Possible) -> float:
    """Give the log-likelihood of a year if nothing was different."""
    return _stated(year, known.all)[0]


def _stated(year: FloatArray, known: Scatter) -> tuple[float, float]:
    spread = np.hypot(known.spread, known.error)[None, :]
    found, distance = _likelihoods((year - known.mean) / spread, spread, known.root)
    return float(found[0]), float(distance[0])


def _likelihoods(
    away: FloatArray, spread: FloatArray, root: FloatArray
) -> tuple[FloatArray, FloatArray]:
    z = np.asarray(solve_triangular(root, away.T, lower=True), np.float64)
    distance: FloatArray = np.square(z).sum(axis=0)
    return -0.5 * distance - np.log(spread).sum(axis=1), distance


def _scatter(futures: FloatArray) -> Scatter:
    mean = futures.mean(axis=0)
    spread = np.maximum(futures.std(axis=0, ddof=1), LEAST_SPREAD * np.maximum(np.abs(mean), 0.1))
    root = np.asarray(np.linalg.cholesky(correlation(futures)), np.float64)
    return Scatter(mean, spread, spread / len(futures) ** 0.5, root)
