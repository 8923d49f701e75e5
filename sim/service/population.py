"""Who comes: first contacts through the year, returning children, and the day-one caseload."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor, log
from typing import TYPE_CHECKING

from sim.service.child import Child, Family
from sim.service.day_one import OpenCases
from sim.service.journey import journey
from sim.service.mash import ASSESSED
from sim.service.own_caseload import OwnCaseload
from sim.service.streams import identity
from sim.service.ticks import on_grid

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.snapshots import Snapshot

DAYS_A_YEAR = 365.25


def _disabled_child_held(family: Family) -> bool:
    return any(
        member.stage is not None and member.stage.is_hub and member.closing is None
        for member in family.children
        if not member.is_sibling
    )


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
        day_one, cases = self.service.plan.scenario.day_one, OpenCases(self.service)
        for stage, count in day_one.children.items():
            if day_one.placed == "by_need" and stage in day_one.groups:
                cases.place(stage, count.value)
            elif stage in self.service.hubs:
                cases.fill(self.service.hubs[stage], count.value)
            elif self.service.caf_tac is not None and stage == self.service.caf_tac.name:
                self.service.caf_tac.fill(count.value)
            else:
                self._being_assessed(count.value)
        OwnCaseload(self.service).begin()
        for need, count in day_one.known_before.items():
            self._known_before(need, count.value)
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
        who = identity(name)
        u = self._facts.uniform
        family = Family(f"f{name}", plan.site_of(self._sites.uniform(who)))
        need = plan.need_at_contact(u(who, 0))
        child = self.make(name, who, family, plan.age_at_contact(u(who, 1)), need)
        service.life.begin(child, service.env.now)
        self._sibling(child)
        service.recorder.contact(child, plan.source_of(u(who, 2)), again=False)
        service.mash.contact(child)

    def returns(self, child: Child) -> None:
        """A closed child's need has risen again: somebody makes a contact.

        A sibling is the team's only while the disabled child is (W4).
        """
        service = self.service
        if child.is_sibling and not _disabled_child_held(child.family):
            return
        if child.stage is None and service.plan.serving(child.need):
            self._contact_again(child, None)

    def comes_back(self, child: Child, accepted: float) -> None:
        """A family comes back for the same thing, unless the case is open again or is over."""
        if child.stage is None and not child.family.moved_away:
            self._contact_again(child, accepted)

    def _contact_again(self, child: Child, accepted: float | None) -> None:
        service = self.service
        if service.env.now >= child.turns_adult:
            return
        source = service.plan.source_of(self._facts.uniform(child.who, 100 + child.season))
        service.recorder.contact(child, source, again=True)
        service.mash.contact(child, accepted)

    def _sibling(self, child: Child) -> None:
        """Some children have a brother or sister, whose life goes on from the same moment."""
        plan = self.service.plan
        siblings = plan.scenario.population.siblings
        u = self._siblings.uniform
        if u(child.who, 0) >= siblings.chance.value:
            return
        self._bring_up(child, plan.sibling_need(u(child.who, 1)))

    def _bring_up(self, child: Child, need: str) -> None:
        """Make a brother or sister, whose life goes on from now."""
        age = self.service.plan.sibling_age(self._siblings.uniform(child.who, 2))
        name = f"{child.id}s"
        sibling = self.make(name, identity(name), child.family, age, need)
        sibling.is_sibling = True
        self.service.life.begin(sibling, self.service.env.now)

    def siblings_of(self, child: Child) -> list[Child]:
        """Return the brothers and sisters referred with a child (W4), if not open already."""
        referred = []
        for sibling in child.family.children:
            if not sibling.is_sibling or child.is_sibling or sibling.is_open:
                continue
            if self.service.env.now < sibling.turns_adult:
                sibling.referred = child.referred
                self.service.recorder.contact(sibling, "sibling", again=False)
                referred.append(sibling)
        return referred

    # --- making a child ----------------------------------------------------------------------

    def make(self, name: str, who: int, family: Family, age_years: float, need: str) -> Child:
        """Make a child whom the model meets now, of an age in years."""
        service, plan = self.service, self.service.plan
        child = Child(name, who, len(service.children), family, need)
        child.made_at = service.env.now
        child.age_then = age_years
        service.children.append(child)
        years_left = plan.exit_age - age_years
        if child.made_at + (years_left - 0.1) * plan.days_a_year < service.horizon:
            adult = plan.calendar.birthday(self.born(child), plan.exit_age)
            if adult <= plan.last_date:
                child.turns_adult = max(float(plan.calendar.day(adult)), service.env.now)
        return child

    def born(self, child: Child) -> date:
        """Return the date of birth: the age drawn at the first contact, to the day."""
        made = self.service.plan.calendar.date(child.made_at)
        return made - timedelta(days=int(child.age_then * DAYS_A_YEAR))

    def learn_facts(self, child: Child) -> None:
        """Draw what the rules ask about a child; the same whenever it is first asked."""
        if child.facts_known:
            return
        child.facts_known = True
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
        # By the age at first contact, so that how fast the service is changes no child.
        if u(who, 16) < spec.ehc_plan.value and child.age_then >= spec.ehc_from_age.value:
            months = plan.ehc_months
            child.ehc_month = months[int(u(who, 17) * len(months))]
        for number, fact in enumerate(("parents_agree", "clear_outcomes", "overnight_works_well")):
            share = getattr(spec, fact)
            setattr(child, fact, share is not None and u(who, 20 + number) < share.value)

    # --- day one ----------------------------------------------------------------------------

    def known_child(
        self, name: str, family: Family, snapshot: Snapshot, *, drawn: bool = False
    ) -> Child:
        """Make a child who has been known for some time; the second of a family is a sibling.

        `drawn` if nobody has said what came before.
        """
        child = self.make(name, identity(name), family, snapshot.age_years, snapshot.need)
        child.is_sibling = len(family.children) > 1
        child.turns_drawn = drawn
        self.learn_facts(child)
        child.overnight = snapshot.overnight
        child.referred = -snapshot.known_days
        return child

    def sibling_at_home(self, child: Child) -> None:
        """A child open on day one may have a brother or sister who is not in need (now)."""
        plan, u = self.service.plan, self._siblings.uniform
        if u(child.who, 0) >= plan.scenario.population.siblings.chance.value:
            return
        need = plan.sibling_need(u(child.who, 1))
        if not plan.serving(need):
            self._bring_up(child, need)

    def _known_before(self, need: str, count: int) -> None:
        """Make children who are not open on day one but may come back."""
        plan = self.service.plan
        # A life that two hubs could hold counts once: the same people, whatever stages there are.
        lives_of = plan.groups or plan.snapshots
        held = (snapshot for lives in lives_of.values() for snapshot in lives)
        everybody = list(dict.fromkeys(held))
        for number in range(count):
            name = f"k-{need}{number:04d}"
            who = identity(name)
            u = self._day_one.uniform
            family = Family(f"f{name}", plan.site_of(self._sites.uniform(who)))
            seen = everybody[int(u(who, 0) * len(everybody))]
            child = self.make(name, who, family, seen.age_years, need)
            self.service.life.begin(child, 0.0)
            self.service.coming_back.known_before(child)

    def _being_assessed(self, count: int) -> None:
        service, plan = self.service, self.service.plan
        spec = plan.scenario.assessment.within.value
        allowed = plan.calendar.due(0.0, spec)
        made = number = 0
        while made < count:
            name = f"a{number:04d}"
            number += 1
            who = identity(name)
            u = self._day_one.uniform
            need = plan.need_at_contact(u(who, 0))
            outcome = plan.outcomes[need](u(who, 2))
            if outcome not in ASSESSED:
                continue
            made += 1
            family = Family(f"f{name}", plan.site_of(self._sites.uniform(who)))
            child = self.make(name, who, family, plan.age_at_contact(u(who, 3)), need)
            progress = u(who, 4)
            child.initial = {"progress": progress}
            child.referred = float(floor(-progress * allowed))
            service.life.begin(child, 0.0)
            service.env.process(journey(child, service, service.assessment))
