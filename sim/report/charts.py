"""The charts of one experiment: each a question a manager asks, with its answer as title.

Each function returns a `Chart`: the figure, a sentence that says the same, and the numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import matplotlib

from sim.experiment.run import Results
from sim.experiment.summary import Estimate, Timescale
from sim.report import wording
from sim.report.drawing import (
    BLUE,
    COLOURS,
    GREY,
    ORANGE,
    PINK,
    STYLE,
    Chart,
    Line,
    begin,
    draw_lines,
    label_lines,
    month_axis,
    name_lines,
    save,
)
from sim.report.figures import Figures
from sim.report.files import plain, write_csv
from sim.report.late_chart import why_late
from sim.report.limits import caseload_limit
from sim.report.published import beside_published

BY_MONTH = ("where", "month", "mean", "p5", "p95")


IN_A_ROW = 3  # small charts beside each other
BAND = "Line: average of the possible futures at each month's end. Band: nine in ten of them."


def open_children(figures: Figures) -> Chart:
    """Draw the children open in each stage by month."""
    lines = {s: line for s in figures.stages if (line := figures.line("open_children", s))}
    total = figures.whole["open_children", "service"]
    most = max(lines, key=lambda s: figures.whole["open_children", s].mean or 0.0)
    sentence = (
        f"About {wording.mean(total)} children are open at any time, more in "
        f"{wording.stage(most)} than elsewhere"
    )
    figure = begin(sentence, figures.note(BAND))
    axes = figure.add_subplot()
    styles = [figures.style(s) for s in lines]
    draw_lines(axes, list(lines.values()), styles)
    axes.set_ylim(0, max(max(line.high) for line in lines.values()) * 1.08)
    label_lines(axes, list(lines.values()), styles, 0.055)
    month_axis(axes, figures.results.months)
    axes.set_title("Children open")
    rows = figures.rows("open_children", list(lines))
    return Chart("open-children", figure, sentence, BY_MONTH, tuple(rows))


def _lines_by_stage(figures: Figures, measure: str) -> dict[str, Line]:
    """Take a measure by stage, where it has a value in every month."""
    return {s: line for s in figures.stages if (line := figures.line(measure, s))}


def in_date(figures: Figures) -> Chart:
    """Draw the share of children in date, by promise and stage, by month."""
    measures = list(dict.fromkeys(m for m, _ in figures.whole if m.startswith("in_date:")))
    worst = min(
        (e for m in measures for e in figures.known(m)), key=lambda e: e.mean or 0.0, default=None
    )
    sentence = "No child was promised anything in this time"
    if worst is not None:
        promise = wording.timescale(worst.measure.partition(":")[2])
        sentence = (
            f"The fewest children are in date for '{promise}' in {wording.stage(worst.where)}: "
            f"{wording.mean(worst, is_share=True)} of them"
        )
    drawn = {m: d for m in measures if (d := _lines_by_stage(figures, m))}
    across = min(len(drawn), IN_A_ROW) or 1
    down = math.ceil(len(drawn) / across) or 1
    figure = begin(sentence, figures.note(BAND), (10.0, 2.4 + 2.5 * down))
    panels = list(figure.subplots(down, across, sharey=True, squeeze=False).flat)
    rows = []
    for axes, (measure, lines) in zip(panels, drawn.items(), strict=False):
        draw_lines(axes, list(lines.values()), [figures.style(s) for s in lines])
        month_axis(axes, figures.results.months, 3)
        axes.set_title(wording.timescale(measure.partition(":")[2]))
        named = figures.rows(measure, list(lines))
        rows += [(measure.partition(":")[2], *row) for row in named]
    for axes in panels[len(drawn) :]:
        axes.set_visible(False)
    if drawn:
        lowest = min(min(line.low) for lines in drawn.values() for line in lines.values())
        first = figure.axes[0]
        first.set_ylim(min(math.floor(lowest * 50) / 50, 0.95), 1.003)
        first.yaxis.set_major_formatter("{x:.0%}")
        shown = [s for s in figures.stages if any(s in lines for lines in drawn.values())]
        name_lines(first, [wording.stage(s) for s in shown], [figures.style(s) for s in shown])
    return Chart("in-date", figure, sentence, ("timescale", *BY_MONTH), tuple(rows))


def backlog(figures: Figures) -> Chart:
    """Draw the work past due in each stage by month."""
    lines = {s: line for s in figures.stages if (line := figures.line("backlog", s))}
    total = figures.whole["backlog", "service"]
    most = max(lines, key=lambda s: figures.whole["backlog", s].mean or 0.0)
    sentence = (
        f"About {wording.mean(total)} pieces of work are past due at a month's end, more in "
        f"{wording.stage(most)} than elsewhere"
    )
    figure = begin(sentence, figures.note(BAND))
    panels = figure.subplots(1, len(lines), sharey=True, squeeze=False)[0]
    for axes, (stage, line) in zip(panels, lines.items(), strict=True):
        draw_lines(axes, [line], [figures.style(stage)])
        month_axis(axes, figures.results.months, 2)
        axes.set_title(wording.stage(stage), color=COLOURS[figures.style(stage) % len(COLOURS)])
    panels[0].set_ylim(0, max(1.0, *(max(line.high) for line in lines.values())) * 1.06)
    panels[0].set_ylabel("Tasks past due and not done")
    rows = figures.rows("backlog", list(lines))
    return Chart("backlog", figure, sentence, BY_MONTH, tuple(rows))


def load(figures: Figures) -> Chart:
    """Draw the share of each role's hours that is spoken for, against all of them."""
    roles = sorted(figures.known("load"), key=lambda e: e.mean or 0.0)
    fullest = roles[-1]
    sentence = (
        f"{wording.people(fullest.where)} have the least time to spare: "
        f"{wording.mean(fullest, is_share=True)} of their hours are spoken for"
    )
    note = "Bar: average of the possible futures. Thin line: nine in ten of them."
    figure = begin(sentence, figures.note(note), (10.0, 1.8 + 0.5 * len(roles)))
    axes = figure.add_subplot()
    _bars(axes, roles, [wording.mean(e, is_share=True) for e in roles])
    axes.axvline(1.0, color=PINK, linewidth=2, linestyle=(0, (4, 2)))
    axes.annotate(
        "all the hours there are",
        (1.0, 1.0),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        color=PINK,
        fontweight="bold",
    )
    axes.set_xlim(0, max(1.08, *(e.p95 or 0.0 for e in roles)) * 1.04)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel("Hours worked and reserved, of the hours there are")
    return Chart("worker-load", figure, sentence, *_table(roles))


