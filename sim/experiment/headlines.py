"""The few measures an experiment is about, and their value in one possible future.

A measure is written ``measure[:what]@where[@period]``; the place ``*`` means all places of the
measure together: numbers are added up, shares are taken of the whole, of longest times and largest
caseloads it is the largest. The period is the whole run or a run year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from sim.experiment.precision import known_in
from sim.experiment.summary import ALL, MONTHS
from sim.measure.series import MEANINGS, SERVICE, Series

if TYPE_CHECKING:
    from sim.experiment.replication import Replication
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

EVERYWHERE = "*"
# What may be added up over places; of shares and ratios numerator and denominator are.
ADDED_UP = frozenset(
    {
        *("backlog", "backlog_hours", "unallocated", "on_transfer_list", "waiting_to_move"),
        *("escalated", "not_found", "overdue_half", "overdue_full", "open_children", "transfers"),
        *("hours_worked", "hours_reserved", "hours_available", "hours_due", "overtime_needed"),
        *("cost", "over_limit"),
    }
)
LARGEST = ("longest_past_due", "caseload_most")  # of which the largest of all places is taken
SHARES = ("share", "ratio", "a child-year")
# What a manager asks first: what is late, who is in date, who waits, are assessments in time.
USUAL = (
    "backlog@service",
    "in_date:cin_review@*",
    "in_date:child_seen@*",
    "on_transfer_list@*",
    "on_time:single_assessment@single_assessment",
)
# The same, and what else the application shows first.
WATCHED = (*USUAL, "over_limit@*", "unallocated@service")


class HeadlineRefusedError(Exception):
    """A measure was asked for that there is not; says which there are."""


@dataclass(frozen=True, slots=True)
class Headline:
    """One measure at one place over one period.

    Attributes
    ----------
    measure
        ``in_date:cin_review``.
    where
        A stage, ``team.role``, ``service``, or ``*`` for all places of the measure together.
    period
        ``all``, or a run year ``1``, ``2`` ...
    """

    measure: str
    where: str
    period: str = ALL

    def __str__(self) -> str:
        """Write it as it may be typed."""
        address = f"{self.measure}@{self.where}"
        return address if self.period == ALL else f"{address}@{self.period}"

    @property
    def unit(self) -> str:
        """The measure's unit."""
        return MEANINGS[self.measure.split(":")[0]][0]

    def value(self, replication: Replication) -> float | None:
        """Give its value in one future; None where it has none."""
        return self.over(replication, *self._months(len(replication.series[0].over)))

    def over(self, replication: Replication, first: int, end: int) -> float | None:
        """Give its value in one future over months `first` to `end` (excluded) instead."""
        found = [s for s in replication.series if s.measure == self.measure]
        if self.where != EVERYWHERE:
            found = [s for s in found if s.where == self.where]
        elif len(found) > 1:
            found = [s for s in found if s.where != SERVICE]
        if not found:
            return None
        return _together(found, first, end)

    def _months(self, months: int) -> tuple[int, int]:
        if self.period == ALL:
            return 0, months
        return MONTHS * (int(self.period) - 1), MONTHS * int(self.period)


def _together(found: Sequence[Series], first: int, end: int) -> float | None:
    if len(found) == 1:
        return found[0].value(first, end)
    if found[0].how == "ratio":
        over = sum(sum(_numbers(s.over[first:end])) for s in found)
        under = sum(sum(s.under[first:end]) for s in found if s.under is not None)
        return over / under if under > 0 else None
    values = [value for s in found if (value := s.value(first, end)) is not None]
    if found[0].how == "most":
        return max(values, default=None)
    return sum(values)


def _numbers(months: Sequence[float] | Sequence[Sequence[float]]) -> Sequence[float]:
    """A ratio's months are numbers; only a quantile's are lists."""
    return months  # type: ignore[return-value]


def read_headline(text: str) -> Headline:
    """Read ``measure[:what]@where[@period]``.

    Raises
    ------
    HeadlineRefusedError
        If it is something else.
    """
    parts = text.strip().split("@")
    if len(parts) not in (2, 3) or not all(parts):
        raise HeadlineRefusedError(
            f"'{text}' is not a measure: write MEASURE@WHERE, such as {USUAL[0]}, "
            "or MEASURE@WHERE@YEAR"
        )
    period = parts[2] if len(parts) == 3 else ALL
    if period != ALL and not (period.isdecimal() and int(period) > 0):
        raise HeadlineRefusedError(f"'{text}': the period is a run year, 1, 2 ..., or {ALL}")
    return Headline(parts[0], parts[1], period)


@dataclass(frozen=True)
class Known:
    """The measures a scenario has, and how long it runs.

    Attributes
    ----------
    addresses
        ``measure[:what]@where`` of each.
    years
        Full years of the run.
    """

    addresses: tuple[str, ...]
    years: int

    @classmethod
    def of(cls, loaded: Loaded[Scenario]) -> Known:
        """Look, without running it."""
        addresses, months = known_in(loaded)
        return cls(tuple(addresses), len(months) // MONTHS)

    def problem(self, headline: Headline) -> str | None:
        """Say what is wrong with a measure here; None if nothing is."""
        name, where = headline.measure, headline.where
        if headline.period != ALL and int(headline.period) > self.years:
            return f"'{headline}': the run has {self.years} full years"
        if where == EVERYWHERE and any(each.startswith(f"{name}@") for each in self.addresses):
            kind = name.split(":")[0]
            if kind in ADDED_UP or kind in LARGEST or MEANINGS[kind][0] in SHARES:
                return None
            return f"'{headline}': this measure cannot be put together over places; name one"
        address = f"{name}@{where}"
        if address in self.addresses:
            return None
        close = get_close_matches(address, self.addresses, n=3, cutoff=0.5)
        nearest = ", ".join(close or self.addresses[:3])
        return f"there is no measure '{address}' here; the nearest are {nearest}"


def watched(known: Known) -> list[Headline]:
    """Give the measures of `WATCHED` that a scenario has, shares place by place.

    In the share of all places together, a place that gives way can hide behind the others.
    """
    found: list[Headline] = []
    for each in map(read_headline, WATCHED):
        if each.where == EVERYWHERE and each.unit in SHARES:
            mine = [a for a in known.addresses if a.startswith(f"{each.measure}@")]
            found += [Headline(each.measure, address.partition("@")[2]) for address in mine]
        elif known.problem(each) is None:
            found.append(each)
    return found


def headlines(texts: Iterable[str], known: Known) -> list[Headline]:
    """Read the measures asked for; without any, those of `USUAL` that the scenario has.

    Raises
    ------
    HeadlineRefusedError
        If there is no such measure, place or year in the scenario.
    """
    asked = list(dict.fromkeys(read_headline(text) for text in texts))
    if not asked:
        return [each for each in map(read_headline, USUAL) if known.problem(each) is None]
    for each in asked:
        if problem := known.problem(each):
            raise HeadlineRefusedError(problem)
    return asked
