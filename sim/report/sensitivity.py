"""What ``caseload sensitivity`` prints and writes: a table and a chart for each measure."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import matplotlib

from sim.experiment.compare import Difference
from sim.experiment.headlines import Headline
from sim.experiment.sensitivity import NO_RANGE, Bar, Sensitivity, Tornado, Unmoved
from sim.experiment.summary import Estimate
from sim.report import wording
from sim.report.comparison import change
from sim.report.drawing import STYLE, save
from sim.report.files import plain, write_csv
from sim.report.naming import headline_name, input_name
from sim.report.tornado_chart import tornado_chart

WIDTH = 100
WIDTHS = (44, 17, 19, 20)
HEADS = ("From, to", "Change at the low", "at the high end")
MANY = 30  # inputs named on the screen; more are only counted, and named in a file


def text(found: Sensitivity, in_file: bool) -> str:
    """Write what was found.

    Parameters
    ----------
    found
        What came of it.
    in_file
        Whether the inputs that were not moved are also written into a file.
    """
    lines = list(_heading(found))
    for tornado in found.tornadoes:
        lines += ["", *_tornado(tornado)]
    lines += ["", *left_as_they_are(found.unmoved, in_file)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(found: Sensitivity) -> Iterator[str]:
    scenario = found.loaded.scenario
    moved = len(found.tornadoes[0].bars) if found.tornadoes else 0
    many = "one assumption, moved" if moved == 1 else f"{moved} assumptions, each moved alone"
    yield f"{scenario.title or scenario.name}: {many} over its range"
    yield (
        f"{scenario.horizon} from {scenario.start.day} {scenario.start:%B %Y}; "
        f"{found.replications} possible futures of each end; seed {found.seed}"
    )
    yield from textwrap.wrap(
        "Each future is lived through as stated and with each end, with the same children and "
        "absences. A change is the 95% interval of the average difference. 'Not shown': these "
        "futures cannot tell it from none, which is not the same as none. Of ends that in truth "
        "change nothing, one in twenty will still seem to.",
        WIDTH,
    )
    if found.replications < 2:
        yield "One future shows no more than one anecdote: there are no intervals. Run 10 or more."


def _tornado(tornado: Tornado) -> Iterator[str]:
    yield f"{headline_name(tornado.headline)}: {as_stated(tornado)}"
    yield _line(("", *HEADS))
    yield "-" * WIDTH
    shown = [bar for bar in tornado.bars if bar.shown]
    yield from map(_row, shown)
    hidden = [bar for bar in tornado.bars if not bar.shown and not bar.same]
    same = [bar for bar in tornado.bars if bar.same]
    if hidden:
        yield from _names(f"Not shown to change it ({len(hidden)})", [b.input.key for b in hidden])
    if same:
        yield from _names(f"No change in any future ({len(same)})", [b.input.key for b in same])


def as_stated(tornado: Tornado) -> str:
    """Write the measure with every input as stated."""
    share = tornado.base.unit == "share"
    value = wording.mean(tornado.base, is_share=share)
    off = wording.give_or_take(tornado.base, is_share=share)
    return f"{value} {off} as stated".replace("  ", " ")


def _row(bar: Bar) -> str:
    name = textwrap.shorten(input_name(bar.input.key), WIDTHS[0] - 2, placeholder="...")
    low, high = bar.input.range or (0.0, 0.0)
    span = f"{bar.input.shown(low)}, {bar.input.shown(high)}"
    return _line((f" {name}", span, told(bar.low), told(bar.high)))


def told(d: Difference) -> str:
    """Write the interval of a change no more finely than it is known."""
    scale = 100.0 if d.change.unit == "share" else 1.0
    half = d.change.half_width
    first, other = (d.first.mean or 0.0) * scale, (d.other.mean or 0.0) * scale
    places = wording.decimals(None if half is None else half * scale, max(abs(first), abs(other)))
    text = change(d, scale, places)
    return f"{text}%" if scale > 1.0 and not d.same else text


def _line(cells: Sequence[str]) -> str:
    first, *rest = cells
    aligned = (cell.rjust(width) for cell, width in zip(rest, WIDTHS[1:], strict=True))
    return first.ljust(WIDTHS[0]) + "".join(aligned)


def _names(title: str, keys: Sequence[str]) -> list[str]:
    names = "; ".join(input_name(key) for key in keys)
    return textwrap.wrap(f"{title}: {names}.", WIDTH, initial_indent=" ", subsequent_indent="   ")


def left_as_they_are(unmoved: Sequence[Unmoved], in_file: bool) -> Iterator[str]:
    """List the inputs that were left as they are, by the reason."""
    if not unmoved:
        yield "Every assumption was moved."
        return
    yield "ASSUMPTIONS LEFT AS THEY ARE"
    by_why = sorted(unmoved, key=lambda each: (each.why != NO_RANGE, each.why))
    for why, group in groupby(by_why, key=lambda each: each.why):
        keys = [each.input.key for each in group]
        title = f"{len(keys)}: {why}"
        if len(keys) > MANY and in_file:
            yield f" {title} (named in not_moved.csv)"
        else:
            yield from _names(title, keys)


def write_sensitivity(found: Sensitivity, folder: Path) -> Sequence[str]:
    """Write the tables, the text and a chart for each measure; name the files."""
    _write_bars(found, folder / "sensitivity.csv")
    write_left(found.unmoved, folder / "not_moved.csv")
    (folder / "sensitivity.txt").write_text(text(found, in_file=True), encoding="utf-8")
    charts = folder / "charts"
    charts.mkdir()
    with matplotlib.rc_context(STYLE):
        for tornado in found.tornadoes:
            chart = tornado_chart(tornado, found, f"tornado-{file_name(tornado.headline)}")
            save(chart, charts)
            (charts / f"{chart.name}.txt").write_text(chart.sentence + ".\n", encoding="utf-8")
            write_csv(charts / f"{chart.name}.csv", chart.head, chart.rows)
    return ("sensitivity.csv", "not_moved.csv", "sensitivity.txt", "charts")


def file_name(headline: Headline | str) -> str:
    """Name a file after a measure."""
    return re.sub(r"[^a-z0-9]+", "-", str(headline).replace("*", "all")).strip("-")


def _write_bars(found: Sensitivity, path: Path) -> None:
    spread = ("change", "lower", "upper")
    head = (
        *("measure", "where", "period", "unit", "input", "grade", "source", "value"),
        *(
            "low",
            "high",
            "as_stated",
            *(f"low_{s}" for s in spread),
            *(f"high_{s}" for s in spread),
        ),
        *("size", "verdict", "futures"),
    )
    rows = [
        (
            *(t.headline.measure, t.headline.where, t.headline.period, t.base.unit),
            *(bar.input.key, bar.input.grade, bar.input.source, bar.input.words),
            *map(plain, bar.input.range or (None, None)),
            plain(t.base.mean),
            *_spread(bar.low.change),
            *_spread(bar.high.change),
            *(plain(bar.size), verdict(bar), bar.low.change.replications),
        )
        for t in found.tornadoes
        for bar in t.bars
    ]
    write_csv(path, head, rows)


def verdict(bar: Bar) -> str:
    """Say in two words whether an input changes the measure."""
    return "no change" if bar.same else "shown" if bar.shown else "not shown"


def _spread(e: Estimate) -> Iterator[str]:
    return map(plain, (e.mean, e.lower, e.upper))


def write_left(unmoved: Sequence[Unmoved], path: Path) -> None:
    """Write the inputs that were left as they are, with the reason."""
    rows = [
        (u.input.key, u.input.grade, u.input.source, u.input.unit, u.input.words, u.why)
        for u in unmoved
    ]
    write_csv(path, ("input", "grade", "source", "unit", "value", "why"), rows)
