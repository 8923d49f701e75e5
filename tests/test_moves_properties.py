"""What is always so of moves and attached work, in a whole service; and what is refused."""

from __future__ import annotations

from functools import cache

import pytest
from helpers import Tape
from test_bad_input import problem

from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

# Few slots and much disagreement, so that every branch is taken.
CROWDED = (
    "horizon=9 months",
    "teams.review_and_intervention.posts.family_support_worker.caseload_limit=40",
    "moves.disagreement.managers=0.3",
    "moves.disagreement.family=0.3",
)


@cache
def crowded() -> Tape:
    tape = Tape()
    Service(compile_plans(load("three-hubs", list(CROWDED))), 1, 1, tape).run()
    return tape


def test_nobody_agrees_after_a_no_unless_the_operations_manager_was_asked() -> None:
    state: dict[str, str] = {}
    seen = set()
    for e in crowded().events:
        if not e.event.startswith("transfer_"):
            continue
        step, why = e.event.removeprefix("transfer_"), e.detail.partition(" ")[2]
        before = state.get(e.child, "")
        seen.add((step, why))
        if step == "agree":
            assert before in ("request", "escalate"), e
        elif step == "complete":
            assert before == "agree", e
        elif step == "escalate" and why != "no_slot":
            assert before == "refuse", e
        state[e.child] = step
    assert {why for step, why in seen if step == "refuse"} == {
        "managers",
        "family",
        "operations_manager",
        "withdrawn",
    }


def test_the_old_holder_has_the_child_until_the_move() -> None:
    """Between agreement and completion nobody is without the holder they had, but for leavers."""
    tape = crowded()
    agreed: dict[str, str] = {}
    for e in tape.of("transfer_agree", "transfer_complete", "transfer_refuse", "stage_leave"):
        if e.event == "transfer_agree":
            agreed[e.child] = e.stage
        elif e.event == "transfer_complete":
            assert agreed.pop(e.child) == e.stage, e
        else:
            agreed.pop(e.child, None)
    moved = {(e.child, e.time) for e in tape.of("transfer_complete")}
    assert len(moved) > 30
    for child, time in moved:
        now = [e for e in tape.of(child=child) if e.time == time]
        names = [e.event for e in now if e.event in ("transfer_complete", "deallocate")]
        assert names[0] == "transfer_complete", now


def test_a_move_never_resets_a_clock() -> None:
    """An open task keeps its due time; one to come is due no later for having been carried on."""
    due: dict[str, int] = {}
    for e in crowded().events:
        if e.task:
            assert due.setdefault(e.task, e.due) == e.due, e


def test_nobody_is_attached_to_a_case_that_is_closed() -> None:
    service = crowded().service
    for worker in service.workers:
        for child, label in worker.attached:
            assert child.is_open and child.attached[label] is worker
    for child in service.children:
        assert child.relaxed is False or child.transfer is not None
        assert not child.stand_ins or "visits" in child.attached


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("moves: {operations: {team: managment}}", "moves.operations.team", "no team"),
        ("moves: {operations: {role: director}}", "moves.operations.role", "no post"),
        (
            "moves: {operations: {interim: {value: {wait: 1.0}}}}",
            "moves.operations.interim.value.wait",
            "no way of managing meanwhile",
        ),
        ("moves: {operations: null}", "moves.disagreement", "has to decide"),
        ("moves: {discussion: null}", "moves.disagreement.family", "only if it is asked"),
        (
            "stages: {SF: {tasks: {visit: {less_often: {every: 4 weeks}}}}}",
            "stages.strengthening_families.tasks.visit.less_often.every",
            "longer than the usual interval",
        ),
        (
            "attached_work: null",
            "moves.operations.interim.value.attach_family_support",
            "only where",
        ),
        ("attached_work: {stage: SSS}", "attached_work.stage", "no stage"),
        ("attached_work: {role: social_worker}", "attached_work.role", "no role"),
        ("attached_work: {session_hours: 0}", "attached_work.session_hours", "above 0"),
        ("attached_work: {pieces_at_once: 0}", "attached_work.pieces_at_once", "at least 1"),
    ],
)
def test_what_cannot_be_is_refused(text: str, key: str, says: str) -> None:
    found = problem(text)
    assert found.key == key
    assert says in found.message
