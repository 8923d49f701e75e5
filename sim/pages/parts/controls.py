"""The controls of the Explore page: one for each setting, each of which can go back."""

from typing import Any

import streamlit as st

from sim.app.field import Field
from sim.app.inputs import GROUPS
from sim.pages.parts import state

OPEN_GROUP = "posts"
MOST = 100_000


def controls(settings: dict[str, Field]) -> None:
    """Draw the settings, group by group; the first is unfolded."""
    for group, title in GROUPS.items():
        found = [field for field in settings.values() if field.group == group]
        if not found:
            continue
        number = sum(field.key in state.service().changes for field in found)
        label = f"{title} ({number} changed)" if number else title
        with st.expander(label, expanded=group == OPEN_GROUP, key=f"group:{group}"):
            for field in found:
                control(field)


def control(field: Field) -> None:
    """Draw one setting, and the way back if it was changed."""
    key = f"in:{field.key}"
    now = state.value(field)
    st.session_state[key] = now  # the service is what counts; the control follows it
    shared: dict[str, Any] = {
        "key": key,
        "help": field.help,
        "on_change": _typed,
        "args": (field, key),
    }
    if field.kind in ("interval", "choice"):
        options = list(field.options)
        if now not in options:
            options.insert(0, str(now))
        st.selectbox(field.label, options, format_func=field.said, **shared)
    elif field.kind == "count":
        st.number_input(field.label, min_value=0, max_value=MOST, step=1, **shared)
    else:
        low = -50.0 if field.key.endswith("growth") else 0.0
        high = 100.0 if field.kind == "mix" else float(MOST)
        step, form = _step(field)
        st.session_state[key] = float(now)
        st.number_input(
            field.label, min_value=low, max_value=high, step=step, format=form, **shared
        )
    if now != field.default:
        st.button(
            f"Back to {field.said(field.default)}",
            key=f"back:{field.key}",
            on_click=_back,
            args=(field,),
            type="tertiary",
            icon=":material/undo:",
        )


def _step(field: Field) -> tuple[float, str]:
    size = abs(float(field.default))
    if field.kind == "mix" or size >= 20:
        return (5.0 if size < 200 else 10.0), "%.0f"
    return (0.5, "%.1f") if field.scale > 1 or size >= 10 else (0.25, "%.2f")


def _typed(field: Field, key: str) -> None:
    state.put(state.service().with_change(field, st.session_state[key]))


def _back(field: Field) -> None:
    state.put(state.service().with_change(field, field.default))
