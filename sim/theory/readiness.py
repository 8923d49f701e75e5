"""How many stable children Open to Review may hold, and how often that changes.

Some bars are lasting (continuing care, parents who do not agree), some pass (health, too many
changes of package or crises in the last year). Lasting and passing ones together are taken as one
bar that comes and goes, with the right share of children and the right number of changes a year.
"""

from __future__ import annotations

from math import exp
from typing import TYPE_CHECKING

import numpy as np

from sim.theory.reading import quantiles
from sim.theory.traffic import Vector

if TYPE_CHECKING:
    from sim.theory.reading import Reading

LASTING = 5.0  # years: about as long as a child is held
MOST = 30  # events in a span, beyond which there are none to speak of


class Readiness:
    """Whether the stage of Open to Review may hold a child whose need it serves.

    Attributes
    ----------
    share, with_overnight
        Share who may be held, without and with overnight breaks that are provided for the family.
    lost, regained
        How often a year a child who may be held becomes one who may not, and the other way about.
    """

    def __init__(self, reading: Reading, hub: int) -> None:
        self._scenario = reading.scenario
        stage = self._scenario.stages[reading.hubs[hub]]
        self._guards = set(stage.guards)
        self._settings = stage.settings
        self._needs = [
            name for name, by in zip(reading.needs, reading.served_by, strict=True) if hub in by[:1]
        ]
        bars: list[tuple[float, float]] = [(share, LASTING) for share in self._lasting()]
        health, lasts = self._health()
        bars.append((health, lasts))
        bars.append((1.0 - self._settled(), self._span / 2.0))
        self.share = float(np.prod([1.0 - share for share, _ in bars]))
        ends = sum(share / lasts for share, lasts in bars)
        self.lost = ends
        barred = max(1.0 - self.share, 1e-9)
        self.regained = self.lost * self.share / barred
        self.with_overnight = self.share * (1.0 - self._significant())

    def _lasting(self) -> list[float]:
        attributes = self._scenario.population.attributes
        found = []
        if "no_continuing_care" in self._guards:
            found.append(attributes.continuing_care.value)
        if "parents_agree_if_life_limited" in self._guards and attributes.parents_agree is not None:
            agree = attributes.parents_agree.value
            found.append(attributes.life_limiting.value * (1.0 - agree))
        if "outcomes_are_clear" in self._guards and attributes.clear_outcomes is not None:
            section = self._scenario.open_to_review
            mended = section.outcomes_mended.value if section is not None else 0.0
            found.append((1.0 - attributes.clear_outcomes.value) * (1.0 - mended) / 2.0)
        return found

    def _health(self) -> tuple[float, float]:
        """Share whose health is unstable, and for how long."""
        if "health_is_stable" not in self._guards:
            return 0.0, LASTING
        events = self._scenario.need_events
        if events is None or events.health is None:
            return self._scenario.population.attributes.unstable_health.value, LASTING
        on, off = events.health.becomes_unstable.value, events.health.becomes_stable.value
        return on / (on + off), 1.0 / off if off > 0.0 else LASTING

    def _significant(self) -> float:
        """Share of provided overnight breaks that are significant and do not work well."""
        name = "no_significant_overnight_unless_it_works_well"
        attributes = self._scenario.population.attributes
        if name not in self._guards or self._settings is None:
            return 0.0
        limit = getattr(self._settings, "complex_plan_hours", None)
        works = attributes.overnight_works_well
        values, weights = quantiles(attributes.package_hours.value, 512)
        often = float(weights[values > limit.value].sum()) if limit is not None else 0.0
        return often * (1.0 - (works.value if works is not None else 0.0))

    @property
    def _span(self) -> float:
        span = getattr(self._settings, "events_span", None)
        return span.value.years() if span is not None else 1.0

    def _settled(self) -> float:
        """Share with no more changes of package, and crises, than the rules allow in their span."""
        events = self._scenario.need_events
        if events is None or not self._needs:
            return 1.0
        need = self._needs[0]
        changes, crises, cv = 0.0, 0.0, 1.0
        if (packages := events.packages) is not None:
            for rates in (packages.rate, packages.overnight):
                changes += rates[need].value if need in rates else 0.0
            if events.providers is not None and need in events.providers.gives_notice:
                changes += events.providers.gives_notice[need].value
            changes *= packages.panel.agrees.value
        if (says := events.crises) is not None and need in says.rate:
            crises = says.rate[need].value * 1.15  # ages and families: about as the twin has them
            cv = says.frailty_cv.value
        of_package, of_crisis = _poisson(changes * self._span), _spread(crises * self._span, cv)
        most_changes = _limit(self._settings, "package_changes", self._guards)
        most_events = _limit(self._settings, "events", self._guards)
        return float(
            sum(
                of_package[n] * of_crisis[: max(int(min(most_events, MOST)) - n + 1, 0)].sum()
                for n in range(int(min(most_changes, most_events, MOST)) + 1)
            )
        )


def _limit(settings: object, name: str, guards: set[str]) -> float:
    rule = {"package_changes": "package_seldom_changes", "events": "two_reviews_a_year_suffice"}
    limit = getattr(settings, name, None)
    return float(limit.value) if limit is not None and rule[name] in guards else float(MOST)


def _poisson(mean: float) -> Vector:
    found = np.zeros(MOST + 1)
    found[0] = exp(-mean)
    for n in range(1, MOST + 1):
        found[n] = found[n - 1] * mean / n
    return found


def _spread(mean: float, cv: float) -> Vector:
    """A Poisson number whose mean differs between children (gamma): negative binomial."""
    if cv <= 0.0 or mean <= 0.0:
        return _poisson(mean)
    shape = 1.0 / cv**2
    p = mean / (mean + shape)
    found = np.zeros(MOST + 1)
    found[0] = (1.0 - p) ** shape
    for n in range(1, MOST + 1):
        found[n] = found[n - 1] * p * (shape + n - 1.0) / n
    return found
