"""Something that may happen to a child at any time, at a rate by its level of need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service


class Hazard:
    """Events of a child's own life, whoever serves it.

    Moments are drawn at the highest of the rates and kept in proportion to the rate of the
    child's true need at that moment (thinning: Lewis and Shedler 1979), so that they depend
    on nothing but the child.

    Parameters
    ----------
    purpose
        Name of the random stream.
    rates
        Events a year by level of need; none for levels that are not named.
    happens
        Is told of the child and the number of the moment.
    """

    def __init__(
        self,
        service: Service,
        purpose: str,
        rates: Mapping[str, float],
        happens: Callable[[Child, int], None],
    ) -> None:
        self.service = service
        self._u = service.streams[purpose].uniform
        self._rates = dict(rates)
        self._highest = max(self._rates.values(), default=0.0)
        self._happens = happens

    def begin(self, child: Child, since: float, number: int = 0) -> None:
        """Schedule the next moment at which it may happen after a time."""
        if self._highest <= 0.0:
            return
        service = self.service
        mean = service.plan.days_a_year / self._highest
        when = since - mean * log(self._u(child.who, 2 * number))
        if when < child.turns_adult and when < service.horizon:
            service.later(when, partial(self._moment, child, number))

    def _moment(self, child: Child, number: int) -> None:
        rate = self._rates.get(child.need, 0.0)
        if self._u(child.who, 2 * number + 1) * self._highest < rate:
            self._happens(child, number)
        self.begin(child, self.service.env.now, number + 1)
