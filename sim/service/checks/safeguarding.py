"""Whether what a scenario says about safeguarding fits the rest of it, and itself."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.safeguarding import Safeguarding
from sim.service.checks.finding import Finding, roles, unknown


def check_safeguarding(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse names of what does not exist, chairs without a slot, and clocks at odds."""
    spec = scenario.safeguarding
    if spec is None:
        return
    path: Path = ("safeguarding",)
    yield from unknown((*path, "hub"), spec.hub, "stage", scenario.stages)
    hub = scenario.stages.get(spec.hub)
    team = scenario.teams.get(hub.team) if hub is not None else None
    if hub is not None and team is not None and spec.manager not in roles(team):
        text = f"team '{hub.team}' has no post with the role '{spec.manager}'"
        yield Finding((*path, "manager"), text, spec.manager, tuple(roles(team)))
    promises = {
        task.timescale or kind
        for stage in scenario.stages.values()
        for kind, task in stage.tasks.items()
    }
    for index, promise in enumerate(spec.replaces):
        where = (*path, "replaces", index)
        yield from unknown(where, promise, "promise of a stage", sorted(promises))
    for part, rates in (("concerns", spec.concerns.rates), ("looked_after", None)):
        given = rates if rates is not None else spec.looked_after.starts
        key = "rates" if rates is not None else "starts"
        for need in given:
            yield from unknown(
                (*path, part, key, need), need, "level of need", scenario.population.needs
            )
    yield from _conference(spec, path)
    yield from _never_held(spec, path)
    shares = spec.day_one
    total = shares.child_protection_plan.value + shares.looked_after.value
    if total > 1.0:
        text = f"the shares of the hub's children add up to {total:g}, which is more than all"
        yield Finding((*path, "day_one"), text)


def _conference(spec: Safeguarding, path: Path) -> Iterator[Finding]:
    """Refuse conferences that could never be held, or never in time."""
    chairs = spec.conference.chairs
    where: Path = (*path, "conference", "chairs")
    if chairs.slots_a_week.value < 1:
        text = "without a slot no conference is ever held; it should be at least 1"
        yield Finding((*where, "slots_a_week"), text, chairs.slots_a_week.value)
    if chairs.taken.value >= 1.0:
        text = "if others take every slot no conference is ever held; it should be below 1"
        yield Finding((*where, "taken"), text, chairs.taken.value)
    enquiry, conference = spec.enquiry.within.value, spec.conference.within.value
    if enquiry.working_days() >= conference.working_days():
        text = f"an enquiry of {enquiry} leaves no time for a conference within {conference}"
        related: Path = (*path, "conference", "within")
        yield Finding((*path, "enquiry", "within"), text, str(enquiry), (), (related,))


def _never_held(spec: Safeguarding, path: Path) -> Iterator[Finding]:
    """Refuse meetings that are put off for ever."""
    plan = spec.protection_plan
    meetings = {
        ("conference",): spec.conference.put_off,
        ("protection_plan", "core_group"): plan.core_group.put_off,
        ("protection_plan", "review"): plan.review.put_off,
        ("looked_after", "review"): spec.looked_after.review.put_off,
        ("short_breaks", "review"): spec.short_breaks.review.put_off,
    }
    for where, chance in meetings.items():
        if chance is not None and chance.value >= 1.0:
            text = "should be below 1, or the meeting would never be held"
            yield Finding((*path, *where, "put_off"), text, chance.value)
