"""Whether families can come back as a scenario says."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.finding import Finding, unknown

# Where, and for what reasons, a case may be closed after which a family may come back.
CLOSED = {
    "mash": ("advice", "no_further_action", "area_team", "early_help", "early_help_refused"),
    "single_assessment": ("not_in_need", "early_help", "early_help_refused"),
    "hubs": ("needs_met", "not_wanted", "early_help_refused"),
    "caf_tac": ("universal_services", "family_ended", "no_lead_professional"),
}


def check_coming_back(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse reasons that no case is closed for, and children who were never known."""
    path: Path = ("population", "coming_back")
    again = scenario.population.coming_back
    if again is not None:
        for where, reasons in again.closed.items():
            place = (*path, "closed", where)
            yield from unknown(place, where, "place where cases are closed", CLOSED)
            for reason in reasons:
                allowed = CLOSED.get(where, (reason,))
                yield from unknown((*place, reason), reason, "reason to close there", allowed)
    everywhere = [f"{where}.{reason}" for where, reasons in CLOSED.items() for reason in reasons]
    for need, mix in scenario.day_one.closed_as.items():
        at: Path = ("day_one", "closed_as", need)
        if again is None:
            text = "is used only with population.coming_back: nobody comes back in this scenario"
            yield Finding(at, text, None, (), (path,))
        if need not in scenario.day_one.known_before:
            text = f"day_one.known_before has no children with the need '{need}'"
            yield Finding(at, text, need, tuple(scenario.day_one.known_before))
        for name in mix.value:
            yield from unknown((*at, name), name, "place and reason of closing", everywhere)
