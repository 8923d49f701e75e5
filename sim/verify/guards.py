"""Rules that bar a child from a stage, from the log alone; and limits on caseloads."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally
from sim.verify.history import NEVER, History, Part, Stay, Task

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

SUBJECT = "rules"
# What the log calls the status that each rule asks about: those that end a stay, or bar on entry.
STATUS_BARS = {
    "not_on_a_protection_plan": ("child_protection_plan",),
    "not_looked_after": ("looked_after",),
    "no_safeguarding_concern": ("safeguarding_concern",),
}
ON_ENTRY = {
    "no_continuing_care": ("continuing_care",),
    "health_is_stable": ("unstable_health",),
    "no_parenting_issue": ("child_protection_plan", "safeguarding_concern"),
    "nothing_beyond_the_disability": ("unstable_health",),
}


def barred_statuses(evidence: Evidence) -> Finding:
    """Nobody is where a plan, care or a concern forbids it: out of the stage at that instant.

    A case that is being closed moves nowhere any more.
    """
    tally = Tally(
        SUBJECT,
        "no child where a rule forbids it",
        "stays in stages with rules, beside the child's plans, care, concerns, health and route of "
        "overnight breaks in the log",
        "none at once on entry; plans, care and concerns end the stay at that instant",
    )
    history = evidence.history
    spells = _status_spells(history)
    closing = [(t.child, t.begun, t.ended) for t in history.tasks if t.kind == "closure"]
    for stay in history.stays:
        spec = evidence.scenario.stages.get(stay.stage)
        if spec is None or not spec.guards:
            continue
        for name, begun, ended, since, until, detail in spells.get(stay.child, ()):
            for guard in spec.guards:
                both = min(until, stay.until) - max(since, stay.since)
                if name in STATUS_BARS.get(guard, ()):
                    wrong = both > 0.0 and not any(
                        child == stay.child and first <= begun <= last
                        for child, first, last in closing
                    )
                elif name in ON_ENTRY.get(guard, ()):
                    wrong = not stay.initial and begun < stay.begun < ended
                elif name == "overnight" and guard == "overnight_only_by_direct_payment":
                    route = detail["route"] != "direct_payment"
                    wrong = route and not stay.initial and begun < stay.begun < ended
                else:
                    continue
                if not tally.right(not wrong):
                    tally.tell(
                        f"child {stay.child} in {stay.stage} from day {stay.since:.3f} with {name} "
                        f"from day {since:.3f} ({guard})",
                        both,
                    )
        tally.right()
    return tally.finding()


def _status_spells(
    history: History,
) -> dict[str, list[tuple[str, int, int, float, float, dict[str, str]]]]:
    """Return, by child: status, places of beginning and end, times of both, what was told."""
    found: dict[str, list[tuple[str, int, int, float, float, dict[str, str]]]] = defaultdict(list)
    running: dict[tuple[str, str], tuple[float, int, dict[str, str]]] = {}
    for time, place, child, status, on, detail in history.statuses:
        before = running.pop((child, status), None)
        if before is not None:
            since, begun, told = before
            found[child].append((status, begun, place, since, time, told))
        if on:
            running[child, status] = (time, place, detail)
    for (child, status), (since, begun, told) in running.items():
        found[child].append((status, begun, NEVER, since, float("inf"), told))
    return found


def _closing(task: Task, stay: Stay, place: int) -> bool:
    """Whether a case was being closed at a place of the log.

    The closing record of a young person who grows up is done before the birthday, and the case
    stays open till then with nothing more to do.
    """
    done_in_this_stay = task.how == "end" and stay.begun < task.begun
    return task.begun < place and (place < task.ended or done_in_this_stay)


def siblings(evidence: Evidence) -> Finding:
    """No child is moved where siblings bar it, while a brother or sister is in a hub."""
    tally = Tally(
        SUBJECT,
        "no sibling in need",
        "moves by the transfer list into stages that no child with an open sibling may enter",
        "no brother or sister in a hub, but those whose case is being closed",
    )
    history = evidence.history
    guarded = {n for n, s in evidence.scenario.stages.items() if "no_sibling_in_need" in s.guards}
    of_family: dict[str, list[Stay]] = defaultdict(list)
    for stay in history.stays:
        if stay.stage in evidence.scenario.stages:
            of_family[history.family.get(stay.child, stay.child)].append(stay)
    closures: dict[str, list[Task]] = defaultdict(list)
    for task in history.tasks:
        if task.kind == "closure":
            closures[task.child].append(task)
    for family in of_family.values():
        for stay in family:
            if stay.stage not in guarded or stay.initial:
                continue
            others = [
                other
                for other in family
                if other.child != stay.child and other.begun < stay.begun < other.ended
                if not any(_closing(task, other, stay.begun) for task in closures[other.child])
            ]
            if not tally.right(not others and stay.child not in history.is_sibling):
                tally.tell(
                    f"child {stay.child} moved to {stay.stage} on day {stay.since:.3f}"
                    + (
                        f" while {others[0].child} is in {others[0].stage}"
                        if others
                        else ", as a sibling"
                    )
                )
    return tally.finding()


def limits(evidence: Evidence) -> Finding:
    """Where a limit stops moves in, none is agreed to a worker above what may be forced.

    Between agreement and move others may come, from a colleague who leaves: they are never
    unheld. So the holder's number counts when the move was agreed; and where somebody of the
    team has left since, the child may be another's who was to have been the holder.
    """
    tally = Tally(
        SUBJECT,
        "limits on moves in",
        "moves by the transfer list to workers whose limit stops them, when they were agreed",
        "not above the limit, or above what the operations manager may go to",
    )
    history = evidence.history
    force: dict[str, float] = {}
    for team_name, team in evidence.scenario.teams.items():
        for name, post in team.posts.items():
            if post.at_limit == "stop_transfers_in":
                pool = f"{team_name}.{post.role or name}"
                force[pool] = post.force_to.value if post.force_to else 1.0
    if not force:
        return tally.finding()
    limit = {post.worker: post.limit for post in history.posts}
    gone = {(history.pool[p.worker], p.ended) for p in history.posts if p.ended < NEVER}
    agreed: dict[str, int] = {}
    arrived: dict[str, int] = {}
    for place, row in enumerate(history.rows):
        if row.event == "transfer_request":
            agreed.pop(row.child, None)
        elif row.event == "transfer_agree":
            agreed.setdefault(row.child, place)  # said again where an objection is overruled
        elif row.event == "transfer_complete":
            arrived[f"{row.child} {row.time}"] = agreed[row.child]
    holding: dict[str, list[Part]] = defaultdict(list)
    for part in history.parts:
        if part.role == "holder":
            holding[part.worker].append(part)
    for part in history.parts:
        pool, own = history.pool[part.worker], limit[part.worker]
        then = arrived.get(f"{part.child} {part.since}")
        if part.role != "holder" or then is None or pool not in force or own is None:
            continue
        if any(team == pool and then < place < part.begun for team, place in gone):
            continue
        number = 1 + sum(p.begun < then < p.ended for p in holding[part.worker])
        top = own * force[pool]
        if not tally.right(number <= top):
            tally.tell(
                f"{part.worker} held {number} with child {part.child} when the move of day "
                f"{part.since:.3f} was agreed; at most {top:g}",
                number - top,
            )
    return tally.finding()
