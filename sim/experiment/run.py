"""Running many replications of one scenario, in this process or in several."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.replication import Plans, Replication, replicate
from sim.experiment.workers import Job, ReplicationFailedError, run_in_workers
from sim.service.plan import compile_plans

if TYPE_CHECKING:
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
    """

    loaded: Loaded[Scenario]
    seed: int
    asked: int
    replications: tuple[Replication, ...]
    months: tuple[str, ...]
    interrupted: bool
    seconds: float


def run(
    loaded: Loaded[Scenario],
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    events: Mapping[int, Path] | None = None,
) -> Results:
    """Run replications 1 to `replications` of a scenario.

    The results are the same whatever `jobs` is. Ctrl-C (``KeyboardInterrupt``) ends the run and
    keeps the replications that were finished.

    Parameters
    ----------
    loaded
        The scenario.
    replications, seed
        How many, and the seed that fixes them.
    jobs
        How many to run at a time; by default, as many as there are processors.
    on_done
        Called with how many are done and how many were asked for: with none done once the
        workers run (only then may a thread be started), then after each.
    events
        Where to write the event log of a replication, by its number.

    Raises
    ------
    ScenarioError
        If the parts of the scenario do not fit together.
    WorkerLostError, ReplicationFailedError
        If a worker process dies, or the model fails.
    OSError
        If an event log cannot be written.
    """
    began = time.perf_counter()
    plans = compile_plans(loaded)
    done, interrupted = run_each(
        loaded,
        plans,
        replicate,
        replications=replications,
        seed=seed,
        jobs=jobs,
        on_done=on_done,
        events=events,
    )
    return Results(
        loaded=loaded,
        seed=seed,
        asked=replications,
        replications=tuple(sorted(done, key=lambda replication: replication.number)),
        months=tuple(month.label for month in plans[0][1].calendar.months),
        interrupted=interrupted,
        seconds=time.perf_counter() - began,
    )


def run_each(
    loaded: Loaded[Scenario],
    plans: Plans,
    do: Job,
    *,
    replications: int,
    seed: int,
    jobs: int | None,
    on_done: Callable[[int, int], None] | None,
    events: Mapping[int, Path] | None = None,
) -> tuple[list[Any], bool]:
    """Do something for each of replications 1 to `replications`, as `run` does.

    Returns
    -------
    list, bool
        What came of those that were finished, in the order in which they were; and whether it was
        stopped before all were.
    """
    numbers = range(1, replications + 1)
    at_a_time = min(jobs or processors(), replications)
    done: list[Any] = []
    interrupted = False
    if at_a_time == 1:
        source = _run_here(plans, seed, numbers, events or {}, do)
    else:
        source = run_in_workers(loaded, plans, seed, numbers, at_a_time, events or {}, do)
    try:
        with closing(source):  # type: ignore[type-var]
            for finished in source:
                if finished is not None:
                    done.append(finished)
                if on_done is not None:
                    on_done(len(done), replications)
    except KeyboardInterrupt:
        interrupted = len(done) < replications
    return done, interrupted


def processors() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _run_here(
    plans: Plans, seed: int, numbers: Sequence[int], events: Mapping[int, Path], do: Job
) -> Iterator[Any]:
    yield None
    for number in numbers:
        try:
            done = do(plans, seed, number, events.get(number))
        except OSError:
            raise
        except Exception as error:
            raise ReplicationFailedError(number, traceback.format_exc()) from error
        yield done
