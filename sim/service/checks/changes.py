"""What may not change in the middle of a run, and when a dated change may be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel

from sim.calendar import Calendar
from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.desks import fixed_desks
from sim.service.checks.finding import Finding, roles
from sim.service.checks.people import fixed as people_fixed

COUNT_0 = "; to close a post, set its count to 0"
LIVES = "; children's lives are drawn before the run begins"
DRAWN = "; first contacts are drawn before the run begins"
# Optional sections that are read afresh each time; what makes work or lives is there or it is not.
COME_AND_GO = (
    "agency",
    "assigned_contacts",
    "background",
    "contacts",
    "disagreement",
    "less_often",
    "more_often",
    "settings",
    "supervision",  # said of who supervises
)


def check_dates(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse a dated change that would never happen. Needs a horizon that can be run."""
    if not scenario.changes:
        return
    calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
    end = calendar.date(calendar.horizon)
    for index, change in enumerate(scenario.changes):
        if not scenario.start <= change.on < end:
            last = end - timedelta(days=1)
            text = f"is outside the run, which goes from {scenario.start} to {last}"
            yield Finding(("changes", index, "on"), text, change.on)


def _sections(model: BaseModel, path: Path) -> Iterator[tuple[Path, tuple[Any, str]]]:
    """List the optional sections below a section: there, or not, for the whole run."""
    for name, field in type(model).model_fields.items():
        below, here = getattr(model, name), (*path, name)
        may_be_none = NoneType in get_args(field.annotation)
        if may_be_none and _is_section(field.annotation) and name not in COME_AND_GO:
            yield here, (True if below is not None else None, "")
        for key, part in below.items() if isinstance(below, dict) else [(None, below)]:
            if isinstance(part, BaseModel):
                yield from _sections(part, here if key is None else (*here, key))


def _is_section(annotation: Any) -> bool:
    return any(
        isinstance(part, type) and issubclass(part, BaseModel) for part in get_args(annotation)
    )


def _need_events(scenario: schema.Scenario) -> Iterator[tuple[Path, tuple[Any, str]]]:
    """List where crises and the panel have work of their own."""
    events = scenario.need_events
    if events is not None and events.crises is not None:
        yield ("need_events", "crises", "in_stage"), (tuple(events.crises.in_stage), "")
    if events is not None and events.packages is not None:
        panel, path = events.packages.panel, ("need_events", "packages", "panel")
        yield (*path, "managers"), (tuple(panel.managers), "")
        yield (*path, "role"), (panel.role, "")


def check_change(before: schema.Scenario, after: schema.Scenario) -> Iterator[Finding]:
    """Refuse a dated change of what a run is built on."""
    old, new = dict(_fixed(before)), dict(_fixed(after))
    whole: set[Path] = set()  # sections that come or go; what is in them goes without saying
    for path in dict.fromkeys([*old, *new]):
        was, why = old.get(path, (None, ""))
        now, why = new.get(path, (None, why))
        if was != now and not any(path[:length] in whole for length in range(len(path))):
            if was is True or now is True:
                whole.add(path)
            text = f"{_said(path, was, now)} during a run{why}"
            yield Finding(path, text, now, (str(was),) if _is_value(was) else ())


def _is_value(item: Any) -> bool:
    return isinstance(item, str | int | float) and not isinstance(item, bool)


def _said(path: Path, was: Any, now: Any) -> str:
    name = path[-1]
    if was is None and now is True:
        return f"'{name}' cannot be added"
    if was is True and now is None:
        return f"'{name}' cannot be taken away"
    if name != "by_month" and isinstance(was, tuple) and isinstance(now, tuple):
        added = [item for item in now if item not in was]
        gone = [item for item in was if item not in now]
        if added or gone:
            names = ", ".join(f"'{item}'" for item in added or gone)
            return f"{names} cannot be {'added' if added else 'taken away'}"
    return f"'{name}' cannot change"


def _fixed(scenario: schema.Scenario) -> Iterator[tuple[Path, tuple[Any, str]]]:
    """List what must stay as it is: at which key, what it is now, and why."""
    for name, team in scenario.teams.items():
        yield ("teams", name), (True, COUNT_0)
        yield ("teams", name, "posts"), (tuple(roles(team)), COUNT_0)
        by = team.supervision.by if team.supervision is not None else None
        yield ("teams", name, "supervision"), (by, "")
        led = (team.units.led_by, *team.units.members) if team.units is not None else None
        yield ("teams", name, "units", "members"), (led, "")
    for name, stage in scenario.stages.items():
        yield ("stages", name), (True, "")
        yield ("stages", name, "casework"), (stage.casework, "")
        yield ("stages", name, "status"), (stage.status or "", "")
        for kind, task in stage.tasks.items():
            path = ("stages", name, "tasks", kind)
            yield path, (True, "")
            yield (*path, "timescale"), (task.timescale or "", "")
            yield (*path, "once_within"), (task.once_within is not None, "")
    yield from _sections(scenario, ())
    yield from _need_events(scenario)
    if scenario.open_to_review is not None:
        yield ("open_to_review", "stage"), (scenario.open_to_review.stage, "")
        yield ("open_to_review", "manager"), (scenario.open_to_review.manager, "")
    yield from people_fixed(scenario)
    yield from fixed_desks(scenario)
    population, mash = scenario.population, scenario.mash
    yield ("population", "needs"), (tuple(population.needs), "")
    yield ("population", "sites"), (tuple(population.sites.value), "")
    contacts = population.contacts
    yield ("population", "contacts", "rate"), (contacts.rate.value, DRAWN)
    yield ("population", "contacts", "growth"), (contacts.growth.value, DRAWN)
    yield ("population", "contacts", "by_month"), (tuple(contacts.by_month), DRAWN)
    safeguarding = scenario.safeguarding
    if safeguarding is not None:
        section = ("safeguarding",)
        yield (*section, "hub"), (safeguarding.hub, "")
        yield (*section, "manager"), (safeguarding.manager, "")
        for need, rate in safeguarding.concerns.rates.items():
            yield (*section, "concerns", "rates", need), (rate.value, LIVES)
        for need, rate in safeguarding.looked_after.starts.items():
            yield (*section, "looked_after", "starts", need), (rate.value, LIVES)
    yield ("work", "longest_sitting"), (scenario.work.longest_sitting.value, "")
    yield ("mash", "team"), (mash.team, "")
    yield ("mash", "role"), (mash.role, "")
    sign_off = scenario.assessment.sign_off
    yield ("assessment", "sign_off", "team"), (sign_off.team, "")
    yield ("assessment", "sign_off", "role"), (sign_off.role, "")
    yield ("assessment", "assigned"), (scenario.assessment.assigned or "", "")
    if scenario.attached_work is not None:
        yield ("attached_work", "pieces"), (tuple(scenario.attached_work.pieces), "")
    if (operations := scenario.moves.operations) is not None:
        yield ("moves", "operations", "team"), (operations.team, "")
        yield ("moves", "operations", "role"), (operations.role, "")
