"""Whether desks have people, requests have names of their own, and nothing goes round for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.desks import Request
from sim.service.checks.finding import Finding, roles, unknown

MOST = 1.0 + 1e-9
DRAWN = "; when requests come is drawn ahead"


def check_desks(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse a desk of nobody, requests that clash with other work, and shares above one."""
    taken = {kind for stage in scenario.stages.values() for kind in stage.tasks}
    names = [f"{d}.{r}" for d, desk in scenario.desks.items() for r in desk.requests]
    for name, desk in scenario.desks.items():
        path = ("desks", name)
        if name in scenario.stages or name == scenario.mash.team or name == "mash":
            yield Finding(path, f"a desk cannot be called '{name}': that name is in use", name)
        yield from unknown((*path, "team"), desk.team, "team", scenario.teams)
        if desk.team in scenario.teams:
            there = roles(scenario.teams[desk.team])
            what = f"role in team '{desk.team}'"
            yield from unknown((*path, "role"), desk.role, what, there)
        if not desk.requests:
            yield Finding((*path, "requests"), "needs at least one kind of request", None)
        for kind, request in desk.requests.items():
            where = (*path, "requests", kind)
            if kind in taken:
                text = f"a request cannot be called '{kind}': a task has that name already"
                yield Finding(where, text, kind)
            for to in request.goes_on:
                yield from unknown((*where, "goes_on", to), to, "request", names)
            yield from _shares(where, request)


def _shares(where: Path, request: Request) -> Iterator[Finding]:
    total = sum(share.value for share in request.goes_on.values())
    if total > MOST:
        text = f"the shares add up to {total:.10g}; they can be at most 1 (the rest is finished)"
        yield Finding((*where, "goes_on"), text, total)


def fixed_desks(scenario: schema.Scenario) -> Iterator[tuple[Path, tuple[Any, str]]]:
    """List what of the desks must stay as it is during a run, for `check_change`."""
    for name, desk in scenario.desks.items():
        yield ("desks", name), (True, "")
        yield ("desks", name, "team"), (desk.team, "")
        yield ("desks", name, "role"), (desk.role, "")
        for kind, request in desk.requests.items():
            yield ("desks", name, "requests", kind), (True, "")
            yield ("desks", name, "requests", kind, "rate"), (request.rate.value, DRAWN)
