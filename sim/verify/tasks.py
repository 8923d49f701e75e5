"""Tasks: begun no earlier than they open, and none of them lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally
from sim.verify.watcher import windows

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

SUBJECT = "tasks"
LOST = ("nowhere", "not open", "")


def windows_kept(evidence: Evidence) -> Finding:
    """Recurring work opens, and is begun, no earlier than its window before it is due.

    A visit that a review has brought forward (the child was seen there) opens and is met at the
    review's end: no work is done on it.
    """
    tally = Tally(
        SUBJECT,
        "nothing before its window",
        "openings and first sittings of recurring work, beside due time less window",
        "none earlier",
    )
    longest = windows(evidence.plans)
    for task in evidence.history.tasks:
        window = longest.get((task.kind.removesuffix("_second"), task.detail.get("interval", "")))
        if window is None:
            continue
        opens = task.due - window
        begun = task.sittings[0].since if task.sittings else task.since
        if task.how == "met" and task.until == task.since and not task.sittings:
            begun = task.until = task.since
            continue
        early = opens - min(task.since, begun)
        if not tally.right(early <= 0.0):
            tally.tell(
                f"{task.id}, due on day {task.due}, may be done from day {opens}: opened on day "
                f"{task.since:.3f}, begun on day {begun:.3f}",
                early,
            )
    return tally.finding()


def none_dropped(evidence: Evidence) -> Finding:
    """Every task that opened has ended, or is somewhere when the run is over."""
    tally = Tally(
        SUBJECT,
        "nothing is dropped",
        "tasks opened: how they ended; of those open at the end, where they are",
        "done, met in another or cancelled; in a diary, booked, in hand, or waiting for somebody",
    )
    found = evidence.watcher.whereabouts()
    for task in evidence.history.tasks:
        if task.how:
            tally.right()
            continue
        place = found.get(task.id, "")
        if not tally.right(place not in LOST):
            tally.tell(
                f"{task.id}, opened on day {task.since:.3f}, due on day {task.due}, is "
                f"{place or 'unknown to the service'} at the end",
                evidence.horizon - task.since,
            )
    return tally.finding()
