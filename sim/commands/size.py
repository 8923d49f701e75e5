"""``caseload size``: the fewest posts with which every target is kept."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from sim.commands.lines import ON_INPUT
from sim.commands.running import BAD_INPUT, INTERRUPTED, Finished, Running, run_and_write, say
from sim.commands.size_lines import scenario_of, size_in_lines
from sim.experiment.arms import Arm
from sim.experiment.engines import engine_of
from sim.experiment.vary import SweepError
from sim.report.sizing import text, write_files
from sim.report.sizing_words import posts_in_words
from sim.report.what_if import settings_in_words, what_if_text, write_what_if
from sim.sizing.asking import ask
from sim.sizing.length import expected
from sim.sizing.size import LIMIT, Question, Sizing, StoppedError
from sim.sizing.targets import SizingRefusedError
from sim.sizing.what_if import WhatIf, ask_what_if, what_if


@dataclass(frozen=True)
class Request:
    """What was asked for; the fields are the options of the command."""

    scenario: str
    sets: tuple[str, ...]
    posts: tuple[str, ...]
    spans: tuple[str, ...]
    step: float
    targets: tuple[str, ...]
    confidence: float | None
    period: str | None
    what_if: tuple[str, ...]
    beside: tuple[str, ...]
    in_lines: bool
    running: Running


def size_and_report(request: Request) -> int:
    """Do what was asked and return the exit status.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used.
    """
    try:
        question = asked(request)
        if request.what_if:
            settings = ask_what_if(question, request.what_if)
            return stoppable(request.running, lambda: _settings(settings, request.running))
        if request.in_lines:
            kept = request.running.store and request.scenario != ON_INPUT
            return size_in_lines(question, request.running, kept)
    except (SizingRefusedError, SweepError) as refusal:
        return say(str(refusal), BAD_INPUT)
    running = request.running

    def do() -> Finished:
        with running.progress() as shown:
            sizing = Sizing(
                question,
                running.seed,
                jobs=running.jobs,
                store=running.kept(),
                engine=engine_of(running.cluster),
                on_done=lambda done: shown(done, expected(done)),
            )
            answer = sizing.answer()
        arms = [Arm(posts_in_words(question, t.levels), t.futures.loaded) for t in answer.tried]
        if answer.unasked is not None and answer.unasked.futures:
            arms.append(Arm("as stated", question.scenario))
        return Finished(arms, text(answer), lambda folder: write_files(answer, folder), False)

    return stoppable(running, do)


def _settings(asked: WhatIf, running: Running) -> Finished:
    """Size every setting of a table."""
    with running.progress() as shown:
        answers = what_if(
            asked,
            seed=running.seed,
            jobs=running.jobs,
            store=running.kept(),
            engine=engine_of(running.cluster),
            on_done=shown,
        )
    named = zip(settings_in_words(asked), asked.cells, strict=True)
    arms = [Arm(name, cell.loaded) for name, cell in named]
    said = what_if_text(asked, answers)
    return Finished(arms, said, lambda folder: write_what_if(asked, answers, folder), False)


def stoppable(running: Running, do: Callable[[], Finished]) -> int:
    """Do it, and say so if it was stopped before there was an answer."""
    try:
        return run_and_write(running, do)
    except StoppedError:
        print("Stopped before there was an answer; nothing was written.", file=sys.stderr)
        return INTERRUPTED


def asked(request: Request) -> Question:
    """Check what was asked for.

    Raises
    ------
    SizingRefusedError, ScenarioError
        If it cannot be answered.
    """
    if len(request.posts) != len(request.spans):
        raise SizingRefusedError("give a --range for each --post, in the same order")
    return ask(
        scenario_of(request.scenario, request.sets),
        list(zip(request.posts, request.spans, strict=True)),
        request.targets,
        step=request.step,
        confidence=request.confidence,
        period=request.period,
        limit=request.running.replications or LIMIT,
        beside=request.beside,
    )
