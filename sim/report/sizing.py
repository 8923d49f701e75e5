"""What ``caseload size`` prints: the answer as a sentence, why one step fewer fails, the price."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.report import wording as words
from sim.report.files import plain, write_csv
from sim.sizing.cheapest import front
from sim.sizing.evidence import ZONE, Verdict, share_between, share_met
from sim.sizing.size import Answer, Question, Tried
from sim.sizing.targets import Goal

WIDTH = 100
BUSY = 0.95  # load from which a role is named as a possible bottleneck
SHARES = ("in_date", "on_time", "load", "answered_in_time")
VERDICTS = {
    Verdict.ENOUGH: "enough",
    Verdict.NOT_ENOUGH: "not enough",
    Verdict.IN_DOUBT: "in doubt",
}


def goal_in_words(goal: Goal) -> str:
    """Write a target for people: ``Review in date, Review & Intervention: at least 95%``."""
    measure, _, where = goal.address.partition("@")
    name, _, what = measure.partition(":")
    title = words.words(name).lower()
    title = f"{words.timescale(what)} {title}" if what else words.words(name)
    bar = f"{goal.bar:.0%}" if name in SHARES else f"{goal.bar:g}"
    return f"{title}, {words.place(where)}: {'at least' if goal.at_least else 'at most'} {bar}"


def posts_in_words(question: Question, levels: Sequence[float]) -> str:
    """Write how many of each post: ``7 family support workers in Review & Intervention``."""
    return " and ".join(
        f"{level:g} {words.people(each.pool).replace(words.words(each.pool.split('.')[1]), role)}"
        for each, level in zip(question.posts, levels, strict=True)
        for role in [words.words(each.pool.split(".")[1]).lower()]
    )


def text(answer: Answer) -> str:
    """Write the whole answer."""
    asked = answer.question
    spans = "; ".join(
        f"{words.place(each.pool)}, {each.levels[0]:g} to {each.levels[-1]:g}"
        for each in asked.posts
    )
    lines = [
        *_wrapped(f"Full-time equivalents: {spans}."),
        f"To be kept {_how_often(asked)}, {_years(asked)}:",
        *(f"- {n}: {goal_in_words(goal)}" for n, goal in enumerate(asked.goals, start=1)),
        "",
        *_table(answer),
        "",
        *(line for said in _sentences(answer) for line in _wrapped(said)),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _wrapped(said: str) -> list[str]:
    return textwrap.wrap(said, WIDTH)


def _how_often(asked: Question) -> str:
    if asked.confidence is None:
        return "on average"
    return f"in at least {asked.confidence:.0%} of possible years"


def _years(asked: Question) -> str:
    first, last = asked.years.first, asked.years.last
    return f"year {first}" if first == last else f"years {first} to {last}"


def _table(answer: Answer) -> Iterator[str]:
    goals = answer.question.goals
    head = "".join(f"  {f'target {n}':>18}" for n in range(1, len(goals) + 1))
    yield f"{'Posts':<14}{'futures':>8}{head}  {'pounds a year':>14}  "
    best = best_value(answer)
    for number, tried in enumerate(answer.tried):
        shares = "".join(f"  {share(goal, tried, n):>18}" for n, goal in enumerate(goals))
        mark = " *" if len(answer.question.posts) > 1 and number in best else ""
        yield (
            f"{' + '.join(f'{level:g}' for level in tried.levels):<14}"
            f"{len(tried.futures.known):>8}{shares}  "
            f"{words.number(cost(tried), -3):>14}  {VERDICTS[tried.verdict]}{mark}"
        )
    yield "Share of possible years that meet each target, with its 95% interval."
    if len(answer.question.posts) > 1:
        yield "* nothing cheaper that was tried does as well on the target met least often."


def best_value(answer: Answer) -> list[int]:
    """Give the places among the tried of those that nothing cheaper does as well as.

    How well: the share of possible years that meet the target met least often.
    """
    goals = answer.question.goals
    return front([(cost(tried), _least(goals, tried)) for tried in answer.tried])


def _least(goals: Sequence[Goal], tried: Tried) -> float:
    met = (share_met(goal, tried.futures.of_goal(n)) for n, goal in enumerate(goals))
    return min((share for share in met if share is not None), default=1.0)


def share(goal: Goal, tried: Tried, number: int) -> str:
    """Write the share of possible years that meet a target, with its interval."""
    values = tried.futures.of_goal(number)
    met = share_met(goal, values)
    if met is None:
        return "no such work"
    low, high = share_between(goal, values)
    return f"{met:.0%} ({low:.0%} to {high:.0%})"


def cost(tried: Tried) -> float:
    """Give the yearly cost of all posts that were filled, in pounds."""
    known = tried.futures.known
    return sum(each.cost for each in known) / len(known)


def _sentences(answer: Answer) -> Iterator[str]:
    asked, best, again = answer.question, answer.best, answer.again
    if best is None:
        most = posts_in_words(asked, [each.levels[-1] for each in asked.posts])
        yield f"Nothing up to {most} was shown to be enough. {_bottleneck(answer)}"
    else:
        yield (
            f"Enough, and the {'fewest' if len(asked.posts) == 1 else 'cheapest'} that are: "
            f"{posts_in_words(asked, best.levels)}."
        )
        if not all(best.place):
            yield "That is the end of the range: fewer have not been looked at."
        for tried in answer.below:
            yield _why_not(tried, asked)
    if again is not None:
        met = ", ".join(share(g, again, n) for n, g in enumerate(asked.goals))
        yield (
            f"Tested again on {len(again.futures.known)} fresh futures: {VERDICTS[again.verdict]} "
            f"({met} of years)."
        )
    for fewer, more in answer.out_of_order:
        yield (
            f"Out of order: {posts_in_words(asked, fewer.levels)} were found enough and "
            f"{posts_in_words(asked, more.levels)} not. More posts did not help there, or one of "
            "the two is a chance result; do not rely on it."
        )
    often = asked.confidence is not None
    yield (
        f"{answer.spent} futures were simulated, beginning at "
        f"{posts_in_words(asked, answer.guess)}, where the estimate without simulating pointed. "
        "Either of two neighbours may be right where "
        + ", ".join(f"{g.address} is within {g.zone:g} of {g.bar:g}" for g in asked.goals)
        + (
            f", or the share of years within {ZONE * 100:g} points of that asked for"
            if often
            else ""
        )
        + "."
    )


def _why_not(tried: Tried, asked: Question) -> str:
    begin = f"One step fewer, {posts_in_words(asked, tried.levels)}, "
    if tried.verdict is Verdict.ENOUGH:
        return begin + "was found enough too, but not in the test on fresh futures."
    failing = [n for n, verdict in enumerate(tried.verdicts) if verdict is tried.verdict]
    why = "; ".join(
        f"{goal_in_words(asked.goals[n])}, in {share(asked.goals[n], tried, n)} of years"
        for n in failing
    )
    known = "is not enough" if tried.verdict is Verdict.NOT_ENOUGH else "stays in doubt"
    return f"{begin}{known}: {why}."


def _bottleneck(answer: Answer) -> str:
    """Say who is busiest with the most posts tried: where more would have to help instead."""
    known = answer.tried[-1].futures.known
    pools = {pool for each in known for pool in each.loads}
    loads = {pool: sum(each.loads.get(pool, 0.0) for each in known) / len(known) for pool in pools}
    busy = sorted((pool for pool in loads if loads[pool] >= BUSY), key=lambda pool: -loads[pool])
    if not busy:
        top = max(loads, key=lambda pool: loads[pool])
        return f"The busiest are then {words.people(top)}, at {loads[top]:.0%} of their hours."
    named = ", ".join(f"{words.people(pool)} ({loads[pool]:.0%})" for pool in busy)
    return f"The busiest are then {named}: look for the bottleneck there."


def write_files(answer: Answer, folder: Path) -> list[str]:
    """Write ``sizing.csv``: each combination tried and each target."""
    asked = answer.question
    rows = []
    for tried in answer.tried:
        for number, goal in enumerate(asked.goals):
            values = tried.futures.of_goal(number)
            low, high = share_between(goal, values)
            rows.append(
                [
                    *(plain(level) for level in tried.levels),
                    str(goal),
                    VERDICTS[tried.verdicts[number]],
                    len(tried.futures.known),
                    *(plain(share_met(goal, values)), plain(low), plain(high)),
                    plain(cost(tried)),
                ]
            )
    head = [
        *(each.pool for each in asked.posts),
        *("target", "verdict", "futures", "years_met", "lower", "upper", "cost"),
    ]
    write_csv(folder / "sizing.csv", head, rows)
    return ["sizing.csv"]
