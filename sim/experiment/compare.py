"""Comparing scenarios future by future: the only way in which they are compared.

Two scenarios are run on the same random numbers (common random numbers), and what is averaged is
their difference in each future. What both have in common, such as a year with many referrals, drops
out, so that a difference is seen with far fewer futures than if each had its own (Law 2015, 11.2).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.experiment.arms import Arm, run_arms
from sim.experiment.run import DEFAULT_REPLICATIONS, DEFAULT_SEED, Results
from sim.experiment.summary import Estimate, estimate, periods

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.headlines import Headline
    from sim.experiment.store import Store
    from sim.measure.series import Series

Pair = tuple[float, float]
ROUNDING = 1e-12  # relative; adding up the same numbers in another order gives less than this


class CannotCompareError(Exception):
    """The scenarios cannot be compared; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over one period in two scenarios.

    Attributes
    ----------
    first, other
        The measure in each, over the futures in which both have a value.
    change
        The other less the first, future by future, with the interval of that.
    variance_ratio
        The variance the change would have if each scenario had futures of its own, over the
        variance it has: how many times as many futures that would take. Infinite if the change is
        the same in all futures; None if there is nothing to compare (fewer than two futures, or no
        variance in either).
    same
        Whether it is exactly the same in every future (but for rounding in the twelfth digit).
    """

    first: Estimate
    other: Estimate
    change: Estimate
    variance_ratio: float | None
    same: bool

    @property
    def shown(self) -> bool:
        """Whether these futures show a difference: the 95% interval leaves out zero."""
        low, high = self.change.lower, self.change.upper
        return low is not None and high is not None and not low <= 0.0 <= high


@dataclass(frozen=True)
class Comparison:
    """Two scenarios compared.

    Attributes
    ----------
    first, other
        What each is called.
    numbers
        The replications both have finished.
    differences
        Of every measure both have, over the whole run and each full year.
    only_first, only_other
        Addresses of measures that only one of them has.
    identical
        Whether they are the same scenario, however they are written.
    """

    first: str
    other: str
    numbers: tuple[int, ...]
    differences: tuple[Difference, ...]
    only_first: tuple[str, ...]
    only_other: tuple[str, ...]
    identical: bool


@dataclass(frozen=True)
class Compared:
    """What came of comparing several scenarios, each with the first.

    Attributes
    ----------
    arms, results
        The scenarios, and what came of each that was run.
    comparisons
        Of the first with each other of them.
    interrupted
        Whether it was stopped before all were done.
    """

    arms: tuple[Arm, ...]
    results: tuple[Results, ...]
    comparisons: tuple[Comparison, ...]
    interrupted: bool


def compare(
    arms: Sequence[Arm],
    *,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Compared:
    """Run scenarios on the same futures and compare each with the first.

    Ctrl-C keeps what can be compared: the futures that both scenarios of a pair have finished.

    Parameters
    ----------
    arms
        At least two.
    replications, seed, jobs, on_done, store, engine
        As for `sim.experiment.run`; `on_done` counts the replications of all of them.

    Raises
    ------
    CannotCompareError
        If their starts, horizons or calendars differ; nothing has been run then.
    """
    check_arms(arms)
    results = run_arms(
        arms,
        replications=replications,
        seed=seed,
        jobs=jobs,
        on_done=on_done,
        store=store,
        engine=engine,
    )
    pairs = zip(arms[1:], results[1:], strict=False)
    return Compared(
        arms=tuple(arms),
        results=tuple(results),
        comparisons=tuple(
            pair_up(results[0], found, arms[0].name, arm.name)
            for arm, found in pairs
            if found.replications
        ),
        interrupted=results[-1].interrupted,
    )


def check_arms(arms: Sequence[Arm]) -> None:
    """Refuse scenarios whose months are not the same months."""
    first = arms[0]
    for arm in arms[1:]:
        for what in ("start", "horizon", "calendar"):
            ours, theirs = (getattr(a.loaded.scenario, what) for a in (first, arm))
            if str(ours) != str(theirs):
                raise CannotCompareError(
                    f"'{first.name}' and '{arm.name}' cannot be compared month by month: the "
                    f"{what} of the one is {ours}, of the other {theirs}; "
                    f"give both the same, for example with --set {what}=..."
                )


def pair_up(first: Results, other: Results, name: str, other_name: str) -> Comparison:
    """Compare the finished replications that two results have in common.

    Raises
    ------
    CannotCompareError
        If they have different seeds: then the futures are not the same.
    """
    if first.seed != other.seed:
        raise CannotCompareError(
            f"'{name}' was run with seed {first.seed} and '{other_name}' with {other.seed}: "
            "only the same futures can be compared"
        )
    theirs = {r.number: r for r in other.replications}
    pairs = [(r, theirs[r.number]) for r in first.replications if r.number in theirs]
    ours = [{s.address: s for s in a.series} for a, _ in pairs]
    others = [{s.address: s for s in b.series} for _, b in pairs]
    known, also = (ours[0], others[0]) if pairs else ({}, {})
    return Comparison(
        first=name,
        other=other_name,
        numbers=tuple(a.number for a, _ in pairs),
        differences=tuple(
            difference
            for address in known
            if address in also
            for difference in _differences(
                [a[address] for a in ours], [b[address] for b in others], first
            )
        ),
        only_first=tuple(address for address in known if address not in also),
        only_other=tuple(address for address in also if address not in known),
        identical=first.loaded.digest == other.loaded.digest,
    )


def _differences(
    ours: Sequence[Series], theirs: Sequence[Series], results: Results
) -> Iterator[Difference]:
    one = ours[0]
    for period, start, end in periods(results):
        values = zip(
            (s.value(start, end) for s in ours), (s.value(start, end) for s in theirs), strict=True
        )
        pairs = [(a, b) for a, b in values if a is not None and b is not None]
        yield difference(one.measure, one.where, period, one.unit, pairs)


def difference(
    measure: str, where: str, period: str, unit: str, pairs: Sequence[Pair]
) -> Difference:
    """Compare a measure from its values in each future: (in the first, in the other)."""
    changes = [_change(a, b) for a, b in pairs]
    return Difference(
        first=estimate(measure, where, period, unit, [a for a, _ in pairs]),
        other=estimate(measure, where, period, unit, [b for _, b in pairs]),
        change=estimate(measure, where, period, unit, changes),
        variance_ratio=_variance_ratio(pairs),
        same=bool(pairs) and not any(changes),
    )


def changed(
    headline: Headline, base: Mapping[int, float | None], other: Mapping[int, float | None]
) -> Difference:
    """Compare a headline measure from its values by future, where both have one."""
    both = [(base[n], other[n]) for n in sorted(base.keys() & other.keys())]
    pairs = [(a, b) for a, b in both if a is not None and b is not None]
    return difference(headline.measure, headline.where, headline.period, headline.unit, pairs)


def _change(a: float, b: float) -> float:
    """Take one from the other; sums that differ only in how they were rounded do not differ."""
    return 0.0 if math.isclose(a, b, rel_tol=ROUNDING) else b - a


def _variance_ratio(pairs: Sequence[Pair]) -> float | None:
    if len(pairs) < 2:
        return None
    values = np.array(pairs, dtype=float)
    apart = float(values.var(axis=0, ddof=1).sum())
    paired = float(np.array([_change(a, b) for a, b in pairs]).var(ddof=1))
    nothing = (ROUNDING * float(np.abs(values).max())) ** 2  # what rounding alone may give
    if apart <= nothing:
        return None
    return apart / paired if paired > nothing else math.inf
