"""What last year's counts say about the inputs, beside what the scenario says.

Rates are updated as Gamma with Poisson counts, shares as Beta with binomial counts, hours as
normal means (Gelman and others 2013, Bayesian Data Analysis, 2.4 to 2.6). Counts of a service vary
more, or less, than chance alone would have it (siblings come together, a vacant post stays vacant),
so they count for as many independent ones as vary as much as the futures do. What was believed
before is the scenario's value with its range, taken as two standard deviations either way; without
a range nothing was, and the counts alone speak.

An input has drifted if its counts are farther from the forecast's futures than chance has them
(Student's t of one more future, on a scale of even spread, but no less than the share of futures
as far), all inputs looked at taken together (Holm 1979, A simple sequentially rejective multiple
test procedure, Scandinavian Journal of Statistics 6): of the reviews of a model that is right, at
most `LEVEL` flag any where tails are Student's. Of a small service they are longer: one in ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betaincinv, gammaincinv, ndtri, stdtr

from sim.review.counted import FloatArray

LEVEL = 0.05
TAIL = 0.025
NOTHING_KNOWN = 0.5  # Jeffreys: events, or successes and failures, believed before any
RANGE = 4.0  # standard deviations from one end of a range to the other


@dataclass(frozen=True, slots=True)
class Recalibrated:
    """One input, before and after last year's counts.

    Attributes
    ----------
    name
        What it is: ``demand``, ``staff:TEAM.ROLE`` ...
    keys
        The scenario's keys it is about.
    unit
        Of the values: ``per year``, ``times`` what the scenario says, ``share`` ...
    old, old_lower, old_upper
        What the scenario says, and its range; None where it states none.
    new, new_lower, new_upper
        With last year's counts, and its 95% interval.
    how
        ``Gamma-Poisson``, ``Beta-binomial`` or ``normal``.
    counts
        The addresses of the counts that were used.
    chance
        Of counts as far from the forecast or farther, if the scenario's value is right.
    adjusted
        The same, with all inputs that were looked at taken into account (Holm).
    drift
        Whether last year's counts disagree with the scenario's value.
    """

    name: str
    keys: tuple[str, ...]
    unit: str
    old: float
    old_lower: float | None
    old_upper: float | None
    new: float
    new_lower: float
    new_upper: float
    how: str
    counts: tuple[str, ...]
    chance: float
    adjusted: float
    drift: bool


@dataclass(frozen=True, slots=True)
class About:
    """Which input is looked at: as in `Recalibrated`."""

    name: str
    keys: tuple[str, ...]
    unit: str
    counts: tuple[str, ...]
    old: float
    range: tuple[float, float] | None = None


def of_rate(about: About, happened: float, futures: FloatArray) -> Recalibrated:
    """Update a rate that a number of events is in proportion to.

    Parameters
    ----------
    happened
        Events.
    futures
        Events in each future, at the old rate; for the same exposure.
    """
    expected = float(futures.mean())
    alike = max(float(futures.var(ddof=1)) / expected, 1e-6) if expected > 0 else 1.0
    shape, size = NOTHING_KNOWN, 0.0  # of the rate as a multiple of the old one
    if about.range is not None:
        sd = (about.range[1] - about.range[0]) / RANGE / about.old
        shape, size = 1.0 / sd**2, 1.0 / sd**2
    shape += happened / alike
    size += expected / alike
    new, low, high = (
        about.old * x / size
        for x in (shape, gammaincinv(shape, TAIL), gammaincinv(shape, 1.0 - TAIL))
    )
    chance = chance_of(max(happened, 0.0) ** 0.5, np.sqrt(np.maximum(futures, 0.0)))
    return _made(about, (float(new), float(low), float(high)), "Gamma-Poisson", chance)


def of_share(about: About, happened: float, futures: FloatArray, most: float) -> Recalibrated:
    """Update a share.

    Parameters
    ----------
    happened
        The share.
    futures
        The share in each future.
    most
        How many independent counts it can be worth at most.
    """
    expected, spread = float(futures.mean()), float(futures.var(ddof=1))
    free = expected * (1.0 - expected)
    worth = min(free / spread, most) if spread > 0 and free > 0 else most
    share = min(max(happened, 0.0), 1.0)
    yes, no = NOTHING_KNOWN + share * worth, NOTHING_KNOWN + (1.0 - share) * worth
    found = (
        yes / (yes + no),
        float(betaincinv(yes, no, TAIL)),
        float(betaincinv(yes, no, 1.0 - TAIL)),
    )
    chance = chance_of(float(_angle(np.array(share), worth)), _angle(futures, worth))
    return _made(about, found, "Beta-binomial", chance)


def _angle(shares: FloatArray, worth: float) -> FloatArray:
    """Put shares of so many counts on a scale of even spread, to none and all (Anscombe 1948)."""
    counts = np.clip(shares, 0.0, 1.0) * worth
    return np.asarray(np.arcsin(np.sqrt((counts + 0.375) / (worth + 0.75))))


def of_mean(about: About, happened: float, futures: FloatArray) -> Recalibrated:
    """Update a mean that scales with the input: hours for each task."""
    expected = float(futures.mean())
    scale = about.old / expected
    seen, error = happened * scale, max(float(futures.std(ddof=1)) * scale, 1e-9)
    precision, weighted = 1.0 / error**2, seen / error**2
    if about.range is not None:
        before = (RANGE / (about.range[1] - about.range[0])) ** 2
        precision, weighted = precision + before, weighted + about.old * before
    new, half = weighted / precision, -float(ndtri(TAIL)) / precision**0.5
    return _made(about, (new, new - half, new + half), "normal", chance_of(happened, futures))


def chance_of(happened: float, futures: FloatArray) -> float:
    """Give the chance of one more future as far from the mean of these, or farther.

    Student's, but never less than the share of the futures that are as far: where a post that
    stays vacant for a year is rare but happens, tails are longer than Student's.
    """
    n = len(futures)
    away, spread = happened - float(futures.mean()), float(futures.std(ddof=1))
    if spread <= 1e-12:
        return 1.0 if abs(away) <= 1e-9 else 0.0
    t = abs(away) / (spread * (1.0 + 1.0 / n) ** 0.5)
    as_far = int((np.abs(futures - futures.mean()) >= abs(away)).sum())
    return max(float(2.0 * stdtr(n - 1, -t)), as_far / (n + 1))


def _made(about: About, found: tuple[float, float, float], how: str, chance: float) -> Recalibrated:
    new, low, high = found
    old_low, old_high = about.range or (None, None)
    return Recalibrated(
        name=about.name,
        keys=about.keys,
        unit=about.unit,
        old=about.old,
        old_lower=old_low,
        old_upper=old_high,
        new=new,
        new_lower=low,
        new_upper=high,
        how=how,
        counts=about.counts,
        chance=chance,
        adjusted=1.0,
        drift=False,
    )


def holm(found: Sequence[Recalibrated], level: float = LEVEL) -> tuple[Recalibrated, ...]:
    """Judge all inputs together: the chance of flagging any that is right is at most the level."""
    adjusted = [1.0] * len(found)
    so_far = 0.0
    order = sorted(range(len(found)), key=lambda place: found[place].chance)
    for rank, place in enumerate(order):
        so_far = max(so_far, min((len(found) - rank) * found[place].chance, 1.0))
        adjusted[place] = so_far
    return tuple(
        replace(each, adjusted=chance, drift=chance <= level)
        for each, chance in zip(found, adjusted, strict=True)
    )
