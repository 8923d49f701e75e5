"""Every team, role, stage, need, site and rule that a scenario names must be in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.finding import Finding, roles, unknown
from sim.service.operations import INTERIM
from sim.service.rules import GUARDS

ASSESSMENT = "single_assessment"
ASSESSED = (ASSESSMENT, "strategy_discussion")
OUTCOMES = (*ASSESSED, "early_help", "advice", "no_further_action", "area_team")
CAF_TAC = "caf_tac"
PLACES = ("mash", ASSESSMENT, CAF_TAC, "transfer")


def check_names(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse every name of something that does not exist."""
    for name, stage in scenario.stages.items():
        yield from _stage(scenario, name, stage)
    for name, team in scenario.teams.items():
        if team.supervision is not None:
            path = ("teams", name, "supervision", "by")
            yield from _role(scenario, path, name, team.supervision.by)
    yield from _front_door(scenario)
    yield from _outcomes(scenario)
    yield from _needs(scenario)
    yield from _day_one(scenario)


def _stage(scenario: schema.Scenario, name: str, stage: schema.Stage) -> Iterator[Finding]:
    path: Path = ("stages", name)
    if name in PLACES:
        yield Finding(path, f"a stage cannot be called '{name}': every scenario has that one", name)
    yield from unknown((*path, "team"), stage.team, "team", scenario.teams)
    yield from _role(scenario, (*path, "holder"), stage.team, stage.holder)
    if stage.assigned is not None:
        yield from _role(scenario, (*path, "assigned"), stage.team, stage.assigned)
    for index, guard in enumerate(stage.guards):
        yield from unknown((*path, "guards", index), guard, "rule", GUARDS)
    others = [other for other in scenario.stages if other != name]
    for kind, task in stage.tasks.items():
        if task.only_from is not None:
            where = (*path, "tasks", kind, "only_from")
            text = "stage from which children enter"
            yield from unknown(where, task.only_from, text, [ASSESSMENT, *others])
    yield from _assigned(name, stage)


def _assigned(name: str, stage: schema.Stage) -> Iterator[Finding]:
    """Refuse work for an assigned worker in a stage that has none."""
    if stage.assigned is not None:
        return
    path: Path = ("stages", name)
    text = f"stage '{name}' has no assigned worker to do the casework; name their role"
    if stage.casework == "assigned":
        yield Finding((*path, "casework"), text, "assigned", ("holder",))
    text = f"stage '{name}' has no assigned worker to do this; name their role as its 'assigned'"
    if stage.assigned_contacts is not None:
        yield Finding((*path, "assigned_contacts"), text)
    if stage.reserves.assigned:
        yield Finding((*path, "reserves", "assigned"), text)
    for kind, task in stage.tasks.items():
        if task.role == "assigned":
            yield Finding((*path, "tasks", kind, "role"), text, "assigned", ("holder",))
        if task.second is not None and task.second.role == "assigned":
            where = (*path, "tasks", kind, "second", "role")
            allowed = ("holder",) if task.role == "assigned" else ()
            yield Finding(where, text, "assigned", allowed)


def _role(scenario: schema.Scenario, path: Path, team: str, role: str) -> Iterator[Finding]:
    if team not in scenario.teams:
        return  # said of the team
    allowed = tuple(roles(scenario.teams[team]))
    if role not in allowed:
        text = f"team '{team}' has no post with the role '{role}'"
        yield Finding(path, text, role, allowed, (("teams", team, "posts"),))


