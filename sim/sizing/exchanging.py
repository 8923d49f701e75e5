"""What one post is worth in another: how many of it one more of the other saves, near the answer.

The answer and one step fewer of each post have lived through the same futures. How much a target
suffers from one fewer of a post, over how much it suffers from one fewer of another, is at what
rate they stand in for each other there. The interval of that ratio of two paired averages is
Fieller's (1954, Some problems in interval estimation, Journal of the Royal Statistical Society
B 16): it has no ends where the second is not shown to matter, and then no rate is given.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import stdtrit

from sim.experiment.summary import CONFIDENCE

if TYPE_CHECKING:
    from sim.sizing.question import Question, Tried
    from sim.sizing.targets import Goal

FUTURES = 12  # that the answer and each step below are looked at in


@dataclass(frozen=True, slots=True)
class Exchange:
    """At what rate one post stands in for another, for one target.

    Attributes
    ----------
    goal
        The target.
    more, saves
        ``team.role`` of which there is one more, and of which that saves some.
    rate
        Full-time equivalents saved; None if neither end of the interval is known: the target does
        not depend on the second post, as far as is shown.
    lower, upper
        Its 95% interval.
    futures
        Number of futures that it is of.
    """

    goal: Goal
    more: str
    saves: str
    rate: float | None
    lower: float | None
    upper: float | None
    futures: int


def exchanges(question: Question, best: Tried, below: Sequence[Tried]) -> tuple[Exchange, ...]:
    """Give the rate of every pair of posts of which one step fewer was looked at.

    Only for targets that the posts matter to: where neither of a pair does, there is nothing to
    tell.
    """
    found = []
    axes = {_axis(best, tried): tried for tried in below}
    for number, goal in enumerate(question.goals):
        sign = 1.0 if goal.at_least else -1.0
        for a, b in permutations(sorted(axes), 2):
            pairs = _losses(number, best, axes[a], axes[b])
            steps = [best.levels[n] - axes[n].levels[n] for n in (a, b)]
            if len(pairs) < 2:
                continue
            values = sign * np.array(pairs) / steps
            if not values.any():
                continue
            ratio = fieller(values[:, 0], values[:, 1])
            posts = question.posts[a].pool, question.posts[b].pool
            found.append(Exchange(goal, *posts, *ratio, len(pairs)))
    return tuple(found)


def _axis(best: Tried, below: Tried) -> int:
    return next(n for n, (a, b) in enumerate(zip(best.place, below.place, strict=True)) if a != b)


def _losses(number: int, best: Tried, one: Tried, other: Tried) -> list[tuple[float, float]]:
    """Give how much less the measure is with one step fewer of either, future by future."""
    together = zip(*(tried.futures.of_goal(number) for tried in (best, one, other)), strict=False)
    return [
        (_mean(full) - _mean(a), _mean(full) - _mean(b))
        for full, a, b in together
        if full and a and b
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def fieller(
    above: Sequence[float] | np.ndarray, under: Sequence[float] | np.ndarray
) -> tuple[float | None, float | None, float | None]:
    """Give the ratio of two paired averages with its interval; None where it has no ends.

    Parameters
    ----------
    above, under
        Values in pairs, at least two.
    """
    x, y = np.asarray(above, dtype=float), np.asarray(under, dtype=float)
    number = len(x)
    t2 = float(stdtrit(number - 1, (1.0 + CONFIDENCE) / 2.0)) ** 2 / number
    mean_x, mean_y = float(x.mean()), float(y.mean())
    var_x, var_y = float(x.var(ddof=1)), float(y.var(ddof=1))
    both = float(np.cov(x, y, ddof=1)[0, 1])
    a = mean_y**2 - t2 * var_y
    if a <= 0.0 or mean_y <= 0.0:
        return None, None, None
    b = mean_x * mean_y - t2 * both
    c = mean_x**2 - t2 * var_x
    root = math.sqrt(max(b * b - a * c, 0.0))
    return mean_x / mean_y, (b - root) / a, (b + root) / a
