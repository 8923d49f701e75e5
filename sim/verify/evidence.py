"""What the checks look at: one finished replication, with its log read."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from sim.service.service import Service
from sim.verify.history import History
from sim.verify.streams import Draws
from sim.verify.watcher import Watcher

if TYPE_CHECKING:
    from sim.calendar import Calendar
    from sim.scenario.schema import Scenario
    from sim.service.plan import Plan

Plans = list[tuple[int, "Plan"]]


class Evidence:
    """One replication, run to its horizon and watched.

    Attributes
    ----------
    watcher
        The books (`sim.measure.accounts`) and what was seen while they were kept.
    history
        What the event log tells.
    draws
        The random numbers drawn.
    """

    def __init__(self, plans: Plans, seed: int, number: int) -> None:
        self.plans = [plan for _, plan in plans]
        self.watcher = Watcher()
        self.draws = Draws(seed, number)
        self.service = Service(plans, seed, number, self.watcher, self.draws)
        self.service.run()

    @property
    def scenario(self) -> Scenario:
        """The scenario as it is on the first day."""
        return self.plans[0].scenario

    @property
    def calendar(self) -> Calendar:
        """The calendar of the run."""
        return self.plans[0].calendar

    @property
    def horizon(self) -> float:
        """Length of the run in working days."""
        return float(self.plans[0].horizon)

    @cached_property
    def history(self) -> History:
        """Read the log."""
        return History(self.watcher.rows)
