"""Several scenarios run side by side: replication 1 of each, then 2 of each, and so on.

So that two scenarios can be compared on the same possible futures from the first few on, while the
rest are still being run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from sim.experiment.engines import Done, Engine, Task, Work, on_this_machine
from sim.experiment.replication import replicate
from sim.experiment.store import content_of
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario


def run_together(
    scenarios: Sequence[Loaded[Scenario]],
    *,
    replications: int,
    seed: int,
    jobs: int | None = None,
    stores: Sequence[Store | None] = (),
    engine: Engine | None = None,
) -> Iterator[Done | None]:
    """Run replications 1 to `replications` of each scenario, and yield each as it is done.

    Parameters
    ----------
    scenarios
        Which; a task's scenario is its place here.
    replications, seed, jobs, engine
        As for `sim.experiment.run`.
    stores
        For each scenario, where its finished replications are taken from and kept, or None.

    Yields
    ------
    Done or None
        First those found in a store; then None, once the workers run (only then may a thread be
        started); then each as it is done.

    Raises
    ------
    ScenarioError
        If the parts of a scenario do not fit together; before anything is run.
    WorkerLostError, ReplicationFailedError
        If worker processes keep dying, or the model fails.
    """
    plans = {place: compile_plans(loaded) for place, loaded in enumerate(scenarios)}
    kept_in = {place: store for place, store in enumerate(stores) if store is not None}
    content = {place: content_of(scenarios[place]) for place in kept_in}
    missing: list[Task] = []
    for number in range(1, replications + 1):
        for place in plans:
            found = None
            if place in kept_in:
                found = kept_in[place].get(content[place], seed, number)
            if found is None:
                missing.append(Task(place, number))
            else:
                yield Done(Task(place, number), found)
    start = engine or on_this_machine(jobs, len(missing))
    work = Work(scenarios=scenarios, seed=seed, tasks=missing, do=replicate, plans=plans)
    with closing(start(work)) as source:  # type: ignore[type-var]
        for done in source:
            if done is not None and done.task.scenario in kept_in:
                place = done.task.scenario
                kept_in[place].put(content[place], seed, done.result)
            yield done
