"""The Streamlit entry: the pages and how to get from one to the other, nothing else."""

from pathlib import Path

import streamlit as st

import sim

PAGES = Path(sim.__file__).parent / "pages"


def main() -> None:
    """Show the page that was asked for."""
    st.set_page_config(page_title="Caseload", page_icon="📋", layout="wide")
    page = st.navigation(
        [
            st.Page(PAGES / "start.py", title="Start", url_path="start", default=True),
            st.Page(PAGES / "explore.py", title="Explore", url_path="explore"),
        ],
        position="top",
    )
    page.run()


main()
