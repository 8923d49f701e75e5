"""CAF/TAC: a lead professional from a partner agency, and a team around the child (R39 to R65).

The CAF team talks with the family and looks for a lead professional; the CAF is written and
goes to the next TAC meeting with a place; meetings follow until the family wishes to stop or
universal services suffice. During an assessment the TAC goes on as attached work (R31).
"""

from __future__ import annotations

from bisect import bisect_right
from math import floor
from typing import TYPE_CHECKING

from sim.service import status
from sim.service.appointments import unbook
from sim.service.child import Family
from sim.service.early_help_plan import CAF_TAC, GOES_ON, LEAD, MEETING, EarlyHelpPlan
from sim.service.journey import journey
from sim.service.place import Place
from sim.service.step_down import STEP_DOWN, StepDown
from sim.service.step_up import StepUp
from sim.service.strand import Strand
from sim.service.streams import identity
from sim.service.task import DESK, OPEN

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.task import Kind, Task
    from sim.service.worker import Worker


class Tac:
    """One episode.

    Attributes
    ----------
    number
        Which it is in the child's life.
    request
        Whether a step-up is being asked for.
    assessed
        Whether it goes on with an assessment that is there, without a CAF (X23).
    """

    __slots__ = ("assessed", "number", "request")

    def __init__(self, number: int, assessed: bool = False) -> None:
        self.number = number
        self.request = False
        self.assessed = assessed


def tac_of(child: Child) -> Tac | None:
    """Return the child's CAF/TAC episode, wherever the case is; None without one."""
    tac: Tac | None = child.strands.get(CAF_TAC)
    return tac


def lead_of(child: Child) -> Worker | None:
    """Return the one lead of a child's plan (R8): the social worker from the plan on (R33)."""
    if child.stage is not None and not child.stage.is_hub and LEAD in child.attached:
        return child.attached[LEAD]
    return child.holder


