"""The command that reviews a year: what may be typed."""

from __future__ import annotations

import argparse
import sys

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
    takes_replications(review, DEFAULT_FUTURES, "of the year")
    takes_seed(review)
    takes_jobs_and_folder(review, "tables", cluster=True)
    takes_no_store(review)


# What the command does is imported when it is needed, so that --help comes at once.


def _review(options: argparse.Namespace) -> int:
    if options.horizon:
        text = "a review is of the scenario's first year: leave out --horizon"
        print(f"caseload: {text}", file=sys.stderr)
        return BAD_INPUT
    from sim.commands.review import review_and_report, write_template

    if options.template is not None:
        return write_template(options.scenario, sets(options), options.template, options.force)
    running = running_from(options)
    return review_and_report(options.scenario, sets(options), options.actuals, running)
