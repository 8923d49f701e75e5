"""What a page remembers between two looks at it: in the session of its own user, and nowhere else.

Nothing is kept in a module, so that two people at once never see each other's service.
"""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from sim.app.charts import everything
from sim.app.drawing import PALETTES, Drawn, Palette
from sim.app.estimate import Expectation, expect
from sim.app.field import Field, Value
from sim.app.figures import Figures
from sim.app.inputs import children, fields
from sim.app.job import Job, Order, Text
from sim.app.seen import Seen
from sim.app.service import Service, document
from sim.pages.parts.look import is_dark
from sim.scenario import Loaded, to_yaml
from sim.scenario.schema import Scenario

KEPT = 12  # loaded scenarios, and as many estimates, that a session remembers
STEPS = 50  # that can be undone


@dataclass
class Run:
    """A run that was asked for: what of, and where its results come in."""

    service: Service
    job: Job
    baseline: Figures | None
    _drawn: tuple[Any, dict[str, Drawn]] = (None, {})

    @property
    def now(self) -> Figures | None:
        """The results of the service as changed; None before the first."""
        found = self.job.figures[-1] if self.job.figures else None
        return found if found is not None and found.numbers else None

    @property
    def before(self) -> Figures | None:
        """The results of the baseline, if that is another."""
        if self.baseline is not None:
            return self.baseline
        return self.job.figures[0] if len(self.job.figures) > 1 else None

    def drawn(self, seen: Seen, limits: dict[str, float]) -> dict[str, Drawn]:
        """Draw what is seen, anew only if there is more to see."""
        before = len(seen.before.numbers) if seen.before is not None else 0
        key = (len(seen.now.numbers), before, seen.period, seen.palette)
        if self._drawn[0] != key:
            self._drawn = (key, everything(seen, limits))
        return self._drawn[1]


def service() -> Service:
    """Give what the user works on."""
    found: Service = st.session_state.setdefault("service", Service())
    return found


def put(changed: Service) -> None:
    """Work on this from now on; what was before can be had back."""
    steps = st.session_state.setdefault("steps", [])
    if changed != service():
        st.session_state["steps"] = [*steps, service()][-STEPS:]
        st.session_state["service"] = changed


def undo() -> None:
    """Go back one step."""
    steps = st.session_state.get("steps", [])
    if steps:
        st.session_state["service"] = steps[-1]
        st.session_state["steps"] = steps[:-1]


def can_undo() -> bool:
    """Whether there is a step to go back."""
    return bool(st.session_state.get("steps"))


def of(one: Service) -> tuple[Loaded[Scenario], list[Field], dict[str, Field], Expectation]:
    """Give a service's baseline, the children of its first day, its settings, what to expect."""
    plain = _remembered("loaded", _key(one), one.baseline)
    known = _remembered("fields", plain.digest, lambda: {f.key: f for f in fields(plain.scenario)})
    return plain, children(plain.scenario), known, expectation(plain)


def _key(one: Service, *more: str) -> tuple:
    return (one.name, one.upload, one.own, one.horizon, *more)


def baseline() -> Loaded[Scenario]:
    """Load the baseline, or remember it."""
    return of(service())[0]


def settings() -> dict[str, Field]:
    """Give the settings that can be changed, by key."""
    return of(service())[2]


def changed() -> Loaded[Scenario]:
    """Load the service with its changes, or remember it."""
    return loaded(service())


def loaded(one: Service) -> Loaded[Scenario]:
    """Load a service with its changes, or remember it."""
    plain, _, known, _ = of(one)
    if not one.changes:
        return plain
    return _remembered("loaded", _key(one, *one.sets(known)), lambda: one.changed(plain, known))


def limits(of: Loaded[Scenario]) -> dict[str, float]:
    """Give the caseload limit of each role that has one."""
    return {
        f"{team}.{post.role or name}": float(post.caseload_limit.value)
        for team, spec in of.scenario.teams.items()
        for name, post in spec.posts.items()
        if post.caseload_limit is not None
    }


def expectation(of: Loaded[Scenario]) -> Expectation:
    """Work out what to expect of a scenario, or remember it."""
    return _remembered("expected", of.digest, lambda: expect(of))


def _remembered(kind: str, key: Any, make: Any) -> Any:
    """Make something once, and keep the last few of its kind; an error is not remembered."""
    known: dict = st.session_state.setdefault(f"known:{kind}", {})
    found = known.pop(key) if key in known else make()
    known[key] = found  # the last used is the last to go
    while len(known) > KEPT:
        del known[next(iter(known))]
    return found


def value(field: Field) -> Value:
    """Give a setting as it stands."""
    return service().changes.get(field.key, field.default)


def palette() -> Palette:
    """Give the colours of the page as the user sees it."""
    return PALETTES["dark" if is_dark() else "light"]


@st.cache_resource(scope="session", on_release=lambda slot: _let_go(slot))
def _slot() -> dict:
    """Hold the run that is going: let go, and ended, when the page is closed."""
    return {}


def _let_go(slot: dict) -> None:
    run = slot.get("run")
    if run is not None:
        run.job.cancel()


def run() -> Run | None:
    """Give the last run, going or ended."""
    return _slot().get("run")


def start() -> None:
    """Run the service as it stands, beside its baseline if they differ."""
    now = service()
    old = run()
    if old is not None:
        old.job.cancel()
    first, second = baseline(), changed()
    kept = _known_baseline(now)
    same = first.digest == second.digest
    documents: tuple = (document(now, first),) if same else (Text(to_yaml(second)),)
    if not same and kept is None:
        documents = (document(now, first), *documents)
    job = Job(Order(documents, now.horizon, now.futures, now.seed))
    _slot()["run"] = Run(now, job, None if same else kept)


def _baseline_key(of: Service) -> tuple:
    return (of.name, of.upload, of.own, of.horizon, of.seed)


def _known_baseline(now: Service) -> Figures | None:
    """Give the results of the baseline, if all of its futures are there from an earlier run."""
    found = st.session_state.get("baseline_results")
    if found is not None and found[0] == _baseline_key(now):
        figures = found[1]
        return figures if len(figures.numbers) >= now.futures else None
    return None


def keep_baseline(of: Run) -> None:
    """Remember the baseline's results for the next change, once a run has ended."""
    found = of.before or of.now
    if found is not None and not of.job.cancelled:
        st.session_state["baseline_results"] = (_baseline_key(of.service), found)
