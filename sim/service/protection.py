"""Protection plans and looked-after children: what is kept to them, where, and for how long.

A plan, and being looked after in full, keep a child in the safeguarding hub (W27, W28) and
take it there at once. Core groups, visits and reviews follow the child and stand for the
stage's own reviews and visits until the last such status ends.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sim.service import status
from sim.service.placing import move_now
from sim.service.safeguarding_plan import SOCIAL_WORKER
from sim.service.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sim.service.child import Child
    from sim.service.safeguarding_plan import SafeguardingPlan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Kind, Task

NAME = "safeguarding"
ACCOMMODATED, CARE_ORDER, BREAKS = "accommodated", "care_order", "short_breaks"
ROUTES = {"full": ACCOMMODATED, "s20_short_breaks": BREAKS}  # overnight breaks that are care


class Case:
    """What is kept about a child.

    Attributes
    ----------
    hidden
        When what nobody has noticed yet happened; None if there is nothing.
    at_door
        When a concern about a child without a case reached the front door.
    known_at, discussed_at
        When the concern in hand became known, and was discussed.
    brought_in
        Whether a social worker is attached for it.
    plans, cares
        How many plans, and spells of care, there have been.
    plan_until, care_until
        When what made them necessary is over.
    plan_ended_at
        When the last plan ended.
    route
        How the child is looked after; empty if not.
    away
        Whether the child has to be looked after as soon as a hub holds the case.
    """

    __slots__ = (
        "at_door",
        "away",
        "brought_in",
        "care_until",
        "cares",
        "discussed_at",
        "hidden",
        "known_at",
        "plan_ended_at",
        "plan_until",
        "plans",
        "route",
    )

    def __init__(self) -> None:
        self.hidden: float | None = None
        self.at_door: float | None = None
        self.known_at = self.discussed_at = 0.0
        self.brought_in = False
        self.plans = self.cares = 0
        self.plan_until = self.care_until = 0.0
        self.plan_ended_at: float | None = None
        self.route = ""
        self.away = False


def case_of(child: Child) -> Case:
    """Return what is kept about a child."""
    case = child.strands.get(NAME)
    if case is None:
        case = child.strands[NAME] = Case()
    return case


def plan_ended_at(child: Child) -> float | None:
    """Return when the child's last protection plan ended (working days); None if it had none."""
    case = child.strands.get(NAME)
    return case.plan_ended_at if case is not None else None


