"""What is not known of the inputs, told from chance: by hand, by statistics, on a known model."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from desks import Ask, desk_service, exponential
from helpers import Data, loaded
from scipy import stats

from sim.cli import main
from sim.experiment.components import components
from sim.experiment.store import Store
from sim.experiment.uncertainty import numbers_of, plan, uncertainty
from sim.report.uncertainty import NOT_TOLD_APART, shares_sentence, text, told_share
from sim.scenario import Loaded, ScenarioError, load, with_sets
from sim.scenario.inputs import Input, inputs
from sim.scenario.values import Distribution

# --- the two parts, by hand -----------------------------------------------------------------


def test_the_parts_of_a_small_table_are_those_worked_out_by_hand() -> None:
    """Means 2, 5 and 11 about 6: MSB = 2 (16 + 1 + 25) / 2 = 42; MSW = (2 + 2 + 2) / 3 = 2."""
    found = components([[1, 3], [4, 6], [10, 12]])
    assert (found.mean, found.within, found.inputs) == (6.0, 2.0, 20.0)
    assert found.share == pytest.approx(20 / 22)
    high, low = stats.f.ppf([0.975, 0.025], 2, 3)
    assert found.lower == pytest.approx((21 / high - 1) / (21 / high - 1 + 2))
    assert found.upper == pytest.approx((21 / low - 1) / (21 / low - 1 + 2))
    t = stats.t.ppf(0.975, [3, 2])
    assert found.by_chance == pytest.approx((6 - t[0] * (2 / 6) ** 0.5, 6 + t[0] * (2 / 6) ** 0.5))
    assert found.with_inputs[1] == pytest.approx(6 + t[1] * (20 + 2 / 6) ** 0.5)
    assert found.distinguishable


def test_draws_more_alike_than_chance_are_not_told_apart() -> None:
    found = components([[0, 10], [10, 0], [1, 9]])  # all means 5: MSB = 0, MSW = (50 + 50 + 32) / 3
    assert found.inputs == pytest.approx(-22.0)
    assert (found.share, found.lower) == (0.0, 0.0)
    assert not found.distinguishable
    assert f"{NOT_TOLD_APART} (the estimate is below zero)" in told_share(found)
    assert found.with_inputs == pytest.approx(
        (5 - stats.t.ppf(0.975, 2) * (44 / 6) ** 0.5, 5 + stats.t.ppf(0.975, 2) * (44 / 6) ** 0.5)
    )


def test_without_chance_all_comes_of_the_inputs_and_without_either_there_is_no_share() -> None:
    assert components([[1, 1], [2, 2]]).share == 1.0
    never = components([[3, 3], [3, 3]])
    assert never.share is None
    assert told_share(never) == "the same in every future of every draw"


@pytest.mark.parametrize("values", [[[1, 2]], [[1], [2]], [[1, 2], [1, 2, 3]], []])
def test_too_few_values_are_refused(values: list[list[float]]) -> None:
    with pytest.raises(ValueError, match="two draws or more"):
        components(values)


def test_the_interval_of_the_share_holds_the_truth_and_the_parts_are_not_biased() -> None:
    """Normal draws (variance 3) and futures (variance 1): the inputs' share is three quarters."""
    random = np.random.default_rng(5)
    experiments, draws, each = 1000, 20, 3
    held, parts = 0, []
    for _ in range(experiments):
        effects = random.normal(0.0, 3.0**0.5, (draws, 1))
        found = components((10.0 + effects + random.normal(0.0, 1.0, (draws, each))).tolist())
        assert found.lower is not None
        assert found.upper is not None
        held += found.lower <= 0.75 <= found.upper
        parts.append((found.mean, found.inputs, found.within))
    assert 0.93 <= held / experiments <= 0.97
    mean, inputs, within = np.mean(parts, axis=0)
    assert mean == pytest.approx(10.0, abs=0.05)
    assert inputs == pytest.approx(3.0, rel=0.05)
    assert within == pytest.approx(1.0, rel=0.02)


# --- drawing --------------------------------------------------------------------------------


