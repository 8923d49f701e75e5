"""What commands that run share: how to run, where to write, how far it is, what goes wrong."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.commands.progress import Progress
from sim.experiment import ClusterRefusedError, EngineError, Store
from sim.experiment.arms import Arm
from sim.report.manifest import about, write_manifest
from sim.report.results_folder import (
    MANIFEST,
    FolderRefusedError,
    check_folder,
    complete_folder,
)
from sim.report.wording import wrapped
from sim.scenario import Loaded
from sim.scenario.schema import Scenario
from sim.service.check import cautions

DONE, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


@dataclass(frozen=True)
class Running:
    """How to run; the fields are the options of the command."""

    replications: int
    seed: int
    jobs: int | None
    cluster: str | None
    out: str | None
    force: bool
    store: bool
    quiet: bool
    command: tuple[str, ...]

    def folder(self) -> AbstractContextManager[Path | None]:
        """Give a folder that becomes the one asked for when all is written; None if none was.

        Raises
        ------
        FolderRefusedError
            If nothing may be written there.
        """
        if self.out is None:
            return nullcontext()
        return complete_folder(check_folder(Path(self.out), self.force))

    def kept(self) -> Store | None:
        """Give the run store, unless it is to be left alone."""
        return Store() if self.store else None

    @contextmanager
    def progress(self) -> Iterator[Progress]:
        """Show how far it has come, unless that is not wanted; Ctrl-C says how far it came."""
        shown = Progress(self.quiet)
        try:
            yield shown
        except KeyboardInterrupt:
            shown.close()
            if shown.done:
                print(self.stopped(shown.done, shown.asked), file=sys.stderr)
            raise
        finally:
            shown.close()

    def stopped(self, done: int, asked: int) -> str:
        """Say how far something came that was stopped, and what becomes of it."""
        text = f"Stopped: {done} of {asked} possible futures were finished"
        kept = "; they are kept, and the same command goes on from there" if self.store else ""
        return f"{text}{kept}."


@dataclass(frozen=True)
class Finished:
    """What a command has to say at its end.

    Attributes
    ----------
    arms
        The scenarios, for the manifest.
    text
        What is printed.
    write
        Writes the files into a folder, and names them.
    interrupted
        Whether it was stopped before all was done.
    """

    arms: Sequence[Arm]
    text: str
    write: Callable[[Path], Sequence[str]]
    interrupted: bool


def run_and_write(running: Running, do: Callable[[], Finished]) -> int:
    """Do something, print what it says, write its folder, and return the exit status.

    Raises
    ------
    ScenarioError
        If a scenario cannot be used; nothing has been written then.
    """

    def run() -> int:
        began = time.perf_counter()
        with running.folder() as folder:
            finished = do()
            print(finished.text, end="", flush=True)
            if folder is not None:
                names = finished.write(folder)
                what = _what(running, finished)
                write_manifest(folder, running.command, what, time.perf_counter() - began)
        if folder is not None:
            print(wrapped(f"Written to {running.out}: {', '.join([*names, MANIFEST])}"))
        return INTERRUPTED if finished.interrupted else DONE

    return answered(running, run)


def answered(running: Running, do: Callable[[], int]) -> int:
    """Do something that gives an exit status; what stands in its way is said in a line.

    Raises
    ------
    ScenarioError
        If a scenario cannot be used.
    """
    try:
        return do()
    except FolderRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        where = f"'{running.out}'" if running.out else "the results"
        return say(f"{where} could not be written: {error.strerror or error}", FAILED)
    except EngineError as error:
        print(error.details, file=sys.stderr, end="")
        return say(str(error), BAD_INPUT if isinstance(error, ClusterRefusedError) else FAILED)


def say_cautions(scenarios: Iterable[Loaded[Scenario]]) -> None:
    """Say what is odd in scenarios that can be used, once each."""
    for text in dict.fromkeys(str(each) for loaded in scenarios for each in cautions(loaded)):
        print(f"caution: {text}", file=sys.stderr)


def say(message: str, status: int) -> int:
    """Say what is wrong, and return the exit status."""
    print(f"caseload: {message}", file=sys.stderr)
    return status


def _what(running: Running, finished: Finished) -> dict[str, Any]:
    """Say for the manifest what was run."""
    return {
        "scenarios": {arm.name: about(arm.loaded) for arm in finished.arms},
        "seed": running.seed,
        "replications": running.replications,
        "interrupted": finished.interrupted,
    }
