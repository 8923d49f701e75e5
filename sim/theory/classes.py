"""Who may be held where: classes of children, and how they change.

Class 0 may be held anywhere; 1 is barred from some hubs by overnight breaks (W111). Where there is
Open to Review, 2 and 3 are the same, but Open to Review may not hold 2 for now, and may hold 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.theory.readiness import Readiness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sim.theory.reading import Reading

OVERNIGHT, NO_SIBLING = "overnight_only_by_direct_payment", "no_sibling_in_need"
ALLOWED = ("none", "direct_payment")
BREAKS, FULL = "s20_short_breaks", "full"


class Classes:
    """The classes of a scenario's children.

    Attributes
    ----------
    first
        Share of each class among children first held.
    in_full
        Share who come away from home all the time.
    siblings_in
        For each hub, whether brothers and sisters in need may be held there.
    """

    def __init__(self, reading: Reading) -> None:
        scenario = reading.scenario
        self._reading = reading
        guards = [set(scenario.stages[name].guards) for name in reading.hubs]
        self._bars = [OVERNIGHT in guard for guard in guards]
        self.siblings_in = [NO_SIBLING not in guard for guard in guards]
        routes = scenario.population.attributes.overnight.value
        self.in_full = routes.get(FULL, 0.0) if scenario.safeguarding is not None else 0.0
        barred = sum(share for route, share in routes.items() if route not in ALLOWED)
        barred -= self.in_full
        at_home = 1.0 - self.in_full
        self._two = any(self._bars) and (barred > 0.0 or self._gains(0) > 0.0 or self._any_gains())
        self.first = {0: 1.0 - barred / at_home, 1: barred / at_home} if self._two else {0: 1.0}
        self.none_of_allowed = routes.get("none", 0.0) / max(
            sum(routes.get(route, 0.0) for route in ALLOWED), 1e-9
        )
        breaks = routes.get(BREAKS, 0.0) if scenario.safeguarding is not None else 0.0
        self._breaks = breaks / barred if barred > 0 else 0.0
        section = scenario.open_to_review
        self.review_only = reading.hub[section.stage] if section is not None else None
        if self.review_only is not None:
            self._ready = Readiness(reading, self.review_only)
            others = barred - breaks - self._looked_after(routes)
            self._may = max(others, 0.0) / barred if barred > 0.0 else 0.0

    def __len__(self) -> int:
        if self.review_only is not None:
            return 4
        return 2 if self._two else 1

    @staticmethod
    def _looked_after(routes: Mapping[str, float]) -> float:
        """Share in full that is not counted apart."""
        return 0.0 if BREAKS in routes else routes.get(FULL, 0.0)

    def splits(self, of: int) -> dict[int, float]:
        """Return the classes, with shares, of children who come to a hub in a class of 0 or 1."""
        if self.review_only is None or of > 1:
            return {of: 1.0}
        if of == 0:
            return {0: self._ready.share, 2: 1.0 - self._ready.share}
        ready = self._may * self._ready.with_overnight
        return {1: 1.0 - ready, 3: ready}

    @staticmethod
    def plain(of: int) -> int:
        """Return the class without what Open to Review asks: 0 or 1."""
        return {2: 0, 3: 1}.get(of, of)

    def _any_gains(self) -> bool:
        return any(self._gains(need) > 0.0 for need in range(len(self._reading.needs)))

    def _gains(self, need: int) -> float:
        """Rate a year at which a child's overnight breaks come to bar it."""
        events = self._reading.scenario.need_events
        packages = events.packages if events is not None else None
        if packages is None:
            return 0.0
        rate = packages.overnight.get(self._reading.needs[need])
        if rate is None:
            return 0.0
        routes = packages.routes.value
        barred = sum(routes.values()) - sum(routes.get(route, 0.0) for route in (*ALLOWED, FULL))
        return rate.value * packages.panel.agrees.value * barred

    def may_be_in(self, of: int, hub: int) -> bool:
        """Whether children of a class may be held in a hub."""
        if hub == self.review_only:
            return of in (0, 3)
        return of not in (1, 3) or not self._bars[hub]

    def breaks(self, of: int) -> float:
        """Share of a class who are looked after for a series of overnight breaks."""
        if of != 1:
            return 0.0
        return self._breaks / self.splits(1)[1]

    def comes_into_care(self, need: int) -> float:
        """Return the rate a year at which a package takes a child away from home altogether."""
        events = self._reading.scenario.need_events
        packages = events.packages if events is not None else None
        rate = packages.overnight.get(self._reading.needs[need]) if packages else None
        if packages is None or rate is None or self._reading.scenario.safeguarding is None:
            return 0.0
        agreed = rate.value * packages.panel.agrees.value
        return agreed * packages.routes.value.get(FULL, 0.0) * self.none_of_allowed

    def changes(self, of: int, need: int) -> dict[int, float]:
        """Return the rates a year at which a child changes class."""
        found: dict[int, float] = {}
        if of in (0, 2) and self._two:
            for to, share in self.splits(1).items():
                found[to] = self._gains(need) * self.none_of_allowed * share
        if self.review_only is not None:
            shares = self.splits(of % 2)
            ready, barred = (0, 2) if of % 2 == 0 else (3, 1)
            lost = self._ready.lost
            if of == ready:
                found[barred] = lost
            elif shares[barred] > 0.0:
                found[ready] = lost * shares[ready] / shares[barred]
        return {to: rate for to, rate in found.items() if rate > 0.0}
