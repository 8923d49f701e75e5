"""``caseload compare``: run scenarios on the same futures, and print how they differ."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.running import (
    BAD_INPUT,
    INTERRUPTED,
    Finished,
    Running,
    run_and_write,
    say,
    say_cautions,
)
from sim.experiment.arms import Arm, make_arms, parts_of
from sim.experiment.compare import CannotCompareError, check_arms, compare
from sim.experiment.engines import engine_of
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    from sim.experiment.models import Staffing
    from sim.sizing.models import ModelQuestion


def compare_and_report(written: Sequence[str], sets: Sequence[str], running: Running) -> int:
    """Compare scenarios as they were written and return the exit status."""
    if len(written) < 2:
        example = f"{written[0]} '[KEY=VALUE]'"
        return say(f"name two scenarios or more, such as: caseload compare {example}", BAD_INPUT)
    arms = read_arms(written, sets)
    try:
        check_arms(arms)
    except CannotCompareError as refusal:
        return say(str(refusal), BAD_INPUT)
    for arm in arms:  # whatever is wrong is said before anything is run
        compile_plans(arm.loaded)
    say_cautions(arm.loaded for arm in arms)
    return run_and_write(running, lambda: _compare(arms, running))


def compare_models_and_report(
    written: Sequence[str], sets: Sequence[str], running: Running, staffing: Staffing
) -> int:
    """Compare delivery models on the same children and return the exit status."""
    from sim.experiment.models import check_models, staff

    if len(written) < 2:
        return say(f"name two delivery models or more, such as {written[0]} and another", BAD_INPUT)
    arms = read_arms(written, sets)
    try:
        check_models(arms)
        staff(arms, staffing)
    except CannotCompareError as refusal:
        return say(str(refusal), BAD_INPUT)
    for arm in arms:
        compile_plans(arm.loaded)
    return run_and_write(running, lambda: _compare_models(arms, running, staffing))


def _compare_models(
    arms: Sequence[Arm], running: Running, staffing: Staffing, factors: Sequence[float] = ()
) -> Finished:
    from sim.experiment.models import compare_models
    from sim.report.models import table
    from sim.report.models_files import write_models

    with running.progress() as shown:
        found = compare_models(
            arms,
            staffing=staffing,
            factors=factors,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
            engine=engine_of(running.cluster),
        )
    interrupted = found.compared.interrupted
    return Finished(
        found.arms, table(found), lambda folder: write_models(found, folder), interrupted
    )


@dataclass(frozen=True)
class Targets:
    """What each model is to keep, where they are sized; the fields are the options."""

    targets: tuple[str, ...]
    confidence: float | None
    period: str | None
    limit: int | None


def compare_sized_and_report(
    written: Sequence[str], sets: Sequence[str], running: Running, asked: Targets
) -> int:
    """Size delivery models to the same targets, compare them so, and return the exit status."""
    from sim.experiment.models import check_models
    from sim.sizing.models import LIMIT, ask_of_models
    from sim.sizing.size import StoppedError
    from sim.sizing.targets import SizingRefusedError

    if len(written) < 2:
        return say(f"name two delivery models or more, such as {written[0]} and another", BAD_INPUT)
    arms = read_arms(written, sets)
    try:
        check_models(arms)
        questions = ask_of_models(
            arms,
            asked.targets,
            confidence=asked.confidence,
            period=asked.period,
            limit=asked.limit or LIMIT,
        )
    except (CannotCompareError, SizingRefusedError) as refusal:
        return say(str(refusal), BAD_INPUT)
    try:
        return run_and_write(running, lambda: _compare_sized(arms, questions, running))
    except StoppedError:
        print("Stopped before every model was sized; nothing was written.", file=sys.stderr)
        return INTERRUPTED


def _compare_sized(
    arms: Sequence[Arm], questions: Sequence[ModelQuestion], running: Running
) -> Finished:
    from sim.report.sized_models import sized_table, write_sized
    from sim.sizing.models import size_models

    with running.progress() as shown:
        sized = size_models(
            arms,
            questions,
            seed=running.seed,
            jobs=running.jobs,
            store=running.kept(),
            engine=engine_of(running.cluster),
            on_done=shown,
        )
    said = sized_table(sized)
    if any(each.needed is None for each in sized):
        said += "Not every model could be sized, so they are not compared on cost.\n"
        return Finished(arms, said, lambda folder: [write_sized(sized, folder)], interrupted=False)
    found = _compare_models(arms, running, "sized", [each.factor for each in sized])

    def write(folder: Path) -> Sequence[str]:
        return [write_sized(sized, folder), *found.write(folder)]

    return Finished(found.arms, said + found.text, write, found.interrupted)


def read_arms(written: Sequence[str], sets: Sequence[str]) -> list[Arm]:
    """Load scenarios written ``NAME``, ``NAME[KEY=VALUE; ...]`` or ``[KEY=VALUE; ...]``.

    Parameters
    ----------
    written
        Each scenario; one without a name is the first with changes.
    sets
        Changes to all of them, made before their own.

    Raises
    ------
    ScenarioError
        If one cannot be used.
    """
    first = parts_of(written[0])[0]
    parts = [(text, *parts_of(text)) for text in written]
    return make_arms(
        [(text if name else f"{first}{text}", name, own) for text, name, own in parts], sets
    )


def _compare(arms: Sequence[Arm], running: Running) -> Finished:
    from sim.report.comparison import table, write_comparison

    with running.progress() as shown:
        compared = compare(
            arms,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
            store=running.kept(),
            engine=engine_of(running.cluster),
        )
        if not compared.comparisons:
            raise KeyboardInterrupt  # stopped before there was anything to compare
    if compared.interrupted:
        print(running.stopped(shown.done, shown.asked), file=sys.stderr)

    def write(folder: Path) -> Sequence[str]:
        write_comparison(compared, folder)
        return ("comparison.csv",)

    return Finished(arms, table(compared), write, compared.interrupted)
