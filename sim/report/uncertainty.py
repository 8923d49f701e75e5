"""What ``caseload uncertainty`` prints and writes: what comes of the inputs, and what of chance."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib

from sim.experiment.components import Components, Interval
from sim.experiment.uncertainty import Found, Uncertainty
from sim.report import wording
from sim.report.drawing import BLUE, GREY, ORANGE, STYLE, Chart, begin, save
from sim.report.files import plain, write_csv
from sim.report.naming import headline_name
from sim.report.sensitivity import WIDTH, left_as_they_are, write_left

WIDTHS = (44, 9, 18, 18, 11)
HEADS = ("Average", "Chance alone", "Inputs too", "Inputs'")
NOT_TOLD_APART = "not distinguishable from none"


def text(found: Uncertainty, in_file: bool) -> str:
    """Write what was found; `in_file` as for the text of a sensitivity."""
    lines = [*_heading(found), "", _line(("", *HEADS)), _line(("", "", "", "", "share"))]
    lines.append("-" * WIDTH)
    for each in found.found:
        lines += _rows(each)
    lines += ["", *left_as_they_are(found.left, in_file)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _heading(found: Uncertainty) -> Iterator[str]:
    scenario = found.loaded.scenario
    yield f"{scenario.title or scenario.name}: {len(found.drawn)} inputs as uncertain as stated"
    yield (
        f"{scenario.horizon} from {scenario.start.day} {scenario.start:%B %Y}; {found.draws} draws "
        f"of the inputs, {found.each} possible futures of each; seed {found.seed}"
    )
    yield from textwrap.wrap(
        "Each input is drawn from its range, likelier near its value unless the scenario says "
        "otherwise. 'Chance alone': the 95% interval of the average if the inputs were known; more "
        "futures make it narrower. 'Inputs too': with what is not known of them, which no number "
        "of futures does away with. 'Inputs' share': of the variance of one possible future, with "
        "its 95% interval; the rest is chance, which differs from year to year even if all inputs "
        "were known. The inputs' intervals take the averages of draws to be normal, and the inputs "
        "to be independent.",
        WIDTH,
    )


def _rows(each: Found) -> Iterator[str]:
    """Write a measure in two or three lines."""
    parts = each.parts
    if parts is None or each.futures.mean is None:
        yield _line((headline_name(each.headline), "–", "–", "–", "–"))
        yield "   too few draws in which every future has a value"
        return
    share = each.futures.unit == "share"
    cells = (
        _number(parts.mean, _half(parts.by_chance), share),
        *(span(interval, each) for interval in (parts.by_chance, parts.with_inputs)),
        "" if parts.share is None else f"{parts.share:.0%}",
    )
    yield _line((textwrap.shorten(headline_name(each.headline), WIDTHS[0] - 1), *cells))
    off = wording.give_or_take(each.as_stated, is_share=share)
    yield (
        f"   as stated {wording.mean(each.as_stated, is_share=share)} {off}; nine in ten possible "
        f"futures, inputs uncertain too: {wording.likely(each.futures, is_share=share)}"
    )
    yield f"   {told_share(parts)}"


def told_share(parts: Components) -> str:
    """Say how much comes of the inputs, or that it cannot be told from none."""
    if parts.share is None or parts.lower is None or parts.upper is None:
        return "the same in every future of every draw"
    if not parts.distinguishable:
        below = " (the estimate is below zero)" if parts.inputs < 0.0 else ""
        return f"the inputs' share is {NOT_TOLD_APART}{below}: at most {parts.upper:.0%}"
    return f"the inputs' share is {parts.lower:.0%} to {parts.upper:.0%}"


def _half(interval: Interval) -> float:
    return (interval[1] - interval[0]) / 2.0


def _number(value: float, half: float, share: bool) -> str:
    if share:
        return wording.share(value, half)
    return wording.number(value, wording.decimals(half, value))


def span(interval: Interval, each: Found) -> str:
    """Write an interval, no more finely than it is wide, and as what it may be."""
    share = each.futures.unit == "share"
    low, high = max(interval[0], 0.0), min(interval[1], 1.0) if share else interval[1]
    half = _half(interval)
    return f"{_number(low, half, share)} to {_number(high, half, share)}"


def _line(cells: Sequence[str]) -> str:
    first, *rest = cells
    aligned = (cell.rjust(width) for cell, width in zip(rest, WIDTHS[1:], strict=True))
    return first.ljust(WIDTHS[0]) + "".join(aligned)


def write_uncertainty(found: Uncertainty, folder: Path) -> Sequence[str]:
    """Write the tables, the text and the chart; name the files."""
    _write_measures(found, folder / "uncertainty.csv")
    _write_draws(found, folder / "draws.csv")
    write_left(found.left, folder / "not_moved.csv")
    (folder / "uncertainty.txt").write_text(text(found, in_file=True), encoding="utf-8")
    charts = folder / "charts"
    charts.mkdir()
    with matplotlib.rc_context(STYLE):
        chart = shares_chart(found)
        save(chart, charts)
        (charts / f"{chart.name}.txt").write_text(chart.sentence + ".\n", encoding="utf-8")
        write_csv(charts / f"{chart.name}.csv", chart.head, chart.rows)
    return ("uncertainty.csv", "draws.csv", "not_moved.csv", "uncertainty.txt", "charts")


def _write_measures(found: Uncertainty, path: Path) -> None:
    head = (
        *("measure", "where", "period", "unit", "as_stated", "as_stated_lower", "as_stated_upper"),
        *("mean", "chance_lower", "chance_upper", "inputs_lower", "inputs_upper", "p5", "p95"),
        *("variance_within", "variance_inputs", "share", "share_lower", "share_upper", "verdict"),
        *("draws", "futures_of_each"),
    )
    write_csv(path, head, (_measure(each) for each in found.found))


def _measure(each: Found) -> tuple[object, ...]:
    base, futures, parts = each.as_stated, each.futures, each.parts
    where = (each.headline.measure, each.headline.where, each.headline.period, futures.unit)
    stated = map(plain, (base.mean, base.lower, base.upper))
    spread = map(plain, (futures.p5, futures.p95))
    if parts is None:
        nothing = [""] * 5
        return (*where, *stated, plain(futures.mean), *nothing[:4], *spread, *nothing, "", "", "")
    mean = map(plain, (parts.mean, *parts.by_chance, *parts.with_inputs))
    told = map(plain, (parts.within, parts.inputs, parts.share, parts.lower, parts.upper))
    verdict = "shown" if parts.distinguishable else "not distinguishable"
    return (*where, *stated, *mean, *spread, *told, verdict, parts.draws, parts.each)


def _write_draws(found: Uncertainty, path: Path) -> None:
    """Write the number of each input in each draw, and the average of each measure."""
    head = ["draw", *(each.key for each, _ in found.drawn)]
    head += [str(each.headline) for each in found.found]
    rows = [
        (
            draw + 1,
            *(plain(numbers[draw]) for _, numbers in found.drawn),
            *(plain(each.by_draw[draw]) for each in found.found),
        )
        for draw in range(found.draws)
    ]
    write_csv(path, head, rows)


def shares_chart(found: Uncertainty) -> Chart:
    """Draw how much of the variance of each measure comes of the inputs."""
    drawn = [(e, e.parts) for e in found.found if e.parts is not None and e.parts.share is not None]
    sentence = shares_sentence(found)
    scenario = found.loaded.scenario
    figure = begin(
        sentence,
        "Black line: 95% interval of the inputs' share.\n"
        f"{scenario.title or scenario.name}, {scenario.horizon}, {found.draws} draws of "
        f"{len(found.drawn)} inputs, {found.each} possible futures of each.",
        (10.0, 2.2 + 0.55 * max(len(drawn), 1)),
    )
    axes = figure.add_subplot()
    for place, (_, parts) in enumerate(drawn):
        share = parts.share or 0.0
        axes.barh(place, share, color=BLUE, height=0.6, edgecolor="white")
        axes.barh(place, 1.0 - share, left=share, color=ORANGE, hatch="//", height=0.6,
                  edgecolor="white")  # fmt: skip
        axes.plot([parts.lower or 0.0, parts.upper or 0.0], [place, place], color="black", lw=2)
    axes.set_yticks(range(len(drawn)), [headline_name(e.headline) for e, _ in drawn])
    axes.set_ylim(max(len(drawn), 1) - 0.4, -0.6)
    axes.set_xlim(0, 1)
    axes.xaxis.set_major_formatter("{x:.0%}")
    axes.set_xlabel("Share of the variance of one possible future")
    for x, name, side in ((0.0, "plain: the inputs", "left"), (1.0, "hatched: chance", "right")):
        axes.annotate(
            name, (x, 1.0), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points",
            ha=side, color=GREY,
        )  # fmt: skip
    axes.grid(visible=False)
    rows = [
        (str(e.headline), *map(plain, (p.share, p.lower, p.upper, p.inputs, p.within)))
        for e, p in drawn
    ]
    head = ("measure", "share", "lower", "upper", "variance_inputs", "variance_within")
    return Chart("inputs-and-chance", figure, sentence, head, tuple(rows))


def shares_sentence(found: Uncertainty) -> str:
    """Say of which measure the inputs make up most, or that it cannot be told."""
    shown = [(e, e.parts) for e in found.found if e.parts is not None and e.parts.distinguishable]
    if not shown:
        return "These futures do not tell what comes of the inputs from chance, for any measure"
    most, parts = max(shown, key=lambda pair: pair[1].share or 0.0)
    return (
        f"{headline_name(most.headline)}: {parts.lower:.0%} to {parts.upper:.0%} of the variance "
        "of a possible future comes of not knowing the inputs, the rest is chance"
    )
