"""The command that reviews a year: what may be typed."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date

from sim.commands.arguments import (
    sets,
    takes_jobs_and_folder,
    takes_no_store,
    takes_scenario,
    takes_seed,
)
from sim.commands.experiments import Add, running_from, takes_replications

BAD_INPUT = 2
DEFAULT_FUTURES = 60
COMING = 20  # possible futures of the coming years
CHECKED = 1  # possible years in which the simulation itself is checked


@dataclass(frozen=True)
class Wanted:
    """What the document is to be written from; the fields are the options.

    Attributes
    ----------
    on
        The day of the review; None for today.
    previous, decisions, sensitivity
        The scenario of the last review, a file, a folder; None where they are not given.
    check
        Possible years in which the simulation itself is checked.
    accept
        Names of recalibrated inputs that the reviewer accepts.
    options
        What could be done, as for ``caseload compare``.
    coming
        Possible futures of the coming years; 0 for none.
    causes
        When to look for what would have had to be different.
    """

    on: date | None = None
    previous: str | None = None
    decisions: str | None = None
    sensitivity: str | None = None
    check: int = CHECKED
    accept: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    coming: int = 0
    causes: str = "if-flagged"


def add_review(add: Add) -> None:
    """Add the command; as `sim.commands.experiments.add_experiments`."""
    review = add("review", "lay last year's forecast beside what happened", _review)
    takes_scenario(review)
    what = review.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--actuals", metavar="FILE", help="what happened: the template, filled in (CSV UTF-8)"
    )
    what.add_argument(
        "--template",
        metavar="FILE",
        help="write an empty file of actuals instead: what can be counted, month by month",
    )
    what.add_argument(
        "--decisions-template", metavar="FILE", help="write an empty file of decisions instead"
    )
    review.add_argument(
        "--causes",
        choices=("if-flagged", "always", "never"),
        default="if-flagged",
        help="whether to look for what would have had to be different, which takes several times "
        "as many futures: if the year or an input is flagged (default), always or never",
    )
    _takes_papers(review)
    _takes_options(review)
    takes_replications(review, DEFAULT_FUTURES, "of the year")
    takes_seed(review)
    takes_jobs_and_folder(review, "tables and the document (Word and HTML)", cluster=True)
    takes_no_store(review)


def _takes_papers(review: argparse.ArgumentParser) -> None:
    review.add_argument(
        "--previous", metavar="FILE", help="the scenario of the last review: what differs is listed"
    )
    review.add_argument("--decisions", metavar="FILE", help="what was decided, for the document")
    review.add_argument(
        "--sensitivity",
        metavar="DIR",
        help="what caseload sensitivity --out DIR found: which assumptions matter",
    )
    review.add_argument("--on", metavar="DATE", type=_day, help="day of the review (default today)")
    review.add_argument(
        "--check",
        metavar="N",
        type=_number,
        default=CHECKED,
        help=f"with --out: check the simulation itself in N possible years (default {CHECKED})",
    )


def _takes_options(review: argparse.ArgumentParser) -> None:
    review.add_argument(
        "--accept",
        metavar="NAME",
        action="append",
        default=[],
        help="take up what last year's counts say of an input (its name in the review, 'opening', "
        "or 'all') in next-year.yaml and the coming years; may be repeated",
    )
    review.add_argument(
        "--option",
        metavar="'NAME[KEY=VALUE]'",
        action="append",
        default=[],
        dest="options",
        help="with --out: compare the coming three years with this option, a scenario or (with a "
        "name that has a space in it) the service with changes; may be repeated",
    )
    review.add_argument(
        "--coming",
        metavar="N",
        type=_number,
        help="with --out: run the coming three years in N possible futures, with or without "
        f"options (default {COMING} with an option, else none)",
    )


def _day(text: str) -> date:
    from sim.registers.decisions import day_of

    found = day_of(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"'{text}' is not a date such as 2027-04-20")
    return found


def _number(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number")
    return int(text)


# What the command does is imported when it is needed, so that --help comes at once.


def _review(options: argparse.Namespace) -> int:
    if options.horizon:
        text = "a review is of the scenario's first year: leave out --horizon"
        print(f"caseload: {text}", file=sys.stderr)
        return BAD_INPUT
    from sim.commands.review import review_and_report, write_decisions_template, write_template

    if options.decisions_template is not None:
        return write_decisions_template(options.decisions_template, options.force)

    if options.template is not None:
        return write_template(options.scenario, sets(options), options.template, options.force)
    running = running_from(options)
    wanted = Wanted(
        on=options.on,
        previous=options.previous,
        decisions=options.decisions,
        sensitivity=options.sensitivity,
        check=options.check,
        accept=tuple(options.accept),
        options=tuple(options.options),
        coming=COMING if options.coming is None and options.options else options.coming or 0,
        causes=options.causes,
    )
    return review_and_report(options.scenario, sets(options), options.actuals, running, wanted)
