"""A brother or sister beside the child: at home, about to be assessed, open, or none at all.

The disabled child's chain and this one are coupled: a sibling is assessed with the child, is held
where the child is, keeps the child out of hubs that hold no siblings, and leaves with the child.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.theory.cases import ASSESS, CLOSES, CONCLUDE, OPENS, Cases, State
from sim.theory.traffic import Matrix

if TYPE_CHECKING:
    from sim.theory.delays import Delays
    from sim.theory.reading import Reading

NOBODY = 0


class Families:
    """The states of a child's brother or sister.

    Attributes
    ----------
    size
        Number of states: nobody; at home, by need; about to be assessed; open, by need (of those
        served); open though the need is met.
    """

    def __init__(self, reading: Reading, delays: Delays, cases: Cases) -> None:
        self.reading = reading
        self.delays = delays
        self.cases = cases
        needs = len(reading.needs)
        self.home = [1 + need for need in range(needs)]
        self.waits = 1 + needs
        served = [need for need in range(needs) if reading.served[need]]
        self.open = {need: 2 + needs + place for place, need in enumerate(served)}
        self.met = 2 + needs + len(served)
        self.exist = reading.scenario.population.siblings.chance.value > 0.0
        self.size = self.met + 1 if self.exist else 1
        # Where a need that is met comes to lie, of all that served needs become.
        inflow = reading.q[served].sum(axis=0)
        inflow[served] = -inf
        self.home_met = self.home[int(np.argmax(inflow))]
        self.levels = [inf, *sorted(set(map(self.level, self._open_states())))]
        self.level_of = [self.level(state) for state in range(self.size)]

    def _open_states(self) -> list[int]:
        return [*self.open.values(), self.met] if self.exist else []

    def is_open(self, state: int) -> bool:
        """Whether a brother or sister is open in a hub."""
        return state in self._open_states()

    def level(self, state: int) -> float:
        """Return the most intensive hub that a brother or sister needs; infinite if not open."""
        for need, number in self.open.items():
            if number == state:
                by = self.reading.served_by[need]
                fit = [hub for hub in by if self.cases.classes.siblings_in[hub]]
                return float(fit[0] if fit else by[-1])
        return float(self.cases.plans_in) if state == self.met and self.exist else inf

    def first(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the share of families with each state at the first contact."""
        found = np.zeros(self.size)
        if not self.exist:
            found[NOBODY] = 1.0
            return found
        siblings = self.reading.scenario.population.siblings
        chance = siblings.chance.value
        found[NOBODY] = 1.0 - chance
        for need, share in siblings.needs.value.items():
            found[self.home[self.reading.need[need]]] += chance * share
        return found

    def with_the_child(self, means: int) -> list[list[tuple[int, float]]]:
        """Return what each state becomes as the child's case changes, with chances."""
        same = [[(state, 1.0)] for state in range(self.size)]
        if not self.exist:
            return same
        if means == OPENS:
            finds = self.reading.scenario.assessment.finds.value
            for need, state in self.open.items():
                home = self.home[need]
                same[home] = [(state, finds), (home, 1.0 - finds)]
        elif means == CLOSES:
            for need, state in self.open.items():
                same[state] = [(self.home[need], 1.0)]
            same[self.met] = [(self.home_met, 1.0)]
        return same

    def own(self, child: State) -> Matrix:
        """Return the rates a year between states while the child is in some state."""
        rates = np.zeros((self.size, self.size))
        if not self.exist:
            return rates
        held = self.cases.held_in(child) is not None
        q, served = self.reading.q, self.reading.served
        for need, to in zip(*np.nonzero(q > 0.0), strict=True):
            goes = self.waits if held and served[to] and not served[need] else self.home[to]
            rates[self.home[need], goes] += q[need, to]
            if served[need]:
                open_to = self.open[int(to)] if served[to] else self.met
                rates[self.open[int(need)], open_to] += q[need, to]
        rates[self.met, self.home_met] += 1.0 / self._eased
        rates[1:, NOBODY] += self._grown_up
        self._is_assessed(rates, held)
        return rates

    def _is_assessed(self, rates: Matrix, held: bool) -> None:
        """A sibling whose need rose while the child is held is referred and assessed."""
        reading = self.reading
        population = reading.scenario.population
        risen = sum(
            reading.q[n] for n in range(len(reading.needs)) if not reading.served[n]
        ) * np.array(reading.served)
        total = float(risen.sum())
        if total <= 0.0:
            return
        delay = reading.days(population.return_delay.value.mean()) + self.delays.sibling_assessment
        rate = 1.0 / max(delay + self.delays.screening, 1e-2) if held else 10.0
        for need, share in enumerate(risen / total):
            if share > 0.0:
                rates[self.waits, self.open[need] if held else self.home[need]] += rate * share

    @property
    def _eased(self) -> float:
        stage = self.reading.scenario.stages[self.reading.hubs[self.cases.plans_in]]
        return self.delays.eased(stage) + self.delays.closing

    @property
    def _grown_up(self) -> float:
        """Rate at which siblings come of age: the share of them who will within five years."""
        ages = self.reading.by_month_of_age(self.reading.scenario.population.siblings.age.value)
        return float(ages[-60:].sum()) / 5.0

    # --- where they are -----------------------------------------------------------------------

    def held_in(self, child: State, state: int) -> int | None:
        """Return the hub that holds an open brother or sister."""
        if not self.is_open(state):
            return None
        hub = self.cases.held_in(child)
        if hub is None or not self.cases.classes.siblings_in[hub]:
            level = self.level(state)
            return int(level) if level < inf else None
        return hub

    def is_assessed(self, child: State, state: int) -> bool:
        """Whether a brother or sister is being assessed with the child."""
        assessed = child.place in (ASSESS, CONCLUDE)
        return assessed and state != NOBODY and not self.is_open(state)
