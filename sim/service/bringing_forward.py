"""Work that is brought forward: to a review that is coming up, or because of what has become known.

A child is seen before the review, a case is talked over beside it; a concern asks for the home to
be looked at now. The next is due an interval after the day it was held, as ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.service.strand import Strand
from sim.service.task import SCHEDULED
from sim.service.turns import takes_turns

if TYPE_CHECKING:
    from sim.scenario.values import Interval
    from sim.service.child import Child
    from sim.service.plan import Plan, StagePlan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Cadence, Kind, Task

BROUGHT = "brought_forward"  # what the log says a due time is from


class Bringing(NamedTuple):
    """What the opening of a task does to another promise of its stage.

    Attributes
    ----------
    promise
        That is brought forward.
    before
        How long before the task it is then due, in working days.
    lately
        If it was kept so short a time ago it is not brought forward, in working days.
    """

    promise: str
    before: int
    lately: int


def compile_bringing(plan: Plan, stage: StagePlan) -> None:
    """Note with each kind of task of a stage what it brings forward, and what status does."""
    tasks = plan.scenario.stages[stage.name].tasks
    by_name = {kind.name: kind for kind in stage.kinds}
    for name, task in tasks.items():
        spec, kind = task.brought_forward, by_name[name]
        if task.every_other is not None and task.every_other.before is not None:
            kind.turn_before = by_name[task.every_other.before].promise
        if spec is None:
            continue
        if spec.by is not None:
            other = by_name[spec.by]
            bringing = Bringing(kind.promise, _days(spec.before), _days(spec.unless_within))
            for held in (other, other.every_other, other.without_plan):
                if held is not None:
                    held.brings = (*held.brings, bringing)
        for status, within in spec.on.items():
            sooner = (kind.promise, plan.cadence(within.value))
            stage.brought_on.setdefault(status, []).append(sooner)


def _days(span: Interval | None) -> int:
    return round(span.value.working_days()) if span is not None else 0


def by_opening(service: Service, task: Task) -> None:
    """A task has opened: bring forward what belongs before it, or beside it."""
    child = task.child
    assert child is not None and child.stage is not None
    hub = service.hubs[child.stage.name]
    now = int(service.env.now)
    for promise, before, lately in task.kind.brings:
        other = child.tasks.get(promise)
        if other is None or other.state != SCHEDULED or now - other.held < lately:
            continue
        own = hub.kind_of(promise)
        if own is not None and own.turn_before == task.kind.promise:
            take_turn(service, hub, other, whose_turn(child, own, task, hub))
        _bring(service, other, max(task.due - before, now + 1))


def whose_turn(child: Child, kind: Kind, before: Task | None, hub: Hub) -> Kind | None:
    """Return what a task is whose other kind belongs before a meeting; None if by turns only.

    Where every other meeting is by telephone, the other kind belongs before one face to face.
    """
    if before is None or kind.every_other is None:
        return None
    met = hub.kind_of(before.kind.promise)
    if met is None or not takes_turns(child, met, hub):
        return None
    return kind if before.kind is met.every_other else kind.every_other


def take_turn(service: Service, hub: Hub, task: Task, kind: Kind | None) -> None:
    """Make a task not yet open the kind whose turn it is."""
    if kind is not None and task.kind is not kind and task.cell == kind.cell:
        hub.becomes(task, kind)


def _bring(service: Service, task: Task, due: int) -> None:
    if due < task.due:
        task.brought = True
        service.schedule(task, due)


class BringingForward(Strand):
    """Brings work forward when something becomes known of a child."""

    def status_changed(self, child: Child, name: str, on: bool) -> None:
        """What the stage says is to be done sooner now is due within its time."""
        stage = child.stage
        if not on or stage is None or not stage.is_hub or child.closing is not None:
            return
        hub = self.service.hubs[stage.name]
        sooner: list[tuple[str, Cadence]] = hub.plan.brought_on.get(name, [])
        for promise, within in sooner:
            task = child.tasks.get(promise)
            if task is not None and task.state == SCHEDULED:
                _bring(self.service, task, within.due_at(int(self.service.env.now)))
