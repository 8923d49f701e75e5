"""What ``caseload review`` prints: the verdict first, then causes, inputs, and month by month."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import groupby

from sim.report import wording
from sim.report.review_words import (
    address_name,
    cause_name,
    counted_name,
    counted_title,
    figure,
    fitted_amount,
    input_name,
    input_value,
    place_name,
)
from sim.review.explanation import Explanation
from sim.review.months import MeasureReview, Period
from sim.review.recalibrated import Recalibrated
from sim.review.review import Review
from sim.review.verdict import Verdict

MOST_REMARKS, MOST_FURTHEST, MOST_CAUSES = 10, 5, 6
YEAR = (50, 9, 9, 17)
INPUTS = (54, 10, 9, 17)
WIDTH = 100


def text(found: Review) -> str:
    """Write what a review found."""
    parts = [_heading(found), _verdict(found), _causes(found), _inputs(found)]
    lines = [line for part in (*parts, _months(found), _remarks(found)) for line in part]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(found: Review) -> Iterator[str]:
    scenario = found.loaded.scenario
    months, futures = found.actuals.months, len(found.forecast.numbers)
    yield f"{scenario.title or scenario.name}: {months[0]} to {months[-1]}, forecast and fact"
    yield f"{futures} possible years, seed {found.forecast.seed}; actuals: {found.actuals.file}"


def _verdict(found: Review) -> Iterator[str]:
    judged = found.verdict
    yield ""
    if judged is None:
        yield "Too little can be compared to say whether the year was to be expected."
        return
    for line in verdict_sentences(judged):
        yield from _wrapped(line)
    if not found.flagged:
        yield "There is nothing to explain."
    known, inside = found.months_known, found.months_inside
    if known:
        yield from _wrapped(
            f"Of {known} months of {len(found.measures)} measures, {inside} ({inside / known:.0%}) "
            "are within their 90% band. Months of one year are alike: this says how wide the bands "
            "are, not whether the year was to be expected."
        )


def verdict_sentences(judged: Verdict) -> Iterator[str]:
    """Say whether the year could have been one of the forecast's, and what was furthest from it."""
    if not judged.can_tell:
        yield (
            f"{judged.futures} possible years are too few to call any year outside; it takes "
            f"{math.ceil(1 / judged.level) - 1} or more."
        )
    elif judged.outside:
        yield (
            "The year is OUTSIDE the band of possible years: if the forecast were right, a year as "
            f"unusual would come in {_chance(judged.chance)}."
        )
    else:
        yield (
            "The year is within the band of possible years: if the forecast is right, a year as "
            f"unusual or more comes in {_chance(judged.chance)}."
        )
    far = [each for each in judged.furthest if abs(each.away) >= 2.0][:MOST_FURTHEST]
    if far:
        said = "; ".join(
            f"{counted_name(each.measure.counted)} "
            f"{figure(each.measure.counted, each.measure.year.figure)}"
            f" ({_year_band(each.measure)} expected)"
            for each in far
        )
        yield f"Furthest from the forecast over the year: {said}."


def _chance(chance: float) -> str:
    return f"{chance:.0%} of years" if chance >= 0.1 else f"{chance * 100:.2g}% of years"


def _year_band(each: MeasureReview) -> str:
    band = each.year.band
    if band is None:
        return "–"
    low, high = (figure(each.counted, end) for end in (band.low, band.high))
    return f"{low} to {high}"


def _causes(found: Review) -> Iterator[str]:
    if found.explanation is None:
        return
    yield ""
    yield "What would have had to be different, one thing at a time, the likeliest first"
    for place, each in enumerate(found.explanation.fitted[:MOST_CAUSES]):
        mark = "*" if place < found.explanation.together else " "
        how = "" if each.explains else "; does not explain the year on its own"
        line = f"{mark} {cause_name(each.cause.name)}: {fitted_amount(each)}{how}"
        yield from wording.wrapped(line).split("\n")
    for line in cause_sentences(found.explanation):
        yield from _wrapped(line)


