"""``caseload verify``: simulate, check the simulation, print the table, write the folder."""

from __future__ import annotations

import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from sim.commands.progress import Progress
from sim.commands.running import BAD_INPUT, DONE, FAILED, INTERRUPTED, say
from sim.experiment import ReplicationFailedError, WorkerLostError
from sim.experiment.run import run_each
from sim.report.files import write_manifest_of
from sim.report.results_folder import FolderRefusedError, check_folder, complete_folder
from sim.report.verification import Verification, table, write_verification
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.verify import combined, verify


@dataclass(frozen=True)
class Request:
    """What was asked for; the fields are the options of the command."""

    scenario: str
    sets: tuple[str, ...]
    replications: int
    seed: int
    jobs: int | None
    out: str | None
    force: bool
    quiet: bool
    command: tuple[str, ...]


def verify_and_report(request: Request) -> int:
    """Do what was asked; the exit status is 1 where a check fails.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used; nothing has been written then.
    """
    try:
        target = check_folder(Path(request.out), request.force) if request.out else None
    except FolderRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    began = time.perf_counter()
    try:
        with complete_folder(target) if target else nullcontext() as folder:
            found = _verify(request)
            print(table(found), flush=True)
            stopped = len(found.numbers) < found.asked
            if folder is not None:
                write_verification(found, folder)
                write_manifest_of(
                    found.loaded,
                    folder,
                    request.command,
                    seed=found.seed,
                    asked=found.asked,
                    numbers=found.numbers,
                    interrupted=stopped,
                    seconds=time.perf_counter() - began,
                )
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        where = f"'{request.out}'" if request.out else "the verification"
        return say(f"{where} could not be written: {error.strerror or error}", FAILED)
    except (WorkerLostError, ReplicationFailedError) as error:
        print(getattr(error, "details", ""), file=sys.stderr, end="")
        return say(str(error), FAILED)
    if request.out:
        print(f"Written to {request.out}: verification.csv, verification.md, manifest.json")
    if stopped:
        return INTERRUPTED
    return FAILED if found.failed else DONE


def _verify(request: Request) -> Verification:
    """Check each replication; Ctrl-C keeps those that were finished.

    Raises
    ------
    KeyboardInterrupt
        If it was stopped before any was.
    """
    loaded = load(request.scenario, request.sets)
    progress = None if request.quiet else Progress()
    try:
        checked, stopped = run_each(
            loaded,
            compile_plans(loaded),
            verify,
            replications=request.replications,
            seed=request.seed,
            jobs=request.jobs,
            on_done=progress,
        )
    finally:
        if progress is not None:
            progress.close()
    if not checked:
        raise KeyboardInterrupt
    if stopped:
        done = f"{len(checked)} of {request.replications} possible futures were checked"
        print(f"Stopped: {done}; what follows is from those.", file=sys.stderr)
    return Verification(
        loaded=loaded,
        seed=request.seed,
        asked=request.replications,
        numbers=tuple(sorted(each.number for each in checked)),
        findings=tuple(combined(loaded, checked)),
    )
