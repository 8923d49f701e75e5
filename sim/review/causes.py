"""What could have been different from what the scenario says: one input, moved.

Which inputs stand for a cause is decided here by what the scenario calls them; how far each is
moved to see what it does is not what it is believed to have been, only far enough to show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from sim.review.counted import PROMISES
from sim.scenario.inputs import DIGITS, Input
from sim.scenario.keys import keys

if TYPE_CHECKING:
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

TIMES, POSTS, SHARE = "times", "posts", "share"
ALL_TASKS = "hours:all_tasks"
RECORDING = "recording"
TRIED_TIMES = (0.75, 1.35)
TRIED_PART = (-0.2, 0.15)  # of the posts
WIDER = 3.0  # times as far from neutral as was tried, it is sought
CHANGED = "the scenario changes it on a date within the year"


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that may have been different in the year under review.

    Attributes
    ----------
    name
        ``demand``, ``staff:review_and_intervention.family_support_worker``.
    kind
        Which sort: demand, staffing, absence, hours, moves, opening, recording.
    unit
        Of its amount: ``times`` (of what the scenario says), ``posts``, ``share``.
    neutral
        The amount that the scenario has.
    least, most
        Between which amounts it is sought.
    keys
        The scenario's keys that it moves; none if it is about how work is recorded.
    tried
        The amounts at which it is seen what it does.
    """

    @property
    def runs(self) -> bool:
        """Whether that takes a simulation; how work is recorded changes nothing of the work."""
        return bool(self.keys)

    name: str
    kind: str
    unit: str
    neutral: float
    least: float
    most: float
    keys: tuple[str, ...]
    tried: tuple[float, ...] = ()

    def sets(self, loaded: Loaded[Scenario], amount: float) -> list[str]:
        """Write the changes that make it this much, as after ``--set``."""
        known = movable(loaded.scenario)
        found = []
        for key in self.keys:
            number = known[key].number
            assert number is not None
            if self.name == ALL_TASKS:  # tasks that take longer, as days with fewer hours
                wanted = number / amount
            else:
                wanted = number * amount if self.unit == TIMES else amount
            found.append(known[key].at(float(f"{wanted:.{DIGITS}g}")))
        return found


def causes_in(loaded: Loaded[Scenario]) -> tuple[tuple[Cause, ...], tuple[tuple[str, str], ...]]:
    """List the causes that a scenario can have, and those it cannot, with the reason.

    Returns
    -------
    causes, left out
        The second as pairs of a name and why.
    """
    now = movable(loaded.scenario)
    later = [movable(change.scenario) for change in loaded.changes]
    found, left = [], []
    for each in _causes(loaded.scenario, now):
        changed = any(
            key not in then or then[key].value != now[key].value
            for then in later
            for key in each.keys
        )
        if changed:
            left.append((each.name, CHANGED))
        else:
            found.append(each)
    return tuple(found), tuple(left)


def movable(scenario: Scenario) -> Mapping[str, Input]:
    """Give every single number of a scenario by its key, whatever its grade."""
    found = {}
    for key in keys(scenario):
        if key.sourced is not None:
            value = Input(
                key=key.path,
                unit=key.unit,
                words=key.value,
                grade=key.grade or "",
                source=key.source or "",
                value=key.sourced.value,
                range=key.sourced.range,
            )
            if value.number is not None:
                found[key.path] = value
    return found


