"""Growing up: reviews that prepare for adulthood, and the way to adult services (W99 to W104).

From 14 reviews take longer. The transition assessment is a review made longer once (or an
assessment), by whoever holds the case; the referral to adult social care follows and is due by
the sixteenth birthday; from then on there is joint work until services end.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.service.strand import Strand
from sim.service.task import DONE, OPEN, SCHEDULED

if TYPE_CHECKING:
    from datetime import date

    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.plan import Plan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker

NAME = "growing_up"
ASSESSMENT = "transition_assessment"
REFERRAL = "transition_referral"
JOINT_WORK = "joint_work"
CAPACITY = "mental_capacity_assessment"


class GrowingUpPlan:
    """The section of a scenario, ready for use: kinds of work, and spans in working days."""

    def __init__(self, plan: Plan) -> None:
        section = plan.scenario.growing_up
        assert section is not None
        assessment, referral = section.assessment, section.referral
        self.focus_age = section.preparing.from_age.value
        self.focus_hours = section.preparing.hours_a_year.value
        self.assess_age = assessment.from_age.value
        self.refer_age = referral.by_age.value
        self.alone_days = round(assessment.alone_before.value.working_days())
        self.done_days = round(assessment.done_before.value.working_days())
        self.opens_days = round(referral.opens_before.value.working_days())
        self.overdue = section.overdue.value

        self.if_older = plan.cadence(referral.if_older.value)
        kind = plan.kind(ASSESSMENT, "service", assessment.hours, assessment.priority)
        kind.once_within = plan.cadence(assessment.alone_before.value)
        kind.follows_child = True
        self.assessment = kind
        kind = plan.kind(REFERRAL, "service", referral.hours, referral.priority, REFERRAL)
        kind.once_within = plan.cadence(referral.opens_before.value)
        kind.follows_child = True
        self.referral = kind
        self.capacity: Kind | None = None
        if (spec := section.capacity) is not None:
            self.capacity = kind = plan.kind(
                CAPACITY, "service", spec.hours, spec.priority, CAPACITY
            )
            kind.once_within = plan.cadence(spec.if_older.value)
            kind.follows_child = True
            self.capacity_age = spec.by_age.value
        joint = section.joint_work
        kind = plan.kind(JOINT_WORK, "service", joint.hours, joint.priority)
        kind.cadences = tuple(plan.cadence(every) for every, _ in joint.every.value)
        kind.cadence_shares = tuple(share for _, share in joint.every.value)
        kind.follows_child = True
        self.joint_work = kind


class Ages:
    """When a child reaches the ages that matter (working days), and how far it has come.

    Attributes
    ----------
    focus, assess, adult
        The birthdays from which reviews prepare for adulthood, may be the transition
        assessment, and joint work begins.
    due
        The last moment on time for the referral: the end of the last working day on or
        before the birthday (W103).
    capacity_due
        The last moment on time for the assessment of capacity, if there is one.
    judged
        Whether that has been asked for.
    enhanced
        The review that is to be the transition assessment.
    """

    __slots__ = (
        *("adult", "assess", "assessed", "capacity_due", "due"),
        *("enhanced", "focus", "judged", "referred"),
    )

    def __init__(self, plan: Plan, born: date) -> None:
        own = plan.growing_up
        assert own is not None
        self.focus = plan.birthday(born, own.focus_age)
        self.assess = plan.birthday(born, own.assess_age)
        self.adult = plan.birthday(born, own.refer_age)
        self.due = plan.calendar.birthday_due(born, own.refer_age)
        self.capacity_due = 0
        if own.capacity is not None:
            self.capacity_due = plan.calendar.birthday_due(born, own.capacity_age)
        self.enhanced = ""
        self.assessed = self.referred = self.judged = False


class GrowingUp(Strand):
    """What a service owes a child who is growing up."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._day_one = service.streams["growing up on day one"]

    @property
    def plan(self) -> GrowingUpPlan:
        """What the scenario says now."""
        plan = self.service.plan.growing_up
        assert plan is not None
        return plan

    def ages(self, child: Child) -> Ages:
        """Return what is kept about a child; the first time, set its timers."""
        ages: Ages | None = child.strands.get(NAME)
        if ages is None:
            service = self.service
            ages = child.strands[NAME] = Ages(service.plan, service.population.born(child))
            moments = (ages.due - self.plan.opens_days, ages.due - self.plan.alone_days, ages.adult)
            for when in moments:
                if when > service.env.now:
                    service.later(when, partial(self._see_to, child))
        return ages

    # --- what it is told -------------------------------------------------------------------

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """See to whatever the child's age asks for; siblings are not referred."""
        if child.is_sibling:
            return
        ages = self.ages(child)
        if came_from is None:
            self._began_before(child, hub, ages)
        self._see_to(child)

    def extra_hours(self, child: Child, task: Task) -> float:
        """Reviews take longer from 14, and once a review is the transition assessment."""
        if child.is_sibling or not task.kind.decides:
            return 0.0
        ages, own, now = self.ages(child), self.plan, self.service.env.now
        hours = 0.0
        if now >= ages.focus and task.cadence is not None:
            hours += own.focus_hours / task.cadence.per_year
        if now >= ages.assess and not ages.assessed and not self._under_way(child, ages):
            ages.enhanced = task.id
            hours += self._hours(child)
        return hours

    def held(self, child: Child, task: Task) -> None:
        """A review made longer has been held: it was the transition assessment (W102)."""
        ages: Ages | None = child.strands.get(NAME)
        if ages is None or not ages.enhanced or ages.enhanced != task.id:
            return
        ages.enhanced = ""
        if task.spent > 0.0:  # met in a sibling's, it was not made longer
            self._met_in(child, ages, task)
        self._see_to(child)

    def assessed(self, child: Child, task: Task) -> None:
        """An updating or a single assessment at this age is the transition assessment (W102)."""
        if child.is_sibling:
            return
        ages = self.ages(child)
        if self.service.env.now >= ages.assess:
            self._met_in(child, ages, task)
            self._judge_capacity(child, ages)

    # --- what is due -----------------------------------------------------------------------

    def _see_to(self, child: Child) -> None:
        """Open what is due now and has not been opened."""
        hub = child.stage
        if hub is None or not hub.is_hub or child.closing is not None:
            return
        service, own, now = self.service, self.plan, self.service.env.now
        ages = self.ages(child)
        self._judge_capacity(child, ages)
        if ages.referred:
            if now >= ages.adult and JOINT_WORK not in child.tasks:
                service.hubs[hub.name].begin_promise(child, own.joint_work)
        elif ages.assessed:
            if now >= ages.due - own.opens_days and REFERRAL not in child.tasks:
                self._refer(child, self._referral_due(ages))
        elif now >= ages.due - own.alone_days and not self._under_way(child, ages):
            self._assess_alone(child, ages)

    def _assess_alone(self, child: Child, ages: Ages) -> None:
        """No review has come: the assessment is work on its own."""
        service, kind = self.service, self.plan.assessment
        task = service.open_now(
            kind, child, child.id, child.next_occasion(kind.name), self._hours(child)
        )
        due = ages.due - self.plan.done_days
        task.due = due if due > service.env.now else self._referral_due(ages)
        task.then = self._assessed_alone
        service.hand_out(task)

    def _assessed_alone(self, task: Task, worker: Worker) -> None:
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        self.ages(child).assessed = True
        self._see_to(child)

    def _met_in(self, child: Child, ages: Ages, within: Task) -> None:
        """The transition assessment was made in another task."""
        if ages.assessed:
            return
        service, kind = self.service, self.plan.assessment
        task = child.tasks.get(ASSESSMENT)
        if task is None:
            task = service.open_now(
                kind, child, child.id, child.next_occasion(kind.name), self._hours(child)
            )
            task.due = self._referral_due(ages)
            service.hand_out(task)
        if task.state == OPEN and task.worker is None:
            ages.assessed = True
            service.meet_within(task, within)

    def _judge_capacity(self, child: Child, ages: Ages) -> None:
        """At this point the child's mental capacity is assessed, by the birthday (K24, K25)."""
        service, kind, now = self.service, self.plan.capacity, self.service.env.now
        hub = child.stage
        if kind is None or not ages.assessed or ages.judged or hub is None or not hub.is_hub:
            return
        ages.judged = True
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        if ages.capacity_due > now:
            task.due = ages.capacity_due
        service.hand_out(task)

    def _refer(self, child: Child, due: int) -> None:
        service, kind = self.service, self.plan.referral
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.due = due
        task.then = self._referred
        service.hand_out(task)

    def _referred(self, task: Task, worker: Worker) -> None:
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        self.ages(child).referred = True
        self._see_to(child)

    def _referral_due(self, ages: Ages) -> int:
        """Return when the referral is due: by the birthday, unless the child came after it."""
        now = self.service.env.now
        return ages.due if ages.due > now else self.plan.if_older.due_at(int(now))

    def _hours(self, child: Child) -> float:
        kind = self.plan.assessment
        return kind.hours(self.service.hours_streams[kind.number].uniform(child.who, 1))

    def _under_way(self, child: Child, ages: Ages) -> bool:
        """Whether the assessment is work in hand, or a review now open is to be it."""
        return ASSESSMENT in child.tasks or any(
            task.id == ages.enhanced and task.state not in (SCHEDULED, DONE)
            for task in child.tasks.values()
        )

    # --- day one ---------------------------------------------------------------------------

    def _began_before(self, child: Child, hub: Hub, ages: Ages) -> None:
        """A day-one child is as far on its way as its age says, with some referrals overdue."""
        own, who = self.plan, child.who
        if ages.assess > 0.0:
            return
        u = self._day_one.uniform
        alone = ages.due - own.alone_days
        ages.assessed = u(who, 0) * (alone - ages.assess) < -ages.assess
        if ages.due <= 0.0:
            ages.referred = u(who, 1) >= own.overdue
            ages.assessed = True
        elif ages.assessed:
            ages.referred = u(who, 1) * own.opens_days < own.opens_days - ages.due
        if ages.due <= 0.0 and not ages.referred:
            self._refer(child, ages.due)
        ages.judged = ages.assessed
        if ages.referred and ages.adult <= 0.0:
            cadence = hub.cadence_of(child, own.joint_work)
            due = cadence.due_at(-int(u(who, 2) * cadence.days))
            hub.begin_promise(child, own.joint_work, due)
