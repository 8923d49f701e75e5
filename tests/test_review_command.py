"""The review of a year from the command line and from Python, from the file to the tables."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from reviewed import SMALL, lines_of, months, what_counts

import sim
from sim.cli import main
from sim.report.annual import document
from sim.review import explaining
from sim.review.causes import CHANGED, causes_in
from sim.review.effects import as_recorded
from sim.review.explaining import trials
from sim.review.forecast import How, for_a_year, forecasts
from sim.review.made_up import made_up
from sim.scenario import Loaded, ScenarioError, load, load_text, with_sets
from sim.scenario.schema import Scenario

TINY = (
    *SMALL,
    "population.contacts.rate=25 per year",
    "day_one.children.single_assessment=1",
    "day_one.children.safeguarding_and_support=6",
    "day_one.children.strengthening_families=6",
    "day_one.children.review_and_intervention=16",
    "day_one.known_before.met=2",
    "day_one.known_before.none=10",
)
COUNTED = ("referrals", "in_date", "held", "contacts")
HEAD = "month,measure,where,value,of"
POST = "teams.review_and_intervention.posts.family_support_worker.count"


@cache
def tiny() -> Loaded[Scenario]:
    return for_a_year(load("three-hubs", TINY))


@cache
def year() -> Sequence[str]:
    """A year in which two in five of the reviews and visits held were not recorded."""
    (forecast,) = forecasts([(tiny(), [77])], what_counts(), How(1, jobs=1))
    recording = next(each for each in causes_in(tiny())[0] if each.name == "recording")
    seen = np.floor(as_recorded(recording, 0.4, forecast.counts, what_counts()))
    found = made_up(replace(forecast, counts=seen), 0)
    kept = [row for row in found.rows if row.counted.measure.name in COUNTED]
    return lines_of(replace(found, rows=tuple(kept)))


@pytest.fixture
def two_causes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try only two, one of which takes a simulation."""

    def few(loaded: Loaded[Scenario]) -> Any:
        causes = {each.name: each for each in causes_in(loaded)[0]}
        demand = replace(causes["demand"], tried=(1.35,))
        return (demand, causes["recording"]), (("absence", "for the test"),)

    monkeypatch.setattr(explaining, "causes_in", few)


@pytest.mark.usefixtures("two_causes")
def test_the_command_reviews_a_year_and_writes_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(document, "write_document", lambda *_: ())  # it has tests of its own
    lines = [HEAD, *year(), "2026-04,referrals,service,x,"]
    Path("year.csv").write_text("\n".join(lines), encoding="utf-8")
    sets = [part for each in TINY for part in ("--set", each)]
    given = ["review", "three-hubs", *sets, "--actuals", "year.csv", "--replications", "8"]
    given += ["--jobs", "1", "--quiet", "--causes", "always", "--check", "0"]
    assert main([*given, "--out", "found"]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.partition("Written to")[0].splitlines())) <= 100
    assert "8 possible years are too few to call any year outside; it takes 19 or more" in said
    assert "* Reviews and visits held but not recorded in time" in said
    assert "Not tried: Sickness (for the test)." in said
    assert "Not used, of the actuals: 1" in said
    with Path("found/months.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["measure"] == "referrals"]
    assert [row["month"] for row in rows] == [*months(), "year"]
    assert float(rows[-1]["value"]) == sum(float(row["value"]) for row in rows[:-1])
    found = json.loads(Path("found/review.json").read_text(encoding="utf-8"))
    assert found["explanation"]["causes"][0]["cause"] == "recording"
    assert found["actuals"]["not_used"][0].startswith("year.csv:")
    with Path("found/causes.csv").open(encoding="utf-8") as file:
        assert [row["cause"] for row in csv.DictReader(file)] == ["recording", "demand"]
    assert main([*given, "--horizon", "2 years"]) == 2


def test_python_gives_the_same_as_a_table() -> None:
    rows = [line.split(",") for line in year()]
    given = pd.DataFrame(rows, columns=HEAD.split(","))
    table = sim.review_year(tiny(), given, replications=3, causes="never", jobs=1, store=False)
    row = table.query("measure == 'referrals' and month == 'year'").iloc[0]
    mine = given.query("measure == 'referrals'").value.astype(float)
    assert row.figure == row.value == mine.sum()
    assert row.low <= row["median"] <= row.high
    assert table.attrs["found"]["explanation"] is None
    assert "3 possible years" in table.attrs["said"]
    with pytest.raises(ScenarioError, match="should be one of if-flagged, always, never"):
        sim.review_year(tiny(), given, causes="sometimes")


# --- the causes there are ---------------------------------------------------------------------


def test_each_cause_moves_its_inputs_and_nothing_else() -> None:
    base = tiny()
    causes = {each.name: each for each in causes_in(base)[0]}

    def changed(name: str, amount: float) -> dict[str, str]:
        return dict(text.split("=") for text in causes[name].sets(base, amount))

    assert changed("demand", 1.2) == {"population.contacts.rate": "30.0 per year"}
    role = "review_and_intervention.family_support_worker"
    assert changed(f"staff:{role}", 1) == {POST: "1"}
    reviews = changed("hours:reviews", 1.5)
    assert sorted(key.split(".")[1] for key in reviews) == [
        "review_and_intervention",
        "safeguarding_and_support",
        *["strengthening_families"] * 2,  # the second worker's part too
    ]
    assert '"mean": 7.5' in reviews["stages.review_and_intervention.tasks.review.hours"]
    assert changed("hours:all_tasks", 1.25) == {"work.case_share": "0.68"}
    assert set(changed("moves:down", 2.0)) == {
        f"population.needs.{one}.becomes.{other}"
        for one, other in (
            ("complex", "coordinated"),
            ("complex", "stable"),
            ("coordinated", "stable"),
        )
    }
    assert changed("opening:backlog", 0.2) == {
        "day_one.overdue.cin_review": "0.2",
        "day_one.overdue.child_seen": "0.2",
    }


def test_what_the_scenario_changes_within_the_year_is_not_tried_and_so_said() -> None:
    text = (
        "name: later\nextends: three-hubs\nchanges:\n- {on: 2026-09-01, set: {" + POST + ": 5}}\n"
    )
    causes, left = causes_in(load_text(text, "later.yaml"))
    name = "staff:review_and_intervention.family_support_worker"
    assert left == ((name, CHANGED),)
    assert name not in {each.name for each in causes}


def test_an_amount_that_the_scenario_cannot_have_is_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One post for two sites cannot be; with one amount left, that is tried, with none, nothing."""
    name = "staff:review_and_intervention.family_support_worker"
    at_sites = "teams.review_and_intervention.posts.family_support_worker.sites=by_children"
    two_sites = with_sets(tiny(), [at_sites])
    cause = next(each for each in causes_in(two_sites)[0] if each.name == name)
    assert cause.tried == (1.0, 3.0)
    monkeypatch.setattr(explaining, "causes_in", lambda _: ((cause,), ()))
    planned = trials(two_sites)
    assert [each.amount for each in planned.trials] == [3.0]
    assert planned.left_out == ()
    none = replace(cause, tried=(1.0,))
    monkeypatch.setattr(explaining, "causes_in", lambda _: ((none,), ()))
    ((left, why),) = trials(two_sites).left_out
    assert left == name
    assert "leaves none there" in why
