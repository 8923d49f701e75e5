"""What the theme cannot say: a little style, for contrast and for room."""

import streamlit as st

# Streamlit writes white on the primary colour; on the light blue of a dark page that is 2.4 to 1.
DARK = """<style>
[data-testid^="stBaseButton-primary"], [data-testid^="stBaseButton-primary"] p { color: #0E1117; }
</style>"""
# Streamlit leaves a fifth of a small screen free above the title.
ROOM = """<style>
[data-testid="stMainBlockContainer"] { padding-top: 4.5rem; }
</style>"""


def is_dark() -> bool:
    """Whether the user sees the page dark."""
    return st.context.theme.type == "dark"


def look() -> None:
    """Mend what has too little contrast, and what takes too much room."""
    st.html(ROOM)
    if is_dark():
        st.html(DARK)
