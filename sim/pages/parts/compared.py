"""What is set side by side: in the session of its own user, and nowhere else."""

from dataclasses import dataclass

import streamlit as st

from sim.app.candidates import MOST, Candidate, changed_label, order_of, unique
from sim.app.job import Job, Order
from sim.app.service import Service
from sim.app.together import Side
from sim.pages.parts import state
from sim.scenario import Loaded
from sim.scenario.schema import Scenario

KEY = "compared"


@dataclass
class Comparing:
    """A comparison that was asked for."""

    service: Service
    candidates: tuple[Candidate, ...]
    job: Job

    def sides(self) -> list[Side]:
        """Give the results that are there, of every scenario."""
        pairs = zip(self.candidates, self.job.figures, strict=False)
        found = [Side(candidate.label, figures) for candidate, figures in pairs]
        return found if all(side.figures.numbers for side in found) else []


def candidates() -> list[Candidate]:
    """Give what is set side by side; at first the baseline, and the service as it is changed."""
    if KEY not in st.session_state:
        now = state.service()
        found = [Candidate("The baseline", _plain(now))]
        if now.changes:
            found.append(Candidate(changed_label(now, state.settings()), now))
        return found
    return list(st.session_state[KEY])


def _plain(service: Service) -> Service:
    return Service(service.name, service.upload, service.own)


def add(label: str, service: Service) -> None:
    """Set one more beside the others, if there is room."""
    known = candidates()
    if len(known) < MOST:
        taken = [each.label for each in known]
        st.session_state[KEY] = [*known, Candidate(unique(label, taken), service)]


def remove(place: int) -> None:
    """Take one away."""
    known = candidates()
    st.session_state[KEY] = known[:place] + known[place + 1 :]


def first(place: int) -> None:
    """Make one the one that the others are compared with."""
    known = candidates()
    st.session_state[KEY] = [known[place], *known[:place], *known[place + 1 :]]


def loaded(found: list[Candidate]) -> list[Loaded[Scenario]]:
    """Load them all, for as long as the service is run.

    Raises
    ------
    ScenarioError
        If one cannot be used.
    """
    horizon = state.service().horizon
    return [state.loaded(each.over(horizon).service) for each in found]


@st.cache_resource(scope="session", on_release=lambda slot: _let_go(slot))
def _slot() -> dict:
    """Hold the comparison that is going: let go, and ended, when the page is closed."""
    return {}


def _let_go(slot: dict) -> None:
    if "run" in slot:
        slot["run"].job.cancel()


def run() -> Comparing | None:
    """Give the last comparison, going or ended."""
    return _slot().get("run")


def start() -> None:
    """Run them all on the same children; what was going before ends."""
    _let_go(_slot())
    now, found = state.service(), candidates()
    orders = tuple(order_of(*pair) for pair in zip(found, loaded(found), strict=True))
    job = Job(Order(orders, now.horizon, now.futures, now.seed))
    over = tuple(each.over(now.horizon) for each in found)
    _slot()["run"] = Comparing(now, over, job)
