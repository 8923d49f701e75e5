"""How a case is ended: who decides, who is told and asked first, and what keeps it open."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.model import Model
from sim.scenario.sections.one_off import OneOff
from sim.scenario.values import Draw, Interval, Share


class Decision(OneOff):
    """The decision to close a case whose needs are met (X37)."""

    by: Literal["holder", "manager"] = Field(
        description="the holder with the caseworker, or the manager who signs off assessments; "
        "the manager too while nobody but a manager holds the case"
    )


class Agencies(OneOff):
    """The caseworker asks the agencies involved, and agrees what they go on to watch."""

    answer: Draw = Field(description="working days until they have answered")


class Disagreement(Model):
    """An agency is against it: that is put on record, and the case is closed all the same."""

    chance: Share = Field(description="share of closures with which an agency disagrees")
    record: OneOff = Field(description="the caseworker's record of the reasons")
    rationale: OneOff = Field(description="the holder's reasons for going on")


class AfterPlan(Model):
    """A family plan after a protection plan (X24)."""

    share: Share = Field(description="share of ended protection plans followed by one")
    at_least: Interval = Field(description="how long the case stays open then")


class Closure(OneOff):
    """The work that ends a case: the record, and what is done before it."""

    decision: Decision | None = None
    family: OneOff | None = Field(
        None, description="telling the child and family, and recording what they think"
    )
    agencies: Agencies | None = None
    disagreement: Disagreement | None = None
    to_another_council: OneOff | None = Field(
        None, description="handing a family that moves away over to the council it moves to"
    )
    outcomes_met: Draw | None = Field(
        None,
        description="working days from needs being met until the plan's outcomes are; before that "
        "the case stays open",
    )
    after_plan: AfterPlan | None = None
