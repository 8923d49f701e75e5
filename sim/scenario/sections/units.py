"""Small units within a team: a leader who holds the children, and those who work with them."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Hours, Interval


class UnitMeeting(Model):
    """The meeting of everybody in a unit about the unit's children."""

    every: Interval = Field(description="time between meetings")
    hours: Hours = Field(description="hours of each member, whatever the number of children")
    hours_a_child: Hours = Field(description="hours of each member for each child of the unit")
    priority: Priority = 6


class LeaderSupervision(Model):
    """Supervision of the unit's members by its leader."""

    hours: Hours = Field(description="hours of the leader for each member and session")
    every: Interval = Field(description="time between sessions")
    priority: Priority = 6


class Units(Model):
    """A team in units: as many as there are posts of the role that leads them.

    The other posts that work with children are dealt out to the units of their site in turn. A
    child's workers are of one unit. A team's own `supervision` is then of the leaders.
    """

    led_by: str = Field(description="role of the leaders, who hold the children")
    members: list[str] = Field(description="roles that belong to a unit, beside its leader")
    meeting: UnitMeeting | None = None
    supervision: LeaderSupervision | None = None
