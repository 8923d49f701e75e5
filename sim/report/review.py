"""What ``caseload review`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from sim.report import wording
from sim.report.naming import MEASURES as NAMES
from sim.review.counted import Counted
from sim.review.months import MeasureReview, Period
from sim.review.review import Review

MOST_REMARKS = 10
CELLS = (12, 14, 12, 24)


def text(found: Review) -> str:
    """Write what a review found."""
    lines = [*_heading(found), *_remarks(found)]
    for each in found.measures:
        lines += ["", *_months(each)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(found: Review) -> Iterator[str]:
    scenario = found.loaded.scenario
    months, futures = found.actuals.months, len(found.forecast.numbers)
    yield f"{scenario.title or scenario.name}: {months[0]} to {months[-1]}, forecast and fact"
    yield f"{futures} possible years, seed {found.forecast.seed}; actuals: {found.actuals.file}"
    yield ""
    known, inside = found.months_known, found.months_inside
    if known:
        yield (
            f"Months inside the 90% band: {inside} of {known} ({inside / known:.0%}), "
            f"{len(found.measures)} measures."
        )


def _remarks(found: Review) -> Iterator[str]:
    remarks = found.actuals.remarks
    if remarks:
        yield ""
        yield f"Not used, of the actuals: {len(remarks)}"
        for remark in remarks[:MOST_REMARKS]:
            yield from wording.wrapped(str(remark), "  ").split("\n")
        if len(remarks) > MOST_REMARKS:
            yield f"  and {len(remarks) - MOST_REMARKS} more, see remarks.csv"


def _months(each: MeasureReview) -> Iterator[str]:
    yield f"{counted_name(each.counted)}: {each.inside} of {each.known} months inside"
    yield _row(("month", "happened", "expected", "90% band", ""))
    for month in (*each.months, each.year):
        if month.figure is not None or month is each.year:
            yield _row(_cells(each.counted, month))


def _cells(counted: Counted, month: Period) -> tuple[str, ...]:
    happened = figure(counted, month.figure)
    if month.band is None:
        return (month.name, happened, "–", "–", "")
    low, high = (figure(counted, end) for end in (month.band.low, month.band.high))
    mark = "" if month.inside is not False else "outside"
    return (month.name, happened, figure(counted, month.band.median), f"{low} to {high}", mark)


def _row(cells: tuple[str, ...]) -> str:
    widths = zip(cells, CELLS, strict=False)
    return "  " + "".join(cell.ljust(width) for cell, width in widths) + cells[-1]


def figure(counted: Counted, value: float | None) -> str:
    """Write a figure in the measure's unit, as finely as it can be counted."""
    if value is None:
        return "–"
    if counted.measure.unit == "share":
        return wording.share(value)
    whole = value == round(value) or abs(value) >= 100
    return wording.number(value, 0 if whole else 1)


def counted_name(counted: Counted) -> str:
    """Name what is counted, with its place, for people."""
    name, about = counted.measure.name, counted.about
    title = TITLES.get(name) or NAMES.get(name) or wording.words(name)
    title = title.format(_plural(about)) if about else title
    if counted.where == "service":
        return f"{title}, whole service"
    if counted.where == "single_assessment" and name in ("assessments", "assessed_in_45_dfe"):
        return title
    return f"{title}, {wording.place(counted.where)}"


def _plural(about: str) -> str:
    known = {"cin_review": "Reviews", "child_seen": "Visits"}
    return known.get(about, wording.words(about))


TITLES = {
    "open_children": "Children open",
    "contacts": "Contacts",
    "returns": "Contacts about children known before",
    "referrals": "Referrals",
    "closures": "Cases closed",
    "step_ups": "Moves to a more intensive hub",
    "step_downs": "Moves to a less intensive hub",
    "assessments": "Single assessments finished",
    "assessed_in_45_dfe": "Single assessments within 45 days",
    "on_time": "{} on time, of those due",
    "in_date": "{} in date, of children promised them",
    "held": "{} held",
    "caseload": "Children for each full-time worker",
    "staff_in_post": "Staff in post",
    "days_at_work": "Working days at work",
    "hours_each": "Hours for each {}",
}