def caseload(figures: Figures) -> Chart:
    """Draw the children held by a full-time worker of each role, against the limit."""
    roles = figures.known("caseload")
    limits = {e.where: limit for e in roles if (limit := caseload_limit(figures.results, e.where))}
    roles.sort(key=lambda e: (e.mean or 0.0) / limits.get(e.where, math.inf))
    nearest = roles[-1]
    sentence = f"{wording.people(nearest.where)} have {wording.mean(nearest)} children each"
    if nearest.where in limits:
        sentence += f", nearest to their caseload limit of {limits[nearest.where]}"
    note = (
        "Bar: children held, or worked with, by a full-time worker at month ends, average. "
        "Thin line: nine in ten possible futures."
    )
    figure = begin(sentence, figures.note(note), (10.0, 1.8 + 0.6 * len(roles)))
    axes = figure.add_subplot()
    _bars(axes, roles, [wording.mean(e) for e in roles])
    for place, estimate in enumerate(roles):
        limit = limits.get(estimate.where)
        if limit is not None:
            axes.plot([limit, limit], [place - 0.42, place + 0.42], color=PINK, linewidth=3)
            right = max(limit, estimate.mean or 0.0, estimate.p95 or 0.0)
            axes.annotate(
                f"limit {limit}",
                (right, place),
                xytext=(7, 0),
                textcoords="offset points",
                va="center",
                color=PINK,
                fontweight="bold",
            )
    axes.set_xlim(0, max([*limits.values(), *(e.p95 or 0.0 for e in roles)]) * 1.16)
    axes.set_xlabel("Children for each full-time worker")
    head, rows = _table(roles)
    table = tuple((*row, str(limits.get(row[0], ""))) for row in rows)
    return Chart("caseload", figure, sentence, (*head, "limit"), table)


