"""What the Python interface shares: reading what is asked, saying what is wrong, making tables."""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.experiment.arms import Written, change, parts_of
from sim.experiment.compare import CannotCompareError
from sim.experiment.engines import engine_of
from sim.experiment.store import Store
from sim.experiment.vary import SweepError, as_text
from sim.scenario import Loaded, Problem, ScenarioError
from sim.scenario.schema import Scenario
from sim.service.check import cautions
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    import pandas as pd

AScenario = str | Path | Loaded[Scenario]
Sets = Mapping[str, Any] | Iterable[str]
Progress = bool | Callable[[int, int], None]
NUMBERS = frozenset(
    {
        *("mean", "lower", "upper", "p5", "p95"),
        *("first_mean", "other_mean", "change", "variance_ratio"),
    }
)


def ready(scenario: AScenario, sets: Sets, horizon: str | None) -> Loaded[Scenario]:
    """Load a scenario with changes, and check that its parts fit together."""
    loaded = change(scenario, texts(sets, horizon))
    compile_plans(loaded)
    return loaded


def texts(sets: Sets, horizon: str | None) -> list[str]:
    """Write changes as after ``--set``; the horizon comes last, as it does there."""
    if isinstance(sets, str):
        sets = [sets]
    if isinstance(sets, Mapping):
        sets = [f"{key}={as_text(value)}" for key, value in sets.items()]
    return [*sets, *([f"horizon={horizon}"] if horizon else [])]


def written(
    scenarios: Sequence[AScenario | Mapping[str, Any]], names: Sequence[str] | None
) -> Iterator[Written]:
    """Say of each scenario what it is called, what it is, and the changes to it alone."""
    first = scenarios[0]
    if isinstance(first, Mapping):
        raise refused("scenarios", "the first is a scenario; changes come after it")
    head = parts_of(first)[0] if isinstance(first, str) else first
    base = head.scenario.name if isinstance(head, Loaded) else str(head)
    for place, given in enumerate(scenarios):
        named = None if names is None else names[place]
        if isinstance(given, Mapping):
            own = texts(given, None)
            yield named or f"{base}[{'; '.join(own)}]", "", own
        elif isinstance(given, str):
            name, own = parts_of(given)
            yield named or (given if name else f"{base}{given}"), name, own
        else:
            yield named, given, ()


def running(
    replications: int, seed: int, jobs: int | None, store: bool, cluster: str | None
) -> dict[str, Any]:
    """Check how something is to be run."""
    if jobs is not None and cluster is not None:
        raise refused("cluster", "a cluster has its own number of jobs: leave out 'jobs'")
    return {
        "engine": engine_of(cluster),
        "replications": whole("replications", replications, 1),
        "seed": whole("seed", seed, 0),
        "jobs": None if jobs is None else whole("jobs", jobs, 1),
        "store": Store() if store else None,
    }


def whole(name: str, value: Any, least: int) -> int:
    """Check that something is a whole number, NumPy's too, and large enough."""
    if not isinstance(value, bool):
        try:
            number = operator.index(value)
        except TypeError:
            number = least - 1
        if number >= least:
            return number
    raise refused(name, f"should be a whole number of at least {least}, not {value!r}")


def refused(name: str, message: str) -> ScenarioError:
    """Make the error that says what is wrong with an argument, a problem for each line."""
    return ScenarioError([Problem(name, 0, 0, "", line) for line in message.split("\n")])


@contextmanager
def said(name: str) -> Iterator[None]:
    """Say what is wrong with an experiment in the same way as what is wrong with a scenario."""
    try:
        yield
    except (SweepError, CannotCompareError) as refusal:
        raise refused(name, str(refusal)) from None


@contextmanager
def telling(progress: Progress) -> Iterator[Callable[[int, int], None] | None]:
    """Give what is to be told how far it has come, if anybody is."""
    if callable(progress) or not progress:
        yield progress or None
        return
    from sim.commands.progress import Progress as Shown

    shown = Shown()
    try:
        yield shown
    finally:
        shown.close()


def stop_if(interrupted: bool, done: int, asked: int, store: bool) -> None:
    """Pass Ctrl-C on: a table of fewer futures than were asked for would be taken for the whole."""
    if interrupted:
        kept = "; they are kept, and the same call goes on from there" if store else ""
        raise KeyboardInterrupt(f"{done} of {asked} possible futures were finished{kept}")


def warn(scenarios: Iterable[Loaded[Scenario]]) -> None:
    """Say what is odd, once, where the interface was called."""
    for text in dict.fromkeys(str(each) for loaded in scenarios for each in cautions(loaded)):
        warnings.warn(text, stacklevel=3)


def table(columns: Mapping[str, Sequence[Any]]) -> pd.DataFrame:
    """Make a data frame; what has no value is NaN, in a column of numbers."""
    import pandas as pd

    frame = pd.DataFrame(columns)
    numbers = [name for name in columns if name in NUMBERS]
    return frame.astype(dict.fromkeys(numbers, float))
