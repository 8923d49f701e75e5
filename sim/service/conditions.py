"""Facts about a child on which a task of a stage may depend: who is reviewed otherwise, and how.

Each is one function with its clause, as the rules are that let a child into a stage (`rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from sim.service.rule import Guard, rule

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.stage import Hub


@rule("K9", "K35")
def any_overnight_break(child: Child) -> bool:
    """The child has overnight breaks, by whatever route, direct payments included."""
    return child.overnight != "none"


@rule("K12", settings=("large_package_hours",))
def large_package(child: Child, hub: Hub) -> bool:
    """The package is of more hours a week than this, whoever pays for them."""
    return child.package_hours > hub.plan.settings.large_package_hours


CONDITIONS: Mapping[str, Guard] = MappingProxyType(
    {condition.__name__: condition for condition in (any_overnight_break, large_package)}
)


def any_of(conditions: Iterable[Guard], child: Child, hub: Hub) -> bool:
    """Whether one of these is so of a child in a stage."""
    return any(
        condition(child, hub) if condition.about_stage else condition(child)  # type: ignore[attr-defined]
        for condition in conditions
    )
