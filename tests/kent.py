"""Kent's model by hand: a quiet service of two classes of case, and rules put out of force.

Every test of a rule makes a claim twice: of the model as it is, where it has to hold, and of the
model with that rule out of force, where it must not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from helpers import Data, put, service_of
from written import Plans, found_out, written

from sim.service.child import Child
from sim.service.service import Service

ACTIVE, CARE_MANAGED = "safeguarding_and_support", "care_managed"
ROUTES = ("direct_payment", "s17_commissioned", "s20_short_breaks", "full")
NIGHTS: Data = {
    "population": {"attributes": {"overnight": {"none": 1.0, **dict.fromkeys(ROUTES, 0.0)}}}
}


def kent(*overs: Mapping[str, Any]) -> Plans:
    """Compile Kent's model with all of care management, and nothing else that takes time.

    One social worker and one of each other role, 8 hours a day; every piece of work takes its mean
    hours. Active cases are promised nothing.
    """
    return written("kent-care-managed", (CARE_MANAGED,), NIGHTS, *overs)


def task(name: str, **says: Any) -> Data:
    """Say something else about a task of care management; None takes it away."""
    return {"stages": {CARE_MANAGED: {"tasks": {name: says}}}}


def without(name: str) -> Data:
    """Care management without one of its tasks."""
    return {"stages": {CARE_MANAGED: {"tasks": {name: None}}}}


def only_with(claim: Callable[[Plans], None], off: Data, on: Data | None = None) -> None:
    """Hold a claim about the model, and fail if it holds as well with a rule out of force.

    Parameters
    ----------
    off
        What puts the rule out of force.
    on
        What the case needs, rule or no rule.
    """
    claim(kent(on or {}))
    found_out(lambda: claim(kent(on or {}, off)))


def held(plans: Plans, **facts: Any) -> tuple[Service, Child]:
    """Return a service with one stable child, an active case on day one, of whom this is so."""
    service = service_of(plans)
    child = put(service, "a", ACTIVE, need="stable")
    child.package_hours = 5.0
    for name, value in facts.items():
        setattr(child, name, value)
    return service, child
