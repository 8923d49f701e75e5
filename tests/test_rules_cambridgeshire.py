"""Cambridgeshire's rules that need no unit to be shown, and what the packaged model says.

The others are in test_by_hand_units, test_by_hand_closing and test_by_hand_absence.
"""

from __future__ import annotations

from helpers import Data, put, run, service_of
from test_by_hand_attached import attached
from test_by_hand_units import done_by
from units import CSW, FW, HUB, SW, TEAM, Plans, in_force, units

from sim.measure.eventlog import EventLog, Row
from sim.rules.register import IN_FORCE, NO_MATTER, register
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

MODEL = "cambridgeshire-units"


# --- an involved professional --------------------------------------------------------------------


def a_family_worker_is_involved_and_holds_nothing(plans: Plans) -> None:
    service = service_of(plans)
    for name in "abcd":
        put(service, name, "ss")
    tape = run(service)
    parts = {e.detail for e in tape.of("allocate") if e.worker.split(".")[1] == FW}
    assert parts == {"family_support"}
    assert set(done_by(tape, "attached_direct_work")) == {FW}


def test_C6_a_family_worker_is_an_involved_professional_and_never_holds_a_case() -> None:
    involved = attached(stage=HUB, team=TEAM, role=FW, rate="12 per year", pieces_at_once=4)
    in_force(
        a_family_worker_is_involved_and_holds_nothing,
        on=units(involved),
        off=units({"stages": {HUB: {"assigned": FW}}, "assessment": {"assigned": FW}}, involved),
    )


# --- complaints and disputes ---------------------------------------------------------------------


def request(rate: int, hours: float) -> Data:
    return {
        "rate": f"{rate} per year",
        "hours": hours,
        "within": "10 working days",
        "priority": 5,
    }


def desk(role: str, team: str = TEAM, **requests: Data) -> Data:
    return {"team": team, "role": role, "requests": requests}


def desks(**more: Data) -> Data:
    return {"desks": more}


COMPLAINTS = desks(complaints=desk("team_manager", complaint=request(50, 6.0)))


def managers_answer_complaints(plans: Plans) -> None:
    done = [e for e in run(service_of(plans)).of("task_end") if "/complaint/" in e.task]
    assert {(e.worker.split(".")[1], e.detail) for e in done} == {("team_manager", 6.0)}
    assert len(done) > 10


def test_C43_complaints_take_managers_time() -> None:
    in_force(managers_answer_complaints, on=units(COMPLAINTS), off=units())


def disputes(share: float) -> Data:
    first = request(50, 2.0)
    first["goes_on"] = {"board.procedure": share} if share else {}
    return desks(
        disputes=desk("team_manager", dispute=first),
        board=desk("operations_manager", "management", procedure=request(0, 4.0)),
    )


def what_managers_cannot_settle_goes_to_the_board(plans: Plans) -> None:
    """Each dispute is a manager's first; half of them go on, at that instant."""
    tape = run(service_of(plans))
    done = tape.of("task_end")
    first = [e for e in done if "/dispute/" in e.task]
    then = [e for e in tape.of("task_open") if "/procedure/" in e.task]
    assert {e.worker.split(".")[1] for e in first} == {"team_manager"}
    assert 5 < len(then) < len(first)
    assert {e.time for e in then} <= {e.time for e in first}
    assert {e.worker.split(".")[1] for e in done if "/procedure/" in e.task} == {
        "operations_manager"
    }


def test_C44_disputes_go_first_to_managers_then_to_the_board() -> None:
    in_force(
        what_managers_cannot_settle_goes_to_the_board,
        on=units(disputes(0.5)),
        off=units(disputes(0.0)),
    )


# --- the packaged model ---------------------------------------------------------------------------


def rows(horizon: str) -> list[Row]:
    log = EventLog()
    Service(compile_plans(load(MODEL, [f"horizon={horizon}"])), 1, 1, log).run()
    return log.rows


def test_the_packaged_model_keeps_its_main_rules_over_half_a_year() -> None:
    """C4, C6, C7 and C8 told from the event log of a whole service alone."""
    parts: dict[str, set[str]] = {}
    called: dict[str, int] = {}  # the day on which an assessment was asked for
    on_the_day: list[bool] = []
    in_time: list[bool] = []
    for row in rows("6 months"):
        if row.event == "stage_enter" and row.stage == "single_assessment" and row.time > 0:
            called[row.child] = int(row.time)
        elif row.event == "allocate":
            part = row.detail.split(";")[0]
            parts.setdefault(row.worker.split(".")[1], set()).add(part)
            if part == "as=assigned" and row.stage == "single_assessment" and row.child in called:
                on_the_day.append(called.pop(row.child) == int(row.time))
        elif row.event == "task_end" and row.kind == "allocation_note":
            in_time.append(row.due is not None and row.time <= row.due)
    assert parts[CSW] == {"as=holder"}
    assert parts[SW] == {"as=assigned"}
    assert parts[FW] == {"as=attached"}
    assert len(on_the_day) > 120 and sum(on_the_day) / len(on_the_day) > 0.98
    # A consultant who falls ill that day cannot write it, nor can others when many are on leave.
    assert len(in_time) > 120 and sum(in_time) / len(in_time) > 0.95


def test_every_rule_of_the_framework_is_in_force_or_no_matter_of_capacity() -> None:
    own = [entry for entry in register() if entry.rule.id.startswith("C")]
    assert {entry.status for entry in own} <= {IN_FORCE, NO_MATTER}
    assert len(own) == 44


# Kinds of rule that set a rhythm, a limit, a time, a guard, eligibility or who does the work.
SHOWN = ("cadence", "limit", "timescale", "transition guard", "eligibility", "role")


def test_each_rule_that_sets_who_when_or_whether_has_a_test_of_its_own_name() -> None:
    for entry in register():
        rule = entry.rule
        if rule.id[0] == "C" and entry.status == IN_FORCE and rule.kind in SHOWN:
            assert f"_{rule.id}_" in entry.test.partition("::")[2], (rule.id, entry.test)
