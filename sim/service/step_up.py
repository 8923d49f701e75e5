"""Step up: any member of a TAC may ask for social care, at any time (R18 to R29)."""

from __future__ import annotations

from collections.abc import Callable
from math import log
from typing import TYPE_CHECKING

from sim.service.consent import given

if TYPE_CHECKING:
    from sim.service.caf_tac import Tac
    from sim.service.child import Child
    from sim.service.early_help_plan import EarlyHelpPlan
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Worker


class StepUp:
    """Concerns of a team around the child, and what First Response (the MASH) decides."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._u = service.streams["step up"].uniform
        self._worries = service.streams["worries"].uniform

    @property
    def plan(self) -> EarlyHelpPlan:
        """What the scenario says today."""
        plan = self.service.plan.early_help
        assert plan is not None
        return plan

    def watch(self, child: Child, tac: Tac) -> None:
        """A child comes to CAF/TAC: need may be too high already, and people worry."""
        if self.service.plan.serving(child.need):
            self.rises(child, tac)
        if self.plan.worry_days < float("inf"):
            self._next_worry(child, tac, 0)

    def rises(self, child: Child, tac: Tac) -> None:
        """Need is now such as social care serves: somebody will notice."""
        if self.service.plan.serving(child.need):
            delay = self.plan.noticed(self._u(child.who, child.need_occasion << 3))
            self._later(delay, lambda: self._noticed(child, tac))

    def _later(self, days: float, action: Callable[[], None]) -> None:
        self.service.later(self.service.env.now + days, action)

    def _next_worry(self, child: Child, tac: Tac, number: int) -> None:
        occasion = (tac.number << 10) + number
        days = -self.plan.worry_days * log(self._worries(child.who, occasion))

        def worry() -> None:
            if child.strands.get("caf_tac") is tac:
                self._noticed(child, tac, worry=True)
                self._next_worry(child, tac, number + 1)

        self._later(days, worry)

    def _can_ask(self, child: Child, tac: Tac) -> bool:
        here = child.stage is self.service.caf_tac and child.leave is not None
        return here and child.strands.get("caf_tac") is tac

    def _noticed(self, child: Child, tac: Tac, worry: bool = False) -> None:
        """A protection concern goes at once (R19), others after a talk with a manager (R20)."""
        if not self._can_ask(child, tac) or tac.request:
            return
        if not worry and not self.service.plan.serving(child.need):
            return
        tac.request = True
        occasion = child.next_occasion("step_up")
        share = self.plan.spec.step_up.protection.value
        if not worry and self._u(child.who, (occasion << 3) + 1) < share:
            self.protection(child)
        else:
            talk = self.plan.talk(self._u(child.who, (occasion << 3) + 2))
            self._later(talk, lambda: self._ask(child, tac, occasion))

    def protection(self, child: Child) -> None:
        """Refer a protection concern without delay; consent is not waited for (R19, R23)."""
        self.service.recorder.decision(
            child, "step_up_request", "concern=protection;consent=exception"
        )
        self._pack(child).then = None
        self._contact(child, True)

    def _ask(self, child: Child, tac: Tac, occasion: int) -> None:
        """Ask the family first (R22); without consent only where that would do harm (R23, R24)."""
        if not self._can_ask(child, tac):
            return
        consents = given(self.service, child, (1 << 16) + occasion)
        harm = self._u(child.who, (occasion << 3) + 3) < self.plan.spec.step_up.harm.value
        if not consents and not harm:
            self.service.recorder.decision(child, "step_up_not_agreed")
            self._try_later(child, tac, occasion)
            return
        said = "given" if consents else "exception"
        self.service.recorder.decision(child, "step_up_request", f"concern=other;consent={said}")
        self._pack(child).then = self._packed

    def _pack(self, child: Child) -> Task:
        """Ask the lead professional for the papers (R25), or the CAF team where there is none."""
        service, kind = self.service, self.plan.pack
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        team, role = self.plan.desk
        desk = service.teams[team].desk(role) if child.holder is None else None
        return service.hand_out(task, desk)

    def _packed(self, task: Task, worker: Worker) -> None:
        self.service.end(task, worker)
        if task.child is not None and task.child.stage is self.service.caf_tac:
            self._contact(task.child, False)

    def _contact(self, child: Child, protection: bool) -> None:
        service = self.service
        child.referred = service.env.now
        service.recorder.contact(child, "tac", again=True)
        kind = service.plan.screening
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.note = protection
        task.then = self._decided
        service.hand_out(task, service.mash.desk)

    def _decided(self, task: Task, worker: Worker) -> None:
        """First Response accepts, or the TAC carries on and may ask again (R27, R28)."""
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        tac: Tac = child.strands["caf_tac"]
        spec = self.plan.spec.step_up
        risen = bool(service.plan.serving(child.need))
        share = spec.accepted.value if risen else spec.accepted_worries.value
        if not task.note and self._u(child.who, (task.occasion << 3) + 4) >= share:
            service.recorder.decision(child, "step_up_refused")
            self._try_later(child, tac, child.occasions["step_up"])
            return
        outcome = "strategy_discussion" if task.note else "single_assessment"
        service.recorder.decision(child, outcome)
        assert child.stage is not None
        child.stage.depart(child, service.assessment, "step_up")
        for sibling in service.population.siblings_of(child):
            service.recorder.decision(sibling, outcome)
            service.refer(sibling)

    def _try_later(self, child: Child, tac: Tac, occasion: int) -> None:
        tac.request = False
        if self.service.plan.serving(child.need):
            delay = self.plan.asks_again(self._u(child.who, (occasion << 3) + 5))
            self._later(delay, lambda: self._noticed(child, tac))
