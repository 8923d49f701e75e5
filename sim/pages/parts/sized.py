"""The sizing that was asked for: in the session of its own user, and nowhere else."""

from dataclasses import dataclass

import streamlit as st

from sim.app.service import Service
from sim.app.sizing import SizeJob, order, scenario_for
from sim.pages.parts import state
from sim.scenario import Loaded
from sim.scenario.schema import Scenario


@dataclass
class Sized:
    """A question, in words too, and the run that answers it."""

    service: Service
    loaded: Loaded[Scenario]
    question: str
    job: SizeJob


@st.cache_resource(scope="session", on_release=lambda slot: _let_go(slot))
def _slot() -> dict:
    """Hold the search that is going: let go, and ended, when the page is closed."""
    return {}


def _let_go(slot: dict) -> None:
    if "run" in slot:
        slot["run"].job.cancel()


def run() -> Sized | None:
    """Give the last search, going or ended."""
    return _slot().get("run")


def start(question: str, posts: list, targets: list[str], confidence: str | None) -> None:
    """Ask it of the service as it stands; what was going before ends."""
    _let_go(_slot())
    now, loaded = state.service(), state.changed()
    asked = order(scenario_for(now, loaded), now.horizon, now.seed, posts, targets, confidence)
    _slot()["run"] = Sized(now, loaded, question, SizeJob(asked))
