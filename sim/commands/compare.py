"""``caseload compare``: run scenarios on the same futures, and print how they differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from sim.commands.running import BAD_INPUT, Finished, Running, run_and_write, say
from sim.experiment.arms import Arm
from sim.experiment.compare import CannotCompareError, check_arms, compare
from sim.scenario import load
from sim.service.plan import compile_plans

WRITTEN = re.compile(r"([^\[\]]*)\[(.*)\]", re.DOTALL)  # NAME[KEY=VALUE; KEY=VALUE]


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
    return run_and_write(running, lambda: _compare(arms, running))


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
    first = _parts(written[0])[0]
    arms: list[Arm] = []
    for text in written:
        name, own = _parts(text)
        loaded = load(name or first, [*sets, *own])
        called = text if name else f"{first}{text}"
        taken = sum(arm.name.partition(" (again")[0] == called for arm in arms)
        again = f" (again, {taken + 1})" if taken > 1 else " (again)"
        arms.append(Arm(f"{called}{again}" if taken else called, loaded))
    return arms


def _parts(text: str) -> tuple[str, list[str]]:
    match = WRITTEN.fullmatch(text)
    if match is None:
        return text, []
    return match[1].strip(), [part.strip() for part in match[2].split(";") if part.strip()]


def _compare(arms: Sequence[Arm], running: Running) -> Finished:
    from sim.report.comparison import table, write_comparison

    with running.progress() as shown:
        compared = compare(
            arms,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
        )

    def write(folder: Path) -> Sequence[str]:
        write_comparison(compared, folder)
        return ("comparison.csv",)

    return Finished(arms, table(compared), write, compared.interrupted)
