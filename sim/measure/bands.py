"""How long things took, in the bands in which the department publishes it (F72, F77)."""

from __future__ import annotations

from collections.abc import Sequence

# Working days up to and including which a band goes; the last one has no end.
ASSESSMENT = {"0": 0, "1-10": 10, "11-20": 20, "21-30": 30, "31-40": 40, "41-45": 45,
              "46-50": 50, "51-60": 60, "61+": None}  # fmt: skip
CONFERENCE = {"0-10": 10, "11-15": 15, "16-20": 20, "21+": None}


def shares(days: Sequence[Sequence[float]], bands: dict[str, int | None]) -> dict[str, list[float]]:
    """Count, for each band, how many took so long in each month.

    Parameters
    ----------
    days
        Working days that each took, by month.
    bands
        The bands, shortest first.
    """
    counts: dict[str, list[float]] = {}
    above = -1.0
    for band, last in bands.items():
        top = float("inf") if last is None else float(last)
        counts[band] = [float(sum(above < d <= top for d in month)) for month in days]
        above = top
    return counts
