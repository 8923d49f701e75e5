"""A run in a process of its own: the program's own command, with the scenario on its input.

The page goes on answering meanwhile. Nothing is written to disk. Closing the input ends the
command and all it has started; so does the end of the server, by whatever means.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import sim
from sim.app.figures import Figures

PATIENCE = 1.0  # seconds after being asked to end before a process is killed
GOING = "it ended before it was done"


@dataclass(frozen=True)
class Order:
    """What is to be run.

    Attributes
    ----------
    scenarios
        Each the name of a scenario that comes with the program, whose runs may be kept in the run
        store, or the text of one, which goes by standard input and is kept nowhere.
    horizon
        How long, as "3 years".
    replications, seed
        How many possible futures of each, and what fixes them.
    """

    scenarios: tuple[str | Text, ...]
    horizon: str
    replications: int
    seed: int = 1

    def arguments(self) -> list[str]:
        """Write the command's arguments."""
        names = [each if isinstance(each, str) else "-" for each in self.scenarios]
        what = ["run", *names] if len(names) == 1 else ["compare", *names]
        return [
            *what,
            *("--horizon", self.horizon, "--replications", str(self.replications)),
            *("--seed", str(self.seed), "--progress-json"),
        ]

    def input(self) -> bytes:
        """Write what goes to its standard input."""
        texts = [each.yaml for each in self.scenarios if isinstance(each, Text)]
        return ("\n---\n".join(texts) + "\n...\n").encode()


@dataclass(frozen=True)
class Text:
    """A whole scenario as YAML."""

    yaml: str


class Job:
    """A run that was started, its progress, and the results so far."""

    def __init__(self, order: Order) -> None:
        """Start it.

        Raises
        ------
        OSError
            If the process cannot be started.
        """
        self.order = order
        self.figures: list[Figures] = []
        self.asked = order.replications * len(order.scenarios)
        self.done = 0
        self.cancelled = False
        self.error: str | None = None
        self._began = time.monotonic()
        self._first: float | None = None
        self._ended: float | None = None
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *order.arguments()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def running(self) -> bool:
        """Whether it is still going."""
        return self._ended is None

    @property
    def pid(self) -> int:
        """The process, which leads a group of its own."""
        return self._process.pid

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return self.done / self.asked

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return (self._ended or time.monotonic()) - self._began

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take; None as long as nothing is known."""
        if not self.done or not self.running:
            return None
        spent = time.monotonic() - self._began
        return spent / self.done * (self.asked - self.done)

    @property
    def futures(self) -> int:
        """Possible futures finished in every scenario."""
        with self._lock:
            return min((len(each.numbers) for each in self.figures), default=0)

    def cancel(self) -> None:
        """End it at once; what is finished stays."""
        if self.running:
            self.cancelled = True
        self._end_group()
        close(self._process.stdin)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended; say whether it has."""
        self._reader.join(seconds)
        return not self.running

    def _end_group(self) -> None:
        """Kill the process and whatever it has started."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _read(self) -> None:
        """Take in what the command writes, until it ends; runs in a thread of its own."""
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        said = _Said(process)
        try:
            process.stdin.write(self.order.input())
            process.stdin.flush()
            for line in process.stdout:
                self._take(json.loads(line))
        except (OSError, ValueError):
            pass  # cancelled, or ended in the middle of a line: its status says which
        status = process.wait()
        self._end_group()  # workers left behind by a command that was killed
        close(process.stdin, process.stdout)
        if status != 0 and not self.cancelled:
            self.error = said.text() or GOING
        self._ended = time.monotonic()

    def _take(self, line: dict[str, Any]) -> None:
        with self._lock:
            if line["what"] == "begin":
                self.figures = [Figures(line["periods"]) for _ in line["scenarios"]]
            elif line["what"] == "done":
                self.figures[line["scenario"]].add(line["number"], line["rows"])
                self.done += 1


class _Said:
    """What a process says on standard error, gathered so that it never has to wait."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._text = b""
        self._thread = threading.Thread(target=self._gather, args=(process.stderr,), daemon=True)
        self._thread.start()

    def _gather(self, stream: Any) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in stream:
                self._text = (self._text + line)[-4000:]
        close(stream)

    def text(self) -> str:
        """The last lines that are for people."""
        self._thread.join(PATIENCE)
        lines = self._text.decode(errors="replace").splitlines()
        told = [line.removeprefix("caseload: ") for line in lines if line and line[0] != " "]
        return "\n".join(line for line in told if not line.startswith(("Traceback", "caution")))


def close(*pipes: IO[bytes] | None) -> None:
    """Close our ends of pipes; what could not be written any more is lost with the other end."""
    for pipe in pipes:
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()


def environment() -> dict[str, str]:
    """Let the process find the same program, wherever it was started from."""
    here = str(Path(sim.__file__).resolve().parents[1])
    path = os.environ.get("PYTHONPATH")
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    return {
        **os.environ,
        **one_thread,
        "PYTHONPATH": os.pathsep.join([here, path] if path else [here]),
    }
