"""A sweep: many settings, one table, and nothing done twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.cli import main
from sim.commands.progress import Progress
from sim.commands.sweep import Request, planned
from sim.experiment.store import Store
from sim.experiment.vary import Range, SweepError, grid, latin, vary
from sim.scenario import load

POST = "teams.review_and_intervention.posts.family_support_worker.count"
SHORT = ["--horizon", "1 month", "--replications", "2", "--jobs", "1"]
SWEEP = ["sweep", "three-hubs", "--vary", f"{POST}=7,5", "--vary", "work.hours_a_day=7.4,7", *SHORT]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# --- what is varied -------------------------------------------------------------------------


def test_values_are_parted_outside_brackets_and_quotes() -> None:
    assert vary("a.b=1,[2, 3],'x,y',{c: 4, d: 5}").values == (
        "1",
        "[2, 3]",
        "'x,y'",
        "{c: 4, d: 5}",
    )


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a=3..7", Range(3, 7, "", True)),
        ("a=0.5..2", Range(0.5, 2, "", False)),
        ("a=6 weeks..12 weeks", Range(6, 12, "weeks", True)),
        ("a=5%..10%", Range(5, 10, "%", True)),
        ("a=-1..1", Range(-1, 1, "", True)),
    ],
)
def test_a_range_is_read_with_its_unit(text: str, meant: Range) -> None:
    assert vary(text).values == meant


@pytest.mark.parametrize("text", ["a", "a=", "=1", "a=7..3", "a=6 weeks..3 months"])
def test_what_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(SweepError):
        vary(text)


def test_a_grid_is_every_combination_and_a_range_has_none() -> None:
    assert grid([vary("a=1,2"), vary("b=x,y")]) == [
        ("1", "x"),
        ("1", "y"),
        ("2", "x"),
        ("2", "y"),
    ]
    with pytest.raises(SweepError, match="--latin"):
        grid([vary("a=1..2")])


def test_a_latin_hypercube_uses_each_value_evenly() -> None:
    drawn = latin([vary("a=1..5"), vary("b=0.0..1.0"), vary("c=x,y")], 20, 1)
    firsts = [a for a, _, _ in drawn]
    assert {value: firsts.count(value) for value in firsts} == dict.fromkeys("12345", 4)
    assert sorted(int(float(b) * 20) for _, b, _ in drawn) == list(range(20))
    assert [c for _, _, c in drawn].count("x") == 10
    assert drawn == latin([vary("a=1..5"), vary("b=0.0..1.0"), vary("c=x,y")], 20, 1)


# --- the command ----------------------------------------------------------------------------


def test_a_sweep_gives_one_tidy_table(tmp_path: Path) -> None:
    assert main([*SWEEP, "--out", "swept", "--quiet"]) == 0
    table = pd.read_csv(tmp_path / "swept" / "sweep.csv")
    assert list(table.columns[:6]) == [
        "setting", POST, "work.hours_a_day", "measure", "where", "period"
    ]  # fmt: skip
    settings = table[["setting", POST, "work.hours_a_day"]].drop_duplicates()
    assert settings.values.tolist() == [[1, 7, 7.4], [2, 7, 7], [3, 5, 7.4], [4, 5, 7]]
    whole = table[(table["measure"] == "hours_available") & (table["period"] == "all")]
    support = whole[whole["where"] == "review_and_intervention.family_support_worker"]
    hours = support.set_index("setting")["mean"]
    assert hours[1] > hours[2] and hours[1] > hours[3] > hours[4]
    manifest = json.loads((tmp_path / "swept" / "manifest.json").read_text())
    assert manifest["seconds"] > 0
    assert len({each["digest"] for each in manifest["scenarios"].values()}) == 4
    assert f"2: {POST}=7, work.hours_a_day=7" in manifest["scenarios"]
    exact = pd.read_parquet(tmp_path / "swept" / "sweep.parquet")
    assert exact["mean"].to_numpy() == pytest.approx(
        table["mean"].to_numpy(), rel=1e-5, nan_ok=True
    )


@pytest.mark.long
def test_a_sweep_without_a_folder_shows_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*SWEEP, "--set", "start=2034-04-03"]) == 0
    said = capsys.readouterr()
    head, *rows = said.out.splitlines()
    assert head.split() == [
        *("count", "hours_a_day"),
        *("open_children@service", "backlog@service", "backlog_hours@service"),
    ]
    settings = [row.split()[:2] for row in rows[:4]]
    assert settings == [["7", "7.4"], ["7", "7"], ["5", "7.4"], ["5", "7"]]
    for _, _, mean, sign, off, *_ in map(str.split, rows[:4]):
        assert sign == "±"
        assert ("." in off) <= (float(off.replace(",", "")) < 10), "no digits it does not know"
        assert ("." in mean) == ("." in off)
    assert "Averages over the whole run, of 2 possible futures of each setting" in said.out
    assert said.err.count("caution: ") == 1
    assert "8 of 8 possible futures done" in said.err


def test_what_is_wrong_in_every_setting_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    """A change on a date that the run does not reach is no matter of what is varied."""
    vary = ["--vary", f"{POST}=7,6,5", "--horizon", "1 month"]
    assert main(["sweep", "two-fewer-family-support", *vary]) == 2
    said = capsys.readouterr().err
    assert said.startswith("caseload: in every setting: ")
    assert said.count("is outside the run") == 1


def test_settings_that_are_the_same_are_run_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of ten settings drawn from two values, eight are one of the two again."""
    drawn = ["--vary", f"{POST}=5..6", "--latin", "10", "--no-store", "--out", "swept"]
    assert main(["sweep", "three-hubs", *drawn, *SHORT]) == 0
    assert "4 of 4 possible futures done" in capsys.readouterr().err
    table = pd.read_csv(tmp_path / "swept" / "sweep.csv")
    assert table["setting"].nunique() == 10
    figures = table.groupby(["setting", POST])["mean"].apply(tuple)
    assert figures.groupby(POST).nunique().tolist() == [1, 1]


