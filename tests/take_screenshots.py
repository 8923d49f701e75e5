"""Pictures of every page, light and dark, for whoever wants to see before they install.

Taken in a real browser, of the worked example as the application shows it:

    python -m tests.take_screenshots [POSSIBLE FUTURES]
"""

from __future__ import annotations

import io
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.browser import (
    HERE,
    Scheme,
    browsing,
    finish,
    go_to,
    keyed,
    press,
    served,
    settle,
    turn,
    type_number,
    visit,
)

FOLDER = HERE / "docs" / "screenshots"
SCHEMES: tuple[Scheme, ...] = ("dark", "light")  # the last is how the journey goes on
SIZE: ViewportSize = {"width": 1280, "height": 1000}
COLOURS = 128  # enough for flat colours and the edges of letters
FUTURES = 20
PATIENCE_MS = 20 * 60 * 1000  # a busy machine may take as long
STILL_MS = 1000  # a chart is drawn a moment after its page


@dataclass(frozen=True)
class Camera:
    """Takes pictures of a page into a folder."""

    page: Page
    folder: Path

    def take(self, name: str, top: str = "") -> None:
        """Take a picture, dark and light, with the heading of that name at the top of it."""
        for scheme in SCHEMES:
            turn(self.page, scheme)
            self.page.evaluate("document.activeElement.blur()")
            self.page.mouse.move(1, 1)  # nothing is to look as if it were pointed at
            if top:
                self._scroll(top)
            self.page.wait_for_timeout(STILL_MS)
            image = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
            small = image.quantize(COLOURS, dither=Image.Dither.NONE)
            small.save(self.folder / f"{name}-{scheme}.png", optimize=True)

    def _scroll(self, to: str) -> None:
        heading = self.page.get_by_role("heading", name=to, exact=True).first
        heading.evaluate("e => { e.style.scrollMarginTop = '5rem'; e.scrollIntoView(); }")


def journey(camera: Camera, futures: int = FUTURES) -> None:
    """Go through the worked example, page by page."""
    page = camera.page
    page.set_viewport_size(SIZE)
    page.set_default_timeout(PATIENCE_MS)
    camera.take("start")
    page.get_by_role("tab", name="Enter my service").click()
    camera.take("enter")
    page.get_by_role("tab", name="Start from a delivery model").click()
    press(page, "example")
    page.get_by_role("heading", name="Explore", exact=True).wait_for()
    settle(page)
    camera.take("explore")
    if futures != FUTURES:
        page.get_by_text("How it is run").click()
        type_number(page, "futures", futures)
    press(page, "run")
    finish(page)
    camera.take("results", "Results")
    camera.take("charts", "Hours spoken for, by role")
    go_to(page, "Compare")
    press(page, "run-compare")
    page.get_by_role("heading", name="The answer", exact=True).wait_for()
    keyed(page, "cancel-compare").wait_for(state="detached")
    camera.take("compare", "What differs")
    go_to(page, "How many posts")
    camera.take("sizing")
    go_to(page, "Annual review")
    camera.take("review")
    go_to(page, "Flow")
    camera.take("flow")
    press(page, "tell")
    page.get_by_text("A story about").wait_for()
    keyed(page, "cancel-stories").wait_for(state="detached")
    camera.take("story", "One child's story")
    go_to(page, "Save and share")
    camera.take("share")
    go_to(page, "About the model")
    camera.take("about")
    page.get_by_role("tab", name="Assumptions").click()
    camera.take("assumptions")


def main(futures: int = FUTURES) -> None:
    """Take them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as store,
        served(Path(store)) as (address, _),
        browsing() as browser,
    ):
        journey(Camera(visit(browser, address), FOLDER), futures)
    for file in sorted(FOLDER.glob("*.png")):
        print(f"{file.name:<28}{file.stat().st_size / 1000:>6.0f} kB")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
