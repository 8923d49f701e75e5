"""What ``caseload size --what-if`` prints: posts needed in each setting, and where that changes."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

from sim.experiment.vary import grid
from sim.report import wording as words
from sim.report.files import write_csv
from sim.report.sizing import WIDTH, cell, columns, how_often, years
from sim.report.sizing_words import goal_in_words, posts_in_words
from sim.sizing.evidence import Verdict
from sim.sizing.question import Answer
from sim.sizing.what_if import Break, WhatIf, breaks

FILE = "what_if.csv"
NOTHING = "more than"


def what_if_text(asked: WhatIf, answers: Sequence[Answer]) -> str:
    """Write the table, the break points, and how far to rely on them."""
    question = asked.questions[0]
    lines = [
        f"To be kept {how_often(question)}, {years(question)}:",
        *(f"- {goal_in_words(goal)}" for goal in question.goals),
        "",
        *_table(asked, answers),
        "",
    ]
    for said in [*_breaks(asked, answers), *_how_sure(answers)]:
        lines += textwrap.wrap(said, WIDTH)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _table(asked: WhatIf, answers: Sequence[Answer]) -> Iterator[str]:
    """Write one key down and the other across; with one key, a column of its values."""
    down, *across = asked.varied
    yield from textwrap.wrap(f"Needed of {_whom(answers[0])}", WIDTH)
    heads = [values[0] for values in grid(across)] if across else ["posts"]
    named = {c.settings: needed(a) for c, a in zip(asked.cells, answers, strict=True)}
    rows = [[value, *_row(named, value, across, heads)] for (value,) in grid([down])]
    table = [[down.key, *heads], *rows]
    if across:
        yield f"{'':{max(len(row[0]) for row in table)}}  {across[0].key}"
    sizes = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        first, *rest = row
        said = "".join(f"  {each:>{n}}" for each, n in zip(rest, sizes[1:], strict=True))
        yield f"{first:<{sizes[0]}}{said}"
    if any(answer.question.beside for answer in answers):
        yield ""
        yield from _beside(asked, answers)


def _row(
    named: dict[tuple[str, ...], str], value: str, across: Sequence[object], heads: Sequence[str]
) -> list[str]:
    if not across:
        return [named[value,]]
    return [named[value, head] for head in heads]


def _beside(asked: WhatIf, answers: Sequence[Answer]) -> Iterator[str]:
    """Write what else was looked at in each setting, with the posts needed there."""
    for n, address in enumerate(answers[0].question.beside):
        for setting, answer in zip(asked.cells, answers, strict=True):
            tried = answer.best or answer.tried[-1]
            value = tried.futures.average(n)
            said = "–" if value is None else words.number(value, words.decimals(None, value))
            yield f"{', '.join(setting.settings):<24}{address} {said}"


def needed(answer: Answer) -> str:
    """Write what is needed: ``7``, ``7 + 3``, or more than the range has."""
    if answer.best is None:
        return f"{NOTHING} {_levels([each.levels[-1] for each in answer.question.posts])}"
    return _levels(answer.best.levels)


def _levels(levels: Sequence[float]) -> str:
    return " + ".join(f"{level:g}" for level in levels)


def _whom(answer: Answer) -> str:
    posts = answer.question.posts
    return " + ".join(words.place(each.pool) for each in posts) + ", full-time equivalents:"


def _breaks(asked: WhatIf, answers: Sequence[Answer]) -> Iterator[str]:
    found = breaks(asked, answers)
    if not found:
        yield "As many are needed in all of these settings."
    yield from (_break(each, answers) for each in found)


def _break(found: Break, answers: Sequence[Answer]) -> str:
    before, after = answers[found.fewer], answers[found.more]
    given = f" (with {found.given[0]} = {found.given[1]})" if found.given else ""
    between = f"somewhere between {found.key} = {found.low} and {found.high}{given}"
    if before.best is None or after.best is None:
        known = before.best or after.best
        assert known is not None
        posts = posts_in_words(before.question, known.levels)
        if before.best:
            return f"{posts} are no longer enough, nor any in the range, from {between}."
        return f"{posts} are enough, as nothing in the range was before, from {between}."
    posts = posts_in_words(before.question, after.best.levels)
    return f"{posts} are needed instead of {_levels(before.best.levels)} from {between}."


def _how_sure(answers: Sequence[Answer]) -> Iterator[str]:
    spent = sum(answer.spent for answer in answers)
    yield (
        f"{spent} futures were looked at. Each number is sized by itself, and wrong in at most one "
        "of twenty; where it changes is known no nearer than to the two values named. Give more "
        "values to know it nearer. Only the targets were judged: ask without --what-if for what "
        "else the posts change."
    )
    doubt = sum(any(b.verdict is Verdict.IN_DOUBT for b in a.below) for a in answers)
    if doubt:
        yield (
            f"In {doubt} of {len(answers)} settings one step fewer stays in doubt: it is not shown "
            "to be enough, nor not to be."
        )
    order = sum(bool(answer.out_of_order) for answer in answers)
    if order:
        yield f"In {order} settings fewer posts were found enough and more not: do not rely on it."


def write_what_if(asked: WhatIf, answers: Sequence[Answer], folder: Path) -> list[str]:
    """Write a row for each setting, number of posts tried and target, and name the file."""
    heads = [each.key for each in asked.varied]
    rest = list(columns(answers[0]))
    rows = [
        [*setting.settings, *map(cell, row)]
        for setting, answer in zip(asked.cells, answers, strict=True)
        for row in zip(*columns(answer).values(), strict=True)
    ]
    write_csv(folder / FILE, [*heads, *rest], rows)
    return [FILE]


def settings_in_words(asked: WhatIf) -> list[str]:
    """Name each setting: ``people.turnover=0.25``."""
    keys = [each.key for each in asked.varied]
    return [
        ", ".join(f"{k}={v}" for k, v in zip(keys, each.settings, strict=True))
        for each in asked.cells
    ]
