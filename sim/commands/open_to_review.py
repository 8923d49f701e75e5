"""``caseload open-to-review``: who qualifies, what moving them frees, how many posts it needs."""

from __future__ import annotations

from collections.abc import Sequence

from sim.commands.running import BAD_INPUT, Finished, Running, run_and_write, say
from sim.experiment.arms import Arm, make_arms
from sim.experiment.engines import engine_of
from sim.report.open_to_review import open_to_review_text, write_open_to_review
from sim.sizing.open_to_review import check_move, move_out
from sim.sizing.targets import SizingRefusedError

OTHERS = ("open-to-review", "kent-care-managed")  # those with a place for stable children


def move_and_report(
    scenario: str, without: str, rules_of: Sequence[str], sets: Sequence[str], running: Running
) -> int:
    """Do what was asked and return the exit status.

    Raises
    ------
    ScenarioError
        If a scenario cannot be used.
    """
    names = (without, scenario, *(rules_of or OTHERS))
    documents = make_arms([(None, name, ()) for name in names], sets)
    arms = documents[:2]
    try:
        check_move(arms, documents)
    except SizingRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    return run_and_write(running, lambda: _move(arms, documents, running))


def _move(arms: Sequence[Arm], documents: Sequence[Arm], running: Running) -> Finished:
    with running.progress() as shown:
        found = move_out(
            arms,
            documents,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            store=running.kept(),
            engine=engine_of(running.cluster),
            on_done=shown,
        )
    text = open_to_review_text(found)
    return Finished(found.compared.arms, text, lambda to: write_open_to_review(found, to), False)
