"""What the service knows to be so of a child: protection plan, looked after, a concern ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service

PROTECTION_PLAN = "child_protection_plan"
LOOKED_AFTER = "looked_after"
CONCERN = "safeguarding_concern"
SHORT_BREAK_LOOKED_AFTER = "short_break_looked_after"
UNSTABLE_HEALTH = "unstable_health"
CONTINUING_CARE = "continuing_care"
CONSENT = "consent"  # to a CAF and to sharing what is known
PROTECTED = (PROTECTION_PLAN, LOOKED_AFTER, CONCERN)
ENDS_WITH_THE_CASE = (*PROTECTED, CONSENT)


def begin(service: Service, child: Child, name: str, detail: str = "") -> None:
    """From now on this is so of the child.

    Parameters
    ----------
    detail
        More for the log, ``key=value`` joined by ``;``.
    """
    if name not in child.statuses:
        child.statuses[name] = service.env.now
        service.recorder.status(child, name, True, detail)
        _tell(service, child, name, on=True)


def end(service: Service, child: Child, name: str, detail: str = "") -> None:
    """It is no longer so."""
    if name in child.statuses:
        del child.statuses[name]
        if name == PROTECTION_PLAN:
            child.plan_ended = service.env.now
        service.recorder.status(child, name, False, detail)
        _tell(service, child, name, on=False)


def _tell(service: Service, child: Child, name: str, *, on: bool) -> None:
    for strand in service.strands:
        strand.status_changed(child, name, on)


def close(service: Service, child: Child) -> None:
    """End what cannot be so of a child whose case is closed (DESIGN 7)."""
    for name in ENDS_WITH_THE_CASE:
        end(service, child, name)
