"""Which inputs last year's counts speak of, and what they say of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from sim.calendar import Calendar
from sim.measure.measured import SERVICE
from sim.review.actuals import Actuals
from sim.review.beside import Beside
from sim.review.causes import TIMES, causes_in, movable
from sim.review.counted import FloatArray
from sim.review.forecast import Forecast
from sim.review.months import over_year
from sim.review.recalibrated import About, Recalibrated, holm, of_mean, of_rate, of_share
from sim.scenario.inputs import Input

FEWEST = 8  # futures from which a spread is told
CONTACTS, RETURNS = f"contacts@{SERVICE}", f"returns@{SERVICE}"
REFERRALS, OPEN = f"referrals@{SERVICE}", f"open_children@{SERVICE}"
RATE = "population.contacts.rate"
SICKNESS = "people.sickness.share"
DECIDED = ("population.needs_at_contact", "mash.outcomes")
MOVES = {"moves:up": "step_ups", "moves:down": "step_downs", "moves:closing": "closures"}
SHARE = "share"


def recalibrated(forecast: Forecast, actuals: Actuals) -> tuple[Recalibrated, ...]:
    """Say what the counts of a year say about the inputs of its forecast.

    Nothing, if there are fewer than `FEWEST` futures to tell what chance does.
    """
    if len(forecast.numbers) < FEWEST:
        return ()
    beside, known = Beside(forecast, actuals), movable(forecast.loaded.scenario)
    found = [
        *_demand(beside, known),
        *_accepted(beside),
        *_moves(beside),
        *_staff(beside, known),
        *_absence(beside, known),
        *_hours(beside, known),
    ]
    return holm(found)


def _demand(beside: Beside, known: Mapping[str, Input]) -> Iterator[Recalibrated]:
    """First contacts: all but those about children known before, where these are counted."""
    counts = (CONTACTS, RETURNS) if RETURNS in beside.given else (CONTACTS,)
    found = beside.sums(*counts)
    if found is None or RATE not in known:
        return
    happened, futures = found[0]
    if len(found) > 1:
        happened, futures = happened - found[1][0], futures - found[1][1]
    rate = known[RATE]
    about = About("demand", (RATE,), rate.unit, counts, rate.number or 0.0, rate.range)
    yield of_rate(about, happened, futures)


def _accepted(beside: Beside) -> Iterator[Recalibrated]:
    """Contacts accepted for assessment, of all; the model has no one number for it."""
    counts = (CONTACTS, REFERRALS)
    found = beside.sums(*counts)
    if found is None or found[0][0] <= 0:
        return
    (contacts, all_contacts), (referrals, all_referrals) = found
    futures = all_referrals / np.maximum(all_contacts, 1.0)
    about = About("accepted", DECIDED, SHARE, counts, float(futures.mean()))
    yield of_share(about, referrals / contacts, futures, contacts)


def _moves(beside: Beside) -> Iterator[Recalibrated]:
    """Moves and closures, for as many children open as there were, where these were counted."""
    causes = {cause.name: cause for cause in causes_in(beside.forecast.loaded)[0]}
    for name, measure in MOVES.items():
        counts = (f"{measure}@{SERVICE}", *((OPEN,) if OPEN in beside.given else ()))
        found = beside.sums(*counts)
        if found is None or name not in causes:
            continue
        happened, futures = found[0]
        if len(found) > 1:
            exposed, all_exposed = found[1]
            futures = futures / np.maximum(all_exposed, 1.0) * exposed
        if futures.mean() > 0:
            about = About(name, causes[name].keys, TIMES, counts, 1.0)
            yield of_rate(about, happened, futures)


def _staff(beside: Beside, known: Mapping[str, Input]) -> Iterator[Recalibrated]:
    """Posts filled, as a share of those the scenario has."""
    for each in beside.named("staff_in_post"):
        team, _, role = each.where.partition(".")
        key = f"teams.{team}.posts.{role}.count"
        pairs = beside.pairs(each.address)
        if pairs is None or key not in known:
            continue
        ((happened, futures),) = pairs
        post = beside.forecast.loaded.scenario.teams[team].posts[role]
        full = post.count.value * post.fte.value
        if full > 0:
            shares = over_year(each, futures) / full
            about = About(
                f"staff:{each.where}", (key,), SHARE, (each.address,), float(shares.mean())
            )
            months = float(np.isfinite(happened[:, 0]).sum())
            seen = float(over_year(each, happened)) / full
            yield of_share(about, seen, shares, full * months)


def _absence(beside: Beside, known: Mapping[str, Input]) -> Iterator[Recalibrated]:
    """Working days away, of those in post: what is more than expected is taken for sickness."""
    roles = [
        each.where
        for each in beside.named("days_at_work")
        if f"staff_in_post@{each.where}" in beside.given
    ]
    days = tuple(f"days_at_work@{role}" for role in roles)
    staff = tuple(f"staff_in_post@{role}" for role in roles)
    pairs = beside.pairs(*days, *staff) if roles else None
    if pairs is None or SICKNESS not in known:
        return
    working = _working_days(beside.forecast)
    at_work, in_post = pairs[: len(roles)], pairs[len(roles) :]
    available = float(sum(np.nansum(year[:, 0] * working) for year, _ in in_post))
    if available <= 0:
        return
    away = 1.0 - sum(float(np.nansum(year[:, 0])) for year, _ in at_work) / available
    could: FloatArray = np.sum([np.nansum(f[..., 0] * working, axis=1) for _, f in in_post], axis=0)
    did: FloatArray = np.sum([np.nansum(f[..., 0], axis=1) for _, f in at_work], axis=0)
    futures = 1.0 - did / could
    old, sickness = float(futures.mean()), known[SICKNESS]
    found = of_share(About("absence", (), SHARE, (*days, *staff), old), away, futures, available)
    more = (sickness.number or 0.0) - old
    low, high = sickness.range or (None, None)
    yield replace(
        found,
        keys=(SICKNESS,),
        old=found.old + more,
        old_lower=low,
        old_upper=high,
        new=max(found.new + more, 0.0),
        new_lower=max(found.new_lower + more, 0.0),
        new_upper=max(found.new_upper + more, 0.0),
    )


def _working_days(forecast: Forecast) -> FloatArray:
    scenario = forecast.loaded.scenario
    calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
    days = {month.label: float(month.end - month.first) for month in calendar.months}
    return np.array([days[label] for label in forecast.months])


def _hours(beside: Beside, known: Mapping[str, Input]) -> Iterator[Recalibrated]:
    """Hours for each task, where these are recorded."""
    for each in beside.named("hours_each"):
        key = _task_key(beside.forecast, each.about, each.where)
        pairs = beside.pairs(each.address)
        if pairs is None or key not in known:
            continue
        ((happened, futures),) = pairs
        seen, means = float(over_year(each, happened)), over_year(each, futures)
        if np.isfinite(seen) and np.isfinite(means).all():
            old = known[key]
            name = f"hours:{each.about}@{each.where}"
            about = About(name, (key,), "hours", (each.address,), old.number or 0.0, old.range)
            yield of_mean(about, seen, means)


def _task_key(forecast: Forecast, task: str, pool: str) -> str:
    """Name the hours of a task of the stage that a role works for; nothing if it is of several."""
    team, _, role = pool.partition(".")
    found = [
        f"stages.{name}.tasks.{task}.hours"
        for name, stage in forecast.loaded.scenario.stages.items()
        if stage.team == team and task in stage.tasks and role in (stage.holder, stage.assigned)
    ]
    return found[0] if len(found) == 1 else ""
