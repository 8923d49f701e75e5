"""Moves worked by hand: who agrees, who decides when nobody does, and what comes before a move.

Days as in test_by_hand_cases: a worker has 8 hours a day, the review of day 12 (12.0 to 12.5) finds
the need, and the list is looked at on days 15, 20, 25 ...
"""

from __future__ import annotations

from typing import Any

import pytest
from helpers import HUBS, Data, child_named, post, put, run, service_of, tiny, together
from test_by_hand_cases import FIFTY, REVIEW, SW, VISIT, moving, opens_on

from sim.service.child import Family
from sim.service.operations import INTERIM
from sim.service.plan import Plan
from sim.service.service import Service

RI = HUBS["ri"]
ONE: Data = {"hours": 1.0, "within": "10 working days", "priority": 7}
VISITED: Data = {
    "hours": 2.0,
    "new_worker_hours": 3.0,
    "within": "10 working days",
    "priority": 7,
    "at_review": 0.0,
    "review_within": "6 weeks",
}
MANAGEMENT: Data = {"management": {"posts": {"operations_manager": {"count": 1, "fte": 1.0}}}}
WHOLE: Data = {
    "moves": {
        "hand_over": {"hours": 1.0},
        "take_up": {"hours": 2.0},
        "discussion": ONE,
        "ending": ONE,
        "introduction": VISITED,
    }
}
TRANSFER = tuple(
    f"transfer_{step}" for step in ("request", "agree", "refuse", "escalate", "complete")
)


def deciding(**says: Any) -> Data:
    """An operations manager who takes an hour, and who does not agree."""
    shares = {
        name: says.pop(name, 0.0)
        for name in ("managers", "family", "upholds_step_up", "upholds_step_down")
    }
    operations = {
        "team": "management",
        "role": "operations_manager",
        "hours": 1.0,
        "within": "5 working days",
        "priority": 5,
        "upholds_step_up": shares["upholds_step_up"],
        "upholds_step_down": shares["upholds_step_down"],
        "stands_for": says.pop("stands_for", "6 months"),
        "interim": {"value": says.pop("interim", {"hold": 1.0})},
    }
    assert not says
    return {
        "teams": MANAGEMENT,
        "moves": {
            "operations": operations,
            "disagreement": {"managers": shares["managers"], "family": shares["family"]},
            "discussion": ONE,
        },
    }


def steps(service: Service, child: str = "a") -> list[tuple[float, str, str]]:
    tape = run(service)
    return [
        (round(e.time, 5), e.event.removeprefix("transfer_"), e.detail.partition(" ")[2])
        for e in tape.of(*TRANSFER, child=child)
    ]


def one_child(plans: list[tuple[int, Plan]], **last: float) -> Service:
    """A child in S&S whose need is found on day 12 to be stable."""
    service = service_of(plans)
    put(service, "a", "ss", truth="stable", cin_review=-38, **last)
    return service


# --- from agreement to the move ------------------------------------------------------------------


def test_discussion_records_a_joint_visit_and_endings() -> None:
    service = one_child(moving(WHOLE))
    tape = run(service)
    # Agreed at the look of day 15. An hour with the family (15.0 to 15.125) and one for the records
    # (to 15.25). The joint visit may be done in 10 working days, so by 15 + 11 = 26, and is booked
    # for the last day on which both can come: 25. 2 h of the old worker's and 3 h of the new one's:
    # the move follows the later, 25.375. Then reading up for the one, and an ending for the other.
    new = f"{RI}.family_support_worker.1#1"
    done = [
        (round(e.time, 5), e.event, e.task or e.detail, e.worker)
        for e in tape.of("transfer_agree", "task_start", "task_end", "transfer_complete")
        if 15.0 <= e.time < 30.0 and "slow" not in e.task and "agree" not in e.task
    ]
    assert done == [
        (15.0, "transfer_agree", RI, ""),
        (15.0, "task_start", "a/family_discussion/1", SW),
        (15.125, "task_end", "a/family_discussion/1", SW),
        (15.125, "task_start", "a/hand_over/1", SW),
        (15.25, "task_end", "a/hand_over/1", SW),
        (25.0, "task_start", "a/introduction/1", SW),
        (25.0, "task_start", "a/introduction_second/1", new),
        (25.25, "task_end", "a/introduction/1", SW),
        (25.375, "task_end", "a/introduction_second/1", new),
        (25.375, "transfer_complete", RI, ""),
        (25.375, "task_start", "a/ending/1", SW),
        (25.375, "task_start", "a/take_up/1", new),
        (25.5, "task_end", "a/ending/1", SW),
        (25.625, "task_end", "a/take_up/1", new),
    ]
    # The old holder has the child until the instant of the move.
    held = tape.of("allocate", "deallocate", child="a")
    assert [(e.time, e.event, e.worker) for e in held] == [
        (0.0, "allocate", SW),
        (25.375, "deallocate", SW),
        (25.375, "allocate", new),
    ]


