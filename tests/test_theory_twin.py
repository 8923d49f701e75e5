"""The analytic twin: exact where it can be, and near the simulation where nobody has to wait.

Add a scenario to `SCENARIOS` and it is compared with its simulation, slots and hours unlimited.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import pytest
import yaml

from sim.measure.accounts import Accounts
from sim.scenario import Loaded, load, load_text
from sim.service.plan import compile_plans
from sim.service.service import Service
from sim.theory.twin import Twin

# How far the named approximations may put a stage's open children from the simulation's mean,
# beside its statistical error. Open to Review fills up in its first half year faster than a wait
# without memory has it (R&I and Open to Review are a tenth off meanwhile, and right afterwards).
ROOM = {"three-hubs": 0.04, "three-hubs-open-to-review": 0.12}
SCENARIOS = tuple(ROOM)
HUBS = ("safeguarding_and_support", "strengthening_families", "review_and_intervention")
TIMES = 3  # as many posts: nobody waits for hours or a slot
FEW = 2.0  # children: what a small stage may be off
# Standard errors of the simulated mean beside that. The measured gaps leave at least two and a half
# more within the room, so that each comparison (Student's t, 10 futures) raises a false alarm less
# than once in 50,000 runs of fresh seeds; the whole twin has 100 claims' worth (tests/claims.py).
CHANCE = 5.0


def overlay(base: str, **more: Any) -> Loaded[Any]:
    """A scenario with something changed."""
    text = yaml.safe_dump({"name": f"{base}-changed", "extends": base, **more})
    return load_text(text, "changed.yaml")


@lru_cache
def unlimited(base: str, horizon: str) -> Loaded[Any]:
    """A scenario whose slots and hours never run out: many posts, nobody away."""
    teams = load(base).scenario.teams
    posts = {
        name: {
            "posts": {
                key: {"count": post.count.value * (1 if name == "mash" else TIMES)}
                for key, post in team.posts.items()
            }
        }
        for name, team in teams.items()
    }
    return overlay(base, people=None, mash={"background": None}, teams=posts, horizon=horizon)


class Futures(NamedTuple):
    """Children open in each stage at month ends: mean over the futures, and its standard error.

    And hours worked a year by each pool.
    """

    stages: tuple[str, ...]
    mean: np.ndarray[Any, Any]
    error: np.ndarray[Any, Any]
    hours: dict[str, float]


@lru_cache
def simulated(base: str, horizon: str, count: int, seed: int) -> Futures:
    plans = compile_plans(unlimited(base, horizon))
    found = []
    hours: dict[str, float] = dict.fromkeys(plans[0][1].pools, 0.0)
    for number in range(1, count + 1):
        accounts = Accounts()
        Service(plans, seed, number, accounts).run()
        found.append([month.open_children for month in accounts.months])
        for pool, name in enumerate(plans[0][1].pools):
            worked = sum(month.worked[pool] for month in accounts.months)
            hours[name] += worked * 12.0 / len(accounts.months) / count
    of_each = np.array(found, dtype=float).mean(axis=1)
    return Futures(
        tuple(accounts.stages),
        of_each.mean(axis=0),
        of_each.std(axis=0, ddof=1) / count**0.5,
        hours,
    )


def expected(base: str, horizon: str) -> Mapping[str, float]:
    """What the twin says of the mean over the same months, from the same lives."""
    loaded = unlimited(base, horizon)
    plans = compile_plans(loaded)
    months = len(plans[0][1].calendar.months)
    course = Twin(loaded, plans[0][1].snapshots).by_month(months)
    return {stage: float(by_month[1:].mean()) for stage, by_month in course.items()}


def compare(base: str, horizon: str, count: int, seed: int) -> None:
    futures = simulated(base, horizon, count, seed)
    for stage, twin in expected(base, horizon).items():
        place = futures.stages.index(stage)
        room = ROOM[base] * twin + FEW + CHANCE * float(futures.error[place])
        assert float(futures.mean[place]) == pytest.approx(twin, abs=room), stage


# --- against the simulation ----------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("base", SCENARIOS)
def test_with_everything_unlimited_as_many_are_open_as_in_the_simulation(base: str) -> None:
    compare(base, "12 months", 10, 41)


@pytest.mark.long
@pytest.mark.parametrize("hub", HUBS[1:])
def test_a_childs_work_takes_as_many_hours_as_in_the_simulation(hub: str) -> None:
    """For each child held, in the hubs whose people hold them and do little for others."""
    futures = simulated("three-hubs", "12 months", 10, 41)
    twin = Twin(unlimited("three-hubs", "12 months"))
    held = float(futures.mean[futures.stages.index(hub)])
    for pool in (name for name in futures.hours if name.startswith(f"{hub}.")):
        if pool.endswith("team_manager"):
            continue
        a_child = futures.hours[pool] / held
        assert twin.pools[pool].needed / twin.open_children[hub] == pytest.approx(a_child, rel=0.1)


@pytest.mark.long
@pytest.mark.parametrize("base", SCENARIOS)
def test_over_twenty_futures_of_four_years_as_many_are_open(base: str) -> None:
    compare(base, "4 years", 20, 42)


# --- by itself -----------------------------------------------------------------------------------


def only_complex(becomes: dict[str, Any] | None = None) -> Loaded[Any]:
    """Every contact is of a complex need that never changes, and becomes a plan."""
    return overlay(
        "three-hubs",
        need_events=None,
        safeguarding=None,
        carers=None,
        growing_up=None,
        attached_work=None,
        moves={"operations": {"interim": {"allocate_over": 0.6, "relax_visits": 0.1, "hold": 0.3}}},
        assessment={"finds": 1.0},
        mash={"outcomes": {"complex": {"single_assessment": 1.0}}},
        population={
            "needs_at_contact": {"complex": 1.0},
            "needs": {"complex": {"becomes": becomes}, "met": {"becomes": None}},
            "siblings": {"chance": 0.0},
            "leaving": {"moves_away": "0 per year", "service_not_wanted": "0 per year"},
        },
        day_one={"siblings": 0.0},
    )


def test_children_who_never_get_better_stay_until_they_are_eighteen() -> None:
    twin = Twin(only_complex())
    ages, weights = np.arange(1, 16, 2), [0.12, 0.18, 0.17, 0.15, 0.13, 0.11, 0.09, 0.05]
    by_hand = 715 * float((18 - ages) @ np.array(weights))
    total = twin.open_children["single_assessment"] + twin.open_children[HUBS[0]]
    assert total == pytest.approx(by_hand, rel=1e-6)
    assert twin.open_children["single_assessment"] == pytest.approx(
        715 * twin.model.delays.assessment[0], rel=1e-3
    )


def test_a_need_that_is_met_at_a_rate_gives_m_g_infinity() -> None:
    """Stays of a year on average, and until the next look that finds it: Little's law."""
    loaded = only_complex({"met": "1 per year", "coordinated": None, "stable": None})
    twin = Twin(loaded)
    moves = twin.moves
    begun = moves["single_assessment", HUBS[0]]
    stay = twin.open_children[HUBS[0]] / begun
    eased = twin.model.delays.eased(loaded.scenario.stages[HUBS[0]])
    assert stay == pytest.approx(1.0 + eased, rel=0.05)  # some come of age before
    assert stay < 1.0 + eased


