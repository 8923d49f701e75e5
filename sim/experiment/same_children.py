"""The same children under several delivery models: who could be held in the lightest stage of each.

A child belongs to the group in a month if every model holds it in a hub at the month's end and its
own rules, by what it knows, would let the child be in its lightest stage. What is compared is then
the same children in the same months; all others are told, with the reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from sim.measure.by_child import ChildMonths

NOT_HELD = "no hub of this model holds the child then"


@dataclass(frozen=True)
class Share:
    """What one model did for the group in one future.

    Attributes
    ----------
    years
        Child-years of the group.
    hours
        Hours worked for it, by pool.
    """

    years: float
    hours: Mapping[str, float]


@dataclass(frozen=True)
class Future:
    """The group in one future.

    Attributes
    ----------
    children
        Of the group, at month ends, on average.
    shares
        What each model did for it.
    others
        Children at month ends, on average, who are not of the group: by (place of the first model
        that could not hold the child so, and why).
    """

    children: float
    shares: tuple[Share, ...]
    others: Mapping[tuple[int, str], float]


def same_children(books: Sequence[ChildMonths], first: int, end: int) -> Future:
    """Find the group in one future, over months `first` to `end` (excluded).

    Parameters
    ----------
    books
        Of each model, in the same future.
    """
    months = range(first, end)
    children = 0
    years = np.zeros(len(books))
    hours = [np.zeros(len(book.pools)) for book in books]
    others: Counter[tuple[int, str]] = Counter()
    worked = [np.cumsum(book.eligible) - 1 for book in books]
    for month in months:
        here = [np.flatnonzero(book.month == month) for book in books]
        fit = [rows[book.eligible[rows]] for book, rows in zip(books, here, strict=True)]
        group = reduce(
            np.intersect1d, [book.who[rows] for book, rows in zip(books, fit, strict=True)]
        )
        children += len(group)
        for place, book in enumerate(books):
            rows = worked[place][fit[place][np.isin(book.who[fit[place]], group)]]
            years[place] += book.years[rows].sum(dtype=float)
            hours[place] += book.hours[rows].sum(axis=0, dtype=float)
        others += _others(books, here, group)
    number = max(len(months), 1)
    return Future(
        children=children / number,
        shares=tuple(
            Share(float(y), dict(zip(book.pools, map(float, h), strict=True)))
            for book, y, h in zip(books, years, hours, strict=True)
        ),
        others={key: count / number for key, count in others.items()},
    )


def _others(
    books: Sequence[ChildMonths], here: Sequence[NDArray[np.intp]], group: NDArray[np.uint64]
) -> Counter[tuple[int, str]]:
    """Count those whom some model holds but who are not of the group, each once.

    Under the first model whose rules keep the child out; under one that does not hold the child
    only if no model's rules do.
    """
    held = [
        dict(zip(book.who[rows].tolist(), book.reason[rows].tolist(), strict=True))
        for book, rows in zip(books, here, strict=True)
    ]
    anybody = set().union(*held) - set(group.tolist())
    found: Counter[tuple[int, str]] = Counter()
    for who in anybody:
        barred = next((p for p, its in enumerate(held) if its.get(who, 0) != 0), None)
        if barred is not None:
            found[barred, books[barred].reasons[held[barred][who]]] += 1
        else:
            missing = next(p for p, its in enumerate(held) if who not in its)
            found[missing, NOT_HELD] += 1
    return found
