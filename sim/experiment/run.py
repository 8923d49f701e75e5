"""Running many replications of one scenario, in this process or in several."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.engines import Done, Engine, Job, Task, Work, on_this_machine
from sim.experiment.replication import Plans, Replication, replicate
from sim.experiment.store import Store, content_of
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    from sim.experiment.warm_up import WarmUp
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

DEFAULT_REPLICATIONS = 20
DEFAULT_SEED = 1


@dataclass(frozen=True)
class Results:
    """What came of an experiment.

    Attributes
    ----------
    loaded
        The scenario.
    seed, asked
        The seed, and how many replications were wanted.
    replications
        Those that were finished, by number.
    months
        The labels of the months, ``2026-04``.
    interrupted
        Whether it was stopped before all were done.
    seconds
        How long it took.
    kept
        How many of the replications were taken from the run store.
    warm_up
        What was cut from the beginning, where a cold start was asked for.
    """

    loaded: Loaded[Scenario]
    seed: int
    asked: int
    replications: tuple[Replication, ...]
    months: tuple[str, ...]
    interrupted: bool
    seconds: float
    kept: int = 0
    warm_up: WarmUp | None = None


def run(
    loaded: Loaded[Scenario],
    *,
    replications: int = DEFAULT_REPLICATIONS,
    numbers: Sequence[int] | None = None,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    events: Mapping[int, Path] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Results:
    """Run replications 1 to `replications` of a scenario, or those with the numbers given.

    The results are the same whatever `jobs`, `store` and `engine` are. Ctrl-C
    (``KeyboardInterrupt``) ends the run and keeps the replications that were finished.

    Parameters
    ----------
    loaded
        The scenario.
    replications, seed
        How many, and the seed that fixes them.
    numbers
        Which replications, instead of how many.
    jobs
        How many to run at a time; by default, as many as there are processors.
    on_done
        Called with how many are done and how many were asked for: with those found in the store
        once the workers run (only then may a thread be started), then after each.
    events
        Where to write the event log of a replication, by its number; such a replication is run
        even if it is in the store.
    store
        Where finished replications are taken from and kept; by default nowhere.
    engine
        Where they are run; by default in this process or in `jobs` processes.

    Raises
    ------
    ScenarioError
        If the parts of the scenario do not fit together.
    WorkerLostError, ReplicationFailedError
        If worker processes keep dying, or the model fails.
    OSError
        If an event log cannot be written.
    """
    began = time.perf_counter()
    plans = compile_plans(loaded)
    wanted = _distinct(range(1, replications + 1) if numbers is None else numbers)
    logs = events or {}
    content = content_of(loaded) if store is not None else ""
    kept: list[Replication] = []
    if store is not None:
        found = (store.get(content, seed, n) for n in wanted if n not in logs)
        kept = [replication for replication in found if replication is not None]
    have = {replication.number for replication in kept}

    def keep(done: Done) -> None:
        if store is not None:
            store.put(content, seed, done.result)

    def tell(done: int, _: int) -> None:
        if on_done is not None:
            on_done(len(kept) + done, len(wanted))

    made, interrupted = _run(
        Work(
            scenarios=[loaded],
            seed=seed,
            tasks=[Task(0, number) for number in wanted if number not in have],
            do=replicate,
            events={Task(0, number): path for number, path in logs.items()},
            plans={0: plans},
        ),
        jobs,
        engine,
        tell,
        keep,
    )
    return Results(
        loaded=loaded,
        seed=seed,
        asked=len(wanted),
        replications=tuple(sorted([*kept, *made], key=lambda replication: replication.number)),
        months=tuple(month.label for month in plans[0][1].calendar.months),
        interrupted=interrupted,
        seconds=time.perf_counter() - began,
        kept=len(kept),
    )


def _distinct(numbers: Sequence[int]) -> list[int]:
    wanted = sorted(set(numbers))
    if wanted and wanted[0] < 1:
        raise ValueError(f"replications are numbered from 1, not {wanted[0]}")
    return wanted


def run_each(
    loaded: Loaded[Scenario],
    plans: Plans,
    do: Job,
    *,
    replications: int,
    seed: int,
    jobs: int | None,
    on_done: Callable[[int, int], None] | None,
    engine: Engine | None = None,
) -> tuple[list[Any], bool]:
    """Do something for each of replications 1 to `replications`, as `run` does.

    Returns
    -------
    list, bool
        What came of those that were finished, in the order in which they were; and whether it was
        stopped before all were.
    """
    tasks = [Task(0, number) for number in range(1, replications + 1)]
    work = Work(scenarios=[loaded], seed=seed, tasks=tasks, do=do, plans={0: plans})
    return _run(work, jobs, engine, on_done)


def _run(
    work: Work,
    jobs: int | None,
    engine: Engine | None,
    on_done: Callable[[int, int], None] | None,
    keep: Callable[[Done], None] | None = None,
) -> tuple[list[Any], bool]:
    """Run the work; a Ctrl-C ends it with what is done."""
    start = engine or on_this_machine(jobs, len(work.tasks))
    done: list[Any] = []
    try:
        with closing(start(work)) as source:  # type: ignore[type-var]
            for finished in source:
                if finished is not None:
                    if keep is not None:
                        keep(finished)
                    done.append(finished.result)
                if on_done is not None:
                    on_done(len(done), len(work.tasks))
    except KeyboardInterrupt:
        return done, len(done) < len(work.tasks)
    return done, False
