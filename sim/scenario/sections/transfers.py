"""How children move between hubs: the transfer list, who must agree, and what a move costs."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.sections.one_off import OneOff
from sim.scenario.values import Draw, Hours, Interval, Mix, Share


class Disagreement(Model):
    """Who does not agree to a move, so that the operations manager decides (W77, W88)."""

    managers: Share = Field(description="share of moves to which the incoming manager says no")
    family: Share = Field(description="share of agreed moves to which the family says no")


class Introduction(Model):
    """A joint visit of the old and the new worker, or the next planned review (W81)."""

    hours: Draw = Field(description="hours of the worker who hands over")
    new_worker_hours: Draw = Field(description="hours of the worker who takes over")
    within: Interval = Field(description="time from the call to the due time")
    priority: Priority
    at_review: Share = Field(description="share of steps down that take effect at a review instead")
    review_within: Interval = Field(description="as long as the next review is due within this")


class Operations(Model):
    """The operations manager: disagreements, and moves that no slot can be found for (W77, W78)."""

    team: str
    role: str
    hours: Draw = Field(description="hours of one decision")
    within: Interval = Field(description="time from the escalation to the due time")
    priority: Priority
    upholds_step_up: Share = Field(description="share of disputed steps up that go ahead")
    upholds_step_down: Share = Field(description="share of disputed steps down that go ahead")
    stands_for: Interval = Field(description="how long a refusal stands while need is the same")
    interim: Mix = Field(description="interim case management when there is no slot, by chance")


class ChangeOfClass(Model):
    """Going from one class of case to another is no transfer: the worker stays, and at once."""

    between: list[str] = Field(description="stages that are classes of one worker's caseload")
    source: str | None = None
    note: str | None = None


class Moves(Model):
    """How children move between hubs: the transfer list and what a move costs."""

    look: Interval = Field(description="how often the transfer list is looked at")
    hand_over: OneOff = Field(description="the old holder's records")
    take_up: OneOff = Field(description="the new holder's reading and introductions")
    manager_hours: Hours = Field(description="hours of each of the two team managers")
    escalate_after: Interval = Field(description="wait after which the operations manager decides")
    records_first: bool = Field(
        False, description="an initial plan not written, or a review past due, holds a move up"
    )
    discussion: OneOff | None = Field(None, description="discussion with the child and family")
    introduction: Introduction | None = None
    ending: OneOff | None = Field(None, description="ending each previous worker's relationship")
    disagreement: Disagreement | None = None
    operations: Operations | None = None
    change_of_class: ChangeOfClass | None = None
