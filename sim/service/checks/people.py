"""Whether people can be away, leave and be replaced as a scenario says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.people import PEERS, People
from sim.service.checks.finding import Finding, roles, unknown
from sim.service.checks.tasks import RESERVED
from sim.service.people import WORKING_DAYS

MOST_TURNOVER = 12.0  # a year: more than one leaving a month from every post
MOST_DAYS = 2_500.0
FIXED = ("leave", "training", "sickness", "turnover", "vacancy", "newly_qualified", "induction")


def check_people(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse absences beyond the working year, rates out of range, and cover by nobody."""
    people = scenario.people
    for path, post in _posts(scenario):
        yield from _own(people, post, path)
    if people is None:
        return
    yield from _days(people)
    yield from _turnover(people.turnover.value, ("people", "turnover"))
    yield from _draws(people)
    yield from _names(scenario, people)
    yield from _shares(people)


def fixed(scenario: schema.Scenario) -> Iterator[tuple[Path, tuple[object, str]]]:
    """List what cannot change during a run: absences are fixed when somebody starts."""
    people = scenario.people
    yield ("people",), (True if people is not None else None, "")
    for key in FIXED if people is not None else ():
        why = "; people's absences and leaving are drawn when they start"
        yield ("people", key), (str(getattr(people, key)), why)
    for path, post in _posts(scenario):
        yield (*path, "sickness"), (post.sickness.value if post.sickness else None, "")
        yield (*path, "turnover"), (post.turnover.value if post.turnover else None, "")


def _posts(scenario: schema.Scenario) -> Iterator[tuple[Path, schema.Post]]:
    for team_name, team in scenario.teams.items():
        for name, post in team.posts.items():
            yield ("teams", team_name, "posts", name), post


def _own(people: People | None, post: schema.Post, path: Path) -> Iterator[Finding]:
    """Refuse a post's own rates where nobody is ever away, or beyond what can be."""
    for key in ("turnover", "sickness"):
        own = getattr(post, key)
        if own is not None and people is None:
            text = "this scenario has no 'people', so that nobody is away or leaves"
            yield Finding((*path, key), text, own.value)
    if people is None:
        return
    if post.turnover is not None:
        yield from _turnover(post.turnover.value, (*path, "turnover"))
    if post.sickness is not None:
        yield from _lost(people, post.sickness.value, (*path, "sickness"))


def _days(people: People) -> Iterator[Finding]:
    leave, training = people.leave.days.value, people.training.value
    for path, days in ((("people", "leave", "days"), leave), (("people", "training"), training)):
        if days < 0:
            yield Finding(path, f"days cannot be negative, but this is {days:g}", days)
            return
    yield from _lost(people, people.sickness.share.value, ("people", "leave", "days"))


def _lost(people: People, sick: float, path: Path) -> Iterator[Finding]:
    planned = people.leave.days.value + people.training.value
    total = planned + sick * WORKING_DAYS
    if total >= WORKING_DAYS:
        text = f"leave, training and sickness come to {total:.5g} days; a working year has"
        text += f" {WORKING_DAYS:g}"
        related: tuple[Path, ...] = (("people", "training"), ("people", "sickness", "share"))
        value = sick if path[-1] == "sickness" else people.leave.days.value
        yield Finding(path, text, value, (), related)


def _turnover(rate: float, path: Path) -> Iterator[Finding]:
    if rate > MOST_TURNOVER:
        text = f"{rate:g} a year is more than can be (at most {MOST_TURNOVER:g})"
        yield Finding(path, text, rate)


def _draws(people: People) -> Iterator[Finding]:
    draws = [
        (("people", "sickness", "spell"), people.sickness.spell.value.mean()),
        (("people", "recruitment"), people.recruitment.value.mean()),
    ]
    if people.agency is not None:
        draws.append((("people", "agency", "after"), people.agency.after.value.mean()))
    for path, mean in draws:
        if mean > MOST_DAYS:
            text = f"{mean:g} working days is more than can be (at most {MOST_DAYS:g})"
            yield Finding(path, text, mean)
    spell = people.sickness.spell.value.mean()
    if spell < 1.0:
        text = f"a spell of sickness is of whole days: at least 1 on average, not {spell:g}"
        yield Finding(("people", "sickness", "spell"), text, spell)


def _names(scenario: schema.Scenario, people: People) -> Iterator[Finding]:
    """Refuse cover by a role that nobody has."""
    staffed = _staffed(scenario)
    covers, leaving = people.on_absence, people.on_leaving
    if covers.by != PEERS:
        yield from _named(("people", "on_absence", "by"), covers.by, (PEERS, *staffed))
    yield from _named(("people", "on_leaving", "held_by"), leaving.held_by, staffed)
    if covers.significant is not None:
        path: Path = ("people", "on_absence", "significant")
        yield from _named((*path, "by"), covers.significant.by, staffed)
        known = {kind for stage in scenario.stages.values() for kind in stage.tasks}
        for index, name in enumerate(covers.significant.tasks):
            yield from unknown((*path, "tasks", index), name, "task", sorted({*known, *RESERVED}))
    lists: list[tuple[Path, list[str]]] = []
    if people.agency is not None:
        lists.append((("people", "agency", "roles"), people.agency.roles))
    if people.newly_qualified is not None:
        lists.append((("people", "newly_qualified", "roles"), people.newly_qualified.roles))
    there = {role for team in scenario.teams.values() for role in roles(team)}
    for path, names in lists:
        for index, name in enumerate(names):
            if name not in there:
                text = f"no team has a post with the role '{name}'"
                yield Finding((*path, index), text, name, tuple(sorted(there)))


def _staffed(scenario: schema.Scenario) -> tuple[str, ...]:
    """List the roles that have a post, on the first day or after the change in question."""
    found = {
        role
        for team in scenario.teams.values()
        for role, names in roles(team).items()
        if any(team.posts[name].count.value for name in names)
    }
    return tuple(sorted(found))


def _named(path: Path, role: str, allowed: Iterable[str]) -> Iterator[Finding]:
    names = tuple(allowed)
    if role not in names:
        yield Finding(path, f"no team has a post with the role '{role}' to do this", role, names)


def _shares(people: People) -> Iterator[Finding]:
    for key in ("induction", "newly_qualified"):
        part = getattr(people, key)
        if part is not None and part.share.value <= 0:
            text = "should be above 0: somebody in post does some work"
            yield Finding(("people", key, "share"), text, part.share.value)
