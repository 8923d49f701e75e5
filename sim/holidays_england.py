"""Bank holidays and assumed school terms in England, by rule, for any year.

Both are rules rather than lists, so that a run may go beyond the years for which dates have been
announced. Bank holidays add a table of the days that were moved or granted once. School terms
are an assumption: each council and academy sets its own.
"""

import datetime as dt
from typing import Final

PUBLISHED_FROM: Final = 2012
PUBLISHED_UNTIL: Final = 2028
"""First and last year whose bank holidays GOV.UK has published; later years are by rule."""

# Granted once, by royal proclamation: (year, month, day).
_ONE_OFF: Final = (
    (1999, 12, 31),  # millennium
    (2002, 6, 3),  # golden jubilee
    (2011, 4, 29),  # royal wedding
    (2012, 6, 5),  # diamond jubilee
    (2022, 6, 3),  # platinum jubilee
    (2022, 9, 19),  # funeral of Queen Elizabeth II
    (2023, 5, 8),  # coronation of King Charles III
)
# The first Monday in May, moved to the anniversary of VE day.
_EARLY_MAY_MOVED: Final = ((1995, 5, 8), (2020, 5, 8))
# The last Monday in May, moved to make a long weekend with a jubilee.
_SPRING_MOVED: Final = ((2002, 6, 4), (2012, 6, 4), (2022, 6, 2))

_MONDAY, _FRIDAY, _SATURDAY, _SUNDAY = 0, 4, 5, 6


def published(on: dt.date) -> bool:
    """Tell whether GOV.UK has published the bank holidays of that date's year.

    Parameters
    ----------
    on : date

    Returns
    -------
    bool
        True for `PUBLISHED_FROM` to `PUBLISHED_UNTIL`; otherwise the holidays are by rule (and,
        for the past, by the table of moved days), and a loader should say so.
    """
    return PUBLISHED_FROM <= on.year <= PUBLISHED_UNTIL


def easter(year: int) -> dt.date:
    """Give the date of Easter Sunday (Gregorian; the anonymous, or Meeus, algorithm)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - moon + 15) % 30
    leaps, leap_rest = divmod(rest, 4)
    to_sunday = (32 + 2 * century_rest + 2 * leaps - epact - leap_rest) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return dt.date(year, month, day + 1)


def bank_holidays(year: int) -> frozenset[dt.date]:
    """Give the bank holidays of England in a year, as the weekdays taken off.

    Parameters
    ----------
    year : int
        From 1978, when the early May holiday began. Days moved or granted once are included from
        1995; nobody can foresee those still to come.

    Returns
    -------
    frozenset of date
        Mondays to Fridays only: a holiday on a weekend is given by its substitute day.
    """
    sunday = easter(year)
    fixed = {
        _weekday_from(dt.date(year, 1, 1)),
        _days(sunday, -2),
        _days(sunday, 1),
        _moved(_EARLY_MAY_MOVED, year) or _monday_from(dt.date(year, 5, 1)),
        spring_bank_holiday(year),
        _monday_from(dt.date(year, 8, 25)),
    }
    once = {dt.date(*day) for day in _ONE_OFF if day[0] == year}
    return frozenset(fixed | once | _christmas(year))


def spring_bank_holiday(year: int) -> dt.date:
    """Give the spring bank holiday: the last Monday in May, unless it was moved."""
    return _moved(_SPRING_MOVED, year) or _monday_from(dt.date(year, 5, 25))


def half_terms(year: int) -> tuple[tuple[dt.date, dt.date], ...]:
    """Give the parts of the school terms that fall in a calendar year (an assumption).

    The rules are those of `is_term`.

    Parameters
    ----------
    year : int
        Calendar year, not school year.

    Returns
    -------
    tuple of (date, date)
        First and last day of each half-term, both included, in order: two of spring, two of
        summer, two of autumn.
    """
    sunday = easter(year)
    february = _days(_monday_from(dt.date(year, 2, 1)), 14)
    may = _monday_of(spring_bank_holiday(year))
    october = _monday_from(dt.date(year, 10, 22))
    # Two whole weeks off, from the Monday of the week before Christmas week's Friday.
    new_year = _days(_monday_of(dt.date(year - 1, 12, 25)), 14)
    return (
        (_open_from(new_year), _days(february, -3)),
        (_days(february, 7), _days(sunday, -9)),
        (_open_from(_days(sunday, 8)), _days(may, -3)),
        (_days(may, 7), _weekday_until(dt.date(year, 7, 22))),
        (_weekday_from(dt.date(year, 9, 1)), _days(october, -3)),
        (_days(october, 7), _days(_monday_of(dt.date(year, 12, 25)), -3)),
    )


def is_term(on: dt.date) -> bool:
    """Tell whether a date lies in an English state-school term (an assumption, by rule).

    Councils and academies set their own dates; these are the commonest pattern.

    - Autumn: the first weekday of September to the Friday before the week (Monday to Sunday) of
      Christmas Day. Half-term is the week of the fourth Monday in October, the last week with
      at least four of its five days in October.
    - Spring: after two weeks off, to the Friday nine days before Easter Sunday. Half-term is the
      third full week of February, that of its third Monday.
    - Easter: the week that ends on Good Friday and the week that begins on Easter Monday.
    - Summer: the Monday after those, to the last weekday on or before 22 July. Half-term is the
      week of the spring bank holiday.

    A term that would begin on a bank holiday begins the day after. Weekends and bank holidays
    *inside* a half-term count as term; the weekends around a holiday do not.
    """
    return any(first <= on <= last for first, last in half_terms(on.year))


def _christmas(year: int) -> set[dt.date]:
    """Give the two weekdays taken for Christmas Day and Boxing Day, or their substitutes."""
    taken = {
        _FRIDAY: (25, 28),
        _SATURDAY: (27, 28),
        _SUNDAY: (26, 27),
    }.get(dt.date(year, 12, 25).weekday(), (25, 26))
    return {dt.date(year, 12, day) for day in taken}


def _moved(table: tuple[tuple[int, int, int], ...], year: int) -> dt.date | None:
    return next((dt.date(*day) for day in table if day[0] == year), None)


def _days(on: dt.date, days: int) -> dt.date:
    return on + dt.timedelta(days=days)


def _monday_from(on: dt.date) -> dt.date:
    """Give the first Monday on or after a date."""
    return _days(on, -on.weekday() % 7)


def _monday_of(on: dt.date) -> dt.date:
    """Give the Monday of the week, Monday to Sunday, that holds a date."""
    return _days(on, -on.weekday())


def _weekday_from(on: dt.date) -> dt.date:
    return on if on.weekday() < _SATURDAY else _monday_from(on)


def _weekday_until(on: dt.date) -> dt.date:
    return _days(on, min(0, _FRIDAY - on.weekday()))


def _open_from(on: dt.date) -> dt.date:
    """Give the first day on or after a Monday that is not a bank holiday."""
    holidays = bank_holidays(on.year)
    while on in holidays:
        on = _days(on, 1)
    return on
