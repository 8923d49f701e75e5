"""A child's own life: needs that change in continuous time, whoever serves the child.

Draws belong to the child and the number of the change, so a child's life is the same
under every delivery model and every staffing.
"""

from __future__ import annotations

from functools import partial
from math import inf, log
from typing import TYPE_CHECKING

from sim.service.closure import ADULT, begin_closing

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service


class Life:
    """Changes of need, families moving away, and birthdays."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._changes = service.streams["life"]
        self._before = service.streams["life before day one"]
        self._leaving = service.streams["leaving"]
        self._return = service.streams["return"]

    def begin(self, child: Child, since: float, seen: float = -inf) -> None:
        """Start a child's life at a moment, perhaps before the run: what has changed is true.

        Parameters
        ----------
        since
            Working days; when negative, changes up to day 0 happen without being told.
        seen
            When the service last looked: what had changed by then it knows.
        """
        if since < 0.0:
            self._up_to_day_one(child, since, seen)
        self._next(child, max(since, 0.0))
        service = self.service
        for strand in service.strands:
            strand.born(child, since)
        closing = service.plan.closure.once_within
        early = child.turns_adult - (closing.days if closing is not None else 0)
        if early < service.horizon:
            service.later(max(early, service.env.now), lambda: self._nearly_adult(child))
            service.later(child.turns_adult, lambda: begin_closing(service, child, ADULT))

    def _up_to_day_one(self, child: Child, since: float, seen: float) -> None:
        """Let the need change from the last look to day 0, with draws of their own.

        Changes come at constant rates, so that the life from day 0 on does not ask how long ago
        the last look was: a service that looks more often meets the same lives.
        """
        needs, number = self.service.plan.needs, 0
        while True:
            need = needs[child.need]
            if need.becomes is None:
                return
            since -= need.mean_days * log(self._before.uniform(child.who, number))
            if since > 0.0:
                return
            child.need = need.becomes(self._before.uniform(child.who, number + 1))
            if since <= seen:
                child.known = child.need
            number += 2

    def _next(self, child: Child, since: float) -> None:
        plan = self.service.plan
        need = plan.needs[child.need]
        if need.becomes is None:
            return
        occasion = child.need_occasion
        child.need_occasion = occasion + 2
        when = since - need.mean_days * log(self._changes.uniform(child.who, occasion))
        if when >= child.turns_adult or when >= plan.horizon:
            return
        becomes = need.becomes(self._changes.uniform(child.who, occasion + 1))
        self.service.later(when, partial(self._change, child, becomes))

    def _change(self, child: Child, need: str) -> None:
        service = self.service
        child.need = need
        service.recorder.need(child)
        for strand in service.strands:
            strand.need_changed(child)
        comes_back = not child.family.moved_away
        if child.stage is None and comes_back and service.plan.serving(need):
            delay = service.plan.return_delay(self._return.uniform(child.who, child.need_occasion))
            service.later(service.env.now + delay, lambda: service.population.returns(child))
        self._next(child, service.env.now)

    def may_leave(self, child: Child) -> None:
        """From the first hub of an episode on, the family may move away or want no service."""
        service = self.service
        if child.is_sibling:
            return  # the family leaves with the disabled child, or not at all
        rates = service.plan.scenario.population.leaving
        for number, (reason, rate) in enumerate(
            (("moved_away", rates.moves_away), ("not_wanted", rates.service_not_wanted))
        ):
            if rate.value <= 0.0:
                continue
            u = self._leaving.uniform(child.who, (child.season << 1) + number)
            when = service.env.now - service.plan.days_a_year / rate.value * log(u)
            if when < service.horizon:
                self._leave_at(child, when, reason, child.season)

    def _leave_at(self, child: Child, when: float, reason: str, season: int) -> None:
        def leave() -> None:
            if child.season != season or not child.is_open:
                return
            for member in child.family.children:
                begin_closing(self.service, member, reason)

        self.service.later(when, leave)

    def _nearly_adult(self, child: Child) -> None:
        if child.stage is not None and child.stage.name in self.service.hubs:
            begin_closing(self.service, child, ADULT)
