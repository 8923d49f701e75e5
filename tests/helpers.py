"""Tiny scenarios worked by hand, and a tape of everything that happens in them.

`tiny` starts from three-hubs and takes out all that is random or shared (contacts, changes of
need, siblings, leavers, reserves, supervision, weekly contacts, put-off meetings), so that a
worker has 8 round hours a day; a test then says what it needs. `put` adds a child by hand.
"""

from __future__ import annotations

import copy
import signal
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from sim.measure.accounts import Accounts
from sim.scenario import Loaded, load, load_text
from sim.service.child import Child, Family
from sim.service.day_one import OpenCases
from sim.service.plan import Plan, compile_plans
from sim.service.service import Service
from sim.service.snapshots import Snapshot
from sim.service.streams import identity
from sim.service.task import Task
from sim.service.worker import Post, Worker

Data = dict[str, Any]
# What a hand test of moves asks for by name.
MOVES = ("records_first", "discussion", "introduction", "ending", "disagreement", "operations")
DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # in C: five times as fast
VALUE = {"value", "fixed", "gamma", "exponential", "lognormal", "triangular", "empirical"}


# --- the tape ------------------------------------------------------------------------------


class Event(NamedTuple):
    """One thing that happened; empty where it does not apply."""

    time: float
    event: str
    child: str = ""
    worker: str = ""
    task: str = ""
    due: int = 0
    detail: Any = ""
    stage: str = ""


