"""Open to Review by hand: reviews by turns through a year, the plan shared, objections, the limit.

And what the event log alone lets a third party check.
"""

from __future__ import annotations

from typing import Any

import pytest
from helpers import put, run
from test_open_to_review import O2R, R_AND_I, SCENARIO, _in_o2r, plans, quiet_with_o2r, service_of

from sim.measure.eventlog import EventLog
from sim.scenario import load
from sim.scenario.errors import ScenarioError
from sim.service.placing import move_now
from sim.service.plan import compile_plans
from sim.service.service import Service
from sim.service.task import OPEN

LONG = {"horizon": "3 years"}


def held(service: Service, tape: Any) -> list[tuple[str, str]]:
    """Reviews of the one child: what it was, and the date it was due."""
    date = service.plan.calendar.date
    kinds = ("review", "child_in_need_meeting", "telephone_review")
    ends = [e for e in tape.of("task_end") if e.task.split("/")[1] in kinds]
    return [(e.task.split("/")[1], date(float(e.due - 1)).isoformat()) for e in ends]


def test_reviews_take_turns_and_meet_the_school_in_its_month() -> None:
    """School in March: by telephone half a year later, never in August's place.

    Last reviewed 1 September 2025, so due 27 February 2026 (1 March is a Sunday): before the start.
    """
    service = service_of(plans(**LONG))
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    child.ehc_month = 3
    tape = run(service)
    told = held(service, tape)
    # Held 2 March 2026: half a year on, 2 September, by telephone (its month is far).
    assert told[0][0] == "telephone_review"
    assert told[0][1] == "2026-09-02"
    # Half a year after that is early March: moved to the end of the school's month. Good Friday
    # and Easter Monday of 2027 are 26 and 29 March, so the month still ends on the 31st.
    assert told[1] == ("review", "2027-03-31")
    kinds = [kind for kind, _ in told]
    assert kinds == ["telephone_review", "review"] * 2 + kinds[4:]
    assert told[3] == ("review", "2028-03-31")


def test_without_a_plan_a_meeting_of_the_services_own() -> None:
    service = service_of(plans(**LONG))
    _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    tape = run(service)
    kinds = [kind for kind, _ in held(service, tape)]
    assert kinds[:4] == ["telephone_review", "child_in_need_meeting"] * 2
    # August is no bar to a meeting of the service's own, nor to a call.
    gaps = [float(e.due) for e in tape.of("task_end") if "telephone" in e.task]
    assert len(gaps) >= 2


def test_the_child_is_seen_at_the_yearly_review() -> None:
    service = service_of(plans(**LONG))
    child = _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    child.ehc_month = 3
    tape = run(service)
    met = [e.detail for e in tape.of("task_met", child="a")]
    assert met[:2] == ["a/review/1", "a/review/2"]
    assert not tape.of("task_end", task="a/visit")  # no visit of its own


def test_the_plan_is_shared_within_a_month_of_each_review() -> None:
    service = service_of(plans(**LONG))
    _in_o2r(service, cin_review=-20.0, child_seen=-20.0)
    tape = run(service)
    reviews = [e.time for e in tape.of("task_end") if "review" in e.task or "meeting" in e.task]
    shared = tape.of("task_open", task="a/plan_shared")
    assert [e.time for e in shared] == reviews
    month = service.plan.calendar
    from sim.calendar import Duration

    assert [e.due for e in shared] == [month.due(t, Duration.parse("1 month")) for t in reviews]


