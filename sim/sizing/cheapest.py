"""Finding the cheapest of many combinations of posts that is enough, judging few of them.

More posts are taken never to make a combination that is enough insufficient: so one that is not
enough rules out all that have no more of anything, and one that is enough rules out all that cost
as much. What was judged is held against that afterwards, and a contradiction is told.

The cost of a combination is known beforehand, so that nothing has to be estimated but whether it
is enough: this is a search for feasibility, and ranking and selection by an estimated mean (OCBA,
KN) has nothing to choose between.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from sim.sizing.evidence import Verdict

Place = tuple[int, ...]  # of a level of each post
Judge = Callable[[Place], Verdict]  # with as many futures as it takes
Numbers = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]
FALL = 1.5  # power of the distance from the guess with which likelihood falls beforehand: such
# that each look goes about twice as far as the last, and a bad guess costs few looks more


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes
    ----------
    place
        Of the cheapest that is enough; None if none is.
    verdicts
        Of the combinations judged, in the order in which they were.
    """

    place: Place | None
    verdicts: dict[Place, Verdict]

    @property
    def out_of_order(self) -> list[tuple[Place, Place]]:
        """Pairs of combinations of which the fewer posts were enough and the more were not."""
        enough = [place for place, v in self.verdicts.items() if v is Verdict.ENOUGH]
        short = [place for place, v in self.verdicts.items() if v is Verdict.NOT_ENOUGH]
        return sorted((a, b) for a in enough for b in short if _no_more(a, b))


def _no_more(fewer: Place, more: Place) -> bool:
    return all(a <= b for a, b in zip(fewer, more, strict=True))


def cheapest(costs: Numbers, guess: Place, judge: Judge) -> Found:
    """Find the cheapest combination that is enough.

    Next is always judged the combination that is expected to rule out most, whichever way it goes,
    with those near the guess weighing most. What stays in doubt counts as not enough: nobody should
    be told to make do with it.

    Parameters
    ----------
    costs
        Of every combination: an axis for each post, rising along each. Of two that cost the same,
        the one first in the order of the array is preferred.
    guess
        Where to begin.
    """
    weights = _near(costs.shape, guess)
    order = np.empty(costs.size, dtype=np.intp)
    order[np.argsort(costs, axis=None, kind="stable")] = np.arange(costs.size)
    rank = order.reshape(costs.shape)
    open_: Truths = np.ones(costs.shape, dtype=np.bool_)
    best: Place | None = None
    seen: dict[Place, Verdict] = {}
    at = _within(guess, costs.shape)
    while True:
        seen[at] = judge(at)
        if seen[at] is Verdict.ENOUGH:
            best = at
            open_ &= rank < rank[at]
        else:
            open_[tuple(slice(0, n + 1) for n in at)] = False
        if not open_.any():
            return Found(best, seen)
        at = _most_telling(open_, weights, rank)


def _within(guess: Place, shape: Sequence[int]) -> Place:
    return tuple(min(max(n, 0), size - 1) for n, size in zip(guess, shape, strict=True))


def _near(shape: tuple[int, ...], guess: Place) -> Numbers:
    """Weigh combinations by how near they are to the guess."""
    weights = np.ones(shape)
    for axis, (size, at) in enumerate(zip(shape, guess, strict=True)):
        along = [-1 if n == axis else 1 for n in range(len(shape))]
        weights = weights * ((1.0 + np.abs(np.arange(size) - at)) ** -FALL).reshape(along)
    return np.asarray(weights)


def _most_telling(open_: Truths, weights: Numbers, rank: npt.NDArray[np.intp]) -> Place:
    """Choose what to judge next: the most weight ruled out in the worse of the two cases."""
    weight = np.where(open_, weights, 0.0)
    if_short = weight
    for axis in range(weight.ndim):
        if_short = np.cumsum(if_short, axis=axis)  # all with no more of anything
    in_order = np.zeros(weight.size)
    in_order[rank.ravel()] = weight.ravel()
    at_least = np.cumsum(in_order[::-1])[::-1]  # all that cost as much
    if_enough = at_least[rank]
    telling = np.where(open_, np.minimum(if_short, if_enough), -1.0)
    flat = int(np.argmax(telling))
    return tuple(int(n) for n in np.unravel_index(flat, weight.shape))


def front(tried: Sequence[tuple[float, float]]) -> list[int]:
    """Give the places of those that nothing cheaper is as good as, the cheapest first.

    Parameters
    ----------
    tried
        Of each its cost and how good it is. Of equals, the first is given.
    """
    order = sorted(range(len(tried)), key=lambda n: (tried[n][0], -tried[n][1], n))
    kept: list[int] = []
    for n in order:
        if not kept or tried[n][1] > tried[kept[-1]][1]:
            kept.append(n)
    assert all(tried[a][1] < tried[b][1] for a, b in pairwise(kept))
    return kept
