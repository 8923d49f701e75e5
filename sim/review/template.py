"""An empty file of actuals: a line for every month and everything that can be counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.review.counted import Counted
from sim.review.reading import COLUMNS

HEAD = (*COLUMNS, "what")


def template(counted: Sequence[Counted], months: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Give the lines of the template, after its `HEAD`; values are left blank."""
    for each in counted:
        measure = each.measure
        what = f"value: {measure.value}" + (f"; of: {measure.of}" if measure.of else "")
        for month in months:
            yield month, each.name, each.where, "", "", what
