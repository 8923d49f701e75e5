"""The transfer list: a decided move takes time, and a move to a full hub waits (W72 to W82).

A look at the list every week; agreement when a worker there has a slot; records and
introductions by the old holder, who serves the child meanwhile; then the move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task
    from sim.service.worker import Worker


class Transfer:
    """One family on the list."""

    __slots__ = ("children", "escalated", "hand_over", "since", "to", "worker")

    def __init__(self, children: list[Child], to: Hub, since: float) -> None:
        self.children = children
        self.to = to
        self.since = since
        self.worker: Worker | None = None
        self.escalated = False
        self.hand_over: Task | None = None


class TransferList:
    """Families waiting for, or in the course of, a move."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.listed: list[Transfer] = []
        self.looked_next = 0

    def request(self, child: Child, to: Hub) -> None:
        """Put a child, with the family members held in the same hub, on the list."""
        service = self.service
        children = [
            member
            for member in child.family.children
            if member.stage is child.stage and member.closing is None and member.transfer is None
        ]
        transfer = Transfer(children, to, service.env.now)
        self.listed.append(transfer)
        for member in children:
            member.transfer = transfer
            service.recorder.transfer(member, "request", to.name)

    def withdraw(self, child: Child) -> None:
        """Take a child off the list; a family goes on without it unless it was the last."""
        transfer = child.transfer
        if transfer is None:
            return
        self.service.recorder.transfer(child, "refuse", transfer.to.name)
        child.transfer = None
        first = transfer.children[0] is child
        transfer.children.remove(child)
        if transfer.worker is not None:
            transfer.worker.promised -= 1
        if transfer.hand_over is not None and (first or not transfer.children):
            self.service.cancel(transfer.hand_over, "superseded")
            child.tasks.pop(transfer.hand_over.kind.promise, None)
            for member in list(transfer.children):
                self.withdraw(member)
        if not transfer.children and transfer in self.listed:
            self.listed.remove(transfer)

    def day(self, day: int) -> None:
        """Look at the list, once in each interval (W75)."""
        if day < self.looked_next:
            return
        self.looked_next = self.service.plan.next_look(day)
        for transfer in list(self.listed):
            if transfer.worker is None:
                self._consider(transfer)

    def _consider(self, transfer: Transfer) -> None:
        service = self.service
        waited = service.env.now - transfer.since
        if not transfer.escalated and waited >= service.plan.escalate_days:
            transfer.escalated = True
            for child in transfer.children:
                service.recorder.transfer(child, "escalate", transfer.to.name)
        worker = self._slot(transfer)
        if worker is None:
            return
        transfer.worker = worker
        worker.promised += len(transfer.children)
        for child in transfer.children:
            service.recorder.transfer(child, "agree", transfer.to.name)
        self._managers_time(transfer)
        child = transfer.children[0]
        kind = service.plan.hand_over
        further = len(transfer.children) - 1
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.hours += further * service.plan.sibling_hours
        task.left = task.hours
        task.then = self._handed_over
        transfer.hand_over = task
        service.hand_out(task)

    def _slot(self, transfer: Transfer) -> Worker | None:
        """Return the least loaded worker there, if the limit's policy lets the family in."""
        plan = transfer.to.plan
        worker = self.service.allocation.least_loaded(transfer.children[0], plan.team, plan.holder)
        if (
            worker is None
            or worker.post.limit is None
            or worker.post.at_limit != "stop_transfers_in"
        ):
            return worker
        limit = worker.post.limit * (worker.post.force_to if transfer.escalated else 1.0)
        return worker if worker.load + len(transfer.children) <= limit else None

    def _managers_time(self, transfer: Transfer) -> None:
        """Both team managers take part in a move (W72)."""
        service = self.service
        child = transfer.children[0]
        hub = child.stage
        for team in dict.fromkeys((service.hubs[hub.name].plan.team, transfer.to.plan.team)):  # type: ignore[union-attr]
            for role, desk in service.teams[team].desks.items():
                kind = service.plan.agree
                task = service.open_now(
                    kind, None, f"{child.id}@{team}.{role}", child.next_occasion("agree")
                )
                service.hand_out(task, desk)

    def _handed_over(self, task: Task, worker: Worker) -> None:
        service = self.service
        child = task.child
        assert child is not None
        transfer = child.transfer
        service.end(task, worker)
        if transfer is None:
            return
        self.listed.remove(transfer)
        for member in list(transfer.children):
            here = member.stage
            assert here is not None
            up = transfer.to.number < here.number
            service.recorder.transfer(member, "complete", transfer.to.name)
            here.depart(member, transfer.to, "step_up" if up else "step_down")

    def arrived(self, child: Child) -> None:
        """A child has entered the hub: the slot kept for it is taken."""
        transfer, child.transfer = child.transfer, None
        if transfer is None or transfer.worker is None:
            return
        transfer.worker.promised -= 1
        if transfer.children[0] is child:
            kind = self.service.plan.take_up
            self.service.hand_out(
                self.service.open_now(kind, child, child.id, child.next_occasion(kind.name))
            )
