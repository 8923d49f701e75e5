"""The diary and the workers against queueing theory: waits at desks, exactly and by chance.

Requests and hours are the model's own; the exact values are those of `sim.theory.queues`.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heapify, heapreplace
from math import ceil

import numpy as np
import pytest
from claims import CLAIMS, SEED, Claim, claim, hold, seed_of, tails_at
from desks import Ask, desk_service, exponential, number_open, replications, waits, watch
from helpers import Data, plans_of
from lengths import at_length

from sim.measure.series import series
from sim.theory.queues import (
    Mmc,
    jackson,
    mg1_wait,
    poisson,
    priority_waits_mg1,
    priority_waits_mmc,
)

MEAN = 0.05  # working days to answer, on average
REPLICATIONS = 20
# Replications at each load, and requests of each that are looked at.
LOADS = {0.5: (20, 3_000), 0.8: (20, 6_000), 0.95: (60, 8_000)}


def settles(servers: int, busy: float) -> float:
    """Working days after which an empty queue is nearly in its steady state: 4 relaxation times.

    Relaxation time of M/M/c: 1 / (c mu (1 - sqrt(rho))^2) (Morse 1955).
    """
    return 4.0 * MEAN / (servers * (1.0 - busy**0.5) ** 2)


def one_queue(servers: int, busy: float, looked_at: int, hours: Data) -> tuple[Data, float, float]:
    """Describe one desk; and return from when and until when requests are looked at."""
    rate = busy * servers / MEAN
    first = settles(servers, busy)
    last = first + looked_at / rate
    room = 3.0 + settles(servers, busy)
    data = desk_service(
        {"line": servers}, {"line.ask": Ask(rate, hours)}, max(int(last + room) + 1, 31)
    )
    return data, first, last


CASES = [(c, busy) for c in (1, 2, 5, 10, 20) for busy in LOADS]
# One load of each number of clerks always; at length all: at 95% waits settle so slowly that one
# desk takes half a minute.
ALWAYS = {(1, 0.8), (2, 0.8), (5, 0.5), (10, 0.8), (20, 0.5)}


@pytest.mark.parametrize("case", at_length(CASES, ALWAYS), ids="{0[0]}-{0[1]}".format)
def test_waits_at_a_desk_of_several_are_those_of_m_m_c(case: tuple[int, float]) -> None:
    servers, busy = case
    claims = waits_of_m_m_c(servers, busy)
    assert len(claims) * len(CASES) == CLAIMS["waits"]
    hold(claims)


def waits_of_m_m_c(servers: int, busy: float) -> list[Claim]:
    number, looked_at = LOADS[busy]
    data, first, last = one_queue(servers, busy, looked_at, exponential(MEAN))
    exact = Mmc(servers * busy / MEAN, MEAN, servers)
    # Of those who wait, half and one in ten wait longer than this.
    half, tenth = exact.quantile(1.0 - exact.waits / 2), exact.quantile(1.0 - exact.waits / 10)
    case = f"M/M/{servers} at {busy:.0%}"
    runs = replications(data, seed_of(case), number)
    seen = [waits(run, "line.ask", first, last) for run in runs]
    tails = tails_at(busy)

    def share(over: float) -> list[float]:
        return [float((w > over).mean()) for w in seen]

    found = {
        "share who wait": (exact.waits, share(0.0)),
        f"share over {half:.2g} days": (exact.later_than(half), share(half)),
        f"share over {tenth:.2g} days": (exact.later_than(tenth), share(tenth)),
    }
    return [
        claim("waits", case, "mean wait, days", exact.mean_wait, [w.mean() for w in seen], tails),
        *(claim("waits", case, what, e, values, tails) for what, (e, values) in found.items()),
    ]


@pytest.mark.parametrize("servers", [1, 2, 7])
@pytest.mark.parametrize("hours", [exponential(MEAN), {"lognormal": {"mean": MEAN, "cv": 1.5}}])
def test_every_single_wait_is_that_of_first_come_first_served(servers: int, hours: Data) -> None:
    """Kiefer and Wolfowitz (1955): who comes next is served by whoever is free first."""
    data, _, _ = one_queue(servers, 0.9, 3_000, hours)
    seen = watch(plans_of(data), SEED, 1)
    free = [0.0] * servers
    heapify(free)
    for when, takes, id in seen.came["line.ask"]:
        begins = max(when, free[0])
        heapreplace(free, begins + takes)
        if id not in seen.began:
            break
        # Times lie on a grid of 2**-20 of a day; the rounding of each sitting adds up.
        assert seen.began[id] == pytest.approx(begins, abs=0.003)


def test_the_measures_of_a_desk_are_those_of_its_requests() -> None:
    """Counted again from when each request came, was begun and was answered."""
    data, _, _ = one_queue(2, 0.8, 2_000, exponential(MEAN))
    seen = watch(plans_of(data), SEED, 1)
    came = seen.came["line.ask"]
    end = float(seen.horizon)
    begun = [seen.began[id] - when for when, _, id in came if id in seen.began]
    done = [(when, seen.over[id]) for when, _, id in came if id in seen.over]
    there = sum(min(seen.over.get(id, end), end) - when for when, _, id in came)
    found = {s.address: s.value(0, len(seen.months)) for s in series(seen) if s.where == "line"}
    assert found == {
        "wait:ask@line": pytest.approx(sorted(begun)[ceil(0.5 * len(begun)) - 1]),
        "wait_p90:ask@line": pytest.approx(sorted(begun)[ceil(0.9 * len(begun)) - 1]),
        "wait_mean:ask@line": pytest.approx(np.mean(begun)),
        "answered:ask@line": len(done),
        # Due by the end of the next working day.
        "answered_in_time:ask@line": pytest.approx(np.mean([t <= int(w) + 2 for w, t in done])),
        "open_requests:ask@line": pytest.approx(there / end),
    }


# --- hours of any distribution ---------------------------------------------------------------

GENERAL = {
    "M/D/1 at 50%": (0.5, MEAN),
    "M/D/1 at 80%": (0.8, MEAN),
    "M/G/1, gamma of cv 0.5, at 80%": (0.8, {"gamma": {"mean": MEAN, "cv": 0.5}}),
    "M/G/1, gamma of cv 1.4, at 70%": (0.7, {"gamma": {"mean": MEAN, "cv": 1.4}}),
    "M/G/1, lognormal of cv 1.5, at 60%": (0.6, {"lognormal": {"mean": MEAN, "cv": 1.5}}),
    "M/G/1, two values, at 80%": (
        0.8,
        {"empirical": {"values": [MEAN / 2, 3 * MEAN], "weights": [0.8, 0.2]}},
    ),
}


def _draws(hours: Data) -> Callable[[float], float]:
    data = desk_service({"line": 1}, {"line.ask": Ask(1.0, hours)}, 60)
    plan = plans_of(data)[0][1]
    assert plan.desk_requests is not None
    return plan.desk_requests.requests["line.ask"].kind.hours


def spread(hours: Data | float) -> float:
    """Coefficient of variation of what the model draws (for most distributions, from a table)."""
    if isinstance(hours, float):
        return 0.0
    draw = _draws(hours)
    drawn = np.asarray([draw((i + 0.5) / 4096) for i in range(4096)])
    return float(drawn.std() / drawn.mean())


@pytest.mark.parametrize(
    "case", at_length(GENERAL, ["M/D/1 at 80%", "M/G/1, gamma of cv 1.4, at 70%"])
)
def test_waits_follow_the_spread_of_hours_not_only_their_mean(case: str) -> None:
    claims = waits_of_m_g_1(case)
    assert len(claims) * len(GENERAL) == CLAIMS["general hours"]
    hold(claims)


def waits_of_m_g_1(case: str) -> list[Claim]:
    busy, hours = GENERAL[case]
    data, first, last = one_queue(1, busy, 6_000, hours)
    runs = replications(data, seed_of(case), REPLICATIONS)
    seen = [waits(run, "line.ask", first, last) for run in runs]
    waiting = [float((w > 0).mean()) for w in seen]
    tails = tails_at(busy)
    mean = mg1_wait(busy / MEAN, MEAN, spread(hours))
    return [
        claim("general hours", case, "mean wait, days", mean, [w.mean() for w in seen], tails),
        claim("general hours", case, "share who wait", busy, waiting, tails),
    ]


# --- priorities ------------------------------------------------------------------------------

# Clerks, and for each class (pressing first) its share of the load and its hours.
CLASSES = {
    "M/M/1, two classes, at 80%": (1, (0.3, exponential(MEAN)), (0.5, exponential(MEAN))),
    "M/G/1, short and pressing before long": (1, (0.3, MEAN / 2), (0.4, exponential(2 * MEAN))),
    "M/G/1, long and pressing before short": (1, (0.4, exponential(2 * MEAN)), (0.3, MEAN / 2)),
    "M/M/4, two classes, at 90%": (4, (0.4, exponential(MEAN)), (0.5, exponential(MEAN))),
}


@pytest.mark.parametrize(
    "case",
    at_length(CLASSES, ["M/G/1, short and pressing before long", "M/M/4, two classes, at 90%"]),
)
def test_what_is_pressing_waits_less_and_by_as_much_as_theory_says(case: str) -> None:
    claims = waits_of_two_classes(case)
    assert len(claims) * len(CLASSES) == CLAIMS["priorities"]
    hold(claims)


def waits_of_two_classes(case: str) -> list[Claim]:
    servers, *classes = CLASSES[case]
    names = ["pressing", "other"]
    asks, rates, means, cvs = {}, [], [], []
    for name, priority, (share, hours) in zip(names, (2, 5), classes, strict=True):
        means.append(hours if isinstance(hours, float) else hours["exponential"]["mean"])
        cvs.append(0.0 if isinstance(hours, float) else 1.0)
        rates.append(share * servers / means[-1])
        asks[f"line.{name}"] = Ask(rates[-1], hours, priority)
    if servers == 1:
        exact = priority_waits_mg1(rates, means, cvs)
    else:
        exact = priority_waits_mmc(rates, MEAN, servers)
    busy = sum(share for share, _ in classes)
    first = 3.0 * settles(servers, busy)
    last = first + 9_000 * MEAN / servers
    data = desk_service({"line": servers}, asks, int(last + first) + 3)
    runs = list(replications(data, seed_of(case), REPLICATIONS))
    return [
        claim(
            "priorities",
            case,
            f"mean wait of the {name}, days",
            mean,
            [waits(run, f"line.{name}", first, last).mean() for run in runs],
            tails_at(busy),
        )
        for name, mean in zip(names, exact, strict=True)
    ]


# --- how many are open -----------------------------------------------------------------------

STAYS: dict[str, Data | float] = {
    "fixed": 5.0,
    "exponential": exponential(5.0),
    "gamma of cv 0.5": {"gamma": {"mean": 5.0, "cv": 0.5}},
    "lognormal of cv 1.5": {"lognormal": {"mean": 5.0, "cv": 1.5}},
    "two values": {"empirical": {"values": [1.0, 21.0], "weights": [0.8, 0.2]}},
}
OPEN = 3.0  # mean number open


@pytest.mark.parametrize("stay", STAYS)
def test_with_nobody_waiting_the_number_open_is_poisson_whatever_the_stay(stay: str) -> None:
    """M/G/infinity (Takacs 1962): forty clerks for three at a time."""
    claims = number_open_of(stay)
    assert len(claims) * len(STAYS) == CLAIMS["number open"]
    hold(claims)


def number_open_of(stay: str) -> list[Claim]:
    data = desk_service({"line": 40}, {"line.ask": Ask(OPEN / 5.0, STAYS[stay])}, 2_050)
    looks = np.arange(100, 2_000, 10)
    case = f"M/G/infinity, {stay} stays"
    runs = replications(data, seed_of(case), REPLICATIONS)
    seen = [number_open(run, "line.ask", looks) for run in runs]
    pairs = [(n * (n - 1)).mean() for n in seen]
    nobody = [float((n == 0).mean()) for n in seen]
    return [
        claim("number open", case, "mean number open", OPEN, [n.mean() for n in seen]),
        claim("number open", case, "mean of n (n - 1)", OPEN**2, pairs),
        claim("number open", case, "nobody", poisson(0, OPEN), nobody),
        claim(
            "number open",
            case,
            "at most three",
            sum(poisson(k, OPEN) for k in range(4)),
            [float((n <= 3).mean()) for n in seen],
        ),
    ]


# --- networks --------------------------------------------------------------------------------


@pytest.mark.parametrize("network", at_length(["tandem", "feedback", "two ways"], ["feedback"]))
def test_desks_that_pass_requests_on_are_jackson_networks(network: str) -> None:
    claims = {"tandem": tandem, "feedback": feedback, "two ways": two_ways}[network]()
    assert len(claims) * 3 == CLAIMS["networks"]
    hold(claims)


def _looks(data: Data, case: str, *names: str) -> list[list[np.ndarray]]:
    """Numbers open at each kind of request, every half a day from day 20 on, by replication."""
    looks = np.arange(20.0, 380.0, 0.5)
    return [
        [number_open(run, name, looks) for name in names]
        for run in replications(data, seed_of(case), REPLICATIONS)
    ]


def tandem() -> list[Claim]:
    """Burke (1956): what leaves one desk comes to the next as a Poisson process."""
    asks = {
        "first.ask": Ask(0.6 / MEAN, exponential(MEAN), goes_on={"second.ask": 1.0}),
        "second.ask": Ask(0.0, exponential(1.5 * MEAN)),
    }
    data = desk_service({"first": 1, "second": 1}, asks, 400)
    case = "two desks in a row, at 60% and 90%"
    seen = _looks(data, case, "first.ask", "second.ask")
    return [
        claim("networks", case, "open at the first", 0.6 / 0.4, [a.mean() for a, _ in seen]),
        claim(
            "networks", case, "open at the second", 9.0, [b.mean() for _, b in seen], tails_at(0.9)
        ),
        claim("networks", case, "first empty", 0.4, [float((a == 0).mean()) for a, _ in seen]),
        claim(
            "networks",
            case,
            "both empty",
            0.4 * 0.1,
            [float(((a == 0) & (b == 0)).mean()) for a, b in seen],
            tails_at(0.9),
        ),
    ]


def feedback() -> list[Claim]:
    """Three in ten of those answered ask again (Jackson 1957)."""
    rate = 0.7 * 0.8 / MEAN  # so that with those who ask again the clerk is busy 80% of the time
    asks = {"line.ask": Ask(rate, exponential(MEAN), goes_on={"line.ask": 0.3})}
    data = desk_service({"line": 1}, asks, 400)
    case = "one desk, three in ten ask again, at 80%"
    runs = list(replications(data, seed_of(case), REPLICATIONS))
    looks = np.arange(20.0, 380.0, 0.5)
    seen = [number_open(run, "line.ask", looks) for run in runs]
    again = [np.mean([id[-1] != "0" for _, _, id in run.came["line.ask"]]) for run in runs]
    spells = [
        np.mean([run.over[id] - t for t, _, id in run.came["line.ask"] if 20 <= t < 380])
        for run in runs
    ]
    return [
        claim("networks", case, "open", 4.0, [n.mean() for n in seen], tails_at(0.8)),
        claim("networks", case, "empty", 0.2, [float((n == 0).mean()) for n in seen]),
        claim("networks", case, "share who ask again", 0.3, [float(x) for x in again]),
        claim("networks", case, "days at each visit", MEAN / 0.2, list(spells), tails_at(0.8)),
    ]


def two_ways() -> list[Claim]:
    """Requests come to both desks, and some go to and fro between them."""
    here, there = jackson([4.0, 6.0], [[0.0, 0.5], [0.3, 0.0]], [0.1, 0.15], [1, 2])
    asks = {
        "here.ask": Ask(4.0, exponential(0.1), goes_on={"there.ask": 0.5}),
        "there.ask": Ask(6.0, exponential(0.15), goes_on={"here.ask": 0.3}),
    }
    data = desk_service({"here": 1, "there": 2}, asks, 400)
    case = "two desks that pass requests to and fro"
    seen = _looks(data, case, "here.ask", "there.ask")
    empty = [float((x == 0).mean()) for x, _ in seen]
    return [
        claim("networks", case, "open here", here.mean_there, [x.mean() for x, _ in seen]),
        claim("networks", case, "open there", there.mean_there, [y.mean() for _, y in seen]),
        claim("networks", case, "here empty", here.probability(0), empty),
        claim(
            "networks",
            case,
            "both empty",
            here.probability(0) * there.probability(0),
            [float(((x == 0) & (y == 0)).mean()) for x, y in seen],
        ),
    ]
