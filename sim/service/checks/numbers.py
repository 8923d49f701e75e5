"""Whether hours, ages, rates and sizes are such as can happen, and be run."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.attached_work import AttachedWork
from sim.scenario.sections.day_one import DayOne
from sim.scenario.sections.transfers import Moves
from sim.scenario.values import Distribution, Sourced
from sim.service.checks.finding import Finding
from sim.service.checks.names import ASSESSED, ASSESSMENT

LEAST_YEARS, MOST_YEARS = 1 / 12, 25.0
FIRST_YEAR, LAST_YEAR = 1950, 2150
MOST_HOURS_A_DAY = 24.0
MOST_HOURS = 200.0  # of one piece of work on average; as `values.MAX_HOURS` of a fixed number
MOST_DAYS = 2_500.0
MOST_SPREAD = 5.0
MOST_CHILDREN = 20_000
MOST_CONTACTS = 100_000.0
MOST_BUNDLES_A_DAY = 500.0
MOST_CHANGES = 365.0
MOST_AGE = 25
WORKING_DAYS = 253.0


def check_numbers(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse numbers that cannot be, or that a run cannot use."""
    yield from _span(scenario)
    yield from _work(scenario.work)
    yield from _draws(scenario)
    yield from _contacts(scenario)
    yield from _background(scenario.mash)
    yield from _lives(scenario.population)
    yield from _sizes(scenario.day_one)


