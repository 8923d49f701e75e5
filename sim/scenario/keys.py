"""Everything in a scenario that can be set, for ``caseload keys`` and the app's forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from sim.calendar import Duration
from sim.scenario.errors import dotted
from sim.scenario.layers import NOT_SETTABLE
from sim.scenario.shape import Shape, root
from sim.scenario.sourced import Sourced


@dataclass(frozen=True)
class Key:
    """One value that can be set.

    Attributes
    ----------
    path
        The dotted key, as ``--set`` takes it.
    unit
        ``hours``, ``per year``, ``text`` ...
    value
        The value now, in words; empty if it is not given.
    grade, source
        Where it comes from: its own, or else that of what encloses it.
    allowed
        What may be written.
    description
        What it is.
    sourced
        The value itself with its range, where it is one that may have a source.
    """

    path: str
    unit: str
    value: str
    grade: str | None = None
    source: str | None = None
    allowed: str = ""
    description: str = ""
    sourced: Sourced[Any] | None = None


def keys(scenario: BaseModel) -> list[Key]:
    """List all that can be set in a scenario.

    Parameters
    ----------
    scenario
        A loaded scenario.

    Returns
    -------
    list of Key
        In the order of the model.
    """
    return list(_keys(scenario, root(type(scenario)), (), _Origin()))


@dataclass(frozen=True)
class _Origin:
    source: str | None = None
    grade: str | None = None


def _keys(value: Any, shape: Shape, path: tuple[str, ...], origin: _Origin) -> Iterator[Key]:
    if isinstance(value, BaseModel):
        origin = _Origin(
            getattr(value, "source", None) or origin.source,
            getattr(value, "grade", None) or origin.grade,
        )
        for (name, inner), field in zip(
            shape.fields().items(), type(value).model_fields, strict=False
        ):
            if path or name not in NOT_SETTABLE:
                yield from _keys(getattr(value, field), inner, (*path, name), origin)
    elif isinstance(value, Mapping) and not shape.is_leaf:
        for name, item in value.items():
            yield from _keys(item, shape.items() or Shape(()), (*path, str(name)), origin)
    elif (
        isinstance(value, list | tuple)
        and not shape.is_leaf
        and any(isinstance(item, BaseModel) for item in value)
    ):
        for index, item in enumerate(value):
            yield from _keys(item, shape.items() or Shape(()), (*path, str(index)), origin)
    elif value is not None or shape.is_leaf or not shape.fields():
        yield _key(value, shape, path, origin)


def _key(value: Any, shape: Shape, path: tuple[str, ...], origin: _Origin) -> Key:
    unit = shape.unit.name if shape.unit else _unit(shape)
    sourced = value if isinstance(value, Sourced) else None
    if isinstance(value, Sourced):
        if value.grade or value.source:  # its own, and nothing of what encloses it
            origin = _Origin(value.source, value.grade)
        value = value.value
    elif value is None:
        origin = _Origin()
    return Key(
        path=dotted(path),
        unit=unit,
        value=_words(value, unit),
        grade=origin.grade,
        source=origin.source,
        allowed=shape.allowed(),
        description=shape.description,
        sourced=sourced,
    )


def _unit(shape: Shape) -> str:
    names = {bool: "yes or no", int: "number", float: "number", str: "text"}
    names |= {date: "date", Duration: "interval"}
    for kind in shape.types:
        if kind in names:
            return names[kind]
    return "choice" if shape.allowed() else "list" if shape.items() else "text"


def _words(value: Any, unit: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(item, 'share')}" for name, item in value.items())
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        if len(value) == 1:
            return str(value[0][0])
        return ", ".join(f"{name} {_words(item, 'share')}" for name, item in value)
    if unit == "CSV file":
        return f"{len(value)} children" if value else ""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_words(item, "") for item in value) + "]"
    if isinstance(value, float):
        return f"{value * 100:.6g}%" if unit == "share" else f"{value:.10g}"
    return str(value)
