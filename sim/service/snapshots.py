"""What children already open on day one are like: their age, need and time known.

When a scenario gives only counts, ages and elapsed times are those of a service in
equilibrium: lives are begun over many years before the start, unhindered by the service,
and those still open are looked at on day one. Long stays are met in proportion to their
length, S(x)/E[S], without a formula for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log
from typing import TYPE_CHECKING, NamedTuple

from sim.service.streams import Stream, identity

if TYPE_CHECKING:
    from sim.service.plan import Plan

LIVES = 9000
BY_DIRECT_PAYMENT = "overnight_only_by_direct_payment"
NOT_LOOKED_AFTER = "not_looked_after"  # some routes of overnight breaks are care, by law (O15)
JUDGED = {BY_DIRECT_PAYMENT, "no_sibling_in_need"}  # rules that can be told of a life alone


class Snapshot(NamedTuple):
    """One child as found on day one."""

    age_years: float
    need: str
    known_days: float
    overnight: str


def snapshots(plan: Plan, begun: Sequence[Snapshot] | None = None) -> dict[str, list[Snapshot]]:
    """Return, for each hub, children such as it would hold in equilibrium.

    The same for every replication and seed; which of them are drawn differs.

    Parameters
    ----------
    begun
        The lives (`lives`), where they are at hand.
    """
    found: dict[str, list[Snapshot]] = {stage.name: [] for stage in plan.stages}
    for life in lives(plan) if begun is None else begun:
        for stage in _stages(plan, life.need, life.overnight):
            found[stage].append(life)
    for stage_plan in plan.stages:
        if not found[stage_plan.name]:
            by = plan.needs.values()
            need = next((n.name for n in by if stage_plan.name in n.served_by), "")
            if need:
                found[stage_plan.name].append(_anybody(plan, need))
    return found


def by_group(plan: Plan, begun: Sequence[Snapshot]) -> dict[str, list[Snapshot]]:
    """Return, for each group of day one, such children: the same in every delivery model."""
    groups = plan.scenario.day_one.groups
    found: dict[str, list[Snapshot]] = {name: [] for name in groups}
    kept = [name for name, group in groups.items() if group.protected]
    away = kept[0] if kept and plan.safeguarding is not None else None
    for life in begun:
        if life.overnight == "full" and away is not None:
            found[away].append(life)  # looked after in full (W28)
            continue
        for name, group in reversed(groups.items()):
            routes = group.overnight
            if life.need in group.needs and (routes is None or life.overnight in routes):
                found[name].append(life)
                break
    for name, group in groups.items():
        if not found[name]:
            found[name].append(_anybody(plan, group.needs[0]))
    return found


def _anybody(plan: Plan, need: str) -> Snapshot:
    """Return a child where no life has led: half grown up, and known for a year."""
    return Snapshot(plan.exit_age / 2.0, need, 250.0, "none")


def lives(plan: Plan) -> Iterator[Snapshot]:
    """Begin lives over the years before day one, and yield those still in need."""
    stream = Stream(0, 0, "lives before day one")
    exit_age = float(plan.scenario.population.exit_age.value)
    rates = plan.scenario.population.leaving
    leaving = rates.moves_away.value + rates.service_not_wanted.value
    served = {name: need.served_by for name, need in plan.needs.items()}
    at_contact = plan.scenario.population.needs_at_contact.value
    if not any(share > 0.0 and served[need] for need, share in at_contact.items()):
        return  # nobody would be found in need, however many lives began
    for number in range(LIVES):
        who = identity(f"life {number}")
        need = plan.need_at_contact(stream.uniform(who, 0))
        if not served[need]:
            continue
        age = plan.age_at_contact(stream.uniform(who, 1))
        ago = stream.uniform(who, 2) * exit_age * plan.days_a_year
        age_now = age + ago / plan.days_a_year
        if age_now >= exit_age:
            continue
        years = ago / plan.days_a_year
        if stream.uniform(who, 4) > exp(-leaving * years):
            continue  # the family has moved away, or wanted no service
        now_needs = _live(plan, stream, who, need, ago)
        if now_needs is None or not served[now_needs]:
            continue
        yield Snapshot(age_now, now_needs, ago, plan.overnight(stream.uniform(who, 3)))


def _live(plan: Plan, stream: Stream, who: int, need: str, days: float) -> str | None:
    """Let a life go on for some days; None once needs are met (the case would have closed)."""
    occasion = 10
    while True:
        spec = plan.needs[need]
        if spec.becomes is None or not spec.served_by:
            return need if spec.served_by else None
        days += spec.mean_days * log(stream.uniform(who, occasion))
        if days <= 0.0:
            return need
        need = spec.becomes(stream.uniform(who, occasion + 1))
        occasion += 2


def _stages(plan: Plan, need: str, overnight: str) -> list[str]:
    """Return the hub for a need, by the guards on overnight breaks (W111) and care (O15).

    Where a hub has rules about what is not known of these lives, the next hub is one too.
    """
    if plan.safeguarding is not None and overnight == "full":
        return [plan.safeguarding.hub]  # looked after in full (W28)
    hubs = []
    for name in plan.needs[need].served_by:
        guards = {guard.__name__ for guard in plan.stage_named[name].guards}
        if BY_DIRECT_PAYMENT in guards and overnight not in ("none", "direct_payment"):
            continue
        settings = plan.stage_named[name].settings
        if NOT_LOOKED_AFTER in guards and overnight in settings.looked_after_routes:
            continue
        hubs.append(name)
        if guards <= JUDGED:
            return hubs
    return hubs or [plan.needs[need].served_by[-1]]
