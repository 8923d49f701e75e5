"""The registers as sections of the document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from sim import __version__
from sim.experiment.headlines import Headline
from sim.registers.assumptions import Assumption, by_importance, overdue
from sim.registers.effects import Effect
from sim.registers.releases import changed_since
from sim.report import wording
from sim.report.annual import words
from sim.report.annual.dossier import Dossier
from sim.report.naming import headline_name, input_name
from sim.report.paper import Section

MOST, MOST_NAMED = 15, 5
GRADES = {
    "seed": "one of the five documents",
    "published": "published",
    "derived": "derived from published figures",
    "calibrated": "calibrated",
    "assumed": "assumed",
    "entered": "entered by the service",
    "": "no source is given",
}


def registers(dossier: Dossier) -> Iterator[Section]:
    """List what the model rests on: assumptions that matter, data, decisions, changes."""
    yield _upkeep(dossier)
    yield _important(dossier)
    yield _late(dossier)
    yield Section(
        "Data",
        (),
        pd.DataFrame(
            [(d.what, d.name, d.content, d.used, d.quality) for d in dossier.data],
            columns=["Data", "File", "What is in it", "Used for", "Quality"],
        ),
        level=2,
    )
    yield _decisions(dossier)
    yield _since(dossier)


def _upkeep(dossier: Dossier) -> Section:
    kept = dossier.scenario.review
    if kept is None:
        text = (
            "The scenario does not say when it was last reviewed, with which version of the "
            "program, or who owns it (section 'review' of the scenario)."
        )
    else:
        text = (
            f"Last reviewed: {words.day(kept.last_reviewed)}, with version "
            f"{kept.version or 'not stated'} of the program (this is {__version__}). Owner: "
            f"{kept.owner or 'not stated'}. To be reviewed by: {words.day(kept.review_by)}."
        )
        text += _versions(kept.version)
    counted = Counter(each.grade for each in dossier.assumptions)
    rows = [
        (GRADES[grade], reliability, str(number))
        for grade in GRADES
        if (number := counted.get(grade, 0))
        for reliability in [next(a.reliability for a in dossier.assumptions if a.grade == grade)]
    ]
    table = pd.DataFrame(rows, columns=["Where a value comes from", "Reliability", "Values"])
    return Section("What the model rests on", (text,), table)


def _versions(version: str | None) -> str:
    """Say whether results have changed since the version of the last review."""
    if not version:
        return ""
    changed = changed_since(version)
    if changed is None:
        return f" This program knows of no version {version}."
    if changed:
        return (
            f" Results have changed since, with version {', '.join(changed)}: the same scenario "
            "gives other numbers."
        )
    return " No release since has changed results."


def _important(dossier: Dossier) -> Section:
    heading, tornado = "The assumptions that matter most", dossier.tornado
    if tornado is None:
        text = (
            "Which assumptions matter has not been found out for this review (caseload "
            "sensitivity does it; its folder is given with --sensitivity). The whole register "
            "is in Annex B."
        )
        return Section(heading, (text,), level=2)
    of = "" if dossier.fits else (
        " It was found out for another version of this scenario or another length of run, so it "
        "is a guide only."
    )  # fmt: skip
    found = by_importance(dossier.assumptions)
    moved = sum(each.effect is not None for each in dossier.assumptions)
    text = (
        f"Of {moved} values that were each moved over their range, {len(found)} are shown to "
        f"change what is late, who is in date or who waits.{of}"
    )
    table = None
    if found:
        table = pd.DataFrame(
            [
                (input_name(a.key), a.value, a.range, effect(a.effect), a.reliability)
                for a in found[:MOST]
            ],
            columns=["Assumption", "Value", "Range", "Over its range it changes", "Reliability"],
        )
    return Section(heading, (text,), table, level=2)


def effect(of: Effect | None) -> str:
    """Write what moving a value changes most."""
    if of is None:
        return "not moved"
    if not of.shown:
        return "not shown to matter"
    name = headline_name(Headline(of.measure, of.where, of.period))
    size = f"{of.size * 100:.1f} points" if of.unit == "share" else wording.number(of.size, 1)
    return f"{name}: by {size}"


def _late(dossier: Dossier) -> Section:
    heading = "What is past its review-by date"
    groups: dict[tuple[date | None, str], list[Assumption]] = {}
    for each in overdue(dossier.assumptions):
        groups.setdefault((each.review_by, each.owner), []).append(each)
    rows = [
        (_named(found), words.day(on), owner or words.NONE) for (on, owner), found in groups.items()
    ]
    rows += [
        (f"Decision: {each.decision}", words.day(each.review_by), each.by or words.NONE)
        for each in dossier.decisions
        if each.overdue(dossier.on)
    ]
    if rows:
        table = pd.DataFrame(rows, columns=["What", "Review by", "Owner"])
        text = f"On {words.day(dossier.on)} these were past their date."
        return Section(heading, (text,), table, level=2)
    undated = sum(each.review_by is None for each in dossier.assumptions)
    text = f"Nothing was on {words.day(dossier.on)}."
    if undated:
        text += (
            f" But {undated} of {len(dossier.assumptions)} values have no such date; the section "
            "'review' of the scenario gives one to all of them, or to some."
        )
    return Section(heading, (text,), level=2)


def _named(found: Sequence[Assumption]) -> str:
    """Name the first few of many values."""
    names = "; ".join(input_name(each.key) for each in found[:MOST_NAMED])
    number = words.many(len(found), "value")
    if len(found) <= MOST_NAMED:
        return names
    return f"{number}, all in Annex B: {names} and others"


def _decisions(dossier: Dossier) -> Section:
    if not dossier.decisions:
        text = (
            "None is recorded. caseload review SCENARIO --decisions-template FILE writes the file "
            "to fill in; --decisions FILE puts it here."
        )
        return Section("Decisions", (text,), level=2)
    rows = [
        (
            *(words.day(d.on), d.decision, d.why or words.NONE, d.by or words.NONE),
            words.day(d.review_by),
        )
        for d in dossier.decisions
    ]
    heads = ["Date", "Decision", "Why", "By", "Review by"]
    return Section("Decisions", (), pd.DataFrame(rows, columns=heads), level=2)


def _since(dossier: Dossier) -> Section:
    heading = "Changes since the last review"
    if dossier.previous is None:
        return Section(
            heading,
            ("The scenario of the last review was not given (--previous FILE).",),
            level=2,
        )
    changes, before = dossier.previous.changes, dossier.previous.loaded
    what = f"Compared with {before.scenario.title or before.scenario.name} ({before.digest[:16]})"
    if not changes:
        return Section(heading, (f"{what}, nothing is different.",), level=2)
    rows = [
        (
            *(_key(c.key), c.how, c.before or words.NONE, c.now or words.NONE),
            _whence(c.source, c.grade),
        )
        for c in changes
    ]
    table = pd.DataFrame(rows, columns=["Input", "What", "Before", "Now", "Source"])
    number = words.many(len(changes), "value")
    return Section(heading, (f"{what}: {number} differ.",), table, level=2)


def _key(key: str) -> str:
    name, comma, rest = key.partition(", ")
    return f"{input_name(name)}{comma}{rest}"


def _whence(source: str, grade: str) -> str:
    return f"{source or 'no source'} ({GRADES.get(grade, grade)})"


def whole_register(dossier: Dossier) -> Section:
    """List every value, for the annex; what is said of none of them is left out."""
    register = dossier.assumptions
    columns: dict[str, list[str]] = {
        "Value": [input_name(each.key) for each in register],
        "Is (range)": [_value(each) for each in register],
        "Source and note": [
            "; ".join(filter(None, (each.source, each.note))) or words.NONE for each in register
        ],
        "Grade": [each.grade or words.NONE for each in register],
        "Reliability": [each.reliability for each in register],
        "Owner": [each.owner for each in register],
        "Last looked at": [_day(each.last_reviewed) for each in register],
        "Review by": [_day(each.review_by) for each in register],
        "Effect over its range": [effect(each.effect) if each.effect else "" for each in register],
    }
    missing = [name for name, cells in columns.items() if not any(cells)]
    alike = [name for name, cells in columns.items() if name not in missing and len({*cells}) == 1]
    table = pd.DataFrame(
        {
            name: [cell or words.NONE for cell in cells]
            for name, cells in columns.items()
            if name not in (*missing, *alike)
        }
    )
    text = "Every value of the scenario that has a source, or could have one."
    text += "".join(f" {name}, of all: {columns[name][0]}." for name in alike)
    if missing:
        text += f" Said of none of them: {', '.join(missing).lower()}."
    return Section("Annex B: register of assumptions", (text,), table, wide=True)


def _value(each: Assumption) -> str:
    unit = f" {each.unit}" if each.unit in ("hours", "per year") else ""
    value = each.value.replace("_", " ")  # names of shares: in words, they can be broken
    return f"{value}{unit}" + (f" ({each.range})" if each.range else "")


def _day(on: date | None) -> str:
    return f"{on:%d/%m/%Y}" if on else ""
