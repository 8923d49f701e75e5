"""`sim.verify` on scenarios of every sort: nothing that is right is called wrong."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from desks import Ask, desk_service, exponential
from helpers import plans_of

from sim.measure.eventlog import Row
from sim.scenario import available, load
from sim.service.plan import compile_plans
from sim.verify import FAIL, PASS, REPORTED, combined, verify
from sim.verify.evidence import Evidence
from sim.verify.finding import Finding, Tally, together
from sim.verify.guards import siblings
from sim.verify.history import History
from sim.verify.verify import CHECKS, findings


def failing(name: str, *sets: str, seed: int = 1, futures: int = 1) -> list[Finding]:
    loaded = load(name, sets)
    plans = compile_plans(loaded)
    found = combined(loaded, [verify(plans, seed, n) for n in range(1, futures + 1)])
    return [finding for finding in found if finding.verdict == FAIL]


def test_a_caseload_of_ones_own_passes_whatever_due_times_it_gives(tmp_path: Path) -> None:
    (tmp_path / "children.csv").write_text(
        "child,stage,date_of_birth,entered_on,last_review,last_visit,next_review,need\n"
        "anna,review_and_intervention,14/05/2014,2021-09-03,2025-11-12,2025-12-01,2026-06-10,stable\n"
        "bert,safeguarding_and_support,14/05/2014,2025-09-03,2026-03-12,2026-03-01,2026-05-22,complex\n"
        "cara,strengthening_families,14/05/2014,2025-09-03,2026-03-12,2026-03-01,2026-04-02,coordinated\n"
    )
    scenario = tmp_path / "ours.yaml"
    scenario.write_text(
        "name: ours\nextends: three-hubs\nstart: 2026-04-01\nhorizon: 6 months\n"
        "day_one: {caseload: children.csv}\n"
    )
    assert failing(str(scenario)) == []


def test_desks_with_two_classes_pass() -> None:
    asks = {
        "front.ask": Ask(50.0, exponential(0.05)),
        "front.urgent": Ask(5.0, exponential(0.05), 2),
    }
    plans = plans_of(desk_service({"front": 3}, asks, days=100))
    found = {f.check: f for f in findings(Evidence(plans, 1, 1), CHECKS)}
    assert [f for f in found.values() if f.verdict == FAIL] == []
    assert found["most pressing first"].cases > 5000
    assert found["one thing at a time"].cases > 5000


def test_a_post_that_goes_and_a_rule_that_changes_within_the_run_pass(tmp_path: Path) -> None:
    scenario = tmp_path / "changed.yaml"
    scenario.write_text(
        "name: changed\nextends: three-hubs\nhorizon: 8 months\nchanges:\n"
        "  - on: 2026-06-01\n    set:\n"
        "      teams.review_and_intervention.posts.family_support_worker.count: 5\n"
        "      stages.safeguarding_and_support.tasks.visit.every: 4 weeks\n"
    )
    assert failing(str(scenario)) == []


def test_open_to_review_and_early_help_pass() -> None:
    assert failing("three-hubs-open-to-review", "horizon=8 months") == []


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name, _, _ in available()])
def test_every_packaged_scenario_passes(name: str) -> None:
    assert failing(name, seed=5, futures=2) == []


# --- findings ------------------------------------------------------------------------------------


def tally(*wrong: float, right: int = 0, report: str = "") -> Finding:
    made = Tally("subject", "check", "examined", "expected")
    for _ in range(right):
        made.right()
    for by in wrong:
        made.right(False)
        made.tell(f"wrong by {by:g}", by)
    if report:
        made.report(report)
    return made.finding()


def test_the_worst_case_is_told() -> None:
    found = tally(1.0, 3.0, 2.0, right=7)
    assert (found.cases, found.wrong, found.verdict) == (10, 3, FAIL)
    assert (found.worst, found.found) == ("wrong by 3", "3 not so")


def test_what_is_reported_does_not_fail_and_never_hides_what_does() -> None:
    assert tally(right=2, report="look").verdict == REPORTED
    assert tally(right=2).verdict == PASS
    both = tally(1.0, report="look")
    assert (both.verdict, both.worst) == (FAIL, "wrong by 1")


def test_futures_together_are_as_bad_as_the_worst_of_them() -> None:
    found = together([tally(right=5), tally(2.0, right=1), tally(right=1, report="x")], [1, 2, 3])
    assert (found.verdict, found.cases, found.wrong) == (FAIL, 8, 1)
    assert found.worst == "possible future 2: wrong by 2"


def test_measures_are_told_with_their_range() -> None:
    made: Any = Tally("subject", "check", "examined", "expected")
    for value in (0.25, 1e6, -1e-9):
        made.right()
        made.measure(value)
    assert made.finding().found == "as expected: 0 to 1,000,000"
    assert Tally("s", "c", "e", "x").finding().found == "nothing to look at"


@pytest.mark.parametrize(
    ("record", "wrong"),
    [
        pytest.param([], 1, id="in need still"),
        pytest.param(["task_open"], 0, id="the closing record is in hand"),
        # Grown up next week, the record already done: nobody plans for this sibling any more.
        pytest.param(["task_open", "task_start", "task_end"], 0, id="the record is done"),
        pytest.param(["task_open", "task_cancel"], 1, id="something came to light: kept open"),
    ],
)
def test_a_sibling_bars_a_move_till_its_case_is_being_closed(record: list[str], wrong: int) -> None:
    loaded = load("kent-care-managed")
    told = "born=2012-01-01;site=north;family=f;sibling="
    ss, cm = "safeguarding_and_support", "care_managed"
    rows = [
        Row(0.0, "stage_enter", "sibling", ss, detail=told + "1"),
        Row(0.0, "stage_enter", "child", ss, detail=told + "0"),
        *(
            Row(
                float(n), event, "sibling", ss, worker="w", task="c", kind="closure", due=20,
                detail="hours=2" if event == "task_end" else "",
            )
            for n, event in enumerate(record, 1)
        ),
        Row(9.0, "stage_leave", "child", ss, detail=f"reason=step_down;to={cm}"),
        Row(9.0, "stage_enter", "child", cm),
    ]  # fmt: skip
    evidence = SimpleNamespace(history=History(rows), scenario=loaded.scenario)
    assert siblings(cast("Evidence", evidence)).wrong == wrong
