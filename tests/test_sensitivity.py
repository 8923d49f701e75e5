"""Which assumptions matter: each moved alone over its range, on the same futures."""

import csv
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.experiment.compare import changed
from sim.experiment.headlines import (
    USUAL,
    Headline,
    HeadlineRefusedError,
    Known,
    headlines,
    read_headline,
)
from sim.experiment.replication import Replication
from sim.experiment.sensitivity import CHOICE, MIX, NO_RANGE, PAYS, Bar, Tornado, plan
from sim.measure.series import Series
from sim.report.naming import headline_name, input_name
from sim.report.sensitivity import verdict
from sim.report.tornado_chart import tornado_sentence
from sim.scenario import Loaded, load
from sim.scenario.distribution import Distribution
from sim.scenario.inputs import Input, inputs, moved

BACKLOG = Headline("backlog", "service")
VISIT = "stages.review_and_intervention.tasks.visit.hours"


@pytest.fixture(scope="module")
def baseline() -> Loaded[Any]:
    return load("three-hubs")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


# --- the inputs -----------------------------------------------------------------------------


def test_assumed_values_are_found_with_their_range_and_others_are_not(baseline: Any) -> None:
    found = {each.key: each for each in inputs(baseline.scenario)}
    visit = found[VISIT]
    assert (visit.number, visit.range, visit.unit) == (2.75, (1.9, 3.6), "distribution")
    assert {each.grade for each in found.values()} == {"assumed"}
    assert "work.case_share" not in found  # published
    assert found["population.needs.none.becomes.short_term"].range is None  # graded by its holder


def test_what_somebody_has_entered_is_no_longer_assumed() -> None:
    entered = load("three-hubs", [f"{VISIT}=3"])
    assert VISIT not in {each.key for each in inputs(entered.scenario)}


@pytest.mark.parametrize("end", [0, 1])
def test_every_input_with_a_range_can_be_moved_to_its_ends(baseline: Any, end: int) -> None:
    ranged = [each for each in inputs(baseline.scenario) if each.range is not None]
    assert len(ranged) > 80
    there = load("three-hubs", [each.at(_end(each, end)) for each in ranged])
    found = {each.key: each for each in inputs(there.scenario, ("entered",))}
    assert {key: each.number for key, each in found.items()} == pytest.approx(
        {each.key: _end(each, end) for each in ranged}
    )


def _end(each: Input, end: int) -> float:
    assert each.range is not None
    return each.range[end]


@pytest.mark.parametrize(
    ("kind", "parameters", "at_six"),
    [
        ("fixed", (3.0,), (6.0,)),
        ("exponential", (3.0,), (6.0,)),
        ("gamma", (3.0, 0.3), (6.0, 0.3)),
        ("lognormal", (3.0, 0.3), (6.0, 0.3)),
        ("triangular", (1.0, 2.0, 6.0), (2.0, 4.0, 12.0)),
        ("empirical", (1.0, 5.0), (2.0, 10.0)),
    ],
)
def test_a_distribution_is_moved_by_its_mean_and_keeps_its_shape(
    kind: str, parameters: tuple[float, ...], at_six: tuple[float, ...]
) -> None:
    weights = (0.5, 0.5) if kind == "empirical" else ()
    found = moved(Distribution(kind, parameters, weights), 6.0)
    assert (found.parameters, found.weights) == (at_six, weights)
    assert found.mean() == 6.0


# --- the measures ---------------------------------------------------------------------------


def _replication(*series: Series) -> Replication:
    return Replication(1, series, {}, (), {}, {})


def test_a_measure_is_taken_at_a_place_or_over_all_of_them() -> None:
    months = 24
    one = _replication(
        Series("backlog", "service", "mean", [9.0] * months),
        Series("backlog", "a", "mean", [4.0] * 12 + [6.0] * 12),
        Series("backlog", "b", "mean", [5.0] * 12 + [7.0] * 12),
        Series("in_date:cin_review", "a", "ratio", [9.0] * months, [10.0] * months),
        Series("in_date:cin_review", "b", "ratio", [0.0] * months, [20.0] * months),
    )
    asked = {
        "backlog@service": 9.0,
        "backlog@a": 5.0,
        "backlog@*": 11.0,
        "backlog@*@2": 13.0,
        "in_date:cin_review@a": 0.9,
        "in_date:cin_review@*": 0.3,
        "backlog@c": None,
    }
    assert {text: read_headline(text).value(one) for text in asked} == pytest.approx(asked)


@pytest.fixture(scope="module")
def known(baseline: Any) -> Known:
    return Known.of(baseline)


def test_without_measures_the_usual_are_taken(known: Known) -> None:
    assert [str(each) for each in headlines((), known)] == list(USUAL)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("backlog", "is not a measure"),
        ("backlog@service@0", "a run year"),
        ("backlog@service@6", "5 full years"),
        ("backlogs@service", "the nearest are backlog@service"),
        ("caseload@*", "cannot be put together"),
    ],
)
def test_a_measure_there_is_not_is_refused(known: Known, text: str, message: str) -> None:
    with pytest.raises(HeadlineRefusedError, match=message):
        headlines([text], known)


