"""Who may be care managed: children who receive short breaks or a small package, and no more.

As in `rules_open_to_review`, what a rule asks is what the *service* knows. That parents meet what a
package does not is also in the level of need that a stage serves; these are the events that tell
otherwise of a child whose level of need is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.rule import Guard, rule
from sim.service.status import CONCERN, LOOKED_AFTER, PROTECTION_PLAN, UNSTABLE_HEALTH

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.stage import Hub

NOTICE = "provider"  # what a request to the panel is for when a provider has given notice
UNASSESSED = "initial_plan"


@rule("K1", "K4", settings=("short_break_routes",))
def only_short_breaks_or_a_package(child: Child, hub: Hub) -> bool:
    """The child itself has a package, and no nights but short breaks by one of these routes."""
    routes = hub.plan.settings.short_break_routes
    has_package = child.package_hours > 0.0 or child.overnight != "none"
    return not child.is_sibling and has_package and child.overnight in ("none", *routes)


@rule("K5")
def no_parenting_issue(child: Child) -> bool:
    """No concern, protection plan or care (other than short breaks) tells of parents' capacity."""
    if CONCERN in child.statuses or PROTECTION_PLAN in child.statuses:
        return False
    return LOOKED_AFTER not in child.statuses or child.overnight == "s20_short_breaks"


@rule("K6")
def no_lack_of_services(child: Child) -> bool:
    """No provider has given notice for whom the panel has still to find another."""
    request = child.tasks.get("panel_request")
    if request is None or request.note is None:
        return True
    return all(trouble.what != NOTICE for trouble in request.note)


@rule("K7")
def nothing_beyond_the_disability(child: Child) -> bool:
    """The child has been assessed, and health is no issue of its own."""
    well = not child.unstable_health and UNSTABLE_HEALTH not in child.statuses
    return well and UNASSESSED not in child.tasks


GUARDS: tuple[Guard, ...] = (
    only_short_breaks_or_a_package,
    no_parenting_issue,
    no_lack_of_services,
    nothing_beyond_the_disability,
)
