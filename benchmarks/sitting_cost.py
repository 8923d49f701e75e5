"""The cost of a sitting, in bare SimPy timeouts measured in the same process.

One five-year replication of the baseline with all measures on and the log off: building
the model, running it and a full garbage collection, best of several, divided by the
sittings done and by the best cost of a bare timeout. A ratio within one run, of processor time
(what else the machine is doing does not count), so that machines and minutes can be compared.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from time import process_time

import simpy

from sim.measure.accounts import Accounts
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

TRIES = 7
PROCESSES = 100
TIMEOUTS_EACH = 2000


def bare_timeout_seconds() -> float:
    """Time one ``yield env.timeout(1.0)`` among a hundred processes."""
    env = simpy.Environment()

    def wait() -> Generator[simpy.Timeout, None, None]:
        while True:
            yield env.timeout(1.0)

    for _ in range(PROCESSES):
        env.process(wait())
    began = process_time()
    env.run(TIMEOUTS_EACH)
    return (process_time() - began) / (PROCESSES * TIMEOUTS_EACH)


def main(tries: int = TRIES) -> None:
    """Print the cost of a sitting and what it is made of."""
    plans = compile_plans(load("three-hubs"))
    runs: list[float] = []
    bares: list[float] = []
    sittings = 0
    for _ in range(tries):
        gc.collect()
        bares.append(bare_timeout_seconds())
        began = process_time()
        accounts = Accounts()
        Service(plans, seed=1, replication=1, recorder=accounts).run()
        sittings = accounts.sittings
        del accounts
        gc.collect()
        runs.append(process_time() - began)
        bares.append(bare_timeout_seconds())
    per_sitting = min(runs) / sittings
    middle = sorted(runs)[tries // 2]
    print(f"one replication, best of {tries}: {min(runs):.2f} s (median {middle:.2f} s)")
    print(f"sittings: {sittings:,}; each {per_sitting * 1e6:.2f} microseconds")
    print(f"bare timeout, best of {2 * tries}: {min(bares) * 1e6:.3f} microseconds")
    print(f"cost of a sitting: {per_sitting / min(bares):.1f} bare timeouts (target: at most 10)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIES)
