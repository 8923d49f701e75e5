"""The review of a year: the forecast, what happened, the verdict, the causes, the inputs again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sim.review.actuals import Actuals
from sim.review.explanation import Explanation
from sim.review.forecast import Forecast, How, for_a_year, forecasts
from sim.review.months import MeasureReview, months_reviewed
from sim.review.recalibrated import Recalibrated
from sim.review.verdict import Verdict
from sim.scenario import Loaded
from sim.scenario.schema import Scenario


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
        Whether the year is outside the band of possible years.
    explanation
        What would have had to be different; None if nothing is to be explained.
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


def review(
    loaded: Loaded[Scenario],
    actuals: Actuals,
    how: How,
    *,
    futures: int,
    on_done: Callable[[int, int], None] | None = None,
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
    on_done
        Told how many futures are done, and how many there are.

    Raises
    ------
    EngineError
        If processes or machines are lost, or the model fails.
    KeyboardInterrupt
        If it is stopped; what was finished is in the store, if there is one.
    """
    (forecast,) = forecasts(
        [(for_a_year(loaded), range(1, futures + 1))], actuals.counted, how, on_done
    )
    return Review(
        loaded=loaded,
        actuals=actuals,
        forecast=forecast,
        measures=months_reviewed(forecast, actuals),
        verdict=None,
        explanation=None,
        recalibrated=(),
    )
