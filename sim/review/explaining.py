"""Trying the causes: the scenario with each input moved, on the forecast's own futures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.review.actuals import Actuals
from sim.review.causes import Cause, causes_in
from sim.review.counted import FloatArray
from sim.review.effects import as_recorded, effect
from sim.review.explanation import Explanation, Tried, explain
from sim.review.forecast import Forecast, How, forecasts
from sim.review.summary import Years, years, years_unseen
from sim.scenario import ScenarioError, with_sets
from sim.service.check import check

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

PART = 3  # of the forecast's futures, one in so many is lived through again with each input moved
FEWEST = 8


@dataclass(frozen=True)
class Trial:
    """A cause at one amount, and the scenario with it; None if it takes no simulation."""

    cause: Cause
    amount: float
    loaded: Loaded[Scenario] | None


@dataclass(frozen=True)
class Trials:
    """All that is to be tried; what cannot be is left out, with the reason."""

    trials: tuple[Trial, ...]
    left_out: tuple[tuple[str, str], ...]

    @property
    def scenarios(self) -> tuple[Loaded[Scenario], ...]:
        """Those that are to be simulated."""
        return tuple(each.loaded for each in self.trials if each.loaded is not None)


def trials(loaded: Loaded[Scenario]) -> Trials:
    """Make the scenario with each cause, at each of the amounts at which it is tried."""
    causes, left = causes_in(loaded)
    made, left_out = [], list(left)
    for cause in causes:
        found, why = _trials(loaded, cause)
        made += found
        if not found:
            left_out.append((cause.name, why))
    return Trials(tuple(made), tuple(left_out))


def _trials(loaded: Loaded[Scenario], cause: Cause) -> tuple[list[Trial], str]:
    found, why = [], ""
    for amount in cause.tried:
        if not cause.runs:
            found.append(Trial(cause, amount, None))
            continue
        try:
            moved = with_sets(loaded, cause.sets(loaded, amount))
            check(moved)
        except ScenarioError as error:
            why = str(error.problems[0].message)
        else:
            found.append(Trial(cause, amount, moved))
    return found, why


def explained(
    forecast: Forecast,
    actuals: Actuals,
    how: How,
    on_done: Callable[[int, int], None] | None = None,
) -> Explanation | None:
    """Try every cause, and say what would have had to be different.

    Parameters
    ----------
    forecast
        The possible years.
    actuals
        What happened.
    how, on_done
        As for `sim.review.forecast.forecasts`.

    Returns
    -------
    Explanation or None
        None if there is too little to say it from.
    """
    if not years(forecast, actuals).counted or len(forecast.numbers) < FEWEST:
        return None
    planned = trials(forecast.loaded)
    return explanation_of(forecast, actuals, planned, run_trials(forecast, planned, how, on_done))


def run_trials(
    forecast: Forecast,
    planned: Trials,
    how: How,
    on_done: Callable[[int, int], None] | None = None,
) -> list[FloatArray]:
    """Count the first of the forecast's futures again, in each trial."""
    again = forecast.numbers[: max(len(forecast.numbers) // PART, FEWEST)]
    settings = [(loaded, again) for loaded in planned.scenarios]
    rest = iter(forecasts(settings, forecast.counted, how, on_done) if settings else ())
    return [
        forecast.counts if each.loaded is None else next(rest).counts for each in planned.trials
    ]


def explanation_of(
    forecast: Forecast, actuals: Actuals, planned: Trials, counts: Sequence[FloatArray]
) -> Explanation:
    """Rank the causes by what came of their trials; the same trials serve other actuals too."""
    both = (years(forecast, actuals), years_unseen(forecast, actuals.not_given))
    moved: dict[Cause, list[tuple[float, FloatArray]]] = {}
    for trial, found in zip(planned.trials, counts, strict=True):
        moved.setdefault(trial.cause, []).append((trial.amount, found))
    tried = [tried_of(cause, forecast, each, both) for cause, each in moved.items()]
    return explain(*both, tried, planned.left_out)


def tried_of(
    cause: Cause,
    forecast: Forecast,
    moved: Sequence[tuple[float, FloatArray]],
    both: tuple[Years, Years],
) -> Tried:
    """Estimate what a cause does, from the counts at each amount at which it was tried."""
    recorded = [
        (amount, as_recorded(cause, amount, counts, forecast.counted)) for amount, counts in moved
    ]
    seen, unseen = (
        effect(cause, each, [(amount, each.of(c, forecast.counted)) for amount, c in recorded])
        for each in both
    )
    return Tried(cause, seen, unseen)
