"""The charts of what was late: how promises turned out, and why work was late."""

from __future__ import annotations

import pandas as pd

from sim.app import drawing
from sim.app.drawing import Drawn
from sim.app.seen import FRONT, Seen
from sim.report import wording
from sim.report.causes import CAUSES, cause_of

OUTCOMES = (
    ("on time", "promises_met"),
    ("late", "promises_late"),
    ("not done", "promises_open_past_due", "promises_closed_overdue"),
)
MOST_BARS = 10  # promises drawn; the table has all of them
LEAST_DAYS = 1.0  # working days past due a year below which nothing is said of why


def promises(seen: Seen) -> Drawn:
    """How promises turned out: on time, late, not done."""
    found: list[tuple[str, dict[str, float]]] = []
    for measure in seen.now.measures("promises_met"):
        timescale = measure.partition(":")[2]
        for stage in seen.now.places(measure):
            counts = {
                name: sum(_mean(seen, f"{kind}:{timescale}", stage) for kind in kinds)
                for name, *kinds in OUTCOMES
            }
            if sum(counts.values()) > 0.0:
                found.append((_promise(timescale, stage), counts))
    found.sort(key=lambda each: each[1]["on time"] / sum(each[1].values()))
    frame = _shares(found, [name for name, *_ in OUTCOMES])
    if not found:
        return Drawn("Timescales", "Nothing fell due in this time.", None, frame)
    worst, parts = found[0]
    share = wording.share(parts["on time"] / sum(parts.values()))
    sentence = f"“{worst}” is kept least often: on time {share} of the times it fell due."
    order = [name for name, _ in found[:MOST_BARS]]
    chart = drawing.stacked(frame, order, [name for name, *_ in OUTCOMES], seen.palette)
    title = "Timescales: how what fell due turned out"
    return Drawn(title, sentence + _cut(found), chart, _share_table(frame))


def why_late(seen: Seen) -> Drawn:
    """What the time past due was spent on, for each promise."""
    found: dict[str, dict[str, float]] = {}
    for measure in seen.now.measures("days_late"):
        _, timescale, state = measure.split(":")
        cause = CAUSES[cause_of(state)]
        for stage in seen.now.places(measure):
            by_cause = found.setdefault(_promise(timescale, stage), {})
            by_cause[cause] = by_cause.get(cause, 0.0) + _mean(seen, measure, stage)
    kept = [(name, by) for name, by in found.items() if sum(by.values()) >= LEAST_DAYS]
    kept.sort(key=lambda each: -sum(each[1].values()))
    names = list(CAUSES.values())
    frame = _shares(kept, names)
    title = "Why work is late: what the time past due was spent on"
    if not kept:
        return Drawn(title, "Hardly anything was late.", None, frame)
    total = {n: sum(by.get(n, 0.0) for _, by in kept) for n in names}
    most = max(total, key=lambda name: total[name])
    share = wording.share(total[most] / sum(total.values()))
    sentence = f"The main reason: {most}, for {share} of the time that work was past due."
    sentence += _cut(kept)
    chart = drawing.stacked(frame, [name for name, _ in kept[:MOST_BARS]], names, seen.palette)
    table = _share_table(frame)
    total_days = {name: sum(by.values()) for name, by in kept}
    past_due = [f"{total_days[name]:,.0f}" for name in table["What"]]
    table.insert(1, "Working days past due a year", past_due)
    return Drawn(title, sentence, chart, table)


def _mean(seen: Seen, measure: str, where: str) -> float:
    found = seen.now.get(measure, where, seen.period)
    return 0.0 if found is None or found.mean is None else found.mean


def _cut(found: list[tuple[str, dict[str, float]]]) -> str:
    """Say that not all are drawn."""
    return f" The {MOST_BARS} worst are drawn." if len(found) > MOST_BARS else ""


def _shares(found: list[tuple[str, dict[str, float]]], parts: list[str]) -> pd.DataFrame:
    rows = []
    for name, counts in found:
        total, reached = sum(counts.values()), 0.0
        for rank, part in enumerate(parts):
            share = counts.get(part, 0.0) / total
            rows.append((name, part, rank, share, reached + share / 2, wording.share(share)))
            reached += share
    return pd.DataFrame(rows, columns=["name", "part", "rank", "share", "middle", "label"])


def _share_table(frame: pd.DataFrame) -> pd.DataFrame:
    table = frame.pivot(index="name", columns="part", values="label")
    table = table.reindex(index=frame["name"].unique(), columns=frame["part"].unique())
    return table.reset_index(names="What").rename_axis(columns=None)


def _promise(timescale: str, stage: str) -> str:
    name, where = wording.timescale(timescale), wording.stage(stage)
    return name if where in name or stage in FRONT else f"{name}, {where}"
