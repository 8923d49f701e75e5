"""The verification of a scenario as a reviewer files it: a table, a CSV file and a page."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from sim import __version__
from sim.report.files import write_csv
from sim.scenario import Loaded
from sim.scenario.schema import Scenario
from sim.verify import FAIL, PASS, REPORTED, Finding

WIDTH = 100
WORDS = {PASS: "pass", FAIL: "FAIL", REPORTED: "see"}
HEAD = (
    *("subject", "check", "verdict", "cases", "not_as_expected", "smallest", "largest"),
    *("examined", "expected", "found", "worst"),
)


@dataclass(frozen=True)
class Verification:
    """What was checked, how often, and what was found.

    Attributes
    ----------
    loaded
        The scenario.
    seed, asked, numbers
        The seed, how many replications were wanted, and those that were finished.
    findings
        Check by check, over all of these.
    """

    loaded: Loaded[Scenario]
    seed: int
    asked: int
    numbers: tuple[int, ...]
    findings: tuple[Finding, ...]

    @property
    def failed(self) -> list[Finding]:
        """The checks that fail."""
        return [finding for finding in self.findings if finding.verdict == FAIL]


def heading(v: Verification) -> list[str]:
    """Say what was verified, in two lines."""
    scenario = v.loaded.scenario
    done = len(v.numbers)
    futures = f"{done} possible future{'s' * (done != 1)}"
    if done < v.asked:
        futures = f"{done} of {v.asked} possible futures: STOPPED EARLY"
    start = f"{scenario.start.day} {scenario.start:%B %Y}"
    return [
        f"Verification of {scenario.title or scenario.name} ({scenario.name})",
        f"{scenario.horizon} from {start}; {futures}; seed {v.seed}; caseload {__version__}",
    ]


def summary(v: Verification) -> str:
    """Say in one sentence how it went."""
    failed, told = len(v.failed), sum(f.verdict == REPORTED for f in v.findings)
    text = f"{len(v.findings)} checks: {len(v.findings) - failed - told} pass, {failed} fail"
    return f"{text}, {told} to be seen by a reviewer." if told else f"{text}."


def table(v: Verification) -> str:
    """Return the table for a terminal, 100 columns wide."""
    title = [line for text in heading(v) for line in textwrap.wrap(text, WIDTH)]
    lines = [*title, "", _row("", "CHECK", "CASES", "FOUND"), "-" * WIDTH]
    for f in v.findings:
        name = f"{f.subject}: {f.check}"
        lines.append(_row(WORDS[f.verdict], name, f"{f.cases:,}", f.found))
        if f.verdict != PASS:
            lines += _told("examined", f.examined) + _told("expected", f.expected)
            lines += _told("worst" if f.verdict == FAIL else "such as", f.worst)
    lines += ["-" * WIDTH, summary(v)]
    return "\n".join(lines)


def _row(verdict: str, name: str, cases: str, found: str) -> str:
    return f"{verdict:<6}{name:<48}{cases:>11}  {found}".rstrip()


def _told(what: str, text: str) -> list[str]:
    first = f"{'':8}{what}: "
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=" " * 18)


def write_verification(v: Verification, folder: Path) -> None:
    """Write ``verification.csv`` and ``verification.md``."""
    write_csv(folder / "verification.csv", HEAD, [_cells(f) for f in v.findings])
    (folder / "verification.md").write_text(page(v), encoding="utf-8")


def _cells(f: Finding) -> tuple[str | int, ...]:
    low, high = ("" if x is None else f"{x:.6g}" for x in (f.low, f.high))
    return (
        *(f.subject, f.check, f.verdict, f.cases, f.wrong, low, high),
        *(f.examined, f.expected, f.found, f.worst),
    )


def page(v: Verification) -> str:
    """Return the same as a page of Markdown, with what each check examines and expects."""
    title, what = heading(v)
    lines = [
        f"# {title}",
        "",
        what,
        "",
        f"Scenario digest `{v.loaded.digest}`.",
        "",
        summary(v),
        "",
    ]
    lines += ["| Check | Examined | Cases | Expected | Found | Verdict |"]
    lines += ["|---|---|---|---|---|---|"]
    lines += [_line(f) for f in v.findings]
    told = [f for f in v.findings if f.verdict != PASS]
    if told:
        lines += ["", "## What failed, or is to be seen", ""]
        lines += [f"- **{f.subject}: {f.check}** ({f.verdict}): {f.worst}." for f in told]
    return "\n".join(lines) + "\n"


def _line(f: Finding) -> str:
    cells = (f"{f.subject}: {f.check}", f.examined, f"{f.cases:,}", f.expected, f.found, f.verdict)
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"
