"""Of how many children of a stage a condition on its tasks is so, by what is drawn of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sim.theory.reading import quantiles

if TYPE_CHECKING:
    from sim.scenario import schema

PLACED = "full"  # overnight all the time: held elsewhere, as a child looked after


def share(scenario: schema.Scenario, stage: schema.Stage, conditions: Iterable[str]) -> float:
    """Return the share of children of whom at least one is so; draws are independent."""
    none = 1.0
    for name in conditions:
        if name == "any_overnight_break":
            none *= 1.0 - _overnight(scenario)
        elif name == "large_package":
            none *= 1.0 - _large(scenario, stage)
    return 1.0 - none


def _overnight(scenario: schema.Scenario) -> float:
    routes = scenario.population.attributes.overnight.value
    total = sum(routes.values()) - routes.get(PLACED, 0.0)
    return 1.0 - routes.get("none", 0.0) / total if total > 0.0 else 0.0


def _large(scenario: schema.Scenario, stage: schema.Stage) -> float:
    """Before changes: these make packages larger, so that in the run there are some more."""
    limit = stage.settings.large_package_hours if stage.settings is not None else None
    if limit is None:
        return 0.0
    hours, weights = quantiles(scenario.population.attributes.package_hours.value, 1024)
    return float(weights[hours > limit.value].sum())


def by_turns(scenario: schema.Scenario, stage: schema.Stage, task: schema.Task) -> float:
    """Return the share of a recurring task's occasions that are the other kind's turn."""
    if task.every_other is None:
        return 0.0
    return (1.0 - share(scenario, stage, task.every_other.never_for)) / 2.0


def with_colleague(scenario: schema.Scenario, stage: schema.Stage, second: schema.Second) -> float:
    """Return the share of occasions with a colleague, if none were held with the school."""
    asked = share(scenario, stage, second.only_for)
    others = 0.0 if second.only_for else 1.0
    if second.share is not None:
        others = second.share.value
    return asked + (1.0 - asked) * others
