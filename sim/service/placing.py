"""Where a child should be served, and what a review decides.

A decision is taken where a look is held (W33, W34, W52): the child stays, is put on the
transfer list, or the case is closed because needs are met. A need found to have risen
does not wait for a review (W83, W84).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.closure import NEEDS_MET, begin_closing
from sim.service.rule import barred_by

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.worker import Worker


def suitable(service: Service, child: Child) -> Hub | None:
    """Return the hub that should serve the child's known need, or None if needs are met."""
    for requires in service.told.requires:
        required = requires(child)
        if required is not None:
            return required
    hub = None
    for name in service.plan.needs[child.known].served_by:
        hub = service.hubs[name]
        if barred_by(child, hub) is None:
            return hub
    return hub  # nobody else is left: the last that serves the need holds the child


def family_hub(service: Service, child: Child) -> Hub | None:
    """Return the most intensive hub that any open child of the family needs (W4, W65)."""
    return _of_family(service, child, suitable(service, child))


def _of_family(service: Service, child: Child, most: Hub | None) -> Hub | None:
    """Return the more intensive of a child's own hub and those of the rest of the family."""
    for member in child.family.children:
        if member is child or member.stage is None or not member.stage.is_hub:
            continue
        if member.closing is not None:
            continue
        hub = suitable(service, member)
        if hub is not None and (most is None or hub.number < most.number):
            most = hub
    return most


def decide(service: Service, child: Child, here: Hub) -> None:
    """Decide at a review: stay, move with the family, or close.

    A case that is being closed, and a child who leaves at this instant, are let be.
    """
    if child.closing is not None or child.stage is not here or child.arriving:
        return
    own = suitable(service, child)
    if own is None:
        if any(strand.keeps_open(child) for strand in service.strands):
            return
        early_help = service.caf_tac
        if early_help is None or not early_help.step_down.considers(child, here):
            begin_closing(service, child, NEEDS_MET)
        return
    target = _of_family(service, child, own)
    if target is None or target is here:
        if child.transfer is not None and child.transfer.may_be_dropped:
            service.transfers.withdraw(child)
        return
    if service.updating is not None and service.updating.comes_first(child, here):
        return
    if child.transfer is not None:
        if child.transfer.to is target or not child.transfer.may_be_dropped:
            return
        service.transfers.withdraw(child)
    if service.class_change.is_one(child, target):
        service.class_change.make(child, target)
    elif not any(strand.sees_to(child, target) for strand in service.strands):
        service.transfers.request(child, target)


def has_risen(service: Service, child: Child, here: Hub) -> bool:
    """Whether the known need calls for a more intensive hub than the child is in."""
    hub = suitable(service, child)
    return hub is not None and hub.plan.number < here.plan.number


def own_need_risen(service: Service, child: Child, here: Hub) -> bool:
    """Whether the child's own known need, and not the family or a guard, calls for more."""
    served_by = service.plan.needs[child.known].served_by
    return (
        bool(served_by)
        and here.name not in served_by
        and service.hubs[served_by[0]].number < here.number
    )


def intensity(service: Service, need: str) -> float:
    """Return the place of a need's hub among the hubs, the most intensive first."""
    served_by = service.plan.needs[need].served_by
    return service.hubs[served_by[0]].number if served_by else float("inf")


def move_now(
    service: Service, child: Child, to: Hub, reason: str, holder: Worker | None = None
) -> None:
    """Move a child, and the family members held with it, at this instant (W69, DESIGN 5).

    Parameters
    ----------
    reason
        ``step_up``, ``step_down`` or what the log should say.
    holder
        Who will hold the case; by default it is allocated on entry.
    """
    here = child.stage
    for member in child.family.children:
        if member.stage is not here or here is None or member.closing is not None:
            continue
        service.transfers.withdraw(member)
        member.next_holder = holder
        here.depart(member, to, reason)
