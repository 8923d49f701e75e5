"""What a scenario file may say: one model for each thing it describes.

The models know nothing of SimPy and nothing of how work is done. A key that is not
here is refused; a key that is here is used.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

from sim.scenario.model import Model, Priority
from sim.scenario.sections.allocation import Allocation
from sim.scenario.sections.attached_work import AttachedWork
from sim.scenario.sections.carers import Carers
from sim.scenario.sections.closure import Closure
from sim.scenario.sections.coming_back import ComingBack
from sim.scenario.sections.day_one import DayOne, LessOften
from sim.scenario.sections.desks import Desk
from sim.scenario.sections.early_help import EarlyHelp
from sim.scenario.sections.growing_up import GrowingUp
from sim.scenario.sections.need_events import NeedEvents
from sim.scenario.sections.open_to_review import OpenToReview
from sim.scenario.sections.people import People
from sim.scenario.sections.safeguarding import Safeguarding
from sim.scenario.sections.settings import StageSettings
from sim.scenario.sections.transfers import Moves
from sim.scenario.sections.units import Units
from sim.scenario.sections.upkeep import Upkeep
from sim.scenario.values import (
    Count,
    Draw,
    Hours,
    Interval,
    IntervalMix,
    Mix,
    Money,
    Number,
    Positive,
    Rate,
    Share,
    Span,
    wrong,
)

LimitPolicy = Literal["allocate_anyway", "stop_transfers_in", "count_only"]


class Work(Model):
    """How a working day turns into hours of casework."""

    hours_a_day: Hours = Field(description="contracted hours of a full-time day")
    case_share: Share = Field(description="share of attended hours that is casework")
    longest_sitting: Share = Field(description="longest uninterrupted sitting, share of a day")
    window_share: Share = Field(description="share of an interval before due in which work opens")
    family_cannot_come: Share = Field(description="chance that an appointment is put off")
    ehc_reach: Share = Field(
        description="how far a review may be moved to meet the EHC month, share of its interval"
    )
    least_free: Share = Field(
        description="share of hours left for tasks, however much is blocked for the children"
    )
    sibling_hours: Hours = Field(description="extra hours of a meeting for each further child")


class ClassLimit(Model):
    """A limit on one class of the cases that a worker carries."""

    stages: list[str] = Field(description="stages whose children are of this class")
    most: Count = Field(description="children of the class a full-time post may hold")
    counted: Literal["at_one_time", "in_a_year"] = Field(
        "at_one_time", description="children held at one time, or carried in the course of a year"
    )
    source: str | None = None
    note: str | None = None


class Post(Model):
    """Established posts of one role in one team."""

    count: Count = Field(description="posts")
    fte: Positive = Field(description="full-time equivalent of each post")
    role: str | None = Field(None, description="role, if not the key's own name")
    caseload_limit: Count | None = Field(None, description="children a full-time post may hold")
    of_which: dict[str, ClassLimit] = Field(
        default_factory=dict, description="limits on classes of case; who has room comes first"
    )
    at_limit: LimitPolicy = Field("count_only", description="what happens at the limit")
    force_to: Positive | None = Field(
        None, description="share of the limit the operations manager may go to"
    )
    sites: Literal["by_children", "shared"] = Field(
        "by_children", description="posts are spread over the sites, or serve all of them"
    )
    reserve: dict[str, Share] = Field(
        default_factory=dict, description="shares of casework hours blocked and counted as used"
    )
    cost: Money | None = Field(None, description="pounds a year for a full-time post")
    turnover: Rate | None = Field(None, description="instead of the turnover of all people")
    sickness: Share | None = Field(None, description="instead of the sickness share of all people")


class Supervision(Model):
    """Time managers spend on supervising the team's workers."""

    by: str = Field(description="role that supervises")
    hours: Hours = Field(description="hours for each worker and session")
    every: Interval = Field(description="time between sessions")
    priority: Priority = 6


class Team(Model):
    """The people who hold a stage, or serve a desk."""

    posts: dict[str, Post]
    supervision: Supervision | None = None
    units: Units | None = Field(None, description="small units within the team, each with a leader")


