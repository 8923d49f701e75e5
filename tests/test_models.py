"""The delivery models serve the same children, each in its own way."""

from __future__ import annotations

from functools import cache

import pytest

from sim.measure.eventlog import EventLog, Row
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

BASELINE = "three-hubs"
MODELS = (
    "three-hubs-open-to-review",
    "open-to-review",
    "rochdale-step-up-step-down",
    "cambridgeshire-units",
    "kent-care-managed",
)
FIVE_YEARS = "5 years"
HALF_A_YEAR = "6 months"


def log(model: str, horizon: str) -> list[Row]:
    kept = EventLog()
    Service(compile_plans(load(model, [f"horizon={horizon}"])), 1, 1, kept).run()
    return kept.rows


@cache
def half_a_year(model: str) -> list[Row]:
    return log(model, HALF_A_YEAR)


@cache
def contacts(model: str, horizon: str) -> list[Row]:
    rows = half_a_year(model) if horizon == HALF_A_YEAR else log(model, horizon)
    return [row for row in rows if row.event == "contact"]


def first_contacts(model: str, horizon: str) -> list[Row]:
    """When each new child was first known of, with all that is said of the child.

    Brothers and sisters are left out: they are referred with the child, when and if that is, which
    is an outcome (`test_brothers_and_sisters_...`). So are those known before day one, whose first
    contact is past: ids of new children begin with c.
    """
    return [
        row
        for row in contacts(model, horizon)
        if row.child.startswith("c") and "again=0" in row.detail and "sibling=0" in row.detail
    ]


def told_of_siblings(model: str, horizon: str) -> dict[str, dict[str, str]]:
    """What is told of each brother or sister at the first contact, but for what changes in life."""
    told: dict[str, dict[str, str]] = {}
    for row in contacts(model, horizon):
        detail = dict(part.split("=") for part in row.detail.split(";"))
        if row.child.startswith("c") and detail.get("sibling") == "1":
            told[row.child] = {key: detail[key] for key in ("born", "site", "family")}
    return told


def same_children_come(model: str, horizon: str, at_least: int) -> None:
    expected = first_contacts(BASELINE, horizon)
    assert len(expected) > at_least
    assert first_contacts(model, horizon) == expected


@pytest.mark.parametrize("model", MODELS)
def test_the_same_children_come_on_the_same_days_under_every_model(model: str) -> None:
    same_children_come(model, HALF_A_YEAR, at_least=300)


@pytest.mark.long
@pytest.mark.parametrize("model", MODELS)
def test_the_same_children_come_for_five_years_under_every_model(model: str) -> None:
    same_children_come(model, FIVE_YEARS, at_least=3_500)


@pytest.mark.parametrize("model", MODELS)
def test_brothers_and_sisters_are_the_same_whenever_they_are_first_known_of(model: str) -> None:
    ours, theirs = (told_of_siblings(m, HALF_A_YEAR) for m in (BASELINE, model))
    both = ours.keys() & theirs.keys()
    assert len(both) > 8
    assert {child: theirs[child] for child in both} == {child: ours[child] for child in both}


def test_nobody_is_in_open_to_review_on_day_one_whom_care_bars() -> None:
    routes = {"s20_short_breaks", "full"}
    entered = [
        row
        for row in half_a_year("open-to-review")
        if row.event == "stage_enter" and row.time <= 0.0 and row.stage == "open_to_review"
    ]
    assert len(entered) == 280
    held = {row.child for row in entered}
    looked_after = {
        row.child
        for row in half_a_year("open-to-review")
        if row.time <= 0.0
        and row.child in held
        and any(f"route={route}" in row.detail for route in routes)
    }
    assert looked_after == set()


def test_four_weekly_reviews_make_thirteen_a_year() -> None:
    task = load("rochdale-step-up-step-down").scenario.stages["safeguarding_and_support"].tasks
    assert str(task["review"].every.value[0][0]) == "4 weeks"  # type: ignore[union-attr]
