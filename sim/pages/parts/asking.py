"""Questions put in the background, one of a kind at a time; they end with the page."""

from typing import Any

import streamlit as st

from sim.app.asked import Asked


@st.cache_resource(scope="session", on_release=lambda slot: _let_go(slot))
def _slot() -> dict:
    """Hold what was asked: let go, and ended, when the page is closed."""
    return {}


def _let_go(slot: dict) -> None:
    for _, asked in slot.values():
        asked.cancel()


def ask(kind: str, about: Any, arguments: list[str], scenario: str) -> None:
    """Put a question, and give up the last of its kind."""
    last = _slot().get(kind)
    if last is not None:
        last[1].cancel()
    _slot()[kind] = (about, Asked(arguments, scenario))


def asked(kind: str) -> tuple[Any, Asked] | None:
    """Give the last question of a kind, and what it was about."""
    return _slot().get(kind)


def waiting(question: Asked, text: str, key: str) -> None:
    """Show that an answer is awaited, with a way to end that; or what came of it."""
    if question.running:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":material/hourglass_empty: {text}", width="content")
            st.button("Cancel", key=key, on_click=question.cancel)
    elif question.cancelled:
        st.info("Cancelled.")
    elif question.error is not None:
        st.error(f"There is no answer: {question.error}")