class Second(Model):
    """The part of a task that a second worker does."""

    role: Literal["assigned", "holder", "colleague"] = Field(
        "assigned", description="whose part it is; colleague: somebody of the team, found each time"
    )
    of: list[str] = Field(
        default_factory=list, description="roles of which the colleague is, first choice first"
    )
    hours: Draw = Field(description="hours of the second worker")
    share: Share | None = Field(None, description="share of occasions with a second worker")
    only_for: list[str] = Field(
        default_factory=list, description="children with a colleague; of others only the share"
    )
    not_with_school: bool = Field(
        False, description="no colleague where the meeting is the school's own review"
    )
    source: str | None = None
    grade: str | None = None
    note: str | None = None


class InTurn(Model):
    """What a recurring task is every other time, such as a review by telephone."""

    name: str = Field(description="kind of task")
    hours: Draw = Field(description="hours of the worker, everything included")
    appointment: bool = Field(False, description="a meeting with others, booked for a day")
    one_sitting: bool = Field(False, description="done in one go, however long")
    finds: Share | None = Field(None, description="chance of noticing a change of need")
    decides: bool = Field(False, description="closure or a move may be decided here")
    never_for: list[str] = Field(
        default_factory=list, description="children for whom it is never this kind's turn"
    )
    before: str | None = Field(
        None,
        description="its turn is before this task of the stage, where that is not by the other "
        "kind's turn",
    )
    in_term: bool = Field(False, description="only on days on which schools are open")
    in_term_unless: list[str] = Field(
        default_factory=list, description="children for whom it may be on any day"
    )
    source: str | None = None
    grade: str | None = None
    note: str | None = None


class WithoutPlan(Model):
    """What a task is for a child without an EHC plan, such as a meeting of the service's own."""

    name: str = Field(description="kind of task")
    hours: Draw = Field(description="hours of the worker, everything included")


class BroughtForward(Model):
    """Done sooner than the interval asks: beside another task, or when something is known."""

    by: str | None = Field(None, description="task of the stage whose opening brings it forward")
    before: Interval | None = Field(None, description="due so long before that task is")
    unless_within: Interval | None = Field(
        None, description="not if it has been done so short a time before that task opens"
    )
    on: dict[str, Interval] = Field(
        default_factory=dict, description="status that brings it forward, and within what time"
    )
    source: str | None = None
    note: str | None = None


class First(Model):
    """What has to be done before a meeting is held."""

    task: str = Field(description="task of the stage that comes first")
    again_after: Interval = Field(description="if it is not done: how much later at least")
    source: str | None = None


class MoreOften(Model):
    """A shorter interval that some children need (K8)."""

    every: Interval = Field(description="the shorter interval")
    share: Share = Field(description="share of children who need it")


class Task(Model):
    """A piece of work a stage asks for, again and again or once on entry."""

    every: IntervalMix | None = Field(None, description="interval; a mix is drawn at allocation")
    once_within: Interval | None = Field(None, description="done once, within this of entry")
    only_from: str | None = Field(None, description="asked for only when entering from this stage")
    after: str | None = Field(
        None, description="asked for each time this task of the stage is done, not on entry"
    )
    window: Interval | None = Field(None, description="how long before due it opens")
    hours: Draw = Field(description="hours of the worker, everything included")
    role: Literal["holder", "assigned", "at_review"] = Field(
        "holder",
        description="whose diary it goes to; at_review: met in the holder's next review at which "
        "the child is seen, unless that is due too late",
    )
    second: Second | None = None
    every_other: InTurn | None = Field(None, description="what it is every other time")
    without_ehc_plan: WithoutPlan | None = Field(
        None, description="what it is for a child without an EHC plan"
    )
    appointment: bool = Field(False, description="a meeting with others, booked for a day")
    put_off: Share | None = Field(
        None, description="chance that it is put off, if not as any appointment"
    )
    one_sitting: bool = Field(False, description="done in one go, however long")
    timescale: str | None = Field(None, description="the promise this task keeps")
    priority: Priority = 6
    finds: Share | None = Field(None, description="chance of noticing a change of need")
    decides: bool = Field(False, description="closure or a move may be decided here")
    ehc_merge: Share | None = Field(
        None, description="share of children with an EHC plan reviewed with the school"
    )
    also_sees_child: Share | None = Field(
        None, description="chance that it counts as the visit, where one is open"
    )
    less_often: LessOften | None = None
    more_often: MoreOften | None = None
    brought_forward: BroughtForward | None = None
    first: First | None = None
    met_in: str | None = Field(
        None, description="met in this recurring task of the stage, unless that is due later"
    )
    assesses: bool = Field(
        False, description="an assessment of the child: any other assessment counts as it too"
    )
    source: str | None = None
    grade: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _one_rhythm(self) -> Task:
        if (self.every is None) == (self.once_within is None):
            raise wrong("say either 'every' (recurring) or 'once_within' (once on entry)")
        if self.appointment and not self.one_sitting:
            object.__setattr__(self, "one_sitting", True)
        return self


