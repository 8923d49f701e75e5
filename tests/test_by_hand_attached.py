"""Attached family support worked by hand: requests, pieces of work, contact, stand-in visits.

Days as in test_by_hand_cases: a worker has 8 hours a day; requests are considered every
five days: 0, 5, 10 ...
"""

from __future__ import annotations

from typing import Any

from helpers import HUBS, Data, Tape, child_named, post, put, run, service_of, tiny, together
from test_by_hand_cases import FIFTY, REVIEW, SW, VISIT
from test_by_hand_transfers import FULL, deciding

from sim.service import status
from sim.service.attached_work import NAME, AttachedWork
from sim.service.child import Child
from sim.service.closure import begin_closing
from sim.service.protection import BREAKS, case_of
from sim.service.service import Service

FSW = f"{HUBS['sf']}.family_support_worker.1#1"
CONTACT: Data = {
    "share": 1.0,
    "every": {"value": {"10 working days": 1.0}},
    "hours": 2.0,
    "priority": 4,
}


def attached(**says: Any) -> Data:
    """Nobody wants support by chance; a piece is 4 h in sessions of 2 h, five days apart."""
    section: Data = {
        "stage": HUBS["ss"],
        "team": HUBS["sf"],
        "role": "family_support_worker",
        "rate": "0 per year",
        "form": {"hours": 1.0, "within": "5 working days", "priority": 7},
        "manager_hours": 0.5,
        "look": "5 working days",
        "pieces_at_once": 1,
        "pieces": {"direct_work": {"share": 1.0, "hours": 4.0}},
        "session_hours": 2.0,
        "session_every": "5 working days",
        "priority": 6,
        "unmet_after": "10 working days",
        "alternative": 0.0,
        "allocate_over": 0.0,
    }
    return {"attached_work": section | says}


def support(service: Service) -> AttachedWork:
    return next(s for s in service.strands if isinstance(s, AttachedWork))


def asked_for(service: Service, child: Child, at: float) -> None:
    """Let support be wanted at a time."""
    service.later(at, lambda: support(service)._write(child, child.strands[NAME].wish))


def told(tape: Tape, child: str) -> list[tuple[float, str, str]]:
    events = tape.of("task_end", "allocate", "deallocate", "decision", child=child)
    return [(round(e.time, 5), e.event, e.task or e.detail) for e in events if e.time > 0]


def test_a_request_an_attached_worker_and_a_piece_of_work() -> None:
    service = service_of(tiny(attached()))
    child = put(service, "a", "ss")
    asked_for(service, child, 2.0)
    tape = run(service)
    # An hour for the form, 2.0 to 2.125; considered on day 5: attached, and a session of 2 h at
    # once; the next five days after its end, and the worker leaves.
    assert told(tape, "a") == [
        (2.125, "task_end", "a/family_support_request/1"),
        (5.0, "allocate", "family_support"),
        (5.25, "task_end", "a/attached_direct_work/1"),
        (10.5, "task_end", "a/attached_direct_work/2"),
        (10.5, "deallocate", "family_support"),
    ]
    worked = tape.of("task_end", task="a/attached_direct_work")
    assert {e.worker for e in worked} == {FSW}
    assert child.holder is not None and child.holder.id == SW
    # Half an hour of the referring manager (the other team's has no desk here).
    managers = [e.worker.split(".")[0] for e in tape.of("task_end") if "consider" in e.task]
    assert managers == [HUBS["ss"]]


def test_what_is_not_met_goes_to_the_referring_manager_then_to_the_operations_manager() -> None:
    for alternative, over, outcome in (
        (1.0, 0.0, "family_support_alternative"),
        (0.0, 0.0, "family_support_refused"),
        (0.0, 1.0, ""),
    ):
        data = together(
            attached(
                alternative=alternative,
                allocate_over=over,
                pieces={"direct_work": {"share": 1.0, "hours": 100.0}},
            ),
            deciding(),
        )
        service = service_of(tiny(data))
        first = put(service, "a", "ss")
        second = put(service, "b", "ss")
        asked_for(service, first, 2.0)
        asked_for(service, second, 3.0)
        tape = run(service)
        # The one worker has room for one. On the list since 3.125; ten working days have gone at
        # the look of day 15. The manager's half hour, and an hour of the operations manager's.
        decided = [e for e in told(tape, "b") if e[1] in ("decision", "allocate")]
        if outcome == "family_support_alternative":
            assert decided == [(15.0625, "decision", outcome)]
        elif outcome:
            assert decided == [(15.1875, "decision", outcome)]
        else:
            assert decided == [(20.0, "allocate", "family_support")]


def test_requests_are_met_as_there_is_room_first_come_first_served() -> None:
    service = service_of(tiny(attached(unmet_after="1 year")))
    for number, name in enumerate("abc"):
        asked_for(service, put(service, name, "ss"), 1.0 + number)
    tape = run(service)
    # A piece of 4 h takes from one look to just after the next: 5.0 to 10.5, 15.0 to 20.5 ...
    given = [(e.time, e.child) for e in tape.of("allocate") if e.detail == "family_support"]
    assert given == [(5.0, "a"), (15.0, "b"), (25.0, "c")]


