"""What is measured, and how one measure's months add up over a period.

Every measure is addressed ``measure[:what]@where``. What each means, and its unit, is in
`MEANINGS`; the table in the documents is made from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import NamedTuple

SERVICE = "service"

MEANINGS: dict[str, tuple[str, str]] = {
    "open_children": (
        "children",
        "children open at month ends, mean; the service's are in any stage but mash and caf_tac",
    ),
    "children": ("children", "children in the stage, averaged over time (child-days over days)"),
    "in_date": (
        "share",
        "of the children promised it, those with nothing of the kind past due, at month ends",
    ),
    "delivered": (
        "ratio",
        "events held over events promised; a promise runs at one per interval for as long as the "
        "child is in the stage (one carried over from another stage counts there until it is held)",
    ),
    "held_a_year": (
        "a child-year",
        "events held for each year that a child of the stage was promised them (while a plan or "
        "care has reviews and visits of its own instead, nothing of the stage's is promised)",
    ),
    "on_time": (
        "share",
        "of the promises due in the period: done by the due time over done, done late, open past "
        "due, or ended overdue; tasks already due on day one are left out",
    ),
    "backlog": (
        "tasks",
        "tasks past due and not done, of the stage's children (the service's: of all children, the "
        "MASH's too), at month ends; what is due at that very moment and not done is past due",
    ),
    "backlog_hours": ("hours", "hours still to do on those tasks, at month ends"),
    "days_past_due": ("working days", "mean time past due of those tasks, at month ends"),
    "longest_past_due": ("working days", "longest time past due of those tasks"),
    "overdue_half": ("children", "children half an interval or more past due, at month ends"),
    "overdue_full": ("children", "children a full interval or more past due, at month ends"),
    "load": (
        "share",
        "hours worked and reserved over hours available; ``load:SITE`` of the posts at one site",
    ),
    "hours_worked": ("hours", "hours of casework done"),
    "hours_reserved": ("hours", "hours blocked by the named reserves"),
    "hours_available": ("hours", "hours of casework available, before the reserves"),
    "hours_due": ("hours", "hours of the tasks falling due"),
    "overtime_needed": (
        "hours",
        "hours by which, month by month, the work falling due exceeds the hours there are (in the "
        "first month with what is past due on day one): what it would take for nothing to be late",
    ),
    "weeks_to_clear": (
        "weeks",
        "hours past due at month ends over the weekly hours left in the months in which less falls "
        "due than there are hours; none if there are no such months",
    ),
    "caseload": (
        "children",
        "children held (or worked with) by a full-time worker, at month ends; ``caseload:SITE`` of "
        "the posts at one site",
    ),
    "families": ("families", "families held (or worked with) by a full-time worker, at month ends"),
    "caseload_p90": ("children", "ninth decile of workers' caseloads, at month ends, mean"),
    "caseload_most": ("children", "largest caseload of any worker at a month end"),
    "over_limit": ("workers", "workers holding more than their limit, at month ends"),
    "unallocated": (
        "children",
        "children without a holder, at month ends; the service's are in any stage but mash and "
        "caf_tac",
    ),
    "on_transfer_list": ("children", "children with a move asked for and not made, at month ends"),
    "waiting_to_move": (
        "children",
        "children on the transfer list at month ends, by what they wait for: a slot (or the next "
        "look), a decision of the operations manager, or preparation (talks, records, "
        "introductions or the review at which they move)",
    ),
    "escalated": ("children", "children whose move was put to the operations manager"),
    "family_support_waiting": (
        "children",
        "children for whom family support has been asked for and nobody attached, at month ends",
    ),
    "not_found": ("children", "children whose need has changed unknown to the service, month ends"),
    "eligible": (
        "children",
        "children held in another hub whom no rule of the stage named bars, at month ends "
        "(only where the scenario has Open to Review)",
    ),
    "barred": (
        "children",
        "children held in other hubs whom this rule bars from Open to Review, at month ends; a "
        "child is counted once, under the first such rule in the scenario's order, so that these "
        "and the eligible add up to all children held in other hubs",
    ),
    "contacts": ("contacts", "contacts about children of this service"),
    "returns": ("contacts", "contacts about children known before"),
    "referrals": ("referrals", "contacts accepted for assessment"),
    "re_referred": (
        "share",
        "of the referrals, those of a child referred before within twelve months in the run "
        "(in the first year earlier referrals are not known)",
    ),
    "closures": ("cases", "cases closed from the hubs"),
    "transfers": ("moves", "moves between hubs out of the stage"),
    "bounce_6": (
        "share",
        "moves out of the hub undone within six months (those watched that long)",
    ),
    "bounce_12": ("share", "moves out of the hub undone within twelve months (likewise)"),
    "holder_changes": (
        "a child-year",
        "changes of the person holding the case (the service's: in any stage but mash and caf_tac)",
    ),
    "step_ups": (
        "moves",
        "moves to a more intensive hub, whatever for, and from CAF/TAC to an assessment",
    ),
    "step_downs": ("moves", "moves to a less intensive hub, and from a hub to CAF/TAC"),
    "hours_a_child": (
        "hours a child-year",
        "hours a role works for the children of a stage, for each year that a child is in it: what "
        "is done for a child, calls shared out by what each child's stage says, and hours blocked "
        "for each child held; duty, supervision, audit and the like are no child's",
    ),
    "cost_a_child": (
        "pounds a child-year",
        "those hours at what an hour of casework costs: over the run, the posts filled over the "
        "hours available in them (idle hours are not charged to anybody)",
    ),
    "three_holders": ("children", "children with three or more changes of holder in a run year"),
    "assessed_in_45_dfe": (
        "share",
        "the department's basis: of assessments completed, those within 45 working days",
    ),
    "assessment_days": ("working days", "middle duration of assessments completed, from referral"),
    "assessment_days_p25": ("working days", "lower quartile of the same"),
    "assessment_days_p75": ("working days", "upper quartile of the same"),
    "assessment_took": (
        "share",
        "the department's basis: of assessments completed, those that took so many working days",
    ),
    "conference_days": (
        "working days",
        "middle time from the strategy discussion to the initial conference, of those held",
    ),
    "conference_days_p25": ("working days", "lower quartile of the same"),
    "conference_days_p75": ("working days", "upper quartile of the same"),
    "conference_took": (
        "share",
        "the department's basis: of initial conferences held, those so many working days after "
        "the strategy discussion",
    ),
    "icpc_in_15_dfe": (
        "share",
        "the department's basis: of initial conferences held, those within 15 working days of the "
        "strategy discussion",
    ),
    "plans_reviewed_dfe": (
        "share",
        "the department's basis, taken at each month end as it is at 31 March: of children then on "
        "a protection plan for three months or more, those with every review that fell due in the "
        "twelve months before held on time",
    ),
    "on_plan": ("children", "children on a child protection plan at month ends"),
    "looked_after": (
        "children",
        "children looked after in full (accommodated or under a care order) at month ends",
    ),
    "short_break_looked_after": (
        "children",
        "children looked after for a series of overnight short breaks only, at month ends",
    ),
    "strategy_discussions": ("discussions", "strategy discussions held"),
    "conferences": ("conferences", "initial child protection conferences held"),
    "plans_begun": ("plans", "child protection plans begun"),
    "wait": ("working days", "middle wait of a desk's requests, from being made to being begun"),
    "wait_mean": ("working days", "mean of the same"),
    "wait_p90": ("working days", "ninth decile of the same"),
    "answered": ("requests", "requests answered by a desk"),
    "answered_in_time": ("share", "of the requests answered, those within the time allowed"),
    "open_requests": ("requests", "requests waiting at a desk or in hand, at any moment"),
    "cost": ("pounds", "posts filled times their yearly cost"),
}


class Series(NamedTuple):
    """One measure, month by month.

    Attributes
    ----------
    how
        How months add up: ``sum``; ``mean``; ``most``; ``ratio`` of the sums of `over` and
        `under`; ``quantile`` `q` of all values, when `over` holds a list for each month.
    """

    measure: str
    where: str
    how: str
    over: Sequence[float] | Sequence[Sequence[float]]
    under: Sequence[float] | None = None
    q: float = 0.5

    @property
    def address(self) -> str:
        """``measure[:what]@where``."""
        return f"{self.measure}@{self.where}"

    @property
    def unit(self) -> str:
        """The measure's unit."""
        return MEANINGS[self.measure.split(":")[0]][0]

    def value(self, first: int, end: int) -> float | None:
        """Return the measure over months `first` to `end` (excluded); None if undefined."""
        over = self.over[first:end]
        if self.how == "quantile":
            return _quantile(sorted(x for month in over for x in month), self.q)  # type: ignore[union-attr]
        numbers: Sequence[float] = over  # type: ignore[assignment]
        if self.how == "ratio":
            assert self.under is not None
            under = sum(self.under[first:end])
            return sum(numbers) / under if under > 0 else None
        if not numbers:
            return None
        if self.how == "most":
            return float(max(numbers))
        return sum(numbers) / (len(numbers) if self.how == "mean" else 1)


def _quantile(values: list[float], q: float) -> float | None:
    """Nearest-rank quantile of sorted values."""
    return values[max(ceil(q * len(values)) - 1, 0)] if values else None
