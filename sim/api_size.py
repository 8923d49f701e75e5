"""The Python interface to sizing: ``from sim import size``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.asking import AScenario, Progress, Sets, ready, refused, running, table, telling, warn
from sim.experiment.run import DEFAULT_SEED

if TYPE_CHECKING:
    import pandas as pd


def size(
    scenario: AScenario,
    posts: Mapping[str, str],
    targets: str | Sequence[str],
    sets: Sets = (),
    *,
    step: float = 1.0,
    confidence: float | None = 0.9,
    period: str | None = None,
    horizon: str | None = None,
    max_replications: int = 200,
    seed: int = DEFAULT_SEED,
    jobs: int | None = None,
    cluster: str | None = None,
    store: bool = True,
    progress: Progress = False,
) -> pd.DataFrame:
    """Find the fewest posts with which every target is kept, as ``caseload size`` does.

    Parameters
    ----------
    scenario, sets, horizon
        As for `load`.
    posts
        To each ``team.role`` the range of its full-time equivalents, ``"4..14"``; of several the
        cheapest combination is found.
    targets
        What is to be kept, ``"in_date:cin_review@review_and_intervention >= 0.95"``; all of them.
    step
        Full-time equivalents between two numbers.
    confidence
        In what share of possible years; None: on average over the years.
    period
        Which run years, ``"2..4"`` or ``"3"``; by default all from the second.
    max_replications
        Futures of one combination after which it stays in doubt.
    seed, jobs, cluster, store, progress
        As for `run`.

    Returns
    -------
    DataFrame
        A row for each combination that was tried and each target: the full-time equivalents of each
        ``team.role``; ``futures_of``, whether it was seen in the ``search`` or in the ``test`` on
        fresh futures; the ``target`` and the ``verdict`` on it; in how many ``futures`` it was
        looked at; the ``average`` of what is measured; ``years_met``, the share of possible years
        that meet it, with its 95% interval ``lower`` to ``upper``; the ``cost`` of all posts
        filled, pounds a year; and ``answer``, true of the fewest (of several, the cheapest) that
        are enough: nowhere, if nothing is.
        ``attrs["said"]`` has what the command prints; ``attrs["unasked"]``, of each headline
        measure that no target asks for, what becomes of it with the answer instead of the posts
        stated, by column: ``pandas.DataFrame(tried.attrs["unasked"])``. It has no rows if nothing
        is enough or the answer is what is stated.

    Raises
    ------
    ScenarioError
        If the scenario cannot be used, or what is asked cannot be answered.
    EngineError, KeyboardInterrupt
        As for `run`.

    Examples
    --------
    >>> from sim import size
    >>> role = "review_and_intervention.family_support_worker"
    >>> target = "in_date:cin_review@review_and_intervention >= 0.5"
    >>> tried = size("three-hubs", {role: "7..7"}, target, horizon="1 year", max_replications=2)
    >>> tried[[role, "verdict", "futures", "answer"]].values.tolist()
    [[7.0, 'in doubt', 2, False]]
    """
    from sim.report.sizing import columns, text
    from sim.report.sizing_unasked import columns as unasked
    from sim.sizing.asking import ask
    from sim.sizing.length import expected
    from sim.sizing.size import Sizing, StoppedError
    from sim.sizing.targets import SizingRefusedError

    how = running(max_replications, seed, jobs, store, cluster)
    if confidence is not None and not 0.5 <= confidence <= 1.0:
        raise refused("confidence", f"should be between 0.5 and 1, or None, not {confidence!r}")
    loaded = ready(scenario, sets, horizon)
    warn([loaded])
    limit = how.pop("replications")
    try:
        question = ask(
            loaded,
            list(posts.items()),
            [targets] if isinstance(targets, str) else list(targets),
            step=step,
            confidence=confidence,
            period=period,
            limit=limit,
        )
    except SizingRefusedError as refusal:
        raise refused("size", str(refusal)) from None
    with telling(progress) as told:

        def tell(done: int) -> None:
            if told is not None:
                told(done, expected(done))

        try:
            answer = Sizing(question, on_done=tell, **how).answer()
        except StoppedError:
            raise KeyboardInterrupt("stopped before there was an answer") from None
    frame = table(columns(answer))
    frame.attrs["said"] = text(answer)
    frame.attrs["unasked"] = unasked(answer)
    return frame
