"""How soon a case is given to somebody, and the note of who does what."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sim.scenario.model import Model
from sim.scenario.sections.one_off import OneOff


class Allocation(Model):
    """When cases are allocated (X22); without this section, the next working day."""

    when: Literal["same_day", "next_day"] = Field(
        "next_day", description="on the day on which a worker is called for, or the next morning"
    )
    note: OneOff | None = Field(
        None, description="the holder's note of each allocation: who carries, who does what"
    )
