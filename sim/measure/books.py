"""The books of a month: plain figures that the accounts fill in."""

from __future__ import annotations

from sim.service.move import WAITS


class Month:
    """Figures of one month. Lists run over cells, kinds, stages or pools of the plan."""

    __slots__ = (
        "at_sites",
        "available",
        "backlog",
        "backlog_hours",
        "barred",
        "breaches",
        "caseload_children",
        "caseload_families",
        "caseload_fte",
        "caseload_most",
        "caseload_p90",
        "child_days",
        "cost",
        "due_hours",
        "eligible",
        "escalated",
        "holder_changes",
        "in_date",
        "not_found",
        "occasions_held",
        "open_children",
        "overdue_full",
        "overdue_half",
        "pool_backlog_hours",
        "promise_days",
        "promised",
        "required",
        "reserved",
        "stage_backlog",
        "stage_backlog_hours",
        "stage_days_past",
        "stage_longest",
        "support_waiting",
        "transfers_waiting",
        "unallocated",
        "waiting_for",
        "worked",
    )

    def __init__(self, cells: int, kinds: int, stages: int, pools: int) -> None:
        self.occasions_held = [0] * cells
        self.required = [0.0] * cells
        self.promise_days = [0.0] * cells  # of all children together, while it runs
        self.in_date = [0] * cells
        self.promised = [0] * cells
        self.overdue_half = [0] * cells
        self.overdue_full = [0] * cells
        self.backlog = [0] * kinds
        self.backlog_hours = [0.0] * kinds
        self.stage_backlog = [0] * stages
        self.stage_backlog_hours = [0.0] * stages
        self.stage_days_past = [0] * stages
        self.stage_longest = [0] * stages
        self.open_children = [0] * stages
        self.child_days = [0.0] * stages
        self.not_found = [0] * stages
        self.eligible = [0] * stages
        self.barred: dict[str, int] = {}  # by rule
        self.transfers_waiting = [0] * stages
        self.waiting_for = {what: [0] * stages for what in WAITS}
        self.support_waiting = [0] * stages
        self.escalated = [0] * stages
        self.unallocated = [0] * stages
        self.holder_changes = [0] * stages
        self.worked = [0.0] * pools
        self.reserved = [0.0] * pools
        self.available = [0.0] * pools
        self.pool_backlog_hours = [0.0] * pools
        self.cost = [0.0] * pools
        self.caseload_children = [0] * pools
        self.caseload_families = [0] * pools
        self.caseload_fte = [0.0] * pools
        self.caseload_p90 = [0.0] * pools
        self.caseload_most = [0] * pools
        self.breaches = [0] * pools
        self.due_hours = [0.0] * pools
        self.at_sites: dict[tuple[int, str], AtSite] = {}  # by pool and site

    def at_site(self, pool: int, site: str) -> AtSite:
        """Give the book of the posts of a pool at one site."""
        found = self.at_sites.get((pool, site))
        if found is None:
            found = self.at_sites[pool, site] = AtSite()
        return found


class AtSite:
    """Hours and caseloads of a role's posts at one site; posts that serve all sites have none."""

    __slots__ = ("available", "children", "fte", "used")

    def __init__(self) -> None:
        self.used = self.available = self.fte = 0.0
        self.children = 0


class Promise:
    """How promises of one cell, falling due in each month, turned out."""

    __slots__ = ("closed", "late", "met", "open")

    def __init__(self, months: int) -> None:
        self.met = [0] * months
        self.late = [0] * months
        self.open = [0] * months
        self.closed = [0] * months
