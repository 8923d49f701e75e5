"""Cadence delivered: occasions held against occasions promised, promise by promise.

The summary's `delivered` counts what is promised day by day, so a hub that empties or fills within
the run shows more or less than was held of it: its children bring, or leave with, a part of an
interval. Here only whole turns count, from one occasion held (or from the start of the promise) to
the next, at an interval that did not change meanwhile. That has no edges, and comes from the log
alone.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.calendar import Duration
from sim.service.bringing_forward import BROUGHT
from sim.verify.finding import Finding, Tally
from sim.verify.history import Stay, Task

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

MOST = 1.05  # quiet diaries may not invent reviews
LEAST = 0.95
LATE = 0.05  # with more than this past due, fewer than promised are held: reported
CHANCE = 3.0  # standard errors by which these may be missed
ENOUGH = 200  # turns: fewer say little about a twentieth


@dataclass(slots=True)
class Turns:
    """Whole turns of one promise in one hub."""

    held: int = 0
    late: int = 0
    promised: float = 0.0  # intervals that these turns took
    squares: float = 0.0

    @property
    def error(self) -> float:
        """Standard error of `held` over `promised`, if turns were independent."""
        mean = self.promised / self.held
        spread = max(self.squares / self.held - mean * mean, 0.0) ** 0.5
        return float(spread / self.held**0.5 / mean**2)


def cadence(evidence: Evidence) -> Finding:
    """Hold what was held against what was promised, within a twentieth."""
    tally = Tally(
        "cadence",
        "delivered against promised",
        f"each promise in each hub with {ENOUGH} whole turns: turns held, intervals they took",
        f"{LEAST} to {MOST} where not more than {LATE:.0%} is late; never more than {MOST} (but "
        f"for chance: {CHANCE:g} standard errors)",
    )
    for (timescale, stage), turns in sorted(whole_turns(evidence).items()):
        if turns.held < ENOUGH:
            continue
        value = turns.held / turns.promised
        late = turns.late / turns.held
        told = (
            f"{timescale} in {stage}: {turns.held:,} held in {turns.promised:,.1f} intervals, "
            f"{value:.3f}; {late:.1%} late"
        )
        tally.measure(value)
        chance = CHANCE * turns.error
        short = value + chance < LEAST
        if not tally.right(value - chance <= MOST and not (short and late <= LATE)):
            tally.tell(told, abs(value - 1.0))
        if short:
            tally.report(told)
    return tally.finding()


def whole_turns(evidence: Evidence) -> dict[tuple[str, str], Turns]:
    """Count the whole turns of every recurring promise, by timescale and hub."""
    history = evidence.history
    steps: dict[str, list[tuple[int, object]]] = defaultdict(list)
    for stay in history.stays:
        steps[stay.child].append((stay.begun, stay))
    for place, row, _ in history.changed:
        steps[row.child].append((place, None))
    recurring = {kind.timescale for plan in evidence.plans for kind in plan.kinds if kind.cadences}
    recurring |= {kind.timescale for plan in evidence.plans for kind in plan.kinds if kind.sequence}
    for task in history.tasks:
        if task.timescale in recurring and task.first is None and task.kept is not None:
            steps[task.child].append((task.kept[1], task))
    found: dict[tuple[str, str], Turns] = defaultdict(Turns)
    a_year = evidence.calendar.years_per_day
    for mine in steps.values():
        since: dict[str, float] = {}
        for _, thing in sorted(mine, key=lambda step: step[0]):
            if isinstance(thing, Task):
                _turn(thing, since, found, a_year)
            elif isinstance(thing, Stay):
                since = _begun(thing)
            else:
                since = {}
    return found


def _begun(stay: Stay) -> dict[str, float]:
    """When each promise of a stay began: on day one, when it was last kept."""
    if stay.initial:
        lasts = {k[5:]: float(v) for k, v in stay.detail.items() if k.startswith("last.")}
        return {name: last for name, last in lasts.items() if f"every.{name}" in stay.detail}
    return {}


def _turn(
    task: Task, since: dict[str, float], found: dict[tuple[str, str], Turns], a_year: float
) -> None:
    assert task.kept is not None
    interval, last, now = task.detail.get("interval"), since.get(task.timescale), task.kept[0]
    # A child seen at a review, before a visit was due, has had no visit made: not a turn.
    early = task.how == "met" and task.until == task.since
    # Nor is what a rule brings forward: its interval is not the promised one.
    early |= task.detail.get("anchor") == BROUGHT
    if last is not None and interval is not None and task.promised_in == task.stage and not early:
        turns = found[task.timescale, task.stage]
        turns.held += 1
        turns.late += now > task.due
        took = (now - last) * a_year / Duration.parse(interval).years()
        turns.promised += took
        turns.squares += took * took
    since[task.timescale] = now
