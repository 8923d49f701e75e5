"""From agreement to the move: discussion, records, introductions, endings (W79 to W82).

The old holder serves the child until the instant of the move. A joint visit introduces the new
worker, or the next planned review is where the move takes effect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.move import AT_REVIEW, DISCUSSING, FAMILY, IN_HAND, RECORDS
from sim.service.task import DONE, SCHEDULED

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.service.child import Child
    from sim.service.move import Transfer
    from sim.service.service import Service
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker


class Moving:
    """The course of agreed moves."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._family = service.streams["family agrees"]
        self._at_review = service.streams["move at a review"]
        self._joins = service.streams["hours/introduction_second"]

    def begin(self, transfer: Transfer) -> None:
        """The move is agreed: both managers' time, and a talk with the child and family."""
        self._managers_time(transfer)
        kind = self.service.plan.discussion
        if kind is None:
            self.hand_over_when_ready(transfer)
            return
        transfer.step = DISCUSSING
        self._do(transfer, kind, self._discussed)

    def _managers_time(self, transfer: Transfer) -> None:
        """Both team managers take part in a move (W72)."""
        service = self.service
        child = transfer.children[0]
        here = service.hubs[child.stage.name]  # type: ignore[union-attr]
        for team in dict.fromkeys((here.plan.team, transfer.to.plan.team)):
            for role, desk in service.teams[team].desks.items():
                kind = service.plan.agree
                task = service.open_now(
                    kind, None, f"{child.id}@{team}.{role}", child.next_occasion("agree")
                )
                service.hand_out(task, desk)

    def _do(
        self, transfer: Transfer, kind: Kind, then: Callable[[Task, Worker], None], more: float = 0
    ) -> Task:
        """Open the next piece of work for a move; `more` hours for each further child."""
        service, child = self.service, transfer.children[0]
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.hours += (len(transfer.children) - 1) * more
        task.left = task.hours
        task.then = then
        transfer.task = task
        service.hand_out(task)
        return task

    def _discussed(self, task: Task, worker: Worker) -> None:
        """The family has been asked what they think of the move (W79, W88)."""
        service, transfer = self.service, self._of(task)
        service.end(task, worker)
        if transfer is None:
            return
        transfer.task = None
        disagreement = service.plan.moves.disagreement
        u = self._family.uniform(transfer.children[0].who, transfer.occasion)
        if disagreement is not None and u < disagreement.family.value:
            transfer.objection = FAMILY  # managers hear of it at their next look at the list
        else:
            self.hand_over_when_ready(transfer)

    def _of(self, task: Task) -> Transfer | None:
        first = task.first or task
        transfer = first.child.transfer if first.child is not None else None
        return transfer if transfer is not None and transfer.task is first else None

    # --- records ---------------------------------------------------------------------------

    def hand_over_when_ready(self, transfer: Transfer) -> None:
        """Hand over once the records are up to date; if not, managers ask again (W80)."""
        plan = self.service.plan
        transfer.step = RECORDS
        if plan.moves.records_first and not all(map(self._up_to_date, transfer.children)):
            return
        transfer.step = IN_HAND
        self._do(transfer, plan.hand_over, self._handed_over, plan.sibling_hours)

    def _up_to_date(self, child: Child) -> bool:
        """Whether no plan is still to be written, and no review that renews it is past due."""
        now = self.service.env.now
        for task in child.tasks.values():
            if task.state in (SCHEDULED, DONE):
                continue
            kind = task.kind
            if kind.timescale is not None and kind.once_within is not None:
                return False
            if kind.decides and task.due <= now:
                return False
        return True

    # --- introductions ---------------------------------------------------------------------

    def _handed_over(self, task: Task, worker: Worker) -> None:
        service, transfer = self.service, self._of(task)
        service.end(task, worker)
        if transfer is None:
            return
        transfer.task = None
        kind = service.plan.introduction
        if kind is None:
            self.move(transfer)
        elif self._waits_for_review(transfer):
            transfer.step = AT_REVIEW
        else:
            further = service.plan.sibling_hours
            second = self._do(transfer, kind, self._introduced, further).second
            assert second is not None
            second.then = self._introduced

    def _waits_for_review(self, transfer: Transfer) -> bool:
        """Whether a step down takes effect at the next planned review, if one is near (W81)."""
        spec = self.service.plan.moves.introduction
        lead = transfer.children[0]
        assert spec is not None
        if transfer.steps_up:
            return False
        if self._at_review.uniform(lead.who, transfer.occasion) >= spec.at_review.value:
            return False
        within = self.service.plan.calendar.due(self.service.env.now, spec.review_within.value)
        return any(t.kind.decides and t.due <= within for t in lead.tasks.values())

    def _introduced(self, task: Task, worker: Worker) -> None:
        """One of the two workers is done with the joint visit; the move follows the later."""
        transfer, first = self._of(task), task.first or task
        self.service.end(task, worker)
        if transfer is None or first.state != DONE:
            return
        if first.second is None or first.second.state == DONE:
            transfer.task = None
            self.move(transfer)

    # --- the move --------------------------------------------------------------------------

    def move(self, transfer: Transfer) -> None:
        """The family moves at this instant (DESIGN 7: complete, then what a move entails)."""
        service = self.service
        service.transfers.listed.remove(transfer)
        before = self._previous(transfer)
        reason = "step_up" if transfer.steps_up else "step_down"
        for member in list(transfer.children):
            here = member.stage
            assert here is not None
            service.recorder.transfer(member, "complete", transfer.to.name)
            member.relaxed = False
            here.depart(member, transfer.to, reason)
        for worker in before:
            self._end_well(transfer.children[0], worker)

    def _previous(self, transfer: Transfer) -> list[Worker]:
        """Return who has been working with the family and will not be any longer."""
        lead = transfer.children[0]
        both = (lead.holder, lead.assigned)
        return [w for w in both if w is not None and w is not transfer.worker]

    def _end_well(self, child: Child, worker: Worker) -> None:
        """See that a previous relationship ends properly (W82)."""
        service, kind = self.service, self.service.plan.ending
        if kind is not None and worker.present:
            occasion = child.next_occasion(kind.name)
            service.hand_out(service.open_now(kind, None, child.id, occasion), worker.diary)

    def take_up(self, transfer: Transfer) -> None:
        """Let the new holder read up, and count the review at which they were introduced."""
        service, child = self.service, transfer.children[0]
        kind, joins = service.plan.take_up, service.plan.joins
        occasion = child.next_occasion(kind.name)
        task = service.open_now(kind, child, child.id, occasion)
        if transfer.step == AT_REVIEW and joins is not None:
            task.hours += joins(self._joins.uniform(child.who, occasion))
            task.left = task.hours
        service.hand_out(task)