@pytest.mark.long
def test_a_sweep_may_be_written_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(
        f"scenario: three-hubs\nhorizon: 1 month\nreplications: 2\n"
        f"vary:\n  {POST}: [7, 5]\n  work.hours_a_day: [7.4, 7]\n"
    )
    assert main(["sweep", "--file", "s.yaml", "--jobs", "1", "--out", "a", "--quiet"]) == 0
    assert main([*SWEEP, "--out", "b", "--quiet"]) == 0
    assert (tmp_path / "a/sweep.csv").read_bytes() == (tmp_path / "b/sweep.csv").read_bytes()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("vary: {a: [1]}\nvary: {b: [2]}", "s.yaml:3:1: vary: "),
        ("varied: {a: [1]}", "s.yaml:2:1: varied: unknown name; did you mean 'vary'?"),
        ("vary: [a, b]", "'vary' should be names and values"),
        ("vary: {a: [1}", "s.yaml:2:"),
        ("vary: {work.hours_a_day: 7}", "give a list of values"),
        ("replications: two\nvary: {work.hours_a_day: [7]}", "'replications' should be a whole"),
    ],
)
def test_what_is_wrong_in_a_sweep_file_is_said_with_its_line(
    text: str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "s.yaml").write_text(f"scenario: three-hubs\n{text}\n")
    assert main(["sweep", "--file", "s.yaml"]) == 2
    assert message in capsys.readouterr().err


