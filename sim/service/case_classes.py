"""Limits on each class of case that one worker carries, beside the limit on all of them.

A new case goes to somebody with room in all, then with room for its class, and among those to
whoever carries fewest of the class; only where nobody has room to somebody above a limit. A case
that changes class stays with its worker, room or no room.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.service.plan import Plan
    from sim.service.worker import Worker

OF_ASSESSMENT = -1  # the number of the stage in which children are assessed
ASSESSMENT = "single_assessment"


class CaseClass(NamedTuple):
    """One class of case of a post.

    Attributes
    ----------
    stages
        Numbers of the stages whose children are of it.
    most
        Children a full-time worker may carry.
    a_year
        Whether that is how many different children in the course of a year, not at one time.
    """

    stages: tuple[int, ...]
    most: float
    a_year: bool


def classes_of(spec: schema.Post, plan: Plan) -> tuple[CaseClass, ...]:
    """Return the classes of a post's cases, ready for use."""
    numbers = {name: number for number, name in enumerate(plan.scenario.stages)}
    numbers[ASSESSMENT] = OF_ASSESSMENT
    return tuple(
        CaseClass(
            tuple(numbers[stage] for stage in limit.stages),
            limit.most.value * spec.fte.value,
            limit.counted == "in_a_year",
        )
        for limit in spec.of_which.values()
    )


def order(worker: Worker, stage: int) -> tuple[bool, bool, float]:
    """Return how much sooner than others a worker is given a case of a stage: least first."""
    limit = worker.limit
    full = limit is not None and worker.load >= limit
    for case_class in worker.post.classes:
        if stage in case_class.stages:
            number = sum(worker.held_in[n] for n in case_class.stages)
            carried = number + (_parted(worker, case_class) if case_class.a_year else 0)
            return full, carried >= case_class.most * worker.share, worker.fullness(number)
    return full, False, 0.0


def part_with(worker: Worker, stage: int, now: float) -> None:
    """Remember when a worker's part in a case has ended, where a year's children count."""
    if any(each.a_year for each in worker.post.classes):
        worker.parted.append((now, stage))


def _parted(worker: Worker, case_class: CaseClass) -> int:
    """Count the cases of a class that a worker has parted with in the last year."""
    service = worker.service
    since = service.env.now - service.plan.days_a_year
    lately = worker.parted[bisect_left(worker.parted, (since, -9)) :]
    return sum(stage in case_class.stages for _, stage in lately)
