"""Faults planted in the model, each caught by a named check of `caseload verify`.

Every fault is patched in here for one run; the product has no switch for it. The same check
passes, over as many cases, where nothing is planted. docs/verification.md has the table.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from sim.measure.accounts import Accounts
from sim.scenario import load
from sim.service import absence, closure, life, placing
from sim.service import worker as workers
from sim.service.allocation import Allocation
from sim.service.child import Child
from sim.service.diary import Diary
from sim.service.plan import compile_plans
from sim.service.service import Service
from sim.service.stage import Hub
from sim.service.streams import Stream
from sim.service.task import DONE, SCHEDULED, Kind, Task
from sim.service.worker import Worker
from sim.service.workforce import Workforce
from sim.verify.evidence import Evidence, Plans
from sim.verify.finding import FAIL, Finding
from sim.verify.streams import Draws
from sim.verify.verify import CHECKS, findings

Plant = Callable[[pytest.MonkeyPatch], None]


@cache
def plans() -> Plans:
    return compile_plans(load("three-hubs", ["horizon=8 months"]))


def verified() -> dict[str, Finding]:
    return {found.check: found for found in findings(Evidence(plans(), 1, 1), CHECKS)}


@pytest.fixture(scope="module")
def sound() -> dict[str, Finding]:
    """What the checks find where nothing is planted."""
    return verified()


# --- the faults ----------------------------------------------------------------------------------


def two_tasks_at_once(patch: pytest.MonkeyPatch) -> None:
    """Whoever works at the front door, and is never away, does a second task beside the first."""
    make, away, leaving = Worker.__init__, Workforce._fix_absences, Workforce._fix_leaving

    def with_two_hands(self: Worker, service: Service, *about: Any) -> None:
        make(self, service, *about)
        if self.post.team == "mash":
            service.env.process(self._work())

    def unless_at_the_door(fix: Callable[..., None]) -> Callable[..., None]:
        def only_others(self: Workforce, worker: Worker, *about: Any, **says: Any) -> None:
            if worker.post.team != "mash":
                fix(self, worker, *about, **says)

        return only_others

    patch.setattr(Worker, "__init__", with_two_hands)
    patch.setattr(Workforce, "_fix_absences", unless_at_the_door(away))
    patch.setattr(Workforce, "_fix_leaving", unless_at_the_door(leaving))


def a_task_dropped(patch: pytest.MonkeyPatch) -> None:
    """Every five hundredth entry into a diary is forgotten."""
    put, entries = Diary.put, [0]

    def forget(self: Diary, task: Task, rank: float) -> None:
        entries[0] += 1
        if entries[0] % 500 or task.child is None:
            put(self, task, rank)

    patch.setattr(Diary, "put", forget)


def next_review_from_the_due_date(patch: pytest.MonkeyPatch) -> None:
    """The next is due an interval after the last was due, not after it was held."""
    schedule = Service.schedule

    def from_due(self: Service, task: Task, due: int) -> None:
        if task.state == DONE and task.cadence is not None and task.due > self.env.now - 60:
            due = max(task.cadence.due_at(task.due - 1), int(self.env.now) + 1)
        schedule(self, task, due)

    patch.setattr(Service, "schedule", from_due)


def work_before_its_window(patch: pytest.MonkeyPatch) -> None:
    """Work opens twice its window before it is due."""

    def too_early(self: Service, task: Task, due: int) -> None:
        assert task.cadence is not None
        task.due, task.state = due, SCHEDULED
        task.opens = opens = due - 2 * task.cadence.window
        if opens <= self.env.now:
            self.open(task)
        elif opens < self.horizon:
            self.opening[opens].append(task)

    patch.setattr(Service, "schedule", too_early)


def a_priority_inverted(patch: pytest.MonkeyPatch) -> None:
    """The least pressing class is taken up first."""
    put = Diary.put
    patch.setattr(Diary, "put", lambda self, task, rank: put(self, task, 9.0 - rank))


def a_stream_shared(patch: pytest.MonkeyPatch) -> None:
    """What the MASH decides, and whether the family accepts it, are drawn from one stream."""
    get = Draws.__getitem__

    def one_for_both(self: Draws, purpose: str) -> Stream:
        shared = purpose == "early help accepted"
        return get(self, "front door outcome" if shared else purpose)

    patch.setattr(Draws, "__getitem__", one_for_both)


def open_overdue_work_left_out(patch: pytest.MonkeyPatch) -> None:
    """Only what has been done counts towards being on time."""
    patch.setattr(Accounts, "_close_books", lambda self, now: None)


def a_clock_reset_by_a_move(patch: pytest.MonkeyPatch) -> None:
    """What was due is forgotten when a child enters a hub, and is due an interval from then."""
    promise = Hub._promise

    def anew(self: Hub, child: Child, kind: Kind) -> None:
        task = child.tasks.get(kind.promise)
        if task is not None and task.state == SCHEDULED:
            task.state = DONE
            del child.tasks[kind.promise]
        promise(self, child, kind)

    patch.setattr(Hub, "_promise", anew)


def leave_taken_twice(patch: pytest.MonkeyPatch) -> None:
    """The year's leave is drawn twice, as where averaged hours have leave in them already."""
    leave = absence._leave

    def twice(plan: Any, stream: Any, who: int, number: int, *rest: Any) -> None:
        leave(plan, stream, who, number, *rest)
        leave(plan, stream, who, number + 500, *rest)

    patch.setattr(absence, "_leave", twice)


