"""About the model: what it knows, what it assumes, by which rules, and how it is checked."""

import pandas as pd
import streamlit as st

from sim import __version__
from sim.app import told
from sim.app.field import GRADES
from sim.pages.parts import asking, showing, state
from sim.rules.register import IN_FORCE
from sim.scenario import ScenarioError, to_yaml

MOST_ROWS = 40
VERIFY = "verify"
PARTS = (
    *("What it knows", "Assumptions", "Rules", "Verification"),
    *("What is new", "Accessibility", "Privacy"),
)


def main() -> None:
    st.title("About the model")
    st.markdown(f"Caseload {__version__}")
    knows, assumed, rules, verified, new, accessible, private = st.tabs(PARTS)
    with knows:
        _text("What it knows, and what it does not", "knows")
    with assumed:
        _assumptions()
    with rules:
        _rules()
    with verified:
        _verification()
    with new:
        st.header("What is new")
        st.markdown(told.shipped("CHANGELOG.md"))
    with accessible:
        _text("Accessibility statement", "accessibility")
    with private:
        _text("Privacy notice", "privacy")


def _text(title: str, name: str) -> None:
    st.header(title)
    st.markdown(told.text(name))


def _assumptions() -> None:
    st.header("Every number, and where it comes from")
    try:
        scenario = state.changed().scenario
    except ScenarioError as error:
        showing.problems(error)
        return
    every = told.assumptions(scenario)
    assumed = list(every["Grade"]).count(GRADES["assumed"])
    st.markdown(
        f"**{scenario.title or scenario.name}** has {len(every)} numbers with a grade; {assumed} "
        "of them are assumptions: a judgement that your own figures should replace."
    )
    grades = st.multiselect("Grade", sorted(set(every["Grade"])), key="grade")
    words = st.text_input("With these words", key="assumption-words")
    _table(told.with_text(told.among(every, "Grade", grades), words), "numbers")


@st.cache_data(max_entries=1, show_spinner=False)  # the same for everybody
def _register() -> pd.DataFrame:
    return told.rules()


def _rules() -> None:
    st.header("The rules in force")
    every = _register()
    in_force = list(every["Status"]).count(IN_FORCE)
    st.markdown(
        f"Of {len(every)} rules in five documents {in_force} are in force in the model of their "
        "document. The others are listed with the reason."
    )
    documents = st.multiselect("Document", sorted(set(every["Document"])), key="document")
    words = st.text_input("With these words", key="rule-words")
    _table(told.with_text(told.among(every, "Document", documents), words), "rules")


def _table(rows: pd.DataFrame, what: str) -> None:
    """Show some of the rows, and say how many there are."""
    if len(rows) > MOST_ROWS:
        st.markdown(f"The first {MOST_ROWS} of {len(rows)} {what}; choose or type to see others.")
    else:
        st.markdown(f"{len(rows)} {what}.")
    if not rows.empty:
        st.table(rows.head(MOST_ROWS), border="horizontal", hide_index=True)


def _verification() -> None:
    st.header("Is it right?")
    st.markdown(
        "A simulation of your scenario can be checked, event by event: does everything add up, is "
        "no rule broken, is nobody in two places? This lives through one possible future."
    )
    try:
        scenario = state.changed()
    except ScenarioError as error:
        showing.problems(error)
        return
    now = state.service()
    arguments = ["verify", "-", "--json", "--replications", "1", "--seed", str(now.seed)]
    st.button(
        "Check this scenario",
        key="verify",
        type="primary",
        on_click=asking.ask,
        args=(VERIFY, now, arguments, to_yaml(scenario)),
    )
    _checked()
    with st.expander("What is checked of the program itself, and what was found"):
        st.markdown(told.shipped("verification.md"))


def _checked() -> None:
    found = asking.asked(VERIFY)
    if found is None:
        return
    about, question = found
    active = question.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        asking.waiting(question, "One possible future is lived through and checked …", "no-verify")
        if question.answer:
            if about != state.service():
                st.info("This is of the settings before your last change.")
            st.markdown(f"**{question.answer['summary']}**")
            rows = pd.DataFrame(question.answer["findings"])
            rows = rows[["check", "verdict", "cases", "expected", "found"]]
            rows.columns = ["Check", "Verdict", "Cases", "Expected", "Found"]
            st.table(rows, border="horizontal", hide_index=True)
        if active and not question.running:
            st.rerun()

    show()


main()
