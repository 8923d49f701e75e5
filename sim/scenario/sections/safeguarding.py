"""What a scenario may say about safeguarding: concerns, enquiries, plans, care and duty."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.scenario.model import Model, Priority
from sim.scenario.values import Count, Draw, Hours, Interval, Rate, Share, wrong

PUT_OFF = "chance that the meeting is put off by others; as any appointment if absent"


class Concerns(Model):
    """What happens to children, whoever serves them."""

    rates: dict[str, Rate] = Field(description="concerns a year for a child of each level of need")
    reported: Share = Field(description="share that others report at once; a look finds the rest")


class StrategyDiscussion(Model):
    """The discussion that follows a concern at once, led by the duty manager."""

    within: Interval = Field(description="time from the concern")
    hours: Draw = Field(description="hours of the social worker")
    manager_hours: Hours = Field(description="hours of the duty manager on each concern")
    priority: Priority = 1


class Enquiry(Model):
    """The section 47 enquiry: sessions of a social worker, with the worker who knows the child."""

    within: Interval = Field(description="time from the strategy discussion")
    hours: Draw = Field(description="hours of the social worker")
    joint_hours: Draw = Field(description="hours of the holder, where that is somebody else")
    session_hours: Hours = Field(description="hours of one session")
    gap: Draw = Field(description="working days between sessions")
    conference: Share = Field(description="share that lead to a conference")
    priority: Priority = 1


class Chairs(Model):
    """The diary of the conference chairs, whom the whole county shares."""

    slots_a_week: Count = Field(description="conferences a week that the chairs can hold")
    taken: Share = Field(description="share of the slots that other conferences take")


class Conference(Model):
    """The initial child protection conference."""

    within: Interval = Field(description="time from the strategy discussion")
    hours: Draw = Field(description="hours of the social worker at the conference")
    report_hours: Draw = Field(description="hours of the social worker's report")
    report_within: Interval = Field(description="time from the enquiry to the report")
    plan: Share = Field(description="share that make a protection plan")
    put_off: Share | None = Field(None, description=PUT_OFF)
    chairs: Chairs
    priority: Priority = 2


class Rhythm(Model):
    """Meetings or visits that follow a child for as long as a status lasts."""

    first: Interval = Field(description="time to the first")
    second: Interval | None = Field(None, description="time from the first to the second")
    then: Interval = Field(description="time from each to the next")
    later: Interval | None = Field(None, description="the same, after some time")
    later_after: Interval | None = Field(None, description="time after which that holds")
    window: Interval | None = Field(None, description="how long before due it opens")
    hours: Draw = Field(description="hours, everything included")
    finds: Share = Field(description="chance of noticing a change of need, or a hidden concern")
    priority: Priority = 2

    @model_validator(mode="after")
    def _both_or_neither(self) -> Rhythm:
        if (self.later is None) != (self.later_after is None):
            raise wrong("give both 'later' and 'later_after', or neither")
        return self


class Meetings(Rhythm):
    """Meetings with others, which may be put off because somebody cannot come."""

    put_off: Share | None = Field(None, description=PUT_OFF)


class Proceedings(Model):
    """Care proceedings, in which some protection plans end."""

    chance: Share = Field(description="share of protection plans that end in care proceedings")
    hours: Draw = Field(description="hours of the social worker")
    within: Interval = Field(description="time to the final order")
    session_hours: Hours = Field(description="hours of one session")
    priority: Priority = 2


class ProtectionPlan(Model):
    """What is kept to a child on a protection plan, and how long that lasts."""

    months: Draw = Field(description="months on a plan; it ends at the nearest review conference")
    core_group: Meetings
    visit: Rhythm
    review: Meetings
    proceedings: Proceedings


class LookedAfter(Model):
    """Children looked after in full: accommodated, or under a care order."""

    starts: dict[str, Rate] = Field(
        description="children accommodated a year, for each of a level of need"
    )
    years: Draw = Field(description="years looked after; it ends at the first review after that")
    review: Meetings
    visit: Rhythm


class ShortBreaks(Model):
    """The lighter cycle of a series of overnight short breaks (regulation 48)."""

    review: Meetings
    visit: Rhythm


class Duty(Model):
    """The duty rota: a social worker a day, and a manager's share of it."""

    hours_a_day: Hours = Field(description="hours of today's duty social worker")
    manager_hours_a_day: Hours = Field(description="hours of the acting duty manager")
    priority: Priority = 2


class DayOne(Model):
    """Shares of the day-one children of the safeguarding hub."""

    child_protection_plan: Share = Field(description="on a protection plan")
    looked_after: Share = Field(description="looked after in full")


class Safeguarding(Model):
    """Concerns, enquiries, conferences, protection plans, care, and the duty rota."""

    hub: str = Field(description="stage whose team does all of it")
    manager: str = Field(description="role that manages concerns, from a desk")
    replaces: list[str] = Field(
        description="promises of a stage that a plan's or a looked-after child's own replace"
    )
    concerns: Concerns
    strategy_discussion: StrategyDiscussion
    enquiry: Enquiry
    conference: Conference
    protection_plan: ProtectionPlan
    looked_after: LookedAfter
    short_breaks: ShortBreaks
    duty: Duty
    day_one: DayOne
