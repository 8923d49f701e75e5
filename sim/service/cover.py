"""Who does the work of somebody who is away, or whose post is vacant.

The delivery model says which classes of work a colleague takes over, and how long into an
absence (C37 to C39, X38); the rest waits for the worker. A manager who minds a leaver's
children does what is urgent; visits and reviews wait for whoever takes the child over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.scenario.sections.people import PEERS

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Task
    from sim.service.worker import Worker


class Cover:
    """Finds whose diary a task belongs in while its own worker cannot do it."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def instead(self, task: Task, owner: Worker) -> Worker | None:
        """Return who does a task of an absent worker, or of a child minded by a manager.

        Returns
        -------
        Worker or None
            The worker whose task it is if it waits in the diary; None if it waits for a worker.
        """
        people, child = self.service.plan.people, task.child
        assert child is not None
        if people is None:
            return owner
        if child.minded is not None and owner is child.holder:
            return owner if task.priority <= people.on_leaving.urgent else None
        if owner.present or owner.left:
            return owner
        matters = task.kind.name in people.significant
        if matters and (manager := self._manager(child, owner)) is not None:
            return manager
        if not matters and task.priority > self._covered(owner):
            return owner
        colleague = owner.covers.get(child)
        if colleague is None or not colleague.present:
            colleague = self._choose(child, owner)
            if colleague is None:
                return owner
            owner.covers[child] = colleague
            colleague.covering[child] = owner
        return colleague

    def _manager(self, child: Child, owner: Worker) -> Worker | None:
        """Return the manager who does a significant task, if there today: the child's holder (C39).

        Otherwise it is delegated, like the rest.
        """
        people, holder = self.service.plan.people, child.holder
        assert people is not None
        if holder is None or holder is owner or not holder.present or child.minded is not None:
            return None
        return holder if holder.post.role == people.significant_by else None

    def _covered(self, owner: Worker) -> int:
        """Return the least pressing class that is covered by now; 0 if none is."""
        people = self.service.plan.people
        assert people is not None
        away = self.service.env.now - owner.away_since
        covered = 0
        for after, up_to in people.cover_steps:
            if after <= away and up_to > covered:
                covered = up_to
        return covered

    def _choose(self, child: Child, owner: Worker) -> Worker | None:
        """The least loaded colleague who is there, of the role that covers or else a peer."""
        people, post = self.service.plan.people, owner.post
        assert people is not None
        roles = [post.role] if people.cover_by == PEERS else [people.cover_by, post.role]
        for role in roles:
            colleagues = [
                worker
                for worker in self.service.teams[post.team].by_role.get(role, ())
                if worker.present and worker.serves(child.family.site)
            ]
            if colleagues:
                unit = post.unit  # somebody of the same unit, if there is one
                colleagues = [c for c in colleagues if unit and c.post.unit == unit] or colleagues
                return min(
                    colleagues,
                    key=lambda w: (w.fullness(w.load + len(w.covering)), w.number),
                )
        return None

    def step(self, owner: Worker) -> None:
        """More of an absent worker's work is covered from now on."""
        for child, _ in owner.parts():
            self.service.rehome(child)

    def end(self, owner: Worker) -> None:
        """A worker is back, or has left: what colleagues took over comes back (or goes on)."""
        covers, owner.covers = owner.covers, {}
        for child, colleague in covers.items():
            colleague.covering.pop(child, None)
            self.service.rehome(child)
        people = self.service.plan.people
        if people is not None and people.significant and not owner.left:
            for child, _ in owner.parts():
                self.service.rehome(child)

    def drop(self, colleague: Worker) -> None:
        """A worker who covered for others is away, or has left: somebody else has to."""
        covering, colleague.covering = colleague.covering, {}
        for child, owner in covering.items():
            owner.covers.pop(child, None)
            self.service.rehome(child)
