"""Forecast beside fact: the band, the scores and the counts that they are made of, by hand."""

from __future__ import annotations

import numpy as np
import pytest
from reviewed import at, months, small, what_counts

from sim.experiment.replication import replicate
from sim.review.counted import counts
from sim.review.months import band, crps, measure_reviewed, over_year
from sim.service.plan import compile_plans

REVIEWS = at("in_date:cin_review@review_and_intervention")
CONTACTS = at("contacts@service")
OPEN = at("open_children@service")


@pytest.mark.parametrize(
    ("futures", "low", "high", "chance"),
    [
        (59, 3, 57, 0.9),  # the third of each end: 1 - 6/60
        (60, 3, 58, 1 - 6 / 61),
        (58, 2, 57, 1 - 4 / 59),  # the third would be 89.8%
        (19, 1, 19, 0.9),
        (10, 1, 10, 1 - 2 / 11),  # no more can be said: less than nine in ten
        (1, 1, 1, 0.0),
    ],
)
def test_the_band_is_of_ordered_futures_and_says_how_far_it_reaches(
    futures: int, low: float, high: float, chance: float
) -> None:
    found = band(np.arange(futures, 0, -1.0))
    assert found is not None
    assert (found.low, found.high, found.futures) == (low, high, futures)
    assert found.chance == pytest.approx(chance)


def test_futures_without_a_value_are_no_part_of_the_band() -> None:
    found = band(np.array([np.nan, 2.0, 1.0]))
    assert found is not None
    assert (found.low, found.median, found.high, found.futures) == (1.0, 1.5, 2.0, 2)
    assert band(np.array([np.nan])) is None


def test_one_more_future_is_inside_as_often_as_the_band_says() -> None:
    """Of 4,000 draws of 31 the last is inside the band of the first 30; 3.3 standard errors."""
    drawn = np.random.default_rng(1).gamma(2.0, size=(4000, 31))
    bands = [band(row[:-1]) for row in drawn]
    inside = np.mean([b.holds(row[-1]) for b, row in zip(bands, drawn, strict=True) if b])
    chance = 1 - 2 / 31
    assert abs(inside - chance) < 3.3 * (chance * (1 - chance) / 4000) ** 0.5


def test_the_score_is_that_worked_out_by_hand() -> None:
    """Futures 1, 2, 4 and the fact 2: mean distance 1, of pairs (1 + 3 + 2) / 3 = 2, half of it."""
    score, expected = crps(2.0, np.array([4.0, 1.0, 2.0]))
    assert score == pytest.approx(1.0 - 1.0)
    assert expected == pytest.approx(1.0)
    assert crps(2.0, np.array([4.0])) == (None, None)


def test_the_expected_score_is_the_mean_score_of_one_more_future() -> None:
    drawn = np.random.default_rng(2).normal(size=(4000, 11))
    pairs = np.array([crps(row[-1], row[:-1]) for row in drawn], dtype=float)
    difference = pairs[:, 0] - pairs[:, 1]
    assert abs(difference.mean()) < 3.3 * difference.std() / 4000**0.5


def test_months_of_a_share_add_up_by_their_counts_and_months_without_one_are_left_out() -> None:
    table = np.array([[9.0, 10.0], [np.nan, np.nan], [30.0, 60.0]])
    assert over_year(REVIEWS, table) == pytest.approx(39 / 70)
    assert over_year(REVIEWS, table, pooled=False) == pytest.approx((0.9 + 0.5) / 2)
    ones = np.array([[4.0, 1.0], [np.nan, np.nan], [8.0, 1.0]])
    assert over_year(CONTACTS, ones) == 12.0
    assert over_year(OPEN, ones) == 6.0


def test_a_month_is_outside_above_and_below_and_on_the_edge_it_is_inside() -> None:
    futures = np.ones((19, 3, 2))
    futures[:, :, 0] = np.arange(1, 20)[:, None]
    happened = np.array([[19.0, 1.0], [20.0, 1.0], [0.0, 1.0]])
    found = measure_reviewed(CONTACTS, months()[:3], happened, futures)
    assert [month.inside for month in found.months] == [True, False, False]
    assert (found.known, found.inside) == (3, 1)
    assert found.bias == pytest.approx((9 + 10 - 10) / 3)
    assert (found.year.figure, found.year.value) == (39, 39)
    assert found.year.band is not None
    assert (found.year.band.low, found.year.band.high) == (3, 57)  # of the same three months


def test_a_month_in_which_nothing_was_due_is_not_compared() -> None:
    futures = np.ones((19, 1, 2))
    found = measure_reviewed(REVIEWS, months()[:1], np.array([[0.0, 0.0]]), futures)
    assert found.months[0].inside is None
    assert (found.known, found.bias, found.crps) == (0, None, None)


def test_what_is_counted_is_what_the_model_reports() -> None:
    replication = replicate(compile_plans(small()), 1, 1)
    table = counts(replication, what_counts(), hours_a_day=7.4 * 0.85)
    series = {each.address: each for each in replication.series}

    def column(address: str, number: int = 0) -> list[float]:
        return list(table[what_counts().index(at(address)), :, number])

    pool = "review_and_intervention.family_support_worker"
    assert column("open_children@service") == list(series["open_children@service"].over)
    assert column("caseload@" + pool, 1) == column("staff_in_post@" + pool)
    assert column("assessments@single_assessment") == column(
        "assessed_in_45_dfe@single_assessment", 1
    )
    days = column(f"days_at_work@{pool}")
    available = list(series[f"hours_available@{pool}"].over)
    assert days == pytest.approx([hours / 6.29 for hours in available])
    assert max(days) < 2 * 23  # two people, and no month has more working days
    hours, number = (column(f"hours_each:review@{pool}", n) for n in (0, 1))
    assert sum(hours) / sum(number) == pytest.approx(5.0, abs=1.5)
    held = column("held:cin_review@review_and_intervention")
    assert sum(held) == sum(series["delivered:cin_review@review_and_intervention"].over)
