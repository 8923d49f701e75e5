"""What has been run is not run again, and never taken for something else."""

import multiprocessing
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.experiment import Store, run
from sim.experiment import store as stores
from sim.experiment.engines import Work
from sim.experiment.store import content_of, decode, encode
from sim.scenario import load

SHORT = "horizon=1 month"


@pytest.fixture(scope="module")
def short() -> Any:
    return load("three-hubs-open-to-review", [SHORT])


@pytest.fixture(scope="module")
def results(short: Any) -> Any:
    return run(short, replications=3, jobs=1)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def store(tmp_path: Path, said: list[str]) -> Store:
    return Store(tmp_path / "store", say=said.append)


@pytest.fixture
def full(store: Store, short: Any, results: Any) -> Store:
    for replication in results.replications:
        store.put(content_of(short), 1, replication)
    return store


def nobody(work: Work) -> Any:
    """Run nothing: an engine for what needs no running."""
    assert not work.tasks
    yield None


def test_a_kept_replication_is_what_was_run(results: Any) -> None:
    for replication in results.replications:
        assert decode(encode(replication, "a"), "a") == replication


def test_asking_again_runs_nothing(full: Store, short: Any, results: Any) -> None:
    again = run(short, replications=3, store=full, engine=nobody)
    assert again.replications == results.replications
    assert (again.kept, again.interrupted) == (3, False)


def test_only_what_is_missing_is_run(full: Store, short: Any, results: Any) -> None:
    full.path(content_of(short), 1, 2).unlink()
    again = run(short, replications=3, store=full, jobs=1)
    assert again.replications == results.replications
    assert again.kept == 2
    assert run(short, replications=3, store=full, engine=nobody).kept == 3


def test_a_run_with_events_is_made_all_the_same(full: Store, short: Any, tmp_path: Path) -> None:
    log = tmp_path / "events.csv"
    again = run(short, replications=2, store=full, jobs=1, events={1: log})
    assert again.kept == 1
    assert log.stat().st_size > 0


@pytest.mark.parametrize(
    "other",
    [
        lambda short: (content_of(short), 2, 1),
        lambda short: (content_of(short), 1, 4),
        lambda short: (content_of(load("three-hubs", [SHORT])), 1, 1),
        lambda short: (
            content_of(load("three-hubs-open-to-review", [SHORT, "work.hours_a_day=7.3"])),
            1,
            1,
        ),
    ],
    ids=["seed", "number", "scenario", "setting"],
)
def test_another_question_is_another_entry(
    full: Store, short: Any, other: Callable[[Any], tuple[str, int, int]]
) -> None:
    assert full.get(*other(short)) is None


