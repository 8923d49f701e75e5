"""How ids and numbers are written for people: the service's own names, no false precision."""

from __future__ import annotations

import math
import textwrap

from sim.experiment.summary import Estimate

STAGES = {
    "mash": "MASH",
    "single_assessment": "Single assessment",
    "safeguarding_and_support": "Safeguarding & Support",
    "strengthening_families": "Strengthening Families",
    "review_and_intervention": "Review & Intervention",
    "open_to_review": "Open to Review",
    "caf_tac": "CAF/TAC",
    "service": "Whole service",
    "closed": "closed",
}
TIMESCALES = {
    "cin_review": "Review",
    "child_seen": "Child seen",
    "plan_shared": "Plan shared",
    "initial_plan": "First plan",
    "mash_decision": "MASH decision",
    "single_assessment": "Single assessment",
}
_CAPITALS = {"mash": "MASH", "ehc": "EHC", "cin": "CIN", "icpc": "ICPC", "caf": "CAF", "tac": "TAC"}
_COLUMNS = 100
_FINEST_SHARE = 0.001  # a half-width below which a share gets one decimal


def words(name: str) -> str:
    """Write an id as words: ``hand_over`` as ``Hand over``."""
    text = " ".join(_CAPITALS.get(part, part) for part in name.split("_"))
    return text[:1].upper() + text[1:]


def stage(name: str) -> str:
    """Name a stage as the service does."""
    return STAGES.get(name, words(name))


def timescale(name: str) -> str:
    """Name a timescale as the service does."""
    return TIMESCALES.get(name, words(name))


def place(where: str) -> str:
    """Name a stage, or a role in a team (``strengthening_families.team_manager``)."""
    team, dot, role = where.partition(".")
    if not dot:
        return stage(where)
    return words(role) if team == "mash" else f"{words(role)}, {stage(team)}"


def people(where: str) -> str:
    """Name the people of a role in a team: ``Team managers in Strengthening Families``."""
    team, _, role = where.partition(".")
    return f"{words(role)}s" if team == "mash" else f"{words(role)}s in {stage(team)}"


def decimals(half_width: float | None, value: float) -> int:
    """Say how many decimals an interval supports; below zero means tens, hundreds ...

    Never more than one (none from ten thousand up), and never so few that less than two digits of
    the value are left.
    """
    if half_width is None or half_width <= 0 or not math.isfinite(half_width):
        return 0 if abs(value) >= 10 or value == round(value) else 1
    leading = math.floor(math.log10(abs(value))) if value else 0
    most = 1 if leading < 4 else 0
    return min(most, max(-math.floor(math.log10(half_width)), min(1 - leading, 0)))


def number(value: float | None, places: int = 0) -> str:
    """Write a number with thousands separated, rounded to `places` decimals (or tens ...)."""
    if value is None:
        return "–"
    return f"{round(value, places) + 0.0:,.{max(places, 0)}f}"


def signed(value: float, places: int = 0) -> str:
    """Write a change: as `number`, with its sign (a true minus), zero without one."""
    text = number(abs(value), places)
    if round(value, places) == 0:
        return text
    return f"{'+' if value > 0 else '−'}{text}"


def share(value: float | None, half_width: float | None = None) -> str:
    """Write a share as a percentage, whole unless it is known to a tenth of a percent."""
    if value is None:
        return "–"
    percent = value * 100
    is_fine = half_width is not None and 0 < half_width < _FINEST_SHARE
    places = 1 if is_fine else 0
    if round(percent, places) in (0, 100):
        if 0 < value < 1:  # not quite none, or not quite all
            step = 10.0**-places
            return f"under {step:g}%" if value < 0.5 else f"over {100 - step:g}%"
        places = 0
    return f"{percent:.{places}f}%"


def mean(estimate: Estimate, factor: float = 1.0, is_share: bool = False) -> str:
    """Write the mean, no more precisely than it is known."""
    if estimate.mean is None:
        return "–"
    if is_share:
        return share(estimate.mean, estimate.half_width)
    return number(estimate.mean * factor, _places(estimate, factor))


def likely(estimate: Estimate, factor: float = 1.0, is_share: bool = False) -> str:
    """Write the range in which nine futures in ten lie."""
    if estimate.p5 is None or estimate.p95 is None or estimate.replications < 2:
        return ""
    if is_share:
        low, high = (share(x, estimate.half_width) for x in (estimate.p5, estimate.p95))
    else:
        places = _places(estimate, factor)
        low, high = number(estimate.p5 * factor, places), number(estimate.p95 * factor, places)
    return low if low == high else f"{low} to {high}"


def give_or_take(estimate: Estimate, factor: float = 1.0, is_share: bool = False) -> str:
    """Write how far the mean could be off, for want of more futures."""
    half = estimate.half_width
    if half is None:
        return ""
    if is_share:
        return f"± {half * 100:.1f}" if half < _FINEST_SHARE else f"± {math.ceil(half * 100)}"
    places = _places(estimate, factor)
    step = 10.0**-places
    return "± " + number(math.ceil(half * factor / step - 1e-9) * step, places)


def _places(estimate: Estimate, factor: float) -> int:
    half = estimate.half_width
    return decimals(None if half is None else half * factor, (estimate.mean or 0.0) * factor)


def wrapped(text: str, indent: str = "") -> str:
    """Write a long line as lines of the width of the table, the later ones indented further."""
    return textwrap.fill(
        text,
        _COLUMNS,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_long_words=False,
        break_on_hyphens=False,
    )
