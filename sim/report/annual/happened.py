"""What happened, month by month, beside the forecast."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.report.annual import words
from sim.report.annual.chart import bands
from sim.report.annual.dossier import Dossier
from sim.report.paper import Section
from sim.report.review_words import counted_name, figure
from sim.review.months import MeasureReview

# Like measures, drawn together: a title, and the measures' names without what they are about.
FAMILIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Children open", ("open_children",)),
    ("Who comes and who leaves", ("contacts", "returns", "referrals", "assessments", "closures")),
    ("Moves between hubs", ("step_ups", "step_downs")),
    ("Reviews and visits on time", ("on_time",)),
    ("Children in date", ("in_date",)),
    ("Single assessments on time", ("assessed_in_45_dfe",)),
    ("Children for each worker", ("caseload",)),
    ("Staff", ("staff_in_post", "days_at_work")),
    ("Reviews and visits held", ("held",)),
    ("Hours for each review and visit", ("hours_each",)),
)


def happened(dossier: Dossier) -> Iterator[Section]:
    """Say what happened over the year, then draw it by month."""
    review = dossier.review
    known, inside = review.months_known, review.months_inside
    yield Section(
        "What happened, beside the forecast",
        (
            f"The forecast is {len(review.forecast.numbers)} possible years simulated from the "
            "scenario. For each measure and month the band is where at least nine years in ten "
            "were expected to lie. Even a perfect forecast leaves about one month in ten outside.",
            f"Of {known} monthly figures {inside} lie inside ({inside / known:.0%})."
            if known
            else "No month can be compared.",
            "Months of one year are alike: a measure outside in every month may be one surprise "
            "and not twelve. Whether the year as a whole was possible is said in the summary.",
        ),
        _years(review.measures),
        on_new_page=True,
    )
    for title, names in FAMILIES:
        measures = [m for m in review.measures if m.counted.measure.name in names and m.known]
        if measures:
            yield Section(title, (), None, bands(title, measures), level=2)


def _years(measures: Sequence[MeasureReview]) -> pd.DataFrame:
    rows = [
        (
            counted_name(each.counted),
            figure(each.counted, each.year.figure),
            words.expected(each, each.year),
            words.side(each, each.year),
            f"{each.inside} of {each.known}",
        )
        for each in measures
    ]
    heads = ["Measure", "The year", "Expected (nine in ten)", "The year is", "Months inside"]
    return pd.DataFrame(rows, columns=heads)


def every_month(dossier: Dossier) -> Iterator[Section]:
    """List every figure of every month, for the annex."""
    yield Section(
        "Annex A: every month",
        (
            "What happened, and in brackets the band in which nine years in ten were expected. "
            "An asterisk (*) marks what is outside.",
        ),
        wide=True,
    )
    for title, names in FAMILIES:
        measures = [m for m in dossier.review.measures if m.counted.measure.name in names]
        if measures:
            yield Section(f"{title}, by month", (), _by_month(measures), level=2, wide=True)


def _by_month(measures: Sequence[MeasureReview]) -> pd.DataFrame:
    months = [month.name for month in measures[0].months]
    rows = [
        (
            counted_name(each.counted),
            *(
                f"{figure(each.counted, month.figure)}{'*' if month.inside is False else ''} "
                f"({words.expected(each, month)})"
                for month in each.months
            ),
        )
        for each in measures
    ]
    return pd.DataFrame(rows, columns=["Measure", *map(words.short_month, months)])
