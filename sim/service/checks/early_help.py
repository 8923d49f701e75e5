"""Whether CAF/TAC has the people it needs, and reasons that exist."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.finding import Finding, headcount, roles, unknown

REASONS = ("support", "monitoring", "onward_referral")


def check_early_help(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse a TAC without lead professionals, without places, or with unknown names."""
    spec = scenario.early_help
    if spec is None:
        return
    for team_key, role_key in (("team", "role"), ("lead_team", "lead_role")):
        team, role = getattr(spec, team_key), getattr(spec, role_key)
        yield from unknown(("early_help", team_key), team, "team", scenario.teams)
        if team in scenario.teams:
            allowed = tuple(roles(scenario.teams[team]))
            yield from unknown(("early_help", role_key), role, f"role in '{team}'", allowed)
    leads = roles(scenario.teams[spec.lead_team]) if spec.lead_team in scenario.teams else {}
    path: Path
    if spec.lead_role in leads and not headcount(scenario, spec.lead_team, spec.lead_role):
        text = "a TAC needs lead professionals, and there are none"
        path = ("teams", spec.lead_team, "posts", leads[spec.lead_role][0], "count")
        yield Finding(path, text, 0, ("1 or more",), (("early_help", "lead_role"),))
    if spec.slots_a_week.value < 1:
        text = "should be at least 1, or no TAC would ever meet"
        yield Finding(("early_help", "slots_a_week"), text, spec.slots_a_week.value)
    for reason in spec.step_down.reasons.value:
        path = ("early_help", "step_down", "reasons", reason)
        yield from unknown(path, reason, "reason to step down", REASONS)
    for index, reason in enumerate(spec.step_down.may_be_for):
        path = ("early_help", "step_down", "may_be_for", index)
        yield from unknown(path, reason, "reason to step down", REASONS)
    for need in spec.needs_on_day_one.value:
        path = ("early_help", "needs_on_day_one", need)
        yield from unknown(path, need, "need", scenario.population.needs)
