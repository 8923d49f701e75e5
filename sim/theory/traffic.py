"""Traffic equations and absorbing chains: visits, stays, who is open, and month by month.

States are rows; a matrix of chances or rates is read "from row to column". Rates a year and times
in years throughout, though any unit would do. Everything here is exact linear algebra; whether it
fits a service is for `twin` to say.

Sources
-------
Kemeny and Snell (1960), *Finite Markov Chains* (the fundamental matrix); Ross (2014),
*Introduction to Probability Models* (semi-Markov processes: only mean stays matter in equilibrium);
Van Loan (1978), "Computing integrals involving the matrix exponential", IEEE Transactions on
Automatic Control 23.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import expm
from scipy.sparse import coo_array, csr_array

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]


ROUNDING = 1e-7  # of the largest number: what a series leaves out


class NoExpectationError(ArithmeticError):
    """The twin has no answer for a scenario; the message says why."""


class NobodyLeavesError(ValueError):
    """Some states can never be left: who comes there stays for ever."""


def fundamental(chances: ArrayLike) -> Matrix:
    """Return the mean visits to each state (column) of who starts in each (row), start included.

    Parameters
    ----------
    chances
        Chance of going from state (row) to state (column) next; what a row lacks of 1 leaves.

    Raises
    ------
    NobodyLeavesError
        If from some state there is no way out.
    """
    p = _chances(chances)
    try:
        found: Matrix = np.linalg.inv(np.eye(len(p)) - p).astype(np.float64)
    except np.linalg.LinAlgError:
        raise NobodyLeavesError("from some states there is no way out") from None
    # A closed class makes the matrix singular, which rounding may hide.
    if not np.all(np.isfinite(found)) or found.min() < -1e-9 or found.max() > 1e12:
        raise NobodyLeavesError("from some states there is no way out")
    return found


def visits(outside: ArrayLike, chances: ArrayLike) -> Vector:
    """Solve the traffic equations: arrivals a year at each state, from outside and from others.

    Parameters
    ----------
    outside
        Arrivals a year at each state from outside.
    chances
        As for `fundamental`.
    """
    found: Vector = np.asarray(outside, dtype=float) @ fundamental(chances)
    return found


def open_in_equilibrium(outside: ArrayLike, chances: ArrayLike, stays: ArrayLike) -> Vector:
    """Return how many are in each state in equilibrium, whatever the distributions of stays.

    Parameters
    ----------
    stays
        Mean stay in each state, years. Little's law for a semi-Markov chain.
    """
    found: Vector = visits(outside, chances) * np.asarray(stays, dtype=float)
    return found


def generator(rates: ArrayLike, leaving: ArrayLike | float = 0.0) -> Matrix:
    """Return the generator of a chain in continuous time.

    Parameters
    ----------
    rates
        Rate a year from state (row) to state (column); the diagonal is ignored.
    leaving
        Rate a year of leaving for good, from each state.
    """
    q = np.array(rates, dtype=float)
    np.fill_diagonal(q, 0.0)
    if q.min(initial=0.0) < 0 or np.min(leaving) < 0:
        raise ValueError("rates cannot be negative")
    np.fill_diagonal(q, -(q.sum(axis=1) + leaving))
    return q


def expected_stays(q: Matrix) -> Matrix:
    """Return the mean time in each state (column) of who starts in each (row), before leaving."""
    try:
        found: Matrix = np.linalg.inv(-q).astype(np.float64)
    except np.linalg.LinAlgError:
        raise NobodyLeavesError("from some states there is no way out") from None
    if not np.all(np.isfinite(found)) or found.min() < -1e-9 or found.max() > 1e12:
        raise NobodyLeavesError("from some states there is no way out")
    return found


def step(q: Matrix, years: float) -> tuple[Matrix, Matrix]:
    """Return what one step of time does: where each is at its end, and time spent during it.

    Returns
    -------
    moved
        Chance of being in state (column) after `years` for who is in state (row) now.
    spent
        Mean time (years) in state (column) within the step for who is in state (row) now.

    Notes
    -----
    Both from one exponential of [[q, 1], [0, 0]] (Van Loan 1978).
    """
    n = len(q)
    both = np.zeros((2 * n, 2 * n))
    both[:n, :n] = q * years
    both[:n, n:] = np.eye(n) * years
    done = expm(both)
    return done[:n, :n], done[:n, n:]


def month_by_month(
    q: Matrix, first: ArrayLike, arrivals: ArrayLike, months: int
) -> tuple[Matrix, Matrix]:
    """Return who is in each state at each month's end, and on average within each month.

    Parameters
    ----------
    q
        Generator, rates a year.
    first
        How many are in each state at the start.
    arrivals
        Arrivals a year at each state: one row for all months, or one for each.

    Returns
    -------
    at_end, within
        One row a month. Exact for arrivals that are Poisson with a rate constant in each month.
    """
    moved, spent = step(q, 1.0 / 12.0)
    n = len(q)
    # Arrivals in the course of a month: the same integrals, once more.
    both = np.zeros((3 * n, 3 * n))
    both[:n, :n] = q / 12.0
    both[:n, n : 2 * n] = both[n : 2 * n, 2 * n :] = np.eye(n) / 12.0
    twice = expm(both)[:n, 2 * n :]
    rates = np.broadcast_to(np.asarray(arrivals, dtype=float), (months, n))
    now = np.asarray(first, dtype=float)
    at_end, within = np.empty((months, n)), np.empty((months, n))
    for month, rate in enumerate(rates):
        within[month] = 12.0 * (now @ spent + rate @ twice)
        now = now @ moved + rate @ spent
        at_end[month] = now
    return at_end, within


def _chances(chances: ArrayLike) -> Matrix:
    p = np.asarray(chances, dtype=float)
    if p.ndim != 2 or p.shape[0] != p.shape[1]:
        raise ValueError("chances are a square table")
    if p.min(initial=0.0) < 0 or p.sum(axis=1).max(initial=0.0) > 1.0 + 1e-9:
        raise ValueError("chances are not negative, and those of a row add up to at most 1")
    return p


class Flow:
    """A large sparse chain in continuous time, moved on in equal steps.

    Taylor's series of the exponential, summed until what is left is below a ten-millionth: a dozen
    or two of sparse products, for rates of up to a few tens a year and steps of a month.

    Parameters
    ----------
    rows, columns, rates
        Changes: from a state, to a state, and how often a year. A column of -1 leaves for good.
    size
        Number of states.
    years
        Length of a step.
    """

    def __init__(
        self,
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
        rates: Vector,
        size: int,
        years: float,
    ) -> None:
        out = np.bincount(rows, weights=rates, minlength=size)
        if not np.isfinite(out).all():
            raise NoExpectationError(
                "what to expect of this scenario cannot be worked out without simulating: "
                "somewhere no time passes, or nobody does what everything waits for"
            )
        stays = columns >= 0
        every = np.arange(size)
        q = coo_array(
            (
                np.concatenate([rates[stays], -out]) * years,
                (
                    np.concatenate([rows[stays], every]),
                    np.concatenate([columns[stays], every]),
                ),
            ),
            shape=(size, size),
        )
        self._forward = q.T.tocsr()
        self._back = q.tocsr()
        self._years = years
        self._busiest = float(out.max(initial=0.0)) * years

    def ahead(self, now: Matrix) -> tuple[Matrix, Matrix]:
        """Return where those are who are in each state now after a step, and years spent in it."""
        return self._series(self._forward, now)

    def value(self, later: Matrix) -> tuple[Matrix, Matrix]:
        """Return what each state is worth now if it is worth `later` a step ahead.

        And its worth to somebody who comes at any moment of the step, times the years of a step.
        """
        return self._series(self._back, later)

    def _series(self, q: csr_array, start: Matrix) -> tuple[Matrix, Matrix]:
        term = start
        moved, spent = start.copy(), start.copy()
        size = float(np.abs(start).max(initial=0.0))
        k = 0
        while size > 0.0:
            k += 1
            term = (q @ term) / k
            moved += term
            spent += term / (k + 1)
            if k > self._busiest and float(np.abs(term).max(initial=0.0)) < ROUNDING * size:
                break
        return moved, spent * self._years
