"""The ``caseload`` command: what may be typed, and what the exit status means.

0 done; 1 it ran but failed; 2 what was asked cannot be done; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from types import FrameType

from sim import __version__
from sim.commands.arguments import (
    at_least_one,
    sets,
    takes_jobs_and_folder,
    takes_json,
    takes_no_store,
    takes_progress_json,
    takes_scenario,
    takes_seed,
)
from sim.commands.assumptions import add_assumptions
from sim.commands.experiments import add_experiments, run_for_program, running_from
from sim.commands.reviewing import add_review

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130
TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    if arguments is None:  # in a program of its own
        signal.signal(signal.SIGTERM, _terminate)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _understood(given)
        options.command_line = ["caseload", *given]
        return _do(options)
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED


def _understood(given: Sequence[str]) -> argparse.Namespace:
    """Read the command line; what is not known is refused by the command it was given to."""
    options, unknown = parser().parse_known_args(given)
    if unknown:
        command: argparse.ArgumentParser = options.parser
        text = f"unrecognized arguments: {' '.join(unknown)}"
        known = re.findall(r"(?<!\w)--[a-z-]+", command.format_help())
        hint = get_close_matches(unknown[0], known, n=1)
        command.error(text + (f" (did you mean {hint[0]}?)" if hint else ""))
    return options


def _do(options: argparse.Namespace) -> int:
    """Do what was understood, and say what is wrong with the scenario if anything is."""
    from sim.scenario import ScenarioError

    do: Callable[[argparse.Namespace], int] = options.do
    try:
        status = do(options)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    sys.stdout.flush()
    return status


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    """End on request, by way of every clean-up."""
    sys.exit(TERMINATED)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="caseload",
        description="Simulates a service for disabled children: who waits, what is late, who is "
        "overloaded, and what would change it.",
        epilog="Begin with: caseload run three-hubs",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=f"caseload {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add(commands, "list", "list the scenarios that come with the program", _list)
    check = _add(commands, "check", "say whether a scenario can be used", _check)
    takes_scenario(check)
    keys = _add(commands, "keys", "list what can be set in a scenario", _keys)
    takes_scenario(keys)
    keys.add_argument(
        "--caseload-template",
        action="store_true",
        help="print the headings of a file of your own children instead",
    )
    keys.add_argument("--filter", metavar="TEXT", default="", help="only keys with this in them")
    run = _add(commands, "run", "simulate a scenario and say what happens", _run)
    takes_scenario(run)
    _takes_run_options(run)
    add_experiments(lambda *what: _add(commands, *what))
    add_assumptions(lambda *what: _add(commands, *what))
    add_review(lambda *what: _add(commands, *what))
    check_run = _add(
        commands, "verify", "simulate a scenario and check the simulation itself", _verify
    )
    takes_scenario(check_run)
    check_run.add_argument(
        "--replications",
        "--reps",
        metavar="N",
        type=at_least_one,
        default=2,
        help="how many possible futures to check (default 2)",
    )
    takes_seed(check_run)
    takes_jobs_and_folder(check_run, "verification.csv and verification.md")
    takes_json(check_run)
    estimate = _add(
        commands, "estimate", "say what to expect of a scenario, without simulating", _estimate
    )
    takes_scenario(estimate)
    estimate.add_argument(
        "--assumptions", action="store_true", help="say which assumptions move it most"
    )
    takes_json(estimate)
    trace = _add(commands, "trace", "tell one child's story in words", _trace)
    takes_scenario(trace)
    trace.add_argument("child", metavar="CHILD", nargs="?", help="the child's id; left out: lists")
    takes_json(trace)
    takes_seed(trace)
    rules = _add(
        commands, "rules", "list the rules of the five documents, and how each is kept", _rules
    )
    rules.add_argument(
        "--format", choices=("text", "markdown", "csv"), default="text", help="default text"
    )
    rules.add_argument("--model", metavar="NAME", help="only the documents this is a model of")
    _add(commands, "app", "open the application in a browser", _app)
    return top


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    text: str,
    do: Callable[[argparse.Namespace], int],
) -> argparse.ArgumentParser:
    made = commands.add_parser(
        name, help=text, description=text[0].upper() + text[1:] + ".", allow_abbrev=False
    )
    made.set_defaults(do=do, parser=made)
    return made


def _takes_run_options(run: argparse.ArgumentParser) -> None:
    run.add_argument(
        "--replications",
        metavar="N",
        type=at_least_one,
        help="how many possible futures to simulate (default 20)",
    )
    run.add_argument(
        "--precision",
        metavar="'FIGURE HALF'",
        action="append",
        default=[],
        help="simulate until a figure is known to within HALF (0.01, '5%%' or '5%% or 0.5') by its "
        "95%% interval: the average of MEASURE@WHERE, 'p90 of MEASURE@WHERE' or 'share of futures "
        "with MEASURE@WHERE < 0.8' ('ever with': in any month); may be repeated",
    )
    run.add_argument(
        "--max-replications",
        metavar="N",
        type=at_least_one,
        help="with --precision: how many futures at most (default 200)",
    )
    run.add_argument(
        "--cold-start",
        action="store_true",
        help="begin with nobody open instead of the day-one caseload, find how long it takes to "
        "fill (MSER-5) and cut that off",
    )
    takes_seed(run)
    takes_jobs_and_folder(run, "tables and charts", cluster=True)
    run.add_argument(
        "--events", action="store_true", help="also write events.csv, all that happens in the first"
    )
    run.add_argument(
        "--events-all", action="store_true", help="also write all that happens in each, a file each"
    )
    takes_no_store(run)
    takes_progress_json(run)


# What the commands do is imported when it is needed, so that --help comes at once.


def _list(options: argparse.Namespace) -> int:
    from sim.commands.about import print_scenarios

    return print_scenarios()


def _check(options: argparse.Namespace) -> int:
    from sim.commands.about import print_check

    return print_check(options.scenario, sets(options))


def _keys(options: argparse.Namespace) -> int:
    from sim.commands.about import print_caseload_template, print_keys

    if options.caseload_template:
        return print_caseload_template()
    return print_keys(options.scenario, sets(options), options.filter)


def _run(options: argparse.Namespace) -> int:
    if options.progress_json:
        return run_for_program(options, [options.scenario])
    from sim.commands.run import Request, run_and_report

    return run_and_report(
        Request(
            scenario=options.scenario,
            sets=sets(options),
            replications=options.replications,
            precision=tuple(options.precision),
            max_replications=options.max_replications,
            cold_start=options.cold_start,
            events=options.events,
            events_all=options.events_all,
            running=running_from(options),
        )
    )


def _verify(options: argparse.Namespace) -> int:
    if options.json:
        from sim.commands.lines import one_scenario
        from sim.commands.verify import write_findings

        loaded = one_scenario(options.scenario, sets(options))
        return write_findings(loaded, running_from(options))
    from sim.commands.verify import verify_and_report

    return verify_and_report(options.scenario, sets(options), running_from(options))


def _estimate(options: argparse.Namespace) -> int:
    if options.assumptions or options.json:
        from sim.commands.estimate import rank_assumptions
        from sim.commands.lines import one_scenario
        from sim.scenario import load

        name, changes = options.scenario, sets(options)
        loaded = one_scenario(name, changes) if options.json else load(name, changes)
        return rank_assumptions(loaded, options.json)
    from sim.commands.estimate import print_estimate

    return print_estimate(options.scenario, sets(options))


def _trace(options: argparse.Namespace) -> int:
    if options.json:
        from sim.commands.lines import one_scenario
        from sim.commands.trace import write_stories

        loaded = one_scenario(options.scenario, sets(options))
        return write_stories(loaded, options.seed, options.child)
    from sim.commands.trace import print_story

    return print_story(options.scenario, sets(options), options.seed, options.child)


def _rules(options: argparse.Namespace) -> int:
    from sim.commands.rules import print_rules

    return print_rules(options.format, options.model)


def _app(options: argparse.Namespace) -> int:
    from sim.commands.app import open_app

    return open_app()


if __name__ == "__main__":
    sys.exit(main())
