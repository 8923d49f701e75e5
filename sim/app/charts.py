"""The charts of the results: each with its sentence and its table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.app import drawing
from sim.app.drawing import Drawn
from sim.app.late_charts import promises, why_late
from sim.app.seen import BEFORE, FRONT, Seen, month_said, range_said
from sim.experiment.summary import Estimate
from sim.measure.series import SERVICE
from sim.report import wording

TIMESCALES = ("cin_review", "child_seen")


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
        f"{month_said(first.period)} to about {wording.mean(last)} at the end of "
        f"{month_said(last.period)}{range_said(last)}."
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
            f"for “{name}” over the whole time{range_said(whole)}; fewest at the end of "
            f"{month_said(low.period)}, {wording.mean(low, is_share=True)}."
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
        f"{wording.mean(found[0], is_share=True)} of their hours are spoken for"
        f"{range_said(found[0])}."
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
    frame["says"] = [
        f", limit {limits[each.where]:g}" if each.where in limits else "" for each in found
    ]
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
        f"{wording.mean(fullest, is_share=True)} of their hours are spoken for"
        f"{range_said(fullest)}."
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


def _is_seen(found: Estimate) -> bool:
    """Whether a number of children is more than none when it is written down."""
    return round(found.mean or 0.0, 1) > 0.0


def waiting(seen: Seen) -> Drawn:
    """Children waiting for a worker, or for a move, by stage."""
    rows = []
    for measure, label in (
        ("unallocated", "for a worker"),
        ("on_transfer_list", "to be transferred"),
    ):
        for stage in seen.now.places(measure):
            estimate = seen.now.get(measure, stage, seen.period)
            if stage not in FRONT and estimate is not None and _is_seen(estimate):
                rows.append((estimate, f"{wording.stage(stage)}, {label}"))
    title = "Children waiting for a worker or a transfer"
    if not rows:
        return Drawn(title, "Nobody waits at the end of a month.", None, pd.DataFrame())
    frame = _bars(seen, [estimate for estimate, _ in rows], False)
    frame["name"] = [name for _, name in rows]
    most, name = max(rows, key=lambda row: row[0].mean or 0.0)
    sentence = (
        f"Most wait in {name}: {wording.mean(most)} children at a month's end{range_said(most)}."
    )
    chart = drawing.ranged_bars(frame, "Children at a month's end", seen.palette, False)
    return Drawn(title, sentence, chart, _bar_table(frame, ""))
