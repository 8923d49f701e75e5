"""Little's law, as the exact identity it is on one path.

The time-average number in a stage is the entry rate times the mean time in it. On a path of
finite length that holds exactly when the cases open on day one count as entries at time 0, and
times still running are cut at the end. The left side comes from the books, which count days as
children come and go; the right from the stays in the log.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence

NEAR = 1e-6  # of a child: rounding of sums


def law(evidence: Evidence) -> Finding:
    """Compare the mean number open with entry rate times mean time, stage by stage."""
    tally = Tally(
        "Little's law",
        "L = lambda W",
        "each stage over the run: mean open (books), entries a day x mean days in stage (log)",
        "equal to a millionth",
    )
    watcher, length = evidence.watcher, evidence.horizon
    times: dict[str, list[float]] = defaultdict(list)
    for stay in evidence.history.stays:
        times[stay.stage].append(min(stay.until, length) - stay.since)
    for number, stage in enumerate(watcher.stages):
        mean_open = sum(book.child_days[number] for book in watcher.months) / length
        spent = times[stage]
        rate = len(spent) / length
        mean_time = sum(spent) / len(spent) if spent else 0.0
        gap = abs(mean_open - rate * mean_time)
        tally.measure(gap)
        if not tally.right(gap <= NEAR * max(mean_open, 1.0)):
            tally.tell(
                f"{stage}: {mean_open:.6f} open on average; {rate:.6f} a day x {mean_time:.6f} "
                f"days = {rate * mean_time:.6f}",
                gap,
            )
    return tally.finding()
