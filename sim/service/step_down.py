"""Step down from child in need to CAF/TAC, at a review (R48 to R64).

Each rule is a small named function of a proposal, so that it can be tested by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from sim.service import status
from sim.service.closure import WITH_THE_CHILD, begin_closing
from sim.service.consent import given
from sim.service.early_help_plan import LEAD
from sim.service.task import DONE, RESPONSIBLE

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.diary import Diary
    from sim.service.early_help_plan import EarlyHelpPlan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker

STEP_DOWN = "step_down"  # where the lead professional is kept who has been identified
STEPS = ("step_down_decision", "step_down_search", "step_down_forms", "step_down_meeting")
SUPPORT, MONITORING, ONWARD = REASONS = ("support", "monitoring", "onward_referral")


class Proposal(NamedTuple):
    """What is put to the team manager."""

    in_need: bool
    support_needed: bool
    consents: bool
    reason: str
    lead_found: bool
    protected: bool
    days_since_plan: float | None
    wait_after_plan: float
    good_reasons: tuple[str, ...] = (SUPPORT,)


Test = Callable[[Proposal], bool]
Then = Callable[["Task", "Worker"], None]


def no_longer_in_need(p: Proposal) -> bool:
    """R49: the child is no longer a child in need, nor on a plan, looked after or a concern."""
    return not p.in_need and not p.protected


def support_still_needed(p: Proposal) -> bool:
    """R49: an ongoing level of support is required."""
    return p.support_needed


def not_to_monitor_or_refer_on(p: Proposal) -> bool:
    """R52, R53: never so that others watch the child, nor to refer it on (but see X25)."""
    return p.reason in p.good_reasons


def three_months_after_a_plan(p: Proposal) -> bool:
    """R57: after a protection plan, at least three months as a child in need."""
    return p.days_since_plan is None or p.days_since_plan >= p.wait_after_plan


def family_consents(p: Proposal) -> bool:
    """R49, R56: explicit and informed consent."""
    return p.consents


def lead_identified(p: Proposal) -> bool:
    """R54: a lead professional is found at the meeting."""
    return p.lead_found


TESTS: tuple[Test, ...] = (
    no_longer_in_need,
    support_still_needed,
    not_to_monitor_or_refer_on,
    three_months_after_a_plan,
    family_consents,
    lead_identified,
)
STAYS = ("no_longer_in_need", "three_months_after_a_plan", "lead_identified")


def barred_by(proposal: Proposal) -> str | None:
    """Return the first rule that a step down would break, or None."""
    return next((test.__name__ for test in TESTS if not test(proposal)), None)


def plan_ended_at(child: Child) -> float | None:
    """Return when the child's last protection plan ended (working days); None without one."""
    kept = child.strands.get("safeguarding")
    ended: float | None = getattr(kept, "plan_ended_at", None)
    return ended


