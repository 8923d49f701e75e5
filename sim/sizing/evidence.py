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

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np
from scipy.special import betaincinv, stdtrit

from sim.sizing.targets import Goal

ZONE = 0.025  # of the share of possible years, within which either answer is right
BELIEVED = 2.0  # futures that the first stake is worth
BOLDEST = 0.95  # share of what may be staked without being ruined by one future
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
        Chance of a wrong answer, outside the zones of indifference.
    zone
        How far the share of possible years may be from the confidence for either answer to be
        right.
    """

    confidence: float | None
    error: float
    zone: float = ZONE


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
        return _on_average(goal, known, rule.error)
    easier = [_share(goal, values, goal.zone) for values in known]
    harder = [_share(goal, values, -goal.zone) for values in known]
    if above(easier, max(rule.confidence - rule.zone, 0.0), rule.error):
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

    What is staked on a future depends on those before it only, and is the best for shares of all or
    nothing with the mean seen so far. It begins as if two futures half way up had been seen.
    """
    stake, number = 1.0, BELIEVED
    total = BELIEVED * (1.0 + bar) / 2.0
    for share in shares:
        edge = max(total / number - bar, 0.0)
        best = edge / (bar * (1.0 - bar)) if 0.0 < bar < 1.0 else edge
        most = BOLDEST / bar if bar > 0.0 else 1.0
        stake *= 1.0 + min(best, most) * (share - bar)
        if stake >= 1.0 / error:
            return True
        number, total = number + 1.0, total + share
    return False


def _on_average(goal: Goal, futures: Sequence[Sequence[float]], error: float) -> Verdict:
    """Judge the average over futures by Student's t.

    It is looked at after 8 futures, and each time half as many again are there; the k-th look has
    a chance of error of error / (k (k + 1)), which adds up to no more than the error.
    """
    means = np.array([np.mean(values) for values in futures])
    for look, number in enumerate(_looks(len(means)), start=1):
        seen = means[:number]
        t = float(stdtrit(number - 1, 1.0 - error / (look * (look + 1))))
        half = t * float(seen.std(ddof=1)) / number**0.5
        mean = float(seen.mean())
        worst, best = (mean - half, mean + half) if goal.at_least else (mean + half, mean - half)
        if goal.met(worst, goal.zone):
            return Verdict.ENOUGH
        if not goal.met(best, -goal.zone):
            return Verdict.NOT_ENOUGH
    return Verdict.IN_DOUBT


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
