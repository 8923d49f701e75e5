"""What becomes of what no target asks for, with the answer instead of the posts as stated.

Posts that keep the targets may do so by leaving other work undone. The service as stated lives
through the same futures as the answer, and each headline measure is compared future by future, as
`sim.experiment.compare` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.compare import Difference, changed
from sim.experiment.headlines import Headline, Known, watched
from sim.sizing.evidence import FEWEST
from sim.sizing.targets import Goal, headline_of

if TYPE_CHECKING:
    from sim.sizing.futures import Futures

MOST = 24  # futures that the posts as stated are simulated for


@dataclass(frozen=True)
class Unasked:
    """What the answer does to measures that no target asks for.

    Attributes
    ----------
    stated
        Full-time equivalents of each post as the scenario has them.
    differences
        Of each measure that has a value, from the posts stated to the answer; none if the answer
        is what is stated.
    futures
        Number of futures that both have lived through; 0 if the answer is what is stated.
    """

    stated: tuple[float, ...]
    differences: tuple[Difference, ...]
    futures: int


def not_asked_for(goals: Sequence[Goal], known: Known) -> tuple[Headline, ...]:
    """List the headline measures of a scenario that no target is about."""
    asked = {headline_of(goal.address, known.addresses) for goal in goals}
    return tuple(each for each in watched(known) if each not in asked)


def how_many(tested: int) -> int:
    """Say in how many futures to compare, where the answer was tested in so many."""
    return max(FEWEST, min(tested, MOST))


def unasked(
    headlines: Sequence[Headline], stated: tuple[float, ...], before: Futures, after: Futures
) -> Unasked:
    """Compare the posts as stated with the answer, on the futures that both have lived through.

    Parameters
    ----------
    headlines
        The measures of `sim.sizing.futures.Seen.unasked`, in its order.
    before, after
        Futures with the posts stated and with the answer, of the same seed and from the same
        number on.
    """
    both = list(zip(before.known, after.known, strict=False))
    found = []
    for place, headline in enumerate(headlines):
        ours = {number: a.unasked[place] for number, (a, _) in enumerate(both)}
        theirs = {number: b.unasked[place] for number, (_, b) in enumerate(both)}
        found.append(changed(headline, ours, theirs))
    return Unasked(stated, tuple(d for d in found if d.change.replications), len(both))
