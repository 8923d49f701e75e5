"""Whether so many posts are enough, judged future by future without deciding beforehand how many.

Each target is bet on twice as the futures come in. One bet says that too few possible years meet
even an *easier* target (bar and share of years each less its zone): when it is ruined, the posts
are enough. The other says that enough years meet even a *harder* target: when it is ruined, they
are not. Where the truth lies between the two, either answer is right; elsewhere a wrong answer has
at most the stated chance, however often one looks (a test martingale and Ville's inequality;
Waudby-Smith and Ramdas 2024, Estimating means of bounded random variables by betting, Journal of
the Royal Statistical Society B 86). Years of one future go together, so a
future counts once, with the share of its years that meet the target.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt
from scipy.special import betaincinv, stdtrit

from sim.sizing.targets import Goal

Numbers = npt.NDArray[np.float64]
ZONE = 0.025  # of the share of possible years, within which either answer is right
BELIEVED = 2.0  # futures that the first stake is worth
BOLDEST = 0.95  # share of what may be staked without being ruined by one future
STEPS = 8  # of Newton's method, which doubles the digits with each
FEWEST = 8  # futures before an average is judged (Student's t needs about normal averages)


class Verdict(Enum):
    """What is known of so many posts."""

    ENOUGH = "enough"
    NOT_ENOUGH = "not enough"
    IN_DOUBT = "in doubt"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a target is judged.

    Attributes
    ----------
    confidence
        Share of possible years in which it is to be met; None: on average over the years.
    error
        Chance of "not enough" where the posts are, outside the zones of indifference.
    too_soon
        Chance of "enough" where they are not; None: the same.
    zone
        How far the share of possible years may be from the confidence for either answer to be
        right.
    """

    confidence: float | None
    error: float
    zone: float = ZONE
    too_soon: float | None = None

    @property
    def error_of_enough(self) -> float:
        """Chance of "enough" where the posts are not."""
        return self.error if self.too_soon is None else self.too_soon


def judge(goal: Goal, futures: Sequence[Sequence[float]], rule: Rule) -> Verdict:
    """Judge one target.

    Parameters
    ----------
    futures
        The measure in each possible year of each future, in the order of the futures' numbers.
        Futures without a value in any year say nothing.
    """
    known = [values for values in futures if len(values)]
    if rule.confidence is None:
        return _on_average(goal, known, rule)
    easier = [_share(goal, values, goal.zone) for values in known]
    harder = [_share(goal, values, -goal.zone) for values in known]
    if above(easier, max(rule.confidence - rule.zone, 0.0), rule.error_of_enough):
        return Verdict.ENOUGH
    if below(harder, min(rule.confidence + rule.zone, 1.0), rule.error):
        return Verdict.NOT_ENOUGH
    return Verdict.IN_DOUBT


def together(verdicts: Sequence[Verdict]) -> Verdict:
    """Join the verdicts on several targets: all have to be met."""
    if Verdict.NOT_ENOUGH in verdicts:
        return Verdict.NOT_ENOUGH
    if Verdict.IN_DOUBT in verdicts:
        return Verdict.IN_DOUBT
    return Verdict.ENOUGH


def share_met(goal: Goal, futures: Sequence[Sequence[float]]) -> float | None:
    """Give the share of possible years that meet the target; None without any."""
    years = [value for values in futures for value in values]
    return sum(map(goal.met, years)) / len(years) if years else None


def averages(futures: Sequence[Sequence[float]]) -> list[float]:
    """Give what is measured in each future, averaged over its years; without those with none."""
    return [sum(values) / len(values) for values in futures if values]


def above(shares: Sequence[float], bar: float, error: float) -> bool:
    """Say whether shares between 0 and 1 show that their mean is above the bar."""
    return _ruined(shares, bar, error)


def below(shares: Sequence[float], bar: float, error: float) -> bool:
    """Say whether shares between 0 and 1 show that their mean is below the bar."""
    return _ruined([1.0 - share for share in shares], 1.0 - bar, error)


