"""Crises, packages, health, providers and updating assessments, compiled for running.

Rates are made daily, intervals into working days, and each kind of task gets its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.scenario.sections import need_events as spec
from sim.scenario.values import Distribution, Sourced
from sim.service.draws import choice, sampler
from sim.service.task import DESK, RESPONSIBLE, Cadence, Kind

if TYPE_CHECKING:
    from sim.calendar import Duration
    from sim.service.plan import Plan

WEEKS_A_YEAR = 52.0
FOLLOWS = "service"  # where the promise of work that follows the child counts
ASSESSOR = "assessor"  # label of a social worker who assesses for another hub


class NeedEventsPlan:
    """All that the section ``need_events`` says, ready to use.

    Attributes
    ----------
    desks
        (team, role) of managers whose diaries this work goes to.
    call_finds
        For each hub, the rate a working day at which calls bring something hidden to light.
    """

    def __init__(self, plan: Plan, events: spec.NeedEvents) -> None:
        self.desks: set[tuple[str, str]] = set()
        finding = events.finding
        self.late = finding.late_finding == "on"
        self.reported = finding.reported.value
        self.report_days = finding.report_within.value.working_days()
        self.worsen_days = _days(finding.worsens.value, plan)
        self.worse = finding.worse.value
        self.call_finds = {
            stage.name: (stage.contact_hours + stage.assigned_contact_hours)
            * WEEKS_A_YEAR
            / plan.days_a_year
            / finding.call_hours.value
            * finding.calls.value
            for stage in plan.stages
        }
        self.updating = UpdatingPlan(plan, events.updating)
        self.crises = CrisesPlan(plan, events.crises) if events.crises else None
        self.packages = PackagesPlan(plan, events.packages) if events.packages else None
        self.health = HealthPlan(plan, events.health) if events.health else None
        self.providers = ProvidersPlan(plan, events.providers) if events.providers else None
        self.desks |= set(self.updating.managers.items())
        if self.packages is not None:
            self.desks |= set(self.packages.managers)


class UpdatingPlan:
    """The updating assessment."""

    def __init__(self, plan: Plan, says: spec.Updating) -> None:
        within = plan.cadence(says.within.value)
        self.by_holder = _assessment(plan, says, within, "updating_assessment")
        self.by_other = _assessment(plan, says, within, None)
        self.by_other.cell = self.by_holder.cell
        self.by_other.timescale = self.by_other.promise = "updating_assessment"
        self.by_other.pool = plan.pool(f"{says.team}.{says.role}")
        self.by_other.only_pool = True  # it waits rather than go to a holder who may not (W22)
        self.hours = {name: sampler(draw.value) for name, draw in says.hours_in.items()}
        self.team, self.role = self.by_whom = says.team, says.role
        self.holder_does = {
            name: does.most_open.value if does.most_open is not None else None
            for name, does in says.holder_does.items()
        }
        self.session = says.session_hours.value
        self.gap = sampler(says.gap.value)
        self.sharing = says.sharing_hours.value
        self.finds = says.finds.value
        assessment = plan.scenario.assessment
        self.near_limit_days = round(assessment.near_limit.value.working_days())
        self.near_limit_priority = assessment.priority_near_limit
        sign_off = assessment.sign_off
        managers = {sign_off.team: sign_off.role}
        for name, team in plan.scenario.teams.items():
            if team.supervision is not None:
                managers.setdefault(name, team.supervision.by)
        self.managers = managers
        self._default = sign_off.team
        soon = plan.cadence(sign_off.within.value)
        self.sign_off = {
            (team, role): _desk_work(
                plan, "updating_sign_off", says.sign_off_hours, sign_off.priority, team, role, soon
            )
            for team, role in managers.items()
        }
        self.holder_signs: Kind | None = None
        if sign_off.by == "holder":
            kind = plan.kind("updating_sign_off", FOLLOWS, says.sign_off_hours, sign_off.priority)
            kind.role, kind.once_within = RESPONSIBLE, soon
            self.holder_signs = kind
        self.talk = {
            (team, role): _desk_work(
                plan, "escalation", says.managers_talk.value, sign_off.priority, team, role, soon
            )
            for team, role in managers.items()
        }

    def desk_of(self, team: str) -> tuple[str, str]:
        """Return the desk that signs off the work of a team: its own managers', if it has any."""
        if team not in self.managers:
            team = self._default
        return team, self.managers[team]


def _assessment(plan: Plan, says: spec.Updating, within: Cadence, timescale: str | None) -> Kind:
    kind = plan.kind("updating_assessment", FOLLOWS, says.hours, says.priority, timescale)
    kind.role = ASSESSOR
    kind.follows_child = True
    kind.once_within = within
    return kind


