"""The strands of a service, in the order in which they are told of things."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.attached_work import AttachedWork
from sim.service.bringing_forward import BringingForward
from sim.service.caf_tac import EarlyHelpStrand
from sim.service.carers import Carers
from sim.service.closing import StillOpen
from sim.service.desks import Desks
from sim.service.families import Families
from sim.service.growing_up import GrowingUp
from sim.service.kept_within import KeptWithin
from sim.service.need_events import NeedEvents
from sim.service.open_to_review import OpenToReview
from sim.service.safeguarding import Safeguarding
from sim.service.stage_status import StageStatus
from sim.service.turns import Turns

if TYPE_CHECKING:
    from sim.service.service import Service
    from sim.service.strand import Strand


def strands(service: Service) -> list[Strand]:
    """Make the strands that the scenario asks for."""
    made: list[Strand] = []
    if service.plan.safeguarding is not None:
        made.append(Safeguarding(service))
    made.append(Families(service))
    closure = service.plan.scenario.closure
    if closure.outcomes_met is not None or closure.after_plan is not None:
        made.append(StillOpen(service))
    if any(stage.status is not None for stage in service.plan.stages):
        made.append(StageStatus(service))
    if any(kind.never_for for stage in service.plan.stages for kind in stage.kinds):
        made.append(Turns(service))
    if any(stage.brought_on for stage in service.plan.stages):
        made.append(BringingForward(service))
    if any(kind.assesses for stage in service.plan.stages for kind in stage.kinds):
        made.append(KeptWithin(service))
    if service.plan.growing_up is not None:
        made.append(GrowingUp(service))
    if service.plan.carers is not None:
        made.append(Carers(service))
    if service.plan.open_to_review is not None:
        made.append(OpenToReview(service))
    if service.caf_tac is not None:
        made.append(EarlyHelpStrand(service))
    if service.plan.need_events is not None:
        made.append(NeedEvents(service))
    if service.plan.attached is not None:
        made.append(AttachedWork(service))
    if service.plan.desk_requests is not None:
        made.append(Desks(service))
    return made
