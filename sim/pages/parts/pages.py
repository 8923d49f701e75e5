"""The pages there are: one list for the navigation and for the links from page to page."""

from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).resolve().parents[1]
# File, title and address; the first is where everybody begins.
PAGES = (
    ("start", "Start"),
    ("explore", "Explore"),
    ("compare", "Compare"),
    ("sizing", "How many posts"),
    ("flow", "Flow"),
    ("review", "Annual review"),
    ("share", "Save and share"),
    ("about", "About the model"),
)


def page(name: str) -> st.Page:
    """Give a page, to go to it."""
    title = dict(PAGES)[name]
    first = name == PAGES[0][0]
    return st.Page(FOLDER / f"{name}.py", title=title, url_path=name, default=first)


def pages() -> list[st.Page]:
    """List the pages in the order of the navigation."""
    return [page(name) for name, _ in PAGES]
