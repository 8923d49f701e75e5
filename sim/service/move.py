"""One move of a family between hubs, from the day it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.stage import Hub
    from sim.service.task import Task
    from sim.service.worker import Worker

LISTED, DISPUTED, DISCUSSING, RECORDS, IN_HAND, AT_REVIEW = range(6)
WAITS = ("slot", "decision", "preparation")
MANAGERS, FAMILY, WITHDRAWN = "managers", "family", "withdrawn"
NO_SLOT = "no_slot"
UPHELD = "move_upheld"  # the operations manager's decision, as the log has it


class Transfer:
    """One family on the list.

    Attributes
    ----------
    since
        When the move was asked for, or the operations manager last looked at its waiting.
    worker
        Who will hold the children, once the move is agreed and a slot is kept.
    task
        What is being done for the move now.
    objection
        Who has said no, not yet acted upon: ``managers``, ``family`` or nobody.
    agreed
        Whether the incoming manager has agreed, apart from a slot.
    forced
        Whether the limit may be exceeded as far as the operations manager can go.
    asked, decision
        How often the operations manager has been asked, and the decision now awaited.
    decided
        On what the operations manager has decided since the last look.
    """

    __slots__ = (
        "agreed",
        "asked",
        "children",
        "decided",
        "decision",
        "forced",
        "objection",
        "occasion",
        "since",
        "step",
        "task",
        "to",
        "worker",
    )

    def __init__(self, children: list[Child], to: Hub, since: float, occasion: int) -> None:
        self.children = children
        self.to = to
        self.since = since
        self.occasion = occasion
        self.step = LISTED
        self.worker: Worker | None = None
        self.task: Task | None = None
        self.objection = ""
        self.agreed = self.forced = False
        self.asked = 0
        self.decision: Task | None = None
        self.decided = ""

    @property
    def may_be_dropped(self) -> bool:
        """Whether a review may still find that the child should stay."""
        return self.worker is None or self.step == AT_REVIEW

    @property
    def waits_for(self) -> str:
        """What holds the move up: ``slot``, ``decision`` or ``preparation`` (W76 to W81)."""
        if self.step == LISTED:
            return "slot"
        return "decision" if self.step == DISPUTED else "preparation"

    @property
    def steps_up(self) -> bool:
        """Whether the move is to a more intensive hub."""
        here = self.children[0].stage
        return here is not None and self.to.number < here.number
