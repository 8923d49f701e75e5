"""What is done before a case is closed, compiled: kinds of task and draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.service.draws import sampler
from sim.service.task import DESK, RESPONSIBLE

if TYPE_CHECKING:
    from sim.scenario.sections.one_off import OneOff
    from sim.service.draws import Sampler
    from sim.service.plan import Plan
    from sim.service.task import Kind

DECISION, FAMILY, AGENCIES = "closure_decision", "closure_family", "closure_agencies"
RECORD, RATIONALE = "disagreement_record", "disagreement_rationale"
ELSEWHERE = "to_another_council"


class ClosingPlan:
    """The parts of the section `closure` beside the closing record itself.

    Attributes
    ----------
    by_holder, by_manager
        The decision; which of the two it is depends on who holds the case.
    kinds
        All there are, so that those in hand can be called off.
    """

    def __init__(self, plan: Plan) -> None:
        spec = self.spec = plan.scenario.closure
        self.kinds: list[Kind] = []
        self.by_holder = self.by_manager = None
        sign_off = plan.scenario.assessment.sign_off
        if spec.decision is not None:
            self.by_holder = self._kind(plan, DECISION, spec.decision, RESPONSIBLE)
            self.by_manager = self._kind(plan, DECISION, spec.decision, DESK)
            assert self.by_manager is not None
            self.by_manager.pool = plan.pool(f"{sign_off.team}.{sign_off.role}")
        self.family = self._kind(plan, FAMILY, spec.family)
        self.agencies = self._kind(plan, AGENCIES, spec.agencies)
        dissent = spec.disagreement
        self.record = self._kind(plan, RECORD, dissent.record if dissent else None)
        rationale = dissent.rationale if dissent else None
        self.rationale = self._kind(plan, RATIONALE, rationale, RESPONSIBLE)
        self.elsewhere = self._kind(plan, ELSEWHERE, spec.to_another_council)
        self.answer: Sampler | None = None
        if spec.agencies is not None:
            self.answer = sampler(spec.agencies.answer.value)
        met = spec.outcomes_met
        self.outcomes_met: Sampler | None = sampler(met.value) if met is not None else None
        self.after_plan_days = 0.0
        if spec.after_plan is not None:
            self.after_plan_days = spec.after_plan.at_least.value.working_days()

    def _kind(
        self, plan: Plan, name: str, spec: OneOff | None, role: str = "holder"
    ) -> Kind | None:
        if spec is None:
            return None
        kind = plan.one_off(name, spec)
        kind.role = role
        self.kinds.append(kind)
        return kind
