"""What the rules of a stage ask for in numbers; each rule says which settings it needs."""

from __future__ import annotations

from pydantic import Field

from sim.scenario.model import Model
from sim.scenario.values import Count, Hours, Interval


class StageSettings(Model):
    """Thresholds of the rules by which a stage lets children in."""

    package_changes: Count | None = Field(
        None, description="most changes of package known of in `package_span`"
    )
    package_span: Interval | None = Field(None, description="how far back changes are counted")
    events: Count | None = Field(
        None, description="most crises and changes of package known of in `events_span`"
    )
    events_span: Interval | None = Field(None, description="how far back those are counted")
    significant_overnight: list[str] | None = Field(
        None, description="routes of overnight breaks that count as significant"
    )
    complex_plan_hours: Hours | None = Field(
        None, description="hours of support a week above which a plan is complex"
    )
    large_package_hours: Hours | None = Field(
        None, description="hours of support a week above which a package is large"
    )
    looked_after_routes: list[str] | None = Field(
        None, description="routes of overnight breaks by which a child is looked after"
    )
    short_break_routes: list[str] | None = Field(
        None, description="routes of overnight breaks that are short breaks, not a placement"
    )
    after_protection_plan: Interval | None = Field(
        None, description="time as a child in need after a protection plan"
    )
