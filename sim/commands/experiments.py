"""The commands that run more than one scenario: what may be typed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sim.commands.arguments import (
    at_least_one,
    seed,
    sets,
    size,
    takes_jobs_and_folder,
    takes_no_store,
    takes_progress_json,
    takes_seed,
    takes_sets,
)
from sim.commands.sizing import (
    compare_sized,
    move,
    size_posts,
    takes_move,
    takes_sizing,
    takes_targets_of_models,
)

if TYPE_CHECKING:
    from sim.commands.running import Running

BAD_INPUT = 2

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
    compare.add_argument(
        "--models",
        action="store_true",
        help="compare them as delivery models of the same children: posts, hours and pounds by "
        "role and stage, and for the same group of children",
    )
    compare.add_argument(
        "--staffing",
        choices=("as-stated", "same-cost", "sized"),
        help="with --models: the posts of each scenario, or scaled so that each costs a year what "
        "the first does, or (sized) so that each keeps every --target (default as-stated)",
    )
    takes_targets_of_models(compare)
    takes_sets(compare, " in all of them")
    takes_replications(compare, 20, "in each scenario")
    takes_seed(compare)
    takes_jobs_and_folder(compare, "tables (and a chart of models)", cluster=True)
    takes_no_store(compare)
    takes_progress_json(compare)
    _takes_sweep(add("sweep", "simulate a scenario with many settings: one table", _sweep))
    takes_sizing(add("size", "find the fewest posts with which every target is kept", size_posts))
    takes_move(add("open-to-review", "say who qualifies, what it frees and what it needs", move))
    store = add("store", "say which finished runs are kept, or take them out", _store)
    one = store.add_mutually_exclusive_group()
    one.add_argument("--clear", action="store_true", help="take out all")
    one.add_argument(
        "--limit", metavar="SIZE", type=size, help='take out the longest unused, as in "500 MB"'
    )


def _takes_sweep(sweep: argparse.ArgumentParser) -> None:
    sweep.add_argument(
        "scenario", metavar="SCENARIO", nargs="?", help="a name or a path, unless the file says"
    )
    takes_sets(sweep, " in all of them")
    sweep.add_argument(
        "--vary",
        metavar="KEY=VALUES",
        action="append",
        default=[],
        dest="varied",
        help="values 1,2,3, or a range LOW..HIGH with --latin; may be repeated",
    )
    sweep.add_argument("--file", metavar="FILE", help="a YAML file that says what to vary")
    sweep.add_argument(
        "--latin",
        metavar="N",
        type=at_least_one,
        help="draw N settings from a Latin hypercube instead of every combination",
    )
    sweep.add_argument(
        "--replications",
        metavar="N",
        type=at_least_one,
        help="how many possible futures of each setting (default 20)",
    )
    sweep.add_argument("--seed", metavar="S", type=seed, help="fixes all that is random")
    takes_jobs_and_folder(sweep, "sweep.csv and sweep.parquet", cluster=True)
    takes_no_store(sweep)


def takes_replications(command: argparse.ArgumentParser, default: int, where: str) -> None:
    """Let a command take how many possible futures to run, and where."""
    command.add_argument(
        "--replications",
        metavar="N",
        type=at_least_one,
        default=default,
        help=f"how many possible futures to simulate {where} (default {default})",
    )


# What the commands do is imported when it is needed, so that --help comes at once.


def run_for_program(options: argparse.Namespace, scenarios: Sequence[str]) -> int:
    """Run scenarios side by side for another program, in lines of JSON."""
    from sim.commands.lines import Request, run_in_lines

    for name in ("out", "events", "events_all", "precision"):
        if getattr(options, name, None):
            print(f"caseload: --progress-json writes no files: leave out --{name}", file=sys.stderr)
            return BAD_INPUT
    if options.cluster:
        print("caseload: --progress-json runs here: leave out --cluster", file=sys.stderr)
        return BAD_INPUT
    return run_in_lines(
        Request(
            scenarios=tuple(scenarios),
            sets=sets(options),
            replications=options.replications or 20,
            seed=options.seed,
            jobs=options.jobs,
            store=getattr(options, "store", True),
        )
    )


def _compare(options: argparse.Namespace) -> int:
    if options.progress_json:
        return run_for_program(options, options.scenarios)
    if options.staffing is not None and not options.models:
        print("caseload: --staffing goes with --models", file=sys.stderr)
        return BAD_INPUT
    sized = options.staffing == "sized"
    own = ("targets", "confidence", "period", "max_replications")
    if not sized and any(getattr(options, name) for name in own):
        print("caseload: --target and its like go with --staffing sized", file=sys.stderr)
        return BAD_INPUT
    if sized:
        return compare_sized(options)
    if options.models:
        from sim.commands.compare import compare_models_and_report

        return compare_models_and_report(
            tuple(options.scenarios),
            sets(options),
            running_from(options),
            options.staffing or "as-stated",
        )
    from sim.commands.compare import compare_and_report

    return compare_and_report(tuple(options.scenarios), sets(options), running_from(options))


def _sweep(options: argparse.Namespace) -> int:
    from sim.commands.sweep import Request, sweep_and_report

    return sweep_and_report(
        Request(
            scenario=options.scenario,
            sets=sets(options),
            varied=tuple(options.varied),
            file=options.file,
            latin=options.latin,
            replications=options.replications,
            seed=options.seed,
        ),
        running_from(options),
    )


def _store(options: argparse.Namespace) -> int:
    from sim.commands.store import show_store

    return show_store(options.clear, options.limit)


def running_from(options: argparse.Namespace) -> Running:
    """Take from the options how to run; what a command has no option for is left out."""
    from sim.commands.running import Running
    from sim.experiment.run import DEFAULT_REPLICATIONS, DEFAULT_SEED

    return Running(
        replications=options.replications or DEFAULT_REPLICATIONS,
        seed=DEFAULT_SEED if options.seed is None else options.seed,
        jobs=options.jobs,
        cluster=getattr(options, "cluster", None),
        out=options.out,
        force=options.force,
        store=getattr(options, "store", False),
        quiet=options.quiet,
        command=tuple(options.command_line),
    )
