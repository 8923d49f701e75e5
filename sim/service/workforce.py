"""The people: who is in post, away, leaving, and coming.

What happens to people happens as the day breaks, before anything else (DESIGN 5, "Ties"). A
post has one person after another; each has absences and a leaving time of their own, drawn
from their own streams when they start.
"""

from __future__ import annotations

from collections import defaultdict
from math import ceil, log
from typing import TYPE_CHECKING, NamedTuple

from sim.service import appointments
from sim.service.absence import SICKNESS, Spell, absences
from sim.service.streams import identity
from sim.service.task import DESK, MOVED, Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.service.people import PeoplePlan
    from sim.service.service import Service
    from sim.service.worker import Post, Worker

ABSENT = "absent"  # why a sitting is cut short
LEFT, AGENCY_ENDED, CLOSED = "left", "agency_ended", "post_closed"


class Vacancy:
    """A post for which somebody is being recruited; an agency worker may be in it meanwhile."""

    __slots__ = ("agency", "post")

    def __init__(self, post: Post) -> None:
        self.post = post
        self.agency: Worker | None = None


class Away(NamedTuple):
    """An absence from beginning to end: spells that follow each other, perhaps for two reasons."""

    worker: Worker
    spells: list[Spell]


class Workforce:
    """Fills posts, and lets people be away, leave and start."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.vacancies: dict[str, Vacancy] = {}  # by the post's id
        self._back: dict[int, list[Worker]] = defaultdict(list)
        self._away: dict[int, list[Away]] = defaultdict(list)
        self._later: dict[int, list[Callable[[], None]]] = defaultdict(list)

    def begin(self) -> None:
        """Fill the posts that are not vacant on the first day."""
        people, stream = self.service.plan.people, self.service.streams["vacant on day one"]
        for post in self.service.plan.posts:
            if people is not None and stream.uniform(identity(post.id)) < people.vacancy:
                self._advertise(post, people, first=True)
            else:
                self._engage(post, day_one=True)

    def tell(self) -> None:
        """Tell the recorder who is in post, and what is vacant, on the first morning."""
        for worker in self.service.workers:
            self.service.recorder.post(worker, filled=True)
        for vacancy in self.vacancies.values():
            self.service.recorder.vacancy(vacancy.post, closed=False)

    def day(self, day: int) -> None:
        """Everything that is due today: people return, start, leave, and go."""
        for worker in self._back.pop(day, ()):
            if not worker.left:
                self._return(worker)
        for action in self._later.pop(day, ()):
            action()
        for away in self._away.pop(day, ()):
            if not away.worker.left:
                self._go(away, day)

    def _at(self, day: float, action: Callable[[], None]) -> None:
        if day < self.service.horizon:
            self._later[int(day)].append(action)

    # --- starting --------------------------------------------------------------------------

    def _engage(self, post: Post, *, day_one: bool = False, agency: bool = False) -> Worker:
        """Put a new person into a post, and fix when they will be away and leave."""
        worker = self.service.teams[post.team].fill(post)
        worker.agency = agency
        people = self.service.plan.people
        if people is not None:
            self._fix_absences(worker, people, day_one=day_one)
            if not agency:
                self._fix_leaving(worker, people, day_one=day_one)
        if not day_one:
            self.service.recorder.post(worker, filled=True)
            first = self.service.teams[post.team].persons(post) == 1
            self.service.levelling.start(worker, first=first)
        return worker

    def _fix_absences(self, worker: Worker, people: PeoplePlan, *, day_one: bool) -> None:
        now = int(self.service.env.now)
        who = identity(worker.id)
        share = worker.post.sickness
        spells = absences(people, self.service.streams, who, share, now, day_one=day_one)
        chains: list[list[Spell]] = []
        for spell in spells:
            if spell.reason != SICKNESS:
                appointments.keep_free(worker, spell.first, spell.end)  # known ahead
            if chains and chains[-1][-1].end == spell.first:
                chains[-1].append(spell)
            else:
                chains.append([spell])
        for chain in chains:
            self._away[chain[0].first].append(Away(worker, chain))
            self._back[chain[-1].end].append(worker)
            self._list_before(worker, people, chain[0], chain[-1].end, now)

    def _list_before(
        self, worker: Worker, people: PeoplePlan, first: Spell, end: int, now: int
    ) -> None:
        """Before a planned absence let what is outstanding be listed (C38)."""
        spec, plan = people.task_list, self.service.plan
        if spec is None or first.reason == SICKNESS:
            return
        starts = first.first - round(spec.before.value.working_days())
        if end - first.first < spec.least_days.value or first.first <= now:
            return

        def begin() -> None:
            if worker.left or not worker.parts():
                return
            assert plan.absence_list is not None
            task = Task(plan.absence_list, None, first.first, worker.post.id)
            task.priority = spec.priority
            team = self.service.teams[worker.post.team]
            team.put(task, worker.diary, spec.hours.value, first.first)

        self._at(max(starts, now), begin)

    def _fix_leaving(self, worker: Worker, people: PeoplePlan, *, day_one: bool) -> None:
        """Draw when somebody leaves; those in post on day one began some time before."""
        service, who, rate = self.service, identity(worker.id), worker.post.turnover
        year = service.plan.days_a_year
        now = began = service.env.now
        if rate > 0.0:
            if day_one:
                began += year / rate * log(service.streams["tenure"].uniform(who))
            leaves = now - year / rate * log(service.streams["leaving the job"].uniform(who))
            self._at(ceil(leaves), lambda: self.leave(worker, LEFT))
        elif day_one:
            began = -float("inf")
        u = service.streams["newly qualified"].uniform(who)
        young = worker.post.role in people.newly_roles and u < people.newly_chance
        ends = [(people.induction, True), (people.newly, young)]
        for (lasts, share), holds in ends:
            until = began + lasts
            if holds and share < 1.0 and until > now:
                worker.shares.append((until, share))
                self._at(ceil(until), lambda: self._grow(worker))
        worker.grow(now)

    def _grow(self, worker: Worker) -> None:
        """An induction, or the first year in the profession, is over."""
        if not worker.left:
            worker.grow(self.service.env.now)
            worker.refresh()
            self.service.recorder.post(worker, filled=True)
            self.service.levelling.start(worker, first=False)

    # --- being away ------------------------------------------------------------------------

    def _go(self, away: Away, day: int) -> None:
        """An absence begins: what is in hand is put down, and meetings are called off."""
        worker, service = away.worker, self.service
        worker.present = False
        worker.away_since = float(day)
        service.recorder.absent(worker, away.spells[0].reason)
        for spell in away.spells:
            if spell.reason == SICKNESS:  # how long is known once it begins
                appointments.keep_free(worker, spell.first, spell.end)
        for spell in away.spells[1:]:
            self._at(spell.first, lambda reason=spell.reason: self._stay(worker, reason))  # type: ignore[misc]
        self._put_down(worker, ABSENT)
        worker.step_aside()
        appointments.call_off(worker, away.spells[-1].end)
        service.cover.drop(worker)
        people = service.plan.people
        assert people is not None
        for after in people.cover_days:
            if day + after < away.spells[-1].end:
                self._from(day + after, worker)

    def _from(self, day: int, worker: Worker) -> None:
        """From a day of an absence on, colleagues do more."""
        since = worker.away_since

        def step() -> None:
            if not worker.present and not worker.left and worker.away_since == since:
                self.service.cover.step(worker)

        if day <= self.service.env.now:
            step()
        else:
            self._at(day, step)

    def _stay(self, worker: Worker, reason: str) -> None:
        """An absence goes on for another reason."""
        if not worker.left:
            self.service.recorder.absent(worker, reason)

    def _return(self, worker: Worker) -> None:
        worker.present = True
        self.service.recorder.present(worker, "back")
        self.service.cover.end(worker)
        worker.wake()

    def _put_down(self, worker: Worker, why: str) -> None:
        """End the sitting in hand, if there is one."""
        task = worker.current
        if task is not None:
            self.service.stop_sitting(task, worker, why)
            if task.kind.role != DESK:
                worker.diary.put(task, appointments.rank(task))

    # --- leaving, and filling a post ---------------------------------------------------------

    def leave(self, worker: Worker, why: str) -> None:
        """Somebody leaves: the whole caseload is accounted for at this instant."""
        if worker.left:
            return
        service, people = self.service, self.service.plan.people
        worker.left = True
        worker.present = False
        self._put_down(worker, MOVED)
        team = service.teams[worker.post.team]
        team.by_role[worker.post.role].remove(worker)
        service.recorder.post(worker, filled=False)
        if why == CLOSED:
            self.vacancies.pop(worker.post.id, None)
        elif why == LEFT and people is not None:
            self._advertise(worker.post, people)
        service.cover.end(worker)
        service.handover.hand_on(worker, closed=why == CLOSED)
        service.cover.drop(worker)
        worker.step_aside()
        team.without(worker)
        worker.wake()

    def _advertise(self, post: Post, people: PeoplePlan, *, first: bool = False) -> None:
        """A post is vacant: fix when it will be filled, and whether by an agency meanwhile."""
        service = self.service
        vacancy = self.vacancies[post.id] = Vacancy(post)
        who = identity(f"{post.id}#{service.teams[post.team].persons(post)}")
        stream = service.streams["recruitment"]
        lag = people.recruitment(stream.uniform(who))
        gone = 0.0
        if first:  # found vacant: long vacancies are met more often, at any stage of them
            lag, gone = _met(people, stream.uniform, who)
        now = int(service.env.now)
        starts = now + max(round(lag - gone), 1)
        self._at(starts, lambda: self._recruited(vacancy))
        agency = people.agency
        if agency is None or post.role not in agency.roles:
            return
        u = service.streams["agency"].uniform
        assert people.agency_after is not None
        if u(who) < agency.chance.value:
            day = now + max(round(people.agency_after(u(who, 1)) - gone), 1)
            if day < starts:
                self._at(day, lambda: self._agency(vacancy))

    def _agency(self, vacancy: Vacancy) -> None:
        if self.vacancies.get(vacancy.post.id) is vacancy:
            vacancy.agency = self._engage(vacancy.post, agency=True)

    def _recruited(self, vacancy: Vacancy) -> None:
        if self.vacancies.get(vacancy.post.id) is not vacancy:
            return  # the post has been closed
        if vacancy.agency is not None:
            self.leave(vacancy.agency, AGENCY_ENDED)
        del self.vacancies[vacancy.post.id]
        self._engage(vacancy.post)

    # --- dated changes -----------------------------------------------------------------------

    def adopt(self, posts: list[Post]) -> None:
        """Fill new posts, let those go whose post is gone, and note what has changed."""
        wanted = {post.id: post for post in posts}
        for worker in list(self.service.workers):
            if worker.left:
                continue
            post = wanted.pop(worker.post.id, None)
            if post is None:
                self.leave(worker, CLOSED)
            else:
                worker.adopt(post)
                if worker.agency:
                    self.vacancies[post.id].post = post
        for name in list(self.vacancies):
            vacancy = self.vacancies[name]
            if vacancy.agency is not None:
                continue
            if name in wanted:
                vacancy.post = wanted.pop(name)
            else:
                del self.vacancies[name]
                self.service.recorder.vacancy(vacancy.post, closed=True)
        for post in wanted.values():
            self._engage(post)


def _met(people: PeoplePlan, uniform: Callable[[int, int], float], who: int) -> tuple[float, float]:
    """Return how long a vacancy met on day one lasts in all, and how long it has lasted.

    The chance to meet one grows with its length, so a length is drawn until it is accepted
    in proportion to itself.
    """
    longest = people.recruitment(1.0 - 2.0**-40)
    occasion = 1
    while True:
        lag = people.recruitment(uniform(who, occasion))
        if longest <= 0.0 or uniform(who, occasion + 1) * longest <= lag:
            return lag, lag * uniform(who, occasion + 2)
        occasion += 3
