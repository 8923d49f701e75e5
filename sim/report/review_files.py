"""The files of a review: months and measures as tables, and everything as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sim.report.files import plain, write_csv
from sim.report.review import counted_name, text
from sim.review.counted import Counted
from sim.review.months import Band, MeasureReview, Period
from sim.review.review import Review

MONTHS_HEAD = (
    *("measure", "where", "unit", "month", "value", "of", "figure"),
    *("low", "median", "high", "chance", "futures", "inside"),
)
MEASURES_HEAD = (
    *("measure", "where", "unit", "months", "inside", "bias", "crps", "crps_expected"),
    *("year", "year_low", "year_median", "year_high", "year_inside"),
)


def write_review(found: Review, folder: Path) -> Sequence[str]:
    """Write all files of a review, and name them."""
    write_csv(folder / "months.csv", MONTHS_HEAD, _month_rows(found))
    write_csv(folder / "measures.csv", MEASURES_HEAD, map(_measure_row, found.measures))
    remarks = [
        (each.file, each.line, each.column, each.key, each.text, each.value or "")
        for each in found.actuals.remarks
    ]
    write_csv(
        folder / "remarks.csv", ("file", "line", "column", "name", "remark", "value"), remarks
    )
    (folder / "review.txt").write_text(text(found), encoding="utf-8")
    whole = json.dumps(as_json(found), indent=2, ensure_ascii=False)
    (folder / "review.json").write_text(whole + "\n", encoding="utf-8")
    return ("months.csv", "measures.csv", "remarks.csv", "review.txt", "review.json")


def _month_rows(found: Review) -> Iterator[tuple[Any, ...]]:
    for each in found.measures:
        for month in (*each.months, each.year):
            numbers = map(plain, (month.value, month.of, month.figure))
            yield (*_what(each.counted), month.name, *numbers, *_band(month), _inside(month))


def _measure_row(each: MeasureReview) -> tuple[Any, ...]:
    year = each.year
    scores = map(plain, (each.bias, each.crps, each.crps_expected))
    counted = (each.known, each.inside)
    low, median, high, *_ = _band(year)
    bands = (low, median, high, _inside(year))
    return (*_what(each.counted), *counted, *scores, plain(year.figure), *bands)


def _what(counted: Counted) -> tuple[str, str, str]:
    return counted.name, counted.where, counted.measure.unit


def _band(month: Period) -> tuple[Any, ...]:
    band = month.band
    if band is None:
        return ("", "", "", "", 0)
    return (*map(plain, (band.low, band.median, band.high, band.chance)), band.futures)


def _inside(month: Period) -> str:
    return {True: "yes", False: "no", None: ""}[month.inside]


def as_json(found: Review) -> dict[str, Any]:
    """Give all that was found as plain data; numbers as they are, unknown ones as null."""
    actuals = found.actuals
    return {
        "scenario": found.loaded.scenario.name,
        "digest": found.loaded.digest,
        "seed": found.forecast.seed,
        "futures": len(found.forecast.numbers),
        "actuals": {
            "file": actuals.file,
            "months": list(actuals.months),
            "not_used": [str(remark) for remark in actuals.remarks],
            "missing": {each.address: list(months) for each, months in actuals.missing},
            "not_given": [each.address for each in actuals.not_given],
        },
        "months": {"known": found.months_known, "inside": found.months_inside},
        "measures": [_measure(each) for each in found.measures],
    }


def _measure(each: MeasureReview) -> dict[str, Any]:
    return {
        "address": each.counted.address,
        "name": counted_name(each.counted),
        "unit": each.counted.measure.unit,
        "bias": each.bias,
        "crps": each.crps,
        "crps_expected": each.crps_expected,
        "months_known": each.known,
        "months_inside": each.inside,
        "periods": [_period(month) for month in (*each.months, each.year)],
    }


def _period(month: Period) -> dict[str, Any]:
    band: Band | None = month.band
    return {
        "period": month.name,
        "value": month.value,
        "of": month.of,
        "figure": month.figure,
        "inside": month.inside,
        "band": None
        if band is None
        else {
            "low": band.low,
            "median": band.median,
            "high": band.high,
            "chance": band.chance,
            "futures": band.futures,
        },
    }
