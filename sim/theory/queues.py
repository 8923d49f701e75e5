"""Formulas of queues: who waits, how long, and how many are there.

Times in any one unit, rates per that unit. Each function says whether it is exact. Where work
comes in faster than it can be done there is no equilibrium, and an error says so.

Sources
-------
Erlang (1917); Pollaczek (1930) and Khintchine (1932); Cobham (1954), "Priority assignment in
waiting line problems", Operations Research 2; Jackson (1957), "Networks of waiting lines",
Operations Research 5; Kella and Yechiali (1985), "Waiting times in the non-preemptive priority
M/M/c queue", Stochastic Models 1; Allen (1990), *Probability, Statistics, and Queueing Theory*;
Eick, Massey and Whitt (1993), "The physics of the M(t)/G/infinity queue", Operations Research 41.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, fsum, inf, lgamma, log

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]


class OverloadedError(ValueError):
    """More work comes in than can be done: queues grow without end."""


def _checked(arrivals: float, mean: float, servers: int) -> float:
    """Return the load of each server; refuse what has no equilibrium."""
    if arrivals < 0 or mean <= 0:
        raise ValueError("the rate of arrivals must not be negative, and service takes time")
    if servers < 1 or servers != int(servers):
        raise ValueError(f"servers must be a whole number from 1, not {servers}")
    load = arrivals * mean / servers
    if load >= 1.0:
        raise OverloadedError(f"{load:.0%} of what {servers} can do: no equilibrium")
    return load


def erlang_b(servers: int, offered: float) -> float:
    """Return the share of arrivals that find every server taken and are lost (exact).

    Parameters
    ----------
    servers
        Servers, or slots.
    offered
        Rate of arrivals times mean stay (erlangs). Holds for stays of any distribution.

    Notes
    -----
    Erlang (1917), by the stable recursion B(n) = aB(n-1) / (n + aB(n-1)).

    Raises
    ------
    ValueError
        For a negative number of servers or load.
    """
    if servers < 0 or servers != int(servers) or offered < 0:
        raise ValueError("servers and offered load must not be negative")
    lost = 1.0
    for n in range(1, int(servers) + 1):
        lost = offered * lost / (n + offered * lost)
    return lost


def erlang_c(servers: int, offered: float) -> float:
    """Return the share of arrivals that have to wait in M/M/c (exact; Erlang 1917).

    Raises
    ------
    OverloadedError
        If the offered load is not less than the servers.
    """
    _checked(offered, 1.0, servers)
    lost = erlang_b(servers, offered)
    load = offered / servers
    return lost / (1.0 - load * (1.0 - lost))


@dataclass(frozen=True)
class Mmc:
    """One queue served by c alike workers, first come first served: M/M/c (exact).

    Attributes
    ----------
    arrivals
        Arrivals per unit of time.
    mean
        Mean time of service.
    servers
        Workers.

    Raises
    ------
    OverloadedError
        If there is no equilibrium.
    """

    arrivals: float
    mean: float
    servers: int = 1

    def __post_init__(self) -> None:
        _checked(self.arrivals, self.mean, self.servers)

    @property
    def load(self) -> float:
        """Share of the workers' time that is taken."""
        return self.arrivals * self.mean / self.servers

    @property
    def waits(self) -> float:
        """Share of arrivals who wait at all."""
        return erlang_c(self.servers, self.arrivals * self.mean)

    @property
    def _spare(self) -> float:
        return self.servers / self.mean - self.arrivals

    def later_than(self, time: float) -> float:
        """Return the share who wait longer than a time."""
        return 1.0 if time < 0 else self.waits * exp(-self._spare * time)

    def quantile(self, share: float) -> float:
        """Return the wait that a share of arrivals do not exceed."""
        if not 0 <= share < 1:
            raise ValueError("a share below 1 is wanted")
        waits = self.waits
        return 0.0 if share <= 1.0 - waits else log(waits / (1.0 - share)) / self._spare

    @property
    def mean_wait(self) -> float:
        """Mean wait of all, those who do not wait included."""
        return self.waits / self._spare

    @property
    def mean_waiting(self) -> float:
        """Mean number waiting (Little)."""
        return self.arrivals * self.mean_wait

    @property
    def mean_there(self) -> float:
        """Mean number waiting or served (Little)."""
        return self.arrivals * (self.mean_wait + self.mean)

    def probability(self, number: int) -> float:
        """Return the chance that so many are waiting or being served."""
        c, a = self.servers, self.arrivals * self.mean
        if number < 0:
            return 0.0
        if a == 0.0:
            return float(number == 0)
        # From what waits: P(c or more) = waits, and P(c) = waits (1 - load).
        at_c = self.waits * (1.0 - self.load)
        if number >= c:
            return at_c * self.load ** (number - c)
        return at_c * exp(lgamma(c + 1) - lgamma(number + 1) - (c - number) * log(a))