def test_a_telephone_review_taken_along_counts_in_the_hub_the_child_is_in() -> None:
    """Open, and not done because the worker is away, when the child goes to another hub."""
    service = service_of(plans())
    child = _in_o2r(service, cin_review=-110.0, child_seen=-1.0)
    there = service.hubs[R_AND_I]
    promised: list[str] = []

    def away() -> None:
        assert child.holder is not None
        child.holder.present = False

    def move() -> None:
        review = child.tasks["cin_review"]
        assert (review.kind.name, review.state) == ("telephone_review", OPEN)
        move_now(service, child, there, "step_up")
        service.later(service.env.now + 0.01, look)

    def look() -> None:
        month = service.recorder.current  # type: ignore[attr-defined]
        service.recorder.month_end(month)
        counts = service.recorder.months[month].promised  # type: ignore[attr-defined]
        cells = zip(service.plan.cells, counts, strict=True)
        promised.extend(stage for (what, stage), n in cells if what == "cin_review" and n)

    service.later(1.0, away)
    service.later(15.5, move)
    run(service)
    assert promised == [R_AND_I]


def _ready(service: Service, name: str = "a") -> Any:
    return put(service, name, "ri", need="stable", cin_review=-110.0, child_seen=-1.0)


def test_manager_letter_move() -> None:
    service = service_of(plans())
    child = _ready(service)
    tape = run(service)
    order = [e.task.split("/")[1] for e in tape.of("task_end", child="a")][:3]
    assert order == ["review", "open_to_review_decision", "open_to_review_letter"]
    wrote = tape.of("task_end", task="a/open_to_review_letter")[0]
    entered = next(e for e in tape.of("stage_enter", child="a") if e.stage == O2R)
    assert entered.time == wrote.time
    assert not tape.of("transfer_request")
    assert child.holder is not None
    assert child.holder.post.team == O2R


def test_without_a_manager_from_the_first_day_the_decision_waits_for_one() -> None:
    service = service_of(plans())
    child = _ready(service)
    team = service.teams[R_AND_I]
    team.desks.clear()  # as where the only post is vacant on the first morning
    tape = run(service)
    assert tape.of("task_open", task="a/open_to_review_decision")
    assert child.stage is service.hubs[R_AND_I]
    post = team.by_role["team_manager"][0].post
    assert team.fill(post).diary is team.desk("team_manager")


@pytest.mark.parametrize(("upheld", "comes"), [(1.0, False), (0.0, True)])
def test_an_objection_is_heard_by_the_manager(upheld: float, comes: bool) -> None:
    over = {"open_to_review": {"objection": {"chance": 1.0, "upheld": upheld}}}
    service = service_of(plans(**over))
    child = _ready(service)
    tape = run(service)
    assert len(tape.of("task_end", task="a/open_to_review_representation")) == 1
    said = [e.detail for e in tape.of("decision", child="a")]
    assert said == [
        "open_to_review",
        "objection",
        "objection_not_upheld" if comes else "objection_upheld",
    ]
    assert (child.stage is service.hubs[O2R]) is comes


def test_at_the_limit_children_wait_on_the_list() -> None:
    over = {"teams": {O2R: {"posts": {"social_worker": {"caseload_limit": 1, "force_to": 1.0}}}}}
    service = service_of(plans(**over))
    _ready(service, "a")
    _ready(service, "b")
    tape = run(service)
    there = [c.id for c in service.children if c.stage is service.hubs[O2R]]
    assert len(there) == 1
    assert len(tape.of("transfer_request")) == 1
    assert not tape.of("transfer_complete")


def test_by_the_list_if_the_scenario_says_so() -> None:
    service = service_of(plans(open_to_review={"moves_by": "list"}))
    child = _ready(service)
    tape = run(service)
    assert [
        e.event for e in tape.of("transfer_request", "transfer_agree", "transfer_complete")
    ] == [
        "transfer_request",
        "transfer_agree",
        "transfer_complete",
    ]
    assert child.stage is service.hubs[O2R]


def test_supervision_finds_a_child_no_review_has_looked_at() -> None:
    service = service_of(plans(open_to_review={"supervision": {"share": 1.0}}))
    child = put(service, "a", "ri", need="stable", cin_review=-1.0, child_seen=-1.0)
    tape = run(service)
    entered = next(e for e in tape.of("stage_enter", child="a") if e.stage == O2R)
    assert entered.time < 5
    assert child.stage is service.hubs[O2R]


