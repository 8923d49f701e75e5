"""Working days since the start date, and the due times that promises give.

The one place in the model that knows about dates. Working day *k* is the time [k, k + 1); a due
time is the last moment on time and is always the end of a day (docs/design.md, "Time").
Standard library only: it has to run in a browser.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

from sim.holidays_england import PUBLISHED_UNTIL, bank_holidays, is_term, published

__all__ = [
    "PUBLISHED_UNTIL",
    "Calendar",
    "DueTable",
    "Duration",
    "Month",
    "Unit",
    "Year",
    "published",
]

Unit = Literal["working days", "days", "weeks", "months", "years"]
Kind = Literal["england", "plain"]

_UNITS: Final[tuple[str, ...]] = get_args(Unit)
_FORM: Final = re.compile(r"([0-9]{1,9}) (working day|day|week|month|year)s?")
_MOST: Final = 99_999
_ALLOWED: Final = "a whole number from 1 to 99999, then working days, days, weeks, months or years"
_DAYS_A_YEAR: Final = 365.25
_WORKING_DAYS_A_YEAR: Final = 253
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of time as a policy states it, such as "6 weeks" or "45 working days".

    Durations sort by nominal length (`years`), so "6 weeks" comes before "2 months". Equality is
    of the words: "1 year" is not "12 months".

    Parameters
    ----------
    amount : int
        Whole, above 0 and at most 99,999 (more is a slip, and would leave the calendar).
    unit : {"working days", "days", "weeks", "months", "years"}

    Raises
    ------
    ValueError
        If the amount or the unit is anything else.
    """

    # Kept first because a dataclass is ordered by its fields in turn.
    _length: float = field(init=False, repr=False)
    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        whole = type(self.amount) is int  # neither 1.0 nor True
        if not whole or not 1 <= self.amount <= _MOST or self.unit not in _UNITS:
            raise ValueError(f"{self.amount!r} {self.unit} is not a duration: give {_ALLOWED}")
        object.__setattr__(self, "_length", self.years())

    @classmethod
    def parse(cls, text: str) -> "Duration":
        """Read a duration, singular or plural, with any spaces and capitals.

        Parameters
        ----------
        text : str
            For example "6 weeks", "1 month", "45 working days".

        Raises
        ------
        ValueError
            If the text is in no allowed form; the message names them.
        """
        found = _FORM.fullmatch(" ".join(text.lower().split()))
        if found is None or not 1 <= int(found[1]) <= _MOST:
            raise ValueError(f'"{text}" is not a duration: give {_ALLOWED}, for example "6 weeks"')
        return cls(int(found[1]), cast(Unit, found[2] + "s"))

    def __str__(self) -> str:
        """Write it as it would be read: "6 weeks", "1 month"."""
        return f"{self.amount} {self.unit[:-1] if self.amount == 1 else self.unit}"

    def years(self) -> float:
        """Give the nominal length in years: 365.25 days, 12 months or 253 working days each."""
        match self.unit:
            case "working days":
                return self.amount / _WORKING_DAYS_A_YEAR
            case "days":
                return self.amount / _DAYS_A_YEAR
            case "weeks":
                return self.amount * 7 / _DAYS_A_YEAR
            case "months":
                return self.amount / 12
            case "years":
                return float(self.amount)

    def working_days(self) -> float:
        """Give the nominal length in working days, 253 a year."""
        if self.unit == "working days":
            return float(self.amount)
        return self.years() * _WORKING_DAYS_A_YEAR


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the run: working days [first, end), `label` as "2026-04"."""

    label: str
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class Year:
    """A year of the run, from one anniversary of the start to the next: days [first, end)."""

    number: int
    first: int
    end: int


@dataclass(frozen=True, slots=True)
class DueTable:
    """The due times of one promise, counted from each working day of the covered years.

    Attributes
    ----------
    first : int
        The earliest working day covered (negative).
    dues : tuple of int
        Due times in working days, for `first`, `first + 1` and so on.
    """

    first: int
    dues: tuple[int, ...]

    def at(self, day: int) -> int:
        """Give the due time, in working days, of a promise that counts from working day `day`.

        Raises
        ------
        IndexError
            If the day is outside the covered years.
        """
        place = day - self.first
        if place < 0:  # a negative index would quietly answer from the far end
            raise IndexError(f"working day {day} is before the covered years")
        return self.dues[place]


class Calendar:
    """Working days since the start date, both ways, and due times.

    Parameters
    ----------
    start : date
        Time 0.0 is the start of the first working day on or after it.
    horizon : Duration
        Length of the run from `start`; if in working days, counted from the first of them.
    kind : {"england", "plain"}
        "england" leaves out weekends and bank holidays; in "plain" every day is a working day.
    years_before, years_after : int
        Covered years: whole calendar years before that of the start, and after that of the end.
        Due times and their dates may lie later still; they are worked out when asked for.

    Attributes
    ----------
    start, first_day : date
        As given; the first working day on or after it.
    horizon : int
        Working days in the run: the index of the first working day on or after its end.
    months : tuple of Month
        The calendar months of the run; the first and last are clipped to it.
    years : tuple of Year
        The years of the run, by anniversaries of `start`; the last is clipped to it.
    week_starts : tuple of int
        First working day of each calendar week, Monday to Sunday; day 0 always is one.
    years_per_day : float
        Calendar years (365.25 days) per working day over the run: turns child-working-days into
        child-years.

    Raises
    ------
    ValueError
        If the kind is unknown, the run has no working day, a number of years is negative, or the
        covered years go outside 1 to 9998.
    """

    def __init__(
        self,
        start: dt.date,
        horizon: Duration,
        kind: Kind = "england",
        years_before: int = 20,
        years_after: int = 2,
    ) -> None:
        if kind not in get_args(Kind):
            raise ValueError(f'calendar "{kind}" is unknown: give "england" or "plain"')
        if years_before < 0 or years_after < 0:
            raise ValueError("years_before and years_after must be 0 or more")
        self.start = start
        self._plain = kind == "plain"
        self._tables: dict[Duration, DueTable] = {}
        self._cover(start.year - years_before, start.year)
        self._zero = self._next[start.toordinal() - self._base]
        self.first_day = self.date(0)
        self.horizon = self._end(horizon)
        last_year = self.date(self.horizon).year + years_after
        self._covered_until = dt.date(last_year, 12, 31).toordinal()
        self._place(self._covered_until)
        self.months = self._run_months()
        self.years = self._run_years()
        self.week_starts = self._run_weeks()
        run = self.date(self.horizon) - self.first_day
        self.years_per_day = run.days / _DAYS_A_YEAR / self.horizon

    def day(self, on: dt.date) -> int:
        """Give the working day of a date, negative before the start.

        A weekend or bank holiday gives the next working day: what happens on a Saturday happens
        at the start of it.

        Raises
        ------
        ValueError
            If the date is outside the covered years.
        """
        return self._place(self._covered(on)) - self._zero

    def time(self, on: dt.date) -> float:
        """Give the start of the working day of a date (see `day`), in working days."""
        return float(self.day(on))

    def date(self, time: float) -> dt.date:
        """Give the date of the working day that a time lies in.

        A due time is the end of a day, so the date a promise is due by is `date(due - 1)`.

        Raises
        ------
        ValueError
            If the time is before the covered years, after the year 9998, or not finite.
        """
        if not math.isfinite(time):
            raise ValueError(f"{time} is not a time")
        place = math.floor(time) + self._zero
        if place < 0:
            raise ValueError(f"working day {math.floor(time)} is before the covered years")
        while place >= len(self._ordinals):
            self._add_year()
        return dt.date.fromordinal(self._ordinals[place])

    def is_working_day(self, on: dt.date) -> bool:
        """Tell whether a date is a working day; ValueError outside the covered years."""
        ordinal = self._covered(on)
        return self._place(ordinal) != self._place(ordinal + 1)

    def due(self, time: float, after: Duration) -> int:
        """Give the last moment on time of a promise, always the end of a working day.

        *n* working days give floor(time) + n + 1. Days, weeks, months and years go to the same
        weekday or date (a 31st to the month's last day, 29 February to 28 February), moved back
        to a working day, and end with it.

        Parameters
        ----------
        time : float
            When the promise starts to count, in working days. A whole number is the start of
            that day, not the end of the day before.
        after : Duration

        Returns
        -------
        int
            Working days since the start; it may lie beyond the covered years.

        Raises
        ------
        ValueError
            As for `date`.
        """
        today = self.date(time).toordinal()
        if after.unit == "working days":
            return math.floor(time) + after.amount + 1
        return self._end_of(_later(today, after))

    def table(self, after: Duration) -> DueTable:
        """Give `due` for every working day of the covered years (made once, then kept)."""
        if after not in self._tables:
            count = self._place(self._covered_until + 1)
            first = -self._zero
            if after.unit == "working days":
                dues = tuple(range(first + after.amount + 1, first + after.amount + 1 + count))
            else:
                days = self._ordinals[:count]
                dues = tuple(self._end_of(_later(ordinal, after)) for ordinal in days)
            self._tables[after] = DueTable(first, dues)
        return self._tables[after]

    def birthday(self, born: dt.date, age: int) -> dt.date:
        """Give the date on which a child reaches an age, in whole years.

        In English law an age is reached at the start of the anniversary of birth (Family Law
        Reform Act 1969, section 9). The Act is silent on 29 February; the usual reading, taken
        here, is 1 March in common years, as no earlier day completes the year.

        Raises
        ------
        ValueError
            If the age is negative or the year is after 9999.
        """
        if age < 0:
            raise ValueError(f"age {age} is negative")
        try:
            return born.replace(year=born.year + age)
        except ValueError:  # there is no 29 February that year (or no such year: raised again)
            return dt.date(born.year + age, 3, 1)

    def birthday_due(self, born: dt.date, age: int) -> int:
        """Give the due time of a promise "by age N", in working days.

        It is the end of the birthday, or of the working day before it.

        Raises
        ------
        ValueError
            As for `birthday`, or if the birthday is before the covered years.
        """
        return self._end_of(self.birthday(born, age).toordinal())

    def month_of(self) -> list[int]:
        """Give, for each working day of the run, the index into `months` of its month."""
        return [i for i, month in enumerate(self.months) for _ in range(month.first, month.end)]

    def month_end_due(self, month: int) -> list[int]:
        """Give the ends of the last working day of a calendar month, in every covered year.

        Parameters
        ----------
        month : int
            1 to 12, such as the month of a child's education, health and care review.

        Returns
        -------
        list of int
            Due times in working days, sorted.

        Raises
        ------
        ValueError
            If the month is not 1 to 12.
        """
        if not 1 <= month <= 12:
            raise ValueError(f"month {month} is not 1 to 12")
        first = dt.date.fromordinal(self._base).year
        last = dt.date.fromordinal(self._covered_until).year
        return [self._month_first(12 * year + month) for year in range(first, last + 1)]

    def is_term(self, on: dt.date) -> bool:
        """Tell whether a date is in an English state-school term.

        An assumption, by rule: see `sim.holidays_england.is_term`. The same for both kinds of
        calendar, and for any year.
        """
        return is_term(on)

    def _cover(self, first_year: int, last_year: int) -> None:
        """Begin the two lists that everything else is looked up in.

        `_ordinals` holds each working day's ordinal; `_next`, for each date from `_base`, the
        place in it of the first working day on or after that date.
        """
        self._base = dt.date(first_year, 1, 1).toordinal()
        self._ordinals: list[int] = []
        self._next: list[int] = []
        while self._base + len(self._next) <= dt.date(last_year, 12, 31).toordinal():
            self._add_year()

    def _add_year(self) -> None:
        begin = self._base + len(self._next)
        year = dt.date.fromordinal(begin).year
        holidays = {holiday.toordinal() for holiday in bank_holidays(year)}
        for ordinal in range(begin, dt.date(year + 1, 1, 1).toordinal()):
            self._next.append(len(self._ordinals))
            # Ordinal 1 was a Monday.
            if self._plain or ((ordinal - 1) % 7 < _SATURDAY and ordinal not in holidays):
                self._ordinals.append(ordinal)

    def _place(self, ordinal: int) -> int:
        place = ordinal - self._base
        if place < 0:
            first = dt.date.fromordinal(self._base)
            raise ValueError(f"a date is before the covered years, which begin on {first}")
        while place >= len(self._next):
            self._add_year()
        return self._next[place]

    def _covered(self, on: dt.date) -> int:
        ordinal = on.toordinal()
        if not self._base <= ordinal <= self._covered_until:
            first, last = map(dt.date.fromordinal, (self._base, self._covered_until))
            raise ValueError(f"{on} is outside the covered years, {first.year} to {last.year}")
        return ordinal

    def _end_of(self, ordinal: int) -> int:
        """Give the end of the last working day on or before a date.

        It is the start of the first working day after that date, which is one look-up.
        """
        return self._place(ordinal + 1) - self._zero

    def _end(self, horizon: Duration) -> int:
        if horizon.unit == "working days":
            return horizon.amount
        end = self._place(_later(self.start.toordinal(), horizon)) - self._zero
        if end == 0:
            raise ValueError(f"there is no working day in {horizon} from {self.start}")
        return end

    def _month_first(self, month: int) -> int:
        return self._place(_month_start(month).toordinal()) - self._zero

    def _run_months(self) -> tuple[Month, ...]:
        months: list[Month] = []
        month = _month_number(self.first_day)
        while not months or months[-1].end < self.horizon:
            first, end = self._month_first(month), self._month_first(month + 1)
            label = _month_start(month).isoformat()[:7]
            months.append(Month(label, max(first, 0), min(end, self.horizon)))
            month += 1
        return tuple(months)

    def _run_years(self) -> tuple[Year, ...]:
        years: list[Year] = []
        first = 0
        while first < self.horizon:
            anniversary = _later(self.start.toordinal(), Duration(len(years) + 1, "years"))
            end = min(self._place(anniversary) - self._zero, self.horizon)
            years.append(Year(len(years) + 1, first, end))
            first = end
        return tuple(years)

    def _run_weeks(self) -> tuple[int, ...]:
        weeks = [(o - 1) // 7 for o in self._ordinals[self._zero : self._zero + self.horizon]]
        return tuple(k for k, week in enumerate(weeks) if k == 0 or week != weeks[k - 1])


def _later(ordinal: int, after: Duration) -> int:
    """Shift a date by days, weeks, months or years; a day the month lacks becomes its last."""
    if after.unit in ("days", "weeks"):
        return ordinal + after.amount * (7 if after.unit == "weeks" else 1)
    on = dt.date.fromordinal(ordinal)
    month = _month_number(on) + after.amount * (12 if after.unit == "years" else 1)
    first, following = _month_start(month).toordinal(), _month_start(month + 1).toordinal()
    return min(first + on.day - 1, following - 1)


def _month_number(on: dt.date) -> int:
    """Count months from the year 0, so that months can be added."""
    return 12 * on.year + on.month - 1


def _month_start(month: int) -> dt.date:
    return dt.date(month // 12, month % 12 + 1, 1)
