"""Every number of the summary can be recomputed from the event log and the scenario alone.

`oracle` reads the written log back and works each measure out again by its definition.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from late_oracle import LateOracle
from oracle import NEVER, Oracle, Row, read

from sim.calendar import Calendar, Duration
from sim.experiment.replication import Replication
from sim.measure.eventlog import EventLog
from sim.measure.series import MEANINGS
from sim.scenario import load
from sim.scenario.load import load_text
from sim.service.plan import compile_plans
from sim.service.service import Service

# Nobody is let into Review & Intervention, which loses a post; another team loses two.
SHAKEN = """
name: shaken
extends: three-hubs
horizon: 15 months
teams:
  review_and_intervention:
    posts: {family_support_worker: {caseload_limit: 44, force_to: 1.0}}
changes:
  - on: 2026-09-16
    set: {teams.review_and_intervention.posts.family_support_worker.count: 6}
  - on: 2026-11-18
    set: {teams.strengthening_families.posts.family_support_worker.count: 7}
  - on: 2027-02-01
    set: {teams.review_and_intervention.posts.family_support_worker.count: 7}
"""
O2R = "open_to_review"
RUNS = (
    "baseline 1",
    pytest.param("baseline 2", marks=pytest.mark.long),
    "shaken",
    O2R,
)
# What the log does not hold in full is compared loosely, until it does: the difference allowed.
# Need: it is not said what a child's need is, and is taken to be, when the child is first seen.
LOOSE = {"not_found": 15.0}
GUESSED = 0.02  # share, where it is not said which promise a child carried from stage to stage


@dataclass(repr=False)
class Run:
    """A replication: as the product counted it, and as its log tells it."""

    product: Replication
    rows: list[Row]
    oracle: Oracle


def _run(scenario: Any, number: int, path: Path) -> Run:
    log = EventLog()
    Service(compile_plans(scenario), 1, number, log).run()
    log.write(path)
    product = Replication.of(number, log)
    del log
    rows = read(path)
    return Run(product, rows, Oracle(rows, scenario.scenario))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("logs")

    @cache
    def give(name: str) -> Run:
        if name == "shaken":
            return _run(load_text(SHAKEN, "shaken.yaml"), 1, folder / "shaken.csv")
        if name == O2R:
            loaded = load("three-hubs-open-to-review", ["horizon=12 months"])
            return _run(loaded, 1, folder / f"{O2R}.csv")
        number = int(name.split()[1])
        return _run(load("three-hubs", ["horizon=15 months"]), number, folder / f"{number}.csv")

    return give


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest, runs: Any) -> Run:
    return runs(request.param)  # type: ignore[no-any-return]


def _periods(oracle: Oracle, monthly: bool = True) -> Iterator[tuple[str, int, int]]:
    months = len(oracle.months)
    yield "all", 0, months
    for year in range(months // 12):
        yield str(year + 1), 12 * year, 12 * year + 12
    if monthly:
        for number, month in enumerate(oracle.months):
            yield month.label, number, number + 1


def _same(ours: float | None, theirs: float | None, share: float = 1e-4, by: float = 1e-5) -> bool:
    if ours is None or theirs is None:
        return ours is theirs
    return math.isclose(ours, theirs, rel_tol=share, abs_tol=by)


def _differences(run: Run, measure: str) -> list[str]:
    """Where the log and the product differ, in any period."""
    found = []
    share = GUESSED if measure in ("delivered", "held_a_year") and run.oracle.guessed else 1e-4
    by = LOOSE[measure] if measure in LOOSE and not _told(run, measure) else 1e-5
    for series in run.product.series:
        if series.measure.split(":")[0] != measure:
            continue
        for period, first, end in _periods(run.oracle):
            theirs = series.value(first, end)
            ours = run.oracle.value(series.address, first, end)
            if not _same(ours, theirs, share, by):
                found.append(f"{series.address}@{period}: log {ours}, product {theirs}")
    return found


def _told(run: Run, measure: str) -> bool:
    """Whether the log holds what it takes (see the notes beside `LOOSE`)."""
    return measure != "not_found" or any("known" in row.detail for row in run.rows)


# --- the numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize("measure", MEANINGS)
def test_a_measure_is_what_the_log_says(run: Run, measure: str) -> None:
    assert _differences(run, measure) == []


def test_every_measure_is_recomputed(run: Run) -> None:
    measures = {series.measure.split(":")[0] for series in run.product.series}
    only_there = {"eligible", "barred"} if O2R not in run.oracle.hubs else set()
    desks = {"wait", "wait_mean", "wait_p90", "answered", "answered_in_time", "open_requests"}
    assert measures == set(MEANINGS) - only_there - desks  # see test_queues
    stages = {"mash", "single_assessment", *run.oracle.hubs}
    stages |= {"caf_tac"} if run.oracle.scenario.early_help else set()
    wheres = {series.where for series in run.product.series}
    assert wheres == {"service", *stages, *run.oracle.pool.values()}


def test_moves_by_reason_are_what_the_log_says(run: Run) -> None:
    for _, first, end in _periods(run.oracle):
        theirs = {key: sum(counts[first:end]) for key, counts in run.product.flows.items()}
        ours = run.oracle.flows(range(first, end))
        assert ours == Counter({key: number for key, number in theirs.items() if number})


def test_hours_by_task_are_what_the_log_says(run: Run) -> None:
    for _, first, end in _periods(run.oracle, monthly=False):
        ours = run.oracle.work(range(first, end))
        theirs = {
            key: (sum(hours[first:end]), sum(number[first:end]))
            for key, (hours, number) in run.product.work.items()
        }
        for key, (hours, number) in theirs.items():
            told = ours.pop(key, (0.0, 0))
            assert told[1] == number, key
            assert told[0] == pytest.approx(hours, abs=1e-6 * (1 + number)), key
        assert not ours


def test_outcomes_of_promises_are_what_the_log_says(run: Run) -> None:
    for theirs in run.product.outcomes:
        for _, first, end in _periods(run.oracle):
            ours = run.oracle.outcomes(theirs.stage, range(first, end), theirs.timescale)
            assert ours["met"] == sum(theirs.met[first:end])
            assert ours["late"] == sum(theirs.late[first:end])
            assert ours["open"] == sum(theirs.open_past_due[first:end])
            assert ours["ended"] == sum(theirs.closed_overdue[first:end])


def test_why_work_was_late_is_what_the_log_says(run: Run) -> None:
    """Every instant past due, by promise, month and state, worked out anew from the log."""
    again = LateOracle(run.rows, run.oracle.scenario).days()
    wrong = []
    for cell, states in run.product.lateness.items():
        for state, months in states.items():
            for month, days in enumerate(months):
                told = again.get(cell, {}).get((month, state), 0.0)
                if abs(days - told) > 1e-3 + 1e-4 * days:
                    wrong.append((cell, state, month, days, told))
    assert not wrong, wrong[:10]


def test_promises_not_yet_due_are_what_the_log_says(run: Run) -> None:
    loose = 0 if not run.oracle.guessed else 2
    for theirs in run.product.outcomes:
        ours = run.oracle.not_yet_due(theirs.timescale, theirs.stage)
        assert abs(ours - theirs.not_yet_due) <= loose, (theirs.timescale, theirs.stage)


def test_the_shaken_run_is_shaken(runs: Any) -> None:
    oracle = runs("shaken").oracle
    months = range(len(oracle.months))
    assert oracle.over_limit("review_and_intervention.family_support_worker", months, "") > 0
    assert oracle.on_transfer_list("safeguarding_and_support", months, "") > 5
    assert sum(row.event == "vacant" for row in oracle.rows) > 3
    assert sum(row.event == "absent" for row in oracle.rows) > 500


# --- dated changes --------------------------------------------------------------


def _after_a_change(change: str, horizon: str = "4 months") -> tuple[EventLog, Oracle]:
    loaded = load_text(
        f"name: changed\nextends: three-hubs\nhorizon: {horizon}\nchanges:\n"
        f"  - {{on: 2026-05-18, set: {{{change}}}}}\n",
        "changed.yaml",
    )
    log = EventLog()
    Service(compile_plans(loaded), 1, 1, log).run()
    return log, loaded.scenario


R_AND_I = "review_and_intervention.family_support_worker"
POST = "teams.review_and_intervention.posts.family_support_worker"


@pytest.mark.parametrize(
    ("change", "measures"),
    [
        pytest.param(
            f"{POST}.fte: 0.5",
            ("hours_available", "hours_reserved", "cost"),
        ),
        pytest.param(
            f"{POST}.cost: 80000",
            ("cost",),
        ),
        pytest.param(
            "stages.review_and_intervention.reserves.holder: {carers: 40}",
            ("hours_reserved", "hours_worked"),
        ),
    ],
)
def test_a_dated_change_within_a_month_is_counted_from_its_day(
    tmp_path: Path, change: str, measures: tuple[str, ...]
) -> None:
    log, scenario = _after_a_change(change)
    log.write(tmp_path / "events.csv")
    oracle = Oracle(read(tmp_path / "events.csv"), scenario)
    found = []
    for series in Replication.of(1, log).series:
        if series.measure in measures and series.where == R_AND_I:
            for _, first, end in _periods(oracle):
                ours, theirs = oracle.value(series.address, first, end), series.value(first, end)
                if not _same(ours, theirs):
                    found.append((series.address, first, ours, theirs))
    assert found == []


def test_a_dated_change_of_an_interval_reaches_the_children_already_there(tmp_path: Path) -> None:
    change = "stages.safeguarding_and_support.tasks.visit.every: 4 weeks"
    log, scenario = _after_a_change(change, "9 months")
    log.write(tmp_path / "events.csv")
    oracle = Oracle(read(tmp_path / "events.csv"), scenario)
    changed = oracle.calendar.day(date(2026, 5, 18)) + 45  # more than six weeks on
    late = [
        task.detail["interval"]
        for task in oracle.tasks
        if task.kind == "visit" and task.since > changed
        if task.stage == task.promised_in == "safeguarding_and_support"
    ]
    agreed = {"12 weeks"}  # for some children management has agreed to this
    assert Counter(late).keys() - agreed == {"4 weeks"}


def test_posts_may_go_while_moves_to_them_are_agreed() -> None:
    counts = {
        "safeguarding_and_support.posts.social_worker": 11,
        "strengthening_families.posts.advanced_practitioner": 2,
        "review_and_intervention.posts.family_support_worker": 3,
    }
    change = ", ".join(f"teams.{post}.count: {n}" for post, n in counts.items())
    log, scenario = _after_a_change(change, "4 months")
    calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
    gone = calendar.day(date(2026, 5, 18)) + 1.0
    later = [row for row in log.rows if row.time >= gone]
    for post, most in counts.items():
        team, role = post.split(".posts.")
        works = {row.worker.split("#")[0] for row in later if row.event == "task_start"}
        assert 0 < sum(worker.startswith(f"{team}.{role}.") for worker in works) <= most
    agreed = {row.child for row in log.rows if row.event == "transfer_agree" and row.time < gone}
    assert agreed & {row.child for row in later if row.event == "transfer_complete"}


# --- the log itself ------------------------------------------------------------------------------

EVENTS = (
    "contact",
    "decision",
    "stage_enter",
    "stage_leave",
    "allocate",
    "deallocate",
    "task_open",
    "task_book",
    "task_wait",
    "task_start",
    "task_pause",
    "task_end",
    "task_cancel",
    "status_on",
    "status_off",
    "need",
    "found",
    "transfer_request",
    "transfer_agree",
    "transfer_refuse",
    "transfer_escalate",
    "transfer_complete",
    "absent",
    "present",
    "vacant",
    "filled",
    "close",
)
STATUSES = (
    "child_protection_plan",
    "looked_after",
    "continuing_care",
    "unstable_health",
    "safeguarding_concern",
    "overnight",
    "life_limiting",
    "ehc_plan",
    "consent",
    *("parents_agree", "clear_outcomes", "overnight_works_well"),
)
ROLES = ("holder", "attached", "assigned")
ALLOWED = {
    "task_pause": ("why", {"gap", "absent", "other_work", "moved"}),
    "task_wait": ("for", {"manager", "panel", "family", "agency", "worker"}),
    "task_cancel": ("why", {"superseded", "closed"}),
    "task_book": ("why", {"first", "worker", "family", "agency"}),
    "allocate": ("as", set(ROLES)),
    "deallocate": ("as", set(ROLES)),
    "status_on": ("status", set(STATUSES)),
    "status_off": ("status", set(STATUSES)),
}
STEPS = ("request", "agree", "refuse", "escalate", "complete")
NEEDED = {
    "decision": {"outcome"},
    "stage_leave": {"reason"},
    "task_open": {"priority", "hours"},
    "task_end": {"hours"},
    "task_book": {"on"},
    "need": {"to"},
    "filled": {"post", "role", "team", "site", "fte", "limit", "agency"},
    "close": {"reason"},
} | {f"transfer_{step}": {"to"} for step in STEPS}
AFTER_CLOSING = {"need", "status_on", "status_off", "contact"}


def _by_child(rows: list[Row]) -> dict[str, list[Row]]:
    histories: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.child:
            histories[row.child].append(row)
    return histories


def test_times_dates_events_and_details_are_as_the_design_says(run: Run) -> None:
    calendar, before = run.oracle.calendar, 0.0
    stages = {"", "mash", "single_assessment", "caf_tac", "transfer", *run.oracle.hubs}
    dates = [calendar.date(day).isoformat() for day in range(calendar.horizon)]
    for row in run.rows:
        assert before <= row.time < calendar.horizon, row
        before = row.time
        assert row.date == dates[int(row.time)], row
        assert row.event in EVENTS, row
        assert row.stage in stages, row
        if row.event in ALLOWED:
            key, values = ALLOWED[row.event]
            assert row.detail[key] in values, row
        assert NEEDED.get(row.event, set()) <= row.detail.keys(), row
        assert (row.due is not None) == row.event.startswith("task_"), row
        assert not row.event.startswith("task_") or row.task, row


def test_task_ids_are_unique_and_tasks_end_once(run: Run) -> None:
    state: dict[str, str] = {}
    due: dict[str, int | None] = {}
    for row in run.rows:
        if row.event == "task_open":
            assert row.task not in state, row
            state[row.task], due[row.task] = "open", row.due
            assert 1 <= int(row.detail["priority"]) <= 8, row
            assert float(row.detail["hours"]) > 0, row
        elif row.task:
            assert state[row.task] == "open", row
            assert row.due == due[row.task], row
            if row.event in ("task_end", "task_cancel"):
                state[row.task] = "done"
        if row.event == "task_end" and not row.worker:
            assert "with" in row.detail and row.detail["hours"] == "0", row


def test_every_sitting_ends_once_by_the_worker_who_began_it(run: Run) -> None:
    at: dict[str, str] = {}
    for row in run.rows:
        if row.event == "task_start":
            assert row.task not in at, row
            at[row.task] = row.worker
        elif row.event == "task_pause" or (row.event == "task_end" and row.worker):
            assert at.pop(row.task) == row.worker, row


def test_a_worker_does_one_thing_at_a_time_and_only_in_post(run: Run) -> None:
    doing: dict[str, str] = {}
    in_post: set[str] = set()
    away: dict[str, float] = {}
    for row in run.rows:
        if row.event == "filled":
            in_post.add(row.worker)
        elif row.event == "vacant":
            assert row.worker not in doing, row
            in_post -= {row.worker}  # nobody's, if it was vacant on the first day
        elif row.event == "absent":
            away.setdefault(row.worker, row.time)
        elif row.event == "present":
            assert row.worker not in doing, row
            del away[row.worker]
        elif row.event == "task_start":
            assert row.worker in in_post and row.worker not in away, row
            assert row.worker not in doing, row
            doing[row.worker] = row.task
        elif row.event == "task_pause" or (row.event == "task_end" and row.worker):
            assert doing.pop(row.worker) == row.task, row
            assert away.get(row.worker, row.time) == row.time, row  # put down as it began
        elif row.event == "allocate":
            assert row.worker in in_post, row
    for task in run.oracle.tasks:
        for one in task.sittings:
            assert one.since < min(one.until, run.oracle.horizon)


def test_sittings_at_their_rate_add_up_to_the_hours_said(run: Run) -> None:
    oracle = run.oracle
    ended = {row.task: float(row.detail["hours"]) for row in run.rows if row.event == "task_end"}
    checked = 0
    for task in oracle.tasks:
        if task.how != "end":
            continue
        spent = sum(oracle.worked_in(one, 0.0, oracle.horizon) for one in task.sittings)
        rounding = 2e-5 * (1 + len(task.sittings))
        assert spent == pytest.approx(ended[task.id], abs=rounding), task
        assert spent == pytest.approx(oracle.all_hours(task, task.sittings), abs=rounding), task
        checked += 1
    assert checked > 1000


def test_a_child_is_in_one_stage_and_held_by_one_worker(run: Run) -> None:
    for child, rows in _by_child(run.rows).items():
        stage, hands = "", {}
        for row in rows:
            if row.event == "stage_enter":
                assert not stage, (child, row)
                stage = row.stage
            elif row.event == "stage_leave":
                assert row.stage == stage and not hands.keys() & {"holder", "assigned"}, row
                stage = ""
            elif row.event == "allocate":
                part = row.detail.get("for", row.detail["as"])
                assert stage and part not in hands, (child, row)
                hands[part] = row.worker
            elif row.event == "deallocate":
                part = row.detail.get("for", row.detail["as"])
                assert hands.pop(part) == row.worker, (child, row)
            elif row.event.startswith("task_"):
                assert row.stage == stage, (child, row)


def test_a_move_and_a_closure_come_in_the_order_of_the_design(run: Run) -> None:
    order = ["task_pause", "task_cancel", "deallocate", "status_off", "stage_leave"]
    moved = closed = 0
    # An updating assessment moves a family up without the list (W68, W84).
    assessed = {r.time for r in run.rows if r.detail.get("outcome") == "assessment_updated"}
    for rows in _by_child(run.rows).values():
        for place, row in enumerate(rows):
            if row.event != "stage_leave":
                continue
            # What ends as the case closes comes last; what ended before a move has led to it.
            steps_of = order if row.detail["to"] == "closed" else order[:3]
            first = place
            while first and rows[first - 1].event in steps_of and rows[first - 1].time == row.time:
                first -= 1
            steps = [order.index(r.event) for r in rows[first : place + 1]]
            assert steps == sorted(steps), rows[first : place + 1]
            why = "closed" if row.detail["to"] == "closed" else "superseded"
            for step in rows[first:place]:
                assert step.event != "task_pause" or step.detail["why"] == "moved", step
                assert step.event != "task_cancel" or step.detail["why"] == why, step
            following = rows[place + 1]
            assert following.time == row.time, following
            if why == "closed":
                closed += 1
                assert following.event == "close", following
                assert following.detail["reason"] == row.detail["reason"], following
            else:
                moved += 1
                assert following.event == "stage_enter", following
                assert following.stage == row.detail["to"], following
                if row.detail["reason"] in ("step_up", "step_down"):
                    unplanned = row.detail["reason"] == "step_up" and row.time in assessed
                    # What a review has found of a brother met in it may come in between.
                    now = [r.event for r in rows[:first] if r.time == row.time]
                    listed = "transfer_complete" in now
                    # Open to Review: by the manager's decision (X20), out of it at once.
                    decided = O2R in (row.stage, row.detail["to"])
                    partners = "caf_tac" in (row.stage, row.detail["to"])
                    assert listed or unplanned or decided or partners, rows[first - 1]
    assert moved > 100 and closed > 100


def test_nothing_is_cancelled_at_once_after_a_move(run: Run) -> None:
    for rows in _by_child(run.rows).values():
        entered = -1.0
        for row in rows:
            if row.event == "stage_enter" and "initial" not in row.detail:
                entered = row.time
            assert row.event != "task_cancel" or row.time != entered, row


def test_nothing_happens_to_a_case_that_is_not_open(run: Run) -> None:
    for child, rows in _by_child(run.rows).items():
        closed = False
        for row in rows:
            if row.event == "close":
                assert not closed, (child, row)
                closed = True
            elif closed and row.event == "contact":
                closed = False
            elif closed:
                assert row.event in AFTER_CLOSING, (child, row)


def test_a_transfer_is_asked_for_agreed_and_completed(run: Run) -> None:
    for child, rows in _by_child(run.rows).items():
        to = agreed = ""
        for row in rows:
            if row.event == "transfer_request":
                to, agreed = row.detail["to"], ""
            elif row.event in ("transfer_agree", "transfer_escalate"):
                assert row.detail["to"] == to, (child, row)
                agreed = to if row.event == "transfer_agree" else agreed
            elif row.event == "transfer_complete":
                assert row.detail["to"] == agreed, (child, row)
                to = agreed = ""
            if row.event.startswith("transfer_") and row.worker:
                assert row.worker.startswith(f"{row.team}."), row


def test_statuses_are_not_put_on_twice(run: Run) -> None:
    for child, rows in _by_child(run.rows).items():
        on = set()
        for row in rows:
            if row.event == "status_on":
                assert row.detail["status"] not in on, (child, row)
                on.add(row.detail["status"])
            elif row.event == "status_off":
                on.remove(row.detail["status"])


def test_day_one_cases_enter_at_time_nought_with_what_was_last_done(run: Run) -> None:
    first = [row for row in run.rows if row.event == "stage_enter" and row.detail.get("initial")]
    scenario = run.oracle.scenario
    assert Counter(row.stage for row in first) == {
        stage: count.value for stage, count in scenario.day_one.children.items()
    }
    for row in first:
        assert row.time == 0.0
        promised = {key[6:] for key in row.detail if key.startswith("every.")}
        told = {key[5:]: float(row.detail[key]) for key in row.detail if key.startswith("last.")}
        assert promised <= told.keys()
        assert all(told[timescale] <= 0 for timescale in promised)


def test_the_next_due_time_counts_from_the_day_it_was_held(run: Run) -> None:
    oracle, checked = run.oracle, 0
    stays = {(s.child, s.begun): s for s in oracle.stays}
    entered: dict[str, list[int]] = defaultdict(list)
    for child, begun in stays:
        entered[child].append(begun)
    for row in oracle._intervals_changed:
        entered[row.child].append(row.place)
    recurring = {key[6:] for row in run.rows for key in row.detail if key.startswith("every.")}
    for child, tasks in oracle._tasks_of.items():
        by_timescale: dict[str, list[Any]] = defaultdict(list)
        for task in tasks:
            if task.timescale in recurring:
                by_timescale[task.timescale].append(task)
        for mine in by_timescale.values():
            for one, other in pairwise(mine):
                span = range(one.begun, min(other.begun, NEVER))
                if one.kept is None or any(begun in span for begun in entered[child]):
                    continue  # a move, or another interval, between them may bring it on
                if other.detail.get("role") == "at_review":
                    continue  # a visit to be made at a review is due when that is (O31)
                if other.detail.get("anchor") != "held" or other.promised_in != other.stage:
                    continue
                after = Duration.parse(other.detail["interval"])
                assert other.due == oracle.calendar.due(one.kept[0], after), (one, other)
                checked += 1
    assert checked > 500
