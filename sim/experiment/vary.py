"""What a sweep varies: keys with lists or ranges of values, and the settings they make."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DIGITS = 6  # significant, of the values of a Latin hypercube: what the table shows is what was run
RANGE = re.compile(
    r"^\s*(-?[\d.]*\d)\s*([a-z%£ ]*?)\s*\.\.\s*(-?[\d.]*\d)\s*([a-z%£ ]*?)\s*$", re.I
)


class SweepError(Exception):
    """A sweep cannot be made; says why, a line for each setting that is wrong."""


@dataclass(frozen=True)
class Range:
    """All values from one to another; whole numbers only where both ends are.

    Attributes
    ----------
    low, high
        The ends.
    unit
        What is written after each value: ``weeks``, ``%``.
    whole
        Whether only whole numbers are meant.
    """

    low: float
    high: float
    unit: str = ""
    whole: bool = False

    def at(self, share: float) -> str:
        """Write the value that lies this share of the way up."""
        if self.whole:
            value: float = int(self.low + share * (self.high - self.low + 1))
            number = f"{min(value, self.high):.0f}"
        else:
            number = f"{self.low + share * (self.high - self.low):.{DIGITS}g}"
        return f"{number} {self.unit}".strip() if self.unit != "%" else f"{number}%"


@dataclass(frozen=True)
class Vary:
    """A key and the values it takes, each written as after ``--set``."""

    key: str
    values: tuple[str, ...] | Range

    def at(self, share: float) -> str:
        """Give the value that lies this share of the way through."""
        if isinstance(self.values, Range):
            return self.values.at(share)
        return self.values[min(int(share * len(self.values)), len(self.values) - 1)]


def vary(text: str) -> Vary:
    """Read ``KEY=1,2,3`` or ``KEY=LOW..HIGH``.

    Raises
    ------
    SweepError
        If it is neither.
    """
    key, equals, values = text.partition("=")
    if not equals or not key.strip() or not values.strip():
        raise SweepError(f"'{text}': write KEY=1,2,3 or KEY=LOW..HIGH")
    found = RANGE.match(values)
    if found is None:
        listed = tuple(_apart(values))
        if "" in listed:
            raise SweepError(f"'{text}': a value is missing beside a comma")
        return Vary(key.strip(), listed)
    low, unit, high, second = found.groups()
    if unit and unit != second:
        raise SweepError(f"'{text}': both ends need the same unit, such as 6 weeks..12 weeks")
    return Vary(key.strip(), span(float(low), float(high), second, "." not in low + high, text))


def span(low: float, high: float, unit: str, whole: bool, text: str) -> Range:
    """Make a range.

    Raises
    ------
    SweepError
        If the first end is not below the second.
    """
    if not low < high:
        raise SweepError(f"'{text}': the first end of a range must be below the second")
    return Range(low, high, unit, whole)


def _apart(values: str) -> Iterator[str]:
    """Part values at the commas that are not inside brackets or quotes."""
    depth, quote, begun = 0, "", 0
    for place, sign in enumerate(values):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "[{":
            depth += 1
        elif sign in "]}":
            depth -= 1
        elif sign == "," and depth == 0:
            yield values[begun:place].strip()
            begun = place + 1
    yield values[begun:].strip()


def grid(varied: Sequence[Vary]) -> list[tuple[str, ...]]:
    """List every combination of the values, the last key changing fastest.

    Raises
    ------
    SweepError
        If a key has a range: that has no list of values.
    """
    lists = []
    for each in varied:
        if isinstance(each.values, Range):
            raise SweepError(f"'{each.key}' has a range: say how many settings with --latin N")
        lists.append(each.values)
    return list(itertools.product(*lists))


def latin(varied: Sequence[Vary], number: int, seed: int) -> list[tuple[str, ...]]:
    """Draw settings from a Latin hypercube: each key's values are evenly used."""
    from scipy.stats.qmc import LatinHypercube

    points = LatinHypercube(len(varied), rng=seed).random(number)
    return [
        tuple(each.at(float(share)) for each, share in zip(varied, point, strict=True))
        for point in points
    ]


def read_varied(said: Mapping[str, Any]) -> list[Vary]:
    """Read what to vary: to each key a list of values, a text as for `vary`, or an interval.

    An interval is ``{"from": LOW, "to": HIGH}``.

    Raises
    ------
    SweepError
        If the values of a key are none of these.
    """
    return [_read(str(key), values) for key, values in said.items()]


def _read(key: str, values: Any) -> Vary:
    if isinstance(values, str):
        return vary(f"{key}={values}")
    if isinstance(values, Mapping):
        ends = (values.get("from"), values.get("to"))
        if set(values) == {"from", "to"} and all(isinstance(end, int | float) for end in ends):
            whole = all(isinstance(end, int) for end in ends)
            return Vary(key, span(values["from"], values["to"], "", whole, key))
    elif isinstance(values, Iterable) and (own := list(values)):
        return Vary(key, tuple(map(as_text, own)))
    raise SweepError(f"'{key}': give a list of values, or {{from: LOW, to: HIGH}} in numbers")


def as_text(value: Any) -> str:
    """Write a value as after ``--set``: JSON is YAML; a text is taken as it is written."""
    return value if isinstance(value, str) else json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    """Give what JSON knows for a number of NumPy, and the text of anything else."""
    return value.item() if hasattr(value, "item") else str(value)