class Reserves(Model):
    """Work that follows the children and is not modelled task by task: hours blocked for it."""

    holder: dict[str, Hours] = Field(
        default_factory=dict, description="hours a year of the holder for each child held"
    )
    assigned: dict[str, Hours] = Field(
        default_factory=dict, description="hours a year of the assigned worker for each child"
    )


class Contacts(Model):
    """Small contacts, done as one task a week for each worker."""

    hours_a_week: Hours = Field(description="hours a week for each child")
    priority: Priority = 6


class Stage(Model):
    """A hub: who holds its children and what it promises them."""

    team: str
    holder: str = Field(description="role that carries the case")
    assigned: str | None = Field(None, description="role that does most of the direct work")
    casework: Literal["holder", "assigned"] = Field(
        "holder",
        description="who does the one-off work and what follows the child (assessments, plans, "
        "care, closing): the holder, or the assigned worker for a holder who carries the case",
    )
    guards: list[str] = Field(default_factory=list, description="rules a child must pass")
    settings: StageSettings | None = Field(None, description="what those rules ask for")
    status: str | None = Field(None, description="status that cases carry while they are here")
    tasks: dict[str, Task]
    contacts: Contacts | None = None
    assigned_contacts: Contacts | None = None
    reserves: Reserves = Field(
        default_factory=Reserves, description="hours blocked for work not modelled task by task"
    )
    source: str | None = None
    note: str | None = None

    @property
    def worker(self) -> str:
        """Return the role of those who do the casework."""
        return self.assigned if self.casework == "assigned" and self.assigned else self.holder


class SignOff(Model):
    """A manager's sign-off."""

    team: str
    role: str
    by: Literal["desk", "holder"] = Field(
        "desk", description="who signs: managers of that role, or the holder for whom others assess"
    )
    hours: Draw = Field(description="hours")
    within: Interval = Field(description="time from the request to the due time")
    priority: Priority


class Background(Model):
    """The county's other contacts, which load the front door."""

    rate: Rate = Field(description="other contacts a year")
    bundle: Count = Field(description="contacts handled at one go in the model")


class Mash(Model):
    """The front door of the county."""

    team: str
    role: str
    hours: Draw = Field(description="hours to screen one contact")
    within: Interval = Field(description="time allowed for the decision")
    priority: Priority
    background: Background | None = None
    outcomes: dict[str, Mix] = Field(description="chance of each decision, by the child's need")
    early_help_accepts: Share = Field(description="families offered early help who consent")


class Assessment(Model):
    """The single assessment: sessions with gaps, agency checks, a manager's sign-off."""

    team: str
    holder: str
    assigned: str | None = Field(
        None, description="role that assesses for a holder who only carries the case"
    )
    qualified: list[str] | None = Field(
        None, description="roles qualified to assess; nobody else may be said to"
    )
    within: Interval = Field(description="time from the referral to completion")
    hours: Draw = Field(description="hours of the social worker")
    hours_sibling: Draw = Field(description="hours for a sibling assessed with the child")
    session_hours: Hours = Field(description="hours of one session")
    gap: Draw = Field(description="working days between sessions")
    agency_checks: Draw = Field(description="working days until the agencies have answered")
    sharing_hours: Hours = Field(description="last session, sharing it with the family")
    sign_off: SignOff
    priority: Priority
    priority_near_limit: Priority
    near_limit: Interval = Field(description="this long before the limit it becomes pressing")
    finds: Share = Field(description="chance that a need is seen")
    offered_early_help: Share = Field(description="share of those not in need offered a CAF")
    plans_in: str = Field(description="stage that makes every child in need plan")

    @property
    def worker(self) -> str:
        """Return the role of those who assess."""
        return self.assigned or self.holder


