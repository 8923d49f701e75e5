"""Worker processes that run replications, and what happens when one dies.

Each worker has a pipe of its own. It is sent a task, runs that replication and sends the result
back. Nothing is kept in a module: what a worker needs is handed to it when it starts. A worker
that dies is replaced and its task begun again, since a replication is fixed by its number; one
that is lost with every worker it is given to ends the run.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import ModuleType
from typing import Any, Literal

from sim.experiment.engines import (
    PLANS_KEPT,
    Done,
    ReplicationFailedError,
    Task,
    Work,
    WorkerLostError,
)
from sim.experiment.store import say_on_stderr

POLL = 0.2  # seconds; so that Ctrl-C is heard where waiting cannot be interrupted
TRIES = 3  # workers a task is given to before its loss ends the run

Start = Literal["fork", "spawn"]


@dataclass(frozen=True, slots=True)
class _Failure:
    """What a worker sends when the model fails: the traceback, as text."""

    details: str


class _LostError(Exception):
    """A worker has gone; says how it ended."""


@dataclass(slots=True)
class _Worker:
    """A worker process, our end of its pipe, and the task it is busy with."""

    process: BaseProcess
    connection: Connection
    task: Task | None = None

    def result(self) -> Any:
        """Take what the worker has sent."""
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionError):
            self.process.join(1.0)
            raise _LostError(_ending(self.process.exitcode)) from None
        if isinstance(answer, OSError):
            raise answer
        if isinstance(answer, _Failure):
            assert self.task is not None
            raise ReplicationFailedError(self.task.number, answer.details)
        return answer

    def give(self, task: Task) -> None:
        """Send the worker its next task."""
        self.task = task
        with suppress(BrokenPipeError):  # found out when its result is taken
            self.connection.send(task)


@dataclass(frozen=True)
class Processes:
    """Runs the work in several processes on this machine.

    Attributes
    ----------
    jobs
        How many.
    start
        How a process is started. By default it is forked on Linux as long as this process has one
        thread (a fork copies locks that other threads may hold), and else started anew.
    say
        Is told of a worker that was lost.
    """

    jobs: int
    start: Start | None = None
    say: Callable[[str], None] = say_on_stderr

    def __call__(self, work: Work) -> Iterator[Done | None]:
        """Run it.

        Raises
        ------
        WorkerLostError
            If every worker that a task is given to dies.
        ReplicationFailedError
            If a replication fails.
        OSError
            If an event log cannot be written.
        """
        crew: list[_Worker] = []
        waiting = list(reversed(work.tasks))
        lost: Counter[Task] = Counter()
        try:
            for _ in range(min(self.jobs, len(waiting))):
                self._hire(crew, work)
            yield None
            for worker in crew:
                worker.give(waiting.pop())
            while busy := {worker.connection: worker for worker in crew if worker.task}:
                for connection in wait(list(busy), POLL):
                    worker = busy[connection]  # type: ignore[index]
                    task = worker.task
                    assert task is not None
                    try:
                        result = worker.result()
                    except _LostError as error:
                        self._lost(task, lost, str(error))
                        _dismiss([worker])
                        crew.remove(worker)
                        self._hire(crew, work).give(task)
                        continue
                    worker.task = None
                    if waiting:
                        worker.give(waiting.pop())
                    yield Done(task, result)
        finally:
            _dismiss(crew)

    def _lost(self, task: Task, lost: Counter[Task], how: str) -> None:
        """Say that a worker has gone, and end it if the task is not to be tried again."""
        lost[task] += 1
        what = f"a worker process was lost while it ran replication {task.number} ({how})"
        if lost[task] == TRIES:
            raise WorkerLostError(
                f"{what}; so were the others it was given to. "
                "If memory ran out, try fewer at a time with --jobs"
            )
        self.say(f"{what}; that replication is begun again")

    def _hire(self, crew: list[_Worker], work: Work) -> _Worker:
        """Start a worker and add it to the crew."""
        alone = sys.platform == "linux" and threading.active_count() == 1
        start = self.start or ("fork" if alone else "spawn")
        context: Any = multiprocessing.get_context(start)
        ours, theirs = context.Pipe()
        others = [ours, *(w.connection for w in crew)] if start == "fork" else []
        sent = work if start == "fork" else _without_plans(work)
        process = context.Process(target=_serve, args=(theirs, sent, others), daemon=True)
        worker = _Worker(process, ours)
        with _interrupts_held(), _main_hidden() if start == "spawn" else nullcontext():
            process.start()
            crew.append(worker)
        theirs.close()
        return worker


def _without_plans(work: Work) -> Work:
    """Leave out what cannot be sent to another process, and is quickly made there."""
    return Work(work.scenarios, work.seed, (), work.do, work.events)


def _ending(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return f"it was ended by {signal.Signals(-exit_code).name}"
    return f"it ended with status {exit_code}"


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


@contextmanager
def _main_hidden() -> Iterator[None]:
    """Keep a worker that is started anew from running the user's program once more.

    It would, before anything else, in case it needs something of it; but a worker needs nothing. A
    script would have to be written under ``if __name__ == "__main__":``, or each of its workers
    would begin the experiment again.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _serve(connection: Connection, work: Work, others: Sequence[Connection]) -> None:
    """Be a worker: run the replications asked for until there is nobody to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    for other in others:  # copies of the parent's ends, which would hide that it has gone
        other.close()
    plans_of = lru_cache(PLANS_KEPT)(work.plans_of)
    with suppress(EOFError, ConnectionError):
        while True:
            task: Task = connection.recv()
            answer: Any
            try:
                plans = plans_of(task.scenario)
                answer = work.do(plans, work.seed, task.number, work.events.get(task))
            except OSError as error:
                answer = error
            except Exception:
                answer = _Failure(traceback.format_exc())
            connection.send(answer)
