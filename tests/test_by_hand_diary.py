"""One worker's diary, worked by hand: due times, windows, sittings, priority, appointments.

Working day 0 is Monday 30 March 2026. Good Friday (3 April) and Easter Monday (6 April) are not
working days, so: Mon 30 = 0, Tue 31 = 1, Wed 1 April = 2, Thu 2 = 3, Tue 7 = 4, Wed 8 = 5,
Thu 9 = 6, Fri 10 = 7, Mon 13 = 8 ... Mon 20 = 13, Mon 27 = 18; Mon 4 May is a bank holiday,
Tue 5 May = 23, Mon 11 May = 27. Before the start: Fri 27 March = -1 ... Mon 23 = -5, and so on.
A worker has 8 hours a day, so an hour is 0.125 of a day. A due time is the end of a day.
"""

from __future__ import annotations

from typing import Any

import pytest
from helpers import post, put, run, service_of, tiny, together

VISIT = {
    "every": "1 week",
    "window": "1 working day",
    "hours": 3,
    "one_sitting": True,
    "timescale": "child_seen",
    "priority": 4,
}


def opens_on(day: int) -> int:
    """The last day (before the start) from which a promise of 50 working days opens on `day`.

    Due is last + 51, and it opens a day before: last = day + 1 - 51.
    """
    return day - 50


FIFTY: dict[str, Any] = {"every": "50 working days", "window": "1 working day"}


def first(told: list[Any], n: int) -> list[Any]:
    return told[:n]


# --- due times, windows and what comes next ------------------------------------------------------


def test_two_children_one_worker_across_easter() -> None:
    service = service_of(tiny(ss={"visit": VISIT}))
    put(service, "a", "ss", child_seen=-2)  # Thu 26 March
    put(service, "b", "ss", child_seen=-1)  # Fri 27 March
    tape = run(service)
    # a: a week later is Thu 2 April, day 3: due 4, the end of it; it opens 1 day before, at 3.
    # b: a week later is Good Friday, moved back to Thu 2 April: due 4 too. Equal class, due and
    # opening: the first child first. 3 h of 8 is 0.375 of a day.
    # Held on Thu 2 April: next Thu 9 April, day 6, due 7; opens 6. Then Thu 16 = 11, due 12.
    assert first(tape.told("task_open", "task_start", "task_end"), 12) == [
        (3.0, "task_open", "a/visit/1"),
        (3.0, "task_open", "b/visit/1"),
        (3.0, "task_start", "a/visit/1"),
        (3.375, "task_end", "a/visit/1"),
        (3.375, "task_start", "b/visit/1"),
        (3.75, "task_end", "b/visit/1"),
        (6.0, "task_open", "a/visit/2"),
        (6.0, "task_open", "b/visit/2"),
        (6.0, "task_start", "a/visit/2"),
        (6.375, "task_end", "a/visit/2"),
        (6.375, "task_start", "b/visit/2"),
        (6.75, "task_end", "b/visit/2"),
    ]
    assert [e.due for e in tape.of("task_open", child="a")[:3]] == [4, 7, 12]
    assert [e.due for e in tape.of("task_open", child="b")[:3]] == [4, 7, 12]


def test_due_on_easter_monday_moves_back_over_the_whole_weekend() -> None:
    # Two weeks from Mon 23 March (-5) is Easter Monday: back over Good Friday to Thu 2 April.
    service = service_of(tiny(ss={"visit": VISIT | {"every": "2 weeks"}}))
    put(service, "a", "ss", child_seen=-5)
    tape = run(service)
    assert tape.of("task_open")[0].due == 4
    # Held Thu 2 April; two weeks later Thu 16 April is day 11: due 12.
    assert tape.of("task_open")[1].due == 12


