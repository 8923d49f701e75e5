"""Who does the work of somebody who is away, in a unit and worked by hand (C37 to C39).

Each rule is a claim that holds, and fails once that rule is switched off.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from helpers import Data, Tape, put, run, service_of
from test_by_hand_early_help import REVIEW
from test_people import NOBODY
from units import CSW, HUB, SW, Plans, in_force, units, who

from sim.scenario import ScenarioError
from sim.service import workforce
from sim.service.absence import LEAVE, SICKNESS, Spell

VISIT: Data = {
    "every": "20 working days",
    "window": "5 working days",
    "hours": 2.0,
    "one_sitting": True,
    "timescale": "child_seen",
    "role": "assigned",
    "priority": 5,
}
MEETING: Data = {**REVIEW, "role": "assigned"}
AWAY = Spell(14, 40, LEAVE)  # eight weeks, nearly


def people(**on_absence: Data | list[Data]) -> Data:
    return {"people": {**NOBODY, "on_absence": on_absence}}


STEPS: list[Data] = [{"after": "1 working days", "up_to": 5}]
SIGNIFICANT: Data = {"tasks": ["review"], "by": CSW}


@contextmanager
def gone(person: str, *spells: Spell) -> Iterator[None]:
    """Let a person be away at these times, and nobody else."""
    numbers = {workforce.identity(person): list(spells)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workforce, "absences", lambda plan, streams, n, *_, **__: numbers.get(n, []))
        yield


def in_the_absence(plans: Plans, **last: float) -> Tape:
    """A child of the first unit's first social worker, who is away."""
    with gone(who(SW, 1), AWAY):
        service = service_of(plans)
        put(service, "a", "ss", **last)
        return run(service)


def a_colleague_of_the_unit_visits(plans: Plans) -> None:
    """Due on day 22: the visit is made in its window by the unit's other social worker."""
    tape = in_the_absence(plans, child_seen=1.0)
    first = tape.of("task_end", task="a/visit/1")[0]
    assert (first.time, first.worker, first.due) == (17.25, who(SW, 3), 22)


def test_C37_work_of_somebody_who_is_away_is_covered() -> None:
    two_units = {"consultants": 2, "social_workers": 4}
    in_force(
        a_colleague_of_the_unit_visits,
        on=units(people(steps=STEPS), **two_units, visit=VISIT),  # type: ignore[arg-type]
        off=units(people(), **two_units, visit=VISIT),  # type: ignore[arg-type]
    )


def the_list_is_made_before_leave(plans: Plans) -> None:
    """Three days before a planned absence of a week or more; not before sickness or a day off."""
    day_off, ill = Spell(30, 31, LEAVE), Spell(50, 60, SICKNESS)
    with gone(who(SW, 1), Spell(14, 20, LEAVE), day_off, ill):
        service = service_of(plans)
        put(service, "a", "ss")
        tape = run(service)
    done = [e for e in tape.of("task_end") if e.task.split("/")[1] == "absence_list"]
    assert [(e.time, e.worker, e.due) for e in done] == [(11.125, who(SW, 1), 14)]


LIST: Data = {"hours": 1.0, "before": "3 working days", "least_days": 3, "priority": 4}


def test_C38_before_a_planned_absence_tasks_are_listed() -> None:
    in_force(the_list_is_made_before_leave, on=units(people(task_list=LIST)), off=units(people()))


def the_consultant_holds_the_meeting(plans: Plans) -> None:
    """A child in need meeting due at the end of day 25 does not wait for day 40."""
    tape = in_the_absence(plans, cin_review=-25.0)
    assert [(e.time, e.worker) for e in tape.of("task_end", task="a/review/1")] == [
        (25.5, who(CSW))
    ]


def test_C39_the_manager_does_significant_tasks_of_somebody_who_is_away() -> None:
    in_force(
        the_consultant_holds_the_meeting,
        on=units(people(significant=SIGNIFICANT), review=MEETING),
        off=units(people(), review=MEETING),
    )


def test_a_significant_task_is_delegated_where_no_consultant_is_there() -> None:
    plans = units(people(significant=SIGNIFICANT), review=MEETING)
    both = {who(SW, 1): [AWAY], who(CSW): [AWAY]}
    numbers = {workforce.identity(person): spells for person, spells in both.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workforce, "absences", lambda plan, streams, n, *_, **__: numbers.get(n, []))
        service = service_of(plans)
        put(service, "a", "ss", cin_review=-25.0)
        tape = run(service)
    assert [(e.time, e.worker) for e in tape.of("task_end", task="a/review/1")] == [
        (25.5, who(SW, 2))
    ]


def test_what_was_not_done_comes_back_with_whoever_was_away() -> None:
    """The meeting after the absence is the social worker's own again."""
    tape = in_the_absence(
        units(people(significant=SIGNIFICANT), review={**MEETING, "every": "25 working days"}),
        cin_review=0.0,
    )
    done = [(e.time, e.worker) for e in tape.of("task_end", task="a/review")]
    assert [worker for time, worker in done if time < 40] == [who(CSW)]
    assert {worker for time, worker in done if time >= 45} == {who(SW, 1)}


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ({"significant": {"tasks": ["reviews"], "by": CSW}}, "no task called 'reviews'"),
        ({"significant": {"tasks": ["review"], "by": "boss"}}, "no team has a post with the role"),
    ],
)
def test_cover_of_what_is_not_there_is_refused(says: Data, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        units(people(**says), review=MEETING)


def test_by_default_a_stage_without_units_is_covered_as_before() -> None:
    """No unit, no preference: the colleague with the fewest children, as in `test_people`."""
    no_units = {"teams": {HUB: {"units": None}}}
    with gone(who(SW, 1), AWAY):
        service = service_of(units(people(steps=STEPS), no_units, social_workers=3, visit=VISIT))
        put(service, "a", "ss", child_seen=1.0)
        tape = run(service)
    assert tape.of("task_end", task="a/visit/1")[0].worker == who(SW, 2)
