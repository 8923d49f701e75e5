"""The whole journey of somebody with a question, in a real browser.

One journey for everything that needs a browser, because a browser takes most of the time: the
numbers are those of the command line, nobody sees anybody else's, and nothing keeps anybody out.
"""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from docx import Document
from playwright.sync_api import Browser, Page, expect

from sim.cli import main
from sim.report import wording
from tests.browser import (
    PATIENCE,
    backlog_seen,
    browsing,
    choose,
    class_of,
    finish,
    go_to,
    keyed,
    needs_chromium,
    open_file,
    press,
    read_tiles,
    served,
    settle,
    tab_to,
    turn,
    type_number,
    visit,
)
from tests.pages import POSTS, SMALL

pytestmark = needs_chromium
expect.set_options(timeout=PATIENCE * 1000)

CONTRAST = "color-contrast"
TITLE = "A small service in which everything is on"
GRAVE = {"serious", "critical"}
# What axe finds in Streamlit's own widgets and no page can mend (rules by their id): nothing now.
STREAMLITS_OWN: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("store")) as (found, _):
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


def backlog_told(command: str, folder: Path) -> list[str]:
    """Give the command that the page shows, and read the same from its files."""
    program, *words = shlex.split(command)
    assert program == "caseload"
    assert main([*words, "--out", str(folder / "results")]) == 0
    months = pd.read_parquet(folder / "results" / "monthly.parquet")
    rows = months[(months["measure"] == "backlog") & (months["where"] == "service")]
    return [wording.number(mean) for mean in rows.sort_values("month")["mean"]]


def set_up(page: Page, file: Path) -> None:
    open_file(page, file)
    page.get_by_text("How it is run").click()
    choose(page, "horizon", "1 year")


def run(page: Page, futures: int) -> None:
    type_number(page, "futures", futures)
    press(page, "run")


def download(page: Page, key: str, folder: Path) -> Path:
    with page.expect_download() as coming:
        press(page, key)
    file = folder / coming.value.suggested_filename
    coming.value.save_as(file)
    return file


def grave(page: Page, only: str = "") -> set[str]:
    """Name the rules that axe finds broken, badly, on what is shown."""
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if only:
        options["runOnly"] = [only]
    found = Axe().run(page, options=options).response["violations"]
    return {rule["id"] for rule in found if rule["impact"] in GRAVE}


@dataclass
class Judge:
    """Holds what is shown against axe's rules."""

    page: Page
    found: dict[str, set[str]] = field(default_factory=dict)

    def look(self, what: str, *, dark: bool = True) -> None:
        """Look, also dark: only colours are other there."""
        if dark:
            turn(self.page, "dark")
            self.found[f"{what}, dark"] = grave(self.page, CONTRAST)
            turn(self.page, "light")
        self.found[what] = grave(self.page)

    def verdict(self) -> dict[str, set[str]]:
        """Give what was found, and make sure that something would have been."""
        self.page.evaluate("document.querySelector('h1').outerHTML += '<img src=\"x.png\">'")
        self.page.evaluate("document.querySelector('h1').style.color = '#EEEEEE'")
        assert {"image-alt", CONTRAST} <= grave(self.page)
        return {what: rules - STREAMLITS_OWN for what, rules in self.found.items() if rules}


def answer_by_keyboard(page: Page) -> None:
    """Change the posts, run, and open a table of the results, without a mouse."""
    page.locator("h1").click()  # from the top of the page
    tab_to(page, f".{class_of(f'in:{POSTS}')} input")
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 → 3")).to_be_visible()
    tab_to(page, ".st-key-run button")
    page.keyboard.press("Enter")
    finish(page)
    tab_to(page, f".{class_of('table:backlog')} summary")
    page.keyboard.press("Enter")
    expect(keyed(page, "table:backlog").locator("tbody tr")).to_have_count(12)
    page.keyboard.press("Enter")  # and closed again


