"""What there is to say about the program and what it assumes, for the About page."""

from __future__ import annotations

import re
from collections.abc import Collection
from importlib.resources import files
from pathlib import Path

import pandas as pd

from sim.app.field import GRADES
from sim.report import wording
from sim.rules.page import TITLES
from sim.rules.register import register
from sim.scenario import keys
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
        spread = key.sourced.range
        rows.append(
            {
                "What": ": ".join(wording.stage(part) for part in key.path.split(".")),
                "Value": f"{key.value} {key.unit}" if key.unit in ("hours",) else key.value,
                "Range": "" if spread is None else f"{spread[0]:g} to {spread[1]:g}",
                "Grade": GRADES.get(key.grade, key.grade),
                "Source": key.source or "",
                "Note": key.sourced.note or "",
            }
        )
    return pd.DataFrame(rows, columns=["What", "Value", "Range", "Grade", "Source", "Note"])


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
