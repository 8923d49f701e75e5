"""Flow: how cases move between stages, and one child's story in words."""

import streamlit as st

from sim.app import answers, told
from sim.app.flow_chart import streams
from sim.pages.parts import asking, going, showing, state
from sim.pages.parts.state import Run
from sim.scenario import ScenarioError, to_yaml

STORIES = "stories"


def main() -> None:
    st.title("Flow")
    try:
        scenario = state.changed()
    except ScenarioError as error:
        showing.problems(error)
        return
    name = state.baseline().scenario.title or state.baseline().scenario.name
    changes = len(state.service().changes)
    changed = f", with {changes} change{'s' * (changes != 1)}" if changes else ""
    st.markdown(f"**{name}{changed}.** Where cases go, and what that is like for one child.")
    _streams()
    st.header("One child's story")
    st.markdown(
        "Children of the first possible future, each chosen for something that happens to them. "
        "None of them is real: their lives are drawn by chance, from the rates in the scenario."
    )
    now = state.service()
    st.button(
        "Tell some stories",
        key="tell",
        on_click=asking.ask,
        args=(STORIES, now, ["trace", "-", "--json", "--seed", str(now.seed)], to_yaml(scenario)),
    )
    _stories()


def _streams() -> None:
    st.header("How cases move")
    run = state.run()
    now = state.service()
    if run is None or (run.service != now and not run.job.running):
        st.markdown("Run the service to see how many cases move from stage to stage in a year.")
        st.button(
            f"Run {now.horizon}, {now.futures} possible futures",
            type="primary",
            key="run-flow",
            on_click=state.start,
        )
    if run is not None:
        _follow(run)


def _follow(run: Run) -> None:
    active = run.job.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        going.progress(run.job, "cancel-flow")
        if run.service != state.service():
            st.info("This is of the settings before your last change.")
        if run.now is not None:
            names = answers.period_names(run.now, run.service.horizon)
            period = "all"
            if len(names) > 1:
                period = st.selectbox(
                    "Over", list(names), format_func=names.__getitem__, key="flow-period"
                )
            showing.drawn(streams(run.now, state.palette(), period), "flow")
        if active and not run.job.running:
            st.rerun()

    show()


def _stories() -> None:
    found = asking.asked(STORIES)
    if found is None:
        return
    about, question = found
    active = question.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        asking.waiting(question, "One possible future is lived through …", "cancel-stories")
        if question.answer:
            if about != state.service():
                st.info("These stories are of the settings before your last change.")
            _tell(question.answer)
        if active and not question.running:
            st.rerun()

    show()


def _tell(stories: list[dict]) -> None:
    chosen = st.selectbox(
        "A story about",
        range(len(stories)),
        format_func=lambda place: _called(stories[place]),
        key="story",
    )
    story = stories[min(chosen or 0, len(stories) - 1)]
    st.markdown(f"**{story['who']}**")
    st.table(told.lines(story["lines"]), border="horizontal", hide_index=True)
    ending = [line for line in story["ending"] if line]
    if ending:
        st.markdown("\n".join(f"- {line}" for line in ending))


def _called(story: dict) -> str:
    return f"{story['about']} ({story['child']})"


main()
