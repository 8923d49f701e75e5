"""How far it has come is shown without getting in the way of what runs."""

import io
import threading

import pytest

from sim.commands.progress import Progress
from sim.sizing.length import USUAL, expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_brings_no_thread_beside_which_a_process_could_not_be_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    before = threading.active_count()
    shown = Progress()
    shown(1, 4)
    assert threading.active_count() == before
    assert "Possible futures" in terminal.getvalue()
    shown.close()


def test_what_is_left_is_judged_by_what_was_run_and_not_by_what_was_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([100.0, 110.0])
    monkeypatch.setattr("sim.commands.progress.time.monotonic", lambda: next(clock))
    shown = Progress()
    shown(2, 12)
    shown(6, 12)  # four in ten seconds, and six to do
    assert capsys.readouterr().err.splitlines() == [
        "2 of 12 possible futures done",
        "6 of 12 possible futures done, about 15 s left",
    ]


def test_quiet_shows_nothing_and_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    shown = Progress(quiet=True)
    shown(3, 4)
    assert terminal.getvalue() == ""
    assert (shown.done, shown.asked) == (3, 4)


def test_a_search_that_takes_longer_than_usual_says_so_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It once wrote "433 of 433" after each future, with no word on how long it would go on."""
    clock = iter(range(0, 100_000, 10))
    monkeypatch.setattr("sim.commands.progress.time.monotonic", lambda: next(clock))
    shown = Progress()
    shown(0, USUAL)
    for done in range(1, 8 * USUAL):
        shown(done, expected(done))
    lines = capsys.readouterr().err.splitlines()
    assert 15 < len(lines) < 40
    assert all(line.endswith(" left") for line in lines)
