"""How bad is a bad year, and how likely: precision of quantiles and of shares of futures."""

import csv
from math import comb
from pathlib import Path

import numpy as np
import pytest
import yaml
from helpers import quiet
from scipy import stats

from sim.cli import main
from sim.experiment.intervals import (
    fewest_for_quantile,
    futures_to_see,
    known_average,
    known_quantile,
    known_share,
    unseen,
)
from sim.experiment.precision import Reached, held_at
from sim.experiment.reading_targets import (
    PrecisionRefusedError,
    check_limit,
    check_targets,
    read_target,
)
from sim.experiment.targets import Quantile, Share, Target
from sim.measure.series import Series
from sim.report.precision import precision_text

BACKLOG, ON_TIME = "backlog@service", "on_time:cin_review@review_and_intervention"
OPEN = "open_children@service"


# --- quantiles -------------------------------------------------------------------------------


def test_the_middle_of_ten_futures_lies_between_the_second_and_the_ninth() -> None:
    """By hand: of ten, at most 1 is below the middle 11 times in 1024, at most 2 56 times."""
    known = known_quantile([7, 3, 9, 1, 10, 2, 8, 4, 6, 5], 0.5)
    assert (known.value, known.lower, known.upper) == (5.5, 2.0, 9.0)
    assert known.how_far == 3.5
    assert (
        sum(comb(10, k) for k in (0, 1)) / 1024 < 0.025 < sum(comb(10, k) for k in (0, 1, 2)) / 1024
    )


def test_how_far_off_a_skewed_quantile_may_be_is_said_by_its_farther_end() -> None:
    known = known_quantile([1, 2, 3, 4, 5, 6, 7, 8, 100, 200], 0.5)
    assert (known.lower, known.upper, known.how_far) == (2.0, 100.0, 94.5)


def test_ever_rarer_years_take_ever_more_futures() -> None:
    """By hand: 0.9^36 and 0.95^72 are the first powers below 0.025."""
    assert 0.9**36 <= 0.025 < 0.9**35
    assert 0.95**72 <= 0.025 < 0.95**71
    assert [fewest_for_quantile(q) for q in (0.5, 0.9, 0.1, 0.95, 0.99)] == [6, 36, 36, 72, 368]
    assert known_quantile(list(range(35)), 0.9).upper is None
    assert known_quantile(list(range(36)), 0.9).upper == 35.0
    assert known_quantile(list(range(35)), 0.1).lower is None


