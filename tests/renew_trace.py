"""The stored event trace of a small service: how it is written, compared and renewed.

A change that is meant to alter what happens renews it, says in its commit what changed, and puts
the new fingerprint into `sim/data/releases.csv` (`test_releases` says which):

    python -m tests.renew_trace
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Sequence
from pathlib import Path

from sim.measure.eventlog import EventLog, Row
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

FOLDER = Path(__file__).parent / "data"
SCENARIO = FOLDER / "small-service.yaml"
STORED = FOLDER / "small-service.trace"
CONTEXT = 3  # lines before and after the first difference
# What follows from the rest of the trace.
LEFT_OUT = ("pool", "anchor", "born", "site", "free", "reserved", "cost", "agency", "post")
SHORT = {
    "safeguarding_and_support": "S&S",
    "strengthening_families": "SF",
    "review_and_intervention": "R&I",
    "open_to_review": "O2R",
    "single_assessment": "SA",
    "partner_agencies": "PA",
    "social_worker": "sw",
    "family_support_worker": "fsw",
    "lead_professional": "lp",
    "outcome=interval_changed": "promised",
    "priority=": "class",
}


def trace() -> list[str]:
    """Run the small service and return its trace, a line an event."""
    plans = compile_plans(load(str(SCENARIO)))
    log = EventLog()
    Service(plans, 1, 1, log).run()
    return written(log.rows)


def written(rows: Sequence[Row]) -> list[str]:
    """Write events compactly: a line ``day N`` for each day, people by number (@N) once named."""
    people: dict[str, str] = {}
    lines = []
    today = -1
    for row in rows:
        if int(row.time) != today:
            today = int(row.time)
            lines.append(f"day {today}")
        event = row.event.removeprefix("task_")
        parts = [f"{row.time - today:.4f}"[1:], event, row.task or row.child]
        if row.worker and row.worker not in people:
            people[row.worker] = f"@{len(people)}"
            parts.append(f"{people[row.worker]}={row.worker}")
        elif row.worker:
            parts.append(people[row.worker])
        if row.event == "task_open":
            parts.append(f"due={row.due}")
        if row.stage and not row.task:
            parts.append(row.stage)
        detail = [x for x in row.detail.split(";") if x and x.split("=")[0] not in LEFT_OUT]
        if row.event == "task_start":
            detail = [x for x in detail if x.startswith("together=")]
        line = " ".join(filter(None, [*parts, ";".join(map(_rounded, detail))]))
        for word, short in SHORT.items():
            line = line.replace(word, short)
        lines.append(line)
    return lines


def _rounded(part: str) -> str:
    """Hours to a thousandth: enough to tell one event from another."""
    name, _, value = part.partition("=")
    try:
        return f"{name}={float(value):.5g}" if "." in value else part
    except ValueError:
        return part


def stored() -> list[str]:
    """Return the stored trace."""
    return STORED.read_text(encoding="utf-8").splitlines()


def first_difference(before: Sequence[str], now: Sequence[str]) -> str:
    """Show where two traces part, both sides in words with what came before; empty if nowhere."""
    length = min(len(before), len(now))
    at = next((n for n in range(length) if before[n] != now[n]), length)
    if at == len(before) == len(now):
        return ""
    return "\n".join(
        [
            f"The trace of the small service parts from the stored one at event {at + 1}.",
            "Both had:",
            *_told(now, range(max(at - CONTEXT, 0), at)),
            "Stored:",
            *_told(before, range(at, min(at + CONTEXT, len(before)))),
            "Now:",
            *_told(now, range(at, min(at + CONTEXT, len(now)))),
            "If this is meant: python -m tests.renew_trace",
        ]
    )


def _told(lines: Sequence[str], numbers: range) -> list[str]:
    """Say events in words: the day, what happened, to whom, by whom and the details."""
    if not numbers:
        return ["  (nothing more)"]
    return [f"  {_in_words(lines, number)}" for number in numbers]


def _in_words(lines: Sequence[str], number: int) -> str:
    line = lines[number]
    if line.startswith("day "):
        return f"{line} begins"
    day = next(x for x in reversed(lines[:number]) if x.startswith("day "))
    for word, short in SHORT.items():
        line = line.replace(short, word) if short[0].isupper() else line
    time, event, *rest = line.split(" ")
    said = [f"{day}{time}: {event.replace('_', ' ')}"]
    for part in rest:
        if part.startswith("@"):
            said.append(f"by {_person(lines, number, part)}")
        else:
            said.append(part.replace(";", ", "))
    return " ".join(said)


def _person(lines: Sequence[str], number: int, part: str) -> str:
    alias, _, name = part.partition("=")
    if name:
        return name
    for line in lines[:number]:
        for word in line.split(" "):
            if word.startswith(f"{alias}="):
                return word.partition("=")[2]
    return alias


def main() -> int:
    """Store the trace as it is now, and print what changed."""
    now = trace()
    before = stored() if STORED.exists() else []
    changed = list(difflib.unified_diff(before, now, "stored", "now", lineterm="", n=1))
    print(first_difference(before, now) or "Nothing has changed.")
    if changed:
        more = sum(line.startswith("+") for line in changed) - 1
        fewer = sum(line.startswith("-") for line in changed) - 1
        print(f"\n{fewer} events are no longer there and {more} are new. The first of them:")
        print("\n".join(changed[:60]))
        STORED.write_text("\n".join(now) + "\n", encoding="utf-8")
        print(f"Written to {STORED.name}, {STORED.stat().st_size / 1000:.0f} kB.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
