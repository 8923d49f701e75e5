"""Where one more post helps most: every role in turn, on the same futures."""

import csv
from pathlib import Path

import pytest

from sim.cli import main
from sim.experiment.headlines import Headline, Known
from sim.experiment.posts import Role, rank, roles, years_of
from sim.report.posts import posts_sentence
from sim.scenario import load
from sim.scenario.values import Sourced

OVERDUE = Headline("backlog", "service", "3")
Column = dict[int, float | None]


def _role(where: str, cost: float | None, fte: float = 1.0) -> Role:
    return Role(where, 3, 1, fte, None if cost is None else Sourced(cost))


def _values(*values: float) -> Column:
    return dict(enumerate(values, start=1))


AS_IT_IS = _values(100.0, 120.0, 110.0)


# --- by hand --------------------------------------------------------------------------------


def test_roles_are_ranked_by_what_is_better() -> None:
    each = [_role("hub.helper", 50_000.0), _role("hub.expert", 100_000.0)]
    found = [_values(95.0, 116.0, 107.0), _values(91.0, 110.0, 99.0)]  # 4 and 10 fewer
    overdue = rank(OVERDUE, each, AS_IT_IS, found)
    assert [(e.role.where, e.change.change.mean) for e in overdue.effects] == [
        ("hub.expert", -10.0),
        ("hub.helper", -4.0),
    ]
    in_date = rank(Headline("in_date:cin_review", "hub"), each, AS_IT_IS, found)
    assert [e.role.where for e in in_date.effects] == ["hub.helper", "hub.expert"]
    open_children = rank(Headline("open_children", "hub"), each, AS_IT_IS, found)
    assert open_children.effects[0].role.where == "hub.expert"  # neither is better: the largest


def test_an_effect_is_told_for_a_hundred_thousand_pounds() -> None:
    each = [
        _role("hub.helper", 40_000.0),
        _role("hub.expert", 100_000.0),
        _role("hub.half", 80_000.0, fte=0.5),
        _role("partner.lead", None),
    ]
    found = [_values(95.0, 116.0, 107.0), *3 * [_values(91.0, 110.0, 99.0)]]
    effects = {e.role.where: e for e in rank(OVERDUE, each, AS_IT_IS, found).effects}
    assert {
        where: None if e.for_money is None else e.for_money.mean for where, e in effects.items()
    } == pytest.approx(
        {"hub.helper": -10.0, "hub.expert": -10.0, "hub.half": -25.0, "partner.lead": None}
    )
    assert effects["hub.half"].level_for_money
    assert not effects["hub.expert"].level_for_money
    assert not effects["partner.lead"].level_for_money


def test_who_is_not_shown_to_differ_from_the_first_is_level_with_it() -> None:
    """Paired: 9, 10 and 11 fewer against 1, 2 and 3 fewer always differ by 8."""
    each = [_role("hub.a", 1.0), _role("hub.b", 1.0), _role("hub.c", 1.0)]
    first, close, apart = (
        _values(91.0, 110.0, 99.0),
        _values(90.0, 112.0, 100.0),
        _values(99.0, 118.0, 107.0),
    )
    effects = rank(OVERDUE, each, AS_IT_IS, [first, close, apart]).effects
    assert [(e.role.where, e.level) for e in effects] == [
        ("hub.a", True),
        ("hub.b", True),
        ("hub.c", False),
    ]


def test_the_sentence_names_the_first_or_says_that_nothing_is_shown() -> None:
    each = [_role("strengthening_families.advanced_practitioner", 1.0)]
    helps = rank(OVERDUE, each, AS_IT_IS, [_values(91.0, 110.0, 99.0)])
    assert posts_sentence(helps) == (
        "Tasks past due, whole service, year 3: more Advanced practitioners in Strengthening "
        "Families help most, to 100 from 110"
    )
    unsure = rank(OVERDUE, each, AS_IT_IS, [_values(50.0, 160.0, 108.0)])
    assert posts_sentence(unsure).endswith("do not show that one more post of any role helps")
    worse = rank(OVERDUE, each, AS_IT_IS, [_values(109.0, 130.0, 121.0)])
    assert posts_sentence(worse).endswith("do not show that one more post of any role helps")


@pytest.mark.parametrize(
    ("years", "taken"), [(0, ["all"]), (1, ["1"]), (2, ["1", "2"]), (5, ["1", "3"])]
)
def test_a_measure_is_taken_in_the_first_and_the_third_year(years: int, taken: list[str]) -> None:
    found = years_of([Headline("backlog", "service")], Known((), years))
    assert [each.period for each in found] == taken
    named = Headline("backlog", "service", "2")
    assert years_of([named], Known((), 5)) == [named]


# --- a scenario -----------------------------------------------------------------------------


def test_every_role_of_every_team_is_tried_with_the_cost_of_the_scenario() -> None:
    scenario = load("three-hubs-open-to-review").scenario
    found = {each.where: each for each in roles(scenario, 1)}
    assert len(found) == sum(len(team.posts) for team in scenario.teams.values())
    lead = found["partner_agencies.lead_professional"]
    assert lead.pounds is None
    part_time = found["open_to_review.team_manager"]
    assert part_time.cost is not None
    assert part_time.cost.source is not None
    assert part_time.pounds == pytest.approx(0.3 * part_time.cost.value)


@pytest.mark.long
def test_the_command_writes_a_table_a_chart_and_its_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    where = "review_and_intervention.family_support_worker"
    given = ["posts", "three-hubs", "--horizon", "1 month", "--replications", "2", "--jobs", "1"]
    options = ["--measure", f"hours_available@{where}", "--count", "2", "--quiet"]
    assert main([*given, *options, "--out", "found"]) == 0
    said = capsys.readouterr().out
    assert max(map(len, said.splitlines())) <= 100
    assert "£51,000 (£47,000 to £55,000) [assumed, F129" in said
    with (tmp_path / "found" / "posts.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    first, *others = rows
    assert first["role"] == where
    assert float(first["change"]) > 100.0  # two workers, a month of mornings and afternoons
    assert float(first["pounds_a_year"]) == 102_000.0
    assert {row["verdict"] for row in others} == {"the same"}
    charts = tmp_path / "found" / "charts"
    name = "posts-hours-available-review-and-intervention-family-support-worker"
    for ending in ("png", "svg", "csv", "txt"):
        assert (charts / f"{name}.{ending}").stat().st_size > 0


def test_a_measure_there_is_not_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["posts", "three-hubs", "--measure", "backlogs@service"]) == 2
    assert "backlog@service" in capsys.readouterr().err
