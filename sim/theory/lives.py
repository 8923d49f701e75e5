"""What the children open on day one are like: needs and overnight breaks, as expected shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.snapshots import BY_DIRECT_PAYMENT, JUDGED
from sim.theory.classes import ALLOWED, FULL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sim.theory.reading import Reading


def by_group(reading: Reading) -> dict[str, list[tuple[int, str, float]]]:
    """Return what makes up each group's children, as `snapshots.by_group` has it."""
    groups = reading.scenario.day_one.groups
    found: dict[str, list[tuple[int, str, float]]] = {name: [] for name in groups}
    away = [name for name, group in groups.items() if group.protected]
    for need, route, share in _mix(reading):
        names = [
            name
            for name, group in groups.items()
            if reading.needs[need] in group.needs
            and (group.overnight is None or route in group.overnight)
        ]
        if route == FULL and reading.scenario.safeguarding is not None and away:
            names = away[:1]
        if names:
            found[names[-1]].append((need, route, share))
    return found


def _mix(reading: Reading) -> Iterator[tuple[int, str, float]]:
    """Give every (need, route of overnight breaks, share) that there may be."""
    routes = reading.scenario.population.attributes.overnight.value
    for need, served in enumerate(reading.served):
        if served:
            yield from ((need, route, share) for route, share in routes.items() if share > 0.0)


def by_hub(reading: Reading) -> dict[str, list[tuple[int, str, float]]]:
    """Return which (need, route of overnight breaks, share) make up each hub's children."""
    found: dict[str, list[tuple[int, str, float]]] = {name: [] for name in reading.hubs}
    for need, route, share in _mix(reading):
        for hub in _hubs(reading, need, route):
            found[reading.hubs[hub]].append((need, route, share))
    return found


def _hubs(reading: Reading, need: int, route: str) -> list[int]:
    """Return where such a child may be on day one, as `snapshots` has it."""
    safeguarding = reading.scenario.safeguarding
    if safeguarding is not None and route == FULL:
        return [reading.hub[safeguarding.hub]]
    hubs = []
    for hub in reading.served_by[need]:
        guards = set(reading.scenario.stages[reading.hubs[hub]].guards)
        if BY_DIRECT_PAYMENT in guards and route not in ALLOWED:
            continue
        hubs.append(hub)
        if guards <= JUDGED:
            return hubs
    return hubs or reading.served_by[need][-1:]
