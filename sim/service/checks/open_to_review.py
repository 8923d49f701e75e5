"""Whether the rules of a stage have what they ask for, and Open to Review has its people."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.conditions import asked_by_conditions
from sim.service.checks.finding import Finding, roles, unknown
from sim.service.colleagues import COLLEAGUE
from sim.service.rules import GUARDS

SEEN = "child_seen"


def check_rules(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse rules that ask for a setting or an attribute that the scenario does not give."""
    routes = scenario.population.attributes.overnight.value
    for name, stage in scenario.stages.items():
        asked = asked_by_conditions(stage)
        for index, guard in enumerate(stage.guards):
            where: Path = ("stages", name, "guards", index)
            rule = GUARDS.get(guard)
            if rule is None:
                continue  # said of its name
            settings, attributes = rule.settings, rule.attributes  # type: ignore[attr-defined]
            asked.update(settings)
            for setting in settings:
                if getattr(stage.settings, setting, None) is None:
                    text = f"the rule '{guard}' needs stages.{name}.settings.{setting}"
                    yield Finding(where, text, guard, (), (("stages", name, "settings"),))
            for fact in attributes:
                if getattr(scenario.population.attributes, fact) is None:
                    text = f"the rule '{guard}' asks for population.attributes.{fact}, which the"
                    text += " children of this scenario do not have: give its share"
                    yield Finding(where, text, guard, (), (("population", "attributes"),))
        if stage.settings is None:
            continue
        for setting in stage.settings.model_fields_set - asked:
            text = "no rule of this stage asks for it, so that it would not be used"
            yield Finding(("stages", name, "settings", setting), text)
        for setting in ("significant_overnight", "looked_after_routes", "short_break_routes"):
            for index, route in enumerate(getattr(stage.settings, setting) or ()):
                place: Path = ("stages", name, "settings", setting, index)
                yield from unknown(place, route, "route of overnight breaks", routes)


def check_turns(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse tasks that follow, take turns with, or are met in, a task that is not there."""
    for name, stage in scenario.stages.items():
        seen = any(task.also_sees_child is not None for task in stage.tasks.values())
        for kind, task in stage.tasks.items():
            path: Path = ("stages", name, "tasks", kind)
            if task.after is not None:
                others = [k for k, t in stage.tasks.items() if t.every is not None and k != kind]
                yield from unknown((*path, "after"), task.after, "recurring task", others)
                if task.every is not None:
                    text = "what follows another task each time is done once: say 'once_within'"
                    yield Finding((*path, "after"), text, task.after)
            if task.role == "at_review" and not (seen and task.timescale == SEEN):
                text = f"only a task with the timescale '{SEEN}' can be met at a review, in a stage"
                text += " with a review that has 'also_sees_child'"
                yield Finding((*path, "role"), text, task.role, ("holder",))
            for key in ("every_other", "without_ehc_plan"):
                if getattr(task, key) is None:
                    continue
                other = getattr(task, key).name
                one = task.second is None or (
                    key == "every_other" and task.second.role == COLLEAGUE
                )
                if task.every is None or not one:
                    text = "only a recurring task of one worker ('every', no 'second') may vary"
                    yield Finding((*path, key), text)
                if other in stage.tasks:
                    text = f"there is another task called '{other}' in this stage"
                    yield Finding((*path, key, "name"), text, other)


def check_open_to_review(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse a protocol about stages, tasks or managers that are not there."""
    spec = scenario.open_to_review
    if spec is None:
        return
    path: Path = ("open_to_review",)
    yield from unknown((*path, "stage"), spec.stage, "stage", scenario.stages)
    if spec.stage in scenario.stages:
        tasks = scenario.stages[spec.stage].tasks.values()
        if not any(task.timescale == "cin_review" and task.every for task in tasks):
            text = f"stage '{spec.stage}' has no recurring task with the timescale 'cin_review'"
            yield Finding((*path, "stage"), text, spec.stage)
    once = [k for s in scenario.stages.values() for k, t in s.tasks.items() if t.once_within]
    yield from unknown((*path, "assessed_by"), spec.assessed_by, "task done once", once)
    if spec.urgent is not None:
        yield from unknown((*path, "urgent", "stage"), spec.urgent.stage, "stage", scenario.stages)
    for team in dict.fromkeys(stage.team for stage in scenario.stages.values()):
        if team in scenario.teams and spec.manager not in roles(scenario.teams[team]):
            text = f"team '{team}' has no post with the role '{spec.manager}'"
            allowed = tuple(roles(scenario.teams[team]))
            yield Finding((*path, "manager"), text, spec.manager, allowed)
