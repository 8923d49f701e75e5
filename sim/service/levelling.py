"""A new worker takes over children: those the post had, and if it never had any, a fair share.

Without this, peers would hold a leaver's children for years in a hub where few children
come and go, beside a colleague with next to none.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.worker import Worker


class Levelling:
    """Remembers what peers took over from each post, and gives it back."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._taken: dict[str, list[tuple[Child, str]]] = defaultdict(list)  # by the post's id

    def took(self, child: Child, part: str, post: str) -> None:
        """A peer has taken a child over from a post."""
        self._taken[post].append((child, part))

    def start(self, worker: Worker, *, first: bool) -> None:
        """A worker starts, or has more time than before: colleagues hand children over.

        Parameters
        ----------
        first
            Nobody has been in the post before.
        """
        people = self.service.plan.people
        if people is None or not people.on_leaving.give_back:
            return
        parts = self._taken.pop(worker.post.id, [])
        still = [(child, part) for child, part in parts if self._stays(child, part, worker)]
        if still:
            self._taken[worker.post.id] = still
        if first:
            for part in ("holder", "assigned"):
                while self._level(worker, part):
                    pass

    def _stays(self, child: Child, part: str, worker: Worker) -> bool:
        """Hand a child over if its worker is fuller; whether it may still be, later."""
        peer = child.part(part)
        if peer is None or not _peers(peer, worker) or child.minded is not None:
            return False
        if not _fuller(peer, worker, part):
            return True
        self._move(child, part, peer, worker)
        return False

    def _level(self, worker: Worker, part: str) -> bool:
        """Take the newest child of the fullest peer, if that peer is fuller."""
        site, post = worker.post.site, worker.post
        peers = [
            peer
            for peer in self.service.teams[post.team].by_role[post.role]
            if peer is not worker and peer.post.site == site and _children(peer, part)
        ]
        if not peers:
            return False
        peer = max(peers, key=lambda w: (w.fullness(len(_children(w, part))), -w.number))
        if not _fuller(peer, worker, part):
            return False
        self._move(next(reversed(_children(peer, part))), part, peer, worker)
        return True

    def _move(self, child: Child, part: str, peer: Worker, worker: Worker) -> None:
        """A family goes together (W4)."""
        for member in child.family.children:
            if member.part(part) is peer and not member.arriving:
                self.service.allocation.deallocate(member, part)
                self.service.allocation.allocate(member, worker, part)
                self.service.rehome(member)


def _children(worker: Worker, part: str) -> dict[Child, None]:
    return worker.cases if part == "holder" else worker.assigned


def _peers(one: Worker, other: Worker) -> bool:
    same = one.post.team == other.post.team and one.post.role == other.post.role
    return same and one is not other


def _fuller(peer: Worker, worker: Worker, part: str) -> bool:
    """Whether a peer would still not be less full with one child less, and the worker one more."""
    theirs, own = len(_children(peer, part)), len(_children(worker, part))
    return peer.fullness(theirs - 1) >= worker.fullness(own + 1)
