"""What a scenario says about safeguarding, compiled: kinds of task, intervals and draws."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sim.service.draws import Sampler, sampler
from sim.service.task import DESK, Kind

if TYPE_CHECKING:
    from sim.scenario.sections import safeguarding as section
    from sim.scenario.values import Share
    from sim.service.plan import Plan
    from sim.service.worker import Worker

SOCIAL_WORKER = "social_worker"  # what an attached worker of the safeguarding hub is there for
CHAIR = "chair"
SERVICE = "service"
MONTHS = 12.0


class SafeguardingPlan:
    """Safeguarding as a plan needs it; `plan.safeguarding`, None where the scenario has none.

    Kinds are made in a fixed order, so that after a dated change they keep their numbers.
    """

    def __init__(self, plan: Plan, spec: section.Safeguarding) -> None:
        self.spec = spec
        hub = plan.stage_named[spec.hub]
        self.hub = spec.hub
        self.team, self.role = hub.team, hub.worker
        self.pool = plan.pool(f"{self.team}.{self.role}")
        self.replaces = tuple(spec.replaces)
        self._enquiries(plan)
        plan_spec, care, breaks = spec.protection_plan, spec.looked_after, spec.short_breaks
        self.core_group = _meeting(plan, "core_group", self.hub, plan_spec.core_group)
        self.plan_visit = _visit(plan, "protection_plan_visit", self.hub, plan_spec.visit)
        self.plan_review = _meeting(plan, "review_conference", self.hub, plan_spec.review)
        self.plan_review.needs_slot = CHAIR
        self.care_review = _meeting(plan, "looked_after_review", self.hub, care.review)
        self.care_visit = _visit(plan, "looked_after_visit", self.hub, care.visit)
        self.break_review = _meeting(plan, "short_break_review", SERVICE, breaks.review)
        self.break_review.decides = True  # it stands for the child in need review
        self.break_visit = _visit(plan, "short_break_visit", SERVICE, breaks.visit)
        self._proceedings(plan)
        self._duty(plan)
        month = plan.days_a_year / MONTHS
        months, years = sampler(plan_spec.months.value), sampler(care.years.value)
        self.days_on_plan: Sampler = lambda u: months(u) * month
        self.days_in_care: Sampler = lambda u: years(u) * plan.days_a_year

    def is_own(self, worker: Worker | None) -> bool:
        """Whether somebody is a social worker of this hub."""
        return worker is not None and worker.post.pool == self.pool

    def _enquiries(self, plan: Plan) -> None:
        spec = self.spec
        talk, enquiry, conference = spec.strategy_discussion, spec.enquiry, spec.conference
        self.manage = plan.kind("manage_concern", self.hub, talk.manager_hours.value, talk.priority)
        self.manage.role = DESK
        self.manage.pool = plan.pool(f"{self.team}.{spec.manager}")
        self.manage.once_within = plan.cadence(talk.within.value)
        plan.desks.add((self.team, spec.manager))
        self.strategy = self._social_workers(
            plan.kind(
                "strategy_discussion", self.hub, talk.hours, talk.priority, "strategy_discussion"
            )
        )
        self.strategy.once_within = plan.cadence(talk.within.value)
        self.enquiry = self._social_workers(
            plan.kind("section_47", self.hub, enquiry.hours, enquiry.priority)
        )
        self.enquiry.once_within = plan.cadence(enquiry.within.value)
        self.joint = plan.kind("section_47_second", self.hub, enquiry.joint_hours, enquiry.priority)
        self.joint.once_within = self.enquiry.once_within
        self.gap = sampler(enquiry.gap.value)
        self.conference = self._social_workers(
            plan.kind("icpc", self.hub, conference.hours, conference.priority, "icpc")
        )
        self.conference.once_within = plan.cadence(conference.within.value)
        self.report = self._social_workers(
            plan.kind("icpc_report", self.hub, conference.report_hours, conference.priority)
        )
        self.report.once_within = plan.cadence(conference.report_within.value)
        self.conference.appointment = self.conference.one_sitting = True
        self.conference.needs_slot = CHAIR
        self.conference.put_off = _chance(conference.put_off)

    def _social_workers(self, kind: Kind) -> Kind:
        """Work for a social worker of this hub only, brought in where the holder is none (W86)."""
        kind.role = SOCIAL_WORKER
        kind.pool = self.pool
        kind.only_pool = True
        kind.follows_child = True
        return kind

    def _proceedings(self, plan: Plan) -> None:
        spec = self.spec.protection_plan.proceedings
        self.proceedings = plan.kind("care_proceedings", self.hub, spec.hours, spec.priority)
        self.proceedings.once_within = plan.cadence(spec.within.value)
        self.proceedings.follows_child = True

    def _duty(self, plan: Plan) -> None:
        duty = self.spec.duty
        self.duty = plan.kind("duty", "", duty.hours_a_day.value, duty.priority)
        self.duty_manager = plan.kind(
            "duty_manager", "", duty.manager_hours_a_day.value, duty.priority
        )
        self.duty_manager.role = DESK


def _meeting(plan: Plan, name: str, where: str, spec: section.Meetings) -> Kind:
    kind = _recurring(plan, name, where, spec)
    kind.appointment = True
    kind.put_off = _chance(spec.put_off)
    return kind


def _chance(share: Share | None) -> float | None:
    return share.value if share is not None else None


def _visit(plan: Plan, name: str, where: str, spec: section.Rhythm) -> Kind:
    return _recurring(plan, name, where, spec)


def _recurring(plan: Plan, name: str, where: str, spec: section.Rhythm) -> Kind:
    """Make a kind whose promise follows the child, at changing intervals, by the holder."""
    kind = plan.kind(name, where, spec.hours, spec.priority, name)
    window = max(1, round(spec.window.value.working_days())) if spec.window else None
    steps = [spec.first]
    if spec.second is not None:
        steps.append(spec.second)
    steps.append(spec.then)
    if spec.later is not None and spec.later_after is not None:
        run_in = sum(step.value.years() for step in steps[:-1])
        often = ceil((spec.later_after.value.years() - run_in) / spec.then.value.years())
        steps += [spec.then] * max(often - 1, 0) + [spec.later]
    kind.sequence = tuple(plan.cadence(step.value, window) for step in steps)
    kind.cadences = kind.sequence[-1:]
    kind.cadence_shares = (1.0,)
    kind.one_sitting = True
    kind.follows_child = True
    kind.finds = spec.finds.value
    return kind
