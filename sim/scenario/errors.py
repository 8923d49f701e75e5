"""What can be wrong with a scenario, and how it is said to someone who does not program."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Position(NamedTuple):
    """Where something was written; line 0 means that it has no line (a command option)."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Write the position as ``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


Positions = dict[Path, Position]


def dotted(path: Iterable[str | int]) -> str:
    """Write a path as a key, ``teams.intake.posts``."""
    return ".".join(str(part) for part in path)


def locate(positions: Positions, path: Path) -> Position:
    """Find where a path was written, or else the nearest thing that encloses it."""
    for length in range(len(path), -1, -1):
        if path[:length] in positions:
            return positions[path[:length]]
    return Position("scenario")


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Find the name most like a misspelt one, if any is like it at all."""
    by_folded = {known.lower().replace("-", "_"): known for known in names}
    folded = name.lower().replace("-", "_")
    found = difflib.get_close_matches(folded, list(by_folded), n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


@dataclass(frozen=True)
class _Remark:
    """A sentence about one place in a scenario."""

    file: str
    line: int
    column: int
    key: str
    message: str
    value: Any = None
    allowed: tuple[str, ...] = ()
    hint: str | None = None

    @property
    def text(self) -> str:
        """The sentence without its place: the message, the suggestion, what is allowed."""
        text = self.message
        if self.hint:
            text += f"; did you mean '{self.hint}'?"
        if self.allowed:
            text += ("" if self.hint else ".") + " Allowed: " + ", ".join(self.allowed)
        return text

    def __str__(self) -> str:
        """Write one line: the place, the key, the sentence."""
        place = str(Position(self.file, self.line, self.column))
        return ": ".join(part for part in (place, self.key, self.text) if part)


class Problem(_Remark):
    """Something wrong with a scenario, which therefore cannot be used.

    Attributes
    ----------
    file, line, column
        Where it was written (line 0: not in a file, for example ``--set``).
    key
        The dotted key, ``stages.review_and_intervention.tasks.visit.hurs``.
    message
        One plain sentence.
    value
        What was given.
    allowed
        What would have been accepted, where that is a short list.
    hint
        The nearest valid name, where there is one.
    """


class Caution(_Remark):
    """Something odd in a scenario that can still be used; the fields are those of a problem."""


class ScenarioError(Exception):
    """A scenario cannot be used; carries every problem found.

    Parameters
    ----------
    problems
        What is wrong, in the order of the file.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Write one line for each problem."""
        return "\n".join(str(problem) for problem in self.problems)

    def _render_traceback_(self) -> list[str]:
        """Say what is wrong in a notebook (IPython asks for this), without the program's lines."""
        return ["This cannot be used:", *map(str, self.problems)]


def problem(
    position: Position,
    path: Iterable[str | int],
    message: str,
    *,
    value: Any = None,
    allowed: Iterable[str] = (),
    hint: str | None = None,
) -> Problem:
    """Make a problem from a position and a path."""
    key = dotted(path)
    return Problem(*position, key, message, value, tuple(allowed), hint)


def refuse(
    position: Position,
    path: Iterable[str | int],
    message: str,
    *,
    value: Any = None,
    allowed: Iterable[str] = (),
    hint: str | None = None,
) -> ScenarioError:
    """Make the error for a single problem."""
    made = problem(position, path, message, value=value, allowed=allowed, hint=hint)
    return ScenarioError([made])
