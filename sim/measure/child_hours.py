"""Whose hours go to the children of each stage: sittings for a child, and a share of the calls.

What belongs to no child (duty, supervision, other contacts at the front door, what posts reserve)
is left out; hours blocked for each child held are counted as if they were all used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.service.child import Child
    from sim.service.plan import Plan, StagePlan
    from sim.service.task import Task
    from sim.service.worker import Worker


class ChildHours:
    """Hours by month, stage and pool, kept while a replication runs.

    Parameters
    ----------
    plan
        The scenario.
    stages
        Names of the stages, in the order of the accounts.

    Attributes
    ----------
    hours
        Hours worked for the children of a stage: by month, stage and pool.
    """

    def __init__(self, plan: Plan, stages: Sequence[str]) -> None:
        self._stage = {name: number for number, name in enumerate(stages)}
        self._calls = plan.contacts.number
        # Of each worker the task in hand, and the hours of it that are counted already.
        self._in_hand: dict[Worker, tuple[Task, float]] = {}
        self.hours = [[[0.0] * len(plan.pools) for _ in stages] for _ in plan.calendar.months]
        self._now = self.hours[0]

    def started(self, task: Task, worker: Worker) -> None:
        """A worker takes a task in hand, some of which may have been done before."""
        self._in_hand[worker] = (task, task.spent)

    def stopped(self, task: Task, worker: Worker) -> None:
        """The worker puts it down, or has finished."""
        in_hand = self._in_hand.pop(worker, None)
        if in_hand is not None:
            self._count(task, worker, task.spent - in_hand[1])

    def month_end(self, month: int, now: float, plan: Plan, child_days: Sequence[float]) -> None:
        """Count what has been done of the tasks in hand, and begin the next month.

        Parameters
        ----------
        plan
            What the scenario says now.
        child_days
            Days that children have been in each stage in the month.
        """
        for worker, (task, before) in self._in_hand.items():
            done = task.spent
            if worker.current is task:
                done += (now - task.since) * task.rate
            self._count(task, worker, done - before)
            self._in_hand[worker] = (task, done)
        for stage in plan.stages:
            days = child_days[self._stage[stage.name]]
            for pool, blocked in blocked_for(plan, stage):
                self._now[self._stage[stage.name]][pool] += days * blocked
        if month + 1 < len(self.hours):
            self._now = self.hours[month + 1]

    def _count(self, task: Task, worker: Worker, hours: float) -> None:
        if task.child is not None:
            self.spent(task.child, worker.post.pool, hours)
        elif task.kind.number == self._calls:
            self._share_out(worker, hours)

    def _share_out(self, worker: Worker, hours: float) -> None:
        """Calls are about all children a worker has, by what their stage says of each."""
        plan = worker.service.plan
        weights = [
            (child, plan.stage_named[child.stage.name].contact_hours)
            for child in worker.cases
            if child.stage is not None and child.stage.is_hub
        ]
        weights += [
            (child, plan.stage_named[child.stage.name].assigned_contact_hours)
            for child in worker.assigned
            if child.stage is not None and child.stage.is_hub
        ]
        total = sum(weight for _, weight in weights)
        if total > 0.0:
            for child, weight in weights:
                self.spent(child, worker.post.pool, hours * weight / total)

    def spent(self, child: Child, pool: int, hours: float) -> None:
        """Count hours worked for a child, in the stage it is in."""
        if child.stage is not None:
            self._now[self._stage[child.stage.name]][pool] += hours

    def of_stage(self, month: int, stage: int) -> list[float]:
        """Return the hours of each pool for the children of a stage in a month."""
        return self.hours[month][stage]


def blocked_for(plan: Plan, stage: StagePlan) -> list[tuple[int, float]]:
    """Return the hours a day blocked for each child of a stage, by pool."""
    pairs = ((stage.holder, stage.reserve), (stage.assigned, stage.assigned_reserve))
    return [
        (plan.pools.index(f"{stage.team}.{role}"), hours) for role, hours in pairs if role and hours
    ]
