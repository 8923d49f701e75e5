"""The Streamlit entry: the pages and how to get from one to the other, nothing else."""

import streamlit as st

from sim.pages.parts.following import follow
from sim.pages.parts.look import look
from sim.pages.parts.pages import pages


def main() -> None:
    """Show the page that was asked for."""
    # A picture as icon: one made of a font would be fetched from elsewhere.
    st.set_page_config(page_title="Caseload", page_icon="📋", layout="wide")
    page = st.navigation(pages(), position="top")
    look()
    follow()
    page.run()


main()
