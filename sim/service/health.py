"""Health that becomes unstable and stable again, and what the service knows of it (O9, O17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service import status
from sim.service.finding import Trouble
from sim.service.happenings import Happening, fate

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.crises import Crises
    from sim.service.finding import Finding
    from sim.service.service import Service
    from sim.service.task import Task

UNSTABLE = "unstable_health"


class Health(Happening):
    """A child's health, and when the service learns of a change."""

    name = "health"

    def __init__(self, service: Service, finding: Finding, crises: Crises | None) -> None:
        super().__init__(service)
        self.finding = finding
        self.crises = crises
        finding.responses[self.name] = self

    def most(self, child: Child) -> float:
        """Return the rate of the change that may come next, for a child in need."""
        plan = self.plan.health
        assert plan is not None
        if not self.service.plan.serving(child.need):
            return 0.0
        return plan.stable if fate(child).unstable else plan.unstable

    def happens(self, child: Child, number: int) -> None:
        """It turns; what was hidden of it before no longer counts."""
        life = fate(child)
        life.unstable = not life.unstable
        about = f"health={'unstable' if life.unstable else 'stable'}"
        trouble = Trouble(child, self.name, number, about, life.unstable)
        self.service.recorder.need(child, trouble.said)
        self.finding.drop(child, self.name)
        if life.unstable != child.unstable_health:
            self.finding.arises(trouble)

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """The service knows it from now on, and so do the rules that ask."""
        child = trouble.child
        if trouble.worse and trouble.size and self.crises is not None:
            self.crises.work(trouble)
        child.unstable_health = trouble.size
        if trouble.size:
            status.begin(self.service, child, UNSTABLE)
        else:
            status.end(self.service, child, UNSTABLE)

    def entered(self, child: Child) -> None:
        """What was known of the child from the start is a status like any other."""
        if child.unstable_health:
            child.statuses.setdefault(UNSTABLE, self.service.env.now)
