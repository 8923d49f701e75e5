"""Why work was late, again, from the written log and the scenario alone.

Slow and plain on purpose, and sharing no code with `sim.measure`: between any two events that
could matter, the state of each late task is worked out anew, as `sim.measure.why_late` says.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from oracle import NEVER, Oracle, Row, Task

State = str
Cell = tuple[str, str]


class LateOracle:
    """The time past due of every promise, by month and state."""

    def __init__(self, rows: Sequence[Row], scenario: Any) -> None:
        self.log = Oracle(rows, scenario)
        self.scenario = scenario
        self._of_task: dict[str, list[Row]] = defaultdict(list)
        self._parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._away: dict[str, list[Row]] = defaultdict(list)
        self._at: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
        self._stage: dict[str, list[Row]] = defaultdict(list)
        self._left: set[tuple[str, float]] = set()
        self._together: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self._read(rows)

    def _read(self, rows: Sequence[Row]) -> None:
        for row in rows:
            if row.task:
                self._of_task[row.task].append(row)
            if row.event in ("allocate", "deallocate"):
                role = row.detail.get("for", row.detail["as"])
                self._parts[row.child, role].append(row)
            elif row.event in ("absent", "present"):
                self._away[row.worker].append(row)
            elif row.event == "vacant" and row.worker:
                self._left.add((row.worker, row.time))
            elif row.event in ("stage_enter", "stage_leave"):
                self._stage[row.child].append(row)
        for mine in self._of_task.values():
            for row, after in pairwise(mine):
                if row.event == "task_start":
                    self._sitting(row, after.time)
            if mine[-1].event == "task_start":
                self._sitting(mine[-1], self.log.horizon)
        for spells in self._at.values():
            spells.sort()

    def _sitting(self, row: Row, until: float) -> None:
        self._at[row.worker].append((row.time, until, row.detail["priority"]))
        for other in row.detail.get("together", "").split():
            self._together[other].append((row.time, until))

    def days(self) -> dict[Cell, dict[tuple[int, State], float]]:
        """Working days past due by promise, then month and state."""
        found: dict[Cell, dict[tuple[int, State], float]] = defaultdict(lambda: defaultdict(float))
        for task in self.log.tasks:
            if not task.timescale:
                continue
            until = self._until(task)
            since = max(float(task.due), task.since)
            if until > since:
                cell = found[task.timescale, task.promised_in]
                for first, end, state in self._states(task, since, until):
                    cell[self.log.month_of[int(first)], state] += end - first
        return found

    def _until(self, task: Task) -> float:
        if task.how == "cancel":
            return task.until
        second = task.second
        if task.how and second is not None and second.how == "cancel":
            return max(task.until, second.until)
        return task.kept[0] if task.kept is not None else self.log.horizon

    def _states(self, task: Task, since: float, until: float) -> list[tuple[float, float, State]]:
        cuts = {since, until, *(float(m.end) for m in self.log.months)}
        cuts |= {row.time for row in self._of_task[task.id]}
        if task.second is not None:
            cuts |= {row.time for row in self._of_task[task.second.id]}
        for part in (task, task.second):
            for spell in self._together.get(part.id, ()) if part is not None else ():
                cuts |= set(spell)
        for (child, _), rows in self._parts_of(task.child):
            cuts |= {row.time for row in rows if child}
            for worker in {row.worker for row in rows}:
                cuts |= {row.time for row in self._away[worker]}
                spells = self._at[worker]
                low = max(bisect_right(spells, (since,)) - 1, 0)
                high = bisect_right(spells, (until,))
                cuts |= {t for spell in spells[low:high] for t in spell[:2]}
        cuts |= {row.time for row in self._stage[task.child]}
        times = sorted(t for t in cuts if since <= t <= until)
        return [(a, b, self._state(task, a, b)) for a, b in pairwise(times)]

    def _parts_of(self, child: str) -> list[tuple[tuple[str, str], list[Row]]]:
        roles = [key for key in self._parts if key[0] == child] if child else []
        return [(key, self._parts[key]) for key in roles]

    def _state(self, task: Task, first: float, end: float) -> State:
        middle = (first + end) / 2.0
        part = task
        if task.ended != NEVER and task.until <= middle and task.second is not None:
            part = task.second
        rows = [row for row in self._of_task[part.id] if row.time <= middle]
        last = rows[-1]
        joined = any(a <= middle < b for a, b in self._together.get(part.id, ()))
        if last.event == "task_start" or joined:
            return "in_hand"
        waits = self._waits(last)
        return waits or self._owner(part, middle)

    def _waits(self, last: Row) -> State:
        why = last.detail.get("why") if last.event in ("task_book", "task_pause") else None
        waits_for = last.detail.get("for") if last.event == "task_wait" else None
        if why in ("gap", "family", "agency") or waits_for in ("family", "agency"):
            return "family_or_agency"
        return "manager_or_panel" if waits_for in ("manager", "panel") else ""

    def _role(self, part: Task, middle: float) -> str:
        role = part.detail.get("role", "holder")
        if role not in ("holder", "assigned", "desk"):
            return role  # an attached worker's, perhaps in place of the holder for a time
        here = [row for row in self._stage[part.child] if row.time <= middle]
        stage = self.scenario.stages.get(here[-1].stage) if here else None
        kind = part.kind.removesuffix("_second")
        if role != "desk" and stage is not None and kind in stage.tasks:
            spec = stage.tasks[kind]
            own = spec.second.role if kind != part.kind and spec.second else spec.role
            return str(own)
        return role

    def _owner(self, part: Task, middle: float) -> State:
        role = self._role(part, middle)
        if role == "desk" or not part.child:
            return f"more_pressing_{part.detail['priority']}"
        row = self._last(part.child, role, middle)
        if role not in ("holder", "assigned") and (row is None or row.event == "deallocate"):
            role = "holder"
            row = self._last(part.child, role, middle)
        if row is None or row.event == "deallocate":
            left = row is not None and (row.worker, row.time) in self._left
            return "post_vacant" if left and not self._moved(row, middle) else "unallocated"
        holder = self._last(part.child, "holder", middle)
        if holder is not None and holder.worker == row.worker and "minding" in holder.detail:
            return "post_vacant"
        return self._worker(row.worker, middle)

    def _last(self, child: str, role: str, middle: float) -> Row | None:
        rows = [row for row in self._parts.get((child, role), ()) if row.time <= middle]
        return rows[-1] if rows else None

    def _moved(self, row: Row | None, middle: float) -> bool:
        assert row is not None
        return any(
            other.event == "stage_leave" and row.place < other.place and other.time <= middle
            for other in self._stage[row.child]
        )

    def _worker(self, worker: str, middle: float) -> State:
        away = [row for row in self._away[worker] if row.time <= middle]
        if away and away[-1].event == "absent":
            return "absent"
        spells = self._at[worker]
        place = bisect_right(spells, (middle,)) - 1
        for since, until, priority in spells[max(place - 3, 0) : place + 1]:
            if since <= middle < until:
                return f"more_pressing_{priority}"
        return "family_or_agency"
