"""Many people at once, and one who stays: each gets their own answer, and memory does not grow.

These take minutes: `make test-long`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from sim.experiment import run
from sim.experiment.summary import monthly
from sim.report import wording
from sim.scenario import load_text
from tests.browser import (
    backlog_seen,
    browsing,
    choose,
    finish,
    keyed,
    needs_chromium,
    open_file,
    press,
    served,
    type_number,
    visit,
)
from tests.pages import POSTS, SMALL

pytestmark = [needs_chromium, pytest.mark.long]
PEOPLE = 10
RUNS, FIRST = 50, 5
GROWTH = 1.2  # of the server's memory, from the first few runs to the last
PATIENCE_MS = 15 * 60 * 1000  # ten runs at once, on two processors that do other things too


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, int]]:
    with served(tmp_path / "store") as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Browser]:
    with browsing() as found:
        yield found


def service(contacts: int) -> str:
    """The small service, with so many contacts a year."""
    found, many = re.subn("rate: 45 per year", f"rate: {contacts} per year", SMALL)
    assert many == 1
    return found


def expected(contacts: int) -> list[str]:
    """Its backlog by month in the first possible future, as the page writes it."""
    loaded = load_text(service(contacts), "service.yaml", ["horizon=1 year"])
    found = monthly(run(loaded, replications=1, jobs=1))
    months = [each for each in found if (each.measure, each.where) == ("backlog", "service")]
    return [wording.number(e.mean) for e in sorted(months, key=lambda each: each.period)]


def open_service(browser: Browser, address: str, folder: Path, contacts: int) -> Page:
    """Open a file of one's own, to be run for a year in one possible future."""
    file = folder / f"service-{contacts}.yaml"
    file.write_text(service(contacts), encoding="utf-8")
    page = visit(browser, address)
    page.set_default_timeout(PATIENCE_MS)
    open_file(page, file)
    page.get_by_text("How it is run").click()
    choose(page, "horizon", "1 year")
    type_number(page, "futures", 1)
    return page


def test_ten_people_at_once_each_get_their_own_right_answer(
    server: tuple[str, int], browser: Browser, tmp_path: Path
) -> None:
    contacts = [40 + 20 * person for person in range(PEOPLE)]
    pages = [open_service(browser, server[0], tmp_path, each) for each in contacts]
    for page in pages:
        press(page, "run")
    for page in pages:
        finish(page)
    answers = [expected(each) for each in contacts]
    assert len(set(map(tuple, answers))) == PEOPLE  # so that another's would be seen
    assert [backlog_seen(page) for page in pages] == answers


def memory(pid: int) -> int:
    """Give what a process has in memory, in kilobytes (Linux)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0])


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc, which is Linux's")
def test_memory_after_fifty_runs_is_about_that_after_five(
    server: tuple[str, int], browser: Browser, tmp_path: Path
) -> None:
    address, pid = server
    page = open_service(browser, address, tmp_path, 40)
    used = []
    for number in range(RUNS):
        type_number(page, f"in:{POSTS}", 2 + number % 2)
        press(page, "run")
        keyed(page, "cancel").wait_for()
        finish(page)
        used.append(memory(pid))
    print(f"{used[FIRST - 1] / 1000:.0f} MB after {FIRST} runs, {used[-1] / 1000:.0f} after {RUNS}")
    assert used[-1] < GROWTH * used[FIRST - 1]