def test_months_go_to_the_same_date_moved_back() -> None:
    # A month from Fri 6 March (-16) is Mon 6 April, Easter Monday: back to Thu 2 April, due 4.
    # Held Thu 2 April, next Sat 2 May, moved back to Fri 1 May, day 22 (Mon 27 April is 18): 23.
    service = service_of(tiny(ss={"visit": VISIT | {"every": "1 month"}}))
    put(service, "a", "ss", child_seen=-16)
    tape = run(service)
    assert [e.due for e in tape.of("task_open")[:2]] == [4, 23]


def test_working_days_are_counted_from_the_day_held() -> None:
    # 10 working days from t: floor(t) + 11. Last kept on -4: -4 + 11 = 7. It opens at 6 and is
    # held that day, at 6.375: next due 6 + 11 = 17.
    service = service_of(tiny(ss={"visit": VISIT | {"every": "10 working days"}}))
    put(service, "a", "ss", child_seen=-4)
    tape = run(service)
    assert [e.due for e in tape.of("task_open")[:3]] == [7, 17, 27]
    assert tape.times("task_open")[:3] == [6.0, 16.0, 26.0]


def test_a_quiet_diary_does_not_invent_visits() -> None:
    # Six weeks with a window of 3 days, and nothing else to do in the whole half year.
    plans = tiny(ss={"visit": VISIT | {"every": "6 weeks", "window": "3 working days"}})
    service = service_of(plans)
    put(service, "a", "ss", child_seen=-1)
    tape = run(service)
    # Fri 27 March + 6 weeks = Fri 8 May, day 26 (Tue 5 May is 23): due 27, opens 24 (Wed 6 May).
    # Held Wed 6 May; + 6 weeks = Wed 17 June. Mon 18 May = 32, and Mon 25 May is a bank holiday:
    # Tue 26 May = 37, Mon 1 June = 41, Mon 15 June = 51, Wed 17 June = 53: due 54, opens 51, Mon
    # 15 June. + 6 weeks = Mon 27 July, day 81: due 82, opens 79.
    opened = tape.of("task_open")
    assert [(e.time, e.due) for e in opened[:3]] == [(24.0, 27), (51.0, 54), (79.0, 82)]
    assert all(e.time == e.due - 3 for e in opened)
    # 79 + 27 and 28 days or so more: a fourth at about 106, and no fifth in the half year.
    assert len(tape.of("task_end")) == 4


def test_default_window_is_a_twentieth_rounded_down_at_least_a_day() -> None:
    task = {"hours": 1, "timescale": "child_seen"}
    for every, window in (("1 week", 1), ("6 weeks", 1), ("3 months", 3), ("6 months", 6)):
        # 5, 29, 63.25 and 126.5 working days: a twentieth is 0.25, 1.45, 3.2 and 6.3.
        plans = tiny(ss={"visit": task | {"every": every}})
        kind = plans[0][1].stages[0].kinds[0]
        assert kind.cadences[0].window == window


def test_next_due_counts_from_the_day_it_was_held_late() -> None:
    # 80 h of class 1 keep the worker busy for ten days, 2.0 to 12.0. The visit opens at 3, due 4.
    kinds = {
        "block": FIFTY | {"hours": 80, "one_sitting": True, "timescale": "b", "priority": 1},
        "visit": VISIT,
    }
    service = service_of(tiny(ss=kinds))
    put(service, "a", "ss", b=opens_on(2))
    put(service, "b", "ss", child_seen=-2)
    tape = run(service)
    # Held on day 12, Fri 17 April: the next is due a week later, Fri 24 April, day 17: 18.
    # (Two occasions fell away: one open task for the promise, done once.)
    assert tape.told("task_open", "task_start", "task_end", child="b")[:4] == [
        (3.0, "task_open", "b/visit/1"),
        (12.0, "task_start", "b/visit/1"),
        (12.375, "task_end", "b/visit/1"),
        (17.0, "task_open", "b/visit/2"),
    ]
    assert [e.due for e in tape.of("task_open", child="b")[:2]] == [4, 18]


