"""Hours of safeguarding: concerns, enquiries, conferences, plans, care and duty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.theory.reading import MONTHS
from sim.theory.work import Work

if TYPE_CHECKING:
    from sim.scenario.sections.safeguarding import Rhythm
    from sim.theory.work import Workload


def safeguarding(load: Workload) -> Iterator[Work]:
    """Give the work on concerns, conferences, plans and care, and of duty."""
    spec = load.scenario.safeguarding
    if spec is None:
        return
    pool, desk = load.safe, f"{load.safe.split('.')[0]}.{spec.manager}"
    concerns = _concerns(load)
    total = sum(concerns)
    talk, enquiry, conference = spec.strategy_discussion, spec.enquiry, spec.conference
    yield load.some(desk, "manage_concern", total, talk.manager_hours.value)
    yield load.some(pool, "strategy_discussion", total, talk.hours.value)
    yield load.some(pool, "section_47", total, enquiry.hours.value)
    for hub, number in enumerate(concerns[:-1]):
        if load.holder(hub) != pool:
            joint = enquiry.joint_hours.value
            yield load.some(load.holder(hub), "section_47_second", number, joint)
    held = total * enquiry.conference.value
    yield load.some(pool, "icpc", held, conference.hours.value)
    yield load.some(pool, "icpc_report", held, conference.report_hours.value)
    plans, care, breaks = spec.protection_plan, spec.looked_after, spec.short_breaks
    on_plan, in_care = float(load.on_plan.sum()), float(load.in_care.sum())
    begun = held * conference.plan.value
    months = plans.months.value.mean() / MONTHS
    yield _rhythm(load, pool, "core_group", plans.core_group, on_plan, months)
    yield _rhythm(load, pool, "protection_plan_visit", plans.visit, on_plan, months)
    yield _rhythm(load, pool, "review_conference", plans.review, on_plan, months)
    years = care.years.value.mean()
    yield _rhythm(load, pool, "looked_after_review", care.review, in_care, years)
    yield _rhythm(load, pool, "looked_after_visit", care.visit, in_care, years)
    court = plans.proceedings
    yield load.some(pool, "care_proceedings", begun * court.chance.value, court.hours.value)
    for hub, number in enumerate(load.on_breaks):
        own = load.holder(hub)
        yield _rhythm(load, own, "short_break_review", breaks.review, number, 2.0)
        yield _rhythm(load, own, "short_break_visit", breaks.visit, number, 2.0)
    days = load.reading.days_a_year
    yield load.some(pool, "duty", days, spec.duty.hours_a_day.value)
    yield load.some(desk, "duty_manager", days, spec.duty.manager_hours_a_day.value)


def _concerns(load: Workload) -> list[float]:
    """Enquiries a year about the children of each hub; the last is of those being assessed."""
    spec = load.scenario.safeguarding
    assert spec is not None
    found = []
    for hub in range(len(load.reading.hubs)):
        at_risk = load.disabled[hub].copy()
        if hub == load.cases.safe:
            protected = load.on_plan[hub] + load.in_care[hub]
            at_risk *= 1.0 - protected / max(at_risk.sum(), 1e-9)
        found.append(
            sum(
                rate.value * at_risk[load.reading.need[name]]
                for name, rate in spec.concerns.rates.items()
            )
        )
    return [*found, load.concerns_at_the_door]


def _rhythm(
    load: Workload, pool: str, kind: str, says: Rhythm, children: float, lasts: float
) -> Work:
    """A promise whose first occasion comes sooner than the others."""
    first, then = load.reading.years(says.first.value), load.reading.years(says.then.value)
    a_year = 1.0 / then
    if lasts > 0.0 and first < then:
        a_year += min((then - first) / then, 1.0) / lasts
    if says.later is not None and says.later_after is not None:
        early = min(load.reading.years(says.later_after.value) / lasts, 1.0)
        later = 1.0 / load.reading.years(says.later.value)
        a_year = a_year * early + later * (1.0 - early)
    return load.some(pool, kind, children * a_year, says.hours.value)
