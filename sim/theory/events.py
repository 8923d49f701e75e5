"""Hours of what happens in children's lives: crises, packages, health, providers, rises of need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from sim.theory.reading import quantiles

if TYPE_CHECKING:
    from sim.scenario.sections.need_events import Crises, NeedEvents, Packages
    from sim.scenario.values import Distribution, Sourced
    from sim.theory.work import Work, Workload

UNDER, FROM, TO = 5.0, 11.0, 17.0  # the ages of the factors of crises (as in `service.crises`)


def events(load: Workload) -> Iterator[Work]:
    """Give the work that follows from the section `need_events`."""
    says = load.scenario.need_events
    if says is None:
        return
    risen = _rises(load)
    crises = [0.0] * len(load.reading.hubs)
    if says.crises is not None:
        crises = [_crises(load, says.crises, hub) for hub in range(len(crises))]
    assessed = list(risen)
    if says.packages is not None:
        yield from _packages(load, says.packages, assessed)
    if says.crises is not None:
        yield from _crisis_work(load, says, crises, risen)
    yield from _updating(load, says, assessed, risen)
    if says.providers is not None:
        for hub in range(len(risen)):
            number = _happens(load, says.providers.asks_for_review, hub)
            review = says.providers.review
            yield load.some(load.holder(hub), "provider_review", number, review.hours.value)


def _happens(load: Workload, rates: Mapping[str, Sourced[float]], hub: int) -> float:
    """Events a year among a hub's children, at rates by need."""
    return sum(
        rate.value * float(load.disabled[hub, load.reading.need[name]])
        for name, rate in rates.items()
    )


def _rises(load: Workload) -> list[float]:
    """Rises a year of a child's own need out of what its hub serves, as they become known."""
    return [load.stepped_up(hub) for hub in range(len(load.reading.hubs))]


def _crises(load: Workload, says: Crises, hub: int) -> float:
    """Crises a year in a hub: the factors of age, of a sibling in need, on average."""
    times = says.times
    young = 1.0 - load.model.share_older(hub, UNDER)
    middle = load.model.share_older(hub, FROM) - load.model.share_older(hub, TO)
    by_age = 1.0 + young * (times.under_5.value - 1.0) + middle * (times.from_11_to_16.value - 1.0)
    beside = load.beside_in_need(hub)
    by_family = 1.0 + beside * (times.sibling_in_need.value - 1.0)
    return _happens(load, says.rate, hub) * by_age * by_family


def _crisis_work(
    load: Workload, says: NeedEvents, crises: list[float], risen: list[float]
) -> Iterator[Work]:
    """Crises and rises become work; those that stayed hidden take longer."""
    assert says.crises is not None
    finding = says.finding
    late = finding.late_finding == "on"
    for hub, name in enumerate(load.reading.hubs):
        hidden = (1.0 - finding.reported.value) if late else 0.0
        seen = load.model.delays.share_worsened(name)
        more = 1.0 + hidden * seen * (finding.worse.value - 1.0)
        here = says.crises.in_stage.get(name)
        hours = (here.hours if here is not None else says.crises.hours).value
        elsewhere = here is not None and here.role == "assigned"
        pool = load.role(hub, "assigned") if elsewhere else load.holder(hub)
        number = crises[hub] + risen[hub] * finding.reported.value
        yield load.some(pool, "crisis", number, hours.mean() * more)


def _packages(load: Workload, says: Packages, assessed: list[float]) -> Iterator[Work]:
    """Requests to the panel; significant changes and overnight breaks are assessed first."""
    significant = _above(says.hours.value, says.significant_from.value)
    each = says.request.hours.value.mean() + says.request.follow_up.value
    providers = load.scenario.need_events and load.scenario.need_events.providers
    for hub in range(len(assessed)):
        changes = _happens(load, says.rate, hub)
        overnight = _happens(load, says.overnight, hub)
        notices = _happens(load, providers.gives_notice, hub) if providers else 0.0
        assessed[hub] += changes * significant + overnight
        number = changes + overnight + notices + load.carers_packages(hub)
        if says.first is not None:
            number += load.planned(hub) * says.first.value
        yield load.some(load.holder(hub), "panel_request", number, each)
    meetings = 1.0 / load.reading.years(says.panel.every.value)
    for team, hours in says.panel.managers.items():
        pool = f"{team}.{says.panel.role}"
        yield load.some(pool, "resource_panel", meetings, hours.value)


def _above(draw: Distribution, limit: float) -> float:
    values, weights = quantiles(draw, 512)
    return float(weights[values >= limit].sum())


def _updating(
    load: Workload, says: NeedEvents, assessed: list[float], risen: list[float]
) -> Iterator[Work]:
    """Updating assessments: by the holder or by social workers; one in hand takes up others."""
    spec = says.updating
    signer = load.scenario.assessment.sign_off
    for hub, name in enumerate(load.reading.hubs):
        stage = load.scenario.stages[name]
        pool = load.holder(hub) if name in spec.holder_does else f"{spec.team}.{spec.role}"
        hours = spec.hours_in.get(name, spec.hours).value
        yield load.some(pool, "updating_assessment", assessed[hub], hours)
        assessors = pool.split(".")[0]
        supervision = load.scenario.teams[assessors].supervision
        by = supervision.by if supervision is not None else signer.role
        desk = f"{assessors if supervision is not None else signer.team}.{by}"
        if signer.by == "holder":
            desk = load.role(hub, "holder")
        yield load.some(desk, "updating_sign_off", assessed[hub], spec.sign_off_hours.value)
        own = load.scenario.teams[stage.team].supervision
        if own is not None:
            talks = risen[hub]
            hours_each = spec.managers_talk.value
            yield load.some(f"{stage.team}.{own.by}", "escalation", talks, hours_each)
            safe = load.scenario.stages[load.reading.hubs[0]].team
            other = load.scenario.teams[safe].supervision
            if other is not None and safe != stage.team:
                yield load.some(f"{safe}.{other.by}", "escalation", talks, hours_each)
