"""The page of words says what the code says."""

from __future__ import annotations

from pathlib import Path

from sim.report.words import words
from sim.scenario import load
from sim.service.plan import compile_plans

PAGE = Path(__file__).parent.parent / "docs" / "words.md"


def test_the_page_of_words_is_made_from_the_code() -> None:
    plan = compile_plans(load("three-hubs"))[0][1]
    assert PAGE.read_text() == words(plan)