def test_a_move_may_take_effect_at_the_next_review() -> None:
    at_review = {"moves": {"introduction": {"at_review": 1.0, "review_within": "12 weeks"}}}
    service = one_child(moving(together(WHOLE, at_review)))
    tape = run(service)
    # Handed over by 15.25. The next review is due 12 + 51 = 63, within 12 weeks of day 15, and is
    # booked for 62 (4 h, and room for half a day): it is the moment of the move, and the new
    # worker's 3 h there are counted with the reading up: 2 + 3 = 5.
    assert tape.of(task="a/introduction") == []
    assert tape.times("transfer_complete") == tape.times("task_end", task="a/review/2") == [62.5]
    assert tape.of("task_open", task="a/take_up")[0].detail == pytest.approx(5.0)


def test_no_move_waits_for_a_review_that_is_far_away_or_for_a_step_up() -> None:
    far = {"moves": {"introduction": {"at_review": 1.0, "review_within": "6 weeks"}}}
    assert run(one_child(moving(together(WHOLE, far)))).times("transfer_complete") == [25.375]
    near = {"moves": {"introduction": {"at_review": 1.0, "review_within": "1 year"}}}
    service = service_of(moving(together(WHOLE, near)))
    put(service, "a", "ri", need="stable", truth="complex", cin_review=-110)
    tape = run(service)
    assert len(tape.of("task_end", task="a/introduction")) == 1
    assert len(tape.times("transfer_complete")) == 1


def test_a_review_that_finds_otherwise_undoes_a_move_that_waits_for_it() -> None:
    at_review = {"moves": {"introduction": {"at_review": 1.0, "review_within": "12 weeks"}}}
    service = one_child(moving(together(WHOLE, at_review)))
    service.later(40.0, lambda: setattr(child_named(service, "a"), "need", "complex"))
    assert steps(service) == [
        (12.5, "request", ""),
        (15.0, "agree", ""),
        (62.5, "refuse", "withdrawn"),
    ]
    assert child_named(service, "a").stage is service.hubs[HUBS["ss"]]
    assert all(worker.promised == 0 for worker in service.workers)


def test_a_plan_not_written_holds_a_move_up() -> None:
    plan = {"once_within": "50 working days", "hours": 4, "timescale": "initial_plan"}
    records = {"moves": {"records_first": True, "hand_over": {"hours": 1.0}}}
    plans = tiny(
        records,
        ss={
            "review": REVIEW,
            "initial_plan": plan | {"priority": 5},
            "long": FIFTY | {"hours": 8 * 15, "priority": 1},
        },
        ri={"review": REVIEW},
    )
    service = one_child(plans, long=opens_on(13))
    child = child_named(service, "a")

    def call_for_a_plan() -> None:
        kind = next(k for k in service.plan.stages[0].kinds if k.name == "initial_plan")
        service.hand_out(service.open_now(kind, child, "a", 1))

    service.later(14.0, call_for_a_plan)
    tape = run(service)
    # Agreed on day 15, but the plan waits for the long work of days 13 to 28: it is written
    # by 28.5. Managers ask again at each look: at that of day 30 the records can be done.
    assert tape.times("transfer_agree") == [15.0]
    assert tape.times("task_end", task="a/initial_plan") == [28.5]
    assert tape.times("task_open", task="a/hand_over") == [30.0]
    assert tape.times("transfer_complete") == [30.125]


