"""How many posts are needed if something else were so: a small table over one or two settings.

Each setting is sized by itself, on futures of its own scenario; finished futures are shared through
the run store. The search begins where the twin points, moved by as much as the twin was off in the
setting before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.experiment.sweep import Cell, cells
from sim.experiment.vary import Vary, grid, vary
from sim.sizing.length import USUAL, expected
from sim.sizing.question import Answer, Question
from sim.sizing.size import Sizing, guess_of
from sim.sizing.targets import SizingRefusedError

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.sizing.cheapest import Place

MOST = 2  # settings that a table has
MOST_CELLS = 25


@dataclass(frozen=True)
class WhatIf:
    """What is varied, and the question with each setting.

    Attributes
    ----------
    varied
        One or two keys with their values.
    cells
        Their settings, the last key changing fastest.
    questions
        Of each setting.
    """

    varied: tuple[Vary, ...]
    cells: tuple[Cell, ...]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Break:
    """Two neighbouring values between which another number of posts is needed.

    Attributes
    ----------
    key, low, high
        What is varied, and the values.
    given
        The other key and its value; None if there is none.
    fewer, more
        Places in the table of the two settings.
    """

    key: str
    low: str
    high: str
    given: tuple[str, str] | None
    fewer: int
    more: int


def ask_what_if(question: Question, texts: Sequence[str]) -> WhatIf:
    """Check what is asked, with each setting.

    Parameters
    ----------
    question
        What is asked without any.
    texts
        One or two, each ``KEY=1,2,3``.

    Raises
    ------
    SizingRefusedError, SweepError
        If it cannot be answered; a setting that cannot be used is named.
    """
    if len(texts) > MOST:
        raise SizingRefusedError(f"a table has at most {MOST} --what-if, not {len(texts)}")
    varied = tuple(map(vary, texts))
    for each in varied:
        for post in question.posts:
            team, _, role = post.pool.partition(".")
            if each.key.strip() in {f"teams.{team}.posts.{role}.{n}" for n in ("count", "fte")}:
                raise SizingRefusedError(f"'{each.key}' is what is looked for: leave it out")
    settings = grid(varied)
    if len(settings) > MOST_CELLS:
        raise SizingRefusedError(
            f"that is {len(settings)} settings, and each is sized by itself: at most {MOST_CELLS}"
        )
    made = cells(question.scenario, (), varied, settings)
    question = replace(question, unasked=())  # of each setting it would take as long again
    return WhatIf(varied, tuple(made), tuple(replace(question, scenario=c.loaded) for c in made))


def what_if(
    asked: WhatIf,
    *,
    seed: int,
    jobs: int | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
    on_done: Callable[[int, int], None] | None = None,
) -> list[Answer]:
    """Size every setting; parameters as for `sim.sizing.models.size_models`.

    Raises
    ------
    StoppedError
        If Ctrl-C was typed.
    ScenarioError
        If a setting cannot be used with so many posts.
    """
    answers: list[Answer] = []
    before = 0
    off: tuple[int, ...] = tuple(0 for _ in asked.questions[0].posts)
    for place, question in enumerate(asked.questions):
        left = len(asked.questions) - place - 1

        def tell(done: int, before: int = before, left: int = left) -> None:
            if on_done is not None:
                on_done(before + done, before + expected(done) + left * USUAL)

        pointed = guess_of(question)
        begin = _within(question, tuple(a + b for a, b in zip(pointed, off, strict=True)))

        def start(_: Question, begin: Place = begin) -> Place:
            return begin

        sizing = Sizing(question, seed, jobs, store, engine, tell, guess=start)
        answer = sizing.answer()
        before += answer.spent
        if answer.best is not None:
            off = tuple(a - b for a, b in zip(answer.best.place, pointed, strict=True))
        answers.append(answer)
    return answers


def _within(question: Question, place: Place) -> Place:
    return tuple(
        min(max(n, 0), len(each.levels) - 1) for n, each in zip(place, question.posts, strict=True)
    )


def breaks(asked: WhatIf, answers: Sequence[Answer]) -> list[Break]:
    """Find where, along each key, another number is needed than for the value before."""
    found = []
    where = {cell.settings: n for n, cell in enumerate(asked.cells)}
    for axis, each in enumerate(asked.varied):
        others = [v for n, v in enumerate(asked.varied) if n != axis]
        for given in grid(others) if others else [()]:
            values = list(dict.fromkeys(cell.settings[axis] for cell in asked.cells))
            for low, high in pairwise(values):
                a, b = (where[(*given[:axis], value, *given[axis:])] for value in (low, high))
                if _needed(answers[a]) != _needed(answers[b]):
                    said = (others[0].key, given[0]) if others else None
                    found.append(Break(each.key, low, high, said, a, b))
    return found


def _needed(answer: Answer) -> tuple[float, ...] | None:
    return None if answer.best is None else answer.best.levels
