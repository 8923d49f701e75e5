"""Posts and what they cost; and posts scaled by one factor, as to cost what another model costs.

Scaled are the posts of the teams that hold a stage (their managers too): by one factor, such that
the established posts of all teams cost as much a year as the first model's, or that targets are
kept (`sim.sizing.models`). The front door, the
operations manager and whoever works for several models alike stay as they are, and so do posts
without a cost, which are another agency's. Posts are whole people: of so many as there have to be
at the least, each a little less than before.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from sim.scenario import Loaded, with_sets

if TYPE_CHECKING:
    from sim.scenario.schema import Post, Scenario

ROUNDING = 1e-9
FTE_DECIMALS = 6


class NoSuchStaffingError(Exception):
    """The posts cannot be scaled to that cost; the message says why."""


@dataclass(frozen=True)
class Posts:
    """The established posts of one role of a team.

    Attributes
    ----------
    fte
        Full-time equivalents.
    cost
        Pounds a year of all of them; 0 where they are another agency's.
    scaled
        Whether they are of a team that holds a stage.
    """

    team: str
    role: str
    fte: float
    cost: float
    scaled: bool


def posts_of(scenario: Scenario) -> tuple[Posts, ...]:
    """List the established posts of the first day, by team and role."""
    return tuple(
        Posts(
            team,
            spec.role or name,
            spec.count.value * spec.fte.value,
            _cost(spec),
            _is_scaled(scenario, team, spec),
        )
        for team, name, spec in _all_posts(scenario)
    )


def _all_posts(scenario: Scenario) -> Iterator[tuple[str, str, Post]]:
    for team_name, team in scenario.teams.items():
        for name, spec in team.posts.items():
            yield team_name, name, spec


def _cost(spec: Post) -> float:
    each = spec.cost.value if spec.cost is not None else 0.0
    return spec.count.value * spec.fte.value * each


def _is_scaled(scenario: Scenario, team: str, spec: Post) -> bool:
    holding = {stage.team for stage in scenario.stages.values()}
    return team in holding and spec.cost is not None


def yearly_cost(scenario: Scenario) -> float:
    """Return what the established posts of the first day cost a year, in pounds."""
    return sum(_cost(spec) for _, _, spec in _all_posts(scenario))


def at_cost(loaded: Loaded[Scenario], pounds: float) -> tuple[Loaded[Scenario], float]:
    """Scale the posts of a scenario so that they cost so much a year.

    Returns
    -------
    Loaded, float
        The scenario with other posts, and the factor.

    Raises
    ------
    NoSuchStaffingError
        If what is not scaled costs as much already, nothing is scaled, or posts change on dates
        within the run.
    """
    scenario = loaded.scenario
    refuse_dated(scenario)
    posts = posts_of(scenario)
    fixed = sum(p.cost for p in posts if not p.scaled)
    scaled = sum(p.cost for p in posts if p.scaled)
    if scaled <= 0.0 or fixed >= pounds:
        raise NoSuchStaffingError(
            f"'{scenario.name}' cannot be staffed for £{pounds:,.0f} a year: what is not scaled "
            f"costs £{fixed:,.0f}, and the posts of teams that hold children £{scaled:,.0f}"
        )
    factor = (pounds - fixed) / scaled
    if abs(factor - 1.0) < ROUNDING:
        return loaded, 1.0
    return scaled_by(loaded, factor), factor


def refuse_dated(scenario: Scenario) -> None:
    """Refuse a scenario whose posts change on dates within the run.

    Raises
    ------
    NoSuchStaffingError
        If they do.
    """
    dated = [key for change in scenario.changes for key in change.set if key.startswith("teams.")]
    if dated:
        raise NoSuchStaffingError(
            f"'{scenario.name}' changes posts on dates ({dated[0]}), so that it has no one yearly "
            "cost; leave those changes out, or take --staffing as-stated"
        )


def scaled_by(loaded: Loaded[Scenario], factor: float) -> Loaded[Scenario]:
    """Give the scenario with the posts of all teams that hold a stage scaled by one factor."""
    if abs(factor - 1.0) < ROUNDING:
        return loaded
    scenario = loaded.scenario
    sets = [
        s
        for team, name, spec in _all_posts(scenario)
        for s in _scale(scenario, team, name, spec, factor)
    ]
    return with_sets(loaded, sets)


def _scale(scenario: Scenario, team: str, name: str, spec: Post, factor: float) -> Iterator[str]:
    wanted = spec.count.value * factor
    if not _is_scaled(scenario, team, spec) or wanted == 0.0:
        return
    count = ceil(wanted - ROUNDING)
    key = f"teams.{team}.posts.{name}"
    yield f"{key}.count={count}"
    yield f"{key}.fte={round(spec.fte.value * wanted / count, FTE_DECIMALS)}"
