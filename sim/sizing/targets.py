"""What a service is to keep to: a measure, and how good it has to be in a possible year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.experiment.headlines import EVERYWHERE, Headline, Known
from sim.measure.measured import SERVICE

if TYPE_CHECKING:
    from sim.experiment.replication import Replication

MONTHS = 12
POINT = 0.01  # one point of a share; of another measure, a hundredth of the target
_NUMBER = r"\d+(?:\.\d*)?|\.\d+"
_TARGET = re.compile(
    rf"(?P<address>\S+@\S+?)\s*(?P<sign>>=|<=)\s*(?P<bar>{_NUMBER})\s*(?P<percent>%?)"
    rf"(?:\s*\+-\s*(?P<zone>{_NUMBER})\s*%?)?"
)
HOW = (
    "write MEASURE@WHERE, >= or <=, and a number: 'in_date:cin_review@review_and_intervention "
    ">= 0.95' or 'backlog@service <= 40'; ' +- 0.01' after it sets the zone of indifference"
)


class SizingRefusedError(Exception):
    """What was asked for cannot be understood or cannot be sized; the message says why."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A target that a possible year meets or misses.

    Attributes
    ----------
    address
        ``measure[:what]@where``; where ``*`` (or ``service``, of a measure that has no such place)
        is all places together, as for `sim.experiment.headlines`.
    at_least
        Whether the measure has to be the bar or more (otherwise, the bar or less).
    bar
        In the measure's unit.
    zone
        How far from the bar the right answer may be either of two neighbours, in the same unit.
    """

    address: str
    at_least: bool
    bar: float
    zone: float

    def met(self, value: float, ease: float = 0.0) -> bool:
        """Say whether a value meets the target, made easier by `ease` (harder if negative)."""
        if self.at_least:
            return value >= self.bar - ease
        return value <= self.bar + ease

    def __str__(self) -> str:
        """Write it as it may be typed."""
        return f"{self.address} {'>=' if self.at_least else '<='} {self.bar:g}"


def read_goal(text: str) -> Goal:
    """Read ``MEASURE@WHERE >= NUMBER [+- ZONE]``; the number may be a percentage.

    Raises
    ------
    SizingRefusedError
        If it is something else.
    """
    found = _TARGET.fullmatch(" ".join(text.split()))
    if found is None:
        raise SizingRefusedError(f"--target '{text}' is not understood: {HOW}")
    percent = bool(found["percent"])
    bar = float(found["bar"]) / (100.0 if percent else 1.0)
    zone = float(found["zone"]) if found["zone"] else None
    if zone is not None and percent:
        zone /= 100.0
    if zone is None:
        zone = POINT * (1.0 if bar <= 1.0 else bar)
    if zone <= 0.0:
        raise SizingRefusedError(f"--target '{text}': the zone of indifference must be more than 0")
    return Goal(found["address"], found["sign"] == ">=", bar, zone)


@dataclass(frozen=True, slots=True)
class Years:
    """The possible years that are looked at: run years `first` to `last`, each on its own.

    The first year is left out by default, because it is made by day one as much as by the posts.
    """

    first: int
    last: int

    def values(self, replication: Replication, address: str) -> list[float]:
        """Give a measure in each of these years of one future; years without a value are left out.

        Raises
        ------
        KeyError
            If there is no such measure.
        """
        known = [s.address for s in replication.series]
        headline = headline_of(address, known)
        if headline.where != EVERYWHERE and address not in known:
            raise KeyError(address)
        years = range(self.first, self.last + 1)
        values = (replace(headline, period=str(year)).value(replication) for year in years)
        return [value for value in values if value is not None]


def years_of(months: int, period: str | None = None) -> Years:
    """Read which run years to look at: ``2..4`` or ``3``; by default from the second to the last.

    Raises
    ------
    SizingRefusedError
        If the run has no such full years.
    """
    full = months // MONTHS
    if full < 1:
        raise SizingRefusedError("sizing looks at whole years: simulate at least one year")
    if period is None:
        return Years(min(2, full), full)
    found = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", period.strip())
    if found is None:
        raise SizingRefusedError(f"--period '{period}' is not understood: write 2 or 2..4")
    first = int(found[1])
    last = int(found[2] or first)
    if not 1 <= first <= last <= full:
        raise SizingRefusedError(
            f"--period '{period}' is not within the run: it has {full} full years, 1..{full}"
        )
    return Years(first, last)


def headline_of(address: str, known: Sequence[str]) -> Headline:
    """Give the measure at its place; ``service`` is all places where that is no place of its own.

    Parameters
    ----------
    known
        The addresses that there are.
    """
    measure, _, where = address.partition("@")
    elsewhere = any(each.startswith(f"{measure}@") for each in known)
    if where == SERVICE and address not in known and elsewhere:
        where = EVERYWHERE
    return Headline(measure, where)


def check_measures(addresses: Sequence[str], known: Known) -> None:
    """Refuse a measure that is to be shown and that the scenario does not have.

    Raises
    ------
    SizingRefusedError
        If there is one; names those most like it.
    """
    for address in addresses:
        if problem := known.problem(headline_of(address, known.addresses)):
            raise SizingRefusedError(f"--show '{address}': {problem}")


def check_goals(goals: Sequence[Goal], known: Known) -> None:
    """Refuse a goal whose measure the scenario does not have.

    Raises
    ------
    SizingRefusedError
        If there is one; names those most like it.
    """
    for goal in goals:
        if problem := known.problem(headline_of(goal.address, known.addresses)):
            raise SizingRefusedError(f"--target '{goal}': {problem}")
