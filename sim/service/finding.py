"""Finding out: what has happened is reported, seen at a look, heard in a call, or worsens.

What happens is the child's own; when the service learns of it is not. Everything that comes
after finding (tasks, assessments, moves) starts here, so that with late finding switched off
only that changes.
"""

from __future__ import annotations

from functools import partial
from math import log
from typing import TYPE_CHECKING, Any, Protocol

from sim.service.streams import identity

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.need_plan import NeedEventsPlan
    from sim.service.service import Service
    from sim.service.task import Task

AT_ONCE, REPORTED, LOOK, CALL, WORSENED = "at_once", "reported", "look", "call", "worsened"


class Trouble:
    """Something that has happened to a child.

    Attributes
    ----------
    what
        ``crisis``, ``package``, ``health``, ``provider`` or ``need`` (the level of need has risen).
    about
        More for the log, ``key=value`` joined by ``;``.
    size
        How much, where that means something (hours a week of a package).
    how
        How it was found; empty while it is hidden.
    """

    __slots__ = ("about", "child", "how", "id", "listens", "number", "size", "what", "who")

    def __init__(
        self, child: Child, what: str, number: int, about: str = "", size: Any = 0.0
    ) -> None:
        self.child = child
        self.what = what
        self.number = number
        self.id = f"{child.id}/{what}/{number}"
        self.who = identity(self.id)  # its own draws
        self.about = about
        self.size = size
        self.how = ""
        self.listens = 0  # how often calls have begun (anew) to bring it to light

    @property
    def worse(self) -> bool:
        """Whether it stayed hidden until it became a crisis."""
        return self.how == WORSENED

    @property
    def said(self) -> str:
        """For the log: what it is, and which."""
        return f"what={self.what};id={self.id}" + (f";{self.about}" if self.about else "")


class Response(Protocol):
    """What the service does about one kind of trouble, once it is found."""

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """The service has learnt of it, perhaps at a look."""


class Finding:
    """What the service does not know yet, and the ways in which it comes to know.

    Draws belong to the trouble, or to the child and the look: they are the same whoever works.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self.responses: dict[str, Response] = {}
        self.hidden: dict[Child, dict[str, Trouble]] = {}
        self._reports = service.streams["reported"]
        self._worsens = service.streams["worsens"]
        self._calls = service.streams["calls bring to light"]

    @property
    def plan(self) -> NeedEventsPlan:
        """What the scenario says now."""
        plan = self.service.plan.need_events
        assert plan is not None
        return plan

    def arises(self, trouble: Trouble, *, told: bool = False) -> None:
        """Something has happened: it will be reported, or stays hidden.

        Parameters
        ----------
        told
            Whoever brings it about tells the service at once.
        """
        service, plan, child = self.service, self.plan, trouble.child
        if child.stage is None:
            return  # nobody here is there to find it; who comes (again) is the population's
        self.hidden.setdefault(child, {})[trouble.id] = trouble
        now = service.env.now
        if told or not plan.late:
            self._comes_out(trouble, REPORTED if told else AT_ONCE)
        elif self._reports.uniform(trouble.who) < plan.reported:
            delay = self._reports.uniform(trouble.who, 1) * plan.report_days
            service.later(now + delay, partial(self._comes_out, trouble, REPORTED))
        else:
            if plan.worsen_days < float("inf"):
                wait = -plan.worsen_days * log(self._worsens.uniform(trouble.who))
                service.later(now + wait, partial(self._comes_out, trouble, WORSENED))
            if child.stage.is_hub:
                self._listen(trouble)

    def is_hidden(self, trouble: Trouble) -> bool:
        """Whether the service has still to learn of it."""
        return trouble.id in self.hidden.get(trouble.child, {})

    def drop(self, child: Child, what: str | None = None) -> None:
        """Forget what is hidden: it is over, or no longer the service's to find."""
        hidden = self.hidden.get(child)
        if hidden is None:
            return
        for trouble in list(hidden.values()):
            if what is None or trouble.what == what:
                del hidden[trouble.id]
        if not hidden:
            del self.hidden[child]

    # --- ways to find ----------------------------------------------------------------------

    def _comes_out(self, trouble: Trouble, how: str) -> None:
        if not self.is_hidden(trouble):
            return
        stage = trouble.child.stage
        if stage is None or not stage.is_hub:
            # The front door or the assessment in hand deals with it.
            del self.hidden[trouble.child][trouble.id]
            return
        self._found(trouble, how, None)

    def look(self, child: Child, task: Task) -> None:
        """A visit, a review or another look: each thing hidden may be seen."""
        chance = task.kind.finds
        if child in self.hidden and chance:
            self.seen(child, chance, f"sees/{task.kind.name}", task.occasion, task)

    def seen(self, child: Child, chance: float, by: str, occasion: int, at: Task | None) -> None:
        """Find each hidden thing with a chance; a rise of need is found by the look itself."""
        stream = self.service.streams[by]
        for trouble in list(self.hidden.get(child, {}).values()):
            if trouble.what != "need" and stream.uniform(trouble.who, occasion) < chance:
                self._found(trouble, LOOK, at)

    def entered(self, child: Child) -> None:
        """The child's workers take calls from now on."""
        for trouble in self.hidden.get(child, {}).values():
            self._listen(trouble)

    def _listen(self, trouble: Trouble) -> None:
        """Calls with the family bring it to light at a rate, for as long as the child is here."""
        service, child = self.service, trouble.child
        assert child.stage is not None
        rate = self.plan.call_finds.get(child.stage.name, 0.0)
        trouble.listens += 1
        if rate > 0.0:
            # The wait has no memory, so that a move, or nobody to call, may begin it anew.
            wait = -log(self._calls.uniform(trouble.who, trouble.listens)) / rate
            service.later(service.env.now + wait, partial(self._call, trouble, trouble.listens))

    def _call(self, trouble: Trouble, listens: int) -> None:
        if listens != trouble.listens or not self.is_hidden(trouble):
            return
        holder = trouble.child.caseworker
        if holder is None or not holder.present:
            self._listen(trouble)
        else:
            self._found(trouble, CALL, None)

    def _found(self, trouble: Trouble, how: str, at: Task | None) -> None:
        del self.hidden[trouble.child][trouble.id]
        trouble.how = how
        child = trouble.child
        if trouble.what != "need":
            self.service.recorder.found(child, f"{trouble.said};how={how}")
        if child.closing is None:
            self.responses[trouble.what].found(trouble, at)
