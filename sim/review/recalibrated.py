"""What last year's counts say about the inputs, beside what the scenario says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recalibrated:
    """One input, before and after last year's counts.

    Attributes
    ----------
    name
        What it is: ``contacts``, ``staff:TEAM.ROLE`` ...
    keys
        The scenario's keys it is about.
    unit
        Of the values.
    old, old_lower, old_upper
        What the scenario says, and its range; None where it states none.
    new, new_lower, new_upper
        With last year's counts, and its 95% interval.
    how
        ``Gamma-Poisson``, ``Beta-binomial`` ...
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
