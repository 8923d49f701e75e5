"""Which settings a page shows: each with its unit, default, range, source and grade.

Nothing here is a number of a service: all of it is read from the scenario.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from sim.report import wording
from sim.rules.documents import named_in, rules
from sim.scenario.distribution import Distribution
from sim.scenario.schema import Scenario, Stage
from sim.scenario.sourced import Sourced

Kind = Literal["count", "number", "interval", "mix", "choice", "mean"]
Value = int | float | str

GROUPS = {
    "posts": "Posts",
    "demand": "Demand",
    "rhythm": "How often children are reviewed and seen",
    "hours": "How long the work takes",
    "limits": "Caseload limits",
    "moves": "Moves between hubs",
    "absence": "Absence and turnover",
}
GRADES = {
    "seed": "set by the service's own document",
    "published": "a published figure",
    "derived": "worked out from published figures",
    "assumed": "an assumption",
    "calibrated": "set so that the model gives what is observed",
    "entered": "entered by you",
}
INTERVALS = (
    *("1 week", "2 weeks", "4 weeks", "6 weeks", "8 weeks", "12 weeks"),
    *("1 month", "2 months", "3 months", "4 months", "6 months", "9 months", "12 months"),
)
POLICIES = {
    "allocate_anyway": "goes to the least loaded worker, over the limit",
    "stop_transfers_in": "no transfers in until there is room",
    "count_only": "is counted, and changes nothing",
}
PERCENT = 100.0
MOST_CLAUSES = 3
A_YEAR = "per year"
FAR = (0.5, 2.0)  # a value without a range of its own is far out below half or above twice itself


@dataclass(frozen=True)
class Field:
    """One setting on a page.

    Attributes
    ----------
    key
        Its dotted key, as ``--set`` takes it.
    group
        One of `GROUPS`.
    label, unit, about
        What it is called, what it is counted in, and what more there is to say.
    kind
        How it is typed: a whole ``count``, a ``number``, an ``interval``, the percentage with the
        first interval of a ``mix``, a ``choice``, or the ``mean`` of a distribution.
    default
        Its value in the scenario, as it is typed.
    checked
        The least and greatest for which the model was checked: the range the scenario gives, or
        half to twice the default.
    options
        What may be chosen; the two intervals of a mix.
    source, grade, note
        Where the default comes from.
    clauses
        What the rules say that the source names.
    shape
        The distribution whose mean it is.
    scale, suffix
        What a number is multiplied by to be shown (100: as a percentage), and what follows it in
        the scenario (``per year``).
    """

    key: str
    group: str
    label: str
    unit: str
    kind: Kind
    default: Value
    about: str = ""
    checked: tuple[float, float] | None = None
    options: tuple[str, ...] = ()
    source: str | None = None
    grade: str | None = None
    note: str | None = None
    clauses: tuple[str, ...] = ()
    shape: Distribution | None = None
    scale: float = 1.0
    suffix: str = ""

    @property
    def help(self) -> str:
        """Say what it is counted in, its default, its range, and where it comes from."""
        parts = [self.about] if self.about else []
        parts.append(f"Unit: {self.unit}.")
        parts.append(f"Default: {self.said(self.default)}.")
        parts.append(f"Range: {self.range}.")
        grade = GRADES.get(self.grade or "", "no source is given")
        parts.append(f"Source: {grade}{f' ({self.source})' if self.source else ''}.")
        if self.note:
            parts.append(f"{self.note[:1].upper()}{self.note[1:]}.")
        parts += self.clauses
        return "  \n".join(parts)

    @property
    def range(self) -> str:
        """Say for what the model was checked, or what may be chosen."""
        if self.checked is not None:
            low, high = self.checked
            return f"checked for {self.plain(low)} to {self.plain(high)}"
        if self.kind == "interval":
            return f"{self.said(self.options[0])} to {self.said(self.options[-1])}"
        if self.kind == "choice":
            return "one of the choices"
        return "0% to 100%" if self.kind == "mix" else "0 or more"

    def plain(self, value: float) -> str:
        """Write a number without needless decimals, and its sign of percent."""
        text = f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"{text}%" if self.scale == PERCENT or self.kind == "mix" else text

    def said(self, value: Value) -> str:
        """Write a value for people."""
        if self.kind == "choice":
            return POLICIES.get(str(value), str(value))
        if isinstance(value, str):
            return _interval_said(value)
        if self.kind == "mix":
            first, second = (_interval_said(option) for option in self.options)
            return f"{value:g}% every {first}, the rest every {second}"
        return self.plain(value)

    def written(self, value: Value) -> str:
        """Write ``KEY=VALUE`` for ``--set``."""
        return f"{self.key}={self._yaml(value)}"

    def _yaml(self, value: Value) -> str:
        if isinstance(value, str):
            return value
        if self.kind == "count":
            return str(int(value))
        if self.kind == "mix":
            first, second = self.options
            if value in (0, 100):
                return first if value else second
            return f"{{{first}: {value:.10g}%, {second}: {100 - value:.10g}%}}"
        if self.shape is not None:
            return _with_mean(self.shape, value)
        return f"{value / self.scale:.10g} {self.suffix}".rstrip()

    def is_far(self, value: Value) -> bool:
        """Whether a value is outside what the model was checked for."""
        if isinstance(value, str) or self.checked is None:
            return False
        low, high = self.checked
        return not low - 1e-9 <= value <= high + 1e-9


def _interval_said(text: str) -> str:
    return text.removeprefix("1 ").rstrip("s") if text.startswith("1 ") else text


def _with_mean(shape: Distribution, mean: float) -> str:
    ((kind, content),) = shape.plain().items()
    if kind == "fixed":
        return f"{mean:.10g}"
    spread = f", cv: {content['cv']}" if "cv" in content else ""
    return f"{{{kind}: {{mean: {mean:.10g}{spread}}}}}"


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
        _field(f"day_one.children.{stage}", "children", wording.stage(stage), "children", value)
        for stage, value in scenario.day_one.children.items()
    ]


def _field(
    key: str,
    group: str,
    label: str,
    unit: str,
    value: Sourced[Any],
    about: str = "",
    fallback: tuple[str | None, str | None] = (None, None),
    kind: Kind | None = None,
    scale: float = 1.0,
    suffix: str = "",
) -> Field:
    """Make a field of a sourced value; `fallback` is the source and grade of what encloses it."""
    source: str | None = value.source
    grade: str | None = value.grade
    if not source and not grade:
        source, grade = fallback
    raw = value.value
    made = kind or ("count" if isinstance(raw, int) else "number")
    default = _default(raw, made, scale)
    checked = None
    if value.range is not None:
        checked = (value.range[0] * scale, value.range[1] * scale)
    elif not isinstance(default, str) and made != "mix" and default > 0:
        checked = (default * FAR[0], default * FAR[1])
        if made == "count":
            checked = (math.floor(checked[0]), math.ceil(checked[1]))
    options: tuple[str, ...] = ()
    if made == "mix":
        options = tuple(str(interval) for interval, _ in raw)
    elif made == "interval":
        options = INTERVALS if default in INTERVALS else (str(default), *INTERVALS)
    return Field(
        key=key,
        group=group,
        label=label,
        unit=unit,
        kind=made,
        default=default,
        about=about,
        checked=checked,
        options=options,
        source=source,
        grade=grade,
        note=value.note,
        shape=raw if isinstance(raw, Distribution) else None,
        scale=scale,
        suffix=suffix,
    )


def _default(raw: Any, kind: Kind, scale: float) -> Value:
    if kind == "mix":
        return round(float(raw[0][1]) * 100.0, 6)
    if kind == "interval":
        return str(raw[0][0] if isinstance(raw, tuple) else raw)
    if isinstance(raw, Distribution):
        return round(raw.mean(), 6)
    return int(raw) if kind == "count" else round(float(raw) * scale, 6)


def _posts(scenario: Scenario) -> Iterator[Field]:
    for team, spec in scenario.teams.items():
        for name, post in spec.posts.items():
            yield _field(
                f"teams.{team}.posts.{name}.count",
                "posts",
                wording.place(f"{team}.{name}"),
                f"posts of {post.fte.value:g} full-time equivalent",
                post.count,
            )


def _demand(scenario: Scenario) -> Iterator[Field]:
    contacts = scenario.population.contacts
    yield _field(
        "population.contacts.rate",
        "demand",
        "First contacts a year",
        "contacts a year",
        contacts.rate,
        "First contacts about disabled children; returns and siblings come on top.",
        suffix=A_YEAR,
    )
    yield _field(
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
                label += f": share every {_interval_said(str(intervals[0][0]))}"
                about = f"The others have one every {_interval_said(str(intervals[1][0]))}."
            yield _field(
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
    if _mean_can_be_set(assessment.value):
        yield _field(
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
        if spec.every is None or spec.timescale is None or not _mean_can_be_set(spec.hours.value):
            continue
        yield _field(
            f"stages.{name}.tasks.{task}.hours",
            "hours",
            f"{wording.words(task)}, {wording.stage(name)}",
            "hours of the worker",
            spec.hours,
            "On average, with travel, preparation and writing up.",
            (spec.source, spec.grade),
            kind="mean",
        )


def _mean_can_be_set(shape: Distribution) -> bool:
    return shape.kind in ("fixed", "gamma", "lognormal", "exponential")


def _limits(scenario: Scenario) -> Iterator[Field]:
    for team, spec in scenario.teams.items():
        for name, post in spec.posts.items():
            if post.caseload_limit is None:
                continue
            who = wording.place(f"{team}.{name}")
            key = f"teams.{team}.posts.{name}"
            yield _field(
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
    yield _field(
        "moves.look", "moves", "The transfer list is looked at every", "time", moves.look,
        kind="interval",
    )  # fmt: skip
    yield _field(
        "moves.escalate_after", "moves", "Without a slot, the operations manager decides after",
        "time", moves.escalate_after, kind="interval",
    )  # fmt: skip
    if moves.disagreement is not None:
        yield _field(
            "moves.disagreement.managers", "moves", "Moves the incoming manager refuses",
            "per cent of moves", moves.disagreement.managers, scale=PERCENT,
        )  # fmt: skip
        yield _field(
            "moves.disagreement.family", "moves", "Moves the family objects to",
            "per cent of moves", moves.disagreement.family, scale=PERCENT,
        )  # fmt: skip


def _absence(scenario: Scenario) -> Iterator[Field]:
    people = scenario.people
    if people is None:
        return
    yield _field(
        "people.turnover", "absence", "People who leave in a year", "per cent of those in post",
        people.turnover, scale=PERCENT, suffix=A_YEAR,
    )  # fmt: skip
    yield _field(
        "people.vacancy", "absence", "Posts vacant on the first day", "per cent of posts",
        people.vacancy, scale=PERCENT,
    )  # fmt: skip
    if _mean_can_be_set(people.recruitment.value):
        yield _field(
            "people.recruitment", "absence", "Time to fill a post", "working days",
            people.recruitment, kind="mean",
        )  # fmt: skip
    yield _field(
        "people.sickness.share", "absence", "Days lost to sickness", "per cent of working days",
        people.sickness.share, scale=PERCENT,
    )  # fmt: skip
    yield _field(
        "people.leave.days", "absence", "Annual leave", "working days a year", people.leave.days,
    )  # fmt: skip
