"""Finding the text of a scenario by name or path."""

from __future__ import annotations

import importlib.resources
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path as FilePath

from sim.scenario.errors import Position, nearest, refuse
from sim.scenario.source import MAX_BYTES

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*(/[A-Za-z0-9_][A-Za-z0-9_-]*)*")
_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Text:
    """The text of a scenario, the name to show for it, and the folder its paths start from."""

    content: str | bytes
    shown: str
    folder: FilePath | None = None


def standard_folders() -> tuple[Traversable, ...]:
    """Give where the project's own scenarios are: in the package, or beside it."""
    packaged = importlib.resources.files("sim").joinpath("_scenarios")
    beside = FilePath(__file__).resolve().parents[2] / "scenarios"
    return tuple(folder for folder in (packaged, beside) if folder.is_dir())[:1]


def files_in(folders: Sequence[Traversable]) -> dict[str, Traversable]:
    """List the scenario files of some folders by name; the first of a name counts."""
    found: dict[str, Traversable] = {}

    def look(folder: Traversable, prefix: str) -> None:
        for item in folder.iterdir():
            if item.is_dir():
                look(item, f"{prefix}{item.name}/")
            elif item.name.endswith(_SUFFIXES):
                found.setdefault(prefix + item.name.rsplit(".", 1)[0], item)

    for folder in folders:
        look(folder, "")
    return found


def find(
    name: str,
    folder: FilePath | None,
    folders: Sequence[Traversable],
    place: Position,
    path: tuple[str, ...],
) -> Text:
    """Find a scenario by name among the folders, or by path from a folder."""
    if name.endswith(_SUFFIXES):
        if path and folder is None:
            text = f"'{name}' is a path; here only a scenario's name may be extended"
            raise refuse(place, path, text, value=name, allowed=sorted(files_in(folders)))
        return _open((folder or FilePath()) / name, name, place, path)
    files = files_in(folders)
    if name in files:
        file = files[name]
        return _open(file, name, place, path)
    hint = nearest(name, files)
    text = f"there is no scenario called '{name}'"
    if not _NAME.fullmatch(name):
        text = f"'{name}' is neither the name of a scenario nor the path of a .yaml file"
    allowed = sorted(files) or ("none found",)
    raise refuse(place, path, text, value=name, allowed=allowed, hint=hint)


def _open(file: Traversable, name: str, place: Position, path: tuple[str, ...]) -> Text:
    try:
        if isinstance(file, FilePath):
            with file.open("rb") as opened:
                content = opened.read(MAX_BYTES + 1)
            return Text(content, _show(file), file.parent)
        return Text(file.read_bytes(), file.name)
    except FileNotFoundError:
        trouble = "there is no such file"
    except IsADirectoryError:
        trouble = "is a folder, not a file"
    except (OSError, ValueError) as error:
        trouble = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    raise refuse(place, path, f"'{name}': {trouble}", value=name)


def _show(file: FilePath) -> str:
    here, full = FilePath.cwd(), file.resolve()
    return str(full.relative_to(here)) if full.is_relative_to(here) else str(full)
