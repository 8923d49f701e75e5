"""Statistical claims with a stated rate of false alarms (docs/verification.md has the arithmetic).

Each claim compares the mean of independent replications with an exact value, by Student's t. The
bound is set so that all claims of the suite together raise a false alarm less than once in 1,000
runs of fresh seeds: by Bonferroni each claim may raise one in 1,000 times the number of claims.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy import stats

FALSE_ALARMS = 1e-3  # of the whole suite, a run of fresh seeds
# How many claims each part of the suite makes; a test of each part counts them.
CLAIMS = {
    "waits": 60,
    "general hours": 12,
    "priorities": 8,
    "number open": 20,
    "networks": 12,
    "slots": 6,
    "reviews": 4,
    "ages": 6,
    "twin": 100,
}
EACH = FALSE_ALARMS / sum(CLAIMS.values())
SEED = 20_260_401  # the fixed block of replications


class Claim(NamedTuple):
    """One exact value beside what was simulated.

    Attributes
    ----------
    half_width
        Of the 95% confidence interval of the simulated mean.
    z
        The normal score with the same two-sided probability as the t score.
    """

    part: str
    case: str
    what: str
    exact: float
    simulated: float
    half_width: float
    z: float
    probability: float


def seed_of(case: str) -> int:
    """Return the seed of a case's block of replications: no two cases share random numbers."""
    return SEED + zlib.crc32(case.encode())


def tails_at(busy: float) -> float:
    """Say how much longer the tails of the t score are than Student's, at a load of a queue.

    Means of waits are skewed, the more the busier. In separate simulations of M/M/1 with the same
    number and length of replications the lower 0.1% point of the t score lay at most 1.5 times as
    far out as Student's at 90% and 95%, and 1.2 times at 80% (docs/verification.md).
    """
    return 1.6 if busy >= 0.9 else 1.25 if busy >= 0.6 else 1.0


def claim(
    part: str,
    case: str,
    what: str,
    exact: float,
    values: Sequence[float],
    tails: float = 1.0,
) -> Claim:
    """Compare the mean of replications with an exact value.

    Parameters
    ----------
    tails
        How much longer the tails of the t score are than Student's (see `tails_at`).

    Raises
    ------
    ValueError
        If the replications do not vary: then there is nothing to compare by.
    """
    sample = np.asarray(values, dtype=float)
    n = len(sample)
    error = float(sample.std(ddof=1)) / n**0.5
    if not error > 0.0:
        raise ValueError(f"{case}, {what}: all {n} replications give {sample[0]:g}")
    t = (float(sample.mean()) - exact) / error / tails
    probability = 2.0 * float(stats.t.sf(abs(t), n - 1))
    z = float(np.sign(t) * stats.norm.isf(probability / 2.0))
    half = error * float(stats.t.isf(0.025, n - 1))
    return Claim(part, case, what, exact, float(sample.mean()), half, z, probability)


def hold(claims: Iterable[Claim]) -> None:
    """Fail if any claim is further from its exact value than chance allows."""
    wrong = [c for c in claims if c.probability < EACH]
    said = [
        f"{c.case}, {c.what}: {c.simulated:.5g} +/- {c.half_width:.2g}, not {c.exact:.5g} "
        f"(z {c.z:+.1f}; chance {c.probability:.1g}, allowed {EACH:.1g})"
        for c in wrong
    ]
    assert not wrong, "\n".join(said)
