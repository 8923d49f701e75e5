"""The commands that move what is assumed, or the posts: what may be typed."""

from __future__ import annotations

import argparse
from typing import get_args

from sim.commands.arguments import (
    at_least_one,
    sets,
    takes_jobs_and_folder,
    takes_no_store,
    takes_scenario,
    takes_seed,
)
from sim.commands.experiments import Add, running_from, takes_replications

WRITTEN = "tables and charts"


def add_assumptions(add: Add) -> None:
    """Add the commands; as `sim.commands.experiments.add_experiments`."""
    sensitivity = add("sensitivity", "say which assumptions matter most", _sensitivity)
    takes_scenario(sensitivity)
    _takes_measures(sensitivity)
    _takes_inputs(sensitivity)
    takes_replications(sensitivity, 10, "of each end of each range")
    _takes_how(sensitivity)
    posts = add("posts", "say where one more post helps most", _posts)
    takes_scenario(posts)
    _takes_measures(posts)
    posts.add_argument(
        "--count", metavar="N", type=at_least_one, default=1, help="posts more (default 1)"
    )
    takes_replications(posts, 20, "as it is and for each role (three years, unless --horizon says)")
    _takes_how(posts)
    uncertainty = add(
        "uncertainty",
        "say how much comes of not knowing the inputs, how much of chance",
        _uncertainty,
    )
    takes_scenario(uncertainty)
    _takes_measures(uncertainty)
    _takes_inputs(uncertainty)
    uncertainty.add_argument(
        "--draws", metavar="D", type=at_least_one, default=40, help="of the inputs (default 40)"
    )
    takes_replications(uncertainty, 2, "of each draw")
    _takes_how(uncertainty)


def _takes_how(command: argparse.ArgumentParser) -> None:
    takes_seed(command)
    takes_jobs_and_folder(command, WRITTEN, cluster=True)
    takes_no_store(command)


def _takes_measures(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--measure",
        metavar="MEASURE@WHERE",
        action="append",
        default=[],
        dest="measures",
        help="look at this measure (@* for all its places together, @WHERE@1 for the first year); "
        "may be repeated; default: what is late, who is in date, who waits",
    )


def _takes_inputs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--grades",
        metavar="GRADE,...",
        type=_grades,
        default=("assumed",),
        help="move inputs of these grades (default assumed; others: derived, published ...)",
    )
    command.add_argument(
        "--filter", metavar="TEXT", default="", help="move only inputs with this in their key"
    )


def _grades(text: str) -> tuple[str, ...]:
    """Read grades, parted by commas."""
    from sim.scenario.sourced import Grade

    given = tuple(part.strip() for part in text.split(","))
    for each in given:
        if each not in get_args(Grade):
            known = ", ".join(get_args(Grade))
            raise argparse.ArgumentTypeError(f"'{each}' is not a grade: {known}")
    return given


# What the commands do is imported when it is needed, so that --help comes at once.


def _sensitivity(options: argparse.Namespace) -> int:
    from sim.commands.sensitivity import sensitivity_and_report

    return sensitivity_and_report(
        options.scenario,
        sets(options),
        tuple(options.measures),
        options.grades,
        options.filter,
        running_from(options),
    )


def _posts(options: argparse.Namespace) -> int:
    from sim.commands.posts import posts_and_report

    return posts_and_report(
        options.scenario,
        sets(options),
        tuple(options.measures),
        options.count,
        running_from(options),
    )


def _uncertainty(options: argparse.Namespace) -> int:
    from sim.commands.uncertainty import uncertainty_and_report

    return uncertainty_and_report(
        options.scenario,
        sets(options),
        tuple(options.measures),
        options.grades,
        options.filter,
        options.draws,
        running_from(options),
    )
