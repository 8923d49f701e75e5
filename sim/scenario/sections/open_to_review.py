"""The Open to Review protocol: how children come in, what happens between reviews."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Draw, Interval, Rate, Share


class Step(Model):
    """A piece of work on the way into Open to Review."""

    hours: Draw = Field(description="hours")
    within: Interval = Field(description="time from the call to the due time")
    priority: Priority


class Objection(Model):
    """A family may make representations against the move (O20)."""

    chance: Share = Field(description="share of families who object to the letter")
    upheld: Share = Field(description="share of objections by which the move is stopped")
    representation: Step = Field(description="the team manager's time for an objection")
    again_after: Interval = Field(description="time before the move is thought of again")


class Supervision(Model):
    """Managers and social workers look at part of the caseload in supervision (O21, O46)."""

    every: Interval = Field(description="time between looks")
    share: Share = Field(description="share of children looked at each time")


class Urgent(Model):
    """Urgent matters between reviews go to the duty worker (O35)."""

    rate: Rate = Field(description="urgent matters a year, for each child")
    hours: Draw = Field(description="hours of the duty worker")
    within: Interval = Field(description="time from the call to the due time")
    priority: Priority
    stage: str = Field(description="stage whose duty worker (else a holder) deals with it")


class Calls(Step):
    """Calls about something that does not wait for the review, to the child's own worker."""

    rate: Rate = Field(description="calls a year, for each child")


class OpenToReview(Model):
    """How a child comes to be held in Open to Review."""

    stage: str = Field(description="the stage that this is about")
    manager: str = Field(description="role of the managers who decide, in each team")
    decision: Step = Field(description="the team manager's decision and note (O22, O37)")
    letter: Step = Field(description="the present worker's letter to the family (O19, O23)")
    objection: Objection
    supervision: Supervision
    assessed_by: str = Field(
        description="one-off task after which a new case is first thought of (O21)"
    )
    moves_by: Literal["decision", "list"] = Field(
        "decision", description="on the manager's decision, or by the transfer list as other moves"
    )
    outcomes_mended: Share = Field(
        description="chance that a review gives a plan without clear outcomes such (O13)"
    )
    urgent: Urgent | None = None
    direct_payment_calls: Calls | None = Field(
        None, description="families who want to spend direct payments differently (O36)"
    )
