"""Measures made from the accounts: one monthly series each (what they mean is in `measured`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.measure import bands
from sim.measure.measured import MEANINGS, SERVICE, Series
from sim.measure.of_children import of_children
from sim.service.early_help_plan import CAF_TAC
from sim.service.move import WAITS

if TYPE_CHECKING:
    from sim.measure.accounts import Accounts
    from sim.measure.books import Promise

__all__ = ["MEANINGS", "SERVICE", "Series", "series"]


def series(accounts: Accounts) -> list[Series]:
    """Return every measure of a replication, in a fixed order."""
    return [
        *_of_stages(accounts),
        *of_children(accounts),
        *_of_open_to_review(accounts),
        *_of_promises(accounts),
        *_of_pools(accounts),
        *_of_sites(accounts),
        *_of_flows(accounts),
        *_of_assessments(accounts),
        *_of_safeguarding(accounts),
        *_of_desks(accounts),
    ]


def _of_stages(a: Accounts) -> Iterator[Series]:
    days = [float(m.end - m.first) for m in a.service.plan.calendar.months]
    counted = [n for n, name in enumerate(a.stages) if name not in ("mash", CAF_TAC)]
    totals = [float(sum(m.open_children[n] for n in counted)) for m in a.months]
    yield Series("open_children", SERVICE, "mean", totals)
    nobody = [float(sum(m.unallocated[n] for n in counted)) for m in a.months]
    yield Series("unallocated", SERVICE, "mean", nobody)
    yield Series("backlog", SERVICE, "mean", [float(sum(m.backlog)) for m in a.months])
    yield Series("backlog_hours", SERVICE, "mean", [sum(m.backlog_hours) for m in a.months])
    for s, name in enumerate(a.stages):

        def each(figure: str, stage: int = s) -> list[float]:
            return [getattr(month, figure)[stage] for month in a.months]

        yield Series("open_children", name, "mean", each("open_children"))
        yield Series("children", name, "ratio", each("child_days"), days)
        yield Series("unallocated", name, "mean", each("unallocated"))
        if name == "mash":
            continue
        yield Series("on_transfer_list", name, "mean", each("transfers_waiting"))
        if name != "single_assessment":
            for what in WAITS:
                waiting = [m.waiting_for[what][s] for m in a.months]
                yield Series(f"waiting_to_move:{what}", name, "mean", waiting)
            yield Series("escalated", name, "sum", each("escalated"))
        attached = a.service.plan.attached
        if attached is not None and attached.spec.stage == name:
            yield Series("family_support_waiting", name, "mean", each("support_waiting"))
        yield Series("not_found", name, "mean", each("not_found"))
        child_years = [x * a.service.plan.calendar.years_per_day for x in each("child_days")]
        yield Series("holder_changes", name, "ratio", each("holder_changes"), child_years)
        number = each("stage_backlog")
        yield Series("backlog", name, "mean", number)
        yield Series("backlog_hours", name, "mean", each("stage_backlog_hours"))
        yield Series("days_past_due", name, "ratio", each("stage_days_past"), number)
        yield Series("longest_past_due", name, "most", each("stage_longest"))


def _of_open_to_review(a: Accounts) -> Iterator[Series]:
    plan = a.service.plan.open_to_review
    if plan is None:
        return
    to = plan.spec.stage
    for stage in a.service.plan.stages:
        if stage.name != to:
            eligible = [m.eligible[a.stages.index(stage.name)] for m in a.months]
            yield Series(f"eligible:{to}", stage.name, "mean", eligible)
    for guard in a.service.plan.stage_named[to].guards:
        barred = [m.barred.get(guard.__name__, 0) for m in a.months]
        yield Series(f"barred:{guard.__name__}", SERVICE, "mean", barred)


def _of_promises(a: Accounts) -> Iterator[Series]:
    year = a.service.plan.calendar.years_per_day
    for c, (timescale, stage) in enumerate(a.service.plan.cells):
        outcome = a.promises[c]
        yield Series(f"on_time:{timescale}", stage, "ratio", outcome.met, _all_due(outcome))
        if c not in a.recurring:
            continue
        promised = [float(m.promised[c]) for m in a.months]
        yield Series(
            f"in_date:{timescale}", stage, "ratio", [m.in_date[c] for m in a.months], promised
        )
        yield Series(
            f"delivered:{timescale}",
            stage,
            "ratio",
            [m.occasions_held[c] for m in a.months],
            [m.required[c] * year for m in a.months],
        )
        yield Series(
            f"held_a_year:{timescale}",
            stage,
            "ratio",
            [m.occasions_held[c] for m in a.months],
            [m.promise_days[c] * year for m in a.months],
        )
        yield Series(
            f"overdue_half:{timescale}", stage, "mean", [m.overdue_half[c] for m in a.months]
        )
        yield Series(
            f"overdue_full:{timescale}", stage, "mean", [m.overdue_full[c] for m in a.months]
        )


def _all_due(outcome: Promise) -> list[float]:
    parts = zip(outcome.met, outcome.late, outcome.open, outcome.closed, strict=True)
    return [float(sum(part)) for part in parts]


def _of_pools(a: Accounts) -> Iterator[Series]:
    calendar = a.service.plan.calendar
    weeks = [(m.end - m.first) / 5.0 for m in calendar.months]
    for p, name in enumerate(a.service.plan.pools):
        worked = [m.worked[p] for m in a.months]
        reserved = [m.reserved[p] for m in a.months]
        available = [m.available[p] for m in a.months]
        due = [m.due_hours[p] for m in a.months]
        late = [m.pool_backlog_hours[p] for m in a.months]
        yield Series("load", name, "ratio", _sum(worked, reserved), available)
        yield Series("hours_worked", name, "sum", worked)
        yield Series("hours_reserved", name, "sum", reserved)
        yield Series("hours_available", name, "sum", available)
        yield Series("hours_due", name, "sum", due)
        free = [x - y for x, y in zip(available, reserved, strict=True)]
        to_do = [due[0] + a.overdue_at_start[p], *due[1:]]
        short = [max(d - f, 0.0) for d, f in zip(to_do, free, strict=True)]
        yield Series("overtime_needed", name, "sum", short)
        spare = [max(f - d, 0.0) / w for f, d, w in zip(free, due, weeks, strict=True)]
        yield Series("weeks_to_clear", name, "ratio", late, spare)
        yield Series("cost", name, "sum", [m.cost[p] for m in a.months])
        fte = [m.caseload_fte[p] for m in a.months]
        if p not in a.holding:
            continue
        yield Series("caseload", name, "ratio", [m.caseload_children[p] for m in a.months], fte)
        yield Series("families", name, "ratio", [m.caseload_families[p] for m in a.months], fte)
        yield Series("caseload_p90", name, "mean", [m.caseload_p90[p] for m in a.months])
        yield Series("caseload_most", name, "most", [m.caseload_most[p] for m in a.months])
        yield Series("over_limit", name, "mean", [m.breaches[p] for m in a.months])


def _of_sites(a: Accounts) -> Iterator[Series]:
    """Take hours and caseloads site by site, of roles that have posts at sites."""
    plan = a.service.plan
    with_sites = {post.pool for post in plan.posts if post.site is not None}
    for pool in sorted(with_sites):
        name = plan.pools[pool]
        for site in plan.sites:
            books = [month.at_site(pool, site) for month in a.months]
            used, available = [b.used for b in books], [b.available for b in books]
            yield Series(f"load:{site}", name, "ratio", used, available)
            if pool in a.holding:
                children, fte = [b.children for b in books], [b.fte for b in books]
                yield Series(f"caseload:{site}", name, "ratio", children, fte)


def _sum(*lists: Sequence[float]) -> list[float]:
    return [sum(values) for values in zip(*lists, strict=True)]


def _of_flows(a: Accounts) -> Iterator[Series]:
    months = len(a.months)
    yield Series("contacts", SERVICE, "sum", a.contacts)
    yield Series("returns", SERVICE, "sum", a.returns)
    referrals, again = a.referral_counts()
    yield Series("referrals", SERVICE, "sum", referrals)
    yield Series("re_referred", SERVICE, "ratio", again, referrals)
    closed = [0] * months
    for name in a.stages[2:]:
        moved = [0] * months
        for (stage, to, _), counts in a.flows.items():
            if stage == name:
                target = moved
                if to == "closed":
                    target = closed if name != CAF_TAC else [0] * months
                for m, n in enumerate(counts):
                    target[m] += n
        yield Series("transfers", name, "sum", moved)
        for months_watched in (6, 12):
            undone, watched = a.bounces(name, months_watched)
            yield Series(f"bounce_{months_watched}", name, "ratio", undone, watched)
    yield Series("closures", SERVICE, "sum", closed)
    yield Series("three_holders", SERVICE, "sum", a.many_holders())


def _of_assessments(a: Accounts) -> Iterator[Series]:
    durations = a.durations()
    stage = "single_assessment"
    within = [float(sum(d <= 45 for d in month)) for month in durations]
    done = [float(len(month)) for month in durations]
    yield Series("assessed_in_45_dfe", stage, "ratio", within, done)
    yield Series("assessment_days_p25", stage, "quantile", durations, q=0.25)
    yield Series("assessment_days", stage, "quantile", durations, q=0.5)
    yield Series("assessment_days_p75", stage, "quantile", durations, q=0.75)
    for band, counts in bands.shares(durations, bands.ASSESSMENT).items():
        yield Series(f"assessment_took:{band}", stage, "ratio", counts, done)


def _of_safeguarding(a: Accounts) -> Iterator[Series]:
    plan, book = a.service.plan.safeguarding, a.safeguarding
    if plan is None:
        return
    in_time, held = book.conferences_in_time, book.conferences
    yield Series("icpc_in_15_dfe", plan.hub, "ratio", in_time, held)
    yield Series("conference_days_p25", plan.hub, "quantile", book.conference_days, q=0.25)
    yield Series("conference_days", plan.hub, "quantile", book.conference_days, q=0.5)
    yield Series("conference_days_p75", plan.hub, "quantile", book.conference_days, q=0.75)
    for band, counts in bands.shares(book.conference_days, bands.CONFERENCE).items():
        yield Series(f"conference_took:{band}", plan.hub, "ratio", counts, held)
    yield Series("plans_reviewed_dfe", plan.hub, "ratio", book.all_reviewed, book.long_on_plan)
    yield Series("on_plan", SERVICE, "mean", book.on_plan)
    yield Series("looked_after", SERVICE, "mean", book.looked_after)
    yield Series("short_break_looked_after", SERVICE, "mean", book.on_short_breaks)
    yield Series("strategy_discussions", SERVICE, "sum", book.discussions)
    yield Series("conferences", SERVICE, "sum", held)
    yield Series("plans_begun", SERVICE, "sum", book.plans_begun)


def _of_desks(a: Accounts) -> Iterator[Series]:
    if a.desks is None:
        return
    days = [float(m.end - m.first) for m in a.service.plan.calendar.months]
    for name, book in a.desks.requests.items():
        desk, _, request = name.partition(".")
        begun = [float(len(waits)) for waits in book.waits]
        yield Series(f"wait:{request}", desk, "quantile", book.waits, q=0.5)
        yield Series(f"wait_mean:{request}", desk, "ratio", [sum(w) for w in book.waits], begun)
        yield Series(f"wait_p90:{request}", desk, "quantile", book.waits, q=0.9)
        yield Series(f"answered:{request}", desk, "sum", book.answered)
        yield Series(f"answered_in_time:{request}", desk, "ratio", book.in_time, book.answered)
        yield Series(f"open_requests:{request}", desk, "ratio", book.open_days, days)
