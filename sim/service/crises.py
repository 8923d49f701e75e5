"""Crises: more to some children than to others, met where the child is, or leading to a move.

A time-limited crisis is worked by those who have the case (W67). One that is not over in time
leads to an updating assessment, and the child is held by social workers until it is (W68). A
rise in the level of need is itself a crisis that is not time-limited, and known for one at
once; its rates are the population's, so that longer crises are not counted twice.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sim.service.finding import Trouble
from sim.service.happenings import Happening, fate
from sim.service.task import DONE

if TYPE_CHECKING:
    from sim.service.child import Child
    from sim.service.finding import Finding
    from sim.service.need_plan import CrisesPlan
    from sim.service.service import Service
    from sim.service.stage import Hub
    from sim.service.task import Task
    from sim.service.updating import Updating
    from sim.service.worker import Worker

UNDER, FROM, TO = 5.0, 11.0, 17.0  # the ages that the scenario's factors are for


class Crises(Happening):
    """Crises in children's lives, and the work they make."""

    name = "crisis"

    def __init__(self, service: Service, finding: Finding, updating: Updating) -> None:
        super().__init__(service)
        self.finding = finding
        self.updating = updating
        self.until: dict[Child, float] = {}  # longer crises that are known, and their end
        self.waiting: dict[Child, list[Trouble]] = {}  # while another is being worked on
        self._frailty = service.streams["frailty"]
        self._lasts = service.streams["crisis lasts"]
        finding.responses[self.name] = self

    def adopt(self) -> None:
        """Take on what the scenario says from now on."""
        super().adopt()
        assert self.plan.crises is not None
        self.says: CrisesPlan = self.plan.crises
        self._frail: dict[Child, float] = {}  # as drawn, for it is asked for again and again

    # --- in the child's life -----------------------------------------------------------------

    def frailty(self, child: Child) -> float:
        """Return how many times as often as on average crises come to the child, for good."""
        frailty = self._frail.get(child)
        if frailty is None:
            frailty = self._frail[child] = self.says.frailty(self._frailty.uniform(child.who))
        return frailty

    def most(self, child: Child) -> float:
        """Return the rate with every factor at its highest."""
        says = self.says
        return says.rate.get(child.need, 0.0) * self.frailty(child) * says.most

    def rate(self, child: Child) -> float:
        """Return the rate now: by age, sibling, loss of overnight breaks and month."""
        service, says = self.service, self.says
        now = service.env.now
        years = child.age_then + (now - child.made_at) * service.plan.calendar.years_per_day
        rate = says.rate.get(child.need, 0.0) * self.frailty(child) * says.season_on[int(now)]
        if years < UNDER:
            rate *= says.under_5
        elif FROM <= years < TO:
            rate *= says.from_11_to_16
        if any(
            service.plan.serving(other.need)
            for other in child.family.children
            if other is not child
        ):
            rate *= says.sibling
        if now < fate(child).loss_felt_until:
            rate *= says.loss
        return rate

    def happens(self, child: Child, number: int) -> None:
        """A crisis begins."""
        trouble = Trouble(child, self.name, number)
        self.service.recorder.need(child, trouble.said)
        self.finding.arises(trouble)

    # --- once it is known -----------------------------------------------------------------------

    def found(self, trouble: Trouble, at: Task | None) -> None:
        """Call for the work, and see whether it is over in time."""
        service, says, child = self.service, self.says, trouble.child
        self.work(trouble)
        if trouble.what != self.name:
            return  # what else has turned into a crisis leads to its own response as well
        lasts = says.lasts(self._lasts.uniform(trouble.who))
        if trouble.worse:
            lasts *= self.plan.worse
        if lasts > says.limit_days:
            now = service.env.now
            look_again = partial(self._not_over, child, child.season, now + lasts)
            service.later(now + says.limit_days, look_again)

    def work(self, trouble: Trouble) -> None:
        """Call for the work of a crisis; of several at a time, one after the other."""
        service, child = self.service, trouble.child
        if child.stage is None or not child.stage.is_hub:
            return
        if self.name in child.tasks:
            self.waiting.setdefault(child, []).append(trouble)
            return
        kind = self.says.kind_in(child.stage.name)
        hours = kind.hours(service.hours_streams[kind.number].uniform(trouble.who))
        if trouble.worse:
            hours *= self.plan.worse
        occasion = _occasion(trouble)
        child.crises.append(service.env.now)  # what rules count (O32): work on it begins
        task = service.open_now(kind, child, child.id, occasion, hours)
        task.then = self._worked
        service.hand_out(task)

    def _worked(self, task: Task, worker: Worker) -> None:
        child = task.child
        assert child is not None
        self.service.end(task, worker)
        waiting = self.waiting.pop(child, [])
        if waiting and child.closing is None:
            self.work(waiting.pop(0))
            if waiting:
                self.waiting[child] = waiting

    def _not_over(self, child: Child, season: int, until: float) -> None:
        """It is not time-limited: assess, unless social workers hold the child already (W68)."""
        here = child.stage
        if child.season != season or here is None or not here.is_hub or child.closing is not None:
            return
        if self._held_in().number < here.number:
            self.updating.request(child, "crisis", partial(self._assessed, until))

    def _assessed(self, until: float, child: Child, worker: Worker) -> None:
        """Move the child to social workers if the crisis still goes on."""
        self.until[child] = max(until, self.until.get(child, 0.0))
        here, to = child.stage, self.requires(child)
        if here is not None and to is not None and to.number < here.number:
            self.updating.move(child, to, worker)

    def _held_in(self) -> Hub:
        return self.service.hubs[self.says.longer_held_in]

    def requires(self, child: Child) -> Hub | None:
        """Return the hub that holds a child in a longer crisis, once assessed (W68)."""
        if self.until.get(child, 0.0) <= self.service.env.now:
            return None
        return self._held_in()

    def entered(self, child: Child) -> None:
        """Crisis work in hand is now that of the new hub's worker."""
        task = child.tasks.get(self.name)
        if task is not None and task.state != DONE and child.stage is not None:
            task.kind = self.says.kind_in(child.stage.name)
            self.service.rehome(child)

    def closed(self, child: Child) -> None:
        """The case closes."""
        self.until.pop(child, None)
        self.waiting.pop(child, None)


def _occasion(trouble: Trouble) -> int:
    """Number a crisis by what it came of, so that it is the same task in every order of finding."""
    places = ("crisis", "package", "overnight", "health", "need")
    return trouble.number * 10 + places.index(trouble.what) + (5 if trouble.worse else 0)
