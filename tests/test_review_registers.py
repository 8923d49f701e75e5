"""The registers say what the scenario says of itself, and who is to look at it again."""

from __future__ import annotations

import csv
import json
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from sim.registers.assumptions import Assumption, assumptions, by_importance, overdue
from sim.registers.decisions import day_of, decisions_of, read_decisions, template
from sim.registers.effects import Effect, read_tornado
from sim.registers.since import ADDED, CHANGED, REMOVED, since
from sim.scenario import Loaded, ScenarioError, load, load_text
from sim.scenario.schema import Scenario
from sim.service.check import check

TODAY = date(2027, 4, 20)
HEAD = "name: kept\nextends: three-hubs\n"
KEPT = (
    HEAD
    + """
review:
  last_reviewed: 2026-03-31
  version: 0.1.0
  owner: Head of service
  review_by: 2027-03-31
  values:
    population.contacts: {owner: Data team, review_by: 2027-09-30}
    population.contacts.rate: {last_reviewed: 2026-09-01}
"""
)
RATE, EXIT, ADVICE = "population.contacts.rate", "population.exit_age", "work.sibling_hours"


@cache
def kept(text: str = KEPT) -> Loaded[Scenario]:
    loaded = load_text(text, "kept.yaml")
    check(loaded)
    return loaded


def of(key: str, register: tuple[Assumption, ...]) -> Assumption:
    return next(each for each in register if each.key == key)


# --- assumptions ------------------------------------------------------------------------------


def test_the_register_says_what_the_scenario_says() -> None:
    register = assumptions(kept(), TODAY)
    rate = of(RATE, register)
    assert (rate.value, rate.unit, rate.range) == ("715", "per year", "640 to 1000")
    assert (rate.source, rate.grade, rate.reliability) == ("steady state", "assumed", "low")
    assert rate.note.startswith("first contacts about disabled children")
    assert (of(EXIT, register).source, of(EXIT, register).reliability) == ("W8", "high")
    moved = assumptions(load("three-hubs", [f"{RATE}=800 per year"]), TODAY)
    assert (of(RATE, moved).grade, of(RATE, moved).source) == ("entered", "")


def test_each_value_is_kept_by_whoever_is_named_nearest_to_it() -> None:
    register = assumptions(kept(), TODAY)
    rate, other = of(RATE, register), of(ADVICE, register)
    assert (rate.owner, rate.review_by) == ("Data team", date(2027, 9, 30))
    assert (rate.last_reviewed, rate.overdue) == (date(2026, 9, 1), False)
    assert (other.owner, other.last_reviewed) == ("Head of service", date(2026, 3, 31))
    assert other.overdue and other in overdue(register) and rate not in overdue(register)
    assert not overdue(assumptions(kept(), date(2027, 3, 31)))  # on the day itself it is in time


def test_a_scenario_that_says_nothing_of_its_upkeep_has_no_dates_and_nothing_overdue() -> None:
    register = assumptions(load("three-hubs"), TODAY)
    assert not any(each.owner or each.review_by or each.overdue for each in register)


def test_upkeep_changes_nothing_that_is_run_and_dates_its_values() -> None:
    assert kept().digest == load_text(KEPT, "kept.yaml", ["review=null"]).digest


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("review: {version: 0.1.0, values: {population.contakts: {owner: X}}}", "did you mean"),
        ("review: {last_reviewed: 2027-01-01, review_by: 2026-01-01}", "is not after"),
        ("review: {review_by: next year}", "a date such as"),
        ("review: {owners: X}", "unknown name 'owners'; did you mean 'owner'?"),
    ],
)
def test_upkeep_that_cannot_be_is_refused(written: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=r"kept\.yaml:3") as refused:
        kept(HEAD + written + "\n")
    assert said in str(refused.value)


# --- what matters -----------------------------------------------------------------------------


