"""A cluster gives what one process gives, and whatever is lost on it is said and made again."""

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from clusters import PATH, ROOT, Machines, wait_until

from sim.cli import main
from sim.experiment import (
    ClusterRefusedError,
    ReplicationFailedError,
    Results,
    Store,
    WorkerLostError,
    replicate,
    run,
)
from sim.experiment.cluster import (
    RECONNECTS,
    Cluster,
    SchedulerLostError,
    check_cluster,
)
from sim.experiment.cluster_talk import Conversation
from sim.experiment.engines import Task, Work, here
from sim.report.files import write_tables
from sim.scenario import load

SHORT = ["--horizon", "1 month", "--replications", "2", "--no-store", "--quiet"]
POST = "teams.review_and_intervention.posts.family_support_worker.count"


@pytest.fixture(scope="module")
def short() -> Any:
    return load("three-hubs", ["horizon=1 month"])


@pytest.fixture(scope="module")
def alone(short: Any) -> Results:
    return run(short, replications=6, engine=here)


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers."""
    with Machines(tmp_path_factory.mktemp("cluster")) as started:
        started.scheduler()
        started.worker()
        started.worker()
        wait_until(lambda: started.workers() == 2)
        yield started


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Machines]:
    """A scheduler of the test's own, which it may kill; it gives up a task that is lost once."""
    with Machines(tmp_path) as started:
        started.scheduler(allowed_failures=0)
        yield started


@pytest.fixture
def said() -> list[str]:
    return []


# --- the same tables ------------------------------------------------------------------------


def test_one_process_two_and_a_cluster_give_identical_tables(
    short: Any, alone: Results, machines: Machines, tmp_path: Path
) -> None:
    found = {
        "one": alone,
        "two": run(short, replications=6, jobs=2),
        "cluster": run(short, replications=6, engine=Cluster(machines.address)),
    }
    for name, results in found.items():
        assert results.replications == alone.replications
        (tmp_path / name).mkdir()
        write_tables(results, tmp_path / name)
    files = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert "summary.csv" in files
    for name in ("two", "cluster"):
        for file in files:
            assert (tmp_path / name / file).read_bytes() == (tmp_path / "one" / file).read_bytes()


