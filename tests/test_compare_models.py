"""Delivery models compared on the same children: exact by hand, and nothing compared by mistake."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.cli import main
from sim.experiment.arms import Arm, make_arms
from sim.experiment.compare import CannotCompareError
from sim.experiment.models import ComparedModels, check_models, compare_models, live, staff
from sim.experiment.same_children import NOT_HELD, same_children
from sim.experiment.settle import Settling, settling, years_to_leave_out
from sim.experiment.staffing import NoSuchStaffingError, at_cost, posts_of, yearly_cost
from sim.measure.by_child import ChildMonths
from sim.report.models import table
from sim.report.models_chart import sentence_of
from sim.scenario import load
from sim.scenario.load import load_text
from sim.service.plan import compile_plans

BASELINE, ROCHDALE, KENT = "three-hubs", "rochdale-step-up-step-down", "kent-care-managed"
SHORT = "horizon=1 month"


def arms(*names: str, sets: list[str] | None = None) -> list[Arm]:
    return make_arms([(None, name, []) for name in names], sets or [SHORT])


# --- the same children: by hand ------------------------------------------------------------------


def book(*rows: tuple[int, int, str, float]) -> ChildMonths:
    """Children at month ends: who, month, why not (empty: eligible), hours of the one pool."""
    reasons = ["", *sorted({why for _, _, why, _ in rows if why})]
    fit = [(1 / 12, hours) for _, _, why, hours in rows if not why]
    return ChildMonths(
        who=np.array([who for who, *_ in rows], dtype=np.uint64),
        month=np.array([month for _, month, *_ in rows], dtype=np.int16),
        reason=np.array([reasons.index(why) for _, _, why, _ in rows], dtype=np.uint8),
        years=np.array([years for years, _ in fit], dtype=np.float32),
        hours=np.array([[hours] for _, hours in fit], dtype=np.float32).reshape(-1, 1),
        reasons=tuple(reasons),
        pools=("team.worker",),
        stage="light",
    )


def test_the_group_is_who_could_be_in_the_lightest_stage_of_every_model() -> None:
    # Child 1 in both months; 2 in the second only; 3 is barred in one; 4 is held by one only.
    ours = book((1, 0, "", 2.0), (2, 0, "rule", 9.0), (3, 0, "", 9.0), (4, 0, "", 9.0))
    ours_next = book((1, 1, "", 4.0), (2, 1, "", 6.0))
    theirs = book((1, 0, "", 1.0), (2, 0, "", 9.0), (3, 0, "needs more", 9.0))
    theirs_next = book((1, 1, "", 1.0), (2, 1, "", 1.0))
    found = same_children([ours, theirs], 0, 1)
    assert (found.children, found.shares[0].hours, found.shares[1].hours) == (
        1.0,
        {"team.worker": 2.0},
        {"team.worker": 1.0},
    )
    assert found.others == {(0, "rule"): 1.0, (1, "needs more"): 1.0, (1, NOT_HELD): 1.0}
    later = same_children([ours_next, theirs_next], 1, 2)
    assert (later.children, later.shares[0].hours["team.worker"]) == (2.0, 10.0)
    assert later.shares[0].years == pytest.approx(2 / 12)
    assert later.others == {}


def test_whom_a_rule_keeps_out_is_counted_once_and_not_as_missing() -> None:
    ours, theirs = book((1, 0, "", 0.0)), book((2, 0, "rule", 0.0))
    found = same_children([ours, theirs], 0, 1)
    assert found.others == {(1, NOT_HELD): 1.0, (1, "rule"): 1.0}
    assert found.children == 0.0


# --- how long day one shows ----------------------------------------------------------------------


def settled(*differs: bool) -> Settling:
    from sim.experiment.headlines import Headline

    values = tuple(1.0 for _ in (*differs, False))
    return Settling(Headline("children", "service"), 1, values, differs)


@pytest.mark.parametrize(
    ("differs", "left_out"),
    [
        ((False, False, False, False), 0),
        ((True, False, False, False), 1),
        ((False, True, False, False), 2),
        ((False, False, True, False), None),
        ((True, True, True, True), None),
    ],
)
def test_years_are_left_out_up_to_the_last_that_differs_from_the_end(
    differs: tuple[bool, ...], left_out: int | None
) -> None:
    assert years_to_leave_out([settled(False, False, False, False), settled(*differs)]) == left_out
    assert years_to_leave_out([]) is None


class Future:
    """A replication that has the same yearly value of every measure."""

    def __init__(self, by_year: list[float]) -> None:
        self.by_year = by_year


def test_a_year_differs_if_its_difference_is_shown_to_go_on_changing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from sim.experiment.headlines import Headline

    monkeypatch.setattr(Headline, "over", lambda self, r, first, end: r.by_year[first // 12])
    chance = [0.1, -0.2, 0.15, -0.05, 0.05, -0.1]
    ours: Any = [Future([10.0, 20.0, 30.0, 40.0]) for _ in chance]
    # The other is 8 more in the first year, and 3 more ever after.
    theirs: Any = [Future([18.0 + x, 23.0 - x, 33.0 + x, 43.0]) for x in chance]
    for found in settling([ours, theirs], 48):
        assert found.differs == (True, False, False)
        assert found.by_year == pytest.approx((8.0, 3.0, 3.0, 3.0), abs=0.05)
    assert settling([ours, theirs], 24) == ()


# --- staffing at the same cost -------------------------------------------------------------------


@pytest.mark.parametrize("name", [ROCHDALE, KENT, "open-to-review", "cambridgeshire-units"])
def test_at_the_same_cost_posts_cost_the_same_and_are_whole_people(name: str) -> None:
    pounds = yearly_cost(load(BASELINE).scenario)
    before = load(name)
    loaded, factor = at_cost(before, pounds)
    assert yearly_cost(loaded.scenario) == pytest.approx(pounds, abs=20.0)
    was = {(p.team, p.role): p for p in posts_of(before.scenario)}
    for posts in posts_of(loaded.scenario):
        old = was[posts.team, posts.role]
        assert posts.fte == pytest.approx(old.fte * (factor if posts.scaled else 1.0), rel=1e-5)
    for team in loaded.scenario.teams.values():
        assert all(post.fte.value <= 1.0 for post in team.posts.values())
    fixed = {p.team for p in posts_of(loaded.scenario) if not p.scaled}
    assert {"mash", "management"} <= fixed | {"management"}


def test_a_model_that_costs_the_same_is_left_alone() -> None:
    loaded = load(BASELINE)
    assert at_cost(loaded, yearly_cost(loaded.scenario)) == (loaded, 1.0)


def test_posts_that_change_on_a_date_have_no_one_cost() -> None:
    with pytest.raises(NoSuchStaffingError, match="changes posts on dates"):
        at_cost(load("two-fewer-family-support"), 6e6)
    with pytest.raises(NoSuchStaffingError, match=r"cannot be staffed for £2,000,000"):
        at_cost(load(BASELINE), 2e6)


# --- what cannot be compared ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ("population.contacts.rate=800 per year", "differ in population.contacts"),
        ("day_one.children.strengthening_families=100", "differ in day_one.children"),
        ("population.needs.stable.becomes.met=0.5 per year", "population.needs.stable.becomes"),
        ("population.attributes.life_limiting=0.5", "population.attributes.life_limiting"),
        ("population.exit_age=25", "up to the age of 18"),
        ("population.needs.stable.served_by=[strengthening_families]", "could be held in"),
        ("horizon=3 years", "cannot be compared month by month"),
    ],
)
def test_models_of_other_children_are_refused_with_the_reason(other: str, reason: str) -> None:
    written = [(None, BASELINE, []), ("other", BASELINE, [other])]
    with pytest.raises(CannotCompareError, match=reason):
        check_models(make_arms(written))


def test_every_model_that_comes_with_the_program_may_be_compared() -> None:
    names = (BASELINE, "three-hubs-open-to-review", "open-to-review", ROCHDALE, KENT)
    all_of_them = arms(*names, "cambridgeshire-units")
    check_models(all_of_them)
    (other,) = make_arms([("other", BASELINE, ["population.exit_age=25"])], [SHORT])
    with pytest.raises(CannotCompareError, match="up to the age of 18"):
        check_models([*all_of_them, other])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([BASELINE, "--models"], "two delivery models or more"),
        ([BASELINE, ROCHDALE, "--staffing", "same-cost"], "--staffing goes with --models"),
        (
            [BASELINE, ROCHDALE, "--models", "--set", "stages.open_to_review.tasks.review=null"],
            "open_to_review",
        ),
        (
            [BASELINE, f"{ROCHDALE}[stages.safeguarding_and_support.guards=[W64]]", "--models"],
            "there is no rule called 'W64'",
        ),
        (
            [BASELINE, f"{ROCHDALE}[teams.strengthening_families.posts.x.count=1]", "--models"],
            "strengthening_families",
        ),
        (
            [BASELINE, "two-fewer-family-support", "--models", "--staffing", "same-cost"],
            "changes posts on dates",
        ),
        (
            [BASELINE, "[population.needs.stable.served_by=[strengthening_families]]", "--models"],
            "no child of this population could be held in 'review_and_intervention'",
        ),
    ],
)
def test_bad_input_is_refused_with_the_reason(
    given: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compare", *given]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


# --- all of it, over two months ------------------------------------------------------------------


@pytest.fixture(scope="module")
def compared() -> ComparedModels:
    return compare_models(arms(BASELINE, ROCHDALE, KENT), replications=2, jobs=1)


def row(found: ComparedModels, topic: str, measure: str, where: str = "service") -> Any:
    wanted = (topic, measure, where)
    (its,) = [r for r in found.rows if (r.topic, r.measure, r.where) == wanted]
    return its


def test_the_group_has_as_many_children_in_every_model(compared: ComparedModels) -> None:
    children = row(compared, "same_children", "children")
    assert children.each[0].mean == children.each[1].mean == children.each[2].mean
    assert 150 < children.each[0].mean < 350
    assert all(d is None or d.same for d in children.differences)
    for future in compared.group:
        years = [share.years for share in future.shares]
        assert years == pytest.approx([years[0]] * 3, rel=0.02)  # but for days of moves


def test_hours_of_the_group_by_role_add_up(compared: ComparedModels) -> None:
    whole = row(compared, "same_children", "hours")
    parts = [r for r in compared.rows if r.topic == "same_children" and r.measure == "hours"]
    for place in range(3):
        added = sum(r.each[place].mean for r in parts if r is not whole and r.each[place])
        assert added == pytest.approx(whole.each[place].mean, abs=0.05)


def test_stable_children_take_most_where_they_are_reviewed_most(compared: ComparedModels) -> None:
    three_hubs, rochdale, kent = (e.mean for e in row(compared, "same_children", "hours").each)
    assert rochdale > 2.5 * kent > 2.5 * three_hubs


def test_a_stage_that_a_model_lacks_has_no_number_there(compared: ComparedModels) -> None:
    managed = row(compared, "stages", "cost_a_child", "care_managed")
    assert [each is None for each in managed.each] == [True, True, False]
    assert managed.differences[2] is None


def test_the_others_are_listed_with_the_reason(compared: ComparedModels) -> None:
    reasons = {key for future in compared.group for key in future.others}
    assert (0, "overnight_only_by_direct_payment") in reasons
    assert (0, "no_sibling_in_need") in reasons
    text = table(compared)
    assert "A: barred by the rule 'overnight_only_by_direct_payment'" in text
    assert "cannot be told from less than 3 years" in text


def test_the_sentence_of_the_chart_names_the_least_and_the_most(compared: ComparedModels) -> None:
    assert "hours a year each in Three hubs, and" in sentence_of(compared)
    assert sentence_of(compared).endswith("in Step up, step down (Rochdale)")


def test_the_staffing_that_was_compared_is_told() -> None:
    staffed, factors = staff(arms(BASELINE, ROCHDALE), "same-cost")
    assert factors[0] == 1.0
    assert factors[1] < 0.6
    assert yearly_cost(staffed[1].loaded.scenario) == pytest.approx(
        yearly_cost(staffed[0].loaded.scenario), abs=20.0
    )


@pytest.mark.long
def test_the_command_writes_tables_and_a_chart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = ["compare", BASELINE, KENT, "--models", "--staffing", "same-cost", "--horizon"]
    run = [*given, "1 month", "--replications", "2", "--jobs", "1", "--out", "found", "--quiet"]
    assert main(run) == 0
    said = capsys.readouterr().out
    assert "B by 0." in " ".join(said.split())
    assert max(map(len, said.splitlines()[:-1])) <= 100
    folder = tmp_path / "found"
    names = {file.name for file in folder.iterdir()}
    assert {"models.csv", "posts.csv", "models.png", "models.txt", "manifest.json"} <= names
    with (folder / "models.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    keys = [(r["model"], r["topic"], r["measure"], r["where"]) for r in rows]
    assert len(set(keys)) == len(keys)
    assert {r["topic"] for r in rows} >= {"promises", "hours", "stages", "same_children", "worker"}
    said_of_cost = {r["model"]: r for r in rows if r["measure"] == "cost_of_all"}
    assert said_of_cost[KENT]["verdict"] in ("more", "less", "not shown")


# --- recomputed from the log ---------------------------------------------------------------------


def test_a_childs_hours_are_what_the_log_says(tmp_path: Path) -> None:
    from oracle import NEVER, Oracle, read

    from sim.measure.eventlog import EventLog
    from sim.service.service import Service

    loaded = load(KENT, ["horizon=2 months"])
    kept = EventLog()
    Service(compile_plans(loaded), 1, 1, kept).run()
    kept.write(tmp_path / "events.csv")
    oracle = Oracle(read(tmp_path / "events.csv"), loaded.scenario)
    months = live(compile_plans(loaded), 1, 1).months
    names = {child.who: child.id for child in kept.service.children}
    calls = {stage: spec.contacts for stage, spec in loaded.scenario.stages.items()}
    worked: dict[tuple[str, int], float] = {}
    for task in oracle.tasks:
        for one in task.sittings:
            for m, month in enumerate(oracle.months):
                spent = oracle.worked_in(one, month.first, month.end)
                if task.child and spent:
                    key = (task.child, m)
                    worked[key] = worked.get(key, 0.0) + spent
                elif task.kind == "contacts" and spent:
                    place = min(oracle._ends_at(task, one), oracle.cuts[m])
                    parts = [
                        part
                        for part in oracle._parts_of[one.worker]
                        if part.begun < place <= part.ended and part.stage in calls
                    ]
                    weights = [calls[part.stage].hours_a_week.value for part in parts]  # type: ignore[union-attr]
                    for part, weight in zip(parts, weights, strict=True):
                        key = (part.child, m)
                        worked[key] = worked.get(key, 0.0) + spent * weight / sum(weights)
    fit = np.flatnonzero(months.eligible)
    assert len(fit) > 500
    assert len(oracle.rows) < NEVER
    for row_of_hours, place in enumerate(fit):
        key = (names[int(months.who[place])], int(months.month[place]))
        ours = float(months.hours[row_of_hours].sum())
        assert ours == pytest.approx(worked.get(key, 0.0), abs=2e-3), key


# --- reviews held --------------------------------------------------------------------------------

AMPLE = {
    ROCHDALE: {"safeguarding_and_support.posts.social_worker": 160},
    "open-to-review": {
        "safeguarding_and_support.posts.social_worker": 90,
        "open_to_review.posts.social_worker": 14,
    },
    BASELINE: {
        "safeguarding_and_support.posts.social_worker": 60,
        "strengthening_families.posts.advanced_practitioner": 10,
        "strengthening_families.posts.family_support_worker": 20,
        "review_and_intervention.posts.family_support_worker": 20,
    },
}
# Of the promise kept by 6 and 12 months in turn, a twentieth is never held: children leave between
# two reviews. The time from one review to the next is as promised (`docs/models.md`).
PROMISED = {
    (ROCHDALE, "safeguarding_and_support"): (13.0, 0.05),
    (BASELINE, "safeguarding_and_support"): (365.25 / 42, 0.05),
    (BASELINE, "strengthening_families"): (4.0, 0.05),
    (BASELINE, "review_and_intervention"): (1.5, 0.08),
    ("open-to-review", "open_to_review"): (2.0, 0.05),
}


@pytest.mark.long
@pytest.mark.parametrize("model", AMPLE)
def test_with_ample_posts_as_many_reviews_are_held_as_the_document_promises(model: str) -> None:
    from sim.experiment.headlines import Headline
    from sim.experiment.run import run

    sets = [f"teams.{post}.count={count}" for post, count in AMPLE[model].items()]
    found = run(load(model, sets), replications=2, jobs=1)
    for (of, stage), (promised, within) in PROMISED.items():
        if of == model:
            held = Headline("held_a_year:cin_review", stage)
            values = [held.value(r) or 0.0 for r in found.replications]
            assert sum(values) / len(values) == pytest.approx(promised, rel=within), stage


def test_a_population_that_nobody_serves_is_refused() -> None:
    text = "name: nobody\nextends: rochdale-step-up-step-down\n"
    text += "population: {needs: {stable: {served_by: []}}}\n"
    from sim.scenario import ScenarioError

    with pytest.raises(ScenarioError, match="could be placed nowhere"):
        compile_plans(load_text(text, "nobody.yaml"))
