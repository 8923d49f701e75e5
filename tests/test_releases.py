"""Every release says whether it changes results: in the change log, and to the program itself."""

from __future__ import annotations

import hashlib
import re
from itertools import pairwise
from pathlib import Path

import pytest
from renew_trace import STORED

from sim import __version__
from sim.registers import releases
from sim.registers.releases import Release, changed_since

LOG = Path(__file__).parents[1] / "CHANGELOG.md"
HEADING = re.compile(r"^## \[(.+?)\].*$", re.M)
MARK = re.compile(r"^\*\*Changes results: (yes|no)\*\*", re.M)


def marks(text: str) -> dict[str, str]:
    """Give the mark of each release of a change log; what is not released yet is this version."""
    parts = HEADING.split(text)[1:]
    found = {}
    for name, says in zip(parts[::2], parts[1::2], strict=True):
        (mark,) = MARK.findall(says)
        found[__version__ if name == "Unreleased" else name] = mark
    return found


def test_the_change_log_marks_every_release_as_the_program_knows_it() -> None:
    known = {each.version: "yes" if each.changes_results else "no" for each in releases.releases()}
    assert marks(LOG.read_text(encoding="utf-8")) == known
    assert list(known)[-1] == __version__


def test_a_release_without_its_mark_or_with_two_is_found() -> None:
    for log in ("## [Unreleased]\n", "## [0.1.0]\n" + 2 * "**Changes results: no**\n"):
        with pytest.raises(ValueError, match="values to unpack"):
            marks(log)


def test_a_release_that_does_another_thing_in_the_small_service_says_so() -> None:
    """If this fails, results have changed: put the mark and the new fingerprint in the table."""
    known = releases.releases()
    now = hashlib.sha256(STORED.read_bytes()).hexdigest()[:16]
    assert known[-1].trace == now, f"sim/data/releases.csv: trace of {__version__} is now {now}"
    for before, after in pairwise(known):
        assert after.changes_results or before.trace == after.trace, after.version


def test_a_review_is_told_which_later_releases_change_results(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    known = (Release("1", True, "a"), Release("2", False, "a"), Release("3", True, "b"))
    monkeypatch.setattr(releases, "releases", lambda: known)
    assert changed_since("1") == ("3",) and changed_since("2") == ("3",)
    assert changed_since("3") == () and changed_since("0.0.9") is None
