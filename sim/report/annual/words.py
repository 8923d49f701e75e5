"""How the document of a review writes months, causes, inputs and amounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sim.report.review_words import (
    cause_name,
    counted_name,
    figure,
    fitted_amount,
    input_name,
)
from sim.review.causes import Cause
from sim.review.explanation import Fitted
from sim.review.months import MeasureReview, Period
from sim.review.recalibrated import Recalibrated

NONE = "–"
AT_THE_END = "Children open at the end of the year"
LEAST_CHANCE = 0.001


def month(label: str) -> str:
    """Write ``2026-04`` as April 2026."""
    return f"{date.fromisoformat(f'{label}-01'):%B %Y}"


def short_month(label: str) -> str:
    """Write ``2026-04`` as Apr 26."""
    return f"{date.fromisoformat(f'{label}-01'):%b %y}"


def year(months: Sequence[str]) -> str:
    """Write the year under review: April 2026 to March 2027."""
    return f"{month(months[0])} to {month(months[-1])}"


def day(on: date | None) -> str:
    """Write a day; a dash for none."""
    return NONE if on is None else f"{on.day} {on:%B %Y}"


def many(number: int, what: str) -> str:
    """Write how many of something: 1 month, 3 months, no months."""
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def expected(each: MeasureReview, period: Period) -> str:
    """Write the band of a period."""
    if period.band is None:
        return NONE
    low, high = (figure(each.counted, end) for end in (period.band.low, period.band.high))
    return low if low == high else f"{low} to {high}"


def against(each: MeasureReview) -> str:
    """Write what a measure came to in the year beside what was expected."""
    found = figure(each.counted, each.year.figure)
    return f"{counted_name(each.counted)}: {found}; expected {expected(each, each.year)}"


def side(each: MeasureReview, period: Period) -> str:
    """Say where a period lies: inside its band, above it or below it."""
    if period.inside is None or period.band is None or period.figure is None:
        return NONE
    if period.inside:
        return "inside"
    return "above" if period.figure > period.band.high else "below"


def chance(value: float) -> str:
    """Write a chance, no finer than it is worth."""
    if value < LEAST_CHANCE:
        return f"less than 1 in {round(1 / LEAST_CHANCE):,}"
    return f"{value * 100:.1f}%" if value < 0.1 else f"{value * 100:.0f}%"


def cause(of: Cause) -> str:
    """Name a cause."""
    return cause_name(of.name)


def how_far(fitted: Fitted) -> str:
    """Write how far a cause was moved, with its interval."""
    return fitted_amount(fitted)


def recalibrated(each: Recalibrated) -> str:
    """Name an input that last year's counts speak of."""
    return input_name(each)


def value(number: float | None, unit: str) -> str:
    """Write a value of an input, to three significant digits."""
    if number is None:
        return NONE
    if unit == "share":
        return f"{number * 100:.1f}%"
    if unit == "times":
        return f"×{number:.2f}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
