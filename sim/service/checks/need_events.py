"""Whether what a scenario says of need events fits its needs, stages, teams and roles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.need_events import NeedEvents
from sim.service.checks.finding import Finding, roles, unknown

AT: Path = ("need_events",)
MOST_RATE = 365.0


def check_need_events(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse names of what does not exist, and work that nobody could do."""
    events = scenario.need_events
    if events is None:
        return
    yield from _numbers(events)
    updating = events.updating
    yield from _team_role(scenario, (*AT, "updating"), updating.team, "role", updating.role)
    for key in ("hours_in", "holder_does"):
        yield from _stages(scenario, (*AT, "updating", key), getattr(updating, key))
    if events.crises is not None:
        yield from _crises(scenario, events)
    if events.packages is not None:
        path = (*AT, "packages")
        yield from _needs(scenario, (*path, "rate"), events.packages.rate)
        yield from _needs(scenario, (*path, "overnight"), events.packages.overnight)
        panel = events.packages.panel
        for team in panel.managers:
            where = (*path, "panel", "managers", team)
            yield from unknown(where, team, "team", scenario.teams)
            if team in scenario.teams:
                yield from _role(scenario, (*path, "panel", "role"), team, panel.role)
    if events.providers is not None:
        for key in ("gives_notice", "asks_for_review"):
            yield from _needs(scenario, (*AT, "providers", key), getattr(events.providers, key))
        if events.packages is None:
            text = "providers' notices are answered through the panel, which is in 'packages'"
            yield Finding((*AT, "providers"), text)


def _numbers(events: NeedEvents) -> Iterator[Finding]:
    positive: list[tuple[Path, float]] = [
        (("finding", "call_hours"), events.finding.call_hours.value)
    ]
    positive.append((("updating", "session_hours"), events.updating.session_hours.value))
    for path, value in positive:
        if value <= 0:
            yield Finding((*AT, *path), "should be above 0", value)
    if events.crises is not None and not 0 <= events.crises.frailty_cv.value <= 5:
        text = "a cv should be from 0 (all children alike) to 5"
        yield Finding((*AT, "crises", "frailty_cv"), text, events.crises.frailty_cv.value)
    if events.packages is not None:
        panel = events.packages.panel
        if panel.places.value < 1:
            path = (*AT, "packages", "panel", "places")
            yield Finding(path, "a meeting takes at least 1 request", panel.places.value)
        if not panel.managers:
            yield Finding((*AT, "packages", "panel", "managers"), "somebody must sit on the panel")


def _crises(scenario: schema.Scenario, events: NeedEvents) -> Iterator[Finding]:
    crises, path = events.crises, (*AT, "crises")
    assert crises is not None
    yield from _needs(scenario, (*path, "rate"), crises.rate)
    where = (*path, "longer_held_in")
    yield from unknown(where, crises.longer_held_in, "stage", scenario.stages)
    yield from _stages(scenario, (*path, "in_stage"), crises.in_stage)
    for name, work in crises.in_stage.items():
        stage = scenario.stages.get(name)
        if stage is not None and work.role == "assigned" and stage.assigned is None:
            text = f"stage '{name}' has no assigned worker to do this"
            yield Finding((*path, "in_stage", name, "role"), text, "assigned", ("holder",))


def _needs(scenario: schema.Scenario, path: Path, rates: Mapping[str, object]) -> Iterator[Finding]:
    for need, rate in rates.items():
        yield from unknown((*path, need), need, "need", scenario.population.needs)
        value = getattr(rate, "value", 0.0)
        if value > MOST_RATE:
            yield Finding((*path, need), f"{value:g} a year is more than one a day", value)


def _stages(scenario: schema.Scenario, path: Path, names: Iterable[str]) -> Iterator[Finding]:
    for name in names:
        yield from unknown((*path, name), name, "stage", scenario.stages)


def _team_role(
    scenario: schema.Scenario, path: Path, team: str, key: str, role: str
) -> Iterator[Finding]:
    yield from unknown((*path, "team"), team, "team", scenario.teams)
    if team in scenario.teams:
        yield from _role(scenario, (*path, key), team, role)


def _role(scenario: schema.Scenario, path: Path, team: str, role: str) -> Iterator[Finding]:
    allowed = tuple(roles(scenario.teams[team]))
    if role not in allowed:
        text = f"team '{team}' has no post with the role '{role}'"
        yield Finding(path, text, role, allowed, (("teams", team, "posts"),))