class Arrivals(Model):
    """First contacts about children new to the service."""

    rate: Rate = Field(description="first contacts a year")
    growth: Number = Field(description="growth a year, share")
    by_month: list[float] = Field(description="relative rate in each calendar month")
    sources: Mix = Field(description="who makes the contact")

    @model_validator(mode="after")
    def _twelve_months(self) -> Arrivals:
        if len(self.by_month) != 12 or any(x < 0 for x in self.by_month) or not sum(self.by_month):
            text = "needs twelve numbers, January first, none negative, not all zero"
            raise wrong(text, at=("by_month",))
        return self


class Need(Model):
    """A level of need, and what it turns into in the child's own life."""

    served_by: list[str] = Field(
        default_factory=list, description="stages that serve it, first choice first"
    )
    becomes: dict[str, Rate] = Field(default_factory=dict, description="changes a year, by level")
    source: str | None = None
    grade: str | None = None
    note: str | None = None


class Siblings(Model):
    """Brothers and sisters who come with the child."""

    chance: Share = Field(description="chance that a referred child brings one sibling")
    needs: Mix = Field(description="need of a sibling at first contact")
    age: Draw = Field(description="age in years of a sibling at first contact")


class Attributes(Model):
    """Facts about a child that the rules ask for."""

    ehc_plan: Share = Field(description="share of children with an EHC plan")
    ehc_from_age: Count = Field(description="youngest age with an EHC plan")
    overnight: Mix = Field(description="route of overnight short breaks")
    package_hours: Draw = Field(description="hours of short breaks or support a week")
    life_limiting: Share = Field(description="share with a life-limiting condition")
    continuing_care: Share = Field(description="share with continuing care")
    unstable_health: Share = Field(description="share whose health is unstable")
    refuses_consent: Share = Field(description="share of families who refuse early help")
    parents_agree: Share | None = Field(
        None, description="share of parents who would agree to a review-only stage (O10)"
    )
    clear_outcomes: Share | None = Field(
        None, description="share of plans with clear outcomes when first made (O13)"
    )
    overnight_works_well: Share | None = Field(
        None, description="share of children whose overnight breaks clearly work well (O12)"
    )


class Leaving(Model):
    """Reasons to leave that are the family's own."""

    moves_away: Rate = Field(description="a year, for each child")
    service_not_wanted: Rate = Field(description="a year, for each child")


class Population(Model):
    """Who needs what, and when."""

    contacts: Arrivals
    sites: Mix = Field(description="share of children at each site")
    age_at_contact: Draw = Field(description="age in years at first contact")
    needs_at_contact: Mix
    needs: dict[str, Need]
    siblings: Siblings
    attributes: Attributes
    leaving: Leaving
    return_delay: Draw = Field(description="working days from a need rising again to a contact")
    coming_back: ComingBack | None = Field(
        None, description="families referred again for the same thing"
    )
    exit_age: Count = Field(description="age at which children's services end")


class Change(Model):
    """Something that changes on a date within the run."""

    on: date
    set: dict[str, Any]


class Scenario(Model):
    """Who needs what, how they are served, and with which staff."""

    name: str
    title: str = ""
    description: str = ""
    extends: str | None = None
    start: date
    horizon: Span
    calendar: Literal["england", "plain"] = "england"
    work: Work
    population: Population
    teams: dict[str, Team]
    people: People | None = None
    mash: Mash
    allocation: Allocation | None = None
    assessment: Assessment
    stages: dict[str, Stage]
    moves: Moves
    attached_work: AttachedWork | None = None
    closure: Closure
    growing_up: GrowingUp | None = None
    carers: Carers | None = None
    open_to_review: OpenToReview | None = None
    day_one: DayOne
    early_help: EarlyHelp | None = None
    need_events: NeedEvents | None = Field(
        None, description="crises, packages, health and providers, and updating assessments"
    )
    safeguarding: Safeguarding | None = None
    desks: dict[str, Desk] = Field(
        default_factory=dict, description="queues of requests that are no child's"
    )
    changes: list[Change] = Field(default_factory=list)
    # Nothing that is run: no part of the digest, so that a review keeps what was run before it.
    review: Upkeep | None = Field(None, exclude=True, description="the last review")
