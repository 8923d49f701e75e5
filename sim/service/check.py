"""Whether the parts of a scenario fit together, said in the user's words.

The checks themselves are in `checks`, one module for each subject. They look at one scenario:
that of the first day, then that after each dated change. Here what they find is put where it
was written: its own line, or the line of the change that brought it about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, TypeVar

from sim.scenario import schema
from sim.scenario.errors import (
    Caution,
    Path,
    Position,
    Positions,
    Problem,
    ScenarioError,
    dotted,
    locate,
    nearest,
)
from sim.scenario.layers import find_path
from sim.scenario.load import Loaded
from sim.service.checks.attached_work import check_attached_work
from sim.service.checks.caseload import blanks, check_caseload
from sim.service.checks.changes import check_change, check_dates
from sim.service.checks.coming_back import check_coming_back
from sim.service.checks.conditions import check_conditions
from sim.service.checks.desks import check_desks
from sim.service.checks.early_help import check_early_help
from sim.service.checks.finding import Finding
from sim.service.checks.growing_up import check_growing_up
from sim.service.checks.names import check_names
from sim.service.checks.need_events import check_need_events
from sim.service.checks.numbers import check_day_one, check_numbers
from sim.service.checks.odd import odd
from sim.service.checks.open_to_review import check_open_to_review, check_rules, check_turns
from sim.service.checks.order import check_order
from sim.service.checks.people import check_people
from sim.service.checks.posts import check_posts, check_staffed
from sim.service.checks.safeguarding import check_safeguarding
from sim.service.checks.tasks import check_tasks
from sim.service.checks.transfers import check_transfers
from sim.service.checks.units import check_qualified, check_units
from sim.service.checks.upkeep import check_upkeep

Check = Callable[[schema.Scenario], Iterable[Finding]]
Placed = tuple[Position, Path, Finding]
R = TypeVar("R", Problem, Caution)


def check(loaded: Loaded[schema.Scenario]) -> None:
    """Refuse a scenario whose parts do not fit.

    Raises
    ------
    ScenarioError
        With every problem found, in the order of the file.
    """
    found = chain(_everywhere(loaded, _problems), _of_the_run(loaded))
    made = [_said(Problem, *item) for item in found]
    if made:
        raise ScenarioError(sorted(made, key=lambda item: (item.file, item.line, item.column)))


def cautions(loaded: Loaded[schema.Scenario]) -> tuple[Caution, ...]:
    """List what is odd in a scenario that can be used, with what the loader found odd.

    Parameters
    ----------
    loaded
        A scenario that `check` lets pass.
    """
    found = chain(_everywhere(loaded, odd), (_by_file(loaded, f) for f in blanks(loaded.scenario)))
    made = [_said(Caution, *item) for item in found]
    made.sort(key=lambda item: (item.file, item.line, item.column))
    return (*loaded.cautions, *made)


def _problems(scenario: schema.Scenario) -> Iterator[Finding]:
    wrong_names = list(check_names(scenario))
    yield from wrong_names
    yield from check_posts(scenario)
    yield from check_tasks(scenario)
    yield from check_rules(scenario)
    yield from check_conditions(scenario)
    yield from check_order(scenario)
    yield from check_turns(scenario)
    yield from check_open_to_review(scenario)
    yield from check_growing_up(scenario)
    yield from check_transfers(scenario)
    yield from check_attached_work(scenario)
    yield from check_numbers(scenario)
    yield from check_people(scenario)
    yield from check_need_events(scenario)
    yield from check_safeguarding(scenario)
    yield from check_caseload(scenario)
    yield from check_coming_back(scenario)
    yield from check_early_help(scenario)
    yield from check_desks(scenario)
    yield from check_units(scenario)
    yield from check_qualified(scenario)
    yield from check_upkeep(scenario)
    if not wrong_names:
        yield from check_day_one(scenario)


def _said(kind: type[R], place: Position, path: Path, finding: Finding) -> R:
    value = finding.value
    hint = nearest(value, finding.allowed) if isinstance(value, str) else None
    return kind(*place, dotted(path), finding.message, value, finding.allowed, hint)


def _everywhere(loaded: Loaded[schema.Scenario], look: Check) -> Iterator[Placed]:
    """Look at the first day, and for what is new after each dated change."""
    told = set()
    for finding in look(loaded.scenario):
        told.add((finding.path, finding.message))
        yield _by_file(loaded, finding)
    for number, changed in enumerate(loaded.changes):
        for finding in look(changed.scenario):
            if (finding.path, finding.message) not in told:
                told.add((finding.path, finding.message))
                yield _by_change(loaded, number, finding)


def _of_the_run(loaded: Loaded[schema.Scenario]) -> Iterator[Placed]:
    """Look at what only the whole run shows."""
    if not any(True for _ in check_numbers(loaded.scenario)):
        for finding in check_dates(loaded.scenario):
            yield _by_file(loaded, finding)
    for finding in check_staffed([loaded.scenario, *(item.scenario for item in loaded.changes)]):
        yield _by_file(loaded, finding)
    before = loaded.scenario
    for number, changed in enumerate(loaded.changes):
        for finding in check_change(before, changed.scenario):
            yield _by_change(loaded, number, finding)
        before = changed.scenario


def _by_file(loaded: Loaded[schema.Scenario], finding: Finding) -> Placed:
    """Put a finding where it was written: of several causes, the one in the user's own file."""
    positions = loaded.positions
    path = _written(positions, finding.path)
    if not _is_own(loaded, locate(positions, path)):
        for other in finding.related:
            if other in positions and _is_own(loaded, positions[other]):
                value = _value(loaded.data, other)
                finding = Finding(other, finding.message, value, finding.allowed)
                return positions[other], other, finding
    return locate(positions, path), path, finding


def _is_own(loaded: Loaded[schema.Scenario], place: Position) -> bool:
    return not place.line or place.file == loaded.files[-1]


def _value(data: Any, path: Path) -> Any:
    """Give what was written at a path, if it is a plain value."""
    for key in path:
        data = data[key]
    if isinstance(data, dict):
        data = data.get("value")
    return data if isinstance(data, str | int | float) else None


def _written(positions: Positions, path: Path) -> Path:
    """Give a path as it was written: shares with a source lie under 'value'."""
    for length in range(len(path) - 1, 0, -1):
        inside = (*path[:length], "value", *path[length:])
        if inside in positions:
            return inside
    return path


def _by_change(loaded: Loaded[schema.Scenario], number: int, finding: Finding) -> Placed:
    """Put what a dated change brought about at the line of the change."""
    entries = sorted(enumerate(loaded.scenario.changes), key=lambda pair: pair[1].on)
    index, change = entries[number]
    data = loaded.changes[number - 1].data if number else loaded.data
    causes = (finding.path, *finding.related)
    written: list[tuple[int, Position]] = []
    for key in change.set:
        place = locate(loaded.positions, ("changes", index, "set", key))
        try:
            path = find_path(data, key, schema.Scenario, place)
        except ScenarioError:  # it names what an earlier key of this change has made
            path = tuple(key.split("."))
        ranks = [rank for rank, cause in enumerate(causes) if _overlap(path, cause)]
        written.append((min(ranks, default=len(causes)), place))
    place = min(written, key=lambda pair: pair[0])[1]
    message = f"after the change of {change.on.isoformat()}: {finding.message}"
    moved = Finding(finding.path, message, finding.value, finding.allowed)
    return place, finding.path, moved


def _overlap(one: Path, other: Path) -> bool:
    pairs = zip(one, other, strict=False)
    return all(str(here) == str(there) for here, there in pairs)
