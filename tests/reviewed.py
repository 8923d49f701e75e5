"""A service small enough to be reviewed in a test, and files of actuals for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sim.review.actuals import Actuals
from sim.review.counted import Counted, counted_in
from sim.review.forecast import for_a_year, months_of_year
from sim.review.reading import actuals_of
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario

SMALL = (
    "population.contacts.rate=90 per year",
    "mash.background.rate=0 per year",
    "teams.mash.posts.mash_social_worker.count=2",
    "teams.safeguarding_and_support.posts.social_worker.count=4",
    "teams.safeguarding_and_support.posts.team_manager.count=1",
    "teams.strengthening_families.posts.advanced_practitioner.count=1",
    "teams.strengthening_families.posts.family_support_worker.sites=shared",
    "teams.strengthening_families.posts.family_support_worker.count=1",
    "teams.review_and_intervention.posts.family_support_worker.sites=shared",
    "teams.review_and_intervention.posts.family_support_worker.count=2",
    "teams.safeguarding_and_support.posts.social_worker.sites=shared",
    "safeguarding.duty.hours_a_day=0.5",
    "safeguarding.duty.manager_hours_a_day=0.2",
    "day_one.children.single_assessment=4",
    "day_one.children.safeguarding_and_support=26",
    "day_one.children.strengthening_families=22",
    "day_one.children.review_and_intervention=80",
    "day_one.known_before.met=20",
    "day_one.known_before.none=80",
)


@cache
def small() -> Loaded[Scenario]:
    """About an eighth of the three hubs."""
    return for_a_year(load("three-hubs", SMALL))


@cache
def what_counts() -> tuple[Counted, ...]:
    return counted_in(small())


@cache
def months() -> tuple[str, ...]:
    return months_of_year(small())


def at(address: str) -> Counted:
    return next(each for each in what_counts() if each.address == address)


def actuals(lines: Iterable[str], head: str = "month,measure,where,value,of") -> Actuals:
    content = "\n".join([head, *lines]) + "\n"
    return actuals_of(content.encode(), "year.csv", what_counts(), months())


def lines_of(given: Actuals) -> Sequence[str]:
    """Write actuals as the lines of a file."""
    return [
        f"{row.month},{row.counted.name},{row.counted.where},{row.value:.10g},"
        + ("" if row.of is None else f"{row.of:.10g}")
        for row in given.rows
    ]
