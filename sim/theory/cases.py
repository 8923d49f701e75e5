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
from math import exp, inf
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
EARLY_HELP = "early_help"
NEW, PLAN, CARE = "new", "plan", "care"
STRATEGY = "strategy_discussion"
NEVER = -1
KEEPS, OPENS, CLOSES = range(3)  # what a change means to a brother or sister
AT_ONCE = 26.0  # a year: what is done at once, within two weeks
EARLY_HELP_BEGINS = 15.0  # working days: set up, and a lead professional found
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
        hubs = range(len(self.reading.hubs))
        for of in (NEVER, *range(len(self.classes))):
            if of > 1:  # only in hubs is it told whether Open to Review may hold a child
                for place in (*hubs, *map(Agreed, hubs)):
                    yield from (State(place, need, of) for need in needs)
                continue
            outside: list[Place] = [OUT, BACK, BACK_ASSESSED, ASSESS, CONCLUDE]
            if self.scenario.early_help is not None:
                outside.append(EARLY_HELP)
            for place in outside:
                yield from (State(place, need, of) for need in needs)
            yield from (State(RISING, need, of) for need in needs if served[need])
            if of == NEVER:
                continue
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
                case "early_help":
                    yield from self._in_early_help(state)
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
        """Add a closed case, which may be referred again for the same thing, or get early help."""
        if why == EARLY_HELP and self.scenario.early_help is not None:
            _add(found, State(EARLY_HELP, need, self.classes.plain(of)), share)
            return
        again = self.scenario.population.coming_back
        kinds = again.closed.get(where, {}) if again is not None else {}
        chance = kinds[why].chance.value if why in kinds else 0.0
        back = BACK if where == "mash" else BACK_ASSESSED
        of = self.classes.plain(of)
        _add(found, State(back, need, of), share * chance)
        _add(found, State(OUT, need, of), share * (1.0 - chance))

    def _in_early_help(self, state: State) -> Iterator[Change]:
        """A team around the child ends in time; a need that rises, or worry, leads to step up."""
        spec = self.scenario.early_help
        assert spec is not None
        days = spec.lasts.value.mean() + EARLY_HELP_BEGINS
        by_family = spec.family_ends.value
        found: dict[State, float] = {}
        for why, share in (("family_ended", by_family), ("universal_services", 1.0 - by_family)):
            self._close(found, state.need, state.of, "caf_tac", why, share)
        for to, share in found.items():
            yield Change(state, to, share / self.reading.days(days))
        up = spec.step_up
        if self.reading.served[state.need]:
            asks = (1.0 - up.accepted.value) * up.asks_again.value.mean()
            wait = up.noticed.value.mean() + up.talk.value.mean() + 1.0
            rate = 1.0 / self.reading.days(wait + asks)
        else:
            rate = up.worries.value * up.accepted_worries.value
        for later, share in enumerate(self._assessed[state.need]):
            if share > LEAST:
                to = State(ASSESS, later, state.of)
                yield Change(state, to, min(rate, AT_ONCE) * float(share))

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
        down = self._steps_down if why == "needs_met" else 0.0
        self._close(found, state.need, state.of, "hubs", EARLY_HELP, down)
        self._close(found, state.need, state.of, "hubs", why, 1.0 - down)
        for to, share in found.items():
            yield Change(state, to, rate * share, CLOSES)

    @cached_property
    def _steps_down(self) -> float:
        """Share of children no longer in need who step down to early help (R48 to R64)."""
        if self.scenario.early_help is None:
            return 0.0
        spec = self.scenario.early_help.step_down
        consents = 1.0 - self.scenario.population.attributes.refuses_consent.value
        support = spec.reasons.value.get("support", 0.0)
        return float(spec.support_needed.value * support * consents)

    def _concerns(self, state: State) -> Iterator[Change]:
        """Protection plans and care begin, and end."""
        spec = self.scenario.safeguarding
        if spec is None:
            return
        need = self.reading.needs[state.need]
        home = State(self.safe, state.need, self._not_yet(state.of))
        care = State(CARE, state.need, self.classes.plain(state.of))
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
                yield Change(state, State(PLAN, state.need, care.of), plans)
                if state.place == self.classes.review_only:
                    # A concern takes a child out of Open to Review at once.
                    yield Change(state, home, worry.value * (1.0 - self.makes_plan))
        away = spec.looked_after.starts.get(need)
        by_package = self.classes.comes_into_care(state.need) if care.of == 0 else 0.0
        yield Change(state, care, (away.value if away is not None else 0.0) + by_package)

    def _not_yet(self, of: int) -> int:
        """Return the class after a plan or care: Open to Review may not hold the child yet."""
        if self.classes.review_only is None:
            return of
        return 2 if self.classes.plain(of) == 0 else 1

    def _class_changes(self, state: State) -> Iterator[Change]:
        for to, rate in self.classes.changes(state.of, state.need).items():
            within = to
            if isinstance(state.place, str):
                within = self.classes.plain(to)
                if within == state.of:
                    continue
            yield Change(state, State(state.place, state.need, within), rate)

    def _in_hub(self, state: State, family: float) -> Iterator[Change]:
        """Reviews decide: the child stays, moves or the case is closed."""
        target = self.target(state.need, state.of, family)
        here = self.held_in(state)
        assert here is not None
        if state.place == NEW:
            yield from self._first_review(state, family)
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

    def _first_review(self, state: State, family: float) -> Iterator[Change]:
        rate = 1.0 / self.first_weeks
        sees = self.delays.sees_by_review(self._stages[self.plans_in])
        for of, share in self.classes.splits(state.of).items():
            here = State(self.plans_in, state.need, of)
            target = self.target(state.need, of, family)
            if target is None:
                yield from self._closes(state, "needs_met", rate * sees * share)
                yield Change(state, here, rate * (1.0 - sees) * share)
            elif target == self.plans_in:
                yield Change(state, here, rate * share)
            elif target == self.classes.review_only:
                yield Change(state, State(target, state.need, of), rate * share)
            else:
                yield Change(state, State(Agreed(self.plans_in), state.need, of), rate * share)

    def _until(self, state: State, here: int, target: int, family: float) -> tuple[float, bool]:
        """Return the mean time until a move is decided, and whether the transfer list follows."""
        own = self.target(state.need, state.of)
        only = self.classes.review_only
        if target == only and here in self.reading.served_by[state.need]:
            return self._reconsidered(here), False  # the need is known: it has become eligible
        if here == only and own is not None and here in self.reading.served_by[state.need]:
            return self._reconsidered(here), True  # a rule bars it, as is seen at the next look
        if target == only:
            return self._eased[here], False
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

    def _reconsidered(self, here: int) -> float:
        """Time until a review or supervision looks at whether Open to Review may hold a child."""
        section = self.scenario.open_to_review
        assert section is not None
        every = section.supervision.every.value.years()
        share = section.supervision.share.value
        rate = share / every
        longest = 2.0 * self._review[here]
        if rate <= 0.0:
            return self._review[here]
        # The earlier of an even phase and a wait without memory.
        return (1.0 - (1.0 - exp(-rate * longest)) / (rate * longest)) / rate

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
