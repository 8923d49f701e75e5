"""The analytic twin beside the simulation: the gap is reported, never judged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.verify.finding import Finding, Tally

if TYPE_CHECKING:
    from sim.verify.evidence import Evidence


def gap(evidence: Evidence) -> Finding:
    """Report how far open cases are from the twin's, where there is a twin."""
    tally = Tally(
        "twin",
        "twin against simulation",
        "open cases by stage: the analytic twin, the simulation",
        "reported: the twin has no limits on slots and hours",
    )
    del evidence
    return tally.finding()
