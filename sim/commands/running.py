"""What commands that run several scenarios share: the folder, progress, what goes wrong."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sim import __version__
from sim.commands.progress import Progress
from sim.experiment import ClusterRefusedError, EngineError, Store
from sim.experiment.arms import Arm
from sim.report.results_folder import (
    MANIFEST,
    PROGRAM,
    FolderRefusedError,
    check_folder,
    complete_folder,
)

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

    def kept(self) -> Store | None:
        """Give the run store, unless it is to be left alone."""
        return Store() if self.store else None

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """Show how far it has come, unless that is not wanted."""
        shown = None if self.quiet else Progress()
        try:
            yield shown
        finally:
            if shown is not None:
                shown.close()


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
    try:
        target = check_folder(Path(running.out), running.force) if running.out else None
    except FolderRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    began = time.perf_counter()
    names: Sequence[str] = ()
    try:
        with complete_folder(target) if target else nullcontext() as folder:
            finished = do()
            print(finished.text, end="", flush=True)
            if folder is not None:
                names = finished.write(folder)
                _write_manifest(running, finished, folder, time.perf_counter() - began)
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        where = f"'{running.out}'" if running.out else "the results"
        return say(f"{where} could not be written: {error.strerror or error}", FAILED)
    except EngineError as error:
        return say_failed(error)
    if names:
        print(f"Written to {running.out}: {', '.join([*names, MANIFEST])}")
    if finished.interrupted:
        print("Stopped early: this is from the possible futures that were done.", file=sys.stderr)
    return INTERRUPTED if finished.interrupted else DONE


def say_failed(error: EngineError) -> int:
    """Say why replications could not be run, and return the exit status."""
    print(error.details, file=sys.stderr, end="")
    return say(str(error), BAD_INPUT if isinstance(error, ClusterRefusedError) else FAILED)


def say(message: str, status: int) -> int:
    """Say what is wrong, and return the exit status."""
    print(f"caseload: {message}", file=sys.stderr)
    return status


def _write_manifest(running: Running, finished: Finished, folder: Path, seconds: float) -> None:
    manifest = {
        "program": PROGRAM,
        "version": __version__,
        "command": list(running.command),
        "scenarios": {
            arm.name: {
                "name": arm.loaded.scenario.name,
                "digest": arm.loaded.digest,
                "files": list(arm.loaded.files),
                "data": arm.loaded.data,
            }
            for arm in finished.arms
        },
        "seed": running.seed,
        "replications": running.replications,
        "interrupted": finished.interrupted,
        "python": sys.version.split()[0],
        "platform": platform.platform(),
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
    }
    text = json.dumps(manifest, indent=2, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
