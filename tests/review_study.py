"""How well a review does on years of which the truth is known: simulated ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.review.actuals import Actuals
from sim.review.counted import counted_in
from sim.review.explaining import explanation_of, run_trials, trials
from sim.review.forecast import Forecast, How, for_a_year, forecasts
from sim.review.made_up import made_up
from sim.review.review import Review, reviewed
from sim.scenario import Loaded, with_sets
from sim.scenario.schema import Scenario

FUTURES, SAME, OTHER = 60, 200, 50
FIRST_OF_OTHERS = 1001


@dataclass(frozen=True)
class Truth:
    """A scenario in which something was different: the changes, its cause and how much of it."""

    sets: tuple[str, ...]
    cause: str
    amount: float


@dataclass(frozen=True)
class Told:
    """What was said of years in which something was different, as shares of them.

    Attributes
    ----------
    flagged, outside, drifted
        Of all years: flagged at all; outside the band of possible years; some input drifted.
    first, among
        The right cause is the likeliest; or among those not told apart.
    together
        How many are not told apart, on average.
    held
        The interval of the right cause's amount holds the truth.
    """

    flagged: float
    outside: float
    drifted: float
    first: float
    among: float
    together: float
    held: float


@dataclass(frozen=True)
class Study:
    """What came of it.

    Attributes
    ----------
    inside
        Share of months within their band, of years like the forecast's.
    flagged, outside, drifted
        Shares of these years.
    told
        Of the others, by name.
    """

    inside: float
    flagged: float
    outside: float
    drifted: float
    told: Mapping[str, Told]


def study(
    scenario: Loaded[Scenario],
    truths: Mapping[str, Truth],
    how: How,
    *,
    leave_out: Sequence[str] = (),
    on_done: Callable[[int, int], None] | None = None,
) -> Study:
    """Review simulated years: 200 of the scenario itself, 50 of each in which something differs.

    Parameters
    ----------
    leave_out
        Measures that this service does not count.
    """
    base = for_a_year(scenario)
    counted, numbers = counted_in(base), range(1, FUTURES + SAME + 1)
    others = range(FIRST_OF_OTHERS, FIRST_OF_OTHERS + OTHER)
    whole, *rest = forecasts(
        [
            (base, numbers),
            *((with_sets(base, truth.sets), others) for truth in truths.values()),
        ],
        counted,
        how,
        on_done,
    )
    forecast = replace(whole, numbers=whole.numbers[:FUTURES], counts=whole.counts[:FUTURES])
    planned = trials(base)
    tried = run_trials(forecast, planned, how, on_done)

    def actuals(of: Forecast, place: int) -> Actuals:
        return _counted_by(made_up(of, place), counted, leave_out)

    same = [
        reviewed(base, forecast, actuals(whole, place))
        for place in range(FUTURES, FUTURES + SAME)
    ]  # fmt: skip
    told = {}
    for (name, truth), of in zip(truths.items(), rest, strict=True):
        found = [reviewed(base, forecast, actuals(of, place)) for place in range(OTHER)]
        found = [
            replace(each, explanation=explanation_of(forecast, each.actuals, planned, tried))
            for each in found
        ]
        told[name] = _told(found, truth)
    return Study(
        inside=sum(r.months_inside for r in same) / sum(r.months_known for r in same),
        **_shares(same),
        told=told,
    )


def _counted_by(given: Actuals, counted: Sequence[object], leave_out: Sequence[str]) -> Actuals:
    rows = tuple(row for row in given.rows if row.counted.measure.name not in leave_out)
    has = {row.counted for row in rows}
    return replace(given, rows=rows, not_given=tuple(c for c in counted if c not in has))  # type: ignore[arg-type]


def _shares(found: Sequence[Review]) -> dict[str, float]:
    outside = [each.verdict is not None and each.verdict.outside for each in found]
    return {
        "flagged": float(np.mean([each.flagged for each in found])),
        "outside": float(np.mean(outside)),
        "drifted": float(np.mean([bool(each.drifted) for each in found])),
    }


def _told(found: Sequence[Review], truth: Truth) -> Told:
    first, among, together, held = [], [], [], []
    for each in found:
        assert each.explanation is not None
        fitted = {one.cause.name: one for one in each.explanation.fitted}
        likeliest = [one.cause.name for one in each.explanation.likeliest]
        first.append(likeliest[0] == truth.cause)
        among.append(truth.cause in likeliest)
        together.append(len(likeliest))
        held.append(fitted[truth.cause].lower <= truth.amount <= fitted[truth.cause].upper)
    columns = (first, among, together, held)
    return Told(**_shares(found), **dict(zip(("first", "among", "together", "held"),
                (float(np.mean(column)) for column in columns), strict=True)))  # fmt: skip
