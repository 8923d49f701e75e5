"""The rules of moves between the three hubs: the hand-worked case of each fails without its rule.

The cases are worked in `test_by_hand_transfers` and `test_by_hand_cases`, where the rules are on.
"""

from __future__ import annotations

from typing import Any

import test_by_hand_attached as attached
import test_by_hand_cases as cases
import test_by_hand_transfers as moves
from helpers import HUBS, post, put, refer, run, service_of, tiny
from test_by_hand_cases import ASSESSMENT, REVIEW, SW
from written import fails_without, gives, patched

from sim.service import stage
from sim.service.allocation import Allocation
from sim.service.attached_work import AttachedWork
from sim.service.child import Child, Family
from sim.service.moving import Moving
from sim.service.operations import Operations
from sim.service.placing import move_now
from sim.service.plan import Plan
from sim.service.transfer import TransferList

SS, SF, RI = HUBS.values()

# --- what a review decides -----------------------------------------------------------------------

REVIEWS_DECIDE_NOTHING = patched(stage, "decide", gives(None))


def reallocated_at_the_first_review() -> None:
    """Assessed as complex, but not so any more when the first review is held."""
    plans = tiny(ASSESSMENT, ss={"review": REVIEW}, ri={"review": REVIEW})
    service = service_of(plans)
    refer(service, "a", at=0.0)
    service.later(20.0, lambda: setattr(service.children[0], "need", "stable"))
    tape = run(service)
    (asked,) = tape.of("transfer_request") or [None]
    assert asked is not None and asked.detail == RI
    assert round(asked.time, 5) == tape.times("task_end", task="a/review")[0]


def test_W33_a_child_who_does_not_meet_the_criteria_is_reallocated_at_the_first_review() -> None:
    reallocated_at_the_first_review()
    fails_without(reallocated_at_the_first_review, REVIEWS_DECIDE_NOTHING)


def test_W34_a_child_who_no_longer_meets_them_moves_after_the_review_that_agrees_it() -> None:
    fails_without(cases.test_a_transfer_through_the_weekly_list, REVIEWS_DECIDE_NOTHING)


def eases_in_strengthening_families() -> None:
    service = service_of(tiny(sf={"review": REVIEW}))
    put(service, "a", "sf", need="coordinated", truth="stable", cin_review=-38)
    tape = run(service)
    assert [(e.time, e.detail) for e in tape.of("transfer_request")] == [(12.5, RI)]
    assert tape.of("task_end", task="a/review")[0].time == 12.5


def test_W52_a_child_whose_need_falls_moves_to_review_and_intervention_after_a_review() -> None:
    eases_in_strengthening_families()
    fails_without(eases_in_strengthening_families, REVIEWS_DECIDE_NOTHING)


# --- the list ------------------------------------------------------------------------------------


def test_W73_a_move_goes_through_the_transfer_list() -> None:
    def at_once(self: TransferList, child: Any, to: Any) -> None:
        move_now(self.service, child, to, "step_down")

    fails_without(
        cases.test_a_transfer_through_the_weekly_list, patched(TransferList, "request", at_once)
    )


def test_W74_the_incoming_manager_has_to_agree() -> None:
    fails_without(
        moves.test_managers_disagree_and_the_child_stays_while_nothing_changes,
        patched(TransferList, "_managers_disagree", gives(False)),
    )


def test_W75_managers_look_at_the_list_every_week() -> None:
    fails_without(
        cases.test_the_list_is_looked_at_on_the_first_working_day_of_the_week,
        patched(Plan, "next_look", lambda self, day: day + 1),
    )


def test_W76_what_is_agreed_takes_its_course() -> None:
    fails_without(
        moves.test_discussion_records_a_joint_visit_and_endings,
        patched(Moving, "begin", lambda self, transfer: self.move(transfer)),
    )


NOBODY_IS_ASKED = patched(Operations, "escalate", gives(None))


def test_W77_where_managers_do_not_agree_the_operations_manager_decides() -> None:
    fails_without(moves.test_managers_disagree_and_the_move_goes_ahead, NOBODY_IS_ASKED)


def test_W88_where_the_family_does_not_agree_the_operations_manager_decides() -> None:
    fails_without(moves.test_the_family_disagrees, NOBODY_IS_ASKED)


