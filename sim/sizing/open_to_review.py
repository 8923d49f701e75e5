"""Open to Review: who qualifies, what moving them frees and takes, and how many posts that needs.

Two scenarios live through the same futures, without and with the stage. In the second the stage has
half as many posts again as are stated, so that what its work takes is not cut short by too few
people; how many it needs follows from the hours. Who qualifies under each document's own rules is
counted in that document's model, of the same children.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from sim.experiment.arms import Arm
from sim.experiment.compare import CannotCompareError, Compared, check_arms, compare
from sim.experiment.models import live
from sim.experiment.run import run_each
from sim.experiment.same_population import check_population
from sim.scenario import with_sets
from sim.service.plan import compile_plans
from sim.sizing.posts import level_now, with_posts
from sim.sizing.targets import SizingRefusedError

if TYPE_CHECKING:
    from sim.experiment.engines import Engine
    from sim.experiment.store import Store
    from sim.scenario.load import Loaded
    from sim.scenario.schema import Scenario

STAGE = "open_to_review"
MORE = 1.5  # times the stated posts, so that hours are not cut short
MONTHS = 12  # of the count of who qualifies
FUTURES = 4  # of that count, for each document


@dataclass(frozen=True)
class Qualify:
    """How many children qualify for a model's lightest stage under its own rules.

    Attributes
    ----------
    model, stage
        The model, and its lightest stage.
    first, later
        In each future the number at the end of the first month, and at the end of the first year,
        wherever they are held.
    """

    model: str
    stage: str
    first: tuple[float, ...]
    later: tuple[float, ...]


@dataclass(frozen=True)
class Moved:
    """What came of it.

    Attributes
    ----------
    compared
        The service without the stage (first) and with it.
    pool
        Who holds the children there, ``team.role``.
    stated, tried
        Full-time equivalents of it as stated, and as simulated.
    slots
        Children that one may hold by the document; None if it does not say.
    qualify
        Under each document's rules.
    """

    compared: Compared
    pool: str
    stated: float
    tried: float
    slots: int | None
    qualify: tuple[Qualify, ...]


def check_move(arms: Sequence[Arm], documents: Sequence[Arm]) -> str:
    """Refuse what cannot be asked; give who holds the children in the stage.

    Parameters
    ----------
    arms
        The service without the stage, and with it.
    documents
        Models of which it is counted who qualifies.

    Raises
    ------
    SizingRefusedError
        If the second has no such stage, the first has, or the children are not the same.
    """
    without, with_it = arms
    if STAGE in without.loaded.scenario.stages:
        raise SizingRefusedError(f"'{without.name}' has '{STAGE}' already: name one without it")
    if STAGE not in with_it.loaded.scenario.stages:
        raise SizingRefusedError(f"'{with_it.name}' has no stage '{STAGE}'")
    try:
        check_arms(arms)
        check_population([*arms, *documents])
    except CannotCompareError as refusal:
        raise SizingRefusedError(str(refusal)) from None
    stage = with_it.loaded.scenario.stages[STAGE]
    return f"{stage.team}.{stage.holder}"


def move_out(
    arms: Sequence[Arm],
    documents: Sequence[Arm],
    *,
    replications: int,
    seed: int,
    jobs: int | None = None,
    store: Store | None = None,
    engine: Engine | None = None,
    on_done: Callable[[int, int], None] | None = None,
) -> Moved:
    """Run the service without and with the stage, and count who qualifies.

    Parameters
    ----------
    arms, documents
        As for `check_move`.
    replications, seed, jobs, store, engine, on_done
        As for `sim.experiment.compare.compare`.

    Raises
    ------
    SizingRefusedError
        As for `check_move`.
    KeyboardInterrupt
        If it was stopped.
    """
    pool = check_move(arms, documents)
    without, with_it = arms
    counted = min(FUTURES, replications)
    asked = len(documents) * counted + 2 * replications
    stated = level_now(with_it.loaded, pool)
    tried = float(math.ceil(stated * MORE))
    enough = Arm(with_it.name, with_posts(with_it.loaded, {pool: tried}))

    def tell(done: int, before: int = 0) -> None:
        if on_done is not None:
            on_done(before + done, asked)

    qualify = []
    for place, arm in enumerate(documents):
        shown = partial(tell, before=place * counted)
        qualify.append(_qualify(arm, counted, seed, jobs, shown, engine))
    compared = compare(
        [without, enough],
        replications=replications,
        seed=seed,
        jobs=jobs,
        on_done=lambda done, _: tell(done, len(documents) * counted),
        store=store,
        engine=engine,
    )
    if compared.interrupted or not compared.comparisons:
        raise KeyboardInterrupt
    team, _, role = pool.partition(".")
    limit = with_it.loaded.scenario.teams[team].posts[role].caseload_limit
    slots = None if limit is None else int(limit.value)
    return Moved(compared, pool, stated, tried, slots, tuple(qualify))


def _qualify(
    arm: Arm,
    replications: int,
    seed: int,
    jobs: int | None,
    tell: Callable[[int], None],
    engine: Engine | None,
) -> Qualify:
    """Count in a year of each future whom the rules would let be in the lightest stage."""
    loaded: Loaded[Scenario] = with_sets(arm.loaded, [f"horizon={MONTHS} months"])
    plans = compile_plans(loaded)
    made, interrupted = run_each(
        loaded,
        plans,
        live,
        replications=replications,
        seed=seed,
        jobs=jobs,
        on_done=lambda done, _: tell(done),
        engine=engine,
    )
    if interrupted:
        raise KeyboardInterrupt
    books = [each.months for each in made]

    def number(month: int) -> tuple[float, ...]:
        return tuple(float(np.sum(book.eligible & (book.month == month))) for book in books)

    return Qualify(arm.name, books[0].stage, number(0), number(MONTHS - 1))
