"""What is different since the last review: two scenarios, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sim.scenario import Loaded
from sim.scenario.keys import Key, keys
from sim.scenario.schema import Scenario

CHANGED, ADDED, REMOVED = "changed", "added", "taken out"
NOT_COMPARED = ("name", "title", "description", "review", "day_one.caseload")


@dataclass(frozen=True, slots=True)
class Since:
    """One difference.

    Attributes
    ----------
    key
        What differs.
    how
        ``changed``, ``added``, ``taken out``.
    before, now
        The values in words; empty where there is none.
    source, grade
        Where the value as it is now comes from (or came from, if it was taken out).
    """

    key: str
    how: str
    before: str
    now: str
    source: str
    grade: str


def since(before: Loaded[Scenario], now: Loaded[Scenario]) -> tuple[Since, ...]:
    """List how a scenario differs from what it was, in the order it has now.

    A value whose source or grade changed, though not the value, is a change too.
    """
    return (*_values(before, now), *_dated(before, now), *_children(before, now))


def _values(before: Loaded[Scenario], now: Loaded[Scenario]) -> Iterator[Since]:
    old, new = ({k.path: k for k in keys(each.scenario) if _looked_at(k)} for each in (before, now))
    for path, key in new.items():
        was = old.get(path)
        if was is None or (key.value and not was.value):
            if key.value:
                yield _since(path, ADDED, None, key)
        elif not key.value and was.value:
            yield _since(path, REMOVED, was, None)
        elif _all(was) != _all(key):
            yield _since(path, CHANGED, was, key)
    for path, key in old.items():
        if path not in new and key.value:
            yield _since(path, REMOVED, key, None)


def _looked_at(key: Key) -> bool:
    return not any(key.path == each or key.path.startswith(f"{each}.") for each in NOT_COMPARED)


def _all(key: Key) -> tuple[object, ...]:
    about = key.sourced
    return (key.value, key.source, key.grade, about.range if about is not None else None)


def _since(path: str, how: str, was: Key | None, key: Key | None) -> Since:
    old, new = (_words(each) if each is not None else "" for each in (was, key))
    about = key or was
    source, grade = (about.source or "", about.grade or "") if about is not None else ("", "")
    if was is not None and key is not None and was.value == key.value:
        old, new = f"{old} ({was.grade or 'no grade'})", f"{new} ({key.grade or 'no grade'})"
        if was.source != key.source:
            old, new = f"{old}: {was.source or '–'}", f"{new}: {key.source or '–'}"
    return Since(path, how, old, new, source, grade)


def _words(key: Key) -> str:
    if key.unit in ("hours", "per year"):
        return f"{key.value} {key.unit}"
    return key.value


def _dated(before: Loaded[Scenario], now: Loaded[Scenario]) -> Iterator[Since]:
    old, new = (
        {(each.on, key): value for each in one.scenario.changes for key, value in each.set.items()}
        for one in (before, now)
    )
    for (on, key), value in new.items():
        was = old.get((on, key))
        if was != value:
            how = ADDED if (on, key) not in old else CHANGED
            said = "" if was is None else str(was)
            yield Since(f"{key}, from {on.isoformat()}", how, said, str(value), "", "")
    for (on, key), value in old.items():
        if (on, key) not in new:
            yield Since(f"{key}, from {on.isoformat()}", REMOVED, str(value), "", "", "")


def _children(before: Loaded[Scenario], now: Loaded[Scenario]) -> Iterator[Since]:
    """Say that the file of open children is another; not what is in it."""
    old, new = (each.scenario.day_one.caseload for each in (before, now))
    if old != new:
        was, here = (f"{len(each)} children" if each else "" for each in (old, new))
        how = CHANGED if old and new else ADDED if new else REMOVED
        yield Since("day_one.caseload", how, was, here, "", "")
