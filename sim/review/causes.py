"""What could have been different from what the scenario says: one input, moved."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that may have been different in the year under review.

    Attributes
    ----------
    name
        ``demand``, ``staff:review_and_intervention.family_support_worker``.
    kind
        Which sort: demand, staffing, absence, hours, moves, opening, recording.
    unit
        Of its amount: ``times`` (of what the scenario says), ``posts``, ``share``.
    neutral
        The amount that the scenario has.
    least, most
        Between which amounts it is sought.
    keys
        The scenario's keys that it moves; none if it is about how work is recorded.
    """

    name: str
    kind: str
    unit: str
    neutral: float
    least: float
    most: float
    keys: tuple[str, ...]
