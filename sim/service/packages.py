"""Changes of package: small ones at a review, significant ones and overnight after an assessment.

Every one is asked for from the Resource Panel (W106 to W110). What providers ask for is here too.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.service import families, placing, status
from sim.service.finding import LOOK, Trouble
from sim.service.happenings import Happening, fate
from sim.service.task import WAITING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.crises import Crises
    from sim.service.finding import Finding
    from sim.service.need_plan import PackagesPlan
    from sim.service.panel import Panel
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.updating import Updating
    from sim.service.worker import Worker

PACKAGE, OVERNIGHT, NOTICE = "package", "overnight", "provider"
FIRST = "first_package"
KIND = "panel_request"


class Changes(Happening):
    """A child comes to need another package."""

    name = PACKAGE

    def __init__(self, service: Service, finding: Finding) -> None:
        super().__init__(service)
        self.finding = finding
        self._sizes = service.streams["size of a package change"]

    def adopt(self) -> None:
        """Take on what the scenario says from now on."""
        super().adopt()
        assert self.plan.packages is not None
        self.says: PackagesPlan = self.plan.packages

    def most(self, child: Child) -> float:
        """Return the rate of the child's need."""
        return self.says.rate.get(child.need, 0.0)

    def happens(self, child: Child, number: int) -> None:
        """So many hours a week more would be needed."""
        trouble = Trouble(child, PACKAGE, number)
        trouble.size = self.says.hours(self._sizes.uniform(trouble.who))
        significant = trouble.size >= self.says.significant
        trouble.about = f"change={'significant' if significant else 'small'}"
        self.service.recorder.need(child, trouble.said)
        self.finding.arises(trouble)


class Overnights(Changes):
    """A family comes to need overnight breaks, or more of them."""

    name = OVERNIGHT

    def most(self, child: Child) -> float:
        """Return the rate of the child's need."""
        return self.says.overnight.get(child.need, 0.0)

    def happens(self, child: Child, number: int) -> None:
        """Overnight breaks by some route would be needed."""
        trouble = Trouble(child, OVERNIGHT, number)
        trouble.size = self.says.route(self._sizes.uniform(trouble.who, 1))
        trouble.about = f"route={trouble.size}"
        self.service.recorder.need(child, trouble.said)
        self.finding.arises(trouble)


