"""Sizing's sentences on whether more posts help at all, and on where the work is held up."""

from __future__ import annotations

from sim.measure.measured import MEANINGS
from sim.report import wording as words
from sim.report.causes import CAUSES, cause_of
from sim.report.sizing_words import goal_in_words, posts_in_words
from sim.sizing.helping import Helped
from sim.sizing.question import Question

BUSY = 0.95  # load from which a role is named as a possible bottleneck
NAMED = 3  # of the busiest, and of the reasons for being late


def whether_helped(helped: Helped, asked: Question) -> str:
    """Say what more posts did to one target, and where to look if they did not help."""
    fewer, more = (posts_in_words(asked, levels) for levels in (helped.fewer, helped.more))
    name = goal_in_words(helped.goal).partition(": ")[0]
    went = f"{name}: {_value(helped, 0)} with {fewer}, {_value(helped, 1)} with {more}"
    if helped.change.same:
        return f"More posts change nothing. {went}, in every future. {_bottleneck(helped)}"
    number = helped.change.change.replications
    went += f", a difference of {_difference(helped)} on the same {number} futures"
    if helped.better:
        return f"More posts do help: {went}. More than the range has may be enough."
    if helped.better is False:
        return f"More posts make it worse: {went}. {_bottleneck(helped)}"
    return f"More posts are not shown to help: {went}. {_bottleneck(helped)}"


def _value(helped: Helped, place: int) -> str:
    known = (helped.change.first, helped.change.other)[place]
    return words.mean(known, is_share=_is_share(helped))


def _difference(helped: Helped) -> str:
    change = helped.change.change
    low, high, mean = change.lower, change.upper, change.mean
    if mean is None or low is None or high is None:
        return "an unknown size"
    if _is_share(helped):
        ends = (words.signed(each * 100.0) for each in (mean, low, high))
        return "{} points ({} to {})".format(*ends)
    places = words.decimals((high - low) / 2.0, mean)
    ends = (words.signed(each, places) for each in (mean, low, high))
    return "{} ({} to {})".format(*ends)


def _is_share(helped: Helped) -> bool:
    return MEANINGS[helped.goal.address.partition("@")[0].split(":")[0]][0] == "share"


def _bottleneck(helped: Helped) -> str:
    """Say who is busiest with the most posts, and what the late work waits for."""
    loads = helped.loads
    ranked = sorted(loads, key=lambda pool: -loads[pool])
    busy = [pool for pool in ranked if loads[pool] >= BUSY][:NAMED] or ranked[:1]
    named = ", ".join(f"{words.people(pool)} ({words.share(loads[pool])})" for pool in busy)
    said = f"Look for the bottleneck elsewhere: the busiest are then {named} of their hours."
    if not busy:
        said = "Look for the bottleneck elsewhere."
    return f"{said} {_why_late(helped)}".rstrip()


def _why_late(helped: Helped) -> str:
    days: dict[str, float] = {}
    for state, number in helped.late.items():
        cause = cause_of(state)
        days[cause] = days.get(cause, 0.0) + number
    total = sum(days.values())
    if total <= 0.0:
        return ""
    most = sorted(days, key=lambda cause: -days[cause])[:NAMED]
    named = ", ".join(f"{CAUSES[cause]} {words.share(days[cause] / total)}" for cause in most)
    return f"While that work was past due: {named} of the time."
