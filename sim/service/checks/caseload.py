"""Whether the children of a caseload file can be open in this service on the first day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.caseload import DRAWN, Case
from sim.service.checks.finding import Finding, headcount, roles, unknown
from sim.service.checks.names import ASSESSMENT

CASELOAD: Path = ("day_one", "caseload")
IN_THE_PAST = ("date_of_birth", "entered_on", "last_review", "last_visit")
YEARS_KNOWN = 20  # the calendar goes no further back


def check_caseload(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse children who cannot be open where the file says, or dates that cannot be."""
    seen: dict[str, int] = {}
    for number, case in enumerate(scenario.day_one.caseload):
        path: Path = (*CASELOAD, number)
        if case.child in seen:
            text = f"'{case.child}' is in the file twice; each child has one line"
            yield Finding((*path, "child"), text, case.child)
        seen.setdefault(case.child, number)
        yield from _names(scenario, case, path)
        yield from _dates(scenario, case, path)
        yield from _holder(scenario, case, path)


def _names(scenario: schema.Scenario, case: Case, path: Path) -> Iterator[Finding]:
    places = [ASSESSMENT, *scenario.stages]
    yield from unknown((*path, "stage"), case.stage, "stage", places)
    population = scenario.population
    known: tuple[tuple[str, str | None, Iterable[str]], ...] = (
        ("site", case.site, population.sites.value),
        ("need", case.need, population.needs),
        ("overnight", case.overnight, population.attributes.overnight.value),
    )
    for column, given, names in known:
        if given is not None:
            yield from unknown((*path, column), given, column.replace("_", " "), names)


def _dates(scenario: schema.Scenario, case: Case, path: Path) -> Iterator[Finding]:
    start = scenario.start
    for column in IN_THE_PAST:
        on: date | None = getattr(case, column)
        if on is None:
            continue
        if on > start:
            text = f"{on} is after the first day, {start}: what has not happened yet has no date"
            yield Finding((*path, column), text, str(on))
        elif on.year < start.year - YEARS_KNOWN:
            text = f"{on} is more than {YEARS_KNOWN} years before the first day, {start}"
            yield Finding((*path, column), text, str(on))
    born, entered = case.date_of_birth, case.entered_on
    if born is None:
        return
    if born <= start and _age(born, start) >= scenario.population.exit_age.value:
        text = f"is {_age(born, start)} on the first day, but services end at"
        text += f" {scenario.population.exit_age.value}"
        yield Finding((*path, "date_of_birth"), text, str(born))
    if entered is not None and entered < born:
        text = f"{entered} is before the child was born, {born}"
        yield Finding((*path, "entered_on"), text, str(entered))


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _holder(scenario: schema.Scenario, case: Case, path: Path) -> Iterator[Finding]:
    if case.holder is None:
        return
    if case.stage == ASSESSMENT:
        team, role = scenario.assessment.team, scenario.assessment.holder
    elif case.stage in scenario.stages:
        team, role = scenario.stages[case.stage].team, scenario.stages[case.stage].holder
    else:
        return  # said of the stage
    if team not in scenario.teams or not headcount(scenario, team, role):
        return  # said of the team
    posts = {
        f"{team}.{name}.{number + 1}"
        for name in roles(scenario.teams[team]).get(role, ())
        for number in range(scenario.teams[team].posts[name].count.value)
    }
    if case.holder not in posts:
        text = f"no post that can hold a case in '{case.stage}' is called '{case.holder}'"
        yield Finding((*path, "holder"), text, case.holder, tuple(sorted(posts)))


def blanks(scenario: schema.Scenario) -> Iterator[Finding]:
    """Say what the file leaves blank, and is therefore drawn."""
    cases = scenario.day_one.caseload
    if not cases:
        return
    empty = Counter(column for case in cases for column in DRAWN if getattr(case, column) is None)
    if empty:
        said = ", ".join(f"{column} ({empty[column]})" for column in DRAWN if column in empty)
        text = f"of {len(cases)} children, what is blank is drawn: {said}"
        yield Finding(CASELOAD, text)