def mg1_wait(arrivals: float, mean: float, cv: float) -> float:
    """Return the mean wait in M/G/1, first come first served (exact).

    Parameters
    ----------
    mean, cv
        Mean time of service, and its standard deviation over its mean.

    Notes
    -----
    Pollaczek (1930), Khintchine (1932): arrivals E[S^2] / 2(1 - load).
    """
    load = _checked(arrivals, mean, 1)
    return arrivals * mean**2 * (1.0 + cv**2) / (2.0 * (1.0 - load))


def md1_wait(arrivals: float, mean: float) -> float:
    """Return the mean wait where every service takes the same time (exact)."""
    return mg1_wait(arrivals, mean, 0.0)


def md1_later_than(arrivals: float, mean: float, time: float) -> float:
    """Return the share who wait longer than a time in M/D/1 (exact; Erlang 1909).

    Raises
    ------
    ValueError
        For times so long (more than twenty services) that the alternating sum loses its digits.
    """
    load = _checked(arrivals, mean, 1)
    if time < 0:
        return 1.0
    if time > 20.0 * mean:
        raise ValueError("the sum has no digits left for waits of more than twenty services")
    terms = []
    for k in range(floor(time / mean) + 1):
        x = arrivals * (k * mean - time)  # not above 0
        size = exp(-x + (k * log(-x) if x < 0 else 0.0) - lgamma(k + 1)) if x < 0 or k == 0 else 0.0
        terms.append(-size if k % 2 else size)
    return 1.0 - (1.0 - load) * fsum(terms)


def mgc_wait(
    arrivals: float, mean: float, cv: float, servers: int, cv_arrivals: float = 1.0
) -> float:
    """Return the mean wait in M/G/c, or G/G/c: an approximation.

    Allen and Cunneen (Allen 1990): that of M/M/c times half the sum of the squared coefficients
    of variation of arrivals and services. Exact for M/M/c and for M/G/1; for more servers usually
    within a few per cent at high load.
    """
    return Mmc(arrivals, mean, servers).mean_wait * (cv_arrivals**2 + cv**2) / 2.0


def priority_waits_mg1(
    arrivals: Sequence[float], means: Sequence[float], cvs: Sequence[float]
) -> Vector:
    """Return the mean wait of each class in M/G/1 with priorities that do not interrupt (exact).

    Parameters
    ----------
    arrivals, means, cvs
        Of each class, the most pressing first.

    Notes
    -----
    Cobham (1954): W_k = W_0 / (1 - load up to k - 1)(1 - load up to k), where W_0 is what is left
    of the service in progress. A class that is pressing enough has an equilibrium even where the
    whole has not: those without one wait for ever (infinity).
    """
    rate, mean, cv = (np.asarray(x, dtype=float) for x in (arrivals, means, cvs))
    loads = rate * mean
    upto = np.cumsum(loads)
    served = _served(loads, 1.0)  # where overloaded, the last class served fills the rest
    left = float(np.sum(served * mean * (1.0 + cv**2)) / 2.0)
    return _cobham(left, upto, upto - loads)


