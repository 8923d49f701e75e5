"""Small units within a team: a leader who holds the children, and those who work with them (C4).

Every post of a team in units belongs to one unit of its site. A child's workers are of one unit:
whoever is there first decides which. While a unit has no leader, a neighbouring one's holds its
children; its members go on with them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sim.scenario.sections.units import Units as Spec
    from sim.service.child import Child
    from sim.service.plan import Plan
    from sim.service.team import Team
    from sim.service.worker import Post, Worker

MEETING = "unit_meeting"


def in_units(plan: Plan) -> None:
    """Say of each post which unit it is in, and make what units do a kind of task.

    Notes
    -----
    The n-th post of a role at a site goes to the n-th unit there, and round again; a post that
    serves all sites is dealt out among all units.
    """
    teams = {name: t.units for name, t in plan.scenario.teams.items() if t.units is not None}
    for name, spec in teams.items():
        posts = [post for post in plan.posts if post.team == name]
        leaders = [post for post in posts if post.role == spec.led_by]
        for leader in leaders:
            leader.unit = leader.id
        for role in spec.members:
            _deal(leaders, [post for post in posts if post.role == role])
    if any(spec.meeting is not None for spec in teams.values()):
        plan.unit_meeting = plan.kind(MEETING, "", 0.0, 6)


def _deal(leaders: list[Post], posts: list[Post]) -> None:
    for site in dict.fromkeys(post.site for post in posts):
        units = [leader for leader in leaders if site is None or leader.site in (site, None)]
        for number, post in enumerate(post for post in posts if post.site == site):
            if units:
                post.unit = units[number % len(units)].id


class Units:
    """The units of one team.

    Parameters
    ----------
    team
        The team; whose scenario has `units`.
    """

    def __init__(self, team: Team) -> None:
        self.team = team
        self._next = {"meeting": 0, "supervision": 0}

    @property
    def spec(self) -> Spec:
        """What the scenario says now."""
        spec = self.team.service.plan.scenario.teams[self.team.name].units
        assert spec is not None
        return spec

    # --- whose children ----------------------------------------------------------------------

    def unit_of(self, child: Child) -> str | None:
        """Return the unit of the child's workers, of those who work with it before its leader."""
        for worker in (child.assigned, child.holder):
            if worker is not None and worker.post.team == self.team.name and worker.post.unit:
                return worker.post.unit
        return None

    def among(self, child: Child, role: str, workers: list[Worker]) -> list[Worker]:
        """Return those of a role who may be given a child: of its own unit, once it has one.

        A child without a unit goes to one where somebody is there to do the work. Without a
        leader in its own unit a child is held by any other.
        """
        if role not in (self.spec.led_by, *self.spec.members):
            return workers
        unit = self.unit_of(child)
        if unit is not None:
            own = [worker for worker in workers if worker.post.unit == unit]
            if role != self.spec.led_by:
                return own
            return [worker for worker in own if worker.present] or workers
        if role != self.spec.led_by:
            return workers
        members = self.spec.members[:1]
        staffed = {w.post.unit for w in self._members(members) if w.present}
        return [worker for worker in workers if worker.post.unit in staffed] or workers

    def _members(self, roles: Iterable[str]) -> list[Worker]:
        return [worker for role in roles for worker in self.team.by_role.get(role, ())]

    def leader(self, unit: str) -> Worker | None:
        """Return who leads a unit; None while nobody is in the post."""
        leaders = self.team.by_role.get(self.spec.led_by, ())
        return next((worker for worker in leaders if worker.post.unit == unit), None)

    # --- meetings and supervision --------------------------------------------------------------

    def week(self, day: int) -> None:
        """Hold the week's unit meetings (C9), and let leaders supervise their members."""
        meeting, supervision = self.spec.meeting, self.spec.supervision
        if meeting is not None and day >= self._next["meeting"]:
            self._next["meeting"] = self.team.service.plan.next_of(day, meeting.every.value)
            for worker in self._members((self.spec.led_by, *self.spec.members)):
                if worker.present:
                    self._meet(worker, day)
        if supervision is not None and day >= self._next["supervision"]:
            due = self._due(day, supervision.every.value)
            self._next["supervision"] = due
            for worker in self._members([self.spec.led_by]):
                self._supervise(worker, day, due)

    def _due(self, day: int, every: object) -> int:
        return self.team.service.plan.calendar.due(float(day), every)  # type: ignore[arg-type]

    def _meet(self, worker: Worker, day: int) -> None:
        """One member's part of a meeting, in the week it is held."""
        service, meeting = self.team.service, self.spec.meeting
        kind = service.plan.unit_meeting
        assert meeting is not None and kind is not None
        unit = worker.post.unit
        leader = self.leader(unit) if unit is not None else None
        children = len(leader.cases) if leader is not None else 0
        hours = meeting.hours.value + meeting.hours_a_child.value * children
        if hours > 0.0:
            task = Task(kind, None, day, worker.post.id)
            task.priority = meeting.priority
            self.team.put(task, worker.diary, hours, service.plan.week_due[day])

    def _supervise(self, leader: Worker, day: int, due: int) -> None:
        spec = self.spec.supervision
        assert spec is not None
        own = leader.post.unit
        members = sum(worker.post.unit == own for worker in self._members(self.spec.members))
        if members:
            task = Task(self.team.service.plan.supervision, None, day, leader.post.id)
            task.priority = spec.priority
            self.team.put(task, leader.diary, spec.hours.value * members, due)
