"""When a person is away: leave, training and sickness, fixed ahead for each person.

Every draw is keyed by the person (post and number), so that adding a post changes nobody
else's absences, and no absence depends on how busy the service is.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.service.people import PeoplePlan, RunYear
    from sim.service.streams import Stream, Streams

LEAVE, TRAINING, SICKNESS = "leave", "training", "sickness"
SETTLING = 253  # working days before day one in which sickness may have begun


class Spell(NamedTuple):
    """Working days [first, end) away for one reason."""

    first: int
    end: int
    reason: str


def absences(
    plan: PeoplePlan, streams: Streams, who: int, sick_share: float, since: int, *, day_one: bool
) -> list[Spell]:
    """Return when a person who works from a day on will be away, in order.

    Parameters
    ----------
    who
        Number of the person in the random streams.
    sick_share
        Share of working days lost to sickness.
    since
        First working day in post.
    day_one
        The person is in post on the first morning, and may be ill then.
    """
    away: dict[int, str] = {}
    for number, year in enumerate(plan.years):
        if year.end > since:
            _leave(plan, streams["annual leave"], who, number, year, since, away)
            _training(plan, streams["training"], who, number, year, since, away)
    last = plan.years[-1].end
    first = since - SETTLING if day_one else since
    chance = plan.sick_chance(sick_share)
    for spell in _sickness(plan, streams["sickness"], who, chance, first, last):
        for day in range(max(spell.first, since), min(spell.end, last)):
            away.setdefault(day, SICKNESS)
    return _spells(away)


def _spells(away: dict[int, str]) -> list[Spell]:
    spells: list[Spell] = []
    for day in sorted(away):
        reason = away[day]
        if spells and spells[-1].end == day and spells[-1].reason == reason:
            spells[-1] = spells[-1]._replace(end=day + 1)
        else:
            spells.append(Spell(day, day + 1, reason))
    return spells


def _leave(
    plan: PeoplePlan,
    stream: Stream,
    who: int,
    number: int,
    year: RunYear,
    since: int,
    away: dict[int, str],
) -> None:
    """Take the year's leave week by week: each week has a number, and the lowest goes first."""
    occasion = number << 10
    days = plan.leave_days * year.part * _part_in_post(year, since)
    in_holidays = int(days * plan.in_holidays + stream.uniform(who, occasion))
    in_term = max(int(days + stream.uniform(who, occasion)) - in_holidays, 0)
    left = 0  # what the holidays have no room for is taken in term
    for offset, weeks, wanted in ((1, year.holidays, in_holidays), (301, year.term, in_term)):
        order = sorted(
            (stream.uniform(who, occasion + offset + place), week)
            for place, week in enumerate(weeks)
        )
        left += wanted
        for _, week in order:
            for day in week:
                if left and day >= since:
                    away[day] = LEAVE
                    left -= 1


def _training(
    plan: PeoplePlan,
    stream: Stream,
    who: int,
    number: int,
    year: RunYear,
    since: int,
    away: dict[int, str],
) -> None:
    """Single days in term, on the next day free where the day drawn is taken."""
    occasion = number << 10
    days = plan.training_days * year.part * _part_in_post(year, since)
    wanted = int(days + stream.uniform(who, occasion))
    free = [day for day in year.term_days if day >= since and day not in away]
    for nth in range(min(wanted, len(free))):
        away[free.pop(int(stream.uniform(who, occasion + 1 + nth) * len(free)))] = TRAINING


def _part_in_post(year: RunYear, since: int) -> float:
    return (year.end - max(since, year.first)) / (year.end - year.first)


def _sickness(
    plan: PeoplePlan, stream: Stream, who: int, chance: float, first: int, last: int
) -> list[Spell]:
    """Spells of sickness, with healthy days between them so that `chance` of days are lost."""
    spells: list[Spell] = []
    if chance <= 0.0:
        return spells
    # The number of healthy days is geometric, from none: a whole part of an exponential time.
    healthy = plan.mean_spell * (1.0 - chance) / chance
    scale = 1.0 / log(1.0 + 1.0 / healthy)
    day, occasion = first, 0
    while True:
        day += int(-scale * log(stream.uniform(who, occasion)))
        if day >= last:
            return spells
        length = max(round(plan.spell(stream.uniform(who, occasion + 1))), 1)
        spells.append(Spell(day, day + length, SICKNESS))
        day += length
        occasion += 2
