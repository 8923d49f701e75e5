"""The chart of delivery models: what the same children take in each, and who is in date."""

from __future__ import annotations

import textwrap
from string import ascii_uppercase
from typing import TYPE_CHECKING

from sim.experiment.model_rows import Row
from sim.report import wording as words
from sim.report.drawing import (
    BLUE,
    GREY,
    ORANGE,
    PINK,
    PURPLE,
    TURQUOISE,
    Chart,
    begin,
)
from sim.report.files import plain

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.experiment.models import ComparedModels

SHADES = (
    (BLUE, ""),
    (ORANGE, "//"),
    (TURQUOISE, ".."),
    (PURPLE, "\\\\"),
    (PINK, "xx"),
    (GREY, "++"),
    ("#767676", "oo"),
)
LEAST = 0.05  # hours a child-year below which a role is not drawn apart
HEAD = ("model", "measure", "where", "unit", "mean", "lower", "upper")
IN_DATE = (("in_date:cin_review", "o"), ("in_date:child_seen", "s"))
LETTERS = 30  # of a model's name in a line


def models_chart(found: ComparedModels) -> Chart:
    """Draw hours a child-year of the same children by role, their cost, and shares in date."""
    names = [
        "\n".join(textwrap.wrap(f"{letter}  {arm.loaded.scenario.title or arm.name}", LETTERS))
        for letter, arm in zip(ascii_uppercase, found.arms, strict=False)
    ]
    sentence = sentence_of(found)
    number = len(found.numbers)
    note = (
        "Left: hours a year for one of the children who could be in the lightest stage of every "
        "model. Right: bars are 95% intervals of the average.\n"
        f"{found.arms[0].loaded.scenario.horizon}, {number} possible future{'s' * (number != 1)}, "
        f"staffing {'as stated' if found.staffing == 'as-stated' else 'at the same cost'}."
    )
    figure = begin(sentence, note, (11.5, 2.8 + 0.55 * len(names)))
    left, middle, right = figure.subplots(1, 3, sharey=True, width_ratios=(5, 2.6, 3))
    _hours(left, found)
    _points(middle, found, "same_children", (("cost", "o"),))
    _points(right, found, "promises", IN_DATE)
    left.set_title("\n\n\nHours a child-year, the same children")
    middle.set_title("£ a child-year")
    right.set_title("In date: ● reviews, ■ visits")
    right.xaxis.set_major_formatter("{x:.0%}")
    middle.xaxis.set_major_formatter("{x:,.0f}")
    middle.set_xlim(left=0)
    right.set_xlim(right=min(right.get_xlim()[1], 1.005))
    left.set_yticks(range(len(names)), names)
    left.set_ylim(len(names) - 0.4, -0.6)
    return Chart("models", figure, sentence, HEAD, tuple(_numbers(found)))


def sentence_of(found: ComparedModels) -> str:
    """Say what the same children take, least and most."""
    hours = _row(found, "same_children", "hours", "service")
    if hours is None:
        return "No child could be in the lightest stage of every model"
    known = [(e, p) for p, e in enumerate(hours.each) if e is not None and e.mean is not None]
    least, most = (pick(known, key=lambda item: item[0].mean or 0.0) for pick in (min, max))
    children = _row(found, "same_children", "children", "service")
    count = words.mean(children.each[0]) if children and children.each[0] else "same"
    titles = [arm.loaded.scenario.title or arm.name for arm in found.arms]
    return (
        f"The same {count} children take {words.mean(least[0])} hours a year each in "
        f"{titles[least[1]]}, and {words.mean(most[0])} in {titles[most[1]]}"
    )


def _row(found: ComparedModels, topic: str, measure: str, where: str) -> Row | None:
    wanted = (topic, measure, where)
    return next((r for r in found.rows if (r.topic, r.measure, r.where) == wanted), None)


def _hours(axes: Axes, found: ComparedModels) -> None:
    rows = [
        row
        for row in found.rows
        if row.topic == "same_children" and row.measure == "hours" and row.where != "service"
    ]
    drawn = [r for r in rows if any(e is not None and (e.mean or 0.0) >= LEAST for e in r.each)]
    start = [0.0] * len(found.arms)
    for number, row in enumerate(drawn):
        colour, hatch = SHADES[number % len(SHADES)]
        widths = [(e.mean or 0.0) if e is not None else 0.0 for e in row.each]
        axes.barh(
            range(len(widths)), widths, left=start, color=colour, hatch=hatch, edgecolor="white",
            linewidth=0.5, height=0.62, label=words.words(row.where),
        )  # fmt: skip
        start = [a + b for a, b in zip(start, widths, strict=True)]
    for place, end in enumerate(start):
        axes.annotate(
            f"{end:.0f}", (end, place), xytext=(4, 0), textcoords="offset points", va="center"
        )
    axes.margins(x=0.12)
    axes.grid(axis="y", visible=False)
    legend = axes.legend(loc="lower left", bbox_to_anchor=(-0.55, 1.07), ncols=5, frameon=False)
    legend.set_in_layout(False)


def _points(
    axes: Axes, found: ComparedModels, topic: str, drawn: tuple[tuple[str, str], ...]
) -> None:
    for number, (measure, marker) in enumerate(drawn):
        row = next((r for r in found.rows if (r.topic, r.measure) == (topic, measure)), None)
        if row is None:
            continue
        colour = (BLUE, ORANGE)[number]
        offset = (number - (len(drawn) - 1) / 2.0) * 0.24
        for place, e in enumerate(row.each):
            if e is None or e.mean is None:
                continue
            y = place + offset
            if e.lower is not None and e.upper is not None:
                axes.plot([e.lower, e.upper], [y, y], color=colour, linewidth=1.5)
            axes.plot([e.mean], [y], marker, color=colour)
    axes.grid(axis="y", visible=False)
    axes.grid(axis="x", visible=True)


def _numbers(found: ComparedModels) -> list[tuple[str, ...]]:
    shown = [measure for measure, _ in IN_DATE]
    rows = [r for r in found.rows if r.topic == "same_children" or r.measure in shown]
    return [
        (arm.name, row.measure, row.where, row.unit, *map(plain, (e.mean, e.lower, e.upper)))
        for row in rows
        for arm, e in zip(found.arms, row.each, strict=True)
        if e is not None
    ]
