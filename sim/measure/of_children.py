"""What a child costs and goes through: hours and pounds a child-year, moves, changes of holder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.measure.measured import SERVICE, Series
from sim.service.early_help_plan import CAF_TAC

if TYPE_CHECKING:
    from sim.measure.accounts import Accounts

MASH, ASSESSMENT = "mash", "single_assessment"


def of_children(a: Accounts) -> Iterator[Series]:
    """Give these measures of a replication."""
    yield from _of_hours(a)
    yield from _of_moves(a)
    yield from _of_holders(a)


def _of_hours(a: Accounts) -> Iterator[Series]:
    plan = a.service.plan
    role_of = [pool.partition(".")[2] for pool in plan.pools]
    roles = list(dict.fromkeys(role_of))
    for s, name in enumerate(a.stages):
        if name == MASH:
            continue
        worked = [a.child_hours.of_stage(m, s) for m in range(len(a.months))]
        years = [m.child_days[s] * plan.calendar.years_per_day for m in a.months]
        for role in roles:
            pools = [p for p, its in enumerate(role_of) if its == role]
            hours = [sum(month[p] for p in pools) for month in worked]
            yield Series(f"hours_a_child:{role}", name, "ratio", hours, years)
        rates = pounds_an_hour(a)
        pounds = [
            sum(hours * rate for hours, rate in zip(month, rates, strict=True)) for month in worked
        ]
        yield Series("cost_a_child", name, "ratio", pounds, years)


def pounds_an_hour(a: Accounts) -> list[float]:
    """Return what an hour of casework costs, by pool: posts filled over the hours there were."""
    rates = []
    for pool in range(len(a.service.plan.pools)):
        hours = sum(month.available[pool] for month in a.months)
        cost = sum(month.cost[pool] for month in a.months)
        rates.append(cost / hours if hours > 0.0 else 0.0)
    return rates


def _of_moves(a: Accounts) -> Iterator[Series]:
    ups, downs = [0] * len(a.months), [0] * len(a.months)
    place = {stage.name: stage.number for stage in a.service.plan.stages}
    place[CAF_TAC] = len(place)
    for (here, to, _), counts in a.flows.items():
        up_from_partners = here == CAF_TAC and to == ASSESSMENT
        if up_from_partners or (here in place and to in place):
            is_up = up_from_partners or place[to] < place[here]
            for month, count in enumerate(counts):
                (ups if is_up else downs)[month] += count
    yield Series("step_ups", SERVICE, "sum", ups)
    yield Series("step_downs", SERVICE, "sum", downs)


def _of_holders(a: Accounts) -> Iterator[Series]:
    open_in = [n for n, name in enumerate(a.stages) if name not in (MASH, CAF_TAC)]
    changes = [sum(m.holder_changes[n] for n in open_in) for m in a.months]
    year = a.service.plan.calendar.years_per_day
    years = [sum(m.child_days[n] for n in open_in) * year for m in a.months]
    yield Series("holder_changes", SERVICE, "ratio", changes, years)
    yield Series("children", SERVICE, "ratio", *_all_children(a, open_in))


def _all_children(a: Accounts, open_in: list[int]) -> tuple[list[float], list[float]]:
    days = [float(m.end - m.first) for m in a.service.plan.calendar.months]
    return [sum(m.child_days[n] for n in open_in) for m in a.months], days
