"""A team: its workers, the desks several of them serve, contacts and supervision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.diary import Diary
from sim.service.task import OPEN, Task
from sim.service.units import Units
from sim.service.worker import Worker

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.worker import Post

LOWEST = 8


class Team:
    """The people of one team.

    Attributes
    ----------
    by_role
        Workers in post, by role, in the order of their posts.
    desks
        The shared diary of each role that serves a desk.
    units
        The small units it is made of; None if it is not.
    """

    def __init__(self, service: Service, name: str) -> None:
        self.service = service
        self.name = name
        self.by_role: dict[str, list[Worker]] = {}
        self.desks: dict[str, Diary] = {}
        self.supervised_on = 0
        self.units = Units(self) if service.plan.scenario.teams[name].units is not None else None
        self._people: dict[str, int] = {}  # persons so far in each post

    def persons(self, post: Post) -> int:
        """Count the persons there have been in a post."""
        return self._people.get(post.id, 0)

    def fill(self, post: Post) -> Worker:
        """Put a new person into a post."""
        role = post.role
        person = self._people[post.id] = self._people.get(post.id, 0) + 1
        if (self.name, role) in self.service.plan.desks:
            diary = self.desk(role)
        else:
            diary = Diary(post.pool)
        gone = [member for member in diary.members if member.left]
        worker = Worker(self.service, post, person, diary)
        for member in gone:  # the last at the desk has left
            diary.members.remove(member)
        worker.number = len(self.service.workers)
        self.service.workers.append(worker)
        self.by_role.setdefault(role, []).append(worker)
        return worker

    def desk(self, role: str) -> Diary:
        """Return the diary that everyone in a role works from.

        With every post of the role vacant since the first day, work waits there for whoever comes.
        """
        if role not in self.desks:
            self.desks[role] = Diary(self.service.plan.pool(f"{self.name}.{role}"))
        return self.desks[role]

    def week(self, day: int) -> None:
        """Open the week's contacts for everyone who works with children, and supervision."""
        for workers in self.by_role.values():
            for worker in workers:
                self._contacts(worker, day)
        supervision = self.service.plan.scenario.teams[self.name].supervision
        if supervision is not None and day >= self.supervised_on:
            self._supervise(day)
        if self.units is not None:
            self.units.week(day)

    def _contacts(self, worker: Worker, day: int) -> None:
        service = self.service
        hours = 0.0
        priority = LOWEST
        for stage in service.plan.stages:
            held, assigned = worker.held_in[stage.number], worker.assigned_in[stage.number]
            if held and stage.contact_hours:
                hours += held * stage.contact_hours
                priority = min(priority, stage.contact_priority)
            if assigned and stage.assigned_contact_hours:
                hours += assigned * stage.assigned_contact_hours
                priority = min(priority, stage.assigned_contact_priority)
        if hours <= 0.0:
            return
        # Families' calls do not go away: a week not dealt with is added to, not dropped.
        task = Task(service.plan.contacts, None, day, worker.post.id)
        task.priority = priority
        self.put(task, worker.diary, hours, service.plan.week_due[day])

    def _supervise(self, day: int) -> None:
        plan = self.service.plan
        spec = plan.scenario.teams[self.name].supervision
        assert spec is not None
        due = plan.calendar.due(float(day), spec.every.value)
        self.supervised_on = due
        workers = sum(len(w) for role, w in self.by_role.items() if self._supervised(role, spec.by))
        if not workers or not self.by_role.get(spec.by):
            return
        task = Task(plan.supervision, None, day, self.name)
        task.priority = spec.priority
        self.put(task, self.desk(spec.by), spec.hours.value * workers, due)

    def _supervised(self, role: str, by: str) -> bool:
        """Whether a role is the managers' to supervise; the members of a unit are its leader's."""
        if self.units is not None and self.units.spec.supervision is not None:
            return role != by and role not in self.units.spec.members
        return role != by

    def put(self, task: Task, diary: Diary, hours: float, due: int) -> None:
        """Open a task that belongs to no child, in somebody's diary or a desk's."""
        task.state = OPEN
        task.opened = self.service.env.now
        task.due = due
        task.hours = task.left = hours
        task.spent = 0.0
        task.diary = diary
        self.service.recorder.task_open(task)
        diary.put(task, task.priority)

    def without(self, leaver: Worker) -> None:
        """The desk goes on with those who are left; peers answer a leaver's calls."""
        diary = leaver.diary
        if len(diary.members) > 1:
            diary.members.remove(leaver)
        else:
            self._pass_on_calls(leaver)

    def _pass_on_calls(self, leaver: Worker) -> None:
        """Families' calls that a leaver has not got round to: peers answer, or the managers.

        With nobody there, they wait in the leaver's diary for whoever comes next.
        """
        others = [w for role in self.by_role if role in self.desks for w in self.by_role[role]]
        takers = self.by_role.get(leaver.post.role) or others
        for number, task in enumerate(leaver.diary.open_tasks()):
            if task.child is None and takers:
                diary = takers[number % len(takers)].diary
                task.entry = None
                task.diary = diary
                diary.put(task, task.priority)
