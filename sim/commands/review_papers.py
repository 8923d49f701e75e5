"""What the document of a review needs beside the review: the registers, the checks, the day."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.running import Running
from sim.experiment.run import run_each
from sim.registers.assumptions import assumptions
from sim.registers.data import data_register, digest
from sim.registers.decisions import Decision, read_decisions
from sim.registers.effects import Tornado, read_tornado
from sim.registers.since import since
from sim.report.annual.dossier import Dossier, Previous
from sim.report.verification import Verification
from sim.review.forecast import for_a_year
from sim.review.review import Review
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario
from sim.service.check import check
from sim.service.plan import compile_plans
from sim.verify import combined, verify

if TYPE_CHECKING:
    from sim.commands.reviewing import Wanted


@dataclass(frozen=True)
class Papers:
    """What was handed in beside the scenario and the actuals, read and found usable.

    Attributes
    ----------
    previous
        The scenario of the last review; None if it was not given.
    decisions
        What was decided; None are recorded if no file was given.
    tornado
        What each assumption changes; None if that was not given.
    actuals
        The SHA-256 of the file of actuals.
    """

    wanted: Wanted
    previous: Loaded[Scenario] | None
    decisions: tuple[Decision, ...]
    tornado: Tornado | None
    actuals: str


def read_papers(wanted: Wanted, actuals: str) -> Papers:
    """Read everything, so that whatever is wrong is said before anything is run.

    Raises
    ------
    ScenarioError
        If one of the files cannot be used.
    """
    previous = load(wanted.previous) if wanted.previous else None
    if previous is not None:
        check(previous)
    return Papers(
        wanted=wanted,
        previous=previous,
        decisions=read_decisions(Path(wanted.decisions)) if wanted.decisions else (),
        tornado=read_tornado(Path(wanted.sensitivity)) if wanted.sensitivity else None,
        actuals=digest(Path(actuals).read_bytes()),
    )


def dossier_of(
    found: Review, loaded: Loaded[Scenario], papers: Papers, running: Running
) -> Dossier:
    """Put together what the document is written from; checks the simulation if that is wanted.

    Parameters
    ----------
    found
        The review.
    loaded
        The scenario as it was given, before it was cut to a year.
    """
    wanted = papers.wanted
    on = wanted.on or date.today()
    effects = papers.tornado.effects if papers.tornado is not None else None
    previous = papers.previous
    return Dossier(
        review=found,
        on=on,
        assumptions=assumptions(loaded, on, effects),
        data=data_register(loaded, found.actuals, papers.actuals),
        decisions=papers.decisions,
        previous=Previous(previous, since(previous, loaded)) if previous is not None else None,
        tornado=papers.tornado,
        verification=_checked(loaded, wanted.check, running) if wanted.check else None,
        command=shlex.join(_dated(running.command, on, wanted.on is not None)),
    )


def _dated(command: tuple[str, ...], on: date, is_given: bool) -> tuple[str, ...]:
    """Name the day in the command, so that it gives the same document on another day."""
    return command if is_given else (*command, "--on", on.isoformat())


def _checked(loaded: Loaded[Scenario], number: int, running: Running) -> Verification:
    year = for_a_year(loaded)
    checked, _ = run_each(
        year,
        compile_plans(year),
        verify,
        replications=number,
        seed=running.seed,
        jobs=running.jobs,
        on_done=None,
    )
    if len(checked) < number:
        raise KeyboardInterrupt
    return Verification(
        loaded=year,
        seed=running.seed,
        asked=number,
        numbers=tuple(sorted(each.number for each in checked)),
        findings=tuple(combined(year, checked)),
    )
