"""Hours of work a year that the children of each stage ask for, by team and role and task kind.

Promises run at their intervals for as long as a child is in the stage; what happens to children
comes at its rates; what is done once comes with the entries and moves. A child's work is counted
where the model of the service counts it (`Accounts.pool_of`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.theory.cases import (
    BACK,
    BACK_ASSESSED,
    CARE,
    CONCLUDE,
    PLAN,
    RISING,
    STRATEGY,
    State,
)
from sim.theory.conditions import by_turns, with_colleague
from sim.theory.course import contacts_by_month
from sim.theory.reading import MONTHS
from sim.theory.traffic import Vector

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.scenario.sections.carers import Carers
    from sim.scenario.values import Distribution
    from sim.theory.model import Model

WEEKS = 365.25 / 7.0
FOLLOWS = "service"


@dataclass(frozen=True)
class Work:
    """Work of one kind for one pool.

    Attributes
    ----------
    pool
        ``team.role``.
    kind
        Kind of task.
    number, hours
        Tasks, and their hours, a year.
    """

    pool: str
    kind: str
    number: float
    hours: float


class Workload:
    """The work of a year with so many children in each state.

    Parameters
    ----------
    there
        Children (with their families) in each state of the model.
    """

    def __init__(self, model: Model, there: Vector) -> None:
        self.model = model
        self.scenario: schema.Scenario = model.scenario
        self.reading = model.reading
        self.cases = model.cases
        self.there = there.reshape(len(self.cases.states), model.width)
        self.children = self.there.sum(axis=1)
        self.flows = there[model.rows] * model.rates
        self._origin = model.where_child[model.rows]
        self._to = np.where(model.columns >= 0, model.where_child[model.columns], -1)
        self._by_hub()

    def _by_hub(self) -> None:
        """Count children, siblings and statuses in each hub."""
        hubs, needs = len(self.reading.hubs), len(self.reading.needs)
        self.disabled = np.zeros((hubs, needs))  # the disabled children, by true need
        self.on_plan = np.zeros(hubs)
        self.in_care = np.zeros(hubs)
        self.on_breaks = np.zeros(hubs)
        self.on_own = np.zeros(hubs)  # with the stage's own promises
        for state, number in zip(self.cases.states, self.children, strict=True):
            hub = self.cases.held_in(state)
            if hub is None:
                continue
            self.disabled[hub, state.need] += number
            if state.place == PLAN:
                self.on_plan[hub] += number
            elif state.place == CARE:
                self.in_care[hub] += number
            else:
                breaks = number * self.cases.classes.breaks(state.of)
                self.on_breaks[hub] += breaks
                self.on_own[hub] += number - breaks
        self.siblings = np.array(
            [self.there.ravel()[self.model.where_sibling == hub + 1].sum() for hub in range(hubs)]
        )
        self.held = self.disabled.sum(axis=1) + self.siblings
        self.on_own += self.siblings

    # --- pools --------------------------------------------------------------------------------

    def holder(self, hub: int) -> str:
        """Return the pool that does the casework for a hub's children: who holds them, mostly."""
        stage = self.scenario.stages[self.reading.hubs[hub]]
        return f"{stage.team}.{stage.worker}"

    def role(self, hub: int, role: str) -> str:
        """Return the pool of a role in a hub: its holders, or those assigned to work with them."""
        stage = self.scenario.stages[self.reading.hubs[hub]]
        roles = {"assigned": stage.assigned, "holder": stage.holder}
        return f"{stage.team}.{roles.get(role, stage.worker)}"

    @property
    def safe(self) -> str:
        """The pool of social workers who do safeguarding."""
        return self.holder(self.cases.safe)

    # --- everything ---------------------------------------------------------------------------

    def all(self) -> list[Work]:
        """Return all work, summed by pool and kind."""
        found: dict[tuple[str, str], tuple[float, float]] = {}
        parts = (
            self._front_door(),
            self._assessments(),
            self._promises(),
            self._calls_and_reserves(),
            self._moves(),
            self._closures(),
            self._supervision(),
            *self._strands(),
        )
        for part in parts:
            for work in part:
                number, hours = found.get((work.pool, work.kind), (0.0, 0.0))
                found[work.pool, work.kind] = (number + work.number, hours + work.hours)
        return [Work(*key, *sums) for key, sums in sorted(found.items())]

    def some(self, pool: str, kind: str, number: float, hours: Distribution | float) -> Work:
        """Return so many pieces of work of some hours each."""
        each = hours if isinstance(hours, int | float) else hours.mean()
        return Work(pool, kind, float(number), float(number * each))

    # --- the front door and assessments -------------------------------------------------------

    @property
    def contacts(self) -> float:
        """Contacts a year about this service's children, first and later ones."""
        places = [state.place for state in self.cases.states]
        later = 0.0
        for place, rate in (
            ("back", self.cases.comes_back),
            ("back_assessed", self.cases.comes_back),
            ("rising", self.cases.returns),
        ):
            later += rate * sum(
                number for p, number in zip(places, self.children, strict=True) if p == place
            )
        return self.first_contacts + later

    @property
    def first_contacts(self) -> float:
        """First contacts a year."""
        return float(contacts_by_month(self.model, MONTHS).mean())

    def _front_door(self) -> Iterator[Work]:
        mash = self.scenario.mash
        pool = f"{mash.team}.{mash.role}"
        yield self.some(pool, "screening", self.contacts, mash.hours.value)
        if mash.background is not None:
            bundle = mash.background.bundle.value
            number = mash.background.rate.value / bundle
            yield self.some(pool, "other_contacts", number, bundle * mash.hours.value.mean())

    @property
    def referred(self) -> tuple[float, float]:
        """Assessments a year, of the disabled children and of brothers and sisters."""
        children = siblings = 0.0
        rate = 2.0 / max(self.cases.assessing, 0.02)
        for state, row in zip(self.cases.states, self.there, strict=True):
            if state.place == CONCLUDE:
                children += rate * row.sum()
                with_child = [
                    number
                    for beside, number in enumerate(row)
                    if self.model.families.is_assessed(state, beside)
                ]
                siblings += rate * sum(with_child)
        if self.model.families.exist:
            # Those whose need rose while the child was held are assessed on their own.
            waits = self.there[:, self.model.families.waits]
            held = np.array([self.cases.held_in(state) is not None for state in self.cases.states])
            own = self.model.families.own(State(0, 0, 0))[self.model.families.waits]
            siblings += float(waits[held].sum() * own.sum())
        return children + self.concerns_at_the_door * self.cases.makes_plan, siblings

    def _assessments(self) -> Iterator[Work]:
        spec = self.scenario.assessment
        pool = f"{spec.team}.{spec.worker}"
        children, siblings = self.referred
        yield self.some(pool, "single_assessment", children, spec.hours.value)
        yield self.some(pool, "single_assessment", siblings, spec.hours_sibling.value)
        desk = f"{spec.sign_off.team}.{spec.sign_off.role}"
        if spec.sign_off.by == "holder":
            desk = f"{spec.team}.{spec.holder}"
        yield self.some(desk, "sign_off", children + siblings, spec.sign_off.hours.value)

    # --- promises -----------------------------------------------------------------------------

    def _promises(self) -> Iterator[Work]:
        for hub, name in enumerate(self.reading.hubs):
            stage = self.scenario.stages[name]
            replaced = set(
                self.scenario.safeguarding.replaces if self.scenario.safeguarding else ()
            )
            own_rates: dict[str, float] = {}
            for kind, task in stage.tasks.items():
                follows = (task.timescale or kind) in replaced
                children = self.on_own[hub] if follows else self.held[hub]
                yield from self._task(hub, stage, kind, task, children, own_rates)

    def _task(
        self,
        hub: int,
        stage: schema.Stage,
        kind: str,
        task: schema.Task,
        children: float,
        rates: dict[str, float],
    ) -> Iterator[Work]:
        pool = self.role(hub, task.role)
        if task.every is None:
            number = rates.get(task.after, 0.0) if task.after else self._entries(hub, task)
            yield self.some(pool, kind, number, task.hours.value)
            return
        a_year = sum(share / self.reading.years(span) for span, share in task.every.value)
        if task.less_often is not None:
            less = task.less_often
            a_year *= 1.0 - less.share.value
            a_year += less.share.value / self.reading.years(less.every.value)
        if task.more_often is not None:
            more = task.more_often
            a_year *= 1.0 - more.share.value
            a_year += more.share.value / self.reading.years(more.every.value)
        number = a_year * children * (1.0 - self._met_elsewhere(stage, task))
        rates[kind] = number
        siblings = self.siblings[hub] / max(self.held[hub], 1e-9)
        every_other = by_turns(self.scenario, stage, task)
        if task.every_other is not None:
            turn = task.every_other
            yield self.some(pool, turn.name, number * every_other, turn.hours.value)
        number *= 1.0 - every_other
        if task.appointment and siblings > 0.0:
            # One meeting for the family, an hour more for each further child.
            further = number * siblings
            yield Work(pool, kind, 0.0, further * self.scenario.work.sibling_hours.value)
            number -= further
        if task.without_ehc_plan is not None:
            without = 1.0 - self._with_plan
            own = task.without_ehc_plan
            yield self.some(pool, own.name, number * without, own.hours.value)
            number *= 1.0 - without
        yield self.some(pool, kind, number, task.hours.value)
        if task.second is not None:
            second = self.role(hub, task.second.role)
            if task.second.of:
                second = f"{stage.team}.{task.second.of[0]}"
                number *= with_colleague(self.scenario, stage, task.second)
            elif task.second.share is not None:
                number *= task.second.share.value
            yield self.some(second, f"{kind}_second", number, task.second.hours.value)

    @property
    def _with_plan(self) -> float:
        """Share of children with an education, health and care plan, by their age at contact."""
        attributes = self.scenario.population.attributes
        ages = self.reading.ages_at_contact
        old = float(ages[attributes.ehc_from_age.value * MONTHS :].sum())
        return attributes.ehc_plan.value * old

    def _met_elsewhere(self, stage: schema.Stage, task: schema.Task) -> float:
        """Share of a promise that is met within other work, such as a review at home."""
        if task.met_in is not None:
            return 1.0
        if task.timescale != "child_seen":
            return 0.0
        for other in stage.tasks.values():
            if other.also_sees_child is not None:
                if task.role == "at_review":
                    return 1.0
                return 0.0  # only where both are open at once: see the twin's assumptions
        return 0.0

    def _entries(self, hub: int, task: schema.Task) -> float:
        """Entries a year for which one-off work is asked."""
        entries = (self._to == hub + 1) & (self._origin != hub + 1)
        siblings = self._sibling_entries(hub)
        if task.only_from == "single_assessment":
            return self.planned(hub) + siblings
        return float(self.flows[entries].sum()) + siblings

    def planned(self, hub: int) -> float:
        """Disabled children a year whose first plan is made in a hub."""
        new = (self._to == hub + 1) & (self._origin == 0)
        return float(self.flows[new].sum())

    def _sibling_entries(self, hub: int) -> float:
        """Plans a year begun for brothers and sisters."""
        model = self.model
        if hub != self.cases.plans_in or not model.families.exist:
            return 0.0
        origin = model.where_sibling[model.rows]
        to = np.where(model.columns >= 0, model.where_sibling[model.columns], -1)
        return float(self.flows[(to > 0) & (origin <= 0)].sum())

    def _calls_and_reserves(self) -> Iterator[Work]:
        for hub, name in enumerate(self.reading.hubs):
            stage = self.scenario.stages[name]
            parts = (
                ("holder", stage.contacts, stage.reserves.holder),
                ("assigned", stage.assigned_contacts, stage.reserves.assigned),
            )
            for role, calls, reserves in parts:
                if role == "assigned" and stage.assigned is None:
                    continue
                pool = self.role(hub, role)
                if calls is not None:
                    hours = calls.hours_a_week.value * WEEKS * self.held[hub]
                    yield Work(pool, "contacts", WEEKS, hours)
                for reserve, each in reserves.items():
                    yield Work(pool, f"reserved: {reserve}", 0.0, each.value * self.held[hub])

    # --- moves and closures -------------------------------------------------------------------

    def _moves(self) -> Iterator[Work]:
        moves = self.scenario.moves
        if self.model.delays.only_classes:
            return
        for origin in range(len(self.reading.hubs)):
            for to in range(len(self.reading.hubs)):
                if origin == to:
                    continue
                made = (self._origin == origin + 1) & (self._to == to + 1)
                by_list = made & self._by_list
                number = float(self.flows[by_list].sum())
                old, new = self.holder(origin), self.holder(to)
                if moves.discussion is not None:
                    yield self.some(old, "family_discussion", number, moves.discussion.hours.value)
                yield self.some(old, "hand_over", number, moves.hand_over.hours.value)
                yield self.some(new, "take_up", number, moves.take_up.hours.value)
                if moves.introduction is not None:
                    visit = moves.introduction
                    stage = self.scenario.stages[self.reading.hubs[origin]]
                    at_review = self.model.delays.at_review(stage, up=to < origin)
                    alone = number * (1.0 - at_review)
                    joins = visit.new_worker_hours.value
                    yield self.some(old, "introduction", alone, visit.hours.value)
                    yield self.some(new, "introduction_second", alone, joins)
                    yield Work(new, "take_up", 0.0, number * at_review * joins.mean())
                if moves.ending is not None:
                    for pool in self._workers(origin):
                        yield self.some(pool, "ending", number, moves.ending.hours.value)
                for desk in self._desks(origin, to):
                    yield self.some(desk, "agree_transfer", number, moves.manager_hours.value)
                if moves.operations is not None and moves.disagreement is not None:
                    asked = moves.disagreement.managers.value + moves.disagreement.family.value
                    pool = f"{moves.operations.team}.{moves.operations.role}"
                    hours = moves.operations.hours.value
                    yield self.some(pool, "operations_decision", number * asked, hours)

    @property
    def _by_list(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        agreed = np.array([not isinstance(s.place, int | str) for s in self.cases.states])
        return np.asarray(agreed[self.model.rows // self.model.width])

    def _workers(self, hub: int) -> list[str]:
        stage = self.scenario.stages[self.reading.hubs[hub]]
        found = [self.role(hub, "holder")]
        if stage.assigned is not None:
            found.append(self.role(hub, "assigned"))
        return found

    def _desks(self, *hubs: int) -> list[str]:
        """Return the managers of the hubs' teams."""
        found = []
        for hub in hubs:
            team = self.scenario.stages[self.reading.hubs[hub]].team
            if (supervision := self.scenario.teams[team].supervision) is not None:
                found.append(f"{team}.{supervision.by}")
        return list(dict.fromkeys(found))

    def _closures(self) -> Iterator[Work]:
        """The work of closing, also of those who come of age or move away."""
        for hub in range(len(self.reading.hubs)):
            closed = (self._origin == hub + 1) & (
                (self._to == -1) | (self._to > len(self.reading.hubs))
            )
            number = float(self.flows[closed].sum())
            number += self.model.coming_of_age(hub) * float(self.disabled[hub].sum())
            siblings = self.siblings[hub] / max(self.held[hub] - self.siblings[hub], 1e-9)
            spec = self.scenario.closure
            yield self.some(
                self.holder(hub), "closure", number * (1.0 + siblings), spec.hours.value
            )
            met = self._needs_met(hub) * (1.0 + siblings)
            if spec.decision is not None:
                pool = self.role(hub, "holder")
                yield self.some(pool, "closure_decision", met, spec.decision.hours.value)
            if spec.family is not None:
                yield self.some(self.holder(hub), "closure_family", met, spec.family.hours.value)
            if spec.agencies is not None:
                hours = spec.agencies.hours.value
                yield self.some(self.holder(hub), "closure_agencies", met, hours)

    def _needs_met(self, hub: int) -> float:
        """Return the closures a year of a hub's children because their needs are met."""
        closed = (self._origin == hub + 1) & (self._to == -1)
        leaving = self.scenario.population.leaving
        own = leaving.moves_away.value + leaving.service_not_wanted.value
        return max(float(self.flows[closed].sum() - own * self.disabled[hub].sum()), 0.0)

    # --- supervision --------------------------------------------------------------------------

    def _supervision(self) -> Iterator[Work]:
        for name, team in self.scenario.teams.items():
            if team.supervision is None:
                continue
            says = team.supervision
            led = team.units.members if team.units and team.units.supervision else []
            workers = sum(
                post.count.value
                for key, post in team.posts.items()
                if (post.role or key) not in (says.by, *led)
            )
            # Begun with a week: the first after the interval is over.
            number = 1.0 / (self.reading.years(says.every.value) + 0.5 / WEEKS)
            pool = f"{name}.{says.by}"
            yield Work(pool, "supervision", number, number * workers * says.hours.value)

    # --- strands ------------------------------------------------------------------------------

    @property
    def concerns_at_the_door(self) -> float:
        """Contacts a year that are decided as a strategy discussion."""
        needs = self.reading.shares(self.scenario.population.needs_at_contact.value)
        found = 0.0
        for need, share in enumerate(needs):
            found += self.first_contacts * share * self._strategy(need)
        accepted = self.cases.accepted
        for state, number in zip(self.cases.states, self.children, strict=True):
            if state.place == RISING:
                found += self.cases.returns * number * self._strategy(state.need)
            elif state.place in (BACK, BACK_ASSESSED):
                again = accepted[state.place == BACK_ASSESSED]
                again = 0.0 if self.reading.served[state.need] else again
                often = self.cases.comes_back * number
                found += often * (1.0 - again) * self._strategy(state.need)
        return float(found)

    def _strategy(self, need: int) -> float:
        return self.scenario.mash.outcomes[self.reading.needs[need]].value.get(STRATEGY, 0.0)

    # --- for `events` -------------------------------------------------------------------------

    def stepped_up(self, hub: int) -> float:
        """Return how many children a year leave a hub upwards for a need of their own."""
        found = 0.0
        for to in range(hub):
            made = (self._origin == hub + 1) & (self._to == to + 1)
            place = self.model.rows // self.model.width
            own = np.array(
                [
                    state.place == hub and self._own_rise(state.need, hub)
                    for state in self.cases.states
                ]
            )
            status = np.array([state.place in (PLAN, CARE) for state in self.cases.states])
            to_status = status[np.maximum(self.model.columns, 0) // self.model.width]
            found += float(self.flows[made & own[place] & ~to_status].sum())
        return found

    def _own_rise(self, need: int, hub: int) -> bool:
        by = self.reading.served_by[need]
        return bool(by) and hub not in by and by[0] < hub

    def beside_in_need(self, hub: int) -> float:
        """Return the share of a hub's disabled children with a brother or sister in need."""
        families = self.model.families
        if not families.exist:
            return 0.0
        needy = [*families.open.values()]
        needy += [
            families.home[n] for n in range(len(self.reading.needs)) if self.reading.served[n]
        ]
        here = np.array([self.cases.held_in(state) == hub for state in self.cases.states])
        return float(self.there[here][:, needy].sum() / max(self.disabled[hub].sum(), 1e-9))

    def carers_packages(self, hub: int) -> float:
        """Return requests to the panel a year that come of carers' assessments."""
        says = self.scenario.carers
        if says is None:
            return 0.0
        packages = sum(says.outcomes.value.get(name, 0.0) for name in says.packages)
        return float(self.disabled[hub].sum()) * self.carers_wanting(says) * packages

    @staticmethod
    def carers_wanting(says: Carers) -> float:
        """Carers' assessments a year for each child: of those without support."""
        wanted, ends = says.wanted.value, says.review.ends.value
        reviewed = sum(says.outcomes.value.get(name, 0.0) for name in says.reviewed)
        total = wanted * reviewed + ends
        return wanted * ends / total if total > 0.0 else wanted

    def _strands(self) -> Iterator[Iterator[Work]]:
        """Give the work of each optional section (they know of this module, not it of them)."""
        from sim.theory import events, places, safeguarding, strands, units

        yield safeguarding.safeguarding(self)
        yield events.events(self)
        yield strands.growing_up(self)
        yield strands.carers(self)
        yield strands.attached(self)
        yield places.open_to_review(self)
        yield places.early_help(self)
        yield units.units(self)
        yield units.notes(self)

    def moves(self, origin: int, to: int) -> float:
        """Return the moves a year from one hub to another."""
        made = (self._origin == origin + 1) & (self._to == to + 1)
        return float(self.flows[made].sum())
