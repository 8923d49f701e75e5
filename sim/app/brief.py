"""The brief: the question, the answer, how sure it is, what it rests on, how to make it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from sim import __version__
from sim.app import answers, charts, together
from sim.app.drawing import PALETTES
from sim.app.field import GRADES, Field
from sim.app.figures import Figures
from sim.app.paper import picture
from sim.app.seen import Seen
from sim.app.service import Service
from sim.app.together import Side
from sim.app.weighed import in_short, weighed
from sim.experiment.summary import ALL
from sim.report.paper import Paper, Section, numbers_last
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

# What is drawn, and how it is to be read; anything more would take a third page.
PICTURED = {
    "backlog": " Band: nine futures in ten.",
    "load": " Thin line: nine futures in ten; line at 100%: all hours.",
    "why-late": "",
}
DIAMOND = " Diamond: the baseline."
NOTES = (
    "Nine futures in ten: the range in which nine of ten simulated futures lie. It says how "
    "different the years can be, and more runs do not narrow it.",
    "95% interval: how well an average is known. More runs narrow it.",
    "Baseline and change live through the same futures: the same children, the same absences.",
    "The source and grade of every number that the model rests on are in the application, under "
    "About the model.",
)
TO_THINK_WITH = (
    "A model to think with: what it does not know is said in the application, under About the "
    "model."
)
MOST_CHANGES = 3  # in the question; more would take the first chart off its page
CHANGED = ["Input", "Baseline", "Changed to"]
RANGE, THAN = "Nine futures in ten", " than the baseline"  # said by the head of a column


@dataclass(frozen=True)
class Case:
    """What was asked, and what came of it.

    Attributes
    ----------
    service
        What was run.
    settings
        Its settings by key.
    loaded
        The scenario as it was run.
    now, before
        Its results, and those of the baseline if that is another.
    limits
        Caseload limits by role, for the charts.
    ranked
        What `sim.app.weighed` is given; None if it was not asked for.
    """

    service: Service
    settings: dict[str, Field]
    loaded: Loaded[Scenario]
    now: Figures
    before: Figures | None
    limits: dict[str, float]
    ranked: dict[str, Any] | None = None


def brief(case: Case) -> Paper:
    """Write what came of a run."""
    scenario = case.loaded.scenario
    name = scenario.title or scenario.name
    number = len(case.now.numbers)
    assumptions = weighed(case.loaded, case.ranked)
    return Paper(
        title=f"{name}: what to expect",
        about=f"{case.service.horizon} from {scenario.start.day} {scenario.start:%B %Y}, in "
        f"{number} possible future{'s' * (number != 1)}, simulated by Caseload {__version__}.",
        sections=numbers_last(
            (
                _question(case),
                Section("The answer", (answers.headline(case.before, case.now),), _tiles(case)),
                *_pictures(case),
                _rests(case, in_short(assumptions)),
            ),
            (
                *_sources(case),
                assumptions,
                again(case.service, case.settings, [case.loaded]),
            ),
        ),
        notes=NOTES,
        figures=numbers([("Baseline", case.before), ("With the changes", case.now)])
        if case.before
        else numbers([(name, case.now)]),
    )


def comparison(
    sides: Sequence[Side],
    inputs: pd.DataFrame,
    service: Service,
    settings: dict[str, Field],
    loaded: Sequence[Loaded[Scenario]],
) -> Paper:
    """Write what came of a comparison."""
    first, *others = sides
    palette = PALETTES["light"]
    said = [together.sentence(first, other) for other in others]
    tables = [
        Section(
            f"{other.label}, against: {first.label}",
            tuple(filter(None, [together.how_sure(first, other)])),
            together.table(first, other),
        )
        for other in others
    ]
    drawn = [together.reviews(sides, palette), together.backlog(sides, palette)]
    number = min(len(side.figures.numbers) for side in sides)
    return Paper(
        title="Scenarios compared",
        about=f"{', '.join(side.label for side in sides)}: {service.horizon}, {number} possible "
        f"futures, the same for all, simulated by Caseload {__version__}.",
        sections=numbers_last(
            (
                Section("The answer", tuple(said)),
                Section("What differs", (), inputs),
                *tables,
                *(Section(each.title, (), None, picture(each)) for each in drawn),
            ),
            (again(service, settings, loaded, with_command=False),),
        ),
        notes=NOTES,
        figures=numbers([(side.label, side.figures) for side in sides]),
    )


def _question(case: Case) -> Section:
    rows = [(f.label, f.said(f.default), f.said(value)) for f, value in _changes(case)]
    if not rows:
        return Section("The question", ("What is to be expected of this service as it is?",))
    text = "What would become of the service with these changes?"
    if len(rows) > MOST_CHANGES:
        text += f" The first {MOST_CHANGES} of {len(rows)} are below; all are at the end."
    table = pd.DataFrame(rows[:MOST_CHANGES], columns=CHANGED)
    return Section("The question", (text,), table)


def _changes(case: Case) -> list[tuple[Field, Any]]:
    known = case.settings
    return [(known[key], value) for key, value in case.service.changes.items() if key in known]


def _tiles(case: Case) -> pd.DataFrame:
    rows = [
        (
            tile.label,
            tile.value,
            tile.usual.removeprefix(f"{RANGE}: "),
            tile.change.replace(THAN, ""),
            tile.direction if tile.change else "",
        )
        for tile in answers.tiles(case.before, case.now)
    ]
    heads = ["Measure", "Average", RANGE, "Change (95% interval)", "Verdict"]
    table = pd.DataFrame(rows, columns=heads)
    return table if case.before is not None else table[heads[:3]]


def _pictures(case: Case) -> list[Section]:
    name = "This service" if case.before is None else "With the changes"
    seen = Seen(case.now, name, case.before, PALETTES["light"], ALL)
    every = charts.everything(seen, case.limits)
    found = []
    for key, read in PICTURED.items():
        drawn = every[key]
        if drawn.chart is not None:
            marked = DIAMOND if key == "load" and case.before is not None else ""
            said = replace(drawn, sentence=f"{drawn.sentence}{read}{marked}")
            found.append(Section(drawn.title, (), None, picture(said)))
    return found


def _rests(case: Case, assumptions: Section) -> Section:
    """Count what is assumed, and name what is known least or matters most."""
    assumed = sum(field.grade == "assumed" for field in case.settings.values())
    text = (
        f"{TO_THINK_WITH} Of the {len(case.settings)} settings that the application shows, "
        f"{assumed} are assumptions{_of_changes(case)}."
    )
    return Section("What it rests on", (text, *assumptions.sentences), points=assumptions.points)


def _of_changes(case: Case) -> str:
    grades = [field.grade for field, _ in _changes(case)]
    return f"; of the {len(grades)} changed, {grades.count('assumed') or 'none'}" if grades else ""


def _sources(case: Case) -> list[Section]:
    """List all that was changed, with the source and the range of what it was."""
    rows = [
        (
            *(f.label, f.said(f.default), f.said(value)),
            *(GRADES.get(f.grade or "", "no source is given"), f.source or "–", f.range),
        )
        for f, value in _changes(case)
    ]
    if not rows:
        return []
    heads = [*CHANGED, "Where the baseline's value comes from", "Source", "Range"]
    return [Section("What was changed", (), pd.DataFrame(rows, columns=heads))]


def again(
    service: Service,
    settings: dict[str, Field],
    loaded: Sequence[Loaded[Scenario]],
    with_command: bool = True,
) -> Section:
    """Say how to make the same numbers again: command, version, seed, and digests."""
    rows = [
        ("Version", f"Caseload {__version__}"),
        ("Seed", str(service.seed)),
        ("Possible futures", str(service.futures)),
        ("Time", service.horizon),
        *((f"Digest of {one.scenario.name}", one.digest) for one in loaded),
    ]
    if with_command:
        rows.insert(0, ("Command", service.command(settings)))
    table = pd.DataFrame(rows, columns=["What", "Value"])
    text = "The same version, scenario and seed give the same numbers, to the last digit."
    return Section("How to make it again", (text,), table)


def numbers(found: Sequence[tuple[str, Figures]]) -> pd.DataFrame:
    """List every measure over the whole time and each year, with its uncertainty."""
    rows = []
    for name, figures in found:
        for period in (ALL, *figures.years):
            for measure, where in figures.addresses:
                e = figures.get(measure, where, period)
                if e is not None:
                    ends = (e.lower, e.upper, e.p5, e.p95)
                    when = "whole time" if period == ALL else f"year {period}"
                    rows.append((name, measure, where, when, e.unit, e.mean, *ends, e.replications))
    heads = ["Scenario", "Measure", "Place", "Period", "Unit", "Mean"]
    heads += ["95% interval from", "95% interval to", "5th percentile", "95th percentile"]
    return pd.DataFrame(rows, columns=[*heads, "Futures"])
