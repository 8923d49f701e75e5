"""How sizing writes targets, posts and verdicts for people."""

from __future__ import annotations

from collections.abc import Sequence

from sim.experiment.headlines import EVERYWHERE
from sim.experiment.summary import ALL, estimate
from sim.measure.measured import MEANINGS
from sim.report import wording as words
from sim.sizing.evidence import Verdict, averages, share_between, share_met
from sim.sizing.question import Question, Tried
from sim.sizing.targets import Goal

VERDICTS = {
    Verdict.ENOUGH: "enough",
    Verdict.NOT_ENOUGH: "not enough",
    Verdict.IN_DOUBT: "in doubt",
}


def goal_in_words(goal: Goal) -> str:
    """Write a target for people: ``Review in date, Review & Intervention: at least 95%``."""
    measure, _, where = goal.address.partition("@")
    name, _, what = measure.partition(":")
    title = words.words(name)
    if what:
        title = f"{words.timescale(what)} {title.lower()}"
    bar = f"{goal.bar:.3g}"
    if MEANINGS[name][0] == "share":
        bar = f"{goal.bar * 100:g}%"
    elif goal.bar >= 1000:
        bar = f"{goal.bar:,.0f}"
    at = "all places together" if where == EVERYWHERE else words.place(where)
    return f"{title}, {at}: {'at least' if goal.at_least else 'at most'} {bar}"


def posts_in_words(question: Question, levels: Sequence[float]) -> str:
    """Write how many of each post: ``7 family support workers in Review & Intervention``."""
    return " and ".join(
        f"{level:g} {words.people(each.pool).replace(words.words(each.pool.split('.')[1]), role)}"
        for each, level in zip(question.posts, levels, strict=True)
        for role in [words.words(each.pool.split(".")[1]).lower()]
    )


def share(goal: Goal, tried: Tried, number: int) -> str:
    """Write the share of possible years that meet a target, with its interval."""
    values = tried.futures.of_goal(number)
    met = share_met(goal, values)
    if met is None:
        return "no such work"
    low, high = share_between(goal, values)
    return f"{met:.0%} ({low:.0%} to {high:.0%})"


def met_in_words(asked: Question, tried: Tried, number: int) -> str:
    """Write how well a target is kept: in what share of years, or the average it is judged by."""
    goal = asked.goals[number]
    if asked.confidence is not None:
        return f"in {share(goal, tried, number)} of years"
    means = averages(tried.futures.of_goal(number))
    measure, _, where = goal.address.partition("@")
    unit = MEANINGS[measure.partition(":")[0]][0]
    known = estimate(measure, where, ALL, unit, means)
    if known.mean is None:
        return "no such work"
    mean = words.mean(known, is_share=unit == "share")
    return f"{mean} {words.give_or_take(known, is_share=unit == 'share')} on average".replace(
        "  ", " "
    )


def cost(tried: Tried) -> float:
    """Give the yearly cost of all posts that were filled, in pounds."""
    known = tried.futures.known
    return sum(each.cost for each in known) / len(known)
