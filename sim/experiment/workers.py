"""Worker processes that run replications, and what happens when one dies.

Each worker has a pipe of its own. It is sent a number, runs that replication and sends the
result back. Nothing is kept in a module: what a worker needs is handed to it when it starts.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.replication import Plans
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

# What is done for each replication: from the plans, the seed, the number and where events go.
Job = Callable[[Plans, int, int, Path | None], Any]
POLL = 0.2  # seconds; so that Ctrl-C is heard where waiting cannot be interrupted


class ReplicationFailedError(Exception):
    """A replication ended with an error of the program.

    Attributes
    ----------
    number
        The replication.
    details
        The traceback, as text.
    """

    def __init__(self, number: int, details: str) -> None:
        last = details.strip().rsplit("\n", 1)[-1]
        super().__init__(f"replication {number} failed: {last}")
        self.number = number
        self.details = details


class WorkerLostError(Exception):
    """A worker process ended without giving its result."""

    def __init__(self, number: int, exit_code: int | None) -> None:
        why = f"it ended with status {exit_code}"
        if exit_code is not None and exit_code < 0:
            with suppress(ValueError):
                why = f"it was ended by {signal.Signals(-exit_code).name}"
        super().__init__(
            f"a worker process was lost while it ran replication {number} ({why}); "
            "if memory ran out, try fewer at a time with --jobs"
        )
        self.number = number


@dataclass(frozen=True, slots=True)
class _Failure:
    """What a worker sends when the model fails: the traceback, as text."""

    details: str


@dataclass(slots=True)
class _Worker:
    """A worker process, our end of its pipe, and the replication it is busy with."""

    process: BaseProcess
    connection: Connection
    number: int

    def result(self) -> Any:
        """Take what the worker has sent."""
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join(1.0)
            raise WorkerLostError(self.number, self.process.exitcode) from None
        if isinstance(answer, OSError):
            raise answer
        if isinstance(answer, _Failure):
            raise ReplicationFailedError(self.number, answer.details)
        return answer

    def give(self, number: int) -> None:
        """Send the worker its next replication."""
        self.number = number
        with suppress(BrokenPipeError):  # found out when its result is taken
            self.connection.send(number)


def run_in_workers(
    loaded: Loaded[Scenario],
    plans: Plans,
    seed: int,
    numbers: Sequence[int],
    jobs: int,
    events: Mapping[int, Path],
    do: Job,
) -> Iterator[Any]:
    """Run replications in worker processes and yield what comes of each as it is done.

    The first thing yielded is None, once the workers run: only then may threads be started.

    Parameters
    ----------
    do
        What is done for each replication; a function of a module, so that it can be sent.

    Raises
    ------
    WorkerLostError
        If a worker dies.
    ReplicationFailedError
        If a replication fails.
    OSError
        If an event log cannot be written.
    """
    forks = sys.platform == "linux" and threading.active_count() == 1
    context = multiprocessing.get_context("fork") if forks else multiprocessing.get_context("spawn")
    crew: list[_Worker] = []
    waiting = list(reversed(numbers))
    try:
        for _ in range(min(jobs, len(numbers))):
            ours, theirs = context.Pipe()
            others = [ours, *(worker.connection for worker in crew)] if forks else []
            given = (theirs, loaded, plans if forks else None, seed, dict(events), do, others)
            process = context.Process(target=_serve, args=given, daemon=True)
            with _interrupts_held():
                process.start()
                crew.append(_Worker(process, ours, 0))
            theirs.close()
        yield None
        for worker in crew:
            worker.give(waiting.pop())
        busy = {worker.connection: worker for worker in crew}
        while busy:
            for connection in wait(list(busy), POLL):
                worker = busy[connection]  # type: ignore[index]
                done = worker.result()
                if waiting:
                    worker.give(waiting.pop())
                else:
                    del busy[worker.connection]
                yield done
    finally:
        _dismiss(crew)


def _dismiss(crew: Sequence[_Worker]) -> None:
    """End every worker now, whatever it is doing."""
    for worker in crew:
        worker.process.terminate()
    for worker in crew:
        worker.process.join(0.5)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()
        worker.connection.close()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C back while a process is started, so that it never sees one."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    connection: Connection,
    loaded: Loaded[Scenario],
    plans: Plans | None,
    seed: int,
    events: Mapping[int, Path],
    do: Job,
    others: Sequence[Connection],
) -> None:
    """Be a worker: run the replications asked for until there is nobody to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in others:  # copies of the parent's ends, which would hide that it has gone
        other.close()
    if plans is None:
        plans = compile_plans(loaded)
    with suppress(EOFError, ConnectionError):
        while True:
            number = connection.recv()
            answer: Any
            try:
                answer = do(plans, seed, number, events.get(number))
            except OSError as error:
                answer = error
            except Exception:
                answer = _Failure(traceback.format_exc())
            connection.send(answer)
