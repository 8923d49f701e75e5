"""Carers' assessments: offered, taken up, done, and the support reviewed (W94 to W98).

One carer a family, whose case is the disabled child's. Wanting support, and coming to need it no
longer, belong to the carer's own life; the service hears of them when it asks: at a single
assessment, at each review, and when the support is reviewed.
"""

from __future__ import annotations

from math import inf, log
from typing import TYPE_CHECKING

from sim.service.draws import choice, sampler
from sim.service.strand import Strand
from sim.service.task import OPEN, SCHEDULED

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.place import Place
    from sim.service.plan import Plan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.streams import Stream
    from sim.service.task import Task
    from sim.service.worker import Worker

NAME = "carers"
ASSESSMENT = "carers_assessment"
REVIEW = "carers_review"
YOUNG = "young_carer_notice"


class CarersPlan:
    """The section of a scenario, ready for use."""

    def __init__(self, plan: Plan) -> None:
        section = plan.scenario.carers
        assert section is not None
        review, young = section.review, section.young
        self.at_assessment = section.at_assessment.value
        self.with_assessment = section.with_assessment.value
        self.hours_with_assessment = sampler(section.hours_with_assessment.value)
        self.hours_with_review = sampler(review.hours_with_review.value)
        self.wanted_days = _mean_days(plan, section.wanted.value)
        self.ends_days = _mean_days(plan, review.ends.value)
        self.outcome = choice(section.outcomes.value)
        self.reviewed = frozenset(section.reviewed)
        self.packages = frozenset(section.packages)
        self.reach = round(review.reach.value.working_days())
        self.supported = section.supported.value
        self.young_share = young.share.value
        self.young_days = young.from_age.value * plan.days_a_year

        kind = plan.kind(ASSESSMENT, "service", section.hours, section.priority, ASSESSMENT)
        kind.once_within = plan.cadence(section.within.value)
        kind.follows_child = True
        self.assessment = kind
        kind = plan.kind(REVIEW, "service", review.hours, review.priority, REVIEW)
        kind.cadences = tuple(plan.cadence(every) for every, _ in review.every.value)
        kind.cadence_shares = tuple(share for _, share in review.every.value)
        kind.follows_child = True
        self.review = kind
        kind = plan.kind(YOUNG, "service", young.hours, young.priority)
        kind.once_within = plan.cadence(young.within.value)
        kind.follows_child = True
        self.young = kind


def _mean_days(plan: Plan, rate: float) -> float:
    return plan.days_a_year / rate if rate > 0.0 else inf


class Carer:
    """What is kept about the carer of a child.

    Attributes
    ----------
    wants_at, ends_at
        From when the carer wants support, or needs it no longer, whether known or not.
    within
        The single assessment or the review in which the carer's is to be done.
    agreed
        Support has been agreed that is to be reviewed, once there is a plan.
    taken_up
        A carer's assessment has been taken up at a single assessment, to be done on its own.
    """

    __slots__ = ("agreed", "ends_at", "taken_up", "wants_at", "within")

    def __init__(self, wants_at: float) -> None:
        self.wants_at = wants_at
        self.ends_at = inf
        self.within = ""
        self.agreed = self.taken_up = False


