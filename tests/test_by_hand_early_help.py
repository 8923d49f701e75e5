"""CAF/TAC worked by hand, and its rules as properties (days as in test_by_hand_cases)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from helpers import (
    Data,
    Tape,
    child_named,
    loaded,
    overlay,
    plans_of,
    put,
    quiet,
    refer,
    run,
    service_of,
    tiny,
)
from hypothesis import given
from hypothesis import strategies as st
from oracle import Oracle, read

from sim.experiment.replication import Replication
from sim.measure.eventlog import EventLog
from sim.scenario import ScenarioError, load
from sim.service import status
from sim.service.caf_tac import lead_of
from sim.service.early_help_plan import LEAD
from sim.service.plan import Plan, compile_plans
from sim.service.service import Service
from sim.service.step_down import Proposal, barred_by

LP = "partner_agencies.lead_professional.1#1"
REVIEW: dict[str, Any] = {
    "every": "50 working days",
    "window": "3 working days",
    "hours": 4,
    "appointment": True,
    "timescale": "cin_review",
    "priority": 5,
    "finds": 1.0,
    "decides": True,
}


def piece(hours: float, within: int = 10) -> Data:
    return {"hours": hours, "within": f"{within} working days", "priority": 6}


TAC: Data = {
    "teams": {
        "caf_team": {"posts": {"coordinator": {"count": 1, "fte": 1.0, "sites": "shared"}}},
        "partner_agencies": {
            "posts": {
                "lead_professional": {
                    "count": 1,
                    "fte": 1.0,
                    "sites": "shared",
                    "caseload_limit": 2,
                }
            }
        },
    },
    "early_help": {
        "team": "caf_team",
        "role": "coordinator",
        "lead_team": "partner_agencies",
        "lead_role": "lead_professional",
        "set_up": piece(4),
        "caf": piece(8),
        "support": piece(2),
        "liaison": piece(2, 45),
        "slots_a_week": 1,
        "meeting": {"every": "7 weeks", "hours": 3, "finds": 1.0, "priority": 6},
        "lasts": 60.0,
        "family_ends": 0.0,
        "waits_at_most": "50 working days",
        "beside": 0.0,
        "changes_mind": 0.0,
        "needs_on_day_one": {"value": {"none": 1.0}},
        "step_up": {
            "noticed": 5.0,
            "worries": "0 per year",
            "protection": 0.0,
            "talk": 2.0,
            "harm": 0.0,
            "pack": piece(2, 2),
            "accepted": 1.0,
            "accepted_worries": 0.0,
            "asks_again": 10.0,
        },
        "step_down": {
            "support_needed": 1.0,
            "reasons": {"value": {"support": 1.0}},
            "decision": piece(1, 5),
            "forms": piece(2),
            "after_plan": "3 months",
        },
    },
    "population": {"attributes": {"refuses_consent": 0.0}},
    "mash": {
        "outcomes": {"none": {"value": {"early_help": 1.0}}},
        "early_help_accepts": 1.0,
    },
    "assessment": {
        "hours": 8.0,
        "session_hours": 4.0,
        "gap": 3.0,
        "agency_checks": 1.0,
        "sharing_hours": 2.0,
        "finds": 1.0,
    },
}


def plans(*overs: Data, review: Data | None = None) -> list[tuple[int, Plan]]:
    over: Data = TAC
    for more in overs:
        over = overlay(over, more)
    return tiny(over, ss={"review": review or REVIEW})


def early(**says: Any) -> Data:
    return {"early_help": says}


def outcomes(tape: Tape, child: str) -> list[str]:
    return [e.detail for e in tape.of("decision", child=child)]


# --- from the front door ---------------------------------------------------------------------


def test_from_the_mash_to_a_tac_and_its_end() -> None:
    service = service_of(plans())
    refer(service, "a", at=1.0, need="none")
    tape = run(service)
    # MASH 1 h to 1.125; the CAF team's 4 h to 1.625. A lead professional is found as the next day
    # breaks. CAF 8 h: two half-day sittings, to 3.0. The next week begins on Tue 7 April (4):
    # the meeting opens there, has its place by Friday, and is held in that week.
    # Sixty days after day 2 universal services suffice: 62.
    told = tape.told("stage_enter", "allocate", "task_end", "close", child="a")
    assert [t for t in told if "meeting" not in str(t[2])] == [
        (1.0, "stage_enter", "mash"),
        (1.125, "task_end", "a/screening/1"),
        (1.125, "stage_enter", "caf_tac"),
        (1.625, "task_end", "a/caf_set_up/1"),
        (2.0, "allocate", "holder"),
        (2.25, "task_end", "a/caf_support/1"),
        (3.0, "task_end", "a/caf/1"),
        (62.0, "close", "universal_services"),
    ]
    meetings = tape.of("task_open", task="a/tac_meeting")
    assert meetings[0].time == 4.0 and meetings[0].due == 8
    held = tape.times("task_end", task="a/tac_meeting")
    assert len(held) == 2 and 4.0 < held[0] <= 8.0
    assert meetings[1].due == service.plan.early_help.meeting.once_within.due_at(int(held[0]))  # type: ignore[union-attr]
    assert tape.of("status_on", child="a")[0].detail == "consent"
    assert tape.of("status_off", child="a")[0].detail == "consent"


def test_a_meeting_opens_in_time_for_a_lead_professional_with_a_fifth_of_a_week() -> None:
    """Three hours are 1.875 of a lead professional's days of 1.6 hours.

    Opened a day before it is due, a meeting would always end late; opened five days before, it
    is booked for the third day before, and ends the day before.
    """
    post = {"lead_professional": {"fte": 0.2, "caseload_limit": 10}}
    part_time: Data = {"teams": {"partner_agencies": {"posts": post}}}
    for window, late in ((None, True), ("5 working days", False)):
        meeting: Data = {"window": window} if window else {}
        service = service_of(plans(part_time, early(meeting=meeting, lasts=100.0)))
        refer(service, "a", at=1.0, need="none")
        tape = run(service)
        second = tape.of("task_open", task="a/tac_meeting")[1]
        ends = tape.times("task_end", task="a/tac_meeting")[1]
        assert ends == pytest.approx(second.due + (0.875 if late else -1.125), abs=1e-4)


def test_where_lead_professionals_are_few_families_wait_and_give_up() -> None:
    service = service_of(plans())
    for name in "abcd":
        refer(service, name, at=1.0, need="none")
    tape = run(service)
    # Two slots: a and b from day 2 or so to 62; c and d give up 50 days after their set-up.
    first = [e.child for e in tape.of("allocate") if e.detail == "holder"]
    assert first == ["a", "b"]
    closed = {e.child: e.detail for e in tape.of("close")}
    assert closed["c"] == closed["d"] == "no_lead_professional"


def test_one_more_lead_professional_and_nobody_gives_up() -> None:
    more: Data = {"teams": {"partner_agencies": {"posts": {"lead_professional": {"count": 2}}}}}
    service = service_of(plans(more))
    for name in "abcd":
        refer(service, name, at=1.0, need="none")
    assert {e.detail for e in run(service).of("close")} == {"universal_services"}


def test_a_social_worker_of_before_does_not_lead_a_tac_that_nobody_leads_yet() -> None:
    """Stepped down while the only lead professional is full, and back before there is another."""
    service = service_of(plans())
    child = put(service, "a", "ss", truth="met")
    (lead,) = service.teams["partner_agencies"].by_role["lead_professional"]
    lead.promised = 2

    def to(place: Any) -> None:
        assert child.stage is not None
        child.stage.depart(child, place, "moves")

    attached: list[int] = []
    service.later(1.0, lambda: to(service.caf_tac))
    service.later(3.0, lambda: to(service.assessment))
    service.later(3.5, lambda: attached.append(len(child.attached)))
    service.run()
    assert attached == [0]


def test_first_meetings_wait_for_a_place() -> None:
    service = service_of(plans())
    refer(service, "a", at=1.0, need="none")
    refer(service, "b", at=1.0, need="none")
    tape = run(service)
    opened = sorted(tape.times("task_open", task=f"{c}/tac_meeting")[0] for c in "ab")
    assert opened == [4.0, 8.0]  # the first days of two weeks; Easter Monday is no working day


# --- step up ------------------------------------------------------------------------------------


def stepped_up(*overs: Data, need: str = "complex") -> tuple[Service, Tape]:
    service = service_of(plans(*overs))
    refer(service, "a", at=1.0, need="none")

    def rises() -> None:
        child = child_named(service, "a")
        child.need = need
        service.recorder.need(child)
        for strand in service.strands:
            strand.need_changed(child)

    service.later(10.0, rises)
    return service, run(service)


def test_a_step_up_is_asked_for_accepted_and_the_tac_goes_on_until_the_plan() -> None:
    service, tape = stepped_up()
    # Noticed after 5 days, at 15; talked over until 17; papers of 2 h to 17.25; MASH to 17.375.
    assert outcomes(tape, "a")[1:] == ["step_up_request", "single_assessment", "child_in_need_plan"]
    assert [e.time for e in tape.of("contact", child="a")] == [1.0, 17.25]
    enters = {e.stage: e.time for e in tape.of("stage_enter", child="a")}
    assert enters["single_assessment"] == 17.375
    parts = [(e.time, e.event, e.detail) for e in tape.of("allocate", "deallocate", child="a")]
    plan_at = enters["safeguarding_and_support"]
    assert parts == [
        (2.0, "allocate", "holder"),
        (17.375, "deallocate", "holder"),
        (17.375, "allocate", LEAD),  # beside the social worker, who comes the next day
        (18.0, "allocate", "holder"),
        (plan_at, "deallocate", LEAD),
        (plan_at, "deallocate", "holder"),
        (plan_at, "allocate", "holder"),
    ]
    assert child_named(service, "a").referred == 17.25  # the statutory clock starts there
    worked = {e.task for e in tape.of("task_end") if e.worker == LP and e.time > 17.375}
    assert "a/tac_liaison/1" in worked  # load on both


def test_a_meeting_cut_by_the_plan_is_gone_on_with_beside_child_in_need() -> None:
    """Meetings of two days, every two weeks; whenever the plan is made, none is left for good."""
    cut = 0
    for gap in range(1, 12):
        often = {"every": "2 weeks", "hours": 16, "finds": 0.0}
        over = early(beside=1.0, lasts=200.0, meeting=often)
        _, tape = stepped_up(over, {"assessment": {"gap": float(gap)}})
        opened = {e.task for e in tape.of("task_open", task="a/tac_meeting") if e.time < 100}
        done = {e.task for e in tape.of("task_end", "task_cancel", task="a/tac_meeting")}
        assert opened <= done, gap
        cut += any(e.detail == "moved" for e in tape.of("task_pause", task="a/tac_meeting"))
    assert cut > 0


def test_a_tac_may_go_on_beside_child_in_need() -> None:
    service, tape = stepped_up(early(beside=1.0, lasts=100.0))
    held = tape.of("task_end", task="a/tac_meeting")
    assert any(e.stage == "safeguarding_and_support" and e.worker == LP for e in held)
    gone = [e for e in tape.of("deallocate", child="a") if e.detail == LEAD]
    assert [e.time for e in gone] == [102.0]
    assert lead_of(child_named(service, "a")) is child_named(service, "a").holder


def test_a_refused_step_up_leaves_the_tac_as_it_is_and_is_asked_again() -> None:
    _, tape = stepped_up({"early_help": {"step_up": {"accepted": 0.0}}})
    assert outcomes(tape, "a")[1:5] == ["step_up_request", "step_up_refused"] * 2
    assert {e.stage for e in tape.of("stage_enter", child="a")} == {"mash", "caf_tac"}
    # 17.375 and 10 days later, when a talk of 2 days and papers of 2 h follow again.
    assert tape.times("contact", child="a")[1:3] == [17.25, 29.625]


def test_without_consent_there_is_no_step_up_unless_it_would_do_harm() -> None:
    refuses: Data = {"population": {"attributes": {"refuses_consent": 1.0}}}
    _, tape = stepped_up(refuses)
    assert set(outcomes(tape, "a")[1:]) == {"step_up_not_agreed"}
    _, tape = stepped_up(refuses, {"early_help": {"step_up": {"harm": 1.0}}})
    assert outcomes(tape, "a")[1:3] == ["step_up_request", "single_assessment"]


def test_a_protection_concern_goes_at_once() -> None:
    _, tape = stepped_up({"early_help": {"step_up": {"protection": 1.0}}})
    assert tape.times("contact", child="a")[1] == 15.0
    assert outcomes(tape, "a")[1:3] == ["step_up_request", "strategy_discussion"]


# --- step down ----------------------------------------------------------------------------------


def reviewed(*overs: Data, before: Any = None) -> tuple[Service, Tape]:
    service = service_of(plans(*overs))
    child = put(service, "a", "ss", truth="met", cin_review=-38)
    if before is not None:
        before(service, child)
    return service, run(service)


def test_a_step_down_at_the_review_that_finds_needs_met() -> None:
    _, tape = reviewed()
    # The review is held on day 12 to 12.5; the manager takes 1 h, the forms 2 h.
    assert outcomes(tape, "a") == ["step_down_proposed", "step_down"]
    told = tape.told("task_end", "stage_leave", "stage_enter", "allocate", child="a")
    assert [t for t in told if 12.0 <= t[0] < 13.0][:6] == [
        (12.5, "task_end", "a/review/1"),
        (12.625, "task_end", "a/step_down_decision/1"),
        (12.875, "task_end", "a/step_down_forms/1"),
        (12.875, "stage_leave", "step_down"),
        (12.875, "stage_enter", "caf_tac"),
        (12.875, "allocate", "holder"),
    ]
    assert [e.worker for e in tape.of("allocate", child="a")][-1] == LP
    assert tape.of("task_end", task="a/caf")  # a new CAF, by the lead professional (R55)
    assert not tape.of("task_open", task="a/caf_set_up")


def test_a_refusal_is_respected_and_the_case_closed() -> None:
    _, tape = reviewed({"population": {"attributes": {"refuses_consent": 1.0}}})
    assert outcomes(tape, "a") == ["early_help_refused"]
    assert [e.detail for e in tape.of("close")] == ["early_help_refused"]


@pytest.mark.parametrize("reason", ["monitoring", "onward_referral"])
def test_nobody_steps_down_to_be_monitored_or_referred_on(reason: str) -> None:
    _, tape = reviewed({"early_help": {"step_down": {"reasons": {"value": {reason: 1.0}}}}})
    assert outcomes(tape, "a") == ["step_down_barred"]
    assert [e.detail for e in tape.of("close")] == ["needs_met"]


def test_within_three_months_of_a_plan_the_child_stays_in_need() -> None:
    class Kept:
        plan_ended_at = 0.0

    def planned(service: Service, child: Any) -> None:
        child.strands["safeguarding"] = Kept()

    _, tape = reviewed(before=planned)
    # The review of day 12 is too early; the next, 51 days later, is after three months only
    # if those are over by then (three months from day 0 are about 63 working days).
    assert outcomes(tape, "a")[0] == "step_down_barred"
    down = [e.time for e in tape.of("decision", child="a") if e.detail == "step_down_proposed"]
    assert down and min(down) >= 63.0


def test_without_a_lead_professional_the_child_stays_where_it_is() -> None:
    def taken(service: Service, child: Any) -> None:
        for n in range(2):
            refer(service, f"x{n}", at=1.0, need="none")

    _, tape = reviewed(early(lasts=80.0), before=taken)
    assert outcomes(tape, "a")[0] == "step_down_barred"
    assert "step_down" not in outcomes(tape, "a")[:2]


@given(
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["support", "monitoring", "onward_referral"]),
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.floats(0, 500)),
)
def test_a_step_down_passes_only_if_every_rule_is_kept(
    in_need: bool,
    support: bool,
    consents: bool,
    reason: str,
    lead: bool,
    protected: bool,
    since: float | None,
) -> None:
    p = Proposal(in_need, support, consents, reason, lead, protected, since, 63.0)
    allowed = (
        not in_need
        and support
        and consents
        and reason == "support"
        and lead
        and not protected
        and (since is None or since >= 63.0)
    )
    assert (barred_by(p) is None) == allowed


# --- bad input ----------------------------------------------------------------------------------


def bad(over: Data) -> str:
    with pytest.raises(ScenarioError) as caught:
        plans_of(overlay(overlay(quiet(), TAC), over))
    return str(caught.value)


def test_a_tac_without_lead_professionals_is_refused() -> None:
    none: Data = {"teams": {"partner_agencies": {"posts": {"lead_professional": {"count": 0}}}}}
    said = bad(none)
    assert "teams.partner_agencies.posts.lead_professional.count" in said
    assert "a TAC needs lead professionals, and there are none" in said
    assert "no role in 'partner_agencies' called 'teacher'" in bad(early(lead_role="teacher"))


def test_no_places_and_unknown_reasons_are_refused() -> None:
    assert "no TAC would ever meet" in bad(early(slots_a_week=0))
    reasons = {"step_down": {"reasons": {"value": {"watching": 1.0}}}}
    assert "'watching'" in bad({"early_help": reasons})


# --- a whole run, by its log ----------------------------------------------------------------


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Replication, Oracle]]:
    scenario = load("three-hubs-open-to-review", ["horizon=12 months"])
    log = EventLog()
    Service(compile_plans(scenario), 1, 1, log).run()
    path = tmp_path_factory.mktemp("tac") / "log.csv"
    log.write(path)
    yield Replication.of(1, log), Oracle(read(path), scenario.scenario)


def test_measures_of_caf_tac_are_what_the_log_says(year: tuple[Replication, Oracle]) -> None:
    product, oracle = year
    pools = ("caf_tac", "caf_team.caf_coordinator", "partner_agencies.lead_professional")
    checked = 0
    for series in product.series:
        whole = ("open_children", "closures", "referrals", "re_referred", "contacts")
        if series.where in pools or (series.where == "service" and series.measure in whole):
            ours, theirs = oracle.value(series.address, 0, 12), series.value(0, 12)
            same = ours is theirs if theirs is None else ours == pytest.approx(theirs, 1e-4, 1e-5)
            assert same, (series.address, ours, theirs)
            checked += 1
    assert checked > 40


def test_the_log_lets_anybody_check_the_rules(year: tuple[Replication, Oracle]) -> None:
    _, oracle = year
    on: dict[str, set[str]] = {}
    lead: dict[str, set[str]] = {}
    downs = ups = 0
    asked: dict[str, str] = {}
    for row in oracle.rows:
        mine = on.setdefault(row.child, set())
        if row.event == "status_on":
            mine.add(row.detail["status"])
        elif row.event == "status_off":
            mine.discard(row.detail["status"])
        elif row.event in ("allocate", "deallocate") and row.detail["as"] == "holder":
            held = lead.setdefault(row.child, set())
            (held.add if row.event == "allocate" else held.discard)(row.worker)
            assert len(held) <= 1  # one lead (R8)
        elif row.event == "decision":
            asked[row.child] = row.detail["outcome"]
            if row.detail["outcome"] == "step_down_proposed":
                assert row.detail["reason"] == "support"
                assert row.detail["lead"].startswith("partner_agencies.")
                assert not mine & set(status.PROTECTED)
        elif row.event == "stage_leave" and row.detail["reason"] == "step_down":
            if row.detail["to"] == "caf_tac":
                downs += 1
                assert asked[row.child] == "step_down"  # the manager has decided (R50)
        elif row.event == "stage_leave" and row.stage == "caf_tac":
            assert "consent" in mine or row.detail["to"] == "closed"
            if row.detail["reason"] == "step_up":
                ups += 1
                assert asked[row.child] in ("single_assessment", "strategy_discussion")
    assert downs > 5 and ups > 5


def test_the_scenario_is_in_order() -> None:
    from sim.service.check import cautions

    assert cautions(load("three-hubs-open-to-review")) == ()
    assert loaded(quiet()).scenario.early_help is None
