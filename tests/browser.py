"""The application in a real browser: a server of its own, and pages in Debian's Chromium."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, TimeoutError, ViewportSize, sync_playwright

HERE = Path(__file__).resolve().parents[1]
PATIENCE = 90.0  # seconds until a test gives up; what is waited for takes a few
AGAIN_MS = 5000  # until a key is pressed again
Scheme = Literal["light", "dark"]
WIDE: ViewportSize = {"width": 1280, "height": 900}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium here (apt-get install chromium)"
)


def free_port() -> int:
    with closing(socket.socket()) as found:
        found.bind(("localhost", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def served(store: Path) -> Iterator[tuple[str, int]]:
    """Serve the application; give its address and its process."""
    port = free_port()
    flags = ("--server.headless=true", f"--server.port={port}")
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(HERE / "app.py"), *flags],
        cwd=HERE,
        env={**os.environ, "PYTHONPATH": str(HERE), "CASELOAD_STORE": str(store)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        _wait_for(address, server)
        yield address, server.pid
    finally:
        server.terminate()
        server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{address}/_stcore/health", timeout=2).close()
            return
        except OSError:
            assert server.poll() is None and time.monotonic() < until, "the server did not start"
            time.sleep(0.1)


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start the browser."""
    # As root, as in a container, Chromium has no sandbox; it sees nothing but our own pages.
    arguments = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=arguments)
        try:
            yield browser
        finally:
            browser.close()


def visit(browser: Browser, address: str) -> Page:
    """Open an address as a new user."""
    user = browser.new_context(
        viewport=WIDE,
        reduced_motion="reduce",
        accept_downloads=True,
    )
    page = user.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(address)
    settle(page)
    return page


def settle(page: Page) -> None:
    """Wait until the page has been drawn, and nothing on it is being renewed."""
    page.wait_for_selector('[data-testid="stHeading"]')
    page.wait_for_function("!document.querySelector('[data-testid=\"stStatusWidget\"]')")
    page.wait_for_function("!document.querySelector('[data-stale=\"true\"]')")


IS_DARK = """() => [...document.querySelectorAll("style")]
    .some(style => style.textContent.includes("stBaseButton-primary"))"""


def turn(page: Page, scheme: Scheme) -> None:
    """Let the user's system go dark, or light again, and the page follow (R draws it anew)."""
    page.emulate_media(color_scheme=scheme)
    page.locator("h1").click()
    wanted = "" if scheme == "dark" else "!"
    while not page.evaluate(f"{wanted}({IS_DARK})()"):  # the page's style is the first to follow
        page.keyboard.press("r")  # is lost on a page that is just being drawn
        with suppress(TimeoutError):
            page.wait_for_function(f"{wanted}({IS_DARK})()", timeout=AGAIN_MS)
    settle(page)


def keyed(page: Page, key: str) -> Locator:
    """Find what a page knows by a key."""
    return page.locator(f".{class_of(key)}")


def class_of(key: str) -> str:
    """Give the class that Streamlit makes of a key."""
    name = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in key)
    return f"st-key-{name}"


def tab_to(page: Page, what: str, most: int = 150) -> None:
    """Go to what a selector names with the tab key alone, as people do who use no mouse."""
    for _ in range(most):
        if page.evaluate("what => document.activeElement.closest(what) !== null", what):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the tab key does not lead to {what}")


def press(page: Page, key: str) -> None:
    keyed(page, key).get_by_role("button").first.click()


def type_number(page: Page, key: str, value: float) -> None:
    field = keyed(page, key).locator("input")
    field.fill(f"{value:g}")
    field.press("Enter")
    settle(page)


def choose(page: Page, key: str, option: str) -> None:
    field = keyed(page, key).get_by_role("combobox")
    wanted = page.get_by_role("option", name=option, exact=True)
    while not wanted.is_visible():  # a list that opens while the page moves closes again
        field.press("ArrowDown")
        page.wait_for_timeout(200)
    wanted.click()
    settle(page)


def go_to(page: Page, title: str) -> None:
    """Go to a page by the navigation."""
    page.get_by_role("link", name=title, exact=True).first.click()
    page.get_by_role("heading", name=title, exact=True).wait_for()
    settle(page)


def open_file(page: Page, file: Path) -> None:
    """Open a scenario file on the first page, and go on with it."""
    page.get_by_role("tab", name="Open a saved scenario").click()
    page.locator('input[type="file"]').first.set_input_files(file)
    press(page, "use-file")
    page.get_by_role("heading", name="Explore", exact=True).wait_for()
    settle(page)


def read_tiles(page: Page) -> list[str]:
    """Read the headline numbers, in their order."""
    found = page.get_by_test_id("stMetricValue")
    found.first.wait_for()
    return [text.strip() for text in found.all_inner_texts()]


def backlog_seen(page: Page) -> list[str]:
    """Read the table of work past due by month: the averages."""
    table = keyed(page, "table:backlog")
    table.locator("summary").click()
    rows = table.locator("tbody tr")
    rows.first.wait_for()
    return [row.locator("td").nth(1).inner_text().strip() for row in rows.all()]


def finish(page: Page, cancel: str = "cancel") -> None:
    """Wait until a run has ended: results are there, and nothing is left to cancel."""
    page.get_by_role("heading", name="Results").wait_for()
    keyed(page, cancel).wait_for(state="detached")
    settle(page)
