"""What ``--precision`` came to, in words."""

from __future__ import annotations

from collections.abc import Iterable

from sim.experiment.precision import Reached
from sim.experiment.summary import Estimate


def precision_text(reached: Iterable[Reached]) -> str:
    """Say of each target whether it held, at how many futures, and the half-width reached."""
    lines = ["How sure: half the 95% interval of the average over the whole run"]
    return "\n".join([*lines, *(f"  {_line(each)}" for each in reached)])


def _line(each: Reached) -> str:
    asked = f"{each.target.address} (asked: {each.target})"
    final = each.final
    if final.mean is None:
        return f"{asked}: NOT REACHED; it has no value in any of the futures that were run"
    if each.at is None:
        text = f"{asked}: NOT REACHED; {_half(final)} with all {final.replications} values"
        return text + _why(each)
    text = f"{asked}: held at {each.at} futures, {_half(each.then)}; {_half(final)} with all"
    if each.never_varied:
        text += f"; it was {final.mean:.4g} in every one, so what is rare may not have been seen"
    elif not each.target.holds(final):
        text += ", which is more than was asked"
    return text


def _half(known: Estimate) -> str:
    return "no interval" if known.half_width is None else f"±{known.half_width:.3g} {known.unit}"


def _why(each: Reached) -> str:
    """Explain a share of an average that may be nothing."""
    low, high = each.final.lower, each.final.upper
    if each.target.least or low is None or high is None or not low <= 0.0 <= high:
        return ""
    return f"; its average may be zero, so add what is small enough: '{each.target} or NUMBER'"
