"""The pictures of the application: of every page, light and dark, shown, described and small."""

import re
from pathlib import Path

from sim.pages.parts.pages import PAGES

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = (DOCS / "application.md").read_text(encoding="utf-8")
MOST_BYTES = 150_000


def pictures() -> set[str]:
    return {file.stem for file in (DOCS / "screenshots").glob("*.png")}


def test_there_is_a_picture_of_every_page_light_and_dark() -> None:
    found = pictures()
    assert {f"{name}-{scheme}" for name, _ in PAGES for scheme in ("light", "dark")} <= found
    assert {name.removesuffix("-light") for name in found if name.endswith("-light")} == {
        name.removesuffix("-dark") for name in found if name.endswith("-dark")
    }


def test_every_picture_can_be_found_and_none_is_missing() -> None:
    assert set(re.findall(r"\(screenshots/([\w-]+)\.png\)", PAGE)) == pictures()
    assert all(len(said) > 20 for said in re.findall(r"!\[([^]]*)\]", PAGE))  # for who cannot see


def test_the_pictures_are_small() -> None:
    sizes = {file.name: file.stat().st_size for file in (DOCS / "screenshots").glob("*.png")}
    assert {name for name, size in sizes.items() if size > MOST_BYTES} == set()
