"""Workers' time: one thing at a time, only at work, and every hour accounted for once."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally
from sim.verify.history import History, Post, Sitting, overlap

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

SUBJECT = "hours"
Hours = defaultdict[str, float]  # by team and role
TINY = 1e-6
ROUNDED = 1e-6  # of an hour: the log gives six decimals
NEAR = 1e-6  # share of a sum
TURN = 0.01  # share of a pool's hours: the pace of a sitting is that of when it was taken up


def one_at_a_time(evidence: Evidence) -> Finding:
    """A worker's sittings follow each other."""
    tally = Tally(
        SUBJECT,
        "one thing at a time",
        "sittings of each worker that follow each other",
        "none begins before the last has ended",
    )
    for worker, mine in _by_worker(evidence.history).items():
        for one, other in pairwise(mine):
            if not tally.right(other.since >= one.until):
                tally.tell(
                    f"{worker} took up {other.task.id} on day {other.since:.3f}, at {one.task.id} "
                    f"from day {one.since:.3f} to {one.until:.3f}",
                    min(one.until, evidence.horizon) - other.since,
                )
    return tally.finding()


def only_at_work(evidence: Evidence) -> Finding:
    """Nobody works before or after being in post, or while away."""
    tally = Tally(
        SUBJECT,
        "only when at work",
        "sittings, beside when the worker was in post and away",
        "none outside",
    )
    history = evidence.history
    in_post: dict[str, tuple[float, float]] = {}
    for post in history.posts:
        since, _ = in_post.get(post.worker, (post.since, 0.0))
        in_post[post.worker] = (since, post.until)
    for sitting in history.sittings:
        until = min(sitting.until, evidence.horizon)
        since, end = in_post.get(sitting.worker, (math.inf, -math.inf))
        outside = max(since - sitting.since, until - end, 0.0)
        spells = history.spells[sitting.worker]
        low = max(bisect_right(spells, (sitting.since,)) - 1, 0)
        for first, last, _ in spells[low:]:
            if first >= until:
                break
            outside += overlap(sitting.since, until, first, last)
        if not tally.right(outside <= TINY):
            tally.tell(
                f"{sitting.worker} at {sitting.task.id} from day {sitting.since:.3f} to "
                f"{sitting.until:.3f}, not at work",
                outside,
            )
    return tally.finding()


def finished(evidence: Evidence) -> Finding:
    """The hours of tasks finished, by team, role and kind, are those in the summary."""
    tally = Tally(
        SUBJECT,
        "hours of tasks, log and summary",
        "hours and number of tasks finished, by team and role and kind, over the whole run",
        "equal",
    )
    history, watcher = evidence.history, evidence.watcher
    hours: defaultdict[tuple[str, str], float] = defaultdict(float)
    number: Counter[tuple[str, str]] = Counter()
    for task in history.tasks:
        if task.how == "end":
            key = (history.pool[task.sittings[-1].worker], task.kind)
            hours[key] += task.spent
            number[key] += 1
    pools = evidence.plans[-1].pools
    books = {(pools[pool], kind): each for (pool, kind), each in watcher.work.items()}
    for key in hours.keys() | books.keys():
        theirs, times = books.get(key, ([], []))
        gap = abs(sum(theirs) - hours[key])
        tally.measure(gap)
        if not tally.right(sum(times) == number[key] and gap <= ROUNDED * (1 + number[key])):
            tally.tell(f"{key[0]}, {key[1]}: {gap:.6f} h apart", gap)
    return tally.finding()


def sittings_add_up(evidence: Evidence) -> Finding:
    """The sittings of a task, at the worker's pace, come to the hours it says it took."""
    tally = Tally(
        SUBJECT,
        "sittings add up to the task",
        "tasks finished: hours of their sittings, hours at the end",
        "equal to a thousandth of an hour",
    )
    paces = Paces(evidence)
    for task in evidence.history.tasks:
        if task.how != "end":
            continue
        told = sum(paces.hours(sitting) for sitting in task.sittings)
        gap = abs(told - task.spent)
        tally.measure(gap)
        if not tally.right(gap <= 1e-3):
            tally.tell(
                f"{task.id}: {told:.4f} h in {len(task.sittings)} sittings, {task.spent:.4f} h at "
                f"its end on day {task.until:.3f}",
                gap,
            )
    return tally.finding()