def test_the_scenario_of_a_sweep_file_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/base.yaml").write_text("name: mine\nextends: three-hubs\n")
    (tmp_path / "mine/s.yaml").write_text("scenario: base.yaml\nvary: {work.hours_a_day: [7]}\n")
    plan = planned(Request(None, (), (), "mine/s.yaml", None, None, None))
    assert load(plan.scenario).scenario.name == "mine"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--vary", f"{POST}=7,-1"], f"setting 2 ({POST}=-1)"),
        (["--vary", "nobody=1,2"], "nothing is called 'nobody'"),
        (["--vary", f"{POST}=5..7"], "--latin"),
        (["--vary", f"{POST}=5", "--vary", f"{POST}=6"], "twice"),
        (["--vary", f"{POST}=5", "--vary", f"{POST[6:]}.value=6"], "twice"),
        (["--vary", f"{POST}=5,6", "--set", f"{POST[6:]}=4"], "cannot be set as well"),
        (["--vary", f"{POST}=5,,7"], "a value is missing"),
        ([], "say what to vary"),
        (["--file", "none.yaml"], "cannot be read"),
    ],
)
def test_a_wrong_setting_is_said_before_anything_runs(
    given: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["sweep", "three-hubs", *given, "--out", "swept"]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert "possible futures" not in said.err
    assert list(tmp_path.iterdir()) == []


# --- stopped and begun again ----------------------------------------------------------------


@pytest.mark.long
def test_a_killed_sweep_goes_on_where_it_stopped(tmp_path: Path) -> None:
    store = Store(tmp_path / "kept")
    root = str(Path(sim.__file__).parents[1])
    env = {**os.environ, "CASELOAD_STORE": str(store.folder), "PYTHONPATH": root}
    command = [sys.executable, "-m", "sim.cli", *SWEEP[:-1], "2", "--quiet"]
    dice = random.Random(5)
    made: dict[Path, int] = {}
    for _ in range(4):
        process = subprocess.Popen([*command, "--out", "again"], env=env)
        goal = len(made) + dice.randint(1, 2)
        while process.poll() is None and len(store.entries()) < goal:
            time.sleep(0.01)
        time.sleep(dice.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = {entry.path: entry.path.stat().st_mtime_ns for entry in store.entries()}
        assert made.items() <= now.items()  # what was finished has not been made again
        made = now
    assert 4 <= len(made) <= 8
    subprocess.run([*command, "--out", "again", "--force"], env=env, check=True)
    now = {entry.path: entry.path.stat().st_mtime_ns for entry in store.entries()}
    assert made.items() <= now.items()
    assert len(now) == 8
    assert main([*SWEEP, "--out", "whole", "--no-store", "--quiet"]) == 0
    for name in ("sweep.csv", "sweep.parquet"):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()


def test_ctrl_c_says_what_is_kept_and_the_sweep_goes_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def stop(self: Progress, done: int, asked: int) -> None:
        self.done, self.asked = done, asked
        if done == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Progress, "__call__", stop)
        assert main([*SWEEP, "--out", "swept"]) == 130
    err = capsys.readouterr().err
    assert "Stopped: 3 of 8 possible futures were finished; they are kept" in err
    assert list(tmp_path.iterdir()) == []
    assert len(Store().entries()) == 3
    assert main([*SWEEP, "--out", "swept"]) == 0
    assert "3 of 8 possible futures done" in capsys.readouterr().err.splitlines()[0]


# --- the store, from the command ------------------------------------------------------------


def test_a_run_asked_for_again_is_taken_from_the_store(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = ["run", "three-hubs", *SHORT, "--quiet"]
    assert main(run) == 0
    first = capsys.readouterr().out
    with monkeypatch.context() as broken:
        broken.setattr("sim.service.service.Service.run", None)  # nothing can be run
        assert main(run) == 0
        assert capsys.readouterr().out == first
        assert main([*run, "--no-store"]) == 1
    capsys.readouterr()
    assert main(["store"]) == 0
    assert "Kept runs: 2," in capsys.readouterr().out
    for wrong in (["--limit", "5"], ["--limit", "5 bananas"], ["--clear", "--limit", "5 MB"]):
        with pytest.raises(SystemExit):
            main(["store", *wrong])
    capsys.readouterr()
    assert main(["store", "--limit", "10 kB"]) == 0
    assert "Taken out: 1 " in capsys.readouterr().out
    assert main(["store", "--clear"]) == 0
    assert "Kept runs: 0, 0 bytes" in capsys.readouterr().out
