"""A hub: it holds children, keeps its promises to them, and decides at reviews."""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from math import floor
from typing import TYPE_CHECKING

from sim.service.bringing_forward import whose_turn
from sim.service.colleagues import found, release
from sim.service.kept_within import has_assessed, meet
from sim.service.looks import part_elapsed
from sim.service.place import Place
from sim.service.placing import decide, has_risen
from sim.service.task import AT_REVIEW, DONE, OPEN, SCHEDULED, Task
from sim.service.turns import face_to_face, following, in_turns, school_month, takes_turns

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.plan import StagePlan
    from sim.service.service import Service
    from sim.service.streams import Stream
    from sim.service.task import Cadence, Kind


class Hub(Place):
    """One of the service's hubs."""

    is_hub = True

    def __init__(self, service: Service, plan: StagePlan) -> None:
        super().__init__(service)
        self.name = plan.name
        self.number = plan.number
        self.code = "".join(word[0] for word in plan.name.split("_"))
        self.adopt(plan)
        self._cadence_stream = service.streams["cadence"]
        self._less_often = service.streams["less often"]
        self._more_often = service.streams["more often"]
        self._turns = service.streams["turns before day one"]
        self._ehc = service.streams["ehc merge"]
        self._sees = service.streams["also sees child"]
        months = service.plan.calendar.month_end_due
        self._ehc_dues = {month: months(month) for month in range(1, 13)}

    def adopt(self, plan: StagePlan) -> None:
        """Take on what the scenario says from now on."""
        self.plan = plan
        self.by_assigned = plan.by_assigned
        self._met_in: dict[str, list[str]] = {}  # promises met in another, by that
        for kind in plan.kinds:
            if kind.met_in is not None:
                self._met_in.setdefault(kind.met_in, []).append(kind.promise)
        self._promises = {kind.promise: kind for kind in plan.kinds}
        by_name = {kind.name: kind.promise for kind in plan.kinds}
        self._calls_for: dict[str, list[Kind]] = {}  # one-off work, by the promise just kept
        for kind in plan.kinds:
            if kind.after is not None:
                self._calls_for.setdefault(by_name[kind.after], []).append(kind)

    def kind_of(self, promise: str) -> Kind | None:
        """Return the stage's own task for a promise."""
        return self._promises.get(promise)

    def keeps(self, promise: str) -> bool:
        """Recurring promises go on from hub to hub; their clocks are not reset."""
        return promise in self._promises

    def has_second(self, promise: str) -> bool:
        """Whether a second worker takes part in keeping a promise here."""
        return any(kind.promise == promise and kind.second for kind in self.plan.kinds)

    # --- entering ------------------------------------------------------------------------

    def enter(self, child: Child, came_from: Place | None) -> None:
        """Give the child workers, and begin the stage's promises."""
        service = self.service
        if not child.season_began:
            child.season_began = True
            service.life.may_leave(child)
        service.allocation.into_hub(child, self.plan)
        service.transfers.arrived(child)
        initial, child.initial = child.initial, None
        child.turns_drawn &= initial is not None
        for task in child.tasks.values():
            if task.kind.follows_child and task.kind.once_within is None:
                service.recorder.promised(task)
        for kind in self.plan.kinds:
            if kind.promise in child.replaced or kind.after is not None:
                continue
            if initial is not None:
                if kind.promise in initial:
                    self._carry_on(child, kind, initial[kind.promise])
            elif kind.only_from is None or (came_from and came_from.name == kind.only_from):
                self._promise(child, kind)
        service.rehome(child)
        for strand in service.strands:
            strand.entered(child, self, came_from)

    def promises(self, child: Child) -> dict[str, Cadence]:
        """Return the intervals promised to a child here, by timescale."""
        own = {
            kind.timescale: self._choose(child, kind)
            for kind in self.plan.kinds
            if kind.timescale is not None and kind.cadences and kind.promise not in child.replaced
        }
        follow = {
            task.kind.timescale: task.cadence
            for task in child.tasks.values()
            if task.kind.follows_child and task.kind.once_within is None
        }
        return own | {name: cadence for name, cadence in follow.items() if name and cadence}

    # --- promises that follow the child, and what they replace -----------------------------

    def begin_promise(
        self, child: Child, kind: Kind, due: int | None = None, kept: int = 0
    ) -> Task:
        """Begin a recurring promise that follows the child; the first occasion is due at `due`.

        Parameters
        ----------
        due
            Working days; by default its first interval from now.
        kept
            How often it has been kept before the run began.
        """
        if kind.sequence:
            cadence = kind.sequence[min(kept, len(kind.sequence) - 1)]
        else:
            cadence = self._choose(child, kind)
        if due is None:
            due = cadence.due_at(int(self.service.env.now))
        task = self._begin(child, kind, cadence, child.next_occasion(kind.name), due)
        task.nth = kept
        self.service.recorder.renewed(child)
        return task

    def end_promise(self, child: Child, promise: str) -> None:
        """End a promise to the child: its task is superseded."""
        task = child.tasks.pop(promise, None)
        if task is not None:
            self.service.recorder.promise_ended(child, promise)
            self.service.cancel(task, "superseded")
            self.service.recorder.renewed(child)

    def replace(self, child: Child, *promises: str) -> None:
        """Stop promises of the stage for as long as a status keeps others instead."""
        child.replaced.update(promises)
        for promise in promises:
            self.end_promise(child, promise)

    def restore(self, child: Child, *promises: str) -> None:
        """Begin promises of the stage anew, which a status had replaced."""
        child.replaced.difference_update(promises)
        for kind in self.plan.kinds:
            if kind.promise in promises and kind.once_within is None:
                self._promise(child, kind)
        self.service.recorder.renewed(child)

    def _promise(self, child: Child, kind: Kind) -> None:
        """Begin a promise, or carry one on: a move never resets a clock (DESIGN 5)."""
        service = self.service
        task = child.tasks.get(kind.promise)
        if kind.once_within is not None:
            if task is None:
                occasion = child.next_occasion(kind.name)
                service.hand_out(service.open_now(kind, child, child.id, occasion))
            return
        cadence = self._choose(child, kind)
        due = cadence.due_at(int(service.env.now))
        if task is None:
            self._begin(child, *self._first(child, kind, cadence, due))
        elif task.state != SCHEDULED:
            if task.kind.name == kind.name:
                task.kind = kind  # open work travels with its id and due
            service.recorder.promised(task)
            self._match_second(task)
        elif in_turns(kind) or task.kind.name != kind.name:
            self._take_turns(child, task, kind, cadence, min(task.due, due))
        elif task.due <= due:
            task.kind = kind  # the old due time comes first, and opens as it would have
            task.priority = kind.priority
            service.recorder.promised(task)
        else:
            task.state = DONE  # its place among what is to open is given up
            self._begin(child, kind, cadence, task.occasion, due)

    def _first(
        self, child: Child, kind: Kind, cadence: Cadence, due: int
    ) -> tuple[Kind, Cadence, int, int]:
        """Return the kind, interval, occasion and due time of the first of a promise made here."""
        first, due = self._whose_turn(child, kind, cadence, due)
        return first, cadence, child.next_occasion(first.name), due

    def _whose_turn(self, child: Child, kind: Kind, cadence: Cadence, due: int) -> tuple[Kind, int]:
        """Return what the first of a promise made here is, and when it is due.

        By telephone, as the review that brought the child here was face to face, unless the
        school's month is near.
        """
        if kind.every_other is None:
            return face_to_face(child, kind), due
        if self._merged_with_school(child, kind):
            month = self._school_month(child, due, cadence)
            if month is not None:
                return kind, month
        if kind.turn_before is not None:
            first = whose_turn(child, kind, child.tasks.get(kind.turn_before), self)
            if first is not None:
                return first, due
        if takes_turns(child, kind, self) and not self._met_last_but_one(child, kind):
            return kind.every_other, due
        return face_to_face(child, kind), due

    def _met_last_but_one(self, child: Child, kind: Kind) -> bool:
        """Whether a case drawn for day one had the other kind's turn last: so for half of them."""
        return child.turns_drawn and self._turns.uniform(child.who, kind.who) < 0.5

    def first_due(self, child: Child, promise: str) -> int:
        """Return when a promise would first be due here, were the child to come now."""
        kind, task = self._promises[promise], child.tasks.get(promise)
        cadence = self._choose(child, kind)
        due = cadence.due_at(int(self.service.env.now))
        due = due if task is None else min(due, task.due)
        return self._whose_turn(child, kind, cadence, due)[1]

    def _take_turns(self, child: Child, task: Task, kind: Kind, cadence: Cadence, due: int) -> None:
        """Carry on a promise not yet open as the kind whose turn it is here.

        Until it is held the occasion counts where it was promised, if it was due first.
        """
        if task.due > due:
            task.cell, task.cadence = kind.cell, cadence
        task.kind, _, task.occasion, due = self._first(child, kind, cadence, due)
        task.ehc = self._merged_with_school(child, task.kind)
        task.priority = task.kind.priority
        self.service.recorder.promised(task)
        self.service.schedule(task, due)

    def take_turns_anew(self, child: Child) -> None:
        """What is not open yet is face to face, if it is never by turns for the child now."""
        for kind in self.plan.kinds:
            task = child.tasks.get(kind.promise)
            if task is None or task.state != SCHEDULED or task.kind is not kind.every_other:
                continue
            if not takes_turns(child, kind, self):
                self.becomes(task, face_to_face(child, kind))
                self.service.schedule(task, task.due)

    def becomes(self, task: Task, kind: Kind) -> None:
        """Make an occasion not yet open one of another kind of the same promise."""
        child = task.child
        assert child is not None
        task.kind = kind
        task.occasion = child.next_occasion(kind.name)
        task.ehc = self._merged_with_school(child, kind)
        task.priority = kind.priority

    def renew(self, child: Child) -> None:
        """A new interval comes into force: the earlier of the old due and now plus the new."""
        if child.tasks and self._intervals_changed(child):
            self.service.recorder.renewed(child)
        for kind in self.plan.kinds:
            task = child.tasks.get(kind.promise)
            if task is None or not kind.cadences or task.cadence is None:
                continue
            cadence = self._choose(child, kind)
            if task.cell != kind.cell or cadence.label == task.cadence.label:
                continue
            if task.state == SCHEDULED:
                task.state = DONE
                due = min(cadence.due_at(int(self.service.env.now)), task.due)
                self._begin(child, task.kind, cadence, task.occasion, due, task.held)
            else:
                task.cadence = cadence  # open work keeps its due; the next follows the new one
                self.service.recorder.promised(task)

    def relax(self, child: Child) -> None:
        """Visits may be less frequent for a while, counted from the last one (W31, W43, W78).

        Open work keeps its due time; a visit promised elsewhere is kept first.
        """
        child.relaxed = True
        longer = [
            (kind.less_often, task)
            for kind in self.plan.kinds
            if (task := child.tasks.get(kind.promise)) is not None
            and kind.less_often is not None
            and task.cell == kind.cell
            and task.cadence is not kind.less_often
        ]
        if longer:
            self.service.recorder.renewed(child)
        for cadence, task in longer:
            if task.state == SCHEDULED:
                task.state = DONE
                due = max(cadence.due_at(task.held), task.due)
                self._begin(child, task.kind, cadence, task.occasion, due, task.held)
            else:
                task.cadence = cadence
                self.service.recorder.promised(task)

    def tighten(self, child: Child) -> None:
        """The usual intervals hold again: the earlier of the old due and now plus the usual."""
        if child.relaxed:
            child.relaxed = False
            self.renew(child)

    def _intervals_changed(self, child: Child) -> bool:
        for promise, cadence in self.promises(child).items():
            task = child.tasks.get(promise)
            own = task is not None and task.cadence is not None and task.cell == task.kind.cell
            if own and task.cadence.label != cadence.label:  # type: ignore[union-attr]
                return True
        return False

    def _match_second(self, task: Task) -> None:
        """A second worker is needed here, or no longer."""
        service = self.service
        second, kind = task.second, task.kind.second
        if second is not None and second.occasion != task.occasion:
            second = None  # the part of an earlier occasion, long done
        if second is None and kind is None:
            if task.state == DONE:
                # Only the second worker had still to finish. What follows, a closure perhaps,
                # waits until the child has arrived.
                service.later(service.env.now, partial(service.keep, task))
        elif second is not None and kind is not None:
            release(service, task.child, second.kind)  # type: ignore[arg-type]
            second.kind = kind if kind.colleagues is None else found(service, task.child, kind)  # type: ignore[arg-type]
        elif kind is not None and service.wants_second(task):
            service.open_second(task, kind)

    def _carry_on(self, child: Child, kind: Kind, last: float) -> None:
        """Carry on a promise of a case that was open before the first day."""
        cadence = self._choose(child, kind)
        since = floor(last)
        due = child.initial_dues.get(kind.promise)
        if due is None:
            due = cadence.due_at(since)
        self._begin(child, *self._first(child, kind, cadence, due), since)

    def _begin(
        self,
        child: Child,
        kind: Kind,
        cadence: Cadence,
        occasion: int,
        due: int,
        since: int | None = None,
    ) -> Task:
        task = Task(kind, child, occasion, child.id)
        task.held = int(self.service.env.now) if since is None else since
        task.cadence = cadence
        task.ehc = self._merged_with_school(child, kind)
        child.tasks[kind.promise] = task
        self.service.recorder.promised(task)
        self.service.schedule(task, due)
        return task

    def last_events(self, who: int, stream: Stream) -> dict[str, float]:
        """Draw when each promise was last kept to a case that is open on day one."""
        day_one = self.service.plan.scenario.day_one
        return {
            kind.promise: -part_elapsed(stream, who, kind.promise, day_one)
            * self._chosen(who, kind).days
            for kind in self.plan.kinds
            if kind.cadences
        }

    def interval_days(self, who: int, promise: str) -> int:
        """Return the interval of a promise to a child here, in working days."""
        kind = next(kind for kind in self.plan.kinds if kind.promise == promise)
        return self._chosen(who, kind).days

    @property
    def takes_siblings(self) -> bool:
        """Whether brothers and sisters may be held here (W64)."""
        return all(guard.__name__ != "no_sibling_in_need" for guard in self.plan.guards)

    def cadence_of(self, child: Child, kind: Kind) -> Cadence:
        """Return the interval of a promise to a child."""
        return self._choose(child, kind)

    def _choose(self, child: Child, kind: Kind) -> Cadence:
        if child.relaxed and kind.less_often is not None:
            return kind.less_often
        return self._chosen(child.who, kind)

    def _chosen(self, who: int, kind: Kind) -> Cadence:
        """The interval, drawn at allocation where the scenario gives a mix (W60).

        For a share of children management has agreed to a longer one (W31, W43).
        """
        if kind.less_often is not None:
            u = self._less_often.uniform(who, kind.who)
            if u < kind.less_often_share:
                return kind.less_often
        if kind.more_often is not None:
            u = self._more_often.uniform(who, kind.who)
            if u < kind.more_often_share:
                return kind.more_often
        if len(kind.cadences) == 1:
            return kind.cadences[0]
        u = self._cadence_stream.uniform(who, kind.who)
        for number, share in enumerate(kind.cadence_shares):
            u -= share
            if u < 0.0:
                return kind.cadences[number]
        return kind.cadences[-1]

    def _merged_with_school(self, child: Child, kind: Kind) -> bool:
        return (
            kind.ehc_merge is not None
            and child.ehc_month > 0
            and self._ehc.uniform(child.who) < kind.ehc_merge
        )

    # --- after a task ----------------------------------------------------------------------

    def after(self, task: Task) -> None:
        """Set the next due time from the day it was held, look, and decide."""
        child = task.child
        assert child is not None
        service = self.service
        kind = task.kind
        held = task.occasion
        if kind.second is not None and kind.second.colleagues is not None:
            release(service, child, kind.second)
            task.second = None  # somebody is found anew for the next occasion
        if kind.also_sees_child is not None:
            self._see_child(child, task)
        if kind.decides:
            for told in service.told.held:
                told(child, task)
        if kind.once_within is None:
            self._again(task)
            for promise in self._met_in.get(kind.promise, ()):
                meet(service, child, promise, task)
            for called in self._calls_for.get(kind.promise, ()):
                self._call_for(child, called)
        else:
            for told in service.told.done:
                told(child, task)
        found = False
        if kind.finds is not None and child.known != child.need:
            found = service.streams[f"looks/{kind.name}"].uniform(child.who, held) < kind.finds
            if found:
                child.known = child.need
                service.recorder.found(child)
        if kind.assesses:
            has_assessed(service, child, task)
        if kind.finds is not None:
            for told in service.told.looked:
                told(child, task)
        if child.closing is None and (kind.decides or (found and has_risen(service, child, self))):
            decide(service, child, self)
            if kind.decides:
                service.transfers.reviewed(child)

    def _again(self, task: Task) -> None:
        child, cadence = task.child, task.cadence
        assert child is not None and cadence is not None
        task.nth += 1
        held = task.kind
        if held.follows_child:
            cadence = self._follow(child, task, cadence)
        else:
            own = self._promises.get(held.promise, held)
            if task.cell != own.cell:
                # The promise carried over has been kept; this stage's own begins.
                task.kind, task.cell = own, own.cell
                task.cadence = cadence = self._choose(child, own)
                task.ehc = self._merged_with_school(child, own)
                self.service.recorder.promised(task)
            if in_turns(own):
                task.kind = following(child, own, held, self)
                task.ehc = self._merged_with_school(child, task.kind)
        task.held = int(self.service.env.now)
        task.brought = False
        due = cadence.due_at(task.held)
        if task.ehc:
            due = self._with_school(child, due, task.kind, cadence)
        task.occasion = child.next_occasion(task.kind.name)
        self.service.schedule(task, due)
        if task.kind.also_sees_child is not None:
            self._see_at(child, task)

    def _call_for(self, child: Child, kind: Kind) -> None:
        """Call for one-off work that follows from each occasion of another task."""
        if kind.promise not in child.tasks and child.closing is None:
            occasion = child.next_occasion(kind.name)
            self.service.hand_out(self.service.open_now(kind, child, child.id, occasion))

    def _see_at(self, child: Child, review: Task) -> None:
        """A visit that is to be made at a review is due when that review is, if that is near."""
        visit = child.tasks.get("child_seen")
        if visit is None or visit.state != SCHEDULED or visit.kind.role != AT_REVIEW:
            return
        cadence = visit.cadence
        assert cadence is not None
        near = abs(review.due - visit.due) <= cadence.days * self.service.plan.ehc_reach
        if near and visit.cell == visit.kind.cell and review.due != visit.due:
            self.service.schedule(visit, review.due)

    def _follow(self, child: Child, task: Task, before: Cadence) -> Cadence:
        """Return the interval to the next occasion of a promise that follows the child."""
        kind = task.kind
        if kind.sequence:
            cadence = kind.sequence[min(task.nth, len(kind.sequence) - 1)]
        else:
            cadence = self._choose(child, kind)
        task.cadence = cadence
        if cadence.label != before.label:
            self.service.recorder.promised(task)
            self.service.recorder.renewed(child)
        return cadence

    def _school_month(self, child: Child, due: int, cadence: Cadence) -> int | None:
        service = self.service
        dues = self._ehc_dues[child.ehc_month]
        return school_month(dues, due, cadence, service.plan.ehc_reach, service.env.now)

    def is_with_school(self, task: Task) -> bool:
        """Whether an occasion is to be held in the school's month, as part of its review."""
        assert task.child is not None
        return task.ehc and task.due in self._ehc_dues[task.child.ehc_month]

    def _with_school(self, child: Child, due: int, kind: Kind, cadence: Cadence) -> int:
        """Move a review to the end of the EHC month, where that month is near (W11, X32)."""
        if kind.every_other is not None:
            month = self._school_month(child, due, cadence)
            return due if month is None else month
        reach = cadence.days * self.service.plan.ehc_reach
        dues = self._ehc_dues[child.ehc_month]
        after = bisect_left(dues, due)
        best = min(dues[max(after - 1, 0) : after + 1], key=lambda d: abs(d - due))
        near = abs(best - due) <= reach and best - cadence.window > self.service.env.now
        return best if near else due

    def _see_child(self, child: Child, review: Task) -> None:
        """A review at home at which the child is seen may count as the visit."""
        visit = child.tasks.get("child_seen")
        if visit is None or visit.worker is not None:
            return
        if visit.state == SCHEDULED and visit.kind.role == AT_REVIEW:
            self.service.open(visit)  # seen earlier than need be: it counts all the same
        if visit.state != OPEN:
            return
        if self._sees.uniform(child.who, review.occasion) < (review.kind.also_sees_child or 0.0):
            self.service.meet_within(visit, review)