@pytest.mark.parametrize(
    ("command", "files"),
    [
        (["run", "three-hubs"], []),
        pytest.param(
            ["compare", "three-hubs", f"[{POST}=6]"], ["comparison.csv"], marks=pytest.mark.long
        ),
        (["sweep", "three-hubs", "--vary", f"{POST}=6,7"], ["sweep.csv", "sweep.parquet"]),
    ],
    ids=["run", "compare", "sweep"],
)
def test_every_command_gives_the_same_on_a_cluster(
    command: list[str],
    files: list[str],
    machines: Machines,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = []
    # Names of one length: sentences that name the folder are wrapped.
    for name, where in (("near", ["--jobs", "1"]), ("away", ["--cluster", machines.address])):
        out = ["--out", str(tmp_path / name)] if files else []
        assert main([*command, *SHORT, *where, *out]) == 0
        printed.append(capsys.readouterr().out.replace(str(tmp_path / name), ""))
    assert printed[0] == printed[1]
    for file in files:
        assert (tmp_path / "away" / file).read_bytes() == (tmp_path / "near" / file).read_bytes()


def test_an_event_log_comes_back_from_the_cluster(
    short: Any, machines: Machines, tmp_path: Path
) -> None:
    logs = [tmp_path / "here.csv", tmp_path / "there.csv"]
    for log, engine in zip(logs, (here, Cluster(machines.address)), strict=True):
        run(short, replications=2, events={1: log}, engine=engine)
    assert logs[0].stat().st_size > 0
    assert logs[0].read_bytes() == logs[1].read_bytes()


def test_ctrl_c_keeps_what_the_cluster_has_finished(
    short: Any, alone: Results, machines: Machines
) -> None:
    def stop(done: int, _: int) -> None:
        if done == 1:
            raise KeyboardInterrupt

    stopped = run(short, replications=6, engine=Cluster(machines.address), on_done=stop)
    assert stopped.interrupted
    (only,) = stopped.replications
    assert only == alone.replications[only.number - 1]


# --- what goes wrong on a worker ------------------------------------------------------------


def die_once(mark: Path, plans: Any, seed: int, number: int, _: Path | None) -> Any:
    """Kill this process at replication 2 where the mark is not there yet, else run it."""
    if number == 2 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return replicate(plans, seed, number)


def die(*_: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(*_: Any) -> Any:
    raise ZeroDivisionError("the model is wrong")


def _work(short: Any, do: Any) -> Work:
    return Work(scenarios=[short], seed=1, tasks=[Task(0, n) for n in (1, 2, 3)], do=do)


def test_what_a_killed_worker_had_in_hand_is_begun_again(
    short: Any, alone: Results, machines: Machines, tmp_path: Path, said: list[str]
) -> None:
    machines.worker()  # so that two are left for the other tests
    wait_until(lambda: machines.workers() == 3)
    work = _work(short, partial(die_once, tmp_path / "mark"))
    done = [each for each in Cluster(machines.address, say=said.append)(work) if each is not None]
    assert sorted(each.task.number for each in done) == [1, 2, 3]
    assert all(each.result == alone.replications[each.task.number - 1] for each in done)
    (message,) = said
    assert "was lost" in message
    assert "2" in message.partition("begun again")[2]
    assert machines.workers() == 2


def test_an_error_of_the_model_comes_back_with_where_it_was(short: Any, machines: Machines) -> None:
    with pytest.raises(ReplicationFailedError, match="ZeroDivisionError: the model") as failed:
        list(Cluster(machines.address)(_work(short, fail)))
    assert "in fail" in failed.value.details


def test_a_worker_with_other_code_is_refused(
    short: Any, machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ROOT / "sim", tmp_path / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    changed = tmp_path / "sim" / "service" / "diary.py"
    changed.write_text(changed.read_text() + "# changed\n")
    other = machines.worker(PATH.replace(str(ROOT), str(tmp_path), 1))
    wait_until(lambda: machines.workers() == 3)
    try:
        for _ in range(2):
            with pytest.raises(ClusterRefusedError, match=r"worker tcp://\S+ runs .* and this is"):
                run(short, replications=6, engine=Cluster(machines.address))
            # The second time as if it had come after the others were asked.
            monkeypatch.setattr(Conversation, "begin", lambda self: None)
    finally:
        other.kill()
        wait_until(lambda: machines.workers() == 2)


def test_no_workers_are_not_waited_for_without_end(
    short: Any, own: Machines, said: list[str]
) -> None:
    impatient = Cluster(own.address, workers_within=0.5, say=said.append)
    with pytest.raises(WorkerLostError, match=r"no workers.*dask worker tcp://"):
        run(short, replications=1, engine=impatient)
    assert "has no workers; waiting" in said[0]


def test_a_replication_that_kills_its_workers_ends_the_run(short: Any, own: Machines) -> None:
    own.worker()
    with pytest.raises(WorkerLostError, match="lost with every worker it was given to"):
        list(Cluster(own.address)(_work(short, die)))


# --- a scheduler that goes away -------------------------------------------------------------


def _after_one(do: Callable[[], object]) -> Callable[[int, int], None]:
    """Do something once one replication is done."""
    todo = [do]

    def show(done: int, _: int) -> None:
        if done and todo:
            todo.pop()()

    return show


@pytest.mark.long
@pytest.mark.parametrize(
    "end",
    [pytest.param(signal.SIGKILL, id="killed"), pytest.param(signal.SIGSTOP, id="hangs")],
)
def test_a_scheduler_that_goes_away_is_said_and_what_is_finished_kept(
    short: Any, alone: Results, own: Machines, said: list[str], tmp_path: Path, end: int
) -> None:
    own.worker()
    wait_until(lambda: own.workers() == 1)
    store = Store(tmp_path / "store")
    cluster = Cluster(own.address, answer_within=3.0, say=said.append)
    with pytest.raises(SchedulerLostError, match="has gone"):
        run(
            short,
            replications=6,
            engine=cluster,
            store=store,
            on_done=_after_one(lambda: own.processes[0].send_signal(end)),
        )
    assert [message[-6:] for message in said] == [f"{n} of {RECONNECTS}" for n in (1, 2, 3)]
    again = run(short, replications=6, engine=here, store=store)
    assert 1 <= again.kept < 6
    assert again.replications == alone.replications


@pytest.mark.long
def test_a_scheduler_that_comes_back_is_given_the_rest(
    short: Any, alone: Results, own: Machines, said: list[str]
) -> None:
    own.worker()
    told: list[int] = []
    kill = _after_one(own.processes[0].kill)

    def show(done: int, asked: int) -> None:
        told.append(done)
        kill(done, asked)

    def restart(message: str) -> None:
        said.append(message)
        if "has gone" in message:
            own.scheduler(port=int(own.address.rpartition(":")[2]))
            own.worker()

    results = run(short, replications=6, engine=Cluster(own.address, say=restart), on_done=show)
    assert results.replications == alone.replications
    assert told == [0, 1, 2, 3, 4, 5, 6]  # none was run twice
    assert f"1 of {RECONNECTS}" in "".join(said)


# --- what cannot be used --------------------------------------------------------------------


def test_an_address_where_nobody_answers_is_refused(short: Any) -> None:
    with pytest.raises(ClusterRefusedError, match=r"nobody answers at tcp://127\.0\.0\.1:1"):
        run(short, replications=1, engine=Cluster("tcp://127.0.0.1:1", answer_within=0.5))


@pytest.mark.parametrize("address", ["localhost:8786", "tcp://localhost", "http://localhost:8786"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ClusterRefusedError, match="tcp://HOST:PORT"):
        check_cluster(address)


def test_the_command_refuses_it_before_anything_is_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run", "three-hubs", *SHORT, "--cluster", "localhost"]) == 2
    said = capsys.readouterr()
    assert "write tcp://HOST:PORT" in said.err
    assert said.out == ""


def test_without_dask_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert main(["run", "three-hubs", *SHORT, "--cluster", "tcp://localhost:8786"]) == 2
    assert "pip install 'caseload[cluster]'" in capsys.readouterr().err


def test_how_many_at_a_time_is_the_clusters_own_affair(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["run", "three-hubs", "--jobs", "2", "--cluster", "tcp://localhost:8786"])
    assert refused.value.code == 2
    assert "not allowed with" in capsys.readouterr().err
