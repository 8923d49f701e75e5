"""Explore: change the service, see at once what to expect, and run it."""

from collections.abc import Iterable
from dataclasses import replace

import streamlit as st

from sim.app import answers, estimate
from sim.app.field import Field
from sim.app.seen import Seen
from sim.app.service import FUTURES, HORIZONS
from sim.commands.progress import duration
from sim.experiment.summary import ALL
from sim.pages.parts import showing, state
from sim.pages.parts.controls import controls
from sim.pages.parts.state import Run
from sim.report import wording
from sim.scenario import ScenarioError

SIGNS = ("better", "worse")
IN_A_ROW = 3


def main() -> None:
    st.title("Explore")
    try:
        baseline, settings = state.baseline(), state.settings()
    except ScenarioError as error:
        showing.problems(error)
        st.button("Undo", on_click=state.undo, disabled=not state.can_undo())
        return
    st.markdown(f"**{baseline.scenario.title or baseline.scenario.name}.** {_whose()}")
    with st.sidebar:
        st.header("Change the service")
        controls(settings)
    _changes(settings)
    try:
        changed = state.changed()
    except ScenarioError as error:
        showing.problems(error, settings)
        return
    _banner(settings)
    _expected()
    _ask(settings)
    _results(changed)


def _whose() -> str:
    now = state.service()
    if now.upload is not None:
        return "The scenario you opened is the baseline."
    return "With your own numbers as the baseline." if now.own else "The model as it comes."


def _changes(settings: dict[str, Field]) -> None:
    """List what differs from the baseline, and the ways back."""
    now = state.service()
    if now.changes:
        lines = [
            f"- {settings[key].label}: {settings[key].said(settings[key].default)} → "
            f"**{settings[key].said(value)}**"
            for key, value in now.changes.items()
            if key in settings
        ]
        st.markdown("Changed against the baseline:\n" + "\n".join(lines))
    else:
        st.markdown("Nothing is changed yet. The settings are in the panel at the side.")
    if now.changes or state.can_undo():
        with st.container(horizontal=True):
            st.button("Undo", on_click=state.undo, disabled=not state.can_undo())
            st.button("Everything back to the baseline", on_click=_reset, disabled=not now.changes)


def _reset() -> None:
    state.put(replace(state.service(), changes={}))


def _banner(settings: dict[str, Field]) -> None:
    """Say which inputs are outside what the model was checked for."""
    now = state.service()
    far = [settings[k] for k, v in now.changes.items() if k in settings and settings[k].is_far(v)]
    if far:
        names = "; ".join(
            f"{f.label} ({f.plain(f.checked[0])} to {f.plain(f.checked[1])})"
            for f in far
            if f.checked is not None
        )
        st.warning(
            f"Outside the range the model was checked for: {names}. Read the results as a "
            "direction, not as a size.",
            icon=":material/warning:",
        )


def _expected() -> None:
    st.header("What to expect")
    before, after = (state.expectation(one) for one in (state.baseline(), state.changed()))
    st.markdown(
        f"**Estimate, not simulated:** {estimate.sentence(after)} "
        "In the long run, by theory; the simulation says when it shows and how sure that is."
    )
    moved = estimate.changes(before, after)
    if moved:
        st.markdown("With your changes, compared with the baseline:\n" + _bullets(moved))
    with st.expander("Estimate for every role", key="every-role"):
        st.table(estimate.rows(before, after), border="horizontal", hide_index=True)
        st.markdown("Where the estimate approximates:\n" + _bullets(after.assumptions))


def _bullets(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _ask(settings: dict[str, Field]) -> None:
    """The one button, and how the simulation is run."""
    st.header("Simulate")
    now = state.service()
    with st.expander("How it is run", key="how"):
        one, two = st.columns(2)
        st.session_state["horizon"] = now.horizon
        one.selectbox("How far ahead", HORIZONS, key="horizon", on_change=_how)
        st.session_state["futures"] = now.futures
        two.number_input(
            "Possible futures",
            min_value=1,
            max_value=200,
            key="futures",
            on_change=_how,
            help="Each is one way the years could go: who is referred, who falls ill. More of them "
            f"narrow the results. Default: {FUTURES}.",
        )
        st.markdown("The same numbers from the command line:")
        st.code(now.command(settings), language=None, wrap_lines=True)
    st.button(
        f"Run {now.horizon}, {now.futures} possible futures",
        type="primary",
        key="run",
        on_click=state.start,
    )


def _how() -> None:
    now = state.service()
    state.put(
        replace(now, horizon=st.session_state["horizon"], futures=st.session_state["futures"])
    )


def _results(changed) -> None:
    run = state.run()
    if run is None:
        return
    going = run.job.running
    limits = state.limits(changed)

    @st.fragment(run_every=1.0 if going else None)
    def show() -> None:
        _progress(run)
        if run.job.error is not None:
            st.error(f"The run ended early: {run.job.error}")
        if run.now is not None:
            _answer(run, limits)
        if not run.job.running:
            state.keep_baseline(run)
            if going:
                st.rerun()

    show()


def _progress(run: Run) -> None:
    job = run.job
    if job.running:
        left = job.seconds_left
        text = f"{job.futures} of {job.order.replications} possible futures done"
        text += f", about {duration(left)} left" if left is not None else ": starting"
        st.progress(job.share, text)
        st.button("Cancel", key="cancel", on_click=job.cancel)
    elif job.cancelled:
        st.info(f"Cancelled after {job.futures} of {job.order.replications} possible futures.")
    if run.service != state.service():
        st.info("These results are of the settings before your last change: run again to renew.")


def _answer(run: Run, limits: dict[str, float]) -> None:
    now, before = run.now, run.before
    assert now is not None
    if before is not None and not before.numbers:
        before = None
    st.header("Results")
    names = answers.period_names(now, run.service.horizon)
    period = ALL
    if len(names) > 1:
        chosen = st.segmented_control(
            "Over", list(names), format_func=names.__getitem__, default=ALL, key="period"
        )
        period = chosen or ALL
    st.markdown(f"**{answers.headline(before, now, period)}**")
    _tiles(answers.tiles(before, now, period))
    name = "With your changes" if before is not None else "This service"
    number = len(now.numbers)
    st.caption(
        f"From {number} possible future{'s' * (number != 1)}. Line or bar: their average. Band or "
        "thin line: nine in ten of them. Diamond or dashed line: the baseline."
    )
    seen = Seen(now, name, before, state.palette(), period)
    for key, drawn in run.drawn(seen, limits).items():
        if key.endswith("-0"):
            st.subheader(f"Children in date: {wording.timescale(key[:-2]).lower()}")
        showing.drawn(drawn, key, 4 if key[-1].isdigit() else 3)


def _tiles(found: list[answers.Tile]) -> None:
    for first in range(0, len(found), IN_A_ROW):
        row = found[first : first + IN_A_ROW]
        for column, tile in zip(st.columns(IN_A_ROW), row, strict=False):
            with column.container(border=True, height="stretch"):
                _tile(tile)


def _tile(tile: answers.Tile) -> None:
    st.markdown(f"**{tile.label}**", help=tile.about)
    st.metric(tile.label, tile.value, label_visibility="collapsed")
    if tile.usual:
        st.markdown(tile.usual)
    if tile.change:
        sign = f"**{tile.direction.capitalize()}:** " if tile.direction in SIGNS else ""
        text = tile.change if sign else tile.change[:1].upper() + tile.change[1:]
        st.markdown(f"{sign}{text}")


main()
