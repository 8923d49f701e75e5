"""Many possible futures: the same whoever runs them, and what they say together."""

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from sim.experiment import replicate, run
from sim.experiment.summary import ALL, estimate, flows, monthly, periods, summary, timescales
from sim.scenario import load
from sim.service.plan import compile_plans


@pytest.fixture(scope="module")
def short() -> Any:
    return load("three-hubs", ["horizon=3 months"])


@pytest.fixture(scope="module")
def results(short: Any) -> Any:
    return run(short, replications=3, jobs=1)


def test_a_future_is_fixed_by_scenario_seed_and_number_alone(short: Any) -> None:
    plans = compile_plans(short)
    alone = replicate(plans, 1, 2)
    replicate(plans, 5, 7)
    assert pickle.dumps(replicate(plans, 1, 2)) == pickle.dumps(alone)


def test_several_processes_give_what_one_gives(short: Any, results: Any) -> None:
    shared = run(short, replications=3, jobs=2)
    assert [r.number for r in shared.replications] == [1, 2, 3]
    assert summary(shared) == summary(results)
    assert monthly(shared) == monthly(results)
    assert flows(shared) == flows(results)


def test_more_futures_leave_the_first_as_they_were(short: Any, results: Any) -> None:
    fewer = run(short, replications=1, jobs=1)
    assert fewer.replications[0] == results.replications[0]


def test_another_seed_is_another_future(short: Any, results: Any) -> None:
    other = run(short, replications=1, seed=2, jobs=1)
    assert other.replications[0].series != results.replications[0].series


def test_what_is_kept_of_a_future_is_small(results: Any) -> None:
    assert len(pickle.dumps(results.replications[0])) < 100_000


def test_every_future_done_is_told(short: Any) -> None:
    told: list[tuple[int, int]] = []
    run(short, replications=2, jobs=2, on_done=lambda done, asked: told.append((done, asked)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_ctrl_c_keeps_the_futures_that_are_finished(short: Any) -> None:
    def stop(done: int, asked: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    stopped = run(short, replications=4, jobs=1, on_done=stop)
    assert stopped.interrupted
    assert [r.number for r in stopped.replications] == [1]


def test_the_experiment_imports_neither_pandas_nor_matplotlib() -> None:
    code = (
        "import sys, sim.experiment; "
        "sys.exit(any(m in sys.modules for m in ('pandas', 'matplotlib', 'streamlit')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- what they say together -----------------------------------------------------------------


def test_the_interval_of_a_mean_is_students(results: Any) -> None:
    from scipy import stats

    values = [3.0, 5.0, 10.0, 4.0]
    found = estimate("backlog", "service", ALL, "tasks", values)
    low, high = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (found.lower, found.upper) == pytest.approx((low, high))
    assert (found.p5, found.p95) == pytest.approx(tuple(np.percentile(values, [5, 95])))


def test_one_future_has_no_interval_and_none_has_no_mean() -> None:
    one = estimate("backlog", "service", ALL, "tasks", [3.0, None])
    assert (one.mean, one.lower, one.upper, one.replications) == (3.0, None, None, 1)
    none = estimate("backlog", "service", ALL, "tasks", [None, None])
    assert (none.mean, none.p5, none.replications) == (None, None, 0)


def test_the_whole_run_and_its_full_years_are_summed_up(short: Any, results: Any) -> None:
    assert periods(results) == [(ALL, 0, 3)]
    longer = load("three-hubs", ["horizon=15 months"])
    found = run(longer, replications=1, jobs=1)
    assert periods(found) == [(ALL, 0, 15), ("1", 0, 12)]


def test_promises_are_counted_as_the_measure_counts_them(results: Any) -> None:
    shares = {(e.measure, e.where): e.mean for e in summary(results) if e.period == ALL}
    for cell in timescales(results):
        assert cell.on_time.mean == shares[f"on_time:{cell.timescale}", cell.stage]


def test_moves_are_counted_a_year(results: Any) -> None:
    moved = [sum(sum(counts) for counts in r.flows.values()) for r in results.replications]
    told = sum(flow.number.mean or 0.0 for flow in flows(results) if flow.number.period == ALL)
    assert told == pytest.approx(np.mean(moved) * 4)
