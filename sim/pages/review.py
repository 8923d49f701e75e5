"""Annual review: what happened beside the forecast, decisions, and the document to sign."""

from datetime import date

import streamlit as st

from sim.app import review_asked
from sim.app.review_asked import DECIDE, Decided
from sim.app.review_chart import measure_chart
from sim.app.review_job import FOLLOWING, PAGE, WORD
from sim.app.saving import file_name
from sim.pages.parts import reviewed, showing, state
from sim.pages.parts.pages import page
from sim.pages.parts.reviewed import Reviewing
from sim.scenario import Loaded, ScenarioError
from sim.scenario.schema import Scenario

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_REMARKS = 8


def main() -> None:
    st.title("Annual review")
    st.markdown(
        "Did last year's forecast say what happened, and is the model still fit to use? Open last "
        "year's scenario on the Start page, count the year in the template, and see."
    )
    try:
        loaded = state.changed()
        year = review_asked.year_of(loaded)
    except ScenarioError as error:
        showing.problems(error)
        st.page_link(page("explore"), label="Go to Explore")
        return
    st.markdown(
        f"**{loaded.scenario.title or loaded.scenario.name}**, as you have it on Explore: the "
        f"year {year}."
    )
    content = _counts(loaded)
    if content is not None:
        _ask(loaded, content)
    _results(loaded)


def _counts(loaded: Loaded[Scenario]) -> bytes | None:
    """Offer the template and take the counts; give them if they can be used."""
    st.header("What happened")
    st.download_button(
        "Template to fill in (CSV)",
        lambda: review_asked.template_of(loaded),
        file_name(loaded, "csv", "actuals"),
        "text/csv",
        key="review-template",
        on_click="ignore",
    )
    st.markdown(
        "A line for each month and measure. Leave blank what is not counted: a part of the year, "
        "or a few of the measures, is used as far as it goes."
    )
    given = st.file_uploader(
        "The year's counts, filled in (CSV)",
        type=["csv"],
        key="actuals",
        help="Counts only, no names. It is read here, goes into a private folder while the review "
        "runs, and is removed with it.",
    )
    if given is None:
        return None
    content = given.getvalue()
    try:
        found = reviewed.read(loaded, given.name, content)
    except ScenarioError as error:
        showing.problems(error)
        return None
    st.markdown(review_asked.read_in_words(found))
    if found.remarks:
        number = len(found.remarks)
        title = f"{number} line{'s' * (number != 1)} cannot be used"
        with st.expander(title, key="remarks", expanded=True):
            shown = [f"- {remark}" for remark in found.remarks[:MOST_REMARKS]]
            more = number - len(shown)
            st.markdown("\n".join(shown) + (f"\n- and {more} more" if more else ""))
    return content


def _ask(loaded: Loaded[Scenario], content: bytes) -> None:
    with st.expander("How it is run", key="review-how"):
        st.number_input(
            "Possible years",
            min_value=2,
            max_value=200,
            value=60,
            key="review-futures",
            help="The year is laid beside so many. With fewer than 19 the bands are narrower than "
            "nine in ten; with fewer than 60 unusual years cannot be told well.",
        )
        st.checkbox(
            "Also run the coming three years as things are (takes longer)", key="review-coming"
        )
    st.button(
        "Review the year",
        type="primary",
        key="review-run",
        on_click=reviewed.start,
        args=(loaded, content, None),
    )


def _results(loaded: Loaded[Scenario]) -> None:
    run = reviewed.run()
    if run is None:
        return
    active = run.job.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        _progress(run)
        if active and not run.job.running:
            st.rerun()

    show()
    if not run.job.running and run.job.files:
        if run.loaded.digest != loaded.digest:
            st.info("This review is of the settings before your last change: review again.")
        _verdict(run)
        _decisions(run)
        _take_away(run)


def _progress(run: Reviewing) -> None:
    job = run.job
    if job.running:
        st.progress(job.share, job.said[:1].upper() + job.said[1:])
        st.button("Cancel", key="cancel-review", on_click=job.cancel)
    elif job.cancelled:
        st.info("Cancelled. Nothing was kept.")
    elif job.error is not None:
        st.error(f"There is no review: {job.error}")


def _verdict(run: Reviewing) -> None:
    st.header("The verdict")
    summary = run.job.summary
    st.markdown("\n\n".join(f"**{sentence}**" for sentence in summary["sentences"]))
    st.markdown("\n".join(f"- {point}" for point in summary["points"]))
    st.subheader("Month by month")
    measures = run.job.found["measures"]
    names = {each["address"]: each["name"] for each in measures}
    chosen = st.selectbox(
        "Measure", list(names), format_func=names.__getitem__, key="review-measure"
    )
    one = next(each for each in measures if each["address"] == chosen)
    showing.drawn(measure_chart(one, state.palette()), "review", 4)


def _decisions(run: Reviewing) -> None:
    """Take the decisions; they go into the document, which is then made again."""
    st.header("Decisions")
    st.markdown("What you write here goes into the document, as a register of decisions.")
    with st.form("decisions", border=True):
        fit = st.selectbox("Is the model fit to use for another year?", DECIDE, key="decide-fit")
        labels = {each["name"]: each["label"] for each in run.job.summary["acceptable"]}
        accepted: list[str] = []
        if labels:
            accepted = st.multiselect(
                "Inputs for which last year's counts are taken up",
                list(labels),
                format_func=labels.__getitem__,
                key="decide-accept",
                help="They change the scenario for the coming year, and nothing else.",
            )
        more = st.text_area("Other decisions, one a line", key="decide-more", max_chars=2000)
        by = st.text_input("Decided by", key="decide-by", max_chars=100)
        on = st.date_input("On", date.today(), key="decide-on", format="DD/MM/YYYY")
        done = st.form_submit_button("Put them into the document")
    if done:
        decided = Decided(fit, tuple(accepted), more, by, on)
        reviewed.start(run.loaded, run.content, decided)
        st.rerun()


def _take_away(run: Reviewing) -> None:
    st.header("The document")
    st.markdown(
        "A summary of one page, the results, the registers, the checks, and a checklist with what "
        "people sign left open." + ("" if run.decided else " No decisions are in it yet.")
    )
    files = run.job.files
    with st.container(horizontal=True):
        for label, name, kind in (
            ("Document (Word)", WORD, DOCX),
            ("Document (HTML, prints well)", PAGE, "text/html"),
            ("Scenario for the coming year", FOLLOWING, "application/yaml"),
        ):
            if name in files:
                ending = name.rpartition(".")[2]
                st.download_button(
                    label,
                    files[name],
                    file_name(run.loaded, ending, name.rpartition(".")[0]),
                    kind,
                    key=f"review-{ending}",
                    on_click="ignore",
                )


main()