@pytest.mark.parametrize("base", SCENARIOS)
def test_whoever_comes_into_a_stage_leaves_it(base: str) -> None:
    twin = Twin(load(base))
    for stage in twin.stages[1:]:
        left = sum(number for (origin, _), number in twin.moves.items() if origin == stage)
        assert left == pytest.approx(twin.entries[stage], rel=0.01), stage


@pytest.mark.parametrize("base", SCENARIOS)
def test_the_first_morning_is_the_scenarios_and_in_the_long_run_it_is_forgotten(base: str) -> None:
    loaded = load(base)
    twin = Twin(loaded)
    course = twin.by_month(20 * 12)
    for stage, count in loaded.scenario.day_one.children.items():
        if stage in course:
            assert course[stage][0] == pytest.approx(count.value)
    for stage in twin.stages:
        assert course[stage][-12:].mean() == pytest.approx(twin.open_children[stage], rel=0.01)


def test_growth_makes_more_contacts_and_more_open_children() -> None:
    grown = load("three-hubs", ["population.contacts.growth=0.1"])
    more, same = Twin(grown).by_month(60), Twin(load("three-hubs")).by_month(60)
    assert more[HUBS[0]][12] > same[HUBS[0]][12] and more[HUBS[0]][60] > 1.2 * same[HUBS[0]][60]


def test_reviewing_twice_as_often_doubles_reviews_and_finds_sooner() -> None:
    key = "stages.review_and_intervention.tasks.review.every"
    seldom = Twin(load("three-hubs", [f"{key}=12 months"]))
    often = Twin(load("three-hubs", [f"{key}=6 months"]))
    assert often.open_children[HUBS[2]] < seldom.open_children[HUBS[2]]

    def reviews(twin: Twin) -> float:
        return sum(
            each.number
            for each in twin.work
            if each.kind == "review" and each.pool.startswith("review_and_intervention")
        )

    a_child = [reviews(twin) / twin.open_children[HUBS[2]] for twin in (often, seldom)]
    assert a_child[0] == pytest.approx(2.0 * a_child[1], rel=1e-3)


def test_twice_the_contacts_are_twice_the_children_and_the_load() -> None:
    one = Twin(load("three-hubs"))
    two = Twin(load("three-hubs", ["population.contacts.rate=1430 per year"]))
    for stage in one.stages:
        assert two.open_children[stage] == pytest.approx(2.0 * one.open_children[stage])
    pool = "review_and_intervention.family_support_worker"
    assert two.pools[pool].load == pytest.approx(2.0 * one.pools[pool].load)


def test_absence_and_vacancies_take_their_share_of_the_hours() -> None:
    pool = "review_and_intervention.family_support_worker"
    with_people = Twin(load("three-hubs")).pools[pool]
    without = Twin(overlay("three-hubs", people=None)).pools[pool]
    assert without.available == pytest.approx(7 * 7.4 * 0.85 * 253)
    assert 0.78 < with_people.available / without.available < 0.9
    assert with_people.slots == 350


def test_the_twin_says_where_it_approximates() -> None:
    said = " ".join(Twin(load("three-hubs")).assumptions)
    assert "unlimited" in said and "Protection plans" in said and "CAF/TAC" not in said
    plain = " ".join(Twin(only_complex()).assumptions)
    assert "Protection plans" not in plain and "brother" not in plain
