"""Which assumptions matter by the estimate: seconds instead of the hours that simulating takes.

As `sim.experiment.sensitivity`, one input at a time, each to both ends of its range; but what it
moves is told by the analytic twin, in the long run: the hours asked of the role that is fullest as
stated. It knows nothing of waiting, so it ranks and does not measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.experiment.sensitivity import Plan
from sim.scenario import Loaded
from sim.scenario.inputs import Input
from sim.scenario.schema import Scenario
from sim.theory.twin import Twin

LEAST = 0.0005  # of a load: less is nothing


@dataclass(frozen=True)
class Weight:
    """What moving one input does to the load of one role.

    Attributes
    ----------
    input
        What is moved.
    low, high
        Hours asked, of those there are, at the low and the high end of its range.
    size
        From the least to the greatest of: as stated, and each end.
    """

    input: Input
    low: float
    high: float
    size: float


@dataclass(frozen=True)
class Weights:
    """The inputs of a scenario by what they do to its fullest role.

    Attributes
    ----------
    pool
        The role.
    stated
        Its load as stated.
    found
        The inputs, the weightiest first; those that move nothing are left out.
    """

    pool: str
    stated: float
    found: tuple[Weight, ...]


def weights(planned: Plan) -> Weights:
    """Rank the inputs of a plan.

    Raises
    ------
    NoExpectationError
        If the twin has no answer.
    """
    twin = Twin(planned.loaded)
    fullest = max(twin.pools.values(), key=lambda pool: pool.load if pool.available > 0.0 else 0.0)
    found = sorted(_moved(planned, fullest.pool, fullest.load), key=lambda each: -each.size)
    return Weights(fullest.pool, fullest.load, tuple(each for each in found if each.size >= LEAST))


def _moved(planned: Plan, pool: str, stated: float) -> Iterator[Weight]:
    for each, *ends in planned.moved:
        low, high = (stated if end is None else _load(end, pool) for end in ends)
        yield Weight(each, low, high, max(stated, low, high) - min(stated, low, high))


def _load(loaded: Loaded[Scenario], pool: str) -> float:
    return float(Twin(loaded).pools[pool].load)
