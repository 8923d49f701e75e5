"""A scenario compiled for running: plain slotted objects, due-time tables, quantile tables.

Made once for a scenario and shared, unchanged, by every replication.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, timedelta
from math import inf

from sim.calendar import Calendar, Duration
from sim.scenario import schema
from sim.scenario.load import Loaded
from sim.scenario.sections.one_off import OneOff
from sim.scenario.sections.transfers import Introduction, Moves, Operations
from sim.scenario.values import Distribution, Sourced
from sim.service.allocation_plan import AllocationPlan
from sim.service.attached_work import AttachedPlan
from sim.service.bringing_forward import compile_bringing
from sim.service.carers import CarersPlan
from sim.service.case_classes import classes_of
from sim.service.check import check
from sim.service.child import INCOMING
from sim.service.closing_plan import ClosingPlan
from sim.service.colleagues import COLLEAGUE, Colleagues
from sim.service.coming_back import ComingBackPlan
from sim.service.conditions import CONDITIONS
from sim.service.desks import DesksPlan
from sim.service.draws import Sampler, choice, sampler
from sim.service.early_help_plan import EarlyHelpPlan
from sim.service.growing_up import GrowingUpPlan
from sim.service.need_plan import NeedEventsPlan
from sim.service.open_to_review import OpenToReviewPlan
from sim.service.people import PeoplePlan
from sim.service.rules import GUARDS, Guard
from sim.service.safeguarding_plan import SafeguardingPlan
from sim.service.settings import Settings
from sim.service.sites import spread
from sim.service.snapshots import Snapshot, by_group, lives, snapshots
from sim.service.task import AT_REVIEW, DESK, RESPONSIBLE, Cadence, Kind
from sim.service.term_time import SCHOOL
from sim.service.units import in_units
from sim.service.worker import Post

AUGUST = 8  # schools hold no reviews


class StagePlan:
    """A hub as the scenario describes it."""

    __slots__ = (
        "assigned",
        "assigned_contact_hours",
        "assigned_contact_priority",
        "assigned_reserve",
        "brought_on",
        "by_assigned",
        "contact_hours",
        "contact_priority",
        "guards",
        "holder",
        "kinds",
        "name",
        "number",
        "reserve",
        "settings",
        "status",
        "team",
        "worker",
    )

    def __init__(self, name: str, number: int, stage: schema.Stage, days_a_year: float) -> None:
        self.name = name
        self.number = number
        self.team = stage.team
        self.holder = stage.holder
        self.assigned = stage.assigned
        self.worker = stage.worker  # the role of those who do the casework
        self.by_assigned = stage.casework == "assigned"
        self.guards: tuple[Guard, ...] = tuple(GUARDS[g] for g in stage.guards)
        self.settings = Settings(stage.settings)
        self.status = stage.status
        self.kinds: tuple[Kind, ...] = ()
        # What is brought forward by what becomes known: promises, and within what time.
        self.brought_on: dict[str, list[tuple[str, Cadence]]] = {}
        # Hours a working day for each child, blocked for work not modelled task by task.
        self.reserve = sum(h.value for h in stage.reserves.holder.values()) / days_a_year
        self.assigned_reserve = sum(h.value for h in stage.reserves.assigned.values()) / days_a_year
        own, other = stage.contacts, stage.assigned_contacts
        self.contact_hours = own.hours_a_week.value if own else 0.0
        self.contact_priority = own.priority if own else 6
        self.assigned_contact_hours = other.hours_a_week.value if other else 0.0
        self.assigned_contact_priority = other.priority if other else 6


def _role(stage: StagePlan, role: str) -> str:
    """Tell a task of the holder's own from casework that the holder has others do."""
    return RESPONSIBLE if role == "holder" and stage.by_assigned else role


class NeedPlan:
    """How one level of need changes, in working days."""

    __slots__ = ("becomes", "mean_days", "name", "served_by")

    def __init__(self, name: str, need: schema.Need, days_a_year: float) -> None:
        self.name = name
        self.served_by = tuple(need.served_by)
        rates = {to: rate.value for to, rate in need.becomes.items() if rate.value > 0}
        total = sum(rates.values())
        self.mean_days = days_a_year / total if total else float("inf")
        self.becomes = choice(rates) if rates else None