def _front_door(scenario: schema.Scenario) -> Iterator[Finding]:
    mash, assessment = scenario.mash, scenario.assessment
    sign_off = assessment.sign_off
    work: tuple[tuple[Path, str, str, str], ...] = (
        (("mash",), mash.team, "role", mash.role),
        (("assessment",), assessment.team, "holder", assessment.holder),
        (("assessment", "sign_off"), sign_off.team, "role", sign_off.role),
    )
    for path, team, key, role in work:
        yield from unknown((*path, "team"), team, "team", scenario.teams)
        yield from _role(scenario, (*path, key), team, role)
    if assessment.assigned is not None:
        path = ("assessment", "assigned")
        yield from _role(scenario, path, assessment.team, assessment.assigned)
    if (operations := scenario.moves.operations) is not None:
        path = ("moves", "operations")
        yield from unknown((*path, "team"), operations.team, "team", scenario.teams)
        yield from _role(scenario, (*path, "role"), operations.team, operations.role)
        for option in operations.interim.value:
            where = (*path, "interim", option)
            yield from unknown(where, option, "way of managing meanwhile", INTERIM)
    path = ("assessment", "plans_in")
    yield from unknown(path, assessment.plans_in, "stage", scenario.stages)


def _outcomes(scenario: schema.Scenario) -> Iterator[Finding]:
    needs, path = scenario.population.needs, ("mash", "outcomes")
    for need, mix in scenario.mash.outcomes.items():
        yield from unknown((*path, need), need, "need", needs)
        for outcome in mix.value:
            yield from unknown((*path, need, outcome), outcome, "outcome", OUTCOMES)
    for need in needs:
        if need not in scenario.mash.outcomes:
            text = f"mash.outcomes does not say what is decided for the need '{need}'"
            related = (("population", "needs", need),)
            yield Finding(path, text, None, OUTCOMES, related)


def _needs(scenario: schema.Scenario) -> Iterator[Finding]:
    population = scenario.population
    mixes: tuple[tuple[Path, Iterable[str]], ...] = (
        (("population", "needs_at_contact"), population.needs_at_contact.value),
        (("population", "siblings", "needs"), population.siblings.needs.value),
    )
    for path, mix in mixes:
        yield from chain.from_iterable(
            unknown((*path, need), need, "need", population.needs) for need in mix
        )
    for name, need in population.needs.items():
        path = ("population", "needs", name)
        for index, stage in enumerate(need.served_by):
            where = (*path, "served_by", index)
            yield from unknown(where, stage, "stage", scenario.stages)
            if stage in need.served_by[:index]:
                yield Finding(where, f"'{stage}' is given twice", stage)
        others = [other for other in population.needs if other != name]
        for to in need.becomes:
            if to == name:
                text = f"a need cannot turn into itself: '{name}' is already '{name}'"
                yield Finding((*path, "becomes", to), text, to, tuple(others))
            else:
                yield from unknown((*path, "becomes", to), to, "need", others)


def _groups(scenario: schema.Scenario) -> Iterator[Finding]:
    """Check the names that groups of day one use."""
    population = scenario.population
    for name, group in scenario.day_one.groups.items():
        path: Path = ("day_one", "groups", name)
        for index, need in enumerate(group.needs):
            yield from unknown((*path, "needs", index), need, "need", population.needs)
        for index, route in enumerate(group.overnight or ()):
            routes = population.attributes.overnight.value
            yield from unknown((*path, "overnight", index), route, "route", routes)
        if not group.needs:
            yield Finding((*path, "needs"), "names no need that the group's children have")
        if not group.looks:
            yield Finding((*path, "looks"), "needs at least one look, or nothing is known of them")


def _day_one(scenario: schema.Scenario) -> Iterator[Finding]:
    by_need = scenario.day_one.placed == "by_need"
    held = list(scenario.day_one.groups if by_need else scenario.stages)
    what = "group of day one" if by_need else "stage"
    for stage in scenario.day_one.children:
        path = ("day_one", "children", stage)
        others = [CAF_TAC] if scenario.early_help is not None else []
        yield from unknown(path, stage, what, [ASSESSMENT, *held, *others])
    if by_need:
        yield from _groups(scenario)
    for need in scenario.day_one.known_before:
        path = ("day_one", "known_before", need)
        yield from unknown(path, need, "need", scenario.population.needs)
    promises = {
        task.timescale or kind: None
        for stage in scenario.stages.values()
        for kind, task in stage.tasks.items()
        if task.every is not None
    }
    for timescale in scenario.day_one.overdue:
        path = ("day_one", "overdue", timescale)
        yield from unknown(path, timescale, "recurring promise", promises)
