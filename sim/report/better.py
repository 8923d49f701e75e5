"""Which way is better: the words for a change of a measure."""

from __future__ import annotations

from sim.experiment.compare import Difference
from sim.measure.better import less_is_better

NOT_SHOWN = "not shown"
SAME = "the same"


def verdict(difference: Difference) -> str:
    """Say in a word or two what became of a measure in the other scenario."""
    if difference.same:
        return SAME
    if not difference.shown:
        return NOT_SHOWN
    more = (difference.change.mean or 0.0) > 0
    less = less_is_better(difference.change.measure)
    if less is None:
        return "more" if more else "less"
    return "better" if more != less else "worse"
