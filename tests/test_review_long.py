"""What a review promises, on simulated years of a small service of which the truth is known.

The figures for the three hubs are measured by `benchmarks/review_study.py`; see the documentation.
"""

from __future__ import annotations

import pytest
from review_study import Study, Truth, study
from reviewed import small

from sim.review.causes import causes_in
from sim.review.forecast import How

RI = "staff:review_and_intervention.family_support_worker"
# So small a service has 90 first contacts a year, of which a fifth more is within chance.
AMOUNTS = {"demand": 2.0, RI: 1.0, "hours:reviews": 1.5}


@pytest.fixture(scope="module")
def found() -> Study:
    causes = {each.name: each for each in causes_in(small())[0]}
    truths = {
        name: Truth(tuple(causes[name].sets(small(), amount)), name, amount)
        for name, amount in AMOUNTS.items()
    }
    return study(small(), truths, How(1))


@pytest.mark.long
def test_about_nine_months_in_ten_are_within_their_band(found: Study) -> None:
    """Counts that are often equal make bands wider than they need be, so rather more than 90%."""
    assert 0.88 < found.inside < 0.97


@pytest.mark.long
def test_of_years_like_the_forecasts_about_one_in_seven_is_flagged(found: Study) -> None:
    """More than the one in ten of the three hubs: few people and counts have longer tails."""
    chance = 2 * (0.15 * 0.85 / 200) ** 0.5
    assert found.drifted <= 0.10 + chance
    assert found.outside <= 0.10 + chance
    assert found.flagged <= 0.15 + chance


@pytest.mark.long
@pytest.mark.parametrize("name", AMOUNTS)
def test_years_in_which_something_was_different_are_flagged_and_the_cause_is_found(
    found: Study, name: str
) -> None:
    told = found.told[name]
    assert told.flagged >= 0.9
    assert told.among >= 0.8
    assert told.held >= 0.7
