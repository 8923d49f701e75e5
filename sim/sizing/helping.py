"""Whether more posts help at all: the same futures with fewer and with more of them.

That more posts help is what the search takes for granted. Where nothing was enough, or the order of
what was found speaks against it, it is looked at: each measure with the fewest and with the most
posts, future by future, and what the work that is late waits for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.compare import Difference, difference
from sim.measure.measured import MEANINGS

if TYPE_CHECKING:
    from sim.sizing.futures import Futures
    from sim.sizing.targets import Goal

Some = tuple[tuple[float, ...], "Futures"]  # full-time equivalents of each post, and the futures


@dataclass(frozen=True, slots=True)
class Helped:
    """What more posts did to one target.

    Attributes
    ----------
    goal
        Which target.
    fewer, more
        Full-time equivalents of each post.
    change
        The measure with fewer and with more, averaged over the years of each future that both have.
    loads
        Hours used over hours there are with more posts, by ``team.role``.
    late
        Working days past due a year of the work the target is about, with more posts, by what it
        waited for (`sim.measure.why_late.STATES`).
    """

    goal: Goal
    fewer: tuple[float, ...]
    more: tuple[float, ...]
    change: Difference
    loads: Mapping[str, float]
    late: Mapping[str, float]

    @property
    def better(self) -> bool | None:
        """Whether more posts are shown to help, or to hinder (False); None if neither is shown."""
        if self.change.same or not self.change.shown:
            return None
        return ((self.change.change.mean or 0.0) > 0.0) is self.goal.at_least


def helped(goal: Goal, place: int, fewer: Some, more: Some) -> Helped:
    """Look at one target, the one at this place among all, with fewer and with more posts."""
    with_fewer, with_more = fewer[1].of_goal(place), more[1].of_goal(place)
    pairs = [
        (sum(a) / len(a), sum(b) / len(b))
        for a, b in zip(with_fewer, with_more, strict=False)
        if a and b
    ]
    measure, _, where = goal.address.partition("@")
    unit = MEANINGS[measure.split(":")[0]][0]
    known = more[1].known
    return Helped(
        goal=goal,
        fewer=fewer[0],
        more=more[0],
        change=difference(measure, where, "all", unit, pairs),
        loads=_mean([each.loads for each in known]),
        late=_mean([each.late[place] if each.late else {} for each in known]),
    )


def _mean(each: list[dict[str, float]]) -> dict[str, float]:
    names = sorted({name for one in each for name in one})
    return {name: sum(one.get(name, 0.0) for one in each) / len(each) for name in names}
