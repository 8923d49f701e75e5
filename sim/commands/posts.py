"""``caseload posts``: where one more post helps most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sim.commands.running import BAD_INPUT, Finished, Running, run_and_write, say
from sim.experiment.arms import Arm
from sim.experiment.engines import engine_of
from sim.experiment.headlines import HeadlineRefusedError, Known, headlines
from sim.experiment.posts import LATER, posts
from sim.scenario import Loaded, load, with_sets
from sim.scenario.schema import Scenario


def posts_and_report(
    scenario: str, sets: Sequence[str], measures: Sequence[str], more: int, running: Running
) -> int:
    """Give each role more posts and return the exit status."""
    loaded = load(scenario, sets)
    if not any(text.startswith("horizon=") for text in sets):
        loaded = no_longer_than_needed(loaded)
    try:
        headlines(measures, Known.of(loaded))  # whatever is wrong is said before anything is run
    except HeadlineRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    return run_and_write(running, lambda: _posts(scenario, loaded, measures, more, running))


def no_longer_than_needed(loaded: Loaded[Scenario]) -> Loaded[Scenario]:
    """Let a scenario end after the last year that is looked at."""
    if loaded.scenario.horizon.years() <= LATER:
        return loaded
    return with_sets(loaded, [f"horizon={LATER} years"])


def _posts(
    name: str, loaded: Loaded[Scenario], measures: Sequence[str], more: int, running: Running
) -> Finished:
    from sim.report.posts import text, write_posts

    with running.progress() as shown:
        found = posts(
            loaded,
            measures,
            more=more,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
            store=running.kept(),
            engine=engine_of(running.cluster),
        )

    def write(folder: Path) -> Sequence[str]:
        return write_posts(found, folder)

    return Finished([Arm(name, loaded)], text(found), write, interrupted=False)
