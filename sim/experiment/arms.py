"""Several scenarios run on the same possible futures, one after another.

Replication r of each has the same seed and number, so that the same children come with the same
lives, and the same people fall ill: what differs is what the scenarios make of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.run import Results, run
from sim.experiment.store import Store
from sim.scenario import Loaded, load, with_sets
from sim.scenario.errors import Position, refuse
from sim.scenario.schema import Scenario

if TYPE_CHECKING:
    from sim.experiment.engines import Engine


@dataclass(frozen=True)
class Arm:
    """One of the scenarios compared.

    Attributes
    ----------
    name
        What it is called in tables: no two of an experiment have the same.
    loaded
        The scenario.
    """

    name: str
    loaded: Loaded[Scenario]


WRITTEN = re.compile(r"([^\[\]]*)\[(.*)\]", re.DOTALL)  # NAME[KEY=VALUE; KEY=VALUE]
# What a scenario is called (or None: as it names itself), what it is, and changes to it alone.
Written = tuple[str | None, "str | Path | Loaded[Scenario]", Sequence[str]]


def make_arms(written: Iterable[Written], sets: Sequence[str] = ()) -> list[Arm]:
    """Load scenarios to be compared, each under a name of its own.

    Parameters
    ----------
    written
        Each scenario; one that is an empty text is the first with changes.
    sets
        Changes to all of them, made before their own.

    Raises
    ------
    ScenarioError
        If one cannot be used.
    """
    arms: list[Arm] = []
    first: str | Path | Loaded[Scenario] = ""
    for name, scenario, own in written:
        given = scenario or first
        first = first or given
        loaded = change(given, [*sets, *own])
        called = name or loaded.scenario.name
        taken = sum(arm.name.partition(" (again")[0] == called for arm in arms)
        again = f" (again, {taken + 1})" if taken > 1 else " (again)"
        arms.append(Arm(f"{called}{again}" if taken else called, loaded))
    return arms


def parts_of(text: str) -> tuple[str, list[str]]:
    """Read ``NAME``, ``NAME[KEY=VALUE; ...]`` or ``[KEY=VALUE]``: the name and the changes.

    Raises
    ------
    ScenarioError
        If it looks like a change without its brackets.
    """
    match = WRITTEN.fullmatch(text)
    if match is None:
        if text.startswith("[") or ("=" in text and not text.endswith((".yaml", ".yml"))):
            change = "[" + text.strip("[]") + "]"
            message = f"a change is written in brackets, and in quotes: '{change}'"
            raise refuse(Position(text), (), message, value=text)
        return text, []
    return match[1].strip(), [part.strip() for part in match[2].split(";") if part.strip()]


def change(scenario: str | Path | Loaded[Scenario], sets: Sequence[str]) -> Loaded[Scenario]:
    """Load a scenario, or take one that is loaded, with changes written ``KEY=VALUE``."""
    if isinstance(scenario, Loaded):
        return with_sets(scenario, sets) if sets else scenario
    return load(scenario, sets)


def run_arms(
    arms: Sequence[Arm],
    *,
    replications: int,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> list[Results]:
    """Run replications 1 to `replications` of each arm, as `run` does.

    Returns
    -------
    list of Results
        Of each arm in order. Ctrl-C ends it: then the last has fewer replications, and those after
        it are missing.
    """
    asked = replications * len(arms)
    done: list[Results] = []
    for number, arm in enumerate(arms):

        def show(count: int, _: int, before: int = number * replications) -> None:
            if on_done is not None:
                on_done(before + count, asked)

        done.append(
            run(
                arm.loaded,
                replications=replications,
                seed=seed,
                jobs=jobs,
                on_done=show,
                store=store,
                engine=engine,
            )
        )
        if done[-1].interrupted:
            break
    return done
