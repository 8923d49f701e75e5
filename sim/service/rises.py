"""A rise in the level of need: found like a crisis, assessed, and only then a move (W22, W49).

What the level of need becomes, and when, is the population's; here is only how the service
learns that it has risen. That it has eased is found at looks, as before, and decided at reviews.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service import placing
from sim.service.finding import LOOK, Trouble

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.crises import Crises
    from sim.service.finding import Finding
    from sim.service.service import Service
    from sim.service.task import Task

NEED = "need"


class Rises:
    """Rises of need that the service has still to find, and the response."""

    def __init__(self, service: Service, finding: Finding, crises: Crises | None) -> None:
        self.service = service
        self.finding = finding
        self.crises = crises
        finding.responses[NEED] = self

    def changed(self, child: Child) -> None:
        """The true need has changed: what was hidden of it before no longer counts."""
        finding, service = self.finding, self.service
        finding.drop(child, NEED)
        if child.stage is None or not child.stage.is_hub or child.known == child.need:
            return
        if placing.intensity(service, child.need) < placing.intensity(service, child.known):
            finding.arises(Trouble(child, NEED, child.need_occasion))
        elif not finding.plan.late:
            self._learn(child)

    def looked(self, child: Child) -> None:
        """The look itself finds the need; then nothing of it is hidden any more."""
        if child.known == child.need:
            self.finding.drop(child, NEED)

    def _learn(self, child: Child) -> None:
        child.known = child.need
        self.service.recorder.found(child)

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """Learn of it, work on what is a crisis, and decide where the child should be (W83)."""
        child, service = trouble.child, self.service
        self._learn(child)
        if self.crises is not None and trouble.how != LOOK:
            self.crises.work(trouble)
        here = child.stage
        if here is not None and here.is_hub and placing.has_risen(service, child, here):  # type: ignore[arg-type]
            placing.decide(service, child, here)  # type: ignore[arg-type]