class Carers(Strand):
    """Carers' assessments and reviews, and young carers among siblings."""

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        streams = service.streams
        self._wants = streams["carer wants support"]
        self._ends = streams["carer needs support no longer"]
        self._takes_up = streams["carer takes up an assessment"]
        self._outcomes = streams["outcome for the carer"]
        self._hours = streams["hours for the carer"]
        self._day_one = streams["carers on day one"]
        self._young = streams["young carers"]

    @property
    def plan(self) -> CarersPlan:
        """What the scenario says now."""
        plan = self.service.plan.carers
        assert plan is not None
        return plan

    def carer(self, child: Child) -> Carer:
        """Return what is kept about the child's carer."""
        carer: Carer | None = child.strands.get(NAME)
        if carer is None:
            carer = child.strands[NAME] = Carer(0.0)
            carer.wants_at = self._next(child, self._wants, "carer wants", self.plan.wanted_days)
        return carer

    def _next(self, child: Child, stream: Stream, what: str, mean: float) -> float:
        """Draw when something next happens in the carer's life."""
        u = stream.uniform(child.who, child.next_occasion(what))
        return self.service.env.now - mean * log(u)

    # --- at the single assessment ------------------------------------------------------------

    def extra_hours(self, child: Child, task: Task) -> float:
        """What the carer's part adds to a single assessment or to a review that opens."""
        if child.is_sibling:
            return 0.0
        if task.kind.number == self.service.plan.assessment.number:
            return self._offer_at_assessment(child, task)
        return self._merge_with_review(child, task)

    def _offer_at_assessment(self, child: Child, task: Task) -> float:
        """The carer is told of the right to an assessment, best done together (W94, W95)."""
        carer, plan = self.carer(child), self.plan
        carer.within, carer.agreed, carer.taken_up = "", False, False
        u = self._takes_up.uniform
        if u(child.who, 2 * task.occasion) >= plan.at_assessment:
            return 0.0
        if u(child.who, 2 * task.occasion + 1) >= plan.with_assessment:
            carer.taken_up = True
            return 0.0
        carer.within = task.id
        return self._together(child, task)

    def _together(self, child: Child, task: Task) -> float:
        hours = self.plan.hours_with_assessment
        return hours(self._hours.uniform(child.who, 2 * task.occasion))

    def assessed(self, child: Child, task: Task) -> None:
        """The carer's assessment was done with the child's."""
        carer: Carer | None = child.strands.get(NAME)
        if carer is None or not carer.within or carer.within != task.id:
            return
        carer.within = ""
        service, kind = self.service, self.plan.assessment
        occasion = child.next_occasion(kind.name)
        part = service.open_now(kind, child, child.id, occasion, self._together(child, task))
        service.hand_out(part)
        service.meet_within(part, task)
        self._decide(child, carer)

    # --- in a hub ------------------------------------------------------------------------

    def entered(self, child: Child, hub: Hub, came_from: Place | None) -> None:
        """Begin what was agreed or taken up at the assessment."""
        if child.is_sibling:
            if came_from is not None and not came_from.is_hub:
                self._notify_young_carer(child)
            return
        carer = self.carer(child)
        if came_from is None:
            self._began_before(child, hub, carer)
        elif not came_from.is_hub:
            if carer.agreed:
                self._support(child, carer, hub)
            elif carer.taken_up:
                self._open(child)
            carer.taken_up = False

    def _open(self, child: Child) -> None:
        service, kind = self.service, self.plan.assessment
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.then = self._done_alone
        service.hand_out(task)

    def _done_alone(self, task: Task, worker: Worker) -> None:
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        self._decide(child, self.carer(child))

    def looked(self, child: Child, task: Task) -> None:
        """At each review the carer is told again; who wants it by now takes it up (W94)."""
        if not task.kind.decides or child.is_sibling or child.closing is not None:
            return
        if REVIEW in child.tasks or ASSESSMENT in child.tasks:
            return
        if self.service.env.now >= self.carer(child).wants_at:
            self._open(child)

    # --- outcomes and reviews ----------------------------------------------------------------

    def _decide(self, child: Child, carer: Carer) -> None:
        """What the carer's assessment leads to (W96); some of it is reviewed as agreed (W98)."""
        service, plan, hub = self.service, self.plan, child.stage
        occasion = child.next_occasion("carer outcome")
        outcome = plan.outcome(self._outcomes.uniform(child.who, occasion))
        service.recorder.decision(child, f"carer_{outcome}")
        if outcome in plan.packages:
            for strand in service.strands:
                strand.package_wanted(child, "carer")
        if outcome not in plan.reviewed:
            carer.wants_at = self._next(child, self._wants, "carer wants", plan.wanted_days)
            return
        carer.agreed = True
        if hub is not None and hub.is_hub and child.closing is None:
            self._support(child, carer, service.hubs[hub.name])

    def _support(self, child: Child, carer: Carer, hub: Hub, due: int | None = None) -> None:
        """Support begins, to be reviewed every 6 or 12 months."""
        carer.agreed = False
        carer.ends_at = self._next(child, self._ends, "carer ends", self.plan.ends_days)
        task = hub.begin_promise(child, self.plan.review, due)
        task.then = self._reviewed

    def _reviewed(self, task: Task, worker: Worker) -> None:
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        self._after_review(child)

    def _after_review(self, child: Child) -> None:
        """Support goes on, or is found to be no longer needed."""
        carer, hub, now = self.carer(child), child.stage, self.service.env.now
        if hub is None or not hub.is_hub or now < carer.ends_at:
            return
        carer.wants_at = self._next(child, self._wants, "carer wants", self.plan.wanted_days)
        self.service.hubs[hub.name].end_promise(child, REVIEW)

    def _merge_with_review(self, child: Child, review: Task) -> float:
        """The carer's review is held with the child's where its due time is near (W98).

        It then opens by itself only on its last day, in case the child's is put off.
        """
        service, own = self.service, child.tasks.get(REVIEW)
        if own is None or own.state != SCHEDULED or own.due - 1 <= service.env.now:
            return 0.0
        if not review.due <= own.due <= review.due + self.plan.reach:
            return 0.0
        own.opens = own.due - 1
        if own.opens < service.horizon:
            service.opening[own.opens].append(own)
        self.carer(child).within = review.id
        return self.plan.hours_with_review(self._hours.uniform(child.who, 2 * review.occasion + 1))

    def held(self, child: Child, task: Task) -> None:
        """A review with the carer's in it has been held."""
        carer: Carer | None = child.strands.get(NAME)
        if carer is None or not carer.within or carer.within != task.id:
            return
        carer.within = ""
        own = child.tasks.get(REVIEW)
        if own is None or task.spent <= 0.0:
            return  # met in a sibling's, it was not made longer
        if own.state == SCHEDULED:
            self.service.open(own)
        if own.state == OPEN and own.worker is None:
            self.service.meet_within(own, task)
            self._after_review(child)

    # --- young carers, and day one -------------------------------------------------------------

    def _notify_young_carer(self, sibling: Child) -> None:
        """A brother or sister who cares is notified to the young carers' project (W121)."""
        service, plan = self.service, self.plan
        if YOUNG in sibling.strands or self._young.uniform(sibling.who, 0) >= plan.young_share:
            return
        age = sibling.age_then * service.plan.days_a_year + service.env.now - sibling.made_at
        if age < plan.young_days:
            return
        sibling.strands[YOUNG] = service.env.now
        kind = plan.young
        occasion = sibling.next_occasion(kind.name)
        service.hand_out(service.open_now(kind, sibling, sibling.id, occasion))

    def _began_before(self, child: Child, hub: Hub, carer: Carer) -> None:
        """On day one some carers have support, last reviewed at any time in the interval."""
        u = self._day_one.uniform
        if u(child.who, 0) >= self.plan.supported:
            return
        cadence = hub.cadence_of(child, self.plan.review)
        self._support(child, carer, hub, cadence.due_at(-int(u(child.who, 1) * cadence.days)))
