"""CAF/TAC: early help by a lead professional of a partner agency, with step up and step down."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Count, Draw, Interval, Mix, Rate, Share


class Piece(Model):
    """A piece of work that is called for."""

    hours: Draw = Field(description="hours")
    within: Interval = Field(description="time from the call to the due time")
    priority: Priority = 6


class Meeting(Model):
    """The meetings of the team around the child."""

    every: Interval = Field(description="time between meetings")
    window: Interval | None = Field(None, description="how long before due it opens")
    hours: Draw = Field(description="hours of the lead professional")
    finds: Share = Field(description="chance that a change of need is learnt of")
    priority: Priority = 6


class StepUp(Model):
    """Requests to social care for a child with a TAC."""

    noticed: Draw = Field(description="working days until a member notices that need has risen")
    worries: Rate = Field(description="requests a year, for each child, though need has not risen")
    protection: Share = Field(description="share of risen needs that are a protection concern")
    talk: Draw = Field(description="working days until the line manager has been talked to")
    harm: Share = Field(description="share of refusals where to wait or to ask would do harm")
    pack: Piece = Field(description="the papers that go with a request")
    accepted: Share = Field(description="share of requests accepted where need has risen")
    accepted_worries: Share = Field(description="share of the other requests accepted")
    asks_again: Draw = Field(description="working days until a refused request is made again")


class LastMeeting(Piece):
    """The last child in need meeting, at which the lead professional takes over."""

    lead_hours: Draw = Field(description="hours of the lead professional at it")


class StepDown(Model):
    """From child in need to CAF/TAC."""

    support_needed: Share = Field(description="share of those no longer in need who need support")
    reasons: Mix = Field(description="why it is proposed: support, monitoring, onward_referral")
    decision: Piece = Field(description="the team manager's decision")
    decided_by: Literal["desk", "holder"] = Field(
        "desk", description="who decides: the managers who sign off assessments, or the holder"
    )
    search: Piece | None = Field(
        None, description="talks about what is still needed, and who is best placed to lead"
    )
    forms: Piece = Field(description="consent form, information sheet, talks with professionals")
    meeting: LastMeeting | None = Field(
        None, description="without it the case moves when the forms are signed"
    )
    new_assessment: bool = Field(
        True,
        description="whether the lead professional writes a CAF, or goes on with what is there",
    )
    may_be_for: list[str] = Field(
        default_factory=lambda: ["support"], description="reasons that are good enough (X25)"
    )
    after_plan: Interval | None = Field(
        None, description="least time in need after a protection plan; without it there is none"
    )


class Sheet(Model):
    """What social care writes to the CAF team about a family that agrees to early help."""

    after_assessment: Piece = Field(
        description="the social worker's agreement letter and information sheet (R40)"
    )
    at_the_door: Piece = Field(
        description="the information sheet written for a referrer who is unsure how (R15)"
    )
    unsure: Share = Field(description="share of referrers, of those agreed at the front door")


class EarlyHelp(Model):
    """The stage `caf_tac` and how children come to it and leave it."""

    team: str = Field(description="team that sets up CAFs")
    role: str = Field(description="role in it whose desk this is")
    lead_team: str = Field(description="partner agencies")
    lead_role: str = Field(description="role of the lead professionals")
    set_up: Piece = Field(description="the CAF team's talks with family and referrer")
    caf: Piece = Field(description="the lead professional's assessment")
    support: Piece = Field(description="the CAF team's help with it")
    liaison: Piece = Field(description="the lead professional's talks during an assessment")
    slots_a_week: Count = Field(description="first TAC meetings that can be held in a week")
    meeting: Meeting
    lasts: Draw = Field(description="working days from finding a lead professional to the end")
    family_ends: Share = Field(description="share ended by the family's wish")
    waits_at_most: Interval = Field(description="wait for a lead professional before giving up")
    beside: Share = Field(description="share of TACs that go on beside child in need")
    changes_mind: Share = Field(description="chance that a family asked again decides afresh")
    needs_on_day_one: Mix = Field(description="true need of the children there on day one")
    sheet: Sheet | None = None
    step_up: StepUp
    step_down: StepDown
