"""``caseload sweep``: one scenario with many settings, one table out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sim.commands.running import BAD_INPUT, Finished, Running, run_and_write, say, say_cautions
from sim.experiment.arms import Arm
from sim.experiment.engines import engine_of
from sim.experiment.sweep import Cell, Row, cells, columns, sweep
from sim.experiment.vary import SweepError, Vary, as_text, grid, latin, read_varied, vary
from sim.report import wording
from sim.scenario.errors import nearest, refuse
from sim.scenario.source import read

IN_FILE = ("scenario", "vary", "latin", "replications", "seed", "horizon", "set")
SHOWN = (("open_children", "service"), ("backlog", "service"), ("backlog_hours", "service"))
ALL = "all"


@dataclass(frozen=True)
class Request:
    """What was asked for; the fields are the options of the command."""

    scenario: str | None
    sets: tuple[str, ...]
    varied: tuple[str, ...]
    file: str | None
    latin: int | None
    replications: int | None
    seed: int | None


@dataclass(frozen=True)
class Plan:
    """A sweep as it will be made, from the options and the file."""

    scenario: str
    sets: tuple[str, ...]
    varied: tuple[Vary, ...]
    latin: int | None
    replications: int
    seed: int

    def settings(self) -> list[tuple[str, ...]]:
        """List the values of each setting."""
        if self.latin is None:
            return grid(self.varied)
        return latin(self.varied, self.latin, self.seed)


def sweep_and_report(request: Request, running: Running) -> int:
    """Do what was asked and return the exit status."""
    try:
        plan = planned(request)
        made = cells(plan.scenario, plan.sets, plan.varied, plan.settings())
    except SweepError as refusal:
        return say(str(refusal), BAD_INPUT)
    say_cautions(cell.loaded for cell in made)
    how = replace(running, replications=plan.replications, seed=plan.seed)
    return run_and_write(how, lambda: _sweep(plan, made, how))


def planned(request: Request) -> Plan:
    """Join the options and the sweep file; an option goes before what the file says.

    Raises
    ------
    SweepError, ScenarioError
        If something is missing, or the file cannot be used.
    """
    said = _read(Path(request.file)) if request.file else {}
    scenario = request.scenario or said.get("scenario")
    if not isinstance(scenario, str):
        raise SweepError("name a scenario, or give it in the file: 'scenario: three-hubs'")
    varied = (*read_varied(_mapping(said.get("vary", {}), "vary")), *map(vary, request.varied))
    if not varied:
        raise SweepError("say what to vary: --vary KEY=1,2,3, or 'vary:' in a file")
    horizon = [f"horizon={said['horizon']}"] if "horizon" in said else []
    sets = [
        f"{key}={as_text(value)}" for key, value in _mapping(said.get("set", {}), "set").items()
    ]
    return Plan(
        scenario=scenario,
        sets=(*sets, *horizon, *request.sets),
        varied=varied,
        latin=request.latin or _whole(said, "latin", None, 1),
        replications=request.replications or _whole(said, "replications", 20, 1) or 20,
        seed=request.seed if request.seed is not None else _whole(said, "seed", 1, 0) or 0,
    )


def _read(path: Path) -> Mapping[str, Any]:
    """Read a sweep file as scenarios are read; the path of its scenario starts from its folder."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SweepError(f"'{path}' cannot be read: {error.strerror}") from None
    source = read(content, str(path))
    for key in source.data:
        if key not in IN_FILE:
            place = source.positions[(key,)]
            hint = nearest(key, IN_FILE)
            raise refuse(place, (key,), "unknown name", allowed=IN_FILE, hint=hint)
    said = dict(source.data)
    if str(said.get("scenario", "")).endswith((".yaml", ".yml")):
        said["scenario"] = str(path.parent / said["scenario"])
    return said


def _mapping(said: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(said, dict):
        raise SweepError(f"'{name}' should be names and values, 'name: value' on each line")
    return said


def _whole(said: Mapping[str, Any], name: str, default: int | None, least: int) -> int | None:
    value = said.get(name, default)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SweepError(f"'{name}' should be a whole number of at least {least}")
    return value


def _sweep(plan: Plan, made: Sequence[Cell], running: Running) -> Finished:
    with running.progress() as shown:
        rows = sweep(
            made,
            replications=running.replications,
            seed=running.seed,
            jobs=running.jobs,
            on_done=shown,
            store=running.kept(),
            engine=engine_of(running.cluster),
        )
    arms = [Arm(_called(plan, cell), cell.loaded) for cell in made]
    text = _table(plan, rows) if running.out is None else ""
    return Finished(arms, text, lambda folder: _write(plan, rows, folder), interrupted=False)


def _called(plan: Plan, cell: Cell) -> str:
    """Name a setting by its number in the table and its values."""
    pairs = zip(plan.varied, cell.settings, strict=True)
    return f"{cell.number}: {', '.join(f'{each.key}={value}' for each, value in pairs)}"


def _write(plan: Plan, rows: Sequence[Row], folder: Path) -> Sequence[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from sim.report.files import plain, write_csv

    table = columns(plan.varied, rows)
    pq.write_table(pa.table(table), folder / "sweep.parquet")
    estimated = ("mean", "lower", "upper", "p5", "p95")
    shown = [map(plain, table[key]) if key in estimated else table[key] for key in table]
    write_csv(folder / "sweep.csv", list(table), zip(*shown, strict=True))
    return "sweep.csv", "sweep.parquet"


def _table(plan: Plan, rows: Sequence[Row]) -> str:
    """Show a few measures of each setting on the screen; the rest is in the files."""
    head = [each.key.rsplit(".", 1)[-1] for each in plan.varied]
    lines = [[*head, *(f"{measure}@{where}" for measure, where in SHOWN)]]
    for row in rows:
        found = {(e.measure, e.where): e for e in row.estimates if e.period == ALL}
        figures = [found[key] for key in SHOWN]
        shown = [f"{wording.mean(e)} {wording.give_or_take(e)}".strip() for e in figures]
        lines.append([*row.cell.settings, *shown])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(w.ljust(n) for w, n in zip(line, widths, strict=True)) for line in lines]
    return "\n".join([*(line.rstrip() for line in text), "", *_legend(plan), ""])


def _legend(plan: Plan) -> Iterator[str]:
    futures = f"{plan.replications} possible future{'s' * (plan.replications != 1)}"
    yield f"Averages over the whole run, of {futures} of each setting; seed {plan.seed}."
    if plan.replications > 1:
        yield "±: how far the average itself could be off (half its 95% interval)."
    yield "All measures, by year, with the range of futures: give --out DIR."
