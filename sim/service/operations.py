"""The operations manager: disagreements about moves, and moves without a slot (W77, W78, W88).

A question put to the operations manager is a task on their desk, and the answer is acted upon
at the managers' next look at the list. For a move without a slot the answer is interim case
management: allocate over the limit, relax visits, attach a family support worker who does
them, or hold. While the move still waits, the question comes back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.attached_work import AttachedWork
from sim.service.move import NO_SLOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.service.child import Child
    from sim.service.move import Transfer
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task
    from sim.service.worker import Worker

ALLOCATE_OVER, RELAX, ATTACH, HOLD = (
    "allocate_over",
    "relax_visits",
    "attach_family_support",
    "hold",
)
INTERIM = (ALLOCATE_OVER, RELAX, ATTACH, HOLD)
REFUSED = "operations_manager"


class Operations:
    """What is put to the operations manager, and what comes of it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._decides = service.streams["operations manager"]
        self._refused: dict[Child, tuple[str, str, int]] = {}  # hub, need, until when

    def escalate(self, transfer: Transfer, why: str) -> None:
        """Put a move to the operations manager; without one, the limit is simply exceeded."""
        service, lead = self.service, transfer.children[0]
        for child in transfer.children:
            service.recorder.transfer(child, "escalate", transfer.to.name, why)
        transfer.asked += 1
        if service.plan.moves.operations is None:
            transfer.forced = True
            transfer.since = service.env.now
            return

        def decided(task: Task, worker: Worker) -> None:
            service.end(task, worker)
            transfer.decision = None
            transfer.decided = why

        transfer.decision = self.ask(lead, decided_by=decided)

    def ask(self, child: Child, decided_by: Callable[[Task, Worker], None]) -> Task:
        """Put a question about a child on the operations manager's desk."""
        service = self.service
        spec, kind = service.plan.moves.operations, service.plan.escalation
        assert spec is not None and kind is not None
        number = child.next_occasion(kind.name)
        task = service.open_now(kind, None, child.id, number)
        task.then = decided_by
        return service.hand_out(task, service.teams[spec.team].desk(spec.role))

    def carry_out(self, transfer: Transfer) -> None:
        """Act upon a decision, at the look at the list that follows it."""
        about, transfer.decided = transfer.decided, ""
        if about == NO_SLOT:
            transfer.since = self.service.env.now
            if transfer.worker is None:
                self._manage_meanwhile(transfer)
        elif self._upheld(transfer):
            self.service.transfers.overruled(transfer, about)
        else:
            self._drop(transfer)

    def _draw(self, transfer: Transfer) -> float:
        occasion = (transfer.occasion << 8) + transfer.asked
        return self._decides.uniform(transfer.children[0].who, occasion)

    def _upheld(self, transfer: Transfer) -> bool:
        spec = self.service.plan.moves.operations
        assert spec is not None
        share = spec.upholds_step_up if transfer.steps_up else spec.upholds_step_down
        return bool(self._draw(transfer) < share.value)

    def _drop(self, transfer: Transfer) -> None:
        """The move does not go ahead, and is not asked for again while nothing changes."""
        service = self.service
        spec = service.plan.moves.operations
        assert spec is not None
        until = service.plan.calendar.due(service.env.now, spec.stands_for.value)
        for child in list(transfer.children):
            self._refused[child] = (transfer.to.name, child.known, until)
            service.transfers.withdraw(child, REFUSED)

    def refusal_stands(self, child: Child, to: Hub) -> bool:
        """Whether the operations manager has said no to this move for the need as it is."""
        refused = self._refused.get(child)
        if refused is None:
            return False
        hub, need, until = refused
        return (hub, need) == (to.name, child.known) and self.service.env.now < until

    # --- interim case management -----------------------------------------------------------

    def _manage_meanwhile(self, transfer: Transfer) -> None:
        choose = self.service.plan.interim
        assert choose is not None
        option = choose(self._draw(transfer))
        if option == ALLOCATE_OVER:
            transfer.forced = True
        for child in transfer.children:
            self.service.recorder.decision(child, f"interim_{option}")
            here = self.service.hubs[child.stage.name]  # type: ignore[union-attr]
            if option == RELAX:
                here.relax(child)
            elif option == ATTACH and (support := self._family_support()) is not None:
                support.take_visits(child)

    def end_interim(self, child: Child) -> None:
        """The child stays after all: visits are as frequent, and by whom, as before."""
        support = self._family_support()
        if support is not None:
            support.end_visits(child)
        if child.relaxed and child.stage is not None:
            self.service.hubs[child.stage.name].tighten(child)

    def _family_support(self) -> AttachedWork | None:
        return next((s for s in self.service.strands if isinstance(s, AttachedWork)), None)