def _input(value: Any, low: float, high: float, uniform: bool = False) -> Input:
    return Input("a.key", "hours", "", "assumed", "", value, (low, high), uniform)


@pytest.mark.parametrize(
    ("chance", "number"), [(0.0, 1.0), (1 / 6, 2.0), (1 / 3, 1 + 2**0.5 * 1), (1.0, 5.0)]
)
def test_a_number_is_drawn_from_the_triangle_over_its_range(chance: float, number: float) -> None:
    """From 1 to 5 with the mode at 2.5: below 2 lies 1 / (4 x 1.5), below 1 + sqrt 2 a third."""
    found = _input(2.5, 1.0, 5.0).drawn(chance)
    assert found == pytest.approx(number, abs=1e-5)
    assert found == pytest.approx(stats.triang(1.5 / 4, 1.0, 4.0).ppf(chance), abs=1e-5)


def test_a_uniform_spread_and_a_range_of_nothing() -> None:
    assert _input(2.0, 1.0, 5.0, uniform=True).drawn(0.25) == 2.0
    assert _input(2.0, 2.0, 2.0).drawn(0.7) == 2.0
    assert _input(3.7, 3.7, 5.3).drawn(0.0) == 3.7  # the value is the low end


def test_whole_numbers_have_the_chance_of_what_rounds_to_them() -> None:
    """2 from 1 to 3 is a triangle from 0.5 to 3.5: below 1.5 lies 1 / (3 x 1.5)."""
    drawn = [_input(2, 1, 3).drawn((n + 0.5) / 900) for n in range(900)]
    assert [drawn.count(x) for x in (1.0, 2.0, 3.0)] == [200, 500, 200]


def test_each_draw_lies_in_a_part_of_its_own_and_depends_on_nothing_but_seed_and_key() -> None:
    one = _input(Distribution("fixed", (2.0,)), 0.0, 4.0, uniform=True)
    drawn = numbers_of(one, 10, 1)
    assert sorted(int(x / 0.4) for x in drawn) == list(range(10))
    assert drawn == numbers_of(one, 10, 1)
    assert drawn != numbers_of(one, 10, 2)


def test_a_scenario_says_how_a_range_is_spread() -> None:
    key = "work.family_cannot_come"
    uniform = with_sets(
        load("three-hubs"),
        [f"{key}={{value: 0.12, grade: assumed, range: [0.1, 0.15], spread: uniform}}"],
    )
    (found,) = [each for each in inputs(uniform.scenario) if each.key == key]
    assert found.uniform
    for wrong, message in (
        ("{value: 0.12, range: [0.1, 0.15], spread: flat}", "unknown spread"),
        ("{value: 0.12, spread: uniform}", "goes with a range"),
    ):
        with pytest.raises(ScenarioError, match=message):
            load("three-hubs", [f"{key}={wrong}"])


# --- a model whose parts are known -----------------------------------------------------------

DAYS, A_DAY = 100, 2.0


def _desk(**ask: Data) -> Loaded[Any]:
    """Give a desk that answers at once; `ask` says something of its requests."""
    data = desk_service({"line": 1}, {"line.ask": Ask(A_DAY, exponential(0.01))}, DAYS)
    data["desks"]["line"]["requests"]["ask"] |= ask
    return loaded(data)


def test_the_parts_of_a_count_of_requests_are_found() -> None:
    """At a rate known to be between 1.6 and 2.4 a day, requests in T days are a mixed Poisson.

    The variance with a rate known is its mean, 2 T = 200; that of the rate, uniform, makes
    T^2 0.8^2 / 12 = 533. The inputs' share of the whole is 0.727.
    """
    year = 365.25
    rate = {"value": f"{A_DAY * year} per year", "grade": "assumed", "spread": "uniform"}
    rate["range"] = [1.6 * year, 2.4 * year]
    planned = plan(_desk(rate=rate), ["answered:ask@line"], draws=80, seed=1, only="desks")
    (found,) = uncertainty(planned, replications=3, jobs=1).found
    parts = found.parts
    assert parts is not None
    assert parts.lower is not None
    assert parts.upper is not None
    assert parts.mean == pytest.approx(200.0, abs=4.0)
    assert parts.within == pytest.approx(200.0, rel=0.25)
    assert parts.inputs == pytest.approx(533.0, rel=0.25)
    assert parts.lower < 533 / 733 < parts.upper
    assert parts.distinguishable
    low, high = parts.with_inputs
    assert (high - low) / 2 == pytest.approx(1.99 * 533**0.5, rel=0.15)
    assert parts.by_chance[1] - parts.by_chance[0] == pytest.approx(
        2 * 1.97 * (200 / 240) ** 0.5, rel=0.15
    )


