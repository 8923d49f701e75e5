"""A service begun with nobody: how long it takes to fill is found, cut off and said."""

from __future__ import annotations

import csv
import json
from datetime import date
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
import yaml
from desks import Ask, desk_service, exponential
from helpers import Data, loaded, quiet

from sim.cli import main
from sim.experiment.run import Results, run
from sim.experiment.summary import Estimate, flows, lateness, summary, timescales
from sim.experiment.warm_up import NoWarmUpError, emptied, mser, settling, without_warm_up
from sim.scenario import load

HUB = "safeguarding_and_support"
OPEN = "open_children@service"


# --- where to cut: exactly, by hand ------------------------------------------------------------


def test_the_start_is_cut_where_the_rest_has_the_least_error() -> None:
    """After 9 and 3 come ones and zeros.

    With both cut, the ten that are left are half off their average, 0.5: 10 x 0.25 / 10^2.
    """
    values = [9, 3, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0]
    assert by_hand(values, 2) == Fraction(10, 4) / 100
    assert by_hand(values, 2) < min(by_hand(values, d) for d in (0, 1, 3, 4, 5, 6))
    assert mser(values, batch=1) == 2


def by_hand(values: list[int], cut: int) -> Fraction:
    rest = [Fraction(value) for value in values[cut:]]
    mean = sum(rest) / len(rest)
    return Fraction(sum((value - mean) ** 2 for value in rest)) / len(rest) ** 2


@pytest.mark.parametrize("seed", range(20))
def test_any_series_is_cut_where_fractions_say(seed: int) -> None:
    draw = np.random.default_rng(seed)
    values = [int(x) for x in 40 * 0.7 ** np.arange(21) + draw.integers(0, 9, 21)]
    least = min(range(11), key=lambda d: by_hand(values, d))
    assert mser(values, batch=1) == (least if least < 10 else None)


def test_five_months_are_taken_together() -> None:
    """Batches of five average 20, then 1 or 0; what is over at the end makes no batch."""
    values = [0, 10, 20, 30, 40] + [0, 0, 1, 2, 2, -1, 0, 0, 0, 1] * 6
    assert mser(values) == mser([*values, 99, 99, 99, 99]) == 5


def test_what_never_varies_has_nothing_to_cut() -> None:
    assert mser([0.1] * 50) == 0
    assert mser([0.0] * 50) == 0


def test_what_still_rises_at_the_middle_has_not_settled() -> None:
    assert mser([float(month) for month in range(120)]) is None
    assert mser(list(1.0 - np.exp(-np.arange(120) / 60.0))) is None


def test_fewer_than_fifty_months_are_too_few_to_tell() -> None:
    assert mser([5.0, 1.0] * 24) is None
    assert mser([5.0, 1.0] * 25) is not None


# --- where the truth is known ------------------------------------------------------------------


def filling(draw: np.random.Generator, months: int, memory: float, level: float) -> np.ndarray:
    """Rise to a level with noise of one, both of the same memory in months: AR(1)."""
    keep = np.exp(-1.0 / memory)
    noise = draw.normal(0.0, np.sqrt(1.0 - keep**2), months)
    here = 0.0
    found = level * (1.0 - np.exp(-(np.arange(months) + 0.5) / memory))
    for month in range(months):
        here = keep * here + noise[month]
        found[month] += here
    return found


@pytest.mark.parametrize(
    ("level", "memory", "months"), [(40, 3, 120), (40, 10, 300), (100, 10, 300)]
)
def test_of_a_series_that_fills_what_is_left_is_unbiased(
    level: float, memory: float, months: int
) -> None:
    """Of 200 series nearly all are cut, by three memories or more, and 0.3% short at most.

    Uncut, they are short by the memory over the length: 2.5% to 3.3%.
    """
    draw = np.random.default_rng(3)
    cuts = [mser(filling(draw, months, memory, level)) for _ in range(200)]
    known = [cut for cut in cuts if cut is not None]
    assert len(known) >= 190
    assert np.mean(known) >= 3 * memory
    bias = [memory * np.exp(-cut / memory) / (months - cut) for cut in known]
    assert np.mean(bias) < 0.0015
    assert max(bias) < 0.005


def test_a_series_too_short_for_what_it_fills_is_refused() -> None:
    """Ten years of what takes forty months to get two thirds of the way: never believed."""
    draw = np.random.default_rng(4)
    assert [mser(filling(draw, 120, 40.0, 100.0)) for _ in range(50)] == [None] * 50


