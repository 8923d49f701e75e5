"""Hours of growing up, of carers, and of family support for another hub's children."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.theory.work import Work

if TYPE_CHECKING:
    from sim.theory.work import Workload


def growing_up(load: Workload) -> Iterator[Work]:
    """Give the work of growing up: reviews that prepare, the referral, joint work."""
    section = load.scenario.growing_up
    if section is None:
        return
    for hub in range(len(load.reading.hubs)):
        pool = load.holder(hub)
        prepare = section.preparing
        older = load.model.share_older(hub, prepare.from_age.value)
        disabled = float(load.disabled[hub].sum())
        yield Work(pool, "review", 0.0, disabled * older * prepare.hours_a_year.value)
        # The transition assessment is a review made longer.
        from_age = section.assessment.from_age.value
        assessed = disabled * load.model.reaching(hub, from_age)
        yield Work(pool, "review", 0.0, assessed * section.assessment.hours.value.mean())
        referred = disabled * load.model.reaching(hub, section.referral.by_age.value)
        yield load.some(pool, "transition_referral", referred, section.referral.hours.value)
        if section.capacity is not None:
            hours = section.capacity.hours.value
            yield load.some(pool, "mental_capacity_assessment", assessed, hours)
        joint = section.joint_work
        often = sum(share / load.reading.years(span) for span, share in joint.every.value)
        older = load.model.share_older(hub, section.referral.by_age.value)
        yield load.some(pool, "joint_work", disabled * older * often, joint.hours.value)


def carers(load: Workload) -> Iterator[Work]:
    """Give the work on carers' assessments and their reviews."""
    says = load.scenario.carers
    if says is None:
        return
    wanting = load.carers_wanting(says)
    supported = 1.0 - wanting / says.wanted.value if says.wanted.value > 0.0 else 0.0
    often = sum(share / load.reading.years(span) for span, share in says.review.every.value)
    children, _ = load.referred
    spec = load.scenario.assessment
    together = children * says.at_assessment.value * says.with_assessment.value
    pool = f"{spec.team}.{spec.worker}"
    yield Work(pool, "single_assessment", 0.0, together * says.hours_with_assessment.value.mean())
    for hub in range(len(load.reading.hubs)):
        disabled = float(load.disabled[hub].sum())
        own = load.holder(hub)
        number = disabled * wanting
        yield load.some(own, "carers_assessment", number, says.hours.value)
        reviews = disabled * supported * often
        stage = load.scenario.stages[load.reading.hubs[hub]]
        every = 2.0 * load.model.delays.until_review(stage)
        merged = min(load.reading.years(says.review.reach.value) / every, 1.0)
        alone = reviews * (1.0 - merged)
        yield load.some(own, "carers_review", alone, says.review.hours.value)
        with_review = says.review.hours_with_review.value
        yield Work(own, "review", 0.0, reviews * merged * with_review.mean())


def attached(load: Workload) -> Iterator[Work]:
    """Give the work of family support for another hub's children."""
    says = load.scenario.attached_work
    if says is None:
        return
    hub = load.reading.hub[says.stage]
    pool = f"{says.team}.{says.role}"
    mean = sum(p.share.value * p.hours.value.mean() for p in says.pieces.values())
    lasts = mean / says.session_hours.value * load.reading.years(says.session_every.value)
    number = load.held[hub] * says.rate.value / (1.0 + says.rate.value * lasts)
    yield load.some(load.holder(hub), "family_support_request", number, says.form.hours.value)
    for team in dict.fromkeys((load.scenario.stages[says.stage].team, says.team)):
        if (supervision := load.scenario.teams[team].supervision) is not None:
            desk = f"{team}.{supervision.by}"
            yield load.some(desk, "consider_request", number, says.manager_hours.value)
    for name, piece in says.pieces.items():
        each = piece.hours.value.mean()
        sessions = each / says.session_hours.value
        hours = number * piece.share.value * each
        yield Work(pool, f"attached_{name}", hours / each * sessions, hours)
    contact = says.supervised_contact
    if contact is not None:
        often = sum(share / load.reading.years(span) for span, share in contact.every.value)
        children = float(load.in_care.sum()) * contact.share.value
        yield load.some(pool, "supervised_contact", children * often, contact.hours.value)
