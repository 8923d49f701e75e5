"""What the service may count on about working days and due times."""

import datetime as dt
from datetime import date
from itertools import pairwise

import holidays as holidays_package
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.calendar import PUBLISHED_UNTIL, Calendar, Duration, Month, Year, published
from sim.holidays_england import bank_holidays, easter, half_terms

# Wednesday 1 April 2026, just before Easter (Good Friday 3 April, Easter Monday 6 April).
ENGLAND = Calendar(date(2026, 4, 1), Duration(3, "years"))
PLAIN = Calendar(date(2026, 4, 1), Duration(3, "years"), kind="plain")
# A run that spans the dates worked out by hand in research/peers.md 6.9.
EARLIER = Calendar(date(2025, 12, 1), Duration(1, "years"))


def due_date(calendar: Calendar, on: date, after: str) -> date:
    """Give the day at whose end a promise that counts from `on` falls due."""
    return calendar.date(calendar.due(calendar.time(on), Duration.parse(after)) - 1)


# ---- durations, as a policy writes them -----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("6 weeks", 6, "weeks"),
        ("1 month", 1, "months"),
        ("1 months", 1, "months"),
        ("45 working days", 45, "working days"),
        ("1 working day", 1, "working days"),
        ("10 days", 10, "days"),
        ("3 years", 3, "years"),
        ("  6   Weeks ", 6, "weeks"),
        ("99999 days", 99_999, "days"),
    ],
)
def test_a_duration_is_read_as_a_policy_writes_it(text: str, amount: int, unit: str) -> None:
    duration = Duration.parse(text)
    assert (duration.amount, duration.unit) == (amount, unit)


@pytest.mark.parametrize(
    "text",
    [
        *("", "6", "weeks", "0 weeks", "-6 weeks", "1.5 years", "6 fortnights", "six weeks"),
        *("6 weeks x", "100000 days", "9" * 5000 + " days", "6weeks", "٦ weeks"),
    ],
)
def test_anything_else_is_refused_and_the_message_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match="working days, days, weeks, months or years"):
        Duration.parse(text)


@pytest.mark.parametrize(
    ("amount", "unit"), [(0, "weeks"), (-1, "days"), (1.5, "years"), (True, "days"), (6, "week")]
)
def test_a_duration_cannot_be_made_without_a_whole_amount_and_a_known_unit(
    amount: int, unit: str
) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        Duration(amount, unit)  # type: ignore[arg-type]


def test_a_duration_is_written_as_it_is_read() -> None:
    assert str(Duration(6, "weeks")) == "6 weeks"
    assert str(Duration(1, "months")) == "1 month"
    assert str(Duration(1, "working days")) == "1 working day"


def test_nominal_lengths_are_365_25_days_12_months_and_253_working_days_a_year() -> None:
    assert Duration(253, "working days").years() == 1.0
    assert Duration(1461, "days").years() == 4.0
    assert Duration(1, "weeks").years() == pytest.approx(0.019164955)
    assert Duration(6, "months").years() == 0.5
    assert Duration(2, "years").working_days() == 506.0
    assert Duration(6, "months").working_days() == 126.5
    assert Duration(45, "working days").working_days() == 45.0


def test_durations_sort_by_length_not_by_number() -> None:
    shuffled = ["2 years", "10 days", "12 weeks", "2 months", "20 working days", "1 week"]
    in_order = ["1 week", "10 days", "20 working days", "2 months", "12 weeks", "2 years"]
    assert [str(d) for d in sorted(map(Duration.parse, shuffled))] == in_order


def test_a_year_and_twelve_months_are_different_promises() -> None:
    assert Duration(1, "years") != Duration(12, "months")
    assert Duration(1, "years") == Duration.parse("1 year")


# ---- working days and dates -----------------------------------------------------------------


def test_time_zero_is_the_start_of_the_first_working_day() -> None:
    assert ENGLAND.start == ENGLAND.first_day == date(2026, 4, 1)
    assert ENGLAND.time(date(2026, 4, 1)) == 0.0
    assert ENGLAND.day(date(2026, 4, 2)) == 1
    assert ENGLAND.day(date(2026, 4, 7)) == 2  # after Good Friday to Easter Monday
    assert ENGLAND.day(date(2026, 3, 31)) == -1


