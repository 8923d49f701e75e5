"""The document as a whole: in Word, as a page, and the registers as tables."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from sim import __version__
from sim.report.annual import words
from sim.report.annual.aqua_book import aqua_book
from sim.report.annual.coming import coming_years, write_options
from sim.report.annual.dossier import Dossier
from sim.report.annual.happened import every_month, happened
from sim.report.annual.registers import registers, whole_register
from sim.report.annual.stress_des import stress_des
from sim.report.annual.summary import summary
from sim.report.annual.uncertainty import uncertainty
from sim.report.files import write_csv
from sim.report.paper import Paper, Section
from sim.report.paper_docx import word
from sim.report.paper_html import html
from sim.review.next_year import acceptable
from sim.scenario import Loaded, to_yaml
from sim.scenario.schema import Scenario
from sim.verify import PASS

FILES = (
    *("review.docx", "review.html", "summary.json"),
    *("assumptions.csv", "changes.csv", "decisions.csv"),
)
FOLLOWING = "next-year.yaml"
VERDICTS = {PASS: "holds"}


def document(dossier: Dossier) -> Paper:
    """Put the sections together, the answer first."""
    review = dossier.review
    return Paper(
        title=f"Annual model review: {dossier.name}",
        about=f"{words.year(review.actuals.months)}, reviewed on {words.day(dossier.on)} with "
        f"Caseload {__version__}.",
        sections=tuple(_sections(dossier)),
    )


def _sections(dossier: Dossier) -> Iterator[Section]:
    yield from summary(dossier)
    yield from happened(dossier)
    yield from uncertainty(dossier)
    yield from coming_years(dossier)
    yield from registers(dossier)
    yield _checks(dossier)
    yield from stress_des(dossier)
    yield from aqua_book(dossier)
    yield _again(dossier)
    yield from every_month(dossier)
    yield whole_register(dossier)


def _checks(dossier: Dossier) -> Section:
    heading, found = "Is the simulation itself right?", dossier.verification
    if found is None:
        text = "The simulation was not checked for this review (--check 0 was asked for)."
        return Section(heading, (text,))
    futures = words.many(len(found.numbers), "possible year")
    text = (
        f"The simulation was run for {futures} and its event log checked against what has to be "
        "true of it, whatever the inputs: nobody is lost, nobody works when away, no rule is "
        "broken. caseload verify makes the same checks and says what each examines."
    )
    rows = [
        (
            f"{f.subject}: {f.check}",
            f"{f.cases:,}",
            f.expected,
            f.found,
            VERDICTS.get(f.verdict, f.verdict),
        )
        for f in found.findings
    ]
    table = pd.DataFrame(rows, columns=["Check", "Cases", "Expected", "Found", "Verdict"])
    return Section(heading, (text,), table)


def _again(dossier: Dossier) -> Section:
    review = dossier.review
    rows = [
        ("Command", dossier.command),
        ("Version", f"Caseload {__version__}"),
        ("Seed", str(review.forecast.seed)),
        ("Possible years", str(len(review.forecast.numbers))),
        ("Scenario", ", ".join(Path(file).name for file in review.loaded.files)),
        ("Digest of the scenario", review.loaded.digest),
        *((f"Digest of {each.name}", each.digest) for each in dossier.data[1:] if each.digest),
    ]
    table = pd.DataFrame(rows, columns=["What", "Value"])
    text = (
        "The same version, scenario, actuals and seed give the same numbers, to the last digit. "
        "All numbers are in the tables of the folder that came with this document."
    )
    return Section("How to make it again", (text,), table)


def write_document(dossier: Dossier, folder: Path) -> Sequence[str]:
    """Write the document and the registers, and name the files."""
    paper = document(dossier)
    (folder / "review.docx").write_bytes(word(paper))
    (folder / "review.html").write_text(html(paper), encoding="utf-8")
    _write_summary(dossier, paper, folder / "summary.json")
    _write_assumptions(dossier, folder / "assumptions.csv")
    changes = dossier.previous.changes if dossier.previous is not None else ()
    write_csv(
        folder / "changes.csv",
        ("input", "what", "before", "now", "source", "grade"),
        [(c.key, c.how, c.before, c.now, c.source, c.grade) for c in changes],
    )
    write_csv(
        folder / "decisions.csv",
        ("date", "decision", "why", "by", "review_by"),
        [(d.on, d.decision, d.why, d.by, d.review_by or "") for d in dossier.decisions],
    )
    coming = dossier.coming
    return FILES if coming is None else (*FILES, write_options(coming, folder))


def _write_summary(dossier: Dossier, paper: Paper, path: Path) -> None:
    """Write the first page for other programs, with what a reviewer may accept."""
    first = paper.sections[0]
    labels = {each.name: words.recalibrated(each) for each in dossier.review.recalibrated}
    about = {
        "sentences": first.sentences,
        "points": first.points,
        "acceptable": [
            {"name": name, "label": labels.get(name, words.AT_THE_END)}
            for name in acceptable(dossier.review)
        ],
    }
    path.write_text(json.dumps(about, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _write_assumptions(dossier: Dossier, path: Path) -> None:
    head = (
        *("input", "unit", "value", "range", "source", "grade", "note", "reliability", "owner"),
        *("last_reviewed", "review_by", "overdue"),
        *("effect_on", "effect_where", "effect_size", "effect_shown"),
    )
    rows = [
        (
            *(a.key, a.unit, a.value, a.range, a.source, a.grade, a.note, a.reliability, a.owner),
            *(a.last_reviewed or "", a.review_by or "", "yes" if a.overdue else "no"),
            *(
                (a.effect.measure, a.effect.where, f"{a.effect.size:.6g}", a.effect.shown)
                if a.effect
                else ("", "", "", "")
            ),
        )
        for a in dossier.assumptions
    ]
    write_csv(path, head, rows)


def write_following(following: Loaded[Scenario], folder: Path) -> str:
    """Write the scenario of the year to come, everything in one file; name it."""
    head = f"# Written by caseload review {__version__}. Digest: {following.digest}\n"
    (folder / FOLLOWING).write_text(head + to_yaml(following), encoding="utf-8")
    return FOLLOWING
