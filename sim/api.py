"""The Python interface: the experiments of the ``caseload`` command as plain pandas tables.

``from sim import load, run, compare, sweep`` (``size`` is in `sim.api_size`). The numbers are those
that the command writes into its files, and finished futures are kept in the same store: what was
asked before, here or on the command line, costs nothing. Every table has its uncertainty in it:
``lower`` and ``upper`` are the 95% interval of a mean, ``p5`` and ``p95`` the range into which nine
possible futures in ten fall.

A scenario is a name (``caseload list``), the path of a file, or what `load` gives. Changes are
``{KEY: VALUE}``, or texts ``KEY=VALUE`` as after ``--set``. Whatever is wrong with what is asked
is said by a `ScenarioError`, before anything is run; what is odd but can be used, by a warning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.asking import (
    AScenario,
    Progress,
    Sets,
    ready,
    refused,
    running,
    said,
    stop_if,
    table,
    telling,
    texts,
    warn,
    whole,
    written,
)
from sim.experiment import summary as sums
from sim.experiment.arms import make_arms
from sim.experiment.compare import compare as compare_arms
from sim.experiment.run import DEFAULT_REPLICATIONS, DEFAULT_SEED
from sim.experiment.run import run as run_scenario
from sim.experiment.sweep import cells
from sim.experiment.sweep import columns as sweep_columns
from sim.experiment.sweep import sweep as sweep_cells
from sim.experiment.vary import SweepError, grid, latin, read_varied
from sim.scenario import Loaded
from sim.scenario.schema import Scenario
from sim.service.plan import compile_plans

if TYPE_CHECKING:
    import pandas as pd


def load(scenario: AScenario, sets: Sets = (), *, horizon: str | None = None) -> Loaded[Scenario]:
    """Load a scenario, to look at it or to use it several times.

    Parameters
    ----------
    scenario
        A name, a path, or one that is loaded already (which is not changed).
    sets
        Changes to it; ``caseload keys SCENARIO`` lists what can be changed.
    horizon
        How long to simulate, as ``"5 years"``.

    Raises
    ------
    ScenarioError
        With every problem found.

    Examples
    --------
    >>> from sim import load
    >>> fewer = load("three-hubs", {"review_and_intervention.posts.family_support_worker.count": 5})
    >>> posts = fewer.scenario.teams["review_and_intervention"].posts
    >>> posts["family_support_worker"].count.value
    5
    """
    loaded = ready(scenario, sets, horizon)
    warn([loaded])
    return loaded


def run(
    scenario: AScenario,
    sets: Sets = (),
    *,
    horizon: str | None = None,
    months: bool = False,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    cluster: str | None = None,
    store: bool = True,
    progress: Progress = False,
) -> pd.DataFrame:
    """Simulate a scenario and estimate every measure, as ``caseload run`` does.

    Parameters
    ----------
    scenario, sets, horizon
        As for `load`.
    months
        Estimate each month, rather than the whole run and each full year.
    replications, seed
        How many possible futures, and what fixes them.
    jobs
        How many to run at a time; by default as many as there are processors. This is safe in a
        notebook: where the program has threads, processes are started anew rather than forked.
    cluster
        The scheduler of a Dask cluster that runs them instead, ``tcp://HOST:PORT``.
    store
        Whether finished futures are taken from the run store, and kept there.
    progress
        Say on standard error how far it has come; or a function, called with how many futures are
        done and how many were asked for.

    Returns
    -------
    DataFrame
        A row for each ``measure``, ``where`` and ``period`` (``all``, a year of the run ``1``,
        ``2`` ..., or a month ``2026-04``), with its ``unit``, ``mean``, ``lower``, ``upper``,
        ``p5``, ``p95`` and in how many ``replications`` it has a value (NaN where in none).

    Raises
    ------
    ScenarioError
        If the scenario, or how it is to be run, cannot be used.
    EngineError
        If processes or machines are lost, or the model fails; says which.
    KeyboardInterrupt
        If it is stopped. What was finished is in the store: the same call goes on from there.

    Examples
    --------
    >>> from sim import run
    >>> table = run("three-hubs", horizon="1 month", replications=2)
    >>> list(table.columns)
    ['measure', 'where', 'period', 'unit', 'mean', 'lower', 'upper', 'p5', 'p95', 'replications']
    >>> table.query("measure == 'open_children' and where == 'service'").period.tolist()
    ['all']
    """
    how = running(replications, seed, jobs, store, cluster)
    loaded = ready(scenario, sets, horizon)
    warn([loaded])
    with telling(progress) as told:
        results = run_scenario(loaded, on_done=told, **how)
    stop_if(results.interrupted, len(results.replications), results.asked, store)
    return table(sums.columns(sums.monthly(results) if months else sums.summary(results)))


def compare(
    *scenarios: AScenario | Mapping[str, Any],
    names: Sequence[str] | None = None,
    sets: Sets = (),
    horizon: str | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    cluster: str | None = None,
    store: bool = True,
    progress: Progress = False,
) -> pd.DataFrame:
    """Compare scenarios with the first, future by future, as ``caseload compare`` does.

    Parameters
    ----------
    *scenarios
        Two or more; a mapping ``{KEY: VALUE}`` is the first with these changes. Texts may be
        written as for the command, ``NAME[KEY=VALUE; KEY=VALUE]``.
    names
        What to call each of them; by default, as it was written.
    sets, horizon
        Changes to all of them, made before their own.
    replications, seed, jobs, cluster, store, progress
        As for `run`, of each scenario.

    Returns
    -------
    DataFrame
        A row for each pair (``first``, ``other``), ``measure``, ``where`` and ``period``, with the
        ``unit``; ``first_mean`` and ``other_mean``; the average ``change``, the other less the
        first, its ``lower`` and ``upper``, and its range ``p5`` to ``p95`` over the futures;
        ``variance_ratio``, what the pairing is worth; ``futures``, in how many both have a value;
        and the ``verdict`` (``not shown``: these futures cannot tell the two apart).

    Raises
    ------
    ScenarioError
        If a scenario cannot be used, or they cannot be compared.
    EngineError, KeyboardInterrupt
        As for `run`.

    Examples
    --------
    >>> from sim import compare
    >>> fewer = {"review_and_intervention.posts.family_support_worker.count": 5}
    >>> table = compare(
    ...     "three-hubs", fewer, names=["now", "two fewer"], horizon="1 month", replications=2
    ... )
    >>> role = "review_and_intervention.family_support_worker"
    >>> row = table.query("measure == 'hours_available' and where == @role and period == 'all'")
    >>> row[["first", "other", "futures", "verdict"]].values.tolist()
    [['now', 'two fewer', 2, 'less']]
    """
    how = running(replications, seed, jobs, store, cluster)
    if len(scenarios) < 2:
        raise refused("scenarios", "name two or more to compare")
    if names is not None and not len(names) == len({*names}) == len(scenarios):
        raise refused("names", f"give {len(scenarios)}, one for each scenario, all different")
    arms = make_arms(written(scenarios, names), texts(sets, horizon))
    for arm in arms:  # whatever is wrong is said before anything is run
        compile_plans(arm.loaded)
    warn([arm.loaded for arm in arms])
    with telling(progress) as told, said("scenarios"):
        compared = compare_arms(arms, on_done=told, **how)
    done = sum(len(results.replications) for results in compared.results)
    stop_if(compared.interrupted, done, how["replications"] * len(arms), store)
    from sim.report.comparison import columns

    return table(columns(compared))


def sweep(
    scenario: AScenario,
    vary: Mapping[str, Any],
    sets: Sets = (),
    *,
    latin_hypercube: int | None = None,
    horizon: str | None = None,
    replications: int = DEFAULT_REPLICATIONS,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    cluster: str | None = None,
    store: bool = True,
    progress: Progress = False,
) -> pd.DataFrame:
    """Simulate a scenario with many settings, as ``caseload sweep`` does.

    Parameters
    ----------
    scenario, sets, horizon
        As for `load`; the changes are made in every setting.
    vary
        To each key its values: a list, a text as after ``--vary`` (``"5,6,7"``, ``"6 weeks..12
        weeks"``), or ``{"from": LOW, "to": HIGH}``. A range needs `latin_hypercube`.
    latin_hypercube
        Draw so many settings from a Latin hypercube, instead of every combination.
    replications, seed, jobs, cluster, store, progress
        As for `run`, of each setting; all have the same futures.

    Returns
    -------
    DataFrame
        As from `run`, for each ``setting``, with a column for each key that is varied.

    Raises
    ------
    ScenarioError
        If the scenario or a setting cannot be used; says every setting that cannot.
    EngineError, KeyboardInterrupt
        As for `run`.

    Examples
    --------
    >>> from sim import sweep
    >>> posts = "review_and_intervention.posts.family_support_worker.count"
    >>> table = sweep("three-hubs", {posts: [7, 5]}, horizon="1 month", replications=2)
    >>> table[["setting", posts]].drop_duplicates().values.tolist()
    [[1, 7], [2, 5]]
    """
    how = running(replications, seed, jobs, store, cluster)
    with said("vary"):
        if not vary:
            raise SweepError("say what to vary, {KEY: [VALUE, VALUE]}")
        varied = read_varied(vary)
        settings = (
            grid(varied)
            if latin_hypercube is None
            else latin(varied, whole("latin_hypercube", latin_hypercube, 1), how["seed"])
        )
        made = cells(scenario, texts(sets, horizon), varied, settings)
    warn([cell.loaded for cell in made])
    with telling(progress) as told:
        return table(sweep_columns(varied, sweep_cells(made, on_done=told, **how)))
