"""Whether a family agrees when asked: its disposition, or a fresh thought (R42, F167)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service


def given(service: Service, child: Child, occasion: int) -> bool:
    """Ask a family once more; most answer as they would have before.

    Parameters
    ----------
    occasion
        Tells one asking from another.
    """
    plan = service.plan
    assert plan.early_help is not None
    u = service.streams["consent"].uniform
    if u(child.who, occasion << 1) >= plan.early_help.spec.changes_mind.value:
        return child.consents
    refuses = plan.scenario.population.attributes.refuses_consent.value
    return u(child.who, (occasion << 1) + 1) >= refuses
