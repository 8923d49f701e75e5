"""Whether scenarios have the same children, so that delivery models can be compared on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.experiment.compare import CannotCompareError
from sim.service.checks.odd import stages_without_children

if TYPE_CHECKING:
    from sim.experiment.arms import Arm
    from sim.scenario.schema import Scenario

ENDS_AT = 18
PARTNERS = "caf_tac"  # a team around the child: there only where partner agencies are in the model


def check_population(arms: Sequence[Arm]) -> None:
    """Refuse scenarios whose children differ, or with a stage that could hold none of them.

    Raises
    ------
    CannotCompareError
        Saying where they differ, or which stage it is.
    """
    for arm in arms:
        scenario = arm.loaded.scenario
        if scenario.population.exit_age.value != ENDS_AT:
            raise CannotCompareError(
                f"delivery models are compared up to the age of {ENDS_AT}, and in '{arm.name}' "
                f"services end at {scenario.population.exit_age.value}: that needs a population "
                "with young people of that age, which there is not"
            )
        for stage in stages_without_children(scenario):
            raise CannotCompareError(
                f"'{arm.name}' cannot be compared: no child of this population could be held in "
                f"'{stage}', since no need that a child may have leads there"
            )
    first = arms[0]
    ours = dict(_children(first.loaded.scenario))
    for arm in arms[1:]:
        theirs = dict(_children(arm.loaded.scenario))
        different = [key for key, value in ours.items() if theirs.get(key) != value]
        different += [key for key in theirs if key not in ours]
        if different:
            raise CannotCompareError(
                f"'{first.name}' and '{arm.name}' do not have the same children: they differ in "
                f"{different[0]}; give both the same, or compare them without --models"
            )


def _children(scenario: Scenario) -> Iterator[tuple[str, object]]:
    """Give what decides which children there are, and what becomes of their needs."""
    population, day_one = scenario.population, scenario.day_one
    yield "population.contacts", population.contacts
    yield "population.sites", population.sites.value
    yield "population.age_at_contact", population.age_at_contact.value
    yield "population.needs_at_contact", population.needs_at_contact.value
    for name, need in population.needs.items():
        rates = {to: rate.value for to, rate in need.becomes.items() if rate.value > 0.0}
        yield f"population.needs.{name}.becomes", rates
    yield "population.siblings", population.siblings
    yield "population.leaving", population.leaving
    for name in ("ehc_plan", "overnight", "package_hours", "life_limiting", "continuing_care"):
        yield f"population.attributes.{name}", getattr(population.attributes, name).value
    counts = {name: n.value for name, n in day_one.children.items() if name != PARTNERS}
    yield "day_one.children", {name: count for name, count in counts.items() if count}
    yield "day_one.caseload", day_one.caseload
    yield "day_one.known_before", {name: n.value for name, n in day_one.known_before.items()}
