"""The brief of a sizing: the question, the answer, how sure it is, how to make it again."""

from __future__ import annotations

import shlex
from typing import Any

import pandas as pd

from sim import __version__
from sim.app.drawing import PALETTES
from sim.app.front_chart import front
from sim.app.paper import picture
from sim.app.sizing import SizeOrder, unasked
from sim.report.paper import Paper, Section, numbers_last
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

NOTES = (
    "A possible year: a year, from the second on, of one of the possible futures that were "
    "simulated. Which children come and who falls ill differs from one to the next.",
    "95% interval: how well the share of years is known. More futures narrow it.",
    "A model to think with. What it does not know is said in the application, under About the "
    "model, with the source and grade of every number it rests on.",
)


def size_brief(
    answer: dict[str, Any], asked: SizeOrder, question: str, loaded: Loaded[Scenario], file: str
) -> Paper:
    """Write it.

    Parameters
    ----------
    question
        What was asked, in words.
    loaded, file
        The scenario, and the name of its file.
    """
    scenario = loaded.scenario
    rows = [
        ("Command", shlex.join(["caseload", *asked.asked(file)])),
        ("Version", f"Caseload {__version__}"),
        ("Seed", str(asked.seed)),
        (f"Digest of {scenario.name}", loaded.digest),
    ]
    again = pd.DataFrame(rows, columns=["What", "Value"])
    same = "The same version, scenario and seed give the same numbers, to the last digit."
    drawn = front(answer, PALETTES["light"])
    return Paper(
        title=f"{scenario.title or scenario.name}: how many posts",
        about=f"{asked.horizon} from {scenario.start.day} {scenario.start:%B %Y}; "
        f"{answer['spent']} possible futures, simulated by Caseload {__version__}.",
        sections=numbers_last(
            (
                Section("The question", (question,)),
                Section("The answer", (f"{answer['sentence']}.", *answer["sentences"])),
                *_unasked(answer),
                Section(drawn.title, (), None, picture(drawn)),
            ),
            (Section("How to make it again", (same,), again),),
        ),
        notes=NOTES,
        figures=pd.DataFrame(answer["tried"]),
    )


def _unasked(answer: dict[str, Any]) -> list[Section]:
    table = unasked(answer)
    if table is None:
        return []
    found = answer["unasked"]
    return [Section(found["title"], (found["note"],), table)]
