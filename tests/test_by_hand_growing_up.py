"""Growing up worked by hand: birthdays, the transition assessment and referral, joint work."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from helpers import HUBS, Tape, put, refer, run, service_of, tiny, together

from sim.calendar import Calendar, Duration
from sim.service.child import Child
from sim.service.growing_up import NAME, Ages
from sim.service.plan import Plan
from sim.service.service import Service

# The quiet service begins on Monday 30 March 2026. Days: Good Friday 3 April and Easter Monday
# 6 April are no working days, nor is 4 May; 7 April is day 4.
SECTION: dict[str, Any] = {
    "preparing": {"from_age": 14, "hours_a_year": 1.0},
    "assessment": {
        "from_age": 15,
        "hours": 3.0,
        "alone_before": "40 working days",
        "done_before": "10 working days",
        "priority": 7,
    },
    "referral": {
        "by_age": 16,
        "opens_before": "60 working days",
        "hours": 2.0,
        "if_older": "20 working days",
        "priority": 7,
    },
    "joint_work": {"every": "30 working days", "hours": 0.5, "priority": 7},
    "overdue": 0.0,
}
REVIEW = {
    "every": "6 weeks",
    "hours": 4.0,
    "timescale": "cin_review",
    "priority": 5,
    "finds": 1.0,
    "decides": True,
}


def growing(
    over: dict[str, Any] | None = None, review: bool = False
) -> tuple[Service, list[tuple[int, Plan]]]:
    stages: dict[str, Any] = {"ss": {"review": REVIEW}} if review else {}
    plans = tiny(together({"growing_up": SECTION}, over or {}), **stages)
    return service_of(plans), plans


def aged(service: Service, born: date, **last: float) -> Child:
    """A day-one child of Safeguarding & Support born on a date."""
    days = (service.plan.calendar.date(0.0) - born).days
    child = put(service, "a", "ss", age=(days + 0.5) / 365.25, **last)
    assert service.population.born(child) == born
    return child


# --- birthdays -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "last_day"),
    [
        pytest.param(date(2010, 5, 13), date(2026, 5, 13), id="a Wednesday"),
        pytest.param(date(2010, 5, 16), date(2026, 5, 15), id="a Saturday: the Friday before"),
        pytest.param(date(2010, 5, 4), date(2026, 5, 1), id="May Day holiday: the Friday before"),
        pytest.param(date(2010, 4, 6), date(2026, 4, 2), id="Easter Monday: Maundy Thursday"),
        pytest.param(date(2012, 2, 29), date(2028, 2, 29), id="leap day, in a leap year"),
    ],
)
def test_the_referral_is_due_at_the_end_of_the_last_working_day_by_the_birthday(
    born: date, last_day: date
) -> None:
    service, _ = growing()
    ages = Ages(service.plan, born)
    assert service.plan.calendar.date(ages.due - 1) == last_day
    assert ages.due == service.plan.calendar.day(last_day) + 1


def test_a_leap_day_birthday_is_the_first_of_march_in_other_years() -> None:
    calendar = Calendar(date(2026, 1, 5), Duration(1, "years"))
    assert calendar.birthday(date(2012, 2, 29), 15) == date(2027, 3, 1)
    assert calendar.birthday(date(2012, 2, 29), 14) == date(2026, 3, 1)
    # 1 March 2026 is a Sunday: what happens on it happens on the Monday.
    assert calendar.date(calendar.day(date(2026, 3, 1))) == date(2026, 3, 2)
    assert calendar.date(calendar.birthday_due(date(2012, 2, 29), 14) - 1) == date(2026, 2, 27)


# --- the way to adult services -----------------------------------------------------------------

# Fourteen on day one, sixteen on Thursday 1 July 2027.
BORN = date(2011, 7, 1)
LONG = {"horizon": "24 months"}


def _day(service: Service, on: date) -> int:
    return service.plan.calendar.day(on)


def test_assessment_alone_then_referral_then_joint_work() -> None:
    """No review comes: the assessment opens 40 days before the birthday, the referral follows."""
    service, _ = growing(LONG)
    child = aged(service, BORN)
    tape = run(service)
    due = _day(service, date(2027, 7, 1)) + 1
    opened = tape.of("task_open", task="a/transition_assessment")[0]
    assert (opened.time, opened.due) == (due - 40, due - 10)
    # 3 of 8 hours, and then the referral's 2.
    assert tape.times("task_end", task="a/transition_assessment") == [due - 40 + 0.375]
    referral = tape.of("task_open", task="a/transition_referral")[0]
    assert (referral.time, referral.due) == (due - 40 + 0.375, due)
    assert tape.times("task_end", task="a/transition_referral") == [due - 40 + 0.625]
    # From the birthday, every 30 working days: due at the end of the thirtieth after it.
    assert tape.of("task_open", task="a/joint_work")[0].due == due - 1 + 31
    assert child.strands[NAME].referred
    assert _on_time(tape) == (1, 0, 0)


def test_the_first_review_after_the_fifteenth_birthday_is_the_assessment() -> None:
    """It is made three hours longer; the referral opens 60 days before the birthday."""
    service, _ = growing(LONG, review=True)
    child = aged(service, BORN, cin_review=-10)
    tape = run(service)
    fifteenth = _day(service, date(2026, 7, 1))
    reviews = tape.of("task_open", task="a/review")
    usual = 4.0 + 42 / 365.25
    longer = [e for e in reviews if e.detail > usual + 0.01]
    assert longer == [next(e for e in reviews if e.time >= fifteenth)]
    assert longer[0].detail == pytest.approx(usual + 3.0)
    met = tape.of("task_met", task="a/transition_assessment")
    assert [e.detail for e in met] == [longer[0].task]
    assert [met[0].time] == [
        e.time for e in tape.of("task_end", task="a/review") if e.task == longer[0].task
    ]
    due = _day(service, date(2027, 7, 1)) + 1
    assert [(e.time, e.due) for e in tape.of("task_open", task="a/transition_referral")] == [
        (due - 60, due)
    ]
    assert child.strands[NAME].assessed


def test_hours_of_preparing_are_spread_over_the_years_reviews() -> None:
    """One hour a year: at a review every six weeks, that part of a year; none before 14."""
    service, _ = growing(review=True)
    young = put(service, "b", "ss", age=13.0, cin_review=-10)
    old = put(service, "c", "ss", age=14.5, cin_review=-10)
    tape = run(service)
    six_weeks = 42 / 365.25
    first = {
        e.child: e.detail
        for e in reversed(tape.of("task_open"))
        if e.task.split("/")[1] == "review"
    }
    assert first[young.id] == pytest.approx(4.0)
    assert first[old.id] == pytest.approx(4.0 + six_weeks)


def test_entering_at_fifteen_years_and_eleven_months() -> None:
    """The single assessment is the transition assessment; the birthday does not wait (W102)."""
    service, _ = growing({"horizon": "6 months"})
    refer(service, "a", 0.0, age=15.0 + 8.5 / 12)
    tape = run(service)
    child = next(c for c in service.children if c.id == "a")
    sixteen = service.plan.calendar.birthday_due(service.population.born(child), 16)
    entered = next(e for e in tape.of("stage_enter", child="a") if e.stage == HUBS["ss"])
    assert sixteen - 60 < entered.time < sixteen
    assert [e.detail for e in tape.of("task_met", task="a/transition_assessment")] == [
        "a/single_assessment/1"
    ]
    opened = tape.of("task_open", task="a/transition_referral")
    assert [(e.time, e.due) for e in opened] == [(entered.time, sixteen)]


def test_entering_after_sixteen_the_referral_has_time_of_its_own() -> None:
    service, _ = growing()
    refer(service, "a", 0.0, age=16.5)
    tape = run(service)
    opened = tape.of("task_open", task="a/transition_referral")[0]
    assert opened.due == int(opened.time) + 20 + 1


def _on_time(tape: Tape) -> tuple[int, int, int]:
    cell = tape.service.plan.cells.index(("transition_referral", "service"))
    promise = tape.promises[cell]
    return sum(promise.met), sum(promise.late), sum(promise.closed)


def test_a_referral_late_for_want_of_time_counts_late() -> None:
    """An eighth of an hour a day: three hours take 24 days from day -40, two hours 16 more."""
    service, _ = growing(LONG | {"work": {"hours_a_day": 0.12}})
    aged(service, BORN)
    tape = run(service)
    due = _day(service, date(2027, 7, 1)) + 1
    ended = tape.times("task_end", task="a/transition_referral")
    assert ended == [pytest.approx(due - 40 + 5 / 0.12, abs=1e-3)]
    assert _on_time(tape) == (0, 1, 0)


@pytest.mark.parametrize(("days", "missed"), [(3, 1), (-3, 0)])
def test_closed_overdue_counts_as_missed_and_closed_in_time_does_not(
    days: int, missed: int
) -> None:
    service, _ = growing(LONG | {"work": {"hours_a_day": 0.1}})
    child = aged(service, BORN)

    def leave() -> None:
        child.closing = "moved_away"
        assert child.stage is not None
        child.stage.depart(child, None, "moved_away")

    due = _day(service, date(2027, 7, 1)) + 1
    service.later(float(due + days), leave)
    tape = run(service)
    assert [e.detail for e in tape.of("task_cancel", task="a/transition_referral")] == ["closed"]
    assert _on_time(tape) == (0, 0, missed)


def test_past_sixteen_on_day_one_the_referral_was_made_but_for_a_share() -> None:
    for share in (0.0, 1.0):
        service, _ = growing({"growing_up": {"overdue": share}})
        aged(service, date(2009, 5, 13))
        tape = run(service)
        referrals = tape.of("task_open", task="a/transition_referral")
        assert len(referrals) == int(share)
        if referrals:
            assert referrals[0].due == service.plan.calendar.birthday_due(date(2009, 5, 13), 16)
            assert referrals[0].due < 0 and _on_time(tape) == (0, 0, 0)
        assert tape.of("task_open", task="a/joint_work")


# --- eighteen ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "leaves"),
    [
        pytest.param(date(2008, 5, 13), date(2026, 5, 13), id="a Wednesday"),
        pytest.param(date(2008, 5, 16), date(2026, 5, 18), id="a Saturday: the Monday after"),
        pytest.param(date(2008, 4, 3), date(2026, 4, 7), id="Good Friday: the Tuesday after"),
    ],
)
def test_services_end_at_the_start_of_the_eighteenth_birthday(born: date, leaves: date) -> None:
    service, _ = growing()
    child = put(service, "a", "ss", age=(date(2026, 3, 30) - born).days / 365.25 + 0.5 / 365.25)
    assert child.turns_adult == _day(service, leaves)
    tape = run(service)
    assert [(e.time, e.detail) for e in tape.of("close")] == [(_day(service, leaves), "turned_18")]
