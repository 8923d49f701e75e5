"""The analytic twin beside the simulation: the gap is reported, never judged.

The twin expects what would happen with slots and hours unlimited, so with limits on there is a
gap; a reviewer should see how large it is, and where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sim.theory.twin import Twin
from sim.verify.finding import Finding, Tally

if TYPE_CHECKING:
    from sim.scenario import Loaded
    from sim.scenario.schema import Scenario

FEW = 5.0  # children open: of fewer a share says nothing


def gap(loaded: Loaded[Scenario], runs: Sequence[Mapping[str, Sequence[int]]]) -> Finding:
    """Report how far open children at month ends are from the twin's.

    Parameters
    ----------
    runs
        Of each replication, the children open at each month end, by stage.
    """
    tally = Tally(
        "twin",
        "twin against simulation",
        f"stages with {FEW:g} children or more: mean open at month ends, simulated over the twin's",
        "reported: the twin has slots and hours without limit, and no dated changes",
    )
    months = len(next(iter(runs[0].values())))
    expected = Twin(loaded).by_month(months)
    far, worst = 0.0, ""
    for stage, course in expected.items():
        theirs = sum(map(float, course[1:])) / months
        mine = [sum(run[stage]) / months for run in runs if stage in run]
        if not mine or theirs < FEW:
            continue
        simulated = sum(mine) / len(mine)
        share = simulated / theirs
        tally.right()
        tally.measure(share)
        if abs(share - 1.0) >= far:
            far = abs(share - 1.0)
            worst = f"{stage}: {simulated:.1f} open on average, {theirs:.1f} by the twin"
    if worst:
        tally.report(worst)
    return tally.finding()
