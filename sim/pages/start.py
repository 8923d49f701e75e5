"""Start: choose a delivery model, enter your service, or open a saved scenario."""

import streamlit as st

from sim.app.inputs import Field
from sim.app.service import BASELINE, Service, delivery_models
from sim.pages.parts import showing, state
from sim.report import wording
from sim.scenario import ScenarioError

EXPLORE = "sim/pages/explore.py"


def main() -> None:
    st.title("Caseload")
    st.markdown(
        "What happens to reviews, visits, caseloads and waiting in a service for disabled children "
        "when its demand, its staffing or its way of working changes."
    )
    model, mine, saved = st.tabs(
        ["Start from a delivery model", "Enter my service", "Open a saved scenario"]
    )
    with model:
        _choose_model()
    with mine:
        _enter_service()
    with saved:
        _open_file()


def _choose_model() -> None:
    st.header("Start from a delivery model")
    models = delivery_models()
    names = list(models)
    st.radio(
        "Which way of working is nearest to yours?",
        names,
        index=names.index(BASELINE),
        format_func=lambda name: models[name][0],
        captions=[models[name][1] for name in names],
        key="model",
    )
    if st.button("Explore this model", type="primary", key="use-model"):
        state.put(Service(name=st.session_state["model"]))
        _go_on()


def _go_on() -> None:
    st.session_state["go"] = True
    st.rerun()


def _enter_service() -> None:
    st.header("Enter my service")
    now = state.service()
    if now.upload is not None:
        st.info("These are the numbers of the scenario you opened.")
    try:
        children, settings = state.first_day(), state.settings()
        expected = state.expectation(state.baseline())
    except ScenarioError as error:
        showing.problems(error)
        return
    title = state.baseline().scenario.title
    st.markdown(
        f"Type what you know by heart. What you leave alone keeps the value of *{title}*; the help "
        "beside each field says where that comes from."
    )
    with st.form("mine", border=False):
        one, two = st.columns(2)
        with one:
            st.subheader("Children open today")
            counts = {field.key: _count(field) for field in children}
            if not children:
                st.markdown("This scenario has a list of its own children.")
            st.subheader("Demand")
            referrals = round(expected.assessed / 12.0, 1)
            wanted = st.number_input(
                "Referrals a month",
                min_value=0.0,
                max_value=10_000.0,
                value=referrals,
                step=1.0,
                format="%.1f",
                help="Contacts accepted for a single assessment, brothers and sisters counted. "
                f"Unit: children a month. Default: {referrals:g}, estimated from the first "
                "contacts of this delivery model.",
            )
        with two:
            st.subheader("Posts")
            posts = {f.key: _count(f) for f in settings.values() if f.group == "posts"}
        if st.form_submit_button("Use these numbers", type="primary"):
            known = {field.key: field for field in children} | settings
            typed = counts | posts
            sets = [known[k].written(v) for k, v in typed.items() if v != known[k].default]
            rate = settings["population.contacts.rate"]
            if wanted != referrals and referrals > 0:
                sets.append(rate.written(round(float(rate.default) * wanted / referrals, 1)))
            own = (*now.own, *sets)
            state.put(Service(name=now.name, upload=now.upload, own=own))
            _go_on()


def _count(field: Field) -> int:
    return st.number_input(
        field.label,
        min_value=0,
        max_value=100_000,
        value=int(field.default),
        step=1,
        help=field.help,
        key=f"mine:{field.key}:{field.default}",
    )


def _open_file() -> None:
    st.header("Open a saved scenario")
    st.markdown(
        "A scenario file (`.yaml`) that you saved here or wrote yourself. It stays in this "
        "session: it is not kept on the server's disk, and nobody else sees it."
    )
    file = st.file_uploader("Scenario file, at most 1 MB", type=["yaml", "yml"])
    if file is None:
        return
    try:
        text = file.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError:
        st.error("This is not a text file. Open a scenario saved as plain text (UTF-8).")
        return
    opened = Service(name=file.name, upload=text)
    try:
        loaded = opened.baseline()
    except ScenarioError as error:
        showing.problems(error)
        return
    scenario = loaded.scenario
    count = sum(child.value for child in scenario.day_one.children.values())
    children = f"{count or len(scenario.day_one.caseload)} children on the first day"
    hubs = ", ".join(wording.stage(name) for name in scenario.stages)
    st.success(f"{scenario.title or scenario.name}: {children}, in {hubs}.")
    if st.button("Explore this scenario", type="primary", key="use-file"):
        state.put(opened)
        _go_on()


main()
if st.session_state.pop("go", False):
    st.switch_page(EXPLORE)
