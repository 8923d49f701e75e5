"""The baseline is a believable service: in equilibrium, busy, and keeping its cadences.

Compared with `steady_state` of the domain notes (grade B); see docs/face_validity.md. Fixed
seeds: what is asserted is about these runs, with room for their sampling error.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from statistics import fmean, stdev

import pytest

from sim.measure.accounts import Accounts
from sim.measure.series import series
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

HOLDING = (
    "safeguarding_and_support.social_worker",
    "strengthening_families.advanced_practitioner",
    "strengthening_families.family_support_worker",
    "review_and_intervention.family_support_worker",
)
PROMISES = ("cin_review", "child_seen")
HUBS = ("safeguarding_and_support", "strengthening_families", "review_and_intervention")
STEADY_STATE = {  # children open, from the domain notes' steady state
    "single_assessment": 39,
    "safeguarding_and_support": 211,
    "strengthening_families": 166,
    "review_and_intervention": 331,
}

Year = dict[str, float | None]


def one_future(number: int) -> tuple[Year, list[float]]:
    """Run one five-year replication; return whole-run measures and children open by month."""
    accounts = Accounts()
    Service(compile_plans(load("three-hubs")), 1, number, accounts).run()
    months = len(accounts.months)
    measures = {s.address: s.value(0, months) for s in series(accounts)}
    return measures, [float(sum(m.open_children[1:])) for m in accounts.months]


def futures(count: int) -> tuple[dict[str, list[float]], list[list[float]]]:
    """Run several replications on two processes."""
    with ProcessPoolExecutor(2) as pool:
        done = list(pool.map(one_future, range(1, count + 1)))
    names = done[0][0]
    values = {n: [v for d, _ in done if (v := d[n]) is not None] for n in names}
    return values, [months for _, months in done]


def slope_a_year(months: Sequence[float]) -> float:
    """Least-squares slope of a monthly series."""
    x = [m / 12.0 for m in range(len(months))]
    mx, my = fmean(x), fmean(months)
    over = sum((a - mx) * (b - my) for a, b in zip(x, months, strict=True))
    return over / sum((a - mx) ** 2 for a in x)


@pytest.fixture(scope="module")
def few() -> tuple[dict[str, list[float]], list[list[float]]]:
    return futures(4)


def test_about_750_children_are_open(few: tuple[dict[str, list[float]], list[list[float]]]) -> None:
    assert 710 < fmean(few[0]["open_children@service"]) < 790


@pytest.mark.parametrize("stage", STEADY_STATE)
def test_each_stage_holds_about_as_many_as_the_steady_state(
    few: tuple[dict[str, list[float]], list[list[float]]], stage: str
) -> None:
    assert fmean(few[0][f"open_children@{stage}"]) == pytest.approx(STEADY_STATE[stage], rel=0.12)


@pytest.mark.parametrize("pool", HOLDING)
def test_everyone_who_holds_cases_is_busy_and_not_swamped(
    few: tuple[dict[str, list[float]], list[list[float]]], pool: str
) -> None:
    assert 0.75 < fmean(few[0][f"load@{pool}"]) < 0.97


@pytest.mark.parametrize("hub", HUBS)
@pytest.mark.parametrize("promise", PROMISES)
def test_reviews_and_visits_held_are_never_more_than_promised_and_seldom_far_fewer(
    few: tuple[dict[str, list[float]], list[list[float]]], promise: str, hub: str
) -> None:
    """Below, as leave and sickness stretch intervals (visits in R&I most); see the next test."""
    assert 0.87 < fmean(few[0][f"delivered:{promise}@{hub}"]) < 1.05


def test_with_nobody_away_or_leaving_what_is_held_is_within_five_percent_of_what_is_promised() -> (
    None
):
    """It is absence, leaving and vacancies that stretch intervals, and nothing else.

    Family support visits in SF come to a little more than promised (1.05 to 1.06).
    """
    accounts = Accounts()
    Service(compile_plans(load("three-hubs", ["people=null"])), 1, 1, accounts).run()
    months = len(accounts.months)
    held = {s.address: s.value(0, months) for s in series(accounts)}
    for promise in PROMISES:
        for hub in HUBS:
            found = held[f"delivered:{promise}@{hub}"]
            assert found is not None
            sf_visit = (promise, hub) == ("child_seen", "strengthening_families")
            assert 0.95 < found < (1.06 if sf_visit else 1.05), (promise, hub, found)


def test_a_caseload_that_was_not_used_to_set_the_staffing_is_believable(
    few: tuple[dict[str, list[float]], list[list[float]]],
) -> None:
    # England 15.2 (F102), this kind of team 12 to 18 (F146), with social workers' other work.
    assert 8 < fmean(few[0]["caseload@safeguarding_and_support.social_worker"]) < 18
    assert 15 < fmean(few[0]["caseload@strengthening_families.family_support_worker"]) < 25


@pytest.mark.long
def test_over_fifty_futures_the_service_neither_grows_nor_shrinks_by_one_in_a_hundred() -> None:
    values, months = futures(50)
    means = [fmean(column) for column in zip(*months, strict=True)]
    assert min(means) > 725 and max(means) < 775
    slopes = [slope_a_year(series_) for series_ in months]
    half_width = 2.01 * stdev(slopes) / len(slopes) ** 0.5
    # Some 3.5 fewer a year: shown to be less than one child in a hundred, not to be none.
    assert abs(fmean(slopes)) + half_width < 0.01 * fmean(means)
    for pool in HOLDING:
        assert 0.80 < fmean(values[f"load@{pool}"]) < 0.97
