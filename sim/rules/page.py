"""The register on a page: as Markdown, as text for a terminal, and as a table of values."""

from __future__ import annotations

import csv
import io
import textwrap
from collections import Counter
from collections.abc import Sequence

from sim.rules.documents import contradictions
from sim.rules.register import IN_FORCE, NO_MATTER, NOT_YET, Entry

STATUSES = (IN_FORCE, NO_MATTER, NOT_YET)
TITLES = {
    "kent_care_managed": "Kent: care managed",
    "cambridgeshire_case_management": "Cambridgeshire: units",
    "warwickshire_three_hubs": "Warwickshire: three hubs",
    "open_to_review": "Open to Review",
    "rochdale_step_up_step_down": "Rochdale: step up, step down",
}
HEAD = ("rule", "document", "says", "numbers", "kind", "status", "models", "how", "test", "reason")
WIDTH = 100
SHOWN = 2  # keys and functions named in full; more are counted


def totals(entries: Sequence[Entry]) -> list[tuple[str, ...]]:
    """Count the rules of each document by status, with a last row for all."""
    documents = dict.fromkeys(entry.rule.document for entry in entries)
    rows = [
        _counts(TITLES[document], [e for e in entries if e.rule.document == document])
        for document in documents
    ]
    return [*rows, _counts("All", entries)]


def _counts(name: str, entries: Sequence[Entry]) -> tuple[str, ...]:
    number = Counter(entry.status for entry in entries)
    tested = sum(bool(entry.test) for entry in entries)
    return (name, *(str(number[s]) for s in STATUSES), str(len(entries)), str(tested))


def how(entry: Entry) -> str:
    """Say in a line by what a rule is in force."""
    names = [f"`{name}`" for name in (*entry.keys, *entry.functions)]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def markdown(entries: Sequence[Entry]) -> str:
    """Return the page `docs/rules.md`."""
    lines = [
        "# The rules of the five documents",
        "",
        "Made by `caseload rules --format markdown`; do not edit by hand.",
        "",
        "A rule is *in force* in a model if a key of its scenario or a function of the program",
        "keeps it. It is *not a capacity matter* if it takes nobody's hours and moves nobody. The",
        "rest is *not yet in force*: said here rather than left out. A test is named where one",
        "shows the rule; that of a rule which sets how often, how many, by when, who may be held",
        "or who does the work fails once that rule is switched off.",
        "",
        "| Document | In force | Not a capacity matter | Not yet in force | Rules | With a test |",
        "|---|---|---|---|---|---|",
        *(_row(row) for row in totals(entries)),
    ]
    for document, title in TITLES.items():
        here = [entry for entry in entries if entry.rule.document == document]
        if here:
            lines += ["", f"## {title}", "", "| Rule | What it says | Status | How, and the test |"]
            lines += ["|---|---|---|---|", *(_row(_told(entry)) for entry in here)]
    lines += ["", "## Where the documents contradict each other", ""]
    lines += ["| | Matter | What each says | How it may be set |", "|---|---|---|---|"]
    for c in contradictions():
        lines.append(_row((c["id"], c["topic"], c["what_each_says"], c["how_to_configure"])))
    return "\n".join(lines) + "\n"


def _told(entry: Entry) -> tuple[str, ...]:
    status = entry.status
    if entry.models:
        status += " in " + ", ".join(entry.models)
    told = [how(entry), entry.reason]
    if entry.test:
        told.append(f"shown by `{entry.test.removeprefix('tests/')}`")
    return (entry.rule.id, entry.rule.says, status, "; ".join(filter(None, told)))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def text(entries: Sequence[Entry]) -> str:
    """Return the totals, and the rules not yet in force, for a terminal."""
    lines = [
        f"{'':<32}{'in force':>10}{'no matter':>11}{'not yet':>9}{'rules':>7}{'tested':>8}",
    ]
    for name, force, no_matter, later, number, tested in totals(entries):
        lines.append(f"{name:<32}{force:>10}{no_matter:>11}{later:>9}{number:>7}{tested:>8}")
    missing = [entry for entry in entries if entry.status == NOT_YET]
    if missing:
        lines += ["", "Not yet in force:"]
    for entry in missing:
        said = f"{entry.rule.id:<5}{entry.rule.says} ({entry.reason.rstrip('.')})"
        lines.append(textwrap.fill(said, WIDTH, subsequent_indent=" " * 5))
    return "\n".join(lines) + "\n"


def values(entries: Sequence[Entry]) -> str:
    """Return the register as CSV, a row for each rule."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEAD)
    for e in entries:
        by = "; ".join((*e.keys, *e.functions))
        rule = e.rule
        about = (rule.id, rule.document, rule.says, rule.numbers, rule.kind)
        writer.writerow((*about, e.status, " ".join(e.models), by, e.test, e.reason))
    return written.getvalue()
