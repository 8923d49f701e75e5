"""Real clusters on this machine: a scheduler and workers, each a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import sim

ROOT = Path(sim.__file__).parents[1]
PATH = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
LONG = 60.0  # seconds that starting may take, on a machine that is busy


class Machines:
    """The processes of one cluster, ended together."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[Any]] = []
        self.address = ""

    def __enter__(self) -> Machines:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def scheduler(self, port: int = 0, allowed_failures: int = 3) -> None:
        """Start a scheduler, and wait until it can be reached."""
        told = self.folder / f"scheduler-{len(self.processes)}.json"
        given = ("--port", str(port), "--no-dashboard", "--scheduler-file", str(told))
        failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures)}
        self._start("scheduler", *given, env=failures)
        wait_until(lambda: told.exists() and told.read_text().rstrip().endswith("}"))
        self.address = json.loads(told.read_text())["address"]

    def worker(self, path: str = PATH) -> subprocess.Popen[Any]:
        """Start a worker of one thread, with the code on this path."""
        given = ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        return self._start("worker", self.address, *given, env={"PYTHONPATH": path})

    def workers(self) -> int:
        """Count the workers the scheduler has."""
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            return len(client.nthreads())

    def _start(self, what: str, *given: str, env: Mapping[str, str]) -> subprocess.Popen[Any]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--host", "127.0.0.1"]
        always = {"PYTHONPATH": PATH, "DASK_TEMPORARY_DIRECTORY": str(self.folder)}
        with (self.folder / f"{what}-{len(self.processes)}.log").open("w") as log:
            process = subprocess.Popen(
                [*command, *given],
                cwd=self.folder,
                env={**os.environ, **always, **env},
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something is so; a machine that is busy is given time."""
    most = time.monotonic() + LONG
    while not holds():
        assert time.monotonic() < most, "the cluster has not become what it should be"
        time.sleep(0.05)
