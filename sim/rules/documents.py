"""The rules of the five documents, and where they contradict each other."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

# The packaged scenarios that are meant to be the model of each document.
MODELS = {
    "kent_care_managed": ("kent-care-managed",),
    "cambridgeshire_case_management": ("cambridgeshire-units",),
    "warwickshire_three_hubs": ("three-hubs", "three-hubs-open-to-review"),
    "open_to_review": ("open-to-review", "three-hubs-open-to-review", "open-to-review-0-25"),
    "rochdale_step_up_step_down": ("rochdale-step-up-step-down", "three-hubs-open-to-review"),
}
_ID = re.compile(r"\b([KCWOR])(\d{1,3})\b(?: to ([KCWOR])(\d{1,3})\b)?")


@dataclass(frozen=True)
class Rule:
    """One rule of a document.

    Attributes
    ----------
    id
        Such as ``W75``.
    document
        Which of the five it is in.
    says
        The rule in a sentence.
    numbers
        The figures it gives; a dash for none.
    kind
        Cadence, role, transition guard ...
    """

    id: str
    document: str
    says: str
    numbers: str
    kind: str


def rules() -> list[Rule]:
    """Return all rules, in the order of the documents."""
    return [
        Rule(row["id"], row["document"], row["rule"], row["numbers"], row["kind"])
        for row in table("rules.csv")
    ]


def contradictions() -> list[dict[str, str]]:
    """Return where the documents contradict each other, and how that may be set."""
    return table("contradictions.csv")


def table(name: str) -> list[dict[str, str]]:
    """Read one of the tables that come with the program."""
    text = files("sim.data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def named_in(text: str, ranges: bool = True) -> Iterator[str]:
    """Give the rules named in a text; ``C37 to C39`` names three, none if ranges do not count."""
    for first, low, last, high in _ID.findall(text):
        if last and not ranges:
            continue
        top = int(high) if last == first else int(low)
        yield from (f"{first}{number}" for number in range(int(low), top + 1))
