"""The Streamlit entry: says what the program is and runs the baseline."""

import streamlit as st

from sim.experiment import run
from sim.report.table import table
from sim.scenario import load

BASELINE = "three-hubs"
FUTURES = 5


def main() -> None:
    """Show the page."""
    st.set_page_config(page_title="Caseload", layout="wide")
    st.title("Caseload")
    st.write(
        "What happens to reviews, visits, caseloads and waiting in a service for disabled "
        "children if its demand, staffing or way of working changes."
    )
    loaded = load(BASELINE)
    st.subheader(loaded.scenario.title or loaded.scenario.name)
    st.write(loaded.scenario.description)
    if st.button(f"Run {FUTURES} possible futures", type="primary"):
        bar = st.progress(0.0, "Starting")

        def show(done: int, asked: int) -> None:
            bar.progress(done / asked, f"{done} of {asked} possible futures done")

        # In this process: a server has threads, and starting others from it is not safe.
        results = run(loaded, replications=FUTURES, jobs=1, on_done=show)
        bar.empty()
        st.session_state["table"] = table(results)
    if "table" in st.session_state:
        st.code(st.session_state["table"], language=None)


main()
