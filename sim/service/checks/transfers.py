"""Whether moves between hubs can come to an end."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.finding import Finding, unknown
from sim.service.operations import RELAX


def check_transfers(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse disagreement that nobody settles, and relaxing what cannot be relaxed."""
    moves, path = scenario.moves, ("moves",)
    if moves.disagreement is not None:
        if moves.operations is None:
            text = "somebody has to decide where there is disagreement: say who in moves.operations"
            yield Finding((*path, "disagreement"), text, None, (), ((*path, "operations"),))
        if moves.disagreement.family.value > 0 and moves.discussion is None:
            text = "a family can disagree only if it is asked: give moves.discussion its hours"
            related = ((*path, "discussion"),)
            where = (*path, "disagreement", "family")
            yield Finding(where, text, moves.disagreement.family.value, ("0",), related)
    if moves.operations is not None:
        shares = moves.operations.interim.value
        longer = [t for s in scenario.stages.values() for t in s.tasks.values() if t.less_often]
        if shares.get(RELAX, 0.0) > 0 and not longer:
            text = "no task of any stage says what 'less_often' is, so that nothing can be relaxed"
            yield Finding((*path, "operations", "interim", RELAX), text, shares[RELAX], ("0",))
    yield from _less_often(scenario)
    yield from _classes(scenario)


def _less_often(scenario: schema.Scenario) -> Iterator[Finding]:
    for name, stage in scenario.stages.items():
        for kind, task in stage.tasks.items():
            yield from _more_often(("stages", name, "tasks", kind), task)
            if task.less_often is None:
                continue
            where = ("stages", name, "tasks", kind, "less_often")
            if task.every is None:
                yield Finding(where, "a task done once has no interval that could be longer")
                continue
            longest = max(interval for interval, _ in task.every.value)
            given = task.less_often.every.value
            if given.working_days() <= longest.working_days():
                text = f"should be longer than the usual interval of {longest}, not {given}"
                related = (("stages", name, "tasks", kind, "every"),)
                yield Finding((*where, "every"), text, str(given), (), related)


def _more_often(path: Path, task: schema.Task) -> Iterator[Finding]:
    if task.more_often is None:
        return
    where: Path = (*path, "more_often")
    if task.every is None:
        yield Finding(where, "a task done once has no interval that could be shorter")
        return
    shortest = min(interval for interval, _ in task.every.value)
    given = task.more_often.every.value
    if given.working_days() >= shortest.working_days():
        text = f"should be shorter than the usual interval of {shortest}, not {given}"
        yield Finding((*where, "every"), text, str(given), (), ((*path, "every"),))


def _classes(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse classes of case that could not be one worker's."""
    section = scenario.moves.change_of_class
    if section is None:
        return
    path: Path = ("moves", "change_of_class", "between")
    if len(set(section.between)) < 2:
        yield Finding(path, "a change of class is between two stages or more")
    holders: dict[tuple[str, str], str] = {}
    for index, name in enumerate(section.between):
        yield from unknown((*path, index), name, "stage", scenario.stages)
        if name in scenario.stages:
            stage = scenario.stages[name]
            holders.setdefault((stage.team, stage.holder), name)
    if len(holders) > 1:
        told = ", ".join(f"'{name}' by {team}.{role}" for (team, role), name in holders.items())
        text = f"the worker stays, so that one role of one team has to hold them all: {told}"
        yield Finding(path, text)
