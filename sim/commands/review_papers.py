"""What the document of a review needs beside the review: the registers, the checks, the day."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.running import Running
from sim.experiment.compare import CannotCompareError
from sim.experiment.engines import engine_of
from sim.experiment.run import run_each
from sim.registers.assumptions import assumptions
from sim.registers.data import data_register, digest
from sim.registers.decisions import Decision, read_decisions
from sim.registers.effects import Tornado, read_tornado
from sim.registers.since import since
from sim.report.annual.dossier import Dossier, Previous
from sim.report.verification import Verification
from sim.review.forecast import How, for_a_year
from sim.review.next_year import a_year_on, moved_on, names, next_year
from sim.review.options import Coming, Option, arms_of, coming, read_option
from sim.review.review import Review
from sim.scenario import Loaded, load
from sim.scenario.errors import Position, refuse
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
    options
        What could be done.
    actuals
        The SHA-256 of the file of actuals.
    """

    wanted: Wanted
    previous: Loaded[Scenario] | None
    decisions: tuple[Decision, ...]
    tornado: Tornado | None
    options: tuple[Option, ...]
    actuals: str

    @property
    def on(self) -> date:
        """The day of the review."""
        return self.wanted.on or date.today()


def read_papers(wanted: Wanted, loaded: Loaded[Scenario], actuals: str) -> Papers:
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
        options=_options(wanted, loaded),
        actuals=digest(Path(actuals).read_bytes()),
    )


def _options(wanted: Wanted, loaded: Loaded[Scenario]) -> tuple[Option, ...]:
    """Read the options, and see that they can be run beside the service as it is."""
    options = tuple(map(read_option, wanted.options))
    if options:
        start = a_year_on(loaded.scenario.start)
        try:
            arms_of(moved_on(loaded, start), options)
        except CannotCompareError as refusal:
            raise refuse(Position("--option"), (), str(refusal)) from None
    return options


def dossier_of(
    found: Review,
    loaded: Loaded[Scenario],
    following: Loaded[Scenario] | None,
    papers: Papers,
    running: Running,
) -> Dossier:
    """Put together what the document is written from; checks the simulation if that is wanted.

    Parameters
    ----------
    found
        The review.
    loaded
        The scenario as it was given, before it was cut to a year.
    following
        That of the year to come; None if there is none.
    """
    wanted, on = papers.wanted, papers.on
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
        coming=_coming(found, following, papers, running) if following is not None else None,
        command=shlex.join(_dated(running.command, on, wanted.on is not None)),
    )


def following_year(
    found: Review, loaded: Loaded[Scenario], papers: Papers
) -> Loaded[Scenario] | None:
    """Make the scenario of the year to come; None where it begins with a file of children.

    Raises
    ------
    ScenarioError
        If it was asked for, by what is accepted or by options, and cannot be made.
    """
    wanted = papers.wanted
    if loaded.scenario.day_one.caseload and not (wanted.accept or wanted.coming):
        return None
    return next_year(loaded, found, wanted.accept, papers.on)


def _coming(
    found: Review, following: Loaded[Scenario], papers: Papers, running: Running
) -> Coming | None:
    wanted = papers.wanted
    if not wanted.coming:
        return None
    how = How(running.seed, running.jobs, running.kept(), engine_of(running.cluster))
    with running.progress() as shown:
        return coming(
            following,
            names(found, wanted.accept),
            papers.options,
            how,
            futures=wanted.coming,
            on_done=shown,
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
