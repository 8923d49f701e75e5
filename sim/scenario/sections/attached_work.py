"""Family support for another hub's children: requests, pieces of work, supervised contact."""

from __future__ import annotations

from pydantic import Field, model_validator

from sim.scenario.model import Model, Priority
from sim.scenario.sections.one_off import OneOff
from sim.scenario.values import Count, Draw, Hours, Interval, IntervalMix, Rate, Share, wrong


class Piece(Model):
    """One kind of piece of work (W37)."""

    share: Share = Field(description="share of pieces that are of this kind")
    hours: Draw = Field(description="hours of the whole piece")


class SupervisedContact(Model):
    """Contact of a looked-after child with the family, in the presence of a worker (W37)."""

    share: Share = Field(description="share of looked-after children who need it")
    every: IntervalMix = Field(description="interval; a mix is drawn for each child")
    hours: Draw = Field(description="hours of one contact")
    priority: Priority


class AttachedWork(Model):
    """Family support workers attached to another hub's cases (W29, W37, W38, W89 to W91)."""

    stage: str = Field(description="hub whose children are supported")
    team: str = Field(description="team of the family support workers")
    role: str
    rate: Rate = Field(description="requests a year for each child in the hub")
    form: OneOff = Field(description="the referral form, by the holder of the case")
    manager_hours: Hours = Field(description="hours of each of the two teams' managers a request")
    look: Interval = Field(description="how often requests are considered")
    pieces_at_once: Count = Field(description="pieces of work a full-time worker can have at once")
    pieces: dict[str, Piece] = Field(description="what the pieces of work are")
    session_hours: Hours = Field(description="hours of one session, about one a week")
    session_every: Interval = Field(description="time between sessions")
    priority: Priority
    unmet_after: Interval = Field(description="wait after which the referring manager is asked")
    alternative: Share = Field(description="share of unmet requests for which there is another way")
    allocate_over: Share = Field(description="share of the rest that is allocated over the limit")
    supervised_contact: SupervisedContact | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> AttachedWork:
        total = sum(piece.share.value for piece in self.pieces.values())
        if abs(total - 1.0) > 1e-9:
            text = f"the shares of the pieces must add up to 1, but they add up to {total:.10g}"
            raise wrong(text, at=("pieces",))
        return self