@pytest.mark.parametrize(
    ("over", "key", "says"),
    [
        (
            {"population": {"attributes": {"parents_agree": None}}},
            "stages.open_to_review.guards.6",
            "population.attributes.parents_agree",
        ),
        (
            {"stages": {O2R: {"settings": {"package_span": None}}}},
            "stages.open_to_review.guards.8",
            "settings.package_span",
        ),
        (
            {"stages": {O2R: {"settings": {"looked_after_routes": ["s21"]}}}},
            "stages.open_to_review.settings.looked_after_routes.0",
            "s21",
        ),
        ({"open_to_review": {"manager": "boss"}}, "open_to_review.manager", "boss"),
    ],
)
def test_what_a_rule_needs_and_is_not_there_is_refused(over: Any, key: str, says: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        plans(**over)
    problem = next(p for p in caught.value.problems if p.key == key)
    assert says in problem.message
    assert problem.line > 0


# --- from the log alone ------------------------------------------------------------------------


def _log(years: str = "2 years") -> list[Any]:
    log = EventLog()
    loaded = load(SCENARIO, (f"horizon={years}",))
    Service(compile_plans(loaded), 1, 1, log).run()
    return log.rows


@pytest.mark.long
def test_the_log_alone_shows_that_every_rule_was_kept() -> None:
    """On entering, from `contact`, `found`, `stage_enter` and status rows; afterwards at once."""
    known: dict[str, str] = {}
    hours: dict[str, float] = {}  # of the package
    sibling: dict[str, str] = {}
    family: dict[str, str] = {}
    where: dict[str, str] = {}
    on: dict[str, dict[str, dict[str, str]]] = {}
    closing: set[str] = set()  # closing work under way: no longer a child in need
    due_out: dict[str, float] = {}
    entered = 0
    at_once = {"safeguarding_concern", "child_protection_plan", "looked_after"}
    for row in _log():
        detail = dict(part.split("=", 1) for part in row.detail.split(";") if "=" in part)
        child = row.child
        late = [c for c, time in due_out.items() if time < row.time and where.get(c) == O2R]
        assert not late, row  # not an instant in the stage after a concern, plan or care
        if "known" in detail:
            known[child], sibling[child] = detail["known"], detail["sibling"]
            family[child] = detail["family"]
        if "package_hours" in detail:
            hours[child] = float(detail["package_hours"])
        if row.event == "found" and "what" not in detail:
            known[child] = detail["need"]
        elif row.event == "status_on":
            on.setdefault(child, {})[detail["status"]] = detail
            if detail["status"] in at_once and where.get(child) == O2R:
                due_out[child] = row.time
        elif row.event == "status_off":
            on.get(child, {}).pop(detail["status"], None)
        elif row.event == "stage_leave":
            where.pop(child, None)
            closing.discard(child)
            due_out.pop(child, None)
        elif row.event == "task_open" and row.kind == "closure":
            closing.add(child)
        elif row.event == "stage_enter":
            where[child] = row.stage
            if row.stage != O2R:
                continue
            entered += 1
            has = on.get(child, {})
            route = has.get("overnight", {})
            assert known[child] == "stable", row
            assert sibling[child] == "0", row
            front = ("mash", "single_assessment", "caf_tac")
            held = {c for c, place in where.items() if place not in front} - closing
            assert not [c for c in held if c != child and family[c] == family[child]], row
            assert not has.keys() & {"continuing_care", "unstable_health"}, row
            assert not has.keys() & at_once, row
            assert route.get("route") not in ("s20_short_breaks", "full"), row
            if route and hours[child] > 10:
                assert "overnight_works_well" in has, row
            assert "life_limiting" not in has or "parents_agree" in has, row
            assert "clear_outcomes" in has, row
    assert entered > 100


def test_the_quiet_scenario_is_used() -> None:
    assert O2R in quiet_with_o2r()["stages"]
    assert R_AND_I in quiet_with_o2r()["stages"]