def test_a_child_more_in_ones_own_file_is_another_entry(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    line = "{},review_and_intervention\n"
    setting = [f"day_one.caseload='{file}'"]
    contents = set()
    for rows in (2, 3):
        file.write_text("child,stage\n" + "".join(line.format(f"c{n}") for n in range(rows)))
        contents.add(content_of(load("three-hubs", setting)))
    assert len(contents) == 2


def test_the_order_in_which_shares_are_written_counts() -> None:
    """A draw from shares goes by their order, so another order is another future."""
    one, other = (
        load("three-hubs", [f"population.sites={{{sites}}}"])
        for sites in ("north: 0.5, south: 0.5", "south: 0.5, north: 0.5")
    )
    assert content_of(one) != content_of(other)


def test_another_version_of_the_model_is_another_entry(full: Store, short: Any) -> None:
    other = Store(full.folder, code=full.code + " changed")
    assert full.get(content_of(short), 1, 1) is not None
    assert other.get(content_of(short), 1, 1) is None


def test_the_version_of_the_model_changes_with_any_of_its_sources(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    import sim

    package = Path(sim.__file__).parent
    copy = tmp_path / "sim"
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(stores, "files", lambda _: copy)
    versions = {stores.code_version()}
    for name in ("service/diary.py", "measure/series.py", "calendar.py", "scenario/values.py"):
        file = copy / name
        file.write_text(file.read_text() + "# changed\n")
        versions.add(stores.code_version())
    assert len(versions) == 5
    (copy / "report" / "table.py").write_text("")
    assert stores.code_version() in versions


# --- damage ---------------------------------------------------------------------------------


def _cut(raw: bytes) -> bytes:
    return raw[: len(raw) // 2]


def _one_bit(raw: bytes) -> bytes:
    middle = len(raw) // 2
    return raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :]


@pytest.mark.parametrize(
    "harm", [_cut, _one_bit, lambda _: b"", lambda raw: raw + b"x", lambda _: b"\x80\x04."]
)
def test_a_damaged_entry_is_said_and_run_again(
    full: Store, short: Any, results: Any, said: list[str], harm: Callable[[bytes], bytes]
) -> None:
    path = full.path(content_of(short), 1, 2)
    whole = path.read_bytes()
    path.write_bytes(harm(whole))
    again = run(short, replications=3, store=full, jobs=1)
    assert again.replications == results.replications
    assert again.kept == 2
    assert len(said) == 1
    assert "damaged" in said[0]
    assert path.read_bytes() == whole


@pytest.mark.parametrize("other", [("three-hubs-open-to-review", 2), ("three-hubs", 1)])
def test_an_entry_in_the_place_of_another_is_noticed(
    full: Store, short: Any, said: list[str], other: tuple[str, int]
) -> None:
    """A folder put together by hand: the checksum is right, and the run is not."""
    scenario, number = other
    theirs = content_of(load(scenario, [SHORT]))
    place = full.path(theirs, 1, number)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(full.path(content_of(short), 1, 1).read_bytes())
    assert full.get(theirs, 1, number) is None
    assert "it is another run's" in said[0]


def test_a_store_that_cannot_be_written_is_said_once_and_the_run_goes_on(
    tmp_path: Path, short: Any, results: Any, said: list[str]
) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(tmp_path / "file" / "store", say=said.append)
    assert run(short, replications=3, store=store, jobs=1).replications == results.replications
    assert len(said) == 1


# --- size, and others at work ---------------------------------------------------------------


def test_the_longest_unused_goes_first(full: Store, short: Any) -> None:
    content = content_of(short)
    for used, number in ((3, 1), (1, 2), (2, 3)):
        path = full.path(content, 1, number)
        os.utime(path, (used, path.stat().st_mtime))
    assert full.get(content, 1, 2) is not None  # so that now 3 is the longest unused
    size = sum(entry.size for entry in full.entries())
    assert full.trim(size - 1) == 1
    assert [full.path(content, 1, n).exists() for n in (1, 2, 3)] == [True, True, False]


def test_what_is_used_keeps_the_time_it_was_made(full: Store, short: Any) -> None:
    path = full.path(content_of(short), 1, 1)
    os.utime(path, (1000, 1000))
    full.get(content_of(short), 1, 1)
    assert path.stat().st_mtime == 1000
    assert path.stat().st_atime > 1000


def test_a_store_stays_within_its_limit(tmp_path: Path, short: Any, results: Any) -> None:
    size = len(encode(results.replications[0], "0" * 64))
    store = Store(tmp_path / "small", limit=int(size * 2.5))
    for seed in range(8):
        store.put(content_of(short), seed, results.replications[0])
    assert len(store.entries()) == 2


def test_what_a_killed_process_left_half_written_is_cleared(full: Store) -> None:
    draft = full.entries()[0].path.parent / f"{stores.DRAFT}left"
    draft.write_bytes(b"half")
    full.trim()
    assert draft.exists()  # it may belong to a process at work
    os.utime(draft, (0, 0))
    full.trim()
    assert not draft.exists()
    assert full.clear() == 3


def _put_often(folder: Path, content: str, replication: Any) -> None:
    store = Store(folder, limit=200_000)
    for seed in range(30):
        store.put(content, seed % 5, replication)
        store.get(content, seed % 5, replication.number)


def test_two_processes_may_share_a_store(
    tmp_path: Path, short: Any, results: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    context = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")
    one = results.replications[0]
    both = [
        context.Process(target=_put_often, args=(tmp_path, content_of(short), one))
        for _ in range(2)
    ]
    for process in both:
        process.start()
    for process in both:
        process.join()
    assert [process.exitcode for process in both] == [0, 0]
    assert capfd.readouterr().err == ""
    kept = Store(tmp_path).get(content_of(short), 4, one.number)
    assert kept == one


# --- where it lies --------------------------------------------------------------------------


def test_the_store_lies_in_the_cache_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("CASELOAD_STORE", raising=False)
    assert stores.default_folder() == tmp_path / "caseload"
    monkeypatch.setenv("CASELOAD_STORE", str(tmp_path / "other"))
    assert stores.default_folder() == tmp_path / "other"