def _share(goal: Goal, values: Sequence[float], ease: float) -> float:
    return sum(goal.met(value, ease) for value in values) / len(values)


def _ruined(shares: Sequence[float], bar: float, error: float) -> bool:
    """Bet against "the mean is at most the bar"; say whether the stake ever grew 1 / error times.

    What is staked on a future depends on those before it only, and is what would have made the
    stake grow fastest on them (Kelly's rule), as if two futures half way up had been seen too: part
    of a future that met the target in all years, and the rest of one that met it in none.
    """
    grown, bet = 1.0, 0.0
    good = (1.0 + bar) / 2.0
    seen = {1.0: BELIEVED * good, 0.0: BELIEVED * (1.0 - good)}
    most = BOLDEST / bar if bar > 0.0 else 1.0
    for share in shares:
        bet = _best_bet(seen, bar, most, bet)
        grown *= 1.0 + bet * (share - bar)
        if grown >= 1.0 / error:
            return True
        seen[share] = seen.get(share, 0.0) + 1.0
    return False


def _best_bet(seen: Mapping[float, float], bar: float, most: float, start: float) -> float:
    """Find the bet between nothing and the most that grows fastest on what was seen.

    The growth is concave in the bet: Newton's steps, kept within what is known to hold it.
    """

    def slope(bet: float) -> tuple[float, float]:
        first = second = 0.0
        for share, weight in seen.items():
            gain = (share - bar) / (1.0 + bet * (share - bar))
            first += weight * gain
            second -= weight * gain * gain
        return first, second

    if slope(0.0)[0] <= 0.0:
        return 0.0
    if slope(most)[0] >= 0.0:
        return most
    low, high, bet = 0.0, most, min(max(start, 0.0), most)
    for _ in range(STEPS):
        first, second = slope(bet)
        low, high = (bet, high) if first > 0.0 else (low, bet)
        step = bet - first / second
        bet = step if low < step < high else (low + high) / 2.0
    return bet


def _on_average(goal: Goal, futures: Sequence[Sequence[float]], rule: Rule) -> Verdict:
    """Judge the average over futures by Student's t.

    It is looked at after 8 futures, and each time half as many again are there; the k-th look has
    a chance of error of error / (k (k + 1)), which adds up to no more than the error.
    """
    means = np.array([np.mean(values) for values in futures])
    for look, number in enumerate(_looks(len(means)), start=1):
        seen = means[:number]
        of_look = 1.0 / (look * (look + 1))
        at_least = _end(goal, seen, rule.error_of_enough * of_look, better=False)
        if goal.met(at_least, goal.zone):
            return Verdict.ENOUGH
        if not goal.met(_end(goal, seen, rule.error * of_look, better=True), -goal.zone):
            return Verdict.NOT_ENOUGH
    return Verdict.IN_DOUBT


def _end(goal: Goal, means: Numbers, error: float, *, better: bool) -> float:
    """Give the better or the worse end of the average, which is beyond it with this chance."""
    number = len(means)
    half = float(stdtrit(number - 1, 1.0 - error)) * float(means.std(ddof=1)) / math.sqrt(number)
    up = goal.at_least is better
    return float(means.mean()) + (half if up else -half)


def _looks(number: int) -> list[int]:
    looks, at = [], FEWEST
    while at <= number:
        looks.append(at)
        at += max(at // 2, 1)
    return looks


def share_between(goal: Goal, futures: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Give the 95% interval of the share of possible years that meet the target.

    Clopper and Pearson's, as if each future were one observation: its years go together, so that
    this is rather too wide than too narrow.
    """
    shares = [_share(goal, values, 0.0) for values in futures if len(values)]
    number, met = len(shares), sum(shares)
    low = float(betaincinv(met, number - met + 1.0, 0.025)) if met > 0.0 else 0.0
    high = float(betaincinv(met + 1.0, number - met, 0.975)) if met < number else 1.0
    return low, high
