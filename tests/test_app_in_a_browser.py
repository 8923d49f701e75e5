"""The whole journey of somebody with a question, in a real browser."""

import shlex
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from sim.cli import main
from sim.report import wording
from tests.browser import (
    browsing,
    choose,
    finish,
    go_to,
    keyed,
    needs_chromium,
    open_file,
    press,
    read_tiles,
    served,
    type_number,
    visit,
)
from tests.pages import POSTS, SMALL

pytestmark = needs_chromium

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


def backlog_seen(page: Page) -> list[str]:
    """Read the table of work past due by month: the averages."""
    table = keyed(page, "table:backlog")
    table.locator("summary").click()
    rows = table.locator("tbody tr")
    rows.first.wait_for()
    return [row.locator("td").nth(1).inner_text().strip() for row in rows.all()]


def backlog_told(command: str, folder: Path) -> list[str]:
    """Give the command that the page shows, and read the same from its files."""
    program, *words = shlex.split(command)
    assert program == "caseload"
    assert main([*words, "--out", str(folder / "results")]) == 0
    months = pd.read_parquet(folder / "results" / "monthly.parquet")
    rows = months[(months["measure"] == "backlog") & (months["where"] == "service")]
    return [wording.number(mean) for mean in rows.sort_values("month")["mean"]]


def set_up(page: Page, folder: Path, posts: int) -> None:
    file = folder / "small-service.yaml"
    file.write_text(SMALL, encoding="utf-8")
    open_file(page, file)
    page.get_by_text("How it is run").click()
    choose(page, "horizon", "1 year")
    type_number(page, f"in:{POSTS}", posts)


def run(page: Page, futures: int) -> None:
    type_number(page, "futures", futures)
    press(page, "run")


def test_a_question_is_answered_and_the_command_line_gives_the_same_numbers(
    address: str, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(browser, address)
    set_up(page, tmp_path, posts=3)
    expect(page.get_by_text("Changed against the baseline")).to_be_visible()

    run(page, futures=200)
    press(page, "cancel")
    expect(page.get_by_text("Cancelled after")).to_be_visible()

    run(page, futures=2)
    finish(page)
    tiles, months = read_tiles(page), backlog_seen(page)
    assert len(tiles) == 6 and len(months) == 12

    monkeypatch.chdir(tmp_path)
    command = page.get_by_test_id("stCode").inner_text().strip()
    assert f"{POSTS}=3" in command
    assert backlog_told(command, tmp_path) == months


def grave(page: Page) -> set[str]:
    """Name the rules that axe finds broken, badly, on what is shown."""
    found = Axe().run(page).response["violations"]
    return {rule["id"] for rule in found if rule["impact"] in GRAVE}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_keeps_anybody_out(
    scheme: str, address: str, browser: Browser, tmp_path: Path
) -> None:
    page = visit(browser, address, scheme=scheme)
    found = {"Start": grave(page)}
    set_up(page, tmp_path, posts=3)
    run(page, futures=1)
    finish(page)
    found["Explore"] = grave(page)
    for title in ("Compare", "Flow", "About the model"):
        go_to(page, title)
        found[title] = grave(page)
    assert {title: rules - STREAMLITS_OWN for title, rules in found.items() if rules} == {}
    page.evaluate("document.querySelector('h1').outerHTML += '<img src=\"x.png\">'")
    assert "image-alt" in grave(page)  # so a fault would have been found