def test_somebody_else_takes_over_from_a_new_worker_who_has_left() -> None:
    data = together(WHOLE, post("ri", "family_support_worker", count=2))
    data["changes"] = [
        {
            "on": "2026-04-27",  # day 18
            "set": {f"teams.{RI}.posts.family_support_worker.count": 1},
        }
    ]
    service = service_of(moving(data))
    put(service, "x", "ri", need="stable", cin_review=-1)  # with the first, so the second is free
    put(service, "a", "ss", truth="stable", cin_review=-38)
    tape = run(service)
    # The second worker was to take the child on, and goes on day 18. At the look of day 20 the
    # first is found; the joint visit is still booked for day 25.
    assert tape.times("vacant") == [18.0]
    joint = tape.of("task_end", task="a/introduction_second")
    assert [(e.time, e.worker) for e in joint] == [(25.375, f"{RI}.family_support_worker.1#1")]
    assert tape.times("transfer_complete") == [25.375]
    assert all(worker.promised == 0 for worker in service.workers)


# --- disagreement --------------------------------------------------------------------------------


def test_managers_disagree_and_the_move_goes_ahead() -> None:
    service = one_child(moving(deciding(managers=1.0, upholds_step_down=1.0)))
    # No on day 15; the operations manager decides by 15.125, and managers act on it at the next
    # look, on day 20; an hour with the family and 4 h for the records.
    assert steps(service) == [
        (12.5, "request", ""),
        (15.0, "refuse", "managers"),
        (15.0, "escalate", "managers"),
        (20.0, "agree", ""),
        (20.625, "complete", ""),
    ]
    [asked] = service.recorder.of("task_open", task="a/operations_decision")  # type: ignore[attr-defined]
    assert (asked.time, asked.due) == (15.0, 21)


def test_managers_disagree_and_the_child_stays_while_nothing_changes() -> None:
    plans = moving(deciding(managers=1.0))
    service = one_child(plans)
    # The reviews of days 62 and 112 lie within the six months for which a refusal stands.
    assert steps(service) == [
        (12.5, "request", ""),
        (15.0, "refuse", "managers"),
        (15.0, "escalate", "managers"),
        (20.0, "refuse", "operations_manager"),
    ]
    child = child_named(service, "a")
    assert child.stage is service.hubs[HUBS["ss"]] and child.transfer is None
    assert service.transfers.listed == []


def test_a_refusal_does_not_stand_for_ever_or_when_need_is_another() -> None:
    service = one_child(moving(deciding(managers=1.0, stands_for="1 month")))
    assert [s[:2] for s in steps(service)][4:5] == [(62.5, "request")]
    plans = tiny(
        deciding(managers=1.0), ss={"review": REVIEW}, sf={"review": REVIEW}, ri={"review": REVIEW}
    )
    service = one_child(plans)
    service.later(40.0, lambda: setattr(child_named(service, "a"), "need", "coordinated"))
    tape = run(service)
    assert [(e.time, e.detail) for e in tape.of("transfer_request")] == [
        (12.5, RI),
        (62.5, HUBS["sf"]),
    ]


def test_the_family_disagrees() -> None:
    service = one_child(moving(deciding(family=1.0, upholds_step_down=1.0)))
    # Asked by 15.125; managers hear of it on day 20, and of the decision on day 25.
    assert steps(service) == [
        (12.5, "request", ""),
        (15.0, "agree", ""),
        (20.0, "refuse", "family"),
        (20.0, "escalate", "family"),
        (25.0, "agree", ""),
        (25.5, "complete", ""),
    ]
    service = one_child(moving(deciding(family=1.0)))
    assert steps(service)[-1] == (25.0, "refuse", "operations_manager")
    assert all(worker.promised == 0 for worker in service.workers)  # the slot is given back


def test_a_disputed_step_up_has_a_share_of_its_own() -> None:
    plans = moving(deciding(managers=1.0, upholds_step_up=1.0, upholds_step_down=0.0))
    service = service_of(plans)
    put(service, "a", "ri", need="stable", truth="complex", cin_review=-110)
    assert [s[1] for s in steps(service)] == [
        "request",
        "refuse",
        "escalate",
        "agree",
        "complete",
    ]


