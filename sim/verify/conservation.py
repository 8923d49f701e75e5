"""Nobody is lost and nobody is made: contacts and open children add up, month by month."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence
    from sim.verify.history import Stay

SUBJECT = "conservation"
SERVICE = "service"
NOT_OURS = ("mash", "caf_tac")  # not among the service's open children
ENOUGH = 20.0  # leavers to be expected before their number is judged
FEW = 0.1  # of the day-one cases to be expected to leave: fewer is not chance
TINY = 1e-6


def contacts(evidence: Evidence) -> Finding:
    """Every contact is decided, withdrawn, or still on the desk when the run ends."""
    tally = Tally(
        SUBJECT,
        "every contact is decided",
        "stays at the front door, by child",
        "each contact ends once: passed on, closed, or on the desk at the end",
    )
    at_the_door: dict[str, int] = {}
    for row in evidence.history.rows:
        if row.event == "contact":
            at_the_door.setdefault(row.child, 0)
    stays = [stay for stay in evidence.history.stays if stay.stage == "mash"]
    for stay in stays:
        known = stay.child in at_the_door
        if not tally.right(known):
            tally.tell(f"child {stay.child} at the MASH without a contact")
    screened = {t.child: t for t in evidence.history.tasks if t.kind == "screening"}
    for stay in stays:
        if math.isinf(stay.until):
            task = screened.get(stay.child)
            waiting = task is not None and not task.how
            if not tally.right(waiting):
                tally.tell(f"child {stay.child} at the MASH with nothing to decide")
    return tally.finding()


def open_children(evidence: Evidence) -> Finding:
    """Day one and entries are leavers and open, in each stage and the service, each month."""
    tally = Tally(
        SUBJECT,
        "open children add up",
        "each stage and the service at each month end: day one + entries - leavers (log), open "
        "(books)",
        "equal",
    )
    stays, watcher = evidence.history.stays, evidence.watcher
    came: dict[str, list[int]] = defaultdict(list)
    went: dict[str, list[int]] = defaultdict(list)
    for stay in stays:
        for name in _counted_in(stay):
            came[name].append(stay.begun)
            if stay.until < math.inf:
                went[name].append(stay.ended)
    for places in (*came.values(), *went.values()):
        places.sort()
    counted = [s for s in watcher.stages if s not in NOT_OURS]
    for month, book, cut in zip(
        evidence.calendar.months, watcher.months, watcher.cuts, strict=True
    ):
        books = dict(zip(watcher.stages, book.open_children, strict=True))
        books[SERVICE] = sum(books[name] for name in counted)
        for name, number in books.items():
            told = bisect_left(came[name], cut) - bisect_left(went[name], cut)
            if not tally.right(told == number):
                tally.tell(
                    f"{name}, end of {month.label}: {told} by the log, {number} in the books",
                    abs(told - number),
                )
    return tally.finding()


def _counted_in(stay: Stay) -> tuple[str, ...]:
    return (stay.stage,) if stay.stage in NOT_OURS else (stay.stage, SERVICE)


def one_place(evidence: Evidence) -> Finding:
    """A child is in one stage, from where it left to where it said it went."""
    tally = Tally(
        SUBJECT,
        "one stage at a time",
        "stays of a child that follow each other, and events out of order",
        "each begins where and when the one before ended, or with a contact",
    )
    for fault in evidence.history.faults:
        tally.right(False)
        tally.tell(fault)
    stays: dict[str, list[Stay]] = defaultdict(list)
    for stay in evidence.history.stays:
        stays[stay.child].append(stay)
    for mine in stays.values():
        for one, other in pairwise(mine):
            follows = other.since >= one.until and (
                one.to == "closed" or (one.to == other.stage and other.since == one.until)
            )
            if not tally.right(follows):
                tally.tell(
                    f"child {one.child} left {one.stage} for {one.to} on day {one.until:.3f} and "
                    f"entered {other.stage} on day {other.since:.3f}"
                )
        last = mine[-1]
        if not tally.right(math.isinf(last.until) or last.to == "closed"):
            tally.tell(f"child {last.child} left {last.stage} for {last.to} and never arrived")
    return tally.finding()


def exit_age(evidence: Evidence) -> Finding:
    """Nobody is open past the age at which services end, but for closing work still to do."""
    age = evidence.scenario.population.exit_age.value
    tally = Tally(
        SUBJECT,
        "nobody past the exit age",
        "cases of children who reach it within the run",
        f"closed on the {age}th birthday, or as soon as the closing work is done",
    )
    history, adult = evidence.history, _adult(evidence)
    done: dict[str, float] = {}
    for task in history.tasks:
        if task.kind == "closure" and task.since <= adult.get(task.child, -1.0):
            done[task.child] = min(task.until, evidence.horizon)
    for stay in history.stays:
        birthday = adult.get(stay.child)
        if birthday is None or stay.until < birthday or birthday >= evidence.horizon:
            continue
        latest = max(birthday, done.get(stay.child, 0.0))
        until = min(stay.until, evidence.horizon)
        tally.measure(until - birthday)
        if not tally.right(until <= latest + TINY):
            tally.tell(
                f"child {stay.child} turned {age} on day {birthday:g} and is in {stay.stage} until "
                f"day {until:g}",
                until - latest,
            )
    return tally.finding()


def _adult(evidence: Evidence) -> dict[str, float]:
    """On which working day, in the run or just after, children reach the exit age."""
    age, calendar = evidence.scenario.population.exit_age.value, evidence.calendar
    last = calendar.date(evidence.horizon) + timedelta(days=7)
    adult: dict[str, float] = {}
    for child, born in evidence.history.born.items():
        birthday = calendar.birthday(date.fromisoformat(born), age)
        if birthday <= last:
            adult[child] = max(float(calendar.day(birthday)), 0.0)
    return adult


def day_one_leaves(evidence: Evidence) -> Finding:
    """Cases that were open on day one leave as later ones do."""
    tally = Tally(
        SUBJECT,
        "day-one cases leave",
        "each stage: leavers among day-one cases, for those expected at the rate of later cases",
        f"where {ENOUGH:g} are expected, a tenth of them or more",
    )
    left: Counter[tuple[str, bool]] = Counter()
    days: defaultdict[tuple[str, bool], float] = defaultdict(float)
    for stay in evidence.history.stays:
        key = (stay.stage, stay.initial)
        days[key] += min(stay.until, evidence.horizon) - stay.since
        left[key] += stay.until < math.inf
    for stage in sorted({s.stage for s in evidence.history.stays if s.initial}):
        later = left[stage, False] / days[stage, False] if days[stage, False] else 0.0
        expected, number = later * days[stage, True], left[stage, True]
        if expected < ENOUGH:
            continue
        tally.measure(number / expected)
        if not tally.right(number >= FEW * expected):
            tally.tell(
                f"{stage}: {number} day-one cases left, {expected:.0f} would have at the rate of "
                "later ones",
                expected - number,
            )
    return tally.finding()


def closures(evidence: Evidence) -> Finding:
    """A case closes when its closing work is done, or on the birthday for which it was done."""
    tally = Tally(
        SUBJECT,
        "closing work closes the case",
        "closing work that has been done",
        "the case closes at that instant, or on the birthday it was done for",
    )
    history, adult = evidence.history, _adult(evidence)
    leaving: dict[str, set[float]] = defaultdict(set)
    for stay in history.stays:
        leaving[stay.child].add(stay.until)
    for task in history.tasks:
        if task.kind != "closure" or task.how != "end":
            continue
        closed, birthday = leaving[task.child], adult.get(task.child, -1.0)
        does = task.until in closed or (
            birthday > task.until and (birthday in closed or birthday >= evidence.horizon)
        )
        if not tally.right(does):
            tally.tell(
                f"closing work for child {task.child} was done on day {task.until:.3f} and the "
                "case did not close"
            )
    return tally.finding()


def holders(evidence: Evidence) -> Finding:
    """Each open child has a holder from the next morning, unless nobody is there to be one."""
    tally = Tally(
        SUBJECT,
        "each child has a holder",
        "assessments and stays in hubs, and spells in them without a holder",
        "found by the next morning on which anybody of the team is there",
    )
    history = evidence.history
    pools = {n: f"{s.team}.{s.holder}" for n, s in evidence.scenario.stages.items()}
    spec = evidence.scenario.assessment
    pools["single_assessment"] = f"{spec.team}.{spec.holder}"
    held: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for part in history.parts:
        if part.role == "holder":
            held[part.child].append((part.since, part.until))
    for stay in history.stays:
        pool = pools.get(stay.stage)
        if pool is None:
            continue
        for since, until in _gaps(stay, held[stay.child], evidence.horizon):
            mornings = range(math.floor(since) + 1, math.ceil(until))
            idle = next((d for d in mornings if _somebody(evidence, pool, stay, d)), None)
            if not tally.right(idle is None):
                tally.tell(
                    f"child {stay.child} in {stay.stage} without a holder from day {since:.3f} to "
                    f"{until:.3f}",
                    until - since,
                )
        tally.right()
    return tally.finding()


def _gaps(
    stay: Stay, held: list[tuple[float, float]], horizon: float
) -> Iterator[tuple[float, float]]:
    """Return the spells of a stay in which nobody holds the child."""
    now, end = stay.since, min(stay.until, horizon)
    for since, until in held:
        if until < now or since > end:
            continue
        if since > now:
            yield now, since
        now = max(now, until)
    if now < end:
        yield now, end


def _somebody(evidence: Evidence, pool: str, stay: Stay, day: int) -> bool:
    """Whether anybody who may hold a child of the stage is at work when a day has broken."""
    history = evidence.history
    site = history.site.get(stay.child, "")
    for post in history.posts:
        own = post.pool == pool and post.site in ("shared", site)
        if own and post.since < day < post.until:
            away = any(a <= day < b for a, b, _ in history.spells[post.worker])
            if not away:
                return True
    return False
