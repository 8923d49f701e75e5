"""Sizing through the real diary, where Erlang's formulas say what the right number is."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from desks import Ask, desk_service, exponential
from helpers import loaded

from sim.sizing.posts import read_posts
from sim.sizing.size import Question, Sizing
from sim.sizing.targets import read_goal, years_of
from sim.theory.queues import Mmc
from sim.theory.traffic import NoExpectationError
from sim.theory.twin import Twin

POOL = "line_team.clerk"
MOST_WRONG = {10: 2, 100: 5}  # of so many repeats


class Case(NamedTuple):
    """Requests a working day, each of one day's work on average; the mean wait allowed in days."""

    rate: float
    allowed: float


CASES = {"light": Case(1.5, 0.5), "middle": Case(3.0, 0.3), "heavy": Case(6.0, 0.3)}


def needed(case: Case) -> int:
    """Give the fewest clerks with whom the mean wait is short enough, by Erlang's C."""
    clerks = int(case.rate) + 1
    while Mmc(case.rate, 1.0, clerks).mean_wait > case.allowed:
        clerks += 1
    return clerks


def asked(case: Case) -> Question:
    """Ask for it, from one clerk more than can keep up to five more."""
    least = int(case.rate) + 1
    data = desk_service({"line": least}, {"line.ask": Ask(case.rate, exponential(1.0))}, 367)
    service = loaded(data)
    goal = read_goal(f"wait_mean:ask@line <= {case.allowed} +- {case.allowed / 20}")
    posts = read_posts(service, POOL, f"{least}..{least + 5}")
    return Question(service, (posts,), (goal,), None, years_of(12, "1"))


def right(case: Case, repeats: int) -> int:
    """Count the repeats, each with fresh seeds, that find the right number."""
    question, answers = asked(case), []
    for repeat in range(repeats):
        found = Sizing(question, 1000 + repeat, jobs=1).answer().best
        answers.append(found is not None and found.levels == (float(needed(case)),))
    return sum(answers)


@pytest.mark.parametrize("name", CASES)
def test_neither_neighbour_is_within_the_zone_of_indifference(name: str) -> None:
    case, clerks = CASES[name], needed(CASES[name])
    zone = case.allowed / 20
    assert Mmc(case.rate, 1.0, clerks).mean_wait < case.allowed - zone
    assert Mmc(case.rate, 1.0, clerks - 1).mean_wait > case.allowed + zone


def test_the_fewest_clerks_of_erlang_c_are_found() -> None:
    """Each is wrong with a chance of 5% at most: more than 2 of 10 have a chance of 1 in 87."""
    assert right(CASES["light"], 10) >= 10 - MOST_WRONG[10]


def test_where_nobody_does_what_all_wait_for_the_estimate_says_so_and_does_not_hang() -> None:
    with pytest.raises(NoExpectationError, match="without simulating"):
        _ = Twin(asked(CASES["light"]).scenario).pools


@pytest.mark.long
@pytest.mark.parametrize("name", CASES)
def test_the_fewest_clerks_of_erlang_c_are_found_95_times_in_100(name: str) -> None:
    assert right(CASES[name], 100) >= 100 - MOST_WRONG[100]
