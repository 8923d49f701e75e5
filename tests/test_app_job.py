"""A run that the application has asked for: same numbers, nothing kept, nothing left behind."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sim.app.job import Job, Order, Text
from sim.cli import main
from sim.commands.lines import documents
from sim.experiment import run
from sim.experiment.headlines import read_headline
from sim.experiment.summary import summary
from sim.scenario import Loaded, load, to_yaml
from sim.scenario.schema import Scenario

SMALL = str(Path(__file__).parent / "data" / "small-service.yaml")
HERE = Path(__file__).resolve().parents[1]
# A pipe left open is an error: a server that runs for weeks would run out of them.
pytestmark = [
    pytest.mark.filterwarnings("error::ResourceWarning"),
    pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning"),
]
PATIENCE = 120.0  # seconds until a test gives up; what is waited for takes a moment


def small(*sets: str) -> Loaded[Scenario]:
    return load(SMALL, sets)


def as_text(loaded: Loaded[Scenario]) -> Text:
    return Text(to_yaml(loaded))


def is_gone(group: int) -> bool:
    """Whether no process of a group is left (one that has ended but was not waited for is not)."""
    found = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in found.stdout.splitlines())
    return not any(pgid == str(group) and not stat.startswith("Z") for pgid, stat in rows)


def wait_until_gone(group: int) -> bool:
    until = time.monotonic() + PATIENCE
    while not is_gone(group):
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def wait_for_the_first(job: Job) -> None:
    until = time.monotonic() + PATIENCE
    while job.done == 0:
        assert job.running and time.monotonic() < until, job.error
        time.sleep(0.05)


def test_a_scenario_on_standard_input_gives_the_numbers_of_the_command_line() -> None:
    loaded = small()
    job = Job(Order((as_text(loaded),), "5 months", 3))
    assert job.wait(PATIENCE) and job.error is None
    results = run(loaded, replications=3, jobs=1)
    expected, figures = summary(results), job.figures[0]
    assert [figures.get(e.measure, e.where, e.period) for e in expected] == [
        e if e.mean is not None else None for e in expected
    ]
    for text in ("in_date:cin_review@*", "on_transfer_list@*", "over_limit@*"):  # all together
        one = read_headline(text)
        values = [one.value(replication) for replication in results.replications]
        assert figures.values(one.measure, one.where, "all") == pytest.approx(values)


def test_a_change_is_compared_with_the_baseline_future_by_future() -> None:
    post = "teams.safeguarding_and_support.posts.social_worker.count"
    job = Job(Order((as_text(small()), as_text(small(f"{post}=2"))), "5 months", 2))
    assert job.wait(PATIENCE) and job.error is None
    before, after = job.figures
    found = before.change(after, "caseload", "safeguarding_and_support.social_worker")
    assert found is not None and found.change.replications == 2
    assert found.other.mean is not None and found.first.mean is not None
    assert found.other.mean > found.first.mean  # the same children, fewer to hold them


def test_what_comes_on_standard_input_is_kept_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASELOAD_STORE", str(tmp_path / "store"))
    job = Job(Order((as_text(small()),), "5 months", 1))
    assert job.wait(PATIENCE) and job.error is None
    assert not list(tmp_path.rglob("*"))


def test_what_is_wrong_with_a_scenario_is_said() -> None:
    job = Job(Order((Text("name: odd\nextends: three-hubs\nhorizn: 1 year\n"),), "1 year", 1))
    assert job.wait(PATIENCE)
    assert job.error is not None and "did you mean 'horizon'" in job.error
    assert "Traceback" not in job.error


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")
def test_cancelling_ends_every_process_and_keeps_what_is_finished() -> None:
    job = Job(Order((as_text(small()),), "1 year", 500))
    wait_for_the_first(job)
    job.cancel()
    assert wait_until_gone(job.pid)
    assert job.wait(PATIENCE) and job.cancelled and job.error is None
    assert 0 < job.futures < 500


SERVER = """
import sys, time
from sim.app.job import Job, Order, Text
text = sys.stdin.read()
job = Job(Order((Text(text) if text else "three-hubs",), "1 year", 500))
while job.done == 0:
    time.sleep(0.05)
print(job.pid, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="process groups are POSIX")
@pytest.mark.parametrize("shipped", [False, True])
def test_a_killed_server_leaves_no_process_behind(shipped: bool) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(HERE)},
    )
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write("" if shipped else to_yaml(small()))
    server.stdin.close()
    group = int(server.stdout.readline())
    assert not is_gone(group)
    server.send_signal(signal.SIGKILL)
    server.wait()
    server.stdout.close()
    assert wait_until_gone(group)


def test_scenarios_on_standard_input_are_parted_by_dashes_and_ended_by_dots() -> None:
    given = io.BytesIO(b"name: a\n---\nname: b\n...\nwhat follows is not read")
    assert documents(given) == ([b"name: a\n", b"name: b\n"], True)
    assert documents(io.BytesIO(b"name: a\n")) == ([b"name: a\n"], False)


def test_more_or_fewer_scenarios_than_asked_for_are_refused() -> None:
    job = Job(Order((Text("name: a\n---\nname: b\n"),), "1 year", 1))
    assert job.wait(PATIENCE)
    assert job.error is not None and "that should come here: 1; that did: 2" in job.error


def test_lines_for_a_program_go_with_no_folder(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "three-hubs", "--progress-json", "--out", "somewhere"]) == 2
    assert "leave out --out" in capsys.readouterr().err
