"""The scenario's `early_help`, compiled: its kinds of task and its draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.draws import choice, sampler
from sim.service.task import COMING_LEAD, DESK, RESPONSIBLE

if TYPE_CHECKING:
    from sim.scenario.sections.early_help import EarlyHelp, Piece, Sheet
    from sim.service.plan import Plan
    from sim.service.task import Kind

CAF_TAC = "caf_tac"
LEAD = "lead_professional"
MEETING = "tac_meeting"
# What a lead professional goes on with while a social worker assesses, or works beside them.
GOES_ON = ("caf", MEETING, "step_up_pack")


class EarlyHelpPlan:
    """Kinds, draws and shares of the stage `caf_tac`."""

    sheet: Kind | None
    sheet_at_door: Kind | None

    def __init__(self, plan: Plan, spec: EarlyHelp) -> None:
        self.spec = spec
        self.desk = (spec.team, spec.role)
        self.team_pool = plan.pool(f"{spec.team}.{spec.role}")
        self.lead_pool = plan.pool(f"{spec.lead_team}.{spec.lead_role}")
        up, down = spec.step_up, spec.step_down
        self.set_up = self._kind(plan, "caf_set_up", spec.set_up, DESK, "caf_set_up")
        self.support = self._kind(plan, "caf_support", spec.support, DESK)
        self.caf = self._kind(plan, "caf", spec.caf, LEAD, "caf")
        self.liaison = self._kind(plan, "tac_liaison", spec.liaison, LEAD)
        self.pack = self._kind(plan, "step_up_pack", up.pack, LEAD)
        meeting = spec.meeting
        self.meeting = plan.kind(MEETING, CAF_TAC, meeting.hours, meeting.priority, MEETING)
        window = max(1, round(meeting.window.value.working_days())) if meeting.window else None
        self.meeting.once_within = plan.cadence(meeting.every.value, window)
        self.meeting.role = LEAD
        self.meeting.pool = self.lead_pool
        self.meeting.appointment = self.meeting.one_sitting = True
        for kind in (self.caf, self.meeting, self.pack):
            kind.follows_child = True
        self.decision = plan.kind(
            "step_down_decision", "", down.decision.hours, down.decision.priority
        )
        self.decision.once_within = plan.cadence(down.decision.within.value)
        self.decision.role = DESK
        self.decision.pool = plan.pool(
            f"{plan.scenario.assessment.sign_off.team}.{plan.scenario.assessment.sign_off.role}"
        )
        if down.decided_by == "holder":
            self.decision.role, self.decision.pool = RESPONSIBLE, -1
        self.forms = plan.kind("step_down_forms", "", down.forms.hours, down.forms.priority)
        self.forms.once_within = plan.cadence(down.forms.within.value)
        self.search = self._of_social_care(plan, "step_down_search", down.search)
        self.last_meeting = self._of_social_care(plan, "step_down_meeting", down.meeting)
        if self.last_meeting is not None and down.meeting is not None:
            own = down.meeting
            second = plan.kind("step_down_meeting_second", "", own.lead_hours, own.priority)
            second.role, second.pool = COMING_LEAD, self.lead_pool
            for kind in (self.last_meeting, second):
                kind.appointment = kind.one_sitting = True
            self.last_meeting.second = second
        self._sheets(plan, spec.sheet)
        self.lasts = sampler(spec.lasts.value)
        self.noticed = sampler(up.noticed.value)
        self.talk = sampler(up.talk.value)
        self.asks_again = sampler(up.asks_again.value)
        self.worry_days = (
            plan.days_a_year / up.worries.value if up.worries.value > 0 else float("inf")
        )
        self.reason = choice(down.reasons.value)
        wait = down.after_plan
        self.after_plan = wait.value.working_days() if wait is not None else 0.0
        self.waits_at_most = spec.waits_at_most.value.working_days()
        self.need_on_day_one = choice(spec.needs_on_day_one.value)

    def _sheets(self, plan: Plan, spec: Sheet | None) -> None:
        """Make what social care writes to the CAF team."""
        self.sheet = self.sheet_at_door = None
        if spec is None:
            return
        scenario = plan.scenario
        made = []
        for piece, team, role in (
            (spec.after_assessment, scenario.assessment.team, scenario.assessment.worker),
            (spec.at_the_door, scenario.mash.team, scenario.mash.role),
        ):
            kind = self._of_social_care(plan, "caf_information_sheet", piece)
            assert kind is not None
            kind.pool = plan.pool(f"{team}.{role}")
            made.append(kind)
        self.sheet, self.sheet_at_door = made
        self.sheet_at_door.role = DESK

    def _of_social_care(self, plan: Plan, name: str, piece: Piece | None) -> Kind | None:
        """Make work of the social worker from whom a case steps down."""
        if piece is None:
            return None
        kind = plan.kind(name, "", piece.hours, piece.priority)
        kind.once_within = plan.cadence(piece.within.value)
        return kind

    def _kind(
        self, plan: Plan, name: str, piece: Piece, role: str, timescale: str | None = None
    ) -> Kind:
        kind = plan.kind(name, CAF_TAC, piece.hours, piece.priority, timescale)
        kind.once_within = plan.cadence(piece.within.value)
        kind.role = role
        kind.pool = self.team_pool if role == DESK else self.lead_pool
        return kind
