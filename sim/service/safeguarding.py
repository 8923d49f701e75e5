"""Safeguarding: concerns that arise, what brings them to light, and what is done about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service import status
from sim.service.duty import DutyRota
from sim.service.enquiry import Enquiries
from sim.service.hazard import Hazard
from sim.service.protection import ACCOMMODATED, BREAKS, ROUTES, Protection, case_of
from sim.service.safeguarding_plan import CHAIR
from sim.service.slots import Slots
from sim.service.strand import Strand

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.safeguarding_plan import SafeguardingPlan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task

STRATEGY = "strategy_discussion"


class Safeguarding(Strand):
    """Concerns, enquiries, conferences, protection plans, care and duty."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        spec = self.plan.spec
        self._reported = service.streams["concern is reported"]
        self._concerns = Hazard(
            service, "concerns", {n: r.value for n, r in spec.concerns.rates.items()}, self._worry
        )
        starts = {name: rate.value for name, rate in spec.looked_after.starts.items()}
        self._away = Hazard(service, "accommodated", starts, self._accommodated)
        self.protection = Protection(service)
        self.enquiries = Enquiries(service, self.protection)
        self.duty = DutyRota(service)
        self._chairs = service.slots[CHAIR] = Slots(
            service.streams["conference slots"], service.horizon
        )
        self.adopted()

    @property
    def plan(self) -> SafeguardingPlan:
        """What the scenario says now."""
        plan = self.service.plan.safeguarding
        assert plan is not None
        return plan

    def adopted(self) -> None:
        """The chairs' diary is what the scenario says from now on."""
        chairs = self.plan.spec.conference.chairs
        self._chairs.adopt(chairs.slots_a_week.value, chairs.taken.value)

    # --- what happens to children ---------------------------------------------------------------

    def born(self, child: Child, since: float) -> None:
        """Let concerns arise, and care become necessary, from the first day on."""
        begin = max(since, 0.0)
        self._concerns.begin(child, begin)
        self._away.begin(child, begin)

    def _worry(self, child: Child, number: int) -> None:
        """Something has happened: others report it at once, or it stays hidden until a look."""
        if self._reported.uniform(child.who, number) < self.plan.spec.concerns.reported.value:
            self.enquiries.concern(child, "report", self.service.env.now)
        else:
            case = case_of(child)
            if case.hidden is None:
                case.hidden = self.service.env.now

    def _accommodated(self, child: Child, number: int) -> None:
        """The child cannot live at home any longer, at the parents' own request."""
        stage = child.stage
        if stage is None or child.closing is not None or child.arriving:
            return
        if not stage.is_hub:
            case_of(child).away = True
        elif not self.protection.keeps_in_hub(child):
            self.protection.begin_care(child, ACCOMMODATED)

    # --- what the service does --------------------------------------------------------------------

    def screened(self, child: Child, outcome: str) -> str:
        """A contact about a concern is decided as a strategy discussion."""
        case = case_of(child)
        if outcome == STRATEGY and case.at_door is None:
            case.at_door = self.service.env.now
        return outcome if case.at_door is None else STRATEGY

    def being_assessed(self, child: Child) -> None:
        """What the front door was worried about is enquired into with the assessment."""
        case = case_of(child)
        since, case.at_door = case.at_door, None
        if since is not None:
            self.enquiries.concern(child, "front_door", since)

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """Take up what the child's statuses promise."""
        protection, case = self.protection, case_of(child)
        if came_from is None:
            protection.on_day_one(child)
        if protection.keeps_in_hub(child):
            protection.keep(child)
        else:
            self.overnight_changed(child)
            if case.away and not case.route:
                self._soon(child, ACCOMMODATED)

    def overnight_changed(self, child: Child) -> None:
        """Short breaks under section 20, or a placement in full, are being looked after (F29)."""
        case = case_of(child)
        wanted = ROUTES.get(child.overnight, "")
        stage = child.stage
        if stage is None or not stage.is_hub or wanted == case.route:
            return
        if wanted == ACCOMMODATED:
            self._soon(child, wanted)
        elif wanted and not case.route:
            self.protection.begin_care(child, wanted)
        elif not wanted and case.route == BREAKS:
            self.protection.end_care(child)

    def _soon(self, child: Child, route: str) -> None:
        """Begin at this instant, but after what is happening now: the child may have to move."""

        def begin() -> None:
            stage = child.stage
            if stage is not None and stage.is_hub and not self.protection.keeps_in_hub(child):
                self.protection.begin_care(child, route)

        if child.stage is self.protection.hub:
            begin()
        else:
            self.service.later(self.service.env.now, begin)

    def looked(self, child: Child, task: Task) -> None:
        """A look may find what was hidden; a review decides about plan or care."""
        case = case_of(child)
        if case.hidden is not None:
            stream = self.service.streams[f"sees concern/{task.kind.name}"]
            if stream.uniform(child.who, task.occasion) < (task.kind.finds or 0.0):
                since, case.hidden = case.hidden, None
                self.enquiries.concern(child, "look", since)
        self.protection.reviewed(child, task)

    def requires(self, child: Child) -> Hub | None:
        """A plan, or care in full, keeps a child in this hub (W27, W28)."""
        return self.protection.hub if self.protection.keeps_in_hub(child) else None

    def requires_on_day_one(self, child: Child) -> Hub | None:
        """The same, of the plans and care that there are on day one."""
        return self.protection.hub if self.protection.kept_on_day_one(child) else None

    def keeps_open(self, child: Child) -> bool:
        """No case is closed as "needs met" while one of these lasts."""
        return any(name in child.statuses for name in status.PROTECTED)

    def leaving(self, child: Child, to: Place | None) -> None:
        """At closure plan, care and enquiry end; in the hub who was brought in holds the case."""
        if to is None:
            self.enquiries.waiting.pop(child, None)
            self.protection.closed(child)
        elif to is self.protection.hub:
            self.protection.hold_here(child)

    def day(self, day: int) -> None:
        """Today's duty, and what waited for a social worker."""
        self.duty.day(day)
        self.enquiries.day()