def test_requests_and_pieces_end_with_the_case() -> None:
    service = service_of(tiny(together(attached(), deciding())))
    for name, at in (("a", 2.0), ("b", 3.0)):
        asked_for(service, put(service, name, "ss"), at)
    for name in "ab":
        service.later(
            6.0, lambda n=name: begin_closing(service, child_named(service, n), "moved_away")
        )
    tape = run(service)
    assert len(tape.of("close")) == 2
    assert support(service).requests == []
    assert all(not worker.attached for worker in service.workers)
    assert [e.task for e in tape.of("task_end") if "attached" in e.task] == [
        "a/attached_direct_work/1"
    ]


def test_supervised_contact_lasts_as_long_as_the_child_is_looked_after() -> None:
    service = service_of(tiny(attached(supervised_contact=CONTACT)))
    child = put(service, "a", "ss")
    service.later(2.0, lambda: status.begin(service, child, status.LOOKED_AFTER))
    service.later(30.0, lambda: status.end(service, child, status.LOOKED_AFTER))
    tape = run(service)
    # Due ten working days on, 2 + 11 = 13, and open on the day before; the next is due 12 + 11.
    contacts = tape.of("task_end", task="a/supervised_contact")
    assert [(e.time, e.due, e.worker) for e in contacts] == [(12.25, 13, FSW), (22.25, 23, FSW)]
    assert [(t, e) for t, e, what in told(tape, "a") if what == "supervised_contact"] == [
        (2.0, "allocate"),
        (30.0, "deallocate"),
    ]


def test_most_looked_after_children_need_no_supervised_contact() -> None:
    service = service_of(tiny(attached(supervised_contact=CONTACT | {"share": 0.0})))
    child = put(service, "a", "ss")
    service.later(2.0, lambda: status.begin(service, child, status.LOOKED_AFTER))
    assert run(service).of(task="a/supervised_contact") == []


def test_a_series_of_short_breaks_calls_for_no_supervised_contact() -> None:
    service = service_of(tiny(attached(supervised_contact=CONTACT)))
    child = put(service, "a", "ss")
    case_of(child).route = BREAKS
    service.later(2.0, lambda: status.begin(service, child, status.LOOKED_AFTER))
    assert run(service).of(task="a/supervised_contact") == []


def test_contact_takes_no_room_for_pieces_of_work() -> None:
    service = service_of(tiny(attached(supervised_contact=CONTACT)))
    child = put(service, "a", "ss")
    service.later(2.0, lambda: status.begin(service, child, status.LOOKED_AFTER))
    asked_for(service, child, 3.0)
    given = [e.time for e in run(service).of("allocate") if e.detail == "family_support"]
    assert given == [5.0]


def test_a_family_support_worker_visits_while_a_move_waits() -> None:
    data = together(attached(), FULL, deciding(interim={"attach_family_support": 1.0}))
    plans = tiny(data, ss={"review": REVIEW, "visit": VISIT}, ri={"review": REVIEW})
    service = service_of(plans)
    put(service, "x", "ri", need="stable", cin_review=-1)
    put(service, "a", "ss", truth="stable", cin_review=-38, child_seen=-20)
    service.later(85.0, lambda: begin_closing(service, child_named(service, "x"), "moved_away"))
    tape = run(service)
    # Escalated on day 35, acted upon on day 40: the visit of day 80 is the attached worker's. A
    # slot comes free on day 85, and the worker leaves when the child moves.
    visits = tape.of("task_end", task="a/visit")
    assert [(e.time, e.worker) for e in visits] == [(30.25, SW), (80.25, FSW)]
    parts = tape.of("allocate", "deallocate", child="a")
    assert next((e.time, e.event) for e in parts if e.detail == "visits") == (40.0, "allocate")
    assert tape.times("transfer_complete") == [
        e.time for e in parts if (e.event, e.detail) == ("deallocate", "visits")
    ]


def first_wishes(workers: int) -> dict[str, float]:
    """When support is first asked for, for children who have none on day one."""
    data = together(
        attached(rate="6 per year", pieces_at_once=50),
        post("sf", "family_support_worker", count=workers),
        post("ss", "social_worker", count=4),
    )
    service = service_of(tiny(data, ss={"long": FIFTY | {"hours": 2}}))
    for number in range(12):
        put(service, f"c{number}", "ss", long=-10)
    tape = run(service)
    helped = {e.child for e in tape.of("allocate") if e.detail == "family_support" and not e.time}
    first: dict[str, float] = {}
    for e in tape.of("task_open"):
        if "family_support_request" in e.task and e.child not in helped:
            first.setdefault(e.child, round(e.time, 5))
    return first


def test_one_worker_more_changes_no_childs_wishes() -> None:
    assert len(first_wishes(1)) > 5
    assert first_wishes(1) == first_wishes(2)


def test_a_worker_who_left_is_not_replaced_once_the_piece_is_over() -> None:
    """The only one leaves after a session; the holder ends the piece; a newcomer is not needed."""
    service = service_of(tiny(attached()))
    child = put(service, "a", "ss")
    asked_for(service, child, 2.0)

    def leaves() -> None:
        (worker,) = service.teams[HUBS["sf"]].by_role["family_support_worker"]
        service.workforce.leave(worker, "left")

    service.later(6.0, leaves)
    posts = {post.id: post for post in service.plan.posts}
    service.later(40.0, lambda: service.workforce._engage(posts[FSW.removesuffix("#1")]) and None)
    tape = run(service)
    allocated = [(e.time, e.worker) for e in tape.of("allocate") if e.detail == "family_support"]
    assert allocated == [(5.0, FSW)]
    assert child.attached == {} and service.allocation.waiting == []
