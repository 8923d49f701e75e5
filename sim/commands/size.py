"""``caseload size``: the fewest posts with which every target is kept."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from sim.commands.running import BAD_INPUT, INTERRUPTED, Finished, Running, run_and_write, say
from sim.experiment.arms import Arm
from sim.experiment.engines import engine_of
from sim.experiment.precision import known_in
from sim.report.sizing import text, write_files
from sim.scenario import load
from sim.service.plan import compile_plans
from sim.sizing.posts import read_posts
from sim.sizing.size import LIMIT, Question, Sizing, StoppedError
from sim.sizing.targets import SizingRefusedError, check_goals, read_goal, years_of


@dataclass(frozen=True)
class Request:
    """What was asked for; the fields are the options of the command."""

    scenario: str
    sets: tuple[str, ...]
    post: str
    span: str
    step: float
    targets: tuple[str, ...]
    confidence: float | None
    period: str | None
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
    except SizingRefusedError as refusal:
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
                on_done=lambda _, done: shown(done, max(done, 100)),
            )
            answer = sizing.answer()
        arms = [Arm(f"{t.level:g}", t.futures.loaded) for t in answer.tried]
        return Finished(arms, text(answer), lambda folder: write_files(answer, folder), False)

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
    loaded = load(request.scenario, request.sets)
    months = len(compile_plans(loaded)[0][1].calendar.months)
    goals = tuple(map(read_goal, request.targets))
    if not goals:
        raise SizingRefusedError("say what is to be kept: --target 'MEASURE@WHERE >= NUMBER'")
    check_goals(goals, known_in(loaded)[0])
    return Question(
        scenario=loaded,
        posts=read_posts(loaded, request.post, request.span, request.step),
        goals=goals,
        confidence=request.confidence,
        years=years_of(months, request.period),
        limit=request.running.replications or LIMIT,
    )


def share_of_years(text_: str) -> float:
    """Read a confidence: 0.9 or 90%.

    Raises
    ------
    ValueError
        If it is not between a half and one.
    """
    number = float(text_[:-1]) / 100.0 if text_.endswith("%") else float(text_)
    if not 0.5 <= number <= 1.0:
        raise ValueError
    return number
