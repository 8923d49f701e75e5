"""Numbers that may carry where they come from, and the kinds of number a scenario may hold.

Every kind is an ``Annotated[Sourced[...], ...]`` type with a `Unit`, so that a field of any of them
may be written plainly (``5``) or with its source (``{value: 5, source: W71, grade: seed}``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator

from sim.calendar import Duration
from sim.scenario.distribution import KINDS, Distribution, amount, distribution, shown, wrong
from sim.scenario.sourced import PROVENANCE, Grade, Kind, Sourced, Unit, deeper

__all__ = [
    "Count",
    "Distribution",
    "Draw",
    "Grade",
    "Hours",
    "Interval",
    "IntervalMix",
    "Mix",
    "Money",
    "Number",
    "Positive",
    "Rate",
    "Share",
    "Sourced",
    "Span",
    "Unit",
    "wrong",
]

MAX_COUNT = 100_000
MAX_HOURS = 200.0
MAX_RATE = 1_000_000.0
PER_YEAR = {"year": 1.0, "month": 12.0, "week": 52.0}
_NUMBER = r"([-+]?[0-9][0-9_]*\.?[0-9]*(?:[eE][-+]?[0-9]+)?|[-+]?\.[0-9]+)"


def _count(raw: Any) -> int:
    value = amount(raw, "a whole number")
    if value != int(value) or isinstance(raw, str):
        raise wrong(f"should be a whole number, not {shown(raw)}", value=raw)
    if not 0 <= value <= MAX_COUNT:
        raise wrong(f"should be between 0 and {MAX_COUNT:,}, not {shown(raw)}", value=raw)
    return int(value)


def _positive(raw: Any) -> float:
    value = amount(raw)
    if value <= 0:
        raise wrong(f"should be above 0, not {shown(raw)}", value=raw)
    return value


def _share(raw: Any) -> float:
    percent = isinstance(raw, str) and re.fullmatch(_NUMBER + r"\s*%", raw.strip())
    what = "a share, such as 0.12 or '12%'"
    # Divided as the decimal it was written as, so that 12% is the same number as 0.12.
    value = float(percent[1]) / 100 if percent else amount(raw, what)
    if not 0 <= value <= 1:
        hint = f"; did you mean '{raw}%'?" if not percent and 1 < value <= 100 else ""
        raise wrong(f"should be between 0 and 1 (or 0% and 100%), not {shown(raw)}{hint}")
    return value


def _hours(raw: Any) -> float:
    match = isinstance(raw, str) and re.fullmatch(_NUMBER + r"\s*hours?", raw.strip())
    value = float(match[1]) if match else amount(raw, "hours, such as 3.5 or '3.5 hours'")
    if value < 0:
        raise wrong(f"hours cannot be negative, but this is {shown(raw)}", value=raw)
    if value > MAX_HOURS:
        text = f"{shown(raw)} is more hours than one piece of work can take (at most {MAX_HOURS:g})"
        raise wrong(text, value=raw)
    return value


_RATE = re.compile(_NUMBER + r"\s*(?:per|a|/)\s*(\w+)")


def _rate(raw: Any) -> float:
    match = isinstance(raw, str) and _RATE.fullmatch(raw.strip())
    if not match:
        hint = f"'{raw:g} per year'" if isinstance(raw, int | float) else "'240 per year'"
        text = f"should say per what: write {hint}, 'per month' or 'per week', not {shown(raw)}"
        raise wrong(text, value=raw)
    if match[2] not in PER_YEAR:
        text = f"a rate is per year, per month or per week, not per {match[2]}"
        raise wrong(text, value=raw, allowed=PER_YEAR)
    value = float(match[1]) * PER_YEAR[match[2]]
    if not 0 <= value <= MAX_RATE:
        text = f"should be between 0 and {MAX_RATE:,.0f} a year, not {shown(raw)}"
        raise wrong(text, value=raw)
    return value


def _rate_end(raw: Any, content: Any) -> float:
    match = _RATE.fullmatch(content.strip()) if isinstance(content, str) else None
    plain = isinstance(raw, int | float) and not isinstance(raw, bool)
    return _rate(f"{raw} per {match[2]}" if plain and match else raw)


def _money(raw: Any) -> float:
    text = isinstance(raw, str) and re.fullmatch(r"£?\s*([0-9,]+(?:\.[0-9]+)?)", raw.strip())
    what = "pounds a year, such as 48000"
    value = float(text[1].replace(",", "")) if text else amount(raw, what)
    if value < 0:
        raise wrong(f"pounds cannot be negative, but this is {shown(raw)}", value=raw)
    return value


def _duration(raw: Any) -> Duration:
    if isinstance(raw, Duration):
        return raw
    try:
        return Duration.parse(raw if isinstance(raw, str) else str(raw))
    except ValueError as error:
        raise wrong(str(error), value=raw) from None


def _duration_end(raw: Any, content: Any) -> float:
    return float(_duration(raw).amount) if isinstance(raw, str) else amount(raw)


def _probabilities(raw: Any) -> dict[str, float]:
    if not isinstance(raw, Mapping) or not raw:
        text = "should be names with their shares, such as {yes: 30%, no: 70%}"
        raise wrong(f"{text}, not {shown(raw)}", value=raw)
    shares = {}
    for name, share in raw.items():
        try:
            shares[str(name)] = _share(share)
        except ValueError as error:
            raise deeper(error, (str(name),)) from None
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-9:
        raise wrong(f"the shares must add up to 1, but they add up to {total:.10g}", value=raw)
    return shares


def _interval_mix(raw: Any) -> tuple[tuple[Duration, float], ...]:
    if not isinstance(raw, Mapping):
        return ((_duration(raw), 1.0),)
    mix: dict[Duration, float] = {}
    for text, share in _probabilities(raw).items():
        try:
            interval = _duration(text)
        except ValueError as error:
            raise deeper(error, (text,)) from None
        if interval in mix:
            raise wrong(f"'{interval}' is given twice", at=(text,), value=raw)
        mix[interval] = share
    return tuple(mix.items())


def _plain(item: Any) -> Any:
    """Turn what a sourced value holds into text, numbers, lists and mappings."""
    if isinstance(item, Duration):
        return str(item)
    if isinstance(item, Distribution):
        return item.plain()
    if isinstance(item, tuple):
        return [_plain(part) for part in item]
    return dict(item) if isinstance(item, Mapping) else item


def _write(sourced: Sourced[Any]) -> dict[str, Any]:
    written = {"value": _plain(sourced.value)}
    for key in PROVENANCE:
        if getattr(sourced, key) is not None:
            written[key] = _plain(getattr(sourced, key))
    return written


_OUT = PlainSerializer(_write)


def _end_by(parse: Callable[[Any], float]) -> Callable[[Any, Any], float]:
    return lambda end, _: parse(end)


_COUNT = Kind(_count, float)
_NUMBER_KIND = Kind(amount, float)
_POSITIVE = Kind(_positive, float)
_SHARE = Kind(_share, float, _end_by(_share))
_HOURS = Kind(_hours, float, _end_by(_hours))
_RATES = Kind(_rate, float, _rate_end)
_MONEY = Kind(_money, float, _end_by(_money))
_INTERVAL: Kind[Duration] = Kind(_duration, lambda d: float(d.amount), _duration_end)
_INTERVALS = Kind(_interval_mix, content=None)
_MIX: Kind[Mapping[str, float]] = Kind(_probabilities, content=None)
_DRAW: Kind[Distribution] = Kind(distribution, Distribution.mean, content=tuple(KINDS))

Count = Annotated[
    Sourced[int], PlainValidator(_COUNT.read), _OUT, Unit("count", f"0 to {MAX_COUNT:,}")
]
Number = Annotated[Sourced[float], PlainValidator(_NUMBER_KIND.read), _OUT, Unit("number")]
Positive = Annotated[
    Sourced[float], PlainValidator(_POSITIVE.read), _OUT, Unit("number", "above 0")
]
Share = Annotated[
    Sourced[float], PlainValidator(_SHARE.read), _OUT, Unit("share", "0 to 1, or 0% to 100%")
]
Hours = Annotated[
    Sourced[float], PlainValidator(_HOURS.read), _OUT, Unit("hours", f"0 to {MAX_HOURS:g}")
]
Rate = Annotated[
    Sourced[float],
    PlainValidator(_RATES.read),
    _OUT,
    Unit("per year", "'240 per year', '20 per month' or '5 per week' (52 weeks)"),
]
Money = Annotated[
    Sourced[float], PlainValidator(_MONEY.read), _OUT, Unit("pounds a year", "0 or more")
]
# A bare length of time, without a source: Scenario.horizon.
Span = Annotated[Duration, PlainValidator(_duration), PlainSerializer(str)]
Interval = Annotated[
    Sourced[Duration], PlainValidator(_INTERVAL.read), _OUT, Unit("interval", "such as '6 weeks'")
]
IntervalMix = Annotated[
    Sourced[tuple[tuple[Duration, float], ...]],
    PlainValidator(_INTERVALS.read),
    _OUT,
    Unit("interval", "'6 weeks', or {6 months: 50%, 12 months: 50%}"),
]
Mix = Annotated[
    Sourced[Mapping[str, float]],
    PlainValidator(_MIX.read),
    _OUT,
    Unit("shares", "names with shares that add up to 1"),
]
Draw = Annotated[
    Sourced[Distribution],
    PlainValidator(_DRAW.read),
    _OUT,
    Unit("distribution", "a number, or one of " + ", ".join(KINDS)),
]