@pytest.mark.parametrize("q", [0.05, 0.25, 0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("n", [10, 37, 72, 200])
def test_a_quantile_lies_between_the_same_two_values_as_scipy_says(q: float, n: int) -> None:
    values = list(np.random.default_rng(n).exponential(10.0, n))
    theirs = stats.quantile_test(values, p=q).confidence_interval(0.95)
    ours = known_quantile(values, q)
    ends = [np.nan if end is None else end for end in (ours.lower, ours.upper)]
    np.testing.assert_array_equal(ends, [theirs.low, theirs.high])
    assert ours.value == np.percentile(values, 100 * q)  # that of the summary


@pytest.mark.parametrize(("q", "n"), [(0.5, 20), (0.9, 40), (0.95, 100)])
def test_intervals_of_quantiles_hold_the_truth_whatever_the_distribution(q: float, n: int) -> None:
    """Continuous and skewed, or a count of which many are the same: 95 in 100 or more hold it."""
    draw = np.random.default_rng(11)
    for values, truth in (
        (draw.exponential(1.0, (2_000, n)), stats.expon.ppf(q)),
        (draw.poisson(0.7, (2_000, n)), stats.poisson.ppf(q, 0.7)),
    ):
        known = [known_quantile(list(each), q) for each in values]
        held = [k.lower <= truth <= k.upper for k in known]  # type: ignore[operator]
        assert np.mean(held) > 0.945  # three standard errors of 2,000 are 0.015


# --- shares ----------------------------------------------------------------------------------


def test_a_share_has_the_interval_of_clopper_and_pearson_as_scipy_works_it_out() -> None:
    for n in (10, 33, 120):
        for k in range(1, n):
            theirs = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
            ours = known_share(k, n)
            assert (ours.lower, ours.upper) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


def test_what_happened_in_none_of_the_futures_has_the_rule_of_three() -> None:
    """By hand: if it had a share of 0.2589, ten futures would all miss it 1 time in 20."""
    assert pytest.approx(0.05, abs=1e-4) == (1 - 0.2589) ** 10
    assert known_share(0, 10).upper == pytest.approx(0.2589, abs=1e-4)
    assert (known_share(0, 10).value, known_share(0, 10).lower) == (0.0, 0.0)
    assert known_share(10, 10).lower == pytest.approx(1 - 0.2589, abs=1e-4)
    for n in (60, 100, 1000):
        assert unseen(n) == pytest.approx(3 / n, rel=0.03)
    assert [futures_to_see(share) for share in (0.05, 0.01)] == [59, 299]
    assert unseen(59) <= 0.05 < unseen(58)


@pytest.mark.parametrize("n", [10, 40, 59, 200])
def test_intervals_of_shares_hold_the_truth_as_often_as_is_said(n: int) -> None:
    """Exactly, by the binomial distribution, on both sides of every end of an interval.

    95 in 100; but 92 for shares of about 3 in n, which only the rule of three keeps out.
    """
    known = [known_share(k, n) for k in range(n + 1)]
    lower, upper = (np.array([getattr(k, end) for k in known]) for end in ("lower", "upper"))
    ends = np.concatenate([lower, upper])
    for p in np.concatenate([ends - 1e-9, ends + 1e-9]):
        if 0.0 < p < 1.0:
            chances = stats.binom.pmf(np.arange(n + 1), n, p)
            held = chances[(lower <= p) & (p <= upper)].sum()
            assert held >= (0.92 if 2.5 < min(p, 1 - p) * n < 3.6 else 0.95), p


def test_nothing_seen_so_far_holds_only_once_it_is_shown_to_be_rare() -> None:
    """None in 58 futures could be 1 in 20 all the same; the 59th shows that it is less."""
    target = Target(BACKLOG, 0.0, 0.05, Share(">", 100.0))
    assert held_at(target, [0.0] * 63) is None
    assert held_at(target, [0.0] * 64) == 59
    assert held_at(target, [0.0] * 62 + [1.0] + [0.0] * 10) is None
    assert held_at(Target(BACKLOG, 0.25, 0.0, Share(">", 100.0)), [0.0] * 200) is None


def test_an_average_that_never_varied_holds_only_once_another_value_is_shown_to_be_rare() -> None:
    """Ten zeros do not show that it is always zero, though their interval is nothing."""
    target = Target(BACKLOG, 0.05, 0.5)
    assert held_at(target, [0.0] * 63) is None
    assert held_at(target, [0.0] * 64) == 59
    assert held_at(target, [7.1] * 64) == 59


@pytest.mark.parametrize(
    ("others", "said"),
    [(1, "of 20 only one is not the same"), (4, "of 20 only 4 are not the same"), (5, None)],
)
def test_an_average_of_few_unlike_values_is_said_to_be_rough(others: int, said: str | None) -> None:
    values = [0.0] * (20 - others) + [float(n) for n in range(1, others + 1)]
    known = known_average(values)
    assert known.others == others
    text = " ".join(precision_text([Reached(Target(BACKLOG, 0.0, 50.0), 10, known, known)]).split())
    assert ("rough" in text) == (said is not None)
    assert said is None or said in text


EXPERIMENTS = 200


@pytest.mark.parametrize("what", ["p90 of exponential times", "a share of 0.1"])
def test_stopping_when_an_interval_is_short_costs_it_little(what: str) -> None:
    """With all the futures run up to the ten in which it held, about 95 in 100 hold the truth.

    Three standard errors of 200 experiments are 4.6 in 100.
    """
    draw = np.random.default_rng(21)
    held = 0
    for _ in range(EXPERIMENTS):
        if what.startswith("p90"):
            target, truth = Target(BACKLOG, 0.3, 0.0, Quantile(0.9)), float(np.log(10.0))
            values = list(draw.exponential(1.0, 200))
        else:
            target, truth = Target(BACKLOG, 0.0, 0.08, Share(">", 0.0)), 0.1
            values = [float(u < truth) for u in draw.random(200)]
        at = held_at(target, values)
        run = 200 if at is None else min(200, 10 * -(-(at + 5) // 10))
        known = target.of.known(values[:run])
        held += known.lower <= truth <= known.upper  # type: ignore[operator]
    print(f"{held} of {EXPERIMENTS} intervals of {what} hold {truth:.3g}")
    assert 0.904 <= held / EXPERIMENTS <= 0.996


def test_what_happens_in_any_month_and_over_the_whole_run_are_two_questions() -> None:
    """Nine of ten on time every month but one, in which it is half: 0.86 over the ten months."""
    met, due = [9.0] * 9 + [5.0], [10.0] * 10
    series = Series("on_time:cin_review", "review_and_intervention", "ratio", met, due)
    months = [f"2026-{month:02d}" for month in range(1, 11)]
    for over, ever in ((0.8, 1.0), (0.45, 0.0)):
        for whether, answer in ((False, 0.0), (True, ever)):
            target = Target(ON_TIME, 0.0, 0.1, Share("<", over, whether))
            assert target.values([series], months) == [answer]
    assert Target(ON_TIME, 0.0, 0.1, Share("<", 0.8), "2026-10").values([series], months) == [1.0]
    assert Target(ON_TIME, 0.0, 0.1, Share(">=", 0.9), "2026-09").values([series], months) == [1.0]
    assert Target(ON_TIME, 0.0, 0.1, Share(">", 0.9), "2026-09").values([series], months) == [0.0]


def test_a_future_in_which_nothing_fell_due_is_in_no_share() -> None:
    nothing = Series("on_time:cin_review", "review_and_intervention", "ratio", [0.0], [0.0])
    for ever in (False, True):
        target = Target(ON_TIME, 0.0, 0.1, Share("<", 0.8, ever))
        assert target.values([nothing], ["2026-04"]) == [None]


# --- what may be written -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (f"p90 of {BACKLOG} 5%", Target(BACKLOG, 0.05, 0.0, Quantile(0.9))),
        (f"p97.5 of {BACKLOG}@2 5% or 2", Target(BACKLOG, 0.05, 2.0, Quantile(0.975), "2")),
        (f"median of {BACKLOG}@2026-04 3", Target(BACKLOG, 0.0, 3.0, Quantile(0.5), "2026-04")),
        (f"average of {BACKLOG}@1 3", Target(BACKLOG, 0.0, 3.0, period="1")),
        (
            f"share of futures with {ON_TIME} < 0.8 0.05",
            Target(ON_TIME, 0.0, 0.05, Share("<", 0.8)),
        ),
        (
            f"share of futures with {ON_TIME}<80% 5 points",
            Target(ON_TIME, 0.0, 0.05, Share("<", 0.8)),
        ),
        (
            f"share of futures ever with {BACKLOG}  >= 100 25% of it or 0.01",
            Target(BACKLOG, 0.25, 0.01, Share(">=", 100.0, ever=True)),
        ),
    ],
)
def test_what_may_be_written(text: str, target: Target) -> None:
    assert read_target(text) == target
    assert read_target(f"{target.what} {target}") == target


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"p90 {BACKLOG} 5%", "not understood"),
        (f"p90 of {BACKLOG}@ 5%", "not understood"),
        (f"p90 of {BACKLOG} 5 points", "not understood"),
        (f"{BACKLOG} 5% of it", "not understood"),
        (f"share of futures with {BACKLOG} 0.05", "not understood"),
        (f"share of futures with {BACKLOG} = 3 0.05", "not understood"),
        (f"share of futures with {BACKLOG} > 3", "not understood"),
        (f"p100 of {BACKLOG} 5%", "1 to 99"),
        (f"p0 of {BACKLOG} 5%", "1 to 99"),
        (f"p90 of {BACKLOG} 0", "must allow more than 0"),
        (f"share of futures with {BACKLOG} > 3 5%", "write 0.05 for 5 futures in a hundred"),
        (f"share of futures with {BACKLOG} > 3 0 points", "must allow more than 0"),
        (f"share of futures with {BACKLOG} > 80% 0.05", "backlog is in tasks, not in %"),
    ],
)
def test_anything_else_is_refused_with_what_may_be_written(text: str, said: str) -> None:
    with pytest.raises(PrecisionRefusedError, match=said):
        read_target(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"p90 of {BACKLOG}@3 5%", r"no period '3' here: it is a year of the run \(1\)"),
        (f"share of futures with {ON_TIME} < 80 0.05", "is a share: write 80% or 0.8"),
        (f"p90 of {BACKLOG}x 5%", f"nearest are {BACKLOG}"),
    ],
)
def test_what_the_scenario_does_not_have_is_refused(text: str, said: str) -> None:
    year = [f"2026-{month:02d}" for month in range(1, 13)]
    with pytest.raises(PrecisionRefusedError, match=said):
        check_targets([read_target(text)], [BACKLOG, ON_TIME], year)


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        (f"p99 of {BACKLOG} 5%", 200, "two ends with 368 futures or more; allow 373"),
        (f"p90 of {BACKLOG} 5%", 40, "allow 41"),
        (f"share of futures with {BACKLOG} > 3 0.01", 200, "of what never happens, 299 .* 304"),
    ],
)
def test_what_cannot_hold_within_the_limit_is_refused_before_it_runs(
    text: str, limit: int, said: str
) -> None:
    with pytest.raises(PrecisionRefusedError, match=said):
        check_limit(limit, [read_target(text)])
    check_limit(400, [read_target(text)])


