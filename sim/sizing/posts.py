"""Posts of one role that may be more or fewer, and the scenario with so many of them."""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import yaml

from sim.scenario import load_text
from sim.sizing.targets import SizingRefusedError

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Post, Scenario

PART = "_part_time"  # ending of the key of a post that is less than a whole one
MOST = 200  # steps of a range
_NUMBER = r"\d+(?:\.\d+)?"
_RANGE = re.compile(rf"({_NUMBER})\.\.({_NUMBER})")


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts of one role, and how many full-time equivalents there may be.

    Attributes
    ----------
    pool
        ``team.role``.
    levels
        Full-time equivalents to choose from, the fewest first.
    """

    pool: str
    levels: tuple[float, ...]


def with_posts(loaded: Loaded[Scenario], levels: Mapping[str, float]) -> Loaded[Scenario]:
    """Give the scenario with so many full-time equivalents of each ``team.role``.

    They are whole posts, and a part-time one like them for the rest.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used so.
    """
    data = copy.deepcopy(loaded.data)
    for pool, level in levels.items():
        team, _, role = pool.partition(".")
        posts = data["teams"][team]["posts"]
        one = loaded.scenario.teams[team].posts[role].fte.value
        whole = math.floor(level / one + 1e-9)
        rest = round(level - whole * one, 9)
        posts[role]["count"] = _counted(posts[role]["count"], whole)
        if rest > 0.0:
            part = {**posts[role], "role": posts[role].get("role", role)}
            posts[role + PART] = {**part, "count": 1, "fte": rest, "sites": "shared"}
    text = yaml.safe_dump(data, sort_keys=False, allow_unicode=True)
    return load_text(text, loaded.files[-1] if loaded.files else "scenario")


def level_stated(loaded: Loaded[Scenario], pool: str) -> float:
    """Give the full-time equivalents of the posts that `with_posts` would make more or fewer."""
    team, _, role = pool.partition(".")
    post = loaded.scenario.teams[team].posts[role]
    return post.count.value * post.fte.value


def _counted(said: Any, whole: int) -> Any:
    """Write another number of posts where it was written; it no longer has the source it had."""
    if isinstance(said, dict):
        return {"value": whole, "grade": "assumed"}
    return whole


def read_posts(loaded: Loaded[Scenario], pool: str, span: str, step: float = 1.0) -> Posts:
    """Read which posts may vary, and between which numbers (``4..14``).

    Raises
    ------
    SizingRefusedError
        If there is no such post, or no such range.
    """
    known = [f"{t}.{r}" for t, team in loaded.scenario.teams.items() for r in team.posts]
    if pool not in known:
        close = get_close_matches(pool, known, n=3, cutoff=0.4) or known
        raise SizingRefusedError(f"there is no post '{pool}' here; there is {', '.join(close)}")
    found = _RANGE.fullmatch(span.strip())
    if found is None:
        raise SizingRefusedError(f"--range '{span}' is not understood: write 4..14")
    low, high = float(found[1]), float(found[2])
    if low > high:
        raise SizingRefusedError(f"--range '{span}' goes down: write {high:g}..{low:g}")
    if step <= 0.0:
        raise SizingRefusedError(f"--step {step:g} must be more than 0")
    number = math.floor((high - low) / step + 1e-9) + 1
    if number > MOST:
        raise SizingRefusedError(f"--range '{span}' has {number} steps; at most {MOST}")
    return Posts(pool, tuple(round(low + n * step, 9) for n in range(number)))


def cost_of(loaded: Loaded[Scenario], pool: str) -> float:
    """Give the pounds a year of one full-time equivalent.

    Raises
    ------
    SizingRefusedError
        If the scenario does not say.
    """
    team, _, role = pool.partition(".")
    cost = loaded.scenario.teams[team].posts[role].cost
    if cost is None:
        raise SizingRefusedError(
            f"'{pool}' has no cost, and several posts are weighed against each other by theirs: "
            f"give teams.{team}.posts.{role}.cost"
        )
    return float(cost.value)


def level_now(loaded: Loaded[Scenario], pool: str) -> float:
    """Give the full-time equivalents the scenario has on its first day."""
    team, _, role = pool.partition(".")
    posts: Sequence[tuple[str, Post]] = list(loaded.scenario.teams[team].posts.items())
    return sum(p.count.value * p.fte.value for key, p in posts if (p.role or key) == role)
