"""Checking data against a model, and saying in plain words what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from sim.scenario.distribution import ERROR, shown
from sim.scenario.errors import (
    Path,
    Positions,
    Problem,
    ScenarioError,
    locate,
    nearest,
    problem,
)
from sim.scenario.shape import follow
from sim.scenario.source import Source

M = TypeVar("M", bound=BaseModel)

_EXPECTED = (
    ("string", "text"),
    ("int", "a whole number"),
    ("float", "a number"),
    ("finite_number", "a finite number"),
    ("bool", "true or false"),
    ("datetime", "a date and time"),
    ("date", "a date such as 2026-09-01"),
    ("list", "a list"),
    ("tuple", "a list"),
    ("set_type", "a list"),
    ("dict", "a group of 'name: value' lines"),
    ("mapping", "a group of 'name: value' lines"),
    ("model", "a group of 'name: value' lines"),
    ("dataclass", "text, such as '6 weeks'"),
    ("is_instance", "something else"),
)
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "above"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "below"),
}


def validate(source: Source, model: type[M]) -> M:
    """Check data against a model.

    Parameters
    ----------
    source
        The data and the positions of its parts.
    model
        The root model.

    Returns
    -------
    M
        The frozen model instance.

    Raises
    ------
    ScenarioError
        With one problem for each thing that is wrong.
    """
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        problems = [_explain(item, source.data, source.positions, model) for item in found]
        unique = sorted(dict.fromkeys(map(_Hashable, problems)), key=_Hashable.order)
        raise ScenarioError([item.problem for item in unique]) from None


class _Hashable:
    """A problem compared by what it says."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashable) and str(self.problem) == str(other.problem)

    def __hash__(self) -> int:
        return hash(str(self.problem))

    def order(self) -> tuple[str, int, int]:
        return (self.problem.file, self.problem.line, self.problem.column)


def _explain(
    item: Any, data: Mapping[str, Any], positions: Positions, model: type[BaseModel]
) -> Problem:
    context, kind, given = item.get("ctx", {}), item["type"], item["input"]
    path = _real(item["loc"], data, model)
    allowed: tuple[str, ...] = ()
    hint = None
    if kind == ERROR:
        path = (*path, *context["at"])
        message, allowed, hint = context["message"], context["allowed"], context["hint"]
        given = context["given"]
    elif kind == "extra_forbidden":
        parent = follow(model, path[:-1])
        allowed = tuple(parent.fields()) if parent else ()
        message, hint = f"unknown name '{path[-1]}'", nearest(str(path[-1]), allowed)
    elif kind == "missing":
        message, given = f"'{path[-1]}' is missing", None
    elif kind in ("literal_error", "enum"):
        allowed = tuple(re.findall(r"'([^']*)'", context["expected"])) or (context["expected"],)
        message = f"{shown(given)} is not one of the choices"
        hint = nearest(given, allowed) if isinstance(given, str) else None
    else:
        message = _message(kind, context, given, item["msg"])
    place = locate(positions, path)
    return problem(place, path, message, value=given, allowed=allowed, hint=hint)


def _message(kind: str, context: Mapping[str, Any], given: Any, message: str) -> str:
    if kind in ("value_error", "assertion_error"):
        return str(context["error"]).rstrip(".")
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"should be {words} {context[name]}, not {shown(given)}"
    if kind in ("too_short", "string_too_short"):
        return f"needs at least {context['min_length']} of them, but has {context['actual_length']}"
    if kind in ("too_long", "string_too_long"):
        most = context["max_length"]
        return f"may have at most {most}, but has more"
    if kind == "none_required":
        return f"should be left out, not {shown(given)}"
    for start, expected in _EXPECTED:
        if kind.startswith(start) and kind != "string_pattern_mismatch":
            return f"should be {expected}, not {shown(given)}"
    return re.sub(r"^(Value error, |Input )", "", message) + f", not {shown(given)}"


def _real(loc: tuple[str | int, ...], data: Any, model: type[BaseModel]) -> Path:
    """Leave out of a location what is not in the file (the names of a choice, '[key]')."""
    path: Path = ()
    here = data
    for index, key in enumerate(loc):
        if key == "[key]":
            continue
        inside = (isinstance(here, Mapping) and key in here) or (
            isinstance(here, list) and isinstance(key, int) and key < len(here)
        )
        if inside:
            here = here[key]
            path = (*path, key)
        elif index == len(loc) - 1 and follow(model, (*path, key)) is not None:
            path = (*path, key)
    return path
