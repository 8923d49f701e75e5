"""What the scenario says about its people, made ready for running.

Weeks of term and of school holidays, year by year; how the working days lost to sickness are
spread; who covers what. Without the section nobody is ever absent, and nobody leaves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.draws import sampler

if TYPE_CHECKING:
    from sim.calendar import Calendar
    from sim.scenario.sections.people import OnLeaving, People

WORKING_DAYS = 253.0


class RunYear:
    """A year of the run: its weeks by whether schools are open, as lists of working days.

    Attributes
    ----------
    part
        Share of a whole year that lies in the run.
    term, holidays
        The working days of each week in term, and in the school holidays.
    """

    __slots__ = ("end", "first", "holidays", "part", "term", "term_days")

    def __init__(self, calendar: Calendar, first: int, end: int) -> None:
        self.first = first
        self.end = end
        self.part = (end - first) * calendar.years_per_day
        starts = [day for day in calendar.week_starts if first < day < end]
        weeks = [range(a, b) for a, b in zip([first, *starts], [*starts, end], strict=True)]
        in_term = {day: calendar.is_term(calendar.date(float(day))) for day in range(first, end)}
        self.term = [days for week in weeks if (days := [d for d in week if in_term[d]])]
        self.holidays = [days for week in weeks if (days := [d for d in week if not in_term[d]])]
        self.term_days = [day for week in self.term for day in week]


class PeoplePlan:
    """The people section compiled."""

    def __init__(self, people: People, calendar: Calendar, before: PeoplePlan | None) -> None:
        self.years: list[RunYear] = (
            [RunYear(calendar, year.first, year.end) for year in calendar.years]
            if before is None
            else before.years
        )
        self.leave_days = people.leave.days.value
        self.in_holidays = people.leave.in_school_holidays.value
        self.training_days = people.training.value
        self.spell = sampler(people.sickness.spell.value)
        self.mean_spell = people.sickness.spell.value.mean()
        self.sickness = people.sickness.share.value
        self.turnover = people.turnover.value
        self.vacancy = people.vacancy.value
        self.recruitment = sampler(people.recruitment.value)
        self.agency = people.agency
        self.agency_after = sampler(people.agency.after.value) if people.agency else None
        new, young = people.induction, people.newly_qualified
        self.induction = (new.lasts.value.working_days(), new.share.value) if new else (0.0, 1.0)
        self.newly = (young.lasts.value.working_days(), young.share.value) if young else (0.0, 1.0)
        self.newly_chance = young.chance.value if young else 0.0
        self.newly_roles = frozenset(young.roles) if young else frozenset()
        self.cover_by = people.on_absence.by
        self.cover_steps = tuple(
            (round(step.after.value.working_days()), step.up_to) for step in people.on_absence.steps
        )
        significant = people.on_absence.significant
        self.significant = frozenset(significant.tasks) if significant is not None else frozenset()
        self.significant_by = significant.by if significant is not None else ""
        self.task_list = people.on_absence.task_list
        days = [0] if self.significant else []
        self.cover_days = sorted({*days, *(after for after, _ in self.cover_steps)})
        self.on_leaving: OnLeaving = people.on_leaving
        self.hand_on_days = max(round(people.on_leaving.within.value.working_days()), 1)

    def sick_chance(self, share: float) -> float:
        """Share of the days not spent on leave or training on which somebody is sick.

        Statistics give days lost over all working days; a day of leave is not lost again.
        """
        at_work = 1.0 - (self.leave_days + self.training_days) / WORKING_DAYS
        return share / at_work
