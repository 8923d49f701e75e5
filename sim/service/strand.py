"""A strand: work that follows the child rather than the stage (safeguarding, packages, carers ...).

Each strand lives in a module of its own and is told of the few moments in a case at which it
may have something to do. What a strand keeps about a child lies in ``child.strands[NAME]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task


class Strand:
    """What every strand can be told; by default it does nothing."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def born(self, child: Child, since: float) -> None:
        """A child has been made, whose life begins at `since` (before day 0 if negative).

        The place to schedule what happens to the child whoever serves it: draws belong to the
        child's own streams, and nothing here may depend on the service.
        """

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """The child has entered a hub and has its workers and the hub's promises.

        A day-one case has come from nowhere.
        """

    def leaving(self, child: Child, to: Place | None) -> None:
        """The child is leaving a stage, with its workers still there; `to` is None at closure."""

    def need_changed(self, child: Child) -> None:
        """The child's true need has changed, unknown to the service as yet."""

    def looked(self, child: Child, task: Task) -> None:
        """A task at which the service looks (its kind has `finds`) has been done."""

    def extra_hours(self, child: Child, task: Task) -> float:
        """Return the hours that the strand adds to a review or a single assessment that opens."""
        return 0.0

    def held(self, child: Child, task: Task) -> None:
        """A review has just been held; the next one is not yet fixed.

        ``task.spent`` is 0 for a review met in a brother's or sister's.
        """

    def assessed(self, child: Child, task: Task) -> None:
        """An assessment of the child (a single or an updating one) is complete."""

    def package_wanted(self, child: Child, why: str) -> None:
        """Somebody finds that a package should be asked for, or a change of it (W105 to W107)."""

    def done(self, child: Child, task: Task) -> None:
        """A piece of one-off work for the child has been done, in a hub."""

    def status_changed(self, child: Child, name: str, on: bool) -> None:
        """The service now knows that something is so of the child, or no longer so."""

    def sees_to(self, child: Child, to: Hub) -> bool:
        """Whether the strand itself sees to a move that a look has called for.

        Otherwise the child is put on the transfer list.
        """
        return False

    def requires(self, child: Child) -> Hub | None:
        """Return the hub in which a status keeps the child, whatever its need; None if none."""
        return None

    def requires_on_day_one(self, child: Child) -> Hub | None:
        """Return the hub in which a status of before day one will keep a child; None if none.

        Asked before the case is opened, where the children of day one are placed by need.
        """
        return None

    def screened(self, child: Child, outcome: str) -> str:
        """The front door has drawn an outcome for a contact; return what it decides."""
        return outcome

    def being_assessed(self, child: Child) -> None:
        """A single assessment has been opened, and a social worker asked for."""

    def keeps_open(self, child: Child) -> bool:
        """Whether the case may not be closed as "needs met" now, whatever the need."""
        return False

    def overnight_changed(self, child: Child) -> None:
        """The route of the child's overnight short breaks is another from now on."""

    def package_changed(self, child: Child) -> None:
        """The hours of the child's package are others from now on."""

    def adopted(self) -> None:
        """A dated change of the scenario has taken effect."""

    def day(self, day: int) -> None:
        """A working day breaks (before openings)."""


class Told:
    """For what is told most often: the strands to which it means something, in their order."""

    def __init__(self, strands: list[Strand]) -> None:
        self.extra_hours = [s.extra_hours for s in strands if _own(s, Strand.extra_hours)]
        self.held = [s.held for s in strands if _own(s, Strand.held)]
        self.done = [s.done for s in strands if _own(s, Strand.done)]
        self.looked = [s.looked for s in strands if _own(s, Strand.looked)]
        self.requires = [s.requires for s in strands if _own(s, Strand.requires)]


def _own(strand: Strand, default: Callable[..., object]) -> bool:
    """Whether a strand answers for itself, and does not do nothing."""
    return getattr(type(strand), default.__name__) is not default
