"""All the checks, over one replication or several."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.verify import (
    compliance,
    conservation,
    delivered,
    dues,
    guards,
    hours,
    littles_law,
    streams,
    tasks,
    twin,
)
from sim.verify.evidence import Evidence, Plans
from sim.verify.finding import Finding, together

if TYPE_CHECKING:
    from pathlib import Path

    from sim.scenario import Loaded
    from sim.scenario.schema import Scenario

Check = Callable[[Evidence], Finding | tuple[Finding, ...]]

CHECKS: tuple[Check, ...] = (
    conservation.contacts,
    conservation.open_children,
    conservation.one_place,
    conservation.exit_age,
    conservation.day_one_leaves,
    conservation.closures,
    conservation.holders,
    littles_law.law,
    hours.one_at_a_time,
    hours.only_at_work,
    hours.sittings_add_up,
    hours.finished,
    hours.balance,
    hours.leave,
    tasks.windows_kept,
    tasks.none_dropped,
    dues.due_times,
    lambda evidence: evidence.watcher.pressing.finding(),
    delivered.cadence,
    guards.barred_statuses,
    guards.siblings,
    guards.limits,
    compliance.on_time,
    compliance.in_date,
    streams.apart,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found in one replication.

    Attributes
    ----------
    number
        The replication.
    findings
        Check by check.
    open_children
        By stage, at each month end: for the twin.
    """

    number: int
    findings: tuple[Finding, ...]
    open_children: dict[str, tuple[int, ...]]


def verify(plans: Plans, seed: int, number: int, events: Path | None = None) -> Checked:
    """Run one replication and check it.

    Parameters
    ----------
    plans
        The compiled scenario.
    seed, number
        Fix every random number.
    events
        Where the event log is to go as well, if it is wanted.
    """
    with _no_searching():
        evidence = Evidence(plans, seed, number)
        if events is not None:
            evidence.watcher.write(events)
        return Checked(number, tuple(findings(evidence, CHECKS)), _open_children(evidence))


def _open_children(evidence: Evidence) -> dict[str, tuple[int, ...]]:
    watcher = evidence.watcher
    return {
        stage: tuple(book.open_children[place] for book in watcher.months)
        for place, stage in enumerate(watcher.stages)
    }


def findings(evidence: Evidence, checks: Iterable[Check]) -> Iterator[Finding]:
    """Make checks of a finished replication."""
    for check in checks:
        found = check(evidence)
        yield from found if isinstance(found, tuple) else (found,)


def combined(loaded: Loaded[Scenario], checked: Sequence[Checked]) -> list[Finding]:
    """Put the findings of several replications together, check by check; and the twin's."""
    in_order = sorted(checked, key=lambda each: each.number)
    numbers = [each.number for each in in_order]
    found = [
        together(same, numbers) for same in zip(*(each.findings for each in in_order), strict=True)
    ]
    return [*found, twin.gap(loaded, [each.open_children for each in in_order])]


@contextmanager
def _no_searching() -> Iterator[None]:
    """Keep the garbage collector from looking through a million events again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
