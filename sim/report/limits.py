"""Caseload limits, as the scenario gives them on its first day."""

from __future__ import annotations

from sim.experiment.run import Results


def caseload_limit(results: Results, where: str) -> int | None:
    """Find the caseload limit of a full-time worker of a role in a team."""
    team, _, role = where.partition(".")
    for name, post in results.loaded.scenario.teams[team].posts.items():
        if (post.role or name) == role and post.caseload_limit is not None:
            return int(post.caseload_limit.value)
    return None
