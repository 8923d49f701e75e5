"""Children worth telling of, each chosen from the event log for something that happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sim.measure.eventlog import Row
from sim.report.story import DateOf, children, details, story

MOST_MOVES = 3
Happened = Callable[[Row, dict[str, str]], bool]
# What a story is about, and the event that shows it.
THEMES: tuple[tuple[str, Happened], ...] = (
    (
        "a child protection plan",
        lambda row, said: (
            row.event == "status_on" and said.get("status") == "child_protection_plan"
        ),
    ),
    (
        "becoming looked after",
        lambda row, said: row.event == "status_on" and said.get("status") == "looked_after",
    ),
    (
        "a move that waits for a slot",
        lambda row, said: row.event == "transfer_escalate" and said.get("why") == "no_slot",
    ),
    ("a move that is refused", lambda row, said: row.event == "transfer_refuse"),
    (
        "a crisis",
        lambda row, said: row.event == "need" and said.get("what") == "crisis",
    ),
    (
        "coming back after the case was closed",
        lambda row, said: row.event == "contact" and said.get("again") == "1",
    ),
    (
        "a case that comes and is closed",
        lambda row, said: row.event == "close" and row.stage not in ("mash", ""),
    ),
    (
        "being open to review",
        lambda row, said: row.event == "stage_enter" and row.stage == "open_to_review",
    ),
    ("team around the child", lambda row, said: row.stage == "caf_tac"),
)


def chosen(rows: Sequence[Row]) -> list[tuple[str, str]]:
    """Choose children: what their story is about, and their id; nobody twice.

    For each theme the child to whom it happens and who moves most.
    """
    busy = children(rows, len(rows))
    place = {child: number for number, child in enumerate(busy)}
    found = [("many moves", child) for child in busy[:MOST_MOVES]]
    taken = {child for _, child in found}
    happened: dict[str, set[str]] = {name: set() for name, _ in THEMES}
    for row in rows:
        if row.child in place:
            said = details(row.detail)
            for name, shows in THEMES:
                if shows(row, said):
                    happened[name].add(row.child)
    for name, _ in THEMES:
        left = sorted(happened[name] - taken, key=place.__getitem__)
        if left:
            found.append((name, left[0]))
            taken.add(left[0])
    return found


def stories(
    rows: Sequence[Row], wanted: Iterable[tuple[str, str]], date_of: DateOf
) -> list[dict[str, Any]]:
    """Tell the stories, as plain data for another program.

    Returns
    -------
    list of dict
        ``child``, ``about``, ``who``, ``lines`` (pairs of a date and a sentence) and ``ending``.
    """
    found = []
    for about, child in wanted:
        told = story(rows, child, date_of)
        if told is not None:
            lines = [[line.on.isoformat(), line.text] for line in told.lines]
            found.append(
                {
                    "child": child,
                    "about": about,
                    "who": told.who,
                    "lines": lines,
                    "ending": list(told.ending),
                }
            )
    return found
