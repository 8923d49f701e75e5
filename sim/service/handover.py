"""What becomes of the children of somebody who leaves.

From that moment the team manager holds them; peers take them over within some days, above
the limit if need be; or the manager keeps them until the post is filled (DESIGN 5, "Slots").
Whoever works with them without holding them is replaced likewise.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.worker import Worker


class Batch:
    """Children of one leaver who wait for a new worker.

    Attributes
    ----------
    parts
        Each child with the leaver's part in the case.
    origin
        Id of the leaver's post, if there was one.
    kept
        Whether they wait until that post is filled.
    """

    __slots__ = ("a_day", "kept", "origin", "parts", "role", "since", "team")

    def __init__(
        self, team: str, role: str, since: float, origin: str | None, *, kept: bool = False
    ) -> None:
        self.team = team
        self.role = role
        self.since = since
        self.origin = origin
        self.kept = kept
        self.parts: list[tuple[Child, str]] = []
        self.a_day = 1


class Handover:
    """Children minded by a manager, or without an assigned worker, since somebody left."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.batches: list[Batch] = []

    def hand_on(self, leaver: Worker, *, closed: bool) -> None:
        """Account for every child of a leaver, now.

        Parameters
        ----------
        closed
            The post is gone, so that nobody will be recruited to it.
        """
        people, post = self.service.plan.people, leaver.post
        keeps = people is not None and people.on_leaving.rule == "manager_keeps"
        origin = None if closed else post.id
        now = self.service.env.now
        batch = Batch(post.team, post.role, now, origin, kept=keeps and not closed)
        for child, part in leaver.parts():
            if part == "holder" and child.minded is not None:
                own, manager = child.minded, self.manager(child.minded.team)
                self.service.allocation.deallocate(child, part)
                if manager is not None:
                    self.service.allocation.allocate(child, manager, part, minded=own)
                else:
                    self._to_peer(child, part, own)
            else:
                self.service.allocation.deallocate(child, part)
                self._begin(child, part, batch)
            self.service.rehome(child)
        if batch.parts:
            batch.a_day = ceil(len(batch.parts) / people.hand_on_days) if people else 1
            self.batches.append(batch)

    def _begin(self, child: Child, part: str, batch: Batch) -> None:
        if part == "holder":
            manager = self.manager(batch.team)
            if manager is not None:
                batch.parts.append((child, part))
                self.service.allocation.allocate(child, manager, part, minded=batch)
                return
        elif batch.kept:
            batch.parts.append((child, part))
            return
        self._to_peer(child, part, batch)

    def _to_peer(self, child: Child, part: str, batch: Batch) -> None:
        allocation = self.service.allocation
        assigned = part == "assigned"
        peer = allocation.least_loaded(child, batch.team, batch.role, assigned=assigned)
        if peer is not None:
            allocation.allocate(child, peer, part)
            self._note(child, part, batch)
        else:
            allocation.request(child, batch.team, batch.role, part)

    def _note(self, child: Child, part: str, batch: Batch) -> None:
        if batch.origin is not None and part in ("holder", "assigned"):
            self.service.levelling.took(child, part, batch.origin)

    def mind(self, child: Child, team: str, role: str) -> bool:
        """Nobody who could hold a child is there today: the team manager holds it meanwhile."""
        manager = self.manager(team)
        if manager is None:
            return False
        batch = Batch(team, role, self.service.env.now, None)
        batch.parts.append((child, "holder"))
        self.batches.append(batch)
        self.service.allocation.allocate(child, manager, "holder", minded=batch)
        self.service.rehome(child)
        return True

    def manager(self, team: str) -> Worker | None:
        """Return the manager who holds a leaver's children: one who is there, if any is."""
        people = self.service.plan.people
        if people is None:
            return None
        managers = self.service.teams[team].by_role.get(people.on_leaving.held_by, ())
        return min(managers, key=lambda w: (not w.present, len(w.cases), w.number), default=None)

    def day(self, day: int) -> None:
        """Peers take over today's part of the children who wait."""
        if not self.batches:
            return
        vacancies = self.service.workforce.vacancies
        for batch in self.batches:
            if batch.since >= day:
                continue
            vacancy = vacancies.get(batch.origin) if batch.origin is not None else None
            if not batch.kept:
                self._place(batch, batch.a_day)
            elif vacancy is None or vacancy.agency is not None:
                self._place(batch, len(batch.parts))
        self.batches = [batch for batch in self.batches if batch.parts]

    def _place(self, batch: Batch, number: int) -> None:
        allocation = self.service.allocation
        still: list[tuple[Child, str]] = []
        for child, part in batch.parts:
            if not self._waits(child, part, batch):
                continue
            worker = None
            if number > 0:
                worker = allocation.least_loaded(
                    child, batch.team, batch.role, assigned=part == "assigned"
                )
            if worker is None:
                still.append((child, part))
                continue
            number -= 1
            if part == "holder":
                allocation.deallocate(child, part)
            allocation.allocate(child, worker, part)
            self._note(child, part, batch)
            self.service.rehome(child)
        batch.parts = still

    def _waits(self, child: Child, part: str, batch: Batch) -> bool:
        """Whether a child still waits: it may have moved, closed, or been given a worker."""
        if part == "holder":
            return child.minded is batch
        stage = child.stage
        if stage is None or child.arriving or child.part(part) is not None:
            return False
        hub = self.service.hubs.get(stage.name)
        return part != "assigned" or (hub is not None and hub.plan.team == batch.team)
