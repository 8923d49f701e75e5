"""A link to a service: its model and the values that differ, and nothing else.

What a link may say is little, because anybody can write one: the name of a scenario that comes with
the program, and numbers for the settings that its pages show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from sim.app.field import Field, Value
from sim.app.inputs import children, fields
from sim.app.service import FUTURES, HORIZON, HORIZONS, Service
from sim.scenario import available

MOST_VALUES = 200
MOST_FUTURES = 200
LONGEST = 100  # characters of a value
KNOWN = ("model", "own", "set", "horizon", "futures", "seed")
Parameters = Mapping[str, Sequence[str]]


class LinkRefusedError(Exception):
    """A link cannot be followed; says why, for people."""


def parameters(service: Service, settings: Mapping[str, Field]) -> dict[str, list[str]]:
    """Write a service as the parameters of a link.

    Raises
    ------
    LinkRefusedError
        If it starts from a file, which no link can hold.
    """
    if service.upload is not None:
        raise LinkRefusedError(
            "This service starts from a file of yours, and a link holds no file. Save it, and send "
            "the file instead."
        )
    found = {"model": [service.name], "own": list(service.own)}
    found["set"] = [f"{key}={value}" for key, value in service.changes.items() if key in settings]
    usual = Service()
    for name, value in (
        ("horizon", service.horizon),
        ("futures", service.futures),
        ("seed", service.seed),
    ):
        found[name] = [] if value == getattr(usual, name) else [str(value)]
    return {name: values for name, values in found.items() if values}


def address(base: str, service: Service, settings: Mapping[str, Field]) -> str:
    """Write the link; `base` is the address of the page it leads to."""
    return f"{base}?{urlencode(parameters(service, settings), doseq=True)}"


def read(given: Parameters) -> Service:
    """Read the parameters of a link.

    Raises
    ------
    LinkRefusedError
        If there is anything in it that is not expected.
    ScenarioError
        If the scenario it makes cannot be used.
    """
    unknown = [name for name in given if name not in KNOWN]
    if unknown:
        raise LinkRefusedError(f"It says something unknown: '{unknown[0][:LONGEST]}'.")
    name = _one(given, "model", "")
    if name not in [known for known, _, _ in available()]:
        raise LinkRefusedError(f"There is no way of working '{name[:LONGEST]}' here.")
    own, sets = list(given.get("own", ())), list(given.get("set", ()))
    if len(own) + len(sets) > MOST_VALUES:
        raise LinkRefusedError("It holds more values than there are settings.")
    horizon = _one(given, "horizon", HORIZON)
    if horizon not in HORIZONS:
        raise LinkRefusedError(
            f"It asks for '{horizon[:LONGEST]}'; there is {', '.join(HORIZONS)}."
        )
    service = Service(
        name=name,
        horizon=horizon,
        futures=_whole(given, "futures", FUTURES, 1, MOST_FUTURES),
        seed=_whole(given, "seed", 1, 0, 2**63 - 1),
    )
    scenario = service.baseline().scenario
    known = {field.key: field for field in (*fields(scenario), *children(scenario))}
    pairs = [_pair(text, known) for text in own]
    service = replace(service, own=tuple(field.written(value) for field, value in pairs))
    after = {field.key: field for field in fields(service.baseline().scenario)}
    for field, value in (_pair(text, after) for text in sets):
        service = service.with_change(field, value)
    return service


def _one(given: Parameters, name: str, usual: str) -> str:
    values = given.get(name, ())
    if len(values) > 1:
        raise LinkRefusedError(f"It says '{name}' more than once.")
    return values[0] if values else usual


def _whole(given: Parameters, name: str, usual: int, least: int, most: int) -> int:
    text = _one(given, name, str(usual))
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and least <= int(text) <= most):
        raise LinkRefusedError(f"'{name}' should be a whole number from {least:,} to {most:,}.")
    return int(text)


def _pair(text: str, known: Mapping[str, Field]) -> tuple[Field, Value]:
    key, sign, written = text.partition("=")
    field = known.get(key)
    if not sign or field is None:
        raise LinkRefusedError(f"There is no setting '{key[:LONGEST]}' in this way of working.")
    return field, _value(field, written)


def _value(field: Field, written: str) -> Value:
    """Read a value as it is typed, or as a scenario has it (``90 per year``)."""
    text = written.removesuffix(field.suffix).strip() if field.suffix else written
    if field.kind in ("interval", "choice"):
        if text not in (*field.options, field.default):
            raise LinkRefusedError(f"'{text[:LONGEST]}' is no choice for: {field.label}.")
        return text
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    highest = 100.0 if field.kind == "mix" else 1e6
    if not -highest <= number <= highest:  # refuses what is no number, too
        raise LinkRefusedError(f"'{text[:LONGEST]}' is no number for: {field.label}.")
    if field.kind == "count":
        if number != int(number) or number < 0:
            raise LinkRefusedError(f"{field.label} should be a whole number, 0 or more.")
        return int(number)
    return number
