"""Laying scenarios over each other: ``extends`` and ``--set``."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel

from sim.scenario.distribution import KINDS
from sim.scenario.errors import (
    Path,
    Position,
    Positions,
    Problem,
    ScenarioError,
    dotted,
    locate,
    problem,
    refuse,
)
from sim.scenario.shape import leaf_predicate, paths, root
from sim.scenario.source import Source, read_value
from sim.scenario.sourced import PROVENANCE

IsLeaf = Callable[[Path], bool]

NOT_SETTABLE = ("extends", "changes")


def merge(base: Source, over: Source, is_leaf: IsLeaf | None = None) -> Source:
    """Lay one scenario over another.

    Mappings merge by key; lists and single values replace; ``null`` removes a key.

    Parameters
    ----------
    base, over
        What is below and what is laid over it. Neither is changed.
    is_leaf
        Whether the mapping at a path is a single value (a number with its source, a distribution,
        shares by name), which replaces as a whole. Without it, told by its keys.

    Returns
    -------
    Source
        The merged data; each part keeps the position at which it was written.
    """
    work = _Merge(over.positions, is_leaf)
    data = work.mapping(base.data, over.data, ())
    if work.problems:
        raise ScenarioError(work.problems)
    positions = _without(base.positions, work.replaced)
    positions.update(_without(over.positions, work.removed))
    return Source(data, positions)


class _Merge:
    def __init__(self, positions: Positions, is_leaf: IsLeaf | None) -> None:
        self.positions, self.is_leaf = positions, is_leaf
        self.replaced: set[Path] = set()
        self.removed: set[Path] = set()
        self.problems: list[Problem] = []

    def mapping(self, base: Mapping[str, Any], over: Mapping[str, Any], path: Path) -> Any:
        merged = dict(base)
        for key, value in over.items():
            here = (*path, key)
            if value is None:
                self.remove(merged, key, here)
            elif isinstance(value, Mapping) and not self.leaf(here, value):
                below = base.get(key)
                keep = isinstance(below, Mapping) and not self.leaf(here, below)
                if not keep:
                    self.replaced.add(here)
                merged[key] = self.mapping(below if keep and below else {}, value, here)
            else:
                self.replaced.add(here)
                merged[key] = value
        return merged

    def leaf(self, path: Path, value: Mapping[str, Any]) -> bool:
        if self.is_leaf is not None:
            return self.is_leaf(path)
        return "value" in value or bool(set(value) & set(KINDS))

    def remove(self, merged: dict[str, Any], key: str, path: Path) -> None:
        if key not in merged:
            message = "nothing is given here; write a value, or leave the line out"
            self.problems.append(problem(locate(self.positions, path), path, message))
            return
        del merged[key]
        self.replaced.add(path)
        self.removed.add(path)


def _without(positions: Positions, gone: set[Path]) -> Positions:
    return {
        path: place
        for path, place in positions.items()
        if not any(path[:length] in gone for length in range(1, len(path) + 1))
    }


def find_path(data: Mapping[str, Any], key: str, model: type[BaseModel], place: Position) -> Path:
    """Find the one path a key names: written in full, or an ending that only one path has.

    Parameters
    ----------
    data
        The scenario.
    key
        A dotted key.
    model
        The root model.
    place
        Where the key was written.
    """
    tokens = tuple(key.split("."))
    texts = {tuple(map(str, path)): path for path in paths(data, root(model))}
    texts = {text: path for text, path in texts.items() if text[0] not in NOT_SETTABLE}
    if tokens in texts:
        return texts[tokens]
    found = [text for text in texts if text[-len(tokens) :] == tokens]
    if len(found) == 1:
        return texts[found[0]]
    if found:
        message = f"'{key}' could be any of {len(found)}; write more of it"
        names = [dotted(text) for text in found[:10]] + ["..."] * (len(found) > 10)
        raise refuse(place, tokens, message, allowed=names)
    if tokens[0] in NOT_SETTABLE:
        raise refuse(place, tokens, f"'{tokens[0]}' cannot be set; write it in a file")
    names = _nearest_paths(tokens, list(texts))
    text = f"nothing is called '{key}'"
    if names:
        text += "; the nearest are " + ", ".join(names)
    raise refuse(place, tokens, text, hint=None)


def _nearest_paths(tokens: tuple[str, ...], texts: list[tuple[str, ...]]) -> list[str]:
    endings: dict[str, str] = {}
    for text in texts:
        for ending in (text, text[-len(tokens) :]):
            endings.setdefault(dotted(ending), dotted(text))
    close = difflib.get_close_matches(dotted(tokens), list(endings), n=3, cutoff=0.6)
    return list(dict.fromkeys(endings[name] for name in close))


def apply_set(
    data: Mapping[str, Any], positions: Positions, text: str, root_model: type[BaseModel]
) -> Source:
    """Apply one ``--set KEY=VALUE``.

    Parameters
    ----------
    data, positions
        The scenario so far; not changed.
    text
        ``KEY=VALUE``: a dotted key (or an ending only one key has) and a value in YAML syntax.
        ``null`` removes.
    root_model
        The model that says what keys there may be.

    Returns
    -------
    Source
        The new data; a number so set has the grade ``entered`` and no source or note.
    """
    key, equals, value = text.partition("=")
    place = Position(f"--set {text}")
    if not equals or not key.strip():
        raise refuse(place, (), "write KEY=VALUE, for example horizon='2 years'")
    path = find_path(data, key.strip(), root_model, place)
    raw = read_value(value, str(place))
    return set_value(Source(dict(data), positions), path, raw, root_model, place, "entered")


def set_value(
    source: Source,
    path: Path,
    raw: Any,
    model: type[BaseModel],
    place: Position,
    grade: str | None = None,
) -> Source:
    """Set what is at a path; see `apply_set`, of which this is the part after reading."""
    path, raw = _as_leaf(source.data, path, raw, model, grade)
    positions = {at: where for at, where in source.positions.items() if at[: len(path)] != path}
    if raw is None:
        if _get(source.data, path) is None:
            raise refuse(place, path, "there is nothing here to remove")
        return Source(_put(source.data, path, None), positions)
    inside: Positions = {(*path, *below): place for below in paths(raw, None)}
    below = _get(source.data, path)
    if isinstance(raw, Mapping) and not leaf_predicate(model)(path):
        is_leaf = leaf_predicate(model)
        under = Source(below if isinstance(below, dict) else {}, {})
        over = Source(dict(raw), {at[len(path) :]: where for at, where in inside.items()})
        raw = merge(under, over, lambda at: is_leaf((*path, *at))).data
        positions = dict(source.positions)
    return Source(_put(source.data, path, raw), positions | inside | {path: place})


def _as_leaf(
    data: Mapping[str, Any], path: Path, raw: Any, model: type[BaseModel], grade: str | None
) -> tuple[Path, Any]:
    """Turn setting a number, or part of one, into setting the whole of it with its grade."""
    is_leaf = leaf_predicate(model)
    ends = [length for length in range(1, len(path) + 1) if is_leaf(path[:length])]
    if not ends or raw is None:
        return path, raw
    at = path[: ends[0]]
    rest = path[ends[0] :]
    if rest and rest != ("value",):
        whole = _put(_get(data, at), rest, raw)
        if rest[0] in PROVENANCE:
            return at, whole
        raw = {key: item for key, item in whole.items() if key not in PROVENANCE}
        raw = raw.get("value", raw)
    if isinstance(raw, Mapping) and ("value" in raw or set(raw) & set(PROVENANCE)):
        return at, ({"grade": grade} if grade else {}) | dict(raw)
    return at, {"value": raw, "grade": grade} if grade else raw


def _get(data: Any, path: Path) -> Any:
    for key in path:
        try:
            data = data[key]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _put(data: Any, path: Path, value: Any) -> Any:
    """Give a copy with one thing set, or taken out if the value is None."""
    if not path:
        return value
    key, rest = path[0], path[1:]
    if isinstance(data, list):
        index = int(key)
        items = [_put(data[index], rest, value)] if rest or value is not None else []
        return [*data[:index], *items, *data[index + 1 :]]
    made = dict(data) if isinstance(data, Mapping) else {}
    if not rest and value is None:
        made.pop(str(key), None)
    else:
        made[str(key)] = _put(made.get(str(key)), rest, value)
    return made
