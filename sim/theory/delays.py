"""How long things take where nobody has to wait for hours or slots: assessments, looks, moves.

Times in years. Work takes its hours at the rate of a full day; what is waited for (gaps, agencies,
windows, the weekly list) is the scenario's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from sim.calendar import Duration
from sim.theory.conditions import by_turns
from sim.theory.reading import quantiles, squared_cv
from sim.theory.traffic import Vector

if TYPE_CHECKING:
    from sim.scenario import schema
    from sim.scenario.values import Distribution
    from sim.theory.reading import Reading

SOON = 0.1  # working days that stand for at once, so that the chain has a rate
HALF = 0.5  # of a working day: an event falls anywhere within the day
PERIODS = 40  # looks ahead, after which what is still hidden is too little to count


@dataclass(frozen=True)
class Look:
    """A recurring task at which the service may see that need has changed.

    Attributes
    ----------
    every
        Years between two, as they are held.
    finds
        Chance that it sees what is true.
    decides
        Whether closure or a move may be decided there.
    """

    every: float
    finds: float
    decides: bool


class Delays:
    """Mean times of a scenario without queues."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.scenario = reading.scenario

    def work(self, hours: float) -> float:
        """Return how long hours of work take one full-time worker, years."""
        return self.reading.days(hours / self.reading.hours_a_day)

    # --- the front door and the assessment ----------------------------------------------------

    @cached_property
    def screening(self) -> float:
        """Time at the front door."""
        return self.work(self.scenario.mash.hours.value.mean())

    @cached_property
    def assessment(self) -> tuple[float, float]:
        """Mean time, and its squared coefficient of variation, of the child's assessment."""
        return self._assessment(self.scenario.assessment.hours.value)

    @cached_property
    def sibling_assessment(self) -> float:
        """Mean time of the assessment of a brother or sister."""
        return self._assessment(self.scenario.assessment.hours_sibling.value)[0]

    def _assessment(self, draw: Distribution) -> tuple[float, float]:
        """Sessions with gaps, or the agencies' answers if longer; then signing, sharing."""
        spec = self.scenario.assessment
        hours, weights = quantiles(draw)
        sharing = np.minimum(spec.sharing_hours.value, hours / 3.0)
        sessions = np.ceil((hours - sharing) / spec.session_hours.value)
        daily = self.reading.hours_a_day
        gap = spec.gap.value
        worked = HALF + (hours - sharing) / daily + (sessions - 1.0) * gap.mean()
        spread = (sessions - 1.0) * squared_cv(gap) * gap.mean() ** 2
        # Gaps vary: three points of a normal have their mean, variance and more (Gauss-Hermite).
        points = worked[:, None] + np.sqrt(3.0 * spread)[:, None] * np.array([-1.0, 0.0, 1.0])
        chance = weights[:, None] * np.array([1.0, 4.0, 1.0]) / 6.0
        agencies, answer = quantiles(spec.agency_checks.value)
        longest = np.maximum(points[..., None], agencies)
        both = chance[..., None] * answer
        after = spec.sign_off.hours.value.mean() / daily + (sharing / daily)[:, None, None]
        days = longest + after
        mean = float(np.sum(days * both))
        variance = float(np.sum((days - mean) ** 2 * both))
        return self.reading.days(mean), variance / mean**2

    # --- looks --------------------------------------------------------------------------------

    def looks(self, stage: schema.Stage) -> list[tuple[float, list[Look]]]:
        """Return the looks of a stage's children, with the share of children for each rhythm."""
        mixes: list[tuple[float, list[Look]]] = [(1.0, [])]
        for task in stage.tasks.values():
            if task.every is None or task.finds is None or task.role == "at_review":
                continue
            rhythm = [(share, span) for span, share in task.every.value]
            if (less := task.less_often) is not None:
                kept = 1.0 - less.share.value
                rhythm = [(share * kept, span) for share, span in rhythm]
                rhythm.append((less.share.value, less.every.value))
            if (more_often := task.more_often) is not None:
                kept = 1.0 - more_often.share.value
                rhythm = [(share * kept, span) for share, span in rhythm]
                rhythm.append((more_often.share.value, more_often.every.value))
            finds = task.finds.value
            if (turn := task.every_other) is not None:
                theirs = turn.finds.value if turn.finds is not None else 0.0
                finds += (theirs - finds) * by_turns(self.scenario, stage, task)
            mixes = [
                (share * more, [*looks, Look(held, finds, task.decides)])
                for share, looks in mixes
                for more, span in rhythm
                for held in (self.held_every(task, self.reading.years(span)),)
            ]
        return mixes

    def held_every(self, task: schema.Task, interval: float) -> float:
        """Return how often a recurring task is held where nobody waits: early in its window."""
        days = interval * self.reading.days_a_year
        window = task.window.value.working_days() if task.window is not None else None
        if window is None:
            window = max(1.0, int(days * self.scenario.work.window_share.value))
        window = max(1.0, round(window))
        worked = task.hours.value.mean() / self.reading.hours_a_day
        if task.appointment:
            # Booked for the last day on which it surely ends in time; a day later if put off.
            early = worked + self.scenario.work.longest_sitting.value + HALF
            late = self.scenario.work.family_cannot_come.value
            held = days - max(early, 1.0) + late + worked
        else:
            held = days - window + worked
        return max(self.reading.days(held), interval / 10.0)

    def eased(self, stage: schema.Stage) -> float:
        """Return the mean time from a fall of need to the review that decides on it."""
        return sum(share * _until_decided(looks) for share, looks in self.looks(stage))

    def until_review(self, stage: schema.Stage) -> float:
        """Return the mean time to the next review that decides."""
        return sum(
            share * min((look.every for look in looks if look.decides), default=inf) / 2.0
            for share, looks in self.looks(stage)
        )

    def risen(self, name: str) -> float:
        """Return the mean time from a rise of need to its being known."""
        stage = self.scenario.stages[name]
        events = self.scenario.need_events
        mixes = self.looks(stage)
        if events is None:
            return sum(share * _until_seen(looks, 0.0) for share, looks in mixes)
        finding = events.finding
        if finding.late_finding == "off":
            return 0.0
        hears = self._heard(name)
        within = self.reading.days(finding.report_within.value.working_days())
        reported = finding.reported.value
        hidden = sum(
            share * _until_seen(looks, hears + finding.worsens.value) for share, looks in mixes
        )
        told = sum(share * _until_seen(looks, 0.0, within) for share, looks in mixes)
        return reported * told + (1.0 - reported) * hidden

    def share_worsened(self, name: str) -> float:
        """Return the share of what is hidden that turns into a crisis before it is found."""
        events = self.scenario.need_events
        if events is None:
            return 0.0
        worsens = events.finding.worsens.value
        hidden = sum(
            share * _until_seen(looks, self._heard(name) + worsens)
            for share, looks in self.looks(self.scenario.stages[name])
        )
        return min(worsens * hidden, 1.0)

    def _heard(self, name: str) -> float:
        """Rate a year at which calls bring something hidden to light."""
        events, stage = self.scenario.need_events, self.scenario.stages[name]
        if events is None:
            return 0.0
        calls = sum(
            part.hours_a_week.value for part in (stage.contacts, stage.assigned_contacts) if part
        )
        finding = events.finding
        return calls * 52.0 / finding.call_hours.value * finding.calls.value

    # --- updating assessments and moves -------------------------------------------------------

    def updating(self, name: str) -> float:
        """Return the mean time of an updating assessment in a stage."""
        events = self.scenario.need_events
        if events is None:
            return 0.0
        says = events.updating
        draw = says.hours_in.get(name, says.hours).value
        hours, weights = quantiles(draw)
        sharing = np.minimum(says.sharing_hours.value, hours / 3.0)
        sessions = np.ceil((hours - sharing) / says.session_hours.value)
        daily = self.reading.hours_a_day
        days = hours / daily + (sessions - 1.0) * says.gap.value.mean()
        signing = says.sign_off_hours.value.mean() / daily
        return self.reading.days(float(days @ weights) + signing)

    def refused(self, *, up: bool) -> float:
        """Return the share of moves that the operations manager stops."""
        if self.only_classes:
            return 0.0
        moves = self.scenario.moves
        if moves.disagreement is None or moves.operations is None:
            return 0.0
        upheld = moves.operations.upholds_step_up if up else moves.operations.upholds_step_down
        no = 1.0 - upheld.value
        managers = moves.disagreement.managers.value * no
        family = moves.disagreement.family.value if moves.discussion is not None else 0.0
        return managers + (1.0 - managers) * family * no

    @property
    def only_classes(self) -> bool:
        """Whether every move between hubs is a change of class, at once and without work."""
        classes = self.scenario.moves.change_of_class
        return classes is not None and set(self.scenario.stages) <= set(classes.between)

    def move(self, origin: schema.Stage, *, up: bool) -> float:
        """Return the mean time from a decision to a move by the transfer list."""
        moves, reading = self.scenario.moves, self.reading
        if self.only_classes:
            return reading.days(SOON)
        look = reading.years(moves.look.value)
        time = look / 2.0
        if moves.disagreement is not None and moves.operations is not None:
            decided = self.work(moves.operations.hours.value.mean())
            again = look * (1 + int(decided / look))
            objects = moves.disagreement.managers.value
            if moves.discussion is not None:
                objects += moves.disagreement.family.value * (1.0 + look / 2.0 / again)
            time += objects * again
        if moves.discussion is not None:
            time += self.work(moves.discussion.hours.value.mean())
        time += self.work(moves.hand_over.hours.value.mean())
        visit = moves.introduction
        if visit is None:
            return time
        joint = self._appointment(reading.years(visit.within.value), visit.hours.value.mean())
        share = self._at_review(origin, time, up=up)
        return time + (1.0 - share) * joint + share * (self._review_every(origin) - time)

    def at_review(self, origin: schema.Stage, *, up: bool) -> float:
        """Return the share of moves that take effect at a planned review."""
        if self.scenario.moves.introduction is None:
            return 0.0
        return self._at_review(origin, self.reading.years(self.scenario.moves.look.value), up=up)

    def _at_review(self, origin: schema.Stage, since: float, *, up: bool) -> float:
        """The same, for a move prepared some time after the review that decided it."""
        visit = self.scenario.moves.introduction
        assert visit is not None
        left = self._review_every(origin) - since
        near = self.reading.years(visit.review_within.value)
        return 0.0 if up or left > near or left <= 0.0 else visit.at_review.value

    def _appointment(self, within: float, hours: float) -> float:
        days = within * self.reading.days_a_year
        worked = hours / self.reading.hours_a_day
        booked = days - worked - self.scenario.work.longest_sitting.value
        return self.reading.days(booked + worked + self.scenario.work.family_cannot_come.value)

    def _review_every(self, stage: schema.Stage) -> float:
        every = [
            share * min((look.every for look in looks if look.decides), default=inf)
            for share, looks in self.looks(stage)
        ]
        return sum(every)

    def sees_by_review(self, stage: schema.Stage) -> float:
        """Return the chance that a change is known when the first review after it decides."""
        sees = 0.0
        for share, looks in self.looks(stage):
            missed = 1.0
            reviews = [look for look in looks if look.decides]
            for look in looks:
                often = reviews[0].every / look.every if reviews else 1.0
                missed *= 1.0 - look.finds * min(often, 1.0)
            sees += share * (1.0 - missed)
        return sees

    def since_last_event(self, every: Iterable[Sequence[tuple[Duration, float]]]) -> float:
        """Return the mean time since the last of a day-one case's promises was kept.

        Parameters
        ----------
        every
            The intervals of each, with their shares.
        """
        intervals = [[(self.reading.years(span), share) for span, share in mix] for mix in every]
        if not intervals:
            return 0.0
        longest = max(span for mix in intervals for span, _ in mix)
        at = (np.arange(200) + 0.5) / 200.0 * longest
        none_yet = np.ones_like(at)
        for mix in intervals:
            none_yet *= sum(share * np.clip(1.0 - at / span, 0.0, None) for span, share in mix)
        return float(none_yet.mean() * longest)

    @cached_property
    def short_break_review(self) -> float:
        """Mean time from a fall of need to its decision, looked after for short breaks."""
        spec = self.scenario.safeguarding
        if spec is None:
            return 0.0
        review = spec.short_breaks.review
        look = Look(self.reading.years(review.then.value), review.finds.value, True)
        return _until_decided([look])

    @cached_property
    def refusal_stands(self) -> float:
        """How long a refused move is not asked for again."""
        operations = self.scenario.moves.operations
        return self.reading.years(operations.stands_for.value) if operations is not None else 0.0

    @cached_property
    def closing(self) -> float:
        """Time of the closing work."""
        return self.work(self.scenario.closure.hours.value.mean())


