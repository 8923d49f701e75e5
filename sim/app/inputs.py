"""Which settings a page shows: each with its unit, default, range, source and grade.

Nothing here is a number of a service: all of it is read from the scenario.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from sim.app.field import (
    A_YEAR,
    PERCENT,
    POLICIES,
    Field,
    Kind,
    interval_said,
    make_field,
    mean_can_be_set,
)
from sim.report import wording
from sim.rules.documents import named_in, rules
from sim.scenario.schema import Scenario, Stage

GROUPS = {
    "posts": "Posts",
    "demand": "Demand",
    "rhythm": "How often children are reviewed and seen",
    "hours": "How long the work takes",
    "limits": "Caseload limits",
    "moves": "Moves between hubs",
    "absence": "Absence and turnover",
}
MOST_CLAUSES = 3


def fields(scenario: Scenario) -> list[Field]:
    """List the settings of the Explore page, in the order of `GROUPS`."""
    parts: tuple[Callable[[Scenario], Iterator[Field]], ...] = (
        _posts,
        _demand,
        _rhythm,
        _hours,
        _limits,
        _moves,
        _absence,
    )
    says = {rule.id: rule.says for rule in rules()}
    return [_with_rules(field, says) for part in parts for field in part(scenario)]


def _with_rules(field: Field, says: Mapping[str, str]) -> Field:
    """Add what the clauses of the documents say that its source names."""
    named = [f"{name}: {says[name]}" for name in named_in(field.source or "") if name in says]
    return replace(field, clauses=tuple(named[:MOST_CLAUSES]))


def children(scenario: Scenario) -> list[Field]:
    """List the children open in each hub on the first day, for the Start page."""
    if scenario.day_one.caseload:
        return []
    return [
        make_field(f"day_one.children.{stage}", "children", wording.stage(stage), "children", value)
        for stage, value in scenario.day_one.children.items()
    ]


def _posts(scenario: Scenario) -> Iterator[Field]:
    for team, spec in scenario.teams.items():
        for name, post in spec.posts.items():
            yield make_field(
                f"teams.{team}.posts.{name}.count",
                "posts",
                wording.place(f"{team}.{name}"),
                f"posts of {post.fte.value:g} full-time equivalent",
                post.count,
            )


def _demand(scenario: Scenario) -> Iterator[Field]:
    contacts = scenario.population.contacts
    yield make_field(
        "population.contacts.rate",
        "demand",
        "First contacts a year",
        "contacts a year",
        contacts.rate,
        "First contacts about disabled children; returns and siblings come on top.",
        suffix=A_YEAR,
    )
    yield make_field(
        "population.contacts.growth",
        "demand",
        "Growth of contacts",
        "per cent a year",
        contacts.growth,
        "10 means a tenth more each year than in the year before.",
        scale=PERCENT,
    )


def _rhythm(scenario: Scenario) -> Iterator[Field]:
    for name, stage in scenario.stages.items():
        for task, spec in stage.tasks.items():
            if spec.every is None or spec.timescale is None:
                continue
            intervals = spec.every.value
            if len(intervals) > 2:
                continue
            label = f"{wording.words(task)}, {wording.stage(name)}"
            kind: Kind = "interval"
            about = "How often it is promised."
            if len(intervals) == 2:
                kind = "mix"
                label += f": share every {interval_said(str(intervals[0][0]))}"
                about = f"The others have one every {interval_said(str(intervals[1][0]))}."
            yield make_field(
                f"stages.{name}.tasks.{task}.every",
                "rhythm",
                label,
                "per cent of the children" if kind == "mix" else "time between two",
                spec.every,
                about,
                (spec.source, spec.grade),
                kind=kind,
            )


def _hours(scenario: Scenario) -> Iterator[Field]:
    for name, stage in scenario.stages.items():
        yield from _hours_of(name, stage)
    assessment = scenario.assessment.hours
    if mean_can_be_set(assessment.value):
        yield make_field(
            "assessment.hours",
            "hours",
            "Single assessment",
            "hours of the social worker",
            assessment,
            "On average, everything included.",
            kind="mean",
        )


def _hours_of(name: str, stage: Stage) -> Iterator[Field]:
    for task, spec in stage.tasks.items():
        if spec.every is None or spec.timescale is None or not mean_can_be_set(spec.hours.value):
            continue
        yield make_field(
            f"stages.{name}.tasks.{task}.hours",
            "hours",
            f"{wording.words(task)}, {wording.stage(name)}",
            "hours of the worker",
            spec.hours,
            "On average, with travel, preparation and writing up.",
            (spec.source, spec.grade),
            kind="mean",
        )


def _limits(scenario: Scenario) -> Iterator[Field]:
    for team, spec in scenario.teams.items():
        for name, post in spec.posts.items():
            if post.caseload_limit is None:
                continue
            who = wording.place(f"{team}.{name}")
            key = f"teams.{team}.posts.{name}"
            yield make_field(
                f"{key}.caseload_limit",
                "limits",
                who,
                "children a full-time worker may hold",
                post.caseload_limit,
            )
            yield Field(
                key=f"{key}.at_limit",
                group="limits",
                label=f"Beyond the limit of {who}, a child",
                unit="rule",
                kind="choice",
                default=post.at_limit,
                options=tuple(POLICIES),
                grade=post.caseload_limit.grade,
                source=post.caseload_limit.source,
            )


def _moves(scenario: Scenario) -> Iterator[Field]:
    moves = scenario.moves
    yield make_field(
        "moves.look", "moves", "The transfer list is looked at every", "time", moves.look,
        kind="interval",
    )  # fmt: skip
    yield make_field(
        "moves.escalate_after", "moves", "Without a slot, the operations manager decides after",
        "time", moves.escalate_after, kind="interval",
    )  # fmt: skip
    if moves.disagreement is not None:
        yield make_field(
            "moves.disagreement.managers", "moves", "Moves the incoming manager refuses",
            "per cent of moves", moves.disagreement.managers, scale=PERCENT,
        )  # fmt: skip
        yield make_field(
            "moves.disagreement.family", "moves", "Moves the family objects to",
            "per cent of moves", moves.disagreement.family, scale=PERCENT,
        )  # fmt: skip


def _absence(scenario: Scenario) -> Iterator[Field]:
    people = scenario.people
    if people is None:
        return
    yield make_field(
        "people.turnover", "absence", "People who leave in a year", "per cent of those in post",
        people.turnover, scale=PERCENT, suffix=A_YEAR,
    )  # fmt: skip
    yield make_field(
        "people.vacancy", "absence", "Posts vacant on the first day", "per cent of posts",
        people.vacancy, scale=PERCENT,
    )  # fmt: skip
    if mean_can_be_set(people.recruitment.value):
        yield make_field(
            "people.recruitment", "absence", "Time to fill a post", "working days",
            people.recruitment, kind="mean",
        )  # fmt: skip
    yield make_field(
        "people.sickness.share", "absence", "Days lost to sickness", "per cent of working days",
        people.sickness.share, scale=PERCENT,
    )  # fmt: skip
    yield make_field(
        "people.leave.days", "absence", "Annual leave", "working days a year", people.leave.days,
    )  # fmt: skip
