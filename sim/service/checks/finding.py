"""What a check finds, before it is known on which line of which file it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sim.scenario import schema
from sim.scenario.errors import Path


@dataclass(frozen=True)
class Finding:
    """Something that does not fit, or is odd.

    Attributes
    ----------
    path
        The key at which it is said, without ``value``.
    message
        One plain sentence, without a full stop.
    value
        What was given.
    allowed
        What would have been accepted, where that is a short list.
    related
        Other keys that may be the cause, so that a dated change can be told from its neighbours.
    """

    path: Path
    message: str
    value: Any = None
    allowed: tuple[str, ...] = ()
    related: tuple[Path, ...] = ()


def unknown(path: Path, name: str, what: str, names: Iterable[str]) -> Iterator[Finding]:
    """Refuse a name that is not among those there are."""
    allowed = tuple(names)
    if name not in allowed:
        there = f"there is no {what} called '{name}'"
        yield Finding(path, there if allowed else f"{there}: there is none at all", name, allowed)


def roles(team: schema.Team) -> dict[str, list[str]]:
    """List the keys of the posts of each role in a team."""
    found: dict[str, list[str]] = {}
    for name, post in team.posts.items():
        found.setdefault(post.role or name, []).append(name)
    return found


def headcount(scenario: schema.Scenario, team: str, role: str) -> int:
    """Count the posts of a role in a team."""
    if team not in scenario.teams:
        return 0
    spec = scenario.teams[team]
    return sum(spec.posts[name].count.value for name in roles(spec).get(role, ()))
