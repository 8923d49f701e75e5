"""What keeping the event log costs: a run with it over a run without, in the same process.

One five-year replication of the baseline, the two taken in turn; the best of several of each.
Writing the file is not counted: it is done after the run, and only where it was asked for.
"""

from __future__ import annotations

import gc
import sys
from time import process_time

from sim.measure.accounts import Accounts
from sim.measure.eventlog import EventLog
from sim.scenario import load
from sim.service.plan import Plan, compile_plans
from sim.service.service import Service

TRIES = 7


def seconds(plans: list[tuple[int, Plan]], recorder: Accounts) -> float:
    """Time one replication with this recorder."""
    gc.collect()
    began = process_time()
    Service(plans, seed=1, replication=1, recorder=recorder).run()
    return process_time() - began


def main(tries: int = TRIES) -> None:
    """Print the ratio."""
    plans = compile_plans(load("three-hubs"))
    without, with_log = [], []
    for _ in range(tries):
        without.append(seconds(plans, Accounts()))
        with_log.append(seconds(plans, EventLog()))
    ratio = min(with_log) / min(without)
    print(f"a run with the event log takes {ratio:.2f} times one without (target: at most 1.4)")
    print(f"best of {tries}: {min(without):.2f} s without, {min(with_log):.2f} s with")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIES)
