"""How well figures are known from a number of futures: averages, quantiles and shares.

All intervals are of 95%. An average has Student's t. A quantile lies between two of the ordered
values, whatever the distribution (David and Nagaraja 2003, Order Statistics, 7.1). The share of
futures in which something happens has the interval of Clopper and Pearson (1934, Biometrika 26),
which holds the truth at least that often; where it has happened in none (or in all) of them, the
5% lie on the one side there is: the rule of three (Hanley and Lippman-Hand 1983, JAMA 249).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, betaincinv

from sim.experiment.summary import ALL, CONFIDENCE, estimate

MISSED = 1.0 - CONFIDENCE
ROUNDING = 1e-12  # values that differ by less, relatively, differ only in how they were added up


@dataclass(frozen=True, slots=True)
class Known:
    """A figure and its interval, from the futures that have a value.

    Attributes
    ----------
    value
        The figure; None if no future has a value.
    lower, upper
        Its 95% interval; None where there are too few values for that end.
    futures
        How many have a value.
    others
        Of the values that an average is of, how many are not the commonest. If none is, its
        interval is nothing, which says little; if few are, it is rough. None for other figures.
    """

    value: float | None
    lower: float | None
    upper: float | None
    futures: int
    others: int | None = None

    @property
    def never_varied(self) -> bool:
        """Whether an average is of values that are all the same."""
        return self.others == 0

    @property
    def how_far(self) -> float | None:
        """How far off the figure may be: to the farther end of its interval."""
        if self.value is None or self.lower is None or self.upper is None:
            return None
        return max(self.upper - self.value, self.value - self.lower, 0.0)


def known_average(values: Sequence[float]) -> Known:
    """Give the average with Student's t interval."""
    found = estimate("", "", ALL, "", values)
    return Known(found.mean, found.lower, found.upper, found.replications, _others(values))


def _others(values: Sequence[float]) -> int | None:
    if len(values) < 2:
        return None
    if max(values) - min(values) <= ROUNDING * max(map(abs, values)):
        return 0
    return len(values) - max(Counter(values).values())


def known_quantile(values: Sequence[float], q: float) -> Known:
    """Give the quantile `q` with the two ordered values between which it lies.

    Each end is missed in at most 2.5% of experiments. The quantile itself is that of the summary
    (linear between ordered values).
    """
    ordered = np.sort(np.asarray(values, dtype=float))
    n = len(ordered)
    if n == 0:
        return Known(None, None, None, 0)
    below = bdtr(np.arange(n, dtype=float), n, q)  # chance that at most k values are below it
    low = int((below <= MISSED / 2.0).sum())
    high = int((below < 1.0 - MISSED / 2.0).sum()) + 1
    return Known(
        float(np.quantile(ordered, q)),
        float(ordered[low - 1]) if low >= 1 else None,
        float(ordered[high - 1]) if high <= n else None,
        n,
    )


def known_share(happened: int, futures: int) -> Known:
    """Give the share of futures in which something happened."""
    if futures == 0:
        return Known(None, None, None, 0)
    if happened == 0:
        return Known(0.0, 0.0, unseen(futures), futures)
    if happened == futures:
        return Known(1.0, 1.0 - unseen(futures), 1.0, futures)
    k, n, half = float(happened), float(futures), MISSED / 2.0
    lower, upper = betaincinv(k, n - k + 1.0, half), betaincinv(k + 1.0, n - k, 1.0 - half)
    return Known(k / n, float(lower), float(upper), futures)


def unseen(futures: int) -> float:
    """Give the largest share of futures that may well have something none of `futures` had.

    What happens in a larger share would have been seen, 19 times in 20. About 3 / `futures`.
    """
    return float(1.0 - MISSED ** (1.0 / futures))


def futures_to_see(share: float) -> int:
    """Give how many futures without it show that something happens in no more than a share."""
    return math.ceil(math.log(MISSED) / math.log1p(-share) - ROUNDING)


def fewest_for_quantile(q: float) -> int:
    """Give how many futures it takes for the interval of a quantile to have two ends."""
    return math.ceil(math.log(MISSED / 2.0) / math.log(max(q, 1.0 - q)) - ROUNDING)
