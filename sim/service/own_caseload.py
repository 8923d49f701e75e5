"""A service's own children on the first morning, from its caseload file.

What the file says is so; what it leaves blank is drawn as it is for counts: from children such
as the hub would hold in equilibrium (see `snapshots`), of about the same age and of the same need.
"""

from __future__ import annotations

from math import floor
from typing import TYPE_CHECKING

from sim.service.child import Child, Family
from sim.service.journey import journey
from sim.service.streams import identity

if TYPE_CHECKING:
    from datetime import date

    from sim.scenario.sections.caseload import Case
    from sim.service.service import Service
    from sim.service.snapshots import Snapshot
    from sim.service.stage import Hub
    from sim.service.worker import Worker

DAYS_A_YEAR = 365.25
REVIEW, SEEN = "cin_review", "child_seen"  # the promises that the file's columns are about
ALIKE = 40  # children of nearest age, from whom one is drawn


class OwnCaseload:
    """Opens the cases of a caseload file."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._draws = service.streams["day one"]
        self._families: dict[str, Family] = {}

    def begin(self) -> None:
        """Open every case; brothers and sisters first need the family's disabled child."""
        cases = self.service.plan.scenario.day_one.caseload
        for case in sorted(cases, key=lambda case: case.sibling):
            if case.stage == self.service.assessment.name:
                self._being_assessed(case)
            else:
                self._open(case, self.service.hubs[case.stage])

    def _family(self, case: Case, who: int) -> Family:
        name = case.family or case.child
        family = self._families.get(name)
        if family is None:
            site = case.site or self.service.plan.site_of(self._draws.uniform(who, 5))
            family = self._families[name] = Family(f"f{name}", site)
        return family

    def _open(self, case: Case, hub: Hub) -> None:
        service = self.service
        who = identity(case.child)
        alike = self._alike(case, who, hub)
        child = self._child(case, who, alike)
        last, dues = self._promises(case, who, hub)
        child.initial, child.initial_dues = last, dues
        child.referred = self._day(case.entered_on, -alike.known_days)
        if case.holder is not None:
            child.next_holder = self._worker(case.holder)
        service.life.begin(child, max(last.values(), default=0.0))
        service.env.process(journey(child, service, hub))

    def _being_assessed(self, case: Case) -> None:
        service, plan = self.service, self.service.plan
        who = identity(case.child)
        hub = service.hubs[plan.scenario.assessment.plans_in]
        child = self._child(case, who, self._alike(case, who, hub))
        allowed = plan.calendar.due(0.0, plan.scenario.assessment.within.value)
        drawn = floor(-self._draws.uniform(who, 4) * allowed)
        child.referred = self._day(case.entered_on, float(drawn))
        child.initial = {"progress": min(-child.referred / allowed, 1.0)}
        if case.holder is not None:
            child.next_holder = self._worker(case.holder)
        service.life.begin(child, 0.0)
        service.env.process(journey(child, service, service.assessment))

    def _alike(self, case: Case, who: int, hub: Hub) -> Snapshot:
        """Draw a child of the hub's of the same need and about the same age."""
        plan = self.service.plan
        held = [s for s in plan.snapshots[hub.name] if case.need in (None, s.need)]
        held = held or plan.snapshots[hub.name]
        if case.date_of_birth is not None:
            age = self._age(case)
            held = sorted(held, key=lambda s: abs(s.age_years - age))[:ALIKE]
        alike = held[int(self._draws.uniform(who, 0) * len(held))]
        if case.need is not None:
            alike = alike._replace(need=case.need)
        if case.date_of_birth is not None:
            alike = alike._replace(age_years=self._age(case))
        return alike

    def _age(self, case: Case) -> float:
        """Age in years, such that the date of birth comes out again to the day."""
        assert case.date_of_birth is not None
        first = self.service.plan.calendar.date(0.0)
        return ((first - case.date_of_birth).days + 0.5) / DAYS_A_YEAR

    def _child(self, case: Case, who: int, alike: Snapshot) -> Child:
        population = self.service.population
        family = self._family(case, who)
        child = population.make(case.child, who, family, alike.age_years, alike.need)
        child.is_sibling = case.sibling
        population.learn_facts(child)
        child.overnight = alike.overnight
        for fact in (
            *("overnight", "package_hours", "ehc_month"),
            *("life_limiting", "continuing_care", "unstable_health"),
        ):
            given = getattr(case, fact)
            if given is not None:
                setattr(child, fact, given)
        return child

    def _promises(self, case: Case, who: int, hub: Hub) -> tuple[dict[str, float], dict[str, int]]:
        """Return when each promise was last kept, and when it is next due where that is given."""
        calendar = self.service.plan.calendar
        last = hub.last_events(who, self._draws)
        dues: dict[str, int] = {}
        for promise, held, due in (
            (REVIEW, case.last_review, case.next_review),
            (SEEN, case.last_visit, case.next_visit),
        ):
            if promise not in last:
                continue
            if held is not None:
                last[promise] = float(calendar.day(held))
            if due is not None:
                dues[promise] = calendar.day(due) + calendar.is_working_day(due)
                if held is None:
                    last[promise] = min(float(dues[promise] - hub.interval_days(who, promise)), 0.0)
        return last, dues

    def _day(self, on: date | None, drawn: float) -> float:
        return float(self.service.plan.calendar.day(on)) if on is not None else drawn

    def _worker(self, post: str) -> Worker | None:
        """Return who is in a post; None while it is vacant."""
        return next((w for w in self.service.workers if w.post.id == post), None)
