"""Absence, leaving, vacancies and cover: worked by hand, then over whole runs, then by chance."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache
from typing import Any

import pytest
from helpers import Data, Tape, child_named, overlay, plans_of, post, put, quiet, run, service_of
from lengths import at_length
from test_bad_input import problem

from sim.scenario import load
from sim.service.absence import LEAVE, SICKNESS, TRAINING, absences
from sim.service.plan import Plan, compile_plans
from sim.service.service import Service
from sim.service.streams import Streams, identity

NOBODY: Data = {  # people who are never away, never leave, and are never missing
    "leave": {"days": 0, "in_school_holidays": 0.5},
    "training": 0,
    "sickness": {"share": 0, "spell": 5},
    "turnover": "0 per year",
    "vacancy": 0,
    "recruitment": 10,
    "on_leaving": {
        "rule": "to_peers",
        "held_by": "team_manager",
        "within": "2 working days",
        "urgent": 2,
    },
}
VISIT = {"every": "4 weeks", "window": "3 working days", "hours": 2, "priority": 4}
SW = "safeguarding_and_support.social_worker"
MANAGER = "safeguarding_and_support.team_manager.1#1"


def scene(people: Data | None = None, posts: int = 2, visit: Data | None = None) -> Service:
    data = quiet()
    data["stages"]["safeguarding_and_support"]["tasks"] = {"visit": visit or VISIT}
    data["people"] = overlay(NOBODY, people or {})
    return service_of(plans_of(overlay(data, post("ss", "social_worker", count=posts))))


def away(service: Service, number: int, first: int, end: int, reason: str = SICKNESS) -> None:
    """Let a social worker be away on some days."""
    from sim.service import appointments
    from sim.service.absence import Spell
    from sim.service.workforce import Away

    worker = service.teams["safeguarding_and_support"].by_role["social_worker"][number - 1]
    if reason != SICKNESS:
        appointments.keep_free(worker, first, end)
    service.workforce._away[first].append(Away(worker, [Spell(first, end, reason)]))
    service.workforce._back[end].append(worker)


def leaves(service: Service, number: int, day: int) -> None:
    worker = service.teams["safeguarding_and_support"].by_role["social_worker"][number - 1]
    service.workforce._at(day, lambda: service.workforce.leave(worker, "left"))


def who(tape: Tape, task: str) -> list[tuple[float, str]]:
    return [(e.time, e.worker) for e in tape.of("task_start", task=task)]


# --- by hand -------------------------------------------------------------------------------------


def test_a_sitting_is_cut_when_an_absence_begins_and_goes_on_afterwards() -> None:
    """A visit of 12 hours takes 1.5 days: begun on day 16, cut at 17, done in half a day on 22."""
    service = scene(visit=VISIT | {"hours": 12, "one_sitting": True}, posts=1)
    put(service, "a", "ss", visit=0)
    away(service, 1, 17, 22)
    tape = run(service)
    spells = [(e.detail[0], e.time, e.detail[1]) for e in tape.of("sitting", task="a/visit/1")]
    assert spells == [(16.0, 17.0, 8.0), (22.0, 22.5, 4.0)]
    assert tape.of("task_pause", task="a/visit/1")[0].detail == "absent"
    assert [(e.time, e.event) for e in tape.of("absent", "present")] == [
        (17.0, "absent"),
        (22.0, "present"),
    ]


def test_hours_of_an_absence_are_not_available() -> None:
    service = scene()
    away(service, 1, 3, 8)
    tape = run(service)
    pool = service.plan.pools.index(SW)
    assert tape.months[0].available[pool] == pytest.approx(2 * 8 * 2)  # 30 and 31 March
    assert tape.months[1].available[pool] == pytest.approx(8 * (2 * 20 - 5))


@pytest.mark.parametrize(("up_to", "worker"), [(4, "2#1"), (3, "1#1")])
def test_what_is_pressing_enough_is_covered_after_some_days(up_to: int, worker: str) -> None:
    """The visit opens on day 16; its worker is away from 15 to 36; cover begins on day 20."""
    steps = [{"after": "5 working days", "up_to": up_to}]
    service = scene({"on_absence": {"steps": steps}})
    put(service, "a", "ss", visit=0)
    away(service, 1, 15, 36)
    tape = run(service)
    day = 20.0 if worker == "2#1" else 36.0
    assert who(tape, "a/visit/1") == [(day, f"{SW}.{worker}")]
    assert child_named(service, "a").holder.id == f"{SW}.1#1"  # type: ignore[union-attr]


MEETING = VISIT | {"appointment": True, "hours": 4}


def test_meetings_are_booked_around_leave_and_called_off_in_sickness() -> None:
    """Due at 19, open from 16: best on day 18, which is leave; so on 17, and then ill."""
    service = scene(visit=MEETING, posts=1)
    put(service, "a", "ss", visit=0)
    away(service, 1, 18, 19, LEAVE)
    away(service, 1, 17, 18)
    tape = run(service)
    books = [(e.time, *e.detail) for e in tape.of("task_book", task="a/visit/1")]
    assert books == [(16.0, 17, "first"), (17.0, 19, "worker")]
    assert who(tape, "a/visit/1") == [(19.0, f"{SW}.1#1")]


def test_a_manager_holds_a_leavers_children_until_peers_take_them_over() -> None:
    """A worker of two children leaves on day 10: the peer takes one over on 11, one on 12."""
    service = scene({"recruitment": 500})
    for name in "abcd":
        put(service, name, "ss", visit=0)
    leaves(service, 1, 10)
    tape = run(service)
    mine = [e.child for e in tape.of("allocate") if e.worker == f"{SW}.1#1"]
    moved = [e for e in tape.of("allocate") if 0 < e.time < 20]
    assert [(e.time, e.worker) for e in moved] == [
        *((10.0, MANAGER) for _ in mine),
        *((11.0, f"{SW}.2#1") for _ in mine[:1]),
        *((12.0, f"{SW}.2#1") for _ in mine[1:]),
    ]
    assert sum(tape.months[1].holder_changes) == len(mine)  # the manager covers


def test_a_manager_who_keeps_them_does_what_is_urgent_and_the_rest_waits() -> None:
    for priority, doer, day in ((2, MANAGER, 16.0), (4, f"{SW}.1#2", 30.0)):
        keeps = {"on_leaving": {"rule": "manager_keeps"}, "recruitment": 20}
        service = scene(keeps, posts=1, visit=VISIT | {"priority": priority})
        put(service, "a", "ss", visit=0)
        leaves(service, 1, 10)
        tape = run(service)
        assert who(tape, "a/visit/1")[0] == (day, doer)
        assert [(e.time, e.event, e.worker) for e in tape.of("vacant", "filled") if e.time] == [
            (10.0, "vacant", f"{SW}.1#1"),
            (30.0, "filled", f"{SW}.1#2"),
        ]
        holders = [(e.time, e.worker) for e in tape.of("allocate")]
        assert holders == [(0.0, f"{SW}.1#1"), (10.0, MANAGER), (30.0, f"{SW}.1#2")]


def test_without_a_manager_peers_take_over_at_once() -> None:
    service = scene({"on_leaving": {"held_by": "advanced_practitioner"}})
    put(service, "a", "ss", visit=0)
    leaves(service, 1, 10)
    tape = run(service)
    holders = [(e.time, e.worker) for e in tape.of("allocate")]
    assert holders[:2] == [(0.0, f"{SW}.1#1"), (10.0, f"{SW}.2#1")]


def test_an_agency_worker_fills_the_post_until_somebody_is_recruited() -> None:
    agency = {"chance": 1, "after": 4, "roles": ["social_worker"]}
    induction = {"lasts": "10 working days", "share": 0.5}
    service = scene({"agency": agency, "induction": induction}, posts=1)
    put(service, "a", "ss", visit=0)
    leaves(service, 1, 10)
    tape = run(service)
    told = [(e.time, e.event, e.worker[-3:]) for e in tape.of("vacant", "filled") if e.time]
    assert told == [
        (10.0, "vacant", "1#1"),
        (14.0, "filled", "1#2"),
        (20.0, "vacant", "1#2"),
        (20.0, "filled", "1#3"),
        (30.0, "filled", "1#3"),  # the induction is over: the hours of a day are others
    ]
    agency_worker, recruited = service.workers[-2:]
    assert agency_worker.agency and agency_worker.share == 1.0
    assert not recruited.agency and recruited.share == 1.0
    assert service.children[0].holder is recruited


def test_peers_give_back_what_they_took_over_until_all_are_as_full() -> None:
    service = scene()
    for name in "abcdef":
        put(service, name, "ss", visit=0)
    leaves(service, 1, 10)
    run(service)
    held = [len(worker.cases) for worker in service.workers if worker.id.startswith(SW)]
    assert held == [0, 3, 3]


# --- over whole runs ------------------------------------------------------------------------------


@cache
def lived(*sets: str) -> tuple[Service, Tape]:
    tape = Tape()
    plans = compile_plans(load("three-hubs", ("horizon=1 years", *sets)))
    service = Service(plans, 1, 3, tape)
    unheld: list[str] = []

    def look() -> None:
        waiting = {request.child for request in service.allocation.waiting}
        for child in service.children:
            held = child.holder is not None or child in waiting
            if child.stage is not None and child.stage.name != "mash" and not held:
                unheld.append(child.id)

    tape.checks.append(look)
    service.run()
    assert unheld == []
    return service, tape


MODELS = [
    ("people.turnover=0.6 per year",),
    ("people.turnover=0.6 per year", "people.on_leaving.rule=manager_keeps"),
    ("people.sickness.share=0.1", "people.on_absence.by=team_manager"),
]


@pytest.mark.parametrize("sets", at_length(MODELS, MODELS[:1]))
def test_nobody_works_while_absent_or_without_a_post(sets: tuple[str, ...]) -> None:
    _, tape = lived(*sets)
    absent: dict[str, float] = {}
    in_post: set[str] = set()
    for e in tape.events:
        if e.event == "filled":
            in_post.add(e.worker)
        elif e.event == "vacant":
            in_post.discard(e.worker)
        elif e.event == "absent":
            absent.setdefault(e.worker, e.time)
        elif e.event == "present":
            del absent[e.worker]
        elif e.event == "task_start":
            assert e.worker in in_post and e.worker not in absent, e
        elif e.event == "sitting":
            assert absent.get(e.worker, e.time) == e.time, e  # cut at that very moment
        elif e.event == "allocate":
            assert e.worker in in_post, e
    assert len(tape.of("absent")) > 400


@pytest.mark.parametrize("sets", MODELS)
def test_a_leavers_whole_caseload_is_accounted_for_from_that_moment(sets: tuple[str, ...]) -> None:
    service, tape = lived(*sets)
    holder: dict[str, str] = {}
    left: dict[str, float] = {}
    for e in tape.events:
        if e.event == "vacant" and e.worker:
            left[e.worker] = e.time
        elif e.event == "allocate" and e.detail == "holder":
            holder[e.child] = e.worker
        elif e.event in ("stage_leave", "deallocate") and e.detail != "assigned":
            holder.pop(e.child, None)
        for child, worker in holder.items() if e.event == "absent" else ():
            assert left.get(worker, e.time) == e.time, (child, worker, e)
    waiting = {request.child for request in service.allocation.waiting}
    for child in service.children:
        if child.stage is not None and child.stage.is_hub and child not in waiting:
            assert child.holder is not None and not child.holder.left, child.id
            assert child in child.holder.cases
    assert len(left) > 8


def test_a_manager_minds_nobody_longer_than_the_rule_says() -> None:
    service, tape = lived(*MODELS[0])
    since: dict[str, float] = {}
    longest = 0.0
    for e in tape.events:
        if e.detail == "holder" and e.event == "allocate" and "team_manager" in e.worker:
            since.setdefault(e.child, e.time)
        elif e.event in ("allocate", "stage_leave") and e.child in since:
            longest = max(longest, e.time - since.pop(e.child))
    assert 1.0 <= longest <= service.plan.people.hand_on_days + 2  # type: ignore[union-attr]


# --- by chance ------------------------------------------------------------------------------------


@cache
def the_plan() -> Plan:
    return compile_plans(load("three-hubs", ("horizon=4 years",)))[0][1]


@cache
def year_by_year() -> tuple[Counter[str], int, int, int]:
    """Days away by reason of 400 people over 4 years; leave in holidays; days they are shut."""
    plan = the_plan()
    assert plan.people is not None
    days: Counter[str] = Counter()
    shut = {d for year in plan.people.years for week in year.holidays for d in week}
    in_holidays = 0
    for number in range(400):
        person = identity(f"person {number}")
        for spell in absences(plan.people, Streams(5, 1), person, 0.026, 0, day_one=True):
            days[spell.reason] += spell.end - spell.first
            if spell.reason == LEAVE:
                in_holidays += sum(d in shut for d in range(spell.first, spell.end))
    return days, in_holidays, len(shut), 400 * 4


def test_attended_days_and_each_reason_come_out_as_set() -> None:
    """Sickness varies by 5.9 days over 4 years (4.7 here): 5 standard errors; else exact."""
    days, _, _, years = year_by_year()
    assert days[LEAVE] / years == pytest.approx(28, abs=0.05)
    assert days[TRAINING] / years == pytest.approx(5, abs=0.05)
    assert days[SICKNESS] / years == pytest.approx(0.026 * 253, abs=0.9)
    assert 211 <= the_plan().horizon / 4 - sum(days.values()) / years <= 216  # F142


def test_leave_prefers_school_holidays() -> None:
    days, in_holidays, shut, _ = year_by_year()
    assert in_holidays / days[LEAVE] == pytest.approx(0.65, abs=0.01)
    assert shut / the_plan().horizon < 0.25


def test_turnover_and_vacancy_come_out_as_set() -> None:
    """Over 8 runs of 5 years: 510 leavers are expected; 5 standard errors either way."""
    plans = compile_plans(load("three-hubs", (*NOTHING_ELSE, *NEVER_AWAY)))
    left = in_post = vacant = first_day = 0.0
    for replication in range(1, 9):
        tape = Tape()
        service = Service(plans, 2, replication, tape)
        posts = len(service.plan.posts)
        spells: dict[str, float] = {}
        for worker in service.workers:
            spells[worker.id] = 0.0
        first_day += posts - len(spells)
        service.run()
        began: dict[str, float] = {}
        for e in tape.of("filled", "vacant"):
            if e.event == "filled":
                began.setdefault(e.worker, e.time)
            elif e.worker:
                left += not next(w for w in service.workers if w.id == e.worker).agency
                in_post += e.time - began.pop(e.worker)
        in_post += sum(service.horizon - time for time in began.values())
        vacant += posts * service.horizon
    year = service.plan.days_a_year
    assert left / (in_post / year) == pytest.approx(0.166, rel=5 / 510**0.5)
    assert first_day / (8 * posts) == pytest.approx(0.035, abs=5 * (0.035 / (8 * posts)) ** 0.5)
    # Every vacancy is filled in the end; no agency here, so that they are as many as at first.
    assert 1 - in_post / vacant == pytest.approx(0.035, rel=0.25)


NEVER_AWAY = ("people.leave.days=0", "people.training=0", "people.sickness.share=0")
NOTHING_ELSE = (
    "population.contacts.rate=1 per year",
    "mash.background=null",
    "people.agency=null",
    *(
        f"day_one.children.{stage}=0"
        for stage in (
            "single_assessment",
            *(
                "safeguarding_and_support",
                "strengthening_families",
                "review_and_intervention",
            ),
        )
    ),
    "day_one.known_before.met=0",
    "day_one.known_before.none=0",
)


def test_adding_a_post_changes_nobody_elses_absences_or_leaving() -> None:
    def told(count: int) -> dict[str, list[Any]]:
        key = "teams.review_and_intervention.posts.family_support_worker.count"
        plans = compile_plans(
            load("three-hubs", (*NOTHING_ELSE, "horizon=1 years", f"{key}={count}"))
        )
        tape = run(Service(plans, 1, 1, Tape()))
        found: dict[str, list[Any]] = defaultdict(list)
        for e in tape.of("absent", "present", "vacant", "filled"):
            found[e.worker or e.detail].append((e.time, e.event, e.detail))
        return found

    few, many = told(7), told(8)
    assert few.items() <= many.items()
    assert {name.split("#")[0] for name in many.keys() - few.keys()} == {
        "review_and_intervention.family_support_worker.8"
    }


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("{on_absence: {by: nobody}}", "people.on_absence.by", "no team has a post"),
        ("{on_leaving: {held_by: nobody}}", "people.on_leaving.held_by", "no team has a post"),
        ("{leave: {days: 245}}", "people.leave.days", "a working year has 253"),
        ("{training: -1}", "people.training", "cannot be negative"),
        ("{turnover: 13 per year}", "people.turnover", "more than can be"),
        ("{recruitment: 2501}", "people.recruitment", "more than can be"),
        ("{sickness: {spell: 0.5}}", "people.sickness.spell", "whole days"),
        ("{agency: {roles: [judge]}}", "people.agency.roles.0", "the role 'judge'"),
        ("{induction: {share: 0}}", "people.induction.share", "above 0"),
    ],
)
def test_what_people_cannot_do_is_refused_with_line_and_key(text: str, key: str, says: str) -> None:
    found = problem(f"people: {text}")
    assert (found.file, found.line, found.key.removesuffix(".value")) == ("bad.yaml", 3, key)
    assert says in found.message


def test_absences_are_fixed_when_somebody_starts_and_cannot_change_during_a_run() -> None:
    change = "changes: [{on: 2026-09-01, set: {people.turnover: 0.3 per year}}]"
    assert "cannot change during a run" in problem(change).message