# --- sittings ------------------------------------------------------------------------------------

LONG = {"every": "6 months", "window": "1 working day", "hours": 10, "timescale": "long"}


def test_a_part_time_worker_visits_over_the_end_of_a_day() -> None:
    # 6.25 h a day and half a post: 3.125 h a day; a visit of 5 h takes 5 / 3.125 = 1.6 days.
    plans = tiny(
        together({"work": {"hours_a_day": 6.25}}, post("ss", "social_worker", fte=0.5)),
        ss={"visit": VISIT | FIFTY | {"hours": 5}},
    )
    service = service_of(plans)
    put(service, "a", "ss", child_seen=opens_on(3))
    tape = run(service)
    assert tape.told("task_start", "task_pause", "task_end")[:2] == [
        (3.0, "task_start", "a/visit/1"),
        (4.6, "task_end", "a/visit/1"),
    ]
    # It was held on day 4 (it ended there): 4 + 51 = 55.
    assert tape.of("task_open")[1].due == 55


def test_a_long_task_goes_on_without_a_pause_while_it_is_most_pressing() -> None:
    # 10 h: 1.25 days in sittings of half a day, none of them ever paused.
    service = service_of(tiny(ss={"long": LONG | FIFTY}))
    put(service, "a", "ss", long=opens_on(2))
    tape = run(service)
    assert tape.told("task_start", "task_pause", "task_end")[:2] == [
        (2.0, "task_start", "a/long/1"),
        (3.25, "task_end", "a/long/1"),
    ]
    assert tape.of("task_end")[0].detail == pytest.approx(10.0)


def test_a_more_pressing_task_waits_for_the_end_of_the_sitting_then_comes_first() -> None:
    # A 2 h task of class 1 shifts the long one (class 6): 2.25 to 2.75, 2.75 to 3.25. The visit
    # (class 4) opens at 3.0, in the middle of a sitting, and starts at its end, 3.25.
    short = FIFTY | {"hours": 2, "timescale": "short", "priority": 1}
    service = service_of(tiny(ss={"long": LONG | FIFTY, "short": short, "visit": VISIT | FIFTY}))
    put(service, "a", "ss", long=opens_on(2))
    put(service, "b", "ss", short=opens_on(2))
    put(service, "c", "ss", child_seen=opens_on(3))
    tape = run(service)
    assert tape.told("task_start", "task_pause", "task_end")[:8] == [
        (2.0, "task_start", "b/short/1"),
        (2.25, "task_end", "b/short/1"),
        (2.25, "task_start", "a/long/1"),
        (3.25, "task_pause", "a/long/1"),
        (3.25, "task_start", "c/visit/1"),
        (3.625, "task_end", "c/visit/1"),  # 3 h
        (3.625, "task_start", "a/long/1"),  # 10 h less the 8 done: 2 h
        (3.875, "task_end", "a/long/1"),
    ]
    assert tape.of("task_pause")[0].detail == "other_work"
    assert tape.of("task_end", child="a")[0].detail == pytest.approx(10.0)


def test_what_opens_at_the_end_of_a_sitting_comes_before_what_starts() -> None:
    # The long task's second sitting ends at 3.0, as the visit opens: the visit is next.
    service = service_of(tiny(ss={"long": LONG | FIFTY, "visit": VISIT | FIFTY}))
    put(service, "a", "ss", long=opens_on(2))
    put(service, "b", "ss", child_seen=opens_on(3))
    tape = run(service)
    assert tape.told("task_start", "task_pause", "task_end")[:6] == [
        (2.0, "task_start", "a/long/1"),
        (3.0, "task_pause", "a/long/1"),
        (3.0, "task_start", "b/visit/1"),
        (3.375, "task_end", "b/visit/1"),
        (3.375, "task_start", "a/long/1"),
        (3.625, "task_end", "a/long/1"),
    ]


