"""How much of what is uncertain comes from the inputs, and how much from chance.

The inputs are drawn D times, and each draw is lived through by m possible futures that no other
draw has. Then y = mean + draw + future, and by the law of total variance

    Var(y) = Var(E[y | inputs]) + E[Var(y | inputs)],

the first part what comes of not knowing the inputs, the second what differs from year to year even
if they were known. Both are estimated by the analysis of variance with one random effect (Searle,
Casella and McCulloch 1992, Variance Components, 3.6): MSW estimates the second, (MSB - MSW) / m the
first. That estimate is below zero where the draws differ no more than chance would have them. The
share of the first in the sum has an exact interval where both are normal, from the F distribution
of MSB / MSW (the same, 3.6d); elsewhere it is a guide.

In simulation: Song, Nelson and Pegden 2014, Advanced tutorial: input uncertainty quantification,
Winter Simulation Conference, whose interval for a mean with uncertain inputs is used; Cheng and
Holland 1997, Sensitivity of computer simulation experiments to errors in input data, Journal of
Statistical Computation and Simulation 57; Barton, Nelson and Xie 2014, Quantifying input
uncertainty via simulation confidence intervals, INFORMS Journal on Computing 26.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import fdtri, stdtrit

from sim.experiment.summary import CONFIDENCE

Interval = tuple[float, float]
TAIL = (1.0 - CONFIDENCE) / 2.0
FEWEST = 2  # draws, and futures of each, below which nothing can be told apart


@dataclass(frozen=True, slots=True)
class Components:
    """The two parts of the variance of one measure.

    Attributes
    ----------
    draws, each
        Draws of the inputs, and futures of each.
    mean
        Over all of them.
    within
        Variance between futures with the same inputs.
    inputs
        Variance that comes of the inputs, as estimated: it may be below zero.
    share, lower, upper
        The inputs' share of the whole variance of one future, with its 95% interval; None if the
        measure never varied. The share is between 0 and 1, whatever the estimates are.
    """

    draws: int
    each: int
    mean: float
    within: float
    inputs: float
    share: float | None
    lower: float | None
    upper: float | None

    @property
    def distinguishable(self) -> bool:
        """Whether the draws are shown to differ by more than chance: the interval is above zero."""
        return self.lower is not None and self.lower > 0.0

    @property
    def by_chance(self) -> Interval:
        """The 95% interval of the mean if the inputs were known: more futures make it narrower."""
        futures = self.draws * self.each
        t = float(stdtrit(self.draws * (self.each - 1), 1.0 - TAIL))
        return self._around(t * (self.within / futures) ** 0.5)

    @property
    def with_inputs(self) -> Interval:
        """The 95% interval of the mean with the inputs as uncertain as they are.

        No number of futures makes it narrower than what is not known of the inputs.
        """
        futures = self.draws * self.each
        t = float(stdtrit(self.draws - 1, 1.0 - TAIL))
        return self._around(t * (max(self.inputs, 0.0) + self.within / futures) ** 0.5)

    def _around(self, half: float) -> Interval:
        return self.mean - half, self.mean + half


def components(values: Sequence[Sequence[float]]) -> Components:
    """Tell the two parts apart.

    Parameters
    ----------
    values
        The measure, for each draw of the inputs its value in each of the futures; as many futures
        of each draw.

    Raises
    ------
    ValueError
        If there are fewer than two draws, or two futures of each, or not as many of each.
    """
    draws, each = len(values), len(values[0]) if values else 0
    if draws < FEWEST or each < FEWEST or any(len(row) != each for row in values):
        raise ValueError("give two draws or more, and as many futures of each, two or more")
    y = np.array(values, dtype=float)
    between = each * float(y.mean(axis=1).var(ddof=1))
    within = float(y.var(axis=1, ddof=1).mean())
    share, lower, upper = _share(between, within, draws, each)
    return Components(
        draws=draws,
        each=each,
        mean=float(y.mean()),
        within=within,
        inputs=(between - within) / each,
        share=share,
        lower=lower,
        upper=upper,
    )


def _share(
    between: float, within: float, draws: int, each: int
) -> tuple[float | None, float | None, float | None]:
    """Estimate the share of the inputs from the two mean squares, with its interval."""
    if between == within == 0.0:
        return None, None, None
    if within == 0.0:
        return 1.0, 1.0, 1.0
    ratio = between / within
    degrees = (draws - 1, draws * (each - 1))
    quantiles = (1.0, fdtri(*degrees, 1.0 - TAIL), fdtri(*degrees, TAIL))
    share, lower, upper = (_at(ratio / float(quantile), each) for quantile in quantiles)
    return share, lower, upper


def _at(ratio: float, each: int) -> float:
    return min(max((ratio - 1.0) / (ratio - 1.0 + each), 0.0), 1.0)