def _until_decided(looks: list[Look]) -> float:
    """Mean time to the first deciding look by which the change has been seen.

    Looks come at even intervals, each with its phase drawn evenly. A change is seen at a look with
    its chance, and decided on at a review from then on.
    """
    reviews = [look for look in looks if look.decides]
    if not reviews:
        return inf
    review = reviews[0]
    others = [look for look in looks if look is not review]
    first: Vector = np.asarray((np.arange(32) + 0.5) / 32.0 * review.every)
    time = review.every / 2.0
    unseen = 1.0
    for number in range(1, PERIODS + 1):
        at: Vector = np.asarray(first + (number - 1) * review.every)
        missed = (1.0 - review.finds) ** number
        by_others = np.ones(len(first))
        for other in others:
            by_others *= _missed(other, at)
        unseen = missed * float(by_others.mean())
        time += review.every * unseen
        if unseen < 1e-6:
            break
    return time


def _until_seen(looks: list[Look], rate: float, told_within: float = inf) -> float:
    """Mean time until a look sees it, a hazard brings it to light, or it is reported."""
    longest = told_within if told_within < inf else _longest(looks, rate)
    if longest == 0.0 or longest == inf:
        return longest
    at: Vector = np.asarray((np.arange(400) + 0.5) / 400.0 * longest)
    hidden = np.exp(-rate * at)
    if told_within < inf:
        hidden *= 1.0 - at / told_within
    for look in looks:
        hidden *= _missed(look, at)
    return float(hidden.mean() * longest)


def _longest(looks: list[Look], rate: float) -> float:
    """Return a time by which nearly everything has been found."""
    hazard = rate + sum(look.finds / look.every for look in looks)
    return 12.0 / hazard if hazard > 0 else inf


def _missed(look: Look, at: Vector) -> Vector:
    """Chance that a recurring look has not seen it by each time, with its phase drawn evenly."""
    periods = at / look.every
    whole = np.floor(periods)
    return np.asarray((1.0 - look.finds) ** whole * (1.0 - look.finds * (periods - whole)))
