"""From a uniform number to hours, days or a choice.

Distributions are turned into tables of quantiles when the scenario is compiled, with
the standard library only, so that the model runs where NumPy and SciPy are absent.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import exp, lgamma, log, log1p
from statistics import NormalDist
from typing import TypeVar

from sim.scenario.values import Distribution

Sampler = Callable[[float], float]
CELLS = 1024
T = TypeVar("T")


def sampler(distribution: Distribution) -> Sampler:
    """Return the function from a uniform number in (0, 1) to a draw.

    Fixed and exponential draws are exact; the others come from a table of quantiles whose
    mean is set to the distribution's own.
    """
    kind, given = distribution.kind, distribution.parameters
    if kind == "fixed":
        value = given[0]
        return lambda u: value
    if kind == "exponential":
        mean = given[0]
        return lambda u: -mean * log1p(-u)
    if kind == "empirical":
        weights: dict[float, float] = {}
        for value, weight in zip(given, distribution.weights, strict=True):
            weights[value] = weights.get(value, 0.0) + weight
        return choice(weights)
    return _table(_nodes(kind, given), distribution.mean())


def choice(weights: Mapping[T, float]) -> Callable[[float], T]:
    """Return the function from a uniform number to one of the keys, by weight."""
    names = tuple(weights)
    total = sum(weights.values())
    cumulative: list[float] = []
    running = 0.0
    for name in names:
        running += weights[name] / total
        cumulative.append(running)
    cumulative[-1] = 1.0
    return lambda u: names[bisect_right(cumulative, u)]


def _table(nodes: Sequence[float], mean: float) -> Sampler:
    scale = mean * CELLS / sum(nodes)
    table = tuple(x * scale for x in nodes)
    return lambda u: table[int(u * CELLS)]


def _nodes(kind: str, given: tuple[float, ...]) -> Sequence[float]:
    """Give the quantile in the middle of each cell."""
    if kind == "gamma":
        mean, cv = given
        shape = 1.0 / cv**2
        scale = mean / shape
        return [scale * x for x in _gamma_nodes(shape)]
    quantile = _quantile(kind, given)
    return [quantile(u) for u in _middles()]


def _middles() -> list[float]:
    return [(i + 0.5) / CELLS for i in range(CELLS)]


@lru_cache(maxsize=64)  # a scenario has fifty such distributions, and hardly ten shapes
def _gamma_nodes(shape: float) -> tuple[float, ...]:
    return tuple(_gamma_quantile(shape, u) for u in _middles())


def _quantile(kind: str, given: tuple[float, ...]) -> Sampler:
    if kind == "lognormal":
        mean, cv = given
        sigma = log(1.0 + cv**2) ** 0.5
        mu = log(mean) - sigma**2 / 2.0
        normal = NormalDist()
        return lambda u: exp(mu + sigma * normal.inv_cdf(u))
    low, mode, high = given
    turn = (mode - low) / (high - low)

    def triangular(u: float) -> float:
        if u < turn:
            return low + float((u * (high - low) * (mode - low)) ** 0.5)
        return high - float(((1.0 - u) * (high - low) * (high - mode)) ** 0.5)

    return triangular


def _gamma_quantile(shape: float, u: float) -> float:
    """Newton's method from the Wilson-Hilferty approximation (1931)."""
    z = NormalDist().inv_cdf(u)
    root = max(1.0 - 1.0 / (9.0 * shape) + z / (3.0 * float(shape**0.5)), 1e-3)
    x = shape * root * root * root
    for _ in range(30):
        density = exp((shape - 1.0) * log(x) - x - lgamma(shape))
        step = (_gamma_cdf(shape, x) - u) / max(density, 1e-300)
        x = max(x - step, x / 4.0)
        if abs(step) < 1e-10 * x:
            break
    return x


def _gamma_cdf(shape: float, x: float) -> float:
    term = total = 1.0 / shape
    k = shape
    while term > 1e-15 * total:
        k += 1.0
        term *= x / k
        total += term
    return total * exp(-x + shape * log(x) - lgamma(shape))
