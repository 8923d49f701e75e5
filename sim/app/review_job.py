"""A review in a process of its own: the program's own command, in a private folder.

The command reads files and writes a folder, so that what is uploaded has to be on disk for as long
as it runs: in a folder that only its owner can read, which is removed when the review has ended,
whatever came of it. What it found is kept in memory, for as long as the page is open. So are, in a
private folder beside, the futures that are finished: putting decisions into the document runs none
of them again.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sim.app.job import GOING, environment

SCENARIO, ACTUALS, DECISIONS = "scenario.yaml", "actuals.csv", "decisions.csv"
OUT = "review"
WORD, PAGE, FOUND, FOLLOWING = "review.docx", "review.html", "review.json", "next-year.yaml"
SUMMARY = "summary.json"
KEPT = (WORD, PAGE, FOUND, FOLLOWING, SUMMARY)
DONE = re.compile(r"(\d+) of (\d+) possible futures done")
LEAST_LINES = 6  # of what goes wrong that are shown


@dataclass(frozen=True)
class ReviewOrder:
    """What is to be reviewed.

    Attributes
    ----------
    scenario
        As YAML.
    actuals
        The file of actuals.
    decisions
        The file of decisions; empty for none.
    futures
        Possible years.
    coming
        Possible futures of the coming three years; 0 for none.
    accept
        Names of recalibrated inputs.
    on
        The day of the review, as 2027-04-20.
    seed
        Fixes all that is random.
    """

    scenario: str
    actuals: bytes
    decisions: str
    futures: int
    coming: int
    accept: tuple[str, ...]
    on: str
    seed: int = 1

    def arguments(self) -> list[str]:
        """Write the command's arguments; files are in the folder in which it runs."""
        found = ["review", SCENARIO, "--actuals", ACTUALS, "--out", OUT, "--on", self.on]
        found += ["--replications", str(self.futures), "--seed", str(self.seed)]
        found += ["--coming", str(self.coming)] if self.coming else []
        found += ["--decisions", DECISIONS] if self.decisions else []
        return [*found, *(part for name in self.accept for part in ("--accept", name))]


class Workspace:
    """A private folder of one user, for as long as the page is open."""

    def __init__(self) -> None:
        """Make it; only its owner can read it."""
        self._folder = tempfile.TemporaryDirectory(prefix="caseload-review-")

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self._folder.name)

    def remove(self) -> None:
        """Remove it and all that is in it."""
        with contextlib.suppress(OSError):
            self._folder.cleanup()


class ReviewJob:
    """A review that was started, how far it is, and what came of it.

    Attributes
    ----------
    said, share
        The last it has said of how far it is, in words and from 0 to 1.
    files
        What it wrote, by name, once it has ended well.
    error
        What went wrong, for people; None if nothing did.
    cancelled
        Whether it was ended before it was done.
    """

    def __init__(self, order: ReviewOrder, workspace: Workspace) -> None:
        """Start it.

        Parameters
        ----------
        order
            What is to be reviewed.
        workspace
            Where its folder is made, and finished futures are kept.

        Raises
        ------
        OSError
            If the process cannot be started, or the folder not made.
        """
        self.order = order
        self.said, self.share = "starting", 0.0
        self.files: dict[str, bytes] = {}
        self.error: str | None = None
        self.cancelled = False
        self._lines: list[str] = []
        self._folder = tempfile.TemporaryDirectory(dir=workspace.path)
        self._ended = threading.Event()
        try:
            self._process = self._start(workspace.path / "store")
        except OSError:
            self._folder.cleanup()
            raise
        threading.Thread(target=self._wait, daemon=True).start()

    def _start(self, store: Path) -> subprocess.Popen[str]:
        folder = self.folder
        (folder / SCENARIO).write_text(self.order.scenario, encoding="utf-8")
        (folder / ACTUALS).write_bytes(self.order.actuals)
        if self.order.decisions:
            (folder / DECISIONS).write_text(self.order.decisions, encoding="utf-8")
        return subprocess.Popen(
            [sys.executable, "-m", "sim.cli", *self.order.arguments()],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env={**environment(), "CASELOAD_STORE": str(store)},
            start_new_session=True,
        )

    @property
    def running(self) -> bool:
        """Whether it is still going."""
        return not self._ended.is_set()

    @property
    def folder(self) -> Path:
        """Where it works; there is nothing there once it has ended."""
        return Path(self._folder.name)

    @property
    def found(self) -> dict[str, Any]:
        """What it found, as ``review.json`` says it; empty before."""
        return self._json(FOUND)

    @property
    def summary(self) -> dict[str, Any]:
        """The document's summary, as ``summary.json`` says it; empty before."""
        return self._json(SUMMARY)

    def _json(self, name: str) -> dict[str, Any]:
        return dict(json.loads(self.files[name])) if name in self.files else {}

    def cancel(self) -> None:
        """End it at once."""
        if self.running:
            self.cancelled = True
            self._end()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended; say whether it has."""
        return self._ended.wait(seconds)

    def _end(self) -> None:
        """Kill the process and whatever it has started."""
        end: Callable[[], None] = self._process.kill
        if hasattr(os, "killpg"):
            end = lambda: os.killpg(self._process.pid, signal.SIGKILL)  # noqa: E731
        with contextlib.suppress(ProcessLookupError, PermissionError):
            end()

    def _wait(self) -> None:
        """Take in what it says until it ends, keep what it wrote, and remove its folder."""
        errors = self._process.stderr
        assert errors is not None
        try:
            self._listen(errors)
            status = self._process.wait()
            self._end()  # workers left behind by a command that was killed
            if status == 0:
                written = self.folder / OUT
                self.files = {n: (written / n).read_bytes() for n in KEPT if (written / n).exists()}
            elif not self.cancelled:
                self.error = "\n".join(self._lines[-LEAST_LINES:]) or GOING
        except (OSError, ValueError) as error:
            self.error = str(error)
        finally:
            with contextlib.suppress(OSError):
                self._folder.cleanup()
            self._ended.set()

    def _listen(self, errors: IO[str]) -> None:
        for line in errors:
            text = line.strip().removeprefix("caseload: ")
            done = DONE.search(text)
            if done is not None:
                self.said = text
                self.share = min(int(done[1]) / max(int(done[2]), 1), 1.0)
            elif text and not text.startswith("caution"):
                self._lines.append(text)