def test_a_disputed_move_waits_for_the_operations_manager() -> None:
    # The only operations manager has 40 h of other work before.
    plans = moving(deciding(managers=1.0, upholds_step_down=1.0))
    service = one_child(plans)
    kind = service.plan.escalation
    assert kind is not None

    def busy() -> None:
        task = service.open_now(kind, None, "other", 1, hours=40.0)
        service.hand_out(task, service.teams["management"].desk("operations_manager"))

    service.later(14.0, busy)
    # 14.0 to 19.0, then an hour: 19.125; managers hear of it on day 20. 60 h more would not do.
    assert [s for s in steps(service) if s[1] == "agree"] == [(20.0, "agree", "")]


def test_a_case_that_closes_takes_its_question_back() -> None:
    plans = moving(deciding(managers=1.0))
    service = one_child(plans)
    kind = service.plan.escalation
    assert kind is not None

    def busy() -> None:
        task = service.open_now(kind, None, "other", 1, hours=80.0)
        service.hand_out(task, service.teams["management"].desk("operations_manager"))

    from sim.service.closure import begin_closing

    service.later(14.0, busy)
    service.later(16.0, lambda: begin_closing(service, child_named(service, "a"), "moved_away"))
    tape = run(service)
    assert tape.times("task_cancel", task="a/operations_decision") == [16.0]
    assert [e.detail for e in tape.of("transfer_refuse")] == [f"{RI} managers", f"{RI} withdrawn"]


# --- no slot -------------------------------------------------------------------------------------

FULL = post(
    "ri", "family_support_worker", caseload_limit=1, at_limit="stop_transfers_in", force_to=2.0
)


def full(interim: str, **says: Any) -> list[tuple[int, Plan]]:
    less = {"every": "100 working days", "share": 0.0}
    return tiny(
        together(FULL, deciding(interim={interim: 1.0}), says, {"horizon": "8 months"}),
        ss={"review": REVIEW, "visit": VISIT | {"less_often": less}},
        ri={"review": REVIEW | {"every": "6 months"}, "visit": VISIT},
    )


def waiting(interim: str, **says: Any) -> Service:
    """R&I has one slot, taken; a child in S&S is to move there from day 12."""
    service = service_of(full(interim, **says))
    put(service, "x", "ri", need="stable", cin_review=-1)
    put(service, "a", "ss", truth="stable", cin_review=-38, child_seen=-20)
    return service


def test_over_the_limit_when_the_operations_manager_says_so() -> None:
    # Four weeks (20 working days) after 12.5: the look of day 35. Decided by 35.125, allocated at
    # the next look, 40; an hour with the family, 4 h for the records.
    assert steps(waiting("allocate_over")) == [
        (12.5, "request", ""),
        (35.0, "escalate", "no_slot"),
        (40.0, "agree", ""),
        (40.625, "complete", ""),
    ]


def test_held_and_asked_again_while_there_is_no_slot() -> None:
    service = waiting("hold")
    told = steps(service)
    # Asked at 35, answered at the look of 40; asked again when four weeks (20 working days) have
    # gone since: 60, answered 65, and so on to the end of the six months.
    assert told[:3] == [
        (12.5, "request", ""),
        (35.0, "escalate", "no_slot"),
        (60.0, "escalate", "no_slot"),
    ]
    assert {step for _, step, _ in told[1:]} == {"escalate"}
    assert child_named(service, "a").holder is not None


def test_a_slot_that_comes_free_makes_the_question_needless() -> None:
    service = waiting("hold")
    kind = service.plan.escalation
    assert kind is not None

    def busy() -> None:
        task = service.open_now(kind, None, "other", 1, hours=80.0)
        service.hand_out(task, service.teams["management"].desk("operations_manager"))

    from sim.service.closure import begin_closing

    service.later(34.0, busy)
    service.later(36.0, lambda: begin_closing(service, child_named(service, "x"), "moved_away"))
    tape = run(service)
    assert tape.times("transfer_agree") == [40.0]
    assert tape.times("task_cancel", task="a/operations_decision") == [40.0]


