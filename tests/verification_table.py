"""Write the table of claims in docs/verification.md anew: ``python tests/verification_table.py``.

Takes a few minutes. The claims are those that the tests hold; here they are made once more and
written down, passed or not.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "verification.md"
BEGIN, END = "<!-- table of claims -->", "<!-- end of the table -->"
sys.path[:0] = [str(HERE), str(HERE.parent)]

if TYPE_CHECKING:
    from claims import Claim


def claims() -> Iterator[Claim]:
    """Every claim of the tests of queues and cohorts, in their order."""
    import test_cohorts as cohorts
    import test_queues as queues

    for servers, busy in queues.CASES:
        yield from queues.waits_of_m_m_c(servers, busy)
    for case in queues.GENERAL:
        yield from queues.waits_of_m_g_1(case)
    for case in queues.CLASSES:
        yield from queues.waits_of_two_classes(case)
    for stay in queues.STAYS:
        yield from queues.number_open_of(stay)
    yield from queues.tandem()
    yield from queues.feedback()
    yield from queues.two_ways()
    for case in cohorts.SLOTS:
        yield from cohorts.waits_for_slots(case)
    for case in cohorts.RATES:
        yield from cohorts.reviews_that_find(case)
    for case in cohorts.STAYS:
        yield from cohorts.ages_on_day_one(case)


def table() -> str:
    """Return the claims as a table in Markdown."""
    rows = ["| Case | What | Exact | Simulated | 95% interval | z |", "|---|---|---|---|---|---|"]
    for c in claims():
        low, high = c.simulated - c.half_width, c.simulated + c.half_width
        rows.append(
            f"| {c.case} | {c.what} | {c.exact:.4g} | {c.simulated:.4g} "
            f"| {low:.4g} to {high:.4g} | {c.z:+.1f} |"
        )
    return "\n".join(rows)


def main() -> None:
    """Put the table into the page, between its marks."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}")


if __name__ == "__main__":
    main()
