"""What happens in a small service is what happened when its trace was stored, event by event."""

from __future__ import annotations

import pytest
from renew_trace import SCENARIO, STORED, first_difference, stored, trace

from sim.scenario import load
from sim.service.diary import Diary
from sim.service.plan import compile_plans
from sim.service.task import Task


def test_the_small_service_does_what_it_did() -> None:
    different = first_difference(stored(), trace())
    assert not different, different


def test_the_trace_is_small_and_the_service_has_every_part_on() -> None:
    assert STORED.stat().st_size < 200_000
    plan = compile_plans(load(str(SCENARIO)))[0][1]
    for part in (
        *(plan.people, plan.early_help, plan.need_events, plan.safeguarding),
        *(plan.open_to_review, plan.growing_up, plan.carers, plan.attached),
    ):
        assert part is not None


def test_a_change_is_told_at_the_first_event_it_alters(monkeypatch: pytest.MonkeyPatch) -> None:
    put = Diary.put

    def visits_first(self: Diary, task: Task, rank: float) -> None:
        put(self, task, 1.0 if task.kind.name == "visit" else rank)

    monkeypatch.setattr(Diary, "put", visits_first)
    before, now = stored(), trace()
    told = first_difference(before, now).splitlines()
    at = int(told[0].split()[-1].rstrip(".")) - 1
    assert before[:at] == now[:at] and before[at] != now[at]
    assert "Stored:" in told and "Now:" in told
    stored_side, now_side = told[told.index("Stored:") + 1], told[told.index("Now:") + 1]
    assert stored_side.startswith("  day ") and now_side.startswith("  day ")
    assert stored_side != now_side


def test_one_event_more_or_less_is_told() -> None:
    lines = ["day 0", ".0000 start a/visit/1 @0=team.worker.1#1", ".2500 end a/visit/1 @0 hours=2"]
    assert first_difference(lines, lines) == ""
    told = first_difference(lines, lines[:2])
    assert "event 3" in told
    assert "day 0.2500: end a/visit/1 by team.worker.1#1 hours=2" in told
    assert told.splitlines()[-2] == "  (nothing more)"
