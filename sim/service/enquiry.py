"""A concern becomes known: strategy discussion, section 47 enquiry, conference (W69, F4, F5).

A social worker of the safeguarding hub is brought in at that instant, whoever holds the case,
and works with the holder; its duty manager manages it (W85, W86). The clock of the conference
starts at the strategy discussion.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service import status
from sim.service.closure import NEEDS_MET, stop_closing
from sim.service.protection import Case, case_of
from sim.service.safeguarding_plan import SOCIAL_WORKER
from sim.service.sessions import Sessions

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.protection import Protection
    from sim.service.safeguarding_plan import SafeguardingPlan
    from sim.service.service import Service
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker


class Enquiries:
    """What is done about concerns."""

    def __init__(self, service: Service, protection: Protection) -> None:
        self.service = service
        self.protection = protection
        self._leads_to_conference = service.streams["enquiry leads to a conference"]
        self._makes_plan = service.streams["conference makes a plan"]
        self._gaps = service.streams["gap in an enquiry"]
        self._sessions = Sessions(service, self._gap, self._enquired)
        self.waiting: dict[Child, None] = {}  # for a social worker: none was there

    @property
    def plan(self) -> SafeguardingPlan:
        """What the scenario says now."""
        plan = self.service.plan.safeguarding
        assert plan is not None
        return plan

    def concern(self, child: Child, how: str, since: float) -> None:
        """A concern about a child is known from now on.

        Parameters
        ----------
        how
            ``report``, ``look`` or ``front_door``.
        since
            When what gave rise to it happened (working days).
        """
        service, case = self.service, case_of(child)
        if child.stage is None or child.stage is service.mash:
            self._at_the_door(child, case)
            return
        if not self._is_news(child):
            return
        if child.closing is not None:
            stop_closing(service, child)
        case.known_at = service.env.now
        status.begin(service, child, status.CONCERN, f"from={how};since={since:.6f}")
        self._hand_to_manager(child)
        if self._bring_in(child, case) is None:
            self.waiting[child] = None
        else:
            self._discuss(child, case)

    def _at_the_door(self, child: Child, case: Case) -> None:
        """Nobody holds the case: whoever is worried makes a contact."""
        service = self.service
        gone = child.family.moved_away or child.is_sibling
        if child.stage is not None:
            case.at_door = service.env.now
        elif not gone and service.env.now < child.turns_adult:
            case.at_door = service.env.now
            service.recorder.contact(child, "concern", again=True)
            service.mash.contact(child)

    def _is_news(self, child: Child) -> bool:
        """An enquiry, a plan or care under way takes a further concern in its stride."""
        if child.leave is None and child.next_stage is None:
            return False  # leaving for good, at this instant
        if child.closing not in (None, NEEDS_MET):
            return False  # the family's next authority is told
        return not (
            status.CONCERN in child.statuses
            or self.plan.enquiry.promise in child.tasks
            or self.protection.keeps_in_hub(child)
        )

    def _hand_to_manager(self, child: Child) -> None:
        """The acting duty manager manages every concern (W85)."""
        service, plan = self.service, self.plan
        if plan.spec.strategy_discussion.manager_hours.value <= 0.0:
            return
        occasion = child.next_occasion(plan.manage.name)
        task = service.open_now(plan.manage, None, child.id, occasion)
        service.hand_out(task, service.teams[plan.team].desk(plan.spec.manager))

    def _bring_in(self, child: Child, case: Case) -> Worker | None:
        """Find the social worker at once: the child's own, if one of this hub's, or another."""
        service, plan = self.service, self.plan
        if plan.is_own(child.caseworker):
            return child.caseworker
        if SOCIAL_WORKER in child.attached:
            return child.attached[SOCIAL_WORKER]
        allocation = service.allocation
        assessor = service.plan.scenario.assessment
        ours = (assessor.team, assessor.worker) == (plan.team, plan.role)
        part = "assigned" if assessor.assigned is not None else "holder"
        if child.stage is service.assessment and child.part(part) is None and ours:
            worker = allocation.least_loaded(
                child, plan.team, plan.role, assigned=part == "assigned"
            )
            if worker is not None:
                allocation.allocate(child, worker, part)  # does not wait for tomorrow
                service.rehome(child)
            return worker
        case.brought_in = True
        return allocation.attach(child, plan.team, plan.role, SOCIAL_WORKER)

    def day(self) -> None:
        """Begin what had to wait because no social worker was there."""
        for child in list(self.waiting):
            if self.plan.is_own(child.worker_for(SOCIAL_WORKER)):
                del self.waiting[child]
                self._discuss(child, case_of(child))

    # --- discussion, enquiry, conference ------------------------------------------------------

    def _open(self, kind: Kind, child: Child, due_from: float) -> Task:
        """Open a one-off task whose clock started at `due_from`."""
        task = self.service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        assert kind.once_within is not None
        task.due = kind.once_within.due_at(int(due_from))
        return task

    def _discuss(self, child: Child, case: Case) -> None:
        task = self._open(self.plan.strategy, child, case.known_at)
        task.then = self._discussed
        self.service.hand_out(task)

    def _discussed(self, task: Task, worker: Worker) -> None:
        """The strategy discussion is held: the enquiry begins, with whoever knows the child."""
        service, plan, child = self.service, self.plan, task.child
        assert child is not None
        service.end(task, worker)
        case_of(child).discussed_at = service.env.now
        enquiry = self._open(plan.enquiry, child, service.env.now)
        self._sessions.divide(enquiry, plan.spec.enquiry.session_hours.value)
        service.hand_out(enquiry)
        if child.caseworker is not None and not plan.is_own(child.caseworker):
            service.open_second(enquiry, plan.joint)

    def _gap(self, task: Task, left: int) -> float:
        assert task.child is not None
        return self.plan.gap(self._gaps.uniform(task.child.who, (task.occasion << 8) + left))

    def _enquired(self, task: Task, worker: Worker) -> None:
        service, plan, child = self.service, self.plan, task.child
        assert child is not None
        service.end(task, worker)
        u = self._leads_to_conference.uniform(child.who, task.occasion)
        if u >= plan.spec.enquiry.conference.value:
            self.settle(child)
            return
        conference = self._open(plan.conference, child, case_of(child).discussed_at)
        conference.then = self._conferred
        service.hand_out(conference)
        report = self._open(plan.report, child, service.env.now)
        service.hand_out(report)

    def _conferred(self, task: Task, worker: Worker) -> None:
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        u = self._makes_plan.uniform(child.who, task.occasion)
        makes_plan = u < self.plan.spec.conference.plan.value and child.closing is None
        if makes_plan:
            self.protection.begin_plan(child, task)
        self.settle(child)

    def settle(self, child: Child) -> None:
        """The concern has been dealt with: whoever was brought in for it leaves the case."""
        status.end(self.service, child, status.CONCERN)
        if not child.arriving:
            self.protection.send_home(child)
