"""Re-referral: a family comes back for the same thing after its case was closed.

An outcome of how a case was closed, not part of the child's life: it is drawn from the
child's own stream by the closing, so that it changes nothing else. (A need that rises
anew is in `life`; whichever comes first brings the child back.)
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sim.service.draws import choice, sampler

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.service.child import Child
    from sim.service.draws import Sampler
    from sim.service.service import Service

HUBS = "hubs"


class ComingBackPlan:
    """The scenario's `population.coming_back`, ready to use."""

    __slots__ = ("after", "closed", "closed_as")

    def __init__(self, scenario: Scenario) -> None:
        spec = scenario.population.coming_back
        self.closed: dict[tuple[str, str], tuple[float, float]] = {}
        self.after: Sampler = lambda u: 0.0
        if spec is not None:
            self.after = sampler(spec.after.value)
            for where, reasons in spec.closed.items():
                for reason, again in reasons.items():
                    self.closed[where, reason] = (again.chance.value, again.accepted.value)
        known = scenario.day_one.closed_as
        self.closed_as = {need: choice(mix.value) for need, mix in known.items()}


class ComingBack:
    """Contacts about children whose case was closed, for the same thing as before."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._draws = service.streams["coming back"]

    def closed(self, child: Child, where: str, reason: str, when: float | None = None) -> None:
        """A case has been closed somewhere for a reason, now or at a time before day one."""
        service = self.service
        plan = service.plan.coming_back
        again = plan.closed.get((HUBS if where in service.hubs else where, reason))
        if again is None or child.is_sibling or child.family.moved_away:
            return  # brothers and sisters come with the child
        chance, accepted = again
        u = self._draws.uniform
        occasion = child.season << 1
        if u(child.who, occasion) >= chance:
            return
        if when is None:
            when = service.env.now
        then = when + plan.after(u(child.who, occasion + 1))
        if then > 0.0:
            service.later(then, lambda: service.population.comes_back(child, accepted))

    def known_before(self, child: Child) -> None:
        """Say how a child was closed who was known before day one, and when."""
        service = self.service
        closed_as = service.plan.coming_back.closed_as.get(child.need)
        if closed_as is None:
            return
        u = service.streams["closed before day one"].uniform
        days = service.plan.needs[child.need].mean_days
        where, _, reason = closed_as(u(child.who, 0)).partition(".")
        self.closed(child, where, reason, days * log(u(child.who, 1)))
