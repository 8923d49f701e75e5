"""What ``caseload size`` prints: the answer as a sentence, why one step fewer fails, the price."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sim.report import wording as words
from sim.report.drawing import save
from sim.report.files import plain, write_csv
from sim.report.front_chart import best_value, front_chart
from sim.report.sizing_exchange import exchange_in_words
from sim.report.sizing_help import whether_helped
from sim.report.sizing_unasked import note, what_gives_way, write_unasked
from sim.report.sizing_unasked import table as unasked_table
from sim.report.sizing_words import (
    VERDICTS,
    cost,
    goal_in_words,
    met_in_words,
    posts_in_words,
    share,
)
from sim.sizing.evidence import ZONE, Verdict, averages, share_between, share_met
from sim.sizing.question import Answer, Question, Tried

WIDTH = 100


def text(answer: Answer) -> str:
    """Write the whole answer."""
    asked = answer.question
    spans = "; ".join(
        f"{words.place(each.pool)}, {each.levels[0]:g} to {each.levels[-1]:g}"
        for each in asked.posts
    )
    lines = [
        *_wrapped(f"Full-time equivalents: {spans}."),
        f"To be kept {how_often(asked)}, {years(asked)}:",
        *(f"- {n}: {goal_in_words(goal)}" for n, goal in enumerate(asked.goals, start=1)),
        "",
        *_table(answer),
        "",
        *(line for said in sentences(answer) for line in _wrapped(said)),
    ]
    if rest := list(unasked_table(answer)):
        lines += ["", *rest, *_wrapped(note(answer))]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _wrapped(said: str) -> list[str]:
    return textwrap.wrap(said, WIDTH)


def how_often(asked: Question) -> str:
    """Say in what share of possible years the targets are to be kept."""
    if asked.confidence is None:
        return "on average"
    return f"in at least {asked.confidence:.0%} of possible years"


def years(asked: Question) -> str:
    """Say in which run years."""
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


def sentences(answer: Answer) -> Iterator[str]:
    """Say what is enough, why one step fewer is not, and how far to rely on it."""
    asked, best, again = answer.question, answer.best, answer.again
    if best is None:
        most = posts_in_words(asked, [each.levels[-1] for each in asked.posts])
        yield f"Nothing up to {most} was shown to be enough."
    else:
        yield (
            f"Enough, and the {'fewest' if len(asked.posts) == 1 else 'cheapest'} that are: "
            f"{posts_in_words(asked, best.levels)}."
        )
        yield from what_gives_way(answer)
        if not all(best.place):
            yield (
                "That is the fewest the range has: the targets are met already there, and fewer "
                "have not been looked at."
                if not any(best.place)
                else "That is the end of the range: fewer have not been looked at."
            )
        for tried in answer.below:
            yield _why_not(tried, answer)
    if again is not None:
        met = ", ".join(met_in_words(asked, again, n) for n, _ in enumerate(asked.goals))
        yield (
            f"Tested again on {len(again.futures.known)} fresh futures: {VERDICTS[again.verdict]} "
            f"({met})."
        )
    for fewer, more in answer.out_of_order:
        yield (
            f"Out of order: {posts_in_words(asked, fewer.levels)} were found enough and "
            f"{posts_in_words(asked, more.levels)} not. More posts did not help there, or one of "
            "the two is a chance result; do not rely on it."
        )
    yield from (whether_helped(each, asked) for each in answer.helped)
    yield from exchange_in_words(answer.exchanges)
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


def _why_not(tried: Tried, answer: Answer) -> str:
    asked = answer.question
    begin = f"One step fewer, {posts_in_words(asked, tried.levels)}, "
    if tried.verdict is Verdict.ENOUGH:
        tests = [each for each in answer.refuted if each.place == tried.place]
        why = "".join(f": {_failing(each, asked)}" for each in tests)
        return f"{begin}was found enough too, but not in the test on fresh futures{why}."
    failing = [n for n, verdict in enumerate(tried.verdicts) if verdict is tried.verdict]
    why = _failing(tried, asked)
    if tried.verdict is Verdict.IN_DOUBT:
        return f"{begin}stays in doubt: {why}."
    shares = [share_met(asked.goals[n], tried.futures.of_goal(n)) for n in failing]
    bar = asked.confidence
    near = bar is not None and all(share is not None and share >= bar for share in shares)
    nearly = ", too near to what is asked for to be relied on" if near else ""
    return f"{begin}is not enough: {why}{nearly}."


def _failing(tried: Tried, asked: Question) -> str:
    """Name the targets that are as far from being met as the whole, and how well each is kept."""
    return "; ".join(
        f"{goal_in_words(asked.goals[n])}, {met_in_words(asked, tried, n)}"
        for n, verdict in enumerate(tried.verdicts)
        if verdict is tried.verdict
    )


def columns(answer: Answer) -> dict[str, list[Any]]:
    """Give the tidy table of all that was tried: a row for each combination and target.

    Returns
    -------
    dict
        A column for each ``team.role`` with its full-time equivalents; ``futures_of``: whether
        what follows was seen in the ``search`` or in the ``test`` on fresh futures; ``target``;
        ``verdict`` on it; in how many ``futures`` it was looked at; the ``average`` of what is
        measured; ``years_met``, the share of possible years that meet it, with its 95% interval
        ``lower`` to ``upper``; ``cost``, pounds a year; and whether this is the ``answer``
        (marked once, with what the search saw).
    """
    asked = answer.question
    heads = [each.pool for each in asked.posts]
    rest = ["futures_of", "target", "verdict", "futures", "average"]
    rest += ["years_met", "lower", "upper", "cost", "answer"]
    table: dict[str, list[Any]] = {name: [] for name in (*heads, *rest)}
    tests = (*answer.refuted, *([answer.again] if answer.again is not None else []))
    for stage, tried in [
        *(("search", each) for each in answer.tried),
        *(("test", each) for each in tests),
    ]:
        for number, goal in enumerate(asked.goals):
            values = tried.futures.of_goal(number)
            low, high = share_between(goal, values)
            means = averages(values)
            row = [
                *(*tried.levels, stage),
                *(str(goal), VERDICTS[tried.verdicts[number]], len(tried.futures.known)),
                *(sum(means) / len(means) if means else None, share_met(goal, values), low, high),
                *(cost(tried), tried is answer.best),
            ]
            for name, value in zip(table, row, strict=True):
                table[name].append(value)
    return table


def write_files(answer: Answer, folder: Path) -> list[str]:
    """Write each combination tried and each target, what else changes, and the chart."""
    table = columns(answer)
    rows = [[cell(value) for value in row] for row in zip(*table.values(), strict=True)]
    write_csv(folder / "sizing.csv", list(table), rows)
    chart = front_chart(answer)
    save(chart, folder)
    rest = write_unasked(answer, folder)
    return ["sizing.csv", *rest, f"{chart.name}.png", f"{chart.name}.svg"]


def cell(value: Any) -> Any:
    """Write a value of the table of what was tried."""
    if isinstance(value, bool):
        return "yes" if value else ""
    return plain(value) if isinstance(value, float) or value is None else value
