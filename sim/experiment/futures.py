"""Possible futures of many scenarios, of which only a few numbers are kept.

A future takes a thousand times the room of its headlines, and an experiment with the inputs of a
scenario looks at hundreds of scenarios: each future is looked at when it is done, and let go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from sim.experiment.engines import Engine, Task, Work, on_this_machine
from sim.experiment.headlines import Headline
from sim.experiment.replication import replicate
from sim.experiment.store import Store, content_of

if TYPE_CHECKING:
    from sim.experiment.replication import Replication
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

Values = tuple[float | None, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Setting:
    """A scenario and the numbers of the replications wanted of it."""

    loaded: Loaded[Scenario]
    numbers: Sequence[int]


def look_at(
    settings: Sequence[Setting],
    wanted: Sequence[Headline],
    *,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> list[dict[int, Values]]:
    """Run every setting and give the measures wanted in each of its futures.

    Ctrl-C (``KeyboardInterrupt``) ends it; what was finished is in the store, if there is one.

    Parameters
    ----------
    settings
        The scenarios with the replications wanted of each.
    wanted
        The measures.
    seed, jobs, store, engine
        As for `sim.experiment.run`.
    on_done
        Told how many replications are done, and how many there are.

    Returns
    -------
    list of dict
        For each setting, by the number of the replication, the measures in the order wanted.
    """

    def values(_: int, replication: Replication) -> Values:
        return tuple(headline.value(replication) for headline in wanted)

    return each_future(
        settings, values, seed=seed, jobs=jobs, on_done=on_done, store=store, engine=engine
    )


def each_future(
    settings: Sequence[Setting],
    look: Callable[[int, Replication], T],
    *,
    seed: int,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> list[dict[int, T]]:
    """Run every setting and give what `look` finds in each of its futures.

    Parameters
    ----------
    settings, seed, jobs, on_done, store, engine
        As for `look_at`.
    look
        Called in this process with the place of the setting and each of its futures when done.

    Returns
    -------
    list of dict
        For each setting, by the number of the replication.
    """
    found: list[dict[int, T]] = [{} for _ in settings]
    contents = [content_of(s.loaded) if store is not None else "" for s in settings]

    def keep(place: int, replication: Replication) -> None:
        found[place][replication.number] = look(place, replication)

    tasks = []
    for place, setting in enumerate(settings):
        for number in setting.numbers:
            kept = store.get(contents[place], seed, number) if store is not None else None
            if kept is None:
                tasks.append(Task(place, number))
            else:
                keep(place, kept)
    asked = sum(len(setting.numbers) for setting in settings)
    work = Work([setting.loaded for setting in settings], seed, tasks, replicate)
    with closing((engine or on_this_machine(jobs, len(tasks)))(work)) as source:  # type: ignore[type-var]
        for done in source:
            if done is not None:
                if store is not None:
                    store.put(contents[done.task.scenario], seed, done.result)
                keep(done.task.scenario, done.result)
            if on_done is not None:
                on_done(sum(map(len, found)), asked)
    return found
