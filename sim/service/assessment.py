"""The single assessment: sessions with gaps, agency checks, a manager's sign-off.

Worked to 45 working days from the referral (F3). The clock stops when the social worker
has shared the signed assessment with the family.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from sim.service.consent import given
from sim.service.early_help_plan import CAF_TAC, GOES_ON
from sim.service.place import Place
from sim.service.task import DONE, MOVED, RESPONSIBLE, WAITING

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task
    from sim.service.worker import Worker


class Progress:
    """How far an assessment has come."""

    __slots__ = ("agencies_answer", "session", "sessions_left", "sharing")

    def __init__(self, sessions: int, session: float, sharing: float, answer: float) -> None:
        self.sessions_left = sessions
        self.session = session
        self.sharing = sharing
        self.agencies_answer = answer


class SingleAssessment(Place):
    """The stage in which a social worker assesses a child."""

    name = "single_assessment"
    number = -1

    def __init__(self, service: Service) -> None:
        super().__init__(service)
        self._gaps = service.streams["gap between sessions"]
        self._agencies = service.streams["agency checks"]
        self._sees = service.streams["assessment sees need"]
        self._offers = service.streams["early help offered"]
        self.by_assigned = service.plan.scenario.assessment.assigned is not None

    def enter(self, child: Child, came_from: Place | None) -> None:
        """Open the assessment, and ask for a social worker."""
        service, plan = self.service, self.service.plan
        service.population.learn_facts(child)
        if service.caf_tac is not None and came_from is service.caf_tac:
            service.caf_tac.goes_on(child)
        spec = plan.scenario.assessment
        kind = plan.assessment
        occasion = child.next_occasion(kind.name)
        hours = None
        if child.is_sibling:
            stream = service.hours_streams[kind.number]
            hours = plan.sibling_assessment(stream.uniform(child.who, occasion))
        task = service.open_now(kind, child, child.id, occasion, hours)
        assert kind.once_within is not None
        task.due = kind.once_within.due_at(int(child.referred // 1))
        task.then = self._session_done
        task.hours += sum(strand.extra_hours(child, task) for strand in service.strands)
        sharing = min(spec.sharing_hours.value, task.hours / 3.0)
        work = task.hours - sharing
        sessions = ceil(work / spec.session_hours.value)
        answer = child.referred + plan.agency_checks(self._agencies.uniform(child.who, occasion))
        already_open = child.initial is not None
        if child.initial is not None:
            done = min(int(child.initial["progress"] * sessions), sessions - 1)
            work *= (sessions - done) / sessions
            sessions -= done
            task.hours = work + sharing
            child.initial = None
        task.note = Progress(sessions, work / sessions, sharing, answer)
        task.left = work / sessions
        service.hand_out(task)
        service.later(float(task.due - plan.near_limit_days), lambda: self._near_limit(task))
        if already_open:
            worker, child.next_holder = child.next_holder, None
            if worker is None:
                worker = service.allocation.least_loaded(child, spec.team, spec.holder)
            if worker is not None:
                service.allocation.allocate(child, worker, "holder")
                if spec.assigned is not None:
                    service.allocation.attach(child, spec.team, spec.assigned, "assigned")
                service.rehome(child)
                return
        service.allocation.request(child, spec.team, spec.holder)
        if spec.assigned is not None:  # who assesses for a holder who only carries it (C4, C5)
            service.allocation.request(child, spec.team, spec.assigned, "assigned")
        for strand in service.strands:
            strand.being_assessed(child)

    def met_in(self, child: Child, task: Task, hub: Hub, reason: str) -> None:
        """The assessment is completed in another task, and leads to a plan whatever it says.

        Parameters
        ----------
        task
            What it was met in: a conference, for which it has to be complete.
        hub, reason
            Where the child goes, and why.
        """
        service = self.service
        own = child.tasks.get(service.plan.assessment.promise)
        if own is not None and own.worker is not None:
            service.stop_sitting(own, own.worker, MOVED)
        if own is not None:
            service.meet_within(own, task)
            for strand in service.strands:
                strand.assessed(child, own)
        child.known = child.need
        service.recorder.found(child)
        service.recorder.decision(child, reason)
        self.depart(child, hub, reason)

    def keeps(self, promise: str) -> bool:
        """A team around the child goes on during an assessment (R31)."""
        return promise in GOES_ON

    def _near_limit(self, task: Task) -> None:
        if task.state != DONE:
            pressing = self.service.plan.scenario.assessment.priority_near_limit
            if task.priority > pressing:
                self.service.reprioritise(task, pressing)

    def _session_done(self, task: Task, worker: Worker) -> None:
        service = self.service
        child, progress = task.child, task.note
        assert child is not None
        if progress.sessions_left == 0:
            service.end(task, worker)
            for strand in service.strands:
                strand.assessed(child, task)
            self._conclude(child)
            return
        progress.sessions_left -= 1
        service.pause(task, worker, "gap")
        task.state = WAITING
        now = service.env.now
        if progress.sessions_left > 0:
            number = (task.occasion << 8) + progress.sessions_left
            gap = service.plan.gap(self._gaps.uniform(child.who, number))
            self._resume_at(task, now + gap, progress.session)
        elif progress.agencies_answer > now:
            service.recorder.task_wait(task, "agency")
            service.later(progress.agencies_answer, lambda: self._ask_manager(task))
        else:
            self._ask_manager(task)

    def _resume_at(self, task: Task, when: float, hours: float) -> None:
        def resume() -> None:
            if task.state == WAITING:
                task.left = hours
                self.service.resume(task)

        self.service.later(when, resume)

    def _ask_manager(self, task: Task) -> None:
        service, child = self.service, task.child
        assert child is not None
        if task.state != WAITING:
            return
        service.recorder.task_wait(task, "manager")
        spec = service.plan.scenario.assessment.sign_off
        kind = service.plan.sign_off
        request = service.open_now(kind, child, child.id, child.next_occasion(kind.name))
        request.then = self._signed
        by_holder = kind.role == RESPONSIBLE
        service.hand_out(request, None if by_holder else service.teams[spec.team].desk(spec.role))

    def _signed(self, request: Task, manager: Worker) -> None:
        service, child = self.service, request.child
        assert child is not None
        service.end(request, manager)
        task = child.tasks.get("single_assessment")
        if task is not None and task.state == WAITING:
            task.left = task.note.sharing
            service.resume(task)

    def _conclude(self, child: Child) -> None:
        """What the assessment says: a child in need plan, or not in need (and perhaps a CAF)."""
        service = self.service
        spec = service.plan.scenario.assessment
        occasion = child.occasions["single_assessment"]
        in_need = bool(service.plan.serving(child.need))
        seen = in_need and self._sees.uniform(child.who, occasion) < spec.finds.value
        if seen or any(strand.keeps_open(child) for strand in service.strands):
            child.known = child.need
            service.recorder.found(child)
            service.recorder.decision(child, "child_in_need_plan")
            self.depart(child, service.hubs[spec.plans_in], "child_in_need_plan")
            return
        outcome = "not_in_need"
        early_help = service.caf_tac
        if early_help is not None and CAF_TAC in child.strands:
            service.recorder.decision(child, outcome)
            self.depart(child, early_help, outcome)  # the TAC carries on
            return
        if self._offers.uniform(child.who, occasion) < spec.offered_early_help.value:
            consents = child.consents if early_help is None else given(service, child, occasion)
            outcome = "early_help" if consents else "early_help_refused"
        service.recorder.decision(child, outcome)
        if outcome == "early_help" and early_help is not None:
            early_help.agreed_after_assessment(child, child.caseworker)
        self.depart(child, early_help if outcome == "early_help" else None, outcome)
