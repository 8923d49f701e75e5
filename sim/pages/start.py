"""Start: choose a delivery model, enter your service, or open a saved scenario."""

import streamlit as st

from sim.app.field import Field, Value
from sim.app.service import CONTACTS, Offer, Service, offers, own_numbers, worked_example
from sim.app.upload import opened
from sim.pages.parts import showing, state
from sim.pages.parts.pages import page
from sim.report import wording
from sim.scenario import ScenarioError

MOST = 100_000
OPENED = "the scenario you opened"


def main() -> None:
    st.title("Caseload")
    st.markdown(
        "What happens to reviews, visits, caseloads and waiting in a service for disabled children "
        "when its demand, its staffing or its way of working changes."
    )
    known = offers()
    model, mine, saved = st.tabs(
        ["Start from a delivery model", "Enter my service", "Open a saved scenario"]
    )
    with model:
        _choose(known)
    with mine:
        _enter([offer for offer in known if offer.is_model])
    with saved:
        _open()


def _go_on(service: Service) -> None:
    """Work on a service, on the next page."""
    state.put(service)
    st.switch_page(page("explore"))


def _choose(known: list[Offer]) -> None:
    st.header("Start from a delivery model")
    models = [offer for offer in known if offer.is_model]
    chosen = st.radio(
        "Which way of working is nearest to yours?",
        models,
        format_func=lambda offer: offer.title,
        captions=[offer.in_short for offer in models],
        key="model",
    )
    st.markdown(f"**{chosen.title}.** {chosen.about}")
    with st.container(horizontal=True):
        if st.button("Explore this model", type="primary", key="use-model"):
            _go_on(Service(name=chosen.name))
        if st.button("See a worked example", key="example"):
            _go_on(worked_example())
    st.markdown("The worked example: Review & Intervention loses two of its family support posts.")
    with st.expander("Cases already made from these models", key="cases"):
        for offer in known:
            if offer.is_model:
                continue
            st.markdown(f"**{offer.title}.** {offer.about}")
            if st.button(f"Explore: {offer.title}", key=f"use:{offer.name}"):
                _go_on(Service(name=offer.name))


def _enter(models: list[Offer]) -> None:
    st.header("Enter my service")
    now = state.service()
    names = [offer.name for offer in models]
    titles = {offer.name: offer.title for offer in models}
    if now.name not in names:
        names.insert(0, now.name)
        titles[now.name] = OPENED if now.upload is not None else now.name
    base = st.selectbox(
        "Way of working",
        names,
        index=names.index(now.name),
        format_func=titles.__getitem__,
        key="mine-model",
    )
    of = now if base == now.name else Service(name=base)
    try:
        _, children, settings, expected = state.of(of)
    except ScenarioError as error:
        showing.problems(error)
        return
    st.markdown(
        "Type what you know by heart. What you leave alone keeps its value; the help beside each "
        "field says where that comes from."
    )
    with st.form("mine", border=False):
        one, two = st.columns(2)
        with one:
            st.subheader("Children open today")
            typed = {field: _count(field, base) for field in children}
            if not children:
                st.markdown("This scenario has a list of its own children.")
            st.subheader("Demand")
            usual = round(expected.assessed / 12.0, 1)
            referrals = st.number_input(
                "Referrals a month",
                min_value=0.0,
                max_value=float(MOST),
                value=usual,
                step=1.0,
                format="%.1f",
                key=f"mine:referrals:{base}:{usual}",
                help="Children for whom a single assessment begins, brothers and sisters counted.  "
                f"\nUnit: children a month.  \nDefault: {usual:g}.  \nSource: estimated from the "
                "first contacts of this way of working; another number changes those in "
                "proportion.",
            )
        with two:
            st.subheader("Posts")
            posts = [field for field in settings.values() if field.group == "posts"]
            typed |= {field: _count(field, base) for field in posts}
        if st.form_submit_button("Use these numbers", type="primary"):
            growth = referrals / usual if usual > 0 else 1.0
            sets = own_numbers(typed, settings.get(CONTACTS), growth)
            entered = Service(name=of.name, upload=of.upload, own=(*of.own, *sets))
            try:
                state.of(entered)
            except ScenarioError as error:
                showing.problems(error, settings | {field.key: field for field in children})
                return
            _go_on(entered)


def _count(field: Field, base: str) -> Value:
    return st.number_input(
        field.label,
        min_value=0,
        max_value=MOST,
        value=int(field.default),
        step=1,
        help=field.help,
        key=f"mine:{field.key}:{base}:{field.default}",
    )


def _open() -> None:
    st.header("Open a saved scenario")
    st.markdown(
        "A scenario file (`.yaml`) that you saved here or wrote yourself. It stays in this "
        "session: it is not kept on the server's disk, and nobody else sees it."
    )
    file = st.file_uploader("Scenario file, at most 1 MB", type=["yaml", "yml"], key="file")
    if file is None:
        return
    try:
        service, loaded = opened(file.name, file.getvalue())
    except ScenarioError as error:
        showing.problems(error)
        return
    scenario = loaded.scenario
    count = sum(child.value for child in scenario.day_one.children.values())
    children = f"{count or len(scenario.day_one.caseload):,} children on the first day"
    hubs = ", ".join(wording.stage(name) for name in scenario.stages)
    st.success(f"{scenario.title or scenario.name}: {children}, in {hubs}.")
    if st.button("Explore this scenario", type="primary", key="use-file"):
        _go_on(service)


main()
