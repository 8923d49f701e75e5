"""The tornado: for one measure, a pair of bars for each assumption, the longest first."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from sim.report import wording
from sim.report.drawing import BLUE, GREY, ORANGE, Chart, begin
from sim.report.files import plain
from sim.report.naming import headline_name, input_name

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiment.compare import Difference
    from sim.experiment.sensitivity import Bar, Sensitivity, Tornado

MOST = 16  # inputs drawn
LETTERS = 46  # of the name of an input
PALE = 0.35  # of a bar whose effect is not shown
HALF = 0.38  # height of the bar of one end
HEAD = (
    *("input", "low", "high", "at_low", "at_low_lower", "at_low_upper"),
    *("at_high", "at_high_lower", "at_high_upper", "effect"),
)


def tornado_chart(tornado: Tornado, found: Sensitivity, name: str) -> Chart:
    """Draw the longest bars; those whose effect is not shown are pale."""
    moving = [bar for bar in tornado.bars if not bar.same]
    drawn = moving[:MOST]
    sentence = tornado_sentence(tornado)
    figure = begin(sentence, _note(found, len(tornado.bars), len(drawn)), _size(len(drawn)))
    axes = figure.add_subplot()
    share = tornado.base.unit == "share"
    base = tornado.base.mean or 0.0
    for place, bar in enumerate(drawn):
        low, high = bar.input.range or (0.0, 0.0)
        _end(axes, place - HALF / 2, base, bar.low, BLUE, "", bar.input.shown(low))
        _end(axes, place + HALF / 2, base, bar.high, ORANGE, "//", bar.input.shown(high))
    axes.axvline(base, color=GREY, linewidth=1.2)
    axes.annotate(
        "as stated", (base, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 4),
        textcoords="offset points", ha="center", color=GREY,
    )  # fmt: skip
    axes.set_yticks(range(len(drawn)), [_label(bar) for bar in drawn])
    axes.set_ylim(max(len(drawn), 1) - 0.4, -0.6)
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)
    if share:
        axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(f"{headline_name(tornado.headline)} ({tornado.base.unit})")
    return Chart(name, figure, sentence, HEAD, tuple(_numbers(bar, base) for bar in drawn))


def _size(bars: int) -> tuple[float, float]:
    return 10.5, 2.2 + 0.5 * max(bars, 1)


def _note(found: Sensitivity, moved: int, drawn: int) -> str:
    scenario = found.loaded.scenario
    return (
        "Plain bar: the low end of the range; hatched: the high end (its value beside it). Black "
        "line: 95% interval of the paired difference. Pale: not shown to differ.\n"
        f"{scenario.title or scenario.name}, {scenario.horizon}, {found.replications} possible "
        f"futures of each end; {drawn} of {moved} assumptions that have a range."
    )


def _end(
    axes: Axes, y: float, base: float, d: Difference, colour: str, hatch: str, label: str
) -> None:
    """Draw the bar of one end with its interval and the value of the input there."""
    to = d.change.mean or 0.0
    alpha = 1.0 if d.shown else PALE
    axes.barh(
        y, to, left=base, height=HALF, color=colour, hatch=hatch, edgecolor="white",
        linewidth=0.5, alpha=alpha,
    )  # fmt: skip
    ends = [to, 0.0]
    if d.change.lower is not None and d.change.upper is not None and not d.same:
        axes.plot([base + d.change.lower, base + d.change.upper], [y, y], color="black", lw=1.2)
        ends += [d.change.lower, d.change.upper]
    right = to >= 0.0
    axes.annotate(
        label, (base + (max(ends) if right else min(ends)), y),
        xytext=(4 if right else -4, 0), textcoords="offset points",
        va="center", ha="left" if right else "right", fontsize=8, color=GREY,
    )  # fmt: skip


def _label(bar: Bar) -> str:
    return "\n".join(textwrap.wrap(input_name(bar.input.key), LETTERS))


def tornado_sentence(tornado: Tornado) -> str:
    """Say which input matters most, and how much; or that none is shown to."""
    name = headline_name(tornado.headline)
    shown = [bar for bar in tornado.bars if bar.shown]
    if not shown:
        return f"{name}: these futures show no effect of any one assumption over its range"
    most = shown[0]
    ends = (most.low.other, most.high.other)
    low, high = sorted(ends, key=lambda e: e.mean or 0.0)
    share = tornado.base.unit == "share"
    span = f"{wording.mean(low, is_share=share)} to {wording.mean(high, is_share=share)}"
    as_stated = wording.mean(tornado.base, is_share=share)
    return (
        f"{name}: of these assumptions, '{input_name(most.input.key)}' matters most: {span} "
        f"over its range, {as_stated} as stated"
    )


def _numbers(bar: Bar, base: float) -> tuple[str, ...]:
    def at(d: Difference) -> list[str]:
        found = (d.change.mean, d.change.lower, d.change.upper)
        return [plain(None if x is None else base + x) for x in found]

    low, high = bar.input.range or (None, None)
    effect = "shown" if bar.shown else "not shown"
    return (bar.input.key, plain(low), plain(high), *at(bar.low), *at(bar.high), effect)
