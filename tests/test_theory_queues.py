"""Formulas of queues, against hand arithmetic, published tables and one another."""

from __future__ import annotations

from math import exp, inf

import numpy as np
import pytest

from sim.theory import queues, traffic
from sim.theory.queues import Mmc, OverloadedError


@pytest.mark.parametrize(
    ("servers", "offered", "lost"),
    # Traffic tables: 1% and 5% lost at these loads. The last needs the stable recursion.
    [(0, 3.0, 1.0), (1, 1.0, 0.5), (2, 1.0, 0.2), (5, 1.361, 0.01), (10, 4.461, 0.01),
     (20, 15.249, 0.05), (100, 84.064, 0.01), (1000, 1000.0, 0.02486)],
)  # fmt: skip
def test_erlang_b_agrees_with_the_tables(servers: int, offered: float, lost: float) -> None:
    assert queues.erlang_b(servers, offered) == pytest.approx(lost, rel=2e-3)


def test_with_one_worker_the_share_who_wait_is_the_load() -> None:
    assert queues.erlang_c(1, 0.7) == pytest.approx(0.7)


def test_erlang_c_by_hand_for_two_workers() -> None:
    # a = 1.5: (a^2/2)/(1 - 0.75) = 4.5 against 1 + a + 4.5 = 7.
    assert queues.erlang_c(2, 1.5) == pytest.approx(4.5 / 7.0)


def test_one_worker_by_hand() -> None:
    desk = Mmc(arrivals=0.8, mean=1.0)
    assert desk.mean_wait == pytest.approx(4.0)
    assert desk.mean_there == pytest.approx(4.0)  # load / (1 - load)
    assert desk.later_than(5.0) == pytest.approx(0.8 * exp(-1.0))
    assert desk.later_than(-1.0) == 1.0
    assert desk.quantile(0.1) == 0.0
    assert desk.later_than(desk.quantile(0.95)) == pytest.approx(0.05)


@pytest.mark.parametrize("servers", [1, 2, 5, 10, 20])
@pytest.mark.parametrize("load", [0.5, 0.8, 0.95])
def test_the_chances_of_each_number_add_up_and_give_littles_law(servers: int, load: float) -> None:
    desk = Mmc(load * servers, 1.0, servers)
    chances = np.array([desk.probability(n) for n in range(2000)])
    assert chances.sum() == pytest.approx(1.0)
    assert chances @ np.arange(2000) == pytest.approx(desk.mean_there)
    assert chances[servers:].sum() == pytest.approx(desk.waits)
    waits = np.linspace(0.0, 60.0 * desk.mean_wait / desk.waits, 2001)
    tail = [desk.later_than(t) for t in waits]
    assert np.trapezoid(tail, waits) == pytest.approx(desk.mean_wait, rel=1e-3)


def test_too_much_work_is_said_and_not_answered() -> None:
    with pytest.raises(OverloadedError, match="no equilibrium"):
        Mmc(2.0, 1.0, 2)
    with pytest.raises(OverloadedError):
        queues.mg1_wait(1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="whole number"):
        Mmc(1.0, 0.1, 0)


def test_pollaczek_and_khintchine_by_hand() -> None:
    assert queues.mg1_wait(0.8, 1.0, 1.0) == pytest.approx(Mmc(0.8, 1.0).mean_wait)
    assert queues.md1_wait(0.8, 1.0) == pytest.approx(2.0)  # half that of M/M/1
    assert queues.mg1_wait(0.5, 1.0, 2.0) == pytest.approx(2.5)


def test_waits_of_md1_have_the_mean_of_the_formula() -> None:
    times = np.linspace(0.0, 20.0, 4001)
    tail = [queues.md1_later_than(0.5, 1.0, t) for t in times]
    assert tail[0] == pytest.approx(0.5)  # the share who wait at all is the load
    assert np.trapezoid(tail, times) == pytest.approx(queues.md1_wait(0.5, 1.0), rel=1e-3)
    assert np.all(np.diff(tail) <= 1e-6)
    with pytest.raises(ValueError, match="digits"):
        queues.md1_later_than(0.5, 1.0, 21.0)


def test_allen_and_cunneen_is_exact_at_its_two_ends() -> None:
    assert queues.mgc_wait(0.8, 1.0, 0.5, 1) == pytest.approx(queues.mg1_wait(0.8, 1.0, 0.5))
    assert queues.mgc_wait(4.0, 1.0, 1.0, 5) == pytest.approx(Mmc(4.0, 1.0, 5).mean_wait)


def test_allen_and_cunneen_is_near_the_tables_of_m_d_c() -> None:
    # M/D/c: about half the wait of M/M/c; Cosmetatos' correction for c = 2, load 0.8 gives 0.5204.
    ratio = queues.mgc_wait(1.6, 1.0, 0.0, 2) / Mmc(1.6, 1.0, 2).mean_wait
    assert ratio == pytest.approx(0.52, abs=0.03)


def test_cobhams_priorities_by_hand() -> None:
    # W0 = 0.8: over (1 - 0.3) and over (1 - 0.3)(1 - 0.8).
    waits = queues.priority_waits_mg1([0.3, 0.5], [1.0, 1.0], [1.0, 1.0])
    assert waits == pytest.approx([0.8 / 0.7, 0.8 / (0.7 * 0.2)])


