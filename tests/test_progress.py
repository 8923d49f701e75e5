"""How far it has come is shown without getting in the way of what runs."""

import io
import threading

import pytest

from sim.commands.progress import Progress


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


def test_quiet_shows_nothing_and_still_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    shown = Progress(quiet=True)
    shown(3, 4)
    assert terminal.getvalue() == ""
    assert (shown.done, shown.asked) == (3, 4)
