"""Comparing delivery models on the same children: what each does for them, and what that costs.

All models are run on the same futures: the same children are there on day one and come later, with
the same lives. Compared are the headline measures, posts and hours by role, what a child costs in
each stage, and what the same group of children costs in all models (`same_children`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from sim.experiment.arms import Arm
from sim.experiment.compare import CannotCompareError, Compared, check_arms, pair_up
from sim.experiment.model_rows import Row, rows
from sim.experiment.replication import Plans, Replication
from sim.experiment.run import DEFAULT_REPLICATIONS, DEFAULT_SEED, Results, run_each
from sim.experiment.same_children import Future, same_children
from sim.experiment.same_population import check_population
from sim.experiment.settle import Settling, settling, years_to_leave_out
from sim.experiment.staffing import NoSuchStaffingError, at_cost, scaled_by, yearly_cost
from sim.experiment.summary import MONTHS
from sim.measure.by_child import AccountsByChild, ChildMonths
from sim.service.plan import compile_plans
from sim.service.service import Service

if TYPE_CHECKING:
    from sim.experiment.engines import Engine

Staffing = Literal["as-stated", "same-cost", "sized"]


@dataclass(frozen=True)
class ModelFuture:
    """One future of one model: its measures, and each child's months."""

    replication: Replication
    months: ChildMonths


@dataclass(frozen=True)
class ComparedModels:
    """What came of comparing delivery models.

    Attributes
    ----------
    compared
        The models pairwise, each with the first, over all measures that both have.
    staffing, factors
        How they were staffed, and by what each model's posts were scaled.
    numbers
        The futures that all models have finished.
    settled
        Each measure's difference from the first model, year by year.
    years_left_out
        Years at the beginning that the rows leave out; None if the differences go on changing, and
        nothing is left out.
    first, end
        The months the rows are about (`end` excluded).
    group
        The same children, in each of the futures.
    rows
        What is compared.
    """

    compared: Compared
    staffing: Staffing
    factors: tuple[float, ...]
    numbers: tuple[int, ...]
    settled: tuple[Settling, ...]
    years_left_out: int | None
    first: int
    end: int
    group: tuple[Future, ...]
    rows: tuple[Row, ...]

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The models, as they were staffed."""
        return self.compared.arms


def compare_models(
    arms: Sequence[Arm],
    *,
    staffing: Staffing = "as-stated",
    factors: Sequence[float] = (),
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    on_done: Callable[[int, int], None] | None = None,
    engine: Engine | None = None,
) -> ComparedModels:
    """Run delivery models on the same futures of the same children, and compare them.

    Ctrl-C keeps what can be compared: the futures that all models have finished.

    Parameters
    ----------
    arms
        At least two.
    staffing
        ``as-stated``: the posts of each scenario; ``same-cost``: scaled so that each model's posts
        cost as much a year as the first's (see `staffing`); ``sized``: by the factors given, so
        that each model keeps the same targets (see `sim.sizing.models`).
    factors
        By what the posts of each model are scaled, where they are ``sized``.
    replications, seed, jobs, on_done, engine
        As for `sim.experiment.run`; `on_done` counts the replications of all of them.

    Raises
    ------
    ScenarioError
        If the parts of a scenario do not fit together.
    CannotCompareError
        If the children are not the same, or a stage could hold none of them; nothing has been run
        then.
    """
    staffed, by = staff(arms, staffing, factors)
    check_models(staffed)
    results, books = _run(staffed, replications, seed, jobs, on_done, engine)
    finished = [{r.number for r in each.replications} for each in results]
    numbers = tuple(sorted(set.intersection(*finished))) if len(results) == len(arms) else ()
    compared = Compared(
        arms=tuple(staffed),
        results=tuple(results),
        comparisons=tuple(
            pair_up(results[0], found, staffed[0].name, arm.name)
            for arm, found in zip(staffed[1:], results[1:], strict=False)
            if found.replications
        ),
        interrupted=results[-1].interrupted,
    )
    months = len(results[0].months)
    runs = [_numbered(each, numbers) for each in results] if numbers else []
    settled = settling(runs, months) if numbers else ()
    left_out = years_to_leave_out(settled) if numbers else None
    first = MONTHS * (left_out or 0)
    group = tuple(
        same_children([book[number] for book in books], first, months) for number in numbers
    )
    return ComparedModels(
        compared=compared,
        staffing=staffing,
        factors=tuple(by),
        numbers=numbers,
        settled=settled,
        years_left_out=left_out,
        first=first,
        end=months,
        group=group,
        rows=tuple(rows([arm.loaded for arm in staffed], runs, group, first, months)),
    )


def staff(
    arms: Sequence[Arm], staffing: Staffing, factors: Sequence[float] = ()
) -> tuple[list[Arm], list[float]]:
    """Give each model its posts; say by what factor those of the scenario were scaled."""
    if staffing == "as-stated":
        return list(arms), [1.0] * len(arms)
    if staffing == "sized":
        pairs = zip(arms, factors, strict=True)
        return [Arm(arm.name, scaled_by(arm.loaded, by)) for arm, by in pairs], list(factors)
    pounds = yearly_cost(arms[0].loaded.scenario)
    staffed, factors = [arms[0]], [1.0]
    for arm in arms[1:]:
        try:
            loaded, factor = at_cost(arm.loaded, pounds)
        except NoSuchStaffingError as refusal:
            raise CannotCompareError(str(refusal)) from refusal
        staffed.append(Arm(arm.name, loaded))
        factors.append(factor)
    return staffed, factors


def check_models(arms: Sequence[Arm]) -> None:
    """Refuse models that do not serve the same children over the same time."""
    if len(arms) < 2:
        raise CannotCompareError("name two delivery models or more")
    check_arms(arms)
    check_population(arms)


def _run(
    arms: Sequence[Arm],
    replications: int,
    seed: int,
    jobs: int | None,
    on_done: Callable[[int, int], None] | None,
    engine: Engine | None,
) -> tuple[list[Results], list[dict[int, ChildMonths]]]:
    """Run the models one after another; a Ctrl-C leaves the last with fewer, and others out."""
    plans = [compile_plans(arm.loaded) for arm in arms]  # what is wrong is said before anything
    results: list[Results] = []
    books: list[dict[int, ChildMonths]] = []
    for place, arm in enumerate(arms):

        def show(count: int, _: int, before: int = place * replications) -> None:
            if on_done is not None:
                on_done(before + count, replications * len(arms))

        made, interrupted = run_each(
            arm.loaded,
            plans[place],
            live,
            replications=replications,
            seed=seed,
            jobs=jobs,
            on_done=show,
            engine=engine,
        )
        futures: list[ModelFuture] = sorted(made, key=lambda future: future.replication.number)
        results.append(
            Results(
                loaded=arm.loaded,
                seed=seed,
                asked=replications,
                replications=tuple(future.replication for future in futures),
                months=tuple(month.label for month in plans[place][0][1].calendar.months),
                interrupted=interrupted,
                seconds=0.0,
            )
        )
        books.append({future.replication.number: future.months for future in futures})
        if interrupted:
            break
    return results, books


def live(plans: Plans, seed: int, number: int, events: Path | None = None) -> ModelFuture:
    """Run one future of a model, keeping each child's months too."""
    accounts = AccountsByChild()
    Service(plans, seed, number, accounts).run()
    return ModelFuture(Replication.of(number, accounts), accounts.child_months())


def _numbered(results: Results, numbers: Sequence[int]) -> list[Replication]:
    return [r for r in results.replications if r.number in set(numbers)]
