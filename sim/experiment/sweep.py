"""A sweep: one scenario with many settings, each simulated with the same random numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any

from sim.experiment import summary as sums
from sim.experiment.arms import change
from sim.experiment.engines import Engine, Task, Work, on_this_machine
from sim.experiment.replication import Replication, replicate
from sim.experiment.run import Results
from sim.experiment.store import Store, content_of
from sim.experiment.vary import SweepError, Vary
from sim.scenario import Loaded, ScenarioError
from sim.scenario.errors import Path, Position, dotted
from sim.scenario.layers import find_path
from sim.scenario.schema import Scenario
from sim.service.plan import compile_plans


@dataclass(frozen=True)
class Cell:
    """One setting of a sweep, ready to be run."""

    number: int
    settings: tuple[str, ...]
    loaded: Loaded[Scenario]
    months: tuple[str, ...]


def cells(
    scenario: str | FilePath | Loaded[Scenario],
    sets: Iterable[str],
    varied: Sequence[Vary],
    settings: Sequence[tuple[str, ...]],
) -> list[Cell]:
    """Load the scenario with each setting: whatever is wrong is said before anything is run.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used without any setting.
    SweepError
        If a setting cannot be used; names every one that cannot.
    """
    keys = [each.key for each in varied]
    common = tuple(sets)
    _refuse_twice(keys, common, change(scenario, common))
    made: list[Cell] = []
    wrong: dict[str, list[str]] = {}  # what is wrong, and in which settings
    for number, values in enumerate(settings, start=1):
        own = [f"{key}={value}" for key, value in zip(keys, values, strict=True)]
        try:
            loaded = change(scenario, (*common, *own))
            months = compile_plans(loaded)[0][1].calendar.months
        except ScenarioError as error:
            for each in error.problems:
                wrong.setdefault(str(each), []).append(f"setting {number} ({', '.join(own)})")
            continue
        made.append(Cell(number, values, loaded, tuple(month.label for month in months)))
    if wrong:
        raise SweepError("\n".join(_said(wrong, len(settings))))
    return made


def _refuse_twice(keys: Sequence[str], sets: Sequence[str], base: Loaded[Scenario]) -> None:
    """Refuse a key that is varied twice, or varied and set: one of the two would not be used."""

    def path(key: str) -> Path:
        found = find_path(base.data, key.strip(), Scenario, Position("what is varied"))
        return found[:-1] if found[-1] == "value" else found

    paths = [path(key) for key in keys]
    for key, own in zip(keys, paths, strict=True):
        if paths.count(own) > 1:
            raise SweepError(f"'{dotted(own)}' is varied twice")
        if any(path(each.partition("=")[0]) == own for each in sets):
            raise SweepError(f"'{key}' is varied, so it cannot be set as well")


def _said(wrong: Mapping[str, Sequence[str]], settings: int) -> Iterator[str]:
    """Write what is wrong, a line each; what is wrong in every setting is said once."""
    for problem, where in wrong.items():
        if len(where) == settings > 1:
            yield f"in every setting: {problem}"
        else:
            yield from (f"{each}: {problem}" for each in where)


@dataclass(frozen=True)
class Row:
    """One setting and what came of it."""

    cell: Cell
    estimates: tuple[sums.Estimate, ...]


def sweep(
    made: Sequence[Cell],
    *,
    replications: int,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> list[Row]:
    """Run every cell and estimate every measure in each; parameters as in `run`.

    Cells that say the same are run once: a few whole numbers drawn often make many of them. Ctrl-C
    ends it; what was finished is in the store, and the same sweep goes on from there.
    """
    numbers = range(1, replications + 1)
    having: dict[int, dict[int, Replication]] = {}
    rows: dict[int, Row] = {}
    contents = [content_of(cell.loaded) for cell in made]
    first = {content: place for place, content in reversed([*enumerate(contents)])}

    def add(place: int, finished: Iterable[Replication]) -> None:
        have = having.setdefault(place, {})
        have.update((each.number, each) for each in finished)
        if len(have) == replications:  # summed up at once: futures take a thousand times the room
            rows[place] = _row(made[place], seed, [have[n] for n in numbers])
            having[place] = {}

    tasks: list[Task] = []
    for content, place in sorted(first.items(), key=lambda item: item[1]):
        kept = [store.get(content, seed, n) for n in numbers] if store is not None else []
        finished = [each for each in kept if each is not None]
        add(place, finished)
        if place not in rows:
            have = {each.number for each in finished}
            tasks += [Task(place, n) for n in numbers if n not in have]
    asked = len(first) * replications
    done = asked - len(tasks)
    work = Work([cell.loaded for cell in made], seed, tasks, replicate)
    with closing((engine or on_this_machine(jobs, len(tasks)))(work)) as source:  # type: ignore[type-var]
        for each in source:
            if each is not None:
                if store is not None:
                    store.put(contents[each.task.scenario], seed, each.result)
                add(each.task.scenario, [each.result])
                done += 1
            if on_done is not None:
                on_done(done, asked)
    return [Row(cell, rows[first[own]].estimates) for cell, own in zip(made, contents, strict=True)]


def _row(cell: Cell, seed: int, replications: Sequence[Replication]) -> Row:
    results = Results(
        loaded=cell.loaded,
        seed=seed,
        asked=len(replications),
        replications=tuple(replications),
        months=cell.months,
        interrupted=False,
        seconds=0.0,
    )
    return Row(cell, tuple(sums.summary(results)))


def columns(varied: Sequence[Vary], rows: Sequence[Row]) -> dict[str, list[Any]]:
    """Make the tidy table: a row for each setting, measure, place and period.

    Columns: ``setting`` (its number), one for each key that is varied, then those of the summary
    of a run.
    """
    table: dict[str, list[Any]] = {"setting": [r.cell.number for r in rows for _ in r.estimates]}
    for place, each in enumerate(varied):
        values = _read([row.cell.settings[place] for row in rows])
        pairs = zip(values, rows, strict=True)
        table[each.key] = [value for value, row in pairs for _ in row.estimates]
    return table | sums.columns([e for row in rows for e in row.estimates])


def _read(texts: Sequence[str]) -> Sequence[int] | Sequence[float] | Sequence[str]:
    """Give numbers as numbers where all are, else texts as they were written."""
    for kind in (int, float):
        try:
            return [kind(text) for text in texts]
        except ValueError:
            continue
    return texts