class Packages:
    """What the service does about it.

    Attributes
    ----------
    at_review
        Small changes that are known and wait for the next review.
    to_ask
        What waits until the panel has decided on an earlier request for the child.
    """

    def __init__(
        self, service: Service, updating: Updating, panel: Panel, crises: Crises | None
    ) -> None:
        self.service = service
        self.updating = updating
        self.panel = panel
        self.crises = crises
        self.at_review: dict[Child, list[Trouble]] = {}
        self.to_ask: dict[Child, list[Trouble]] = {}
        self._first = service.streams["first package"]

    @property
    def says(self) -> PackagesPlan:
        """What the scenario says now."""
        plan = self.service.plan.need_events
        assert plan is not None and plan.packages is not None
        return plan.packages

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """Small: at this review or the next (W106); else by an assessment first (W108, W109)."""
        child = trouble.child
        if trouble.worse and self.crises is not None:
            self.crises.work(trouble)
        if trouble.what == OVERNIGHT or trouble.size >= self.says.significant:
            asked = partial(self._assessed, trouble)
            self.updating.request(child, trouble.id, asked)
        elif trouble.how == LOOK and at is not None and at.kind.decides:
            self.ask(child, [trouble])
        else:
            self.at_review.setdefault(child, []).append(trouble)

    def _assessed(self, trouble: Trouble, child: Child, worker: Worker) -> None:
        self.ask(child, [trouble])

    def looked(self, child: Child, task: Task) -> None:
        """A review takes up the small changes that have waited for it."""
        if task.kind.decides and child in self.at_review and child.closing is None:
            self.ask(child, self.at_review.pop(child))

    def planned(self, child: Child) -> None:
        """The plan has just been made: a first package may be asked for with it (W105)."""
        occasion = child.next_occasion(FIRST)
        if self._first.uniform(child.who, occasion) < self.says.first:
            self.ask(child, [Trouble(child, FIRST, occasion)])

    # --- the request ---------------------------------------------------------------------------

    def ask(self, child: Child, troubles: list[Trouble]) -> None:
        """Call for a request to the panel; one at a time for a child."""
        service = self.service
        if KIND in child.tasks:
            self.to_ask.setdefault(child, []).extend(troubles)
            return
        kind = self.says.request
        task = service.open_now(kind, child, child.id, child.next_occasion(KIND))
        task.hours += self.says.follow_up
        task.note = troubles
        task.then = self._written
        service.hand_out(task)

    def _written(self, task: Task, worker: Worker) -> None:
        """It is written: the rest is done when the panel has decided (W107, W110)."""
        service, child = self.service, task.child
        assert child is not None
        service.pause(task, worker, "gap")
        task.state = WAITING
        service.recorder.task_wait(task, "panel")
        self.panel.submit(child, task.occasion, partial(self._decided, task))

    def _decided(self, task: Task, agreed: bool) -> None:
        if task.state != WAITING:
            return
        task.left = self.says.follow_up
        task.then = partial(self._put_in_place, agreed)
        self.service.resume(task)

    def _put_in_place(self, agreed: bool, task: Task, worker: Worker) -> None:
        """The family has been told, and what was agreed begins."""
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        if agreed:
            for trouble in task.note:
                self._change(child, trouble)
        waiting = self.to_ask.pop(child, [])
        if waiting and child.closing is None:
            self.ask(child, waiting)

    def _change(self, child: Child, trouble: Trouble) -> None:
        """The package is another from now on; a route may bar the child from its hub (W111)."""
        service = self.service
        if trouble.what == FIRST:
            return  # it is what the child has from the beginning, and no change
        child.package_changes.append(service.env.now)
        if trouble.what == PACKAGE:
            child.package_hours += trouble.size
        about = f"package_hours={child.package_hours!r}"
        service.recorder.decision(child, "package_changed", about)
        if trouble.what == PACKAGE:
            for strand in service.strands:
                strand.package_changed(child)
        if trouble.what != OVERNIGHT or child.overnight != "none":
            return  # more nights go by the route there is
        child.overnight = trouble.size
        more = f"route={trouble.size};package_hours={child.package_hours!r}"
        status.begin(service, child, OVERNIGHT, more)
        for strand in service.strands:
            strand.overnight_changed(child)
        here = child.stage
        if child.closing is not None:
            return  # it moves nowhere any more
        families.give_up_barred(service, child)
        if here is not None and here.is_hub and placing.has_risen(service, child, here):  # type: ignore[arg-type]
            placing.decide(service, child, here)  # type: ignore[arg-type]

    def closed(self, child: Child) -> None:
        """The case closes."""
        self.at_review.pop(child, None)
        self.to_ask.pop(child, None)
        self.panel.withdraw(child)


class Notices(Happening):
    """A provider gives notice: another must be found, and overnight breaks may be lost."""

    name = NOTICE

    def __init__(self, service: Service, finding: Finding, packages: Packages | None) -> None:
        super().__init__(service)
        self.finding = finding
        self.packages = packages
        finding.responses[self.name] = self

    def most(self, child: Child) -> float:
        """Return the rate of the child's need."""
        assert self.plan.providers is not None
        return self.plan.providers.notice.get(child.need, 0.0)

    def happens(self, child: Child, number: int) -> None:
        """Notice is given; the service is told at once."""
        now = self.service.env.now
        life = fate(child)
        trouble = Trouble(child, NOTICE, number, f"overnight={int(life.overnight)}")
        if life.overnight and self.plan.crises is not None:
            life.loss_felt_until = now + self.plan.crises.loss_days
        self.service.recorder.need(child, trouble.said)
        self.finding.arises(trouble, told=True)

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """Ask the panel for another provider."""
        if self.packages is not None:
            self.packages.ask(trouble.child, [trouble])


class ReviewsAsked(Happening):
    """A provider asks for a review of the child's plan."""

    name = "review_asked"

    def __init__(self, service: Service, finding: Finding) -> None:
        super().__init__(service)
        self.finding = finding
        finding.responses[self.name] = self

    def most(self, child: Child) -> float:
        """Return the rate of the child's need."""
        assert self.plan.providers is not None
        return self.plan.providers.review_asked.get(child.need, 0.0)

    def happens(self, child: Child, number: int) -> None:
        """The service is asked, at once."""
        trouble = Trouble(child, self.name, number)
        self.service.recorder.need(child, trouble.said)
        self.finding.arises(trouble, told=True)

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """Call a review beside the stage's own; another request finds the one that is coming."""
        service, child = self.service, trouble.child
        assert self.plan.providers is not None
        kind = self.plan.providers.review
        if kind.promise not in child.tasks:
            service.hand_out(
                service.open_now(kind, child, child.id, child.next_occasion(kind.name))
            )
