"""Scenarios compared: on the same futures, exactly nothing where nothing differs."""

import csv
import json
import math
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers import heeds_ctrl_c
from scipy import stats

import sim
from sim.cli import main
from sim.commands.compare import read_arms
from sim.experiment.arms import Arm
from sim.experiment.compare import CannotCompareError, check_arms, compare, difference, pair_up
from sim.experiment.run import run
from sim.experiment.store import Store
from sim.measure.better import BETTER_LESS, BETTER_MORE, NEITHER
from sim.measure.series import MEANINGS
from sim.report.better import verdict
from sim.report.comparison import ratio as written
from sim.report.comparison import table
from sim.scenario import load

FEWER = "review_and_intervention.posts.family_support_worker.count=5"
SHORT = ["horizon=3 months"]


@pytest.fixture(scope="module")
def compared() -> Any:
    arms = read_arms(["three-hubs", f"[{FEWER}]", "three-hubs"], SHORT)
    return compare(arms, replications=3, jobs=1)


def test_a_change_that_is_the_same_in_every_future_is_not_given_a_ratio_of_rounding() -> None:
    costs = [346_838.443, 351_207.11, 339_870.9, 348_500.03]
    found = difference("cost", "service", "all", "pounds", [(c, c - 59_350.35) for c in costs])
    assert found.variance_ratio == math.inf


def test_identical_scenarios_differ_by_exactly_zero_and_it_says_so(compared: Any) -> None:
    _, same = compared.comparisons
    assert same.identical
    assert all(d.same and d.change.mean == 0.0 for d in same.differences if d.change.replications)
    assert "the same scenario: every measure is exactly the same" in table(compared)


def test_fewer_posts_are_seen_to_be_fewer_hours(compared: Any) -> None:
    fewer, _ = compared.comparisons
    where = "review_and_intervention.family_support_worker"
    (hours,) = [
        d
        for d in fewer.differences
        if (d.change.measure, d.change.where, d.change.period) == ("hours_available", where, "all")
    ]
    assert hours.shown
    assert verdict(hours) == "less"
    assert not fewer.identical


def test_what_the_change_does_not_touch_is_the_same_in_every_future(compared: Any) -> None:
    fewer, _ = compared.comparisons
    contacts = [d for d in fewer.differences if d.change.measure == "contacts"]
    assert all(d.same for d in contacts)


def test_a_comparison_pairs_the_futures_both_have_finished() -> None:
    loaded = load("three-hubs", ["horizon=1 month"])
    two, three = (run(loaded, replications=n, jobs=1) for n in (2, 3))
    assert pair_up(three, two, "a", "b").numbers == (1, 2)


def test_futures_of_another_seed_are_refused() -> None:
    loaded = load("three-hubs", ["horizon=1 month"])
    one, other = (run(loaded, replications=1, seed=s, jobs=1) for s in (1, 2))
    with pytest.raises(CannotCompareError, match=r"seed 1 .* with 2"):
        pair_up(one, other, "a", "b")


def test_the_interval_is_that_of_students_paired_test() -> None:
    pairs = [(3.0, 4.0), (5.0, 7.0), (10.0, 10.5), (4.0, 6.5)]
    found = difference("backlog", "service", "all", "tasks", pairs)
    a, b = np.array(pairs).T
    expected = stats.ttest_rel(b, a).confidence_interval(0.95)
    assert (found.change.lower, found.change.upper) == pytest.approx(tuple(expected))
    apart, paired = np.var(a, ddof=1) + np.var(b, ddof=1), np.var(b - a, ddof=1)
    assert found.variance_ratio == pytest.approx(apart / paired)


@pytest.mark.parametrize(
    ("pairs", "ratio"),
    [
        ([(1.0, 2.0)], None),
        ([(1.0, 1.0), (1.0, 1.0)], None),
        ([(1.0, 2.0), (5.0, 6.0)], math.inf),
    ],
)
def test_without_variance_there_is_no_ratio(pairs: Any, ratio: float | None) -> None:
    assert difference("backlog", "service", "all", "tasks", pairs).variance_ratio == ratio


@pytest.mark.parametrize(
    ("measure", "step", "word"),
    [
        ("on_time:cin_review", 0.1, "better"),
        ("on_time:cin_review", -0.1, "worse"),
        ("backlog", -1.0, "better"),
        ("backlog", 1.0, "worse"),
        ("open_children", 1.0, "more"),
        ("open_children", 0.0, "the same"),
    ],
)
def test_a_change_is_told_in_a_word(measure: str, step: float, word: str) -> None:
    pairs = [(x, x + step * (1 + x / 100)) for x in (0.3, 0.5, 0.4)]
    assert verdict(difference(measure, "service", "all", "", pairs)) == word


def test_a_change_within_its_interval_is_not_shown() -> None:
    found = difference("backlog", "service", "all", "tasks", [(1.0, 2.0), (2.0, 1.0), (1.0, 1.5)])
    assert verdict(found) == "not shown"


def test_every_measure_is_better_one_way_or_neither() -> None:
    kinds = (BETTER_MORE, BETTER_LESS, NEITHER)
    assert set().union(*kinds) == set(MEANINGS)
    assert sum(map(len, kinds)) == len(MEANINGS)


