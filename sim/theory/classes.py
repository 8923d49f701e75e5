"""Who may be held where: classes of children by their overnight breaks, and how they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.theory.reading import Reading

OVERNIGHT, NO_SIBLING = "overnight_only_by_direct_payment", "no_sibling_in_need"
ALLOWED = ("none", "direct_payment")
BREAKS, FULL = "s20_short_breaks", "full"


class Classes:
    """Classes of children: 0 may be held anywhere; 1 is barred by overnight breaks (W111).

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

    def __len__(self) -> int:
        return 2 if self._two else 1

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
        return of != 1 or not self._bars[hub]

    def breaks(self, of: int) -> float:
        """Share of a class who are looked after for a series of overnight breaks."""
        return self._breaks if of == 1 else 0.0

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
        if of != 0 or not self._two:
            return {}
        rate = self._gains(need) * self.none_of_allowed
        return {1: rate} if rate > 0.0 else {}