def check_day_one(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse children on day one where none could be. Needs every name to be one."""
    path = ("day_one", "children")
    children = scenario.day_one.children
    served = {stage for need in scenario.population.needs.values() for stage in need.served_by}
    for stage, count in children.items():
        if stage in scenario.stages and stage not in served and count.value:
            text = f"there cannot be children in '{stage}' on day one: no need is served by it"
            yield Finding((*path, stage), text, count.value, ("0",))
    if scenario.day_one.placed == "by_need":
        yield from _groups(scenario)
    if ASSESSMENT in children and children[ASSESSMENT].value:
        yield from _assessed(scenario)


def _groups(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse groups with a need that nobody serves: those children could be placed nowhere."""
    for name, group in scenario.day_one.groups.items():
        count = scenario.day_one.children.get(name)
        for index, need in enumerate(group.needs if count is not None and count.value else ()):
            if not scenario.population.needs[need].served_by:
                text = f"there cannot be children with the need '{need}' on day one: no stage "
                text += "serves it, so that they could be placed nowhere"
                yield Finding(("day_one", "groups", name, "needs", index), text, need)


def _span(scenario: schema.Scenario) -> Iterator[Finding]:
    years = scenario.horizon.years()
    if not LEAST_YEARS - 1e-9 <= years <= MOST_YEARS:
        text = f"a run takes from 1 month to {MOST_YEARS:g} years, not {scenario.horizon}"
        yield Finding(("horizon",), text, str(scenario.horizon))
    if not FIRST_YEAR <= scenario.start.year <= LAST_YEAR:
        text = f"should be from {FIRST_YEAR} to {LAST_YEAR}, not in {scenario.start.year}"
        yield Finding(("start",), text, scenario.start)


def _work(work: schema.Work) -> Iterator[Finding]:
    hours = work.hours_a_day.value
    if not 0 < hours <= MOST_HOURS_A_DAY:
        text = f"should be above 0 and at most {MOST_HOURS_A_DAY:g} hours, not {hours:g}"
        yield Finding(("work", "hours_a_day"), text, hours)
    for name in ("case_share", "longest_sitting"):
        share = getattr(work, name).value
        if share <= 0:
            text = "should be above 0, or no work would ever be done"
            yield Finding(("work", name), text, share)
    if work.window_share.value >= 1:
        text = "should be below 1, or work would always be open"
        yield Finding(("work", "window_share"), text, work.window_share.value)
    if work.family_cannot_come.value >= 1:
        text = "should be below 1, or no meeting would ever be held"
        yield Finding(("work", "family_cannot_come"), text, work.family_cannot_come.value)


def _draws(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse times no single piece of work or wait can take."""
    assessment, moves = scenario.assessment, scenario.moves
    hours: list[tuple[Path, Sourced[Distribution]]] = [
        (("mash", "hours"), scenario.mash.hours),
        (("assessment", "hours"), assessment.hours),
        (("assessment", "hours_sibling"), assessment.hours_sibling),
        (("assessment", "sign_off", "hours"), assessment.sign_off.hours),
        (("moves", "hand_over", "hours"), moves.hand_over.hours),
        (("moves", "take_up", "hours"), moves.take_up.hours),
        *_of_moves(moves),
        *_of_attached_work(scenario.attached_work),
        (("closure", "hours"), scenario.closure.hours),
        (
            ("population", "attributes", "package_hours"),
            scenario.population.attributes.package_hours,
        ),
    ]
    for name, stage in scenario.stages.items():
        for kind, task in stage.tasks.items():
            path: Path = ("stages", name, "tasks", kind)
            hours.append(((*path, "hours"), task.hours))
            if task.second is not None:
                hours.append(((*path, "second", "hours"), task.second.hours))
    days: list[tuple[Path, Sourced[Distribution]]] = [
        (("assessment", "gap"), assessment.gap),
        (("assessment", "agency_checks"), assessment.agency_checks),
        (("population", "return_delay"), scenario.population.return_delay),
    ]
    again = scenario.population.coming_back
    if again is not None:
        days.append((("population", "coming_back", "after"), again.after))
    for where, draw in hours:
        yield from _draw(where, draw.value, MOST_HOURS, "hours")
    for where, draw in days:
        yield from _draw(where, draw.value, MOST_DAYS, "working days")
    if assessment.session_hours.value <= 0:
        text = "should be above 0: an assessment is done in sessions"
        yield Finding(("assessment", "session_hours"), text, assessment.session_hours.value)
    for where, draw in hours[1:3]:
        if draw.value.kind in ("fixed", "empirical") and _possible(draw.value)[0] <= 0:
            yield Finding(where, "an assessment takes more than 0 hours", _possible(draw.value)[0])


def _of_moves(moves: Moves) -> Iterator[tuple[Path, Sourced[Distribution]]]:
    for name in ("discussion", "introduction", "ending", "operations"):
        if (part := getattr(moves, name)) is not None:
            yield ("moves", name, "hours"), part.hours
    if moves.introduction is not None:
        path = ("moves", "introduction", "new_worker_hours")
        yield path, moves.introduction.new_worker_hours


def _of_attached_work(
    spec: AttachedWork | None,
) -> Iterator[tuple[Path, Sourced[Distribution]]]:
    if spec is None:
        return
    yield ("attached_work", "form", "hours"), spec.form.hours
    for name, piece in spec.pieces.items():
        yield ("attached_work", "pieces", name, "hours"), piece.hours
    if spec.supervised_contact is not None:
        yield ("attached_work", "supervised_contact", "hours"), spec.supervised_contact.hours


def _draw(path: Path, draw: Distribution, most: float, unit: str) -> Iterator[Finding]:
    mean = draw.mean()
    if mean > most:
        text = f"{mean:g} {unit} is more than can be (at most {most:g})"
        yield Finding(path, text, mean)
    if draw.kind in ("gamma", "lognormal") and draw.parameters[1] > MOST_SPREAD:
        text = f"a cv of {draw.parameters[1]:g} is too wide a spread (at most {MOST_SPREAD:g})"
        yield Finding((*path, draw.kind, "cv"), text, draw.parameters[1])


def _possible(draw: Distribution) -> tuple[float, float]:
    """Give the least and the greatest value of a fixed or empirical distribution."""
    weights = draw.weights or (1.0,) * len(draw.parameters)
    values = [value for value, weight in zip(draw.parameters, weights, strict=True) if weight > 0]
    return min(values), max(values)


def _contacts(scenario: schema.Scenario) -> Iterator[Finding]:
    contacts = scenario.population.contacts
    rate, growth = contacts.rate.value, contacts.growth.value
    path = ("population", "contacts")
    if rate <= 0:
        text = "should be above 0: for next to no contacts, write '0.01 per year'"
        yield Finding((*path, "rate"), text, rate)
    if growth < -1:
        text = f"should be at least -1 (-100%: none is left after a year), not {growth:g}"
        yield Finding((*path, "growth"), text, growth)
        return
    years = min(scenario.horizon.years(), MOST_YEARS)
    most = max(1.0, min(1.0 + growth, MOST_CONTACTS) ** years) * rate
    if most > MOST_CONTACTS:
        text = f"makes more than {MOST_CONTACTS:,.0f} first contacts a year by the end of the run"
        at = "rate" if rate > MOST_CONTACTS else "growth"
        yield Finding((*path, at), f"{text}, the most there can be", getattr(contacts, at).value)


def _background(mash: schema.Mash) -> Iterator[Finding]:
    if mash.background is None:
        return
    bundle, rate = mash.background.bundle.value, mash.background.rate.value
    path = ("mash", "background", "bundle")
    if bundle < 1:
        yield Finding(path, "should be at least 1 contact", bundle)
    elif rate / WORKING_DAYS / bundle > MOST_BUNDLES_A_DAY:
        text = f"makes {rate / WORKING_DAYS / bundle:,.0f} bundles a day, more than can be run"
        enough = int(-(-rate // (WORKING_DAYS * MOST_BUNDLES_A_DAY)))
        related = (("mash", "background", "rate"),)
        yield Finding(path, text, bundle, (f"{enough} contacts or more",), related)


def _lives(population: schema.Population) -> Iterator[Finding]:
    exit_age, age = population.exit_age.value, population.age_at_contact.value
    if not 1 <= exit_age <= MOST_AGE:
        text = f"should be from 1 to {MOST_AGE}, not {exit_age}"
        yield Finding(("population", "exit_age"), text, exit_age)
    elif age.mean() >= exit_age:
        text = f"children are {age.mean():g} on average, but services end at {exit_age}"
        related = (("population", "exit_age"),)
        yield Finding(("population", "age_at_contact"), text, age.mean(), (), related)
    for name, need in population.needs.items():
        for to, rate in need.becomes.items():
            if rate.value > MOST_CHANGES:
                text = f"{rate.value:g} a year is more than a change a day"
                yield Finding(("population", "needs", name, "becomes", to), text, rate.value)


def _sizes(day_one: DayOne) -> Iterator[Finding]:
    counts = [*day_one.children.values(), *day_one.known_before.values()]
    total = sum(count.value for count in counts)
    if total > MOST_CHILDREN:
        text = f"there are {total:,} children on day one; there can be at most {MOST_CHILDREN:,}"
        related = (("day_one", "known_before"),)
        yield Finding(("day_one", "children"), text, total, (), related)
    if day_one.siblings.value > 0.5:
        text = "a child has at most one sibling here, so that at most half of children are siblings"
        yield Finding(("day_one", "siblings"), text, day_one.siblings.value)


def _assessed(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse children being assessed on day one where no contact ever leads to an assessment."""
    outcomes = scenario.mash.outcomes
    chance = sum(
        share * outcomes[need].value.get(outcome, 0.0)
        for need, share in scenario.population.needs_at_contact.value.items()
        for outcome in ASSESSED
        if need in outcomes
    )
    if chance <= 0:
        text = "no contact leads to an assessment, so that there cannot be children being assessed"
        count = scenario.day_one.children[ASSESSMENT].value
        related = (("mash", "outcomes"), ("population", "needs_at_contact"))
        yield Finding(("day_one", "children", ASSESSMENT), text, count, (), related)
