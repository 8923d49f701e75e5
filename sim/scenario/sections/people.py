"""What a scenario says about its people: absence, leaving, vacancies, and who covers what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from sim.scenario.model import Model, Priority
from sim.scenario.values import Count, Draw, Hours, Interval, Number, Rate, Share, wrong

PEERS = "peers"


class Leave(Model):
    """Annual leave, taken in weeks, bank holidays not among it."""

    days: Number = Field(description="working days a year")
    in_school_holidays: Share = Field(description="share taken while schools are shut")


class Sickness(Model):
    """Sickness, in spells of whole working days."""

    share: Share = Field(description="share of working days lost")
    spell: Draw = Field(description="working days of one spell")


class Agency(Model):
    """Agency workers who fill a vacancy until somebody is recruited."""

    chance: Share = Field(description="chance that a vacancy is offered to an agency")
    after: Draw = Field(description="working days until the agency worker starts")
    roles: list[str] = Field(description="roles for which there are agency workers")


class Induction(Model):
    """The first weeks of a new worker."""

    lasts: Interval = Field(description="how long it lasts")
    share: Share = Field(description="share of a full worker's hours and cases meanwhile")


class NewlyQualified(Model):
    """Starters in their assessed and supported first year."""

    roles: list[str] = Field(description="roles in which people begin their careers")
    chance: Share = Field(description="share of starters who are newly qualified")
    share: Share = Field(description="share of a full worker's hours and cases meanwhile")
    lasts: Interval = Field(description="how long it lasts")


class CoverStep(Model):
    """From some time into an absence, which classes of work are covered."""

    after: Interval = Field(description="time into the absence; 0 working days is at once")
    up_to: Priority = Field(description="priority classes covered: from 1 to this one")


class Significant(Model):
    """Tasks that never wait for somebody who is away (C39)."""

    tasks: list[str] = Field(description="kinds of task, whatever their class")
    by: str = Field(
        description="role that does them, where one of it holds the child; else they are delegated"
    )


class TaskList(Model):
    """Before a planned absence: a list of what is outstanding and what will come up (C38)."""

    hours: Hours = Field(description="hours of whoever is going to be away")
    before: Interval = Field(description="how long before the absence it is begun")
    least_days: Count = Field(description="working days away from which there is one")
    priority: Priority


class OnAbsence(Model):
    """Who does the work of somebody who is away (C37 to C39, X38); without steps, it waits."""

    by: str = Field(PEERS, description="'peers', or the role in the team that covers")
    steps: list[CoverStep] = Field(default_factory=list, description="what is covered, and when")
    significant: Significant | None = None
    task_list: TaskList | None = None

    @model_validator(mode="after")
    def _each_covers_more(self) -> OnAbsence:
        for number, (one, two) in enumerate(zip(self.steps, self.steps[1:], strict=False)):
            later = one.after.value.working_days() < two.after.value.working_days()
            if not later or one.up_to >= two.up_to:
                text = "each step must come later than the one before, and cover more classes"
                raise wrong(text, at=("steps", str(number + 1)))
        return self


class OnLeaving(Model):
    """What becomes of the children of somebody who leaves."""

    rule: Literal["to_peers", "manager_keeps"] = Field(
        description="peers take them over, or the manager keeps them until the post is filled"
    )
    held_by: str = Field(description="role in the team that holds them meanwhile")
    within: Interval = Field(description="time in which peers take all of them over")
    give_back: bool = Field(
        True, description="once the post is filled, peers give back until it is as full as theirs"
    )
    urgent: Priority = Field(description="classes 1 to this are done meanwhile; the rest waits")


class People(Model):
    """Absence, leaving and filling of posts."""

    leave: Leave
    training: Number = Field(description="working days of training a year, in term")
    sickness: Sickness
    turnover: Rate = Field(description="chance a year that somebody leaves")
    vacancy: Share = Field(description="share of posts vacant on the first day")
    recruitment: Draw = Field(description="working days from vacant to filled")
    agency: Agency | None = None
    induction: Induction | None = None
    newly_qualified: NewlyQualified | None = None
    on_absence: OnAbsence = Field(default_factory=OnAbsence)
    on_leaving: OnLeaving
