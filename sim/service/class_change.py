"""A change of class: the case goes from one stage to another and stays with its worker.

Where a worker carries several classes of case, going from one to another is no transfer: there is
no list, no slot to find, and nobody new to get to know. It takes effect at the review or event
that decides it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.placing import move_now

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.stage import Hub


class ClassChange:
    """Changes between the classes of case that one worker carries."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def is_one(self, child: Child, to: Hub) -> bool:
        """Whether a move would be a change of class only."""
        section, here = self.service.plan.moves.change_of_class, child.stage
        if section is None or here is None:
            return False
        return here.name in section.between and to.name in section.between

    def make(self, child: Child, to: Hub) -> None:
        """Change the class at this instant: the allocated worker stays responsible (K3)."""
        if child.arriving:
            return  # leaving at this instant: where the child arrives, it is looked at again
        reason = "step_up" if to.number < child.stage.number else "step_down"  # type: ignore[union-attr]
        keeps = child.holder if child.minded is None else None
        move_now(self.service, child, to, reason, keeps)
