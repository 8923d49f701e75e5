"""What would have had to be different: the causes that explain a year, the likelier first.

Each cause is moved alone; two at once are not looked for. A cause is not told apart from the best
if the year is at least a twentieth as likely with it: its log-likelihood is within `DISTANCE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.review.causes import Cause
from sim.review.effects import Effect
from sim.review.likelihood import Likely, as_stated, how_near, likeliest, possible
from sim.review.summary import Years

DISTANCE = 3.0
LEVEL = 0.05  # as for the verdict
TELLS = 2.0  # standard deviations between two causes, from which a count would tell them apart
MOST_TOLD = 4


@dataclass(frozen=True, slots=True)
class Fitted:
    """One cause, with the amount of it that explains the year best.

    Attributes
    ----------
    cause
        What is moved.
    amount, lower, upper
        How far, and its 95% interval.
    log_likelihood
        Of the year, with that amount.
    behind
        How much less than that of the best cause; 0 for the best.
    explains
        Whether a year such as this is to be expected with that amount.
    """

    cause: Cause
    amount: float
    lower: float
    upper: float
    log_likelihood: float
    behind: float
    explains: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """The causes, the likeliest first.

    Attributes
    ----------
    fitted
        All that were tried, the likeliest first.
    as_stated
        Log-likelihood of the year if nothing was different.
    together
        How many of the first cannot be told apart on these counts.
    distance
        The stated distance: of log-likelihood, within which causes are not told apart.
    would_tell
        Addresses of what was not counted and would tell the first of them apart, the best first.
    left_out
        Causes that could not be tried, and why.
    """

    fitted: tuple[Fitted, ...]
    as_stated: float
    together: int
    distance: float
    would_tell: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def likeliest(self) -> tuple[Fitted, ...]:
        """The causes that cannot be told apart, or the one that can."""
        return self.fitted[: self.together]


@dataclass(frozen=True, eq=False)
class Tried:
    """A cause and what it does to what was counted, and to what could have been and was not."""

    cause: Cause
    seen: Effect
    unseen: Effect


def explain(
    years: Years,
    unseen: Years,
    tried: Sequence[Tried],
    left_out: Sequence[tuple[str, str]] = (),
) -> Explanation:
    """Rank the causes.

    Parameters
    ----------
    years
        What happened, and the forecast.
    unseen
        The forecast of what could have been counted and was not.
    tried
        The causes, one or more.
    left_out
        Causes that could not be tried, and why.
    """
    known = possible(years)
    found = [
        (each, likeliest(years.happened, known, each.seen, how_near(known, each.seen)))
        for each in tried
    ]
    found.sort(key=lambda pair: -pair[1].log_likelihood)
    best = found[0][1].log_likelihood
    fitted = tuple(_fitted(each.cause, likely, best) for each, likely in found)
    together = sum(each.behind <= DISTANCE for each in fitted)
    first = [(each.unseen, likely.amount) for each, likely in found[:together]]
    return Explanation(
        fitted=fitted,
        as_stated=as_stated(years.happened, known),
        together=together,
        distance=DISTANCE,
        would_tell=_would_tell(unseen, first),
        left_out=tuple(left_out),
    )


def _fitted(cause: Cause, likely: Likely, best: float) -> Fitted:
    return Fitted(
        cause=cause,
        amount=likely.amount,
        lower=likely.lower,
        upper=likely.upper,
        log_likelihood=likely.log_likelihood,
        behind=best - likely.log_likelihood,
        explains=likely.chance > LEVEL,
    )


def _would_tell(unseen: Years, first: Sequence[tuple[Effect, float]]) -> tuple[str, ...]:
    """Name what was not counted and differs most between causes that cannot be told apart."""
    if len(first) < 2 or not unseen.counted:
        return ()
    known = possible(unseen).all
    shifts = np.vstack([effect.shift(np.array([amount])) for effect, amount in first])
    apart = np.ptp(shifts, axis=0) / known.spread
    order = np.argsort(-apart)[:MOST_TOLD]
    return tuple(unseen.counted[place].address for place in order if apart[place] >= TELLS)