def absence_taken_off_twice(patch: pytest.MonkeyPatch) -> None:
    """Hours away are taken off the hours available although those are of days present."""
    terms = Accounts._terms

    def off_again(self: Accounts, worker: Worker) -> tuple[float, float, float]:
        since, gross, free = terms(self, worker)
        return (since, gross, free) if worker.present else (since, -worker.post.gross, 0.0)

    patch.setattr(Accounts, "_terms", off_again)


def _from_day_one(child: Child) -> bool:
    return not child.id.startswith("c")


def a_preloaded_case_never_closes(patch: pytest.MonkeyPatch) -> None:
    """Closing work is done for a case of day one, and nothing comes of it."""
    close = closure._close
    patch.setattr(
        closure, "_close", lambda s, child: None if _from_day_one(child) else close(s, child)
    )


def a_preloaded_case_never_leaves(patch: pytest.MonkeyPatch) -> None:
    """Nobody thinks of closing a case that was open on day one."""
    begin = closure.begin_closing

    def not_these(service: Service, child: Child, reason: str) -> None:
        if not _from_day_one(child):
            begin(service, child, reason)

    for module in (life, placing):
        patch.setattr(module, "begin_closing", not_these)


def work_while_away(patch: pytest.MonkeyPatch) -> None:
    """What is in hand is not put down when an absence begins."""
    patch.setattr(Workforce, "_put_down", lambda self, worker, why: None)


def hours_lost_when_cut_short(patch: pytest.MonkeyPatch) -> None:
    """A sitting that is cut short counts for nothing."""
    from sim.service import service as module

    for where in (module, workers):
        patch.setattr(where, "credit", lambda task, worker, now: None)


def a_request_for_a_holder_lost(patch: pytest.MonkeyPatch) -> None:
    """One in ten requests for a worker is lost."""
    request, asked = Allocation.request, [0]

    def lose(self: Allocation, *about: Any) -> None:
        asked[0] += 1
        if asked[0] % 10:
            request(self, *about)

    patch.setattr(Allocation, "request", lose)


FAULTS: dict[Plant, str] = {
    two_tasks_at_once: "one thing at a time",
    a_task_dropped: "nothing is dropped",
    next_review_from_the_due_date: "next due from the day held",
    work_before_its_window: "nothing before its window",
    a_priority_inverted: "most pressing first",
    a_stream_shared: "no number used twice",
    open_overdue_work_left_out: "on time",
    a_clock_reset_by_a_move: "a move resets no clock",
    leave_taken_twice: "leave is counted once",
    absence_taken_off_twice: "hours of posts add up",
    a_preloaded_case_never_closes: "closing work closes the case",
    a_preloaded_case_never_leaves: "nobody past the exit age",
    work_while_away: "only when at work",
    hours_lost_when_cut_short: "sittings add up to the task",
    a_request_for_a_holder_lost: "each child has a holder",
}


@pytest.mark.parametrize("plant", FAULTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_caught(
    plant: Plant, sound: dict[str, Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    check = FAULTS[plant]
    without = sound[check]
    assert (without.verdict, without.wrong) == ("pass", 0)
    assert without.cases >= 8
    with monkeypatch.context() as patch:
        plant(patch)
        found = verified()[check]
    assert found.verdict == FAIL
    assert found.wrong > 0 and found.worst


def test_where_nothing_is_planted_no_check_fails(sound: dict[str, Finding]) -> None:
    assert [found for found in sound.values() if found.verdict == FAIL] == []
    assert [name for name, found in sound.items() if not found.cases] == []
