"""Whether there is somebody to ask for family support, and somebody to give it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.service.attached_work import CONTACT, NAME
from sim.service.checks.finding import Finding, roles, unknown
from sim.service.operations import ATTACH


def check_attached_work(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse attached work of or for nobody, and sessions that would never end a piece."""
    yield from _interim(scenario)
    spec = scenario.attached_work
    if spec is None:
        return
    yield from unknown((NAME, "stage"), spec.stage, "stage", scenario.stages)
    yield from unknown((NAME, "team"), spec.team, "team", scenario.teams)
    if spec.team in scenario.teams:
        names = roles(scenario.teams[spec.team])
        yield from unknown((NAME, "role"), spec.role, f"role in team '{spec.team}'", names)
    if spec.session_hours.value <= 0:
        text = "should be above 0: a piece of work is done in sessions"
        yield Finding((NAME, "session_hours"), text, spec.session_hours.value)
    if spec.pieces_at_once.value < 1:
        text = "should be at least 1, or no request would ever be met"
        yield Finding((NAME, "pieces_at_once"), text, spec.pieces_at_once.value)
    taken = {kind for stage in scenario.stages.values() for kind in stage.tasks}
    for name in [*(f"attached_{piece}" for piece in spec.pieces), CONTACT]:
        if name in taken:
            stage = next(key for key, s in scenario.stages.items() if name in s.tasks)
            text = f"a task cannot be called '{name}': that is the name of attached work"
            yield Finding(("stages", stage, "tasks", name), text, name)


def _interim(scenario: schema.Scenario) -> Iterator[Finding]:
    operations = scenario.moves.operations
    if operations is None or scenario.attached_work is not None:
        return
    share = operations.interim.value.get(ATTACH, 0.0)
    if share > 0:
        text = "a family support worker can be attached only where there is 'attached_work'"
        path = ("moves", "operations", "interim", ATTACH)
        yield Finding(path, text, share, ("0",), ((NAME,),))
