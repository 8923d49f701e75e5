"""Children in stages against theory: slots as servers, geometric reviews, ages in equilibrium."""

from __future__ import annotations

from heapq import heapreplace
from math import ceil, exp

import numpy as np
import pytest
from claims import CLAIMS, SEED, Claim, claim, hold, seed_of, tails_at
from helpers import HUBS, Data, Tape, overlay, plans_of, put, quiet, run, service_of
from lengths import at_length
from test_by_hand_early_help import TAC, piece

from sim.service.service import Service
from sim.service.snapshots import snapshots
from sim.theory.queues import mg1_wait

REPLICATIONS = 20


def plain(over: Data, horizon: str) -> Data:
    data = overlay(quiet(), over)
    data["calendar"] = "plain"
    data["horizon"] = horizon
    return data


# --- slots as servers: lead professionals, one child each -------------------------------------


def lead_professionals(count: int, slots: int, rate: float, lasts: Data | float) -> Data:
    """Describe families who wait, first come first served, for a lead professional with a slot."""
    over = overlay(
        TAC,
        {
            "early_help": {
                "set_up": piece(0.01),
                "caf": piece(0.01),
                "support": piece(0.01),
                "slots_a_week": 1000,
                "meeting": {"every": "20 years", "hours": 0.01},
                "lasts": lasts,
                "waits_at_most": "20 years",
            },
            "teams": {
                "partner_agencies": {
                    "posts": {"lead_professional": {"count": count, "caseload_limit": slots}}
                }
            },
            "population": {
                "contacts": {"rate": f"{rate * 365.25!r} per year", "by_month": [1.0] * 12},
                "age_at_contact": 0.5,
            },
        },
    )
    return plain(over, "5 years")


class Spell:
    """When each family began to wait, had its lead professional, and was done with."""

    def __init__(self, tape: Tape) -> None:
        self.waits_from = {e.child: e.time for e in tape.of("task_end") if "/caf_set_up/" in e.task}
        self.served_from = {e.child: e.time for e in tape.of("allocate") if e.detail == "holder"}
        self.closed = {e.child: e.time for e in tape.of("close")}

    def waits(self, after: float, before: float) -> np.ndarray:
        """Waits of the families who began to wait between two times, in days."""
        found = [
            self.served_from[child] - since
            for child, since in self.waits_from.items()
            if after <= since < before and child in self.served_from
        ]
        return np.asarray(found)


def _looks(spells: Spell, at: np.ndarray, which: str) -> np.ndarray:
    start = spells.waits_from if which == "waiting" else spells.served_from
    stop = spells.served_from if which == "waiting" else spells.closed
    begun, ended = np.sort(list(start.values())), np.sort(list(stop.values()))
    return np.searchsorted(begun, at, "right") - np.searchsorted(ended, at, "right")


# Stays of whole days: allocated as a day breaks, a slot is free again as another one does.
SLOTS = {
    "one slot, stays of 6 days, at 70%": (0.7, {6.0: 1.0}),
    "one slot, stays of 3 or 15 days, at 60%": (0.6, {3.0: 0.75, 15.0: 0.25}),
}


def stays(shares: dict[float, float]) -> Data:
    return {"empirical": {"values": list(shares), "weights": list(shares.values())}}


@pytest.mark.parametrize("case", at_length(SLOTS, list(SLOTS)[:1]))
def test_a_slot_is_a_server_that_is_held_for_months(case: str) -> None:
    claims = waits_for_slots(case)
    assert len(claims) * len(SLOTS) == CLAIMS["slots"]
    hold(claims)


def waits_for_slots(case: str) -> list[Claim]:
    """Pollaczek and Khinchine; who comes in the day waits half of it for the list to be looked at.

    With stays of whole days, coming in the morning instead of at any moment changes no other wait.
    """
    busy, shares = SLOTS[case]
    mean = sum(stay * share for stay, share in shares.items())
    rate = busy / mean
    square = sum(stay**2 * share for stay, share in shares.items())
    wait = mg1_wait(rate, mean, (square / mean**2 - 1.0) ** 0.5)
    plans = plans_of(lead_professionals(1, 1, rate, stays(shares)))
    seen = [Spell(run(service_of(plans, seed_of(case), r))) for r in range(1, 2 * REPLICATIONS + 1)]
    looks = np.arange(500.25, 1_700.0, 1.25)  # at every time of the day
    waiting = [_looks(spells, looks, "waiting").mean() for spells in seen]
    in_hand = [_looks(spells, looks, "in hand").mean() for spells in seen]
    surplus = [
        (spells.waits(500.0, 1_500.0) - wait - 0.5).sum() / (rate * 1_000) for spells in seen
    ]
    return [
        claim("slots", case, "with a lead professional", busy, in_hand),
        claim("slots", case, "families waiting", rate * (wait + 0.5), waiting, tails_at(busy)),
        claim("slots", case, "wait above the mean expected, days", 0.0, surplus, tails_at(busy)),
    ]


def test_with_several_slots_whoever_waited_longest_has_the_first_that_is_free() -> None:
    """Kiefer and Wolfowitz (1955) with eight slots, looked at once a day."""
    plans = plans_of(lead_professionals(4, 2, 0.18, {"exponential": {"mean": 40.0}}))
    tape = run(service_of(plans, SEED, 1))
    spells = Spell(tape)
    free = [0.0] * 8
    longest = 0.0
    for child, since in sorted(spells.waits_from.items(), key=lambda item: item[1]):
        begins = ceil(max(since, free[0]))
        if begins >= 1_800.0:
            break
        assert spells.served_from[child] == begins
        heapreplace(free, spells.closed.get(child, 1e9))
        longest = max(longest, begins - since)
    assert longest > 10.0  # or nobody ever waited


