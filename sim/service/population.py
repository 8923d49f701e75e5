"""Who comes: first contacts through the year, returning children, and the day-one caseload."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor, log
from typing import TYPE_CHECKING

from sim.service.child import Child, Family
from sim.service.journey import journey
from sim.service.streams import identity
from sim.service.ticks import on_grid

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.snapshots import Snapshot

DAYS_A_YEAR = 365.25


class Population:
    """Makes children, with attributes of their own, and starts their journeys."""

    def __init__(self, service: Service) -> None:
        self.service = service
        streams = service.streams
        self._arrivals = streams["arrivals"]
        self._facts = streams["facts about the child"]
        self._sites = streams["site"]
        self._siblings = streams["siblings"]
        self._day_one = streams["day one"]

    def begin(self) -> None:
        """Bring in the day-one caseload, and fix when contacts will be made."""
        for stage, count in self.service.plan.scenario.day_one.children.items():
            if stage in self.service.hubs:
                self._fill(self.service.hubs[stage], count.value)
            else:
                self._being_assessed(count.value)
        for layer in range(self._layers()):
            self._contacts(layer)

    # --- first contacts -------------------------------------------------------------------

    def _factor(self, day: int) -> float:
        """Rate on a day, against the base rate: season and growth."""
        plan = self.service.plan
        contacts = plan.scenario.population.contacts
        years = day / plan.days_a_year
        return plan.season_on[day] * float((1.0 + contacts.growth.value) ** years)

    def _layers(self) -> int:
        peak = max(self._factor(day) for day in range(0, self.service.horizon, 5))
        return ceil(peak)

    def _contacts(self, layer: int) -> None:
        """Schedule one layer of contacts.

        Layer 0 is thinned where the rate is below the base, layer 1 adds what is above it,
        and so on; growth therefore adds children and never changes those already there.
        """
        service = self.service
        mean = service.plan.days_a_year / service.plan.scenario.population.contacts.rate.value
        who = identity(f"layer {layer}")
        when, number = 0.0, 0
        while True:
            when -= mean * log(self._arrivals.uniform(who, 2 * number))
            if when >= service.horizon:
                return
            chance = self._factor(int(when)) - layer
            if self._arrivals.uniform(who, 2 * number + 1) < chance:
                self._first_contact(f"c{layer}-{number:05d}", on_grid(when))
            number += 1

    def _first_contact(self, name: str, when: float) -> None:
        self.service.later(when, lambda: self._arrive(name))

    def _arrive(self, name: str) -> None:
        service, plan = self.service, self.service.plan
        family = Family(f"f{name}", plan.site_of(self._sites.uniform(identity(name))))
        who = identity(name)
        need = plan.need_at_contact(self._facts.uniform(who, 0))
        age = plan.age_at_contact(self._facts.uniform(who, 1))
        child = self._child(name, family, age, need)
        self._attributes(child)
        service.life.begin(child, service.env.now)
        source = plan.source_of(self._facts.uniform(who, 2))
        service.recorder.contact(child, source, again=False)
        service.env.process(journey(child, service, service.mash))

    def returns(self, child: Child) -> None:
        """A closed child's need has risen again: somebody makes a contact."""
        service = self.service
        if child.stage is not None or not service.plan.serving(child.need):
            return
        if service.env.now >= child.turns_adult:
            return
        source = service.plan.source_of(self._facts.uniform(child.who, 100 + child.season))
        service.recorder.contact(child, source, again=True)
        service.env.process(journey(child, service, service.mash))

    def with_siblings(self, child: Child) -> list[Child]:
        """Return the children referred with this one: itself and a sibling, if any comes (W4)."""
        service, plan = self.service, self.service.plan
        siblings = plan.scenario.population.siblings
        if child.is_sibling or len(child.family.children) > 1:
            return [child]
        if self._siblings.uniform(child.who, 0) >= siblings.chance.value:
            return [child]
        need = plan.sibling_need(self._siblings.uniform(child.who, 1))
        age = 1.0 + 15.0 * self._siblings.uniform(child.who, 2)
        sibling = self._child(f"{child.id}s", child.family, age, need)
        sibling.is_sibling = True
        sibling.referred = child.referred
        service.life.begin(sibling, service.env.now)
        service.recorder.contact(sibling, "sibling", again=False)
        service.env.process(journey(sibling, service, service.assessment))
        return [child, sibling]

    # --- making a child ----------------------------------------------------------------------

    def _child(self, name: str, family: Family, age_years: float, need: str) -> Child:
        service, plan = self.service, self.service.plan
        today = plan.calendar.date(service.env.now)
        born = today - timedelta(days=int(age_years * DAYS_A_YEAR))
        child = Child(name, len(service.children), family, born, need)
        service.children.append(child)
        adult = _year_later(born, plan.scenario.population.exit_age.value)
        if adult <= plan.last_date:
            child.turns_adult = max(float(plan.calendar.day(adult)), service.env.now)
        return child

    def _attributes(self, child: Child) -> None:
        plan = self.service.plan
        spec = plan.scenario.population.attributes
        u = self._facts.uniform
        who = child.who
        child.overnight = plan.overnight(u(who, 10))
        child.package_hours = plan.package_hours(u(who, 11))
        child.life_limiting = u(who, 12) < spec.life_limiting.value
        child.continuing_care = u(who, 13) < spec.continuing_care.value
        child.unstable_health = u(who, 14) < spec.unstable_health.value
        child.consents = u(who, 15) >= spec.refuses_consent.value
        today = plan.calendar.date(self.service.env.now)
        age = (today - child.born).days / DAYS_A_YEAR
        if u(who, 16) < spec.ehc_plan.value and age >= spec.ehc_from_age.value:
            months = plan.ehc_months
            child.ehc_month = months[int(u(who, 17) * len(months))]

    # --- day one ----------------------------------------------------------------------------

    def _fill(self, hub: Hub, count: int) -> None:
        """Open `count` cases that have been in the hub for some time."""
        plan = self.service.plan
        snapshots = plan.snapshots[hub.name]
        siblings_share = plan.scenario.day_one.siblings.value
        bring = siblings_share / (1.0 - siblings_share) if hub.takes_siblings else 0.0
        made = number = 0
        while made < count:
            name = f"{hub.code}{number:04d}"
            who = identity(name)
            snapshot = snapshots[int(self._day_one.uniform(who, 0) * len(snapshots))]
            family = Family(f"f{name}", plan.site_of(self._sites.uniform(who)))
            last = hub.last_events(who, self._day_one)
            self._open_case(name, family, hub, snapshot, last)
            made += 1
            if made < count and self._day_one.uniform(who, 1) < bring:
                self._open_case(f"{name}s", family, hub, snapshot, last)
                made += 1
            number += 1

    def _open_case(
        self, name: str, family: Family, hub: Hub, snapshot: Snapshot, last: dict[str, float]
    ) -> None:
        service = self.service
        child = self._child(name, family, snapshot.age_years, snapshot.need)
        child.is_sibling = len(family.children) > 1
        self._attributes(child)
        child.overnight = snapshot.overnight
        child.initial = last
        child.first_time = child.referred = -snapshot.known_days
        service.life.begin(child, max(last.values(), default=0.0))
        service.env.process(journey(child, service, hub))

    def _being_assessed(self, count: int) -> None:
        service, plan = self.service, self.service.plan
        spec = plan.scenario.assessment.within.value
        typical = plan.calendar.due(0.0, spec) * 0.75
        made = number = 0
        while made < count:
            name = f"a{number:04d}"
            number += 1
            who = identity(name)
            u = self._day_one.uniform
            need = plan.need_at_contact(u(who, 0))
            outcome = plan.outcomes[need](u(who, 2))
            if outcome not in ("single_assessment", "strategy_discussion"):
                continue
            made += 1
            family = Family(f"f{name}", plan.site_of(self._sites.uniform(who)))
            child = self._child(name, family, plan.age_at_contact(u(who, 3)), need)
            self._attributes(child)
            progress = u(who, 4)
            child.initial = {"progress": progress}
            child.referred = float(floor(-progress * typical))
            service.life.begin(child, 0.0)
            service.env.process(journey(child, service, service.assessment))


def _year_later(born: date, years: int) -> date:
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