def test_a_run_that_starts_at_a_weekend_begins_on_the_monday() -> None:
    calendar = Calendar(date(2026, 8, 1), Duration(1, "years"))  # a Saturday
    assert calendar.start == date(2026, 8, 1)
    assert calendar.first_day == date(2026, 8, 3)
    assert calendar.day(date(2026, 8, 1)) == calendar.day(date(2026, 8, 3)) == 0
    assert calendar.day(date(2026, 7, 31)) == -1


@pytest.mark.parametrize(
    "happened",
    [date(2026, 8, 29), date(2026, 8, 30), date(2026, 8, 31)],  # 31 August is a bank holiday
)
def test_what_happens_on_a_day_off_happens_at_the_start_of_the_next_working_day(
    happened: date,
) -> None:
    assert not ENGLAND.is_working_day(happened)
    assert ENGLAND.time(happened) == ENGLAND.time(date(2026, 9, 1))
    assert ENGLAND.date(ENGLAND.time(happened)) == date(2026, 9, 1)


def test_any_moment_of_a_working_day_has_its_date_before_the_start_too() -> None:
    assert ENGLAND.date(0.999) == date(2026, 4, 1)
    assert ENGLAND.date(2.0) == date(2026, 4, 7)
    assert ENGLAND.date(-0.001) == date(2026, 3, 31)
    assert ENGLAND.date(-1.0) == date(2026, 3, 31)
    assert ENGLAND.date(-1.5) == date(2026, 3, 30)


def test_the_horizon_counts_the_working_days_of_the_run() -> None:
    # April 2026 has 20 working days: 30 days less 8 at weekends, less Good Friday, Easter Monday.
    assert Calendar(date(2026, 4, 1), Duration(1, "months")).horizon == 20
    assert Calendar(date(2026, 4, 1), Duration(1, "weeks")).horizon == 3  # 1, 2 and 7 April
    assert Calendar(date(2026, 4, 1), Duration(45, "working days")).horizon == 45
    assert PLAIN.horizon == 1096


def test_a_run_that_ends_on_a_day_off_ends_at_the_next_working_day() -> None:
    calendar = Calendar(date(2026, 3, 3), Duration(1, "months"))  # to Good Friday, 3 April
    assert calendar.date(calendar.horizon) == date(2026, 4, 7)


def test_in_a_plain_calendar_every_day_is_a_working_day() -> None:
    assert PLAIN.is_working_day(date(2026, 12, 25))
    assert PLAIN.day(date(2027, 4, 1)) == 365
    assert PLAIN.due(0.0, Duration(1, "months")) == 31  # the end of 1 May, a day later than 30
    assert PLAIN.years_per_day == pytest.approx(1 / 365.25)


def test_dates_outside_the_covered_years_are_refused_not_guessed() -> None:
    assert ENGLAND.date(ENGLAND.day(date(2006, 1, 1))) == date(2006, 1, 3)
    assert ENGLAND.is_working_day(date(2031, 12, 31))
    for outside in (date(2005, 12, 31), date(2032, 1, 1)):
        with pytest.raises(ValueError, match="outside the covered years, 2006 to 2031"):
            ENGLAND.day(outside)
        with pytest.raises(ValueError, match="outside the covered years"):
            ENGLAND.is_working_day(outside)
    first = ENGLAND.day(date(2006, 1, 1))
    with pytest.raises(ValueError, match="before the covered years"):
        ENGLAND.date(first - 1)
    with pytest.raises(ValueError, match="before the covered years"):
        ENGLAND.due(first - 1, Duration(1, "working days"))
    with pytest.raises(ValueError, match="not a time"):
        ENGLAND.date(float("nan"))


def test_a_calendar_that_makes_no_sense_is_refused() -> None:
    year = Duration(1, "years")
    with pytest.raises(ValueError, match='"scotland" is unknown'):
        Calendar(date(2026, 4, 1), year, kind="scotland")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="0 or more"):
        Calendar(date(2026, 4, 1), year, years_before=-1)
    with pytest.raises(ValueError, match="no working day"):
        Calendar(date(2026, 8, 1), Duration(1, "days"))  # Saturday to Sunday
    with pytest.raises(ValueError, match="out of range"):
        Calendar(date(2026, 4, 1), Duration(99_999, "years"))


# ---- due times ------------------------------------------------------------------------------


def test_a_visit_six_weeks_after_a_wednesday_is_due_at_the_end_of_the_wednesday_six_weeks_later():
    wednesday = ENGLAND.time(date(2026, 9, 2))
    assert ENGLAND.due(wednesday, Duration(6, "weeks")) == ENGLAND.day(date(2026, 10, 14)) + 1
    # Held at any moment of the day, it is due at the same moment.
    assert ENGLAND.due(wednesday + 0.99, Duration(6, "weeks")) == ENGLAND.due(
        wednesday, Duration(6, "weeks")
    )


