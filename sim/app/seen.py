"""What is looked at: a scenario, beside its baseline, over a period."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from sim.app.drawing import Palette
from sim.app.figures import Figures
from sim.experiment.headlines import EVERYWHERE
from sim.experiment.summary import ALL, Estimate
from sim.measure.series import SERVICE
from sim.report import wording

BEFORE = "Baseline"
FRONT = ("mash", SERVICE, EVERYWHERE)


@dataclass(frozen=True)
class Seen:
    """What is looked at.

    Attributes
    ----------
    now, name
        The scenario, and what it is called.
    before
        The baseline, if it is another.
    palette
        The page's colours.
    period
        Over which numbers without months are taken.
    """

    now: Figures
    name: str
    before: Figures | None
    palette: Palette
    period: str = ALL


def range_said(estimate: Estimate) -> str:
    """Write where nine futures in ten lie, in brackets."""
    usual = wording.likely(estimate, is_share=estimate.unit == "share")
    return f" (nine futures in ten: {usual})" if usual else ""


def month_said(period: str) -> str:
    """Write a month: `April 2026`."""
    return pd.Timestamp(f"{period}-01").strftime("%B %Y")
