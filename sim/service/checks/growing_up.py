"""Whether growing up and carers' assessments, as described, can come about."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.scenario.sections.carers import Carers
from sim.scenario.sections.growing_up import GrowingUp
from sim.service.checks.finding import Finding, unknown

YEAR = 253.0  # working days, as everywhere


def check_growing_up(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse ages out of order, spans that do not fit between them, and unknown outcomes."""
    if scenario.growing_up is not None:
        yield from _ages(scenario, scenario.growing_up)
        yield from _spans(scenario.growing_up)
    if scenario.carers is not None:
        yield from _carers(scenario.carers)


def _ages(scenario: schema.Scenario, section: GrowingUp) -> Iterator[Finding]:
    steps: list[tuple[Path, int, str]] = [
        (
            ("growing_up", "assessment", "from_age"),
            section.assessment.from_age.value,
            "transition assessment",
        ),
        (("growing_up", "referral", "by_age"), section.referral.by_age.value, "referral"),
        (("population", "exit_age"), scenario.population.exit_age.value, "end of services"),
    ]
    for (path, age, what), (other, later, then) in pairwise(steps):
        if age >= later:
            text = f"the {what} comes before the {then}, which is at {later}"
            yield Finding(path, text, age, (), (other,))
    capacity = section.capacity
    if capacity is not None and not steps[0][1] < capacity.by_age.value < steps[-1][1]:
        text = f"should lie between the transition assessment, from {steps[0][1]}, and the end of"
        path, by = ("growing_up", "capacity", "by_age"), capacity.by_age.value
        yield Finding(path, f"{text} services at {steps[-1][1]}", by)
    if section.preparing.from_age.value >= steps[-1][1]:
        text = f"services end at {steps[-1][1]}, so that reviews would never prepare for adulthood"
        yield Finding(
            ("growing_up", "preparing", "from_age"), text, section.preparing.from_age.value
        )


def _spans(section: GrowingUp) -> Iterator[Finding]:
    assessment, referral = section.assessment, section.referral
    alone, done = assessment.alone_before.value, assessment.done_before.value
    years = referral.by_age.value - assessment.from_age.value
    if done.working_days() >= alone.working_days():
        text = f"it would be due before it opens, {alone} before the birthday; it should be shorter"
        yield Finding(
            ("growing_up", "assessment", "done_before"),
            text,
            str(done),
            (),
            (("growing_up", "assessment", "alone_before"),),
        )
    for path, span in (
        (("growing_up", "assessment", "alone_before"), alone),
        (("growing_up", "referral", "opens_before"), referral.opens_before.value),
    ):
        if years > 0 and span.working_days() > years * YEAR:
            text = f"the assessment begins at {assessment.from_age.value}, {years} years before the"
            text += " referral is due; this should be no longer"
            yield Finding(path, text, str(span))


def _carers(section: Carers) -> Iterator[Finding]:
    outcomes = tuple(section.outcomes.value)
    for key, names in (("reviewed", section.reviewed), ("packages", section.packages)):
        for number, name in enumerate(names):
            yield from unknown(("carers", key, number), name, "outcome of 'outcomes'", outcomes)
    reach = section.review.reach.value
    shortest = min(interval for interval, _ in section.review.every.value)
    if reach.working_days() >= shortest.working_days():
        text = f"a reach of {reach} is as long as the interval of {shortest}, so that every review"
        text += " of the child would have the carer's in it; it should be shorter"
        yield Finding(("carers", "review", "reach"), text, str(reach))
