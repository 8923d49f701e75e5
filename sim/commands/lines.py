"""Runs for another program: scenarios on standard input, progress and results as lines of JSON.

The application runs the command in this way. Standard input holds YAML documents, parted by lines
of three dashes, up to a line of three dots (or its end). After that line it is a lifeline: when it
closes, because whoever asked has cancelled or has died, everything ends at once. The same goes for
a pipe as standard input when all scenarios have names.

Each line written is an object. ``what`` is ``begin`` (the scenarios, and the periods in which every
number is given), ``done`` (one replication of one scenario and its numbers) or ``end``. What is
wrong goes to standard error, as always.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

from sim.calendar import Calendar
from sim.experiment import ReplicationFailedError, Store, WorkerLostError
from sim.experiment.arms import Arm
from sim.experiment.columns import Span, rows, spans
from sim.experiment.compare import CannotCompareError, check_arms
from sim.experiment.engines import Done
from sim.experiment.together import run_together
from sim.scenario import Loaded, load, load_text
from sim.scenario.errors import Position, refuse
from sim.scenario.schema import Scenario
from sim.scenario.source import MAX_BYTES

FINISHED, FAILED, BAD_INPUT = 0, 1, 2
ON_INPUT = "-"
INPUT = "standard input"
MOST_SCENARIOS = 8
POLITE = 5  # the page that shows the results comes first


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes
    ----------
    scenarios
        Names or paths; ``-`` for the next document on standard input.
    sets
        Changes to all of them.
    replications, seed, jobs
        As for `run_together`.
    store
        Whether scenarios with a name may be taken from the run store and kept in it. What comes
        on standard input never is.
    """

    scenarios: Sequence[str]
    sets: Sequence[str]
    replications: int
    seed: int
    jobs: int | None
    store: bool


def run_in_lines(request: Request) -> int:
    """Run the scenarios side by side, write each replication as it is done; return the status.

    Raises
    ------
    ScenarioError
        If a scenario cannot be used.
    """
    began = time.monotonic()
    loaded, held = _read(request, sys.stdin.buffer)
    try:
        check_arms([Arm(str(place + 1), one) for place, one in enumerate(loaded)])
    except CannotCompareError as refusal:
        print(f"caseload: {refusal}", file=sys.stderr)
        return BAD_INPUT
    scenario = loaded[0].scenario
    calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
    over = spans([month.label for month in calendar.months])
    _write(_beginning(request, loaded, over))
    with suppress(AttributeError, OSError):
        os.nice(POLITE)
    kept = Store() if request.store else None
    try:
        for done in run_together(
            loaded,
            replications=request.replications,
            seed=request.seed,
            jobs=request.jobs,
            stores=[None if name == ON_INPUT else kept for name in request.scenarios],
        ):
            if done is not None:
                _write(_finished(done, over))
            elif held:  # a thread may be started now
                watch(sys.stdin.buffer)
    except (WorkerLostError, ReplicationFailedError) as error:
        print(getattr(error, "details", ""), file=sys.stderr, end="")
        print(f"caseload: {error}", file=sys.stderr)
        return FAILED
    _write({"what": "end", "seconds": round(time.monotonic() - began, 3)})
    return FINISHED


def documents(stream: BinaryIO) -> tuple[list[bytes], bool]:
    """Read YAML documents up to a line of three dots, or to the end.

    Returns
    -------
    list of bytes, bool
        The documents, and whether they ended with that line.

    Raises
    ------
    ScenarioError
        If there is more than scenarios could be.
    """
    found: list[list[bytes]] = [[]]
    size, ended = 0, False
    for line in stream:
        mark = line.rstrip()
        if mark == b"...":
            ended = True
            break
        if mark == b"---":
            if any(part.strip() for part in found[-1]):
                found.append([])
            continue
        found[-1].append(line)
        size += len(line)
        if size > MAX_BYTES * MOST_SCENARIOS:
            raise refuse(Position(INPUT), (), "there is more here than scenarios could be")
    return [b"".join(lines) for lines in found if lines], ended


def one_scenario(name: str, sets: Sequence[str]) -> Loaded[Scenario]:
    """Load a scenario by name, or from standard input, which is a lifeline afterwards.

    Raises
    ------
    ScenarioError
        If it cannot be used.
    """
    (loaded,), held = _read(Request([name], sets, 1, 1, 1, False), sys.stdin.buffer)
    if held:
        watch(sys.stdin.buffer)
    return loaded


def _read(request: Request, stream: BinaryIO) -> tuple[list[Loaded[Scenario]], bool]:
    """Load the scenarios; say also whether standard input is a lifeline from now on."""
    wanted = list(request.scenarios).count(ON_INPUT)
    given, held = documents(stream) if wanted else ([], _is_pipe(stream))
    if len(given) != wanted:
        text = f"scenarios that should come here: {wanted}; that did: {len(given)}"
        raise refuse(Position(INPUT), (), text)
    texts = iter(given)
    loaded = [
        load_text(next(texts), INPUT, request.sets)
        if name == ON_INPUT
        else load(name, request.sets)
        for name in request.scenarios
    ]
    return loaded, held


def _is_pipe(stream: BinaryIO) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError):
        return False


def _beginning(
    request: Request, loaded: Sequence[Loaded[Scenario]], over: Sequence[Span]
) -> dict[str, Any]:
    return {
        "what": "begin",
        "scenarios": [{"name": one.scenario.name, "digest": one.digest} for one in loaded],
        "periods": [span.period for span in over],
        "replications": request.replications,
        "seed": request.seed,
    }


def _finished(done: Done, over: Sequence[Span]) -> dict[str, Any]:
    return {
        "what": "done",
        "scenario": done.task.scenario,
        "number": done.task.number,
        "rows": rows(done.result, over),
    }


def _write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def watch(lifeline: BinaryIO) -> None:
    """End everything when whoever asked has gone, however that came about."""

    def wait() -> None:
        with suppress(OSError, ValueError):
            # Past the buffer, whose lock this thread would hold when the program ends.
            while os.read(lifeline.fileno(), 1024):
                pass
        if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)  # with the workers, in the middle of whatever they do
        os._exit(FAILED)

    threading.Thread(target=wait, daemon=True).start()