class CafTac(Place):
    """The stage, its queue for lead professionals, and the places at TAC meetings."""

    name = CAF_TAC
    number = -3

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self.waiting: list[Child] = []
        self._taken: dict[int, int] = {}  # first TAC meetings in each week, by its first day
        self._lasts = service.streams["how long a TAC lasts"]
        self._ends = service.streams["who ends a TAC"]
        self._finds = service.streams["looks/tac_meeting"]
        self._beside = service.streams["TAC beside child in need"]
        self._unsure = service.streams["referrer unsure about a CAF"]
        self.step_up = StepUp(service)
        self.step_down = StepDown(service)

    @property
    def plan(self) -> EarlyHelpPlan:
        """What the scenario says today."""
        plan = self.service.plan.early_help
        assert plan is not None
        return plan

    # --- entering and leaving ----------------------------------------------------------------

    def enter(self, child: Child, came_from: Place | None) -> None:
        """Begin an episode, or go on with the one that went on beside social care."""
        service = self.service
        service.population.learn_facts(child)
        initial, child.initial = child.initial, None
        agreed: Worker | None = child.strands.pop(STEP_DOWN, None)
        if tac_of(child) is None:
            stepped_down = came_from is not None and came_from.is_hub
            assessed = stepped_down and not self.plan.spec.step_down.new_assessment
            tac = child.strands[CAF_TAC] = Tac(child.next_occasion("tac"), assessed)
            status.begin(service, child, status.CONSENT, "to=caf_tac")
            self.step_up.watch(child, tac)
        if LEAD in child.attached:
            lead = child.attached[LEAD]
            service.allocation.deallocate(child, LEAD)
            service.allocation.allocate(child, lead, "holder")
            self.again_in_diary(child)
        elif agreed is not None:
            agreed.promised -= 1
            if agreed.present:
                self._begin(child, agreed)
            else:
                self._wait(child)
        elif initial is not None:
            self._carry_on(child, initial[MEETING])
        elif came_from is not None and came_from.is_hub:
            self._wait(child)
        else:
            self._one(self.plan.set_up, child, DESK).then = self._set_up

    def goes_on(self, child: Child) -> None:
        """An assessment begins: the lead professional goes on, attached to the case (R31, R32)."""
        lead, child.last_holder = child.last_holder, None
        # Who held the case last may be a social worker: nobody has led the TAC as yet.
        if lead is not None and lead.post.pool == self.plan.lead_pool:
            self.service.allocation.allocate(child, lead, LEAD)
            self.again_in_diary(child)
            self._one(self.plan.liaison, child, LEAD)

    def leaves(self, child: Child, to: Place | None) -> None:
        """A case with a TAC leaves a stage: at the plan the TAC ends, or goes on beside (R17)."""
        if to is not self:
            self.step_down.off(child)
        tac = tac_of(child)
        if tac is None:
            return
        tac.request = tac.request and to is self
        assessed = child.stage is self.service.assessment and to is not None and to.is_hub
        beside = self.plan.spec.beside.value
        if to is None or (assessed and self._beside.uniform(child.who, tac.number) >= beside):
            self._stop(child)

    def _stop(self, child: Child) -> None:
        """The TAC is over; at closure the case's own end does the rest."""
        for promise in GOES_ON:
            task = child.tasks.pop(promise, None)
            if task is not None:
                self.service.cancel(task, "superseded")
        if LEAD in child.attached and child.next_stage is not None:
            self.service.allocation.deallocate(child, LEAD)
        del child.strands[CAF_TAC]

    def again_in_diary(self, child: Child) -> None:
        """Put back what was being done at the very moment of the move."""
        service = self.service
        service.rehome(child)
        for promise in GOES_ON:
            task = child.tasks.get(promise)
            today = int(service.env.now)
            if task is None or task.state != OPEN or task.entry is not None:
                continue
            if task.booked is None or task.booked <= today:
                unbook(task)
                service.home(task, "worker")

    # --- what social care writes ---------------------------------------------------------------

    def agreed_after_assessment(self, child: Child, worker: Worker | None) -> None:
        """The social worker writes the agreement letter and information sheet (R40)."""
        kind, service = self.plan.sheet, self.service
        if kind is not None and worker is not None:
            occasion = child.next_occasion(kind.name)
            service.hand_out(service.open_now(kind, None, child.id, occasion), worker.diary)

    def agreed_at_the_door(self, child: Child) -> None:
        """For a referrer who is unsure how, the front door writes the sheet (R15)."""
        kind, spec, service = self.plan.sheet_at_door, self.plan.spec.sheet, self.service
        if kind is None or spec is None:
            return
        occasion = child.next_occasion(kind.name)
        if self._unsure.uniform(child.who, occasion) < spec.unsure.value:
            task = service.open_now(kind, None, child.id, occasion)
            service.hand_out(task, service.mash.desk)

    # --- setting up ----------------------------------------------------------------------------

    def _one(self, kind: Kind, child: Child, role: str) -> Task:
        service = self.service
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        team, desk = self.plan.desk
        return service.hand_out(task, service.teams[team].desk(desk) if role == DESK else None)

    def _set_up(self, task: Task, worker: Worker) -> None:
        self.service.end(task, worker)
        assert task.child is not None
        self._wait(task.child)

    def _wait(self, child: Child) -> None:
        """Look for a lead professional; a family does not wait for ever (R45)."""
        service, tac = self.service, tac_of(child)
        self.waiting.append(child)

        def give_up() -> None:
            if self._still(child, tac) and child.holder is None and not tac.request:  # type: ignore[union-attr]
                self.depart(child, None, "no_lead_professional")

        service.later(service.env.now + self.plan.waits_at_most, give_up)

    def _still(self, child: Child, tac: Tac | None) -> bool:
        return tac is not None and child.stage is self and tac_of(child) is tac

    def free_lead(self) -> Worker | None:
        """Return the lead professional with a slot who has the fewest children, if there is one."""
        spec = self.plan.spec
        best: Worker | None = None
        least = 0
        for worker in self.service.teams[spec.lead_team].by_role.get(spec.lead_role, ()):
            load = worker.load + len(worker.attached)
            limit = worker.post.limit
            if (
                worker.present
                and (limit is None or load < limit)
                and (best is None or load < least)
            ):
                best, least = worker, load
        return best

    def day(self) -> None:
        """Give who has waited longest the lead professionals who are free."""
        while self.waiting:
            child = self.waiting[0]
            if child.stage is not self or child.holder is not None or child.arriving:
                self.waiting.pop(0)
                continue
            lead = self.free_lead()
            if lead is None:
                return
            self.waiting.pop(0)
            self._begin(child, lead)

    def _begin(self, child: Child, lead: Worker) -> None:
        """A lead professional takes the child on, and writes the CAF with the CAF team's help.

        After a step down the family plan may go on with the assessment that is there (C35).
        """
        service, tac = self.service, tac_of(child)
        assert tac is not None
        service.allocation.allocate(child, lead, "holder")
        service.rehome(child)
        if tac.assessed:
            self._meet_next(child, service.env.now)
        else:
            self._one(self.plan.caf, child, LEAD).then = self._caf_done
            self._one(self.plan.support, child, DESK)
        self._ends_after(child, tac, self.plan.lasts(self._lasts.uniform(child.who, tac.number)))

    def _caf_done(self, task: Task, worker: Worker) -> None:
        """The CAF goes to the next TAC meeting that has a place (R46)."""
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        tac = tac_of(child)
        starts = service.plan.calendar.week_starts
        places = self.plan.spec.slots_a_week.value
        coming = starts[bisect_right(starts, int(service.env.now)) :]
        week = next((start for start in coming if self._taken.get(start, 0) < places), None)
        if week is not None:
            self._taken[week] = self._taken.get(week, 0) + 1
            due = service.plan.week_due[week]
            service.later(float(week), lambda: self._open_meeting(child, tac, due))

    # --- the team around the child -----------------------------------------------------------

    def _open_meeting(self, child: Child, tac: Tac | None, due: int) -> None:
        if tac is None or tac_of(child) is not tac or MEETING in child.tasks:
            return
        service, kind = self.service, self.plan.meeting
        task = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        task.due = max(due, int(service.env.now) + 1)
        task.then = self._met
        service.hand_out(task)

    def _met(self, task: Task, worker: Worker) -> None:
        service, child = self.service, task.child
        assert child is not None
        service.end(task, worker)
        finds = self.plan.spec.meeting.finds.value
        if child.known != child.need and self._finds.uniform(child.who, task.occasion) < finds:
            child.known = child.need
            service.recorder.found(child)
        self._meet_next(child, service.env.now)

    def _meet_next(self, child: Child, last: float) -> None:
        tac, cadence = tac_of(child), self.plan.meeting.once_within
        assert cadence is not None
        due = cadence.due_at(floor(last))
        opens = max(float(due - cadence.window), self.service.env.now)
        self.service.later(opens, lambda: self._open_meeting(child, tac, due))

    def _ends_after(self, child: Child, tac: Tac, days: float) -> None:
        def ends() -> None:
            service = self.service
            if tac_of(child) is not tac:
                return
            if tac.request or child.stage is service.assessment or child.arriving:
                self._ends_after(child, tac, 1.0)  # looked at again when that is decided
            elif child.stage is self:
                share = self.plan.spec.family_ends.value
                by_family = self._ends.uniform(child.who, tac.number) < share
                self.depart(child, None, "family_ended" if by_family else "universal_services")
            else:
                self._stop(child)
                if LEAD in child.attached:
                    service.allocation.deallocate(child, LEAD)
                status.end(service, child, status.CONSENT)

        self.service.later(self.service.env.now + days, ends)

    # --- day one -----------------------------------------------------------------------------

    def fill(self, count: int) -> None:
        """Open cases that have had a TAC for some time."""
        service, plan = self.service, self.plan
        u = service.streams["day one"].uniform
        cadence = plan.meeting.once_within
        assert cadence is not None
        for number in range(count):
            name = f"ct{number:04d}"
            who = identity(name)
            need = plan.need_on_day_one(u(who, 0))
            family = Family(f"f{name}", service.plan.site_of(service.streams["site"].uniform(who)))
            age = service.plan.age_at_contact(u(who, 1))
            child = service.population.make(name, who, family, age, need)
            child.initial = {MEETING: -u(who, 2) * cadence.days}
            child.referred = child.initial[MEETING]
            service.life.begin(child, 0.0)
            service.env.process(journey(child, service, self))

    def _carry_on(self, child: Child, last: float) -> None:
        """Go on with a day-one TAC: what is left of it is a share of a long one (S(x)/E[S])."""
        service, tac = self.service, tac_of(child)
        assert tac is not None
        lead = self.free_lead()
        if lead is None:
            self._wait(child)
            return
        service.allocation.allocate(child, lead, "holder")
        self._meet_next(child, last)
        longest = self.plan.lasts(0.999)
        u = self._lasts.uniform
        days, again = 0.0, 1
        while u(child.who, (again << 8) + 1) >= days / longest:
            again += 1
            days = self.plan.lasts(u(child.who, again << 8))
        self._ends_after(child, tac, days * u(child.who, 0))


class EarlyHelpStrand(Strand):
    """Tells the stage `caf_tac` of what happens to its children elsewhere."""

    def day(self, day: int) -> None:
        """Look for lead professionals."""
        self._place.day()
        self._place.step_down.day()

    def leaving(self, child: Child, to: Place | None) -> None:
        """See whether a TAC goes on."""
        self._place.leaves(child, to)

    def entered(self, child: Child, hub: Place, came_from: Place | None) -> None:
        """Consent to a TAC ends with it; one that goes on beside takes up what it was at."""
        if tac_of(child) is None:
            status.end(self.service, child, status.CONSENT)
        elif LEAD in child.attached:
            self._place.again_in_diary(child)

    def need_changed(self, child: Child) -> None:
        """A member of the team around the child may notice (R18)."""
        tac = tac_of(child)
        if tac is not None and child.stage is self._place:
            self._place.step_up.rises(child, tac)

    @property
    def _place(self) -> CafTac:
        place = self.service.caf_tac
        assert place is not None
        return place