def test_an_input_that_changes_nothing_is_not_told_from_chance() -> None:
    """How soon an answer is due changes nothing of how many are asked for."""
    within = {"value": "3 working days", "grade": "assumed", "range": [1, 9]}
    planned = plan(_desk(within=within), ["answered:ask@line"], draws=20, seed=1, only="desks")
    found = uncertainty(planned, replications=2, jobs=1)
    (one,) = found.found
    assert one.parts is not None
    assert not one.parts.distinguishable
    assert one.parts.within == pytest.approx(200.0, rel=0.5)
    assert "do not tell what comes of the inputs" in shares_sentence(found)
    assert NOT_TOLD_APART in text(found, in_file=False)


def test_each_draw_has_futures_of_its_own() -> None:
    within = {"value": "3 working days", "grade": "assumed", "range": [1, 9]}
    planned = plan(_desk(within=within), ["answered:ask@line"], draws=3, seed=1, only="desks")
    (one,) = uncertainty(planned, replications=2, jobs=1).found
    as_stated = uncertainty(
        plan(_desk(within=within), ["answered:ask@line"], draws=2, seed=1, only="desks"),
        replications=3,
        jobs=1,
    ).found[0]
    assert (
        one.futures.mean == as_stated.futures.mean
    )  # futures 1 to 6, which the input leaves alone
    assert one.by_draw[0] != one.by_draw[1]


def test_what_was_stopped_goes_on_from_what_is_finished(tmp_path: Path) -> None:
    store = Store(tmp_path)
    within = {"value": "3 working days", "grade": "assumed", "range": [1, 9]}
    planned = plan(_desk(within=within), ["answered:ask@line"], draws=3, seed=1, only="desks")

    def stop(done: int, _: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        uncertainty(planned, replications=2, jobs=1, on_done=stop, store=store)
    told: list[tuple[int, int]] = []
    again = uncertainty(
        planned, replications=2, jobs=1, on_done=lambda *at: told.append(at), store=store
    )
    assert told == [(done, 12) for done in range(5, 13)]
    assert again.found == uncertainty(planned, replications=2, jobs=1).found


# --- the command ----------------------------------------------------------------------------


@pytest.mark.long
def test_the_command_writes_tables_a_chart_and_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["uncertainty", "three-hubs", "--filter", "duty", "--draws", "3", "--jobs", "1"]
    options = ["--horizon", "1 month", "--measure", "backlog@service", "--quiet"]
    assert main([*given, *options, "--out", "found"]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    assert "3 draws of the inputs, 2 possible futures of each" in said
    with (tmp_path / "found" / "draws.csv").open(encoding="utf-8") as file:
        draws = list(csv.DictReader(file))
    assert [row["draw"] for row in draws] == ["1", "2", "3"]
    assert all(3.7 <= float(row["safeguarding.duty.hours_a_day"]) <= 5.3 for row in draws)
    with (tmp_path / "found" / "uncertainty.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    mean = sum(float(each["backlog@service"]) for each in draws) / 3
    assert float(row["mean"]) == pytest.approx(mean, rel=1e-5)
    assert (row["draws"], row["futures_of_each"]) == ("3", "2")
    charts = tmp_path / "found" / "charts"
    for ending in ("png", "svg", "csv", "txt"):
        assert (charts / f"inputs-and-chance.{ending}").stat().st_size > 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--draws", "1"], "two draws or more"),
        (["--replications", "1"], "two futures of each or more"),
        (["--filter", "no such input"], "none can be drawn"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_run(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["uncertainty", "three-hubs", *options]) == 2
    assert message in capsys.readouterr().err
