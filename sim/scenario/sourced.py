"""A value with where it comes from, and how one kind of value is read from a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, get_args

from sim.scenario.distribution import amount, check_names, shown, wrong
from sim.scenario.errors import nearest

T = TypeVar("T")
Grade = Literal["seed", "published", "derived", "assumed", "calibrated", "entered"]
Spread = Literal["triangular", "uniform"]
PROVENANCE = ("source", "grade", "range", "spread", "note")


@dataclass(frozen=True)
class Sourced(Generic[T]):
    """A value and where it comes from.

    Parameters
    ----------
    value
        The value itself.
    source
        The clause or fact it is taken from, such as ``W71``.
    grade
        How good the evidence is.
    range
        The least and greatest it could plausibly be, in the unit of the value.
    note
        Anything else the reader should know.
    spread
        How likely the numbers of the range are: most likely at the value and less towards the
        ends (triangular, if nothing is said), or all alike (uniform).
    """

    value: T
    source: str | None = None
    grade: Grade | None = None
    range: tuple[float, float] | None = None
    note: str | None = None
    spread: Spread | None = None


@dataclass(frozen=True)
class Unit:
    """The unit of a kind of number and what may be written, for messages and ``caseload keys``.

    Add another in ``Annotated[Draw, Unit("hours")]`` to say more: the last one counts.
    """

    name: str
    allowed: str = ""


@dataclass(frozen=True)
class Kind(Generic[T]):
    """How one kind of value is read.

    Parameters
    ----------
    parse
        Reads the value itself.
    number
        The number that a range must contain; None if a range makes no sense.
    end
        Reads one end of a range, given the end and the value as they were written.
    content
        The names a value may be made of; None if it may have any (shares by name).
    """

    parse: Callable[[Any], T]
    number: Callable[[T], float] | None = None
    end: Callable[[Any, Any], float] | None = None
    content: tuple[str, ...] | None = ()

    def read(self, raw: Any) -> Sourced[T]:
        """Read a value, plain or with its source."""
        if isinstance(raw, Sourced):
            return raw
        if not isinstance(raw, Mapping):
            return Sourced(self.parse(raw))
        content, provenance, inside = _split(raw, self.content)
        try:
            value = self.parse(content)
        except ValueError as error:
            raise deeper(error, inside) from None
        return Sourced(
            value,
            source=_text(provenance, "source"),
            grade=_grade(provenance),
            range=self._range(provenance.get("range"), content, value),
            note=_text(provenance, "note"),
            spread=_spread(provenance),
        )

    def _range(self, raw: Any, content: Any, value: T) -> tuple[float, float] | None:
        if raw is None:
            return None
        if self.number is None:
            raise wrong("a range goes with a single number, not with a mix", at=("range",))
        if not isinstance(raw, list | tuple) or len(raw) != 2:
            raise wrong("a range is two numbers, [lowest, highest]", at=("range",), value=raw)
        read = self.end or (lambda end, _: amount(end))
        try:
            low, high = (read(end, content) for end in raw)
        except ValueError as error:
            raise deeper(error, ("range",)) from None
        middle = self.number(value)
        if not low <= middle <= high:
            text = f"the range {shown(raw[0])} to {shown(raw[1])} does not contain the value"
            raise wrong(f"{text} {middle:g}", at=("range",), value=raw)
        return low, high


def _split(
    raw: Mapping[str, Any], names: tuple[str, ...] | None
) -> tuple[Any, dict[str, Any], tuple[str, ...]]:
    """Part a mapping into its content, its provenance and the path at which the content lies."""
    provenance = {key: raw[key] for key in PROVENANCE if key in raw}
    if "value" in raw:
        check_names(raw, ("value", *PROVENANCE))
        return raw["value"], provenance, ("value",)
    content = {key: item for key, item in raw.items() if key not in PROVENANCE}
    if names is not None:
        check_names(raw, (*(names or ("value",)), *PROVENANCE))
    elif content and provenance:
        first = next(iter(content))
        hint = nearest(first, ("value", *PROVENANCE))
        text = "beside a source, the shares go under 'value': {value: {...}, source: ...}"
        raise wrong(text, at=(first,), hint=hint)
    if not content:
        given = ", ".join(f"'{key}'" for key in provenance) or "nothing"
        raise wrong(f"a value is missing: there is {given} but no 'value'")
    return content, provenance, ()


def deeper(error: ValueError, at: tuple[str, ...]) -> ValueError:
    """Say the same error of something further in."""
    known = getattr(error, "context", None) or {"message": str(error)}
    return wrong(
        known["message"],
        at=(*at, *known.get("at", ())),
        allowed=known.get("allowed", ()),
        value=known.get("given"),
        hint=known.get("hint"),
    )


def _text(provenance: Mapping[str, Any], key: str) -> str | None:
    value = provenance.get(key)
    if value is not None and not isinstance(value, str):
        raise wrong(f"should be text, not {shown(value)}", at=(key,), value=value)
    return value


def _grade(provenance: Mapping[str, Any]) -> Grade | None:
    value = provenance.get("grade")
    if value is not None and value not in get_args(Grade):
        raise wrong(f"unknown grade {shown(value)}", at=("grade",), allowed=get_args(Grade))
    return value


def _spread(provenance: Mapping[str, Any]) -> Spread | None:
    value = provenance.get("spread")
    if value is not None and value not in get_args(Spread):
        raise wrong(f"unknown spread {shown(value)}", at=("spread",), allowed=get_args(Spread))
    if value is not None and "range" not in provenance:
        raise wrong("a spread goes with a range", at=("spread",), value=value)
    return value
