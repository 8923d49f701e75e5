"""The tornado: for one measure, a pair of bars for each assumption, the longest first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import wording
from sim.report.drawing import Chart, begin
from sim.report.files import plain
from sim.report.naming import headline_name, input_name
from sim.report.pair_bars import Pair, draw_pairs, size

if TYPE_CHECKING:
    from sim.experiment.compare import Difference
    from sim.experiment.sensitivity import Bar, Sensitivity, Tornado

MOST = 16  # inputs drawn
HEAD = (
    *("input", "low", "high", "at_low", "at_low_lower", "at_low_upper"),
    *("at_high", "at_high_lower", "at_high_upper", "effect"),
)


def tornado_chart(tornado: Tornado, found: Sensitivity, name: str) -> Chart:
    """Draw the longest bars; those whose effect is not shown are pale."""
    moving = [bar for bar in tornado.bars if not bar.same]
    drawn = moving[:MOST]
    sentence = tornado_sentence(tornado)
    figure = begin(sentence, _note(found, len(tornado.bars), len(drawn)), size(len(drawn)))
    axes = figure.add_subplot()
    base = tornado.base.mean or 0.0
    draw_pairs(axes, [_row(bar) for bar in drawn], base, "as stated")
    if tornado.base.unit == "share":
        axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel(f"{headline_name(tornado.headline)} ({tornado.base.unit})")
    return Chart(name, figure, sentence, HEAD, tuple(_numbers(bar, base) for bar in drawn))


def _note(found: Sensitivity, moved: int, drawn: int) -> str:
    scenario = found.loaded.scenario
    return (
        "Plain bar: the low end of the range; hatched: the high end (its value beside it). Black "
        "line: 95% interval of the paired difference. Pale: not shown to differ.\n"
        f"{scenario.title or scenario.name}, {scenario.horizon}, {found.replications} possible "
        f"futures of each end; {drawn} of {moved} assumptions that have a range."
    )


def _row(bar: Bar) -> Pair:
    low, high = bar.input.range or (0.0, 0.0)
    ends = (bar.input.shown(low), bar.input.shown(high))
    return Pair(input_name(bar.input.key), bar.low, bar.high, ends)


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
