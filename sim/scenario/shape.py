"""What a model allows at each path: its names, its leaves, its units."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.errors import Path
from sim.scenario.sourced import Unit


@dataclass(frozen=True)
class Shape:
    """What may stand at one place: its types (more than one for a choice), unit, description."""

    types: tuple[Any, ...]
    unit: Unit | None = None
    description: str = ""

    @property
    def is_leaf(self) -> bool:
        """Whether a value here is one thing, which is replaced as a whole."""
        return self.unit is not None

    def fields(self) -> dict[str, Shape]:
        """Give the named fields, when this is a model."""
        found: dict[str, Shape] = {}
        for model in self.types:
            if isinstance(model, type) and issubclass(model, BaseModel):
                found.update(_fields_of(model))
        return found

    def items(self) -> Shape | None:
        """Give what each value of a mapping, or item of a list, may be."""
        for kind in self.types:
            origin, inside = get_origin(kind), get_args(kind)
            if inside and origin in (dict, Mapping):
                return _shape(inside[1], (), self.description)
            if inside and origin in (list, tuple, set, frozenset):
                return _shape(inside[0], (), self.description)
        return None

    def child(self, key: str | int) -> Shape | None:
        """Give what may stand under a key, or None if nothing may."""
        if self.is_leaf:
            return None
        return self.fields().get(str(key)) or self.items()

    def allowed(self) -> str:
        """Say in a few words what may be written here."""
        if self.unit:
            return self.unit.allowed
        words = []
        for kind in self.types:
            if get_origin(kind) is Literal:
                words += [str(item) for item in get_args(kind)]
            elif kind in _WORDS:
                words.append(_WORDS[kind])
        return ", ".join(words)


@cache
def _fields_of(model: type[BaseModel]) -> Mapping[str, Shape]:
    """Give the named fields of a model: worked out once, because loading asks for them often."""
    return {
        field.alias or name: _shape(field.annotation, field.metadata, field.description or "")
        for name, field in model.model_fields.items()
    }


_WORDS = {bool: "true, false", int: "a whole number", float: "a number"}


def root(model: type[BaseModel]) -> Shape:
    """Give the shape of a whole scenario."""
    return Shape((model,))


def follow(model: type[BaseModel], path: Path) -> Shape | None:
    """Give what may stand at a path, or None if the model has no such path."""
    here: Shape | None = root(model)
    for key in path:
        here = here and here.child(key)
    return here


def leaf_predicate(model: type[BaseModel]) -> Callable[[Path], bool]:
    """Make the test of whether a path is a single value that is replaced as a whole.

    Parameters
    ----------
    model
        The root model of a scenario.
    """

    def is_leaf(path: Path) -> bool:
        shape = follow(model, path)
        return shape is not None and shape.is_leaf

    return is_leaf


def paths(data: Any, shape: Shape | None, path: Path = ()) -> Iterator[Path]:
    """List every path that can be set: all that the data has, and the model's other fields."""
    if path:
        yield path
    if isinstance(data, Mapping):
        for key, item in data.items():
            yield from paths(item, shape and shape.child(key), (*path, key))
    elif isinstance(data, list) and not (shape and shape.is_leaf):
        for index, item in enumerate(data):
            yield from paths(item, shape and shape.child(index), (*path, index))
    if shape and shape.is_leaf and not (isinstance(data, Mapping) and "value" in data):
        yield (*path, "value")
    if shape and not shape.is_leaf and not isinstance(data, list):
        given = data if isinstance(data, Mapping) else {}
        yield from _unset(shape, path, given, 3)


def _unset(shape: Shape, path: Path, given: Mapping[str, Any], depth: int) -> Iterator[Path]:
    for name, field in shape.fields().items():
        if name not in given:
            yield (*path, name)
            if depth and not field.is_leaf:
                yield from _unset(field, (*path, name), {}, depth - 1)


def _shape(annotation: Any, metadata: Any, description: str) -> Shape:
    unit = _unit(metadata)
    kinds = []
    for part in _alternatives(annotation):
        kind = part
        if get_origin(part) is Annotated:
            unit = unit or _unit(part.__metadata__)
            kind = part.__origin__
        kinds.append(kind)
    return Shape(tuple(kinds), unit, description)


def _alternatives(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Union or origin is types.UnionType:
        for part in get_args(annotation):
            yield from _alternatives(part)
    elif origin is Annotated and get_origin(annotation.__origin__) in (Union, types.UnionType):
        yield from _alternatives(annotation.__origin__)
    elif annotation is not type(None):
        yield annotation


def _unit(metadata: Any) -> Unit | None:
    units = [item for item in metadata if isinstance(item, Unit)]
    return units[-1] if units else None
