"""How charts, tables and what is wrong are shown on every page."""

from collections.abc import Mapping

import streamlit as st

from sim.app.drawing import Drawn
from sim.app.field import Field
from sim.scenario import ScenarioError

MOST_PROBLEMS = 5


def drawn(what: Drawn, key: str, level: int = 3) -> None:
    """Show a chart under its heading, with its sentence first and its table folded away."""
    st.markdown(f"{'#' * level} {what.title}")
    st.markdown(what.sentence)
    if what.chart is not None:
        alt = f"{what.title}. {what.sentence}"
        st.vega_lite_chart(what.chart, theme=None, key=f"chart:{key}", alt=alt)
    if not what.table.empty:
        with st.expander(f"Table: {what.title}", key=f"table:{key}"):
            st.table(what.table, border="horizontal", hide_index=True)


def problems(error: ScenarioError, known: Mapping[str, Field] | None = None) -> None:
    """Say what is wrong with a scenario, in the words of the page where it is about a control."""
    lines = []
    for problem in error.problems[:MOST_PROBLEMS]:
        field = (known or {}).get(problem.key.removesuffix(".value"))
        lines.append(f"- {problem if field is None else f'**{field.label}**: {problem.text}'}")
    more = len(error.problems) - MOST_PROBLEMS
    if more > 0:
        lines.append(f"- and {more} more")
    st.error("This cannot be used as it stands:\n\n" + "\n".join(lines))
