"""The model described by STRESS-DES, from the scenario itself.

The items are those of Monks, Currie, Onggo, Robinson, Kunc and Taylor 2019, Strengthening the
reporting of empirical simulation studies, Journal of Simulation 13(1), 55 to 67.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator

import pandas as pd

from sim import __version__
from sim.report import wording
from sim.report.annual import words
from sim.report.annual.dossier import Dossier
from sim.report.paper import Section
from sim.scenario.keys import keys
from sim.scenario.schema import Scenario, Stage

LICENCE = "MIT"
Say = Callable[[Dossier], str]


def stress_des(dossier: Dossier) -> Iterator[Section]:
    """Describe the model item by item, with its stages, tasks and people as tables."""
    yield Section(
        "The model described (STRESS-DES)",
        (
            "By the reporting guideline STRESS-DES (Monks and others 2019). Everything is taken "
            "from the scenario that was run, so that it cannot be out of date.",
        ),
        pd.DataFrame(
            [(item, says(dossier)) for item, says in ITEMS], columns=["Item", "In this model"]
        ),
    )
    scenario = dossier.scenario
    yield Section("Stages and their rules", (), _stages(scenario), level=2)
    yield Section("Activities", (), _activities(scenario), level=2)
    yield Section("People", (), _people(scenario), level=2)


def _purpose(d: Dossier) -> str:
    about = d.scenario.description.strip()
    text = f"To say what becomes of a service's children, promises and staff. {about}"
    return text if text.endswith(".") else f"{text}."


def _outputs(d: Dossier) -> str:
    names = dict.fromkeys(each.counted.measure.value for each in d.review.measures)
    return (
        f"By month and over a year: {'; '.join(names)}. docs/words.md defines all measures of "
        "the program, with their units."
    )


def _aims(d: Dossier) -> str:
    return (
        "To hold last year's forecast against what happened, find what explains the difference, "
        "and update the inputs. Nothing is optimised here."
    )


def _diagram(d: Dossier) -> str:
    stages = ", ".join(wording.stage(name) for name in d.scenario.stages)
    early = "; early help (CAF/TAC) beside it" if d.scenario.early_help is not None else ""
    return (
        f"Contact, then MASH decision, then single assessment, then one of: {stages}{early}. "
        "Between these children move by the transfer list; from each a case may be closed, and a "
        "closed case may come back as a contact."
    )


def _logic(d: Dossier) -> str:
    return (
        "Each child's need changes in its own life, whatever the service does. Workers with "
        "limited hours do what is due, most pressing first; what is not done in time is late and "
        "stays to be done. What is noticed at reviews, visits and contacts leads to moves, "
        "assessments and closures. docs/design.md says how, and why."
    )


def _scenario_logic(d: Dossier) -> str:
    changes = [
        f"from {words.day(change.on)}: {', '.join(change.set)}" for change in d.scenario.changes
    ]
    dated = "; ".join(changes) if changes else "none"
    return (
        f"The scenario is read from {', '.join(d.review.loaded.files)}, each laid over the one "
        f"before. Changes on a date within the run: {dated}."
    )


def _algorithms(d: Dossier) -> str:
    return (
        "Every worker takes the most pressing task that is open (eight classes of priority; "
        "within a class what is due first). Meetings are booked for the last day on which all "
        "have room. Families are allocated, and moves agreed, at fixed looks. A child passes a "
        "stage's rules or does not enter it."
    )


def _entities(d: Dossier) -> str:
    needs = ", ".join(wording.words(name).lower() for name in d.scenario.population.needs)
    return (
        f"Children, in families: age, site, brothers and sisters, EHC plan, overnight breaks, "
        f"statuses, and a need ({needs}). Workers: role, team, site, full-time equivalent."
    )


def _activities_in_words(d: Dossier) -> str:
    number = sum(len(stage.tasks) for stage in d.scenario.stages.values())
    return (
        f"{number} recurring or one-off tasks of the stages (table below), the MASH decision, "
        "the single assessment, safeguarding, crises, panel, moves, closing; each with hours "
        "drawn from a distribution."
    )


def _resources(d: Dossier) -> str:
    posts = [post for team in d.scenario.teams.values() for post in team.posts.values()]
    fte = sum(post.count.value * post.fte.value for post in posts)
    work = d.scenario.work
    return (
        f"{wording.number(fte, 1)} full-time equivalents in {len(d.scenario.teams)} teams (table "
        f"below), {work.hours_a_day.value:g} hours a day of which "
        f"{wording.share(work.case_share.value)} are casework; leave, sickness, leaving, vacancies "
        "and agency workers as the scenario says."
    )


def _queues(d: Dossier) -> str:
    desks = f", {len(d.scenario.desks)} desks of requests" if d.scenario.desks else ""
    return (
        "A diary of open tasks for each worker, or one for a role that serves together; the list "
        f"of families without a worker; the transfer list{desks}. None loses anybody."
    )


def _entry(d: Dossier) -> str:
    population = d.scenario.population
    contacts = population.contacts.rate
    return (
        f"First contacts at {contacts.value:g} a year (Poisson, by calendar month, growth "
        f"{wording.share(population.contacts.growth.value)} a year); returns of closed cases. "
        f"Children leave when their need is met, when they move away or do not want the service, "
        f"and at age {population.exit_age.value}."
    )


def _sources(d: Dossier) -> str:
    return (
        f"{len(d.data)} sources, see the register of data; of every value, its source and grade "
        "in the register of assumptions (Annex B)."
    )


def _before_use(d: Dossier) -> str:
    remarks = len(d.review.actuals.remarks)
    used = words.many(remarks, "line")
    return (
        f"Of the actuals {used} could not be used and {'was' if remarks == 1 else 'were'} left "
        "out, named one by one; nothing was filled in, smoothed or corrected."
    )


def _inputs(d: Dossier) -> str:
    found = [key for key in keys(d.scenario) if key.sourced is not None and key.value]
    ranges = sum(key.sourced is not None and key.sourced.range is not None for key in found)
    return f"{len(found)} values, {ranges} of them with a range: Annex B lists every one."


def _assumptions(d: Dossier) -> str:
    assumed = sum(each.grade in ("assumed", "") for each in d.assumptions)
    return f"{assumed} values are assumptions, or have no source: marked so in Annex B."


def _start(d: Dossier) -> str:
    first = d.scenario.day_one
    if first.caseload:
        begin = f"{len(first.caseload)} children of the service's own file"
    else:
        begin = f"{sum(count.value for count in first.children.values())} children, by stage"
    return (
        f"{words.day(d.scenario.start)}, with {begin}, part of the way through their stays; work "
        "already past due as the scenario says. No warm-up: the service begins as it is."
    )


def _length(d: Dossier) -> str:
    return (
        f"{d.scenario.horizon}, in working days of {d.scenario.calendar.capitalize()}'s calendar; "
        "measures by calendar month."
    )


def _estimation(d: Dossier) -> str:
    review = d.review
    return (
        f"{len(review.forecast.numbers)} replications (possible years). Bands are between ordered "
        "futures, so that one more future lies inside at least nine times in ten; with too few "
        "futures for that they say how far they reach."
    )


def _software(d: Dossier) -> str:
    return f"Caseload {__version__} on Python {platform.python_version()}, with SimPy."


def _random(d: Dossier) -> str:
    return (
        f"Seed {d.review.forecast.seed}. Every child and every source of chance has a stream of "
        "its own, keyed by name, so that two scenarios live through the same futures."
    )


def _execution(d: Dossier) -> str:
    return (
        "Process-based discrete-event simulation. Within one instant what is running ends first, "
        "then the day breaks, then workers choose. Replications may run on several processors; "
        "the numbers do not depend on that."
    )


def _system(d: Dossier) -> str:
    return "Of the machine that ran it, and how long it took: manifest.json, beside this document."


def _code(d: Dossier) -> str:
    return (
        f"The program is open source ({LICENCE} licence); the scenario is a text file, and comes "
        "back to the same digest wherever it is read."
    )


ITEMS: tuple[tuple[str, Say], ...] = (
    ("1.1 Purpose of the model", _purpose),
    ("1.2 Model outputs", _outputs),
    ("1.3 Experimentation aims", _aims),
    ("2.1 Base model overview diagram", _diagram),
    ("2.2 Base model logic", _logic),
    ("2.3 Scenario logic", _scenario_logic),
    ("2.4 Algorithms", _algorithms),
    ("2.5.1 Components: entities", _entities),
    ("2.5.2 Components: activities", _activities_in_words),
    ("2.5.3 Components: resources", _resources),
    ("2.5.4 Components: queues", _queues),
    ("2.5.5 Components: entry and exit points", _entry),
    ("3.1 Data sources", _sources),
    ("3.2 Pre-processing", _before_use),
    ("3.3 Input parameters", _inputs),
    ("3.4 Assumptions", _assumptions),
    ("4.1 Initialisation", _start),
    ("4.2 Run length", _length),
    ("4.3 Estimation approach", _estimation),
    ("5.1 Software or programming language", _software),
    ("5.2 Random sampling", _random),
    ("5.3 Model execution", _execution),
    ("5.4 System specification", _system),
    ("6.1 Computer model sharing statement", _code),
)


def _stages(scenario: Scenario) -> pd.DataFrame:
    rows = [
        (
            wording.stage(name),
            wording.words(stage.holder),
            wording.words(stage.assigned) if stage.assigned else words.NONE,
            _guards(stage),
        )
        for name, stage in scenario.stages.items()
    ]
    heads = ["Stage", "Who holds the case", "Who else works with the child", "Rules to enter"]
    return pd.DataFrame(rows, columns=heads)


def _guards(stage: Stage) -> str:
    return ", ".join(wording.words(guard).lower() for guard in stage.guards) or "none"


def _activities(scenario: Scenario) -> pd.DataFrame:
    every = {key.path: key.value for key in keys(scenario)}
    rows = []
    for name, stage in scenario.stages.items():
        for task in stage.tasks:
            path = f"stages.{name}.tasks.{task}"
            often = every.get(f"{path}.every") or (
                f"once, within {every.get(f'{path}.once_within', '')}"
            )
            rows.append(
                (wording.stage(name), wording.words(task), often, every.get(f"{path}.hours", ""))
            )
    return pd.DataFrame(rows, columns=["Stage", "Task", "How often", "Hours"])


def _people(scenario: Scenario) -> pd.DataFrame:
    rows = [
        (
            wording.stage(team),
            wording.words(post.role or name),
            str(post.count.value),
            f"{post.fte.value:g}",
            str(post.caseload_limit.value) if post.caseload_limit is not None else words.NONE,
        )
        for team, spec in scenario.teams.items()
        for name, post in spec.posts.items()
    ]
    heads = ["Team", "Role", "Posts", "Full-time equivalent of each", "Caseload limit"]
    return pd.DataFrame(rows, columns=heads)
