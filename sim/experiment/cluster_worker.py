"""What a cluster's workers do: run a replication, if they run the code that asks for it."""

from __future__ import annotations

import pickle
import tempfile
import zlib
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.engines import PLANS_KEPT, Job
from sim.experiment.replication import Plans
from sim.experiment.store import code_version
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario


class OtherCodeError(Exception):
    """A worker found that it runs other code: who, and which."""


@cache
def this_code() -> str:
    """Say which code this process runs.

    Asked once, when the code has just been imported: a worker stays for days, and the files of
    the program may meanwhile be replaced by others, which it does not run.
    """
    return code_version()


def packed(loaded: Loaded[Scenario]) -> bytes:
    """Write a scenario so that it can be sent with each replication.

    It goes with the task, and is not made a result for others to build on, because a scheduler
    gives tasks to whoever has what they build on: all of them to one worker.
    """
    return zlib.compress(pickle.dumps(loaded))


@lru_cache(PLANS_KEPT)
def _compiled(scenario: bytes) -> Plans:
    """Compile a scenario once in each process, for all its replications."""
    return compile_plans(pickle.loads(zlib.decompress(scenario)))


def replicate_there(
    scenario: bytes, do: Job, seed: int, number: int, logged: bool, code: str
) -> tuple[Any, bytes | None]:
    """Run one replication on a worker, and send its event log back if it is wanted."""
    if code != this_code():  # a worker that came after the others were asked
        from distributed import get_worker

        raise OtherCodeError(f"the worker {get_worker().address}", this_code())
    plans = _compiled(scenario)
    if not logged:
        return do(plans, seed, number, None), None
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.csv"
        return do(plans, seed, number, log), log.read_bytes()
