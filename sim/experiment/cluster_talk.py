"""What is said with a scheduler of Dask distributed: what it is asked for, and what it answers."""

from __future__ import annotations

import importlib
import logging
import traceback
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from sim.experiment.cluster_worker import OtherCodeError, packed, replicate_there, this_code
from sim.experiment.engines import (
    PLANS_KEPT,
    ClusterRefusedError,
    Done,
    EngineError,
    ReplicationFailedError,
    Task,
    Work,
    WorkerLostError,
)

AHEAD = 2  # tasks in hand for each thread of the cluster
POLL = 0.2  # seconds between looks at the connection
LOOK = 1.0  # seconds between counts of the threads


class GoneError(Exception):
    """The scheduler does not answer, or has forgotten us."""


class SlowError(GoneError):
    """The scheduler has not answered in time."""


@dataclass
class Conversation:
    """What the scheduler has been asked for, and what it answers.

    Attributes
    ----------
    client
        The connection, Dask's.
    address, answer_within, workers_within, say
        As of a `Cluster`.
    work
        What is to be run.
    news
        Tasks that have ended, and messages about lost workers, from Dask's own threads.
    in_hand
        What has been asked for, by Dask's name for it: the task and its future.
    """

    client: Any
    address: str
    answer_within: float
    workers_within: float
    say: Callable[[str], None]
    work: Work
    news: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    in_hand: dict[str, tuple[Task, Any]] = field(default_factory=dict)
    _waiting: float | None = None  # for any worker at all, since then

    def __post_init__(self) -> None:
        """Keep the last few scenarios packed, where several are run by turns."""
        self._packed = lru_cache(PLANS_KEPT)(lambda place: packed(self.work.scenarios[place]))

    def begin(self) -> None:
        """See to it that the whole cluster runs our code, and listen for what it loses."""
        with asking():
            try:
                found = {"the scheduler": self.client.run_on_scheduler(this_code)}
            except ImportError as error:
                found = {"the scheduler": error}
            workers = self.client.run(this_code, on_error="return")
            self.client.subscribe_topic("all", self._hear)
        found |= {f"the worker {address}": code for address, code in workers.items()}
        for who, code in found.items():
            if code != this_code() and not isinstance(code, OSError):  # which has just gone
                raise _refused(who, code)

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """Keep the cluster busy and give what is done, as it is."""
        waiting = deque(tasks)
        threads, looked = 0, -LOOK
        while waiting or self.in_hand:
            if monotonic() >= looked + LOOK:
                threads, looked = self._threads(), monotonic()
            while waiting and len(self.in_hand) < AHEAD * threads:
                self._give(waiting.popleft())
            if self.client.status != "running":
                raise GoneError("the connection has ended")
            with suppress(Empty):
                news = self.news.get(timeout=POLL)
                if isinstance(news, dict):
                    self._worker_lost(news)
                elif (done := self._take(news)) is not None:
                    yield done

    def _threads(self) -> int:
        """Count the threads of all workers; a cluster is not waited for without end."""
        with asking():
            count: int = sum(self.client.nthreads(callback_timeout=self.answer_within).values())
        where, most = f"the cluster at {self.address}", self.workers_within
        if count:
            self._waiting = None
        elif self._waiting is None:
            self._waiting = monotonic()
            self.say(f"{where} has no workers; waiting {most:.0f} seconds for some")
        elif monotonic() - self._waiting > most:
            raise WorkerLostError(
                f"{where} has had no workers for {most:.0f} seconds; start some with "
                f"dask worker {self.address}"
            )
        return count

    def _give(self, task: Task) -> None:
        """Ask for a task."""
        with asking():
            future = self.client.submit(
                replicate_there,
                self._packed(task.scenario),
                self.work.do,
                self.work.seed,
                task.number,
                task in self.work.events,
                this_code(),
                key=f"replication-{uuid.uuid4().hex}",
                pure=False,
            )
        self.in_hand[future.key] = (task, future)
        future.add_done_callback(self.news.put)

    def _take(self, future: Any) -> Done | None:
        """Take what came of a task; None if it has to be waited for again."""
        task, _ = self.in_hand[future.key]
        if future.status == "error":
            raise _failure(task, future)
        try:
            with asking():
                result, log = future.result(timeout=self.answer_within)
        except SlowError:  # it was lost before it was fetched, and is being made again
            future.add_done_callback(self.news.put)
            return None
        del self.in_hand[future.key]
        if log is not None:
            self.work.events[task].write_bytes(log)
        return Done(task, result)

    def _hear(self, event: tuple[float, Any]) -> None:
        """Take note, in a thread of Dask's, of what the scheduler tells everybody."""
        _, message = event
        if isinstance(message, dict) and message.get("action") == "remove-worker":
            self.news.put(message)

    def _worker_lost(self, message: dict[str, Any]) -> None:
        """Say which worker has gone, and what the scheduler gives to others."""
        again = {*message["processing-tasks"], *message["lost-computed-tasks"]}
        numbers = sorted(task.number for name, (task, _) in self.in_hand.items() if name in again)
        if numbers:
            begun = "replication" if len(numbers) == 1 else "replications"
            listed = ", ".join(map(str, numbers))
            self.say(
                f"the worker {message['worker']} was lost; what it had in hand is begun again "
                f"({begun} {listed})"
            )


def dask() -> Any:
    """Import Dask distributed, which is not there unless it was asked for, and has few types."""
    return importlib.import_module("distributed")


@contextmanager
def asking() -> Iterator[None]:
    """Tell a connection that has ended, whatever Dask calls that, from other errors."""
    try:
        yield
    except TimeoutError as error:
        raise SlowError(str(error) or "it did not answer in time") from error
    except dask().CancelledError as error:
        raise GoneError("the connection has ended") from error
    except OSError as error:
        raise GoneError(str(error) or type(error).__name__) from error


@contextmanager
def quietly() -> Iterator[None]:
    """Keep Dask from logging what is said here in words."""
    logs = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    levels = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in zip(logs, levels, strict=True):
            log.setLevel(level)


def _failure(task: Task, future: Any) -> EngineError:
    """Say what ended a task, from the error that Dask has brought from the worker."""
    error = future.exception()
    if isinstance(error, OtherCodeError):
        return _refused(*error.args)
    if isinstance(error, dask().KilledWorker):
        return WorkerLostError(
            f"replication {task.number} was lost with every worker it was given to; what ended "
            "them is in their logs (has each memory enough?)"
        )
    details = traceback.format_exception(type(error), error, future.traceback())
    return ReplicationFailedError(task.number, "".join(details))


def _refused(who: str, found: str | Exception) -> ClusterRefusedError:
    """Say in what a part of the cluster differs from this process."""
    if isinstance(found, Exception):
        what = f"{who} cannot run caseload ({found})"
    else:
        what = f"{who} runs {_spelt(found)}, and this is {_spelt(this_code())}"
    return ClusterRefusedError(
        f"{what}; install the same on all of the cluster as here, and start it again"
    )


def _spelt(code: str) -> str:
    version, sources, *python_and_machine = code.split(" ")
    return f"caseload {version} (sources {sources[:8]}) on {' '.join(python_and_machine)}"
