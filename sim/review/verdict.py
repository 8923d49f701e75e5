"""First of all: whether the year is outside the band of possible years."""

from __future__ import annotations

from dataclasses import dataclass

from sim.review.months import MeasureReview


@dataclass(frozen=True, slots=True)
class Furthest:
    """One measure of the whole year, and how far from its forecast it is.

    Attributes
    ----------
    measure
        The measure.
    away
        Standard deviations of the futures that it lies above their mean (below: negative).
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
        All measures, the furthest from its forecast first.
    """

    outside: bool
    chance: float
    level: float
    futures: int
    furthest: tuple[Furthest, ...]