class Plan:
    """Everything a replication needs, ready to use.

    Parameters
    ----------
    scenario
        A validated scenario.
    before
        The first plan of a scenario with dated changes, whose calendar and day one hold.

    Raises
    ------
    ScenarioError
        If parts of the scenario do not fit together.
    """

    def __init__(self, scenario: schema.Scenario, before: Plan | None = None) -> None:
        self.scenario = scenario
        if before is None:
            self.calendar = Calendar(scenario.start, scenario.horizon, scenario.calendar)
        else:
            self.calendar = before.calendar
        self.horizon = self.calendar.horizon
        self.days_a_year = 1.0 / self.calendar.years_per_day
        work = scenario.work
        self.hours_a_day = work.hours_a_day.value * work.case_share.value
        self.longest_sitting = work.longest_sitting.value
        self.window_share = work.window_share.value
        self.family_cannot_come = work.family_cannot_come.value
        self.ehc_reach = work.ehc_reach.value
        self.least_free = work.least_free.value
        self.sibling_hours = work.sibling_hours.value
        self.sites = tuple(scenario.population.sites.value)
        self.site_of = choice(scenario.population.sites.value)
        people = scenario.people
        self.people: PeoplePlan | None = (
            PeoplePlan(people, self.calendar, before.people if before is not None else None)
            if people is not None
            else None
        )
        self.kinds: list[Kind] = []
        self.cells: list[tuple[str, str]] = []
        self.pools: list[str] = []
        self.posts = self._posts()
        self.stages = [
            self._stage(number, name, stage)
            for number, (name, stage) in enumerate(scenario.stages.items())
        ]
        self.stage_named = {stage.name: stage for stage in self.stages}
        self.needs = {
            name: NeedPlan(name, need, self.days_a_year)
            for name, need in scenario.population.needs.items()
        }
        self._front_door()
        self._one_offs()
        self.unit_meeting: Kind | None = None
        in_units(self)
        self.allocation = AllocationPlan(self)
        self.absence_list: Kind | None = None
        if people is not None and people.on_absence.task_list is not None:
            self.absence_list = self.kind("absence_list", "", 0.0, 6)
        self.growing_up = GrowingUpPlan(self) if scenario.growing_up is not None else None
        self.carers = CarersPlan(self) if scenario.carers is not None else None
        self._population()
        self.coming_back = ComingBackPlan(scenario)
        o2r = scenario.open_to_review
        self.open_to_review = OpenToReviewPlan(self, o2r) if o2r is not None else None
        spec = scenario.early_help
        self.early_help = EarlyHelpPlan(self, spec) if spec is not None else None
        events = scenario.need_events
        self.need_events = NeedEventsPlan(self, events) if events is not None else None
        self.desk_requests = DesksPlan(self) if scenario.desks else None
        self.desks = self._desks()
        for kind in (
            self.screening,
            self.background,
            self.sign_off,
            self.agree,
            self.supervision,
        ):
            if kind.role != RESPONSIBLE:
                kind.role = DESK
        section = scenario.safeguarding
        self.safeguarding = SafeguardingPlan(self, section) if section is not None else None
        self.week_due = self._week_dues()
        begun = tuple(lives(self)) if before is None else ()
        self.snapshots: dict[str, list[Snapshot]] = (
            before.snapshots if before is not None else snapshots(self, begun)
        )
        by_need = scenario.day_one.placed == "by_need" and before is None
        self.groups: dict[str, list[Snapshot]] = by_group(self, begun) if by_need else {}

    # --- posts -------------------------------------------------------------------------

    def _posts(self) -> list[Post]:
        posts: list[Post] = []
        for team_name, team in self.scenario.teams.items():
            for name, spec in team.posts.items():
                role = spec.role or name
                pool = self.pool(f"{team_name}.{role}")
                sites = spread(self.scenario.population.sites.value, spec.count.value)
                for number in range(spec.count.value):
                    site = sites[number] if spec.sites == "by_children" else None
                    post = Post(team_name, name, role, number + 1, site, spec.fte.value)
                    post.gross = self.hours_a_day * spec.fte.value
                    reserved = sum(share.value for share in spec.reserve.values())
                    post.rate = post.gross * (1.0 - reserved)
                    if spec.caseload_limit is not None:
                        post.limit = round(spec.caseload_limit.value * spec.fte.value)
                    post.classes = classes_of(spec, self)
                    post.at_limit = spec.at_limit
                    post.force_to = spec.force_to.value if spec.force_to else 1.0
                    post.cost = (spec.cost.value if spec.cost else 0.0) * spec.fte.value
                    post.pool = pool
                    if self.people is not None:
                        own, ill = spec.turnover, spec.sickness
                        post.turnover = own.value if own else self.people.turnover
                        post.sickness = ill.value if ill else self.people.sickness
                    posts.append(post)
        return posts

    def pool(self, name: str) -> int:
        """Return the number of ``team.role``, whose hours are counted together."""
        if name not in self.pools:
            self.pools.append(name)
        return self.pools.index(name)

    # --- tasks -------------------------------------------------------------------------

    def _stage(self, number: int, name: str, stage: schema.Stage) -> StagePlan:
        plan = StagePlan(name, number, stage, self.days_a_year)
        roles = {"holder": stage.holder, "assigned": stage.assigned, AT_REVIEW: stage.worker}
        kinds = []
        for kind_name, task in stage.tasks.items():
            kind = self.kind(kind_name, name, task.hours, task.priority, task.timescale)
            kind.role = _role(plan, task.role)
            kind.pool = self.pool(f"{stage.team}.{roles[task.role]}")
            kind.appointment = task.appointment
            kind.put_off = task.put_off.value if task.put_off is not None else None
            kind.one_sitting = task.one_sitting
            kind.finds = task.finds.value if task.finds else None
            kind.decides = task.decides
            kind.ehc_merge = task.ehc_merge.value if task.ehc_merge else None
            kind.also_sees_child = task.also_sees_child.value if task.also_sees_child else None
            kind.only_from = task.only_from
            kind.window = self._window(task.window.value) if task.window else None
            if task.every is not None:
                kind.cadences = tuple(self.cadence(d, kind.window) for d, _ in task.every.value)
                kind.cadence_shares = tuple(share for _, share in task.every.value)
            if task.once_within is not None:
                kind.once_within = self.cadence(task.once_within.value, kind.window)
            kind.after = task.after
            turn, own = task.every_other, task.without_ehc_plan
            if turn is not None:
                kind.every_other = other = self._variant(kind, turn.name, turn.hours)
                other.appointment = turn.appointment
                other.one_sitting = turn.one_sitting or turn.appointment
                other.finds = turn.finds.value if turn.finds else None
                other.decides = turn.decides
                if turn.in_term:
                    other.needs_slot = SCHOOL
                    other.slot_unless = tuple(CONDITIONS[name] for name in turn.in_term_unless)
                kind.never_for = tuple(CONDITIONS[name] for name in turn.never_for)
            if own is not None:
                kind.without_plan = other = self._variant(kind, own.name, own.hours)
                other.appointment, other.one_sitting = kind.appointment, kind.one_sitting
                other.finds, other.decides = kind.finds, kind.decides
                other.also_sees_child = kind.also_sees_child
                other.every_other = kind.every_other
            if task.less_often is not None:
                kind.less_often = self.cadence(task.less_often.every.value, kind.window)
                kind.less_often_share = task.less_often.share.value
            kind.assesses = task.assesses
            kind.met_in = task.met_in and (stage.tasks[task.met_in].timescale or task.met_in)
            if task.first is not None:
                waits = stage.tasks[task.first.task].timescale
                kind.waits_for = waits or task.first.task
                kind.waits_days = round(task.first.again_after.value.working_days())
            if task.more_often is not None:
                kind.more_often = self.cadence(task.more_often.every.value, kind.window)
                kind.more_often_share = task.more_often.share.value
            if task.second is not None:
                second = self.kind(
                    f"{kind_name}_second", name, task.second.hours, task.priority, None
                )
                second.appointment = task.appointment
                second.one_sitting = task.one_sitting
                kind.second = second
                share = task.second.share
                kind.second_share = share.value if share is not None else None
                if task.second.role == COLLEAGUE:
                    second.colleagues = Colleagues(self, stage.team, second, task.second)
                else:
                    second.role = _role(plan, task.second.role)
                    second.pool = self.pool(f"{stage.team}.{roles[task.second.role]}")
            kinds.append(kind)
        plan.kinds = tuple(kinds)
        compile_bringing(self, plan)
        return plan

    def _variant(self, kind: Kind, name: str, hours: Sourced[Distribution]) -> Kind:
        """Make another kind of task that keeps the same promise of the same stage."""
        other = self.kind(name, kind.stage, hours, kind.priority)
        other.timescale, other.promise, other.cell = kind.timescale, kind.promise, kind.cell
        other.role, other.pool, other.window = kind.role, kind.pool, kind.window
        other.cadences, other.cadence_shares = kind.cadences, kind.cadence_shares
        return other

    def kind(
        self,
        name: str,
        stage: str,
        hours: Sourced[Distribution] | float,
        priority: int,
        timescale: str | None = None,
    ) -> Kind:
        """Make a kind of task and number it; `stage` says where its promise counts.

        Work that follows the child wherever it is counts in ``service``.
        """
        spread = Distribution("fixed", (hours,)) if isinstance(hours, float) else hours.value
        kind = Kind(name, len(self.kinds), stage, sampler(spread), priority)
        if spread.kind == "fixed":
            kind.fixed_hours = spread.mean()
        kind.timescale = timescale
        kind.promise = timescale or name
        if timescale is not None:
            kind.cell = len(self.cells)
            self.cells.append((timescale, stage))
        self.kinds.append(kind)
        return kind

    def cadence(self, interval: Duration, window: int | None = None) -> Cadence:
        """Make an interval ready for use; `window` in working days, else by the general share."""
        days = interval.working_days()
        if window is None:
            window = max(1, int(days * self.window_share))
        return Cadence(
            self.calendar.table(interval),
            window,
            1.0 / interval.years(),
            round(days),
            str(interval),
        )

    def _window(self, window: Duration) -> int:
        return max(1, round(window.working_days()))

    # --- the front door, assessment, one-off work ------------------------------------------

    def _front_door(self) -> None:
        mash, assessment = self.scenario.mash, self.scenario.assessment
        self.screening = self.kind("screening", "mash", mash.hours, mash.priority, "mash_decision")
        self.screening.pool = self.pool(f"{mash.team}.{mash.role}")
        self.screening.once_within = self.cadence(mash.within.value)
        self.screening.one_sitting = True
        self.background = self.kind("other_contacts", "mash", mash.hours, mash.priority)
        self.background.pool = self.screening.pool
        self.background.once_within = self.screening.once_within
        self.background.one_sitting = True
        self.outcomes = {need: choice(mix.value) for need, mix in mash.outcomes.items()}

        kind = self.kind(
            "single_assessment",
            "single_assessment",
            assessment.hours,
            assessment.priority,
            "single_assessment",
        )
        kind.once_within = self.cadence(assessment.within.value)
        kind.pool = self.pool(f"{assessment.team}.{assessment.worker}")
        self.assessment = kind
        self.sibling_assessment = sampler(assessment.hours_sibling.value)
        self.gap = sampler(assessment.gap.value)
        self.agency_checks = sampler(assessment.agency_checks.value)
        self.near_limit_days = round(assessment.near_limit.value.working_days())
        sign_off = assessment.sign_off
        self.sign_off = self.kind(
            "sign_off", "single_assessment", sign_off.hours, sign_off.priority
        )
        self.sign_off.pool = self.pool(f"{sign_off.team}.{sign_off.role}")
        if sign_off.by == "holder":
            self.sign_off.role, self.sign_off.pool = RESPONSIBLE, -1
        self.sign_off.once_within = self.cadence(sign_off.within.value)

    def _one_offs(self) -> None:
        moves, closure = self.scenario.moves, self.scenario.closure
        self.hand_over = self.one_off("hand_over", moves.hand_over)
        self.take_up = self.one_off("take_up", moves.take_up)
        self.agree = self.kind(
            "agree_transfer", "transfer", moves.manager_hours.value, moves.hand_over.priority
        )
        self.agree.once_within = self.cadence(moves.look.value)
        self.look = moves.look.value
        self.escalate_days = round(moves.escalate_after.value.working_days())
        self._moves(moves)
        self.closure = self.one_off("closure", closure)
        self.closing = ClosingPlan(self)
        self.contacts = self.kind("contacts", "", 0.0, 6)
        self.supervision = self.kind("supervision", "", 0.0, 6)

        spec = self.scenario.attached_work
        self.attached = AttachedPlan(self, spec) if spec is not None else None

    def _moves(self, moves: Moves) -> None:
        """Make the kinds of work that a move may ask for."""
        self.moves = moves
        self.discussion: Kind | None = None
        self.ending: Kind | None = None
        self.introduction: Kind | None = None
        self.escalation: Kind | None = None
        self.joins: Sampler | None = None
        self.interim: Callable[[float], str] | None = None
        if moves.discussion is not None:
            self.discussion = self.one_off("family_discussion", moves.discussion)
        if moves.ending is not None:
            self.ending = self.one_off("ending", moves.ending)
        if (visit := moves.introduction) is not None:
            kind = self.one_off("introduction", visit)
            second = self.kind("introduction_second", "", visit.new_worker_hours, visit.priority)
            second.role = INCOMING
            for part in (kind, second):
                part.appointment = part.one_sitting = True
            kind.second = second
            self.introduction = kind
            self.joins = sampler(visit.new_worker_hours.value)
        if (operations := moves.operations) is not None:
            kind = self.one_off("operations_decision", operations)
            kind.role = DESK
            kind.pool = self.pool(f"{operations.team}.{operations.role}")
            kind.stage = "transfer"
            self.escalation = kind
            self.interim = choice(operations.interim.value)

    def one_off(self, name: str, spec: OneOff | Introduction | Operations) -> Kind:
        """Make a kind of task that is called for once, done by the holder."""
        kind = self.kind(name, "", spec.hours, spec.priority)
        kind.once_within = self.cadence(spec.within.value)
        return kind

    # --- children ------------------------------------------------------------------------

    def _population(self) -> None:
        population = self.scenario.population
        attributes = population.attributes
        self.exit_age = population.exit_age.value
        self.age_at_contact = sampler(population.age_at_contact.value)
        self.need_at_contact = choice(population.needs_at_contact.value)
        self.sibling_need = choice(population.siblings.needs.value)
        self.sibling_age = sampler(population.siblings.age.value)
        self.source_of = choice(population.contacts.sources.value)
        self.overnight = choice(attributes.overnight.value)
        self.package_hours = sampler(attributes.package_hours.value)
        self.return_delay = sampler(population.return_delay.value)
        by_month = population.contacts.by_month
        mean = sum(by_month) / 12.0
        self.season = tuple(x / mean for x in by_month)

        months = self.calendar.months
        of = self.calendar.month_of()
        self.season_on = [self.season[int(months[m].label[5:7]) - 1] for m in of]
        self.ehc_months = tuple(m for m in range(1, 13) if m != AUGUST)
        self.last_date = self.calendar.date(self.horizon) + timedelta(days=7)

    def birthday(self, born: date, age: int) -> float:
        """Return the working day on which a child reaches an age; infinite beyond the run."""
        on = self.calendar.birthday(born, age)
        return inf if on > self.last_date else float(self.calendar.day(on))

    def next_look(self, day: int) -> int:
        """Return the day on which the transfer list is next looked at: the first of a week."""
        return self.next_of(day, self.look)

    def next_of(self, day: int, every: Duration) -> int:
        """Return the day of the next meeting of those held so often: the first of a week."""
        if every.unit != "weeks":
            return max(self.calendar.due(float(day), every) - 1, day + 1)
        starts = self.calendar.week_starts
        place = bisect_right(starts, day) - 1 + every.amount
        return starts[place] if place < len(starts) else self.horizon

    def _desks(self) -> set[tuple[str, str]]:
        """Roles whose work is one queue that several people serve."""
        scenario = self.scenario
        desks = {(scenario.mash.team, scenario.mash.role)}
        desks.add((scenario.assessment.sign_off.team, scenario.assessment.sign_off.role))
        if self.early_help is not None:
            desks.add(self.early_help.desk)
        for name, team in scenario.teams.items():
            if team.supervision is not None:
                desks.add((name, team.supervision.by))
        if self.open_to_review is not None:
            desks.update(self.open_to_review.desks)
        if self.need_events is not None:
            desks |= self.need_events.desks
        if self.desk_requests is not None:
            desks.update(self.desk_requests.roles.values())
        if (operations := scenario.moves.operations) is not None:
            desks.add((operations.team, operations.role))
        return desks

    def _week_dues(self) -> dict[int, int]:
        """The end of each week, by its first day."""
        starts = self.calendar.week_starts
        ends = [*starts[1:], starts[-1] + 5]
        return dict(zip(starts, ends, strict=True))

    def serving(self, need: str) -> tuple[str, ...]:
        """Return the stages that serve a level of need, first choice first."""
        return self.needs[need].served_by


def compile_plans(loaded: Loaded[schema.Scenario]) -> list[tuple[int, Plan]]:
    """Compile a scenario, and what it becomes after each of its dated changes.

    Returns
    -------
    list
        The working day from which each plan holds, and the plan; the first from day 0.

    Raises
    ------
    ScenarioError
        Naming every part that does not fit the others.
    """
    check(loaded)
    first = Plan(loaded.scenario)
    plans = [(0, first)]
    for changed in loaded.changes:
        plan = Plan(changed.scenario, first)
        # Work in hand takes on its kind by number; `check` refuses what would renumber them.
        assert [kind.name for kind in plan.kinds] == [kind.name for kind in first.kinds]
        plans.append((first.calendar.day(changed.on), plan))
    return plans
