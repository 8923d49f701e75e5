"""The possible futures of a scenario with so many posts, simulated as they are needed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sim.experiment.run import run
from sim.sizing.targets import MONTHS, Goal, Years

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.headlines import Headline
    from sim.experiment.replication import Replication
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario


@dataclass(frozen=True, slots=True)
class Seen:
    """What is kept of one future.

    Attributes
    ----------
    values
        Each target's measure in each possible year.
    loads
        Hours used over hours there are, by ``team.role``, over these years.
    cost
        Pounds a year of the posts filled.
    late
        Of the work that each target is about, the working days past due a year, by what it waited
        for (`sim.measure.why_late.STATES`).
    beside
        Other measures, averaged over the possible years.
    unasked
        Headline measures that no target asks for, over the possible years together.
    """

    values: tuple[tuple[float, ...], ...]
    loads: dict[str, float]
    cost: float
    late: tuple[dict[str, float], ...] = ()
    beside: tuple[float | None, ...] = ()
    unasked: tuple[float | None, ...] = ()


def seen(
    replication: Replication,
    goals: Sequence[Goal],
    years: Years,
    beside: Sequence[str] = (),
    unasked: Sequence[Headline] = (),
) -> Seen:
    """Keep of a replication what sizing needs."""
    first, end = MONTHS * (years.first - 1), MONTHS * years.last
    loads, cost = {}, 0.0
    for series in replication.series:
        if series.measure == "load":
            load = series.value(first, end)
            if load is not None:
                loads[series.where] = load
        elif series.measure == "cost":
            cost += series.value(first, end) or 0.0
    values = tuple(tuple(years.values(replication, goal.address)) for goal in goals)
    late = tuple(_late(replication, goal.address, first, end) for goal in goals)
    others = tuple(_mean(years.values(replication, address)) for address in beside)
    rest = tuple(headline.over(replication, first, end) for headline in unasked)
    return Seen(values, loads, cost * MONTHS / (end - first), late, others, rest)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _late(replication: Replication, address: str, first: int, end: int) -> dict[str, float]:
    """Give what the late work of a measure waited for: of its timescale and its stage, if any."""
    measure, _, where = address.partition("@")
    what = measure.partition(":")[2]
    cells = replication.lateness
    mine = [cell for cell in cells if what in ("", cell[0]) and where == cell[1]]
    days: dict[str, float] = {}
    for cell in mine or [cell for cell in cells if what == cell[0]] or list(cells):
        for state, months in cells[cell].items():
            days[state] = days.get(state, 0.0) + sum(months[first:end]) * MONTHS / (end - first)
    return {state: number for state, number in days.items() if number > 0.0}


@dataclass
class Futures:
    """Futures of one scenario: those seen so far, in the order of their numbers.

    Attributes
    ----------
    loaded
        The scenario with so many posts.
    before
        How many numbers are left out: fresh futures begin after those already used.
    beside
        Measures that are only told.
    unasked
        Headline measures that no target asks for.
    """

    loaded: Loaded[Scenario]
    goals: Sequence[Goal]
    years: Years
    seed: int
    jobs: int | None = None
    store: Store | None = None
    engine: Engine | None = None
    before: int = 0
    beside: Sequence[str] = ()
    unasked: Sequence[Headline] = ()
    known: list[Seen] = field(default_factory=list)

    def more(self, number: int, on_done: Callable[[], None] | None = None) -> bool:
        """Simulate so many more; say whether all were done (Ctrl-C stops them)."""
        first = self.before + len(self.known) + 1
        told = 0

        def tell(done: int, _: int) -> None:
            nonlocal told
            for _each in range(done - told):
                if on_done is not None:
                    on_done()
            told = done

        results = run(
            self.loaded,
            numbers=range(first, first + number),
            seed=self.seed,
            jobs=self.jobs,
            on_done=tell,
            store=self.store,
            engine=self.engine,
        )
        if results.interrupted:
            return False
        self.known += [
            seen(each, self.goals, self.years, self.beside, self.unasked)
            for each in results.replications
        ]
        return True

    def of_goal(self, place: int) -> list[tuple[float, ...]]:
        """Give the values of one target, future by future."""
        return [each.values[place] for each in self.known]

    def average(self, place: int) -> float | None:
        """Give a measure that is only told, averaged over the futures."""
        return _mean([each.beside[place] for each in self.known])
