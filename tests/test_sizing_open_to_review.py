"""Open to Review: who qualifies, what moving them frees, and how many posts it needs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.cli import main
from sim.experiment.arms import make_arms
from sim.experiment.compare import Difference
from sim.experiment.summary import Estimate
from sim.report import open_to_review as report
from sim.report.open_to_review import child_years, posts_by_hours
from sim.sizing.open_to_review import Moved, check_move
from sim.sizing.targets import SizingRefusedError

BASELINE, WITH = "three-hubs", "three-hubs-open-to-review"
POOL = "open_to_review.social_worker"


def test_posts_by_hours_are_those_simulated_times_their_load_over_nine_tenths(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Six posts that are 60% busy, give or take 6: four at 90%, 3.6 to 4.4."""
    known = [
        Estimate("load", POOL, "all", "share", 0.6, 0.54, 0.66, None, None, 8),
        Estimate("children", "open_to_review", "all", "children", 216.0, 1.0, 2.0, None, None, 8),
    ]
    monkeypatch.setattr(report, "_with", lambda _: known)
    compared: Any = None
    found = Moved(compared, POOL, stated=4.0, tried=6.0, slots=100, qualify=())
    posts = posts_by_hours(found)
    assert (posts.value, posts.lower, posts.upper) == pytest.approx((4.0, 3.6, 4.4))
    assert child_years(found) == 216.0
    rows = dict(report._posts(found))
    assert rows["By slots, 100 children to one (the document)"] == "2.2"
    assert rows["By hours, 90% of them"] == "4.0 (3.6 to 4.4)"
    assert rows["Children to one, by hours"] == "54"


def test_what_is_added_up_over_the_run_is_told_for_a_year(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over five years 5,000 hours less; 24,000 of the stage's 200 children: 24 each a year."""
    worked = Estimate("hours_worked", POOL, "all", "hours", 24_000.0, 1.0, 2.0, None, None, 8)
    known = [
        worked,
        replace(worked, measure="children", where="open_to_review", mean=200.0),
        replace(worked, measure="transfers", where="open_to_review", mean=400.0),
        *(replace(worked, measure=f"bounce_{n}", where="open_to_review") for n in (6, 12)),
    ]
    less = replace(worked, where="a.b", mean=-5_000.0, lower=-6_000.0, upper=-4_000.0)
    of = Difference(replace(worked, where="a.b"), worked, less, None, same=False)
    monkeypatch.setattr(report, "_with", lambda _: known)
    monkeypatch.setattr(report, "hours_by_task", lambda _: [])
    monkeypatch.setattr(report, "flows", lambda *_, **__: [])
    compared: Any = SimpleNamespace(
        comparisons=[SimpleNamespace(differences=[of])],
        results=[None, SimpleNamespace(months=["month"] * 60)],
    )
    found = Moved(compared, POOL, stated=4.0, tried=6.0, slots=100, qualify=())
    assert dict(report._freed(found))["B, A"] == "−1,000 ± 200"
    assert dict(report._work(found))["All work"] == "24.0"
    assert dict(report._back(found))["Moves out of the stage, a year"].startswith("80")


@pytest.mark.parametrize(
    ("without", "with_it", "says"),
    [
        (WITH, WITH, "has 'open_to_review' already"),
        (BASELINE, BASELINE, "has no stage 'open_to_review'"),
        (f"{BASELINE}", "open-to-review[day_one.children.review_and_intervention=9]", "same child"),
    ],
)
def test_what_cannot_be_set_beside_each_other_is_refused(
    without: str, with_it: str, says: str
) -> None:
    name, _, change = with_it.partition("[")
    arms = make_arms([(None, without, ()), (None, name, [change[:-1]] if change else ())])
    with pytest.raises(SizingRefusedError, match=says):
        check_move(arms, arms)


def test_the_command_refuses_with_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["open-to-review", "three-hubs"]) == 2
    assert "has no stage 'open_to_review'" in capsys.readouterr().err


@pytest.mark.long
def test_the_question_is_answered_in_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    run = ["open-to-review", "--horizon", "12 months", "--replications", "2", "--quiet"]
    assert main([*run, "--jobs", "1", "--no-store", "--out", "found"]) == 0
    said = capsys.readouterr().out
    for part in ("WHO QUALIFIES", "HOURS A YEAR", "WHAT A CHILD TAKES", "POSTS", "WHO COMES BACK"):
        assert part in said
    rows = {line[1:47].strip(): line[48:].strip() for line in said.splitlines()}
    assert 200 < float(rows[f"{WITH}: Open to Review"].split()[0]) < 320
    freed = rows["Family support worker, Review & Intervention"]
    assert freed.lstrip("(").startswith("−")
    names = {file.name for file in (tmp_path / "found").iterdir()}
    assert {"qualify.csv", "comparison.csv", "manifest.json"} <= names
