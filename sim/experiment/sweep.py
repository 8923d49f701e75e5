"""A sweep: one scenario with many settings, each simulated with the same random numbers."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.experiment.engines import Engine, Task, Work, on_this_machine
from sim.experiment.replication import Replication, replicate
from sim.experiment.run import Results
from sim.experiment.store import Store, content_of
from sim.experiment.summary import Estimate, summary
from sim.scenario import Loaded, ScenarioError, load
from sim.scenario.schema import Scenario
from sim.service.plan import compile_plans

DIGITS = 6  # significant, of the values of a Latin hypercube: what the table shows is what was run
RANGE = re.compile(
    r"^\s*(-?[\d.]*\d)\s*([a-z%£ ]*?)\s*\.\.\s*(-?[\d.]*\d)\s*([a-z%£ ]*?)\s*$", re.I
)


class SweepError(Exception):
    """A sweep cannot be made; says why, a line for each setting that is wrong."""


@dataclass(frozen=True)
class Range:
    """All values from one to another; whole numbers only where both ends are.

    Attributes
    ----------
    low, high
        The ends.
    unit
        What is written after each value: ``weeks``, ``%``.
    whole
        Whether only whole numbers are meant.
    """

    low: float
    high: float
    unit: str = ""
    whole: bool = False

    def at(self, share: float) -> str:
        """Write the value that lies this share of the way up."""
        if self.whole:
            value: float = int(self.low + share * (self.high - self.low + 1))
            number = f"{min(value, self.high):.0f}"
        else:
            number = f"{self.low + share * (self.high - self.low):.{DIGITS}g}"
        return f"{number} {self.unit}".strip() if self.unit != "%" else f"{number}%"


@dataclass(frozen=True)
class Vary:
    """A key and the values it takes, each written as after ``--set``."""

    key: str
    values: tuple[str, ...] | Range

    def at(self, share: float) -> str:
        """Give the value that lies this share of the way through."""
        if isinstance(self.values, Range):
            return self.values.at(share)
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]


def vary(text: str) -> Vary:
    """Read ``KEY=1,2,3`` or ``KEY=LOW..HIGH``.

    Raises
    ------
    SweepError
        If it is neither.
    """
    key, equals, values = text.partition("=")
    if not equals or not key.strip() or not values.strip():
        raise SweepError(f"'{text}': write KEY=1,2,3 or KEY=LOW..HIGH")
    found = RANGE.match(values)
    if found is None:
        return Vary(key.strip(), tuple(_apart(values)))
    low, unit, high, second = found.groups()
    if unit and unit != second:
        raise SweepError(f"'{text}': both ends need the same unit, such as 6 weeks..12 weeks")
    return Vary(key.strip(), span(float(low), float(high), second, "." not in low + high, text))


def span(low: float, high: float, unit: str, whole: bool, text: str) -> Range:
    """Make a range.

    Raises
    ------
    SweepError
        If the first end is not below the second.
    """
    if not low < high:
        raise SweepError(f"'{text}': the first end of a range must be below the second")
    return Range(low, high, unit, whole)


def _apart(values: str) -> Iterator[str]:
    """Part values at the commas that are not inside brackets or quotes."""
    depth, quote, begun = 0, "", 0
    for place, sign in enumerate(values):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 0:
            yield values[begun:place].strip()
            begun = place + 1
    yield values[begun:].strip()


def grid(varied: Sequence[Vary]) -> list[tuple[str, ...]]:
    """List every combination of the values, the last key changing fastest.

    Raises
    ------
    SweepError
        If a key has a range: that has no list of values.
    """
    lists = []
    for each in varied:
        if isinstance(each.values, Range):
            raise SweepError(f"'{each.key}' has a range: say how many settings with --latin N")
        lists.append(each.values)
    return list(itertools.product(*lists))


def latin(varied: Sequence[Vary], number: int, seed: int) -> list[tuple[str, ...]]:
    """Draw settings from a Latin hypercube: each key's values are evenly used."""
    from scipy.stats.qmc import LatinHypercube

    points = LatinHypercube(len(varied), rng=seed).random(number)
    return [
        tuple(each.at(float(share)) for each, share in zip(varied, point, strict=True))
        for point in points
    ]


@dataclass(frozen=True)
class Cell:
    """One setting of a sweep, ready to be run."""

    number: int
    settings: tuple[str, ...]
    loaded: Loaded[Scenario]
    months: tuple[str, ...]


def cells(
    scenario: str | Path,
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
    if len(set(keys)) < len(keys):
        raise SweepError("a key is varied twice")
    common = tuple(sets)
    load(scenario, common)
    made, wrong = [], []
    for number, values in enumerate(settings, start=1):
        own = [f"{key}={value}" for key, value in zip(keys, values, strict=True)]
        try:
            loaded = load(scenario, (*common, *own))
            months = compile_plans(loaded)[0][1].calendar.months
        except ScenarioError as error:
            wrong += [f"setting {number} ({', '.join(own)}): {each}" for each in error.problems]
            continue
        made.append(Cell(number, values, loaded, tuple(month.label for month in months)))
    if wrong:
        raise SweepError("\n".join(wrong))
    return made


@dataclass(frozen=True)
class Row:
    """One setting and what came of it."""

    cell: Cell
    estimates: tuple[Estimate, ...]


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

    Ctrl-C ends it; what was finished is in the store, and the same sweep goes on from there.
    """
    numbers = range(1, replications + 1)
    having: dict[int, dict[int, Replication]] = {}
    rows: dict[int, Row] = {}
    contents = [content_of(cell.loaded) if store is not None else "" for cell in made]

    def add(place: int, finished: Iterable[Replication]) -> None:
        have = having.setdefault(place, {})
        have.update((each.number, each) for each in finished)
        if len(have) == replications:  # summed up at once: futures take a thousand times the room
            rows[place] = _row(made[place], seed, [have[n] for n in numbers])
            having[place] = {}

    tasks: list[Task] = []
    for place, content in enumerate(contents):
        kept = [store.get(content, seed, n) for n in numbers] if store is not None else []
        finished = [each for each in kept if each is not None]
        add(place, finished)
        if place not in rows:
            have = {each.number for each in finished}
            tasks += [Task(place, n) for n in numbers if n not in have]
    asked = len(made) * replications
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
    return [rows[place] for place in range(len(made))]


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
    return Row(cell, tuple(summary(results)))


COLUMNS = ("measure", "where", "period", "unit", "mean", "lower", "upper", "p5", "p95")


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
    for name in (*COLUMNS, "replications"):
        table[name] = [getattr(e, name) for r in rows for e in r.estimates]
    return table


def _read(texts: Sequence[str]) -> Sequence[int] | Sequence[float] | Sequence[str]:
    """Give numbers as numbers where all are, else texts as they were written."""
    for kind in (int, float):
        try:
            return [kind(text) for text in texts]
        except ValueError:
            continue
    return texts
