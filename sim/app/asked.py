"""A question put to one of the program's commands, in a process of its own; the answer is JSON.

As with a run (`sim.app.job`), the scenario goes by standard input and is kept nowhere, and closing
the input ends the command.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

from sim.app.job import GOING, PATIENCE, close, environment

LEAST_LINES = 3  # of what goes wrong that are shown


class Asked:
    """A question that was put, and its answer once it is there.

    Attributes
    ----------
    answer
        What the command wrote; None as long as it has not.
    error
        What went wrong, for people; None if nothing did.
    cancelled
        Whether it was ended before it had answered.
    """

    def __init__(self, arguments: Sequence[str], scenario: str) -> None:
        """Ask.

        Parameters
        ----------
        arguments
            The command and its options, the scenario being ``-``.
        scenario
            The scenario as YAML.

        Raises
        ------
        OSError
            If the process cannot be started.
        """
        self.answer: Any = None
        self.error: str | None = None
        self.cancelled = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,
        )
        self._input = f"{scenario}\n...\n".encode()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the answer is still awaited."""
        return self._thread.is_alive()

    def cancel(self) -> None:
        """End it at once."""
        if self.running:
            self.cancelled = True
            with contextlib.suppress(ProcessLookupError, PermissionError):
                if hasattr(os, "killpg"):
                    os.killpg(self._process.pid, signal.SIGKILL)
                else:
                    self._process.kill()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the answer; say whether it has come to an end."""
        self._thread.join(seconds)
        return not self.running

    def _wait(self) -> None:
        """Hand over the scenario and take in the answer; runs in a thread of its own."""
        process = self._process
        errors = process.stderr
        assert process.stdin is not None and process.stdout is not None and errors is not None
        said: list[bytes] = []
        listener = threading.Thread(target=lambda: said.extend(errors), daemon=True)
        listener.start()
        found = b""
        with contextlib.suppress(OSError, ValueError):
            process.stdin.write(self._input)
            process.stdin.flush()
            found = process.stdout.read()
        status = process.wait()
        listener.join(PATIENCE)
        close(process.stdin, process.stdout, errors)
        if self.cancelled:
            return
        try:
            self.answer = json.loads(found) if status == 0 else None
        except ValueError:
            status = 1
        if status != 0:
            lines = b"".join(said).decode(errors="replace").strip().splitlines()
            self.error = "\n".join(lines[-LEAST_LINES:]) or GOING
