"""The strand of need: what happens to children, how it is found, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.crises import Crises
from sim.service.finding import Finding, Trouble
from sim.service.happenings import NAME, Fate, Happening, fate
from sim.service.health import Health
from sim.service.packages import Changes, Notices, Overnights, Packages, ReviewsAsked
from sim.service.panel import Panel
from sim.service.rises import Rises
from sim.service.strand import Strand

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task


class NeedEvents(Strand):
    """Crises, changes of package, health and providers."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        plan = service.plan.need_events
        assert plan is not None and service.updating is not None
        self.updating = service.updating
        self.finding = finding = Finding(service)
        self._says = service.plan.scenario.need_events
        self.updating.finding = finding
        self.happenings: list[Happening] = []
        self.crises: Crises | None = None
        self.packages: Packages | None = None
        self.panel: Panel | None = None
        self.health: Health | None = None
        if plan.crises is not None:
            self.crises = Crises(service, finding, self.updating)
            self.happenings.append(self.crises)
        self.rises = Rises(service, finding, self.crises)
        if plan.packages is not None:
            self.panel = Panel(service)
            self.packages = Packages(service, self.updating, self.panel, self.crises)
            for changes in (Changes(service, finding), Overnights(service, finding)):
                finding.responses[changes.name] = self.packages
                self.happenings.append(changes)
        if plan.health is not None:
            self.health = Health(service, finding, self.crises)
            self.happenings.append(self.health)
        if plan.providers is not None:
            self.happenings.append(Notices(service, finding, self.packages))
            self.happenings.append(ReviewsAsked(service, finding))
        self._facts = service.streams["facts about the child"]

    # --- the child's own life ------------------------------------------------------------------

    def born(self, child: Child, since: float) -> None:
        """From now on things may happen; those of before day 0 have been dealt with."""
        plan = self.service.plan
        overnight, unstable = child.overnight, child.unstable_health
        if not child.facts_known:  # the same draws as when the service comes to ask
            u = self._facts.uniform
            overnight = plan.overnight(u(child.who, 10))
            share = plan.scenario.population.attributes.unstable_health.value
            unstable = u(child.who, 14) < share
        child.strands[NAME] = Fate(overnight != "none", unstable)
        self._begin(child, max(since, 0.0))

    def _begin(self, child: Child, since: float) -> None:
        for happening in self.happenings:
            happening.next(child, since)

    def need_changed(self, child: Child) -> None:
        """The need has changed: rates are others, and the service may have to find out."""
        fate(child).turn += 1
        self._begin(child, self.service.env.now)
        self.rises.changed(child)

    def adopted(self) -> None:
        """What happens may be other from now on; a change of staff alone changes no life."""
        for happening in self.happenings:
            happening.adopt()
        says = self.service.plan.scenario.need_events
        if says == self._says:
            return
        self._says = says
        for child in self.service.children:
            fate(child).turn += 1
            self._begin(child, self.service.env.now)

    # --- the case ------------------------------------------------------------------------------

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """The hub's workers may find what is hidden, and do what is in hand."""
        if self.health is not None:
            self.health.entered(child)
        self.finding.entered(child)
        self.updating.entered(child)
        if came_from is None:
            self.rises.changed(child)  # what has changed before day one is told as if today
        if self.crises is not None:
            self.crises.entered(child)
        new = came_from is self.service.assessment and not child.is_sibling
        if new and self.packages is not None and self.packages.says.first > 0.0:
            self.packages.planned(child)

    def leaving(self, child: Child, to: Place | None) -> None:
        """What is asked for or hidden ends with the case."""
        ends = to is None or not to.is_hub
        self.updating.leaving(child, ends)
        if to is None:
            self.finding.drop(child)
        if ends and self.crises is not None:
            self.crises.closed(child)
        if ends and self.packages is not None:
            self.packages.closed(child)

    def looked(self, child: Child, task: Task) -> None:
        """A look finds some of what is hidden."""
        if child in self.finding.hidden:
            self.rises.looked(child)
            self.finding.look(child, task)
        if self.packages is not None:
            self.packages.looked(child, task)

    def package_wanted(self, child: Child, why: str) -> None:
        """What another strand finds to be needed goes to the panel as well (W107)."""
        if self.packages is not None and child.closing is None:
            wanted = Trouble(child, why, child.next_occasion("package wanted"))
            self.packages.ask(child, [wanted])

    def requires(self, child: Child) -> Hub | None:
        """A longer crisis keeps a child with social workers."""
        return self.crises.requires(child) if self.crises is not None else None

    def day(self, day: int) -> None:
        """Somebody may be there to assess; the panel may meet."""
        self.updating.day()
        if self.panel is not None:
            self.panel.day(day)
