"""Running as many replications as it takes for an average to be as sure as was asked for.

After every ten futures the half-width of the 95% interval (Student's t) is looked at for each
number of futures n from 10 on. A target holds at the first n at which the half-width is small
enough and stays so for the next five: a look-ahead, because intervals of few values are short by
chance now and then (Hoad, Robinson and Davies 2010, Automated selection of the number of
replications for a discrete-event simulation, Journal of the Operational Research Society 61).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from sim.experiment.run import DEFAULT_SEED, Results, run
from sim.experiment.summary import ALL, Estimate, estimate
from sim.measure.accounts import Accounts
from sim.measure.series import series
from sim.service.plan import compile_plans
from sim.service.service import Service

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.replication import Replication
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

BATCH = 10  # futures between looks, whatever runs them, so that the same are run everywhere
FEWEST = 10  # futures before an interval is believed
LOOK_AHEAD = 5  # futures more for which it must still hold
DEFAULT_LIMIT = 200

_NUMBER = r"(\d+(?:\.\d*)?|\.\d+)"
_HALF = re.compile(rf"(?:{_NUMBER}|{_NUMBER} ?%(?: or {_NUMBER})?)")
HOW = (
    "write MEASURE@WHERE and how far off its average may be: 0.01 (in the measure's unit), "
    "5% (of the average) or '5% or 0.5' (whichever is more, for averages near zero)"
)


class PrecisionRefusedError(Exception):
    """What was asked for cannot be understood or cannot be reached."""


@dataclass(frozen=True, slots=True)
class Target:
    """How sure the average of one measure over the whole run is to be.

    Attributes
    ----------
    address
        ``measure[:what]@where``.
    share
        The half-width allowed, as a share of the average's size; 0 if it is absolute.
    least
        The half-width that is small enough whatever the average, in the measure's unit; 0 if
        there is none.
    """

    address: str
    share: float
    least: float

    def allowed(self, mean: float) -> float:
        """Give the half-width allowed; the sign of the mean does not matter."""
        return max(self.share * abs(mean), self.least)

    def holds(self, known: Estimate) -> bool:
        """Say whether an estimate is sure enough, of ten values or more.

        An average of exactly zero has no share to be within.
        """
        if known.replications < FEWEST or known.mean is None or known.half_width is None:
            return False
        allowed = self.allowed(known.mean)
        return allowed > 0.0 and known.half_width <= allowed

    def __str__(self) -> str:
        """Write the half-width as it may be typed."""
        parts = [f"{100.0 * self.share:g}%"] if self.share else []
        return " or ".join([*parts, f"{self.least:g}"] if self.least else parts)


def read_target(text: str) -> Target:
    """Read ``MEASURE@WHERE HALF``.

    Raises
    ------
    PrecisionRefusedError
        If it is something else; says what may be written.
    """
    address, _, half = text.strip().partition(" ")
    found = _HALF.fullmatch(" ".join(half.split()))
    measure, _, where = address.partition("@")
    if found is None or not measure or not where:
        raise PrecisionRefusedError(f"--precision '{text}' is not understood: {HOW}")
    absolute, percent, floor = found.groups()
    target = Target(address, float(percent or 0.0) / 100.0, float(absolute or floor or 0.0))
    if (percent is not None and not target.share) or (percent is None and not target.least):
        raise PrecisionRefusedError(f"--precision '{text}' must allow more than 0: {HOW}")
    return target


def check_limit(limit: int) -> None:
    """Refuse a limit that leaves no room to look ahead.

    Raises
    ------
    PrecisionRefusedError
        If it does not.
    """
    if limit < FEWEST + LOOK_AHEAD:
        raise PrecisionRefusedError(
            f"at most {limit} futures are too few to judge by: allow {FEWEST + LOOK_AHEAD} or more"
        )


def check_targets(targets: Iterable[Target], known: Sequence[str]) -> None:
    """Refuse a target whose measure the scenario does not have.

    Raises
    ------
    PrecisionRefusedError
        If there is one; names those most like it.
    """
    for target in targets:
        if target.address not in known:
            close = get_close_matches(target.address, known, n=3, cutoff=0.5)
            hint = f"; the nearest are {', '.join(close)}" if close else f"; {known[0]} is one"
            raise PrecisionRefusedError(f"there is no measure '{target.address}' here{hint}")


def addresses(loaded: Loaded[Scenario]) -> list[str]:
    """List the measures that a scenario has, without running it."""
    accounts = Accounts()
    accounts.begin(Service(compile_plans(loaded), DEFAULT_SEED, 1, accounts))
    return [each.address for each in series(accounts)]


def held_at(target: Target, values: Sequence[float | None]) -> int | None:
    """Find the first number of futures at which a target holds and goes on holding.

    Parameters
    ----------
    values
        The measure in each future, in order of their numbers; None where it has no value.

    Returns
    -------
    int or None
        None if there is no such number yet.
    """
    run_of = 0
    for n in range(FEWEST, len(values) + 1):
        run_of = run_of + 1 if target.holds(estimate("", "", ALL, "", values[:n])) else 0
        if run_of == LOOK_AHEAD + 1:
            return n - LOOK_AHEAD
    return None


@dataclass(frozen=True, slots=True)
class Reached:
    """How sure one average became.

    Attributes
    ----------
    target
        What was asked for.
    at
        The number of futures at which it held; None if it did not.
    then
        The estimate at that number; with all futures if it did not hold.
    final
        The estimate with all the futures.
    """

    target: Target
    at: int | None
    then: Estimate
    final: Estimate

    @property
    def never_varied(self) -> bool:
        """Whether every future had the same value, of which an interval says nothing."""
        return self.final.half_width is not None and math.isclose(
            self.final.half_width, 0.0, abs_tol=1e-12
        )


@dataclass(frozen=True)
class Precise:
    """The results of all the futures that were run, and what each target came to."""

    results: Results
    reached: tuple[Reached, ...]


def judge(targets: Iterable[Target], replications: Sequence[Replication]) -> list[Reached]:
    """Look at each target in the replications, taken in order up to the first that is missing."""
    unbroken = [r for place, r in enumerate(replications, start=1) if r.number == place]
    found = []
    for target in targets:
        versions = [next(s for s in r.series if s.address == target.address) for r in unbroken]
        values = [version.value(0, len(version.over)) for version in versions]
        unit = versions[0].unit if versions else ""
        measure, _, where = target.address.partition("@")
        at = held_at(target, values)
        final = estimate(measure, where, ALL, unit, values)
        then = final if at is None else estimate(measure, where, ALL, unit, values[:at])
        found.append(Reached(target, at, then, final))
    return found


def run_to_precision(
    loaded: Loaded[Scenario],
    targets: Sequence[Target],
    *,
    limit: int = DEFAULT_LIMIT,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    events: Mapping[int, Path] | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
) -> Precise:
    """Run replications, ten at a time, until every target has held or `limit` have been run.

    Parameters
    ----------
    targets
        What is to be how sure.
    limit
        The most replications.
    seed, jobs, events, store, engine
        As for `run`.
    on_done
        As for `run`; it is told how many there are to be with this ten.

    Raises
    ------
    PrecisionRefusedError
        If a measure is not known, or the limit leaves no room to look ahead; nothing has been run.
    """
    check_limit(limit)
    check_targets(targets, addresses(loaded))
    results: Results | None = None
    while True:
        before = results.asked if results is not None else 0
        numbers = range(before + 1, min(before + BATCH, limit) + 1)

        def tell(done: int, asked: int, before: int = before) -> None:
            if on_done is not None:
                on_done(before + done, before + asked)

        batch = run(
            loaded,
            numbers=numbers,
            seed=seed,
            jobs=jobs,
            on_done=tell,
            events={n: path for n, path in (events or {}).items() if n in numbers},
            store=store,
            engine=engine,
        )
        results = batch if results is None else _together(results, batch)
        reached = judge(targets, results.replications)
        enough = all(each.at is not None for each in reached)
        if enough or results.interrupted or results.asked == limit:
            return Precise(results, tuple(reached))


def _together(first: Results, more: Results) -> Results:
    return replace(
        more,
        asked=first.asked + more.asked,
        replications=(*first.replications, *more.replications),
        seconds=first.seconds + more.seconds,
        kept=first.kept + more.kept,
    )