# --- priority and ties ---------------------------------------------------------------------------


def test_class_then_due_then_opening_then_child() -> None:
    work = {"hours": 1, "one_sitting": True}
    kinds = {
        # A block of 8 h on day 2 so that everything is open by 3.0.
        "block": FIFTY | work | {"hours": 8, "timescale": "block", "priority": 1},
        "urgent": FIFTY | work | {"timescale": "urgent", "priority": 2},
        "early": FIFTY | work | {"timescale": "early", "priority": 6, "window": "2 working days"},
        "plain": FIFTY | work | {"timescale": "plain", "priority": 6},
    }
    service = service_of(tiny(ss=kinds))
    put(service, "a", "ss", block=opens_on(2))
    put(service, "b", "ss", plain=opens_on(3))  # due 4, opened 3
    put(service, "c", "ss", plain=opens_on(3))  # the same: after b
    put(service, "d", "ss", early=opens_on(3))  # due 4, but opened at 2: before b and c
    put(service, "e", "ss", plain=opens_on(2))  # due 3: before all of class 6
    put(service, "f", "ss", urgent=opens_on(3))  # class 2, due 4: before e
    tape = run(service)
    assert [e.child for e in tape.of("task_start")[:6]] == ["a", "f", "e", "d", "b", "c"]
    assert tape.times("task_start")[:6] == [2.0, 3.0, 3.125, 3.25, 3.375, 3.5]


def test_the_last_tie_is_the_child_id() -> None:
    """DESIGN 2: ... opening time, child id, task id (never a running number)."""
    service = service_of(tiny(ss={"visit": VISIT}))
    put(service, "z", "ss", child_seen=-2)  # made first, but "a" comes before "z"
    put(service, "a", "ss", child_seen=-2)
    tape = run(service)
    assert [e.child for e in tape.of("task_start")[:2]] == ["a", "z"]


def test_missed_occurrences_and_one_class_up_for_each_full_interval() -> None:
    # A weekly visit (5 working days) of class 6, due 4, behind 160 h of class 1 work, 2.0 to 22.0.
    # Full intervals pass at 9, 14 and 19: three missed, class 6 -> 5 -> 4 -> 3. At 22.0 it comes
    # before work of class 4 that was due before it, and after work of class 2.
    kinds = {
        "block": FIFTY | {"hours": 160, "one_sitting": True, "timescale": "block", "priority": 1},
        "visit": VISIT | {"priority": 6},
        "four": FIFTY | {"hours": 1, "timescale": "four", "priority": 4},
        "two": FIFTY | {"hours": 1, "timescale": "two", "priority": 2},
    }
    service = service_of(tiny(ss=kinds))
    put(service, "a", "ss", block=opens_on(2))
    put(service, "b", "ss", child_seen=-2)
    put(service, "c", "ss", four=opens_on(2))
    put(service, "d", "ss", two=opens_on(21))
    tape = run(service)
    assert tape.times("task_missed", child="b")[:3] == [9.0, 14.0, 19.0]
    assert [e.child for e in tape.of("task_start")[:4]] == ["a", "d", "b", "c"]
    # Done once: its next due counts from day 22 (Fri 1 May): Fri 8 May is day 26, due 27.
    assert tape.of("task_open", child="b")[1].due == 27


def test_class_never_rises_above_two() -> None:
    # Class 3 and weekly: 2 after one interval, and 2 it stays behind work of class 2 due earlier.
    kinds = {
        "block": FIFTY | {"hours": 160, "one_sitting": True, "timescale": "block", "priority": 1},
        "visit": VISIT | {"priority": 3},
        "one": FIFTY | {"hours": 1, "timescale": "one", "priority": 1},
    }
    service = service_of(tiny(ss=kinds))
    put(service, "a", "ss", block=opens_on(2))
    put(service, "b", "ss", child_seen=-2)  # due 4, so it would be first if it were class 1
    put(service, "c", "ss", one=opens_on(21))
    tape = run(service)
    assert [e.child for e in tape.of("task_start")[:3]] == ["a", "c", "b"]


