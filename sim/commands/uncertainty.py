"""``caseload uncertainty``: what is not known of the inputs, beside chance."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.running import BAD_INPUT, Finished, Running, run_and_write, say
from sim.experiment.arms import Arm
from sim.experiment.components import FEWEST
from sim.experiment.engines import engine_of
from sim.experiment.headlines import HeadlineRefusedError
from sim.experiment.uncertainty import Plan, plan, uncertainty
from sim.scenario import load
from sim.service.plan import compile_plans


def uncertainty_and_report(
    scenario: str,
    sets: Sequence[str],
    measures: Sequence[str],
    grades: Sequence[str],
    only: str,
    draws: int,
    running: Running,
) -> int:
    """Draw the inputs of a scenario and return the exit status."""
    if draws < FEWEST or running.replications < FEWEST:
        what = "two draws or more, and two futures of each or more"
        return say(f"to tell inputs from chance takes {what}", BAD_INPUT)
    loaded = load(scenario, sets)
    compile_plans(loaded)  # whatever is wrong is said before anything is run
    try:
        planned = plan(loaded, measures, draws=draws, seed=running.seed, grades=grades, only=only)
    except HeadlineRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    if not planned.drawn:
        return say(f"'{scenario}' has no such input with a range, so none can be drawn", BAD_INPUT)
    return run_and_write(running, lambda: _uncertainty(scenario, planned, running))


def _uncertainty(name: str, planned: Plan, running: Running) -> Finished:
    from sim.report.uncertainty import text, write_uncertainty

    with running.progress() as shown:
        found = uncertainty(
            planned,
            replications=running.replications,
            jobs=running.jobs,
            on_done=shown,
            store=running.kept(),
            engine=engine_of(running.cluster),
        )

    def write(folder: Path) -> Sequence[str]:
        return write_uncertainty(found, folder)

    written = text(found, in_file=running.out is not None)
    return Finished([Arm(name, planned.loaded)], written, write, interrupted=False)