def balance(evidence: Evidence) -> Finding:
    """Hours of posts are hours absent, reserved, worked and idle; and the summary says the same."""
    tally = Tally(
        SUBJECT,
        "hours of posts add up",
        "each team and role over the whole run: hours of posts (log); absent, reserved, worked, "
        "idle (log); available, reserved, worked (summary)",
        "equal: posts = absent + reserved + worked + idle, and log = summary",
    )
    history, watcher, paces = evidence.history, evidence.watcher, Paces(evidence)
    post: Hours = defaultdict(float)
    absent: Hours = defaultdict(float)
    reserved: Hours = defaultdict(float)
    worked: Hours = defaultdict(float)
    idle: Hours = defaultdict(float)
    sittings = _by_worker(history)
    for sitting in history.sittings:
        worked[history.pool[sitting.worker]] += paces.hours(sitting)
    for each in history.posts:
        until = min(each.until, evidence.horizon)
        post[each.pool] += each.hours * (until - each.since)
        for first, last, free in _at_work(each, history, until):
            present = last - first
            reserved[each.pool] += (each.hours - free) * present
            busy = sum(
                overlap(s.since, min(s.until, until), first, last)
                for s in _near(sittings.get(each.worker, []), first, last)
            )
            idle[each.pool] += free * (present - busy)
        away = sum(overlap(each.since, until, a, b) for a, b, _ in history.spells[each.worker])
        absent[each.pool] += each.hours * away
    for number, pool in enumerate(evidence.plans[-1].pools):
        books = [
            sum(
                getattr(month, name)[number] for month in watcher.months if number < len(month.cost)
            )
            for name in ("available", "reserved", "worked")
        ]
        told = [post[pool] - absent[pool], reserved[pool], worked[pool]]
        size = max(post[pool], 1.0)
        gaps = [abs(a - b) / size for a, b in zip(books, told, strict=True)]
        parts = absent[pool] + reserved[pool] + worked[pool] + idle[pool]
        gap = abs(post[pool] - parts) / size
        tally.measure(gap)
        if not tally.right(max(gaps) <= NEAR and gap <= TURN and idle[pool] >= -TURN * size):
            tally.tell(
                f"{pool}: posts {post[pool]:,.1f} h; absent {absent[pool]:,.1f} + reserved "
                f"{reserved[pool]:,.1f} + worked {worked[pool]:,.1f} + idle {idle[pool]:,.1f} = "
                f"{parts:,.1f}; available, reserved, worked {_said(books)} in the summary, "
                f"{_said(told)} by the log",
                max(*gaps, gap),
            )
    return tally.finding()


def leave(evidence: Evidence) -> Finding:
    """The leave people take is what the scenario gives them, once."""
    people = evidence.scenario.people
    tally = Tally(
        SUBJECT,
        "leave is counted once",
        "people in post for the whole run: days of annual leave taken",
        "the scenario's days a year, to a day a year",
    )
    if people is None:
        return tally.finding()
    history, years = evidence.history, evidence.calendar.years
    part = evidence.horizon * evidence.calendar.years_per_day
    expected = people.leave.days.value * part
    whole: dict[str, list[Post]] = defaultdict(list)
    for post in history.posts:
        whole[post.worker].append(post)
    for worker, mine in whole.items():
        if mine[0].since > 0.0 or not math.isinf(mine[-1].until):
            continue
        taken = sum(
            min(until, evidence.horizon) - since
            for since, until, reason in history.spells[worker]
            if reason == "leave"
        )
        tally.measure(taken / part)
        if not tally.right(abs(taken - expected) <= len(years) + 1):
            tally.tell(
                f"{worker}: {taken:g} days of leave, {expected:.1f} in the scenario",
                abs(taken - expected),
            )
    return tally.finding()


class Paces:
    """Hours of a sitting: a worker goes on at the pace of when the work was taken up.

    The pace falls and rises with the children held. Work that goes on over half a day is taken
    up again, at the pace of then, without a row in the log; visits and meetings are not.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._rates = evidence.history.rates
        self._horizon = evidence.horizon
        self._longest = evidence.scenario.work.longest_sitting.value
        kinds = [kind for plan in evidence.plans for kind in plan.kinds]
        self._whole = {(kind.stage, kind.name): kind.one_sitting for kind in kinds}
        alike: dict[str, set[bool]] = defaultdict(set)
        for kind in kinds:
            alike[kind.name].add(kind.one_sitting)
        # Work may be done where it was not made: a conference during the assessment.
        self._anywhere = {name: min(says) for name, says in alike.items()}

    def hours(self, sitting: Sitting) -> float:
        """Return the hours done in a sitting (up to the end of the run)."""
        task, until = sitting.task, min(sitting.until, self._horizon)
        whole = self._whole.get((task.stage, task.kind), self._anywhere.get(task.kind, False))
        hours, since, first = 0.0, sitting.since, True
        while since < until:
            then = until if whole else min(since + self._longest, until)
            hours += (then - since) * self._pace(sitting, since, first)
            since, first = then, False
        return hours

    def _pace(self, sitting: Sitting, time: float, first: bool) -> float:
        for when, place, rate in reversed(self._rates[sitting.worker]):
            if place < sitting.begun or (not first and when <= time):
                return rate
        return 0.0


def _by_worker(history: History) -> dict[str, list[Sitting]]:
    found: dict[str, list[Sitting]] = defaultdict(list)
    for sitting in history.sittings:
        found[sitting.worker].append(sitting)
    return found


def _near(sittings: list[Sitting], first: float, last: float) -> Iterator[Sitting]:
    """Return the sittings that may lie in a span; they are in order and seldom longer than days."""
    at = max(bisect_right(sittings, first, key=lambda s: s.since) - 1, 0)
    for sitting in sittings[at:]:
        if sitting.since >= last:
            return
        yield sitting


def _at_work(post: Post, history: History, until: float) -> Iterator[tuple[float, float, float]]:
    """Return the spells at work in a post, with the hours of a day free in each."""
    rates = [r for r in history.rates[post.worker] if post.begun <= r[1] < post.ended]
    ends = [time for time, _, _ in rates[1:]] + [until]
    spells = history.spells[post.worker]
    for (since, _, free), end in zip(rates, ends, strict=True):
        now = since
        low = max(bisect_right(spells, (since,)) - 1, 0)
        for first, last, _ in spells[low:]:
            if first >= end:
                break
            if first > now:
                yield now, first, free
            now = max(now, last)
        if now < end:
            yield now, end, free


def _said(values: list[float]) -> str:
    return ", ".join(f"{value:,.1f}" for value in values)
