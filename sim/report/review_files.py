"""The files of a review: months and measures as tables, and everything as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sim.report.files import plain, write_csv
from sim.report.review import text
from sim.report.review_words import cause_name, counted_name, input_name
from sim.review.counted import Counted
from sim.review.explanation import Explanation, Fitted
from sim.review.months import Band, MeasureReview, Period
from sim.review.recalibrated import Recalibrated
from sim.review.review import Review
from sim.review.verdict import Verdict

MONTHS_HEAD = (
    *("measure", "where", "unit", "month", "value", "of", "figure"),
    *("low", "median", "high", "chance", "futures", "inside"),
)
MEASURES_HEAD = (
    *("measure", "where", "unit", "months", "inside", "bias", "crps", "crps_expected"),
    *("year", "year_low", "year_median", "year_high", "year_inside"),
)
CAUSES_HEAD = (
    *("cause", "kind", "unit", "stated", "amount", "lower", "upper"),
    *("log_likelihood", "behind", "not_told_apart", "explains", "keys"),
)
INPUTS_HEAD = (
    *("input", "unit", "old", "old_lower", "old_upper", "new", "new_lower", "new_upper"),
    *("how", "counts", "chance", "adjusted", "drift", "keys"),
)


def write_review(found: Review, folder: Path) -> Sequence[str]:
    """Write all files of a review, and name them."""
    write_csv(folder / "months.csv", MONTHS_HEAD, _cells(month_values(found)))
    write_csv(folder / "measures.csv", MEASURES_HEAD, _cells(measure_values(found)))
    write_csv(folder / "causes.csv", CAUSES_HEAD, _cells(cause_values(found.explanation)))
    write_csv(folder / "inputs.csv", INPUTS_HEAD, _cells(input_values(found)))
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
    tables = ("months.csv", "measures.csv", "causes.csv", "inputs.csv", "remarks.csv")
    return (*tables, "review.txt", "review.json")


def month_values(found: Review) -> Iterator[tuple[Any, ...]]:
    """Give the rows under `MONTHS_HEAD`; None where something is not known."""
    for each in found.measures:
        for month in (*each.months, each.year):
            numbers = (month.value, month.of, month.figure)
            yield (*_what(each.counted), month.name, *numbers, *_band(month.band), month.inside)


def measure_values(found: Review) -> Iterator[tuple[Any, ...]]:
    """Give the rows under `MEASURES_HEAD`."""
    for each in found.measures:
        low, median, high, *_ = _band(each.year.band)
        scores = (each.bias, each.crps, each.crps_expected)
        year = (each.year.figure, low, median, high, each.year.inside)
        yield (*_what(each.counted), each.known, each.inside, *scores, *year)


def _band(band: Band | None) -> tuple[Any, ...]:
    if band is None:
        return (None,) * 4 + (0,)
    return (band.low, band.median, band.high, band.chance, band.futures)


def _cells(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[Any]]:
    return ([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return plain(value) if isinstance(value, float) or value is None else value


def cause_values(explanation: Explanation | None) -> Iterator[tuple[Any, ...]]:
    """Give the rows under `CAUSES_HEAD`; none if causes were not looked for."""
    for place, each in enumerate(explanation.fitted if explanation is not None else ()):
        cause = each.cause
        amounts = (cause.neutral, each.amount, each.lower, each.upper)
        first = explanation is not None and place < explanation.together
        said = (each.log_likelihood, each.behind, first, each.explains)
        yield (cause.name, cause.kind, cause.unit, *amounts, *said, " ".join(cause.keys))


def input_values(found: Review) -> Iterator[tuple[Any, ...]]:
    """Give the rows under `INPUTS_HEAD`."""
    for each in found.recalibrated:
        old = (each.old, each.old_lower, each.old_upper)
        new = (each.new, each.new_lower, each.new_upper)
        judged = (each.chance, each.adjusted, each.drift)
        how = (each.how, " ".join(each.counts))
        yield (each.name, each.unit, *old, *new, *how, *judged, " ".join(each.keys))


def _what(counted: Counted) -> tuple[str, str, str]:
    return counted.name, counted.where, counted.measure.unit


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
        "flagged": found.flagged,
        "verdict": None if found.verdict is None else _verdict(found.verdict),
        "explanation": None if found.explanation is None else _explanation(found.explanation),
        "inputs": [_input(each) for each in found.recalibrated],
        "measures": [_measure(each) for each in found.measures],
    }


def _verdict(judged: Verdict) -> dict[str, Any]:
    return {
        "outside": judged.outside,
        "chance": judged.chance,
        "level": judged.level,
        "can_tell": judged.can_tell,
        "futures": judged.futures,
        "furthest": [
            {"address": each.measure.counted.address, "away": _finite(each.away)}
            for each in judged.furthest
        ],
    }


def _explanation(explanation: Explanation) -> dict[str, Any]:
    return {
        "causes": [_fitted(each) for each in explanation.fitted],
        "as_stated": explanation.as_stated,
        "not_told_apart": explanation.together,
        "distance": explanation.distance,
        "would_tell": list(explanation.would_tell),
        "left_out": dict(explanation.left_out),
    }


def _fitted(each: Fitted) -> dict[str, Any]:
    cause = each.cause
    return {
        "cause": cause.name,
        "name": cause_name(cause.name),
        "kind": cause.kind,
        "unit": cause.unit,
        "stated": cause.neutral,
        "keys": list(cause.keys),
        "amount": each.amount,
        "lower": each.lower,
        "upper": each.upper,
        "log_likelihood": each.log_likelihood,
        "behind": each.behind,
        "explains": each.explains,
    }


def _input(each: Recalibrated) -> dict[str, Any]:
    return {
        **asdict(each),
        "title": input_name(each),
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


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