def test_W78_a_move_without_a_slot_is_put_to_the_operations_manager() -> None:
    never = patched(TransferList, "_waits_long", gives(False))
    fails_without(moves.test_over_the_limit_when_the_operations_manager_says_so, never)


def test_W80_records_are_up_to_date_before_a_move() -> None:
    fails_without(
        moves.test_a_plan_not_written_holds_a_move_up, patched(Moving, "_up_to_date", gives(True))
    )


def test_W81_a_move_follows_introductions_or_a_planned_review() -> None:
    def straight_away(self: Moving, task: Any, worker: Any) -> None:
        self.service.end(task, worker)
        self.move(task.child.transfer)

    fails_without(
        moves.test_discussion_records_a_joint_visit_and_endings,
        patched(Moving, "_handed_over", straight_away),
    )
    fails_without(
        moves.test_a_move_may_take_effect_at_the_next_review,
        patched(Moving, "_waits_for_review", gives(False)),
    )


def both_managers_take_part() -> None:
    """Half an hour each of the manager of the hub that is left, and of the one that is joined."""
    desks = {"supervision": {"by": "team_manager", "hours": 0.25, "every": "1 month"}}
    over = {"moves": {"manager_hours": 0.5}, "teams": {SS: desks, RI: desks}}
    service = service_of(cases.moving(over))
    put(service, "a", "ss", truth="stable", cin_review=-38)
    ends = [e for e in run(service).of("task_end") if "/agree_transfer/" in e.task]
    told = sorted((e.worker, e.detail) for e in ends)
    assert told == [(f"{hub}.team_manager.1#1", 0.5) for hub in (RI, SS)]


def test_W72_managers_oversee_every_move() -> None:
    both_managers_take_part()
    fails_without(both_managers_take_part, patched(Moving, "_managers_time", gives(None)))


# --- family support for another hub's children ---------------------------------------------------

PIECE = attached.test_a_request_an_attached_worker_and_a_piece_of_work
NOT_MET = attached.test_what_is_not_met_goes_to_the_referring_manager_then_to_the_operations_manager


def test_W29_W37_W38_a_family_support_worker_is_attached_for_a_piece_of_work() -> None:
    """Without it nobody comes; and were the worker to hold the case, it would be found out too."""
    fails_without(PIECE, patched(AttachedWork, "free_worker", gives(None)))

    def takes_over(self: AttachedWork, child: Any, worker: Any, part: float = 1.0) -> None:
        self.service.allocation.deallocate(child, "holder")
        self.service.allocation.allocate(child, worker, "holder")

    fails_without(PIECE, patched(AttachedWork, "_begin", takes_over))


def test_W90_requests_are_considered_weekly() -> None:
    fails_without(
        attached.test_requests_are_met_as_there_is_room_first_come_first_served,
        patched(Plan, "next_of", lambda self, day, every: day + 1),
    )


def test_W91_unmet_requests_go_to_the_referring_manager_then_to_the_operations_manager() -> None:
    fails_without(NOT_MET, patched(AttachedWork, "_ask_for_another_way", gives(None)))
    fails_without(NOT_MET, patched(Operations, "ask", gives(None)))


# --- one family ----------------------------------------------------------------------------------


def brothers_share_a_social_worker() -> None:
    """Of two social workers the first has one child: its brother is the first one's as well."""
    service = service_of(tiny(post("ss", "social_worker", count=2)))
    family = Family("f", "north")
    children = [put(service, name, "ss", family=family) for name in ("a", "brother")]
    service.run()
    assert {child.holder.id for child in children if child.holder is not None} == {SW}


def test_W4_one_family_has_one_social_worker() -> None:
    least_loaded = Allocation.least_loaded

    def whoever_has_fewest(self: Allocation, child: Child, *about: Any, **says: Any) -> Any:
        family, child.family = child.family, Family("nobody", child.family.site)
        try:
            return least_loaded(self, child, *about, **says)
        finally:
            child.family = family

    brothers_share_a_social_worker()
    fails_without(
        brothers_share_a_social_worker, patched(Allocation, "least_loaded", whoever_has_fewest)
    )
