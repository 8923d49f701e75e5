"""The strands of a service, in the order in which they are told of things."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.strand import Strand


def strands(service: Service) -> list[Strand]:
    """Make the strands that the scenario asks for."""
    made: list[Strand] = []
    return made
