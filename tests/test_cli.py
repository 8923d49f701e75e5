"""The command: what it prints, what it refuses, and what it leaves behind."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import heeds_ctrl_c

from sim.cli import main
from sim.measure.accounts import Accounts

SHORT = ["--horizon", "3 months", "--replications", "2"]
COMMAND = [sys.executable, "-m", "sim.cli"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_list_names_the_baseline(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    assert re.search(r"^three-hubs +Three hubs +A disabled", capsys.readouterr().out, re.M)


def test_check_says_that_a_scenario_is_fine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "three-hubs"]) == 0
    assert "three-hubs is fine: 3 stages" in capsys.readouterr().out


def test_keys_can_be_narrowed_down(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "three-hubs", "--filter", "caseload_limit"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all("caseload_limit" in line for line in lines[1:])
    assert main(["keys", "three-hubs", "--filter", "no such thing"]) == 2


def test_run_prints_a_table_that_fits_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "three-hubs", *SHORT, "--jobs", "1"]) == 0
    said = capsys.readouterr()
    assert max(map(len, said.out.splitlines())) <= 100
    for section in ("CHILDREN OPEN", "OVERDUE AND IN DATE", "WORKER LOAD", "WAITING", "FLOWS"):
        assert section in said.out
    assert "nan" not in said.out.lower().split()
    assert "2 of 2 possible futures done" in said.err


def test_quiet_says_nothing_of_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "three-hubs", *SHORT, "--jobs", "1", "--quiet"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "three-hub"], "did you mean 'three-hubs'"),
        (["run", "three-hubs", "--set", "teams.nobody=1"], "nobody"),
        (["run", "three-hubs", "--horizon", "soon"], "horizon"),
        (["run", "three-hubs", "--events"], "--out"),
        (["run", "three-hubs", "--events-all"], "--out"),
        (["check", "no/such/file.yaml"], "no such file"),
    ],
)
def test_bad_input_is_said_in_a_line_and_nothing_is_written(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    if arguments[0] == "run" and not arguments[-1].startswith("--events"):
        arguments = [*arguments, "--out", "deep/results"]
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert len(said.err.splitlines()) == 1
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "option", [["--replications", "0"], ["--seed", "x"], ["--jobs", "-1"], ["--nonsense"]]
)
def test_options_that_make_no_sense_are_bad_input(option: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["run", "three-hubs", *option])
    assert stopped.value.code == 2


# --- where results may go -------------------------------------------------------------------


def test_a_folder_with_something_in_it_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "notes.txt").write_text("mine")
    assert main(["run", "three-hubs", *SHORT, "--out", "results"]) == 2
    assert "--force" in capsys.readouterr().err
    assert main(["run", "three-hubs", *SHORT, "--out", "results", "--force"]) == 2
    assert "did not write" in capsys.readouterr().err
    assert [item.name for item in (tmp_path / "results").iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("place", [".", "..", "/", "~", "file"])
def test_places_that_must_not_be_overwritten_are_refused(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert main(["run", "three-hubs", *SHORT, "--out", place, "--force"]) == 2
    assert [item.name for item in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("place", ["/proc/caseload/results", "/dev/null/results"])
def test_a_target_that_cannot_be_written_is_said(
    place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    if not Path("/proc").is_dir():
        pytest.skip("needs /proc")
    assert main(["run", "three-hubs", *SHORT, "--out", place]) == 1
    assert "could not be written" in capsys.readouterr().err


def test_a_full_disk_leaves_nothing_behind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sim.report.files.write_tables", full)
    assert main(["run", "three-hubs", *SHORT, "--jobs", "1", "--out", "a/b"]) == 1
    assert "No space left" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# --- what is written ------------------------------------------------------------------------


def test_results_are_the_same_bytes_whoever_makes_them(tmp_path: Path) -> None:
    for name, jobs, hash_seed in (("one", "1", "0"), ("two", "2", "1")):
        subprocess.run(
            [*COMMAND, "run", "three-hubs", *SHORT, "--jobs", jobs, "--out", name, "--events"],
            check=True,
            capture_output=True,
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )
    one, two = tmp_path / "one", tmp_path / "two"
    names = sorted(str(f.relative_to(one)) for f in one.rglob("*") if f.is_file())
    assert names == sorted(str(f.relative_to(two)) for f in two.rglob("*") if f.is_file())
    differ = [n for n in names if (one / n).read_bytes() != (two / n).read_bytes()]
    assert differ == ["manifest.json"]
    assert {"summary.csv", "monthly.parquet", "timescales.csv", "flows.csv"} < set(names)
    assert {"charts/backlog.png", "charts/backlog.svg", "charts/backlog.txt"} < set(names)
    _says_how_it_was_made(one)


def test_force_replaces_all_that_was_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("sim.report.charts.write_charts", lambda *_: None)
    run = ["run", "three-hubs", "--horizon", "1 month", "--replications", "1", "--out", "one"]
    assert main([*run, "--events-all"]) == 0
    assert (tmp_path / "one" / "events-1.csv").exists()
    assert main([*run, "--force"]) == 0
    assert not (tmp_path / "one" / "events-1.csv").exists()
    assert [item.name for item in tmp_path.iterdir()] == ["one"]


def _says_how_it_was_made(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["replications"]["numbers"] == [1, 2]
    assert manifest["scenario"]["data"]["horizon"] == "3 months"
    assert manifest["command"][:3] == ["caseload", "run", "three-hubs"]
    assert len(manifest["scenario"]["digest"]) == 64
    summary = (folder / "summary.csv").read_text()
    assert summary.startswith("measure,where,period,unit,mean,lower,upper,p5,p95,replications\n")
    assert "on_time:cin_review,review_and_intervention,all,share," in summary
    assert not re.search(r",nan|inf,|e\+", summary)


def test_ctrl_c_ends_at_once_and_keeps_what_is_finished(tmp_path: Path) -> None:
    asked_for = ["--horizon", "3 months", "--replications", "120", "--jobs", "2", "--out", "kept"]
    started = subprocess.Popen(
        [*COMMAND, "run", "three-hubs", *asked_for],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=heeds_ctrl_c,
    )
    assert started.stderr is not None
    assert "possible futures done" in started.stderr.readline()  # a tenth of them
    os.killpg(started.pid, signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert started.returncode == 130
    assert "possible futures were finished" in err
    assert "Traceback" not in err
    assert "STOPPED EARLY" in out
    manifest = json.loads((tmp_path / "kept" / "manifest.json").read_text())
    assert manifest["interrupted"]
    assert 0 < manifest["replications"]["done"] < 60  # at once: nowhere near all of them
    assert [item.name for item in tmp_path.iterdir()] == ["kept"]


# --- one child's story ----------------------------------------------------------------------


def test_verify_prints_a_table_and_writes_what_a_reviewer_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    asked = ["verify", "three-hubs", *SHORT, "--jobs", "1", "--out", "filed"]
    assert main(asked) == 0
    said = capsys.readouterr()
    assert max(map(len, said.out.splitlines())) <= 100
    assert re.search(r"^pass +Little's law: L = lambda W +10 +as expected", said.out, re.M)
    assert "2 of 2 possible futures done" in said.err
    with (tmp_path / "filed" / "verification.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["verdict"] for row in rows} <= {"pass", "reported"}
    assert all(row["examined"] and row["expected"] for row in rows)
    page = (tmp_path / "filed" / "verification.md").read_text(encoding="utf-8")
    assert page.startswith("# Verification of Three hubs")
    assert json.loads((tmp_path / "filed" / "manifest.json").read_text())["seed"] == 1
    assert main([*asked, "--force", "--quiet"]) == 0


def test_verify_fails_where_a_check_fails(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Accounts, "_close_books", lambda self, now: None)
    status = main(["verify", "three-hubs", *SHORT, "--jobs", "1", "--quiet"])
    said = capsys.readouterr()
    assert status == 1
    assert re.search(r"^FAIL +compliance: on time", said.out, re.M)
    assert "open past due" in " ".join(said.out.split())


def test_verify_says_what_is_wrong_before_it_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "three-hubs", "--set", "horizon=never"]) == 2
    assert main(["verify", "no-such-scenario"]) == 2
    assert capsys.readouterr().out == ""


def test_trace_tells_a_childs_story(capsys: pytest.CaptureFixture[str]) -> None:
    horizon = ["--horizon", "3 months"]
    assert main(["trace", "three-hubs", *horizon]) == 0
    child = capsys.readouterr().out.splitlines()[1].strip()
    assert main(["trace", "three-hubs", child, *horizon]) == 0
    assert capsys.readouterr().out.startswith(f"Child {child}, born ")
    assert main(["trace", "three-hubs", "nobody", *horizon]) == 2
    assert child in capsys.readouterr().err


def test_estimate_says_what_to_expect_without_simulating(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["estimate", "three-hubs", "--horizon", "2 years"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"^Review & Intervention +324 +\d+ +\d+ +\d+$", said, re.M)
    assert re.search(
        r"^Advanced practitioner, Strengthening Families +[\d,]+ +[\d,]+ +\d+%$", said, re.M
    )
    assert "Approximate:" in said and "unlimited" in said
    assert main(["estimate", "three-hubs", "--set", "horizon=never"]) == 2
