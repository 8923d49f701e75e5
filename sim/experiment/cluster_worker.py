"""What a cluster's workers do: run a replication, if they run the code that asks for it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.engines import Job
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


@dataclass(frozen=True)
class Compiling:
    """A scenario, compiled once in each process it is sent to (plans cannot be sent)."""

    loaded: Loaded[Scenario]

    @cached_property
    def plans(self) -> Plans:
        """The scenario compiled, here."""
        return compile_plans(self.loaded)

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiling, (self.loaded,)


def replicate_there(
    scenario: Compiling, do: Job, seed: int, number: int, logged: bool, code: str
) -> tuple[Any, bytes | None]:
    """Run one replication on a worker, and send its event log back if it is wanted."""
    if code != this_code():  # a worker that came after the others were asked
        from distributed import get_worker

        raise OtherCodeError(f"the worker {get_worker().address}", this_code())
    if not logged:
        return do(scenario.plans, seed, number, None), None
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "events.csv"
        return do(scenario.plans, seed, number, log), log.read_bytes()
