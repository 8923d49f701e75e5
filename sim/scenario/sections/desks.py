"""Desks: requests that are no child's, answered in turn by whoever is free."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Draw, Interval, Rate, Share


class Request(Model):
    """One kind of request that a desk answers."""

    rate: Rate = Field(description="requests a year that come from outside, at any moment")
    hours: Draw = Field(description="hours to answer one")
    within: Interval = Field(description="time allowed for an answer")
    priority: Priority
    one_sitting: bool = Field(True, description="answered in one go, however long")
    goes_on: dict[str, Share] = Field(
        default_factory=dict,
        description="share of those answered that become a request of another kind at once, "
        "by 'desk.request'",
    )


class Desk(Model):
    """One queue of requests, and the people who answer them."""

    team: str
    role: str = Field(description="role of those who answer; they may have other work too")
    requests: dict[str, Request]
    source: str | None = None
    grade: str | None = None
    note: str | None = None
