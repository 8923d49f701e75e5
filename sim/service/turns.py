"""A promise kept in turns: reviews face to face and by telephone, with the school or without.

Face to face at least yearly, with the school's review where there is an EHC plan (O27 to O29),
else at a meeting of the service's own (O45); by telephone half a year after (O30). For some
children it is never the other kind's turn: these are met each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.conditions import any_of
from sim.service.strand import Strand

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sim.service.child import Child
    from sim.service.stage import Hub
    from sim.service.task import Cadence, Kind


def in_turns(kind: Kind) -> bool:
    """Whether not every occasion of a stage's task is alike for every child."""
    return kind.every_other is not None or kind.without_plan is not None


def takes_turns(child: Child, kind: Kind, hub: Hub) -> bool:
    """Whether the other kind has its turn with this child."""
    if kind.every_other is None:
        return False
    return not kind.never_for or not any_of(kind.never_for, child, hub)


def face_to_face(child: Child, kind: Kind) -> Kind:
    """Return what the task is for this child when it is not the other kind's turn."""
    return kind if child.ehc_month or kind.without_plan is None else kind.without_plan


def following(child: Child, kind: Kind, held: Kind, hub: Hub) -> Kind:
    """Return whose turn it is after an occasion of the stage's task `kind` was held."""
    if held is kind.every_other or not takes_turns(child, kind, hub):
        return face_to_face(child, kind)
    assert kind.every_other is not None
    return kind.every_other


def school_month(
    dues: Sequence[int], due: int, cadence: Cadence, reach: float, now: float
) -> int | None:
    """Return the end of the school's month to which an occasion due at `due` may be moved.

    It may be later by `reach`, a share of the interval, and earlier by the rest of the interval:
    of two turns that follow each other one can always be held with the school.
    """
    later = cadence.days * reach
    earlier = cadence.days - later
    near = [d for d in dues if due - earlier <= d <= due + later and d - cadence.window > now]
    return max(near, default=None)


class Turns(Strand):
    """Sees that a child whose package has grown is met at the next review, not rung up."""

    def overnight_changed(self, child: Child) -> None:
        """Overnight breaks may have begun."""
        self.package_changed(child)

    def package_changed(self, child: Child) -> None:
        """The package is another from now on."""
        if child.stage is not None and child.stage.is_hub:
            self.service.hubs[child.stage.name].take_turns_anew(child)
