"""The duty rota: each day a social worker's hours go to duty instead of casework."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.task import Task

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.worker import Worker


class DutyRota:
    """Whose turn it is: those in post in turn, passing over who is away."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._last = -1  # the number of yesterday's duty worker

    def day(self, day: int) -> None:
        """Put today's duty into the diary of whose turn it is, and the manager's on the desk."""
        plan = self.service.plan.safeguarding
        assert plan is not None
        team = self.service.teams[plan.team]
        duty = plan.spec.duty
        worker = self._turn(team.by_role.get(plan.role, []))
        if worker is not None and duty.hours_a_day.value > 0.0:
            task = Task(plan.duty, None, day, plan.team)
            team.put(task, worker.diary, duty.hours_a_day.value, day + 1)
        if duty.manager_hours_a_day.value > 0.0:
            task = Task(plan.duty_manager, None, day, plan.team)
            team.put(task, team.desk(plan.spec.manager), duty.manager_hours_a_day.value, day + 1)

    def _turn(self, workers: list[Worker]) -> Worker | None:
        present = [worker for worker in workers if worker.present]
        if not present:
            return None
        worker = next((w for w in present if w.number > self._last), present[0])
        self._last = worker.number
        return worker
