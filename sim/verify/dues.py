"""Due times, again from the calendar and the last occasion in the log.

The next is due an interval after the day the last was held; the first an interval after the
promise began; and a move never resets a clock: what was due earlier stays due.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.calendar import Duration
from sim.service.bringing_forward import BROUGHT
from sim.service.task import AT_REVIEW
from sim.verify.finding import Finding, Tally
from sim.verify.history import NEVER, Stay, Task

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

SUBJECT = "due times"
ENTERED, CHANGED, KEPT, OPENED = range(4)


@dataclass(slots=True)
class Clock:
    """Where a promise to a child stands."""

    what: int  # the last thing that set it
    since: float
    carried: int | None = None  # the due time it came with from another stage
    every: str = ""


class Dues:
    """Goes through the events of each child and promise in order."""

    def __init__(self, evidence: Evidence) -> None:
        self.calendar = evidence.calendar
        self.stages = evidence.scenario.stages
        self.next = Tally(
            SUBJECT,
            "next due from the day held",
            "recurring work opened after an earlier occasion or the start of its promise",
            "due an interval after it was last held (or promised), or at the school's month; "
            "sooner only where it was brought forward",
        )
        self.moves = Tally(
            SUBJECT,
            "a move resets no clock",
            "recurring work that came with a child from another stage",
            "due when it was, or an interval of the new stage after the move if that is sooner",
        )
        self._parsed: dict[str, Duration] = {}
        self._school: dict[str, list[int]] = {}
        cases = evidence.scenario.day_one.caseload
        self._given = {(c.child, "cin_review") for c in cases if c.next_review is not None}
        self._given |= {(c.child, "child_seen") for c in cases if c.next_visit is not None}
        self._months = {m: set(self.calendar.month_end_due(m)) for m in range(1, 13)}
        self._run(evidence)

    def _run(self, evidence: Evidence) -> None:
        history = evidence.history
        recurring = {
            kind.promise for plan in evidence.plans for kind in plan.kinds if kind.cadences
        }
        recurring = {name for name in recurring if name}
        steps: dict[str, list[tuple[int, int, object]]] = defaultdict(list)
        for stay in history.stays:
            steps[stay.child].append((stay.begun, ENTERED, stay))
        for place, row, detail in history.changed:
            steps[row.child].append((place, CHANGED, (row.time, detail)))
        for task in history.tasks:
            if task.timescale in recurring and task.first is None:
                steps[task.child].append((task.begun, OPENED, task))
                if task.kept is not None:
                    steps[task.child].append((task.kept[1], KEPT, task))
        at_review = {
            (stage, name)
            for stage, spec in self.stages.items()
            for name, work in spec.tasks.items()
            if work.role == AT_REVIEW
        }
        left = {(s.child, s.ended): s for s in history.stays if s.ended < NEVER}
        ends: dict[str, list[Stay]] = defaultdict(list)
        for stay in left.values():
            ends[stay.child].append(stay)
        for child, mine in steps.items():
            clocks: dict[str, Clock] = {}
            before: Stay | None = None
            for _, what, thing in sorted(mine, key=lambda step: step[:2]):
                if what == ENTERED:
                    assert isinstance(thing, Stay)
                    self._enter(thing, before, clocks)
                    before = thing
                elif what == CHANGED:
                    for clock in clocks.values():
                        clock.what = CHANGED
                elif what == KEPT:
                    assert isinstance(thing, Task) and thing.kept is not None
                    clocks[thing.timescale] = Clock(KEPT, thing.kept[0])
                else:
                    assert isinstance(thing, Task)
                    if (thing.stage, thing.kind) not in at_review:
                        self._open(child, thing, clocks.get(thing.timescale))
                    clocks.pop(thing.timescale, None)

    def _enter(self, stay: Stay, before: Stay | None, clocks: dict[str, Clock]) -> None:
        fresh: dict[str, Clock] = {}
        for key, value in stay.detail.items():
            if key.startswith("every."):
                name = key.removeprefix("every.")
                clock = fresh[name] = Clock(ENTERED, stay.since, None, value)
                last = stay.detail.get(f"last.{name}")
                if last is not None:
                    clock.since = float(last)
                if stay.initial and (stay.child, name) in self._given:
                    clock.what = CHANGED  # due when the caseload file says
                if before is not None and before.until == stay.since:
                    carried = before.left.get(f"due.{name}")
                    clock.carried = int(carried) if carried is not None else None
        clocks.clear()
        clocks.update(fresh)

    def _open(self, child: str, task: Task, clock: Clock | None) -> None:
        if clock is None or clock.what == CHANGED:
            return  # opened before, or under an interval agreed anew
        interval = task.detail.get("interval", "")
        if clock.carried is not None:
            fresh = self._due(clock.since, clock.every)
            expected = min(clock.carried, fresh)
            tally = self.moves
        else:
            expected = self._due(clock.since, interval)
            tally = self.next
        anchor = task.detail.get("anchor")
        right = task.due == expected or (anchor == "ehc" and self._in_a_school_month(task.due))
        right |= anchor == BROUGHT and task.due < expected
        if not tally.right(right):
            tally.tell(
                f"{task.id} of child {child} in {task.stage} is due on day {task.due}, not "
                f"{expected}: {interval} from day {clock.since:.3f}"
                + (f", and day {clock.carried} before the move" if clock.carried else ""),
                abs(task.due - expected),
            )

    def _due(self, time: float, interval: str) -> int:
        span = self._parsed.get(interval)
        if span is None:
            span = self._parsed[interval] = Duration.parse(interval)
        return self.calendar.due(time, span)

    def _in_a_school_month(self, due: int) -> bool:
        return any(due in dues for dues in self._months.values())


def due_times(evidence: Evidence) -> tuple[Finding, Finding]:
    """Recompute every due time of recurring work that the log settles."""
    dues = Dues(evidence)
    return dues.next.finding(), dues.moves.finding()
