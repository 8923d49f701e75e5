"""``caseload compare``: run scenarios on the same futures, and print how they differ."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.running import (
    BAD_INPUT,
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


def _compare_models(arms: Sequence[Arm], running: Running, staffing: Staffing) -> Finished:
    from sim.experiment.models import compare_models
    from sim.report.models import table
    from sim.report.models_files import write_models

    with running.progress() as shown:
        found = compare_models(
            arms,
            staffing=staffing,
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
