"""What changes if nothing is done, and if each option is adopted: the coming three years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.experiment.arms import WRITTEN, Arm, parts_of, run_arms
from sim.experiment.compare import Comparison, check_arms, pair_up
from sim.experiment.run import Results
from sim.review.next_year import moved_on
from sim.scenario import Loaded, available, load, with_sets
from sim.scenario.errors import Position, refuse
from sim.scenario.schema import Scenario
from sim.service.check import check

if TYPE_CHECKING:
    from sim.review.forecast import How

YEARS = "3 years"
NOTHING_CHANGES = "If nothing changes"
FUTURES = 20


@dataclass(frozen=True)
class Option:
    """Something that could be done.

    Attributes
    ----------
    name
        What it is called.
    scenario
        Another scenario; empty for the service as it is, with changes.
    sets
        Its changes, ``KEY=VALUE``.
    """

    name: str
    scenario: str
    sets: tuple[str, ...]


@dataclass(frozen=True)
class Coming:
    """The coming years.

    Attributes
    ----------
    now
        The baseline: nothing is changed.
    accepted
        What of last year's counts it takes up, by name.
    options
        What could be done, in the order in which it was asked for.
    results
        Of the baseline and of each option.
    comparisons
        Of the baseline with each option, future by future.
    """

    now: Loaded[Scenario]
    accepted: tuple[str, ...]
    options: tuple[Option, ...]
    results: tuple[Results, ...]
    comparisons: tuple[Comparison, ...]


def read_option(text: str) -> Option:
    """Read ``NAME[KEY=VALUE; ...]``, as for ``caseload compare``.

    The name is that of a scenario; without one, or with one that has a space in it (which is then
    what the option is called), it is the service as it is with changes.

    Raises
    ------
    ScenarioError
        If it is neither.
    """
    name, sets = parts_of(text)
    known = {each for each, _, _ in available()}
    if name in known or name.endswith((".yaml", ".yml")):
        return Option(text, name, tuple(sets))
    if not sets:
        said = "say what changes: 'Two posts more[KEY=VALUE; KEY=VALUE]', or name a scenario"
        raise refuse(Position(f"--option {text}"), (), said, allowed=sorted(known))
    if name and " " not in name:
        said = (
            f"there is no scenario called '{name}'; what an option is called has a space in it, "
            "such as 'Two posts more[KEY=VALUE]'"
        )
        raise refuse(Position(f"--option {text}"), (), said, allowed=sorted(known))
    written = WRITTEN.fullmatch(text)
    return Option(name or (written[2].strip() if written else text), "", tuple(sets))


def arms_of(now: Loaded[Scenario], options: Sequence[Option]) -> tuple[Arm, ...]:
    """Make the scenarios: what is begins on the same day in all of them.

    Raises
    ------
    ScenarioError
        If an option cannot be used.
    """
    first = with_sets(now, [f"horizon={YEARS}"])
    check(first)
    arms = [Arm(NOTHING_CHANGES, first)]
    for option in options:
        if option.scenario:
            other = moved_on(load(option.scenario), now.scenario.start)
            loaded = with_sets(other, [f"horizon={YEARS}", *option.sets])
        else:
            loaded = with_sets(first, option.sets)
        check(loaded)
        arms.append(Arm(option.name, loaded))
    check_arms(arms)
    return tuple(arms)


def coming(
    now: Loaded[Scenario],
    accepted: Sequence[str],
    options: Sequence[Option],
    how: How,
    *,
    futures: int,
    on_done: Callable[[int, int], None] | None = None,
) -> Coming:
    """Run the coming years as they are and with each option, on the same futures.

    Raises
    ------
    KeyboardInterrupt
        If it is stopped: half a comparison is of no use in a document.
    """
    arms = arms_of(now, options)
    results = run_arms(
        arms,
        replications=futures,
        seed=how.seed,
        jobs=how.jobs,
        on_done=on_done,
        store=how.store,
        engine=how.engine,
    )
    if results[-1].interrupted:
        raise KeyboardInterrupt
    return Coming(
        now=arms[0].loaded,
        accepted=tuple(accepted),
        options=tuple(options),
        results=tuple(results),
        comparisons=tuple(
            pair_up(results[0], found, arms[0].name, arm.name)
            for arm, found in zip(arms[1:], results[1:], strict=True)
        ),
    )
