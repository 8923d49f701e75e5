"""One child's story in words, from the rows of the event log."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sim.measure.eventlog import Row
from sim.report.wording import stage, timescale, words

WIDTH = 100
INDENT = 13
NEEDS = {
    "none": "none that this service meets",
    "met": "met",
    "short_term": "short-term",
    "complex": "complex",
    "coordinated": "several services, coordinated",
    "stable": "stable",
}
WAITS = {
    "manager": "a manager",
    "panel": "the panel",
    "family": "the family",
    "agency": "other agencies",
    "worker": "its worker again",
}
REBOOKED = {
    "worker": "the worker cannot come",
    "family": "the family cannot come",
    "agency": "another agency cannot come",
}
NO_BY = {
    "managers": "is not agreed by the incoming manager",
    "family": "is not what the family wants",
    "operations_manager": "will not take place, says the operations manager",
    "withdrawn": "is taken off the list",
}
ENDED = {"superseded": "something else took its place", "closed": "the case closed"}
HAPPENINGS = {
    "crisis": "a crisis",
    "package": "another package is needed",
    "overnight": "overnight breaks are needed",
    "provider": "the provider gives notice",
    "review_asked": "a provider asks for a review",
}
HOW = {
    "at_once": " at once",
    "reported": " because it is reported",
    "look": " at a review or visit",
    "call": " in a call",
    "worsened": " because it has become a crisis",
}
DateOf = Callable[[float], date]


class Line(NamedTuple):
    """One sentence and its date."""

    on: date
    text: str


class Story(NamedTuple):
    """What happens to a child: who it is, what happens when, how things stand at the end."""

    who: str
    lines: tuple[Line, ...]
    ending: tuple[str, ...]


def story(rows: Iterable[Row], child: str, date_of: DateOf) -> Story | None:
    """Tell the story of a child, sentence by sentence; as `tell`, None for nothing to tell."""
    own = [row for row in rows if row.child == child]
    if not own:
        return None
    teller = _Teller(date_of)
    lines = tuple(line for row in own for line in teller.say(row))
    return Story(_who(child, own), lines, tuple(teller.ending()))


def tell(rows: Iterable[Row], child: str, date_of: DateOf) -> str:
    """Tell the story of a child.

    Parameters
    ----------
    rows
        The event log, in order; rows of others are passed over.
    child
        The child's id.
    date_of
        Gives the date of a time in working days.

    Returns
    -------
    str
        A line or more for each day on which something happened; empty if nothing ever did.
    """
    told = story(rows, child, date_of)
    if told is None:
        return ""
    return "\n".join([told.who, "", *_by_day(told.lines), *told.ending]) + "\n"


def children(rows: Iterable[Row], most: int = 12) -> list[str]:
    """Pick some children to tell of, those to whom most happened first."""
    counts: dict[str, int] = {}
    for row in rows:
        if row.child and row.event in ("stage_enter", "transfer_complete", "close", "allocate"):
            counts[row.child] = counts.get(row.child, 0) + 1
    return sorted(counts, key=lambda child: (-counts[child], child))[:most]


def details(text: str) -> dict[str, str]:
    """Read ``key=value;key=value``."""
    return dict(part.partition("=")[::2] for part in text.split(";") if part)


def _who(child: str, rows: Sequence[Row]) -> str:
    facts: dict[str, str] = {}
    for row in rows:
        if row.event in ("contact", "stage_enter"):
            facts |= details(row.detail)
            if "born" in facts:
                break
    text = f"Child {child}"
    if "born" in facts:
        text += f", born {_day(date.fromisoformat(facts['born']))}"
    if "site" in facts:
        text += f", {facts['site']}"
    if facts.get("sibling") == "1":
        text += ", who came with a sibling"
    return text + "."


def _by_day(lines: Sequence[Line]) -> list[str]:
    told: list[str] = []
    last: date | None = None
    for line in lines:
        head = "" if line.on == last else _day(line.on)
        last = line.on
        told += textwrap.wrap(
            line.text,
            WIDTH,
            initial_indent=f"{head:<{INDENT}}",
            subsequent_indent=" " * INDENT,
        )
    return told


def _day(on: date) -> str:
    return f"{on.day} {on:%b %Y}"


class _Teller:
    """Turns rows into sentences, remembering what is still to be done."""

    def __init__(self, date_of: DateOf) -> None:
        self._date_of = date_of
        self._to_do: dict[str, Row] = {}
        self._stage: str | None = None

    def say(self, row: Row) -> list[Line]:
        """Say what one row means; many mean nothing to a reader."""
        do = getattr(self, f"_{row.event}", None)
        text: str | None = do(row, details(row.detail)) if do is not None else None
        return [Line(self._date_of(row.time), text)] if text else []

    def ending(self) -> list[str]:
        """Say how things stand at the end of the run."""
        if self._stage is None:
            return []
        lines = ["", f"At the end of the run the case is open in {stage(self._stage)}."]
        for row in self._to_do.values():
            lines.append(f"Still to be done: {_task(row).lower()}, due {self._due(row)}.")
        return lines

    def _due(self, row: Row) -> str:
        """Write the last day on which a task is on time: its due time is that day's end."""
        return _day(self._date_of((row.due or 1) - 1)) if row.due is not None else "at no set time"

    # --- the front door -----------------------------------------------------------------------

    def _contact(self, row: Row, said: dict[str, str]) -> str:
        again = " again" if said.get("again") == "1" else ""
        source = said.get("source", "")
        by = f" ({words(source).lower()})" if source else ""
        return f"The MASH is contacted{again} about the child{by}."

    def _decision(self, row: Row, said: dict[str, str]) -> str:
        return f"Decision: {words(said.get('outcome', 'none')).lower()}."

    # --- where the case is --------------------------------------------------------------------

    def _stage_enter(self, row: Row, said: dict[str, str]) -> str:
        self._stage = row.stage
        name = stage(row.stage)
        every = [
            f"{timescale(key[6:]).lower()} every {value}"
            for key, value in said.items()
            if key.startswith("every.")
        ]
        promise = f" Promised: {', '.join(every)}." if every else ""
        if said.get("initial") == "1":
            return f"The run begins; the case is already open in {name}.{promise}"
        return f"Enters {name}.{promise}"

    def _stage_leave(self, row: Row, said: dict[str, str]) -> str:
        self._stage = None
        return f"Leaves {stage(row.stage)}: {words(said.get('reason', '')).lower()}."

    def _close(self, row: Row, said: dict[str, str]) -> str:
        return f"The case is closed: {words(said.get('reason', '')).lower()}."

    def _allocate(self, row: Row, said: dict[str, str]) -> str:
        how = {"holder": "holds the case", "assigned": "works with the child"}
        part = how.get(said.get("as", ""), "joins the case")
        return f"{_worker(row)} {part}."

    def _transfer_request(self, row: Row, said: dict[str, str]) -> str:
        return f"A move to {stage(said.get('to', ''))} is asked for."

    def _transfer_agree(self, row: Row, said: dict[str, str]) -> str:
        return f"The move to {stage(said.get('to', ''))} is agreed."

    def _transfer_refuse(self, row: Row, said: dict[str, str]) -> str:
        by = NO_BY.get(said.get("why", ""), "is refused")
        return f"The move to {stage(said.get('to', ''))} {by}."

    def _transfer_escalate(self, row: Row, said: dict[str, str]) -> str:
        why = " for want of a slot" if said.get("why") == "no_slot" else ""
        return f"The move to {stage(said.get('to', ''))} goes to the operations manager{why}."

    # --- the child ----------------------------------------------------------------------------

    def _need(self, row: Row, said: dict[str, str]) -> str:
        if "what" in said:
            return f"In the child's own life: {_happening(said)}."
        to = said.get("to", "")
        return f"In the child's own life: need is now {NEEDS.get(to, words(to).lower())}."

    def _found(self, row: Row, said: dict[str, str]) -> str:
        if "what" in said:
            how = HOW.get(said.get("how", ""), "")
            return f"The service learns{how}: {_happening(said)}."
        need = said.get("need", "")
        return f"The service learns of the need: {NEEDS.get(need, words(need).lower())}."

    def _status_on(self, row: Row, said: dict[str, str]) -> str:
        route = f" ({words(said['route']).lower()})" if "route" in said else ""
        return f"Known of the child: {words(said.get('status', ''))}{route}."

    def _status_off(self, row: Row, said: dict[str, str]) -> str:
        return f"No longer: {words(said.get('status', '')).lower()}."

    # --- work ---------------------------------------------------------------------------------

    def _task_open(self, row: Row, said: dict[str, str]) -> None:
        if not row.kind.endswith("_second"):
            self._to_do[row.task] = row

    def _task_book(self, row: Row, said: dict[str, str]) -> str | None:
        why = REBOOKED.get(said.get("why", ""))
        if why is None or row.kind.endswith("_second"):
            return None
        on = _day(self._date_of(float(said["on"])))
        return f"{_task(row)} is put off to {on}: {why}."

    def _task_wait(self, row: Row, said: dict[str, str]) -> str:
        waits = said.get("for", "")
        return f"{_task(row)} waits for {WAITS.get(waits, words(waits).lower())}."

    def _task_end(self, row: Row, said: dict[str, str]) -> str | None:
        self._to_do.pop(row.task, None)
        if row.kind.endswith("_second"):
            return None
        if "with" in said:
            return f"{_task(row)} is met in the same meeting ({_other(said['with'])})."
        hours = float(said.get("hours", 0))
        return f"{_task(row)} done by {_worker(row, False)} in {hours:.1f} hours, {self._met(row)}."

    def _met(self, row: Row) -> str:
        if row.due is None or row.time <= row.due:
            return "on time"
        days = int(row.time) - row.due + 1
        return f"{days} working day{'s' * (days != 1)} late (due {self._due(row)})"

    def _task_cancel(self, row: Row, said: dict[str, str]) -> str | None:
        self._to_do.pop(row.task, None)
        if row.kind.endswith("_second"):
            return None
        why = said.get("why", "")
        overdue = " It was past due." if row.due is not None and row.time > row.due else ""
        return f"{_task(row)} will not be done: {ENDED.get(why, words(why).lower())}.{overdue}"


def _happening(said: dict[str, str]) -> str:
    """Say what has happened in a child's life; ``what`` and more, as the log has it."""
    what = said["what"]
    text = HAPPENINGS.get(what, words(what).lower())
    if what == "health":
        return f"health is {'no longer stable' if said.get('health') == 'unstable' else 'stable'}"
    if what == "package" and "change" in said:
        return f"{text} ({said['change']})"
    return f"{text} ({words(said['route']).lower()})" if "route" in said else text


def _task(row: Row) -> str:
    return words(row.kind)


def _other(task: str) -> str:
    """Say whose task and which, from an id such as ``a12/review/3``."""
    parts = task.split("/")
    return f"{words(parts[1]).lower()} of {parts[0]}" if len(parts) > 1 else task


def _worker(row: Row, first: bool = True) -> str:
    """Name a worker from ``team.role.post#person``."""
    parts = row.worker.split(".")
    if len(parts) < 3:
        return row.worker or "nobody named"
    post, _, person = parts[-1].partition("#")
    role = words(parts[1])
    name = f"{role if first else role[:1].lower() + role[1:]} {post}"
    if role.startswith("MASH"):
        name = f"{role} {post}"
    return name + (f" (person {person})" if person not in ("", "1") else "")