# --- the command -----------------------------------------------------------------------------


def test_the_command_says_how_bad_and_how_likely_and_writes_it_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = quiet()
    data["horizon"] = "2 months"
    data["population"]["contacts"]["rate"] = "100 per year"
    data["population"]["needs_at_contact"] = {"complex": 1.0}
    file, out = tmp_path / "small.yaml", tmp_path / "out"
    file.write_text(yaml.safe_dump(data, sort_keys=False))
    asked = (
        f"median of {OPEN} 1000",
        f"share of futures with {OPEN} > 100000 0.2",
        f"share of futures ever with {OPEN} > 1 0.0001% of it",
        "cost@strengthening_families.team_manager 5%",
        f"{OPEN}@2026-05 1000",
    )
    options = [x for text in asked for x in ("--precision", text)]
    few = ["--max-replications", "20", "--quiet", "--no-store", "--jobs", "1"]
    assert main(["run", str(file), *few, *options, "--out", str(out)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert f"p50 of {OPEN} (asked: 1000): held at 10 futures, " in said
    assert (
        f"{OPEN} > 100000 (asked: 0.2): held at 14 futures, 0 (0 to 0.193); 0 (0 to 0.139)" in said
    )
    assert "in none of 20, so it happens in at most 14% of futures (rule of three)" in said
    assert "it was so in all 20, so it is otherwise in at most 14% of futures" in said
    assert "pounds in each with all 20 values; it was the same" in said
    assert "it is taken to hold from 59 on" in said
    assert "manifest.json, charts" in said
    rows = list(csv.DictReader((out / "precision.csv").open()))
    assert [(row["figure"], row["where"], row["period"], row["asked"]) for row in rows] == [
        ("p50 of open_children", "service", "all", "1000"),
        ("share of futures with open_children > 100000", "service", "all", "0.2"),
        ("share of futures ever with open_children > 1", "service", "all", "0.0001% of it"),
        ("average of cost", "strengthening_families.team_manager", "all", "5%"),
        ("average of open_children", "service", "2026-05", "1000"),
    ]
    assert [row["held_at"] for row in rows] == ["10", "14", "", "", "10"]
    assert {row["futures"] for row in rows} == {"20"}
    for row in rows:
        assert float(row["lower"]) <= float(row["value"]) <= float(row["upper"])
        assert bool(row["held_at"]) == bool(row["value_then"])
