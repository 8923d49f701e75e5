"""The forecast of the year under review: possible futures, counted as the service counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import Calendar
from sim.experiment.futures import Setting, each_future
from sim.review.counted import Counted, FloatArray, counts
from sim.scenario import Loaded, with_sets

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.replication import Replication
    from sim.experiment.store import Store
    from sim.scenario.schema import Scenario

YEAR = "1 year"
MONTHS = 12


@dataclass(frozen=True, eq=False)
class Forecast:
    """What could have happened in the year.

    Attributes
    ----------
    loaded
        The scenario, which runs for the year.
    seed
        Of the futures.
    counted
        What was counted.
    months
        The months of the year, ``2026-04`` ...
    numbers
        The numbers of the futures, in order.
    counts
        Shape (futures, counted, months, 2), as `sim.review.counted.counts`.
    """

    loaded: Loaded[Scenario]
    seed: int
    counted: tuple[Counted, ...]
    months: tuple[str, ...]
    numbers: tuple[int, ...]
    counts: FloatArray


@dataclass(frozen=True)
class How:
    """How futures are run; as for `sim.experiment.run`."""

    seed: int
    jobs: int | None = None
    store: Store | None = None
    engine: Engine | None = None


def for_a_year(loaded: Loaded[Scenario]) -> Loaded[Scenario]:
    """Let a scenario run for the year under review: its first."""
    return with_sets(loaded, [f"horizon={YEAR}"])


def months_of_year(loaded: Loaded[Scenario]) -> tuple[str, ...]:
    """Name the whole months of the first year of a scenario."""
    scenario = for_a_year(loaded).scenario
    calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
    labels = [month.label for month in calendar.months]
    return tuple(labels[_not_whole(scenario) : MONTHS])


def _not_whole(scenario: Scenario) -> int:
    """Count the months at the beginning (0 or 1) of which only a part is simulated."""
    return int(scenario.start.day != 1)


def forecasts(
    scenarios: Sequence[tuple[Loaded[Scenario], Sequence[int]]],
    counted: Sequence[Counted],
    how: How,
    on_done: Callable[[int, int], None] | None = None,
) -> list[Forecast]:
    """Run scenarios for the year and count what can be counted.

    Parameters
    ----------
    scenarios
        Each with the numbers of its futures; the same numbers have the same random numbers.
    counted
        What to count.
    how
        Seed, processes and store.
    on_done
        Told how many futures are done, and how many there are.
    """
    months, what = months_of_year(scenarios[0][0]), tuple(counted)
    begin = _not_whole(scenarios[0][0].scenario)

    def look(place: int, replication: Replication) -> FloatArray:
        work = scenarios[place][0].scenario.work
        hours_a_day = work.hours_a_day.value * work.case_share.value
        return counts(replication, what, hours_a_day)[:, begin : begin + len(months)]

    found = each_future(
        [Setting(loaded, numbers) for loaded, numbers in scenarios],
        look,
        seed=how.seed,
        jobs=how.jobs,
        on_done=on_done,
        store=how.store,
        engine=how.engine,
    )
    return [
        Forecast(
            loaded=loaded,
            seed=how.seed,
            counted=what,
            months=months,
            numbers=tuple(sorted(by_number)),
            counts=np.stack([by_number[number] for number in sorted(by_number)]),
        )
        for (loaded, _), by_number in zip(scenarios, found, strict=True)
    ]
