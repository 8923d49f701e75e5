"""As many futures as it takes: when a target holds, what is refused, and what is said."""

import numpy as np
import pytest
from scipy import stats

from sim.cli import main
from sim.experiment.precision import BATCH, held_at, known_in, run_to_precision
from sim.experiment.reading_targets import PrecisionRefusedError, check_targets, read_target
from sim.experiment.run import run
from sim.experiment.store import Store
from sim.experiment.targets import Target
from sim.scenario import load

OPEN = "open_children@service"


def by_scipy(values: list[float], share: float, least: float) -> int | None:
    """The same rule worked out another way: scipy's own interval at each n, then the look-ahead."""
    good = []
    for n in range(10, len(values) + 1):
        part = np.array(values[:n])
        low, high = stats.t.interval(0.95, n - 1, loc=part.mean(), scale=stats.sem(part))
        good.append((high - low) / 2 <= max(share * abs(part.mean()), least))
    return next((10 + i for i in range(len(good) - 5) if all(good[i : i + 6])), None)


@pytest.mark.parametrize("mean", [-40.0, -1.0, 0.0, 0.2, 25.0])
@pytest.mark.parametrize(("share", "least"), [(0.0, 0.3), (0.05, 0.0), (0.05, 0.5), (0.01, 0.25)])
def test_a_target_holds_where_an_independent_working_out_says(
    mean: float, share: float, least: float
) -> None:
    for draw in range(5):
        values = list(np.random.default_rng(draw).normal(mean, 1.0, 120))
        assert held_at(Target("a@b", share, least), values) == by_scipy(values, share, least)


def test_the_cases_above_hold_at_different_numbers_and_sometimes_never() -> None:
    normal = np.random.default_rng(0).normal
    found = {by_scipy(list(normal(m, 1.0, 120)), 0.05, 0.0) for m in (-40, -5, 0, 5, 25)}
    assert None in found
    assert len(found) > 2


def test_a_mean_below_zero_needs_as_many_futures_as_the_same_above() -> None:
    values = list(np.random.default_rng(3).normal(-8.0, 1.0, 100))
    target = Target("a@b", 0.05, 0.0)
    at = held_at(target, values)
    assert at is not None
    assert at == held_at(target, [-value for value in values])


def test_an_interval_that_is_short_by_chance_does_not_hold() -> None:
    """Ten like values hold at 10; the eleventh, far off, shows that they were luck."""
    values = [1.0, 1.1] * 5
    target = Target("a@b", 0.0, 0.1)
    assert held_at(target, [*values, *[1.0, 1.1] * 3]) == 10
    assert held_at(target, [*values, 9.0, *[1.0, 1.1] * 3]) is None


def test_five_more_futures_are_looked_at_before_it_holds() -> None:
    values = [1.0, 1.1] * 8
    target = Target("a@b", 0.0, 0.1)
    assert held_at(target, values[:14]) is None
    assert held_at(target, values[:15]) == 10


def test_an_average_of_zero_has_no_share_to_be_within_but_may_have_a_floor() -> None:
    about_nothing = [-0.1, 0.1] * 15
    assert held_at(Target("a@b", 0.05, 0.0), about_nothing) is None
    assert held_at(Target("a@b", 0.05, 0.5), about_nothing) == 10


def test_futures_without_a_value_are_not_counted_as_values() -> None:
    """Every second future has none: the tenth value comes with the twentieth future."""
    values = [x for value in [1.0, 1.1] * 10 for x in (None, value)]
    assert held_at(Target("a@b", 0.0, 0.1), values) == 20
    assert held_at(Target("a@b", 0.0, 0.1), [None] * 40) is None


@pytest.mark.parametrize(
    ("text", "target"),
    [
        (f"{OPEN} 0.5", Target(OPEN, 0.0, 0.5)),
        (f"{OPEN} 5%", Target(OPEN, 0.05, 0.0)),
        (f"  {OPEN}   5 %  or .5 ", Target(OPEN, 0.05, 0.5)),
    ],
)
def test_what_may_be_written(text: str, target: Target) -> None:
    assert read_target(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        OPEN,
        "open_children 0.5",
        f"{OPEN} small",
        f"{OPEN} -1",
        f"{OPEN} 0.5 or 5%",
        "@x 1",
        f"{OPEN} nan",
        f"{OPEN} 1 2",
        "open_children@ 1",
    ],
)
def test_anything_else_is_refused_with_what_may_be_written(text: str) -> None:
    with pytest.raises(PrecisionRefusedError, match="write MEASURE@WHERE and how far off"):
        read_target(text)


@pytest.mark.parametrize("text", [f"{OPEN} 0", f"{OPEN} 0%", f"{OPEN} 0% or 1"])
def test_nothing_can_be_known_exactly(text: str) -> None:
    with pytest.raises(PrecisionRefusedError, match="must allow more than 0"):
        read_target(text)


def test_an_unknown_measure_is_refused_with_the_nearest() -> None:
    with pytest.raises(PrecisionRefusedError, match="nearest are open_children@service"):
        check_targets([Target("open_childen@service", 0.0, 1.0)], [OPEN, "cost@service"], [])


def test_the_measures_are_known_without_running() -> None:
    short = load("three-hubs", ["horizon=1 month"])
    (future,) = run(short, replications=1, jobs=1).replications
    assert known_in(short) == ([each.address for each in future.series], ["2026-04"])


@pytest.mark.long
def test_a_run_goes_on_in_tens_until_it_holds_and_keeps_them_all(tmp_path: object) -> None:
    """Whoever runs them and wherever they come from, the same futures are run."""
    short = load("three-hubs", ["horizon=1 month"])
    targets = [Target(OPEN, 0.05, 0.0), Target("open_children@mash", 0.0, 1000.0)]
    store = Store(tmp_path)  # type: ignore[arg-type]
    told: list[tuple[int, int]] = []
    precise = run_to_precision(
        short,
        targets,
        limit=25,
        jobs=1,
        store=store,
        on_done=lambda done, asked: told.append((done, asked)),
    )
    done = [each.number for each in precise.results.replications]
    assert done == list(range(1, 2 * BATCH + 1))
    assert [each.at for each in precise.reached] == [10, 10]
    assert told[-1] == (20, 20)
    again = run_to_precision(short, targets, limit=25, jobs=2, store=store)
    assert again.results.kept == len(done)
    assert again.results.replications == precise.results.replications
    assert again.reached == precise.reached


@pytest.mark.long
def test_the_command_says_what_held_and_what_did_not(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--precision", f"{OPEN} 5%", "--precision", f"{OPEN} 0.000001"]
    few = ["--horizon", "1 month", "--max-replications", "15", "--quiet"]
    assert main(["run", "three-hubs", *few, *asked]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert f"{OPEN} (asked: 5%): held at 10 futures" in out
    assert f"{OPEN} (asked: 1e-06): NOT REACHED; ±" in out
    assert "with all 15 values" in out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--precision", "open_childen@service 1"], "the nearest are open_children@service"),
        (["--precision", f"{OPEN} 1", "--replications", "20"], "leave out --replications"),
        (["--precision", f"{OPEN} 1", "--max-replications", "14"], "allow 15 or more"),
        (["--max-replications", "30"], "goes with --precision"),
    ],
)
def test_the_command_refuses_before_it_runs(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", "three-hubs", *options]) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.out == ""
