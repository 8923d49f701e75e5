"""Slots: who is given a child to hold, or to work with.

Entry to social work never waits for a slot: the least loaded worker takes the child the
next day. Moves into a hub with a limit wait on the transfer list (see `transfer`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.service.case_classes import OF_ASSESSMENT, order, part_with

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.handover import Batch
    from sim.service.plan import StagePlan
    from sim.service.service import Service
    from sim.service.worker import Worker


class Request(NamedTuple):
    """A child waiting for a worker of a role since a time (working days)."""

    child: Child
    team: str
    role: str
    part: str
    since: float


class Allocation:
    """Children waiting for a worker, and the choice of one."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.waiting: list[Request] = []

    def request(self, child: Child, team: str, role: str, part: str = "holder") -> None:
        """Ask for a holder (or an assigned worker); one is found the next working day.

        Where cases are allocated on the day (C7) that is now, if anybody is there.
        """
        if self.service.plan.allocation.same_day:
            worker = self.least_loaded(child, team, role, assigned=part == "assigned")
            if worker is not None:
                self.allocate(child, worker, part)
                self.service.rehome(child)
                return
        self.waiting.append(Request(child, team, role, part, self.service.env.now))

    def day(self, day: int) -> None:
        """Allocate everyone who was waiting before today."""
        if not self.waiting:
            return
        still: list[Request] = []
        for request in self.waiting:
            child, team, role, part, since = request
            if child.stage is None or child.part(part) is not None or child.arriving:
                continue
            worker = None
            if since < day:
                worker = self.least_loaded(child, team, role, assigned=part == "assigned")
            if worker is None and since < day and part == "holder":
                if not self.service.handover.mind(child, team, role):
                    still.append(request)
            elif worker is None:
                still.append(request)
            else:
                self.allocate(child, worker, part)
                self.service.rehome(child)
        self.waiting = still

    def into_hub(self, child: Child, hub: StagePlan) -> None:
        """Give a child who enters a hub its holder, and an assigned worker where there is one."""
        agreed, child.next_holder = child.next_holder, None
        if agreed is None and child.transfer is not None:
            agreed = child.transfer.worker
        before = child.last_holder
        if (
            agreed is None
            and before is not None
            and before.post.team == hub.team
            and before.post.role == hub.holder
        ):
            agreed = before  # who assessed the child goes on with the plan
        if agreed is None and child.initial is not None:
            agreed = self.least_loaded(child, hub.team, hub.holder)
        if agreed is None or agreed.left:
            self.request(child, hub.team, hub.holder)
        else:
            self.allocate(child, agreed, "holder")
        known, child.last_assigned = child.last_assigned, None
        if hub.assigned is not None:
            worker = None
            if known is not None and not known.left:
                same = (known.post.team, known.post.role) == (hub.team, hub.assigned)
                worker = known if same else None  # who worked with the child goes on (C13)
            if worker is None:
                worker = self.least_loaded(child, hub.team, hub.assigned, assigned=True)
            if worker is not None:
                self.allocate(child, worker, "assigned")
            else:
                self.request(child, hub.team, hub.assigned, "assigned")

    def least_loaded(
        self, child: Child, team: str, role: str, assigned: bool = False
    ) -> Worker | None:
        """Return the family's own worker if there is one, else the least loaded at its site.

        The family's own may be away just now; nobody else is given a new child while away.
        """
        site = child.family.site
        workers = [w for w in self.service.teams[team].by_role.get(role, ()) if w.serves(site)]
        units = self.service.teams[team].units
        if units is not None:
            workers = units.among(child, role, workers)
        for other in child.family.children:
            theirs = other.assigned if assigned else other.holder
            if other is not child and theirs in workers:
                return theirs
        there = [w for w in workers if w.present]
        if not there:
            return None
        if assigned:
            return min(there, key=lambda w: (w.fullness(len(w.assigned)), w.number))
        stage = child.stage.number if child.stage is not None else OF_ASSESSMENT
        in_classes = any(w.post.classes for w in there)
        return min(
            there,
            key=lambda w: (
                *(order(w, stage) if in_classes else ()),
                w.fullness(w.load + len(w.attached)),
                w.number,
            ),
        )

    def attach(self, child: Child, team: str, role: str, label: str) -> Worker | None:
        """Attach a worker to a case at this instant; if nobody is there, one is found later.

        Parameters
        ----------
        label
            What the worker is there for; tasks whose kind has this role go to them.
        """
        worker = self.least_loaded(child, team, role, assigned=label == "assigned")
        if worker is None:
            self.request(child, team, role, label)
        else:
            self.allocate(child, worker, label)
        return worker

    def withdraw(self, child: Child, part: str) -> None:
        """Nobody is wanted for this any more: whoever was still being looked for is not."""
        self.waiting = [r for r in self.waiting if r.child is not child or r.part != part]
        for batch in self.service.handover.batches:
            if (child, part) in batch.parts:
                batch.parts.remove((child, part))

    def allocate(
        self, child: Child, worker: Worker, role: str, minded: Batch | None = None
    ) -> None:
        """Put the child on a worker's caseload, or among those the worker works with.

        Parameters
        ----------
        role
            ``holder``, ``assigned``, or the label of what an attached worker is there for.
        minded
            The children among whom a manager holds this one until somebody takes it over.
        """
        number = child.stage.number  # type: ignore[union-attr]
        if role == "holder":
            child.minded = minded
            child.holder = worker
            worker.cases[child] = None
            worker.held_in[number] += 1
        elif role == "assigned":
            child.assigned = worker
            worker.assigned[child] = None
            worker.assigned_in[number] += 1
        else:
            child.attached[role] = worker
            worker.attached[child, role] = None
        worker.refresh()
        self.service.recorder.allocate(child, worker, role)
        if self.service.plan.allocation.note is not None and minded is None:
            self._note(child, worker, role)

    def _note(self, child: Child, worker: Worker, role: str) -> None:
        """The holder notes who does the casework from now on, if that is somebody new (C8)."""
        service, kind, place = self.service, self.service.plan.allocation.note, child.stage
        assert kind is not None and place is not None
        if not (place.is_hub or place is service.assessment):
            return
        if role != ("assigned" if place.by_assigned else "holder"):
            return
        before, child.noted = child.noted, worker
        if before is not worker and service.env.now > 0.0 and kind.promise not in child.tasks:
            occasion = child.next_occasion(kind.name)
            service.hand_out(service.open_now(kind, child, child.id, occasion))

    def deallocate(self, child: Child, role: str) -> None:
        """End a worker's part in a case."""
        number = child.stage.number  # type: ignore[union-attr]
        worker = child.part(role)
        if worker is None:
            return
        if role == "holder":
            child.last_holder = worker
            child.holder = None
            child.minded = None
            del worker.cases[child]
            worker.held_in[number] -= 1
            part_with(worker, number, self.service.env.now)
        elif role == "assigned":
            child.last_assigned = worker
            child.assigned = None
            del worker.assigned[child]
            worker.assigned_in[number] -= 1
        else:
            del child.attached[role]
            del worker.attached[child, role]
        worker.refresh()
        self.service.recorder.deallocate(child, worker, role)

    def release(self, child: Child, *, everyone: bool) -> None:
        """End the parts of holder and assigned worker in a case that leaves a stage.

        Parameters
        ----------
        everyone
            The case closes: attached workers leave it too.
        """
        if everyone:
            for role in list(child.attached):
                self.deallocate(child, role)
        self.deallocate(child, "assigned")
        self.deallocate(child, "holder")
