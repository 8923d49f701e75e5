"""How many posts: the fewest, or the cheapest of several together, with which targets are kept."""

from collections.abc import Callable

import streamlit as st

from sim.app import sizing
from sim.app.front_chart import front
from sim.app.saving import file_name
from sim.app.size_brief import size_brief
from sim.app.workbook import workbook
from sim.commands.progress import duration
from sim.pages.parts import showing, sized, state
from sim.pages.parts.pages import page
from sim.pages.parts.sized import Sized
from sim.report import wording
from sim.report.paper_docx import word
from sim.report.paper_html import html
from sim.scenario import Loaded, ScenarioError
from sim.scenario.schema import Scenario

USUAL_POST = "review_and_intervention.family_support_worker"
USUAL_TARGET = "in_date:cin_review@review_and_intervention"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def main() -> None:
    st.title("How many posts")
    st.markdown(
        "Say what is to be kept, how surely, and whose number may change. What is found is the "
        "fewest posts that keep it, or of several together the cheapest, tested again on possible "
        "futures that the search has not seen."
    )
    try:
        loaded = state.changed()
    except ScenarioError as error:
        showing.problems(error)
        st.page_link(page("explore"), label="Go to Explore")
        return
    st.markdown(f"**{loaded.scenario.title or loaded.scenario.name}**, as you have it on Explore.")
    posts = _posts(loaded)
    targets, said = _targets(loaded)
    sure = st.segmented_control(
        "How surely", list(sizing.SURE), default=next(iter(sizing.SURE)), key="sure"
    )
    sure = sure or next(iter(sizing.SURE))
    question = _in_words(posts, said, sure)
    if posts and targets:
        st.markdown(f"**The question.** {question}")
        st.caption(
            f"Over {state.service().horizon}, each year on its own from the second. This takes "
            "minutes: the surer and the more posts, the longer. "
            "'On average' is quickest, and lets good years make up for bad ones."
        )
    st.button(
        "Find out",
        type="primary",
        key="size",
        disabled=not (posts and targets),
        on_click=sized.start,
        args=(question, posts, targets, sizing.SURE[sure]),
    )
    _results()


def _posts(loaded: Loaded[Scenario]) -> list[tuple[str, int, int]]:
    """Choose whose number may change, and between which numbers."""
    st.header("Whose number may change")
    names = sizing.posts_of(loaded)
    usual = [USUAL_POST] if USUAL_POST in names else list(names)[:1]
    chosen = st.multiselect(
        "Posts, up to three",
        list(names),
        default=usual,
        format_func=names.__getitem__,
        max_selections=sizing.MOST_POSTS,
        key="size-posts",
    )
    found = []
    for pool in chosen:
        low, high = sizing.usual_range(loaded, pool)
        one, two = st.columns(2)
        least = one.number_input(
            f"{names[pool]}: at least", 1, 500, low, step=1, key=f"least:{pool}"
        )
        most = two.number_input(f"{names[pool]}: at most", 1, 500, high, step=1, key=f"most:{pool}")
        if most < least:
            st.error(f"{names[pool]}: at most {most} is less than at least {least}.")
            return []
        found.append((pool, int(least), int(most)))
    return found


def _targets(loaded: Loaded[Scenario]) -> tuple[list[str], list[str]]:
    """Choose what is to be kept; give it as it is typed, and in words."""
    st.header("What is to be kept")
    known = {each.address: each for each in sizing.targets_of(loaded)}
    usual = [USUAL_TARGET] if USUAL_TARGET in known else list(known)[:1]
    chosen = st.multiselect(
        "Targets, up to three; all of them have to be kept",
        list(known),
        default=usual,
        format_func=lambda address: known[address].label,
        max_selections=sizing.MOST_TARGETS,
        key="size-targets",
    )
    typed, said = [], []
    for address in chosen:
        kept = known[address]
        limit = "at least" if kept.at_least else "at most"
        unit = " (%)" if kept.is_share else ""
        bar = st.number_input(
            f"{kept.label}: {limit}{unit}",
            min_value=0.0,
            max_value=100.0 if kept.is_share else None,
            value=kept.bar,
            step=1.0,
            format="%g",
            key=f"bar:{address}",
        )
        typed.append(kept.written(bar))
        number = f"{bar:g}%" if kept.is_share else f"{bar:,.0f}"
        said.append(f"{kept.label[:1].lower()}{kept.label[1:]}, {limit} {number}")
    return typed, said


def _in_words(posts: list[tuple[str, int, int]], targets: list[str], sure: str) -> str:
    who = " and ".join(
        f"{wording.people(pool)[:1].lower()}{wording.people(pool)[1:]} ({low} to {high})"
        for pool, low, high in posts
    )
    return f"How many {who} keep, {sure}: {'; '.join(targets)}?"


def _results() -> None:
    run = sized.run()
    if run is None:
        return
    active = run.job.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        _progress(run)
        if run.service != state.service():
            st.info("This answer is of the settings before your last change: find out again.")
        if run.job.answer is not None:
            _answer(run, run.job.answer)
        if active and not run.job.running:
            st.rerun()

    show()


def _progress(run: Sized) -> None:
    job = run.job
    if job.running:
        said = f"{job.done} possible futures looked at, for {duration(job.seconds)}"
        st.progress(min(job.share, 0.99), said if job.done else "Starting")
        st.markdown("How many it takes is not known beforehand: as many as the answer is in doubt.")
        st.button("Cancel", key="cancel-size", on_click=job.cancel)
    elif job.cancelled:
        st.info(f"Cancelled after {job.done} possible futures. There is no answer.")
    elif job.error is not None:
        st.error(f"There is no answer: {job.error}")


def _answer(run: Sized, answer: dict) -> None:
    st.header("The answer")
    st.markdown(f"**{answer['sentence']}.**")
    if answer["beware"]:
        st.warning(answer["beware"])
    said = [each for each in answer["sentences"] if each != answer["beware"]]
    st.markdown("\n".join(f"- {each}" for each in said))
    _unasked(answer)
    showing.drawn(front(answer, state.palette()), "front")
    with st.expander("The same from the command line", key="size-command"):
        name = file_name(run.loaded, "yaml")
        st.code(" ".join(run.job.question.asked(name)), language=None, wrap_lines=True)
    name = file_name(run.loaded, "", "posts").rstrip(".")

    def paper():
        file = file_name(run.loaded, "yaml")
        return size_brief(answer, run.job.question, run.question, run.loaded, file)

    with st.container(horizontal=True):
        _download("Brief (Word)", lambda: word(paper()), f"{name}.docx", DOCX)
        _download("Brief (HTML, prints well)", lambda: html(paper()), f"{name}.html", "text/html")
        _download("Tables (spreadsheet)", lambda: workbook(paper()), f"{name}.xlsx", XLSX)


def _unasked(answer: dict) -> None:
    """Show what becomes of what no target asks for."""
    table = sizing.unasked(answer)
    if table is not None:
        st.markdown(f"### {answer['unasked']['title']}")
        st.table(table, border="horizontal", hide_index=True)
        st.caption(answer["unasked"]["note"])


def _download(label: str, make: Callable[[], bytes | str], name: str, kind: str) -> None:
    """Offer the answer in one form; it is made when it is asked for."""
    ending = name.rpartition(".")[2]
    st.download_button(label, make, name, kind, key=f"size-{ending}", on_click="ignore")


main()
