"""First of all: whether the year is outside the band of possible years.

Months of one year are alike, and hundreds of them are compared, so that some are always outside.
The whole year is therefore judged once, by one number for each measure (`sim.review.summary`).
Years are put in order by how unusual they are in two ways: how far one measure is from its mean,
the farthest counting; and how far all are together, correlations taken into account (Mahalanobis
distance, with correlations drawn towards none). The year is one of them, treated like the others:
if the forecast is right, each of them is as likely as any to be the most unusual, whatever the
distributions are, so that the chance of a false alarm is no more than the level (a permutation or
conformal test; Vovk, Gammerman and Shafer 2005, Algorithmic Learning in a Random World, 2).
With fewer than 19 possible years no year is unusual enough at a level of 5%.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.review.correlation import correlation
from sim.review.counted import FloatArray
from sim.review.months import MeasureReview
from sim.review.summary import Years

LEVEL = 0.05
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class Furthest:
    """One measure of the whole year, and how far from its forecast it is.

    Attributes
    ----------
    measure
        The measure.
    away
        Standard deviations of the futures that it lies above their mean (below: negative); without
        end where all futures are the same.
    """

    measure: MeasureReview
    away: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the year could have been one of the forecast's.

    Attributes
    ----------
    outside
        Whether it is outside the band of possible years.
    chance
        Of a year as unusual or more, all measures together, if the forecast is right.
    level
        At or below which chance a year is called outside: how often a year is that is not.
    futures
        Possible years it was compared with.
    furthest
        The measures it was judged by, the furthest from its forecast first.
    """

    outside: bool
    chance: float
    level: float
    futures: int
    furthest: tuple[Furthest, ...]

    @property
    def can_tell(self) -> bool:
        """Whether there are enough possible years for any year to be called outside."""
        return 1.0 / (self.futures + 1) <= self.level


def verdict(
    years: Years, measures: tuple[MeasureReview, ...], level: float = LEVEL
) -> Verdict | None:
    """Judge the year; None if there is nothing to judge it by."""
    if not years.counted or len(years.futures) < 2:
        return None
    together = np.vstack([years.futures, years.happened])
    scores = unusual(together)
    chance = float(np.mean(scores >= scores[-1] - SAME))
    mean, sd = years.futures.mean(axis=0), years.futures.std(axis=0, ddof=1)
    with np.errstate(divide="ignore"):
        away = (years.happened - mean) / sd
    by_counted = {each.counted: each for each in measures}
    furthest = [
        Furthest(by_counted[each], float(away[place])) for place, each in enumerate(years.counted)
    ]
    furthest.sort(key=lambda each: -abs(each.away))
    return Verdict(
        outside=chance <= level + SAME,
        chance=chance,
        level=level,
        futures=len(years.futures),
        furthest=tuple(furthest),
    )


def unusual(numbers: FloatArray) -> FloatArray:
    """Say how unusual each year is among all of them; more is more unusual.

    Parameters
    ----------
    numbers
        Shape (years, counted); no year is treated differently from another.
    """
    sd = numbers.std(axis=0, ddof=1)
    z = (numbers - numbers.mean(axis=0)) / np.where(sd > 0, sd, 1.0)
    farthest = np.abs(z).max(axis=1)
    together = np.einsum("ij,ij->i", z, np.linalg.solve(correlation(numbers), z.T).T)
    return np.asarray(-np.log(_share_above(farthest)) - np.log(_share_above(together)))


def _share_above(values: FloatArray) -> FloatArray:
    """Give of each value the share of all that are as large or larger."""
    ordered = np.sort(values)
    return np.asarray(1.0 - np.searchsorted(ordered, values - SAME) / len(values))
