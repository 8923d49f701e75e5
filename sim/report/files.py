"""The tables of an experiment as files, the same, byte for byte, every time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sim.experiment.run import Results
from sim.experiment.summary import (
    Estimate,
    flows,
    hours_by_task,
    lateness,
    monthly,
    summary,
    timescales,
)

SIGNIFICANT = 6
NUMBERS = ("mean", "lower", "upper", "p5", "p95", "replications")


def write_tables(results: Results, folder: Path) -> None:
    """Write the summary, the months, the timescales and the flows of finished replications."""
    _write_summary(results, folder / "summary.csv")
    _write_monthly(results, folder / "monthly.parquet")
    _write_timescales(results, folder / "timescales.csv")
    _write_flows(results, folder / "flows.csv")
    _write_why_late(results, folder / "why_late.csv")
    _write_hours_by_task(results, folder / "hours_by_task.csv")


def write_csv(path: Path, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write a CSV file that is the same on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def plain(value: float | None) -> str:
    """Write a number with six significant digits, never as a power of ten; None as nothing."""
    if value is None:
        return ""
    return np.format_float_positional(
        value + 0.0, precision=SIGNIFICANT, unique=False, fractional=False, trim="-"
    )


def _numbers(e: Estimate) -> list[str]:
    return [*map(plain, (e.mean, e.lower, e.upper, e.p5, e.p95)), str(e.replications)]


def _write_summary(results: Results, path: Path) -> None:
    rows = [(e.measure, e.where, e.period, e.unit, *_numbers(e)) for e in summary(results)]
    write_csv(path, ("measure", "where", "period", "unit", *NUMBERS), rows)


def _write_monthly(results: Results, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = monthly(results)
    texts = {"measure": "measure", "where": "where", "month": "period", "unit": "unit"}
    columns: dict[str, Any] = {
        name: pa.array([getattr(e, field) for e in found], pa.string())
        for name, field in texts.items()
    }
    for name in NUMBERS:
        kind = pa.int64() if name == "replications" else pa.float64()
        columns[name] = pa.array([getattr(e, name) for e in found], kind)
    pq.write_table(pa.table(columns), path)


def _write_timescales(results: Results, path: Path) -> None:
    counted = ("met", "late", "open_past_due", "closed_overdue", "not_yet_due")
    head = ("timescale", "stage", "year", *counted, "on_time", "p5", "p95")
    rows = []
    for t in timescales(results):
        counts = (t.met, t.late, t.open_past_due, t.closed_overdue, t.not_yet_due)
        shares = (t.on_time.mean, t.on_time.p5, t.on_time.p95)
        rows.append((t.timescale, t.stage, t.period, *map(plain, counts), *map(plain, shares)))
    write_csv(path, head, rows)


def _write_flows(results: Results, path: Path) -> None:
    rows = [
        (
            *(f.origin, f.to, f.reason, f.number.period),
            *map(plain, (f.number.mean, f.number.p5, f.number.p95)),
        )
        for f in flows(results)
    ]
    write_csv(path, ("from", "to", "reason", "year", "mean", "p5", "p95"), rows)


def _write_why_late(results: Results, path: Path) -> None:
    rows = [
        (
            *(late.timescale, late.stage, late.period, late.state, plain(late.share)),
            *_numbers(late.days)[:-1],
        )
        for late in lateness(results)
    ]
    head = ("timescale", "stage", "year", "state", "share", *NUMBERS[:-1])
    write_csv(path, head, rows)


def _write_hours_by_task(results: Results, path: Path) -> None:
    rows = [
        (
            *(task.pool, task.kind, task.period, *map(plain, _spread(task.hours))),
            *map(plain, _spread(task.number)),
        )
        for task in hours_by_task(results)
    ]
    spread = ("mean", "lower", "upper")
    columns = [f"{what}_{name}" for what in ("hours", "number") for name in spread]
    write_csv(path, ("where", "task", "year", *columns), rows)


def _spread(e: Estimate) -> tuple[float | None, float | None, float | None]:
    return e.mean, e.lower, e.upper