def test_what_has_long_settled_is_seldom_refused() -> None:
    draw = np.random.default_rng(5)
    settled = [filling(draw, 400, 10.0, 100.0)[100:] for _ in range(200)]
    assert sum(mser(series) is None for series in settled) <= 6


def test_a_desk_that_fills_has_its_known_number_of_requests_once_that_is_cut() -> None:
    """Clerks for all who come (M/G/infinity): in the end 22.5 requests, 0.25 a day for 90 days.

    From an empty start it is 22.5 (1 - exp(-t / 90)), so over ten years 2.5% short.
    """
    ask = Ask(0.25, exponential(90.0))
    desk = loaded(desk_service({"line": 60}, {"line.ask": ask}, 3653))
    results = run(desk, replications=12, jobs=1, seed=5)
    cut = without_warm_up(results)
    assert cut.warm_up is not None
    assert 5 <= len(cut.warm_up.months) <= 30
    whole, left = (_estimate(each, "open_requests:ask@line") for each in (results, cut))
    assert left.lower is not None
    assert left.upper is not None
    assert whole.mean is not None
    assert left.lower <= 22.5 <= left.upper
    assert whole.mean == pytest.approx(22.5 * (1 - 0.025), rel=0.03)


def _estimate(results: Results, address: str) -> Estimate:
    measure, _, where = address.partition("@")
    (found,) = [
        e for e in summary(results) if (e.measure, e.where, e.period) == (measure, where, "all")
    ]
    return found


# --- the service ---------------------------------------------------------------------------------


def small() -> Data:
    """One hub, which families leave after ten months on average: about 85 children."""
    data = quiet()
    data["start"] = date(2026, 4, 1)
    data["horizon"] = "10 years"
    people = data["population"]
    people["contacts"]["rate"] = "100 per year"
    people["needs_at_contact"] = {"complex": 1.0}
    people["leaving"]["moves_away"] = "1.2 per year"
    data["teams"][HUB]["posts"]["social_worker"]["count"] = 4
    data["day_one"]["children"] |= {HUB: 78, "single_assessment": 7}
    return data


@lru_cache(maxsize=1)
def run_cold() -> Results:
    return run(emptied(loaded(small())), replications=12, jobs=1, seed=1)


def test_a_cold_start_begins_with_nobody_and_changes_nothing_else() -> None:
    scenario = loaded(small())
    cold = emptied(scenario)
    assert scenario.scenario.day_one.children[HUB].value == 78
    assert {count.value for count in cold.scenario.day_one.children.values()} == {0}
    assert cold.digest != scenario.digest
    plain, left = (each.scenario.model_dump() for each in (scenario, cold))
    plain["day_one"].pop("children")
    left["day_one"].pop("children")
    assert plain == left


def test_a_cold_start_takes_no_children_from_a_file_either(tmp_path: Path) -> None:
    file = tmp_path / "ours.csv"
    file.write_text("child,stage\na1,review_and_intervention\n")
    own = load("three-hubs", [f"day_one.caseload={file}", "horizon=1 month"])
    assert len(own.scenario.day_one.caseload) == 1
    assert emptied(own).scenario.day_one.caseload == ()
    (replication,) = run(emptied(own), replications=1, jobs=1).replications
    (hub,) = [s for s in replication.series if s.address == "open_children@review_and_intervention"]
    assert hub.value(0, 1) == 0.0


@pytest.mark.long
def test_once_cut_a_cold_start_says_what_the_warm_one_says() -> None:
    """Other futures, so that only chance may part them; uncut, the difference is shown."""
    cold, warm = run_cold(), run(loaded(small()), replications=12, jobs=1, seed=2)
    cut = without_warm_up(cold)
    for address in (OPEN, f"load@{HUB}.social_worker"):
        assert not differ(cut, warm, address)
    assert differ(cold, warm, OPEN)


def differ(one: Results, other: Results, address: str) -> bool:
    """Whether two averages are further apart than chance explains, 19 times in 20."""
    first, second = (_estimate(each, address) for each in (one, other))
    assert None not in (first.mean, second.mean, first.half_width, second.half_width)
    apart = abs(first.mean - second.mean)  # type: ignore[operator]
    return bool(apart > np.hypot(first.half_width, second.half_width))  # type: ignore[arg-type]


