"""Whether the parts of a scenario fit together, said in the user's words."""

from __future__ import annotations

from sim.scenario import schema
from sim.scenario.load import Loaded


def check(loaded: Loaded[schema.Scenario]) -> None:
    """Refuse a scenario whose parts do not fit."""
