"""Finding the fewest that are enough, with futures spent only where the answer is in doubt."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.sizing.evidence import Verdict

Judge = Callable[[int], Verdict]  # of the level at a place, with as many futures as it takes


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes
    ----------
    place
        Of the fewest that are enough; None if none in the range is.
    verdicts
        Of the levels that were judged, by place.
    """

    place: int | None
    verdicts: dict[int, Verdict]

    @property
    def out_of_order(self) -> list[tuple[int, int]]:
        """Pairs of places of which the fewer were enough and the more were not."""
        return [
            (fewer, more)
            for fewer, one in sorted(self.verdicts.items())
            for more, other in sorted(self.verdicts.items())
            if fewer < more and one is Verdict.ENOUGH and other is Verdict.NOT_ENOUGH
        ]


def fewest(number: int, start: int, judge: Judge) -> Found:
    """Find the first place whose level is enough.

    From the start it goes down while that is enough and up while it is not, in steps that double,
    and then halves what is between. What stays in doubt counts as not enough: nobody should be
    told to make do with it.

    Parameters
    ----------
    number
        Of levels, in rising order.
    start
        The place where to begin, the best guess.
    """
    seen: dict[int, Verdict] = {}

    def enough(place: int) -> bool:
        if place not in seen:
            seen[place] = judge(place)
        return seen[place] is Verdict.ENOUGH

    low, high = -1, number  # below all: not enough; above all: enough
    at, stride = min(max(start, 0), number - 1), 1
    while low < at < high:
        if enough(at):
            high = at
            at = max(at - stride, low + 1 if low >= 0 else 0)
        else:
            low = at
            at = min(at + stride, high - 1 if high < number else number - 1)
        stride *= 2
        if low >= 0 and high < number:
            break
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return Found(high if high < number else None, seen)
