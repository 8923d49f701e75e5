"""One child's case as a chain: where it is, what the child needs, and what becomes of both.

A state is a place, a level of need and a class. Places: not open (`OUT`), about to be referred
again for the same thing (`BACK`, closed at the front door; `BACK_ASSESSED`, closed later), about to
be referred because need has risen (`RISING`), being assessed (`ASSESS`, then `CONCLUDE`), in the
first weeks of a plan (`NEW`), in a hub (its number), on the way out of one by the transfer list
(`Agreed`), and in the safeguarding hub on a protection plan (`PLAN`) or looked after (`CARE`).
Classes tell apart who may be held where; `NEVER` has not been held yet.

What takes a time of its own (an assessment, the first weeks of a plan) is entered with the need
that there will be at its end, so that its mean time and what it leads to are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.theory.classes import Classes
from sim.theory.reading import ASSESSED

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.theory.delays import Delays
    from sim.theory.reading import Reading

OUT, BACK, BACK_ASSESSED, RISING = "out", "back", "back_assessed", "rising"
ASSESS, CONCLUDE = "assess", "conclude"
NEW, PLAN, CARE = "new", "plan", "care"
STRATEGY = "strategy_discussion"
NEVER = -1
KEEPS, OPENS, CLOSES = range(3)  # what a change means to a brother or sister
AT_ONCE = 26.0  # a year: what is done at once, within two weeks
LEAST = 1e-7


class Agreed(NamedTuple):
    """The place of a child whose move out of a hub is being prepared."""

    hub: int


Place = str | int | Agreed


class State(NamedTuple):
    """A place, the number of a level of need, and a class."""

    place: Place
    need: int
    of: int


@dataclass(frozen=True)
class Change:
    """A change of state at a rate a year; to None, the family is gone for good."""

    origin: State
    to: State | None
    rate: float
    means: int = KEEPS


class Cases:
    """All states of a child, and the changes between them.

    Attributes
    ----------
    states
        In order.
    """

    def __init__(self, reading: Reading, delays: Delays) -> None:
        self.reading = reading
        self.delays = delays
        self.scenario: schema.Scenario = reading.scenario
        self.classes = Classes(reading)
        self.plans_in = reading.hub[self.scenario.assessment.plans_in]
        safeguarding = self.scenario.safeguarding
        self.safe = self.plans_in if safeguarding is None else reading.hub[safeguarding.hub]
        self._stages = [self.scenario.stages[name] for name in reading.hubs]
        self._eased = [delays.eased(stage) for stage in self._stages]
        self._review = [delays.until_review(stage) for stage in self._stages]
        self._risen = [delays.risen(name) for name in reading.hubs]
        self._updating = [delays.updating(name) for name in reading.hubs]
        self._move_down = [delays.move(stage, up=False) for stage in self._stages]
        self._move_up = [delays.move(stage, up=True) for stage in self._stages]
        time, cv2 = delays.assessment
        self.assessing = time
        self._assessed = reading.after(time, cv2)
        self.first_weeks = 2.0 * self._review[self.plans_in]
        self._settled = reading.after(self.first_weeks)
        self.states = list(self._all())
        self.number = {state: number for number, state in enumerate(self.states)}

    def _all(self) -> Iterator[State]:
        needs = range(len(self.reading.needs))
        served = self.reading.served
        for of in (NEVER, *range(len(self.classes))):
            outside: tuple[Place, ...] = (OUT, BACK, BACK_ASSESSED, ASSESS, CONCLUDE)
            for place in outside:
                yield from (State(place, need, of) for need in needs)
            yield from (State(RISING, need, of) for need in needs if served[need])
            if of == NEVER:
                continue
            hubs = range(len(self.reading.hubs))
            places: list[Place] = [NEW, *hubs, *map(Agreed, hubs)]
            if self.scenario.safeguarding is not None:
                places += [PLAN, CARE]
            for place in places:
                yield from (State(place, need, of) for need in needs)

    def held_in(self, state: State) -> int | None:
        """Return the hub that holds a child in this state, if any does."""
        place = state.place
        if isinstance(place, int):
            return place
        if isinstance(place, Agreed):
            return place.hub
        if place == NEW:
            return self.plans_in
        return self.safe if place in (PLAN, CARE) else None

    def target(self, need: int, of: int, family: float = inf) -> int | None:
        """Return the hub a child should be in; None if needs are met.

        Parameters
        ----------
        family
            The most intensive hub that an open brother or sister needs; infinite without one.
        """
        found = None
        for hub in self.reading.served_by[need]:
            found = hub
            if self.classes.may_be_in(of, hub) and (family == inf or self.classes.siblings_in[hub]):
                break
        return found if found is None or found <= family else int(family)

    # --- changes ------------------------------------------------------------------------------

    def changes(self, family: float) -> Iterator[Change]:
        """Give every change of every state, for a family as in `target`."""
        for state in self.states:
            yield from self._life(state)
            match state.place:
                case "out":
                    pass
                case "back":
                    yield from self._contacts(state, self.comes_back, self.accepted[0])
                case "back_assessed":
                    yield from self._contacts(state, self.comes_back, self.accepted[1])
                case "rising":
                    yield from self._contacts(state, self.returns, None)
                case "assess":
                    half = 2.0 / max(self.assessing, 1.0 / AT_ONCE)
                    yield Change(state, State(CONCLUDE, state.need, state.of), half)
                case "conclude":
                    yield from self._assess(state)
                case _:
                    yield from self._leaves(state)
                    yield from self._concerns(state)
                    yield from self._class_changes(state)
                    yield from self._in_hub(state, family)

    def _life(self, state: State) -> Iterator[Change]:
        """The child's own need changes."""
        if state.place in (ASSESS, CONCLUDE, NEW):
            return  # entered with the need that there will be
        q, served = self.reading.q, self.reading.served
        for to in np.flatnonzero(q[state.need] > 0.0):
            place = state.place
            if place in (OUT, BACK, BACK_ASSESSED, RISING):
                if served[to]:
                    place = RISING
                elif place == RISING:
                    place = OUT
            yield Change(state, State(place, int(to), state.of), float(q[state.need, to]))

    # --- contacts -----------------------------------------------------------------------------

    @cached_property
    def returns(self) -> float:
        """Rate a year at which a need that has risen leads to a contact that is decided."""
        delay = self.reading.days(self.scenario.population.return_delay.value.mean())
        return 1.0 / max(delay + self.delays.screening, 1.0 / AT_ONCE)

    @cached_property
    def comes_back(self) -> float:
        """Rate a year at which a family who will come back for the same thing does."""
        again = self.scenario.population.coming_back
        if again is None:
            return 1.0
        delay = self.reading.days(again.after.value.mean())
        return 1.0 / max(delay + self.delays.screening, 1.0 / AT_ONCE)

    @cached_property
    def accepted(self) -> tuple[float, float]:
        """Chance that a family who comes back is assessed, closed at the front door or later."""
        again = self.scenario.population.coming_back
        if again is None:
            return 0.0, 0.0
        at_door = [
            x for where, kinds in again.closed.items() if where == "mash" for x in kinds.values()
        ]
        later = [
            x for where, kinds in again.closed.items() if where != "mash" for x in kinds.values()
        ]
        means = []
        for kinds in (at_door, later):
            chance = sum(x.chance.value for x in kinds)
            accepted = sum(x.chance.value * x.accepted.value for x in kinds)
            means.append(accepted / chance if chance else 0.0)
        return means[0], means[1]

    def _contacts(self, state: State, rate: float, accepted: float | None) -> Iterator[Change]:
        for to, share in self.contact(state.need, state.of, accepted).items():
            # A plan at once: brothers and sisters are assessed with the child.
            yield Change(state, to, rate * share, OPENS if to.place == PLAN else KEEPS)

    def contact(
        self, need: int, of: int = NEVER, accepted: float | None = None
    ) -> dict[State, float]:
        """Return what becomes of a contact, with chances.

        Parameters
        ----------
        accepted
            Of a family that comes back for the same thing: the chance that it is assessed.

        Notes
        -----
        A concern at the front door that makes a protection plan counts in the hub at once.
        """
        found: dict[State, float] = {}
        mash = self.scenario.mash
        outcomes = mash.outcomes[self.reading.needs[need]].value
        assessed = sum(outcomes.get(name, 0.0) for name in ASSESSED)
        again = accepted if accepted is not None and not self.reading.served[need] else 0.0
        on_plan = (1.0 - again) * outcomes.get(STRATEGY, 0.0) * self.makes_plan
        for cls, chance in self.classes.first.items() if of == NEVER else ((of, 1.0),):
            _add(found, State(PLAN, need, cls), on_plan * chance)
        goes_on = again + (1.0 - again) * assessed - on_plan
        for later, share in enumerate(self._assessed[need]):
            _add(found, State(ASSESS, later, of), goes_on * float(share))
        for outcome, share in outcomes.items():
            if outcome in ASSESSED:
                continue
            share *= 1.0 - again
            if outcome == "early_help":
                accepts = mash.early_help_accepts.value
                self._close(found, need, of, "mash", outcome, share * accepts)
                self._close(found, need, of, "mash", "early_help_refused", share * (1.0 - accepts))
            else:
                self._close(found, need, of, "mash", outcome, share)
        return found

    def _close(
        self, found: dict[State, float], need: int, of: int, where: str, why: str, share: float
    ) -> None:
        """Add a closed case, which may be referred again for the same thing."""
        again = self.scenario.population.coming_back
        kinds = again.closed.get(where, {}) if again is not None else {}
        chance = kinds[why].chance.value if why in kinds else 0.0
        back = BACK if where == "mash" else BACK_ASSESSED
        _add(found, State(back, need, of), share * chance)
        _add(found, State(OUT, need, of), share * (1.0 - chance))

    # --- the assessment -----------------------------------------------------------------------

    def _assess(self, state: State) -> Iterator[Change]:
        rate = 2.0 / max(self.assessing, 1.0 / AT_ONCE)
        for to, share in self._concluded(state.need, state.of).items():
            yield Change(state, to, rate * share, OPENS)

    def _concluded(self, need: int, of: int) -> dict[State, float]:
        """What the assessment leads to."""
        found: dict[State, float] = {}
        spec = self.scenario.assessment
        in_need = spec.finds.value if self.reading.served[need] else 0.0
        for cls, share in self.classes.first.items() if of == NEVER else ((of, 1.0),):
            full = self.classes.in_full if of == NEVER else 0.0
            _add(found, State(CARE, need, cls), in_need * share * full)
            for later, chance in enumerate(self._settled[need]):
                kept = in_need * share * (1.0 - full) * float(chance)
                _add(found, State(NEW, later, cls), kept)
        rest = 1.0 - in_need
        offered = spec.offered_early_help.value
        refuses = self.scenario.population.attributes.refuses_consent.value
        where = "single_assessment"
        self._close(found, need, of, where, "not_in_need", rest * (1.0 - offered))
        self._close(found, need, of, where, "early_help", rest * offered * (1.0 - refuses))
        self._close(found, need, of, where, "early_help_refused", rest * offered * refuses)
        return found

    @cached_property
    def makes_plan(self) -> float:
        """Chance that a concern leads to a protection plan."""
        spec = self.scenario.safeguarding
        return spec.enquiry.conference.value * spec.conference.plan.value if spec else 0.0

    # --- in a hub -----------------------------------------------------------------------------

    def _leaves(self, state: State) -> Iterator[Change]:
        rates = self.scenario.population.leaving
        yield Change(state, None, rates.moves_away.value)
        yield from self._closes(state, "not_wanted", rates.service_not_wanted.value)

    def _closes(self, state: State, why: str, rate: float) -> Iterator[Change]:
        found: dict[State, float] = {}
        self._close(found, state.need, state.of, "hubs", why, 1.0)
        for to, share in found.items():
            yield Change(state, to, rate * share, CLOSES)

    def _concerns(self, state: State) -> Iterator[Change]:
        """Protection plans and care begin, and end."""
        spec = self.scenario.safeguarding
        if spec is None:
            return
        need = self.reading.needs[state.need]
        home = State(self.safe, state.need, state.of)
        care = State(CARE, state.need, state.of)
        if state.place == CARE:
            every = self.reading.years(spec.looked_after.review.then.value)
            yield Change(state, home, 1.0 / (spec.looked_after.years.value.mean() + every / 2.0))
            return
        if state.place == PLAN:
            ends = 12.0 / spec.protection_plan.months.value.mean()
            chance = spec.protection_plan.proceedings.chance.value
            yield Change(state, care, ends * chance)
            yield Change(state, home, ends * (1.0 - chance))
        else:
            worry = spec.concerns.rates.get(need)
            if worry is not None:
                plans = worry.value * self.makes_plan
                yield Change(state, State(PLAN, state.need, state.of), plans)
        away = spec.looked_after.starts.get(need)
        by_package = self.classes.comes_into_care(state.need) if state.of == 0 else 0.0
        yield Change(state, care, (away.value if away is not None else 0.0) + by_package)

    def _class_changes(self, state: State) -> Iterator[Change]:
        for to, rate in self.classes.changes(state.of, state.need).items():
            yield Change(state, State(state.place, state.need, to), rate)

    def _in_hub(self, state: State, family: float) -> Iterator[Change]:
        """Reviews decide: the child stays, moves or the case is closed."""
        target = self.target(state.need, state.of, family)
        here = self.held_in(state)
        assert here is not None
        if state.place == NEW:
            yield from self._first_review(state, target)
        elif isinstance(state.place, Agreed):
            to = here if target is None else target
            move = self._move_up[here] if to < here else self._move_down[here]
            yield Change(state, State(to, state.need, state.of), 1.0 / max(move, 1.0 / AT_ONCE))
        elif not isinstance(state.place, int) or target == here:
            return
        elif target is None:
            slow = self.classes.breaks(state.of) * self.delays.short_break_review
            time = self._eased[here] * (1.0 - self.classes.breaks(state.of)) + slow
            yield from self._closes(state, "needs_met", 1.0 / (time + self.delays.closing))
        else:
            time, by_list = self._until(state, here, target, family)
            place: Place = Agreed(here) if by_list else target
            to_state = State(place, state.need, state.of)
            yield Change(state, to_state, 1.0 / max(time, 1.0 / AT_ONCE))

    def _first_review(self, state: State, target: int | None) -> Iterator[Change]:
        rate = 1.0 / self.first_weeks
        here = State(self.plans_in, state.need, state.of)
        if target is None:
            sees = self.delays.sees_by_review(self._stages[self.plans_in])
            yield from self._closes(state, "needs_met", rate * sees)
            yield Change(state, here, rate * (1.0 - sees))
        elif target == self.plans_in:
            yield Change(state, here, rate)
        else:
            yield Change(state, State(Agreed(here.place), state.need, state.of), rate)  # type: ignore[arg-type]

    def _until(self, state: State, here: int, target: int, family: float) -> tuple[float, bool]:
        """Return the mean time until a move is decided, and whether the transfer list follows."""
        own = self.target(state.need, state.of)
        if target > here:
            refused = self.delays.refused(up=False)
            again = self.delays.refusal_stands + self._review[here]
            return self._eased[here] + refused / (1.0 - refused) * again, True
        own_need = self.reading.served_by[state.need][0]
        if own is not None and own < here and own_need < here:
            return self._risen[here] + self._updating[here], self._by_list(target)
        if own is not None and own < here:
            return 0.0, True  # a rule bars it: known when it happens
        if not self.classes.siblings_in[here]:
            return 0.0, False  # a brother's or sister's plan: at once
        return self._review[here], True

    def _by_list(self, hub: int) -> bool:
        """Whether children come into a hub by the transfer list only."""
        if self.scenario.need_events is None:
            return True
        stage = self._stages[hub]
        posts = self.scenario.teams[stage.team].posts
        holders = [p for name, p in posts.items() if (p.role or name) == stage.holder]
        return any(post.at_limit == "stop_transfers_in" for post in holders)


def _add(found: dict[State, float], state: State, share: float) -> None:
    if share > LEAST:
        found[state] = found.get(state, 0.0) + share
