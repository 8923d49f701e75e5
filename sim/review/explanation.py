"""What would have had to be different: how far each cause explains the year."""

from __future__ import annotations

from dataclasses import dataclass

from sim.review.causes import Cause


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
        Whether the year is within the band of possible years with that amount.
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
