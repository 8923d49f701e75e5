"""Who may be held in Open to Review: each qualifying and excluding clause, one function.

What a rule asks is what the *service* knows: a need that has changed unseen bars nobody until
it is found.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.rule import Guard, rule
from sim.service.status import (
    CONCERN,
    CONTINUING_CARE,
    LOOKED_AFTER,
    PROTECTION_PLAN,
    SHORT_BREAK_LOOKED_AFTER,
    UNSTABLE_HEALTH,
)

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.stage import Hub

# Work that shows that more is needed than the services already assessed (O7).
UNSETTLED = ("initial_plan", "updating_assessment", "crisis")


@rule("O7")
def need_is_stable(child: Child, hub: Hub) -> bool:
    """The known need is one this stage serves, and no plan, assessment or crisis is in hand."""
    if hub.name not in hub.service.plan.serving(child.known):
        return False
    return not any(work in child.tasks for work in UNSETTLED)


@rule("O8", settings=("package_changes", "package_span"))
def package_seldom_changes(child: Child, hub: Hub) -> bool:
    """No more than so many changes of the package are known of in the last months."""
    settings = hub.plan.settings
    since = hub.service.env.now - settings.package_span
    return _lately(child.package_changes, since) <= settings.package_changes


@rule("O32", settings=("events", "events_span"))
def two_reviews_a_year_suffice(child: Child, hub: Hub) -> bool:
    """Crises and changes of package have not come so often that more reviews are needed."""
    settings = hub.plan.settings
    since = hub.service.env.now - settings.events_span
    known = _lately(child.package_changes, since) + _lately(child.crises, since)
    return known <= settings.events


def _lately(times: list[float], since: float) -> int:
    return sum(time > since for time in times)


@rule("O9", "O17")
def health_is_stable(child: Child) -> bool:
    """Health needs are stable and well managed."""
    return not child.unstable_health and UNSTABLE_HEALTH not in child.statuses


@rule("O10", attributes=("parents_agree",))
def parents_agree_if_life_limited(child: Child) -> bool:
    """A life-limited child is held here only if the parents agree."""
    return child.parents_agree or not child.life_limiting


@rule(
    "O11",
    "O12",
    settings=("significant_overnight", "complex_plan_hours"),
    attributes=("overnight_works_well",),
)
def no_significant_overnight_unless_it_works_well(child: Child, hub: Hub) -> bool:
    """Significant overnight breaks within a complex plan bar, unless they clearly work well."""
    settings = hub.plan.settings
    significant = child.overnight in settings.significant_overnight
    is_complex = child.package_hours > settings.complex_plan_hours
    return not (significant and is_complex) or child.overnight_works_well


@rule("O13", attributes=("clear_outcomes",))
def outcomes_are_clear(child: Child) -> bool:
    """The plan states clear outcomes."""
    return child.clear_outcomes


@rule("O14")
def no_safeguarding_concern(child: Child) -> bool:
    """No safeguarding concern is open."""
    return CONCERN not in child.statuses


@rule("O14", "W27")
def not_on_a_protection_plan(child: Child) -> bool:
    """The child is not on a child protection plan."""
    return PROTECTION_PLAN not in child.statuses


@rule("R57", "F38", settings=("after_protection_plan",))
def long_enough_after_a_protection_plan(child: Child, hub: Hub) -> bool:
    """After a protection plan the child has been held as a child in need for some months."""
    ended = child.plan_ended
    wait = hub.plan.settings.after_protection_plan
    return ended is None or hub.service.env.now - ended >= wait


@rule("O15", settings=("looked_after_routes",))
def not_looked_after(child: Child, hub: Hub) -> bool:
    """The child is not looked after, neither in full nor in a series of short breaks."""
    if LOOKED_AFTER in child.statuses or SHORT_BREAK_LOOKED_AFTER in child.statuses:
        return False
    return child.overnight not in hub.plan.settings.looked_after_routes


@rule("O16")
def no_continuing_care(child: Child) -> bool:
    """The child has no continuing care provision."""
    return not child.continuing_care and CONTINUING_CARE not in child.statuses


GUARDS: tuple[Guard, ...] = (
    need_is_stable,
    package_seldom_changes,
    two_reviews_a_year_suffice,
    health_is_stable,
    parents_agree_if_life_limited,
    no_significant_overnight_unless_it_works_well,
    outcomes_are_clear,
    no_safeguarding_concern,
    not_on_a_protection_plan,
    long_enough_after_a_protection_plan,
    not_looked_after,
    no_continuing_care,
)