def test_day_one_overdue_work_ages_from_its_due_time() -> None:
    """One class up for each *full interval overdue* (not: after the first day)."""
    # Every 10 working days, last kept on -14: due -3, open at 0. A full interval is past due at 7.
    plans = tiny(
        ss={
            "visit": VISIT | {"every": "10 working days", "priority": 6},
            "block": FIFTY | {"hours": 160, "one_sitting": True, "timescale": "b", "priority": 1},
        }
    )
    service = service_of(plans)
    put(service, "a", "ss", b=opens_on(0))
    put(service, "b", "ss", child_seen=-14)
    tape = run(service)
    assert tape.of("task_open", child="b")[0][:1] == (0.0,)
    assert tape.of("task_open", child="b")[0].due == -3
    assert tape.times("task_missed", child="b")[0] == 7.0


# --- appointments --------------------------------------------------------------------------------

REVIEW: dict[str, Any] = {
    "every": "50 working days",
    "window": "3 working days",
    "hours": 4,
    "appointment": True,
    "timescale": "cin_review",
    "priority": 5,
}


def test_booked_for_the_last_day_of_the_window_with_hours_free() -> None:
    # Due 13, the end of day 12 (50 working days from -38: -38 + 51); they open 3 days before, at
    # 10. Each takes half a day, so two fit on day 12; the third must go to day 11.
    service = service_of(tiny(ss={"review": REVIEW}))
    for name in ("a", "b", "c"):
        put(service, name, "ss", cin_review=-38)
    tape = run(service)
    assert [(e.time, e.child, e.detail) for e in tape.of("task_book")[:3]] == [
        (10.0, "a", (12, "first")),
        (10.0, "b", (12, "first")),
        (10.0, "c", (11, "first")),
    ]
    assert tape.told("task_start", "task_end")[:6] == [
        (11.0, "task_start", "c/review/1"),
        (11.5, "task_end", "c/review/1"),
        (12.0, "task_start", "a/review/1"),
        (12.5, "task_end", "a/review/1"),
        (12.5, "task_start", "b/review/1"),
        (13.0, "task_end", "b/review/1"),  # due 13: on time, to the moment
    ]


def test_when_the_window_is_full_the_first_day_after_it() -> None:
    # Six half days fill days 10, 11 and 12; the seventh and eighth go to day 13, the ninth to 14.
    service = service_of(tiny(ss={"review": REVIEW}))
    for name in "abcdefghi":
        put(service, name, "ss", cin_review=-38)
    tape = run(service)
    days = [e.detail[0] for e in tape.of("task_book")[:9]]
    assert days == [12, 12, 11, 11, 10, 10, 13, 13, 14]


def test_a_meeting_ends_by_its_due_time() -> None:
    # 12 h are a day and a half: from day 11 it would end at 12.5 at the earliest. Never past 13.
    service = service_of(tiny(ss={"review": REVIEW | {"hours": 12}}))
    put(service, "a", "ss", cin_review=-38)
    tape = run(service)
    assert tape.times("task_end")[0] <= 13.0
    assert tape.of("task_book")[0].detail[0] in (10, 11)


def test_on_its_day_a_meeting_comes_before_all_but_class_one() -> None:
    kinds = {
        "review": REVIEW | {"priority": 6},
        "two": FIFTY | {"hours": 8, "one_sitting": True, "timescale": "two", "priority": 2},
        "one": FIFTY | {"hours": 1, "one_sitting": True, "timescale": "one", "priority": 1},
    }
    service = service_of(tiny(ss=kinds))
    put(service, "a", "ss", cin_review=-38)  # booked for day 12, as above
    put(service, "b", "ss", two=opens_on(12))
    put(service, "c", "ss", one=opens_on(12))
    tape = run(service)
    assert tape.told("task_start")[:3] == [
        (12.0, "task_start", "c/one/1"),
        (12.125, "task_start", "a/review/1"),  # 1 h after
        (12.625, "task_start", "b/two/1"),  # 4 h after
    ]


