"""Whether a team in units has leaders and members, and whether those who assess are qualified."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.service.checks.finding import Finding, headcount, roles, unknown


def check_units(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse units of unknown roles, without leaders, or led by those who serve a desk."""
    for name, team in scenario.teams.items():
        spec = team.units
        if spec is None:
            continue
        there = roles(team)
        what = f"role in team '{name}'"
        path = ("teams", name, "units")
        yield from unknown((*path, "led_by"), spec.led_by, what, there)
        for index, role in enumerate(spec.members):
            yield from unknown((*path, "members", index), role, what, there)
            if role == spec.led_by:
                text = "leads the unit, and so is not one of its members"
                yield Finding((*path, "members", index), text, role)
        if not spec.members:
            yield Finding((*path, "members"), "a unit needs members, beside its leader", None)
        if spec.led_by in there and not headcount(scenario, name, spec.led_by):
            text = "there is a unit for each post that leads one, and there is none"
            yield Finding(("teams", name, "posts", there[spec.led_by][0], "count"), text, 0)
        if team.supervision is not None and team.supervision.by in (spec.led_by, *spec.members):
            text = "works in one unit, and cannot supervise all from one desk; say so in"
            text += " units.supervision"
            where = ("teams", name, "supervision", "by")
            yield Finding(where, text, team.supervision.by)


def check_qualified(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse assessments by a role that is not qualified to make them (C5)."""
    assessment = scenario.assessment
    qualified = assessment.qualified
    if qualified is None:
        return
    known = {role for team in scenario.teams.values() for role in roles(team)}
    for index, role in enumerate(qualified):
        yield from unknown(("assessment", "qualified", index), role, "role", sorted(known))
    text = "is not among those qualified to assess (assessment.qualified)"
    if assessment.worker not in qualified:
        key = "assigned" if assessment.assigned is not None else "holder"
        path = ("assessment", key)
        yield Finding(path, text, assessment.worker, tuple(qualified))
    events = scenario.need_events
    if events is None:
        return
    spec = events.updating
    if spec.role not in qualified:
        yield Finding(("need_events", "updating", "role"), text, spec.role, tuple(qualified))
    for stage in spec.holder_does:
        if stage in scenario.stages and scenario.stages[stage].worker not in qualified:
            role = scenario.stages[stage].worker
            where = ("need_events", "updating", "holder_does", stage)
            yield Finding(where, f"'{role}' {text}", role, tuple(qualified))
