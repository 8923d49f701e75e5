"""Before a case is closed: the decision, the family, the agencies; and what keeps it open (C16 on).

The steps follow one another, each a task of whoever it is for; the closing record comes last (see
`closure`). An agency that disagrees is put on record and stops nothing. A case may also have to
stay open though no further work is needed: until the outcomes of the plan are met, and for some
time after a protection plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.service.closing_plan import ClosingPlan
from sim.service.protection import case_of, plan_ended_at
from sim.service.strand import Strand
from sim.service.task import DESK

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker

NAME = "closing"
NEEDS_MET, REFUSED, AWAY = "needs_met", "early_help_refused", "moved_away"
AGREED = "closure_agreed"


class Closing:
    """The steps that come before the closing record."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._dissents = service.streams["agency disagrees with closing"]
        self._answers = service.streams["agencies answer about closing"]

    @property
    def plan(self) -> ClosingPlan:
        """What the scenario says now."""
        return self.service.plan.closing

    def begin(self, child: Child, reason: str, then: Callable[[], None]) -> None:
        """Take the steps that the reason asks for, then go on."""
        number = child.next_occasion(NAME)
        self._next(child, number, self._steps(child, reason, number), then)

    def _steps(self, child: Child, reason: str, number: int) -> Iterator[Kind | None]:
        """Give what is to be done, one after the other; None for what is not asked for."""
        plan = self.plan
        if reason == AWAY:
            yield plan.elsewhere  # C16
        if reason not in (NEEDS_MET, REFUSED):
            return
        by_manager = plan.spec.decision is not None and plan.spec.decision.by == "manager"
        if by_manager or child.minded is not None:
            yield plan.by_manager  # C19
        else:
            yield plan.by_holder  # C17
        yield plan.family  # C20
        yield plan.agencies  # C21
        dissent = plan.spec.disagreement
        chance = dissent.chance.value if dissent is not None else 0.0
        if self._dissents.uniform(child.who, number) < chance:
            yield plan.record  # C23: on record, with the reason for going on; it stops nothing
            yield plan.rationale

    def _next(
        self, child: Child, number: int, steps: Iterator[Kind | None], then: Callable[[], None]
    ) -> None:
        kind = next((kind for kind in steps if kind is not None), None)
        if kind is None:
            then()
            return
        service = self.service
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = lambda task, worker: self._done(task, worker, number, steps, then)
        desk = None
        if kind.role == DESK:
            spec = service.plan.scenario.assessment.sign_off
            desk = service.teams[spec.team].desk(spec.role)
        service.hand_out(task, desk)

    def _done(
        self,
        task: Task,
        worker: Worker,
        number: int,
        steps: Iterator[Kind | None],
        then: Callable[[], None],
    ) -> None:
        service, plan, child = self.service, self.plan, task.child
        assert child is not None
        service.end(task, worker)
        if task.kind in (plan.by_holder, plan.by_manager):
            service.recorder.decision(child, AGREED, f"by={worker.id}")

        def go_on() -> None:
            if child.closing is not None and child.occasions[NAME] == number:
                self._next(child, number, steps, then)

        if task.kind is plan.agencies and plan.answer is not None:
            answer = plan.answer(self._answers.uniform(child.who, number))
            service.later(service.env.now + answer, go_on)
        else:
            go_on()

    def stop(self, child: Child) -> None:
        """The case stays open after all: what was in hand is called off."""
        child.next_occasion(NAME)
        for kind in self.plan.kinds:
            task = child.tasks.pop(kind.promise, None)
            if task is not None:
                self.service.cancel(task, "superseded")


class StillOpen(Strand):
    """What keeps a case open although no further work is needed."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._outcomes = service.streams["outcomes met"]
        self._family_plan = service.streams["family plan after a protection plan"]

    @property
    def plan(self) -> ClosingPlan:
        """What the scenario says now."""
        return self.service.plan.closing

    def need_changed(self, child: Child) -> None:
        """Needs are met from now on; the outcomes of the plan are after some time, of itself."""
        service, met = self.service, self.plan.outcomes_met
        if service.plan.serving(child.need):
            child.strands.pop(NAME, None)
        if met is None or service.plan.serving(child.need) or NAME in child.strands:
            return
        after = met(self._outcomes.uniform(child.who, child.need_occasion))
        child.strands[NAME] = service.env.now + after

    def keeps_open(self, child: Child) -> bool:
        """Whether one of the two tests of closing fails (C18), or a family plan runs (C25)."""
        if child.stage is None or not child.stage.is_hub:
            return False
        return not self.outcomes_are_met(child) or self.has_family_plan(child)

    def outcomes_are_met(self, child: Child) -> bool:
        """Whether the identified outcomes have been met, beside the need (C18)."""
        since: float | None = child.strands.get(NAME)
        return since is None or self.plan.outcomes_met is None or since <= self.service.env.now

    def has_family_plan(self, child: Child) -> bool:
        """Whether a family plan after a protection plan still runs (C25)."""
        spec, ended = self.plan.spec.after_plan, plan_ended_at(child)
        if spec is None or ended is None:
            return False
        if self.service.env.now - ended >= self.plan.after_plan_days:
            return False
        u = self._family_plan.uniform(child.who, case_of(child).plans)
        return bool(u < spec.share.value)
