"""A checklist by the AQuA Book: what the program found is filled in, what people sign is open.

The AQuA Book, guidance on producing quality analysis for government (HM Treasury 2015; revised
edition of the Government Analysis Function, 10 June 2025): the four parts of the analytical
lifecycle, and the roles commissioner, analyst, assurer and approver.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from sim import __version__
from sim.registers.assumptions import overdue
from sim.report.annual import words
from sim.report.annual.dossier import Dossier
from sim.report.paper import Section
from sim.verify import FAIL

OPEN, NO_BREAK = "☐", "\u00a0"
ASK = "for people to say"
Item = tuple[str, str, str]  # what is asked, what the program found, who signs


def aqua_book(dossier: Dossier) -> Iterator[Section]:
    """Ask what the AQuA Book asks, part by part."""
    yield Section(
        "Quality assurance (AQuA Book)",
        (
            "After the AQuA Book (HM Treasury; revised edition of 10 June 2025). The program fills "
            f"in what it can show. What only people can say is left open ({OPEN}): whoever is "
            "named writes initials and a date there. The assurer is not the analyst.",
        ),
    )
    for title, items in (
        ("Engagement and scoping", _scoping()),
        ("Design", _design(dossier)),
        ("Analysis", _analysis(dossier)),
        ("Delivery, communication and sign-off", _delivery(dossier)),
    ):
        rows = [(asked, found, f"{OPEN}{NO_BREAK}{who}") for asked, found, who in items]
        table = pd.DataFrame(rows, columns=["Is it so?", "What the program shows", "To sign"])
        yield Section(title, (), table, level=2)


def _scoping() -> Sequence[Item]:
    return (
        ("The question that the model is to answer is agreed and written", ASK, "Commissioner"),
        ("Commissioner, analyst, assurer and approver are named", ASK, "Commissioner"),
        ("Assurance is in proportion to what is at stake", ASK, "Commissioner"),
        (
            "If decisions depend on it, it is in the register of business critical models",
            ASK,
            "Approver",
        ),
    )  # fmt: skip


def _design(d: Dossier) -> Sequence[Item]:
    graded = sum(bool(each.grade) for each in d.assumptions)
    dated = sum(each.review_by is not None for each in d.assumptions)
    owned = sum(bool(each.owner) for each in d.assumptions)
    late = len(overdue(d.assumptions))
    total = len(d.assumptions)
    return (
        (
            "The model is specified so that others can build it",
            "Described by STRESS-DES in this document, from the scenario that was run",
            "Analyst",
        ),
        (
            "Assumptions are logged with source, effect, reliability, date and owner",
            f"{total} values in Annex B: {graded} with a grade, {owned} with an owner, {dated} "
            f"with a review-by date ({late} past it)",
            "Analyst",
        ),
        ("Experts in the service agree with the assumptions", ASK, "Commissioner"),
        (
            "Data are logged, with their quality",
            f"{len(d.data)} sources in the register of data",
            "Analyst",
        ),
        ("The data are what they are said to be, and may be used for this", ASK, "Commissioner"),
        (
            "Decisions are logged",
            f"{words.many(len(d.decisions), 'decision')} in the register",
            "Commissioner",
        ),
        ("Changes since the last review are logged", _changes(d), "Analyst"),
    )


def _changes(d: Dossier) -> str:
    if d.previous is None:
        return "Not compared: the scenario of the last review was not given"
    return f"{words.many(len(d.previous.changes), 'value')} differ, each listed"


def _analysis(d: Dossier) -> Sequence[Item]:
    review = d.review
    verdict = review.verdict
    inside = (
        f"{review.months_inside} of {review.months_known} monthly figures inside the 90% band"
        if review.months_known
        else "no month could be compared"
    )
    if verdict is not None:
        inside += "; the year as a whole is " + ("outside" if verdict.outside else "inside")
    return (
        ("Verified: the model does what it is meant to", _verified(d), "Assurer"),
        (
            "The verification was looked at by somebody other than the analyst",
            ASK,
            "Assurer",
        ),
        ("Validated: held against what happened", inside, "Assurer"),
        ("Validated: those who know the service find it plausible", ASK, "Commissioner"),
        (
            "Uncertainty is found, measured and told",
            "Every forecast has a band; how far off it was is beside how far off it should be",
            "Assurer",
        ),
        ("What matters most is known", _tornado(d), "Analyst"),
        (
            "Calibration still holds",
            _drift(d),
            "Assurer",
        ),
        (
            "It can be made again",
            f"Version {__version__}, seed {review.forecast.seed}, digest "
            f"{review.loaded.digest[:16]}, and the command",
            "Analyst",
        ),
    )


def _verified(d: Dossier) -> str:
    found = d.verification
    if found is None:
        return "Not checked for this review"
    failed = sum(each.verdict == FAIL for each in found.findings)
    years = words.many(len(found.numbers), "simulated year")
    return f"{len(found.findings)} checks of {years}, {failed} fail"


def _tornado(d: Dossier) -> str:
    if d.tornado is None:
        return "Not found out for this review"
    moved = sum(each.effect is not None for each in d.assumptions)
    shown = sum(each.matters for each in d.assumptions)
    weak = sum(each.weak for each in d.assumptions)
    return f"{moved} values moved, {shown} shown to matter, {weak} of them on weak evidence"


def _drift(d: Dossier) -> str:
    found = d.review.recalibrated
    if not found:
        return "Not looked at in this review"
    drifted = sum(each.drift for each in found)
    return f"{len(found)} inputs held against last year's counts, {drifted} drifted"


def _delivery(d: Dossier) -> Sequence[Item]:
    kept = d.scenario.review
    last = (
        f"Last review {words.day(kept.last_reviewed)} with version {kept.version or 'not stated'}"
        if kept is not None
        else "The scenario records no review"
    )
    return (
        (
            "Results are told with their uncertainty and limits, in plain words",
            "This document; its first page",
            "Commissioner",
        ),
        ("The document can be read by all who need it", "Headings, table heads and descriptions "
         "of pictures are marked for assistive technology", "Analyst"),
        ("Use of the model is still within its purpose", ASK, "Commissioner"),
        ("When it is next reviewed is settled", last, "Commissioner"),
        ("The assurer's statement is attached", ASK, "Assurer"),
        ("The model is fit to use for another year", ASK, "Approver"),
    )  # fmt: skip
