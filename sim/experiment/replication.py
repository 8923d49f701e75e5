"""One possible future: a run of the service with one set of random numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.measure.accounts import Accounts
from sim.measure.series import Series, series
from sim.measure.why_late import STATES
from sim.service.service import Service

if TYPE_CHECKING:
    from sim.service.plan import Plan

Plans = list[tuple[int, "Plan"]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the promises of one timescale in one stage turned out, by the month they fell due.

    Attributes
    ----------
    timescale, stage
        Which promises.
    met, late, open_past_due, closed_overdue
        Kept by the due time; kept after it; still open at the end; ended without being kept.
    not_yet_due
        Running at the end and due after it, so not counted.
    """

    timescale: str
    stage: str
    met: tuple[int, ...]
    late: tuple[int, ...]
    open_past_due: tuple[int, ...]
    closed_overdue: tuple[int, ...]
    not_yet_due: int


@dataclass(frozen=True, slots=True)
class Replication:
    """What is kept of one possible future.

    Attributes
    ----------
    number
        The replication's number, from 1.
    series
        Every measure, month by month.
    flows
        Moves by (from, to, reason), month by month.
    outcomes
        Promises, by timescale and stage.
    work
        Hours of the tasks finished, and how many, by team and role and task kind, month by month.
    lateness
        Working days past due, by timescale and stage, then state of `STATES`, month by month.
    """

    number: int
    series: tuple[Series, ...]
    flows: dict[tuple[str, str, str], tuple[int, ...]]
    outcomes: tuple[Outcome, ...]
    work: dict[tuple[str, str], tuple[tuple[float, ...], tuple[int, ...]]]
    lateness: dict[tuple[str, str], dict[str, tuple[float, ...]]]

    @classmethod
    def of(cls, number: int, accounts: Accounts) -> Replication:
        """Keep what is needed of the accounts of a finished run."""
        return cls(
            number=number,
            series=tuple(series(accounts)),
            flows={key: tuple(counts) for key, counts in sorted(accounts.flows.items())},
            outcomes=tuple(_outcomes(accounts)),
            work=_work(accounts),
            lateness=_lateness(accounts),
        )


def replicate(plans: Plans, seed: int, number: int, events: Path | None = None) -> Replication:
    """Run one replication: the same for the same scenario, seed and number.

    Parameters
    ----------
    plans
        The compiled scenario, which is not changed.
    seed, number
        Fix every random number.
    events
        The file to write the event log to, if it is wanted.

    Raises
    ------
    OSError
        If the event log cannot be written.
    """
    if events is None:
        accounts = Accounts()
        Service(plans, seed, number, accounts).run()
    else:
        from sim.measure.eventlog import EventLog

        log = accounts = EventLog()
        Service(plans, seed, number, log).run()
        log.write(events)
    return Replication.of(number, accounts)


def _work(
    accounts: Accounts,
) -> dict[tuple[str, str], tuple[tuple[float, ...], tuple[int, ...]]]:
    pools: Sequence[str] = accounts.service.plan.pools
    return {
        (pools[pool], kind): (tuple(hours), tuple(number))
        for (pool, kind), (hours, number) in sorted(accounts.work.items())
    }


def _lateness(accounts: Accounts) -> dict[tuple[str, str], dict[str, tuple[float, ...]]]:
    cells: Sequence[tuple[str, str]] = accounts.service.plan.cells
    return {
        cell: {
            state: tuple(month[number] for month in months) for number, state in enumerate(STATES)
        }
        for cell, months in zip(cells, accounts.why_late.days, strict=True)
    }


def _outcomes(accounts: Accounts) -> list[Outcome]:
    cells: Sequence[tuple[str, str]] = accounts.service.plan.cells
    coming = [0] * len(cells)
    for child in accounts.service.children:
        if child.stage is None:
            continue
        for task in child.tasks.values():
            if task.cell >= 0 and task.due > accounts.horizon:
                coming[task.cell] += 1
    return [
        Outcome(
            timescale,
            stage,
            tuple(promise.met),
            tuple(promise.late),
            tuple(promise.open),
            tuple(promise.closed),
            not_yet_due,
        )
        for (timescale, stage), promise, not_yet_due in zip(
            cells, accounts.promises, coming, strict=True
        )
    ]