def cause_sentences(explanation: Explanation) -> Iterator[str]:
    """Say which causes cannot be told apart, what would tell them apart, and what was left out."""
    if explanation.together > 1:
        yield (
            f"* These {explanation.together} cannot be told apart on these counts: with each, the "
            "year is at least a twentieth as likely as with the first."
        )
        if explanation.would_tell:
            named = "; ".join(map(address_name, explanation.would_tell))
            yield f"What was not counted and would tell them apart: {named}."
    else:
        yield "* With any other cause the year is less than a twentieth as likely."
    if not any(each.explains for each in explanation.likeliest):
        yield "None of these explains the year on its own: look for more than one, or another."
    for name, why in explanation.left_out:
        yield f"Not tried: {cause_name(name)} ({why})."


def _inputs(found: Review) -> Iterator[str]:
    if not found.recalibrated:
        return
    yield ""
    yield _row(("Inputs, with last year's counts", "scenario", "now", "95% interval", ""), INPUTS)
    for each in found.recalibrated:
        yield _row(_input(each), INPUTS)
    drifted = len(found.drifted)
    yield from _wrapped(
        f"DRIFT: {drifted} of {len(found.recalibrated)} inputs disagree with last year's counts by "
        "more than chance has it. One may follow from another: fewer staff, fewer moves."
        if drifted
        else "No input disagrees with last year's counts by more than chance has it."
    )


def _input(each: Recalibrated) -> tuple[str, ...]:
    low, high, old, new = (
        input_value(each, value) for value in (each.new_lower, each.new_upper, each.old, each.new)
    )
    return (input_name(each), old, new, f"{low} to {high}", "DRIFT" if each.drift else "")


def _months(found: Review) -> Iterator[str]:
    """Write the year of each measure, and a mark for each month; places under their measure."""
    yield ""
    initials = "".join(_initial(month) for month in found.actuals.months)
    yield _row(("Year", "happened", "expected", "90% band", initials), YEAR)
    for title, alike in groupby(found.measures, lambda each: counted_title(each.counted)):
        group = list(alike)
        if len(group) > 1:
            yield title
        for each in group:
            name = f"  {place_name(each.counted)}" if len(group) > 1 else title
            yield _row((name, *_year(each)), YEAR)
    yield "Months: . within the 90% band, + above, - below, blank not known. Numbers: --out DIR."


def _year(each: MeasureReview) -> tuple[str, ...]:
    middle = None if each.year.band is None else each.year.band.median
    values = (figure(each.counted, value) for value in (each.year.figure, middle))
    return (*values, _year_band(each), "".join(map(mark, each.months)))


def _initial(month: str) -> str:
    return "JFMAMJJASOND"[int(month[-2:]) - 1]


def mark(month: Period) -> str:
    """Mark a month: ``.`` within its band, ``+`` above, ``-`` below."""
    if month.inside is None or month.band is None or month.figure is None:
        return " "
    if month.inside:
        return "."
    return "+" if month.figure > month.band.high else "-"


def _remarks(found: Review) -> Iterator[str]:
    actuals = found.actuals
    if actuals.missing:
        yield ""
        yield "Months without a count"
        for each, months in actuals.missing:
            line = f"{counted_name(each)}: {', '.join(months)}"
            yield from wording.wrapped(line, "  ").split("\n")
    if actuals.remarks:
        yield ""
        yield f"Not used, of the actuals: {len(actuals.remarks)}"
        for remark in actuals.remarks[:MOST_REMARKS]:
            yield from wording.wrapped(str(remark), "  ").split("\n")
        if len(actuals.remarks) > MOST_REMARKS:
            yield f"  and {len(actuals.remarks) - MOST_REMARKS} more, in remarks.csv (--out DIR)"


def _row(cells: tuple[str, ...], widths: tuple[int, ...]) -> str:
    name, *rest = cells
    short = name if len(name) < widths[0] else name[: widths[0] - 2] + "…"
    aligned = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=False))
    return short.ljust(widths[0]) + "".join(aligned) + "  " + rest[-1]


def _wrapped(line: str) -> list[str]:
    return wording.wrapped(line).replace("\n    ", "\n").split("\n")
