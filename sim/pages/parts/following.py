"""Following a link: its values become the service the user works on, or it is refused politely."""

import streamlit as st

from sim.app import link
from sim.pages.parts import state
from sim.scenario import ScenarioError

KEY = "followed"


def follow() -> None:
    """Follow the link in the address, once."""
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    if not given:
        return
    done, refused = st.session_state.get(KEY, (None, ""))
    if done != given:
        refused = ""
        try:
            state.put(link.read(given))
        except link.LinkRefusedError as refusal:
            refused = str(refusal)
        except ScenarioError as error:
            refused = str(error.problems[0].text)
        st.session_state[KEY] = (given, refused)
    if refused:
        st.error(f"The link cannot be followed, so nothing was changed. {refused}")
