"""Changes on a date within the run: the whole scenario from each date on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from sim.scenario.errors import Path, Position, Positions, Problem, ScenarioError, locate, refuse
from sim.scenario.explain import validate
from sim.scenario.layers import find_path, set_value
from sim.scenario.source import Source

M = TypeVar("M", bound=BaseModel)
NOT_CHANGEABLE = (
    *("name", "title", "description", "review", "start", "horizon", "calendar", "day_one"),
)


@dataclass(frozen=True)
class Changed(Generic[M]):
    """The whole scenario from a date on.

    Attributes
    ----------
    on
        The date.
    scenario
        The scenario with this change and all earlier ones, without ``changes``.
    data
        The same as plain data.
    """

    on: date
    scenario: M
    data: dict[str, Any]


def resolved_changes(source: Source, model: type[M]) -> tuple[Changed[M], ...]:
    """Work out the scenario after each dated change.

    Parameters
    ----------
    source
        A valid scenario; its ``changes`` are a list of ``{on: date, set: {key: value}}``.
    model
        The root model.

    Returns
    -------
    tuple of Changed
        By date; those of one date in the order of the file.

    Raises
    ------
    ScenarioError
        If a key matches nothing, may not change during a run, is given twice for a date, or makes
        the scenario invalid: at the line of the change.
    """
    entries = list(enumerate(source.data.get("changes", ())))
    now = Source({k: v for k, v in source.data.items() if k != "changes"}, source.positions)
    made: list[Changed[M]] = []
    seen: dict[tuple[date, Path], Path] = {}
    for index, entry in sorted(entries, key=lambda pair: _date(pair[1]["on"])):
        on = _date(entry["on"])
        for key, raw in entry["set"].items():
            written = ("changes", index, "set", key)
            place = locate(source.positions, written)
            path = find_path(now.data, key, model, place)
            _check_change(path, place, seen.get((on, path)), source.positions)
            seen[on, path] = written
            now = set_value(now, path, raw, model, place)
        made.append(Changed(on, _checked(now, model, on, entry, index, source), now.data))
    return tuple(made)


def _check_change(path: Path, place: Position, before: Path | None, positions: Positions) -> None:
    if path[0] in NOT_CHANGEABLE:
        raise refuse(place, path, f"'{path[0]}' cannot change during a run")
    if before is not None:
        line = locate(positions, before).line
        raise refuse(place, path, f"is changed twice on one day: first on line {line}")


def _checked(
    now: Source, model: type[M], on: date, entry: Mapping[str, Any], index: int, source: Source
) -> M:
    try:
        return validate(now, model)
    except ScenarioError as error:
        written = [locate(source.positions, ("changes", index, "set", key)) for key in entry["set"]]
        raise ScenarioError([_moved(item, written, on) for item in error.problems]) from None


def _moved(item: Problem, written: list[Position], on: date) -> Problem:
    place = Position(item.file, item.line, item.column)
    if place not in written and written:
        place = written[0]
    message = f"after the change of {on.isoformat()}: {item.message}"
    return replace(item, file=place.file, line=place.line, column=place.column, message=message)


def _date(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(str(value))
