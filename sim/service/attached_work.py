"""Family support for another hub's children (W29, W37, W38, W89 to W91).

The social worker writes a referral form with their manager; family support managers consider
requests weekly and attach a worker for a piece of work, if one has room. What is not met goes
back to the referring manager for another way, then to the operations manager. The holder keeps
the case. Looked-after children may have supervised contact for as long as they are looked after.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from sim.service.draws import choice, sampler
from sim.service.protection import BREAKS, case_of
from sim.service.status import LOOKED_AFTER
from sim.service.strand import Strand
from sim.service.task import DESK

if TYPE_CHECKING:
    from sim.scenario.sections.attached_work import AttachedWork as Spec
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.plan import Plan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task
    from sim.service.worker import Worker

NAME = "attached_work"
PIECE, CONTACT, VISITS = "family_support", "supervised_contact", "visits"
ALTERNATIVE, REFUSED = "family_support_alternative", "family_support_refused"


class AttachedPlan:
    """The section of the scenario, ready for use."""

    def __init__(self, plan: Plan, spec: Spec) -> None:
        self.spec = spec
        pool = plan.pool(f"{spec.team}.{spec.role}")
        self.form = plan.one_off("family_support_request", spec.form)
        self.consider = plan.kind(
            "consider_request", "transfer", spec.manager_hours.value, spec.form.priority
        )
        self.consider.once_within = plan.cadence(spec.look.value)
        self.consider.role = DESK
        self.pieces = {}
        for name, piece in spec.pieces.items():
            kind = plan.kind(f"attached_{name}", "", piece.hours, spec.priority)
            kind.once_within = plan.cadence(spec.session_every.value)
            kind.role = PIECE
            kind.pool = pool
            self.pieces[name] = kind
        self.choose = choice({name: piece.share.value for name, piece in spec.pieces.items()})
        self.hours = {name: sampler(piece.hours.value) for name, piece in spec.pieces.items()}
        self.session_days = spec.session_every.value.working_days()
        self.unmet_days = spec.unmet_after.value.working_days()
        self.contact = None
        if (contact := spec.supervised_contact) is not None:
            kind = plan.kind(CONTACT, "service", contact.hours, contact.priority)
            kind.cadences = tuple(plan.cadence(every) for every, _ in contact.every.value)
            kind.cadence_shares = tuple(share for _, share in contact.every.value)
            kind.follows_child = kind.one_sitting = True
            kind.role = CONTACT
            kind.pool = pool
            self.contact = kind


class Support:
    """What is wanted, asked for and done for one child.

    Attributes
    ----------
    wish
        The number of the wish that counts; another, or none, once the child has left the hub.
    since
        When the request came on the list; None if there is none.
    question
        What a manager has been asked about a request that is not met.
    """

    __slots__ = ("asked", "considered", "left", "over", "piece", "question", "since", "wish")

    def __init__(self) -> None:
        self.wish = 0
        self.since: float | None = None
        self.considered = self.asked = self.over = False
        self.question: Task | None = None
        self.piece = ""
        self.left = 0.0


class AttachedWork(Strand):
    """The weekly list of requests, and the pieces of work."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.requests: list[Child] = []
        self.looked_next = 0
        self._wishes = service.streams["family support wanted"]
        self._kinds = service.streams["family support piece"]
        self._hours = service.streams["hours/family_support"]
        self._decides = service.streams["family support decisions"]
        self._needs_contact = service.streams["supervised contact"]

    @property
    def plan(self) -> AttachedPlan:
        """What the scenario says now."""
        plan = self.service.plan.attached
        assert plan is not None
        return plan

    def _of(self, child: Child) -> Support:
        support: Support = child.strands.setdefault(NAME, Support())
        return support

    # --- the child comes and goes -----------------------------------------------------------

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """In the hub, support will be wanted sooner or later; on day one some is under way."""
        if hub.name != self.plan.spec.stage:
            return
        if came_from is None and self.service.env.now == 0.0 and self._under_way(child):
            return
        self._wait_for_wish(child)

    def _under_way(self, child: Child) -> bool:
        """Go on with a piece of work that had been begun before day one."""
        spec = self.plan.spec
        mean = sum(p.share.value * p.hours.value.mean() for p in spec.pieces.values())
        days = mean / spec.session_hours.value * self.plan.session_days
        share = spec.rate.value * days / self.service.plan.days_a_year
        worker = self.free_worker(child)
        if worker is None or self._wishes.uniform(child.who) >= share:
            return False
        self._begin(child, worker, self._decides.uniform(child.who))
        return True

    def _wait_for_wish(self, child: Child) -> None:
        service, rate = self.service, self.plan.spec.rate.value
        support = self._of(child)
        number = support.wish = child.next_occasion(NAME)
        if rate <= 0.0:
            return
        u = self._wishes.uniform(child.who, number)
        when = service.env.now - service.plan.days_a_year / rate * log(u)
        if when < service.horizon:
            service.later(when, lambda: self._write(child, number))

    def leaving(self, child: Child, to: Place | None) -> None:
        """Requests and pieces end with the stay, contact with the case."""
        support = child.strands.get(NAME)
        self.end_visits(child)
        if support is None:
            return
        support.wish = 0
        self._off_the_list(child)
        self._end_piece(child)

    def _end_piece(self, child: Child) -> None:
        """The worker is done; one who has left is not replaced any more."""
        allocation = self.service.allocation
        allocation.withdraw(child, PIECE)
        if PIECE in child.attached:
            allocation.deallocate(child, PIECE)

    # --- the request --------------------------------------------------------------------------

    def _write(self, child: Child, number: int) -> None:
        """The social worker writes the form, with their manager (W89)."""
        service, kind = self.service, self.plan.form
        if self._of(child).wish != number or child.closing is not None or child.stage is None:
            return
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = self._written
        service.hand_out(task)
        self._managers_time(child, service.hubs[child.stage.name].plan.team)

    def _managers_time(self, child: Child, team: str) -> Task | None:
        service, kind = self.service, self.plan.consider
        asked = None
        for role, desk in service.teams[team].desks.items():
            owner = f"{child.id}@{team}.{role}"
            asked = service.open_now(kind, None, owner, child.next_occasion(kind.name))
            service.hand_out(asked, desk)
        return asked

    def _written(self, task: Task, worker: Worker) -> None:
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        support = self._of(child)
        support.since = self.service.env.now
        support.considered = support.asked = support.over = False
        self.requests.append(child)

    def day(self, day: int) -> None:
        """Consider the requests, once in each interval (W90)."""
        if day < self.looked_next:
            return
        self.looked_next = self.service.plan.next_of(day, self.plan.spec.look.value)
        for child in list(self.requests):
            self._consider(child)

    def _consider(self, child: Child) -> None:
        support, plan = self._of(child), self.plan
        assert support.since is not None
        if not support.considered:
            support.considered = True
            self._managers_time(child, plan.spec.team)
        worker = self.free_worker(child, over=support.over)
        if worker is not None:
            self._off_the_list(child)
            self._begin(child, worker)
        elif not support.asked and self.service.env.now - support.since >= plan.unmet_days:
            self._ask_for_another_way(child)

    def _off_the_list(self, child: Child) -> None:
        support = self._of(child)
        support.since = None
        if support.question is not None:
            self.service.cancel(support.question, "superseded")
            support.question = None
        if child in self.requests:
            self.requests.remove(child)

    # --- what is not met ----------------------------------------------------------------------

    def _ask_for_another_way(self, child: Child) -> None:
        """The referring manager looks for an alternative (W91)."""
        support, here = self._of(child), child.stage
        assert here is not None
        support.asked = True
        question = self._managers_time(child, self.service.hubs[here.name].plan.team)
        if question is not None:
            question.then = lambda task, worker: self._another_way(child, task, worker)
            support.question = question

    def _another_way(self, child: Child, task: Task, worker: Worker) -> None:
        service, support, number = self.service, self._of(child), self._of(child).wish
        service.end(task, worker)
        support.question = None
        if self._decides.uniform(child.who, 2 * number) < self.plan.spec.alternative.value:
            self._give_up(child, ALTERNATIVE)
        elif service.plan.moves.operations is not None:
            decide = lambda task, worker: self._decided(child, task, worker)  # noqa: E731
            support.question = service.transfers.operations.ask(child, decide)

    def _decided(self, child: Child, task: Task, worker: Worker) -> None:
        """The operations manager lets a worker take it on over the limit, or says no (W91)."""
        support = self._of(child)
        self.service.end(task, worker)
        support.question = None
        if self._decides.uniform(child.who, 2 * support.wish + 1) < (
            self.plan.spec.allocate_over.value
        ):
            support.over = True
        else:
            self._give_up(child, REFUSED)

    def _give_up(self, child: Child, outcome: str) -> None:
        self.service.recorder.decision(child, outcome)
        self._off_the_list(child)
        self._wait_for_wish(child)

    # --- the piece of work ----------------------------------------------------------------------

    def free_worker(self, child: Child, over: bool = False) -> Worker | None:
        """Return the worker of the child's site with most room, if any has room."""
        spec = self.plan.spec
        workers = [
            w
            for w in self.service.teams[spec.team].by_role.get(spec.role, ())
            if w.present
            and (w.post.site is None or w.post.site == child.family.site)
            and (over or _pieces(w) < spec.pieces_at_once.value * w.post.fte)
        ]

        def busy(worker: Worker) -> tuple[float, float, int]:
            fte = worker.post.fte
            return _pieces(worker) / fte, len(worker.assigned) / fte, worker.number

        return min(workers, key=busy) if workers else None

    def _begin(self, child: Child, worker: Worker, part: float = 1.0) -> None:
        """Attach a worker for a piece of work; the holder keeps the case (W38)."""
        support, plan = self._of(child), self.plan
        number = support.wish = child.next_occasion(NAME)
        support.piece = plan.choose(self._kinds.uniform(child.who, number))
        hours = plan.hours[support.piece](self._hours.uniform(child.who, number))
        support.left = hours * part
        self.service.allocation.allocate(child, worker, PIECE)
        self._session(child, number)

    def _session(self, child: Child, number: int) -> None:
        support, service = self._of(child), self.service
        if support.wish != number or child.stage is None:
            return
        kind = self.plan.pieces[support.piece]
        hours = min(self.plan.spec.session_hours.value, support.left)
        occasion = child.next_occasion(kind.name)
        task = service.open_now(kind, child, child.id, occasion, hours)
        task.then = self._session_done
        service.hand_out(task)

    def _session_done(self, task: Task, worker: Worker) -> None:
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        support = self._of(child)
        support.left -= task.hours
        number = support.wish
        if support.left > 1e-6:
            then = service.env.now + self.plan.session_days
            service.later(then, lambda: self._session(child, number))
            return
        self._end_piece(child)
        self._wait_for_wish(child)

    # --- visits while a move waits -------------------------------------------------------------

    def take_visits(self, child: Child) -> None:
        """A family support worker visits in the holder's place while a move waits (W78)."""
        here = self.service.hubs[child.stage.name]  # type: ignore[union-attr]
        held = any(k.promise == "child_seen" and k.role == "holder" for k in here.plan.kinds)
        worker = self.free_worker(child)
        if held and worker is not None and VISITS not in child.attached:
            self.service.allocation.allocate(child, worker, VISITS)
            child.stand_ins["child_seen"] = VISITS
            self.service.rehome(child)

    def end_visits(self, child: Child) -> None:
        """The holder visits again."""
        child.stand_ins.pop("child_seen", None)
        if VISITS in child.attached:
            self.service.allocation.deallocate(child, VISITS)
            self.service.rehome(child)

    # --- supervised contact --------------------------------------------------------------------

    def status_changed(self, child: Child, name: str, on: bool) -> None:
        """A looked-after child may see the family in the presence of a worker (W37)."""
        kind, spec = self.plan.contact, self.plan.spec
        contact = spec.supervised_contact
        here = child.stage
        if name != LOOKED_AFTER or kind is None or contact is None or here is None:
            return
        if on and case_of(child).route == BREAKS:
            return  # a series of short breaks keeps nobody from the family
        hub = self.service.hubs.get(here.name)
        if not on:
            if hub is not None:
                hub.end_promise(child, CONTACT)
            if CONTACT in child.attached:
                self.service.allocation.deallocate(child, CONTACT)
        elif hub is not None and CONTACT not in child.tasks:
            u = self._needs_contact.uniform(child.who, child.next_occasion("looked after"))
            if u < contact.share.value:
                worker = self.free_worker(child, over=True)
                if worker is not None:
                    self.service.allocation.allocate(child, worker, CONTACT)
                    hub.begin_promise(child, kind)


def _pieces(worker: Worker) -> int:
    """Count what takes up a worker's room: pieces of work, and visits for another."""
    return sum(label in (PIECE, VISITS) for _, label in worker.attached)
