"""What the twin reads from a scenario, as plain numbers: rates a year and times in years."""

from __future__ import annotations

from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaincinv, ndtri

from sim.theory.traffic import Matrix, Vector, generator

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.calendar import Duration
    from sim.scenario import schema
    from sim.scenario.values import Distribution

ASSESSED = ("single_assessment", "strategy_discussion")
MONTHS = 12
LIFETIME = 100.0  # years


def quantiles(draw: Distribution, points: int = 64) -> tuple[Vector, Vector]:
    """Return values of a distribution, and their weights: exact for fixed and empirical ones."""
    given = draw.parameters
    if draw.kind == "fixed":
        return np.array(given[:1]), np.ones(1)
    if draw.kind == "empirical":
        return np.array(given), np.array(draw.weights)
    u: Vector = np.asarray((np.arange(points) + 0.5) / points)
    values: Vector
    if draw.kind == "exponential":
        values = np.asarray(-given[0] * np.log1p(-u))
    elif draw.kind == "gamma":
        mean, cv = given
        values = np.asarray(mean * cv**2 * gammaincinv(1.0 / cv**2, u))
    elif draw.kind == "lognormal":
        mean, cv = given
        sigma = np.log(1.0 + cv**2) ** 0.5
        values = np.exp(np.log(mean) - sigma**2 / 2.0 + sigma * ndtri(u))
    else:
        low, mode, high = given
        turn = (mode - low) / (high - low)
        up = low + np.sqrt(u * (high - low) * (mode - low))
        down = high - np.sqrt((1.0 - u) * (high - low) * (high - mode))
        values = np.where(u < turn, up, down)
    return values * draw.mean() / values.mean(), np.full(points, 1.0 / points)


def squared_cv(draw: Distribution) -> float:
    """Return the variance of a distribution over its squared mean."""
    values, weights = quantiles(draw, 256)
    mean = float(values @ weights)
    return float((values - mean) ** 2 @ weights) / mean**2 if mean > 0 else 0.0


class Reading:
    """A scenario's numbers, ready for the twin.

    Attributes
    ----------
    needs
        Levels of need, in the scenario's order; `need` gives the place of each.
    q
        Generator of a child's own life, over the levels of need (a year).
    hubs
        Stages that hold children, the most intensive first.
    served_by
        For each level of need, the hubs that serve it, first choice first.
    days_a_year
        Working days in a year.
    """

    def __init__(self, scenario: schema.Scenario) -> None:
        self.scenario = scenario
        population = scenario.population
        self.days_a_year = 253.0 if scenario.calendar == "england" else 365.25
        self.needs = list(population.needs)
        self.need = {name: number for number, name in enumerate(self.needs)}
        rates = np.zeros((len(self.needs), len(self.needs)))
        for name, need in population.needs.items():
            for to, rate in need.becomes.items():
                rates[self.need[name], self.need[to]] = rate.value
        self.q: Matrix = generator(rates)
        self.hubs = list(scenario.stages)
        self.hub = {name: number for number, name in enumerate(self.hubs)}
        self.served_by = [
            [self.hub[stage] for stage in need.served_by] for need in population.needs.values()
        ]
        self.served = [bool(by) for by in self.served_by]
        self.exit_age = float(population.exit_age.value)
        work = scenario.work
        self.hours_a_day = work.hours_a_day.value * work.case_share.value

    def years(self, span: Duration) -> float:
        """Return a length of time in years."""
        if span.unit == "working days":
            return span.amount / self.days_a_year
        return span.years()

    def days(self, days: float) -> float:
        """Return working days in years."""
        return days / self.days_a_year

    def shares(self, mix: Mapping[str, float]) -> Vector:
        """Return shares by level of need in order."""
        return np.array([mix.get(name, 0.0) for name in self.needs])

    @cached_property
    def ages_at_contact(self) -> Vector:
        """Share of first contacts by age in months, to the exit age."""
        return self.by_month_of_age(self.scenario.population.age_at_contact.value)

    def by_month_of_age(self, draw: Distribution) -> Vector:
        """Spread a distribution of ages (years) over the months of childhood."""
        last = ceil(self.exit_age * MONTHS)
        found = np.zeros(last + 1)
        values, weights = quantiles(draw)
        place = np.clip(values * MONTHS, 0.0, last)
        low = np.minimum(np.floor(place + 1e-9).astype(int), last - 1)
        up = place - low
        np.add.at(found, low, weights * (1.0 - up))
        np.add.at(found, low + 1, weights * up)
        return found

    def after(self, mean: float, cv2: float = 0.0) -> Matrix:
        """Return what the need becomes (column) of each (row) over a time drawn from a gamma.

        Parameters
        ----------
        mean
            Years; where nobody ever gets through it is infinite, and a lifetime is long enough.
        cv2
            Variance over squared mean; the gamma is the nearest with a whole number of steps.
        """
        steps = int(min(max(round(1.0 / max(cv2, 1e-3)), 1), 64))
        years = min(mean, LIFETIME)
        once = np.linalg.inv(np.eye(len(self.q)) - self.q * years / steps)
        return np.asarray(np.linalg.matrix_power(once, steps))
