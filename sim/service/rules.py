"""Rules that decide, one small named function each, with the clause it implements."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.service import rules_care_managed, rules_open_to_review
from sim.service.rule import Guard, rule

if TYPE_CHECKING:
    from sim.service.child import Child

__all__ = ["GUARDS", "Guard", "rule"]


@rule("W64", "W65")
def no_sibling_in_need(child: Child) -> bool:
    """Siblings are not held here, nor a child whose sibling has a child in need plan."""
    return not child.is_sibling and not any(
        other.stage is not None and other.stage.is_hub and other.closing is None
        for other in child.family.children
        if other is not child
    )


@rule("W111", "W112")
def overnight_only_by_direct_payment(child: Child) -> bool:
    """Overnight breaks by any route but direct payments need a social worker to hold the case."""
    return child.overnight in ("none", "direct_payment")


GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        guard.__name__: guard
        for guard in (
            no_sibling_in_need,
            overnight_only_by_direct_payment,
            *rules_open_to_review.GUARDS,
            *rules_care_managed.GUARDS,
        )
    }
)
