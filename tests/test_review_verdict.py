"""Is the year outside the band of possible years, what explains it, and which inputs have drifted?

Worked out by hand, or with made-up services of which the truth is known: nothing is simulated.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle, islice
from typing import Any

import numpy as np
import pytest

from sim.review.causes import Cause
from sim.review.correlation import correlation
from sim.review.counted import MEASURES, Counted, FloatArray
from sim.review.effects import as_recorded, effect
from sim.review.explanation import Explanation, Tried, explain
from sim.review.likelihood import LEAST_DROP, how_near, likeliest, possible
from sim.review.months import MeasureReview, Period
from sim.review.recalibrated import About, Recalibrated, chance_of, holm, of_mean, of_rate, of_share
from sim.review.summary import Years
from sim.review.verdict import Verdict, unusual, verdict

RNG = np.random.default_rng
NAMES = ("contacts", "referrals", "closures", "step_ups", "step_downs")


def counted(number: int) -> tuple[Counted, ...]:
    some = islice(cycle(NAMES), number)
    return tuple(Counted(MEASURES[name], "", "service") for name in some)


def years(happened: Any, futures: FloatArray) -> Years:
    number = futures.shape[1]
    known = np.ones((number, 12))
    return Years(counted(number), known, (True,) * number, np.asarray(happened, float), futures)


def judged(happened: Any, futures: FloatArray, level: float = 0.05) -> Verdict:
    nothing = Period("year", None, None, None, None)
    measures = tuple(
        MeasureReview(each, (), nothing, None, None, None) for each in counted(futures.shape[1])
    )
    found = verdict(years(happened, futures), measures, level)
    assert found is not None
    return found


# --- the verdict ------------------------------------------------------------------------------


@pytest.mark.parametrize("level", [0.05, 0.10])
def test_a_year_like_the_others_is_called_outside_no_more_often_than_stated(level: float) -> None:
    """Of 600 years with skewed, heavy-tailed, correlated numbers; 3.3 standard errors."""
    rng = RNG(5)
    alarms = []
    for _ in range(600):
        common = rng.exponential(size=(40, 1))
        numbers = common + rng.standard_t(3, size=(40, 5)) * rng.gamma(0.5, size=(40, 5))
        alarms.append(judged(numbers[-1], numbers[:-1], level).outside)
    assert np.mean(alarms) < level + 3.3 * (level * (1 - level) / 600) ** 0.5
    assert np.mean(alarms) > level / 2  # nor hardly ever


def test_one_number_far_out_and_many_a_little_out_are_both_seen() -> None:
    futures = RNG(6).normal(size=(59, 5))
    assert judged([5.0, 0.0, 0.0, 0.0, 0.0], futures).outside
    assert judged([2.3, -2.3, 2.3, -2.3, 2.3], futures).outside
    assert not judged([0.5, -0.5, 0.5, -0.5, 0.5], futures).outside


def test_numbers_that_go_together_and_did_not_are_seen() -> None:
    """Each within two standard deviations, but always alike in the forecast, and now opposite."""
    rng = RNG(7)
    alike = rng.normal(size=(59, 1)) + 0.1 * rng.normal(size=(59, 2))
    assert not judged([1.3, 1.3], alike).outside
    assert judged([1.3, -1.3], alike).outside


def test_what_no_future_has_is_outside_and_endlessly_far() -> None:
    futures = np.column_stack([RNG(8).normal(size=59), np.full(59, 7.0)])
    found = judged([0.0, 5.0], futures)
    assert found.outside
    assert found.furthest[0].away == -np.inf


def test_too_few_futures_call_no_year_outside_and_say_so() -> None:
    few = judged([99.0, 99.0], RNG(9).normal(size=(18, 2)))
    assert (few.outside, few.can_tell) == (False, False)
    enough = judged([99.0, 99.0], RNG(9).normal(size=(19, 2)))
    assert (enough.outside, enough.can_tell) == (True, True)
    assert enough.chance == pytest.approx(1 / 20)


def test_a_year_is_unusual_whatever_the_order_of_years_and_numbers() -> None:
    numbers = RNG(10).normal(size=(30, 4))
    scores = unusual(numbers)
    order = RNG(11).permutation(30)
    assert unusual(numbers[order][:, [3, 1, 0, 2]]) == pytest.approx(scores[order])


def test_correlations_are_drawn_towards_none_and_those_of_many_years_stay() -> None:
    rng = RNG(12)
    common = rng.normal(size=(4000, 1))
    many = common + rng.normal(size=(4000, 2))
    assert correlation(many)[0, 1] == pytest.approx(0.5, abs=0.05)
    apart = correlation(rng.normal(size=(12, 30)))
    assert np.abs(apart - np.eye(30)).max() < 0.45  # not drawn, the largest is about 0.8
    assert np.linalg.eigvalsh(correlation(np.repeat(common[:20], 6, axis=1))).min() > 0


# --- what a cause does ------------------------------------------------------------------------


def cause(name: str, **other: Any) -> Cause:
    made = Cause(name, "demand", "times", 1.0, 0.0, 3.0, ("key",), (0.5, 2.0))
    return replace(made, **other)


def test_an_effect_is_the_average_difference_and_a_curve_through_what_was_tried() -> None:
    base = RNG(13).normal(size=(20, 2))
    found = effect(
        cause("demand"),
        years([0, 0], base),
        [(2.0, base[:10] + np.array([3.0, 0.0])), (0.5, base[:10] - np.array([1.0, 0.0]))],
    )
    assert found.shift(np.array([1.0]))[0] == pytest.approx([0, 0])
    assert found.shift(np.array([0.5, 2.0])) == pytest.approx(np.array([[-1, 0], [3, 0]]))
    low, middle, high = 0.5**0.5, 1.0, 2.0**0.5
    through = np.polyfit([low, middle, high], [-1.0, 0.0, 3.0], 2)
    assert found.shift(np.array([1.5]))[0, 0] == pytest.approx(np.polyval(through, 1.5**0.5))
    on = 3.0 + np.polyval(np.polyder(through), high) * (3.0**0.5 - high)  # straight, beyond
    assert found.shift(np.array([3.0]))[0, 0] == pytest.approx(on)
    assert found.error(np.array([2.0]))[0] == pytest.approx([0, 0])
    assert found.spread(np.array([2.0]))[0] == pytest.approx([1, 1])


def test_a_spread_is_taken_for_different_only_if_it_clearly_is() -> None:
    base = RNG(14).normal(size=(40, 2))
    wider = effect(cause("demand"), years([0, 0], base), [(2.0, base[:20] * [4.0, 1.1])])
    assert wider.spread(np.array([2.0]))[0, 0] == pytest.approx(4.0, rel=0.2)
    assert wider.spread(np.array([2.0]))[0, 1] == 1.0


def test_what_is_not_recorded_is_missing_from_what_was_held_and_on_time() -> None:
    among = [
        Counted(MEASURES["held"], "cin_review", "hub"),
        Counted(MEASURES["in_date"], "cin_review", "hub"),
        Counted(MEASURES["open_children"], "", "hub"),
    ]
    counts = np.full((1, 3, 2, 2), 10.0)
    recording = cause("recording", keys=())
    assert as_recorded(recording, 0.2, counts, among)[0, :, 0].tolist() == [
        [8, 10],
        [8, 10],
        [10, 10],
    ]
    assert counts.min() == 10.0


# --- the explanation -------------------------------------------------------------------------

TRUTH = {"demand": [2.0, 1.0, 0.0], "absence": [0.0, 1.0, -2.0], "moves:up": [0.0, 0.0, 0.0]}


def explained(happened: Any, seen: int, seed: int = 15) -> Explanation:
    """A service whose causes do to its first three numbers what TRUTH says, for each unit more."""
    futures = RNG(seed).normal(size=(60, 3))

    def tried(name: str, first: int, end: int) -> Any:
        does = np.array(TRUTH[name])[first:end]
        moved = [(amount, futures[:20, first:end] + (amount - 1.0) * does) for amount in (0.5, 2.0)]
        return effect(cause(name), years(does, futures[:, first:end]), moved)

    unseen = years([0.0] * (3 - seen), futures[:, seen:])
    unseen = replace(unseen, counted=counted(3)[seen:])
    return explain(
        years(happened[:seen], futures[:, :seen]),
        unseen,
        [Tried(cause(name), tried(name, 0, seen), tried(name, seen, 3)) for name in TRUTH],
        [("opening", "why not")],
    )


def test_the_right_cause_comes_first_with_an_interval_that_holds_the_truth() -> None:
    found = explained([3.6, 1.8, 0.1], seen=3)  # demand is 2.8 times as stated
    first = found.fitted[0]
    assert (first.cause.name, found.together, first.behind) == ("demand", 1, 0.0)
    assert first.lower < 2.8 < first.upper
    assert first.explains
    assert not found.fitted[1].explains
    assert found.left_out == (("opening", "why not"),)


def test_causes_that_do_the_same_are_not_told_apart_and_what_would_tell_them_is_named() -> None:
    """On the second number alone, demand and absence do the same; the third differs."""
    global_truth = dict(TRUTH)
    try:
        TRUTH.update(demand=[0.0, 1.0, 0.0])
        found = explained([0.0, 3.8, 0.0], seen=2)
    finally:
        TRUTH.update(global_truth)
    assert {each.cause.name for each in found.likeliest} == {"demand", "absence"}
    assert found.would_tell == ("closures@service",)


def test_a_cause_that_does_nothing_leaves_the_year_as_likely_as_it_was() -> None:
    found = explained([3.6, 1.8, 0.1], seen=3)
    nothing = next(each for each in found.fitted if each.cause.name == "moves:up")
    assert nothing.log_likelihood == pytest.approx(found.as_stated)
    assert not nothing.explains
    assert (nothing.lower, nothing.upper) == (0.0, 3.0)  # any amount is as good


def test_the_interval_of_an_amount_holds_the_truth_in_nearly_all_years() -> None:
    """Of 300 years at 1.8 times; 95% stated, 3.3 standard errors, and not always."""
    rng, futures = RNG(16), RNG(15).normal(size=(60, 3))
    does = np.array(TRUTH["demand"])
    moved = [(amount, futures[:20] + (amount - 1.0) * does) for amount in (0.5, 2.0)]
    known = possible(years(does, futures))
    what = effect(cause("demand"), years(does, futures), moved)
    near = how_near(known, what)
    found = [likeliest(rng.normal(size=3) + 0.8 * does, known, what, near) for _ in range(300)]
    held = np.mean([each.lower <= 1.8 <= each.upper for each in found])
    assert 0.95 - 3.3 * (0.05 * 0.95 / 300) ** 0.5 < held < 1.0


def test_where_years_are_wilder_than_normal_intervals_are_as_wide_as_they_have_to_be() -> None:
    """Of 40 possible years, each judged by the others, 38 should hold the scenario's own amount.

    Their tails are heavy (Student's t, three degrees of freedom): 1.92 would hold it in fewer.
    """
    futures = RNG(21).standard_t(3, size=(40, 20))
    does = np.linspace(-1.0, 1.0, 20)
    moved = [(amount, futures[:20] + (amount - 1.0) * does) for amount in (0.5, 2.0)]
    what = effect(cause("demand"), years([0.0] * 20, futures), moved)

    def held(near: float) -> int:
        found = 0
        for place, one in enumerate(futures):
            others = possible(years([0.0] * 20, np.delete(futures, place, axis=0)))
            each = likeliest(one, others, what, near)
            found += each.lower <= 1.0 <= each.upper
        return found

    assert held(how_near(possible(years([0.0] * 20, futures)), what)) >= 38
    assert held(LEAST_DROP) < 38


# --- the inputs --------------------------------------------------------------------------------

ABOUT = About("demand", ("population.contacts.rate",), "per year", ("contacts@service",), 700.0)


def poisson(mean: float, number: int = 60) -> FloatArray:
    """Futures whose mean and variance are exactly this."""
    drawn = RNG(17).normal(size=number)
    drawn = (drawn - drawn.mean()) / drawn.std(ddof=1)
    return np.asarray(mean + drawn * mean**0.5)


def test_a_rate_is_updated_by_hand() -> None:
    """120 for 100 expected, varying as Poisson: Gamma(120.5, 100) times 700."""
    found = of_rate(ABOUT, 120.0, poisson(100.0))
    assert found.new == pytest.approx(700 * 1.205)
    assert found.new_lower == pytest.approx(700 * (1.205 - 1.96 * 0.1098), rel=0.01)
    assert found.new_upper == pytest.approx(700 * (1.205 + 1.96 * 0.1098), rel=0.02)


def test_counts_that_vary_more_than_chance_count_for_less_and_a_range_holds_back() -> None:
    wide = 100.0 + 2.0 * (poisson(100.0) - 100.0)  # four times the variance
    loose, tight = of_rate(ABOUT, 120.0, wide), of_rate(ABOUT, 120.0, poisson(100.0))
    assert loose.new_upper - loose.new_lower == pytest.approx(
        2.0 * (tight.new_upper - tight.new_lower), rel=0.05
    )
    stated = replace(ABOUT, range=(630.0, 770.0))  # a standard deviation of 5%, worth 400 counts
    held = of_rate(stated, 120.0, poisson(100.0))
    assert held.new == pytest.approx(700 * (400 + 120.5) / (400 + 100), rel=1e-3)
    assert (held.old_lower, held.old_upper) == (630.0, 770.0)


def test_a_share_is_updated_by_hand() -> None:
    """Futures of mean 0.8 that vary as 100 draws: Beta(0.5 + 70, 0.5 + 30)."""
    futures = 0.8 + (poisson(1.0) - 1.0) * (0.8 * 0.2 / 100) ** 0.5
    found = of_share(replace(ABOUT, unit="share", old=0.8), 0.7, futures, most=1000.0)
    assert found.new == pytest.approx(70.5 / 101)
    spread = (0.7 * 0.3 / 102) ** 0.5
    assert found.new_upper - found.new_lower == pytest.approx(2 * 1.96 * spread, rel=0.02)
    never = of_share(replace(ABOUT, unit="share"), 1.0, np.ones(60), most=84.0)
    assert (never.new, never.chance) == (pytest.approx(84.5 / 85), 1.0)
    assert of_share(replace(ABOUT, unit="share"), 0.7, np.ones(60), most=84.0).chance == 0.0


def test_hours_are_updated_by_hand_and_keep_to_their_range_as_far_as_the_counts_allow() -> None:
    """5 h stated; 7.5 seen with a standard error of 0.5, which a range of 4 to 6 is as sure as."""
    futures = 5.0 + (poisson(1.0) - 1.0) * 0.5
    about = replace(ABOUT, unit="hours", old=5.0)
    assert of_mean(about, 7.5, futures).new == pytest.approx(7.5)
    held = of_mean(replace(about, range=(4.0, 6.0)), 7.5, futures)
    assert held.new == pytest.approx(6.25)
    assert held.new_upper - held.new_lower == pytest.approx(2 * 1.96 * 0.5 / 2**0.5, rel=1e-3)


def test_the_chance_of_counts_so_far_off_is_even_if_the_input_is_right() -> None:
    rng = RNG(18)
    chances = np.sort([chance_of(x[0], x[1:]) for x in rng.normal(size=(2000, 12))])
    assert np.abs(chances - np.linspace(0, 1, 2000)).max() < 0.0431  # Kolmogorov: 1 in 1,000


def made(chance: float) -> Recalibrated:
    return replace(of_rate(ABOUT, 100.0, poisson(100.0)), chance=chance)


def test_what_some_futures_have_too_is_no_wonder_however_alike_the_others_are() -> None:
    """A post that stays vacant all year: three futures of sixty have it, so it is no drift.

    By Student's tail alone a small service was told so in one year of twenty.
    """
    futures = np.array([0.99, 1.01] * 30)
    futures[:3] = 0.5
    assert chance_of(0.5, futures) == pytest.approx(3 / 61)
    assert chance_of(0.2, futures) < 0.001


def test_inputs_are_judged_together() -> None:
    """Holm of 0.01, 0.04, 0.02: 3 x 0.01, then 2 x 0.02, then 0.04 itself."""
    found = holm([made(0.01), made(0.04), made(0.02)])
    assert [each.adjusted for each in found] == pytest.approx([0.03, 0.04, 0.04])
    assert all(each.drift for each in found)
    assert [each.drift for each in holm([made(0.01)] + [made(0.5)] * 9)] == [False] * 10