def tornado(folder: Path, rows: list[tuple[str, str, str, str, str]]) -> Path:
    folder.mkdir()
    head = ("measure", "where", "period", "unit", "input", "as_stated", "size", "verdict")
    with (folder / "sensitivity.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        for measure, key, base, size, verdict in rows:
            writer.writerow((measure, "service", "all", "tasks", key, base, size, verdict))
    about = {"scenarios": {"three-hubs": {"digest": "abc", "data": {}}}, "replications": 10}
    (folder / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return folder


def test_the_effect_of_a_value_is_the_greatest_that_is_shown(tmp_path: Path) -> None:
    found = read_tornado(
        tornado(
            tmp_path / "found",
            [
                ("backlog", RATE, "100", "20", "shown"),
                ("waiting_to_move", RATE, "4", "2", "shown"),  # less, but half of the measure
                ("other", RATE, "1", "9", "not shown"),
                ("backlog", EXIT, "100", "30", "shown"),
                ("backlog", ADVICE, "100", "90", "not shown"),
            ],
        )
    )
    assert (found.digest, found.futures) == ("abc", 10)
    assert found.effects[RATE] == Effect(
        "waiting_to_move", "service", "all", "tasks", 2.0, 0.5, True
    )
    register = assumptions(kept(), TODAY, found.effects)
    assert [each.key for each in by_importance(register)] == [RATE, EXIT]
    assert of(RATE, register).weak and not of(EXIT, register).weak  # its grade is seed


def test_another_folder_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="caseload sensitivity SCENARIO --out"):
        read_tornado(tmp_path)


# --- changes ----------------------------------------------------------------------------------


def test_changes_are_listed_value_by_value() -> None:
    before = load("three-hubs")
    assert since(before, before) == ()
    now = load(
        "three-hubs",
        ["work.sibling_hours=1.5", "safeguarding=null", "population.contacts.rate.source=a count"],
    )
    found = {each.key: each for each in since(before, now)}
    hours = found[ADVICE]
    assert (hours.how, hours.before, hours.now, hours.grade) == (
        CHANGED,
        "1 hours",
        "1.5 hours",
        "entered",
    )
    assert "steady state" in found[RATE].before and "a count" in found[RATE].now
    gone = [each for each in found.values() if each.how == REMOVED]
    assert gone and all(each.key.startswith("safeguarding.") for each in gone)
    back = since(now, before)
    assert {e.key for e in back if e.how == ADDED} == {e.key for e in gone}


def test_a_change_on_a_date_is_a_difference() -> None:
    found = since(load("three-hubs"), load("two-fewer-family-support"))
    (dated,) = found
    assert dated.key.endswith("family_support_worker.count, from 2026-09-01")
    assert (dated.how, dated.now) == (ADDED, "5")


# --- decisions --------------------------------------------------------------------------------


def test_decisions_are_read_in_the_order_of_their_dates() -> None:
    text = (
        "date,decision,why,by,review_by\n"
        '30/04/2027,"Two posts more, from June",late reviews,Head of service,2027-10-01\n'
        "2027-04-20,Fit for another year,,,\n"
        ",,,,\n"
    )
    first, second = decisions_of(text.encode(), "decisions.csv")
    assert (first.on, first.decision, first.review_by) == (TODAY, "Fit for another year", None)
    assert (second.why, second.by) == ("late reviews", "Head of service")
    assert second.overdue(date(2027, 10, 2)) and not second.overdue(date(2027, 10, 1))


def test_the_template_asks_and_decides_nothing(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(template(), encoding="utf-8-sig")
    assert "fit to use" in template()
    assert read_decisions(path) == ()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("soon,Fit,,,", r"d\.csv:2:1: date: 'soon' is not a date; write"),
        ("30/02/2027,Fit,,,", "'30/02/2027' is not a date"),
        ("2027-04-20,,because,,", r"d\.csv:2:2: decision: 'decision' is blank"),
        (",Fit,because,,", "'date' is blank"),
        ('2027-04-20,"=HYPERLINK(1)",,,', "is a formula"),
        ("2027-04-20,Fit,,,never", r"d\.csv:2:5: review_by: 'never'"),
    ],
)
def test_a_decision_that_cannot_be_read_is_refused(row: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        decisions_of(f"date,decision,why,by,review_by\n{row}\n".encode(), "d.csv")


def test_a_file_that_is_no_register_of_decisions_is_refused() -> None:
    with pytest.raises(ScenarioError, match="unknown column 'decisions'; did you mean 'decision'"):
        decisions_of(b"date,decisions\n", "d.csv")
    with pytest.raises(ScenarioError, match="CSV UTF-8"):
        decisions_of("date,decision\n2027-04-20,é".encode("latin-1"), "d.csv")


@pytest.mark.parametrize("text", ["", "2027", "2027-13-01", "1/2", "1-1-27", "a-b-c", "27-04-20"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert day_of(text) is None
