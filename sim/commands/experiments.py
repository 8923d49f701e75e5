"""The commands that run more than one scenario: what may be typed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.commands.arguments import (
    at_least_one,
    sets,
    takes_jobs_and_folder,
    takes_seed,
    takes_sets,
)

if TYPE_CHECKING:
    from sim.commands.running import Running

Do = Callable[[argparse.Namespace], int]
Add = Callable[[str, str, Do], argparse.ArgumentParser]


def add_experiments(add: Add) -> None:
    """Add the commands.

    Parameters
    ----------
    add
        Adds one, from its name, what it does in a line, and the function that does it.
    """
    compare = add("compare", "compare scenarios, future by future", _compare)
    compare.add_argument(
        "scenarios",
        metavar="SCENARIO",
        nargs="+",
        help="names or paths, each compared with the first; 'NAME[KEY=VALUE; KEY=VALUE]' (in "
        "quotes) changes that one, and '[KEY=VALUE]' is the first so changed",
    )
    takes_sets(compare, " in all of them")
    _takes_replications(compare, 20, "in each scenario")
    takes_seed(compare)
    takes_jobs_and_folder(compare, "comparison.csv")


def _takes_replications(command: argparse.ArgumentParser, default: int, where: str) -> None:
    command.add_argument(
        "--replications",
        metavar="N",
        type=at_least_one,
        default=default,
        help=f"how many possible futures to simulate {where} (default {default})",
    )


# What the commands do is imported when it is needed, so that --help comes at once.


def _compare(options: argparse.Namespace) -> int:
    from sim.commands.compare import compare_and_report

    return compare_and_report(tuple(options.scenarios), sets(options), _running(options))


def _running(options: argparse.Namespace) -> Running:
    from sim.commands.running import Running

    return Running(
        replications=options.replications,
        seed=options.seed,
        jobs=options.jobs,
        out=options.out,
        force=options.force,
        quiet=options.quiet,
        command=tuple(options.command_line),
    )
