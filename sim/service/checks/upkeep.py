"""Whether what is said of the upkeep of values is about values that there are."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import dotted, nearest
from sim.scenario.keys import keys
from sim.service.checks.finding import Finding


def check_upkeep(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse the upkeep of a key that is nowhere."""
    if scenario.review is None or not scenario.review.values:
        return
    known = known_keys(scenario)
    for key in scenario.review.values:
        if key not in known:
            close = nearest(key, known)
            hint = f"; did you mean '{close}'?" if close else " (caseload keys lists them)"
            yield Finding(("review", "values", key), f"no value is called '{key}'{hint}")


def known_keys(scenario: schema.Scenario) -> list[str]:
    """List the keys of all values, and of what encloses them."""
    paths = (key.path.split(".") for key in keys(scenario))
    enclosing = (dotted(path[:length]) for path in paths for length in range(1, len(path) + 1))
    return [key for key in dict.fromkeys(enclosing) if key.partition(".")[0] != "review"]