@pytest.mark.parametrize(
    ("setting", "what"),
    [
        ("horizon=2 years", "horizon"),
        ("start=2026-05-01", "start"),
        ("calendar=plain", "calendar"),
    ],
)
def test_scenarios_with_other_months_are_refused(setting: str, what: str) -> None:
    arms = [Arm("a", load("three-hubs")), Arm("b", load("three-hubs", [setting]))]
    with pytest.raises(CannotCompareError, match=f"the {what} of the one is"):
        check_arms(arms)


def test_arms_are_named_as_they_were_written() -> None:
    arms = read_arms(["three-hubs", f"[{FEWER}]"], SHORT)
    assert [arm.name for arm in arms] == ["three-hubs", f"three-hubs[{FEWER}]"]
    post = arms[1].loaded.scenario.teams["review_and_intervention"].posts["family_support_worker"]
    assert post.count.value == 5
    assert all(str(arm.loaded.scenario.horizon) == "3 months" for arm in arms)
    twice = read_arms(["three-hubs", "three-hubs", "three-hubs"], SHORT)
    assert len({arm.name for arm in twice}) == 3


def test_the_command_writes_a_tidy_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["compare", "three-hubs", f"[{FEWER}]", "--horizon", "1 month"]
    assert main([*given, "--replications", "2", "--jobs", "1", "--out", "found"]) == 0
    said = capsys.readouterr()
    assert max(map(len, said.out.splitlines())) <= 100
    assert not re.search(r"[^ ]>1,000", said.out), "one column runs into the next"
    assert ">1,000" in said.out
    assert "4 of 4 possible futures done" in said.err
    with (tmp_path / "found" / "comparison.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["verdict"] for row in rows} > {"not shown", "the same"}
    keys = [(row["other"], row["measure"], row["where"], row["period"]) for row in rows]
    assert len(set(keys)) == len(keys)
    assert (tmp_path / "found" / "manifest.json").exists()


def test_a_comparison_asked_for_again_costs_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = ["compare", "three-hubs", f"[{FEWER}]", "--horizon", "1 month", "--quiet"]
    given += ["--replications", "2", "--jobs", "1"]
    assert main(given) == 0
    first = capsys.readouterr().out
    monkeypatch.setattr("sim.service.service.Service.run", None)  # nothing can be run
    assert main(given) == 0
    assert capsys.readouterr().out == first
    assert main([*given, "--no-store"]) == 1


@pytest.mark.parametrize("arm", [1, pytest.param(2, marks=pytest.mark.long)])
def test_ctrl_c_keeps_what_was_compared_and_leaves_no_process(tmp_path: Path, arm: int) -> None:
    store, out = Store(), tmp_path / "found"
    given = ["three-hubs", f"[{FEWER}]", "--horizon", "1 month", "--replications", "24"]
    started = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "compare", *given, "--jobs", "2", "--out", str(out)],
        env={**os.environ, "PYTHONPATH": str(Path(sim.__file__).parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heeds_ctrl_c,  # a shell starts what it runs in the background deaf to it
    )
    while started.poll() is None and len(store.entries()) < 24 * (arm - 1) + 2:
        time.sleep(0.01)
    os.killpg(started.pid, signal.SIGINT)  # as a terminal does, to all of them
    said, err = started.communicate(timeout=60)
    assert started.returncode == 130
    with pytest.raises(ProcessLookupError):
        os.killpg(started.pid, 0)
    counted = re.search(r"Stopped: (\d+) of 48 possible futures were finished; they are kept", err)
    assert counted is not None
    done = int(counted[1])
    assert len(store.entries()) - done in (0, 1)  # one may be kept and not yet counted
    assert "Traceback" not in err
    if arm == 1:
        assert said == ""
        assert "nothing was written" in err
        assert not out.exists()
    else:
        common = re.search(r"^(\d+) possible futures? in common", said, re.M)
        assert common is not None and int(common[1]) - (done - 24) in (0, 1)
        assert json.loads((out / "manifest.json").read_text())["interrupted"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["three-hubs"], "two scenarios or more"),
        (["three-hubs", "[horizon=2 years]"], "cannot be compared"),
        (["three-hubs", "[horizon"], "[horizon"),
        (["three-hubs", "[no.such.key=1]"], "no.such.key"),
        (["three-hubs", FEWER], f"in brackets, and in quotes: '[{FEWER}]'"),
        (["three-hubs", f"[{FEWER}"], f"in brackets, and in quotes: '[{FEWER}]'"),
        (["three-hubs", "three-hubs", "--reps", "3"], "caseload compare: error: unrecognized"),
        (["three-hubs", "three-hubs", "--replication", "3"], "did you mean --replications?"),
    ],
)
def test_what_cannot_be_compared_is_refused_before_anything_is_run(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["compare", *arguments])
    except SystemExit as refusal:  # argparse's
        status = int(refusal.code or 0)
    assert status == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("value", "said"), [(0.63, "0.6"), (43.2, "43"), (7e30, ">1,000"), (float("inf"), "all")]
)
def test_what_the_pairing_is_worth_is_told_without_false_precision(value: float, said: str) -> None:
    assert written(value) == said


def test_what_is_odd_in_a_scenario_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    later = ["--set", "start=2034-04-03", "--horizon", "1 month"]
    quickly = ["--replications", "1", "--jobs", "1", "--quiet"]
    assert main(["compare", "three-hubs", "three-hubs", *later, *quickly]) == 0
    assert capsys.readouterr().err.count("caution: ") == 1
