"""Where replications are run: in this process, in several on this machine, or on a cluster.

An engine is a function that takes the work and yields what comes of each task as it is done, in
any order. The first thing it yields is None, once whatever runs the work is there.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.experiment.replication import Plans
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

PLANS_KEPT = 4  # scenarios kept compiled, where several are run by turns
# What is done for each task: from the plans, the seed, the number and where events go.
Job = Callable[[Plans, int, int, Path | None], Any]


class Task(NamedTuple):
    """One replication to run: the place of its scenario in the work, and its number."""

    scenario: int
    number: int


@dataclass(frozen=True)
class Work:
    """What is to be run.

    Attributes
    ----------
    scenarios
        The scenarios that tasks refer to.
    seed
        Of every task.
    tasks
        In the order in which they are begun.
    do
        What is done for each; a function of a module, so that it can be sent to another process.
    events
        Where the event log of a task goes, if it is wanted.
    plans
        Scenarios already compiled, by their place: saves doing it again.
    """

    scenarios: Sequence[Loaded[Scenario]]
    seed: int
    tasks: Sequence[Task]
    do: Job
    events: Mapping[Task, Path] = field(default_factory=dict)
    plans: Mapping[int, Plans] = field(default_factory=dict)

    def plans_of(self, scenario: int) -> Plans:
        """Give a scenario compiled."""
        return self.plans.get(scenario) or compile_plans(self.scenarios[scenario])


class Done(NamedTuple):
    """A task and what came of it."""

    task: Task
    result: Any


Engine = Callable[[Work], Iterator[Done | None]]


class EngineError(Exception):
    """Replications cannot be run, or not all of them; says why.

    Attributes
    ----------
    details
        What a programmer would want to see; may be empty.
    """

    details: str = ""


class ReplicationFailedError(EngineError):
    """A replication ended with an error of the program.

    Attributes
    ----------
    number
        The replication.
    details
        The traceback, as text.
    """

    def __init__(self, number: int, details: str) -> None:
        last = details.strip().rsplit("\n", 1)[-1]
        super().__init__(f"replication {number} failed: {last}")
        self.number = number
        self.details = details


class WorkerLostError(EngineError):
    """A process that ran replications ended without giving its result."""


class ClusterRefusedError(EngineError):
    """The cluster that was asked for cannot be used; says what to do."""


def here(work: Work) -> Iterator[Done | None]:
    """Run the work in this process, one task after another."""
    yield None
    plans_of = lru_cache(PLANS_KEPT)(work.plans_of)
    for task in work.tasks:
        plans = plans_of(task.scenario)
        try:
            result = work.do(plans, work.seed, task.number, work.events.get(task))
        except OSError:
            raise
        except Exception as error:
            raise ReplicationFailedError(task.number, traceback.format_exc()) from error
        yield Done(task, result)


def on_this_machine(jobs: int | None, tasks: int) -> Engine:
    """Choose how to run so many tasks here: `jobs` at a time, or as many as there are processors.

    One at a time needs no other process.
    """
    from sim.experiment.workers import Processes

    at_a_time = min(jobs or processors(), tasks)
    return here if at_a_time <= 1 else Processes(at_a_time)


def engine_of(cluster: str | None) -> Engine | None:
    """Give what runs replications on a cluster; None if none was asked for.

    Raises
    ------
    ClusterRefusedError
        If it cannot be used from here.
    """
    if cluster is None:
        return None
    from sim.experiment.cluster import Cluster, check_cluster

    check_cluster(cluster)
    return Cluster(cluster)


def processors() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
