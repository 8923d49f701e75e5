"""What happens to children whoever serves them: one stream of events for each kind.

Events come by thinning (Lewis and Shedler 1979): candidates at the highest rate the child's
need allows, kept with the chance that the rate of the moment is of it. Nothing here depends
on the service, so that events, their times and their numbers are the same under every model
and every staffing.
"""

from __future__ import annotations

from functools import partial
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.need_plan import NeedEventsPlan
    from sim.service.service import Service

NAME = "happenings"


class Fate:
    """What a child's own life holds besides its level of need.

    Attributes
    ----------
    turn
        How often the need has changed: candidates of an earlier turn no longer count.
    drawn, happened
        Candidates and events so far, by kind.
    overnight
        Whether the child came with overnight breaks, which a provider may give up.
    loss_felt_until
        Until when the loss of an overnight provider makes crises more likely.
    unstable
        Whether the child's health is truly unstable.
    """

    __slots__ = ("drawn", "happened", "loss_felt_until", "overnight", "turn", "unstable")

    def __init__(self, overnight: bool, unstable: bool) -> None:
        self.turn = 0
        self.drawn: dict[str, int] = {}
        self.happened: dict[str, int] = {}
        self.overnight = overnight
        self.loss_felt_until = float("-inf")
        self.unstable = unstable


def fate(child: Child) -> Fate:
    """Return what a child's life holds."""
    return child.strands[NAME]  # type: ignore[no-any-return]


class Happening:
    """One kind of event in children's lives."""

    name: str

    def __init__(self, service: Service) -> None:
        self.service = service
        self._times = service.streams[f"happens/{self.name}"]
        self.adopt()

    def adopt(self) -> None:
        """Take on what the scenario says from now on."""
        plan = self.service.plan.need_events
        assert plan is not None
        self.plan: NeedEventsPlan = plan

    def most(self, child: Child) -> float:
        """Return the highest rate a working day for as long as the need stays as it is."""
        raise NotImplementedError

    def rate(self, child: Child) -> float:
        """Return the rate a working day now; at most `most`."""
        return self.most(child)

    def happens(self, child: Child, number: int) -> None:
        """It happens, for the `number`-th time in the child's life."""
        raise NotImplementedError

    def next(self, child: Child, since: float) -> None:
        """Draw the next candidate after a time."""
        most = self.most(child)
        if most <= 0.0:
            return
        service, life = self.service, fate(child)
        number = life.drawn.get(self.name, 0)
        life.drawn[self.name] = number + 1
        when = since - log(self._times.uniform(child.who, 2 * number)) / most
        if when < min(child.turns_adult, service.horizon):
            service.later(when, partial(self._candidate, child, life.turn, number, most))

    def _candidate(self, child: Child, turn: int, number: int, most: float) -> None:
        life = fate(child)
        if turn != life.turn:
            return  # the need has changed since: its own candidates have taken over
        if self._times.uniform(child.who, 2 * number + 1) * most < self.rate(child):
            count = life.happened[self.name] = life.happened.get(self.name, 0) + 1
            self.happens(child, count)
        if turn == life.turn:
            self.next(child, self.service.env.now)
