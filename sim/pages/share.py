"""Save and share: the scenario, a link, tables, charts and a brief to take away."""

import io
import zipfile
from urllib.parse import urlsplit, urlunsplit

import pandas as pd
import streamlit as st

from sim.app import brief, link, saving, weighed
from sim.app.candidates import differing
from sim.app.charts import everything
from sim.app.drawing import PALETTES
from sim.app.paper import svg
from sim.app.seen import Seen
from sim.app.workbook import workbook
from sim.pages.parts import asking, compared, showing, state
from sim.pages.parts.pages import page
from sim.report.paper import Paper
from sim.report.paper_docx import word
from sim.report.paper_html import html
from sim.scenario import Loaded, ScenarioError, to_yaml
from sim.scenario.schema import Scenario

WEIGHED = "weighed"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def main() -> None:
    st.title("Save and share")
    try:
        loaded = state.changed()
    except ScenarioError as error:
        showing.problems(error)
        return
    _save(loaded)
    _link()
    _answer(loaded)
    _comparison()


def _save(loaded: Loaded[Scenario]) -> None:
    st.header("Save the scenario")
    st.markdown(
        "The service with your changes, everything in one file. Open it again on the Start page, "
        "add it on the Compare page, or run it from the command line: the numbers are the same."
    )
    st.download_button(
        "Save the scenario",
        saving.scenario_file(state.service(), loaded),
        saving.file_name(loaded, "yaml"),
        "application/yaml",
        type="primary",
        key="save",
        on_click="ignore",
    )


def _link() -> None:
    st.header("Share it by a link")
    try:
        address = link.address(_base(), state.service(), state.settings())
    except link.LinkRefusedError as refusal:
        st.markdown(str(refusal))
        return
    st.markdown(
        "Whoever can open this application can follow the link. It holds the values you changed, "
        "and nothing else; do not send it further than you would send these."
    )
    st.code(address, language=None, wrap_lines=True)


def _base() -> str:
    """Give the address of the Explore page as the user's browser sees it."""
    parts = urlsplit(st.context.url or "")
    path = parts.path.rstrip("/")
    path = path.removesuffix("/share")
    return urlunsplit((parts.scheme, parts.netloc, f"{path}/explore", "", ""))


def _answer(loaded: Loaded[Scenario]) -> None:
    st.header("Take the answer away")
    run = state.run()
    if run is None or run.now is None:
        st.markdown("There are no results yet. Run the service first.")
        st.page_link(page("explore"), label="Go to Explore")
        return
    if run.job.running:
        st.info("The simulation is still going: what you take away has the futures so far.")
    if run.service != state.service():
        st.info("The results are of the settings before your last change, and so is the brief.")
        loaded = state.loaded(run.service)
    limits = state.limits(loaded)
    settings, ranked = state.of(run.service)[2], _ranked(loaded)
    case = brief.Case(run.service, settings, loaded, run.now, run.before, limits, ranked)
    name = "This service" if run.before is None else "With the changes"
    seen = Seen(run.now, name, run.before, PALETTES["light"])
    with st.container(horizontal=True):
        _downloads("answer", lambda: brief.brief(case), saving.file_name(loaded, "", "answer"))
        st.download_button(
            "Charts (SVG, in a zip file)",
            lambda: _charts(seen, limits),
            saving.file_name(loaded, "zip", "charts"),
            "application/zip",
            key="charts",
            on_click="ignore",
        )
    _matters(loaded)


def _ranked(loaded: Loaded[Scenario]) -> dict | None:
    """Give the ranking of this scenario's assumptions, if it was asked for and is there."""
    about, question = asking.asked(WEIGHED) or (None, None)
    return question.answer if question is not None and about == loaded.digest else None


def _matters(loaded: Loaded[Scenario]) -> None:
    """Offer to rank the assumptions, and show the ranking."""
    st.subheader(weighed.HEADING)
    st.markdown(
        "Which assumptions does the answer rest on? The estimate ranks them in about a "
        "minute, without simulating. The brief has the ranking from then on; until then it names "
        "the assumptions that are known least."
    )
    about, question = asking.asked(WEIGHED) or (None, None)
    if question is None or about != loaded.digest:
        st.button(
            "Rank the assumptions",
            key="rank",
            on_click=asking.ask,
            args=(WEIGHED, loaded.digest, list(weighed.ARGUMENTS), to_yaml(loaded)),
        )
        return
    active = question.running

    @st.fragment(run_every=1.0 if active else None)
    def show() -> None:
        asking.waiting(question, "Each assumption is moved over its range …", "cancel-rank")
        if question.answer:
            st.markdown(weighed.said(question.answer))
            st.table(weighed.table(question.answer), border="horizontal", hide_index=True)
        if active and not question.running:
            st.rerun()

    show()


def _comparison() -> None:
    run = compared.run()
    if run is None or not run.job.futures or not run.sides():
        return
    st.header("Take the comparison away")
    of = run.candidates[0].service
    loaded = [state.loaded(each.service) for each in run.candidates]
    settings = state.of(of)[2]
    heads = ["Input", *(each.label for each in run.candidates)]

    def make() -> Paper:
        rows = [(each.label, *each.values) for each in differing(loaded, settings)]
        inputs = pd.DataFrame(rows, columns=heads)
        return brief.comparison(run.sides(), inputs, run.service, settings, loaded)

    with st.container(horizontal=True):
        _downloads("comparison", make, "comparison.")


def _downloads(key: str, make, name: str) -> None:
    """Offer a paper in three forms; it is made when it is asked for."""
    name = name.rstrip(".")
    st.download_button(
        "Brief (Word)", lambda: word(make()), f"{name}.docx", DOCX,
        key=f"{key}-docx", on_click="ignore",
    )  # fmt: skip
    st.download_button(
        "Brief (HTML, prints well)", lambda: html(make()), f"{name}.html", "text/html",
        key=f"{key}-html", on_click="ignore",
    )  # fmt: skip
    st.download_button(
        "Tables (spreadsheet)", lambda: workbook(make()), f"{name}.xlsx", XLSX,
        key=f"{key}-xlsx", on_click="ignore",
    )  # fmt: skip


def _charts(seen: Seen, limits: dict[str, float]) -> bytes:
    """Draw every chart, each a file named after what it shows."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as box:
        for key, drawn in everything(seen, limits).items():
            if drawn.chart is not None:
                box.writestr(f"{key}.svg", svg(drawn.chart))
                box.writestr(f"{key}.txt", f"{drawn.title}. {drawn.sentence}\n")
    return buffer.getvalue()


main()