def test_names_are_those_of_the_service() -> None:
    assert input_name(VISIT) == "Review & Intervention, visit, hours"
    assert input_name("need_events.updating.hours_in.strengthening_families") == (
        "Updating, hours in, Strengthening Families"
    )
    assert headline_name(read_headline("in_date:cin_review@*@3")) == (
        "Review in date, all hubs together, year 3"
    )


# --- bars by hand ---------------------------------------------------------------------------


def _bar(low: list[float], high: list[float]) -> Bar:
    """Make a bar of hours 2 [1, 4], with the measure 10, 12 and 14 as stated."""
    base = {1: 10.0, 2: 12.0, 3: 14.0}
    ends = (dict(enumerate(values, start=1)) for values in (low, high))
    given = Input("a.hours", "hours", "2", "assumed", "", 2.0, (1.0, 4.0))
    return Bar(given, *(changed(BACKLOG, base, end) for end in ends))


def test_a_bar_is_the_average_of_paired_differences() -> None:
    bar = _bar([8.0, 10.0, 12.0], [11.0, 15.0, 16.0])
    assert (bar.low.change.mean, bar.high.change.mean, bar.size) == (-2.0, 2.0, 4.0)
    assert bar.low.change.lower == bar.low.change.upper == -2.0  # the same in every future
    half = 4.302653 / 3**0.5  # Student's t of two degrees of freedom; the deviation is 1
    assert bar.high.change.half_width == pytest.approx(half)
    assert bar.low.shown
    assert not bar.high.shown
    assert verdict(bar) == "shown"


def test_a_bar_reaches_from_the_base_where_both_ends_lie_on_one_side() -> None:
    assert _bar([11.0, 13.0, 15.0], [13.0, 15.0, 17.0]).size == 3.0


def test_an_input_is_said_not_to_be_shown_or_to_change_nothing() -> None:
    assert verdict(_bar([9.0, 13.0, 14.0], [11.0, 12.0, 13.0])) == "not shown"
    assert verdict(_bar([10.0, 12.0, 14.0], [10.0, 12.0, 14.0])) == "no change"


def test_the_sentence_names_the_longest_bar_that_is_shown() -> None:
    long_but_unsure = _bar([0.0, 12.0, 60.0], [10.0, 12.0, 14.0])
    sure = _bar([8.0, 10.0, 12.0], [13.0, 15.0, 17.0])
    told = tornado_sentence(Tornado(BACKLOG, sure.low.first, (long_but_unsure, sure)))
    assert told.endswith("matters most: 10 to 15 over its range, 12 as stated")
    none = tornado_sentence(Tornado(BACKLOG, sure.low.first, (long_but_unsure,)))
    assert none.endswith("show no effect of any one assumption over its range")


# --- a scenario -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("only", "whys"),
    [
        ("moves.operations", {NO_RANGE, MIX}),
        ("posts.operations_manager.co", {PAYS, CHOICE}),  # its cost and its count
    ],
)
def test_inputs_that_are_not_moved_are_listed_with_the_reason(
    baseline: Any, only: str, whys: set[str]
) -> None:
    planned = plan(baseline, only=only)
    assert planned.scenarios == 1
    assert {each.why for each in planned.unmoved} == whys
    assert [each.input.key for each in planned.unmoved] == [
        each.key for each in inputs(baseline.scenario) if only in each.key
    ]


def test_an_end_that_is_the_value_is_not_run_again(baseline: Any) -> None:
    planned = plan(baseline, only="duty.hours_a_day")  # 3.7, from 3.7 to 5.3
    ((_, low, high),) = planned.moved
    assert low is None
    assert high is not None
    assert planned.scenarios == 2


def test_the_command_writes_a_table_a_chart_and_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["sensitivity", "three-hubs", "--filter", "duty.hours", "--jobs", "1"]
    measure = "hours_due@safeguarding_and_support.social_worker"
    options = ["--horizon", "1 month", "--replications", "3", "--quiet"]
    options += ["--measure", measure, "--measure", "cost@*"]
    assert main([*given, *options, "--out", "found"]) == 0
    said = capsys.readouterr()
    assert max(map(len, said.out.splitlines())) <= 100
    with (tmp_path / "found" / "sensitivity.csv").open(encoding="utf-8") as file:
        hours, cost = list(csv.DictReader(file))
    assert hours["input"] == cost["input"] == "safeguarding.duty.hours_a_day"
    assert (float(hours["low_change"]), hours["verdict"]) == (0.0, "shown"), hours
    assert 16.0 < float(hours["high_change"]) < 48.0  # 20 days of 1.6 hours, in about that month
    assert cost["verdict"] == "no change"
    charts = tmp_path / "found" / "charts"
    name = "tornado-hours-due-safeguarding-and-support-social-worker"
    for ending in ("png", "svg", "csv", "txt"):
        assert (charts / f"{name}.{ending}").stat().st_size > 0
    with (tmp_path / "found" / "not_moved.csv").open(encoding="utf-8") as file:
        assert list(csv.DictReader(file)) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--measure", "backlog"], "is not a measure"),
        (["--filter", "no such input"], "none can be moved"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_run(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["sensitivity", "three-hubs", *options]) == 2
    assert message in capsys.readouterr().err
