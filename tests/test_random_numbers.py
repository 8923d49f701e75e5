"""A draw belongs to a purpose, a child or post, and an occasion; and has the right shape."""

from __future__ import annotations

from math import log
from statistics import fmean, stdev

import pytest
from scipy import stats

from sim.scenario.values import Distribution
from sim.service.draws import choice, sampler
from sim.service.streams import Stream, Streams, identity

CHILDREN = [identity(f"child {n}") for n in range(2000)]


def test_the_same_purpose_child_and_occasion_always_give_the_same_number() -> None:
    assert Stream(1, 2, "life").uniform(7, 3) == Streams(1, 2)["life"].uniform(7, 3)


@pytest.mark.parametrize(
    "other",
    [Stream(2, 1, "life"), Stream(1, 2, "life"), Stream(1, 1, "looks")],
    ids=["seed", "replication", "purpose"],
)
def test_another_seed_replication_or_purpose_is_unrelated(other: Stream) -> None:
    stream = Stream(1, 1, "life")
    pairs = [(stream.uniform(who), other.uniform(who)) for who in CHILDREN]
    r = stats.pearsonr(*zip(*pairs, strict=True)).statistic
    assert abs(r) < 4.0 / len(CHILDREN) ** 0.5  # false alarm below 1 in 10,000


@pytest.mark.parametrize("by", ["child", "occasion"])
def test_numbers_are_uniform_over_children_and_over_occasions(by: str) -> None:
    stream = Stream(1, 1, "life")
    if by == "child":
        numbers = [stream.uniform(who) for who in CHILDREN]
    else:
        numbers = [stream.uniform(CHILDREN[0], n) for n in range(2000)]
    assert stats.kstest(numbers, "uniform").pvalue > 1e-4


@pytest.mark.parametrize("step", [1, 2, 256, 1 << 32, 1 << 40])
def test_neighbouring_occasions_are_unrelated(step: int) -> None:
    stream = Stream(1, 1, "life")
    before = [stream.uniform(who, 5 * step) for who in CHILDREN]
    after = [stream.uniform(who, 6 * step) for who in CHILDREN]
    assert abs(stats.pearsonr(before, after).statistic) < 4.0 / len(CHILDREN) ** 0.5


GAMMA = Distribution("gamma", (20.0, 0.35))
LOGNORMAL = Distribution("lognormal", (5.0, 0.5))
TRIANGULAR = Distribution("triangular", (12.0, 20.0, 30.0))
EXPONENTIAL = Distribution("exponential", (30.0,))

SHAPES = [
    (GAMMA, stats.gamma(1 / 0.35**2, scale=20 * 0.35**2)),
    (LOGNORMAL, None),
    (TRIANGULAR, stats.triang(8 / 18, loc=12, scale=18)),
    (EXPONENTIAL, stats.expon(scale=30)),
]


@pytest.mark.parametrize(("given", "exact"), SHAPES, ids=lambda x: getattr(x, "kind", ""))
def test_quantiles_are_those_of_the_distribution(given: Distribution, exact: object) -> None:
    draw = sampler(given)
    if exact is None:
        sigma = log(1.25) ** 0.5
        exact = stats.lognorm(sigma, scale=5.0 / 1.25**0.5)
    for u in (0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99):
        assert draw(u) == pytest.approx(exact.ppf(u), rel=0.02)  # type: ignore[attr-defined]


@pytest.mark.parametrize("given", [GAMMA, LOGNORMAL, TRIANGULAR], ids=lambda d: d.kind)
def test_a_table_of_quantiles_has_exactly_the_mean_it_was_given(given: Distribution) -> None:
    draw = sampler(given)
    assert fmean(draw((n + 0.5) / 1024) for n in range(1024)) == pytest.approx(given.mean())


def test_the_spread_of_hours_is_the_one_given() -> None:
    draw = sampler(GAMMA)
    hours = [draw((n + 0.5) / 1024) for n in range(1024)]
    assert stdev(hours) / fmean(hours) == pytest.approx(0.35, rel=0.02)


def test_a_choice_is_by_weight_and_never_falls_off_the_end() -> None:
    pick = choice({"north": 0.57, "south": 0.43})
    assert [pick(u) for u in (0.0001, 0.5699, 0.5701, 0.99999999)] == [
        "north",
        "north",
        "south",
        "south",
    ]
