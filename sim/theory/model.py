"""Child and family together: one sparse chain, its equilibrium, and where everybody is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.theory.cases import (
    ASSESS,
    CLOSES,
    CONCLUDE,
    EARLY_HELP,
    KEEPS,
    NEVER,
    OPENS,
    PLAN,
    Cases,
    State,
)
from sim.theory.delays import Delays
from sim.theory.families import Families
from sim.theory.reading import MONTHS, Reading
from sim.theory.traffic import Flow, Matrix, Vector

if TYPE_CHECKING:
    from sim.scenario import schema

ASSESSMENT, CAF_TAC = "single_assessment", "caf_tac"
Numbers = NDArray[np.int64]


class Model:
    """The chain of a scenario.

    A state's number is that of the child's state times the number of states of a brother or
    sister, plus theirs.
    """

    def __init__(self, scenario: schema.Scenario) -> None:
        self.scenario = scenario
        self.reading = Reading(scenario)
        self.delays = Delays(self.reading)
        self.cases = Cases(self.reading, self.delays)
        self.families = Families(self.reading, self.delays, self.cases)
        self.width = self.families.size
        self.size = len(self.cases.states) * self.width
        self.stages = [ASSESSMENT, *self.reading.hubs]
        if scenario.early_help is not None:
            self.stages.append(CAF_TAC)
        self._changes()

    def _changes(self) -> None:
        rows: list[Any] = []
        columns: list[Any] = []
        rates: list[Any] = []
        width, number = self.width, self.cases.number
        maps = {means: self.families.with_the_child(means) for means in (KEEPS, OPENS, CLOSES)}
        level_of = np.array(self.families.level_of)
        for level in self.families.levels:
            beside = np.flatnonzero(level_of == level)
            moves = [
                [(state, to, chance) for state in beside for to, chance in maps[means][state]]
                for means in (KEEPS, OPENS, CLOSES)
            ]
            tables = [np.array(move, dtype=float) for move in moves]
            for change in self.cases.changes(level):
                table = tables[change.means]
                origin = number[change.origin] * width
                rows.append(origin + table[:, 0])
                if change.to is None:
                    columns.append(np.full(len(table), -1.0))
                else:
                    columns.append(number[change.to] * width + table[:, 1])
                rates.append(change.rate * table[:, 2])
        own: dict[bool, tuple[Any, Any, Any]] = {}
        for place, state in enumerate(self.cases.states):
            held = self.cases.held_in(state) is not None
            if held not in own:
                table = self.families.own(state)
                at = np.nonzero(table)
                own[held] = (at[0], at[1], table[at])
            before, after, often = own[held]
            rows.append(place * width + before)
            columns.append(place * width + after)
            rates.append(often)
        self.rows = np.concatenate(rows).astype(np.int64)
        self.columns = np.concatenate(columns).astype(np.int64)
        self.rates = np.concatenate(rates)
        self.flow = Flow(self.rows, self.columns, self.rates, self.size, 1.0 / MONTHS)

    # --- where --------------------------------------------------------------------------------

    @cached_property
    def where_child(self) -> Numbers:
        """For each state, the number of the stage in which the child is; -1 if in none."""
        found = np.full((len(self.cases.states), self.width), -1)
        for number, state in enumerate(self.cases.states):
            hub = self.cases.held_in(state)
            if hub is not None:
                found[number] = hub + 1
            elif state.place in (ASSESS, CONCLUDE):
                found[number] = 0
            elif state.place == EARLY_HELP:
                found[number] = len(self.stages) - 1
        return found.ravel()

    @cached_property
    def where_sibling(self) -> Numbers:
        """The same for a brother or sister."""
        found = np.full((len(self.cases.states), self.width), -1)
        for number, state in enumerate(self.cases.states):
            for beside in range(1, self.width):
                hub = self.families.held_in(state, beside)
                if hub is not None:
                    found[number, beside] = hub + 1
                elif self.families.is_assessed(state, beside):
                    found[number, beside] = 0
        return found.ravel()

    @cached_property
    def counts(self) -> Matrix:
        """For each state (row), children in each stage (column), brothers and sisters included."""
        found = np.zeros((self.size, len(self.stages)))
        every = np.arange(self.size)
        for where, first in ((self.where_child, 1.0), (self.where_sibling, self._shorter)):
            for stage in range(len(self.stages)):
                found[every[where == stage], stage] += first if stage == 0 else 1.0
        return found

    @property
    def _shorter(self) -> float:
        """Time of a sibling's assessment over that of the child's."""
        return self.delays.sibling_assessment / self.delays.assessment[0]

    # --- arrivals and equilibrium -------------------------------------------------------------

    @cached_property
    def newcomers(self) -> Matrix:
        """Share of first contacts by age in months (row) and the state they lead to (column)."""
        ages = self.reading.ages_at_contact
        needs = self.reading.shares(self.scenario.population.needs_at_contact.value)
        state = np.zeros((len(self.cases.states), self.width))
        first = self.families.first()
        opened = np.zeros(self.width)
        for beside, ways in enumerate(self.families.with_the_child(OPENS)):
            for later, chance in ways:
                opened[later] += first[beside] * chance
        for need, share in enumerate(needs):
            for to, chance in self.cases.contact(need, NEVER).items():
                with_them = opened if to.place == PLAN else first
                state[self.cases.number[to]] += share * chance * with_them
        return np.outer(ages, state.ravel())

    @property
    def contacts_a_year(self) -> float:
        """First contacts a year, before growth."""
        return self.scenario.population.contacts.rate.value

    @cached_property
    def _sweep(self) -> tuple[Vector, Matrix, Vector]:
        """Follow a year's newcomers from the youngest age to the exit age.

        Returns
        -------
        there
            How many children there are in each state, once nothing changes any more.
        by_age
            Disabled children in each stage (column) by month of age (row).
        leave
            How many a year reach the exit age in each state.
        """
        arrive = self.newcomers * self.contacts_a_year
        stage = np.zeros((self.size, len(self.stages)))
        known = self.where_child >= 0
        stage[np.flatnonzero(known), self.where_child[known]] = 1.0
        now, total = np.zeros(self.size), np.zeros(self.size)
        by_age = np.zeros((len(arrive), len(self.stages)))
        for age, arriving in enumerate(arrive[:-1]):
            now, spent = self.flow.ahead(now + arriving)
            total += spent
            by_age[age] = spent @ stage
        return total, by_age, now

    @property
    def equilibrium(self) -> Vector:
        """How many children there are in each state, once nothing changes any more."""
        return self._sweep[0]

    # --- ages: shares as in equilibrium -------------------------------------------------------

    def share_older(self, hub: int, years: float) -> float:
        """Return the share of a hub's disabled children who are of an age or older."""
        ages = self._sweep[1][:, hub + 1]
        return float(ages[round(years * MONTHS) :].sum() / max(ages.sum(), 1e-9))

    def reaching(self, hub: int, years: float) -> float:
        """Return how many a year, of each of a hub's disabled children, reach an age there."""
        ages = self._sweep[1][:, hub + 1]
        return float(
            ages[min(round(years * MONTHS), len(ages) - 1)] * MONTHS / max(ages.sum(), 1e-9)
        )

    def coming_of_age(self, hub: int) -> float:
        """Return how many a year, of each of a hub's disabled children, reach the exit age."""
        leave = float(self._sweep[2][self.where_child == hub + 1].sum())
        return leave / max(float(self._sweep[1][:, hub + 1].sum()), 1e-9)

    def siblings_leaving(self, hub: int) -> float:
        """Return how many siblings a year leave a hub as the child reaches the exit age."""
        return float(self._sweep[2][self.where_sibling == hub + 1].sum())

    def entries(self, there: Vector) -> Vector:
        """Return entries a year into each stage, where so many are in each state."""
        flows = there[self.rows] * self.rates
        found = np.zeros(len(self.stages))
        for where in (self.where_child, self.where_sibling):
            origin = where[self.rows]
            to = np.where(self.columns >= 0, where[self.columns], -1)
            new = (to >= 0) & (to != origin)
            found += np.bincount(to[new], weights=flows[new], minlength=len(self.stages))
        arrive = self.newcomers.sum(axis=0) * self.contacts_a_year
        for where in (self.where_child, self.where_sibling):
            found += np.bincount(
                where[where >= 0], weights=arrive[where >= 0], minlength=len(self.stages)
            )
        return found

    def state_number(self, state: State, beside: int = 0) -> int:
        """Return the number of a state of child and sibling."""
        return self.cases.number[state] * self.width + beside
