"""Compliance again from the log: promises on time, and children in date at month ends."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally
from sim.verify.history import NEVER, History, Task

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

SUBJECT = "compliance"
MET, LATE, OPEN, ENDED = "met", "late", "open past due", "closed overdue"


def on_time(evidence: Evidence) -> Finding:
    """Promises met, late, open past due and closed overdue, by the month they fell due."""
    tally = Tally(
        SUBJECT,
        "on time",
        "promises that fell due, by timescale, stage, month and outcome (open overdue work too)",
        "as many in the summary as in the log",
    )
    calendar, watcher = evidence.calendar, evidence.watcher
    month_of = calendar.month_of()
    told: Counter[tuple[str, str, int, str]] = Counter()
    one: dict[tuple[str, str, int, str], Task] = {}
    for task in evidence.history.tasks:
        if task.timescale and 0 < task.due <= evidence.horizon:
            outcome = _outcome(task, evidence.horizon)
            if outcome:
                key = (task.timescale, task.promised_in, month_of[task.due - 1], outcome)
                told[key] += 1
                one[key] = task
    books: Counter[tuple[str, str, int, str]] = Counter()
    for (timescale, stage), promise in zip(evidence.plans[0].cells, watcher.promises, strict=True):
        lists = (promise.met, promise.late, promise.open, promise.closed)
        for outcome, counts in zip((MET, LATE, OPEN, ENDED), lists, strict=True):
            for month, number in enumerate(counts):
                if number:
                    books[timescale, stage, month, outcome] += number
    for key in told.keys() | books.keys():
        gap = abs(told[key] - books[key])
        if not tally.right(not gap):
            tally.tell(
                f"{key[0]} in {key[1]}, due in {calendar.months[key[2]].label}, {key[3]}: "
                f"{told[key]} in the log, {books[key]} in the summary"
                + (f" (such as {one[key].id} of child {one[key].child})" if key in one else ""),
                gap,
            )
    return tally.finding()


def _outcome(task: Task, horizon: float) -> str:
    """How a promise turned out; empty if it was given up in time."""
    if task.kept is not None:
        return MET if task.kept[0] <= task.due else LATE
    last = task.second if task.second is not None and task.how != "cancel" else task
    if last.how == "cancel":
        return ENDED if last.until > task.due else ""
    return OPEN


def in_date(evidence: Evidence) -> Finding:
    """Children promised something, and those of them not past due, at each month end."""
    tally = Tally(
        SUBJECT,
        "in date",
        "each promise at each month end: children promised it, and those not past due",
        "as many in the summary as in the log",
    )
    watcher, history, calendar = evidence.watcher, evidence.history, evidence.calendar
    cells = list(enumerate(evidence.plans[0].cells))
    of_stages = {
        work.timescale
        for spec in evidence.scenario.stages.values()
        for work in spec.tasks.values()
        if work.timescale
    }
    promised = _promised(history, watcher.cuts)
    late = _late(history, watcher.cuts, [float(m.end) for m in calendar.months])
    for number, (timescale, stage) in cells:
        if number not in watcher.recurring:
            continue
        here = stage if timescale in of_stages else None
        for month in range(len(watcher.cuts)):
            children = promised[month].get((timescale, here), set())
            overdue = children & late[month].get(timescale, set())
            book = watcher.months[month]
            numbers = (len(children), len(children) - len(overdue))
            books = (book.promised[number], book.in_date[number])
            if not tally.right(numbers == books):
                tally.tell(
                    f"{timescale} in {stage}, end of {calendar.months[month].label}: promised and "
                    f"in date {numbers} in the log, {books} in the summary",
                    abs(numbers[0] - books[0]) + abs(numbers[1] - books[1]),
                )
    return tally.finding()


Told = dict[tuple[str, str | None], set[str]]


def _promised(history: History, cuts: list[int]) -> list[Told]:
    """Who was promised what at each month end, by timescale and stage (None: anywhere)."""
    steps: list[tuple[int, str, str, dict[str, str] | None]] = []
    for stay in history.stays:
        steps.append((stay.begun, stay.child, stay.stage, stay.detail))
        if stay.ended < NEVER:
            steps.append((stay.ended, stay.child, stay.stage, None))
    for place, row, detail in history.changed:
        steps.append((place, row.child, row.stage, detail))
    steps.sort(key=lambda step: step[0])
    running: Told = defaultdict(set)
    mine: dict[str, list[tuple[str, str | None]]] = {}
    found: list[Told] = []
    at = 0
    for cut in cuts:
        while at < len(steps) and steps[at][0] < cut:
            _, child, stage, told = steps[at]
            for key in mine.pop(child, ()):
                running[key].discard(child)
            if told is not None:
                keys: list[tuple[str, str | None]] = []
                for name in told:
                    if name.startswith("every."):
                        keys += [(name[6:], stage), (name[6:], None)]
                mine[child] = keys
                for key in keys:
                    running[key].add(child)
            at += 1
        found.append({key: set(children) for key, children in running.items()})
    return found


def _late(history: History, cuts: list[int], ends: list[float]) -> list[dict[str, set[str]]]:
    """Whose task of each promise, or whose second worker's part, was past due at month ends."""
    found: list[dict[str, set[str]]] = [defaultdict(set) for _ in cuts]
    for task in history.tasks:
        timescale = task.timescale or (task.first.timescale if task.first is not None else "")
        if not timescale:
            continue
        first = max(bisect_left(cuts, task.begun + 1), bisect_left(ends, float(task.due)))
        for month in range(first, len(cuts)):
            if cuts[month] > task.ended:
                break
            found[month][timescale].add(task.child)
    return found
