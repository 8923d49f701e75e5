"""What ``caseload compare --models --staffing sized`` says of the posts each model needs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING

from sim.experiment.staffing import posts_of, yearly_cost
from sim.report import wording as words
from sim.report.files import write_csv
from sim.report.sizing import cell, columns, how_often, years
from sim.report.sizing_words import VERDICTS, goal_in_words, met_in_words
from sim.sizing.evidence import Verdict
from sim.sizing.models import FEWEST, MOST, STEP, Sized

if TYPE_CHECKING:
    from sim.sizing.question import Question, Tried

WIDTH = 100
NO_ROOM = 0.98  # of the hours there are: beyond it a queue has no time to shrink
FILE = "sized.csv"


def sized_table(sized: Sequence[Sized]) -> str:
    """Write how many posts each model needs, and how well that is known."""
    asked = sized[0].answer.question
    lines = [
        f"To be kept {how_often(asked)}, {years(asked)}:",
        *(f"- {goal_in_words(goal)}" for goal in asked.goals),
        "",
        "POSTS THAT KEEP THE TARGETS",
        "-" * WIDTH,
    ]
    for letter, each in zip(ascii_uppercase, sized, strict=False):
        said = f"{letter}  {_of_model(each)}"
        lines += textwrap.wrap(said, WIDTH, subsequent_indent="   ")
    lines += textwrap.wrap(
        f"Full-time equivalents of all posts in teams that hold children, managers too, scaled by "
        f"one factor (looked for from {FEWEST:g} to {MOST:g} times as many as stated, in steps of "
        f"{STEP:g}): the mix of roles is the model's own, and another may be cheaper. Only the "
        "targets were judged: what else is left undone with so few posts is told below, where the "
        "models are compared.",
        WIDTH,
    )
    full = [
        letter
        for letter, each in zip(ascii_uppercase, sized, strict=False)
        if each.answer.again is not None and _busiest_pool(each.answer.again)[1] > NO_ROOM
    ]
    if full:
        lines += textwrap.wrap(
            f"Beware: in {' and '.join(', '.join(full).rsplit(', ', 1))} nearly every hour of the "
            "busiest role is spoken for, so that what waits grows from year to year. Ask for later "
            "years (--horizon, --period), or for a target on what gives way.",
            WIDTH,
        )
    return "\n".join(lines) + "\n\n"


def _of_model(each: Sized) -> str:
    answer, asked = each.answer, each.answer.question
    name = f"{each.given.name}: "
    futures = f"{answer.spent} futures."
    best, again = answer.best, answer.again
    if best is None or again is None:
        most = answer.tried[-1]
        return (
            f"{name}no number up to {asked.posts[0].levels[-1]:g} was shown to keep them "
            f"(with {most.levels[0]:g}: {_met(asked, most)}; {_busiest(most)}); {futures}"
        )
    pounds = words.number(yearly_cost(best.futures.loaded.scenario), -4)
    said = (
        f"{name}{best.levels[0]:g} posts ({each.stated:g} stated, times {each.factor:.2f}), "
        f"£{pounds} a year with all other posts. Tested again on {len(again.futures.known)} fresh "
        f"futures: {_met(asked, again)}; {_busiest(again)}."
    )
    refuted = {tried.place: tried for tried in answer.refuted}
    for fewer in answer.below:
        seen = refuted.get(fewer.place, fewer)
        fresh = " on fresh futures" if seen is not fewer else ""
        said += f" {fewer.levels[0]:g}: {VERDICTS[seen.verdict]}{fresh} ({_met(asked, seen)})."
    if not answer.below:
        said += " That is the fewest looked at."
    return f"{said} {futures}"


def _met(asked: Question, tried: Tried) -> str:
    return ", ".join(met_in_words(asked, tried, n) for n, _ in enumerate(asked.goals))


def _busiest(tried: Tried) -> str:
    """Name the role that is busiest among those that are scaled."""
    pool, load = _busiest_pool(tried)
    if not pool:
        return "nobody's hours are counted"
    return f"busiest are {_lower(words.people(pool))} ({words.share(load)} of hours)"


def _busiest_pool(tried: Tried) -> tuple[str, float]:
    """Give the busiest ``team.role`` of those scaled, and its share of the hours there are."""
    scenario = tried.futures.loaded.scenario
    scaled = {f"{posts.team}.{posts.role}" for posts in posts_of(scenario) if posts.scaled}
    loads: dict[str, float] = {}
    for seen in tried.futures.known:
        for pool, load in seen.loads.items():
            loads[pool] = loads.get(pool, 0.0) + load / len(tried.futures.known)
    pool = max(scaled & set(loads), key=lambda each: (loads[each], each), default="")
    return pool, loads.get(pool, 0.0)


def _lower(said: str) -> str:
    return said[:1].lower() + said[1:]


def enough(sized: Sequence[Sized]) -> bool:
    """Say whether every model was found to keep the targets with some number of posts."""
    return all(each.answer.again is not None for each in sized) and all(
        each.answer.again.verdict is Verdict.ENOUGH for each in sized if each.answer.again
    )


def write_sized(sized: Sequence[Sized], folder: Path) -> str:
    """Write a row for each number of posts tried of each model, and name the file."""
    write_csv(folder / FILE, _head(sized), _rows(sized))
    return FILE


def _head(sized: Sequence[Sized]) -> list[str]:
    _, *rest = columns(sized[0].answer)
    return ["model", "posts", *rest]


def _rows(sized: Sequence[Sized]) -> Iterator[list[object]]:
    for each in sized:
        for row in zip(*columns(each.answer).values(), strict=True):
            yield [each.given.name, *map(cell, row)]
