"""Who is there on the first morning, as expected numbers by age and state.

The rules are the service's own (`service.snapshots`, `service.population`): lives begun evenly over
the years of childhood before the start, seen on day one if still in need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.service.snapshots import BY_DIRECT_PAYMENT, JUDGED
from sim.theory.cases import (
    BACK,
    BACK_ASSESSED,
    CARE,
    CONCLUDE,
    EARLY_HELP,
    NEVER,
    OUT,
    PLAN,
    Place,
    State,
)
from sim.theory.classes import ALLOWED, FULL
from sim.theory.reading import ASSESSED, MONTHS
from sim.theory.traffic import Matrix, Vector, step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sim.service.snapshots import Snapshot
    from sim.theory.model import Model

CLASSES = 2  # by overnight breaks; the last place is for children in full


class DayOne:
    """The expected caseload of the first day.

    Parameters
    ----------
    drawn
        The lives from which the service draws its children (`Plan.snapshots`), where these are at
        hand; otherwise their expected distribution, which differs by those lives' sampling error.

    Attributes
    ----------
    people
        How many by age in months (row) and state (column).
    """

    def __init__(self, model: Model, drawn: Mapping[str, Sequence[Snapshot]] | None = None) -> None:
        self.model = model
        self._drawn = drawn
        self.reading = model.reading
        self.scenario = model.scenario
        self._ages = len(model.reading.ages_at_contact)
        self.people = np.zeros((self._ages, model.size))
        self._lives = self._needs_by_age()
        self._found = self._by_hub()
        counts = self.scenario.day_one.children
        for name, count in counts.items():
            if name in self.reading.hub:
                self._fill(self.reading.hub[name], count.value)
            elif name == "single_assessment":
                self._being_assessed(count.value)
            elif name == "caf_tac" and self.scenario.early_help is not None:
                self._in_early_help(count.value)
        self._own_caseload()
        for name, count in self.scenario.day_one.known_before.items():
            self._known(self.reading.need[name], count.value)

    # --- lives that go on ---------------------------------------------------------------------

    def _needs_by_age(self) -> Matrix:
        """Density of lives still in need, by age in months (row) and need (column)."""
        reading = self.reading
        served = np.array(reading.served)
        q = reading.q.copy()
        q[~served] = 0.0  # met: the case would have closed
        rates = self.scenario.population.leaving
        q[np.diag_indices_from(q)] -= rates.moves_away.value + rates.service_not_wanted.value
        moved, spent = step(q, 1.0 / MONTHS)
        needs = reading.shares(self.scenario.population.needs_at_contact.value) * served
        found = np.zeros((self._ages, len(needs)))
        now = np.zeros(len(needs))
        for age, share in enumerate(reading.ages_at_contact[:-1]):
            now = now + share * needs
            found[age] = now @ spent * served
            now = now @ moved
        return found

    def _by_hub(self) -> list[list[tuple[int, str, float]]]:
        """Return which (need, route of overnight breaks, share) make up each hub's children."""
        found: list[list[tuple[int, str, float]]] = [[] for _ in self.reading.hubs]
        routes = self.scenario.population.attributes.overnight.value
        for need, served in enumerate(self.reading.served):
            if served:
                for route, share in routes.items():
                    if share > 0.0:
                        for hub in self._hubs(need, route):
                            found[hub].append((need, route, share))
        return found

    def _hubs(self, need: int, route: str) -> list[int]:
        """Return where such a child may be on day one, as `snapshots` has it."""
        safeguarding = self.scenario.safeguarding
        if safeguarding is not None and route == FULL:
            return [self.reading.hub[safeguarding.hub]]
        hubs = []
        for hub in self.reading.served_by[need]:
            guards = set(self.scenario.stages[self.reading.hubs[hub]].guards)
            if BY_DIRECT_PAYMENT in guards and route not in ALLOWED:
                continue
            hubs.append(hub)
            if guards <= JUDGED:
                return hubs
        return hubs or self.reading.served_by[need][-1:]

    def _class(self, route: str) -> int:
        return 1 if route not in ALLOWED and len(self.model.cases.classes) > 1 else 0

    # --- open cases ---------------------------------------------------------------------------

    def _fill(self, hub: int, count: int) -> None:
        """Cases open in a hub, some with a brother or sister beside them."""
        if count == 0:
            return
        says = self.scenario.day_one
        siblings_in = self.model.cases.classes.siblings_in[hub]
        share = says.siblings.value if siblings_in else 0.0
        bring = share / (1.0 - share)
        mine = self._weights(hub)
        held = says.children
        elsewhere = [
            place
            for place, name in enumerate(self.reading.hubs)
            if place != hub and name in held and held[name].value
        ]
        moving_on = says.moving_on.value if hub == self.model.cases.plans_in and elsewhere else 0.0
        others = sum((self._weights(place) for place in elsewhere), np.zeros_like(mine))
        mix = self._share(mine) * (1.0 - moving_on) + self._share(others) * moving_on
        families = count / (1.0 + bring)
        for of in range(mix.shape[2]):
            for need in range(mix.shape[1]):
                ages = mix[:, need, of] * families
                if ages.any():
                    self._add_known(hub, need, of, ages, bring)

    def _weights(self, hub: int) -> Matrix:
        """Density of a hub's children by age, need and class (the last is of those in full)."""
        found = np.zeros((self._ages, len(self.reading.needs), CLASSES + 1))
        if self._drawn is not None:
            for life in self._drawn[self.reading.hubs[hub]]:
                age = min(int(life.age_years * MONTHS), self._ages - 1)
                full = life.overnight == FULL and self.scenario.safeguarding is not None
                of = -1 if full else self._class(life.overnight)
                found[age, self.reading.need[life.need], of] += 1.0
            return found
        for need, route, share in self._found[hub]:
            full = route == FULL and self.scenario.safeguarding is not None
            found[:, need, -1 if full else self._class(route)] += self._lives[:, need] * share
        return found

    @staticmethod
    def _share(weights: Matrix) -> Matrix:
        total = weights.sum()
        return weights / total if total > 0 else weights

    def _add_known(self, hub: int, known: int, of: int, ages: Vector, bring: float) -> None:
        """Need may have changed since the last look (`Population._open_case`)."""
        since = self.model.delays.since_last_event(self.scenario.stages[self.reading.hubs[hub]])
        for need, share in enumerate(self.reading.after(since, 1.0 / 3.0)[known]):
            if share > 1e-6:
                self._add_open(hub, need, of, ages * share, self._beside(known, bring))

    def _add_open(self, hub: int, need: int, of: int, ages: Vector, beside: Vector) -> None:
        full = of == CLASSES
        places: dict[Place, float] = {hub: 1.0}
        safeguarding = self.scenario.safeguarding
        if full:
            places, of = {CARE: 1.0}, 0
        elif safeguarding is not None and hub == self.model.cases.safe:
            on_plan = safeguarding.day_one.child_protection_plan.value
            away = safeguarding.day_one.looked_after.value
            places = {hub: 1.0 - on_plan - away, PLAN: on_plan, CARE: away}
        for place, share in places.items():
            split = {of: 1.0}
            if isinstance(place, int):
                split = self.model.cases.classes.splits(of)
            for own, part in split.items():
                start = self.model.state_number(State(place, need, own))
                self.people[:, start : start + len(beside)] += np.outer(ages * share * part, beside)

    def _beside(self, need: int, bring: float) -> Vector:
        """Return the shares of brothers and sisters of a child open on day one."""
        families = self.model.families
        found = np.zeros(families.size)
        if not families.exist:
            found[0] = 1.0
            return found
        bring = min(bring, 1.0)
        found[families.open[need]] = bring
        siblings = self.scenario.population.siblings
        at_home = (1.0 - bring) * siblings.chance.value
        for name, share in siblings.needs.value.items():
            if not self.reading.served[self.reading.need[name]]:
                found[families.home[self.reading.need[name]]] += at_home * share
        found[0] = 1.0 - found.sum()
        return found

    def _being_assessed(self, count: int) -> None:
        """Assessments in hand: like contacts accepted, half-way through on average."""
        reading = self.reading
        needs = reading.shares(self.scenario.population.needs_at_contact.value)
        accepted = [
            sum(self.scenario.mash.outcomes[name].value.get(kind, 0.0) for kind in ASSESSED)
            for name in reading.needs
        ]
        mix = needs * np.array(accepted)
        later = mix / mix.sum() @ reading.after(self.model.cases.assessing / 2.0)
        for need, share in enumerate(later):
            column = self.model.state_number(State(CONCLUDE, need, NEVER))
            self.people[:, column] += reading.ages_at_contact * share * count

    def _in_early_help(self, count: int) -> None:
        """Teams around a child that are under way, of the needs that the scenario says."""
        assert self.scenario.early_help is not None
        mix = self.scenario.early_help.needs_on_day_one.value
        for need, share in enumerate(self.reading.shares(mix)):
            column = self.model.state_number(State(EARLY_HELP, need, NEVER))
            self.people[:, column] += self.reading.ages_at_contact * share * count

    # --- known before -------------------------------------------------------------------------

    def _known(self, need: int, count: int) -> None:
        """Children closed before day one, some of whom will come back for the same thing."""
        reading = self.reading
        ages = sum(
            (self._weights(hub).sum(axis=(1, 2)) for hub in range(len(reading.hubs))),
            np.zeros(self._ages),
        )
        if ages.sum() == 0.0:
            ages = reading.ages_at_contact.copy()
        ages = ages / ages.sum() * count
        back = self._still_to_come(need)
        for place, share in back.items():
            self.people[:, self.model.state_number(State(place, need, NEVER))] += ages * share

    def _still_to_come(self, need: int) -> dict[str, float]:
        again = self.scenario.population.coming_back
        mix = self.scenario.day_one.closed_as.get(self.reading.needs[need])
        found = {OUT: 1.0}
        if again is None or mix is None:
            return found
        left = -self.reading.q[need, need]
        after = self.reading.days(again.after.value.mean())
        pending = after / (after + 1.0 / left) if left > 0.0 else 0.0
        for reason, share in mix.value.items():
            where, _, why = reason.partition(".")
            kind = again.closed.get(where, {}).get(why)
            if kind is not None:
                place = BACK if where == "mash" else BACK_ASSESSED
                come = share * kind.chance.value * pending
                found[place] = found.get(place, 0.0) + come
                found[OUT] -= come
        return found

    def _own_caseload(self) -> None:
        """Open the children of a caseload file: their hub, need and age, as far as it says."""
        for case in self.scenario.day_one.caseload:
            if case.stage not in self.reading.hub:
                self._being_assessed(1)
                continue
            mix = self._share(self._weights(self.reading.hub[case.stage]))
            if mix.sum() > 0.0:
                for of in range(mix.shape[2]):
                    for need in range(mix.shape[1]):
                        if mix[:, need, of].any():
                            hub = self.reading.hub[case.stage]
                            self._add_known(hub, need, of, mix[:, need, of], 0.0)
