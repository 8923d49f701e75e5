"""Sizings of which it is known what is enough: nothing is simulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from sim.scenario import load
from sim.scenario.load import Loaded
from sim.scenario.schema import Scenario
from sim.sizing.evidence import Verdict
from sim.sizing.futures import Futures, Seen
from sim.sizing.posts import read_posts
from sim.sizing.size import Answer, Question, Sizing
from sim.sizing.targets import Goal, years_of

IN_DATE = Goal("in_date:cin_review@hub", True, 0.9, 0.01)
LOADS = {"strengthening_families.social_worker": 0.99, "mash.social_worker": 0.5}


def verdict(enough: bool) -> Verdict:
    return Verdict.ENOUGH if enough else Verdict.NOT_ENOUGH


def ladder(number: int) -> np.ndarray:
    return np.arange(1.0, number + 1.0)


Truth = tuple[np.ndarray, np.ndarray, tuple[int, ...]]  # costs, enough, guess


def problem(seed: int, shape: tuple[int, ...] = (10, 10, 6)) -> Truth:
    """Posts that each have work of their own and help the others out a little: known exactly."""
    rng = np.random.default_rng(seed)
    levels = np.stack(np.meshgrid(*[ladder(n) for n in shape], indexing="ij"), -1)
    need = rng.uniform(1.0, np.array(shape) - 1.0)
    help_out = rng.uniform(0.0, 0.5)
    short = np.maximum(need - levels, 0.0).sum(-1)
    spare = np.maximum(levels - need, 0.0).sum(-1)
    guess = tuple(int(n) for n in np.round(need - 1.0 + rng.normal(0.0, 1.0, len(shape))))
    return levels @ rng.uniform(40.0, 70.0, len(shape)), help_out * spare >= short, guess


def slope(seed: int, shape: tuple[int, ...] = (10, 10, 6)) -> Truth:
    """Give the same kind of problem with the share of possible years that keep the target.

    It falls over about a post, from nearly all years to few, through nine in ten where posts just
    suffice; instead of whether they do.
    """
    rng = np.random.default_rng(seed)
    levels = np.stack(np.meshgrid(*[ladder(n) for n in shape], indexing="ij"), -1)
    need = rng.uniform(1.0, np.array(shape) - 1.0)
    help_out = rng.uniform(0.0, 0.5)
    short = np.maximum(need - levels, 0.0).sum(-1)
    spare = np.maximum(levels - need, 0.0).sum(-1)
    share = 1.0 / (1.0 + np.exp(-2.5 * (help_out * spare - short) - 2.2))
    near = np.clip(np.round(need - 1.0 + rng.normal(0.0, 1.0, len(shape))), 0, np.array(shape) - 1)
    guess = tuple(int(n) for n in near)
    return levels @ rng.uniform(40.0, 70.0, len(shape)), share, guess


@dataclass
class Drawn:
    """Futures drawn from a known distribution instead of simulated."""

    share: float  # of possible years that meet the target
    seed: int
    late: dict[str, float] = field(default_factory=dict)
    known: list[Seen] = field(default_factory=list)

    def more(self, number: int, on_done: Callable[[], None]) -> bool:
        rng = np.random.default_rng([self.seed, len(self.known)])
        for _ in range(number):
            values = tuple(0.95 if met else 0.5 for met in rng.random(2) < self.share)
            self.known.append(Seen((values,), LOADS, 1.0, (self.late,)))
            on_done()
        return True

    def of_goal(self, place: int) -> list[tuple[float, ...]]:
        return [each.values[place] for each in self.known]


@cache
def three_hubs() -> Loaded[Scenario]:
    return load("three-hubs")


def sized(
    shares: Sequence[float], seed: int, guess: int = 3, late: dict[str, float] | None = None
) -> Answer:
    """Size one post of which it is known in what share of years each number is enough.

    All numbers of posts live through the same futures, as in a simulation.
    """
    loaded = three_hubs()
    pool = "review_and_intervention.family_support_worker"
    posts = read_posts(loaded, pool, f"1..{len(shares)}")
    asked = Question(loaded, (posts,), (IN_DATE,), 0.9, years_of(36))

    def drawn(_: Question, place: tuple[int, ...], before: int) -> Futures:
        made: Any = Drawn(shares[place[0]], seed * 1000 + (before > 0), late or {})
        return made

    return Sizing(asked, 1, simulated=drawn, guess=lambda _: (guess,)).answer()
