"""What the results say, in sentences and tiles: the range of possible years first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sim.app.figures import Figures
from sim.experiment.compare import Difference
from sim.experiment.headlines import EVERYWHERE
from sim.experiment.summary import ALL, Estimate
from sim.measure.series import SERVICE
from sim.report import wording
from sim.report.better import verdict

Direction = Literal["better", "worse", "the same", "not shown", "more", "less"]


@dataclass(frozen=True)
class Tile:
    """One headline number.

    Attributes
    ----------
    label, about
        What it is, in few words and in a sentence.
    value, usual
        The average of the possible futures, and the range in which nine in ten lie.
    change
        Against the baseline, in words; empty if there is nothing to compare with.
    direction
        Whether that is better or worse.
    """

    label: str
    about: str
    value: str
    usual: str
    change: str
    direction: Direction


@dataclass(frozen=True)
class Shown:
    """What a tile is made of: a measure at a place, and what is counted."""

    label: str
    about: str
    measure: str
    where: str
    thing: str


TILES = (
    Shown(
        "Work past due",
        "Tasks past their due time and not done, at a month's end.",
        "backlog",
        SERVICE,
        "tasks",
    ),
    Shown(
        "Reviews in date",
        "Share of children in the hubs with no review past due, at a month's end.",
        "in_date:cin_review",
        EVERYWHERE,
        "",
    ),
    Shown(
        "Children seen in time",
        "Share of children in the hubs with no visit past due, at a month's end.",
        "in_date:child_seen",
        EVERYWHERE,
        "",
    ),
    Shown(
        "Workers over their limit",
        "Workers who hold more children than their limit, at a month's end.",
        "over_limit",
        EVERYWHERE,
        "workers",
    ),
    Shown(
        "Children without a worker",
        "Children nobody has been allocated to, at a month's end.",
        "unallocated",
        SERVICE,
        "children",
    ),
    Shown(
        "Children waiting to move",
        "Children on the transfer list, at a month's end.",
        "on_transfer_list",
        EVERYWHERE,
        "children",
    ),
)


def tiles(baseline: Figures | None, scenario: Figures, period: str = ALL) -> list[Tile]:
    """Make the headline tiles."""
    found = []
    for shown in TILES:
        estimate = scenario.get(shown.measure, shown.where, period)
        if estimate is not None:
            found.append(_tile(shown, estimate, baseline, scenario, period))
    return found


def _tile(
    shown: Shown,
    estimate: Estimate,
    baseline: Figures | None,
    scenario: Figures,
    period: str,
) -> Tile:
    is_share = estimate.unit == "share"
    change, direction = "", "the same"
    if baseline is not None:
        found = baseline.change(scenario, shown.measure, shown.where, period)
        if found is not None:
            change, direction = changed(found, shown.thing), verdict(found)
    usual = wording.likely(estimate, is_share=is_share)
    return Tile(
        label=shown.label,
        about=shown.about,
        value=wording.mean(estimate, is_share=is_share),
        usual=f"Nine futures in ten: {usual}" if usual else "",
        change=change,
        direction=direction,  # type: ignore[arg-type]
    )


def changed(found: Difference, thing: str = "") -> str:
    """Say what became of a measure: how much more or fewer, and how sure that is."""
    change = found.change
    if found.same or change.mean is None:
        return "the same in every future"
    if change.lower is None or change.upper is None:
        return "one future only: no comparison yet"
    is_share = change.unit == "share"
    more, less = "more", "fewer"
    if is_share:
        more, less = "percentage points higher", "percentage points lower"
    factor = 100.0 if is_share else 1.0
    places = wording.decimals((change.half_width or 0.0) * factor, change.mean * factor)
    low, high = sorted((change.lower * factor, change.upper * factor))
    size = wording.number(abs(change.mean) * factor, places)
    things = f" {thing}" if thing else ""
    if not found.shown:
        most = wording.number(max(abs(low), abs(high)), places)
        what = " percentage points" if is_share else things
        return f"no difference shown: at most about {most}{what} either way"
    ends = sorted((abs(low), abs(high)))
    sure = " to ".join(wording.number(end, places) for end in ends)
    return f"{size} {more if change.mean > 0 else less} than the baseline ({sure})"


def headline(baseline: Figures | None, scenario: Figures, period: str = ALL) -> str:
    """Say the answer in two sentences."""
    late = scenario.get("backlog", SERVICE, period)
    if late is None:
        return "Nothing is known yet."
    text = f"About {wording.mean(late)} tasks are past due at a month's end"
    usual = wording.likely(late)
    text += f" (nine futures in ten: {usual})" if usual else ""
    found = baseline and baseline.change(scenario, "backlog", SERVICE, period)
    text += f": {changed(found)}." if found else "."
    shares = [
        (scenario.get(f"in_date:{timescale}", EVERYWHERE, period), said)
        for timescale, said in (
            ("cin_review", "have their review in date"),
            ("child_seen", "have been seen in time"),
        )
    ]
    parts = [f"{wording.mean(e, is_share=True)} {said}" for e, said in shares if e is not None]
    return f"{text} Of the children, {' and '.join(parts)}." if parts else text


def period_names(figures: Figures, horizon: str) -> dict[str, str]:
    """Name the periods a result can be looked at."""
    names = {ALL: f"All {horizon}"}
    if len(figures.years) > 1:
        names |= {year: f"Year {year}" for year in figures.years}
    return names


def most(estimates: Sequence[Estimate]) -> Estimate | None:
    """Find the highest of some estimates."""
    return max(estimates, key=lambda each: each.mean or 0.0, default=None)
