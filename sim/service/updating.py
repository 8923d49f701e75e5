"""The updating assessment: who does it, its sessions, the manager's sign-off, and what follows.

In Strengthening Families the holder, unless too loaded; in Review & Intervention always a
social worker of Safeguarding & Support, who is attached to the case for it; there the holder
(W22, W23, W49, W50, X17). Worked to 45 working days from the request, like any assessment (F3).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import ceil
from typing import TYPE_CHECKING

from sim.service import placing
from sim.service.need_plan import ASSESSOR, UpdatingPlan
from sim.service.task import DONE, WAITING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.finding import Finding
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker

SOCIAL_WORKER = "social_worker"  # label of a social worker who works jointly with the holder
KIND = "updating_assessment"

Then = Callable[["Child", "Worker"], None]


class Record:
    """One child's updating assessment: why, who, and what is to follow."""

    __slots__ = (
        "asked",
        "child",
        "session",
        "sessions_left",
        "sharing",
        "thens",
    )

    def __init__(self, child: Child, asked: float) -> None:
        self.child = child
        self.asked = asked
        self.thens: dict[str, Then] = {}  # by reason
        self.sessions_left = 0
        self.session = self.sharing = 0.0


class Updating:
    """Updating assessments asked for and in hand."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.records: dict[Child, Record] = {}
        self.waiting: dict[Child, None] = {}  # nobody is there to do it yet
        self.assessed: dict[Child, str] = {}  # the need that was assessed last, in this hub
        self.finding: Finding | None = None
        self._gaps = service.streams["gap between updating sessions"]
        self._sees = service.streams["updating assessment sees need"]

    @property
    def says(self) -> UpdatingPlan:
        """What the scenario says now."""
        plan = self.service.plan.need_events
        assert plan is not None
        return plan.updating

    # --- asking for one ------------------------------------------------------------------------

    def request(self, child: Child, why: str, then: Then) -> None:
        """Ask for an updating assessment; one in hand already takes up this reason too.

        Parameters
        ----------
        why
            ``need``, ``crisis``, ``package`` or ``overnight``; the same reason counts once.
        then
            What follows when it is done: told of the child and of who has done it.
        """
        record = self.records.get(child)
        if record is None:
            record = self.records[child] = Record(child, self.service.env.now)
            record.thens[why] = then
            self.service.recorder.decision(child, "updating_assessment")
            self._begin(record)
        else:
            record.thens[why] = then

    def comes_first(self, child: Child, here: Hub) -> bool:
        """Ask for an assessment if the child's own need has risen and has not been assessed."""
        if not placing.own_need_risen(self.service, child, here):
            return False
        if self.assessed.get(child) == child.known:
            return False
        if child not in self.records or "need" not in self.records[child].thens:
            self._managers_talk(child, self.service.hubs[self._serves(child)])
            self.request(child, "need", self._need_assessed)
        return True

    def _serves(self, child: Child) -> str:
        return self.service.plan.serving(child.known)[0]

    def day(self) -> None:
        """Somebody may be there today for what was asked for before."""
        for child in list(self.waiting):
            del self.waiting[child]
            self._begin(self.records[child])

    # --- who does it ---------------------------------------------------------------------------

    def _begin(self, record: Record) -> None:
        """Find somebody, and open the assessment; nobody there today, tomorrow is another day."""
        child, service = record.child, self.service
        assert child.stage is not None
        kind = self.says.by_holder
        if not self._holder_does(child):
            worker = self._social_worker(child)
            if worker is None:
                self.waiting[child] = None
                return
            service.allocation.allocate(child, worker, ASSESSOR)
            kind = self.says.by_other
        self._open(record, kind)

    def _holder_does(self, child: Child) -> bool:
        """Whether it is the holder's, who may have too many in hand (W49, W50)."""
        assert child.stage is not None
        does = self.says.holder_does
        if child.stage.name not in does:
            return False
        most = does[child.stage.name]
        if most is None:
            return True
        holder = child.caseworker
        in_hand = sum(
            other.caseworker is holder and ASSESSOR not in other.attached
            for other in self.records
            if other is not child and other not in self.waiting
        )
        return holder is not None and in_hand < most

    def _social_worker(self, child: Child) -> Worker | None:
        """Return who works on the case already, or else the least loaded there today (W92)."""
        says = self.says
        joint = child.attached.get(SOCIAL_WORKER)
        if joint is not None and joint.present and joint.post.team == says.team:
            return joint
        return self.service.allocation.least_loaded(child, says.team, says.role)

    # --- sessions ------------------------------------------------------------------------------

    def _open(self, record: Record, kind: Kind) -> None:
        service, says, child = self.service, self.says, record.child
        assert child.stage is not None and kind.once_within is not None
        occasion = child.next_occasion(KIND)
        sampler = says.hours.get(child.stage.name, kind.hours)
        hours = sampler(service.hours_streams[kind.number].uniform(child.who, occasion))
        task = service.open_now(kind, child, child.id, occasion, hours)
        task.due = kind.once_within.due_at(int(record.asked))
        task.then = partial(self._session_done, record)
        record.sharing = min(says.sharing, hours / 3.0)
        work = hours - record.sharing
        record.sessions_left = ceil(work / says.session)
        record.session = task.left = work / record.sessions_left
        service.hand_out(task)
        pressing = partial(self._near_limit, task)
        service.later(max(float(task.due - says.near_limit_days), service.env.now), pressing)

    def _near_limit(self, task: Task) -> None:
        if task.state != DONE and task.priority > self.says.near_limit_priority:
            self.service.reprioritise(task, self.says.near_limit_priority)

    def _session_done(self, record: Record, task: Task, worker: Worker) -> None:
        service = self.service
        if record.sessions_left == 0:
            service.end(task, worker)
            self._done(record, task, worker)
            return
        record.sessions_left -= 1
        service.pause(task, worker, "gap")
        task.state = WAITING
        if record.sessions_left == 0:
            self._ask_manager(record, task, worker)
            return
        number = (task.occasion << 8) + record.sessions_left
        gap = self.says.gap(self._gaps.uniform(record.child.who, number))
        service.later(service.env.now + gap, partial(self._resume, task, record.session))

    def _resume(self, task: Task, hours: float) -> None:
        if task.state == WAITING:
            task.left = hours
            self.service.resume(task)

    def _ask_manager(self, record: Record, task: Task, worker: Worker) -> None:
        service, child = self.service, record.child
        service.recorder.task_wait(task, "manager")
        team, role = self.says.desk_of(worker.post.team)
        kind, holder_signs = self.says.sign_off[team, role], self.says.holder_signs
        desk = service.teams[team].desk(role) if holder_signs is None else None
        kind = holder_signs or kind
        request = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        request.then = partial(self._signed, record, task)
        service.hand_out(request, desk)

    def _signed(self, record: Record, task: Task, request: Task, manager: Worker) -> None:
        self.service.end(request, manager)
        self._resume(task, record.sharing)

    # --- what follows --------------------------------------------------------------------------

    def _done(self, record: Record, task: Task, worker: Worker) -> None:
        """What is true has been seen, or not; then whatever each reason asks for."""
        service, child = self.service, record.child
        occasion = child.occasions[KIND]
        sees = self._sees.uniform(child.who, occasion) < self.says.finds
        if sees and child.known != child.need:
            child.known = child.need
            service.recorder.found(child)
        if self.finding is not None:
            self.finding.seen(child, self.says.finds, "updating assessment sees", occasion, None)
        # What the assessment itself has brought to light, it has assessed.
        del self.records[child]
        self.assessed[child] = child.known
        service.recorder.decision(child, "assessment_updated")
        for strand in service.strands:
            strand.assessed(child, task)
        if child.closing is None:
            for then in record.thens.values():
                then(child, worker)
        if child.leave is not None:  # else it goes as the child does, in the agreed order
            service.allocation.deallocate(child, ASSESSOR)

    def _need_assessed(self, child: Child, worker: Worker) -> None:
        """If more social work is needed, managers move the child (W51, W68)."""
        here = child.stage
        target = placing.family_hub(self.service, child)
        if here is not None and target is not None and target.number < here.number:
            self.move(child, target, worker)

    def move(self, child: Child, to: Hub, worker: Worker) -> None:
        """Move a child up: at once where nobody may be turned away, else by the list (W84, W87)."""
        service = self.service
        if child.leave is None:
            return  # already on the way
        there = service.allocation.least_loaded(child, to.plan.team, to.plan.holder)
        if there is not None and there.post.at_limit == "stop_transfers_in":
            if child.transfer is None:
                service.transfers.request(child, to)
            return
        of_the_hub = worker.post.team == to.plan.team and worker.post.role == to.plan.holder
        placing.move_now(service, child, to, "step_up", worker if of_the_hub else None)

    def _managers_talk(self, child: Child, to: Hub) -> None:
        """The worker tells the manager, who talks to that of the other hub (W83)."""
        service, here = self.service, child.stage
        assert here is not None
        occasion = child.next_occasion("escalation")
        teams = (service.hubs[here.name].plan.team, to.plan.team)
        for team, role in dict.fromkeys(self.says.desk_of(team) for team in teams):
            desk = service.teams[team].desks.get(role)
            if desk is not None:
                kind = self.says.talk[team, role]
                task = service.open_now(kind, None, f"{child.id}@{team}.{role}", occasion)
                service.hand_out(task, desk)

    def entered(self, child: Child) -> None:
        """A move leaves an assessment in hand with social work (W22, W49).

        Where the new holder does not assess, the social worker who has begun goes on, attached
        to the case; or another does.
        """
        task = child.tasks.get(KIND)
        if child not in self.records or task is None or ASSESSOR in child.attached:
            return
        assert child.stage is not None
        if child.stage.name in self.says.holder_does:
            return
        service, says, before = self.service, self.says, child.last_holder
        task.kind = says.by_other
        post = before.post if before is not None and not before.left else None
        if before is not None and post is not None and (post.team, post.role) == says.by_whom:
            service.allocation.allocate(child, before, ASSESSOR)
        else:
            service.allocation.attach(child, says.team, says.role, ASSESSOR)
        service.rehome(child)

    def leaving(self, child: Child, closes: bool) -> None:
        """The child leaves its hub: a new hub judges anew; a closed case is assessed no more."""
        self.assessed.pop(child, None)
        if closes:
            self.records.pop(child, None)
            self.waiting.pop(child, None)
        if child not in self.records:
            self.service.allocation.deallocate(child, ASSESSOR)
