"""A child, the family they belong to, and what the rules need to know about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import simpy

    from sim.service.place import Place
    from sim.service.task import Task
    from sim.service.transfer import Transfer
    from sim.service.worker import Worker


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
    holder, assigned
        Who carries the case, and who works on it without holding it.
    tasks
        Open and coming tasks by promise (the timescale, or the kind where there is none).
    """

    __slots__ = (
        "age_then",
        "arriving",
        "assigned",
        "closing",
        "consents",
        "continuing_care",
        "ehc_month",
        "facts_known",
        "family",
        "holder",
        "id",
        "initial",
        "is_sibling",
        "known",
        "last_holder",
        "leave",
        "leave_reason",
        "life_limiting",
        "made_at",
        "need",
        "need_occasion",
        "next_stage",
        "number",
        "occasions",
        "overnight",
        "package_hours",
        "referred",
        "season",
        "season_began",
        "stage",
        "tasks",
        "transfer",
        "turns_adult",
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
        self.facts_known = False
        self.overnight = "none"
        self.package_hours = 0.0
        self.life_limiting = False
        self.continuing_care = False
        self.unstable_health = False
        self.consents = True
        self.ehc_month = 0
        self.stage: Place | None = None
        self.holder: Worker | None = None
        self.assigned: Worker | None = None
        self.tasks: dict[str, Task] = {}
        self.occasions: dict[str, int] = {}
        self.transfer: Transfer | None = None
        self.closing: str | None = None
        self.leave: simpy.Event | None = None
        self.leave_reason = ""
        self.arriving = False
        self.next_stage: Place | None = None
        self.last_holder: Worker | None = None
        family.children.append(self)

    @property
    def is_open(self) -> bool:
        """Whether the case is in any stage."""
        return self.stage is not None

    def next_occasion(self, kind: str) -> int:
        """Count occasions of a kind of task over the child's whole life."""
        occasion = self.occasions.get(kind, 0) + 1
        self.occasions[kind] = occasion
        return occasion
