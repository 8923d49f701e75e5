"""Where one more post helps most: each role of each team in turn gets one more, all else as it is.

Every role is run on the same possible futures as the service as it is, and so as every other role:
adding a post changes nobody else's leave, illness or leaving, and no child's life. A ranking made
from such differences is sharper than one from futures of its own (common random numbers; Law 2015,
Simulation Modeling and Analysis, 10.4 and 11.2). Being first by chance is allowed for in part:
whoever is not shown to differ from the first, by the paired difference between the two, is said to
be level with it (in the spirit of Hsu 1984, Constrained simultaneous confidence intervals for
multiple comparisons with the best, Annals of Statistics 12; without its correction for many roles).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sim.experiment.compare import Difference, changed
from sim.experiment.futures import Setting, Values, look_at
from sim.experiment.headlines import Headline, Known, headlines
from sim.experiment.summary import ALL, Estimate, estimate
from sim.measure.better import less_is_better
from sim.scenario import Loaded, with_sets
from sim.scenario.values import Sourced
from sim.service.check import check

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.schema import Scenario

UNIT_OF_MONEY = 100_000.0  # pounds a year for which an effect is told: about a post or two
FIRST, LATER = 1, 3  # run years looked at: a post's effect grows as its caseload fills


@dataclass(frozen=True)
class Role:
    """A role of a team that gets more posts.

    Attributes
    ----------
    where
        ``team.role``.
    before, more
        Posts there are, and how many more.
    fte
        Full-time equivalent of each.
    cost
        Pounds a year of a full-time post, with its source; None if the scenario gives none.
    """

    where: str
    before: int
    more: int
    fte: float
    cost: Sourced[float] | None

    @property
    def key(self) -> str:
        """The key of its number of posts."""
        team, _, role = self.where.partition(".")
        return f"teams.{team}.posts.{role}.count"

    @property
    def pounds(self) -> float | None:
        """Pounds a year that the further posts cost; None if that is not known, or nothing."""
        if self.cost is None or not self.cost.value * self.fte:
            return None
        return self.cost.value * self.fte * self.more


def roles(scenario: Scenario, more: int) -> list[Role]:
    """List the roles of all teams, in the order of the scenario."""
    return [
        Role(f"{team}.{name}", post.count.value, more, post.fte.value, post.cost)
        for team, says in scenario.teams.items()
        for name, post in says.posts.items()
    ]


@dataclass(frozen=True)
class Effect:
    """What more posts of one role do to one measure in one year.

    Attributes
    ----------
    role
        Which.
    change
        Against the service as it is.
    for_money
        The same for each `UNIT_OF_MONEY` pounds a year; None if the cost is not known.
    level, level_for_money
        Whether it is not shown to differ from the role that changes most, by post and by pound.
    """

    role: Role
    change: Difference
    for_money: Estimate | None
    level: bool
    level_for_money: bool


@dataclass(frozen=True)
class Ranking:
    """The effects of all roles on one measure in one period, the most welcome first.

    Attributes
    ----------
    headline
        The measure and period.
    base
        As the service is.
    effects
        In order of the average change.
    """

    headline: Headline
    base: Estimate
    effects: tuple[Effect, ...]


@dataclass(frozen=True)
class Posts:
    """What came of giving every role more posts.

    Attributes
    ----------
    loaded
        The scenario as it is.
    seed, replications
        The futures run of each.
    rankings
        One for each measure and period.
    """

    loaded: Loaded[Scenario]
    seed: int
    replications: int
    rankings: tuple[Ranking, ...]


def years_of(wanted: Iterable[Headline], known: Known) -> list[Headline]:
    """Take each measure in the first and the third year (or the last full one before that)."""
    found = []
    for each in wanted:
        years = sorted({FIRST, min(LATER, known.years)}) if known.years else []
        whole = each.period != ALL or not years
        found += [each] if whole else [replace(each, period=str(year)) for year in years]
    return found


def posts(
    loaded: Loaded[Scenario],
    measures: Iterable[str] = (),
    *,
    more: int = 1,
    replications: int,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Posts:
    """Give every role more posts, one role at a time.

    Parameters
    ----------
    loaded
        The scenario as it is.
    measures
        As for `sim.experiment.headlines.headlines`; without a period, in the years of `years_of`.
    more
        How many more posts.
    replications, seed, jobs, on_done, store, engine
        As for `sim.experiment.futures.look_at`.

    Raises
    ------
    HeadlineRefusedError
        If a measure is not known.
    ScenarioError
        If a role cannot have so many posts.
    """
    known = Known.of(loaded)
    wanted = years_of(headlines(measures, known), known)
    each = roles(loaded.scenario, more)
    scenarios = [with_sets(loaded, [f"{r.key}={r.before + r.more}"]) for r in each]
    for scenario in scenarios:
        check(scenario)
    numbers = range(1, replications + 1)
    base, *found = look_at(
        [Setting(scenario, numbers) for scenario in (loaded, *scenarios)],
        wanted,
        seed=seed,
        jobs=jobs,
        on_done=on_done,
        store=store,
        engine=engine,
    )
    rankings = []
    for place, headline in enumerate(wanted):
        column = [_column(values, place) for values in (base, *found)]
        rankings.append(rank(headline, each, column[0], column[1:]))
    return Posts(loaded, seed, replications, tuple(rankings))


def _column(values: dict[int, Values], place: int) -> dict[int, float | None]:
    return {number: row[place] for number, row in values.items()}


def rank(
    headline: Headline,
    each: Sequence[Role],
    base: dict[int, float | None],
    found: Sequence[dict[int, float | None]],
) -> Ranking:
    """Order the roles by what they do to one measure.

    Parameters
    ----------
    headline
        The measure.
    each, found
        The roles, and the measure by future with more posts of each.
    base
        The measure by future as the service is.

    Notes
    -----
    Of a measure of which neither more nor less is better, the largest change comes first.
    """
    less = less_is_better(headline.measure)
    changes = [changed(headline, base, values) for values in found]
    steps = [_steps(base, values) for values in found]
    costs = [role.pounds for role in each]
    worth = [
        {} if cost is None else {n: x / cost * UNIT_OF_MONEY for n, x in step.items()}
        for step, cost in zip(steps, costs, strict=True)
    ]

    def welcome(values: dict[int, float]) -> float:
        mean = sum(values.values()) / len(values) if values else 0.0
        return abs(mean) if less is None else -mean if less else mean

    best, best_for_money = (max(rows, key=welcome) for rows in (steps, worth))
    effects = [
        Effect(
            role=role,
            change=change,
            for_money=_estimate(headline, value) if value else None,
            level=not _differ(headline, best, step),
            level_for_money=bool(value) and not _differ(headline, best_for_money, value),
        )
        for role, change, step, value in zip(each, changes, steps, worth, strict=True)
    ]
    order = sorted(range(len(each)), key=lambda n: -welcome(steps[n]))
    return Ranking(headline, changed(headline, base, base).first, tuple(effects[n] for n in order))


def _steps(base: dict[int, float | None], other: dict[int, float | None]) -> dict[int, float]:
    """Take the change in each future that both have."""
    found = {}
    for number in sorted(base.keys() & other.keys()):
        a, b = base[number], other[number]
        if a is not None and b is not None:
            found[number] = b - a
    return found


def _differ(headline: Headline, best: dict[int, float], other: dict[int, float]) -> bool:
    """Whether the paired difference between two is shown."""
    return best is not other and changed(headline, {**best}, {**other}).shown


def _estimate(headline: Headline, values: dict[int, float]) -> Estimate:
    unit = f"{headline.unit} for {UNIT_OF_MONEY:,.0f} pounds a year"
    return estimate(headline.measure, headline.where, headline.period, unit, values.values())
