"""A piece of work with hours, a due time and a role, and the kind it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.service.streams import identity

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.calendar import DueTable
    from sim.service.bringing_forward import Bringing
    from sim.service.child import Child
    from sim.service.colleagues import Colleagues
    from sim.service.diary import Diary
    from sim.service.draws import Sampler
    from sim.service.rule import Guard
    from sim.service.worker import Worker

SCHEDULED, OPEN, RUNNING, WAITING, DONE = range(5)
DESK = "desk"  # the role of work that several people share
RESPONSIBLE = "responsible"  # the role of a holder's own work where others do the casework
AT_REVIEW = "at_review"  # the role of a visit that is made at a review
COMING_LEAD = "coming_lead"  # the lead professional to whom a case is to step down
MOVED = "moved"  # why a sitting is cut short
APPOINTMENT_RANK = 1.5  # on its day a meeting comes before all but class 1


class Cadence:
    """An interval made ready for the hot path.

    Attributes
    ----------
    dues, first
        Due times by the working day something was held, from working day `first` on.
    window
        Working days before due in which the task is open.
    per_year
        Occasions promised in a year.
    days
        Nominal length in working days.
    """

    __slots__ = ("days", "dues", "first", "label", "per_year", "window")

    def __init__(
        self, table: DueTable, window: int, per_year: float, days: int, label: str
    ) -> None:
        self.dues = table.dues
        self.first = table.first
        self.window = window
        self.per_year = per_year
        self.days = days
        self.label = label

    def due_at(self, day: int) -> int:
        """Return when it is next due, if held on a working day (covered by the calendar)."""
        return self.dues[day - self.first]


class Kind:
    """What all tasks of one kind in one stage have in common; made once from the scenario.

    Attributes
    ----------
    role
        Whose diary it goes to: ``holder`` (whoever does the casework), `RESPONSIBLE`,
        ``assigned``, `DESK`, or the label of an attached worker (see `Child.worker_for`).
    cadences, cadence_shares
        The intervals of recurring work, one drawn at allocation.
    sequence
        Instead of one interval: that to the first occasion, to the second, ..., the last for good.
    less_often, less_often_share
        The longer interval management may agree to, and for what share of children it has.
    follows_child
        Whether the promise goes with the child from hub to hub, not with the stage.
    second_share
        On what share of occasions there is a second worker; None: on all.
    every_other, without_plan
        What it is every other time, and for a child without an EHC plan: the same promise.
    never_for
        For whom it is never the other kind's turn (`conditions`).
    more_often, more_often_share
        The shorter interval that some children need, and for what share of children it is.
    after
        The task of the stage whose every occasion calls for this one.
    colleagues
        Of a second worker's part: who may be found for it, each time anew.
    only_pool
        Whether only workers of its own pool may do it; without one it waits (W86).
    needs_slot
        Whose diary outside the service must have room for the meeting (see `slots`).
    who
        The number of the name in the random streams.
    slot_unless
        Of whom that is not asked (`conditions`).
    brings
        What is brought forward when it opens (`bringing_forward`).
    turn_before
        The promise of the meetings before which the other kind has its turn.
    waits_for, waits_days
        The promise that has to be kept before it is held; how much later it is held if not.
    met_in
        The promise in which this one is met, if that is due no later.
    assesses
        Whether it is an assessment of the child.
    put_off
        Chance that the meeting is put off by others; None: as any appointment.
    """

    __slots__ = (
        "after",
        "also_sees_child",
        "appointment",
        "assesses",
        "brings",
        "cadence_shares",
        "cadences",
        "cell",
        "colleagues",
        "decides",
        "ehc_merge",
        "every_other",
        "finds",
        "fixed_hours",
        "follows_child",
        "hours",
        "less_often",
        "less_often_share",
        "met_in",
        "more_often",
        "more_often_share",
        "name",
        "needs_slot",
        "never_for",
        "number",
        "once_within",
        "one_sitting",
        "only_from",
        "only_pool",
        "pool",
        "priority",
        "promise",
        "put_off",
        "role",
        "second",
        "second_share",
        "sequence",
        "slot_unless",
        "stage",
        "stream",
        "timescale",
        "turn_before",
        "waits_days",
        "waits_for",
        "who",
        "window",
        "without_plan",
    )

    def __init__(self, name: str, number: int, stage: str, hours: Sampler, priority: int) -> None:
        self.name = name
        self.who = identity(name)
        self.number = number
        self.stage = stage
        self.hours = hours
        self.priority = priority
        self.fixed_hours: float | None = None
        self.stream = f"hours/{name}"
        self.timescale: str | None = None
        self.promise = name
        self.role = "holder"
        self.second: Kind | None = None
        self.colleagues: Colleagues | None = None
        self.brings: tuple[Bringing, ...] = ()
        self.turn_before: str | None = None
        self.slot_unless: tuple[Guard, ...] = ()
        self.waits_for: str | None = None
        self.waits_days = 0
        self.met_in: str | None = None
        self.assesses = False
        self.second_share: float | None = None
        self.appointment = False
        self.one_sitting = False
        self.cadences: tuple[Cadence, ...] = ()
        self.cadence_shares: tuple[float, ...] = ()
        self.sequence: tuple[Cadence, ...] = ()
        self.less_often: Cadence | None = None
        self.less_often_share = 0.0
        self.more_often: Cadence | None = None
        self.more_often_share = 0.0
        self.follows_child = False
        self.only_pool = False
        self.needs_slot: str | None = None
        self.put_off: float | None = None
        self.once_within: Cadence | None = None
        self.only_from: str | None = None
        self.window: int | None = None
        self.every_other: Kind | None = None
        self.never_for: tuple[Guard, ...] = ()
        self.without_plan: Kind | None = None
        self.after: str | None = None
        self.finds: float | None = None
        self.decides = False
        self.ehc_merge: float | None = None
        self.also_sees_child: float | None = None
        self.cell = -1
        self.pool = -1


class Task:
    """One piece of work; a recurring task is the same object from one occasion to the next.

    Times are working days. `left` is the hours still to do before the next break in the
    work (all of them, but for work done in sessions), `spent` the hours done so far.
    """

    __slots__ = (
        "ages",
        "booked",
        "booked_days",
        "booked_with",
        "brought",
        "cadence",
        "cell",
        "child",
        "diary",
        "due",
        "ehc",
        "entry",
        "extended",
        "first",
        "held",
        "hours",
        "kind",
        "left",
        "note",
        "nth",
        "occasion",
        "opened",
        "opens",
        "owner",
        "priority",
        "put_off",
        "rate",
        "second",
        "since",
        "spent",
        "state",
        "then",
        "together",
        "worker",
    )

    def __init__(self, kind: Kind, child: Child | None, occasion: int, owner: str) -> None:
        self.kind = kind
        self.child = child
        self.occasion = occasion
        self.nth = 0  # how often the promise has been kept since it began
        self.owner = owner
        self.state = SCHEDULED
        self.held = 0  # the working day from which it is due again
        self.due = 0
        self.opens = 0
        self.opened = 0.0
        self.hours = self.left = self.spent = 0.0
        self.priority = kind.priority
        self.cadence: Cadence | None = None
        self.cell = kind.cell  # the promise this occasion belongs to; carried over by a move
        self.diary: Diary | None = None
        self.entry: tuple[Any, ...] | None = None
        self.worker: Worker | None = None
        self.since = 0.0
        self.rate = 0.0  # hours a day of the worker in the sitting in progress
        self.booked: int | None = None
        self.booked_days = 0.0
        self.booked_with: Worker | None = None
        self.put_off = 0
        self.ages = 0  # the working day on which it becomes a full interval overdue, again
        self.ehc = False
        self.brought = False  # due before its interval has passed
        self.first: Task | None = None  # set on the second worker's task: the one it belongs to
        self.second: Task | None = None
        self.together: list[Task] | None = None  # siblings' tasks in the meeting now held
        self.extended: tuple[Task, ...] = ()  # those it has been made longer for
        self.then: Callable[[Task, Worker], None] | None = None
        self.note: Any = None

    @property
    def id(self) -> str:
        """Unique in the run: whose, what and which occasion; never a running number."""
        return self.id_of(self.kind, self.occasion)

    def id_of(self, kind: Kind, occasion: int) -> str:
        """Return the id of one occasion; a recurring task has many."""
        return f"{self.owner}/{kind.name}/{occasion}"

    def __lt__(self, other: Task) -> bool:
        """Equal keys only ever belong to one task pushed twice: their order is of no account."""
        return False
