"""Cases that are open on the first morning, where the scenario gives counts.

The children are drawn for each stage; or they are those of groups, the same in every delivery
model, and placed by the model's own rule: by need, family and care, as a review would place them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from sim.service.child import Family
from sim.service.journey import journey
from sim.service.looks import Looks
from sim.service.placing import suitable
from sim.service.streams import identity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.snapshots import Snapshot
    from sim.service.stage import Hub


class Drawn(NamedTuple):
    """A family drawn: names of those open, the first child's identity, and the life they share."""

    names: list[str]
    who: int
    life: Snapshot
    beginning: bool


@dataclass(frozen=True)
class Source:
    """Where the children of a stage or group come from.

    Attributes
    ----------
    code
        What their ids begin with.
    lives
        Lives from which they are drawn.
    elsewhere
        Lives of others, whose first review will move them on.
    moving_on
        Share of those.
    bring
        Chance that a brother or sister is open beside the child.
    """

    code: str
    lives: Sequence[Snapshot]
    elsewhere: Sequence[Snapshot]
    moving_on: float
    bring: float


class OpenCases:
    """Opens the cases of the first morning."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._draws = service.streams["day one"]
        self._sites = service.streams["site"]

    # --- drawn for a stage --------------------------------------------------------------------

    def fill(self, hub: Hub, count: int) -> None:
        """Open `count` cases that have been in a hub for some time."""
        plan = self.service.plan
        planning = plan.scenario.assessment.plans_in == hub.name
        source = self._source(hub.name, plan.snapshots, planning, hub.takes_siblings)
        group = plan.scenario.day_one.groups.get(hub.name)
        looks = None if group is None else Looks(self.service, group.looks)
        for drawn in self._drawn(source, count):
            family = self._family(drawn)
            last = hub.last_events(drawn.who, self._draws)
            seen = max(last.values(), default=0.0)
            since = seen if looks is None else looks.last(drawn.who, self._draws)
            for name in drawn.names:
                child = self.service.population.known_child(name, family, drawn.life, drawn=True)
                self.open(child, hub, last, since)
            self._at_home(family)

    # --- drawn in groups, and placed ------------------------------------------------------------

    def place(self, group: str, count: int) -> None:
        """Open `count` cases of a group, each where the model's own rule has the child."""
        plan = self.service.plan
        spec = plan.scenario.day_one.groups[group]
        source = self._source(group, plan.groups, spec.beginning, spec.siblings)
        looks = Looks(self.service, spec.looks)
        for drawn in self._drawn(source, count):
            family = self._family(drawn)
            for name in drawn.names:
                child = self.service.population.known_child(name, family, drawn.life, drawn=True)
                child.protected_before = spec.protected
            hub = self._planning if drawn.beginning else self._rule(family)
            last = hub.last_events(drawn.who, self._draws)
            for child in tuple(family.children):
                self.open(child, hub, last, looks.last(drawn.who, self._draws))
            self._at_home(family)

    @property
    def _planning(self) -> Hub:
        """The hub that makes plans: there the first review has still to come."""
        return self.service.hubs[self.service.plan.scenario.assessment.plans_in]

    def _rule(self, family: Family) -> Hub:
        """Return the most intensive hub that anybody of the family needs (W4, W65)."""
        children = family.children
        hubs = [s.requires_on_day_one(child) for child in children for s in self.service.strands]
        for child in children:
            child.stage = self._planning  # to rules, whoever is open is a brother or sister in need
        hubs += [suitable(self.service, child) for child in children]
        for child in children:
            child.stage = None
        return min((hub for hub in hubs if hub is not None), key=lambda hub: hub.number)

    # --- both -------------------------------------------------------------------------------------

    def _source(
        self, name: str, lives: Mapping[str, Sequence[Snapshot]], planning: bool, siblings: bool
    ) -> Source:
        day_one = self.service.plan.scenario.day_one
        counts = day_one.children
        others = [other for other in lives if other in counts and counts[other].value]
        elsewhere = [life for other in others if other != name for life in lives[other]]
        share = day_one.siblings.value
        return Source(
            code="".join(word[0] for word in name.split("_")),
            lives=lives[name],
            elsewhere=elsewhere,
            moving_on=day_one.moving_on.value if planning and elsewhere else 0.0,
            bring=share / (1.0 - share) if siblings else 0.0,
        )

    def _drawn(self, source: Source, count: int) -> Iterator[Drawn]:
        """Draw families until there are so many children."""
        u = self._draws.uniform
        made = number = 0
        while made < count:
            name = f"{source.code}{number:04d}"
            number += 1
            who = identity(name)
            beginning = u(who, 2) < source.moving_on
            lives = source.elsewhere if beginning else source.lives
            names = [name]
            if made + 1 < count and u(who, 1) < source.bring:
                names.append(f"{name}s")
            made += len(names)
            yield Drawn(names, who, lives[int(u(who, 0) * len(lives))], beginning)

    def _family(self, drawn: Drawn) -> Family:
        site = self.service.plan.site_of(self._sites.uniform(drawn.who))
        return Family(f"f{drawn.names[0]}", site)

    def open(self, child: Child, hub: Hub, last: dict[str, float], since: float) -> None:
        """Open a case that was last looked at when `last` says, and whose life goes on from then.

        Of a group, life goes on from a look that is the same in every model and with every rhythm.
        """
        service = self.service
        child.initial = last
        service.life.begin(child, since, seen=max(last.values(), default=0.0))
        service.env.process(journey(child, service, hub))

    def _at_home(self, family: Family) -> None:
        """A child open on day one may have a brother or sister who is not in need (now)."""
        if len(family.children) == 1:
            self.service.population.sibling_at_home(family.children[0])
