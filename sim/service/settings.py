"""What the rules of a stage ask for, ready to use: spans in working days."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.scenario.sections.settings import StageSettings
    from sim.scenario.values import Interval

NONE = frozenset[str]()


class Settings:
    """The thresholds of one stage; what the scenario does not give is asked for by no rule."""

    __slots__ = (
        "after_protection_plan",
        "complex_plan_hours",
        "events",
        "events_span",
        "large_package_hours",
        "looked_after_routes",
        "package_changes",
        "package_span",
        "short_break_routes",
        "significant_overnight",
    )

    def __init__(self, given: StageSettings | None) -> None:
        self.package_changes = self.events = 0
        self.package_span = self.events_span = self.after_protection_plan = 0.0
        self.complex_plan_hours = self.large_package_hours = 0.0
        self.significant_overnight = self.looked_after_routes = self.short_break_routes = NONE
        if given is None:
            return
        if given.package_changes is not None:
            self.package_changes = given.package_changes.value
        if given.events is not None:
            self.events = given.events.value
        if given.complex_plan_hours is not None:
            self.complex_plan_hours = given.complex_plan_hours.value
        if given.large_package_hours is not None:
            self.large_package_hours = given.large_package_hours.value
        self.package_span = _days(given.package_span)
        self.events_span = _days(given.events_span)
        self.after_protection_plan = _days(given.after_protection_plan)
        self.significant_overnight = frozenset(given.significant_overnight or ())
        self.looked_after_routes = frozenset(given.looked_after_routes or ())
        self.short_break_routes = frozenset(given.short_break_routes or ())


def _days(span: Interval | None) -> float:
    return span.value.working_days() if span is not None else 0.0