def test_a_family_that_never_comes_is_booked_again_and_again() -> None:
    plans = tiny({"work": {"family_cannot_come": 0.999999}}, ss={"review": REVIEW})
    service = service_of(plans)
    put(service, "a", "ss", cin_review=-38)
    tape = run(service)
    # Opened at 10 for day 12; put off on that day to the next, and so on. The day is past due, so
    # each is the first day after. Never held; every 50 working days overdue is one missed.
    booked = tape.of("task_book")
    assert [(e.time, e.detail) for e in booked[:4]] == [
        (10.0, (12, "first")),
        (12.0, (13, "family")),
        (13.0, (14, "family")),
        (14.0, (15, "family")),
    ]
    assert not tape.of("task_start", child="a")
    assert tape.times("task_missed") == [63.0, 113.0]  # 13 + 50, + 100


def test_a_meeting_is_put_off_as_often_as_the_scenario_says() -> None:
    # 300 children at an even chance, with time for all: the first booking fails for about half.
    plans = tiny(
        together({"work": {"family_cannot_come": 0.5}}, post("ss", "social_worker", count=60)),
        ss={"review": REVIEW | {"hours": 1}},
    )
    service = service_of(plans)
    for number in range(300):
        put(service, f"c{number}", "ss", cin_review=-38)
    tape = run(service)
    off = {e.child for e in tape.of("task_book") if e.detail == (13, "family") and e.time == 12.0}
    assert 150 - 26 < len(off) < 150 + 26  # three standard deviations, sqrt(300) / 2 = 8.7


def test_an_overdue_review_on_day_one_is_booked_once() -> None:
    """A meeting is booked when it opens: once, and put off with the scenario's own chance."""
    plans = tiny(
        together({"work": {"family_cannot_come": 0.5}}, post("ss", "social_worker", count=60)),
        ss={"review": REVIEW | {"hours": 8}},
    )
    service = service_of(plans)
    for number in range(120):
        put(service, f"c{number}", "ss", cin_review=-53)  # due -2: open at 0
    tape = run(service)
    assert len(tape.of("task_book")) > 120
    for number in range(120):
        at_open = [e for e in tape.of("task_book", child=f"c{number}") if e.time == 0.0]
        assert [e.detail[1] for e in at_open] == ["first"]


def test_open_on_day_one_but_booked_ahead_is_put_off_with_the_right_chance() -> None:
    # Due 3, open at 0 (3 days before), 4 h each: booked for day 2 at time 0. Whoever was put off
    # on day 2 is booked again; with an even chance, about half of 300.
    plans = tiny(
        together({"work": {"family_cannot_come": 0.5}}, post("ss", "social_worker", count=60)),
        ss={"review": REVIEW | {"hours": 1}},
    )
    service = service_of(plans)
    for number in range(300):
        put(service, f"c{number}", "ss", cin_review=-48)
    tape = run(service)
    off = {e.child for e in tape.of("task_book") if e.time == 2.0 and e.detail[1] == "family"}
    assert 150 - 26 < len(off) < 150 + 26


def test_a_meeting_put_off_is_not_held_on_the_old_day() -> None:
    plans = tiny({"work": {"family_cannot_come": 0.5}}, ss={"review": REVIEW | {"hours": 1}})
    service = service_of(plans)
    for number in range(20):
        put(service, f"c{number}", "ss", cin_review=-48)
    tape = run(service)
    booked: dict[str, int] = {}
    for e in tape.of("task_book", "task_start"):
        if e.event == "task_book":
            booked[e.task] = e.detail[0]
        else:
            assert e.time >= booked[e.task]