# --- reviews and what they find ---------------------------------------------------------------

REVIEW: Data = {
    "every": "60 working days",
    "window": "3 working days",
    "hours": 1,
    "timescale": "cin_review",
    "priority": 5,
    "finds": 1.0,
    "decides": True,
}
CHILDREN = 120
RATES = {"half of them in a year": 0.7, "most of them in a year": 2.5}


def cohort(review: Data, rate: float, horizon: str) -> Data:
    """Describe one stage: children of one need, reviewed by forty workers with little to do."""
    return plain(
        {
            "stages": {HUBS["ss"]: {"tasks": {"review": review}}},
            "teams": {HUBS["ss"]: {"posts": {"social_worker": {"count": 40}}}},
            "population": {"needs": {"complex": {"becomes": {"met": f"{rate} per year"}}}},
        },
        horizon,
    )


def reviewed(data: Data, seed: int, replication: int) -> Service:
    """Make a cohort of which everybody was reviewed at some time in the 60 days before."""
    service = service_of(plans_of(data), seed, replication)
    for number in range(CHILDREN):
        put(service, f"k{number:03d}", "ss", cin_review=-(number + 0.5) * 60.0 / CHILDREN)
    return service


@pytest.mark.parametrize("case", RATES)
def test_each_review_finds_what_has_changed_since_the_last_one_and_no_more(case: str) -> None:
    claims = reviews_that_find(case)
    assert len(claims) * len(RATES) == CLAIMS["reviews"]
    hold(claims)


def reviews_that_find(case: str) -> list[Claim]:
    """Changes come at a constant rate: a review after a span t finds one with 1 - exp(-rate t)."""
    rate = RATES[case] / 365.25
    data = cohort(REVIEW, RATES[case], "2 years")
    ago = (np.arange(CHILDREN) + 0.5) * 60.0 / CHILDREN  # when each was last reviewed
    surplus, still = [], []
    for replication in range(1, REPLICATIONS + 1):
        service = reviewed(data, seed_of(case), replication)
        already = sum(child.need != "complex" for child in service.children)
        tape = run(service)
        found = {(e.child, e.time) for e in tape.of("found")}
        last = {f"k{number:03d}": -days for number, days in enumerate(ago)}
        more = 0.0
        for event in tape.of("task_end"):
            if "/review/" in event.task:
                span = event.time - last[event.child]
                last[event.child] = event.time
                more += ((event.child, event.time) in found) - (1.0 - exp(-rate * span))
        surplus.append(more)
        changed = already + sum(e.time < 300.0 for e in tape.of("need"))
        still.append(1.0 - changed / CHILDREN)
    what = f"needs found by reviews above those expected, of {CHILDREN}"
    unchanged = float(np.exp(-rate * (ago + 300.0)).mean())
    return [
        claim("reviews", case, what, 0.0, surplus),
        claim("reviews", case, "share without change up to day 300", unchanged, still),
    ]


def test_a_cohort_is_reviewed_as_often_as_it_was_promised_week_by_week() -> None:
    """Nothing changes, nobody is busy: 120 children every 60 days are two a day, every day."""
    tape = run(reviewed(cohort(REVIEW, 0.0, "2 years"), SEED, 1))
    times = np.asarray([e.time for e in tape.of("task_end") if "/review/" in e.task])
    # Due by the end of the sixtieth day after, done as the window of three days opens: every
    # 58 days, 2.07 a day, 14.5 a week.
    weeks = np.histogram(times[times < 721], bins=np.arange(0.0, 722.0, 7.0))[0][1:]
    assert weeks.mean() == pytest.approx(CHILDREN / 58 * 7, rel=0.01)
    assert weeks.min() >= 13 and weeks.max() <= 18


# --- ages in equilibrium ----------------------------------------------------------------------

STAYS = {"two years on average": 0.5, "ten years on average": 0.1}


@pytest.mark.parametrize("case", STAYS)
def test_ages_on_day_one_are_those_of_a_service_that_has_run_for_ever(case: str) -> None:
    claims = ages_on_day_one(case)
    assert len(claims) * len(STAYS) == CLAIMS["ages"]
    hold(claims)


def ages_on_day_one(case: str) -> list[Claim]:
    """Known from 5 to 18 at most, leaving at a constant rate: an exponential time, cut at 13."""
    rate = STAYS[case]
    data = plain(
        {
            "population": {
                "age_at_contact": 5.0,
                "needs_at_contact": {"value": {"complex": 1.0}},
                "needs": {"complex": {"becomes": {"met": f"{rate} per year"}}},
            },
        },
        "1 year",
    )
    plan = plans_of(data)[0][1]
    ages = np.asarray([found.age_years for found in snapshots(plan)[HUBS["ss"]]])
    gone = exp(-13.0 * rate)
    mean = 5.0 + 1.0 / rate - 13.0 * gone / (1.0 - gone)

    def older(age: float) -> float:
        return (exp(-(age - 5.0) * rate) - gone) / (1.0 - gone)

    return [
        claim("ages", case, "mean age, years", mean, list(ages)),
        claim("ages", case, "share of 10 and over", older(10.0), list(ages >= 10.0)),
        claim("ages", case, "share of 16 and over", older(16.0), list(ages >= 16.0)),
    ]