def _bars(axes: matplotlib.axes.Axes, roles: Sequence[Estimate], labels: Sequence[str]) -> None:
    """Draw one bar for each role, its number inside, its range as a thin line."""
    means = [e.mean or 0.0 for e in roles]
    axes.barh(range(len(roles)), means, color=BLUE, height=0.62)
    for place, (estimate, label) in enumerate(zip(roles, labels, strict=True)):
        if estimate.p5 is not None and estimate.p95 is not None:
            ends = [estimate.p5, estimate.p95]
            axes.plot(ends, [place, place], color=ORANGE, linewidth=3, solid_capstyle="butt")
        axes.annotate(
            label,
            (0, place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color="white",
            fontweight="bold",
        )
    axes.set_yticks(range(len(roles)), [wording.place(e.where) for e in roles])
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)


def _table(
    roles: Sequence[Estimate],
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    rows = [(e.where, plain(e.mean), plain(e.p5), plain(e.p95)) for e in reversed(roles)]
    return ("where", "mean", "p5", "p95"), tuple(rows)


def promises(figures: Figures) -> Chart:
    """Draw how promises turned out: on time, late, not done."""
    kept = [t for t in figures.timescales if t.on_time.mean is not None]
    kept.sort(key=lambda t: t.on_time.mean or 0.0, reverse=True)
    worst = kept[-1]
    sentence = (
        f"{_promise(worst)}: on time least often, "
        f"{wording.mean(worst.on_time, is_share=True)} of the times it fell due"
    )
    note = "Of all that fell due in the whole run, average of the possible futures."
    figure = begin(sentence, figures.note(note), (10.0, 1.8 + 0.5 * len(kept)))
    axes = figure.add_subplot()
    parts = [_parts(t) for t in kept]
    left = [0.0] * len(kept)
    looks = (("on time", BLUE, ""), ("late", ORANGE, "//"), ("not done", GREY, "xx"))
    for number, (name, colour, hatch) in enumerate(looks):
        widths = [part[number] for part in parts]
        axes.barh(
            range(len(kept)), widths, left=left, color=colour, hatch=hatch, edgecolor="white",
            linewidth=0.5, height=0.66,
        )  # fmt: skip
        for place, (start, width) in enumerate(zip(left, widths, strict=True)):
            if width >= 0.045:
                text = wording.share(width) + (f" {name}" if width > 0.115 else "")
                box = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
                axes.text(
                    start + width / 2, place, text, ha="center", va="center", color="white",
                    fontweight="bold", bbox=box,
                )  # fmt: skip
        left = [start + width for start, width in zip(left, widths, strict=True)]
    axes.set_yticks(range(len(kept)), [_promise(t) for t in kept])
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel("Share of what fell due")
    axes.grid(visible=False)
    head = ("timescale", "stage", "on_time", "late", "not_done", "on_time_p5", "on_time_p95")
    rows = [
        (t.timescale, t.stage, *map(plain, (*p, t.on_time.p5, t.on_time.p95)))
        for t, p in zip(reversed(kept), reversed(parts), strict=True)
    ]
    return Chart("timescales", figure, sentence, head, tuple(rows))


def _promise(t: Timescale) -> str:
    name, where = wording.timescale(t.timescale), wording.stage(t.stage)
    return name if where in name or t.stage == "mash" else f"{name}, {where}"


def _parts(t: Timescale) -> tuple[float, float, float]:
    """Share out what fell due: on time, late, not done."""
    on_time = t.on_time.mean or 0.0
    not_done = t.open_past_due + t.closed_overdue
    rest = t.late + not_done
    late = (1.0 - on_time) * t.late / rest if rest else 0.0
    return on_time, late, 1.0 - on_time - late


ALL_CHARTS = (
    open_children,
    in_date,
    backlog,
    load,
    caseload,
    promises,
    why_late,
    beside_published,
)


def write_charts(results: Results, folder: Path) -> None:
    """Write every chart as PNG and SVG, with its sentence and its numbers."""
    folder.mkdir()
    figures = Figures(results)
    with matplotlib.rc_context(STYLE):
        for draw in ALL_CHARTS:
            chart = draw(figures)
            save(chart, folder)
            write_csv(folder / f"{chart.name}.csv", chart.head, chart.rows)
            (folder / f"{chart.name}.txt").write_text(chart.sentence + ".\n", encoding="utf-8")
