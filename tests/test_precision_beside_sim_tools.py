"""When an average is sure enough, beside another program: sim-tools (Monks and others).

Both follow Hoad, Robinson and Davies (2010) and recommend the same number of futures on the same
numbers, but in three cases, each of which is shown here.
"""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import numpy as np
import pytest

from sim.experiment.intervals import known_average
from sim.experiment.precision import held_at
from sim.experiment.targets import FEWEST, LOOK_AHEAD, Target

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # those of its drawing library
    from sim_tools.output_analysis import ReplicationsAlgorithm, confidence_interval_method

NEVER = 200


class Given:
    """A model, as sim-tools wants it, that returns values given beforehand."""

    def __init__(self, values: list[float]) -> None:
        self.values = values
        self.ran = 0

    def single_run(self, number: int) -> dict[str, float]:
        self.ran = max(self.ran, number + 1)
        return {"it": self.values[number]}


class Theirs(NamedTuple):
    at: int | None
    ran: int


@pytest.mark.filterwarnings("ignore::UserWarning")
def theirs(values: list[float], share: float, budget: int = NEVER) -> Theirs:
    """What sim-tools recommends, begun with as many futures as ours and looking as far ahead."""
    algorithm: Any = ReplicationsAlgorithm(
        half_width_precision=share,
        initial_replications=FEWEST,
        look_ahead=LOOK_AHEAD,
        replication_budget=budget,
    )
    model = Given(values)
    found, _ = algorithm.select(model, ["it"])
    return Theirs(found["it"], model.ran)


def ours(values: list[float], share: float) -> int | None:
    return held_at(Target("a@b", share, 0.0), values)


def normal(seed: int, mean: float) -> list[float]:
    return list(np.random.default_rng(seed).normal(mean, 4.0, NEVER + 20))


@pytest.mark.parametrize(("mean", "share"), [(8, 0.1), (20, 0.05), (20, 0.1), (60, 0.04)])
def test_on_the_same_numbers_both_recommend_the_same(mean: float, share: float) -> None:
    found = [
        (theirs(normal(seed, mean), share).at, ours(normal(seed, mean), share))
        for seed in range(12)
    ]
    assert all(their == our for their, our in found if their is None or their >= FEWEST)
    assert sum(their is not None and their > FEWEST for their, _ in found) >= 8


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_both_say_so_when_it_does_not_hold() -> None:
    values = normal(1, 8.0)
    assert theirs(values, 0.01) == Theirs(None, NEVER + 10)
    assert ours(values, 0.01) is None


def test_the_intervals_are_the_same() -> None:
    values = normal(3, 20.0)[:60]
    _, table = confidence_interval_method(values, alpha=0.05, decimal_places=9)
    for n in range(FEWEST, 61):
        known = known_average(values[:n])
        row = table.loc[n]
        assert (known.value, known.lower, known.upper) == pytest.approx(
            (row["Cumulative Mean"], row["Lower Interval"], row["Upper Interval"]), abs=1e-8
        )


# --- where the two rules are not the same ----------------------------------------------------


def test_theirs_may_recommend_fewer_futures_than_it_began_with_ours_never_under_ten() -> None:
    """After the ten it began with it looks back at intervals of three values and more."""
    found = [
        (theirs(normal(seed, 60.0), 0.1).at, ours(normal(seed, 60.0), 0.1)) for seed in range(6)
    ]
    assert all(their is not None and their < FEWEST for their, _ in found)
    assert {our for _, our in found} == {FEWEST}


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_beyond_a_hundred_futures_theirs_looks_further_ahead_but_recommends_the_same() -> None:
    """At 136 it holds for the next five, not for the next six that theirs then asks for.

    It goes on until it holds again for long enough, and then recommends the earliest number that
    held for five. If its budget ends where it does not hold, it says that nothing did.
    """
    values = list(np.random.default_rng(51).normal(8.0, 4.0, 260))
    assert ours(values, 0.09) == 136
    assert theirs(values, 0.09) == Theirs(136, 150)
    assert theirs(values, 0.09, budget=135) == Theirs(None, 142)


def test_theirs_takes_any_average_below_zero_for_sure_ours_only_looks_at_its_size() -> None:
    """It divides by the signed average: whatever is below zero is less than the share allowed."""
    for seed in range(6):
        values = normal(seed, 8.0)
        mirrored = [-value for value in values]
        assert theirs(mirrored, 0.1).at == 3
        assert ours(mirrored, 0.1) == ours(values, 0.1) == theirs(values, 0.1).at
        assert known_average(mirrored[:15]).how_far > 0.1 * 8.0  # type: ignore[operator]
