"""``caseload run``: simulate, print the table, write the folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.commands.running import (
    BAD_INPUT,
    DONE,
    FAILED,
    INTERRUPTED,
    Running,
    answered,
    say,
    say_cautions,
)
from sim.experiment import Results, run
from sim.experiment.engines import engine_of
from sim.experiment.precision import DEFAULT_LIMIT, Reached, known_in, run_to_precision
from sim.experiment.reading_targets import (
    PrecisionRefusedError,
    check_limit,
    check_targets,
    read_target,
)
from sim.experiment.targets import Target
from sim.experiment.warm_up import NoWarmUpError, emptied, without_warm_up
from sim.report.manifest import of_one, write_manifest
from sim.report.results_folder import FolderRefusedError
from sim.scenario import Loaded, load
from sim.scenario.schema import Scenario
from sim.service.plan import compile_plans


@dataclass(frozen=True)
class Request:
    """What was asked for; the fields are the options of the command."""

    scenario: str
    sets: tuple[str, ...]
    replications: int | None
    precision: tuple[str, ...]
    max_replications: int | None
    cold_start: bool
    events: bool
    events_all: bool
    running: Running

    def event_files(self, folder: Path) -> dict[int, Path]:
        """Say where the events of which replications go."""
        if not self.events_all:
            return {1: folder / "events.csv"} if self.events else {}
        count = self.running.replications
        width = len(str(count))
        numbers = range(1, count + 1)
        return {n: folder / f"events-{n:0{width}d}.csv" for n in numbers}


def run_and_report(request: Request) -> int:
    """Do what was asked and return the exit status.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used; nothing has been written then.
    """
    try:
        return answered(request.running, lambda: _run(request))
    except PrecisionRefusedError as refusal:
        return say(str(refusal), BAD_INPUT)
    except NoWarmUpError as error:
        return say(str(error), FAILED)


def _run(request: Request) -> int:
    out = request.running.out
    if out is None and (request.events or request.events_all):
        raise FolderRefusedError("events are written into a folder: name it with --out DIR")
    with request.running.folder() as folder:
        targets = _targets(request)
        loaded = load(request.scenario, request.sets)
        if request.cold_start:
            loaded = emptied(loaded)
        compile_plans(loaded)  # whatever is wrong is said before anything is run
        if targets:
            check_targets(targets, *known_in(loaded))
        say_cautions([loaded])
        results, reached = _simulate(request, loaded, folder, targets)
        if request.cold_start:
            results = without_warm_up(results)
        _print_table(results, reached)
        if folder is not None:
            _write(results, folder, request, reached)
    if out is not None:
        print(f"Written to {out}: {_written(results, request)}")
    return INTERRUPTED if results.interrupted else DONE


def _targets(request: Request) -> list[Target]:
    """Read what is to be how sure, and refuse what does not go with it."""
    if request.cold_start and request.precision:
        raise PrecisionRefusedError(
            "--cold-start goes with --replications, not --precision: what is cut depends on all of "
            "the futures"
        )
    if not request.precision:
        if request.max_replications is not None:
            raise PrecisionRefusedError("--max-replications goes with --precision")
        return []
    if request.replications is not None:
        raise PrecisionRefusedError(
            "with --precision it is not known beforehand how many futures it takes: "
            "leave out --replications, or set --max-replications"
        )
    if request.events_all:
        raise PrecisionRefusedError("--events-all needs --replications rather than --precision")
    targets = [read_target(text) for text in request.precision]
    check_limit(request.max_replications or DEFAULT_LIMIT, targets)
    return targets


def _simulate(
    request: Request, loaded: Loaded[Scenario], folder: Path | None, targets: Sequence[Target]
) -> tuple[Results, Sequence[Reached]]:
    running = request.running
    ready: list[bool] = []
    with running.progress() as progress:

        def show(done: int, asked: int) -> None:
            progress(done, asked)
            if not ready:
                ready.append(True)
                _get_ready(folder)

        how: dict[str, Any] = {
            "seed": running.seed,
            "jobs": running.jobs,
            "on_done": show,
            "events": request.event_files(folder) if folder else {},
            "store": running.kept(),
            "engine": engine_of(running.cluster),
        }
        reached: Sequence[Reached] = ()
        if targets:
            limit = request.max_replications or DEFAULT_LIMIT
            precise = run_to_precision(loaded, targets, limit=limit, **how)
            results, reached = precise.results, precise.reached
        else:
            results = run(loaded, replications=running.replications, **how)
        if not results.replications:
            raise KeyboardInterrupt
    if results.interrupted:
        print(running.stopped(len(results.replications), results.asked), file=sys.stderr)
    return results, reached


def _get_ready(folder: Path | None) -> None:
    """Import what the results need while the workers run: Ctrl-C must be answered at once."""
    import sim.report.table

    if folder is not None:
        import pyarrow.parquet  # noqa: F401

        import sim.report.files  # noqa: F401


def _print_table(results: Results, reached: Sequence[Reached]) -> None:
    from sim.report.precision import precision_text
    from sim.report.table import table
    from sim.report.warm_up import warm_up_text

    print(table(results), flush=True)
    if reached:
        print(f"{precision_text(reached)}\n", flush=True)
    if results.warm_up is not None:
        print(f"{warm_up_text(results.warm_up)}\n", flush=True)


def _write(results: Results, folder: Path, request: Request, reached: Sequence[Reached]) -> None:
    from sim.report.files import write_tables

    finished = {replication.number for replication in results.replications}
    for number, path in request.event_files(folder).items():
        if number not in finished:
            path.unlink(missing_ok=True)  # half written when it was stopped
    write_tables(results, folder)
    if reached:
        from sim.report.precision import write_precision

        write_precision(reached, folder / "precision.csv")
    if results.warm_up is not None:
        from sim.report.warm_up import write_warm_up

        write_warm_up(results.warm_up, folder / "warm_up.csv")
    if not results.interrupted:  # charts take longer than someone who has stopped will wait
        from sim.report.charts import write_charts

        write_charts(results, folder / "charts")
    what = of_one(results.loaded, results.seed, results.asked, sorted(finished))
    if results.warm_up is not None:
        what["cold_start"] = {"months_cut": list(results.warm_up.months)}
    write_manifest(folder, request.running.command, what, results.seconds)


def _written(results: Results, request: Request) -> str:
    """Name what is in the folder."""
    names = "summary.csv, monthly.parquet, timescales.csv, flows.csv, why_late.csv, "
    names += f"hours_by_task.csv, {'precision.csv, ' * bool(request.precision)}"
    names += f"{'warm_up.csv, ' * request.cold_start}manifest.json"
    if request.events_all:
        names += ", events-*.csv"
    elif request.events:
        names += ", events.csv"
    if results.interrupted:
        return f"{names}, of the finished futures (no charts when stopped early)"
    return f"{names}, charts"
