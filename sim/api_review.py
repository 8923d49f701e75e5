"""The Python interface to the annual review: ``from sim import review_year``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.asking import AScenario, Progress, Sets, ready, refused, running, table, telling, warn
from sim.experiment.run import DEFAULT_SEED

if TYPE_CHECKING:
    import pandas as pd

DEFAULT_FUTURES = 60
NUMBERS = ("value", "of", "figure", "low", "median", "high", "chance")


def review_year(
    scenario: AScenario,
    actuals: str | Path | pd.DataFrame,
    sets: Sets = (),
    *,
    causes: str = "if-flagged",
    replications: int = DEFAULT_FUTURES,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    cluster: str | None = None,
    store: bool = True,
    progress: Progress = False,
) -> pd.DataFrame:
    """Lay the forecast of a scenario's first year beside what happened.

    The same as ``caseload review``.

    Parameters
    ----------
    scenario, sets
        As for `load`.
    actuals
        What happened: the path of a file, or a table with the same columns: ``month``,
        ``measure``, ``where``, ``value`` and ``of`` (``caseload review SCENARIO --template FILE``
        writes all that can be counted).
    causes
        Whether to look for what would have had to be different: ``if-flagged``, ``always`` or
        ``never``.
    replications, seed, jobs, cluster, store, progress
        As for `run`.

    Returns
    -------
    DataFrame
        A row for each ``measure``, ``where`` and ``month`` (and the ``year``): what happened
        (``value``, ``of``, and the ``figure`` made of them) and where it was to be expected
        (``low``, ``median``, ``high``, with its ``chance``), and whether it is ``inside``.
        ``attrs["said"]`` has what the command prints, ``attrs["found"]`` the verdict, causes and
        inputs as in ``review.json``.

    Raises
    ------
    ScenarioError
        If the scenario or the actuals cannot be used; what of them cannot is in ``attrs``.
    EngineError, KeyboardInterrupt
        As for `run`.
    """
    from sim.experiment.engines import engine_of
    from sim.report.review import text
    from sim.report.review_files import MONTHS_HEAD, as_json, month_values
    from sim.review.counted import counted_in
    from sim.review.forecast import How, for_a_year, months_of_year
    from sim.review.reading import actuals_of, read_actuals
    from sim.review.review import Causes, review

    how = running(replications, seed, jobs, store, cluster)
    if causes not in [each.value for each in Causes]:
        allowed = ", ".join(each.value for each in Causes)
        raise refused("causes", f"should be one of {allowed}, not {causes!r}")
    loaded = ready(scenario, sets, None)
    warn([loaded])
    year = for_a_year(loaded)
    known = counted_in(year), months_of_year(year)
    if isinstance(actuals, str | Path):
        happened = read_actuals(Path(actuals), *known)
    else:
        happened = actuals_of(actuals.to_csv(index=False).encode(), "actuals", *known)
    with telling(progress) as told:
        found = review(
            loaded,
            happened,
            How(how["seed"], how["jobs"], how["store"], engine_of(cluster)),
            futures=how["replications"],
            causes=Causes(causes),
            on_done=told,
        )
    columns = list(zip(*month_values(found), strict=True))
    frame = table(dict(zip(MONTHS_HEAD, map(list, columns), strict=True)))
    frame = frame.astype(dict.fromkeys(NUMBERS, float))
    frame.attrs["said"], frame.attrs["found"] = text(found), as_json(found)
    return frame
