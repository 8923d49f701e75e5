"""Replications run on a cluster: an existing scheduler of Dask distributed, with its workers.

Sharing work out, and giving what a lost worker had in hand to another, is Dask's. This keeps the
cluster supplied (about twice as many tasks as it has threads, so that none waits for us and little
is lost), sees to it that all of it runs the code that this process runs, and says what goes wrong.
Dask is imported only when a cluster is asked for.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sim.experiment.cluster_talk import Conversation, GoneError, asking, dask, quietly
from sim.experiment.engines import ClusterRefusedError, Done, EngineError, Work
from sim.experiment.store import say_on_stderr

ADDRESS = re.compile(r"(tcp|tls)://(\[[\da-fA-F:.]+\]|[^\s:/]+):\d+")
RECONNECTS = 3
CLOSING = 2.0  # seconds allowed for saying goodbye


class SchedulerLostError(EngineError):
    """The scheduler has gone and does not come back."""


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
            except GoneError as error:
                if not begun:
                    raise ClusterRefusedError(
                        f"nobody answers at {self.address} ({error}); is a scheduler running "
                        "there (dask scheduler), and can this machine reach it?"
                    ) from None
                lost += 1
                self._lost(lost, error)

    def _lost(self, times: int, error: GoneError) -> None:
        """Say that the scheduler has gone, and end it if it has been waited for often enough."""
        what = f"the scheduler at {self.address} has gone ({error})"
        if times > RECONNECTS:
            raise SchedulerLostError(f"{what}, and {RECONNECTS} new connections did not last")
        self.say(f"{what}; connecting again, {times} of {RECONNECTS}")

    @contextmanager
    def _conversation(self, work: Work) -> Iterator[Conversation]:
        distributed = dask()
        with quietly():
            with asking():
                _knock(self.address, self.answer_within)
                client = distributed.Client(
                    self.address, timeout=self.answer_within, set_as_default=False, name="caseload"
                )
            try:
                talk = Conversation(
                    client, self.address, self.answer_within, self.workers_within, self.say, work
                )
                talk.begin()
                yield talk
            finally:
                with suppress(Exception):
                    client.close(timeout=CLOSING)


def _knock(address: str, within: float) -> None:
    """See whether a scheduler answers: Dask's client would wait without end for one that hangs."""
    distributed = dask()
    secured = distributed.Security().get_connection_args("client")

    async def knock() -> None:
        comm = await distributed.comm.connect(address, within, **secured)
        await comm.close()

    thread = distributed.utils.LoopRunner(asynchronous=False)
    thread.start()
    try:
        distributed.sync(thread.loop, knock, callback_timeout=within)
    finally:
        thread.stop()
