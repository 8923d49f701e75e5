"""The review that was asked for: in the session of its own user, and nowhere else."""

from dataclasses import dataclass

import streamlit as st

from sim.app import review_asked
from sim.app.review_asked import Decided
from sim.app.review_job import ReviewJob, Workspace
from sim.pages.parts import state
from sim.review.actuals import Actuals
from sim.scenario import Loaded
from sim.scenario.schema import Scenario


@dataclass
class Reviewing:
    """What is reviewed, by which counts, with which decisions, and the run that does it."""

    loaded: Loaded[Scenario]
    content: bytes
    decided: Decided | None
    job: ReviewJob


@st.cache_resource(scope="session", on_release=lambda slot: _let_go(slot))
def _slot() -> dict:
    """Hold the review and its private folder: let go, and removed, when the page is closed."""
    return {}


def _let_go(slot: dict) -> None:
    if "run" in slot:
        slot["run"].job.cancel()
        slot["run"].job.wait(5.0)
    if "workspace" in slot:
        slot.pop("workspace").remove()


def run() -> Reviewing | None:
    """Give the last review, going or ended."""
    return _slot().get("run")


def start(loaded: Loaded[Scenario], content: bytes, decided: Decided | None) -> None:
    """Review the year; what was going before ends."""
    slot = _slot()
    if "run" in slot:
        slot["run"].job.cancel()
    if "workspace" not in slot:
        slot["workspace"] = Workspace()
    order = review_asked.order(
        loaded,
        content,
        futures=int(st.session_state.get("review-futures", review_asked.FUTURES)),
        with_coming=bool(st.session_state.get("review-coming", False)),
        decided=decided,
        seed=state.service().seed,
    )
    slot["run"] = Reviewing(loaded, content, decided, ReviewJob(order, slot["workspace"]))


def read(loaded: Loaded[Scenario], name: str, content: bytes) -> Actuals:
    """Read a file of counts, or remember what was in it.

    Raises
    ------
    ScenarioError
        If it cannot be used.
    """
    key = (loaded.digest, name, hash(content))
    known: dict = st.session_state.setdefault("known:actuals", {})
    if key not in known:
        known.clear()  # only the last is of use
        known[key] = review_asked.read(loaded, name, content)
    return known[key]
