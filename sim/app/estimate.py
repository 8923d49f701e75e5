"""What to expect before anything is simulated: the analytic twin, in a fraction of a second."""

from __future__ import annotations

from dataclasses import dataclass

from sim.report import wording
from sim.scenario import Loaded
from sim.scenario.schema import Scenario
from sim.theory.model import ASSESSMENT
from sim.theory.twin import PoolEstimate, Twin

BUSY = 0.85  # share of hours from which lateness begins to show
FULL = 1.0
A_POINT = 0.01  # a change of load below which nothing is said
MOST_MOVED = 5


@dataclass(frozen=True)
class Expectation:
    """What the twin says of a scenario in the long run.

    Attributes
    ----------
    pools
        Hours and slots of each role that has work, the fullest first.
    open_children
        Children open in each stage.
    assessed
        Children who begin an assessment in a year, siblings among them.
    assumptions
        In sentences, where it approximates.
    """

    pools: tuple[PoolEstimate, ...]
    open_children: dict[str, float]
    assessed: float
    assumptions: tuple[str, ...]

    def pool(self, name: str) -> PoolEstimate | None:
        """Find a role."""
        return next((pool for pool in self.pools if pool.pool == name), None)


def expect(loaded: Loaded[Scenario]) -> Expectation:
    """Work out what to expect of a scenario."""
    twin = Twin(loaded)
    busy = [pool for pool in twin.pools.values() if pool.needed + pool.reserved > 0.0]
    return Expectation(
        pools=tuple(sorted(busy, key=lambda pool: -pool.load)),
        open_children=dict(twin.open_children),
        assessed=twin.entries[ASSESSMENT],
        assumptions=tuple(twin.assumptions),
    )


def sentence(found: Expectation) -> str:
    """Say which role has the least time to spare."""
    pool = found.pools[0]
    who = wording.people(pool.pool)
    if pool.available <= 0.0:
        return f"{who}: there is work for them and nobody to do it."
    share = f"about {pool.load:.0%} of the hours they have"
    if pool.load > FULL:
        return f"{who} would need {share}: work will go late, or not be done."
    tail = "a wait is to be expected" if pool.load > BUSY else "there is time to spare"
    return f"{who} are the busiest, with {share} spoken for: {tail}."


def changes(before: Expectation, after: Expectation) -> list[str]:
    """Say whose load a change moves by a point or more, the most moved first."""
    moved = []
    for pool in after.pools:
        old = before.pool(pool.pool)
        if old is None or abs(pool.load - old.load) < A_POINT or pool.available <= 0.0:
            continue
        what = f"{wording.people(pool.pool)}: {_load(old)} of their hours, now {_load(pool)}"
        moved.append((abs(pool.load - old.load), what))
    return [what for _, what in sorted(moved, key=lambda each: -each[0])[:MOST_MOVED]]


def rows(before: Expectation, after: Expectation) -> list[dict[str, str]]:
    """Write a table of hours and slots: each role before and after."""
    found = []
    for pool in after.pools:
        old = before.pool(pool.pool)
        row = {
            "Who": wording.place(pool.pool),
            "Hours spoken for": _load(pool),
            "In the baseline": "–" if old is None else _load(old),
        }
        slots = "–"
        if pool.slots:
            slots = f"{pool.held:,.0f} children, {pool.slots:,.0f} slots"
        row["Caseload"] = slots
        found.append(row)
    return found


def _load(pool: PoolEstimate) -> str:
    return f"about {pool.load:.0%}" if pool.available > 0.0 else "nobody there"
