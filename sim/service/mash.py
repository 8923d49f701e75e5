"""The MASH: the county's front door, which decides within a working day (W1, F1).

About one contact in twenty-five concerns this service; the others are the background
that loads the desk, so that its delay is the county's and not a private queue's.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

from sim.service.journey import journey
from sim.service.place import Place
from sim.service.task import OPEN, Task

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.worker import Worker

ASSESSED = ("single_assessment", "strategy_discussion")


class Mash(Place):
    """The desk at which contacts are screened."""

    name = "mash"
    number = -2

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        spec = service.plan.scenario.mash
        self.desk = service.teams[spec.team].desk(spec.role)
        self._outcomes = service.streams["front door outcome"]
        self._accepts = service.streams["early help accepted"]
        self._accepted = service.streams["accepted again"]
        self._others = service.streams["other contacts"]
        self._spare: list[Task] = []  # bundles that are done, to be used again

    def day(self, day: int) -> None:
        """Today's other contacts arrive, in bundles."""
        service = self.service
        background = service.plan.scenario.mash.background
        if background is None:
            return
        plan = service.plan
        bundle = background.bundle.value
        mean = background.rate.value / plan.days_a_year / bundle
        kind = plan.background
        assert kind.once_within is not None
        hours = plan.scenario.mash.hours.value.mean() * bundle
        due = kind.once_within.due_at(day)
        for number in range(_poisson(mean, self._others.uniform(0, day))):
            task = self._spare.pop() if self._spare else Task(kind, None, 0, "county")
            task.kind = kind
            task.priority = kind.priority
            task.occasion = day * 1000 + number
            task.cadence = kind.once_within
            task.then = self._bundle_done
            task.state = OPEN
            task.spent = 0.0
            task.opened = float(day)
            task.due = due
            task.hours = task.left = hours
            task.diary = self.desk
            service.recorder.task_open(task)
            self.desk.put(task, task.priority)

    def _bundle_done(self, task: Task, worker: Worker) -> None:
        self.service.end(task, worker)
        self._spare.append(task)

    def contact(self, child: Child, accepted: float | None = None) -> None:
        """A contact is put on the desk.

        Parameters
        ----------
        accepted
            Of a family that comes back for the same thing: the chance that it is assessed.
        """
        service = self.service
        child.referred = service.env.now
        child.stage = self
        service.recorder.stage_enter(child, None)
        kind = service.plan.screening
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = self._screened
        task.note = accepted
        service.hand_out(task, self.desk)

    def _screened(self, task: Task, worker: Worker) -> None:
        service = self.service
        child = task.child
        assert child is not None
        service.end(task, worker)
        outcome = self._outcome(child, task)
        for strand in service.strands:
            outcome = strand.screened(child, outcome)
        service.recorder.decision(child, outcome)
        if outcome in ASSESSED:
            self._leave(child, service.assessment, outcome)
            service.refer(child)
            for sibling in service.population.siblings_of(child):
                service.recorder.decision(sibling, outcome)
                service.refer(sibling)
            return
        if outcome == "early_help":
            accepts = service.plan.scenario.mash.early_help_accepts.value
            if self._accepts.uniform(child.who, task.occasion) >= accepts:
                outcome = "early_help_refused"
            elif service.caf_tac is not None:
                service.caf_tac.agreed_at_the_door(child)
                self._leave(child, service.caf_tac, outcome)
                service.env.process(journey(child, service, service.caf_tac))
                return
        self._leave(child, None, outcome)
        service.closed(child)

    def _outcome(self, child: Child, task: Task) -> str:
        """Decide; those who come back for the same thing are assessed more often than others."""
        plan = self.service.plan
        again = task.note is not None and not plan.serving(child.need)
        if again and self._accepted.uniform(child.who, task.occasion) < task.note:
            return ASSESSED[0]
        return plan.outcomes[child.need](self._outcomes.uniform(child.who, task.occasion))

    def _leave(self, child: Child, to: Place | None, reason: str) -> None:
        child.next_stage = to
        child.leave_reason = reason
        self.service.recorder.stage_leave(child, reason)
        child.next_stage = None

    def withdraw(self, child: Child, reason: str) -> None:
        """The case ends while the contact is still on the desk."""
        for promise, task in list(child.tasks.items()):
            self.service.cancel(task, "closed")
            del child.tasks[promise]
        self._leave(child, None, reason)
        self.service.closed(child)


def _poisson(mean: float, u: float) -> int:
    """Quantile of a Poisson count, by summing its probabilities."""
    count = 0
    probability = exp(-mean)
    total = probability
    while u > total and count < 10_000:
        count += 1
        probability *= mean / count
        total += probability
    return count
