"""Scenarios set side by side: what each is called, and the inputs in which they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sim.app.field import Field
from sim.app.job import Text
from sim.app.service import Service, document
from sim.report import wording
from sim.scenario import Loaded, keys, to_yaml
from sim.scenario.schema import Scenario

MOST = 4
NAMING = 2  # changes that a name is made of; more are counted
# What says nothing of how a scenario works.
NOT_INPUTS = ("name", "title", "description", "horizon")
ABOUT = (".source", ".grade", ".note", ".range")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Candidate:
    """One of the scenarios set side by side.

    Attributes
    ----------
    label
        What it is called on the page; no two have the same.
    service
        What it is.
    """

    label: str
    service: Service

    def over(self, horizon: str) -> Candidate:
        """Give the same for another time."""
        return replace(self, service=replace(self.service, horizon=horizon))


@dataclass(frozen=True)
class Input:
    """An input that differs.

    Attributes
    ----------
    label
        What it is.
    values
        What it is in each scenario, in their order.
    usual
        Whether it is one of the settings of the Explore page.
    """

    label: str
    values: tuple[str, ...]
    usual: bool


def changed_label(service: Service, settings: Mapping[str, Field]) -> str:
    """Name a service by what is changed in it: ``One fewer family support worker, ...``."""
    known = [(settings[key], value) for key, value in service.changes.items() if key in settings]
    if not known:
        return "As it is"
    if len(known) > NAMING:
        return f"With {len(known)} changes"
    text = "; ".join(_change(field, value) for field, value in known)
    return text[:1].upper() + text[1:]


def _change(field: Field, value: object) -> str:
    if field.group == "posts" and field.kind == "count":
        more = int(value) - int(field.default)  # type: ignore[call-overload]
        size = abs(more)
        count = NUMBERS[size] if size < len(NUMBERS) else f"{size}"
        role = field.label[:1].lower() + field.label[1:]
        if field.label.startswith("MASH"):
            role = field.label
        if size != 1:
            who, comma, where = role.partition(",")
            role = f"{who}s{comma}{where}"
        return f"{count} {'more' if more > 0 else 'fewer'} {role}"
    return f"{field.label}: {field.said(value)} instead of {field.said(field.default)}"  # type: ignore[arg-type]


def unique(label: str, taken: Sequence[str]) -> str:
    """Give a name that is not taken yet."""
    found, again = label, 2
    while found in taken:
        found, again = f"{label} ({again})", again + 1
    return found


def order_of(candidate: Candidate, loaded: Loaded[Scenario]) -> str | Text:
    """Say what to run: a name for what comes with the program, the whole text for all else."""
    if candidate.service.changes:
        return Text(to_yaml(loaded))
    return document(candidate.service, loaded)


def differing(
    scenarios: Sequence[Loaded[Scenario]], settings: Mapping[str, Field]
) -> tuple[Input, ...]:
    """List the inputs in which scenarios differ, the settings of the Explore page first.

    Parameters
    ----------
    scenarios
        Two or more.
    settings
        The settings of the first, by key, for their names.
    """
    values = [_values(one) for one in scenarios]
    every = dict.fromkeys(path for known in values for path in known)
    found = []
    for path in every:
        own = tuple(known.get(path, "–") or "–" for known in values)
        if len(set(own)) > 1:
            field = settings.get(path)
            found.append(Input(_label(path, field), own, field is not None))
    return tuple(sorted(found, key=lambda each: not each.usual))


def _values(loaded: Loaded[Scenario]) -> dict[str, str]:
    return {
        key.path: key.value
        for key in keys(loaded.scenario)
        if key.path not in NOT_INPUTS and not key.path.endswith(ABOUT)
    }


def _label(path: str, field: Field | None) -> str:
    if field is None:
        return ": ".join(wording.stage(part) for part in path.split("."))
    return f"{field.label} (posts)" if field.group == "posts" else field.label
