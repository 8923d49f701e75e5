"""Two family support posts fall vacant: who hands over decides what late work waits for."""

from __future__ import annotations

from functools import cache

from sim.measure.accounts import Accounts
from sim.measure.why_late import STATES
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.service.service import Service

HUB, ROLE = "review_and_intervention", "family_support_worker"
DAY = 20  # the posts fall vacant about a month into the run, and stay so
# Nobody else leaves, and no post is vacant on the first day: only what is asked about differs.
ONLY = ("people.turnover=0 per year", "people.vacancy=0", "people.recruitment=2000")


@cache
def a_year(rule: str, *, vacant: bool) -> dict[str, float]:
    """Working days past due of visits and reviews in Review & Intervention, by state."""
    sets = ["horizon=1 years", f"people.on_leaving.rule={rule}", *ONLY]
    accounts = Accounts()
    service = Service(compile_plans(load("three-hubs", sets)), 1, 1, accounts)

    def go() -> None:
        workers = list(service.teams[HUB].by_role[ROLE])
        for site in ("north", "south"):
            leaver = next(worker for worker in workers if worker.post.site == site)
            service.workforce.leave(leaver, "left")

    if vacant:
        service.workforce._at(DAY, go)
    service.run()
    days = dict.fromkeys(STATES, 0.0)
    for (timescale, stage), months in zip(service.plan.cells, accounts.why_late.days, strict=True):
        if stage == HUB and timescale in ("child_seen", "cin_review"):
            for month in months:
                for state, number in zip(STATES, month, strict=True):
                    days[state] += number
    return days


def pressing(days: dict[str, float]) -> float:
    return sum(number for state, number in days.items() if state.startswith("more_pressing"))


def test_work_nobody_takes_over_waits_for_the_post_to_be_filled() -> None:
    """With hand-over switched off, the vacancy explains the lateness and peers are as before."""
    usual, kept = a_year("to_peers", vacant=False), a_year("manager_keeps", vacant=True)
    assert usual["post_vacant"] == 0.0
    assert kept["post_vacant"] > 0.7 * sum(kept.values())
    assert pressing(kept) < pressing(usual) + 0.1 * kept["post_vacant"]


def test_work_that_peers_take_over_waits_for_their_more_pressing_work() -> None:
    """With hand-over on, the vacancy explains a week of it; the rest is the peers' other work."""
    usual, shared = a_year("to_peers", vacant=False), a_year("to_peers", vacant=True)
    assert shared["post_vacant"] < 0.02 * sum(shared.values())
    assert pressing(shared) > 3.0 * pressing(usual)
    more = sum(shared.values()) - sum(usual.values())
    assert pressing(shared) - pressing(usual) > 0.6 * more


def test_a_vacant_post_makes_work_late_whoever_has_the_children() -> None:
    usual = sum(a_year("to_peers", vacant=False).values())
    for rule in ("to_peers", "manager_keeps"):
        assert sum(a_year(rule, vacant=True).values()) > 2.5 * usual
