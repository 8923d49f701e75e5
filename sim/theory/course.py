"""Month by month from the first day: the chain run backwards from what is counted.

What a state is worth so many months ahead (the expected number in each stage) is worked out once;
age matters only in that a case ends at the exit age, so that everybody's worth is then a sum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.theory.reading import MONTHS
from sim.theory.traffic import Matrix, Vector

if TYPE_CHECKING:
    from sim.theory.day_one import DayOne
    from sim.theory.model import Model


def course(model: Model, day_one: DayOne, months: int) -> Matrix:
    """Return the expected number of children in each stage (column) at each month's end (row).

    The first row is the first morning.
    """
    last = len(model.reading.ages_at_contact) - 1
    there = np.cumsum(day_one.people, axis=0)
    arrive = np.cumsum(model.newcomers, axis=0)
    worth = model.counts
    stages = worth.shape[1]
    found = np.zeros((months + 1, stages))
    of_one = np.zeros((months, stages))  # newcomers of a month, so many whole months later
    for month in range(months + 1):
        young = max(last - month, 0)  # older ones will have come of age
        found[month] = there[young] @ worth
        if month < months:
            worth, spread = model.flow.value(worth)
            of_one[month] = arrive[young] @ spread
    rates = contacts_by_month(model, months)
    for month in range(1, months + 1):
        found[month] += rates[:month] @ of_one[month - 1 :: -1]
    return found


def contacts_by_month(model: Model, months: int) -> Vector:
    """Return first contacts a year in each month of the run: season and growth."""
    contacts = model.scenario.population.contacts
    season = np.array(contacts.by_month)
    season = season / season.mean()
    month = np.arange(months)
    start = model.scenario.start.month - 1
    growth = (1.0 + contacts.growth.value) ** ((month + 0.5) / MONTHS)
    return np.asarray(contacts.rate.value * season[(start + month) % MONTHS] * growth)