class Tape(Accounts):
    """Accounts that also keep every event, in order of happening."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        self.checks: list[Callable[[], None]] = []  # called at every month end
        self.spells: dict[tuple[str, str], tuple[Task, float, float]] = {}  # being worked on now

    def _child(self, event: str, child: Child, detail: Any = "", worker: str = "") -> None:
        stage = child.stage.name if child.stage is not None else ""
        self.events.append(Event(self.env.now, event, child.id, worker, detail=detail, stage=stage))

    def _task(self, event: str, task: Task, worker: Worker | None = None, detail: Any = "") -> None:
        child = task.child
        stage = child.stage.name if child is not None and child.stage is not None else ""
        self.events.append(
            Event(
                self.env.now,
                event,
                child.id if child is not None else "",
                worker.id if worker is not None else "",
                task.id,
                task.due,
                detail,
                stage,
            )
        )

    def month_end(self, month: int) -> None:
        super().month_end(month)
        for check in self.checks:
            check()

    def contact(self, child: Child, source: str, again: bool) -> None:
        super().contact(child, source, again)
        self._child("contact", child, source)

    def decision(self, child: Child, outcome: str, detail: str = "") -> None:
        super().decision(child, outcome, detail)
        self._child("decision", child, outcome)

    def stage_enter(self, child: Child, initial: dict[str, float] | None) -> None:
        super().stage_enter(child, initial)
        self._child("stage_enter", child, dict(initial) if initial is not None else None)

    def stage_leave(self, child: Child, reason: str) -> None:
        super().stage_leave(child, reason)
        self._child("stage_leave", child, reason)

    def close(self, child: Child, reason: str) -> None:
        super().close(child, reason)
        self._child("close", child, reason)

    def allocate(self, child: Child, worker: Worker, role: str) -> None:
        super().allocate(child, worker, role)
        self._child("allocate", child, role, worker.id)

    def deallocate(self, child: Child, worker: Worker, role: str) -> None:
        super().deallocate(child, worker, role)
        self._child("deallocate", child, role, worker.id)

    def status(self, child: Child, status: str, on: bool, detail: str) -> None:
        super().status(child, status, on, detail)
        self._child("status_on" if on else "status_off", child, status)

    def absent(self, worker: Worker, reason: str) -> None:
        super().absent(worker, reason)
        self.events.append(Event(self.env.now, "absent", worker=worker.id, detail=reason))

    def present(self, worker: Worker, reason: str) -> None:
        super().present(worker, reason)
        self.events.append(Event(self.env.now, "present", worker=worker.id, detail=reason))

    def vacancy(self, post: Post, closed: bool) -> None:
        super().vacancy(post, closed)
        self.events.append(Event(self.env.now, "vacant", detail=post.id))

    def need(self, child: Child, about: str = "") -> None:
        super().need(child, about)
        self._child("need", child, about or child.need)

    def found(self, child: Child, about: str = "") -> None:
        super().found(child, about)
        self._child("found", child, about or child.need)

    def transfer(self, child: Child, what: str, to: str, why: str = "") -> None:
        super().transfer(child, what, to, why)
        self._child(f"transfer_{what}", child, f"{to} {why}" if why else to)

    def post(self, worker: Worker, filled: bool) -> None:
        super().post(worker, filled)
        self.events.append(Event(self.env.now, "filled" if filled else "vacant", worker=worker.id))

    def task_open(self, task: Task) -> None:
        super().task_open(task)
        self._task("task_open", task, None, task.hours)

    def task_book(self, task: Task, why: str) -> None:
        super().task_book(task, why)
        self._task("task_book", task, None, (task.booked, why))

    def task_wait(self, task: Task, waits_for: str) -> None:
        super().task_wait(task, waits_for)
        self._task("task_wait", task, None, waits_for)

    def task_start(self, task: Task, worker: Worker) -> None:
        super().task_start(task, worker)
        joined = tuple(other.id for other in task.together or ())
        self._task("task_start", task, worker, joined)
        self.spells[task.id, worker.id] = (task, self.env.now, task.spent)

    def _sitting(self, task: Task, worker: Worker) -> None:
        """From a start to a pause or end: sittings that follow each other count as one."""
        _, since, before = self.spells.pop((task.id, worker.id), (task, self.env.now, task.spent))
        self._task("sitting", task, worker, (since, task.spent - before))

    def task_pause(self, task: Task, worker: Worker, why: str) -> None:
        super().task_pause(task, worker, why)
        self._sitting(task, worker)
        self._task("task_pause", task, worker, why)

    def task_end(self, task: Task, worker: Worker) -> None:
        super().task_end(task, worker)
        self._sitting(task, worker)
        self._task("task_end", task, worker, task.spent)

    def task_met(self, task: Task, within: Task) -> None:
        super().task_met(task, within)
        self._task("task_met", task, None, within.id)

    def task_kept(self, task: Task) -> None:
        super().task_kept(task)
        self._task("task_kept", task)

    def task_missed(self, task: Task) -> None:
        super().task_missed(task)
        self._task("task_missed", task)

    def task_cancel(self, task: Task, why: str) -> None:
        super().task_cancel(task, why)
        self._task("task_cancel", task, None, why)

    # --- reading it ------------------------------------------------------------------------

    def of(self, *events: str, child: str | None = None, task: str | None = None) -> list[Event]:
        """Events of these names (all but sittings, if none is named), of a child or a task.

        `task` may be the beginning of an id, such as "a/visit".
        """
        return [
            e
            for e in self.events
            if (e.event in events if events else e.event != "sitting")
            and (child is None or e.child == child)
            and (task is None or e.task == task or e.task.startswith(task + "/"))
        ]

    def times(self, event: str, child: str | None = None, task: str | None = None) -> list[float]:
        return [round(e.time, 5) for e in self.of(event, child=child, task=task)]

    def told(
        self, *events: str, child: str | None = None, task: str | None = None
    ) -> list[tuple[Any, ...]]:
        """(time, event, task, stage entered or detail): what a test compares with its hand work."""
        return [
            (round(e.time, 5), e.event, e.stage if e.event == "stage_enter" else e.task or e.detail)
            for e in self.of(*events, child=child, task=task)
        ]


# --- scenarios -----------------------------------------------------------------------------


def overlay(base: Data, over: Mapping[str, Any]) -> Data:
    """Mappings merge by key, all else replaces, None removes (and may find nothing)."""
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and not set(value) & VALUE:
            keep = isinstance(below, dict) and not set(below) & VALUE
            merged[key] = overlay(below if keep and isinstance(below, dict) else {}, value)
        else:
            merged[key] = value
    return merged


@lru_cache(maxsize=4)
def _data(scenario: str) -> Data:
    return load(scenario).data


def quiet(scenario: str = "three-hubs", keeps: Iterable[str] = ()) -> Data:
    """A scenario in which nothing happens by chance, and whose hubs promise nothing yet.

    But for the stages named in `keeps`: their rules and tasks stay as they are.
    """
    data = copy.deepcopy(_data(scenario))
    data["start"] = date(2026, 3, 30)
    data["horizon"] = "6 months"
    data["work"] |= {"hours_a_day": 8, "case_share": 1.0, "family_cannot_come": 0.0}
    data.pop("people", None)
    people = data["population"]
    people["contacts"]["rate"] = "0.0001 per year"
    people["sites"] = {"north": 1.0}
    people["needs_at_contact"] = {"none": 1.0}  # nobody else is made, and day one is quick
    for need in people["needs"].values():
        need.pop("becomes", None)
    people["siblings"]["chance"] = 0.0
    people["attributes"] |= {"ehc_plan": 0.0, "overnight": {"none": 1.0}}
    people["leaving"] = {"moves_away": "0 per year", "service_not_wanted": "0 per year"}
    data["mash"].pop("background", None)
    for section in ("growing_up", "carers"):
        data.pop(section, None)
    data["mash"]["hours"] = 1.0
    places = {"single_assessment", "caf_tac", *data["stages"]} & set(data["day_one"]["children"])
    data["day_one"]["children"] = dict.fromkeys(sorted(places), 0)
    for extra in ("placed", "groups"):
        data["day_one"].pop(extra, None)
    data["day_one"].pop("known_before", None)
    data["day_one"].pop("closed_as", None)
    people.pop("coming_back", None)
    data["day_one"].pop("overdue", None)
    data.pop("open_to_review", None)
    for team in data["teams"].values():
        team.pop("supervision", None)
        for post in team["posts"].values():
            post.pop("reserve", None)
            post["count"] = 1
    for name, stage in data["stages"].items():
        for extra in ("contacts", "assigned_contacts", "reserves"):
            stage.pop(extra, None)
        if name not in keeps:
            for extra in ("guards", "settings"):
                stage.pop(extra, None)
            stage["tasks"] = {}
    data.pop("attached_work", None)
    for extra in MOVES:
        data["moves"].pop(extra, None)
    data.pop("safeguarding", None)
    data["moves"]["hand_over"]["hours"] = data["moves"]["take_up"]["hours"] = 4.0
    data["moves"]["hand_over"]["within"] = "20 working days"
    data["moves"]["look"] = "5 working days"  # round numbers; weeks begin on Mondays, see a test
    data["closure"]["hours"] = 2.0
    data.pop("need_events", None)
    return data


def tiny(
    over: Mapping[str, Any] | None = None, **stages: Mapping[str, Any]
) -> list[tuple[int, Plan]]:
    """Compile the quiet three hubs with what a test wants; `stages` are tasks by hub's initials.

    ``tiny(ss={"visit": {...}})`` gives Safeguarding & Support one kind of task.
    """
    data = quiet()
    for initials, tasks in stages.items():
        data["stages"][HUBS[initials]]["tasks"] = dict(tasks)
    return plans_of(overlay(data, over or {}))


HUBS = {
    "ss": "safeguarding_and_support",
    "sf": "strengthening_families",
    "ri": "review_and_intervention",
}


def plans_of(data: Data) -> list[tuple[int, Plan]]:
    return compile_plans(loaded(data))


def loaded(data: Data) -> Loaded[Any]:
    text = yaml.dump(data, Dumper=DUMPER, sort_keys=False)
    return load_text(text, "by-hand.yaml")


def post(team: str, role: str, **says: Any) -> Data:
    """Say something about a post: ``post("ss", "social_worker", count=2)``."""
    return {"teams": {HUBS.get(team, team): {"posts": {role: says}}}}


def together(*overs: Mapping[str, Any]) -> Data:
    """Several overlays as one."""
    merged: Data = {}
    for over in overs:
        merged = _join(merged, over)
    return merged


def _join(base: Data, over: Mapping[str, Any]) -> Data:
    out = dict(base)
    for key, value in over.items():
        below = out.get(key)
        both = isinstance(value, Mapping) and isinstance(below, dict)
        out[key] = _join(below, value) if both and isinstance(below, dict) else value
    return out


# --- running -------------------------------------------------------------------------------


def service_of(plans: list[tuple[int, Plan]], seed: int = 1, replication: int = 1) -> Service:
    return Service(plans, seed, replication, Tape())


def put(
    service: Service,
    name: str,
    hub: str,
    *,
    need: str = "complex",
    truth: str | None = None,
    age: float = 8.0,
    family: Family | None = None,
    site: str = "north",
    **last: float,
) -> Child:
    """Add a child who is in a hub on day one; `last` says when each promise was last kept."""
    family = family or Family(f"f{name}", site)
    child = open_case(service, name, family, HUBS.get(hub, hub), need, age, last)
    if truth is not None:
        child.need = truth
    return child


def open_case(
    service: Service,
    name: str,
    family: Family,
    hub: str,
    need: str,
    age: float,
    last: Mapping[str, float],
) -> Child:
    """Open a case on day one, in the hub of a name."""
    life = Snapshot(age, need, 100.0, "none")
    child = service.population.known_child(name, family, life)
    since = max(last.values(), default=0.0)
    OpenCases(service).open(child, service.hubs[hub], dict(last), since)
    return child


def refer(service: Service, name: str, at: float, need: str = "complex", age: float = 8.0) -> None:
    """Let somebody contact the MASH about a child new to the service."""

    def arrive() -> None:
        child = service.population.make(
            name, identity(name), Family(f"f{name}", "north"), age, need
        )
        service.recorder.contact(child, "school", again=False)
        service.mash.contact(child)

    service.later(at, arrive)


def run(service: Service) -> Tape:
    service.run()
    assert isinstance(service.recorder, Tape)
    return service.recorder


def child_named(service: Service, name: str) -> Child:
    return next(child for child in service.children if child.id == name)


def pick(events: Iterable[Event], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(getattr(e, field) for field in fields) for e in events]


def heeds_ctrl_c() -> None:
    """Let a process that is about to begin be stopped, wherever the tests were started."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
