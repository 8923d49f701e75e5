"""A replication as plain data (numbers, texts, lists and mappings), and back, exactly."""

from __future__ import annotations

from typing import Any

from sim.experiment.replication import Outcome, Replication
from sim.measure.series import Series

COUNTS = ("met", "late", "open_past_due", "closed_overdue")


def to_plain(replication: Replication) -> dict[str, Any]:
    """Write a replication as plain data; keys of several parts become lists."""
    return {
        "number": replication.number,
        "series": [list(series) for series in replication.series],
        "flows": [[*key, counts] for key, counts in replication.flows.items()],
        "outcomes": [
            [o.timescale, o.stage, *(getattr(o, name) for name in COUNTS), o.not_yet_due]
            for o in replication.outcomes
        ],
        "work": [[*key, hours, number] for key, (hours, number) in replication.work.items()],
        "lateness": [[*cell, days] for cell, days in replication.lateness.items()],
    }


def from_plain(plain: dict[str, Any]) -> Replication:
    """Make the replication that was written.

    Raises
    ------
    KeyError, TypeError, ValueError
        If it is not the plain data of a replication.
    """
    return Replication(
        number=int(plain["number"]),
        series=tuple(Series(*series) for series in plain["series"]),
        flows={(a, b, c): tuple(counts) for a, b, c, counts in plain["flows"]},
        outcomes=tuple(
            Outcome(timescale, stage, tuple(met), tuple(late), tuple(still), tuple(ended), coming)
            for timescale, stage, met, late, still, ended, coming in plain["outcomes"]
        ),
        work={(a, b): (tuple(hours), tuple(number)) for a, b, hours, number in plain["work"]},
        lateness={
            (a, b): {state: tuple(each) for state, each in days.items()}
            for a, b, days in plain["lateness"]
        },
    )
