"""The scenario for the year to come: begun where the last ended, with what the reviewer accepts.

What has happened by then is a part of it (changes on a date that has passed); what is still to come
stays a change on its date. An accepted input gets its new value with the counts as its source.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from sim import __version__
from sim.review.actuals import Actuals
from sim.review.recalibrated import Recalibrated
from sim.review.review import Review
from sim.scenario import Loaded, with_sets
from sim.scenario.errors import Position, nearest, refuse
from sim.scenario.inputs import Input
from sim.scenario.keys import keys
from sim.scenario.schema import Scenario
from sim.service.check import check

OPENING = "opening"
EVERYTHING = "all"
OPEN, TIMES, SHARE = "open_children", "times", "share"
DIGITS = 4  # significant, of an accepted value: more than the counts of a year support


def next_year(
    loaded: Loaded[Scenario], found: Review, accepted: Iterable[str], on: date
) -> Loaded[Scenario]:
    """Make the scenario of the year after the one under review.

    Parameters
    ----------
    loaded
        The scenario as it was given.
    found
        Its review.
    accepted
        Names of recalibrated inputs, ``opening`` (children open at the end of the year), or
        ``all`` of them.
    on
        The day of the review.

    Raises
    ------
    ScenarioError
        If something is accepted that cannot be, or the scenario begins with a file of children.
    """
    if loaded.scenario.day_one.caseload:
        text = (
            f"begins with a file of the children open on {loaded.scenario.start}; the year to "
            "come needs one of its own: give it a new date and file, and use caseload compare"
        )
        raise refuse(Position(loaded.files[-1]), ("day_one", "caseload"), text)
    chosen = names(found, accepted)
    later = moved_on(loaded, a_year_on(loaded.scenario.start))
    made = with_sets(later, [*_sets(later, found, chosen), *_reviewed(found, on)])
    check(made)
    return made


def names(found: Review, accepted: Iterable[str]) -> tuple[str, ...]:
    """Say what is accepted, each by its name.

    Raises
    ------
    ScenarioError
        If there is no such input, or none that could be accepted.
    """
    can = acceptable(found)
    chosen: list[str] = []
    for name in accepted:
        if name == EVERYTHING:
            chosen += can
        elif name in can:
            chosen.append(name)
        else:
            known = [each.name for each in found.recalibrated]
            text = f"'{name}' is no input that last year's counts speak of"
            if name in known:
                text = f"'{name}' is no single number of the scenario; change it there"
            elif name == OPENING:
                text = "the children open at the end of the last month were not counted by stage"
            allowed = (*can, EVERYTHING)
            raise refuse(
                Position("--accept"), (), text, allowed=allowed, hint=nearest(name, allowed)
            )
    return tuple(dict.fromkeys(chosen))


def acceptable(found: Review) -> list[str]:
    """List what may be accepted: inputs that are numbers of the scenario, and the opening."""
    numbers = _numbers(found.loaded.scenario)
    can = [
        each.name
        for each in found.recalibrated
        if each.keys and all(key in numbers for key in each.keys)
    ]
    return [*can, OPENING] if open_at_the_end(found) else can


def a_year_on(start: date) -> date:
    """Give the same day of the next year; of 29 February the first of March."""
    try:
        return start.replace(year=start.year + 1)
    except ValueError:
        return date(start.year + 1, 3, 1)


def moved_on(loaded: Loaded[Scenario], start: date) -> Loaded[Scenario]:
    """Begin a scenario on a later day, with what has changed by then."""
    past = [each for each in loaded.changes if each.on <= start]
    data = dict(past[-1].data if past else loaded.data)
    still = [each for each in loaded.data.get("changes", ()) if _day(each["on"]) > start]
    data.pop("changes", None)
    if still:
        data["changes"] = still
    return with_sets(replace(loaded, data=data), [f"start={start.isoformat()}"])


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def open_at_the_end(found: Review) -> dict[str, int]:
    """Give the children open at the end of the year in each stage that has a count on day one.

    Nothing unless all of these were counted, or if children are placed otherwise than by stage.
    """
    first = found.loaded.scenario.day_one
    if first.placed != "as_drawn":
        return {}
    counts = _last_counts(found.actuals)
    known = {stage: counts[stage] for stage in first.children if stage in counts}
    return known if len(known) == len(first.children) else {}


def _last_counts(actuals: Actuals) -> dict[str, int]:
    last = actuals.months[-1]
    return {
        row.counted.where: round(row.value)
        for row in actuals.rows
        if row.counted.measure.name == OPEN and row.month == last
    }


def _sets(later: Loaded[Scenario], found: Review, chosen: Sequence[str]) -> Iterator[str]:
    numbers = _numbers(later.scenario)
    year = f"{found.actuals.months[0]} to {found.actuals.months[-1]}"
    for each in found.recalibrated:
        if each.name in chosen:
            for key in each.keys:
                yield _set(numbers[key], each, f"annual review: counts of {year}")
    if OPENING in chosen:
        for stage, number in open_at_the_end(found).items():
            key, source = f"day_one.children.{stage}", f"at the end of {found.actuals.months[-1]}"
            yield f"{key}={{value: {number}, source: counted {source}, grade: entered}}"


def _set(known: Input, each: Recalibrated, source: str) -> str:
    """Write an accepted input: its value, where it comes from and how sure that is."""
    number, low, high = (
        _rounded(_of_key(known, each, value))
        for value in (each.new, each.new_lower, each.new_upper)
    )
    about: dict[str, Any] = {"source": source, "grade": "calibrated"}
    if not known.is_whole and low <= number <= high:
        about["range"] = [low, high]
    value = yaml.safe_load(known.at(number).partition("=")[2])
    whole = {**value, **about} if isinstance(value, dict) else {"value": value, **about}
    return f"{known.key}={json.dumps(whole)}"


def _of_key(known: Input, each: Recalibrated, value: float) -> float:
    """Turn what last year's counts say into the unit of the key: times, or posts from a share."""
    before = known.number
    assert before is not None
    if each.unit == TIMES:
        return before * value
    if each.unit == SHARE and known.unit != SHARE:  # of posts filled
        return before * value / each.old if each.old else before
    return value


def _rounded(number: float) -> float:
    return float(f"{number:.{DIGITS}g}") if math.isfinite(number) else number


def _reviewed(found: Review, on: date) -> Iterator[str]:
    """Record that this was reviewed, when, and with which version; whoever owned it still does."""
    yield f"review.last_reviewed={on.isoformat()}"
    yield f"review.version='{__version__}'"
    kept = found.loaded.scenario.review
    if kept is not None and kept.review_by is not None:
        due = kept.review_by if kept.review_by > on else a_year_on(on)
        yield f"review.review_by={due.isoformat()}"


def _numbers(scenario: Scenario) -> dict[str, Input]:
    """Give every single number of a scenario by its key."""
    found = {}
    for key in keys(scenario):
        if key.sourced is not None:
            value = Input(
                *(key.path, key.unit, key.value, key.grade or "", key.source or ""),
                key.sourced.value,
                key.sourced.range,
            )
            if value.number is not None:
                found[key.path] = value
    return found
