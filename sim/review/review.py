"""The review of a year: the forecast, what happened, the verdict, the causes, the inputs again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from sim.review.actuals import Actuals
from sim.review.counted import counted_in
from sim.review.explaining import explained
from sim.review.explanation import Explanation
from sim.review.forecast import Forecast, How, for_a_year, forecasts
from sim.review.months import MeasureReview, months_reviewed
from sim.review.recalibrated import Recalibrated
from sim.review.recalibrating import recalibrated
from sim.review.summary import years
from sim.review.verdict import Verdict, verdict
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

Told = Callable[[int, int], None]


class Causes(Enum):
    """When causes are looked for, which takes several times as many futures as the rest."""

    IF_FLAGGED = "if-flagged"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(frozen=True)
class Review:
    """All that a review found.

    Attributes
    ----------
    loaded
        The scenario as it was given (its forecast is of one year).
    actuals
        What happened, and what of it could not be used.
    forecast
        The possible years.
    measures
        Month by month, in the order of the file of actuals.
    verdict
        Whether the year is outside the band of possible years; None if there is nothing to judge
        it by.
    explanation
        What would have had to be different; None if that was not looked for.
    recalibrated
        The inputs with last year's counts.
    """

    loaded: Loaded[Scenario]
    actuals: Actuals
    forecast: Forecast
    measures: tuple[MeasureReview, ...]
    verdict: Verdict | None
    explanation: Explanation | None
    recalibrated: tuple[Recalibrated, ...]

    @property
    def months_known(self) -> int:
        """Months of all measures that can be compared."""
        return sum(each.known for each in self.measures)

    @property
    def months_inside(self) -> int:
        """Months of all measures that are within their band."""
        return sum(each.inside for each in self.measures)

    @property
    def drifted(self) -> tuple[Recalibrated, ...]:
        """The inputs with which last year's counts disagree."""
        return tuple(each for each in self.recalibrated if each.drift)

    @property
    def flagged(self) -> bool:
        """Whether anything says that the model was not right for this year.

        If it was, so it is said in at most one year of ten: one of twenty for the verdict, one of
        twenty for the inputs. Measured for a small service: more, about one of seven.
        """
        return bool(self.drifted) or (self.verdict is not None and self.verdict.outside)


def review(
    loaded: Loaded[Scenario],
    actuals: Actuals,
    how: How,
    *,
    futures: int,
    causes: Causes = Causes.IF_FLAGGED,
    on_done: Told | None = None,
) -> Review:
    """Review the first year of a scenario.

    Parameters
    ----------
    loaded
        The scenario, as the forecast was made with it.
    actuals
        What happened.
    how
        Seed, processes and store.
    futures
        Possible years to compare with.
    causes
        Whether to look for what would have had to be different.
    on_done
        Told how many futures are done, and how many there are: more, once causes are looked for.

    Raises
    ------
    EngineError
        If processes or machines are lost, or the model fails.
    KeyboardInterrupt
        If it is stopped; what was finished is in the store, if there is one.
    """
    year = for_a_year(loaded)
    numbers = range(1, futures + 1)
    (forecast,) = forecasts([(year, numbers)], counted_in(year), how, on_done)
    found = reviewed(loaded, forecast, actuals)
    if causes is Causes.NEVER or (causes is Causes.IF_FLAGGED and not found.flagged):
        return found
    why = explained(forecast, actuals, how, _after(futures, on_done))
    return replace(found, explanation=why)


def reviewed(loaded: Loaded[Scenario], forecast: Forecast, actuals: Actuals) -> Review:
    """Review a year by a forecast that has been run, without looking for causes."""
    measures = months_reviewed(forecast, actuals)
    return Review(
        loaded=loaded,
        actuals=actuals,
        forecast=forecast,
        measures=measures,
        verdict=verdict(years(forecast, actuals), measures),
        explanation=None,
        recalibrated=recalibrated(forecast, actuals),
    )


def _after(before: int, told: Told | None) -> Told | None:
    """Tell how far it has come, with what was done before."""
    if told is None:
        return None
    return lambda done, asked: told(before + done, before + asked)
