"""Replications run on a cluster: an existing scheduler of Dask distributed, with its workers.

Sharing work out, and giving what a lost worker had in hand to another, is Dask's. This keeps the
cluster supplied (about twice as many tasks as it has threads, so that none waits for us and little
is lost), sees to it that all of it runs the code that this process runs, and says what goes wrong.
Dask is imported only when a cluster is asked for.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import traceback
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from sim.experiment.cluster_worker import Compiling, OtherCodeError, replicate_there, this_code
from sim.experiment.engines import (
    ClusterRefusedError,
    Done,
    EngineError,
    ReplicationFailedError,
    Task,
    Work,
    WorkerLostError,
)
from sim.experiment.store import say_on_stderr

ADDRESS = re.compile(r"(tcp|tls)://(\[[\da-fA-F:.]+\]|[^\s:/]+):\d+")
AHEAD = 2  # tasks in hand for each thread of the cluster
RECONNECTS = 3
POLL = 0.2  # seconds between looks at the connection
LOOK = 1.0  # seconds between counts of the threads
CLOSING = 2.0  # seconds allowed for saying goodbye


class SchedulerLostError(EngineError):
    """The scheduler has gone and does not come back."""


class _GoneError(Exception):
    """The scheduler does not answer, or has forgotten us."""


class _SlowError(_GoneError):
    """The scheduler has not answered in time."""


def check_cluster(address: str) -> None:
    """Refuse a cluster that cannot be used from here, without asking it.

    Raises
    ------
    ClusterRefusedError
        If the address is not one, or Dask distributed is not installed.
    """
    if not ADDRESS.fullmatch(address):
        raise ClusterRefusedError(
            f"'{address}' is not the address of a scheduler: write tcp://HOST:PORT, "
            "as the scheduler says when it starts"
        )
    if importlib.util.find_spec("distributed") is None:
        raise ClusterRefusedError(
            "a cluster needs Dask distributed, which is not installed here: "
            "pip install 'caseload[cluster]'"
        )


@dataclass(frozen=True)
class Cluster:
    """Runs the work on the workers of a scheduler.

    Attributes
    ----------
    address
        The scheduler's, ``tcp://host:port``.
    answer_within
        Seconds it has to answer.
    workers_within
        Seconds it may be without any worker.
    say
        Is told of a scheduler or a worker that was lost.
    """

    address: str
    answer_within: float = 10.0
    workers_within: float = 60.0
    say: Callable[[str], None] = say_on_stderr

    def __call__(self, work: Work) -> Iterator[Done | None]:
        """Run it.

        Raises
        ------
        ClusterRefusedError
            If nobody answers at the address, or the cluster runs other code.
        SchedulerLostError
            If the scheduler goes away, and so does what three new connections reach.
        WorkerLostError
            If all workers are gone, or a replication was lost with several of them.
        ReplicationFailedError
            If a replication fails.
        OSError
            If an event log cannot be written.
        """
        check_cluster(self.address)
        if not work.tasks:
            yield None
        left = dict.fromkeys(work.tasks)
        begun, lost = False, 0
        while left:
            try:
                with self._conversation(work) as talk:
                    if not begun:
                        begun = True
                        yield None
                    for done in talk.run(left):
                        del left[done.task]
                        yield done
            except _GoneError as error:
                if not begun:
                    raise ClusterRefusedError(
                        f"nobody answers at {self.address} ({error}); is a scheduler running "
                        "there (dask scheduler), and can this machine reach it?"
                    ) from None
                lost += 1
                self._lost(lost, error)

    def _lost(self, times: int, error: _GoneError) -> None:
        """Say that the scheduler has gone, and end it if it has been waited for often enough."""
        what = f"the scheduler at {self.address} has gone ({error})"
        if times > RECONNECTS:
            raise SchedulerLostError(f"{what}; it was connected to again {RECONNECTS} times")
        self.say(f"{what}; connecting again, {times} of {RECONNECTS}")

    @contextmanager
    def _conversation(self, work: Work) -> Iterator[_Conversation]:
        from distributed import Client

        connect: Any = Client  # has no types
        with _quietly():
            with _asking():
                client = connect(
                    self.address, timeout=self.answer_within, set_as_default=False, name="caseload"
                )
            try:
                talk = _Conversation(self, work, client)
                talk.begin()
                yield talk
            finally:
                with suppress(Exception):
                    client.close(timeout=CLOSING)


@dataclass
class _Conversation:
    """What the scheduler has been asked for, and what it answers.

    Attributes
    ----------
    cluster, work
        Which scheduler, and what is to be run.
    client
        The connection, Dask's.
    news
        Tasks that have ended, and messages about lost workers, from Dask's own threads.
    in_hand
        What has been asked for, by Dask's name for it: the task and its future.
    """

    cluster: Cluster
    work: Work
    client: Any
    news: SimpleQueue[Any] = field(default_factory=SimpleQueue)
    in_hand: dict[str, tuple[Task, Any]] = field(default_factory=dict)
    _scenario: tuple[int, Any] = (-1, None)
    _waiting: float | None = None  # for any worker at all, since then

    def begin(self) -> None:
        """See to it that the whole cluster runs our code, and listen for what it loses."""
        with _asking():
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
                raise _GoneError("the connection has ended")
            with suppress(Empty):
                news = self.news.get(timeout=POLL)
                if isinstance(news, dict):
                    self._worker_lost(news)
                elif (done := self._take(news)) is not None:
                    yield done

    def _threads(self) -> int:
        """Count the threads of all workers; a cluster is not waited for without end."""
        with _asking():
            count: int = sum(
                self.client.nthreads(callback_timeout=self.cluster.answer_within).values()
            )
        where, most = f"the cluster at {self.cluster.address}", self.cluster.workers_within
        if count:
            self._waiting = None
        elif self._waiting is None:
            self._waiting = monotonic()
            self.cluster.say(f"{where} has no workers; waiting {most:.0f} seconds for some")
        elif monotonic() - self._waiting > most:
            raise WorkerLostError(
                f"{where} has had no workers for {most:.0f} seconds; start some with "
                f"dask worker {self.cluster.address}"
            )
        return count

    def _give(self, task: Task) -> None:
        """Ask for a task."""
        if self._scenario[0] != task.scenario:
            loaded = self.work.scenarios[task.scenario]
            self._scenario = task.scenario, self._submit(Compiling, loaded)
        future = self._submit(
            replicate_there,
            self._scenario[1],
            self.work.do,
            self.work.seed,
            task.number,
            task in self.work.events,
            this_code(),
        )
        self.in_hand[future.key] = (task, future)
        future.add_done_callback(self.news.put)

    def _submit(self, do: Callable[..., Any], *arguments: Any) -> Any:
        name = f"{do.__name__.lower()}-{uuid.uuid4().hex}"
        with _asking():
            return self.client.submit(do, *arguments, key=name, pure=False)

    def _take(self, future: Any) -> Done | None:
        """Take what came of a task; None if it has to be waited for again."""
        task, _ = self.in_hand[future.key]
        if future.status == "error":
            raise _failure(task, future)
        try:
            with _asking():
                result, log = future.result(timeout=self.cluster.answer_within)
        except _SlowError:  # it was lost before it was fetched, and is being made again
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
            self.cluster.say(
                f"the worker {message['worker']} was lost; what it had in hand is begun again "
                f"({begun} {listed})"
            )


@contextmanager
def _asking() -> Iterator[None]:
    """Tell a connection that has ended, whatever Dask calls that, from other errors."""
    from distributed import CancelledError

    try:
        yield
    except TimeoutError as error:
        raise _SlowError(str(error) or "it did not answer in time") from error
    except CancelledError as error:
        raise _GoneError("the connection has ended") from error
    except OSError as error:
        raise _GoneError(str(error) or type(error).__name__) from error


@contextmanager
def _quietly() -> Iterator[None]:
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
    from distributed import KilledWorker

    error = future.exception()
    if isinstance(error, OtherCodeError):
        return _refused(*error.args)
    if isinstance(error, KilledWorker):
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
