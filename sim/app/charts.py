"""The charts of the results: each with its sentence and its table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from sim.app import drawing
from sim.app.drawing import Drawn, Palette
from sim.app.figures import Figures
from sim.experiment.headlines import EVERYWHERE
from sim.experiment.summary import ALL, Estimate
from sim.measure.series import SERVICE
from sim.report import wording
from sim.report.late_chart import CAUSES

BEFORE = "Baseline"
OUTCOMES = (
    ("on time", "promises_met"),
    ("late", "promises_late"),
    ("not done", "promises_open_past_due", "promises_closed_overdue"),
)
FRONT = ("mash", SERVICE, EVERYWHERE)
TIMESCALES = ("cin_review", "child_seen")
MOST_BARS = 10  # promises drawn; the table has all of them
LEAST_DAYS = 1.0  # working days past due a year below which nothing is said of why


@dataclass(frozen=True)
class Seen:
    """What is looked at.

    Attributes
    ----------
    now, name
        The scenario, and what it is called.
    before
        The baseline, if it is another.
    palette
        The page's colours.
    period
        Over which numbers without months are taken.
    """

    now: Figures
    name: str
    before: Figures | None
    palette: Palette
    period: str = ALL


def everything(seen: Seen, limits: Mapping[str, float]) -> dict[str, Drawn]:
    """Draw all that the results show, in the order in which a manager asks."""
    return {
        "backlog": backlog(seen),
        "by-stage": backlog_by_stage(seen),
        "load": load(seen),
        "by-site": by_site(seen),
        "caseload": caseload(seen, limits),
        "why-late": why_late(seen),
        "promises": promises(seen),
        "waiting": waiting(seen),
        **{
            f"{timescale}-{place}": drawn
            for timescale in TIMESCALES
            for place, drawn in enumerate(in_date(seen, timescale))
        },
    }


def backlog(seen: Seen) -> Drawn:
    """Work past due by month, with the range of possible futures."""
    estimates = seen.now.by_month("backlog", SERVICE)
    last, first = estimates[-1], estimates[0]
    sentence = (
        f"Work past due goes from about {wording.mean(first)} tasks at the end of "
        f"{_month(first.period)} to about {wording.mean(last)} at the end of {_month(last.period)}"
        f"{_range(last)}."
    )
    frames = _frames(seen, "backlog", SERVICE)
    chart = drawing.by_month(frames, "Tasks at the month's end", seen.palette)
    return Drawn("Work past due, whole service", sentence, chart, _month_table(frames, False))


def backlog_by_stage(seen: Seen) -> Drawn:
    """Work past due in each stage, on average."""
    places = seen.now.places("backlog")
    found = [e for e in (seen.now.get("backlog", w, seen.period) for w in places) if e is not None]
    found = [e for e in found if e.where not in FRONT and e.p95]
    found.sort(key=lambda each: -(each.mean or 0.0))
    title = "Where the work past due is"
    if not found:
        return Drawn(title, "Nothing is past due at the end of a month.", None, pd.DataFrame())
    frame = _bars(seen, found, False)
    days = [seen.now.get("days_past_due", each.where, seen.period) for each in found]
    most = found[0]
    sentence = f"Most of it is in {wording.stage(most.where)}: {wording.mean(most)} tasks"
    if days[0] is not None:
        sentence += f", {wording.mean(days[0])} working days past due on average"
    chart = drawing.ranged_bars(frame, "Tasks at a month's end", seen.palette, False)
    table = _bar_table(frame, "")
    table["Working days past due"] = ["–" if e is None else wording.mean(e) for e in days]
    return Drawn(title, f"{sentence}.", chart, table)


def _frames(seen: Seen, measure: str, where: str) -> dict[str, pd.DataFrame]:
    """Take a measure by month, now and before."""
    frames = {seen.name: drawing.months_frame(seen.name, seen.now.by_month(measure, where))}
    old = seen.before.by_month(measure, where) if seen.before is not None else []
    if old:
        frames[BEFORE] = drawing.months_frame(BEFORE, old)
    return frames


def _month_table(frames: dict[str, pd.DataFrame], is_share: bool) -> pd.DataFrame:
    table = pd.DataFrame()
    for name, frame in frames.items():
        if table.empty:
            table["Month"] = frame["month"].dt.strftime("%B %Y")
        values = [_said(value, is_share) for value in frame["mean"]]
        ends = zip(frame["low"], frame["high"], strict=True)
        table[name] = values
        table[f"{name}: nine futures in ten"] = [
            f"{_said(low, is_share)} to {_said(high, is_share)}" for low, high in ends
        ]
    return table


def _said(value: float | None, is_share: bool) -> str:
    return wording.share(value) if is_share else wording.number(value)


def in_date(seen: Seen, timescale: str) -> list[Drawn]:
    """Children in date for a promise, by month, a chart for each stage."""
    found = []
    measure = f"in_date:{timescale}"
    for stage in seen.now.places(measure):
        estimates = seen.now.by_month(measure, stage)
        whole = seen.now.get(measure, stage)
        if stage in FRONT or not estimates or whole is None:
            continue
        frames = _frames(seen, measure, stage)
        low = min(estimates, key=lambda each: each.mean or 0.0)
        promise = wording.timescale(timescale)
        name = promise.lower()
        sentence = (
            f"{wording.stage(stage)}: {wording.mean(whole, is_share=True)} of children are in date "
            f"for '{name}' over the whole time{_range(whole)}; lowest at the end of "
            f"{_month(low.period)}, {wording.mean(low, is_share=True)}."
        )
        chart = drawing.by_month(frames, "Share of children", seen.palette, is_share=True)
        title = f"{promise}, in date, {wording.stage(stage)}"
        found.append(Drawn(title, sentence, chart, _month_table(frames, True)))
    return found


def load(seen: Seen) -> Drawn:
    """Hours spoken for, by role."""
    found = _estimates(seen, "load")
    found.sort(key=lambda each: -(each.mean or 0.0))
    frame = _bars(seen, found, True)
    frame["mark"], frame["says"] = 1.0, ""
    sentence = (
        f"{wording.people(found[0].where)} have the least time to spare: "
        f"{wording.mean(found[0], is_share=True)} of their hours are spoken for{_range(found[0])}."
    )
    chart = drawing.ranged_bars(
        frame, "Hours worked and reserved, of those there are", seen.palette, True
    )
    return Drawn("Hours spoken for, by role", sentence, chart, _bar_table(frame, "all hours"))


def caseload(seen: Seen, limits: Mapping[str, float]) -> Drawn:
    """Children held by a full-time worker of each role, against the limit."""
    found = _estimates(seen, "caseload")
    found.sort(key=lambda each: -(each.mean or 0.0) / limits.get(each.where, float("inf")))
    frame = _bars(seen, found, False)
    frame["mark"] = [limits.get(each.where) for each in found]
    frame["says"] = [f"limit {limits.get(each.where, 0):g}" for each in found]
    first = found[0]
    sentence = f"{wording.people(first.where)} have {wording.mean(first)} children each"
    if first.where in limits:
        sentence += f", against a limit of {limits[first.where]:g}"
    chart = drawing.ranged_bars(frame, "Children for each full-time worker", seen.palette, False)
    return Drawn(
        "Caseloads against their limits", f"{sentence}.", chart, _bar_table(frame, "limit")
    )


def by_site(seen: Seen) -> Drawn:
    """Hours spoken for and caseloads of each role at each site."""
    title = "Hours spoken for, by role and site"
    found = [
        (estimate, measure.partition(":")[2])
        for measure in seen.now.measures("load")
        if ":" in measure
        for estimate in _estimates(seen, measure)
    ]
    if not found:
        return Drawn(title, "All posts serve all sites.", None, pd.DataFrame())
    found.sort(key=lambda each: (each[0].where, each[1]))
    frame = _bars(seen, [estimate for estimate, _ in found], True)
    sites = [wording.words(site) for _, site in found]
    frame["name"] = [f"{n}, {site}" for n, site in zip(frame["name"], sites, strict=True)]
    fullest, site = max(found, key=lambda each: each[0].mean or 0.0)
    sentence = (
        f"{wording.people(fullest.where)} at {wording.words(site)} have the least time to spare: "
        f"{wording.mean(fullest, is_share=True)} of their hours are spoken for{_range(fullest)}."
    )
    chart = drawing.ranged_bars(frame, "Hours worked and reserved", seen.palette, True)
    table = _bar_table(frame, "")
    held = [seen.now.get(f"caseload:{site}", e.where, seen.period) for e, site in found]
    table["Children for each full-time worker"] = [
        "–" if estimate is None else wording.mean(estimate) for estimate in held
    ]
    return Drawn(title, sentence, chart, table)


def _estimates(seen: Seen, measure: str) -> list[Estimate]:
    found = (seen.now.get(measure, where, seen.period) for where in seen.now.places(measure))
    return [each for each in found if each is not None and (each.mean or 0.0) > 0.0]


def _bars(seen: Seen, found: list[Estimate], is_share: bool) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "name": [wording.place(each.where) for each in found],
            "mean": [each.mean for each in found],
            "low": [each.p5 for each in found],
            "high": [each.p95 for each in found],
            "label": [wording.mean(each, is_share=is_share) for each in found],
            "usual": [wording.likely(each, is_share=is_share) for each in found],
        }
    )
    if seen.before is not None:
        old = [seen.before.get(each.measure, each.where, seen.period) for each in found]
        frame["before"] = [None if each is None else each.mean for each in old]
        frame["was"] = ["–" if e is None else wording.mean(e, is_share=is_share) for e in old]
    return frame


def _bar_table(frame: pd.DataFrame, mark: str) -> pd.DataFrame:
    table = pd.DataFrame(
        {"Who": frame["name"], "Average": frame["label"], "Nine futures in ten": frame["usual"]}
    )
    if "was" in frame:
        table[BEFORE] = frame["was"]
    if mark == "limit":
        table["Limit"] = ["–" if pd.isna(value) else f"{value:g}" for value in frame["mark"]]
    return table


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
    sentence = f"{worst} is kept on time least often: {share} of the times it fell due."
    order = [name for name, _ in found[:MOST_BARS]]
    chart = drawing.stacked(frame, order, [name for name, *_ in OUTCOMES], seen.palette)
    title = "Timescales: how what fell due turned out"
    return Drawn(title, sentence + _cut(found), chart, _share_table(frame))


def why_late(seen: Seen) -> Drawn:
    """What the time past due was spent on, for each promise."""
    found: dict[str, dict[str, float]] = {}
    for measure in seen.now.measures("days_late"):
        _, timescale, state = measure.split(":")
        key = "more_pressing" if state.startswith("more_pressing") else state
        cause = next(name for cause, name, *_ in CAUSES if cause == key)
        for stage in seen.now.places(measure):
            by_cause = found.setdefault(_promise(timescale, stage), {})
            by_cause[cause] = by_cause.get(cause, 0.0) + _mean(seen, measure, stage)
    kept = [(name, by) for name, by in found.items() if sum(by.values()) >= LEAST_DAYS]
    kept.sort(key=lambda each: -sum(each[1].values()))
    names = [name for _, name, *_ in CAUSES]
    frame = _shares(kept, names)
    title = "Why work is late: what the time past due was spent on"
    if not kept:
        return Drawn(title, "Hardly anything was late.", None, frame)
    total = {n: sum(by.get(n, 0.0) for _, by in kept) for n in names}
    most = max(total, key=lambda name: total[name])
    share = wording.share(total[most] / sum(total.values()))
    sentence = f"Of all the time that work was past due, {share} passed with: {most}."
    sentence += _cut(kept)
    chart = drawing.stacked(frame, [name for name, _ in kept[:MOST_BARS]], names, seen.palette)
    table = _share_table(frame)
    total_days = {name: sum(by.values()) for name, by in kept}
    past_due = [f"{total_days[name]:,.0f}" for name in table["What"]]
    table.insert(1, "Working days past due a year", past_due)
    return Drawn(title, sentence, chart, table)


def waiting(seen: Seen) -> Drawn:
    """Children waiting for a worker, or for a move, by stage."""
    rows = []
    for measure, label in (
        ("unallocated", "for a worker"),
        ("on_transfer_list", "to be transferred"),
    ):
        for stage in seen.now.places(measure):
            estimate = seen.now.get(measure, stage, seen.period)
            if stage not in FRONT and estimate is not None and estimate.p95:
                rows.append((estimate, f"{wording.stage(stage)}, {label}"))
    title = "Children waiting for a worker or a transfer"
    if not rows:
        return Drawn(title, "Nobody waits at the end of a month.", None, pd.DataFrame())
    frame = _bars(seen, [estimate for estimate, _ in rows], False)
    frame["name"] = [name for _, name in rows]
    most, name = max(rows, key=lambda row: row[0].mean or 0.0)
    sentence = f"Most wait in {name}: {wording.mean(most)} children at a month's end{_range(most)}."
    chart = drawing.ranged_bars(frame, "Children at a month's end", seen.palette, False)
    return Drawn(title, sentence, chart, _bar_table(frame, ""))


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


def _range(estimate: Estimate) -> str:
    usual = wording.likely(estimate, is_share=estimate.unit == "share")
    return f" (nine futures in ten: {usual})" if usual else ""


def _month(period: str) -> str:
    return pd.Timestamp(f"{period}-01").strftime("%B %Y")
