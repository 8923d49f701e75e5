"""What there is to say about the program and what it assumes, for the About page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from importlib.resources import files
from itertools import groupby
from pathlib import Path

import pandas as pd

from sim.app.field import GRADES
from sim.report import wording
from sim.rules.page import TITLES
from sim.rules.register import register
from sim.scenario import keys
from sim.scenario.distribution import Distribution
from sim.scenario.keys import Key
from sim.scenario.schema import Scenario

BESIDE = {"CHANGELOG.md": "CHANGELOG.md", "verification.md": "docs/verification.md"}


def text(name: str) -> str:
    """Give one of the texts of the About page: ``knows``, ``accessibility``, ``privacy``."""
    return files("sim.app").joinpath("texts", f"{name}.md").read_text(encoding="utf-8")


def shipped(name: str, levels: int = 2) -> str:
    """Give a document that comes with the program, its headings made so many levels smaller."""
    packaged = Path(str(files("sim"))) / "_app" / name
    beside = Path(__file__).resolve().parents[2] / BESIDE[name]
    for file in (packaged, beside):
        if file.is_file():
            found = file.read_text(encoding="utf-8")
            found = re.sub(r"<!--.*?-->", "", found, flags=re.DOTALL)
            return re.sub(r"^(?=#+ )", "#" * levels, found, flags=re.MULTILINE)
    return "This document is not installed here."


def assumptions(scenario: Scenario) -> pd.DataFrame:
    """List every number of a scenario that has a grade: what it is, how good, and from where."""
    rows = []
    for key in keys(scenario):
        if key.sourced is None or not key.value or not key.grade:
            continue
        rows.append(
            {
                "What": ": ".join(wording.stage(part) for part in key.path.split(".")),
                "Value": _value(key),
                "Range": _range(key),
                "Grade": GRADES.get(key.grade, key.grade),
                "Source": key.source or "",
                "Note": key.sourced.note or "",
            }
        )
    return pd.DataFrame(rows, columns=["What", "Value", "Range", "Grade", "Source", "Note"])


def _value(key: Key) -> str:
    """Write a number of a scenario for people."""
    value = key.sourced.value if key.sourced is not None else None
    if isinstance(value, Distribution):
        same = value.kind == "fixed"
        return f"{value.mean():.3g}" if same else f"{value.mean():.3g} on average"
    text = key.value.replace("_", " ")
    if key.unit in ("hours", "per year"):
        unit = "hour" if text == "1" and key.unit == "hours" else key.unit
        return f"{text} {unit}"
    return f"£{float(text):,.0f} a year" if key.unit == "pounds a year" else text


def _range(key: Key) -> str:
    """Write the range of a number as the number is written."""
    spread = key.sourced.range if key.sourced is not None else None
    if spread is None:
        return ""
    percent = key.unit == "share"
    ends = (f"{end * 100:g}%" if percent else f"{end:,g}" for end in spread)
    return " to ".join(ends)


def lines(story: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Write a child's story as a table; what happens again and again is said once.

    Parameters
    ----------
    story
        ISO dates and sentences, in order.
    """
    rows: list[tuple[str, str]] = []
    last = ""
    for text, group in groupby(story, key=lambda line: line[1]):
        days = [date.fromisoformat(on) for on, _ in group]
        said = _day(days[0])
        again = f" ({len(days)} times, until {_day(days[-1])})" if len(days) > 1 else ""
        rows.append(("" if said == last else said, text.removesuffix(".") + again + "."))
        last = _day(days[-1])
    return pd.DataFrame(rows, columns=["When", "What"])


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def rules() -> pd.DataFrame:
    """List the rules of the five documents, and how each is kept."""
    return pd.DataFrame(
        [
            {
                "Document": TITLES[entry.rule.document],
                "Rule": entry.rule.id,
                "What it says": entry.rule.says,
                "Status": entry.status,
                "In the models": ", ".join(entry.models) or entry.reason,
            }
            for entry in register()
        ]
    )


def with_text(table: pd.DataFrame, words: str) -> pd.DataFrame:
    """Keep the rows in which every one of some words occurs."""
    every = table.astype(str).agg(" ".join, axis=1).str.lower()
    kept = pd.Series(True, index=table.index)
    for word in words.lower().split():
        kept &= every.str.contains(word, regex=False)
    return table[kept]


def among(table: pd.DataFrame, column: str, values: Collection[str]) -> pd.DataFrame:
    """Keep the rows with one of some values; all of them if none is named."""
    return table[table[column].isin(list(values))] if values else table
