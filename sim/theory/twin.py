"""The analytic twin of a scenario: what to expect, in a fraction of a second and without chance.

With slots and hours unlimited it is the expectation of the simulation, but for the approximations
that `Twin.assumptions` names; with limits on it says what is asked for, and the simulation what
becomes of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from sim.theory.capacity import Capacity, capacity
from sim.theory.course import course
from sim.theory.day_one import DayOne
from sim.theory.model import ASSESSMENT, Model
from sim.theory.statements import assumptions, exact
from sim.theory.traffic import Matrix, Vector
from sim.theory.work import Work, Workload

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.scenario.load import Loaded
    from sim.service.snapshots import Snapshot

MASH = "mash"
RESERVED = "reserved: "


@dataclass(frozen=True)
class PoolEstimate:
    """What is asked of a team's role, and what there is.

    Attributes
    ----------
    pool
        ``team.role``.
    needed, reserved, available
        Hours a year of tasks; of what is blocked, for the children held and in each post; and of
        casework there are (absence and vacancies taken off), as the simulation counts them.
    load
        Needed and reserved hours over available ones; infinite where there are none.
    held, slots
        Children held, and children that the limits allow; None without a limit.
    """

    pool: str
    needed: float
    reserved: float
    available: float
    held: float
    slots: float | None

    @property
    def load(self) -> float:
        """Hours asked for over hours there are."""
        asked = self.needed + self.reserved
        return asked / self.available if self.available > 0.0 else (np.inf if asked else 0.0)


class Twin:
    """The twin of a loaded scenario, as on its first day (dated changes are left out).

    Parameters
    ----------
    loaded
        The scenario.
    drawn
        The lives from which the service draws the day-one caseload (`Plan.snapshots`), to be as
        near a given simulation as can be; by default their expected distribution.

    Attributes
    ----------
    stages
        Names of the stages in which children are open: the single assessment and the hubs.
    """

    def __init__(
        self,
        loaded: Loaded[schema.Scenario],
        drawn: Mapping[str, Sequence[Snapshot]] | None = None,
    ) -> None:
        self.scenario = loaded.scenario
        self.model = Model(loaded.scenario)
        self.stages: tuple[str, ...] = tuple(self.model.stages)
        self._drawn = drawn

    # --- in equilibrium -----------------------------------------------------------------------

    @cached_property
    def open_children(self) -> dict[str, float]:
        """Children open in each stage in equilibrium, and at the front door."""
        counts = self.model.equilibrium @ self.model.counts
        found = dict(zip(self.stages, map(float, counts), strict=True))
        found[MASH] = self.workload.contacts * self.model.delays.screening
        return found

    @cached_property
    def entries(self) -> dict[str, float]:
        """Entries a year into each stage in equilibrium; those at the front door are contacts."""
        counts = self.model.entries(self.model.equilibrium)
        found = dict(zip(self.stages, map(float, counts), strict=True))
        found[MASH] = self.workload.contacts
        return found

    @cached_property
    def moves(self) -> dict[tuple[str, str], float]:
        """Moves a year between stages in equilibrium; ``closed`` is where cases come from and go.

        Those who come of age are among the closed.
        """
        model = self.model
        flows = model.equilibrium[model.rows] * model.rates
        table = np.zeros((len(self.stages) + 1, len(self.stages) + 1))
        for where in (model.where_child, model.where_sibling):
            to = np.where(model.columns >= 0, where[model.columns], -1)
            np.add.at(table, (where[model.rows], to), flows)
        for hub in range(len(model.reading.hubs)):
            table[hub + 1, -1] += model.coming_of_age(hub) * self.workload.disabled[hub].sum()
            table[hub + 1, -1] += model.siblings_leaving(hub)
        names = (*self.stages, "closed")
        return {
            (names[i], names[j]): float(table[i, j])
            for i in range(len(names))
            for j in range(len(names))
            if i != j and table[i, j] > 0.0
        }

    @cached_property
    def workload(self) -> Workload:
        """Children in each hub by need and status, in equilibrium."""
        return Workload(self.model, self.model.equilibrium)

    @cached_property
    def work(self) -> list[Work]:
        """Tasks and hours a year by pool and kind of task, in equilibrium."""
        return self.workload.all()

    @cached_property
    def capacity(self) -> dict[str, Capacity]:
        """Hours and slots there are, by pool."""
        return capacity(self.scenario, self.model.reading.days_a_year)

    @cached_property
    def pools(self) -> dict[str, PoolEstimate]:
        """Hours needed and available, load and slots of each pool, in equilibrium."""
        return self._pools(self.work, self._held(self.workload))

    def _pools(self, work: list[Work], held: dict[str, float]) -> dict[str, PoolEstimate]:
        found = {}
        for pool in sorted({*self.capacity, *(each.pool for each in work)}):
            own = [each for each in work if each.pool == pool]
            needed = sum(each.hours for each in own if not each.kind.startswith(RESERVED))
            reserved = sum(each.hours for each in own if each.kind.startswith(RESERVED))
            there = self.capacity.get(pool, Capacity(0.0, 0.0, None))
            reserved += there.reserved
            found[pool] = PoolEstimate(
                pool, needed, reserved, there.hours, held.get(pool, 0.0), there.slots
            )
        return found

    def _held(self, load: Workload) -> dict[str, float]:
        held: dict[str, float] = {}
        for hub, children in enumerate(load.held):
            pool = load.role(hub, "holder")
            held[pool] = held.get(pool, 0.0) + float(children)
        spec = self.scenario.assessment
        pool = f"{spec.team}.{spec.holder}"
        held[pool] = held.get(pool, 0.0) + self.open_children[ASSESSMENT]
        return held

    # --- from the first day -------------------------------------------------------------------

    @cached_property
    def day_one(self) -> DayOne:
        """The expected caseload of the first morning."""
        return DayOne(self.model, self._drawn)

    def by_month(self, months: int) -> dict[str, Vector]:
        """Return children open in each stage at the end of each month of the run.

        The first number is that of the first morning.
        """
        if months < 0:
            raise ValueError("months must not be negative")
        found: Matrix = course(self.model, self.day_one, months)
        return {name: found[:, number] for number, name in enumerate(self.stages)}

    # --- what it is worth ---------------------------------------------------------------------

    @property
    def exact(self) -> list[str]:
        """In plain sentences, what is exact."""
        return exact()

    @property
    def assumptions(self) -> list[str]:
        """In plain sentences, where this scenario's twin approximates."""
        return assumptions(self.scenario)
