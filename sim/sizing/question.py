"""What sizing is asked, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.sizing.cheapest import Numbers, Place
from sim.sizing.evidence import Verdict
from sim.sizing.exchanging import Exchange
from sim.sizing.futures import Futures
from sim.sizing.helping import Helped
from sim.sizing.posts import Posts, cost_of, level_stated, with_posts
from sim.sizing.targets import Goal, Years
from sim.sizing.unasked import Unasked

if TYPE_CHECKING:
    from sim.experiment.headlines import Headline
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

LIMIT = 200  # futures of one combination, after which it stays in doubt


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    scenario
        As it is now.
    posts
        Which posts, and how many there may be of each.
    goals
        What is to be kept; all of them.
    confidence
        In what share of possible years; None: on average.
    years
        Which years of the run.
    limit
        Futures of one combination, after which it stays in doubt.
    beside
        Measures that are only told, ``measure[:what]@where``.
    unasked
        Headline measures that no target asks for: what becomes of them with the answer instead of
        the posts stated is told with it.
    """

    scenario: Loaded[Scenario]
    posts: tuple[Posts, ...]
    goals: tuple[Goal, ...]
    confidence: float | None
    years: Years
    limit: int = LIMIT
    beside: tuple[str, ...] = ()
    unasked: tuple[Headline, ...] = ()

    def levels(self, place: Place) -> tuple[float, ...]:
        """Give the full-time equivalents of each post."""
        return tuple(each.levels[n] for each, n in zip(self.posts, place, strict=True))

    def loaded(self, place: Place) -> Loaded[Scenario]:
        """Give the scenario with so many."""
        pools = [each.pool for each in self.posts]
        return with_posts(self.scenario, dict(zip(pools, self.levels(place), strict=True)))

    def stated(self) -> tuple[float, ...]:
        """Give the full-time equivalents of each post that the scenario has."""
        return tuple(level_stated(self.scenario, each.pool) for each in self.posts)

    def costs(self) -> Numbers:
        """Give what each combination costs a year in pounds; with one post, its number.

        Raises
        ------
        SizingRefusedError
            If one of several posts has no cost.
        """
        shape = [len(each.levels) for each in self.posts]
        total = np.zeros(shape)
        for axis, each in enumerate(self.posts):
            one = 1.0 if len(self.posts) == 1 else cost_of(self.scenario, each.pool)
            along = [-1 if n == axis else 1 for n in range(len(shape))]
            total = total + one * np.asarray(each.levels).reshape(along)
        return np.asarray(total)


@dataclass(frozen=True, slots=True)
class Tried:
    """One combination of posts, and what is known of it.

    Attributes
    ----------
    place
        Of the level of each post.
    levels
        Full-time equivalents of each post.
    verdict, verdicts
        On all targets, and on each.
    futures
        What was seen.
    """

    place: Place
    levels: tuple[float, ...]
    verdict: Verdict
    verdicts: tuple[Verdict, ...]
    futures: Futures


@dataclass(frozen=True)
class Answer:
    """What came of it.

    Attributes
    ----------
    question
        What was asked.
    best
        The cheapest that is enough, judged; None if nothing in the range is.
    again
        The same on fresh futures; None if nothing is enough.
    refuted
        What was found enough while searching, but not on fresh futures: those.
    below
        One step fewer of each post, where the range goes on.
    tried
        All that was judged, the fewest posts first.
    out_of_order
        Pairs of which the fewer posts were enough and the more were not.
    guess
        Where the twin pointed.
    spent
        Futures simulated in all.
    helped
        Where more posts were not enough, or fewer were and more not: what more posts did to each
        target that the more did not keep, from the fewer to the more, on the same futures.
    exchanges
        Of several posts, at what rate they stand in for each other near the answer.
    unasked
        What becomes of measures that no target asks for, with the answer instead of the posts
        stated; None if nothing is enough, or none were to be looked at.
    """

    question: Question
    best: Tried | None
    again: Tried | None
    below: tuple[Tried, ...]
    tried: tuple[Tried, ...]
    out_of_order: tuple[tuple[Tried, Tried], ...]
    guess: tuple[float, ...]
    spent: int
    helped: tuple[Helped, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    unasked: Unasked | None = None
    refuted: tuple[Tried, ...] = ()
