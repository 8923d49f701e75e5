"""The assumptions that matter most for an answer: ranked by the estimate, or those known least."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pandas as pd

from sim.experiment.sensitivity import why_left
from sim.report.naming import input_name
from sim.report.paper import Section
from sim.scenario import Loaded
from sim.scenario.inputs import Input, inputs
from sim.scenario.schema import Scenario

HEADING = "The assumptions that matter most"
LEAST_KNOWN = "The assumptions that are known least"
MOST = 8  # rows
SHORT = 3  # of them where only the first are named
ARGUMENTS = ("estimate", "-", "--assumptions", "--json")  # the command that ranks them


def weighed(loaded: Loaded[Scenario], ranked: dict[str, Any] | None) -> Section:
    """Name the assumptions that matter most.

    Parameters
    ----------
    loaded
        The scenario.
    ranked
        What the command answered for it; None if it was not asked.
    """
    if ranked is not None and ranked["rows"]:
        return Section(HEADING, (said(ranked),), table(ranked))
    known = [each for each in inputs(loaded.scenario) if not why_left(each, about_cost=False)]
    known.sort(key=_width, reverse=True)
    rows = [
        (
            input_name(each.key),
            each.words,
            " to ".join(map(each.shown, each.range or ())),
            each.source,
        )
        for each in known[:MOST]
    ]
    text = (
        f"Of {len(known)} assumptions with a stated range these are known least: their ranges are "
        "the widest for their size. They were not ranked by what they do to the answer; "
        "“Save and share” does that when asked, and caseload sensitivity by simulating."
    )
    heads = ["Assumption", "As it is", "It could be", "Source"]
    found = pd.DataFrame(rows, columns=heads).replace("", "–")
    return Section(LEAST_KNOWN, (text,), found)


def in_short(whole: Section) -> Section:
    """Name the first of the assumptions without their table: what they are, and could be."""
    if whole.table is None or whole.table.empty:
        return replace(whole, table=None)
    points = [
        f"{what}: {_on_average(as_it_is)}; it could be {could}"
        for what, as_it_is, could, *_ in whole.table.head(SHORT).itertuples(index=False)
    ]
    text = f"{whole.heading} (their table is at the end):"
    return Section(whole.heading, (text,), points=tuple(points))


def _on_average(stated: str) -> str:
    """Say of a distribution only its mean."""
    found = re.search(r"\bmean ([\d.,]*\d)", stated)
    return f"{found[1]} on average" if found else stated


def said(ranked: dict[str, Any]) -> str:
    """Say what they were ranked by."""
    return (
        f"{ranked['who']} are the fullest: by the estimate, {ranked['stated']} of their hours are "
        "spoken for in the long run. These assumptions move that most; each was moved alone over "
        "its whole range. What they do to lateness is found by: caseload sensitivity."
    )


def table(ranked: dict[str, Any]) -> pd.DataFrame:
    """Write a row for each."""
    rows = [
        (row["what"], row["stated"], row["range"], row["load"], row["source"])
        for row in ranked["rows"][:MOST]
    ]
    heads = ["Assumption", "As it is", "It could be", "Hours spoken for, then", "Source"]
    return pd.DataFrame(rows, columns=heads).replace("", "–")


def _range(each: Input) -> str:
    return " to ".join(map(each.shown, each.range or ()))


def _width(each: Input) -> float:
    """Give how wide its range is, for its size."""
    low, high = each.range or (0.0, 0.0)
    return (high - low) / abs(each.number) if each.number else 0.0
