"""Open to Review: how children come in, what is done between reviews, and who goes out at once.

Three ways in (O21): when the first plan has been made, at a review, and in supervision. The team
manager decides with the worker who holds the case (O22, O37); the family is written to (O19,
O23) and may object (O20); nobody else has to agree. Whether a child may be held here is asked of
the stage's rules (`rules_open_to_review`), again at every step, at each review (O33), and when
managers look at the caseload (O46).
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sim.service.placing import decide, move_now, suitable
from sim.service.rule import barred_by
from sim.service.status import CONCERN, LOOKED_AFTER, PROTECTION_PLAN, SHORT_BREAK_LOOKED_AFTER
from sim.service.strand import Strand
from sim.service.task import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.sections.open_to_review import OpenToReview as Spec
    from sim.scenario.sections.open_to_review import Step, Urgent
    from sim.service.child import Child
    from sim.service.diary import Diary
    from sim.service.place import Place
    from sim.service.plan import Plan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker

NAME = "open_to_review"
AT_ONCE = (CONCERN, PROTECTION_PLAN, LOOKED_AFTER, SHORT_BREAK_LOOKED_AFTER)
DUTY = "duty"
BETWEEN = "urgent_matter"
CALL = "direct_payment_call"


class OpenToReviewPlan:
    """The protocol compiled for running.

    Attributes
    ----------
    decision, representation
        The manager's two tasks, by the stage that holds the child.
    desks
        Team and role of the managers: each team's share one diary.
    """

    def __init__(self, plan: Plan, spec: Spec) -> None:
        self.spec = spec
        self.desks = {(stage.team, spec.manager) for stage in plan.stages}
        self.decision = {s.name: self._managers(plan, s.name, "decision") for s in plan.stages}
        self.representation = {
            s.name: self._managers(plan, s.name, "representation") for s in plan.stages
        }
        self.letter = self._step(plan, "open_to_review_letter", "service", spec.letter)
        self.urgent: Kind | None = None
        if spec.urgent is not None:
            serving = plan.stage_named[spec.urgent.stage]
            self.urgent = self._step(plan, BETWEEN, "service", spec.urgent)
            self.urgent.pool = plan.pool(f"{serving.team}.{serving.worker}")
            self.urgent.role = DESK
        self.calls: Kind | None = None
        if spec.direct_payment_calls is not None:
            self.calls = self._step(plan, CALL, "service", spec.direct_payment_calls)
        self.again_days = spec.objection.again_after.value.working_days()

    def _managers(self, plan: Plan, stage: str, what: str) -> Kind:
        step = self.spec.decision if what == "decision" else self.spec.objection.representation
        kind = self._step(plan, f"open_to_review_{what}", stage, step)
        kind.pool = plan.pool(f"{plan.stage_named[stage].team}.{self.spec.manager}")
        kind.role = DESK
        return kind

    def _step(self, plan: Plan, name: str, where: str, step: Step | Urgent) -> Kind:
        kind = plan.kind(name, where, step.hours, step.priority)
        kind.once_within = plan.cadence(step.within.value)
        return kind


class Record:
    """What is kept about a child: a move under way, and what came of the last."""

    __slots__ = ("not_before", "spell", "under_way")

    def __init__(self) -> None:
        self.under_way = False
        self.not_before = 0.0  # after an objection that was upheld
        self.spell = 0  # how often the child has come in


class OpenToReview(Strand):
    """Brings children into the stage, and takes out at once those who must not be in it."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        plan = service.plan.open_to_review
        assert plan is not None
        self.hub = service.hubs[plan.spec.stage]
        self.looked_next = 0
        streams = service.streams
        self._looks = streams["open to review supervision"]
        self._objects = streams["open to review objection"]
        self._mends = streams["open to review outcomes"]
        self._urgent = streams["open to review urgent"]
        self._calls = streams["calls about direct payments"]

    @property
    def plan(self) -> OpenToReviewPlan:
        """The protocol as it is now."""
        plan = self.service.plan.open_to_review
        assert plan is not None
        return plan

    def _record(self, child: Child) -> Record:
        record: Record = child.strands.get(NAME) or child.strands.setdefault(NAME, Record())
        return record

    # --- three ways in, and out ------------------------------------------------------------

    def done(self, child: Child, task: Task) -> None:
        """After the assessment: as soon as there is a plan (O21)."""
        if task.kind.name == self.plan.spec.assessed_by and self._may_come(child):
            self.propose(child)

    def looked(self, child: Child, task: Task) -> None:
        """A review may mend a plan without clear outcomes (O13); what it decides comes after."""
        if task.kind.decides and not child.clear_outcomes:
            u = self._mends.uniform(child.who, child.occasions[task.kind.name])
            if u < self.plan.spec.outcomes_mended.value:
                child.clear_outcomes = True
                self.service.recorder.status(child, "clear_outcomes", True, "")

    def sees_to(self, child: Child, to: Hub) -> bool:
        """See to a move that a review has called for, if it is to Open to Review."""
        if to is self.hub:
            self.propose(child)
        return to is self.hub

    def day(self, day: int) -> None:
        """In supervision managers and workers look at part of the caseload (O21, O46)."""
        if day < self.looked_next:
            return
        service, spec = self.service, self.plan.spec.supervision
        self.looked_next = service.plan.calendar.due(float(day), spec.every.value)
        for child in service.children:
            place = child.stage
            if place is None or not place.is_hub or child.closing is not None:
                continue
            if self._looks.uniform(child.who, day) >= spec.share.value:
                continue
            if place is self.hub:
                self._test_again(child)
            elif self._may_come(child):
                decide(service, child, service.hubs[place.name])

    def _test_again(self, child: Child) -> None:
        if barred_by(child, self.hub) is not None:
            decide(self.service, child, self.hub)

    def _may_come(self, child: Child) -> bool:
        serves = self.hub.name in self.service.plan.serving(child.known)
        return serves and suitable(self.service, child) is self.hub

    # --- the move ----------------------------------------------------------------------------

    def propose(self, child: Child) -> None:
        """Ask the team manager to decide with the worker who holds the case (O22)."""
        record = self._record(child)
        if record.under_way or self.service.env.now < record.not_before:
            return
        record.under_way = True
        self._ask_manager(child, self.plan.decision, self._decided)

    def _ask_manager(
        self, child: Child, kinds: dict[str, Kind], then: Callable[[Task, Worker], None]
    ) -> None:
        stage = child.stage
        assert stage is not None
        service, kind = self.service, kinds[stage.name]
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = then
        team = service.hubs[stage.name].plan.team
        service.hand_out(task, service.teams[team].desk(self.plan.spec.manager))

    def _still(self, child: Child) -> bool:
        """Whether the move may go on; if not, it is given up."""
        on = child.closing is None and child.transfer is None and self._may_come(child)
        self._record(child).under_way = on
        return on

    def _decided(self, task: Task, manager: Worker) -> None:
        """The manager's note says why, and when the first review is (O37, O38)."""
        service, child = self.service, task.child
        assert child is not None
        service.end(task, manager)
        if not self._still(child):
            service.recorder.decision(child, "not_open_to_review")
            return
        service.recorder.decision(child, NAME, f"first_review={self._first_review(child)}")
        kind = self.plan.letter
        letter = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        letter.then = self._written
        service.hand_out(letter)

    def _first_review(self, child: Child) -> str:
        calendar = self.service.plan.calendar
        return calendar.date(float(self.hub.first_due(child, "cin_review") - 1)).isoformat()

    def _written(self, task: Task, worker: Worker) -> None:
        """The family has been told who the worker will be and why (O19, O23); it may object."""
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        if not self._still(child):
            return
        u = self._objects.uniform(child.who, task.occasion << 1)
        if u < self.plan.spec.objection.chance.value:
            service.recorder.decision(child, "objection")
            self._ask_manager(child, self.plan.representation, self._heard)
        else:
            self._move(child)

    def _heard(self, task: Task, manager: Worker) -> None:
        """The manager has heard the family's representation (O20)."""
        service, child = self.service, task.child
        assert child is not None
        service.end(task, manager)
        if not self._still(child):
            return
        u = self._objects.uniform(child.who, (task.occasion << 1) + 1)
        if u < self.plan.spec.objection.upheld.value:
            service.recorder.decision(child, "objection_upheld")
            record = self._record(child)
            record.under_way = False
            record.not_before = service.env.now + self.plan.again_days
        else:
            service.recorder.decision(child, "objection_not_upheld")
            self._move(child)

    def _move(self, child: Child) -> None:
        """On the decision, if a worker has room; otherwise by the transfer list (X20, X21)."""
        self._record(child).under_way = False
        worker = self._room(child)
        if worker is None or self.plan.spec.moves_by == "list":
            self.service.transfers.request(child, self.hub)
        else:
            move_now(self.service, child, self.hub, "step_down", worker)

    def _room(self, child: Child) -> Worker | None:
        plan = self.hub.plan
        worker = self.service.allocation.least_loaded(child, plan.team, plan.holder)
        if worker is None or worker.post.limit is None:
            return worker
        full = worker.load + 1 > worker.post.limit
        return None if full and worker.post.at_limit == "stop_transfers_in" else worker

    # --- while there ---------------------------------------------------------------------------

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """Urgent matters will come up between reviews."""
        if hub is self.hub:
            record = self._record(child)
            record.spell += 1
            self._next_urgent(child, record.spell, 0)
            self._next_call(child, record.spell, 0)

    def leaving(self, child: Child, to: Place | None) -> None:
        """A move that was under way ends with the stay in the stage it began in."""
        self._record(child).under_way = False

    def status_changed(self, child: Child, name: str, on: bool) -> None:
        """Safeguarding does not wait; whatever else is found to bar the child is decided now."""
        if not on or child.stage is not self.hub or child.closing is not None:
            return
        if name in AT_ONCE:
            service = self.service
            to = self._safe(child)
            attached = child.attached.get("social_worker")
            holder = attached if attached and attached.post.team == to.plan.team else None
            holder = holder or service.allocation.least_loaded(child, to.plan.team, to.plan.holder)
            move_now(service, child, to, "step_up", holder)
        else:
            self._test_again(child)

    def _safe(self, child: Child) -> Hub:
        """Return where a child who must not be here is held: where strands, or plans, say."""
        service = self.service
        for strand in service.strands:
            required = strand.requires(child)
            if required is not None and required is not self.hub:
                return required
        return service.hubs[service.plan.scenario.assessment.plans_in]

    def _next_urgent(self, child: Child, spell: int, number: int) -> None:
        service, spec = self.service, self.plan.spec.urgent
        if spec is None or spec.rate.value <= 0.0:
            return
        u = self._urgent.uniform(child.who, (spell << 16) + number)
        when = service.env.now - service.plan.days_a_year / spec.rate.value * log(u)

        def comes_up() -> None:
            if child.stage is self.hub and self._record(child).spell == spell:
                self._urgent_matter(child)
                self._next_urgent(child, spell, number + 1)

        service.later(when, comes_up)

    def _next_call(self, child: Child, spell: int, number: int) -> None:
        """A family that wants to spend direct payments differently rings at any time (O36)."""
        service, kind, spec = self.service, self.plan.calls, self.plan.spec.direct_payment_calls
        if kind is None or spec is None or spec.rate.value <= 0.0:
            return
        u = self._calls.uniform(child.who, (spell << 16) + number)
        when = service.env.now - service.plan.days_a_year / spec.rate.value * log(u)

        def rings() -> None:
            if child.stage is not self.hub or self._record(child).spell != spell:
                return
            if kind.promise not in child.tasks:
                occasion = child.next_occasion(kind.name)
                service.hand_out(service.open_now(kind, child, child.id, occasion))
            self._next_call(child, spell, number + 1)

        service.later(when, rings)

    def _urgent_matter(self, child: Child) -> None:
        """What cannot wait goes to the duty worker (O35), else to whoever has fewest cases."""
        service, kind, spec = self.service, self.plan.urgent, self.plan.spec.urgent
        if kind is None or spec is None or kind.promise in child.tasks:
            return
        diary = self._duty(child, spec.stage)
        if diary is not None:
            occasion = child.next_occasion(kind.name)
            service.hand_out(service.open_now(kind, child, child.id, occasion), diary)

    def _duty(self, child: Child, stage: str) -> Diary | None:
        plan = self.service.hubs[stage].plan
        team = self.service.teams[plan.team]
        if DUTY in team.desks:
            return team.desk(DUTY)
        worker = self.service.allocation.least_loaded(child, plan.team, plan.worker)
        return worker.diary if worker is not None else None
