"""The transfer list: a decided move takes time, and a move to a full hub waits (W72 to W88).

All managers look at the list every week: the incoming manager agrees or not, a worker with a
slot is found or not, and what has been decided or objected to since the last look is acted
upon. Everything on the list changes at a look, so that managers hear of it together. What
follows agreement is in `moving`, what the operations manager does in `operations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.move import (
    AT_REVIEW,
    DISCUSSING,
    DISPUTED,
    FAMILY,
    LISTED,
    MANAGERS,
    NO_SLOT,
    RECORDS,
    UPHELD,
    WITHDRAWN,
    Transfer,
)
from sim.service.moving import Moving
from sim.service.operations import Operations

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.worker import Worker


class TransferList:
    """Families waiting for, or in the course of, a move."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.listed: list[Transfer] = []
        self.looked_next = 0
        self.moving = Moving(service)
        self.operations = Operations(service)
        self._agree = service.streams["managers agree"]

    def request(self, child: Child, to: Hub) -> None:
        """Put a child, with the family members held in the same hub, on the list (W73)."""
        service = self.service
        if child.arriving or self.operations.refusal_stands(child, to):
            return  # leaving at this instant: where the child arrives, it is looked at again
        children = [
            member
            for member in child.family.children
            if member.stage is child.stage and member.closing is None and member.transfer is None
        ]
        occasion = children[0].next_occasion("transfer")
        transfer = Transfer(children, to, service.env.now, occasion)
        self.listed.append(transfer)
        for member in children:
            member.transfer = transfer
            service.recorder.transfer(member, "request", to.name)

    def withdraw(self, child: Child, why: str = WITHDRAWN) -> None:
        """Take a child off the list; a family goes on without it unless it was the last."""
        transfer = child.transfer
        if transfer is None:
            return
        service = self.service
        service.recorder.transfer(child, "refuse", transfer.to.name, why)
        child.transfer = None
        self.operations.end_interim(child)
        first = transfer.children[0] is child
        transfer.children.remove(child)
        if transfer.worker is not None:
            transfer.worker.promised -= 1
        if transfer.task is not None and first:
            service.cancel(transfer.task, "superseded")
            child.tasks.pop(transfer.task.kind.promise, None)
            for member in list(transfer.children):
                self.withdraw(member, why)
        if not transfer.children and transfer in self.listed:
            self.listed.remove(transfer)
            if transfer.decision is not None:
                service.cancel(transfer.decision, "superseded")

    def reviewed(self, child: Child) -> None:
        """A planned review has been held, at which a move may take effect (W81)."""
        transfer = child.transfer
        if transfer is not None and transfer.step == AT_REVIEW and transfer.children[0] is child:
            self.moving.move(transfer)

    def day(self, day: int) -> None:
        """Look at the list, once in each interval (W75)."""
        if day < self.looked_next:
            return
        self.looked_next = self.service.plan.next_look(day)
        for transfer in list(self.listed):
            if transfer in self.listed:
                self._look(transfer)

    def _look(self, transfer: Transfer) -> None:
        if transfer.worker is not None and transfer.worker.has_left:
            self._another_worker(transfer)
        if transfer.decided:
            self.operations.carry_out(transfer)
        if transfer.step == LISTED and transfer.children:
            self._consider(transfer)
        elif transfer.step == DISCUSSING and transfer.objection:
            self._object(transfer)
        elif transfer.step == RECORDS:
            self.moving.hand_over_when_ready(transfer)

    def _consider(self, transfer: Transfer) -> None:
        """The incoming manager considers and agrees the move, if there is a slot (W74)."""
        if not transfer.agreed:
            if self._managers_disagree(transfer):
                transfer.objection = MANAGERS
                self._object(transfer)
                return
            transfer.agreed = True
        worker = self._slot(transfer)
        if worker is None and self._waits_long(transfer):
            self.operations.escalate(transfer, NO_SLOT)
            worker = self._slot(transfer)
        if worker is not None:
            self._keep_slot(transfer, worker)

    def _managers_disagree(self, transfer: Transfer) -> bool:
        disagreement = self.service.plan.moves.disagreement
        if disagreement is None:
            return False
        u = self._agree.uniform(transfer.children[0].who, transfer.occasion)
        return bool(u < disagreement.managers.value)

    def _waits_long(self, transfer: Transfer) -> bool:
        plan = self.service.plan
        if transfer.decision is not None or (transfer.forced and plan.moves.operations is None):
            return False
        return self.service.env.now - transfer.since >= plan.escalate_days

    def _object(self, transfer: Transfer) -> None:
        """Somebody does not agree: the operations manager is to decide (W77, W88)."""
        for child in transfer.children:
            self.service.recorder.transfer(child, "refuse", transfer.to.name, transfer.objection)
        transfer.step = DISPUTED
        self.operations.escalate(transfer, transfer.objection)
        transfer.objection = ""

    def overruled(self, transfer: Transfer, objection: str) -> None:
        """The operations manager has decided that the move goes ahead."""
        for child in transfer.children:
            self.service.recorder.decision(child, UPHELD)
        if objection == MANAGERS:
            transfer.agreed = True
            transfer.step = LISTED
        elif objection == FAMILY:
            self._say_agreed(transfer)
            transfer.step = RECORDS

    def _say_agreed(self, transfer: Transfer) -> None:
        for child in transfer.children:
            self.service.recorder.transfer(child, "agree", transfer.to.name)

    def _keep_slot(self, transfer: Transfer, worker: Worker) -> None:
        transfer.worker = worker
        worker.promised += len(transfer.children)
        if transfer.decision is not None:  # a slot has come free before it was decided
            self.service.cancel(transfer.decision, "superseded")
            transfer.decision = None
        self._say_agreed(transfer)
        self.moving.begin(transfer)

    def _slot(self, transfer: Transfer) -> Worker | None:
        """Return the least loaded worker there, if the limit's policy lets the family in."""
        plan = transfer.to.plan
        worker = self.service.allocation.least_loaded(transfer.children[0], plan.team, plan.holder)
        if worker is None or worker.limit is None or worker.post.at_limit != "stop_transfers_in":
            return worker
        limit = worker.limit * (worker.post.force_to if transfer.forced else 1.0)
        return worker if worker.load + len(transfer.children) <= limit else None

    def _another_worker(self, transfer: Transfer) -> None:
        """Who was to take the children on has left: a peer does, above the limit if need be."""
        plan, gone, lead = transfer.to.plan, transfer.worker, transfer.children[0]
        peer = self.service.allocation.least_loaded(lead, plan.team, plan.holder)
        if peer is not None and gone is not None:
            gone.promised -= len(transfer.children)
            peer.promised += len(transfer.children)
            transfer.worker = peer
            self.service.rehome(lead)

    def arrived(self, child: Child) -> None:
        """A child has entered the hub: the slot kept for it is taken."""
        transfer, child.transfer = child.transfer, None
        if transfer is None or transfer.worker is None:
            return
        transfer.worker.promised -= 1
        if transfer.children[0] is child:
            self.moving.take_up(transfer)
