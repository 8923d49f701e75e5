"""What may be typed of sizing: posts, targets, how surely, and what if."""

from __future__ import annotations

import argparse

from sim.commands.arguments import (
    at_least_one,
    sets,
    takes_jobs_and_folder,
    takes_no_store,
    takes_progress_json,
    takes_scenario,
    takes_seed,
    takes_sets,
)


def takes_sizing(size: argparse.ArgumentParser) -> None:
    """Let a command take what is to be kept, by which posts."""
    takes_scenario(size)
    size.add_argument(
        "--post",
        metavar="TEAM.ROLE",
        required=True,
        action="append",
        dest="posts",
        help="whose number is to be found; repeated with its --range, the cheapest combination is",
    )
    size.add_argument(
        "--range",
        metavar="LOW..HIGH",
        required=True,
        action="append",
        dest="spans",
        help="full-time equivalents",
    )
    size.add_argument(
        "--step", metavar="FTE", type=float, default=1.0, help="between two numbers (default 1)"
    )
    size.add_argument(
        "--target",
        metavar="'MEASURE@WHERE >= NUMBER'",
        action="append",
        default=[],
        dest="targets",
        help="what is to be kept (>= or <=); may be repeated: all have to be",
    )
    how = size.add_mutually_exclusive_group()
    how.add_argument(
        "--confidence",
        metavar="SHARE",
        type=_share_of_years,
        default=0.9,
        help="in what share of possible years (default 0.9)",
    )
    how.add_argument("--on-average", action="store_true", help="on average over the years instead")
    size.add_argument(
        "--period", metavar="YEARS", help="run years 2..4, or 3 (default: all from the second)"
    )
    size.add_argument(
        "--max-replications",
        metavar="N",
        type=at_least_one,
        default=200,
        dest="replications",
        help="futures of one number of posts after which it stays in doubt (default 200)",
    )
    size.add_argument(
        "--what-if",
        metavar="KEY=VALUES",
        action="append",
        default=[],
        dest="what_if",
        help="the same with other values of a key, such as 'people.turnover=0.15 per year,0.25 per "
        "year'; given twice, a table of both: what is needed in each, and between which "
        "values that changes",
    )
    size.add_argument(
        "--show",
        metavar="MEASURE@WHERE",
        action="append",
        default=[],
        dest="beside",
        help="with --what-if: also tell this measure, such as children@open_to_review",
    )
    takes_progress_json(size)
    takes_seed(size)
    files = "sizing.csv, sizing-unasked.csv and sizing-front.png (what_if.csv)"
    takes_jobs_and_folder(size, files, cluster=True)
    takes_no_store(size)


def takes_targets_of_models(compare: argparse.ArgumentParser) -> None:
    """Let a comparison of models take what each of them is to keep."""
    compare.add_argument(
        "--target",
        metavar="'MEASURE@WHERE >= NUMBER'",
        action="append",
        default=[],
        dest="targets",
        help="with --staffing sized: what every model is to keep (>= or <=); may be repeated",
    )
    compare.add_argument(
        "--confidence",
        metavar="SHARE",
        type=_share_of_years,
        help="with --staffing sized: in what share of possible years (default: on average, which "
        "takes fewer futures)",
    )
    compare.add_argument(
        "--period",
        metavar="YEARS",
        help="with --staffing sized: run years 2..4, or 3 (default: all from the second)",
    )
    compare.add_argument(
        "--max-replications",
        metavar="N",
        type=at_least_one,
        help="with --staffing sized: futures of one number of posts after which it stays in doubt "
        "(default 40)",
    )


def takes_move(command: argparse.ArgumentParser) -> None:
    """Let a command take the service with Open to Review, without it, and whose rules to count."""
    command.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        default="three-hubs-open-to-review",
        help="the service with Open to Review (default three-hubs-open-to-review)",
    )
    command.add_argument(
        "--without",
        metavar="SCENARIO",
        default="three-hubs",
        help="the same service without it (default three-hubs)",
    )
    command.add_argument(
        "--rules-of",
        metavar="SCENARIO",
        action="append",
        default=[],
        help="also count who qualifies by the rules of this model; may be repeated (default: the "
        "other documents' models)",
    )
    takes_sets(command, " in all of them")
    command.add_argument(
        "--replications",
        metavar="N",
        type=at_least_one,
        default=8,
        help="how many possible futures to simulate in each (default 8)",
    )
    takes_seed(command)
    takes_jobs_and_folder(command, "qualify.csv and comparison.csv", cluster=True)
    takes_no_store(command)


def _share_of_years(text: str) -> float:
    from sim.sizing.asking import share_of_years

    try:
        return share_of_years(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is not a share of years between 0.5 and 1"
        ) from None


# What the commands do is imported when it is needed, so that --help comes at once.


def size_posts(options: argparse.Namespace) -> int:
    """Do what ``caseload size`` was asked."""
    from sim.commands.experiments import running_from
    from sim.commands.size import Request, size_and_report

    return size_and_report(
        Request(
            scenario=options.scenario,
            sets=sets(options),
            posts=tuple(options.posts),
            spans=tuple(options.spans),
            step=options.step,
            targets=tuple(options.targets),
            confidence=None if options.on_average else options.confidence,
            period=options.period,
            what_if=tuple(options.what_if),
            beside=tuple(options.beside),
            in_lines=options.progress_json,
            running=running_from(options),
        )
    )


def compare_sized(options: argparse.Namespace) -> int:
    """Do what ``caseload compare --staffing sized`` was asked."""
    from sim.commands.compare import Targets, compare_sized_and_report
    from sim.commands.experiments import running_from

    return compare_sized_and_report(
        tuple(options.scenarios),
        sets(options),
        running_from(options),
        Targets(
            targets=tuple(options.targets),
            confidence=options.confidence,
            period=options.period,
            limit=options.max_replications,
        ),
    )


def move(options: argparse.Namespace) -> int:
    """Do what ``caseload open-to-review`` was asked."""
    from sim.commands.experiments import running_from
    from sim.commands.open_to_review import move_and_report

    return move_and_report(
        options.scenario,
        options.without,
        tuple(options.rules_of),
        sets(options),
        running_from(options),
    )
