"""Hours of Open to Review's own steps, and of early help by lead professionals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.theory.model import CAF_TAC
from sim.theory.work import Work

if TYPE_CHECKING:
    from sim.theory.work import Workload


def open_to_review(load: Workload) -> Iterator[Work]:
    """Give the manager's decisions, letters and objections on the way in, and urgent matters."""
    says = load.scenario.open_to_review
    if says is None:
        return
    there = load.reading.hub[says.stage]
    for origin in range(len(load.reading.hubs)):
        number = load.moves(origin, there)
        if origin == there or number == 0.0:
            continue
        stopped = says.objection.chance.value * says.objection.upheld.value
        number /= 1.0 - stopped
        team = load.holder(origin).split(".")[0]
        desk = f"{team}.{says.manager}"
        yield load.some(desk, "open_to_review_decision", number, says.decision.hours.value)
        yield load.some(
            load.holder(origin), "open_to_review_letter", number, says.letter.hours.value
        )
        objections = number * says.objection.chance.value
        hours = says.objection.representation.hours.value
        yield load.some(desk, "open_to_review_representation", objections, hours)
    if says.urgent is not None:
        pool = load.holder(load.reading.hub[says.urgent.stage])
        number = says.urgent.rate.value * float(load.held[there])
        yield load.some(pool, "urgent_matter", number, says.urgent.hours.value)

    if says.direct_payment_calls is not None:
        calls = says.direct_payment_calls
        number = calls.rate.value * float(load.held[there])
        yield load.some(load.holder(there), "direct_payment_call", number, calls.hours.value)


def early_help(load: Workload) -> Iterator[Work]:
    """Give the work of the CAF team and of lead professionals: setting up, CAF and meetings."""
    says = load.scenario.early_help
    if says is None:
        return
    begun = float(load.model.entries(load.there.ravel())[-1])
    open_now = float(load.there.ravel()[load.model.where_child == len(load.model.stages) - 1].sum())
    assert load.model.stages[-1] == CAF_TAC
    team, lead = f"{says.team}.{says.role}", f"{says.lead_team}.{says.lead_role}"
    yield load.some(team, "caf_set_up", begun, says.set_up.hours.value)
    yield load.some(team, "caf_support", begun, says.support.hours.value)
    yield load.some(lead, "caf", begun, says.caf.hours.value)
    meetings = open_now / load.reading.years(says.meeting.every.value)
    yield load.some(lead, "tac_meeting", meetings, says.meeting.hours.value)
