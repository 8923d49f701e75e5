"""Whoever runs the possible futures, they are the same; and one who dies is replaced."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lengths import at_length

import sim
from sim.experiment import Replication, WorkerLostError, replicate, run
from sim.experiment.engines import Task, Work, here
from sim.experiment.workers import TRIES, Processes
from sim.scenario import load


@pytest.fixture(scope="module")
def short() -> Any:
    return load("three-hubs", ["horizon=1 month"])


@pytest.fixture(scope="module")
def alone(short: Any) -> tuple[Replication, ...]:
    return run(short, replications=3, engine=here).replications


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_processes_give_what_one_gives(short: Any, alone: Any, start: Any) -> None:
    assert run(short, replications=3, engine=Processes(2, start=start)).replications == alone


def test_any_replications_may_be_asked_for(short: Any, alone: Any) -> None:
    some = run(short, numbers=[3, 1], jobs=1)
    assert some.replications == (alone[0], alone[2])
    assert some.asked == 2


def test_replications_are_numbered_from_one(short: Any) -> None:
    with pytest.raises(ValueError, match="from 1, not 0"):
        run(short, numbers=[0, 1], jobs=1)


# --- a worker that dies ---------------------------------------------------------------------


def die_once(plans: Any, seed: int, number: int, mark: Path | None) -> Any:
    """Kill this process where the mark is not there yet, else run the replication."""
    if mark is not None and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return replicate(plans, seed, number)


def die(*_: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _work(short: Any, do: Any, events: Any = None) -> Work:
    tasks = [Task(0, number) for number in (1, 2, 3)]
    return Work(scenarios=[short], seed=1, tasks=tasks, do=do, events=events or {})


@pytest.mark.parametrize("start", at_length(["fork", "spawn"], ["spawn"]))
def test_what_a_dead_worker_had_in_hand_is_begun_again(
    short: Any, alone: Any, start: Any, tmp_path: Path
) -> None:
    said: list[str] = []
    marks = {Task(0, 2): tmp_path / "2"}
    source = Processes(2, start=start, say=said.append)(_work(short, die_once, marks))
    done = [finished for finished in source if finished is not None]
    assert sorted((d.task.number, d.result == alone[d.task.number - 1]) for d in done) == [
        (1, True),
        (2, True),
        (3, True),
    ]
    assert len(said) == 1
    assert "replication 2 (it was ended by SIGKILL)" in said[0]


def test_a_replication_that_kills_every_worker_ends_the_run(short: Any) -> None:
    said: list[str] = []
    source: Iterator[Any] = Processes(1, say=said.append)(_work(short, die))
    with pytest.raises(WorkerLostError, match=r"SIGKILL.*--jobs"):
        list(source)
    assert len(said) == TRIES - 1


SCRIPT = """
import threading
from sim import run

print("begun")
threading.Thread(target=threading.Event().wait, daemon=True).start()  # so that none is forked
print(len(run("three-hubs", horizon="1 month", replications=2, jobs=2, store=False).columns))
"""


def test_a_workers_start_does_not_run_the_users_script_again(tmp_path: Path) -> None:
    """Nobody who writes three lines knows of ``if __name__ == "__main__"``."""
    (tmp_path / "script.py").write_text(SCRIPT)
    root = str(Path(sim.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "script.py"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("begun\n10\n", "")
