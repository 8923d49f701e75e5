"""When a case is given to somebody, and the note of it, ready to use (C7, C8, X22)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.task import RESPONSIBLE

if TYPE_CHECKING:
    from sim.service.plan import Plan
    from sim.service.task import Kind

NOTE = "allocation_note"


class AllocationPlan:
    """The section of the scenario; without it cases are allocated the next working day.

    Attributes
    ----------
    same_day
        Whether a worker who is called for is found at once, if anybody is there.
    note
        The holder's note of each allocation; None for none.
    """

    def __init__(self, plan: Plan) -> None:
        spec = plan.scenario.allocation
        self.same_day = spec is not None and spec.when == "same_day"
        self.note: Kind | None = None
        if spec is not None and spec.note is not None:
            kind = plan.kind(NOTE, "service", spec.note.hours, spec.note.priority, NOTE)
            kind.once_within = plan.cadence(spec.note.within.value)
            kind.role = RESPONSIBLE
            kind.follows_child = True
            self.note = kind
