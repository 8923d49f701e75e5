"""What is not known of the inputs, beside what differs from one possible future to the next.

Every input of the grades asked for that has a range is drawn from it (`Input.drawn`), all of them
together and independently of each other, by a Latin hypercube: of D draws of an input one lies in
each D-th of its distribution (McKay, Beckman and Conover 1979, A comparison of three methods for
selecting values of input variables, Technometrics 21). Its draws are fixed by the seed and its
key alone, so that another input with a range changes none of them. Draw d is lived through by the
possible futures (d - 1)m + 1 to dm, which no other draw has: the same futures for all would hide
chance among the inputs. How the two are told apart is in `sim.experiment.components`. The hypercube
spreads draws more evenly than chance; the estimate of the inputs' part is then too large by a
D-th of it at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.components import FEWEST, Components, components
from sim.experiment.futures import Setting, Values, look_at
from sim.experiment.headlines import Headline, Known, headlines
from sim.experiment.sensitivity import Unmoved, why_left
from sim.experiment.summary import Estimate, estimate
from sim.scenario import Loaded, with_sets
from sim.scenario.inputs import ASSUMED, Input, inputs
from sim.service.check import check
from sim.service.streams import identity

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.schema import Scenario

STREAM = "inputs"  # of the draws; named as the streams of the model are
AS_STATED = 20  # futures of the scenario as stated, for comparison, if the draws have as many


@dataclass(frozen=True)
class Found:
    """One measure with uncertain inputs.

    Attributes
    ----------
    headline
        The measure.
    as_stated
        With every input as stated.
    futures
        Over all futures of all draws: nine in ten of them lie between its p5 and p95. (Its interval
        of the mean does not know that futures of a draw are alike; see `parts`.)
    parts
        What comes of the inputs and what of chance; None if there are too few draws in which every
        future has a value.
    by_draw
        The mean over the futures of each draw; None where none has a value.
    """

    headline: Headline
    as_stated: Estimate
    futures: Estimate
    parts: Components | None
    by_draw: tuple[float | None, ...]


@dataclass(frozen=True)
class Uncertainty:
    """What came of drawing the inputs of a scenario.

    Attributes
    ----------
    loaded
        The scenario as stated.
    seed, draws, each
        The seed, the draws, and the futures of each.
    drawn
        The inputs that were drawn, and their number in each draw.
    left
        Inputs of the same grades that were left as stated.
    found
        One for each measure.
    """

    loaded: Loaded[Scenario]
    seed: int
    draws: int
    each: int
    drawn: tuple[tuple[Input, tuple[float, ...]], ...]
    left: tuple[Unmoved, ...]
    found: tuple[Found, ...]


@dataclass(frozen=True)
class Plan:
    """Draws of the inputs, each made a scenario that can be used.

    Attributes
    ----------
    loaded
        The scenario as stated.
    seed
        It fixes the draws.
    wanted
        The measures.
    drawn, left
        As in `Uncertainty`.
    scenarios
        One for each draw.
    """

    loaded: Loaded[Scenario]
    seed: int
    wanted: tuple[Headline, ...]
    drawn: tuple[tuple[Input, tuple[float, ...]], ...]
    left: tuple[Unmoved, ...]
    scenarios: tuple[Loaded[Scenario], ...]


def plan(
    loaded: Loaded[Scenario],
    measures: Iterable[str] = (),
    *,
    draws: int,
    seed: int,
    grades: Sequence[str] = ASSUMED,
    only: str = "",
) -> Plan:
    """Draw the inputs and make a scenario of each draw.

    Parameters
    ----------
    loaded, measures, grades, only
        As for `sim.experiment.sensitivity.plan`.
    draws, seed
        How many, and what fixes them.

    Raises
    ------
    ScenarioError
        If a draw cannot be used.
    HeadlineRefusedError
        If a measure is not known.
    """
    check(loaded)
    wanted = headlines(measures, Known.of(loaded))
    about_cost = any(headline.measure == "cost" for headline in wanted)
    taken, left = [], []
    for each in inputs(loaded.scenario, grades):
        if only in each.key:
            why = why_left(each, about_cost)
            if why:
                left.append(Unmoved(each, why))
            else:
                taken.append(each)
    drawn = [(each, numbers_of(each, draws, seed)) for each in taken]
    scenarios = []
    for draw in range(draws):
        scenarios.append(with_sets(loaded, [each.at(numbers[draw]) for each, numbers in drawn]))
        check(scenarios[-1])
    return Plan(loaded, seed, tuple(wanted), tuple(drawn), tuple(left), tuple(scenarios))


def numbers_of(each: Input, draws: int, seed: int) -> tuple[float, ...]:
    """Draw an input: its number in each draw, one in each D-th of its distribution."""
    from scipy.stats.qmc import LatinHypercube

    generator = LatinHypercube(1, rng=identity(f"{seed}/{STREAM}/{each.key}"))
    return tuple(each.drawn(float(chance)) for (chance,) in generator.random(draws))


def uncertainty(
    planned: Plan,
    *,
    replications: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Uncertainty:
    """Run what was planned.

    Parameters
    ----------
    planned
        The draws.
    replications
        Possible futures of each draw, two or more.
    jobs, on_done, store, engine
        As for `sim.experiment.futures.look_at`.
    """
    draws, each = len(planned.scenarios), replications
    settings = [Setting(planned.loaded, range(1, min(AS_STATED, draws * each) + 1))]
    for draw, loaded in enumerate(planned.scenarios):
        settings.append(Setting(loaded, range(draw * each + 1, (draw + 1) * each + 1)))
    base, *drawn = look_at(
        settings,
        planned.wanted,
        seed=planned.seed,
        jobs=jobs,
        on_done=on_done,
        store=store,
        engine=engine,
    )
    return Uncertainty(
        loaded=planned.loaded,
        seed=planned.seed,
        draws=draws,
        each=each,
        drawn=planned.drawn,
        left=planned.left,
        found=tuple(
            _found(headline, _column(base, place), [_column(values, place) for values in drawn])
            for place, headline in enumerate(planned.wanted)
        ),
    )


def _column(values: dict[int, Values], place: int) -> list[float | None]:
    return [row[place] for _, row in sorted(values.items())]


def _found(
    headline: Headline, base: Sequence[float | None], drawn: Sequence[Sequence[float | None]]
) -> Found:
    named = (headline.measure, headline.where, headline.period, headline.unit)
    known = [[value for value in values if value is not None] for values in drawn]
    whole = [
        values for values, asked in zip(known, drawn, strict=True) if len(values) == len(asked)
    ]
    enough = len(whole) >= FEWEST and len(whole[0]) >= FEWEST
    return Found(
        headline=headline,
        as_stated=estimate(*named, base),
        futures=estimate(*named, [value for values in known for value in values]),
        parts=components(whole) if enough else None,
        by_draw=tuple(sum(values) / len(values) if values else None for values in known),
    )
