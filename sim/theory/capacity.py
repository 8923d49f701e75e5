"""Hours of casework and slots that a scenario's posts come to in a year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.scenario.sections.people import People


@dataclass(frozen=True)
class Capacity:
    """What one pool has.

    Attributes
    ----------
    hours
        Hours of casework a year: absence, vacancies and what is lost by new starters taken off.
    reserved
        Of those, hours blocked in each post for named work (audit, group work ...).
    slots
        Children that its limits allow; None where there is no limit.
    """

    hours: float
    reserved: float
    slots: float | None


def capacity(scenario: schema.Scenario, days_a_year: float) -> dict[str, Capacity]:
    """Return the capacity of every ``team.role``."""
    found: dict[str, Capacity] = {}
    for team_name, team in scenario.teams.items():
        for name, post in team.posts.items():
            pool = f"{team_name}.{post.role or name}"
            work = scenario.work
            daily = work.hours_a_day.value * work.case_share.value * post.fte.value
            there = present(scenario.people, post, post.role or name)
            hours = post.count.value * daily * days_a_year * there
            reserved = hours * sum(share.value for share in post.reserve.values())
            slots = None
            if post.caseload_limit is not None:
                slots = float(round(post.caseload_limit.value * post.fte.value) * post.count.value)
            before = found.get(pool)
            if before is not None:
                hours += before.hours
                reserved += before.reserved
                if before.slots is not None:
                    slots = before.slots + (slots or 0.0)
            found[pool] = Capacity(hours, reserved, slots)
    return found


def present(people: People | None, post: schema.Post, role: str) -> float:
    """Return the share of a post's hours that is worked: absence, vacancy and newness taken off."""
    if people is None:
        return 1.0
    sickness = (post.sickness or people.sickness.share).value
    away = (people.leave.days.value + people.training.value) / 253.0
    turnover = (post.turnover or people.turnover).value
    vacant = people.vacancy.value
    if people.turnover.value > 0.0:
        vacant *= turnover / people.turnover.value
    if people.agency is not None and role in people.agency.roles:
        vacant *= 1.0 - people.agency.chance.value
    lost = 0.0
    if people.induction is not None:
        lasts = people.induction.lasts.value.years()
        lost += turnover * lasts * (1.0 - people.induction.share.value)
    young = people.newly_qualified
    if young is not None and role in young.roles:
        lasts = young.lasts.value.years()
        lost += turnover * young.chance.value * lasts * (1.0 - young.share.value)
    return max((1.0 - sickness - away) * (1.0 - min(vacant, 1.0)) * (1.0 - min(lost, 1.0)), 0.0)
