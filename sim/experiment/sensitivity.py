"""Which assumptions matter: each moved alone to the ends of its range, the rest left as stated.

The result is a tornado: for a measure, one bar for each input, the longest first. Every end is run
on the same possible futures as the base (common random numbers; Law 2015, Simulation Modeling and
Analysis, 11.2), so that a bar is an average of differences with Student's interval of those. One
input at a time shows no interactions, and a bar is as long as its range is wide: it says what
would be worth knowing better, not what is easiest to change (Eschenbach 1992, Spiderplots versus
tornado diagrams for sensitivity analysis, Interfaces 22; Kleijnen 2015, Design and Analysis of
Simulation Experiments, 1.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.compare import Difference, changed
from sim.experiment.futures import Setting, Values, look_at
from sim.experiment.headlines import Headline, Known, headlines
from sim.scenario import Loaded, with_sets
from sim.scenario.inputs import ASSUMED, POUNDS, Input, inputs
from sim.service.check import check

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.experiment.summary import Estimate
    from sim.scenario.schema import Scenario

NO_RANGE = "no range is stated"
MIX = "a mix of shares or of intervals, of which no range can be stated"
CHOICE = "a number of posts, which is a choice (see caseload posts)"
PAYS = "a cost, which changes nothing but pounds"


@dataclass(frozen=True)
class Unmoved:
    """An input that was left as it is, and why."""

    input: Input
    why: str


@dataclass(frozen=True)
class Bar:
    """What moving one input does to one measure.

    Attributes
    ----------
    input
        What is moved.
    low, high
        The measure at the low and the high end of its range, beside the base.
    """

    input: Input
    low: Difference
    high: Difference

    @property
    def size(self) -> float:
        """From the lowest to the highest of: the base, and the average at each end."""
        ends = (0.0, self.low.change.mean or 0.0, self.high.change.mean or 0.0)
        return max(ends) - min(ends)

    @property
    def shown(self) -> bool:
        """Whether these futures show an effect of either end."""
        return self.low.shown or self.high.shown

    @property
    def same(self) -> bool:
        """Whether nothing changed in any future."""
        return self.low.same and self.high.same


@dataclass(frozen=True)
class Tornado:
    """The bars of one measure, the longest first."""

    headline: Headline
    base: Estimate
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Sensitivity:
    """What came of moving the inputs of a scenario.

    Attributes
    ----------
    loaded
        The scenario as it is.
    seed, replications
        The futures of the base and of each end.
    tornadoes
        One for each measure.
    unmoved
        Inputs of the same grades that were left as they are.
    """

    loaded: Loaded[Scenario]
    seed: int
    replications: int
    tornadoes: tuple[Tornado, ...]
    unmoved: tuple[Unmoved, ...]


@dataclass(frozen=True)
class Plan:
    """Which inputs will be moved, and how: all of it can be used.

    Attributes
    ----------
    loaded
        The scenario as it is.
    wanted
        The measures.
    moved
        Each input with the scenario at its low and its high end; None where that is the base.
    unmoved
        The rest.
    """

    loaded: Loaded[Scenario]
    wanted: tuple[Headline, ...]
    moved: tuple[tuple[Input, Loaded[Scenario] | None, Loaded[Scenario] | None], ...]
    unmoved: tuple[Unmoved, ...]

    @property
    def scenarios(self) -> int:
        """How many there are to run, the base included."""
        return 1 + sum(end is not None for _, *ends in self.moved for end in ends)


def plan(
    loaded: Loaded[Scenario],
    measures: Iterable[str] = (),
    grades: Sequence[str] = ASSUMED,
    only: str = "",
) -> Plan:
    """Make the scenario at both ends of every range.

    Parameters
    ----------
    loaded
        The scenario as it is.
    measures
        As for `sim.experiment.headlines.headlines`.
    grades
        Of the inputs that are moved.
    only
        Move only inputs with this in their key; the others are not even listed.

    Raises
    ------
    ScenarioError
        If an end cannot be used.
    HeadlineRefusedError
        If a measure is not known.
    """
    check(loaded)
    wanted = headlines(measures, Known.of(loaded))
    about_cost = any(headline.measure == "cost" for headline in wanted)
    moved, unmoved = [], []
    for each in inputs(loaded.scenario, grades):
        if only not in each.key:
            continue
        if why := why_left(each, about_cost):
            unmoved.append(Unmoved(each, why))
            continue
        assert each.range is not None
        low, high = (_at(loaded, each, number) for number in each.range)
        moved.append((each, low, high))
    return Plan(loaded, tuple(wanted), tuple(moved), tuple(unmoved))


def why_left(each: Input, about_cost: bool) -> str:
    """Say why an input is not moved; nothing if it is."""
    if each.unit == POUNDS and not about_cost:
        return PAYS
    if each.range is None and each.key.startswith("teams.") and each.key.endswith(".count"):
        return CHOICE
    if each.range is None:
        return MIX if each.number is None else NO_RANGE
    return ""


def _at(loaded: Loaded[Scenario], each: Input, number: float) -> Loaded[Scenario] | None:
    if number == each.number:
        return None
    moved = with_sets(loaded, [each.at(number)])
    check(moved)
    return moved


def sensitivity(
    planned: Plan,
    *,
    replications: int,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Sensitivity:
    """Run what was planned; parameters as for `sim.experiment.futures.look_at`."""
    numbers = range(1, replications + 1)
    ends = [end for _, *both in planned.moved for end in both]
    run = [planned.loaded, *(end for end in ends if end is not None)]
    base, *found = look_at(
        [Setting(loaded, numbers) for loaded in run],
        planned.wanted,
        seed=seed,
        jobs=jobs,
        on_done=on_done,
        store=store,
        engine=engine,
    )
    rest = iter(found)
    values = [base if end is None else next(rest) for end in ends]
    pairs = list(zip(values[::2], values[1::2], strict=True))
    return Sensitivity(
        loaded=planned.loaded,
        seed=seed,
        replications=replications,
        tornadoes=tuple(
            _tornado(planned, place, headline, base, pairs)
            for place, headline in enumerate(planned.wanted)
        ),
        unmoved=planned.unmoved,
    )


def _tornado(
    planned: Plan,
    place: int,
    headline: Headline,
    base: dict[int, Values],
    ends: Sequence[tuple[dict[int, Values], dict[int, Values]]],
) -> Tornado:
    at_base = _of(base, place)
    bars = [
        Bar(each, *(changed(headline, at_base, _of(end, place)) for end in both))
        for (each, *_), both in zip(planned.moved, ends, strict=True)
    ]
    bars.sort(key=lambda bar: -bar.size)  # of equals, the scenario's first
    return Tornado(headline, changed(headline, at_base, at_base).first, tuple(bars))


def _of(values: dict[int, Values], place: int) -> dict[int, float | None]:
    """Take one measure's value of each future."""
    return {number: each[place] for number, each in values.items()}