class Protection:
    """Plans and care: their beginning, what they promise, and their end."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._on_plan = service.streams["time on a protection plan"]
        self._in_care = service.streams["time looked after"]
        self._ends_in_court = service.streams["plan ends in care proceedings"]
        self._day_one = service.streams["safeguarding on day one"]
        self._court = Sessions(service, self._between_hearings, service.end)

    @property
    def plan(self) -> SafeguardingPlan:
        """What the scenario says now."""
        plan = self.service.plan.safeguarding
        assert plan is not None
        return plan

    @property
    def hub(self) -> Hub:
        """The hub that holds these children."""
        return self.service.hubs[self.plan.hub]

    def keeps_in_hub(self, child: Child) -> bool:
        """Whether a plan, or care in full, keeps a child in the hub (W27, W28)."""
        if status.PROTECTION_PLAN in child.statuses:
            return True
        return status.LOOKED_AFTER in child.statuses and case_of(child).route != BREAKS

    # --- beginning ------------------------------------------------------------------------

    def begin_plan(self, child: Child, conference: Task) -> None:
        """A conference has made a protection plan."""
        service, case = self.service, case_of(child)
        case.plans += 1
        days = self.plan.days_on_plan(self._on_plan.uniform(child.who, case.plans))
        case.plan_until = service.env.now + days
        status.begin(service, child, status.PROTECTION_PLAN)
        if child.stage is service.assessment:
            # The assessment has to be complete for the conference: it is met in it.
            child.replaced.update(self.plan.replaces)
            service.assessment.met_in(child, conference, self.hub, status.PROTECTION_PLAN)
        else:
            self._take_in(child, status.PROTECTION_PLAN)

    def begin_care(self, child: Child, route: str, elapsed: float | None = None) -> None:
        """From now on the child is looked after.

        Parameters
        ----------
        route
            ``accommodated``, ``care_order`` or ``short_breaks`` (regulation 48).
        elapsed
            How long it has been, on day one.
        """
        case = case_of(child)
        if case.route:
            self._end_care(child, case)
        case.route = route
        case.away = False
        self._care_lasts(child, case, elapsed)
        since = f";since={-elapsed:.6f}" if elapsed is not None else ""
        status.begin(self.service, child, status.LOOKED_AFTER, f"route={route}{since}")
        if route == BREAKS:
            self.keep(child, elapsed or 0.0)
            return
        if status.PROTECTION_PLAN in child.statuses:
            self._end_plan(child, case)
        self._take_in(child, status.LOOKED_AFTER, elapsed or 0.0)

    def _care_lasts(self, child: Child, case: Case, elapsed: float | None) -> None:
        """Draw how long; on day one, from among those that are met in the middle."""
        case.cares += 1
        if elapsed is None:
            days = self.plan.days_in_care(self._in_care.uniform(child.who, case.cares))
        else:
            days = self._met_midway(child, self.plan.days_in_care, 200) - elapsed
        case.care_until = self.service.env.now + max(days, 0.0)

    def _take_in(self, child: Child, reason: str, elapsed: float = 0.0) -> None:
        """Hold the child in the hub from this instant on, with whoever was brought in."""
        hub, here = self.hub, child.stage
        if here is hub:
            self.service.transfers.withdraw(child)  # a move decided before is off
            self.keep(child, elapsed)
            return
        worker = child.attached.get(SOCIAL_WORKER)
        if here is not None and here.is_hub:
            here.replace(child, *self.plan.replaces)  # type: ignore[attr-defined]
        move_now(self.service, child, hub, reason, worker)

    def send_home(self, child: Child) -> None:
        """Whoever was brought in is no longer needed, or holds the case now."""
        case = case_of(child)
        if case.brought_in:
            case.brought_in = False
            self.service.allocation.deallocate(child, SOCIAL_WORKER)
            self.service.rehome(child)

    def hold_here(self, child: Child) -> None:
        """The child is on its way to the hub: who was brought in holds the case there.

        Unless a worker there has been agreed on already, who then takes up the enquiry too.
        """
        case = case_of(child)
        if not case.brought_in:
            return
        case.brought_in = False
        worker = child.attached.get(SOCIAL_WORKER)
        agreed = child.transfer is not None and child.transfer.worker is not None
        if child.next_holder is None and not agreed:
            child.next_holder = worker
        self.service.allocation.deallocate(child, SOCIAL_WORKER)

    # --- what is promised -------------------------------------------------------------------

    def keep(self, child: Child, elapsed: float = 0.0) -> None:
        """Begin the promises of the child's statuses that do not run yet, in its hub."""
        hub = child.stage
        hub.replace(child, *self.plan.replaces)  # type: ignore[union-attr]
        for kind in self._kinds(child):
            if kind.promise not in child.tasks:
                due, kept = _next_due(kind, elapsed) if elapsed else (None, 0)
                hub.begin_promise(child, kind, due, kept)  # type: ignore[union-attr]

    def _kinds(self, child: Child) -> list[Kind]:
        plan = self.plan
        kinds = []
        if status.PROTECTION_PLAN in child.statuses:
            kinds += [plan.core_group, plan.plan_visit, plan.plan_review]
        route = case_of(child).route
        if route == BREAKS:
            kinds += [plan.break_review, plan.break_visit]
        elif route:
            kinds += [plan.care_review, plan.care_visit]
        return kinds

    def _give_up(self, child: Child, kinds: Iterable[Kind]) -> None:
        for kind in kinds:
            child.stage.end_promise(child, kind.promise)  # type: ignore[union-attr]

    def restore(self, child: Child) -> None:
        """Go back to the stage's own reviews and visits, if nothing stands for them any more."""
        if not self._kinds(child):
            child.stage.restore(child, *self.plan.replaces)  # type: ignore[union-attr]

    # --- reviews ------------------------------------------------------------------------------

    def reviewed(self, child: Child, task: Task) -> None:
        """Decide at a review whether what it reviews goes on."""
        plan, kind, now = self.plan, task.kind, self.service.env.now
        if kind is plan.plan_review and status.PROTECTION_PLAN in child.statuses:
            # Of two reviews, the plan ends at the one nearer to when it is needed no longer.
            case = case_of(child)
            to_next = task.due - now
            if case.plan_until <= now + to_next / 2.0:
                self._last_conference(child, case)
            return
        home = kind is plan.care_review and case_of(child).care_until <= now
        met = kind is plan.break_review and not self.service.plan.serving(child.known)
        if home or met:
            self.end_care(child)

    def _last_conference(self, child: Child, case: Case) -> None:
        """The plan ends: the child is in need as before, or comes into care through the court."""
        plan = self.plan
        spec = plan.spec.protection_plan.proceedings
        if self._ends_in_court.uniform(child.who, case.plans) >= spec.chance.value:
            self._end_plan(child, case)
            self.restore(child)
            return
        self.begin_care(child, CARE_ORDER)
        kind = plan.proceedings
        if kind.promise not in child.tasks:
            occasion = child.next_occasion(kind.name)
            task = self.service.open_now(kind, child, child.id, occasion)
            self._court.divide(task, spec.session_hours.value)
            self.service.hand_out(task)

    def _between_hearings(self, task: Task, left: int) -> float:
        """The work is spread evenly over the time until the final order."""
        return max(task.due - self.service.env.now, 0.0) / (left + 1)

    def _end_plan(self, child: Child, case: Case) -> None:
        plan = self.plan
        case.plan_ended_at = self.service.env.now
        status.end(self.service, child, status.PROTECTION_PLAN)
        self._give_up(child, (plan.core_group, plan.plan_visit, plan.plan_review))

    def end_care(self, child: Child) -> None:
        """The child is no longer looked after; one who was away all the time is at home again."""
        self._end_care(child, case_of(child))
        if ROUTES.get(child.overnight) == ACCOMMODATED:
            self.service.recorder.status(child, "overnight", False, f"route={child.overnight}")
            child.overnight = "none"
            child.statuses.pop("overnight", None)
        self.restore(child)

    def _end_care(self, child: Child, case: Case) -> None:
        plan = self.plan
        breaks = case.route == BREAKS
        case.route = ""
        status.end(self.service, child, status.LOOKED_AFTER)
        kinds = (plan.break_review, plan.break_visit) if breaks else ()
        self._give_up(child, kinds or (plan.care_review, plan.care_visit))

    def closed(self, child: Child) -> None:
        """The case closes: its statuses end with it (see `status.close`)."""
        case = case_of(child)
        if status.PROTECTION_PLAN in child.statuses:
            case.plan_ended_at = self.service.env.now
        case.route = ""
        case.brought_in = False
        child.replaced.difference_update(self.plan.replaces)

    # --- day one ------------------------------------------------------------------------------

    def on_day_one(self, child: Child) -> None:
        """Give a case that was open before the first day what it may have been under.

        Long spells are met in proportion to their length; how far each has gone is drawn evenly.
        """
        u, plan = self._day_one.uniform, self.plan
        route = ROUTES.get(child.overnight, "")
        if self._may_be_protected(child) and route != ACCOMMODATED:
            shares = plan.spec.day_one
            place = u(child.who, 0)
            if place < shares.child_protection_plan.value:
                self._plan_since(child)
            elif place < shares.child_protection_plan.value + shares.looked_after.value:
                route = ACCOMMODATED
        if route == ACCOMMODATED and child.stage is self.hub:
            days = self._met_midway(child, plan.days_in_care, 200)
            self.begin_care(child, route, days * u(child.who, 1))
        elif route == BREAKS:
            self.begin_care(child, route, max(-child.referred, 1.0))

    def _may_be_protected(self, child: Child) -> bool:
        """Whether the child is of those of whom some are on a plan or in care."""
        if self.service.plan.groups:
            return child.protected_before
        return child.stage is self.hub

    def kept_on_day_one(self, child: Child) -> bool:
        """Whether a plan, or care in full, will keep a child in this hub from the first day."""
        if ROUTES.get(child.overnight) == ACCOMMODATED:
            return True
        shares = self.plan.spec.day_one
        share = shares.child_protection_plan.value + shares.looked_after.value
        return child.protected_before and self._day_one.uniform(child.who, 0) < share

    def _plan_since(self, child: Child) -> None:
        case = case_of(child)
        days = self._met_midway(child, self.plan.days_on_plan, 100)
        elapsed = days * self._day_one.uniform(child.who, 2)
        case.plans += 1
        case.plan_until = days - elapsed
        detail = f"since={-elapsed:.6f}"
        status.begin(self.service, child, status.PROTECTION_PLAN, detail)
        self.keep(child, elapsed)

    def _met_midway(self, child: Child, draw: Callable[[float], float], first: int) -> float:
        """Draw a length in proportion to itself, by drawing until one is kept."""
        u, longest = self._day_one.uniform, draw(1.0 - 1e-9)
        for number in range(first, first + 100, 2):
            days = draw(u(child.who, number))
            if u(child.who, number + 1) * longest < days:
                break
        return days


def _next_due(kind: Kind, elapsed: float) -> tuple[int, int]:
    """Return when a promise is next due, and how often it has been kept, after some days."""
    kept, at = 0, 0.0
    while True:
        days = kind.sequence[min(kept, len(kind.sequence) - 1)].days
        if at + days > elapsed:
            return max(ceil(at + days - elapsed), 1), kept
        at += days
        kept += 1
