"""A desk that nobody serves, or whose requests go nowhere, is refused with its line."""

from __future__ import annotations

from test_bad_input import problem, problems

DESK = """
desks:
  advice:
    team: {team}
    role: {role}
    requests:
      question: {{rate: 500 per year, hours: 1, within: 2 working days, priority: 6{more}}}
"""


def desk(team: str = "SS", role: str = "social_worker", more: str = "") -> str:
    return DESK.format(team=team, role=role, more=more)


def test_a_desk_is_served_by_a_role_that_there_is() -> None:
    said = problem(desk(role="adviser"))
    assert (said.key, said.value) == ("desks.advice.role", "adviser")
    assert "social_worker" in said.allowed


def test_a_desk_is_in_a_team_that_there_is() -> None:
    assert problem(desk(team="advice_team")).key == "desks.advice.team"


def test_requests_go_on_to_requests_that_there_are() -> None:
    said = problem(desk(more=", goes_on: {advice.answer: 0.5}"))
    assert said.key == "desks.advice.requests.question.goes_on.advice.answer"
    assert said.allowed == ("advice.question",)


def test_shares_that_go_on_are_at_most_all() -> None:
    more = desk(more=", goes_on: {advice.question: 0.7, advice.other: 0.7}")
    more += "      other: {rate: 1 per year, hours: 1, within: 2 working days, priority: 6}\n"
    assert "at most 1" in problem(more).message


def test_a_request_takes_no_name_of_other_work() -> None:
    said = problem(desk().replace("question:", "visit:"))
    assert said.key == "desks.advice.requests.visit"


def test_when_requests_come_is_not_changed_in_the_middle_of_a_run() -> None:
    change = (
        "changes:\n  - on: 2027-01-01\n    set: {desks.advice.requests.question.rate: 9 per year}"
    )
    said = problems(desk() + change)
    assert any("cannot change" in each.message for each in said)
