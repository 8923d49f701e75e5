"""What ``--precision`` came to, in words and as a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.experiment.intervals import Known, futures_to_see, unseen
from sim.experiment.precision import Reached
from sim.experiment.targets import SELDOM, Average, Share
from sim.report.files import plain, write_csv
from sim.report.wording import wrapped

FEW = 5  # values unlike the rest below which an interval is rough
HEAD = (
    *("figure", "where", "period", "unit", "asked", "held_at"),
    *("value_then", "lower_then", "upper_then"),
    *("futures", "value", "lower", "upper"),
)


def precision_text(reached: Iterable[Reached]) -> str:
    """Say of each target whether it held, at how many futures, and how far off it may be."""
    lines = ["How sure: how far the figure may be off, by its 95% interval"]
    return "\n".join([*lines, *(wrapped(_line(each), "  ") for each in reached)])


def write_precision(reached: Iterable[Reached], path: Path) -> None:
    """Write the same as a table: each target, what it was when it held, and with all futures."""
    write_csv(path, HEAD, _rows(reached))


def _rows(reached: Iterable[Reached]) -> Iterator[list[str]]:
    for each in reached:
        target = each.target
        measure, _, where = target.address.partition("@")
        figure = f"{target.of} of {measure}"
        if isinstance(target.of, Share):
            ever = "ever " * target.of.ever
            figure = f"share of futures {ever}with {measure} {target.of.sign} {target.of.than:.12g}"
        then = _numbers(each.then) if each.at is not None else [""] * 3
        yield [
            *(figure, where, target.period, target.unit, str(target)),
            str(each.at or ""),
            *then,
            str(each.final.futures),
            *_numbers(each.final),
        ]


def _numbers(known: Known) -> list[str]:
    return [plain(known.value), plain(known.lower), plain(known.upper)]


def _line(each: Reached) -> str:
    target, final = each.target, each.final
    asked = f"{target.what} (asked: {target})"
    if final.value is None:
        return f"{asked}: NOT REACHED; it has no value in any of the futures that were run"
    if each.at is None:
        text = f"{asked}: NOT REACHED; {_figure(each, final)} with all {final.futures} values"
        return text + (_unseen(each) or _why(each))
    text = f"{asked}: held at {each.at} futures, {_figure(each, each.then)}"
    if not final.never_varied:
        text += f"; {_figure(each, final)} with all"
    if not target.holds(final):
        text += ", which is more than was asked"
    return text + _unseen(each)


def _figure(each: Reached, known: Known) -> str:
    """Write how far off an average may be; a quantile or share with its interval."""
    target, how_far = each.target, known.how_far
    if known.never_varied:
        return f"{known.value:,.6g} {target.unit} in each"
    if isinstance(target.of, Average):
        return "no interval" if how_far is None else f"±{how_far:.3g} {target.unit}"
    low, high = ("?" if end is None else f"{end:,.3g}" for end in (known.lower, known.upper))
    unit = "" if isinstance(target.of, Share) else f" {target.unit}"
    return f"{known.value:,.3g} ({low} to {high}){unit}"


def _unseen(each: Reached) -> str:
    """Say what was the same in every future, of which the rule of three says the most there is."""
    final = each.final
    most = f"at most {math.ceil(1000.0 * unseen(final.futures)) / 10.0:g}% of futures"
    most += " (rule of three)"
    if isinstance(each.target.of, Share):
        if final.value == 0.0:
            return f"; it happened in none of {final.futures}, so it happens in {most}"
        if final.value == 1.0:
            return f"; it was so in all {final.futures}, so it is otherwise in {most}"
    if final.others is not None and 0 < final.others < FEW:
        which = "one is" if final.others == 1 else f"{final.others} are"
        return f"; of {final.futures} only {which} not the same as the rest, so this is rough"
    if not final.never_varied:
        return ""
    text = f"; it was the same in all {final.futures}, so it is another in {most}; by how much it "
    text += "is another then, these cannot tell"
    if each.at is None and final.futures < futures_to_see(SELDOM):
        text += f"; it is taken to hold from {futures_to_see(SELDOM)} on"
    return text


def _why(each: Reached) -> str:
    """Explain an interval without an end, or a share of a figure that may be nothing."""
    final, target = each.final, each.target
    low, high = final.lower, final.upper
    if low is None or high is None:
        return f"; its interval has two ends with {target.of.fewest} values or more"
    if target.least or not low <= 0.0 <= high:
        return ""
    return f"; it may be zero, so add what is near enough: '{target} or NUMBER'"
