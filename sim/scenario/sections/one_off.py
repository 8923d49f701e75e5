"""A task that is called for once."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model, Priority
from sim.scenario.values import Draw, Interval


class OneOff(Model):
    """A task that is called for once."""

    hours: Draw = Field(description="hours")
    within: Interval = Field(description="time from the call to the due time")
    priority: Priority
