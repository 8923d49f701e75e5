"""Where a task of a stage depends on facts about the child, and whether those are known ones."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.finding import Finding, unknown
from sim.service.conditions import CONDITIONS


def conditions_named(task: schema.Task) -> Iterator[tuple[str, str]]:
    """Give each key of a task that names a condition, with the name."""
    if task.every_other is not None:
        for name in task.every_other.never_for:
            yield "every_other.never_for", name
        for name in task.every_other.in_term_unless:
            yield "every_other.in_term_unless", name
    if task.second is not None:
        for name in task.second.only_for:
            yield "second.only_for", name


def check_conditions(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse conditions that there are not, or that ask for a setting the stage does not give."""
    for name, stage in scenario.stages.items():
        for kind, task in stage.tasks.items():
            for key, named in conditions_named(task):
                where: Path = ("stages", name, "tasks", kind, *key.split("."))
                yield from unknown(where, named, "condition", CONDITIONS)
                for setting in getattr(CONDITIONS.get(named), "settings", ()):
                    if getattr(stage.settings, setting, None) is None:
                        text = f"'{named}' needs stages.{name}.settings.{setting}"
                        yield Finding(where, text, named, (), (("stages", name, "settings"),))


def asked_by_conditions(stage: schema.Stage) -> set[str]:
    """Return the settings of a stage that its tasks' conditions ask for."""
    return {
        setting
        for task in stage.tasks.values()
        for _, named in conditions_named(task)
        for setting in getattr(CONDITIONS.get(named), "settings", ())
    }
