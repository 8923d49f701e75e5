"""The register of data: every file the review rests on, and what is published beside it."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sim.review.actuals import Actuals
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

SHORT = 16  # characters of a digest that are shown: enough to tell two files apart


@dataclass(frozen=True, slots=True)
class Datum:
    """One source of data.

    Attributes
    ----------
    what
        What it is.
    name
        The file.
    content
        What is in it, in a sentence.
    used
        What it was used for.
    quality
        What the program found wrong with it; what only people can say is left to them.
    digest
        SHA-256 of what was read, its beginning; empty where the scenario's digest covers it.
    """

    what: str
    name: str
    content: str
    used: str
    quality: str
    digest: str


def data_register(
    loaded: Loaded[Scenario], actuals: Actuals, digest_of_actuals: str
) -> tuple[Datum, ...]:
    """List the files of a review.

    Parameters
    ----------
    loaded
        The scenario.
    actuals
        What was read of the file of actuals.
    digest_of_actuals
        As `digest` gives it.
    """
    found = [
        Datum(
            "Scenario",
            ", ".join(Path(file).name for file in loaded.files),
            f"{loaded.scenario.title or loaded.scenario.name}: all inputs of the model, each with "
            "its source and grade",
            "the forecast and everything that follows from it",
            "checked by the program before each run; see the register of assumptions",
            loaded.digest[:SHORT],
        ),
        _of_actuals(actuals, digest_of_actuals),
    ]
    children = loaded.scenario.day_one.caseload
    if children:
        found.append(
            Datum(
                "Open children",
                "day_one.caseload",
                f"{len(children)} children open on the first day",
                "where the forecast begins",
                "what is blank was drawn at random, as caseload check says",
                "",
            )
        )
    return tuple(found)


def _of_actuals(actuals: Actuals, digest: str) -> Datum:
    months = Counter(row.month for row in actuals.rows)
    gaps = sum(len(missing) for _, missing in actuals.missing)
    wrong = len(actuals.remarks)
    quality = [f"{len(actuals.rows)} numbers used"]
    if wrong:
        quality.append(f"{wrong} line{'s' * (wrong != 1)} not used")
    if gaps:
        quality.append(f"{gaps} month{'s' * (gaps != 1)} of measures missing")
    if actuals.not_given:
        number = len(actuals.not_given)
        quality.append(f"{number} measure{'s' * (number != 1)} not counted at all")
    return Datum(
        "Actuals",
        Path(actuals.file).name,
        f"{len(actuals.counted)} measures, {len(months)} of {len(actuals.months)} months, "
        f"{actuals.months[0]} to {actuals.months[-1]}",
        "what happened, beside the forecast",
        "; ".join(quality),
        digest[:SHORT],
    )


def digest(content: bytes) -> str:
    """Give the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()
