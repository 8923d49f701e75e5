"""What ``caseload size`` prints: the answer as a sentence, why one step fewer fails, the price."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.report import wording as words
from sim.report.files import plain, write_csv
from sim.sizing.evidence import Verdict, share_between, share_met
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


def text(answer: Answer) -> str:
    """Write the whole answer."""
    asked = answer.question
    lines = [
        f"Posts of {words.place(asked.posts.pool)}, {_span(asked.posts.levels)}; to be kept "
        f"{_how_often(asked)}, {_years(asked)}:",
        *(f"- {goal_in_words(goal)}" for goal in asked.goals),
        "",
        *_table(answer),
        "",
        *(line for said in _sentences(answer) for line in textwrap.wrap(said, WIDTH)),
    ]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _span(levels: Sequence[float]) -> str:
    return f"{levels[0]:g} to {levels[-1]:g} full-time equivalents"


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
    yield f"{'Posts':>7}  {'futures':>7}{head}  {'pounds a year':>14}  "
    for tried in answer.tried:
        shares = "".join(f"  {share(goal, tried, n):>18}" for n, goal in enumerate(goals))
        yield (
            f"{tried.level:>7g}  {len(tried.futures.known):>7}{shares}  "
            f"{words.number(cost(tried), -3):>14}  {VERDICTS[tried.verdict]}"
        )
    yield "Share of possible years that meet each target, with its 95% interval."


def share(goal: Goal, tried: Tried, number: int) -> str:
    """Write the share of possible years that meet a target, with its interval."""
    values = tried.futures.of_goal(number)
    met = share_met(goal, values)
    if met is None:
        return "no such work"
    low, high = share_between(goal, values)
    return f"{met:.0%} ({low:.0%} to {high:.0%})"


def cost(tried: Tried) -> float:
    """Give the yearly cost of all posts, in pounds."""
    known = tried.futures.known
    return sum(each.cost for each in known) / len(known)


def _sentences(answer: Answer) -> Iterator[str]:
    asked, best, again = answer.question, answer.best, answer.again
    who = words.people(asked.posts.pool).lower()
    if best is None:
        yield (
            f"No number up to {asked.posts.levels[-1]:g} of {who} was shown to be enough. "
            + _bottleneck(answer)
        )
    else:
        lowest = best.level == asked.posts.levels[0]
        yield f"{best.level:g} full-time equivalents of {who} are enough" + (
            ", and the fewest in the range: fewer have not been looked at." if lowest else "."
        )
        if answer.below is not None:
            yield _why_not(answer.below, asked)
    if best is not None and again is not None:
        met = ", ".join(share(g, again, n) for n, g in enumerate(asked.goals))
        yield (
            f"Tested again on {len(again.futures.known)} fresh futures: {VERDICTS[again.verdict]} "
            f"({met} of years)."
        )
    for fewer, more in answer.out_of_order:
        yield (
            f"Out of order: {fewer:g} were found enough and {more:g} not. More posts did not help "
            "there, or one of the two is a chance result; do not rely on it."
        )
    yield (
        f"{answer.spent} futures were simulated, beginning at {answer.guess:g}, where the estimate "
        "without simulating pointed. Either of two neighbours may be right where "
        + ", ".join(f"{g.address} is within {g.zone:g} of {g.bar:g}" for g in asked.goals)
        + "."
    )


def _why_not(tried: Tried, asked: Question) -> str:
    begin = f"One step fewer, {tried.level:g}, "
    if tried.verdict is Verdict.ENOUGH:
        return begin + "was found enough too, but not in the test on fresh futures."
    failing = [n for n, verdict in enumerate(tried.verdicts) if verdict is not Verdict.ENOUGH]
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
    return (
        f"With {answer.tried[-1].level:g}, the busiest are {named}: look for the bottleneck there."
    )


def write_files(answer: Answer, folder: Path) -> list[str]:
    """Write ``sizing.csv``: each number of posts tried and each target."""
    rows = []
    for tried in answer.tried:
        for number, goal in enumerate(answer.question.goals):
            values = tried.futures.of_goal(number)
            low, high = share_between(goal, values)
            rows.append(
                [
                    *(answer.question.posts.pool, plain(tried.level), str(goal)),
                    *(VERDICTS[tried.verdicts[number]], len(tried.futures.known)),
                    *(plain(share_met(goal, values)), plain(low), plain(high)),
                    plain(cost(tried)),
                ]
            )
    head = ("post", "fte", "target", "verdict", "futures", "years_met", "lower", "upper", "cost")
    write_csv(folder / "sizing.csv", list(head), rows)
    return ["sizing.csv"]
