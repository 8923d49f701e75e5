"""What one post is worth in another, near the answer: exact by hand, and with its interval."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from sized import LOADS, three_hubs

from sim.report.sizing import text
from sim.report.sizing_exchange import exchange_in_words
from sim.sizing.evidence import Verdict
from sim.sizing.exchanging import exchanges, fieller
from sim.sizing.futures import Seen
from sim.sizing.posts import read_posts
from sim.sizing.question import Question, Tried
from sim.sizing.size import Answer, Sizing
from sim.sizing.targets import Goal, years_of

WORKER = "safeguarding_and_support.social_worker"
SUPPORT = "review_and_intervention.family_support_worker"
IN_DATE = Goal("in_date:cin_review@*", True, 0.9, 0.01)


@dataclass
class Known:
    """Futures in which each post adds something of its own to what is in date, in each alike."""

    share: float
    seed: int
    known: list[Seen] = field(default_factory=list)

    def more(self, number: int, on_done: Any) -> bool:
        for _ in range(number):
            year = 0.002 * np.sin(len(self.known) + 1.0)  # good and bad futures, the same for all
            self.known.append(Seen(((self.share + year,),), LOADS, 1.0))
            on_done()
        return True

    def of_goal(self, place: int) -> list[tuple[float, ...]]:
        return [each.values[place] for each in self.known]


def question() -> Question:
    loaded = three_hubs()
    posts = tuple(read_posts(loaded, pool, "4..12") for pool in (WORKER, SUPPORT))
    return Question(loaded, posts, (IN_DATE,), 0.9, years_of(36))


def tried(share: float) -> Tried:
    futures: Any = Known(share, 0)
    futures.more(12, lambda: None)
    return Tried((4, 4), (8.0, 8.0), Verdict.ENOUGH, (Verdict.ENOUGH,), futures)


def answer(of_worker: float, of_support: float) -> Answer:
    """Size two posts: of each, more than eight do nothing, and each fewer costs so much."""

    def futures(_: Question, place: tuple[int, ...], before: int) -> Any:
        missing = of_worker * max(4 - place[0], 0) + of_support * max(4 - place[1], 0)
        return Known(0.912 - missing, before)

    return Sizing(question(), 1, simulated=futures, guess=lambda _: (4, 4)).answer()


def test_what_one_more_of_a_post_does_is_told_in_the_other() -> None:
    """One social worker is worth 4 points and one family support worker 2: twice as much."""
    found = answer(0.04, 0.02)
    rates = {(each.more, each.saves): each.rate for each in found.exchanges}
    assert rates[WORKER, SUPPORT] == pytest.approx(2.0)
    assert rates[SUPPORT, WORKER] == pytest.approx(0.5)
    said = " ".join(text(found).split())
    assert "one more social worker in Safeguarding & Support saves 2.0 of a family support" in said
    assert all(each.futures >= 12 for each in found.exchanges)


def test_a_post_that_does_nothing_for_the_target_saves_nothing_and_is_not_told_as_saved() -> None:
    without = replace(tried(0.90), place=(3, 4), levels=(7.0, 8.0))
    same = replace(tried(0.95), place=(4, 3), levels=(8.0, 7.0))
    found = exchanges(question(), tried(0.95), [without, same])
    rates = {(each.more, each.saves): each.rate for each in found}
    assert rates[SUPPORT, WORKER] == pytest.approx(0.0)
    assert rates[WORKER, SUPPORT] is None
    said = list(exchange_in_words(found))
    assert "one more family support worker in Review & Intervention is not shown to save" in said[0]
    assert "cannot be told: one fewer is not shown to matter" in said[1]


def test_the_interval_of_a_ratio_holds_it_as_often_as_it_says() -> None:
    """95% of 400 is 380; fewer than 366 or more than 392 happens less than once in a hundred."""
    rng = np.random.default_rng(17)
    held = 0
    for _ in range(400):
        both = rng.normal(0.0, 1.0, 12)
        x, y = 1.2 + both + rng.normal(0, 1, 12), 5.0 + both + rng.normal(0, 1, 12)
        _, low, high = fieller(x, y)
        held += low is not None and high is not None and low <= 1.2 / 5.0 <= high
    assert 366 <= held <= 392


def test_without_an_effect_of_the_second_there_is_no_ratio() -> None:
    assert fieller([1.0, 1.1, 0.9], [0.1, -0.1, 0.01]) == (None, None, None)
    rate, low, high = fieller([1.0, 1.0, 1.0], [2.0, 2.0, 2.0])
    assert (rate, low, high) == pytest.approx((0.5, 0.5, 0.5))
