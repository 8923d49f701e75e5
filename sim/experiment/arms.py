"""Several scenarios run on the same possible futures, one after another.

Replication r of each has the same seed and number, so that the same children come with the same
lives, and the same people fall ill: what differs is what the scenarios make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.run import Results, run

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Arm:
    """One of the scenarios compared.

    Attributes
    ----------
    name
        What it is called in tables: no two of an experiment have the same.
    loaded
        The scenario.
    """

    name: str
    loaded: Loaded[Scenario]


def run_arms(
    arms: Sequence[Arm],
    *,
    replications: int,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
) -> list[Results]:
    """Run replications 1 to `replications` of each arm, as `run` does.

    Returns
    -------
    list of Results
        Of each arm in order. Ctrl-C ends it: then the last has fewer replications, and those after
        it are missing.
    """
    asked = replications * len(arms)
    done: list[Results] = []
    for number, arm in enumerate(arms):

        def show(count: int, _: int, before: int = number * replications) -> None:
            if on_done is not None:
                on_done(before + count, asked)

        done.append(run(arm.loaded, replications=replications, seed=seed, jobs=jobs, on_done=show))
        if done[-1].interrupted:
            break
    return done
