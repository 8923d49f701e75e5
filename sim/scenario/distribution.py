"""Distributions as a scenario writes them, and the small readers that all values share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from sim.scenario.errors import nearest

KINDS = {
    "fixed": (),
    "exponential": ("mean",),
    "gamma": ("mean", "cv"),
    "lognormal": ("mean", "cv"),
    "triangular": ("low", "mode", "high"),
    "empirical": ("values", "weights"),
}
ERROR = "caseload"


def wrong(
    message: str,
    *,
    at: Iterable[str | int] = (),
    allowed: Iterable[str] = (),
    value: Any = None,
    hint: str | None = None,
) -> PydanticCustomError:
    """Make the error to raise in a validator.

    Parameters
    ----------
    message
        One plain sentence, without a full stop.
    at
        Where it is, from the thing being validated: ``("range",)``, ``("posts", "manager")``.
    allowed
        The names that would have been accepted.
    value
        What was given.
    hint
        The nearest valid name.
    """
    context = {"message": message, "at": tuple(at), "allowed": tuple(allowed), "hint": hint}
    return PydanticCustomError(ERROR, "{message}", context | {"given": value})


def shown(value: Any) -> str:
    """Write a value for a message, cut short."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(str(key) for key in list(value)[:6]) + "}"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    text = text if len(text) <= 40 else text[:37] + "..."
    return text if isinstance(value, int | float) else f"'{text}'"


def amount(raw: Any, what: str = "a number") -> float:
    """Read a plain finite number; numbers in quotes are refused, like everything else."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise wrong(f"should be {what}, not {shown(raw)}", value=raw)
    try:
        value = float(raw)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        raise wrong(f"should be {what}, and finite, not {shown(raw)}", value=raw)
    return value


def check_names(raw: Mapping[str, Any], names: Iterable[str]) -> None:
    """Refuse a name that is not among those allowed."""
    allowed = tuple(names)
    for key in raw:
        if key not in allowed:
            hint = nearest(str(key), allowed)
            raise wrong(f"unknown name '{key}'", at=(str(key),), allowed=allowed, hint=hint)


@dataclass(frozen=True)
class Distribution:
    """A distribution of hours or days, none of them negative.

    Parameters
    ----------
    kind
        ``fixed``, ``exponential``, ``gamma``, ``lognormal``, ``triangular`` or ``empirical``.
    parameters
        The value (fixed); mean (exponential); mean and cv, the standard deviation over the mean
        (gamma, lognormal); low, mode, high (triangular); the values (empirical).
    weights
        For empirical only: the chance of each value, adding up to 1.
    """

    kind: str
    parameters: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def mean(self) -> float:
        """Give the mean."""
        if self.kind == "triangular":
            return math.fsum(self.parameters) / 3
        if self.kind == "empirical":
            pairs = zip(self.parameters, self.weights, strict=True)
            return math.fsum(value * weight for value, weight in pairs)
        return self.parameters[0]

    def plain(self) -> dict[str, Any]:
        """Write it as a scenario does."""
        if self.kind == "fixed":
            return {"fixed": self.parameters[0]}
        if self.kind == "empirical":
            inner = {"values": list(self.parameters), "weights": list(self.weights)}
            return {"empirical": inner}
        return {self.kind: dict(zip(KINDS[self.kind], self.parameters, strict=True))}

    def __str__(self) -> str:
        """Write it in a few words: ``gamma, mean 5, cv 0.3``."""
        if self.kind == "fixed":
            return f"{self.parameters[0]:g}"
        if self.kind == "empirical":
            return f"empirical, {len(self.parameters)} values, mean {self.mean():g}"
        named = zip(KINDS[self.kind], self.parameters, strict=True)
        return ", ".join([self.kind, *(f"{name} {value:g}" for name, value in named)])


def distribution(raw: Any) -> Distribution:
    """Read a distribution: a plain number (always that), or one named kind with its parameters."""
    if isinstance(raw, Distribution):
        return raw
    if not isinstance(raw, Mapping):
        return Distribution("fixed", (_parameter(raw, ()),))
    check_names(raw, KINDS)
    if len(raw) != 1:
        raise wrong("give exactly one distribution", allowed=KINDS, value=raw)
    ((kind, inner),) = raw.items()
    if kind == "fixed":
        return Distribution("fixed", (_parameter(inner, (kind,)),))
    if not isinstance(inner, Mapping):
        names = ", ".join(f"{name}: ..." for name in KINDS[kind])
        raise wrong(f"should be {{{names}}}, not {shown(inner)}", at=(kind,), value=inner)
    if kind == "empirical":
        return _empirical(inner)
    values = _named(kind, inner)
    _check_shape(kind, values)
    return Distribution(kind, values)


def _named(kind: str, inner: Mapping[str, Any]) -> tuple[float, ...]:
    names = KINDS[kind]
    try:
        check_names(inner, names)
    except PydanticCustomError as error:
        known = error.context or {}
        at = (kind, *known["at"])
        text, allowed, hint = known["message"], known["allowed"], known["hint"]
        raise wrong(text, at=at, allowed=allowed, hint=hint) from None
    for name in names:
        if name not in inner:
            raise wrong(f"'{name}' is missing", at=(kind,), allowed=names)
    return tuple(_parameter(inner[name], (kind, name)) for name in names)


def _parameter(raw: Any, at: tuple[str | int, ...]) -> float:
    try:
        value = amount(raw)
    except PydanticCustomError as error:
        raise wrong((error.context or {})["message"], at=at, value=raw) from None
    if value < 0:
        raise wrong(f"cannot be negative, but this is {shown(raw)}", at=at, value=raw)
    return value


def _check_shape(kind: str, values: tuple[float, ...]) -> None:
    if kind == "triangular":
        low, mode, high = values
        if not (low <= mode <= high and low < high):
            text = f"needs low <= mode <= high, but these are {low:g}, {mode:g}, {high:g}"
            raise wrong(text, at=(kind,))
        return
    for name, value in zip(KINDS[kind], values, strict=True):
        if value <= 0:
            raise wrong(f"should be above 0, not {value:g}", at=(kind, name), value=value)


def _empirical(inner: Mapping[str, Any]) -> Distribution:
    at = ("empirical",)
    for key in inner:
        if key not in KINDS["empirical"]:
            hint = nearest(str(key), KINDS["empirical"])
            text = f"unknown name '{key}'"
            raise wrong(text, at=(*at, str(key)), allowed=KINDS["empirical"], hint=hint)
    values = _list(inner.get("values"), "values")
    weights = _list(inner["weights"], "weights") if "weights" in inner else (1.0,) * len(values)
    if len(weights) != len(values):
        text = f"there are {len(values)} values but {len(weights)} weights"
        raise wrong(text, at=(*at, "weights"))
    total = math.fsum(weights)
    if total <= 0:
        raise wrong("at least one weight must be above 0", at=(*at, "weights"))
    return Distribution("empirical", values, tuple(weight / total for weight in weights))


def _list(raw: Any, name: str) -> tuple[float, ...]:
    if not isinstance(raw, list | tuple) or not raw:
        text = f"should be a list of numbers, not {shown(raw)}"
        raise wrong(text, at=("empirical", name), value=raw)
    found = enumerate(raw)
    return tuple(_parameter(item, ("empirical", name, index)) for index, item in found)