class StepDown:
    """Proposals to step down, from the review to the move."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._u = service.streams["step down"].uniform
        self._coming: dict[Child, Worker] = {}  # lead professionals to whom a case is to pass

    @property
    def plan(self) -> EarlyHelpPlan:
        """What the scenario says today."""
        plan = self.service.plan.early_help
        assert plan is not None
        return plan

    def considers(self, child: Child, here: Hub) -> bool:
        """At a review a child is no longer in need: say whether the case stays open for now.

        If it steps down the manager is asked; if a rule wants it to wait it stays as it is;
        otherwise the case closes as any whose needs are met.
        """
        if child.is_sibling:
            return False  # brothers and sisters leave with the disabled child
        if any(step in child.tasks for step in STEPS):
            return True
        service = self.service
        lead = child.attached.get(LEAD) or self._place_lead()
        barred = barred_by(self.proposal(child, lead))
        if barred is None:
            assert lead is not None
            if LEAD not in child.attached:
                lead.promised += 1
                child.strands[STEP_DOWN] = self._coming[child] = lead
            service.recorder.decision(child, "step_down_proposed", f"reason=support;lead={lead.id}")
            self._decide(child, here)
            return True
        if barred == "support_still_needed":
            return False
        if barred == "family_consents":
            service.recorder.decision(child, "early_help_refused")
            begin_closing(service, child, "early_help_refused")  # R44, R64
            return True
        service.recorder.decision(child, "step_down_barred", f"why={barred}")
        return barred in STAYS

    def _place_lead(self) -> Worker | None:
        place = self.service.caf_tac
        assert place is not None
        return place.free_lead()

    def proposal(self, child: Child, lead: Worker | None) -> Proposal:
        """Put together what the rules ask; a family's own draws belong to its present need."""
        service, spec = self.service, self.plan.spec.step_down
        occasion = child.need_occasion
        ended = plan_ended_at(child)
        return Proposal(
            in_need=bool(service.plan.serving(child.known)),
            support_needed=self._u(child.who, occasion << 1) < spec.support_needed.value,
            consents=given(service, child, occasion),
            reason=self.plan.reason(self._u(child.who, (occasion << 1) + 1)),
            lead_found=lead is not None,
            protected=any(name in child.statuses for name in status.PROTECTED),
            days_since_plan=None if ended is None else service.env.now - ended,
            wait_after_plan=self.plan.after_plan,
            good_reasons=tuple(spec.may_be_for),
        )

    def _decide(self, child: Child, here: Hub) -> None:
        """The team manager decides with the social worker (R50); in a unit the consultant (C17)."""
        sign_off = self.service.plan.scenario.assessment.sign_off
        kind = self.plan.decision
        desk = self.service.teams[sign_off.team].desk(sign_off.role)
        self._do(child, kind, self._decided, None if kind.role == RESPONSIBLE else desk)

    def _do(self, child: Child, kind: Kind, then: Then, desk: Diary | None = None) -> Task:
        service = self.service
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = then
        return service.hand_out(task, desk)

    def _decided(self, task: Task, worker: Worker) -> None:
        child = self._finished(task, worker)
        if child is None:
            return
        self.service.recorder.decision(child, "step_down", f"by={worker.id}")
        if self.plan.search is not None:
            self._do(child, self.plan.search, self._found)
        else:
            self._do(child, self.plan.forms, self._signed)

    def _found(self, task: Task, worker: Worker) -> None:
        """What is still needed, and who is best placed to lead, is agreed (C30, C31)."""
        child = self._finished(task, worker)
        if child is not None:
            self._do(child, self.plan.forms, self._signed)

    def _signed(self, task: Task, worker: Worker) -> None:
        """Forms and information sheet are with the CAF team: the case moves (R59 to R62).

        Where there is a last child in need meeting it moves there (C32).
        """
        child = self._finished(task, worker)
        if child is None:
            return
        if self.plan.last_meeting is None:
            self._pass_on(child)
            return
        second = self._do(child, self.plan.last_meeting, self._met).second
        assert second is not None
        second.then = self._met

    def _met(self, task: Task, worker: Worker) -> None:
        """The lead passes to the lead professional at the last meeting, with consent (C34)."""
        first = task.first or task
        if first.second is not None and DONE not in (first.state, first.second.state):
            self.service.end(task, worker)
            return  # the other of the two is still at it
        child = self._finished(task, worker)
        if child is not None:
            self._pass_on(child)

    def _pass_on(self, child: Child) -> None:
        service = self.service
        if child.stage is None:
            return
        service.transfers.withdraw(child)
        child.stage.depart(child, service.caf_tac, "step_down")
        for sibling in child.family.children:
            if sibling is not child:
                begin_closing(service, sibling, WITH_THE_CHILD)

    def _finished(self, task: Task, worker: Worker) -> Child | None:
        """End a step; return the child if what was proposed still holds."""
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        return child if self._stands(child) else None

    def day(self) -> None:
        """Another lead professional takes the place of one who has left, or nothing comes of it.

        Without a last meeting it is seen when the case arrives whether the lead is there.
        """
        if self.plan.last_meeting is None:
            return
        for child, lead in list(self._coming.items()):
            if child.strands.get(STEP_DOWN) is not lead:
                del self._coming[child]
            elif lead.left:
                other = self._place_lead()
                if other is None:
                    self._call_off(child)
                    continue
                lead.promised -= 1
                other.promised += 1
                child.strands[STEP_DOWN] = self._coming[child] = other
                self.service.rehome(child)

    def _call_off(self, child: Child) -> None:
        for step in STEPS:
            task = child.tasks.pop(step, None)
            if task is not None:
                self.service.cancel(task, "superseded")
        self.off(child)

    def _stands(self, child: Child) -> bool:
        """Whether what was proposed still holds; if not it is off, and the slot is free again."""
        lead = child.attached.get(LEAD) or child.strands.get(STEP_DOWN)
        if child.closing is None and barred_by(self.proposal(child, lead)) is None:
            return True
        self.off(child)
        return False

    def off(self, child: Child) -> None:
        """Nothing comes of a step down that was under way."""
        lead: Worker | None = child.strands.pop(STEP_DOWN, None)
        if lead is not None:
            lead.promised -= 1
