"""What several commands take from the command line."""

from __future__ import annotations

import argparse


def takes_sets(command: argparse.ArgumentParser, whose: str = "") -> None:
    """Let a command change values of its scenario, or of all its scenarios."""
    command.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        dest="sets",
        help=f"change one value{whose} (caseload keys SCENARIO lists them); may be repeated",
    )
    command.add_argument("--horizon", metavar="TIME", help='how long to simulate, as "5 years"')


def takes_scenario(command: argparse.ArgumentParser) -> None:
    """Let a command take one scenario, and changes to it."""
    command.add_argument("scenario", metavar="SCENARIO", help="a name (caseload list) or a path")
    takes_sets(command)


def takes_seed(command: argparse.ArgumentParser) -> None:
    """Let a command take the seed."""
    command.add_argument(
        "--seed", metavar="S", type=seed, default=1, help="fixes all that is random (default 1)"
    )


def takes_jobs_and_folder(
    command: argparse.ArgumentParser, written: str, *, cluster: bool = False
) -> None:
    """Let a command run in several processes (or on a cluster), write a folder, and keep quiet."""
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", metavar="N", type=at_least_one, help="how many at a time (default: all cores)"
    )
    if cluster:
        where.add_argument(
            "--cluster",
            metavar="ADDRESS",
            help="run on the cluster of this Dask scheduler, as tcp://host:8786",
        )
    command.add_argument("--out", metavar="DIR", help=f"write {written} into this folder")
    command.add_argument(
        "--force", action="store_true", help="replace earlier results in that folder"
    )
    command.add_argument("--quiet", action="store_true", help="do not say how far it has come")


def takes_no_store(command: argparse.ArgumentParser) -> None:
    """Let a command leave the run store alone."""
    command.add_argument(
        "--no-store",
        action="store_false",
        dest="store",
        help="run everything, and keep nothing for another time (caseload store)",
    )


def takes_progress_json(command: argparse.ArgumentParser) -> None:
    """Let a command be run by another program."""
    command.add_argument(
        "--progress-json",
        action="store_true",
        help="write progress and the numbers of each finished future as lines of JSON instead; a "
        "scenario '-' is the next YAML document on standard input (ended by a line '...'), and "
        "when standard input closes after that the run ends",
    )


def takes_json(command: argparse.ArgumentParser) -> None:
    """Let a command answer another program."""
    command.add_argument(
        "--json",
        action="store_true",
        help="write the answer as JSON; a scenario '-' is a YAML document on standard input (ended "
        "by a line '...'), and when standard input closes after that the command ends",
    )


def sets(options: argparse.Namespace) -> tuple[str, ...]:
    """Take ``--horizon`` as one more ``--set``, after the others."""
    return (*options.sets, *([f"horizon={options.horizon}"] if options.horizon else []))


def at_least_one(text: str) -> int:
    """Read a whole number of at least 1."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 1")
    return int(text)


def seed(text: str) -> int:
    """Read a whole number of at least 0."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least 0")
    return int(text)


def size(text: str) -> int:
    """Read a size in bytes."""
    from sim.commands.store import size_of

    try:
        return size_of(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is not a size, such as '500 MB'") from None