# Convention (DESIGN section 5): the day it happens is day 0, so n working days from t is the end of
# day floor(t) + n; and a Saturday is first moved to the start of the next working day.
@pytest.mark.parametrize(
    ("start", "after", "due"),
    [
        # Row i, across Christmas and New Year.
        (date(2025, 12, 12), 1, date(2025, 12, 15)),
        (date(2025, 12, 12), 10, date(2025, 12, 30)),
        (date(2025, 12, 12), 15, date(2026, 1, 7)),
        (date(2025, 12, 12), 45, date(2026, 2, 18)),
        # Row j, across Easter.
        (date(2026, 3, 20), 10, date(2026, 4, 7)),
        (date(2026, 3, 20), 15, date(2026, 4, 14)),
        (date(2026, 3, 20), 45, date(2026, 5, 28)),
        # Row k, second reading: the Saturday rolls to Monday, and Monday is day 0.
        (date(2026, 3, 21), 15, date(2026, 4, 15)),
        (date(2026, 3, 23), 15, date(2026, 4, 15)),
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, after: int, due: date) -> None:
    assert due_date(EARLIER, start, f"{after} working days") == due


@pytest.mark.parametrize(
    ("start", "after", "due"),
    [
        # A review due on a bank holiday moves back: Christmas Day, and then the substitute day.
        (date(2026, 6, 25), "6 months", date(2026, 12, 24)),
        (date(2026, 9, 28), "3 months", date(2026, 12, 24)),  # Mon 28 December, in lieu of Boxing
        (date(2026, 12, 4), "3 weeks", date(2026, 12, 24)),
        # Good Friday to Easter Monday 2027 (26 to 29 March) move back to the Thursday.
        (date(2027, 2, 15), "6 weeks", date(2027, 3, 25)),
        (date(2026, 9, 28), "6 months", date(2027, 3, 25)),  # Easter Sunday
        # A due date at a weekend moves back to the Friday.
        (date(2026, 9, 3), "10 days", date(2026, 9, 11)),
        (date(2026, 8, 28), "1 day", date(2026, 8, 28)),  # the Saturday: that same Friday
        # A month that lacks the day gives its last day, moved back to a working day.
        (date(2027, 8, 31), "6 months", date(2028, 2, 29)),  # a leap year, a Tuesday
        (date(2026, 7, 31), "7 months", date(2027, 2, 26)),  # Sunday 28 February 2027
        (date(2026, 12, 31), "2 months", date(2027, 2, 26)),
        (date(2027, 3, 31), "1 month", date(2027, 4, 30)),
        # 29 February.
        (date(2028, 2, 29), "1 year", date(2029, 2, 28)),
        (date(2028, 2, 29), "12 months", date(2029, 2, 28)),
        (date(2028, 2, 29), "1 month", date(2028, 3, 29)),
        # Over the end of a year, and beyond the covered years.
        (date(2026, 11, 30), "3 months", date(2027, 2, 26)),
        (date(2031, 6, 30), "3 years", date(2034, 6, 30)),
    ],
)
def test_weeks_months_and_years_go_to_the_same_day_moved_back_to_a_working_day(
    start: date, after: str, due: date
) -> None:
    assert ENGLAND.is_working_day(start)
    assert due_date(ENGLAND, start, after) == due


def test_31_august_and_six_months() -> None:
    # A bank holiday in 2026: what happened then happened on Tuesday 1 September.
    assert due_date(ENGLAND, date(2026, 8, 31), "6 months") == date(2027, 3, 1)
    # In a year when it is an ordinary Tuesday, or where there are no bank holidays.
    assert due_date(ENGLAND, date(2021, 8, 31), "6 months") == date(2022, 2, 28)
    assert due_date(PLAIN, date(2026, 8, 31), "6 months") == date(2027, 2, 28)


def test_a_weekend_event_counts_from_the_monday_even_in_months() -> None:
    assert due_date(ENGLAND, date(2026, 9, 5), "1 month") == date(2026, 10, 7)


def test_a_table_refuses_a_day_outside_the_covered_years() -> None:
    table = ENGLAND.table(Duration(6, "months"))
    first, last = ENGLAND.day(date(2006, 1, 3)), ENGLAND.day(date(2031, 12, 31))
    assert table.at(first) == ENGLAND.day(date(2006, 7, 3)) + 1
    assert ENGLAND.date(table.at(last) - 1) == date(2032, 6, 30)
    for outside in (first - 1, last + 1):
        with pytest.raises(IndexError):
            table.at(outside)
    assert ENGLAND.table(Duration.parse("6 months")) is table


# ---- birthdays ------------------------------------------------------------------------------


def test_a_child_reaches_an_age_on_the_anniversary_of_birth() -> None:
    assert ENGLAND.birthday(date(2010, 7, 15), 16) == date(2026, 7, 15)
    assert ENGLAND.birthday(date(2010, 7, 15), 0) == date(2010, 7, 15)


def test_a_child_born_on_29_february_reaches_an_age_on_1_march_in_common_years() -> None:
    assert ENGLAND.birthday(date(2012, 2, 29), 16) == date(2028, 2, 29)
    assert ENGLAND.birthday(date(2012, 2, 29), 18) == date(2030, 3, 1)


def test_a_promise_by_an_age_is_due_at_the_end_of_the_birthday_or_the_working_day_before() -> None:
    def by(born: date, age: int) -> date:
        return ENGLAND.date(ENGLAND.birthday_due(born, age) - 1)

    assert by(date(2010, 7, 15), 16) == date(2026, 7, 15)  # a Wednesday
    assert by(date(2010, 7, 18), 16) == date(2026, 7, 17)  # a Saturday
    assert by(date(2008, 12, 28), 18) == date(2026, 12, 24)  # the day in lieu of Boxing Day
    assert by(date(2026, 6, 1), 25) == date(2051, 6, 1)  # long after the covered years
    assert by(date(2026, 5, 1), 25) == date(2051, 4, 28)  # a Monday, the early May holiday


def test_a_birthday_before_the_covered_years_or_a_negative_age_is_refused() -> None:
    with pytest.raises(ValueError, match="covered years, which begin on 2006-01-01"):
        ENGLAND.birthday_due(date(1995, 6, 1), 10)
    with pytest.raises(ValueError, match="negative"):
        ENGLAND.birthday(date(2010, 7, 15), -1)
    with pytest.raises(ValueError, match="out of range"):
        ENGLAND.birthday(date(2010, 7, 15), 8000)


# ---- the periods of a run -------------------------------------------------------------------


def test_the_months_of_a_run_are_clipped_to_it() -> None:
    calendar = Calendar(date(2026, 4, 15), Duration(2, "months"))
    # 15 to 30 April: 12 days; May less two bank holidays: 19; 1 to 12 June: 10.
    assert calendar.months == (
        Month("2026-04", 0, 12),
        Month("2026-05", 12, 31),
        Month("2026-06", 31, 41),
    )
    assert calendar.month_of() == [0] * 12 + [1] * 19 + [2] * 10


def test_a_run_from_the_last_weekend_of_a_month_has_no_empty_month() -> None:
    calendar = Calendar(date(2026, 1, 31), Duration(1, "months"))  # Saturday, to Sat 28 February
    assert calendar.months == (Month("2026-02", 0, 20),)


def test_the_years_of_a_run_go_from_anniversary_to_anniversary() -> None:
    calendar = Calendar(date(2026, 4, 1), Duration(18, "months"))
    anniversary = calendar.day(date(2027, 4, 1))
    assert calendar.years == (Year(1, 0, anniversary), Year(2, anniversary, calendar.horizon))
    assert calendar.date(calendar.horizon) == date(2027, 10, 1)
    assert [year.number for year in ENGLAND.years] == [1, 2, 3]


def test_weeks_start_on_monday_unless_it_is_a_bank_holiday() -> None:
    starts = [ENGLAND.date(day) for day in ENGLAND.week_starts[:7]]
    assert starts == [
        date(2026, 4, 1),  # the run starts in mid-week
        date(2026, 4, 7),  # after Easter Monday
        date(2026, 4, 13),
        date(2026, 4, 20),
        date(2026, 4, 27),
        date(2026, 5, 5),  # after the early May holiday
        date(2026, 5, 11),
    ]


def test_an_annual_review_in_the_ehc_month_is_due_at_the_end_of_its_last_working_day() -> None:
    calendar = Calendar(date(2026, 4, 1), Duration(1, "years"), years_before=1, years_after=1)
    ends = [calendar.date(due - 1) for due in calendar.month_end_due(5)]
    assert ends == [date(2025, 5, 30), date(2026, 5, 29), date(2027, 5, 28), date(2028, 5, 31)]
    ends = [calendar.date(due - 1) for due in calendar.month_end_due(12)]
    assert ends[:2] == [date(2025, 12, 31), date(2026, 12, 31)]
    assert ends[-1] == date(2028, 12, 29)  # the covered years end on a Sunday
    for wrong in (0, 13):
        with pytest.raises(ValueError, match="not 1 to 12"):
            calendar.month_end_due(wrong)


def test_a_child_open_all_through_a_run_counts_its_length_in_child_years() -> None:
    assert ENGLAND.date(ENGLAND.horizon) == date(2029, 4, 3)  # 1 April 2029 is Easter Sunday
    assert ENGLAND.horizon * ENGLAND.years_per_day == pytest.approx(1098 / 365.25)


# ---- bank holidays --------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(1995, 2061))
def test_bank_holidays_agree_with_the_holidays_package(year: int) -> None:
    package = holidays_package.country_holidays("GB", subdiv="ENG", years=year)
    assert bank_holidays(year) == {day for day in package if day.weekday() < 5}


def test_moved_and_single_holidays_were_days_off_and_the_days_they_left_were_not() -> None:
    calendar = Calendar(date(2020, 1, 1), Duration(4, "years"))
    for off in (
        date(2002, 6, 3),
        date(2011, 4, 29),
        date(2012, 6, 5),
        date(2020, 5, 8),
        date(2022, 6, 2),
        date(2022, 9, 19),
        date(2023, 5, 8),
    ):
        assert not calendar.is_working_day(off)
    for worked in (date(2002, 5, 27), date(2012, 5, 28), date(2020, 5, 4), date(2022, 5, 30)):
        assert calendar.is_working_day(worked)


def test_easter_on_its_earliest_and_latest_dates() -> None:
    assert easter(1818) == date(1818, 3, 22)
    assert easter(2038) == date(2038, 4, 25)
    assert easter(2026) == date(2026, 4, 5)


def test_bank_holidays_are_known_to_be_published_only_up_to_2028() -> None:
    assert PUBLISHED_UNTIL == 2028
    assert [published(date(year, 6, 1)) for year in (2011, 2012, 2028, 2029)] == [
        False,
        True,
        True,
        False,
    ]


# ---- school terms (an assumption: the commonest published dates) ----------------------------


def test_the_school_year_2026_is_the_commonest_published_one() -> None:
    assert half_terms(2026) == (
        (date(2026, 1, 5), date(2026, 2, 13)),
        (date(2026, 2, 23), date(2026, 3, 27)),
        (date(2026, 4, 13), date(2026, 5, 22)),
        (date(2026, 6, 1), date(2026, 7, 22)),
        (date(2026, 9, 1), date(2026, 10, 23)),
        (date(2026, 11, 2), date(2026, 12, 18)),
    )


@pytest.mark.parametrize(
    ("on", "term"),
    [
        (date(2026, 12, 18), True),
        (date(2026, 12, 21), False),
        (date(2027, 1, 1), False),
        (date(2027, 1, 4), True),
        (date(2028, 1, 3), False),  # a bank holiday: term begins on the Tuesday
        (date(2028, 1, 4), True),
        (date(2024, 10, 28), False),  # half-term when 31 October is a Thursday
        (date(2024, 10, 25), True),
        (date(2022, 6, 1), False),  # half-term in the week of the jubilee
        (date(2012, 5, 28), True),  # half-term went with the holiday to the week of 4 June
        (date(2012, 6, 6), False),
        (date(2029, 7, 20), True),  # 22 July is a Sunday
        (date(2029, 7, 23), False),
        (date(2030, 9, 1), False),  # a Sunday
        (date(2030, 9, 2), True),
        (date(2026, 9, 12), True),  # a weekend inside a term
        (date(2026, 10, 24), False),  # a weekend beside a holiday
        (date(2026, 8, 12), False),
    ],
)
def test_a_date_is_in_term_or_not(on: date, term: bool) -> None:
    assert ENGLAND.is_term(on) is term
    assert PLAIN.is_term(on) is term


@pytest.mark.parametrize("year", range(2006, 2061))
def test_every_school_year_has_six_half_terms_in_order_and_about_39_weeks(year: int) -> None:
    ends = [day for half in half_terms(year) for day in half]
    assert ends == sorted(set(ends))
    assert ends[0].year == ends[-1].year == year
    open_days = sum(
        1
        for first, last in half_terms(year)
        for offset in range((last - first).days + 1)
        if (day := first + dt.timedelta(days=offset)).weekday() < 5
        and day not in bank_holidays(year)
    )
    assert 188 <= open_days <= 200  # the statutory 190 and five training days, within a week


# ---- properties -----------------------------------------------------------------------------

calendars = st.sampled_from([ENGLAND, PLAIN])
starts = st.dates(date(2000, 1, 1), date(2040, 12, 31))
durations = st.one_of(
    st.builds(Duration, st.integers(1, 260), st.just("working days")),
    st.builds(Duration, st.integers(1, 400), st.just("days")),
    st.builds(Duration, st.integers(1, 60), st.just("weeks")),
    st.builds(Duration, st.integers(1, 36), st.just("months")),
    st.builds(Duration, st.integers(1, 25), st.just("years")),
)
# About two years either side of the run: all covered.
times = st.floats(-500, 1450)


@given(durations)
def test_any_duration_survives_being_written_and_read(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(calendars, st.integers(-4000, 1400))
def test_a_working_day_survives_the_trip_to_its_date_and_back(calendar: Calendar, day: int):
    on = calendar.date(day)
    assert calendar.is_working_day(on)
    assert calendar.day(on) == day


@given(calendars, st.dates(date(2006, 1, 1), date(2031, 12, 30)))
def test_a_date_gives_the_first_working_day_on_or_after_it(calendar: Calendar, on: date) -> None:
    given_day = calendar.date(calendar.day(on))
    between = range((given_day - on).days)
    assert given_day >= on
    assert not any(calendar.is_working_day(on + dt.timedelta(days=k)) for k in between)


@given(calendars, times, durations)
def test_nothing_is_due_before_the_end_of_the_day_it_counts_from(
    calendar: Calendar, time: float, after: Duration
) -> None:
    due = calendar.due(time, after)
    assert calendar.date(time) <= calendar.date(due - 1)
    assert due > time


@given(calendars, times, durations)
def test_the_table_agrees_with_the_due_time(
    calendar: Calendar, time: float, after: Duration
) -> None:
    assert calendar.table(after).at(int(time // 1)) == calendar.due(time, after)


@given(calendars, times, times, durations)
def test_what_happens_later_is_not_due_sooner(
    calendar: Calendar, one: float, other: float, after: Duration
) -> None:
    assert calendar.due(min(one, other), after) <= calendar.due(max(one, other), after)


@given(st.integers(-500, 1450), st.integers(1, 60))
def test_a_due_time_in_weeks_is_the_last_working_day_by_then(day: int, weeks: int) -> None:
    last = ENGLAND.date(ENGLAND.due(day, Duration(weeks, "weeks")) - 1)
    following = ENGLAND.date(ENGLAND.due(day, Duration(weeks, "weeks")))
    same_weekday = ENGLAND.date(day) + dt.timedelta(weeks=weeks)
    assert last <= same_weekday < following


@given(starts, durations, st.sampled_from(["england", "plain"]))
def test_months_years_and_weeks_partition_the_run(start: date, horizon: Duration, kind) -> None:
    try:
        calendar = Calendar(start, horizon, kind=kind, years_before=1, years_after=0)
    except ValueError:
        # Only a run of a few days, all of them off, has no working day.
        assert horizon.years() < 6 / 365.25
        return
    for periods in (calendar.months, calendar.years):
        assert periods[0].first == 0
        assert periods[-1].end == calendar.horizon
        assert all(period.first < period.end for period in periods)
        assert all(one.end == other.first for one, other in pairwise(periods))
    labels = [calendar.months[month].label for month in calendar.month_of()]
    assert labels == [calendar.date(day).isoformat()[:7] for day in range(calendar.horizon)]
    first_of_week: dict[tuple[int, int], int] = {}
    for day in range(calendar.horizon):
        first_of_week.setdefault(calendar.date(day).isocalendar()[:2], day)
    assert calendar.week_starts == tuple(first_of_week.values())


@given(starts, st.integers(1, 12))
def test_the_end_of_a_month_is_where_the_next_one_begins(start: date, month: int) -> None:
    calendar = Calendar(start, Duration(3, "years"), years_before=1, years_after=1)
    ends = set(calendar.month_end_due(month))
    inside = [each for each in calendar.months if int(each.label[5:]) == month]
    whole = [each for each in inside if each.end < calendar.horizon]
    assert len(whole) >= 2
    assert all(each.end in ends for each in whole)
    assert sorted(ends) == calendar.month_end_due(month)
