"""A brief read on a telephone: its tables move sideways, the page does not (WCAG 2.2, 1.4.10)."""

from pathlib import Path

import pandas as pd
import pytest

from sim.report.paper import Paper, Section
from sim.report.paper_html import html
from tests.browser import browsing, needs_chromium

pytestmark = [needs_chromium, pytest.mark.long]
NARROW = 320  # pixels: what WCAG asks for


@pytest.mark.parametrize("wide", [False, True])
def test_only_tables_move_sideways_on_a_narrow_screen(tmp_path: Path, wide: bool) -> None:
    heads = ["What", *(f"Responsibilities {n}" for n in range(6))]
    table = pd.DataFrame([["Assessments", *(["unallocated"] * 6)]], columns=heads)
    paper = Paper("A brief", "About it.", (Section("Numbers", table=table, wide=wide),))
    file = tmp_path / "brief.html"
    file.write_text(html(paper), encoding="utf-8")
    with browsing() as browser:
        page = browser.new_page(viewport={"width": NARROW, "height": 700})
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
        page.keyboard.press("Tab")  # the table can be reached, and moved, without a mouse
        page.keyboard.press("ArrowRight")
        page.wait_for_function("document.activeElement.scrollLeft > 0")
        assert page.evaluate("document.activeElement.ariaLabel") == "Numbers"
