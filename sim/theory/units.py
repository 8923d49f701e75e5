"""Hours of small units: their meetings, supervision by their leaders, notes of allocations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.theory.work import WEEKS, Work

if TYPE_CHECKING:
    from sim.theory.work import Workload


def units(load: Workload) -> Iterator[Work]:
    """Give the work of being in a unit."""
    for name, team in load.scenario.teams.items():
        spec = team.units
        if spec is None:
            continue
        posts = dict.fromkeys((spec.led_by, *spec.members), 0)
        for key, post in team.posts.items():
            if (post.role or key) in posts:
                posts[post.role or key] += post.count.value
        leaders = max(posts[spec.led_by], 1)
        held = sum(
            float(load.held[hub])
            for hub, stage in enumerate(load.reading.hubs)
            if load.scenario.stages[stage].team == name
        )
        if spec.meeting is not None:
            meeting = spec.meeting
            each = meeting.hours.value + meeting.hours_a_child.value * held / leaders
            often = 1.0 / load.reading.years(meeting.every.value)
            for role, number in posts.items():
                yield load.some(f"{name}.{role}", "unit_meeting", often * number, each)
        if spec.supervision is not None:
            says = spec.supervision
            often = 1.0 / (load.reading.years(says.every.value) + 0.5 / WEEKS)
            members = sum(posts[role] for role in spec.members)
            pool = f"{name}.{spec.led_by}"
            hours = often * members * says.hours.value
            yield Work(pool, "supervision", often * leaders, hours)


def notes(load: Workload) -> Iterator[Work]:
    """Give the holders' notes of allocations: at the assessment, as those go on with the plan."""
    spec = load.scenario.allocation
    if spec is None or spec.note is None:
        return
    assessment = load.scenario.assessment
    children, siblings = load.referred
    pool = f"{assessment.team}.{assessment.holder}"
    yield load.some(pool, "allocation_note", children + siblings, spec.note.hours.value)
