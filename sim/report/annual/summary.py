"""The summary: one page in plain words, and what people have to decide and sign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim.registers.assumptions import overdue
from sim.report.annual import words
from sim.report.annual.dossier import Dossier
from sim.report.paper import Section
from sim.review.explanation import Fitted
from sim.verify import FAIL

MOST = 3  # of anything, on the one page
OPEN = "☐"
SIGN = (
    "Commissioner (answers for how the model is used)",
    "Analyst (ran the review)",
    "Assurer (not the analyst)",
    "Approver (signs the model off)",
)


def summary(dossier: Dossier) -> Iterator[Section]:
    """Say the answer first, then what it rests on and what is to be decided."""
    yield Section(
        "Summary",
        (_verdict(dossier),),
        points=tuple(
            point
            for part in (_months, _furthest, _causes, _drift, _checks, _registers)
            if (point := part(dossier))
        ),
    )
    yield Section(
        "For people to decide and to sign",
        (
            f"Fit to use for another year:   {OPEN} yes, as it is   {OPEN} yes, recalibrated   "
            f"{OPEN} no. The program does not decide this.",
        ),
        pd.DataFrame(
            [(who, "", "", "") for who in SIGN], columns=["Role", "Name", "Signature", "Date"]
        ),
        level=2,
    )


def _verdict(dossier: Dossier) -> str:
    review, verdict = dossier.review, dossier.review.verdict
    when = words.year(review.actuals.months)
    if verdict is None:
        return (
            f"The year {when} was laid beside the forecast, measure by measure. Whether the year "
            "as a whole was one of those that the model held possible has not been worked out."
        )
    chance = words.chance(verdict.chance)
    if verdict.outside:
        return (
            f"The year {when} was not one of those that the model held possible. If the forecast "
            f"were right, a year as unusual as this would come about with a chance of {chance}. "
            "Something was different from what the scenario says."
        )
    return (
        f"The year {when} was one of those that the model held possible: years as unusual come "
        f"about with a chance of {chance} though nothing is wrong. That is no proof that every "
        "input is right; it is no evidence that one is wrong."
    )


def _months(dossier: Dossier) -> str:
    review = dossier.review
    if not review.months_known:
        return "No month of the year can be compared with the forecast."
    share = review.months_inside / review.months_known
    return (
        f"{share:.0%} of the monthly figures ({review.months_inside} of {review.months_known}) "
        "lie where nine in ten were expected."
    )


def _furthest(dossier: Dossier) -> str:
    verdict = dossier.review.verdict
    if verdict is not None:
        order = [each.measure for each in verdict.furthest]
    else:
        order = sorted(dossier.review.measures, key=lambda each: each.inside - each.known)
    outside = [each for each in order if each.year.inside is False][:MOST]
    if not outside:
        return "Taken over the whole year, no measure lies outside its band."
    return "Furthest from the forecast. " + ". ".join(map(words.against, outside)) + "."


def _causes(dossier: Dossier) -> str:
    found = dossier.review.explanation
    if found is None or not found.fitted:
        return ""
    first = found.fitted[: max(found.together, 1)]
    named = [f"{words.cause(each.cause)}: {words.how_far(each)}" for each in first[:MOST]]
    if len(first) == 1:
        return f"{_likeliest(first)}: {named[0]}."
    more = f" and {len(first) - MOST} more" if len(first) > MOST else ""
    return f"{_likeliest(first)}: {'; '.join(named)}{more}."


def _likeliest(first: Sequence[Fitted]) -> str:
    """Say whether the likeliest causes explain the year, or are only the likeliest."""
    if not any(each.explains for each in first):
        which = "the likeliest is" if len(first) == 1 else "the likeliest, not told apart, are"
        return f"Nothing that was tried explains the year on its own; {which}"
    if len(first) == 1:
        return "What explains the year best"
    return "What would explain the year, and cannot be told apart"


def _drift(dossier: Dossier) -> str:
    found = dossier.review.recalibrated
    if not found:
        return ""
    drifted = [words.recalibrated(each) for each in found if each.drift]
    if not drifted:
        return f"None of the {len(found)} inputs that last year's counts speak of has drifted."
    return (
        f"{len(drifted)} of the {len(found)} inputs that last year's counts speak of "
        f"{'has' if len(drifted) == 1 else 'have'} drifted: {'; '.join(drifted[:MOST])}."
    )


def _checks(dossier: Dossier) -> str:
    found = dossier.verification
    if found is None:
        return "The simulation itself was not checked for this review."
    failed = sum(each.verdict == FAIL for each in found.findings)
    if failed:
        return f"{failed} of the {len(found.findings)} checks of the simulation itself fail."
    return f"All {len(found.findings)} checks of the simulation itself hold, or are for a reviewer."


def _registers(dossier: Dossier) -> str:
    register = dossier.assumptions
    late = len(overdue(register))
    undated = sum(each.review_by is None for each in register)
    weak = sum(each.weak for each in register)
    parts = [f"The model rests on {len(register)} values with their sources"]
    if late:
        parts.append(f"{late} are past their review-by date")
    if undated == len(register):
        parts.append("none has a review-by date")
    elif undated:
        parts.append(f"{undated} have no review-by date")
    if weak:
        parts.append(f"{weak} matter for the results though the evidence is weak")
    return "; ".join(parts) + "."
