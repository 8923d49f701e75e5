"""All that the document of an annual review is written from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sim.registers.assumptions import Assumption
from sim.registers.data import Datum
from sim.registers.decisions import Decision
from sim.registers.effects import Tornado
from sim.registers.since import Since
from sim.review.options import Coming
from sim.review.review import Review
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.report.verification import Verification


@dataclass(frozen=True)
class Previous:
    """The scenario as it was at the last review, and what is different since.

    Attributes
    ----------
    loaded
        The scenario as it was.
    changes
        What differs, value by value.
    """

    loaded: Loaded[Scenario]
    changes: tuple[Since, ...]


@dataclass(frozen=True)
class Dossier:
    """What was found and what is known, and how to find it again.

    Attributes
    ----------
    review
        Forecast beside fact.
    on
        The day of the review.
    assumptions, data, decisions
        The registers.
    previous
        The last review's scenario; None if it was not given.
    tornado
        What each assumption changes; None if that was not found out.
    verification
        The checks of the simulation; None if they were not made.
    coming
        The coming years; None if they were not run.
    command
        As it was typed.
    """

    review: Review
    on: date
    assumptions: tuple[Assumption, ...]
    data: tuple[Datum, ...]
    decisions: tuple[Decision, ...]
    previous: Previous | None
    tornado: Tornado | None
    verification: Verification | None
    coming: Coming | None
    command: str

    @property
    def scenario(self) -> Scenario:
        """What was reviewed."""
        return self.review.loaded.scenario

    @property
    def name(self) -> str:
        """What the service calls itself."""
        return self.scenario.title or self.scenario.name

    @property
    def fits(self) -> bool:
        """Whether what the tornado says is of this very scenario, for its year or longer."""
        return self.tornado is not None and self.tornado.digest == self.review.loaded.digest
