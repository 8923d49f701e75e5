"""``caseload sensitivity``: which assumptions matter, as a tornado."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.running import (
    BAD_INPUT,
    Finished,
    Running,
    run_and_write,
    say,
)
from sim.experiment.arms import Arm
from sim.experiment.engines import engine_of
from sim.experiment.headlines import HeadlineRefusedError
from sim.experiment.sensitivity import Plan, plan, sensitivity
from sim.scenario import load
from sim.service.plan import compile_plans


def sensitivity_and_report(
    scenario: str,
    sets: Sequence[str],
    measures: Sequence[str],
    grades: Sequence[str],
    only: str,
    running: Running,
) -> int:
    """Move the assumptions of a scenario and return the exit status."""
    try:
        planned = plan(load(scenario, sets), measures, grades, only)
    except HeadlineRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    compile_plans(planned.loaded)  # whatever is wrong is said before anything is run
    if not planned.moved:
        return say(f"'{scenario}' has no such input with a range, so none can be moved", BAD_INPUT)
    return run_and_write(running, lambda: _sensitivity(scenario, planned, running))


def _sensitivity(scenario: str, planned: Plan, running: Running) -> Finished:
    from sim.report.sensitivity import text, write_sensitivity

    with running.progress() as shown:
        found = sensitivity(
            planned,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
            store=running.kept(),
            engine=engine_of(running.cluster),
        )

    def write(folder: Path) -> Sequence[str]:
        return write_sensitivity(found, folder)

    written = text(found, in_file=running.out is not None)
    return Finished([Arm(scenario, planned.loaded)], written, write, interrupted=False)