@pytest.mark.long
def test_every_table_is_of_the_months_that_are_left() -> None:
    cold = run_cold()
    cut = without_warm_up(cold)
    assert cut.warm_up is not None
    months = len(cut.warm_up.months)
    assert months >= 20
    assert (*cut.warm_up.months, *cut.months) == cold.months
    assert cut.warm_up.of == len(cold.months)
    for before, after in zip(cold.replications, cut.replications, strict=True):
        for long, short in zip(before.series, after.series, strict=True):
            assert short.value(0, 12) == long.value(months, months + 12)
            assert short.value(0, len(cut.months)) == long.value(months, len(cold.months))
        for long, short in zip(before.outcomes, after.outcomes, strict=True):
            assert short.met == long.met[months:]
            assert short.closed_overdue == long.closed_overdue[months:]
            assert short.not_yet_due == long.not_yet_due
    years = (len(cold.months) - months) // 12
    for table in (summary(cut), [f.number for f in flows(cut)], timescales(cut), lateness(cut)):
        assert {e.period for e in table} == {"all", *(str(y + 1) for y in range(years))}


@pytest.mark.long
def test_the_last_that_settles_decides() -> None:
    cold = run_cold()
    settled = {each.address: each.after for each in settling(cold)}
    assert set(settled) == {
        f"open_children@{where}"
        for where in ("service", "single_assessment", *load("three-hubs").scenario.stages)
    }
    cut = without_warm_up(cold).warm_up
    assert cut is not None
    assert len(cut.months) == max(after for after in settled.values() if after is not None)
    assert settled["open_children@strengthening_families"] == 0


def test_what_has_not_settled_is_refused_with_what_to_do() -> None:
    data = small()
    data["population"]["leaving"]["moves_away"] = "0.1 per year"
    slow = run(emptied(loaded(data)), replications=4, jobs=1)
    with pytest.raises(NoWarmUpError, match=rf"found in 10 years: {OPEN}, .*{HUB}.*Run longer"):
        without_warm_up(slow)
    data["horizon"] = "4 years"
    short = run(emptied(loaded(data)), replications=1, jobs=1)
    with pytest.raises(NoWarmUpError, match=r"4 years are too short .* takes 50 months or more"):
        without_warm_up(short)


@pytest.mark.long
def test_three_hubs_begun_with_nobody_fills_to_the_day_one_caseload_but_far_too_slowly() -> None:
    """In the end both ends are the same service; that takes longer than half of any run may be."""
    warm = load("three-hubs", ["horizon=20 years"])
    cold = run(emptied(warm), replications=3, jobs=2)
    with pytest.raises(NoWarmUpError, match=OPEN):
        without_warm_up(cold)
    first, last = (_open_in_year(cold, year) for year in (1, 20))
    same = _open_in_year(run(warm, replications=3, jobs=2), 20)
    assert first < 0.2 * same
    assert last == pytest.approx(same, rel=0.02)


def _open_in_year(results: Results, year: int) -> float:
    (found,) = [
        e
        for e in summary(results)
        if (e.measure, e.where, e.period) == ("open_children", "service", str(year))
    ]
    assert found.mean is not None
    return found.mean


# --- the command ---------------------------------------------------------------------------------


@pytest.mark.long
def test_the_command_says_what_it_cut(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "small.yaml", tmp_path / "out"
    data = small()
    data["population"]["leaving"]["moves_away"] = "6 per year"
    data["horizon"] = "6 years"
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    options = ["--cold-start", "--quiet", "--no-store", "--jobs", "1", "--replications", "10"]
    assert main(["run", str(file), *options, "--out", str(out)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    rows = list(csv.DictReader((out / "warm_up.csv").open()))
    cut = max(int(row["settled_after_months"]) for row in rows)
    assert 0 < cut <= 35
    manifest = json.loads((out / "manifest.json").read_text())
    assert len(manifest["cold_start"]["months_cut"]) == cut
    assert manifest["cold_start"]["months_cut"][0] == "2026-04"
    assert f"over the {72 - cut} months after a warm-up of {cut}" in said
    assert (
        f"Cold start: nobody was open on day one; the first {cut} of 72 months (2026-04 to" in said
    )
    assert f"{OPEN}: after " in said
    assert "warm_up.csv" in said


def test_the_command_refuses_a_service_that_never_fills(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "small.yaml", tmp_path / "out"
    file.write_text(yaml.safe_dump(small(), sort_keys=False))
    short = ["--horizon", "4 years", "--replications", "1", "--quiet", "--no-store", "--jobs", "1"]
    assert main(["run", str(file), "--cold-start", *short, "--out", str(out)]) == 1
    captured = capsys.readouterr()
    assert "too short to find a warm-up in" in captured.err
    assert captured.out == ""
    assert not out.exists()


def test_a_precision_is_not_asked_of_a_cold_start(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "three-hubs", "--cold-start", "--precision", f"{OPEN} 5%"]) == 2
    assert "goes with --replications, not --precision" in capsys.readouterr().err
