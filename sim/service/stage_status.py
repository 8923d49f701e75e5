"""A status that a case carries for as long as it is in a stage, with the dates of both ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service import status
from sim.service.strand import Strand

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.stage import Hub


class StageStatus(Strand):
    """Begins and ends the status that a stage gives its cases."""

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """The case is designated as one of this stage (K33)."""
        if hub.plan.status is not None:
            status.begin(self.service, child, hub.plan.status)

    def leaving(self, child: Child, to: Place | None) -> None:
        """The designation ends with the stay (K33)."""
        here = self.service.hubs.get(child.stage.name) if child.stage is not None else None
        if here is not None and here.plan.status is not None:
            status.end(self.service, child, here.plan.status)