def compared_with_the_baseline(page: Page) -> str:
    """Compare, and read the backlog of the second scenario."""
    press(page, "run-compare")
    row = page.get_by_role("row").filter(has_text="Work past due").last
    row.wait_for()
    keyed(page, "cancel-compare").wait_for(state="detached")
    return row.get_by_role("cell").nth(2).inner_text().strip()


def test_a_question_is_answered_for_whoever_asks_and_for_nobody_else(
    address: str, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(browser, address)
    judge = Judge(page)
    judge.look("Start")
    page.get_by_role("tab", name="Enter my service").click()
    judge.look("Enter my service", dark=False)
    file = tmp_path / "small-service.yaml"
    file.write_text(SMALL, encoding="utf-8")
    set_up(page, file)

    run(page, futures=200)
    press(page, "cancel")
    expect(page.get_by_text("Cancelled after")).to_be_visible()
    type_number(page, "futures", 2)
    answer_by_keyboard(page)
    tiles, months = read_tiles(page), backlog_seen(page)
    assert len(tiles) == 6 and len(months) == 12
    judge.look("Explore", dark=False)

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sim.report.charts.write_charts", lambda *_: None)
    command = page.get_by_test_id("stCode").inner_text().strip()
    assert f"{POSTS}=3" in command
    assert backlog_told(command, tmp_path) == months

    go_to(page, "Compare")
    assert compared_with_the_baseline(page) == tiles[0]
    judge.look("Compare")

    go_to(page, "Save and share")
    saved, brief = download(page, "save", tmp_path), download(page, "answer-docx", tmp_path)
    told = "\n".join(each.text for each in Document(str(brief)).paragraphs)
    assert f"About {tiles[0]} tasks are past due" in told
    judge.look("Save and share", dark=False)

    other = visit(browser, address)  # somebody else, at the same time
    sees_nothing_of_others(other)
    set_up(other, saved)
    run(other, futures=2)
    finish(other)
    assert (read_tiles(other), backlog_seen(other)) == (tiles, months)
    type_number(other, f"in:{POSTS}", 1)
    go_to(page, "Explore")
    assert read_tiles(page) == tiles
    assert keyed(page, f"in:{POSTS}").locator("input").input_value() == "3"

    assert judge.verdict() == {}


@pytest.mark.long
def test_the_other_pages_keep_nobody_out(address: str, browser: Browser, tmp_path: Path) -> None:
    page = visit(browser, address)
    judge = Judge(page)
    file = tmp_path / "small-service.yaml"
    file.write_text(SMALL, encoding="utf-8")
    set_up(page, file)
    run(page, futures=2)
    finish(page)
    judge.look("Explore")
    go_to(page, "Flow")
    press(page, "tell")
    page.get_by_text("A story about").wait_for()
    judge.look("Flow")
    for title in ("How many posts", "Annual review"):
        go_to(page, title)
        judge.look(title, dark=False)
    go_to(page, "About the model")
    judge.look("About the model")
    for tab in page.get_by_role("tab").all()[1:]:
        tab.click()
        shown = page.get_by_role("tabpanel", name=tab.inner_text(), exact=True)
        shown.get_by_role("heading").first.wait_for()
        settle(page)
        judge.look(tab.inner_text(), dark=False)
    assert judge.verdict() == {}


def sees_nothing_of_others(page: Page) -> None:
    """Look at the pages of somebody who has only just come."""
    go_to(page, "Save and share")
    expect(page.get_by_text("There are no results yet")).to_be_visible()
    go_to(page, "Compare")
    expect(page.get_by_text("Choose at least one more scenario")).to_be_visible()
    go_to(page, "Explore")
    expect(page.get_by_text("Nothing is changed yet")).to_be_visible()
    expect(page.get_by_text(TITLE)).to_have_count(0)
    page.get_by_role("link", name="Start", exact=True).click()