def test_priorities_keep_the_work_that_waits() -> None:
    """The conservation law: sum of load times wait is the same in every order."""
    rate, mean, cv = [0.2, 0.3, 0.1], [1.0, 0.5, 3.0], [1.0, 0.0, 0.5]
    one = queues.priority_waits_mg1(rate, mean, cv)
    other = queues.priority_waits_mg1(rate[::-1], mean[::-1], cv[::-1])[::-1]
    loads = np.array(rate) * np.array(mean)
    assert loads @ one == pytest.approx(loads @ other)
    assert one[0] < other[0]


@pytest.mark.parametrize("servers", [1, 3, 10])
def test_priorities_share_out_the_wait_of_one_class(servers: int) -> None:
    rates = np.array([0.3, 0.6]) * servers
    waits = queues.priority_waits_mmc(list(rates), 1.0, servers)
    one_class = Mmc(float(rates.sum()), 1.0, servers).mean_wait
    assert rates @ waits / rates.sum() == pytest.approx(one_class)


def test_a_pressing_class_has_an_equilibrium_even_in_overload() -> None:
    single = queues.priority_waits_mg1([0.5, 0.8], [1.0, 1.0], [0.0, 0.0])
    assert single == pytest.approx([1.0, inf])  # somebody is always served: W0 = 1/2
    several = queues.priority_waits_mmc([1.0, 2.0], 1.0, 2)
    assert several == pytest.approx([1.0, inf])  # everybody is busy: W0 = 1/2


def test_number_open_after_an_empty_start() -> None:
    # Exponential stays: rate x mean (1 - exp(-t / mean)).
    found = queues.open_after(3.0, 10.0, lambda x: np.exp(-x / 2.0))
    assert found == pytest.approx(20.0 * (1 - exp(-1.5)))
    # Fixed stays of 2, a rate that grows as t: from t - 2 to t.
    fixed = queues.open_after(5.0, lambda t: t, lambda x: (x <= 2.0).astype(float), steps=100_000)
    assert fixed == pytest.approx((25.0 - 9.0) / 2.0, rel=1e-4)
    assert queues.open_after(0.0, 10.0, lambda x: x) == 0.0
    assert queues.open_at(10.0, 2.0) == 20.0


def test_poisson_chances() -> None:
    assert sum(queues.poisson(n, 20.0) for n in range(200)) == pytest.approx(1.0)
    assert queues.poisson(0, 0.0) == 1.0 and queues.poisson(-1, 3.0) == 0.0


def test_servers_for_a_promise_are_enough_and_one_fewer_is_not() -> None:
    servers = queues.servers_for(10.0, 1.0, 0.5, 0.9)
    assert Mmc(10.0, 1.0, servers).later_than(0.5) <= 0.1
    assert Mmc(10.0, 1.0, servers - 1).later_than(0.5) > 0.1


def test_desks_in_series_and_with_feedback() -> None:
    series = queues.jackson([2.0, 0.0], [[0, 1], [0, 0]], [0.25, 0.4], [1, 2])
    assert [desk.arrivals for desk in series] == pytest.approx([2.0, 2.0])
    # Half come back to the first desk: 2 / (1 - 0.5) = 4 a year pass it.
    back = queues.jackson([2.0, 0.0], [[0, 1], [0.5, 0]], [0.2, 0.1], [1, 1])
    assert [desk.arrivals for desk in back] == pytest.approx([4.0, 4.0])
    assert back[0].mean_there == pytest.approx(0.8 / 0.2)


# --- chains ---------------------------------------------------------------------------------


def test_visits_of_a_gambler_by_hand() -> None:
    # Between 0 and 3 with even odds, from 1: visits to 1 and 2 are 4/3 and 2/3.
    table = traffic.fundamental([[0.0, 0.5], [0.5, 0.0]])
    assert table[0] == pytest.approx([4 / 3, 2 / 3])


def test_a_closed_class_is_refused() -> None:
    with pytest.raises(traffic.NobodyLeavesError):
        traffic.fundamental([[0.0, 1.0], [1.0, 0.0]])
    with pytest.raises(traffic.NobodyLeavesError):
        traffic.expected_stays(traffic.generator([[0.0, 1.0], [1.0, 0.0]]))
    with pytest.raises(ValueError, match="at most 1"):
        traffic.fundamental([[0.0, 0.7], [0.5, 0.6]])


def test_stays_add_up_to_the_mean_time_to_leave() -> None:
    # 0 goes to 1 at rate 1 and leaves at 1; 1 leaves at 0.5.
    stays = traffic.expected_stays(traffic.generator([[0, 1], [0, 0]], np.array([1.0, 0.5])))
    assert stays[0] == pytest.approx([0.5, 1.0])
    assert traffic.open_in_equilibrium([10, 0], [[0, 0.5], [0, 0]], [0.5, 2.0]) == pytest.approx(
        [5.0, 10.0]
    )


def test_month_by_month_is_the_m_g_infinity_of_each_month() -> None:
    q = traffic.generator([[0.0]], 0.5)
    at_end, within = traffic.month_by_month(q, [0.0], [12.0], 120)
    year = queues.open_after(1.0, 12.0, lambda x: np.exp(-x / 2.0))
    assert at_end[11, 0] == pytest.approx(year)
    assert within[-1, 0] == pytest.approx(24.0, rel=0.01)
    assert within[0, 0] == pytest.approx(12 * 24.0 * (1 / 12 - 2 * (1 - exp(-1 / 24))), rel=1e-6)
