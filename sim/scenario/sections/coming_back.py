"""Families who are referred again for the same thing, after a case was closed."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model
from sim.scenario.values import Draw, Share


class Again(Model):
    """What follows one reason for closing."""

    chance: Share = Field(description="share of these closures after which there is a contact")
    accepted: Share = Field(description="share of those contacts accepted for assessment")


class ComingBack(Model):
    """Contacts about the same thing again; a need that rises anew is the child's own life."""

    closed: dict[str, dict[str, Again]] = Field(
        description="by where the case was closed (mash, single_assessment, hubs), and why"
    )
    after: Draw = Field(description="working days from the closing to the contact")
