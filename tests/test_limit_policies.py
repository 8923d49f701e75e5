"""Slots are taken away: what waits, is escalated and changes hands, under both limit policies."""

from __future__ import annotations

from functools import cache

from sim.measure.accounts import Accounts
from sim.measure.series import series
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

POST = "teams.review_and_intervention.posts.family_support_worker"
WORKERS = "review_and_intervention.family_support_worker"
SS = "safeguarding_and_support"
FEWER = f"{POST}.caseload_limit=38"
ANYWAY = (f"{POST}.at_limit=allocate_anyway", f"{POST}.force_to=null")


@cache
def nine_months(*sets: str) -> dict[str, float]:
    """The measures of nine months of one possible future."""
    accounts = Accounts()
    plans = compile_plans(load("three-hubs", ["horizon=9 months", *sets]))
    Service(plans, 1, 1, accounts).run()
    values = {s.address: s.value(0, len(accounts.months)) for s in series(accounts)}
    return {name: value for name, value in values.items() if value is not None}


def test_with_fewer_slots_more_wait_and_more_is_escalated() -> None:
    usual, fewer = nine_months(), nine_months(FEWER)
    for measure in ("waiting_to_move:slot", "escalated", "on_transfer_list"):
        assert fewer[f"{measure}@{SS}"] > 1.5 * usual[f"{measure}@{SS}"] > 0.0, measure
    assert fewer["load@management.operations_manager"] > usual["load@management.operations_manager"]
    assert fewer[f"transfers@{SS}"] < usual[f"transfers@{SS}"]  # at the wrong level instead
    assert fewer[f"caseload@{WORKERS}"] < usual[f"caseload@{WORKERS}"]


def test_where_children_are_allocated_anyway_nobody_waits_and_more_are_over_the_limit() -> None:
    stopped, anyway = nine_months(FEWER), nine_months(FEWER, *ANYWAY)
    assert anyway[f"waiting_to_move:slot@{SS}"] < 0.3 * stopped[f"waiting_to_move:slot@{SS}"]
    assert anyway[f"escalated@{SS}"] < 0.5 * stopped[f"escalated@{SS}"]
    assert anyway[f"over_limit@{WORKERS}"] >= stopped[f"over_limit@{WORKERS}"]
    assert anyway[f"caseload@{WORKERS}"] > stopped[f"caseload@{WORKERS}"]


def test_a_limit_changes_nothing_where_children_are_allocated_anyway() -> None:
    usual, fewer = nine_months(*ANYWAY), nine_months(FEWER, *ANYWAY)
    changed = {name for name in usual if usual[name] != fewer.get(name)}
    assert {name.split("@")[0] for name in changed} == {"over_limit"}


def test_who_waits_keeps_the_same_worker() -> None:
    """Fewer slots mean fewer changes of holder in the receiving hub, unless all are let in."""
    changes = "holder_changes@review_and_intervention"
    assert nine_months(FEWER)[changes] < nine_months()[changes]
    assert nine_months(FEWER, *ANYWAY)[changes] > nine_months(FEWER)[changes]
