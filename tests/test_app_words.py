"""What the application says: settings as they are written, results as they are told."""

import pytest

from sim.app import answers, charts
from sim.app.drawing import PALETTES, Palette
from sim.app.field import Field
from sim.app.figures import Figures
from sim.app.inputs import children, fields
from sim.app.seen import Seen
from sim.app.service import BASELINE, Service, offers, own_numbers
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario

POSTS = "teams.review_and_intervention.posts.family_support_worker.count"


@pytest.fixture(scope="module")
def baseline() -> Loaded[Scenario]:
    return load(BASELINE)


def test_every_setting_is_written_as_the_scenario_reads_it() -> None:
    for name in (BASELINE, "three-hubs-open-to-review", "kent-care-managed"):
        loaded = load(name)
        known = [*fields(loaded.scenario), *children(loaded.scenario)]
        again = load(name, [field.written(field.default) for field in known])
        now = {f.key: f.default for f in [*fields(again.scenario), *children(again.scenario)]}
        assert now == {field.key: field.default for field in known}, name


def test_the_help_of_a_setting_tells_where_its_default_comes_from(
    baseline: Loaded[Scenario],
) -> None:
    limit = next(
        field
        for field in fields(baseline.scenario)
        if field.key == POSTS.replace(".count", ".caseload_limit")
    )
    assert "Default: 50." in limit.help
    assert "set by the service's own document (W71)" in limit.help
    assert "up to 50 children" in limit.help  # what that clause says


def test_a_mix_of_intervals_is_one_number(baseline: Loaded[Scenario]) -> None:
    field = next(f for f in fields(baseline.scenario) if f.kind == "mix")
    assert field.default == 50.0
    assert field.written(0.0).endswith("=12 months")
    assert field.written(100.0).endswith("=6 months")
    assert field.written(30.0).endswith("={6 months: 30%, 12 months: 70%}")


def test_a_change_back_to_the_default_is_no_change(baseline: Loaded[Scenario]) -> None:
    field = next(f for f in fields(baseline.scenario) if f.key == POSTS)
    changed = Service().with_change(field, 5)
    assert changed.sets({POSTS: field}) == [f"{POSTS}=5"]
    assert changed.with_change(field, 7) == Service()


def test_twice_the_referrals_are_twice_the_contacts(baseline: Loaded[Scenario]) -> None:
    known = {field.key: field for field in fields(baseline.scenario)}
    contacts = known["population.contacts.rate"]
    assert own_numbers({known[POSTS]: 7}, contacts, 2.0) == [
        "population.contacts.rate=1430 per year"
    ]


def test_the_baseline_is_offered_first_and_cases_of_it_apart() -> None:
    known = offers()
    assert known[0].name == BASELINE and known[0].is_model
    cases = {offer.name for offer in known if not offer.is_model}
    assert {"two-fewer-family-support", "turnover-25"} <= cases
    assert not any("_" in offer.about for offer in known)  # no ids


def figures(late: list[float], in_date: list[float]) -> Figures:
    """One month, one replication for each number."""
    made = Figures(["all", "2026-04"])
    for number, (tasks, share) in enumerate(zip(late, in_date, strict=True), start=1):
        rows = [
            ("backlog", "service", "tasks", [tasks, tasks]),
            ("in_date:cin_review", "*", "share", [share, share]),
        ]
        made.add(number, rows)
    return made


def test_results_are_told_against_the_baseline_future_by_future() -> None:
    before = figures([100.0, 200.0, 300.0, 400.0], [0.9, 0.8, 0.9, 0.8])
    after = figures([109.0, 211.0, 309.0, 411.0], [0.9, 0.8, 0.9, 0.8])
    late, date = answers.tiles(before, after)
    # The futures differ by hundreds; the change in each is 9 or 11, so 10 give or take 1.8.
    assert late.change == "10 more than the baseline (8 to 12)"
    assert late.direction == "worse"
    assert date.change == "the same in every future" and date.direction == "the same"


def test_a_difference_that_is_not_shown_is_not_told_as_one() -> None:
    before = figures([100.0, 200.0, 300.0], [0.5] * 3)
    after = figures([140.0, 150.0, 320.0], [0.5] * 3)
    (late, _) = answers.tiles(before, after)
    assert late.change.startswith("no difference shown: at most about ")
    assert late.direction == "not shown"


def test_one_future_is_no_comparison() -> None:
    (late, _) = answers.tiles(figures([1.0], [0.5]), figures([5.0], [0.5]))
    assert late.change == "one future only: no comparison yet"
    assert late.usual == ""


def test_only_futures_finished_in_both_are_compared() -> None:
    before, after = figures([10.0, 20.0, 30.0], [1.0] * 3), figures([11.0, 21.0], [1.0] * 2)
    found = before.change(after, "backlog", "service")
    assert found is not None and found.same is False
    assert (found.change.replications, found.change.mean) == (2, 1.0)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_colours_stand_out_in_light_and_dark(palette: Palette) -> None:
    for colour in (palette.main, palette.other, *palette.categories):
        assert contrast(colour, palette.ground) >= 3.0, colour  # WCAG 1.4.11
    assert contrast(palette.text, palette.ground) >= 4.5
    for colour, ink in zip(palette.categories, palette.inks, strict=True):
        assert contrast(colour, ink) >= 4.5, colour  # WCAG 1.4.3


def test_a_chart_has_a_sentence_and_its_numbers() -> None:
    now = figures([100.0, 200.0], [0.9, 0.8])
    drawn = charts.backlog(Seen(now, "This service", None, PALETTES["light"]))
    assert "150 tasks at the end of April 2026" in drawn.sentence
    assert list(drawn.table.columns) == [
        "Month",
        "This service",
        "This service: nine futures in ten",
    ]
    assert isinstance(drawn.table["Month"][0], str)


def test_a_setting_is_far_out_beyond_its_range() -> None:
    field = Field("a", "posts", "A", "posts", "count", 7, checked=(3, 14))
    assert [field.is_far(value) for value in (2, 3, 14, 15)] == [True, False, False, True]
