"""Loading a scenario by name, path or text, with everything it extends and every ``--set``."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

import yaml
from pydantic import BaseModel

from sim.scenario.caseload import with_caseload
from sim.scenario.changes import Changed, resolved_changes
from sim.scenario.errors import Caution, Position, Positions, dotted, locate, refuse
from sim.scenario.explain import validate
from sim.scenario.find import Text, files_in, find, standard_folders
from sim.scenario.layers import apply_set, merge
from sim.scenario.shape import leaf_predicate
from sim.scenario.source import Source, read

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Loaded(Generic[M]):
    """A scenario ready to be compiled.

    Attributes
    ----------
    scenario
        The frozen model, as on the first day.
    changes
        The whole scenario after each dated change, by date.
    cautions
        What is odd but can be used.
    data
        The merged plain data: everything extended, every ``--set`` applied.
    positions
        Where each part of the data was written.
    digest
        SHA-256 of the checked data: the same for the same scenario, however it is written.
    files
        The files read, the furthest ancestor first.
    """

    scenario: M
    changes: tuple[Changed[M], ...]
    cautions: tuple[Caution, ...]
    data: dict[str, Any]
    positions: Positions
    digest: str
    files: tuple[str, ...]


@overload
def load(
    name_or_path: str | FilePath,
    sets: Iterable[str] = ...,
    *,
    search: Sequence[Traversable] | None = ...,
) -> Loaded[Scenario]: ...
@overload
def load(
    name_or_path: str | FilePath,
    sets: Iterable[str] = ...,
    *,
    model: type[M],
    search: Sequence[Traversable] | None = ...,
) -> Loaded[M]: ...
def load(
    name_or_path: str | FilePath,
    sets: Iterable[str] = (),
    *,
    model: type[Any] | None = None,
    search: Sequence[Traversable] | None = None,
) -> Loaded[Any]:
    """Load a scenario by its name or the path of its file.

    Parameters
    ----------
    name_or_path
        ``three-hubs``, or ``my/three-hubs.yaml``.
    sets
        Changes written ``KEY=VALUE``, applied in order.
    model
        The root model; by default the project's own.
    search
        The folders in which names are looked for.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    folders = standard_folders() if search is None else search
    first = find(str(name_or_path), None, folders, Position(str(name_or_path)), ())
    return _build(first, sets, model or _default(), folders)


@overload
def load_text(
    text: str | bytes,
    file_name: str,
    sets: Iterable[str] = ...,
    *,
    search: Sequence[Traversable] | None = ...,
) -> Loaded[Scenario]: ...
@overload
def load_text(
    text: str | bytes,
    file_name: str,
    sets: Iterable[str] = ...,
    *,
    model: type[M],
    search: Sequence[Traversable] | None = ...,
) -> Loaded[M]: ...
def load_text(
    text: str | bytes,
    file_name: str,
    sets: Iterable[str] = (),
    *,
    model: type[Any] | None = None,
    search: Sequence[Traversable] | None = None,
) -> Loaded[Any]:
    """Load a scenario from text: an upload, or standard input.

    It may extend a scenario by name, but not by path: text from elsewhere opens no files here.

    Parameters
    ----------
    text
        The whole content.
    file_name
        The name to use in messages.
    sets, model, search
        As for `load`.
    """
    folders = standard_folders() if search is None else search
    return _build(Text(text, file_name), sets, model or _default(), folders)


def with_sets(loaded: Loaded[M], sets: Iterable[str]) -> Loaded[M]:
    """Load a loaded scenario once more, with changes.

    Parameters
    ----------
    loaded
        The scenario, which is not changed.
    sets
        Changes written ``KEY=VALUE``, applied in order; they may name a caseload file.

    Raises
    ------
    ScenarioError
        With every problem found.
    """
    source = Source(loaded.data, loaded.positions)
    return _finish(source, loaded.files, sets, type(loaded.scenario), may_open=True)


def available(search: Sequence[Traversable] | None = None) -> list[tuple[str, str, str]]:
    """List the scenarios that can be loaded by name.

    Returns
    -------
    list of (name, title, description)
        By name. The title is what the file calls itself. One that cannot be read is listed with
        what is wrong with it.
    """
    listed = []
    folders = standard_folders() if search is None else search
    for name, file in sorted(files_in(folders).items()):
        try:
            data = read(file.read_bytes(), file.name).data
            title = str(data.get("title", data.get("name", name)))
            listed.append((name, title, str(data.get("description", ""))))
        except Exception as error:  # one broken file must not hide the others
            listed.append((name, name, f"cannot be read: {error}"))
    return listed


def to_yaml(loaded: Loaded[Any]) -> str:
    """Write the whole scenario as one YAML file, with all it extends and every ``--set``."""
    text: str = yaml.safe_dump(loaded.data, sort_keys=False, allow_unicode=True, width=100)
    return text


def _default() -> type[Any]:
    from sim.scenario.schema import Scenario

    return Scenario


def _build(
    first: Text, sets: Iterable[str], model: type[M], folders: Sequence[Traversable]
) -> Loaded[M]:
    source, files = _chain(first, folders, leaf_predicate(model))
    return _finish(source, files, sets, model, may_open=first.folder is not None)


def _finish(
    source: Source, files: tuple[str, ...], sets: Iterable[str], model: type[M], *, may_open: bool
) -> Loaded[M]:
    for text in sets:
        source = apply_set(source.data, source.positions, text, model)
    source = with_caseload(source, may_open=may_open)
    scenario = validate(source, model)
    return Loaded(
        scenario=scenario,
        changes=resolved_changes(source, model),
        cautions=_cautions(scenario, source.positions),
        data=source.data,
        positions=source.positions,
        digest=digest(scenario),
        files=files,
    )


def _chain(
    first: Text, folders: Sequence[Traversable], is_leaf: Any
) -> tuple[Source, tuple[str, ...]]:
    """Read a scenario and all it extends, and lay them over each other."""
    layers: list[Source] = []
    read_so_far: list[str] = []
    links: list[str] = []
    text = first
    while True:
        source = read(text.content, text.shown)
        parent = source.data.pop("extends", None)
        place = locate(source.positions, ("extends",))
        layers.append(source)
        read_so_far.append(text.shown)
        if parent is None:
            break
        if not isinstance(parent, str):
            message = "should be one name or path, such as three-hubs"
            raise refuse(place, ("extends",), message, value=parent)
        links.append(f"{text.shown}:{place.line} extends '{parent}'")
        text = find(parent, text.folder, folders, place, ("extends",))
        if text.shown in read_so_far:
            message = "these extend each other in a circle: " + ", ".join(links)
            raise refuse(place, ("extends",), message, value=parent)
    merged = Source({}, {})
    for source in reversed(layers):
        merged = merge(merged, source, is_leaf)
    return merged, tuple(reversed(read_so_far))


def _cautions(scenario: BaseModel, positions: Positions) -> tuple[Caution, ...]:
    """Ask the model for what is odd: ``cautions()`` gives pairs of a path and a sentence."""
    ask = getattr(scenario, "cautions", None)
    found = ask() if callable(ask) else ()
    return tuple(
        Caution(*locate(positions, tuple(path)), dotted(path), message) for path, message in found
    )


def digest(scenario: BaseModel) -> str:
    """Give the SHA-256 of the checked data, written as JSON with sorted keys."""
    plain = scenario.model_dump(mode="json", by_alias=True)
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