def priority_waits_mmc(arrivals: Sequence[float], mean: float, servers: int) -> Vector:
    """Return the mean wait of each class in M/M/c, with one mean service for all (exact).

    Classes do not interrupt; the most pressing first. Cobham (1954); Kella and Yechiali (1985).
    Classes without an equilibrium wait for ever (infinity).
    """
    if mean <= 0 or servers < 1:
        raise ValueError("service takes time, and somebody has to do it")
    loads = np.asarray(arrivals, dtype=float) * mean / servers
    total = float(loads.sum())
    waits = erlang_c(servers, total * servers) if total < 1.0 else 1.0
    upto = np.cumsum(loads)
    return _cobham(waits * mean / servers, upto, upto - loads)


def _served(loads: Vector, room: float) -> Vector:
    before = np.cumsum(loads) - loads
    return np.clip(np.minimum(loads, room - before), 0.0, None)


def _cobham(left: float, upto: Vector, before: Vector) -> Vector:
    waits = np.full(len(upto), inf)
    fine = upto < 1.0 - 1e-12
    waits[fine] = left / ((1.0 - before[fine]) * (1.0 - upto[fine]))
    return waits


def open_at(arrivals: float, mean_stay: float) -> float:
    """Return the mean number open in M/G/infinity in equilibrium; it is Poisson (exact)."""
    if arrivals < 0 or mean_stay < 0:
        raise ValueError("neither rate nor stay can be negative")
    return arrivals * mean_stay


def open_after(
    time: float,
    arrivals: Callable[[Vector], ArrayLike] | float,
    survival: Callable[[Vector], ArrayLike],
    steps: int = 2000,
) -> float:
    """Return the mean number open a time after an empty start; it is Poisson.

    Parameters
    ----------
    arrivals
        Rate of arrivals, or the function of time that gives it.
    survival
        Share of cases still open so long after they were opened.
    steps
        Points of Simpson's rule; exact to that rule (Eick, Massey and Whitt 1993).
    """
    if time <= 0:
        return 0.0
    steps += steps % 2
    ago = np.linspace(0.0, time, steps + 1)
    rate = arrivals(time - ago) if callable(arrivals) else arrivals
    values = np.broadcast_to(np.asarray(rate), ago.shape) * np.asarray(survival(ago))
    weights = np.ones(steps + 1)
    weights[1:-1:2], weights[2:-1:2] = 4.0, 2.0
    return float(np.dot(weights, values) * time / steps / 3.0)


def poisson(number: int, mean: float) -> float:
    """Return the chance of so many, where the number is Poisson."""
    if number < 0 or mean < 0:
        return 0.0
    if mean == 0.0:
        return float(number == 0)
    return exp(number * log(mean) - mean - lgamma(number + 1))


def servers_for(arrivals: float, mean: float, time: float, share: float) -> int:
    """Return how many servers M/M/c needs so that a share waits no longer than a time (exact)."""
    if not 0 < share < 1:
        raise ValueError("a share between 0 and 1 is wanted")
    servers = max(ceil(arrivals * mean), 1)
    if arrivals * mean >= servers:
        servers += 1
    while Mmc(arrivals, mean, servers).later_than(time) > 1.0 - share:
        servers += 1
    return servers


def jackson(
    outside: ArrayLike, routing: ArrayLike, means: Sequence[float], servers: Sequence[int]
) -> list[Mmc]:
    """Return each desk of an open network of M/M/c desks, in series or with feedback (exact).

    Parameters
    ----------
    outside
        Rate of arrivals from outside at each desk.
    routing
        Chance of going from desk (row) to desk (column) next; the rest leaves.
    means, servers
        Mean time of service and workers of each desk.

    Notes
    -----
    Jackson (1957): in equilibrium the numbers at the desks are independent, each as in its own
    M/M/c with the rate the traffic equations give. Means of time spent hold with feedback too;
    the distribution of the whole time through the network is not the product of the desks'.
    """
    from sim.theory.traffic import visits

    rates = visits(np.asarray(outside, dtype=float), np.asarray(routing, dtype=float))
    return [Mmc(float(r), m, c) for r, m, c in zip(rates, means, servers, strict=True)]
