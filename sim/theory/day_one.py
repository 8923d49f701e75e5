"""Who is there on the first morning, as expected numbers by age and state.

The rules are the service's own (`service.snapshots`, `service.population`): lives begun evenly over
the years of childhood before the start, seen on day one if still in need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
from sim.theory.lives import by_group, by_hub
from sim.theory.reading import ASSESSED, MONTHS
from sim.theory.traffic import Matrix, Vector, step

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sim.service.snapshots import Snapshot
    from sim.theory.model import Model

# Where a child is, the class, the share of such children, and the brothers and sisters beside them.
Row = tuple[Place, int, float, Vector]
CLASSES = 2  # by overnight breaks; the last place is for children in full


class DayOne:
    """The expected caseload of the first day.

    Parameters
    ----------
    drawn
        The lives from which the service draws its children (`Plan.snapshots`, or `Plan.groups`
        where they are placed by need), where these are at hand; otherwise their expected
        distribution, which differs by those lives' sampling error.

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
        day_one = self.scenario.day_one
        self._by_need = day_one.placed == "by_need"
        self._found = by_group(self.reading) if self._by_need else by_hub(self.reading)
        for name, count in day_one.children.items():
            if self._by_need and name in day_one.groups:
                self._place(name, count.value)
            elif name in self.reading.hub:
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

    def _class(self, route: str) -> int:
        return 1 if route not in ALLOWED and len(self.model.cases.classes) > 1 else 0

    # --- open cases ---------------------------------------------------------------------------

    def _fill(self, hub: int, count: int) -> None:
        """Cases open in a hub, some with a brother or sister beside them."""
        if count == 0:
            return
        siblings_in = self.model.cases.classes.siblings_in[hub]
        bring = self._bring() if siblings_in else 0.0
        name = self.reading.hubs[hub]
        mine, others = self._mine_and_others(name, hub == self.model.cases.plans_in)
        self._add_hub(hub, (mine + others) * count / (1.0 + bring), bring)

    def _add_hub(self, hub: int, mix: Matrix, bring: float) -> None:
        """Add children of a hub by age, need and class."""
        tasks = self.scenario.stages[self.reading.hubs[hub]].tasks.values()
        since = self.model.delays.since_last_event([t.every.value for t in tasks if t.every])
        protected = hub == self.model.cases.safe
        for need, of in np.argwhere(mix.any(axis=0)).tolist():
            beside = self._beside(need, bring)
            away, at_home = self._protected(of, protected, beside)
            split = self.model.cases.classes.splits(of) if at_home > 0.0 else {}
            here = [(hub, own, part * at_home, beside) for own, part in split.items()]
            self._add_known(need, [*away, *here], mix[:, need, of], since)

    def _place(self, group: str, count: int) -> None:
        """Cases of a group, each where the model's own rule has the child."""
        if count == 0:
            return
        cases, spec = self.model.cases, self.scenario.day_one.groups[group]
        bring = self._bring() if spec.siblings else 0.0
        looks = [look.every.value for look in spec.looks.values()]
        since = self.model.delays.since_last_event(looks)
        for mix, begins in zip(
            self._mine_and_others(group, spec.beginning), (False, True), strict=True
        ):
            people = mix * count / (1.0 + bring)
            for need, of in np.argwhere(people.any(axis=0)).tolist():
                rows, at_home = self._protected(of, spec.protected, self._beside(need, bring))
                if at_home > 0.0:
                    for hub, own, part, beside in self._rule(need, of, bring):
                        rows.append(
                            (cases.plans_in if begins else hub, own, part * at_home, beside)
                        )
                self._add_known(need, rows, people[:, need, of], since)

    def _rule(self, need: int, of: int, bring: float) -> Iterator[Row]:
        """Say where children of a need and class are, with and without a sibling beside them."""
        cases = self.model.cases
        for own, part in cases.classes.splits(of).items():
            alone = cases.target(need, own)
            if alone is not None:
                yield alone, own, part * (1.0 - bring), self._beside(need, 0.0)
            together = cases.target(need, own, float(len(self.reading.hubs)))
            if together is not None and bring > 0.0:
                yield together, own, part * bring, self._beside(need, 1.0)

    def _bring(self) -> float:
        """Chance that a brother or sister is open beside a child."""
        share = self.scenario.day_one.siblings.value
        return share / (1.0 - share)

    def _protected(self, of: int, protected: bool, beside: Vector) -> tuple[list[Row], float]:
        """Say which of a class are on a plan or in care, and the share of those who are not."""
        safeguarding = self.scenario.safeguarding
        if of == CLASSES:
            return [(CARE, 0, 1.0, beside)], 0.0
        if safeguarding is None or not protected:
            return [], 1.0
        on_plan = safeguarding.day_one.child_protection_plan.value
        away = safeguarding.day_one.looked_after.value
        rows: list[Row] = [(PLAN, of, on_plan, beside), (CARE, of, away, beside)]
        return rows, 1.0 - on_plan - away

    def _mine_and_others(self, name: str, beginning: bool) -> tuple[Matrix, Matrix]:
        """Shares of a hub's or group's own children, and of those whose first review is to come."""
        says = self.scenario.day_one
        held = says.children
        mine = self._share(self._weights(name))
        elsewhere = [
            other for other in self._found if other != name and other in held and held[other].value
        ]
        if not beginning or not elsewhere:
            return mine, np.zeros_like(mine)
        moving_on = says.moving_on.value
        others = sum((self._weights(other) for other in elsewhere), np.zeros_like(mine))
        return mine * (1.0 - moving_on), self._share(others) * moving_on

    def _weights(self, name: str) -> Matrix:
        """Density of children by age, need and class (the last is of those in full)."""
        found = np.zeros((self._ages, len(self.reading.needs), CLASSES + 1))
        if self._drawn is not None:
            for life in self._drawn[name]:
                age = min(int(life.age_years * MONTHS), self._ages - 1)
                full = life.overnight == FULL and self.scenario.safeguarding is not None
                of = -1 if full else self._class(life.overnight)
                found[age, self.reading.need[life.need], of] += 1.0
            return found
        for need, route, share in self._found[name]:
            full = route == FULL and self.scenario.safeguarding is not None
            found[:, need, -1 if full else self._class(route)] += self._lives[:, need] * share
        return found

    @staticmethod
    def _share(weights: Matrix) -> Matrix:
        total = weights.sum()
        return weights / total if total > 0 else weights

    def _add_known(self, known: int, rows: Sequence[Row], ages: Vector, since: float) -> None:
        """Add open cases; need may have changed since the last look."""
        for need, share in enumerate(self.reading.after(since, 1.0 / 3.0)[known]):
            if share > 1e-6:
                for place, of, part, beside in rows:
                    start = self.model.state_number(State(place, need, of))
                    added = np.outer(ages * share * part, beside)
                    self.people[:, start : start + len(beside)] += added

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
            (self._weights(name).sum(axis=(1, 2)) for name in self._found),
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
            mix = self._share(self._weights(case.stage))
            if mix.sum() > 0.0:
                self._add_hub(self.reading.hub[case.stage], mix, 0.0)