def test_visits_are_relaxed_while_a_child_waits() -> None:
    service = waiting("relax_visits")
    tape = run(service)
    # The visit of day -20 was due 31 and done on 30 (it opens a day before); the next, counted
    # from day 30, was due 81. Relaxed at the look of day 40, it is due 100 working days after day
    # 30: 131, and is on time on 130.
    visits = tape.of("task_open", task="a/visit")
    assert [(e.time, e.due) for e in visits] == [(30.0, 31), (130.0, 131)]
    kept = tape.promises[service.plan.stages[0].kinds[1].cell]
    assert (sum(kept.met), sum(kept.late), sum(kept.open)) == (2, 0, 0)


def test_relaxed_visits_are_as_before_when_the_child_stays() -> None:
    service = waiting("relax_visits")
    service.later(42.0, lambda: setattr(child_named(service, "a"), "need", "complex"))
    tape = run(service)
    # The review of day 62 finds that the child should stay: visits are six-weekly (50 working days)
    # again, the next at the earlier of what it was (131) and 50 days from now: 62 + 51 = 113.
    assert tape.times("transfer_refuse") == [62.5]
    assert [(e.time, e.due) for e in tape.of("task_open", task="a/visit")][1] == (112.0, 113)
    assert not child_named(service, "a").relaxed


def test_management_may_agree_to_less_frequent_visits() -> None:
    for share, due in ((0.0, 31), (1.0, 81)):
        less = {"every": "100 working days", "share": share}
        service = service_of(tiny(ss={"visit": VISIT | {"less_often": less}}))
        put(service, "a", "ss", child_seen=-20)
        tape = run(service)
        visit = tape.of("task_open", task="a/visit")[0]
        assert visit.due == due
        kept = tape.times("task_kept", task="a/visit")
        assert kept[0] <= due


def test_open_work_keeps_its_due_time_when_visits_are_relaxed() -> None:
    less = {"every": "100 working days", "share": 0.0}
    visit = VISIT | {"less_often": less, "window": "20 working days", "priority": 8}
    service = service_of(tiny(ss={"visit": visit, "long": FIFTY | {"hours": 80, "priority": 1}}))
    child = put(service, "a", "ss", child_seen=-20, long=-40)
    service.later(12.5, lambda: service.hubs[HUBS["ss"]].relax(child))
    tape = run(service)
    # Due 31, open since 11; the long work goes on from 10 to 20. The next is 100 days from 20.
    visits = tape.of("task_open", task="a/visit")
    assert [(e.time, e.due) for e in visits][:2] == [(11.0, 31), (101.0, 121)]


# --- limit policies ------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["allocate_anyway", "count_only"])
def test_other_policies_let_everybody_in(policy: str) -> None:
    over = {"teams": {RI: {"posts": {"family_support_worker": {"at_limit": policy}}}}}
    service = waiting("hold", **over)
    assert [s[:2] for s in steps(service)][1] == (15.0, "agree")
    worker = service.teams[RI].by_role["family_support_worker"][0]
    assert len(worker.cases) == 2


def test_a_family_moves_together_and_needs_a_slot_for_each() -> None:
    limit = post(
        "sf", "advanced_practitioner", caseload_limit=2, at_limit="stop_transfers_in", force_to=1.0
    )
    plans = tiny(together(limit, WHOLE), ss={"review": REVIEW}, sf={"review": REVIEW})
    service = service_of(plans)
    family = Family("fab", "north")
    put(service, "x", "sf", need="coordinated", cin_review=-1)
    put(service, "a", "ss", truth="coordinated", cin_review=-38, family=family)
    put(service, "b", "ss", need="coordinated", cin_review=-1, family=family)
    tape = run(service)
    assert tape.times("transfer_agree") == []
    assert len(service.transfers.listed) == 1
    assert all(child_named(service, name).holder is not None for name in "ab")


def test_every_way_of_managing_meanwhile_is_named() -> None:
    assert set(INTERIM) == {"allocate_over", "relax_visits", "attach_family_support", "hold"}
