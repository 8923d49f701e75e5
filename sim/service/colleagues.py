"""A colleague found for one occasion: who chairs a review, who talks a case over in supervision.

Unlike an assigned worker the colleague has no part in the case but for this occasion: somebody of
the team in one of the roles that may, who has fewest such occasions in hand. It may be asked for
only for some children (`conditions`), for a share of the others, and not where a meeting is the
school's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.conditions import CONDITIONS, any_of

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.service.child import Child
    from sim.service.plan import Plan
    from sim.service.rule import Guard
    from sim.service.service import Service
    from sim.service.task import Kind, Task

COLLEAGUE = "colleague"


class Colleagues:
    """Of one kind of second worker's part: who may do it, and for whom it is wanted.

    Attributes
    ----------
    by_role
        The part as work of each role that may do it, the first choice first.
    """

    __slots__ = ("by_role", "not_with_school", "only_for", "others", "team")

    def __init__(self, plan: Plan, team: str, part: Kind, spec: schema.Second) -> None:
        self.team = team
        self.only_for: tuple[Guard, ...] = tuple(CONDITIONS[name] for name in spec.only_for)
        self.others = spec.share.value if spec.share is not None else 0.0 if self.only_for else 1.0
        self.not_with_school = spec.not_with_school
        self.by_role: dict[str, Kind] = {}
        for role in spec.of:
            kind = part if not self.by_role else plan.kind(part.name, part.stage, spec.hours, 6)
            kind.role = part.name  # the label under which the colleague is attached
            kind.priority = part.priority
            kind.pool = plan.pool(f"{team}.{role}")
            kind.only_pool = True  # nobody else does it: without a colleague it waits
            kind.appointment, kind.one_sitting = part.appointment, part.one_sitting
            kind.colleagues = self
            self.by_role[role] = kind


def wanted(service: Service, task: Task, colleagues: Colleagues) -> bool:
    """Whether this occasion is for two."""
    child = task.child
    assert child is not None and child.stage is not None
    hub = service.hubs[child.stage.name]
    if colleagues.not_with_school and hub.is_with_school(task):
        return False
    if any_of(colleagues.only_for, child, hub):
        return True
    u = service.streams[f"with a colleague/{task.kind.name}"].uniform
    return u(child.who, task.occasion) < colleagues.others


def found(service: Service, child: Child, part: Kind) -> Kind:
    """Attach a colleague for the occasion; return the part as that role's work.

    If nobody is there today somebody of the first role is asked for, and the part waits.
    """
    colleagues = part.colleagues
    assert colleagues is not None
    here = child.attached.get(part.role)
    if here is not None and here.post.role in colleagues.by_role:
        return colleagues.by_role[here.post.role]
    for role, kind in colleagues.by_role.items():
        worker = service.allocation.least_loaded(child, colleagues.team, role)
        if worker is not None:
            service.allocation.allocate(child, worker, part.role)
            return kind
    first = next(iter(colleagues.by_role))
    service.allocation.request(child, colleagues.team, first, part.role)
    return part


def release(service: Service, child: Child, part: Kind | None) -> None:
    """The occasion is over, or off."""
    if part is not None and part.colleagues is not None:
        service.allocation.deallocate(child, part.role)