class CrisesPlan:
    """Crises: how often, how long, and what work."""

    def __init__(self, plan: Plan, says: spec.Crises) -> None:
        self.rate = _daily(says.rate, plan)
        cv = says.frailty_cv.value
        spread = Distribution("gamma", (1.0, cv)) if cv > 0 else Distribution("fixed", (1.0,))
        self.frailty = sampler(spread)
        times = says.times
        self.under_5 = times.under_5.value
        self.from_11_to_16 = times.from_11_to_16.value
        self.sibling = times.sibling_in_need.value
        self.loss = times.lost_overnight_provider.value
        mean = sum(says.by_month) / 12.0
        months = plan.calendar.months
        by_month = [says.by_month[int(month.label[5:7]) - 1] / mean for month in months]
        self.season_on = [by_month[month] for month in plan.calendar.month_of()]
        self.most = (
            max(1.0, self.under_5, self.from_11_to_16)
            * max(1.0, self.sibling)
            * max(1.0, self.loss)
            * max(self.season_on)
        )
        self.loss_days = says.loss_lasts.value.working_days()
        self.lasts = sampler(says.lasts.value)
        self.limit_days = says.time_limited_up_to.value.working_days()
        self.longer_held_in = says.longer_held_in
        within = plan.cadence(says.within.value)
        self.kind = self._kind(plan, FOLLOWS, says.hours, says.priority, "holder")
        self.in_stage = {
            name: self._kind(plan, name, work.hours, says.priority, work.role)
            for name, work in says.in_stage.items()
        }
        for kind in (self.kind, *self.in_stage.values()):
            kind.once_within = within

    def _kind(
        self, plan: Plan, stage: str, hours: Sourced[Distribution], priority: int, role: str
    ) -> Kind:
        kind = plan.kind("crisis", stage, hours, priority)
        kind.role = role
        kind.follows_child = True
        if role == "assigned":
            where = plan.stage_named[stage]
            kind.pool = plan.pool(f"{where.team}.{where.assigned}")
        return kind

    def kind_in(self, stage: str) -> Kind:
        """Return the kind of crisis work of a stage."""
        return self.in_stage.get(stage, self.kind)


class PackagesPlan:
    """Changes of package, and the panel that decides on them."""

    def __init__(self, plan: Plan, says: spec.Packages) -> None:
        self.rate = _daily(says.rate, plan)
        self.hours = sampler(says.hours.value)
        self.significant = says.significant_from.value
        self.overnight = _daily(says.overnight, plan)
        self.route = choice(says.routes.value)
        request, panel = says.request, says.panel
        kind = plan.kind("panel_request", FOLLOWS, request.hours, request.priority)
        kind.follows_child = True
        kind.once_within = plan.cadence(request.within.value)
        self.request = kind
        self.follow_up = request.follow_up.value
        self.first = says.first.value if says.first is not None else 0.0
        self.every: Duration = panel.every.value
        self.places = panel.places.value
        self.agrees = panel.agrees.value
        self.managers: dict[tuple[str, str], Kind] = {}
        for team, hours in panel.managers.items():
            kind = _desk_work(
                plan,
                "resource_panel",
                hours.value,
                panel.priority,
                team,
                panel.role,
                plan.cadence(panel.within.value),
            )
            self.managers[team, panel.role] = kind


class HealthPlan:
    """Health that becomes unstable, and stable again."""

    def __init__(self, plan: Plan, says: spec.Health) -> None:
        self.unstable = _day(says.becomes_unstable.value, plan)
        self.stable = _day(says.becomes_stable.value, plan)


class ProvidersPlan:
    """What providers ask for."""

    def __init__(self, plan: Plan, says: spec.Providers) -> None:
        self.notice = _daily(says.gives_notice, plan)
        self.review_asked = _daily(says.asks_for_review, plan)
        review = says.review
        kind = plan.kind("provider_review", FOLLOWS, review.hours, review.priority)
        kind.follows_child = True
        kind.appointment = kind.one_sitting = True
        kind.once_within = plan.cadence(review.within.value)
        kind.finds = review.finds.value
        kind.decides = True
        self.review = kind


def _desk_work(
    plan: Plan,
    name: str,
    hours: Sourced[Distribution] | float,
    priority: int,
    team: str,
    role: str,
    within: Cadence,
) -> Kind:
    """Make a kind of work for a desk of managers, which goes on wherever the child is."""
    kind = plan.kind(name, "transfer" if name == "escalation" else "", hours, priority)
    kind.role = DESK
    kind.pool = plan.pool(f"{team}.{role}")
    kind.once_within = within
    kind.follows_child = True
    return kind


def _day(rate: float, plan: Plan) -> float:
    return rate / plan.days_a_year


def _daily(rates: Mapping[str, Sourced[float]], plan: Plan) -> dict[str, float]:
    return {need: _day(rate.value, plan) for need, rate in rates.items()}


def _days(rate: float, plan: Plan) -> float:
    """Return the mean wait in working days for what happens so often a year."""
    return plan.days_a_year / rate if rate > 0 else float("inf")
