"""The year to come begins where the last ended, with what is accepted; options beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from reviewed import SMALL, actuals, small

from sim.review.actuals import Actuals
from sim.review.forecast import How
from sim.review.next_year import a_year_on, acceptable, moved_on, names, next_year
from sim.review.options import arms_of, coming, read_option
from sim.review.recalibrated import Recalibrated
from sim.review.review import Review
from sim.scenario import ScenarioError, load, load_text, to_yaml

ON = date(2027, 4, 20)
FSW = "teams.review_and_intervention.posts.family_support_worker.count"
HOURS = "stages.review_and_intervention.tasks.review.hours"
MARCH = (
    "2027-03,open_children,single_assessment,3,",
    "2027-03,open_children,safeguarding_and_support,31,",
    "2027-03,open_children,strengthening_families,20,",
    "2027-03,open_children,review_and_intervention,77,",
)


def recalibrated(name: str, keys: tuple[str, ...], unit: str, old: float, new: float):
    about = (name, keys, unit, old, None, None, new, 0.9 * new, 1.1 * new)
    return Recalibrated(*about, "normal", (), 0.01, 0.01, True)


FOUND = (
    recalibrated("demand", ("population.contacts.rate",), "per year", 90.0, 110.0),
    recalibrated("staff:x", (FSW,), "share", 0.8, 1.2),  # of two posts three were filled
    recalibrated("moves:up", ("population.needs.stable.becomes.complex",), "times", 1.0, 1.5),
    recalibrated("hours:review", (HOURS,), "hours", 5.0, 6.0),
    recalibrated("accepted", ("mash.outcomes",), "share", 0.3, 0.4),
)


def review(given: Actuals) -> Review:
    return Review(small(), given, None, (), None, None, FOUND)  # type: ignore[arg-type]


def following(*accepted: str):
    return next_year(load("three-hubs", SMALL), review(actuals(MARCH)), accepted, ON).scenario


def test_nothing_is_taken_up_unless_it_is_accepted() -> None:
    plain, made = load("three-hubs", SMALL).scenario, following()
    assert made.start == date(2027, 4, 1)
    assert made.population == plain.population and made.day_one == plain.day_one
    assert made.teams == plain.teams


def test_what_is_accepted_has_the_counts_as_its_source() -> None:
    made = following("demand", "staff:x", "moves:up", "hours:review", "opening")
    rate = made.population.contacts.rate
    assert (rate.value, rate.grade, rate.range) == (110.0, "calibrated", (99.0, 121.0))
    assert rate.source == "annual review: counts of 2026-04 to 2027-03"
    posts = made.teams["review_and_intervention"].posts["family_support_worker"].count
    assert (posts.value, posts.grade) == (3, "calibrated")
    assert made.population.needs["stable"].becomes["complex"].value == pytest.approx(0.09)
    hours = made.stages["review_and_intervention"].tasks["review"].hours.value
    assert (hours.mean(), hours.kind) == (pytest.approx(6.0), "gamma")
    opening = {stage: count.value for stage, count in made.day_one.children.items()}
    assert opening["review_and_intervention"] == 77 and sum(opening.values()) == 131


def test_everything_that_can_be_accepted_is() -> None:
    found = review(actuals(MARCH))
    assert acceptable(found) == ["demand", "staff:x", "moves:up", "hours:review", "opening"]
    assert names(found, ["all", "demand"]) == tuple(acceptable(found))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("demnd", "did you mean 'demand'"),
        ("accepted", "is no single number of the scenario"),
        ("opening", "were not counted by stage"),
    ],
)
def test_what_cannot_be_accepted_is_refused(name: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        names(review(actuals(MARCH[:2])), [name])


def test_the_year_to_come_records_the_review_and_can_be_read_again() -> None:
    text = "name: kept\nextends: three-hubs\nreview: {owner: Head, review_by: 2027-03-31}\n"
    kept = load_text(text, "kept.yaml")
    found = replace(review(actuals(MARCH)), loaded=kept)
    made = next_year(kept, found, ["demand"], ON)
    record = made.scenario.review
    assert record is not None and (record.owner, record.version) == ("Head", "0.1.0")
    assert (record.last_reviewed, record.review_by) == (ON, date(2028, 4, 20))
    again = load_text(to_yaml(made), "next-year.yaml")
    assert again.digest == made.digest and again.scenario.review == record


def test_what_has_happened_by_then_is_a_part_of_it_and_what_has_not_still_will() -> None:
    text = (
        "name: dated\nextends: three-hubs\nchanges:\n"
        f"- {{on: 2026-09-01, set: {{{FSW}: 5}}}}\n- {{on: 2028-01-03, set: {{{FSW}: 9}}}}\n"
    )
    made = moved_on(load_text(text, "dated.yaml"), date(2027, 4, 1)).scenario
    assert made.teams["review_and_intervention"].posts["family_support_worker"].count.value == 5
    assert [change.on for change in made.changes] == [date(2028, 1, 3)]
    assert a_year_on(date(2028, 2, 29)) == date(2029, 3, 1)


def test_a_file_of_children_is_of_its_own_day(tmp_path) -> None:
    path = tmp_path / "open.csv"
    path.write_text("child,stage\na,review_and_intervention\n", encoding="utf-8")
    loaded = load("three-hubs", [f"day_one.caseload={path}"])
    with pytest.raises(ScenarioError, match="needs one of its own"):
        next_year(loaded, review(actuals(MARCH)), (), ON)


@pytest.mark.parametrize(
    ("written", "name", "scenario", "sets"),
    [
        ("[posts=3]", "posts=3", "", ("posts=3",)),
        ("Two more[posts=3; hours=2]", "Two more", "", ("posts=3", "hours=2")),
        ("three-hubs[posts=3]", "three-hubs[posts=3]", "three-hubs", ("posts=3",)),
        ("open-to-review", "open-to-review", "open-to-review", ()),
    ],
)
def test_an_option_is_a_scenario_or_the_service_with_changes(written, name, scenario, sets) -> None:
    found = read_option(written)
    assert (found.name, found.scenario, found.sets) == (name, scenario, sets)


@pytest.mark.parametrize("written", ["tree-hubs[posts=3]", "Two posts more", "posts=3", ""])
def test_an_option_that_is_neither_is_refused(written: str) -> None:
    with pytest.raises(ScenarioError):
        read_option(written)


def test_options_live_through_the_same_futures_as_the_service_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = moved_on(small(), date(2027, 4, 1))
    same, more = read_option("[work.sibling_hours=1.0]"), read_option(f"One more[{FSW}=3]")
    assert str(arms_of(now, [same])[1].loaded.scenario.horizon) == "3 years"
    monkeypatch.setattr("sim.review.options.YEARS", "1 year")
    found = coming(now, (), [same, more], How(1, jobs=1), futures=1)
    first, second = found.comparisons
    assert all(d.same for d in first.differences if d.change.replications)
    load_of = next(
        d
        for d in second.differences
        if (d.change.measure, d.change.period) == ("load", "all")
        and d.change.where == "review_and_intervention.family_support_worker"
    )
    assert load_of.change.mean is not None and load_of.change.mean < -0.1
