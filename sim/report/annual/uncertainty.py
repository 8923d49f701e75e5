"""How well the forecast did, what would explain the year, and what last year says of the inputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.report import wording
from sim.report.annual import words
from sim.report.annual.dossier import Dossier
from sim.report.paper import Section
from sim.report.review_words import address_name, counted_name
from sim.review.months import MeasureReview
from sim.review.review import Review

MOST_REMARKS = 15


def uncertainty(dossier: Dossier) -> Iterator[Section]:
    """Say how far the forecast was off, beside how far it was expected to be."""
    review = dossier.review
    yield Section(
        "How far off the forecast was",
        (
            "Bias is what happened less the forecast's average. The score (CRPS) is how far off "
            "the whole forecast was, its spread counted; beside it is what it would be on average "
            "if the forecast were right. Well above that, the forecast was off or too sure.",
        ),
        _scores(review.measures),
    )
    yield from _not_known(review)
    yield _explained(review)
    yield _recalibrated(review)


def _scores(measures: Sequence[MeasureReview]) -> pd.DataFrame:
    rows = [
        (
            counted_name(each.counted),
            "points" if each.counted.measure.unit == "share" else each.counted.measure.unit,
            f"{each.inside / each.known:.0%}" if each.known else words.NONE,
            _points(each, each.bias, signed=True),
            _points(each, each.crps),
            _points(each, each.crps_expected),
        )
        for each in measures
    ]
    heads = ["Measure", "Unit", "Months inside", "Bias", "Score", "Score if right"]
    return pd.DataFrame(rows, columns=heads)


def _points(each: MeasureReview, value: float | None, signed: bool = False) -> str:
    """Write a distance in the measure's unit; of shares, in points of a hundred."""
    if value is None:
        return words.NONE
    is_share = each.counted.measure.unit == "share"
    number = value * 100 if is_share else value
    places = 0 if abs(number) >= 100 else 1
    return wording.signed(number, places) if signed else wording.number(number, places)


def _not_known(review: Review) -> Iterator[Section]:
    actuals = review.actuals
    points = []
    if actuals.remarks:
        points += [str(remark) for remark in actuals.remarks[:MOST_REMARKS]]
        if len(actuals.remarks) > MOST_REMARKS:
            points.append(f"and {len(actuals.remarks) - MOST_REMARKS} more, in remarks.csv")
    for counted, months in actuals.missing:
        named = ", ".join(map(words.short_month, months))
        points.append(f"{counted_name(counted)}: no count for {named}")
    if actuals.not_given:
        names = "; ".join(counted_name(each) for each in actuals.not_given)
        points.append(f"not counted at all: {names}")
    text = "Every line of the actuals was used, and nothing that can be counted is missing."
    if points:
        text = "These counts could not be used, or were not given; the rest was used without them."
    yield Section("What is not known of the year", (text,), points=tuple(points), level=2)


def _explained(review: Review) -> Section:
    heading = "What would have had to be different"
    found = review.explanation
    if found is None or not found.fitted:
        text = "Nothing is to be explained: the year is within the band of possible years."
        if review.verdict is None or review.flagged:
            text = "Causes have not been looked for."
        return Section(heading, (text,))
    together = found.fitted[: max(found.together, 1)]
    sentences = [
        "Each cause was moved alone, as far as explains the year best. "
        + (
            "The first explains it clearly better than the rest."
            if len(together) == 1
            else f"The first {len(together)} cannot be told apart on these counts."
        )
    ]
    if found.would_tell and len(together) > 1:
        named = "; ".join(map(address_name, found.would_tell))
        sentences.append(f"What was not counted and would tell: {named}.")
    points = tuple(f"Not tried: {name}, because {why}" for name, why in found.left_out)
    rows = [
        (
            words.cause(each.cause),
            words.how_far(each),
            f"{each.behind:.1f}",
            "yes" if each.explains else "no",
            "yes" if place < found.together else "no",
        )
        for place, each in enumerate(found.fitted)
    ]
    if not any(each.explains for each in together):
        sentences.append("Not even these explain it on their own: look for two at once, or others.")
    heads = [
        *("Cause, moved alone", "How far (95% interval)", "Less likely than the best by"),
        *("Explains the year", "Cannot be told from the best"),
    ]
    return Section(heading, tuple(sentences), pd.DataFrame(rows, columns=heads), points=points)


def _recalibrated(review: Review) -> Section:
    heading = "Last year's counts and the inputs"
    if not review.recalibrated:
        return Section(heading, ("The inputs have not been recalibrated.",))
    rows = [
        (
            words.recalibrated(each),
            each.unit,
            _with_range(each.old, each.old_lower, each.old_upper, each.unit),
            _with_range(each.new, each.new_lower, each.new_upper, each.unit),
            words.chance(each.adjusted),
            "drift" if each.drift else "no",
        )
        for each in review.recalibrated
    ]
    heads = ["Input", "Unit", "Now (range)", "With last year's counts (95% interval)"]
    heads += ["Chance if unchanged", "Drift"]
    text = (
        "Each input that last year's counts speak of, as the scenario has it and with those "
        "counts. Drift: the two disagree by more than chance, all inputs taken together. "
        "Nothing is changed unless the reviewer accepts it."
    )
    return Section(heading, (text,), pd.DataFrame(rows, columns=heads))


def _with_range(value: float, low: float | None, high: float | None, unit: str) -> str:
    text = words.value(value, unit)
    if low is None or high is None:
        return text
    return f"{text} ({words.value(low, unit)} to {words.value(high, unit)})"
