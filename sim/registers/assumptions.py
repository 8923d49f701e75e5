"""The register of assumptions: every value, where it comes from, who keeps it, how much it matters.

Reliability says how good the evidence is, from the grade alone: what one of the documents, a
publication or the service's own record says is more to be relied on than what was worked out, and
that more than what was judged. What is unreliable and matters comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sim.registers.effects import Effect
from sim.scenario import Loaded
from sim.scenario.inputs import Input
from sim.scenario.keys import Key, keys
from sim.scenario.schema import Scenario
from sim.scenario.sections.upkeep import Kept
from sim.scenario.sourced import Sourced

HIGH, MEDIUM, LOW = "high", "medium", "low"
RELIABILITY: Mapping[str | None, str] = {
    "seed": HIGH,
    "published": HIGH,
    "entered": HIGH,
    "derived": MEDIUM,
    "calibrated": MEDIUM,
    "assumed": LOW,
    None: LOW,  # nobody said where it comes from
}


@dataclass(frozen=True)
class Assumption:
    """One value of a scenario, as the register has it.

    Attributes
    ----------
    key
        As ``--set`` takes it.
    unit, value, range
        In words; the range is empty where none is stated.
    source, grade, note
        Where it comes from; empty where nothing is said.
    reliability
        ``high``, ``medium`` or ``low``: how good the evidence is.
    owner
        Who answers for it; empty if nobody is named.
    last_reviewed, review_by
        When it was last looked at, and is to be looked at again; None if not said.
    overdue
        Whether that day had passed when the register was made.
    effect
        What moving it over its range changes most; None if it was not moved.
    """

    key: str
    unit: str
    value: str
    range: str
    source: str
    grade: str
    note: str
    reliability: str
    owner: str
    last_reviewed: date | None
    review_by: date | None
    overdue: bool
    effect: Effect | None

    @property
    def matters(self) -> bool:
        """Whether it was shown to change anything."""
        return self.effect is not None and self.effect.shown

    @property
    def weak(self) -> bool:
        """Whether it matters and the evidence for it is not good."""
        return self.matters and self.reliability != HIGH


def assumptions(
    loaded: Loaded[Scenario], today: date, effects: Mapping[str, Effect] | None = None
) -> tuple[Assumption, ...]:
    """Make the register from the scenario's own provenance.

    Parameters
    ----------
    loaded
        The scenario.
    today
        The day from which what is past its review-by date is told.
    effects
        By key, what moving a value changes, where that has been found out.

    Returns
    -------
    tuple of Assumption
        In the order of the scenario.
    """
    upkeep = loaded.scenario.review
    of_values = upkeep.values if upkeep is not None else {}
    return tuple(
        _assumption(
            key, kept_for(key.path, upkeep, of_values), today, (effects or {}).get(key.path)
        )
        for key in keys(loaded.scenario)
        if key.sourced is not None and key.value
    )


def kept_for(key: str, whole: Kept | None, of_values: Mapping[str, Kept]) -> Kept:
    """Say who keeps a value: what the longest part of its key says, then shorter ones, the whole.

    Each part of the answer is looked for apart, so that a value with a date of its own has the
    owner of what encloses it.
    """
    parts = key.split(".")
    enclosing = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    found = [of_values[each] for each in enclosing if each in of_values]
    if whole is not None:
        found.append(whole)

    def first(name: str) -> Any:
        return next((v for each in found if (v := getattr(each, name)) is not None), None)

    return Kept.model_construct(
        owner=first("owner"), last_reviewed=first("last_reviewed"), review_by=first("review_by")
    )


def _assumption(key: Key, kept: Kept, today: date, effect: Effect | None) -> Assumption:
    sourced = key.sourced
    assert sourced is not None
    return Assumption(
        key=key.path,
        unit=key.unit,
        value=key.value,
        range=_range(key, sourced),
        source=key.source or "",
        grade=key.grade or "",
        note=sourced.note or "",
        reliability=RELIABILITY.get(key.grade, LOW),
        owner=kept.owner or "",
        last_reviewed=kept.last_reviewed,
        review_by=kept.review_by,
        overdue=kept.review_by is not None and kept.review_by < today,
        effect=effect,
    )


def _range(key: Key, sourced: Sourced[Any]) -> str:
    if sourced.range is None:
        return ""
    of = Input(key.path, key.unit, key.value, "", "", sourced.value, sourced.range)
    return " to ".join(of.shown(end) for end in sourced.range)


def overdue(register: Sequence[Assumption]) -> list[Assumption]:
    """List what is past its review-by date, the longest first."""
    found = [each for each in register if each.overdue]
    return sorted(found, key=lambda each: each.review_by or date.max)


def by_importance(register: Sequence[Assumption]) -> list[Assumption]:
    """List what was shown to matter, the most first: by its effect relative to the measure."""
    found = [each for each in register if each.matters]
    return sorted(found, key=lambda each: -(each.effect.relative if each.effect else 0.0))