def _causes(scenario: Scenario, known: Mapping[str, Input]) -> Iterator[Cause]:
    yield _times("demand", "demand", ["population.contacts.rate"])
    for pool, key in _posts(scenario, known):
        yield _staff(pool, key, known[key].number or 0.0)
    if "people.sickness.share" in known:
        yield _share("absence", "absence", ["people.sickness.share"], known, (0.05, 0.12))
    for name, promise in (("hours:reviews", PROMISES[0]), ("hours:visits", PROMISES[1])):
        if hours := [key for key in _hours(scenario, promise) if key in known]:
            yield _times(name, "hours", hours)
    yield _all_tasks(known)
    for name, moves in _moves(scenario).items():
        if rates := [key for key in moves if key in known]:
            yield _times(name, "moves", rates)
    if opened := [key for key in known if key.startswith("day_one.children.")]:
        yield _times("opening:caseload", "opening", opened, (0.9, 1.1))
    if overdue := [key for key in known if key.startswith("day_one.overdue.")]:
        yield _share("opening:backlog", "opening", overdue, known, (0.15, 0.4))
    yield Cause(RECORDING, "recording", SHARE, 0.0, 0.0, 0.6, (), (0.15, 0.4))


def _posts(scenario: Scenario, known: Mapping[str, Input]) -> Iterator[tuple[str, str]]:
    """List the posts of those who hold children or work with them."""
    holding = {
        (stage.team, role) for stage in scenario.stages.values()
        for role in (stage.holder, stage.assigned)
    }  # fmt: skip
    for team, says in scenario.teams.items():
        for name, post in says.posts.items():
            key = f"teams.{team}.posts.{name}.count"
            if (team, post.role or name) in holding and known[key].number:
                yield f"{team}.{name}", key


def _hours(scenario: Scenario, promise: str) -> Iterator[str]:
    for stage_name, stage in scenario.stages.items():
        for name, task in stage.tasks.items():
            if task.timescale == promise:
                yield f"stages.{stage_name}.tasks.{name}.hours"
                yield f"stages.{stage_name}.tasks.{name}.second.hours"


def _moves(scenario: Scenario) -> dict[str, list[str]]:
    """List the rates of change of need, by whether a child moves to more, to less, or out."""
    order = {name: place for place, name in enumerate(scenario.stages)}
    needs = scenario.population.needs
    place = {name: order[need.served_by[0]] for name, need in needs.items() if need.served_by}
    found: dict[str, list[str]] = {"moves:up": [], "moves:down": [], "moves:closing": []}
    for name, need in needs.items():
        for to in need.becomes if name in place else ():
            if to not in place:
                which = "moves:closing"
            elif place[to] == place[name]:
                continue
            else:
                which = "moves:up" if place[to] < place[name] else "moves:down"
            found[which].append(f"population.needs.{name}.becomes.{to}")
    return found


def _times(
    name: str, kind: str, keys: Sequence[str], tried: tuple[float, float] = TRIED_TIMES
) -> Cause:
    low, high = tried
    least, most = max(1.0 - WIDER * (1.0 - low), 0.1), 1.0 + WIDER * (high - 1.0)
    return Cause(name, kind, TIMES, 1.0, least, most, tuple(keys), tried)


def _staff(pool: str, key: str, count: float) -> Cause:
    low, high = TRIED_PART
    fewer, more = count - ceil(-low * count), count + ceil(high * count)
    tried = tuple(n for n in (fewer, more) if n >= 1.0)
    return Cause(f"staff:{pool}", "staffing", POSTS, count, 0.0, 2.0 * count, (key,), tried)


def _share(
    name: str, kind: str, keys: Sequence[str], known: Mapping[str, Input],
    more: tuple[float, float],
) -> Cause:  # fmt: skip
    """Make a cause of shares that are all set to the same; tried are two that are larger."""
    numbers = [known[key].number or 0.0 for key in keys]
    neutral = sum(numbers) / len(numbers)
    tried = tuple(neutral + extra for extra in more)
    return Cause(
        name, kind, SHARE, neutral, 0.0, min(neutral + 2 * more[1], 0.9), tuple(keys), tried
    )


def _all_tasks(known: Mapping[str, Input]) -> Cause:
    key = "work.case_share"
    least = known[key].number or 1.0  # then all of the day is casework
    low = max(TRIED_TIMES[0] + 0.1, least)
    return Cause(ALL_TASKS, "hours", TIMES, 1.0, least, 2.0, (key,), (low, 1.2))
