"""Which way is better, of every measure."""

from __future__ import annotations

# Of every measure (before any colon), whether more of it is better, less of it, or neither by
# itself: more children open may be more need met, or more waiting.
BETTER_MORE = frozenset(
    {
        *("in_date", "on_time", "assessed_in_45_dfe", "icpc_in_15_dfe", "plans_reviewed_dfe"),
        "answered_in_time",
    }
)
BETTER_LESS = frozenset(
    {
        *("backlog", "backlog_hours", "days_past_due", "longest_past_due"),
        *("overdue_half", "overdue_full", "overtime_needed", "weeks_to_clear", "over_limit"),
        *("unallocated", "on_transfer_list", "waiting_to_move", "escalated"),
        *("family_support_waiting", "not_found", "holder_changes", "three_holders"),
        *("bounce_6", "bounce_12", "re_referred"),
        *("assessment_days", "assessment_days_p25", "assessment_days_p75"),
        *("conference_days", "conference_days_p25", "conference_days_p75"),
        *("wait", "wait_mean", "wait_p90", "open_requests"),
    }
)
NEITHER = frozenset(
    {
        *("open_children", "children", "delivered", "load", "caseload", "caseload_p90"),
        *("caseload_most", "families", "hours_worked", "hours_reserved", "hours_available"),
        *("hours_due", "eligible", "barred", "contacts", "returns", "referrals", "closures"),
        *("transfers", "on_plan", "looked_after", "short_break_looked_after"),
        *("strategy_discussions", "conferences", "plans_begun", "answered", "cost"),
        *("assessment_took", "conference_took"),
        *("held_a_year", "hours_a_child", "cost_a_child", "step_ups", "step_downs"),
    }
)


def less_is_better(measure: str) -> bool | None:
    """Say whether less of a measure is better, or more (False), or neither by itself (None)."""
    kind = measure.partition(":")[0]
    if kind in NEITHER:
        return None
    return kind not in BETTER_MORE
