"""Families: a sibling in need, and overnight breaks, decide who may hold a child.

Siblings are never held in a hub that bars them, nor a child whose brother or sister has a
child in need plan (W64, W65): when a sibling's plan begins, the child leaves such a hub at once
and joins the family's social worker (W4). It may go back at a review once the plan has ended.

A child whose overnight breaks come to be provided by another route than direct payments has to
be held by a social worker (W111, W112): the move is put on the transfer list.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.placing import family_hub, move_now
from sim.service.rule import barred_by
from sim.service.strand import Strand

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.service import Service
    from sim.service.stage import Hub

NAME = "families"
SIBLING_IN_NEED = "sibling_in_need"  # why a child leaves a hub that does not hold such families


def bars(hub: Hub, child: Child) -> bool:
    """Whether a rule keeps a child out of a hub."""
    return barred_by(child, hub) is not None


class Families(Strand):
    """Brothers and sisters, and the rules about who may hold the family."""

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """A sibling's plan concerns the family; a child may have entered a hub too late."""
        child.strands[NAME] = child.overnight
        if child.is_sibling:
            for member in child.family.children:
                if not member.is_sibling:
                    self._join(member, child, hub)
        elif came_from is not None and came_from.is_hub:
            if child.leave_reason == SIBLING_IN_NEED:
                self._take_up(child)
            reconsider(self.service, child)

    def _join(self, child: Child, sibling: Child, hub: Hub) -> None:
        """The child leaves a hub that bars it, for its sibling's hub and worker (W4, W65)."""
        service, here = self.service, child.stage
        if here is None or not here.is_hub or child.closing is not None:
            return
        if bars(service.hubs[here.name], child):
            move_now(service, child, hub, SIBLING_IN_NEED, sibling.holder)
        else:
            reconsider(service, child)

    def _take_up(self, child: Child) -> None:
        """Whoever now holds the child reads in and meets the family."""
        service, kind = self.service, self.service.plan.take_up
        service.hand_out(service.open_now(kind, child, child.id, child.next_occasion(kind.name)))


def overnight_changed(service: Service, child: Child) -> None:
    """The route of a child's overnight breaks has changed: tell, and see who may hold it.

    To be called after ``child.overnight`` has been set.
    """
    before = child.strands.get(NAME, "none")
    if before == child.overnight:
        return
    child.strands[NAME] = child.overnight
    if before != "none":
        service.recorder.status(child, "overnight", False, f"route={before}")
    if child.overnight != "none":
        more = f"route={child.overnight};package_hours={child.package_hours!r}"
        service.recorder.status(child, "overnight", True, more)
    for strand in service.strands:
        strand.overnight_changed(child)
    reconsider(service, child)


def give_up_barred(service: Service, child: Child) -> None:
    """Take a child off the transfer list if a rule now bars it from where it was to go."""
    if child.transfer is not None and bars(child.transfer.to, child):
        service.transfers.withdraw(child)


def reconsider(service: Service, child: Child) -> None:
    """Give up a move that a rule now bars, and ask for one where the child may not stay."""
    here = child.stage
    if here is None or not here.is_hub or child.closing is not None:
        return
    give_up_barred(service, child)
    if child.transfer is None and bars(service.hubs[here.name], child):
        target = family_hub(service, child)
        if target is None or target is here:
            return
        if service.class_change.is_one(child, target):
            service.class_change.make(child, target)
        else:
            service.transfers.request(child, target)
