"""One setting on a page: how it is typed, written and told, and where its default comes from."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

from sim.scenario.distribution import Distribution
from sim.scenario.sourced import Sourced

Kind = Literal["count", "number", "interval", "mix", "choice", "mean"]
Value = int | float | str

GRADES = {
    "seed": "set by the service's own document",
    "published": "a published figure",
    "derived": "worked out from published figures",
    "assumed": "an assumption",
    "calibrated": "set so that the model gives what is observed",
    "entered": "entered by you",
}
INTERVALS = (
    *("1 week", "2 weeks", "4 weeks", "6 weeks", "8 weeks", "12 weeks"),
    *("1 month", "2 months", "3 months", "4 months", "6 months", "9 months", "12 months"),
)
POLICIES = {
    "allocate_anyway": "goes to the least loaded worker, over the limit",
    "stop_transfers_in": "no transfers in until there is room",
    "count_only": "is counted, and changes nothing",
}
PERCENT = 100.0
A_YEAR = "per year"
FAR = (0.5, 2.0)  # a value without a range of its own is far out below half or above twice itself


@dataclass(frozen=True)
class Field:
    """One setting on a page.

    Attributes
    ----------
    key
        Its dotted key, as ``--set`` takes it.
    group
        One of `sim.app.inputs.GROUPS`.
    label, unit, about
        What it is called, what it is counted in, and what more there is to say.
    kind
        How it is typed: a whole ``count``, a ``number``, an ``interval``, the percentage with the
        first interval of a ``mix``, a ``choice``, or the ``mean`` of a distribution.
    default
        Its value in the scenario, as it is typed.
    checked
        The least and greatest for which the model was checked: the range the scenario gives, or
        half to twice the default.
    options
        What may be chosen; the two intervals of a mix.
    source, grade, note
        Where the default comes from.
    clauses
        What the rules say that the source names.
    shape
        The distribution whose mean it is.
    scale, suffix
        What a number is multiplied by to be shown (100: as a percentage), and what follows it in
        the scenario (``per year``).
    """

    key: str
    group: str
    label: str
    unit: str
    kind: Kind
    default: Value
    about: str = ""
    checked: tuple[float, float] | None = None
    options: tuple[str, ...] = ()
    source: str | None = None
    grade: str | None = None
    note: str | None = None
    clauses: tuple[str, ...] = ()
    shape: Distribution | None = None
    scale: float = 1.0
    suffix: str = ""

    @property
    def help(self) -> str:
        """Say what it is counted in, its default, its range, and where it comes from."""
        parts = [self.about] if self.about else []
        parts.append(f"Unit: {self.unit}.")
        parts.append(f"Default: {self.said(self.default)}.")
        parts.append(f"Range: {self.range}.")
        grade = GRADES.get(self.grade or "", "no source is given")
        parts.append(f"Source: {grade}{f' ({self.source})' if self.source else ''}.")
        if self.note:
            parts.append(f"{self.note[:1].upper()}{self.note[1:]}.")
        parts += self.clauses
        return "  \n".join(parts)

    @property
    def range(self) -> str:
        """Say for what the model was checked, or what may be chosen."""
        if self.checked is not None:
            low, high = self.checked
            return f"checked for {self.plain(low)} to {self.plain(high)}"
        if self.kind == "interval":
            return f"{self.said(self.options[0])} to {self.said(self.options[-1])}"
        if self.kind == "choice":
            return "one of the choices"
        return "0% to 100%" if self.kind == "mix" else "0 or more"

    def plain(self, value: float) -> str:
        """Write a number without needless decimals, and its sign of percent."""
        text = f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"{text}%" if self.scale == PERCENT or self.kind == "mix" else text

    def said(self, value: Value) -> str:
        """Write a value for people."""
        if self.kind == "choice":
            return POLICIES.get(str(value), str(value))
        if isinstance(value, str):
            return interval_said(value)
        if self.kind == "mix":
            first, second = (interval_said(option) for option in self.options)
            return f"{value:g}% every {first}, the rest every {second}"
        return self.plain(value)

    def written(self, value: Value) -> str:
        """Write ``KEY=VALUE`` for ``--set``."""
        return f"{self.key}={self._yaml(value)}"

    def _yaml(self, value: Value) -> str:
        if isinstance(value, str):
            return value
        if self.kind == "count":
            return str(int(value))
        if self.kind == "mix":
            first, second = self.options
            if value in (0, 100):
                return first if value else second
            return f"{{{first}: {value:.10g}%, {second}: {100 - value:.10g}%}}"
        if self.shape is not None:
            return _with_mean(self.shape, value)
        return f"{value / self.scale:.10g} {self.suffix}".rstrip()

    def is_far(self, value: Value) -> bool:
        """Whether a value is outside what the model was checked for."""
        if isinstance(value, str) or self.checked is None:
            return False
        low, high = self.checked
        return not low - 1e-9 <= value <= high + 1e-9


def interval_said(text: str) -> str:
    """Write an interval as after `every`: `6 months`, `week`."""
    return text.removeprefix("1 ").rstrip("s") if text.startswith("1 ") else text


def _with_mean(shape: Distribution, mean: float) -> str:
    ((kind, content),) = shape.plain().items()
    if kind == "fixed":
        return f"{mean:.10g}"
    spread = f", cv: {content['cv']}" if "cv" in content else ""
    return f"{{{kind}: {{mean: {mean:.10g}{spread}}}}}"


def make_field(
    key: str,
    group: str,
    label: str,
    unit: str,
    value: Sourced[Any],
    about: str = "",
    fallback: tuple[str | None, str | None] = (None, None),
    kind: Kind | None = None,
    scale: float = 1.0,
    suffix: str = "",
) -> Field:
    """Make a field of a sourced value; `fallback` is the source and grade of what encloses it."""
    source: str | None = value.source
    grade: str | None = value.grade
    if not source and not grade:
        source, grade = fallback
    raw = value.value
    made = kind or ("count" if isinstance(raw, int) else "number")
    default = _default(raw, made, scale)
    checked = None
    if value.range is not None:
        checked = (value.range[0] * scale, value.range[1] * scale)
    elif not isinstance(default, str) and made != "mix" and default > 0:
        checked = (default * FAR[0], default * FAR[1])
        if made == "count":
            checked = (math.floor(checked[0]), math.ceil(checked[1]))
    options: tuple[str, ...] = ()
    if made == "mix":
        options = tuple(str(interval) for interval, _ in raw)
    elif made == "interval":
        options = INTERVALS if default in INTERVALS else (str(default), *INTERVALS)
    return Field(
        key=key,
        group=group,
        label=label,
        unit=unit,
        kind=made,
        default=default,
        about=about,
        checked=checked,
        options=options,
        source=source,
        grade=grade,
        note=value.note,
        shape=raw if isinstance(raw, Distribution) else None,
        scale=scale,
        suffix=suffix,
    )


def _default(raw: Any, kind: Kind, scale: float) -> Value:
    if kind == "mix":
        return round(float(raw[0][1]) * 100.0, 6)
    if kind == "interval":
        return str(raw[0][0] if isinstance(raw, tuple) else raw)
    if isinstance(raw, Distribution):
        return round(raw.mean(), 6)
    return int(raw) if kind == "count" else round(float(raw) * scale, 6)


def mean_can_be_set(shape: Distribution) -> bool:
    """Whether a distribution is given by its mean, which can then be changed alone."""
    return shape.kind in ("fixed", "gamma", "lognormal", "exponential")
