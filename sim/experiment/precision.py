"""Running as many replications as it takes for figures to be as sure as was asked for.

After every ten futures the 95% interval of each is looked at for each number of futures n from 10
on. A target holds at the first n at which the figure is near enough to both ends and stays so for
the next five: a look-ahead, because intervals of few values are short by chance now and then (Hoad,
Robinson and Davies 2010, Automated selection of the number of replications for a discrete-event
simulation, Journal of the Operational Research Society 61).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.intervals import Known
from sim.experiment.reading_targets import check_limit, check_targets
from sim.experiment.run import DEFAULT_SEED, Results, run
from sim.experiment.targets import FEWEST, LOOK_AHEAD, Target
from sim.measure.accounts import Accounts
from sim.measure.series import series
from sim.service.plan import compile_plans
from sim.service.service import Service

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

BATCH = 10  # futures between looks, whatever runs them, so that the same are run everywhere
DEFAULT_LIMIT = 200


def known_in(loaded: Loaded[Scenario]) -> tuple[list[str], list[str]]:
    """List the measures and the months that a scenario has, without running it."""
    accounts = Accounts()
    plans = compile_plans(loaded)
    accounts.begin(Service(plans, DEFAULT_SEED, 1, accounts))
    months = [month.label for month in plans[0][1].calendar.months]
    return [each.address for each in series(accounts)], months


def held_at(target: Target, values: Sequence[float | None]) -> int | None:
    """Find the first number of futures at which a target holds and goes on holding.

    Parameters
    ----------
    values
        The measure in each future, in order of their numbers; None where it has no value.

    Returns
    -------
    int or None
        None if there is no such number yet.
    """
    run_of, known = 0, _with_a_value(values[: FEWEST - 1])
    for n in range(FEWEST, len(values) + 1):
        known += _with_a_value(values[n - 1 : n])
        run_of = run_of + 1 if target.holds(target.of.known(known)) else 0
        if run_of == LOOK_AHEAD + 1:
            return n - LOOK_AHEAD
    return None


def _with_a_value(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


@dataclass(frozen=True, slots=True)
class Reached:
    """How sure one figure became.

    Attributes
    ----------
    target
        What was asked for.
    at
        The number of futures at which it held; None if it did not.
    then
        The figure at that number; with all futures if it did not hold.
    final
        The figure with all the futures.
    """

    target: Target
    at: int | None
    then: Known
    final: Known


@dataclass(frozen=True)
class Precise:
    """The results of all the futures that were run, and what each target came to."""

    results: Results
    reached: tuple[Reached, ...]


def judge(targets: Iterable[Target], results: Results) -> list[Reached]:
    """Look at each target in the replications, taken in order up to the first that is missing."""
    numbered = enumerate(results.replications, start=1)
    unbroken = [r for place, r in numbered if r.number == place]
    found = []
    for target in targets:
        versions = [next(s for s in r.series if s.address == target.address) for r in unbroken]
        values = target.values(versions, results.months)
        at = held_at(target, values)
        final = target.of.known(_with_a_value(values))
        then = final if at is None else target.of.known(_with_a_value(values[:at]))
        found.append(Reached(target, at, then, final))
    return found


def run_to_precision(
    loaded: Loaded[Scenario],
    targets: Sequence[Target],
    *,
    limit: int = DEFAULT_LIMIT,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    events: Mapping[int, Path] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Precise:
    """Run replications, ten at a time, until every target has held or `limit` have been run.

    Parameters
    ----------
    targets
        What is to be how sure.
    limit
        The most replications.
    seed, jobs, events, store, engine
        As for `run`.
    on_done
        As for `run`; it is told how many there are to be with this ten.

    Raises
    ------
    PrecisionRefusedError
        If a measure or period is not known, or a target cannot hold within the limit; nothing has
        been run.
    """
    check_limit(limit, targets)
    check_targets(targets, *known_in(loaded))
    results: Results | None = None
    while True:
        before = results.asked if results is not None else 0
        numbers = range(before + 1, min(before + BATCH, limit) + 1)

        def tell(done: int, asked: int, before: int = before) -> None:
            if on_done is not None:
                on_done(before + done, before + asked)

        batch = run(
            loaded,
            numbers=numbers,
            seed=seed,
            jobs=jobs,
            on_done=tell,
            events={n: path for n, path in (events or {}).items() if n in numbers},
            store=store,
            engine=engine,
        )
        results = batch if results is None else _together(results, batch)
        reached = judge(targets, results)
        enough = all(each.at is not None for each in reached)
        if enough or results.interrupted or results.asked == limit:
            return Precise(results, tuple(reached))


def _together(first: Results, more: Results) -> Results:
    return replace(
        more,
        asked=first.asked + more.asked,
        replications=(*first.replications, *more.replications),
        seconds=first.seconds + more.seconds,
        kept=first.kept + more.kept,
    )
