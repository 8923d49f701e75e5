"""The Python interface gives what the command writes, as plain tables."""

import doctest
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sim.api
import sim.api_size
from sim import ScenarioError, compare, load, run, sweep
from sim.cli import main
from sim.report.files import plain

POST = "review_and_intervention.posts.family_support_worker.count"
SHORT = ["--horizon", "1 month", "--replications", "2", "--jobs", "1", "--quiet"]
HOW: dict[str, Any] = {"horizon": "1 month", "replications": 2, "jobs": 1}
ROOT = Path(sim.api.__file__).parents[1]


def as_written(table: pd.DataFrame) -> list[list[str]]:
    """Write the cells of a table as the command writes them into its files."""
    return [
        [
            _number(cell) if isinstance(cell, float) else str(cell)
            for cell in row
        ]
        for row in table.itertuples(index=False)
    ]  # fmt: skip


def _number(cell: float) -> str:
    return "" if np.isnan(cell) else "inf" if np.isinf(cell) else plain(cell)


def in_file(path: Path) -> tuple[list[str], list[list[str]]]:
    head, *rows = pd.read_csv(path, header=None, dtype=str, na_filter=False).values.tolist()
    return head, rows


@pytest.fixture
def nothing_can_be_run(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    monkeypatch.setattr("sim.report.charts.write_charts", lambda *_: None)
    return lambda: monkeypatch.setattr("sim.service.service.Service.run", None)


# --- the same numbers, and the same store ---------------------------------------------------


def test_a_run_is_the_summary_the_command_writes(
    tmp_path: Path, nothing_can_be_run: Callable[[], None]
) -> None:
    assert (
        main(["run", "three-hubs", "--set", f"{POST}=5", *SHORT, "--out", str(tmp_path / "a")]) == 0
    )
    nothing_can_be_run()
    table = run("three-hubs", {POST: 5}, **HOW)
    assert (list(table.columns), as_written(table)) == in_file(tmp_path / "a" / "summary.csv")
    months = run(load("three-hubs", [f"{POST}=5"]), **HOW, months=True)
    written = pd.read_parquet(tmp_path / "a" / "monthly.parquet")
    pd.testing.assert_frame_equal(
        months, written.rename(columns={"month": "period"}), check_exact=True
    )


def test_a_comparison_is_the_one_the_command_writes(
    tmp_path: Path, nothing_can_be_run: Callable[[], None]
) -> None:
    others = [f"[{POST}=5]", "three-hubs"]
    assert main(["compare", "three-hubs", *others, *SHORT, "--out", str(tmp_path / "a")]) == 0
    nothing_can_be_run()
    table = compare("three-hubs", *others, **HOW)
    assert (list(table.columns), as_written(table)) == in_file(tmp_path / "a" / "comparison.csv")
    assert compare("three-hubs", {POST: 5}, "three-hubs", **HOW).equals(table)
    loaded = compare(load("three-hubs"), {POST: 5}, load("three-hubs"), **HOW)
    assert loaded.equals(table)
    named = compare("three-hubs", {POST: 5}, names=["seven", "five"], **HOW)
    assert set(zip(named["first"], named["other"], strict=True)) == {("seven", "five")}
    assert named["change"].equals(table["change"][: len(named)])


def test_a_sweep_is_the_one_the_command_writes(
    tmp_path: Path, nothing_can_be_run: Callable[[], None]
) -> None:
    varied = ["--vary", f"{POST}=7,5", "--vary", "work.hours_a_day=7.0..7.4", "--latin", "2"]
    assert main(["sweep", "three-hubs", *varied, *SHORT, "--out", str(tmp_path / "a")]) == 0
    nothing_can_be_run()
    vary = {POST: np.array([7, 5]), "work.hours_a_day": {"from": 7.0, "to": 7.4}}
    table = sweep("three-hubs", vary, latin_hypercube=2, **HOW)
    exact = pd.read_parquet(tmp_path / "a" / "sweep.parquet")
    pd.testing.assert_frame_equal(table, exact, check_exact=True)


def test_a_loaded_scenario_can_be_changed_and_is_itself_not_changed() -> None:
    loaded = load("three-hubs", horizon="1 year")
    again = load(loaded, {POST: 5})
    fresh = load("three-hubs", {POST: 5}, horizon="1 year")
    assert (again.digest, again.data) == (fresh.digest, fresh.data)
    assert loaded.digest == load("three-hubs", horizon="1 year").digest


def test_nothing_is_kept_where_it_is_not_wanted(nothing_can_be_run: Callable[[], None]) -> None:
    run("three-hubs", **HOW, store=False)
    nothing_can_be_run()
    with pytest.raises(Exception, match="replication 1 failed"):
        run("three-hubs", **HOW)


def test_it_says_how_far_it_has_come_only_if_asked(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[tuple[int, int]] = []
    run("three-hubs", **HOW, progress=lambda *done: told.append(done))
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert capsys.readouterr().err == ""
    run("three-hubs", **HOW, progress=True)
    assert "2 of 2 possible futures done" in capsys.readouterr().err


# --- what is wrong is said ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: load("three-hub"), "did you mean 'three-hubs'"),
        (lambda: run("three-hubs", {"nobody": 1}), "nothing is called 'nobody'"),
        (lambda: run("three-hubs", {POST: 2.5}), POST),
        (lambda: run("three-hubs", horizon="five"), "horizon"),
        (lambda: run("three-hubs", replications=0), "replications: should be a whole number"),
        (lambda: run("three-hubs", replications=2.5), "replications: should be a whole number"),
        (lambda: run("three-hubs", seed=-1), "seed: should be a whole number"),
        (lambda: run("three-hubs", jobs=2, cluster="tcp://a:1"), "leave out 'jobs'"),
        (lambda: run("three-hubs", jobs=0), "jobs: should be a whole number"),
        (lambda: compare("three-hubs"), "two or more"),
        (lambda: compare({POST: 5}, "three-hubs"), "the first is a scenario"),
        (lambda: compare("three-hubs", {POST: 5}, names=["a"]), "names: give 2"),
        (lambda: compare("three-hubs", {"horizon": "1 year"}), "the horizon of the one"),
        (lambda: compare("three-hubs", {POST: -1}), POST),
        (lambda: sweep("three-hubs", {}), "say what to vary"),
        (lambda: sweep("three-hubs", {POST: 5}), "give a list of values"),
        (lambda: sweep("three-hubs", {POST: []}), "give a list of values"),
        (lambda: sweep("three-hubs", {POST: "5..7"}), "a range"),
        (lambda: sweep("three-hubs", {POST: [7, -1]}), f"setting 2 ({POST}=-1)"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_said_before_anything_runs(
    ask: Callable[[], Any], message: str, nothing_can_be_run: Callable[[], None]
) -> None:
    nothing_can_be_run()
    with pytest.raises(ScenarioError) as refusal:
        ask()
    assert message in str(refusal.value)


def test_what_is_odd_is_said_to_whoever_asked() -> None:
    with pytest.warns(UserWarning) as said:
        load("three-hubs", {"start": date(2034, 4, 3)})
    assert "bank holidays" in str(said[0].message)
    assert {Path(each.filename).name for each in said} == {Path(__file__).name}


def test_ctrl_c_gives_no_table_of_part_of_the_futures(
    nothing_can_be_run: Callable[[], None],
) -> None:
    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    for ask in (
        lambda **how: run("three-hubs", **how),
        lambda **how: compare("three-hubs", {POST: 5}, **how),
        lambda **how: sweep("three-hubs", {POST: [7, 5]}, **how),
    ):
        with pytest.raises(KeyboardInterrupt):
            ask(**HOW | {"replications": 3}, progress=stop)
    one = run("three-hubs", **HOW | {"replications": 1})
    nothing_can_be_run()
    assert run("three-hubs", **HOW | {"replications": 1}).equals(one)


# --- light, safe and explained --------------------------------------------------------------


def test_importing_the_package_imports_nothing_else() -> None:
    script = """
import sys, sim
before = [name for name in sys.modules if name.startswith("sim.")]
assert {"load", "run", "compare", "sweep", "size"} <= set(dir(sim))
from sim import run
print(before, "pandas" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "[] False\n"


def test_the_examples_in_the_documentation_give_what_they_say() -> None:
    found = doctest.testmod(sim.api, raise_on_error=False)
    assert found.attempted >= 15
    assert found.failed == 0
    found = doctest.testmod(sim.api_size, raise_on_error=False)
    assert found.attempted >= 4
    assert found.failed == 0
