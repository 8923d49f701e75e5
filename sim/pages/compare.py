"""Compare: up to four scenarios on the same children."""

import pandas as pd
import streamlit as st

from sim.app import together
from sim.app.candidates import MOST, Candidate, changed_label, differing
from sim.app.service import Service, offers
from sim.app.upload import opened
from sim.experiment.arms import Arm
from sim.experiment.compare import CannotCompareError, check_arms
from sim.pages.parts import compared, going, showing, state
from sim.pages.parts.compared import Comparing
from sim.scenario import Loaded, ScenarioError
from sim.scenario.schema import Scenario

SHOWN = 15  # inputs in the table; the rest is folded away


def main() -> None:
    st.title("Compare")
    st.markdown(
        "Up to four scenarios live through the same futures: the same children come, with the same "
        "lives, and the same workers fall ill. What differs is what each scenario makes of it."
    )
    found = compared.candidates()
    _chosen(found)
    if len(found) < MOST:
        _add()
    if len(found) < 2:
        st.info("Choose at least one more scenario to compare.")
        return
    try:
        scenarios = compared.loaded(found)
        check_arms([Arm(c.label, one) for c, one in zip(found, scenarios, strict=True)])
    except ScenarioError as error:
        showing.problems(error)
        return
    except CannotCompareError as refusal:
        st.error(str(refusal))
        return
    same = _inputs(found, scenarios)
    now = state.service()
    st.button(
        f"Compare over {now.horizon}, {now.futures} possible futures",
        type="primary",
        key="run-compare",
        on_click=compared.start,
        disabled=same,
    )
    _results(found)


def _chosen(found: list[Candidate]) -> None:
    st.header("What is compared")
    for place, candidate in enumerate(found):
        with st.container(horizontal=True, vertical_alignment="center"):
            role = "The others are compared with it" if place == 0 else "Compared with the first"
            st.markdown(f"**{place + 1}. {candidate.label}.** {role}.", width="stretch")
            if place:
                st.button(
                    f"Make number {place + 1} the first",
                    key=f"first:{place}",
                    on_click=compared.first,
                    args=(place,),
                )
            if len(found) > 1:
                st.button(
                    f"Take number {place + 1} away",
                    key=f"away:{place}",
                    on_click=compared.remove,
                    args=(place,),
                )


def _add() -> None:
    with st.expander("Add a scenario", expanded=len(compared.candidates()) < 2):
        _add_service()
        _add_posts()
        _add_shipped()
        _add_file()


def _add_service() -> None:
    now = state.service()
    if not now.changes:
        return
    try:
        label = changed_label(now, state.settings())
    except ScenarioError as error:
        showing.problems(error)
        return
    st.markdown(f"**The service as you have changed it**: {label}.")
    st.button("Add it", key="add-now", on_click=compared.add, args=(label, now))


def _add_posts() -> None:
    """Offer the service with another number of posts of one role."""
    now = state.service()
    try:
        posts = [field for field in state.settings().values() if field.group == "posts"]
    except ScenarioError:
        return  # said where the scenarios are loaded
    with st.container(horizontal=True, vertical_alignment="bottom"):
        post = st.selectbox(
            "The service with other posts", posts, format_func=lambda f: f.label, key="other-post"
        )
        value = int(state.value(post))
        number = st.number_input(
            "Posts", min_value=0, value=max(value - 1, 0), step=1, key=f"posts:{post.key}"
        )
        changed = now.with_change(post, int(number))
        if st.button("Add this variant", key="add-posts", disabled=number == value):
            compared.add(changed_label(changed, state.settings()), changed)
            st.rerun()


def _add_shipped() -> None:
    known = offers()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        offer = st.selectbox(
            "A way of working, or a case, that comes with the program",
            known,
            format_func=lambda each: each.title,
            key="shipped",
        )
        service = Service(name=offer.name)
        st.button(
            "Add this one", key="add-shipped", on_click=compared.add, args=(offer.title, service)
        )


def _add_file() -> None:
    file = st.file_uploader(
        "A scenario file you saved, at most 1 MB", type=["yaml", "yml"], key="compare-file"
    )
    if file is None:
        return
    try:
        service, loaded = opened(file.name, file.getvalue())
    except ScenarioError as error:
        showing.problems(error)
    else:
        label = loaded.scenario.title or loaded.scenario.name
        st.button(f"Add: {label}", key="add-file", on_click=compared.add, args=(label, service))


def _inputs(found: list[Candidate], scenarios: list[Loaded[Scenario]]) -> bool:
    """Show the inputs that differ; say whether none does."""
    st.header("What differs")
    different = differing(scenarios, state.settings())
    labels = [candidate.label for candidate in found]
    if not different:
        st.warning("These are the same scenario: nothing differs between them.")
        return True
    rows = pd.DataFrame(
        [(each.label, *each.values) for each in different], columns=["Input", *labels]
    )
    number = len(different)
    everything = " All else is the same." if number <= SHOWN else ""
    many = f"{number} inputs differ" if number != 1 else "One input differs"
    st.markdown(f"{many}.{everything}")
    st.table(rows.head(SHOWN), border="horizontal", hide_index=True)
    if number > SHOWN:
        with st.expander(f"The other {number - SHOWN} inputs that differ"):
            st.table(rows.iloc[SHOWN:], border="horizontal", hide_index=True)
    return False


def _results(found: list[Candidate]) -> None:
    run = compared.run()
    if run is None:
        return
    active = run.job.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        going.progress(run.job, "cancel-compare")
        now = state.service()
        if run.candidates != tuple(each.over(now.horizon) for each in found):
            st.info("These results are of the scenarios before your last change: run again.")
        sides = run.sides()
        if sides and run.job.futures:
            _answer(run, sides)
        if active and not run.job.running:
            st.rerun()

    show()


def _answer(run: Comparing, sides: list[together.Side]) -> None:
    st.header("The answer")
    first, *others = sides
    number = run.job.futures
    st.caption(
        f"From {number} possible future{'s' * (number != 1)} that all have lived through. Each is "
        f"compared with: {first.label}."
    )
    for other in others:
        st.markdown(f"**{together.sentence(first, other)}**")
        sure = together.how_sure(first, other)
        if sure:
            st.markdown(sure)
    palette = state.palette()
    showing.drawn(together.reviews(sides, palette), "compare-reviews")
    showing.drawn(together.backlog(sides, palette), "compare-backlog")
    st.header("The differences in numbers")
    st.markdown(
        "“Not shown to differ” means that these futures cannot tell the two apart, which is not "
        "the same as no difference. Where in truth there is none, one row in twenty will still "
        "seem to show one."
    )
    for other in others:
        st.subheader(f"{other.label}, compared with: {first.label}")
        st.table(together.table(first, other), border="horizontal", hide_index=True)


main()
