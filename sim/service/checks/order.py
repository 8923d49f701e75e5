"""What comes before, beside or within another task of a stage: whether there is such a task."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service import status
from sim.service.checks.finding import Finding, unknown

STATUSES = (
    *(status.CONCERN, status.PROTECTION_PLAN, status.LOOKED_AFTER),
    *(status.UNSTABLE_HEALTH, "overnight"),
)


def check_order(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse an order of tasks that are not there, or that could not keep it."""
    for name, stage in scenario.stages.items():
        recurring = [kind for kind, task in stage.tasks.items() if task.every is not None]
        for kind, task in stage.tasks.items():
            path: Path = ("stages", name, "tasks", kind)
            others = [other for other in recurring if other != kind]
            for key, other in _named(task):
                yield from unknown((*path, *key.split(".")), other, "other recurring task", others)
            yield from _forward(task, path)
            yield from _itself(task, path)


def _named(task: schema.Task) -> Iterator[tuple[str, str]]:
    if task.brought_forward is not None and task.brought_forward.by is not None:
        yield "brought_forward.by", task.brought_forward.by
    if task.first is not None:
        yield "first.task", task.first.task
    if task.met_in is not None:
        yield "met_in", task.met_in
    if task.every_other is not None and task.every_other.before is not None:
        yield "every_other.before", task.every_other.before


def _forward(task: schema.Task, path: Path) -> Iterator[Finding]:
    spec = task.brought_forward
    if spec is None:
        return
    where: Path = (*path, "brought_forward")
    if spec.by is None and not spec.on:
        yield Finding(where, "say what brings it forward: another task ('by') or a status ('on')")
    for key in ("before", "unless_within"):
        if spec.by is None and (span := getattr(spec, key)) is not None:
            text = "means something only if another task brings it forward: say which ('by')"
            yield Finding((*where, key), f"'{key}' {text}", str(span.value))
    for name in spec.on:
        yield from unknown((*where, "on", name), name, "status", STATUSES)


def _itself(task: schema.Task, path: Path) -> Iterator[Finding]:
    if task.every is None:
        for key in ("brought_forward", "first", "met_in", "assesses"):
            if getattr(task, key):
                yield Finding((*path, key), "only a recurring task ('every') may have this")
    if task.first is not None and not task.appointment:
        text = "only a meeting ('appointment') waits for what has to come first"
        yield Finding((*path, "first"), text)
    if task.put_off is not None and not (task.appointment and task.put_off.value < 1.0):
        text = "only a meeting ('appointment') is put off, and with a chance below 1"
        yield Finding((*path, "put_off"), text, task.put_off.value)
    turn = task.every_other
    if turn is None:
        return
    if turn.in_term and not turn.appointment:
        text = "a visit in term has to be booked for a day: make it an 'appointment'"
        yield Finding((*path, "every_other", "in_term"), text, True)
    if turn.in_term_unless and not turn.in_term:
        text = "it may be on any day for everybody, as it is not 'in_term'"
        yield Finding((*path, "every_other", "in_term_unless"), text)
