"""A child, the family they belong to, and what the rules need to know about them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.service.task import AT_REVIEW, COMING_LEAD, DONE, RESPONSIBLE

if TYPE_CHECKING:
    import simpy

    from sim.service.handover import Batch
    from sim.service.move import Transfer
    from sim.service.place import Place
    from sim.service.task import Task
    from sim.service.worker import Worker


INCOMING = "incoming"  # the worker who will hold a child after an agreed move


class Family:
    """Children who arrive, are visited and leave together, and share one social worker (W4)."""

    __slots__ = ("children", "id", "moved_away", "site")

    def __init__(self, id: str, site: str) -> None:
        self.id = id
        self.site = site
        self.children: list[Child] = []
        self.moved_away = False


class Child:
    """One child: facts, true need, and what the service knows and does.

    Attributes
    ----------
    need, known
        The true level of need, and the level the service last learnt of.
    who
        The number that stands for the child in every random stream.
    made_at, age_then
        When the model first met the child (working days), and the age in years then.
    stage
        Where the case is; None when it is not open anywhere.
    holder, assigned, attached
        Who carries the case; who works on it without holding it; others, by the label of what
        they are there for (``social_worker``, ``lead_professional`` ...).
    statuses
        What the service knows to be so of the child (`looked_after`, ...), since when.
    minded
        While a manager holds the case until somebody takes it over: those it waits among.
    replaced
        Promises of the stage that a status replaces for as long as it lasts.
    relaxed
        Whether visits may be less frequent for a while, by agreement (W78).
    stand_ins
        The label of the attached worker who keeps a promise for its usual worker.
    turns_drawn
        Whether it is a day-one case whose turns before that day are drawn.
    tasks
        Open and coming tasks by promise (the timescale, or the kind where there is none).
    """

    __slots__ = (
        "age_then",
        "arriving",
        "assigned",
        "attached",
        "clear_outcomes",
        "closing",
        "consents",
        "continuing_care",
        "crises",
        "ehc_month",
        "facts_known",
        "family",
        "holder",
        "id",
        "initial",
        "initial_dues",
        "is_sibling",
        "known",
        "last_assigned",
        "last_holder",
        "leave",
        "leave_reason",
        "life_limiting",
        "made_at",
        "minded",
        "need",
        "need_occasion",
        "next_holder",
        "next_stage",
        "noted",
        "number",
        "occasions",
        "overnight",
        "overnight_works_well",
        "package_changes",
        "package_hours",
        "parents_agree",
        "plan_ended",
        "protected_before",
        "referred",
        "relaxed",
        "replaced",
        "season",
        "season_began",
        "stage",
        "stand_ins",
        "statuses",
        "strands",
        "tasks",
        "transfer",
        "turns_adult",
        "turns_drawn",
        "unstable_health",
        "who",
    )

    def __init__(self, id: str, who: int, number: int, family: Family, need: str) -> None:
        self.id = id
        self.who = who
        self.number = number
        self.family = family
        self.made_at = self.age_then = 0.0
        self.need = self.known = need
        self.need_occasion = 0
        self.is_sibling = False
        self.turns_adult: float = float("inf")
        self.referred = 0.0
        self.season = 0  # how many times the case has been opened
        self.season_began = False
        self.initial: dict[str, float] | None = None  # a day-one case: last events
        self.protected_before = False  # of such a case: it may be on a plan or in care
        self.initial_dues: dict[str, int] = {}  # of such a case: when promises are next due
        self.turns_drawn = False
        self.facts_known = False
        self.overnight = "none"
        self.package_hours = 0.0
        self.package_changes: list[float] = []  # when the service has changed it, working days
        self.life_limiting = False
        self.continuing_care = False
        self.unstable_health = False
        self.consents = True
        self.parents_agree = False  # to Open to Review, if the child is life-limited (O10)
        self.clear_outcomes = False  # in the plan (O13)
        self.overnight_works_well = False  # though there is much of it (O12)
        self.crises: list[float] = []  # when work on one began, working days
        self.plan_ended: float | None = None  # when the last protection plan did
        self.ehc_month = 0
        self.stage: Place | None = None
        self.holder: Worker | None = None
        self.minded: Batch | None = None
        self.assigned: Worker | None = None
        self.attached: dict[str, Worker] = {}
        self.statuses: dict[str, float] = {}
        self.replaced: set[str] = set()
        self.strands: dict[str, Any] = {}  # what each strand of work keeps about the child
        self.tasks: dict[str, Task] = {}
        self.occasions: dict[str, int] = {}
        self.transfer: Transfer | None = None
        self.closing: str | None = None
        self.leave: simpy.Event | None = None
        self.leave_reason = ""
        self.arriving = False
        self.next_stage: Place | None = None
        self.last_holder: Worker | None = None
        self.noted: Worker | None = None  # of whom the last note of an allocation is
        self.last_assigned: Worker | None = None  # in the place the child has just come from
        self.relaxed = False
        self.stand_ins: dict[str, str] = {}
        self.next_holder: Worker | None = None  # whose the case will be in the hub it goes to
        family.children.append(self)

    def part(self, role: str) -> Worker | None:
        """Return who has this part in the case: holder, assigned or an attached worker's label."""
        if role == "holder":
            return self.holder
        return self.assigned if role == "assigned" else self.attached.get(role)

    def worker_of(self, task: Task) -> Worker | None:
        """Return whose work a task is."""
        kind = task.kind
        role = self.stand_ins.get(kind.promise, kind.role) if self.stand_ins else kind.role
        worker = self.caseworker if role == "holder" else self.worker_for(role)
        if kind.met_in is not None and self._to_be_met_in(task, kind.met_in):
            return None
        if kind.only_pool and worker is not None and worker.post.pool != kind.pool:
            return None
        return worker

    def worker_for(self, role: str) -> Worker | None:
        """Return whose work a task of this role is; if nobody is attached, the caseworker's."""
        if role == "holder":
            return self.caseworker
        if role == "assigned":
            return self.assigned
        if role == RESPONSIBLE:
            return self.holder
        if role == AT_REVIEW and self._to_be_seen_at_review():
            return None
        if role == INCOMING:
            return self.transfer.worker if self.transfer is not None else None
        if role == COMING_LEAD:
            return self.attached.get("lead_professional") or self.strands.get("step_down")
        return self.attached.get(role, self.caseworker)

    @property
    def caseworker(self) -> Worker | None:
        """Return who does the casework: the holder, or the assigned worker in the holder's place.

        Until there is one the holder does it.
        """
        stage = self.stage
        if stage is not None and stage.by_assigned and self.assigned is not None:
            return self.assigned
        return self.holder

    def _to_be_met_in(self, task: Task, promise: str) -> bool:
        """Whether the task in which it would be met is due no later."""
        other = self.tasks.get(promise)
        return other is not None and other.state != DONE and other.due <= task.due

    def _to_be_seen_at_review(self) -> bool:
        """Whether a review at which the child is seen is due no later than the visit."""
        review, visit = self.tasks.get("cin_review"), self.tasks.get("child_seen")
        if review is None or visit is None or review.state == DONE:
            return False
        return review.kind.also_sees_child is not None and review.due <= visit.due

    @property
    def is_open(self) -> bool:
        """Whether the case is in any stage."""
        return self.stage is not None

    def next_occasion(self, kind: str) -> int:
        """Count occasions of a kind of task over the child's whole life."""
        occasion = self.occasions.get(kind, 0) + 1
        self.occasions[kind] = occasion
        return occasion
