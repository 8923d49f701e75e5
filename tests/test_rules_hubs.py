"""Which hub serves whom, who holds a case there, who does the work and how many: on, and off.

Three hubs, as written but quiet: a rule is switched off by saying otherwise in the scenario.
"""

from __future__ import annotations

from collections import Counter
from functools import partial

import pytest
from helpers import HUBS, Data, Tape, put, refer, run, service_of, together
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from test_by_hand_cases import REVIEW
from units import in_force
from written import Plans, fails_without, patched, task, written

from sim.scenario import load
from sim.service.child import Child, Family
from sim.service.closure import begin_closing
from sim.service.placing import suitable
from sim.service.service import Service

SS, SF, RI = HUBS.values()
NEEDS = {SS: "complex", SF: "coordinated", RI: "stable"}
FULL_TIME: Data = {"count": 1, "fte": 1.0}


def three_hubs(*overs: Data) -> Plans:
    return written("three-hubs", HUBS.values(), {"horizon": "12 months"}, *overs)


def bare(*overs: Data) -> Plans:
    """The hubs without tasks of their own."""
    return written("three-hubs", (), *overs)


# --- which hub -----------------------------------------------------------------------------------


def served_by(need: str, *hubs: str) -> Data:
    return {"population": {"needs": {need: {"served_by": list(hubs)}}}}


def is_held(need: str, hub: str, plans: Plans) -> None:
    """A child with such a need, wherever it is now, is to be held in this hub and no other."""
    for here in HUBS.values():
        service = service_of(plans)
        child = put(service, "a", here, need=need)
        assert suitable(service, child) is service.hubs[hub]


def test_W16_W26_safeguarding_and_support_holds_complex_cases() -> None:
    in_force(partial(is_held, "complex", SS), on=bare(), off=bare(served_by("complex", SF)))


def test_W17_W39_strengthening_families_holds_those_who_need_coordination() -> None:
    in_force(partial(is_held, "coordinated", SF), on=bare(), off=bare(served_by("coordinated", SS)))


def test_W18_review_and_intervention_holds_stable_children() -> None:
    in_force(partial(is_held, "stable", RI), on=bare(), off=bare(served_by("stable", SF)))


def every_hub_has_its_own_children(plans: Plans) -> None:
    service = service_of(plans)
    children = [
        put(service, name, SS, need=need) for name, need in zip("abc", NEEDS.values(), strict=True)
    ]
    hubs = [suitable(service, child) for child in children]
    assert len({hub.name for hub in hubs if hub is not None}) == 3


def test_W14_three_hubs_share_the_children() -> None:
    off = together(served_by("coordinated", SS), served_by("stable", SS))
    in_force(every_hub_has_its_own_children, on=bare(), off=bare(off))


NOT_STABLE = ("complex", "coordinated", "short_term")


def only_the_stable_are_held(plans: Plans) -> None:
    """Whoever needs more than a package, over generated children, is not held in R&I."""

    @settings(max_examples=40, deadline=None, phases=[Phase.generate])
    @given(
        need=st.sampled_from(NOT_STABLE),
        age=st.floats(0, 17),
        hours=st.floats(0, 40),
        here=st.sampled_from(list(HUBS)),
    )
    def over_generated_children(need: str, age: float, hours: float, here: str) -> None:
        service = service_of(plans)
        child = put(service, "a", here, need=need, age=age)
        child.package_hours = hours
        assert suitable(service, child) is not service.hubs[RI]

    over_generated_children()


@pytest.mark.parametrize("need", NOT_STABLE)
def test_W55_W56_W57_whose_needs_go_beyond_a_package_is_not_in_review_and_intervention(
    need: str,
) -> None:
    in_force(only_the_stable_are_held, on=bare(), off=bare(served_by(need, RI)))


def is_open_with_a_plan_and_reviews(plans: Plans) -> None:
    service = service_of(plans)
    put(service, "a", RI, need="stable", cin_review=-100.0, child_seen=-100.0)
    tape = run(service)
    kept = {e.task.split("/")[1] for e in tape.of("task_kept", child="a")}
    assert {"review", "visit"} <= kept
    assert service.hubs[RI].is_hub and tape.of("close") == []


def test_W58_children_in_review_and_intervention_are_children_in_need() -> None:
    none = {"stages": {RI: {"tasks": {"review": None, "visit": None}}}}
    in_force(is_open_with_a_plan_and_reviews, on=three_hubs(), off=three_hubs(none))


def closes_at_eighteen(plans: Plans) -> None:
    service = service_of(plans)
    put(service, "a", SS, age=17.9)
    assert [(e.child, e.detail) for e in run(service).of("close")] == [("a", "turned_18")]


def test_W8_W113_the_team_serves_children_up_to_eighteen() -> None:
    later = {"population": {"exit_age": 25}}
    in_force(closes_at_eighteen, on=bare(), off=bare(later))


@pytest.mark.parametrize("reason", ["moved_away", "not_wanted"])
def test_W113_a_case_closes_when_the_family_moves_or_wants_no_service(reason: str) -> None:
    def closes() -> None:
        service = service_of(bare())
        child = put(service, "a", SS)
        service.later(5.0, lambda: begin_closing(service, child, reason))
        assert [e.detail for e in run(service).of("close")] == [reason]

    closes()
    from sim.service import closure

    fails_without(closes, patched(closure, "_close", lambda service, child: None))


def each_site_works_with_its_own(plans: Plans) -> None:
    service = service_of(plans)
    children = []
    for number in range(6):
        site = ("north", "south")[number // 3]
        children.append(put(service, f"c{number}", SS, family=Family(f"f{number}", site)))
    service.run()
    for child in children:
        assert child.holder is not None
        assert child.holder.post.site == child.family.site


def test_W7_the_team_works_from_two_sites() -> None:
    two = {"population": {"sites": {"north": 0.5, "south": 0.5}}}
    workers = {SS: "social_worker", SF: "family_support_worker", RI: "family_support_worker"}
    posts = {hub: {"posts": {role: {"count": 2}}} for hub, role in workers.items()}
    here = together(two, {"teams": posts})
    shared = {"teams": {SS: {"posts": {"social_worker": {"sites": "shared"}}}}}
    in_force(each_site_works_with_its_own, on=bare(here), off=bare(here, shared))


# --- who -----------------------------------------------------------------------------------------


def hours_by_role(plans: Plans, hub: str) -> Counter[str]:
    """Hours spent in a year on one child of a hub, by role."""
    service = service_of(plans)
    put(service, "a", hub, need=NEEDS[hub], cin_review=-5.0, child_seen=-5.0, direct_work=-5.0)
    hours: Counter[str] = Counter()
    for end in run(service).of("task_end", child="a"):
        hours[end.worker.split(".")[1]] += end.detail
    return hours


def only(hub: str, *roles: str) -> None:
    """Claim that the hub's work is done by these roles, which a newcomer's holding would undo."""

    def claim(plans: Plans) -> None:
        assert set(hours_by_role(plans, hub)) == set(roles)

    other = {
        "teams": {hub: {"posts": {"newcomer": FULL_TIME}}},
        "stages": {hub: {"holder": "newcomer"}},
    }
    in_force(claim, on=three_hubs(), off=three_hubs(other))


def test_W20_social_workers_do_the_work_of_safeguarding_and_support() -> None:
    only(SS, "social_worker")


def test_W36_practitioners_and_family_support_workers_do_that_of_strengthening_families() -> None:
    only(SF, "advanced_practitioner", "family_support_worker")


def test_W9_W59_family_support_workers_do_that_of_review_and_intervention() -> None:
    only(RI, "family_support_worker")


def by_holder(*tasks: str) -> Data:
    """The practitioner does what the family support worker did, alone."""
    return {"stages": {SF: {"tasks": {name: {"role": "holder"} for name in tasks}}}}


def test_W48_most_direct_work_in_strengthening_families_is_family_support_workers() -> None:
    def claim(plans: Plans) -> None:
        hours = hours_by_role(plans, SF)
        assert hours["family_support_worker"] > hours["advanced_practitioner"] > 0.0

    in_force(claim, on=three_hubs(), off=three_hubs(by_holder("visit", "direct_work")))


def in_sf(plans: Plans) -> Child:
    service = service_of(plans)
    child = put(service, "a", SF, need="coordinated")
    service.run()
    return child


NOBODY_ASSIGNED = together(
    by_holder("visit", "direct_work"),
    {"stages": {SF: {"assigned": None, "tasks": {"review": {"second": None}}}}},
)


def test_W45_the_family_support_worker_is_assigned() -> None:
    def claim(plans: Plans) -> None:
        child = in_sf(plans)
        assert child.assigned is not None
        assert child.assigned.post.role == "family_support_worker"

    in_force(claim, on=three_hubs(), off=three_hubs(NOBODY_ASSIGNED))


def test_W40_a_practitioner_holds_the_case_and_takes_part_in_the_review() -> None:
    def claim(plans: Plans) -> None:
        child = in_sf(plans)
        assert child.holder is not None and child.holder.post.role == "advanced_practitioner"
        assert hours_by_role(plans, SF)["advanced_practitioner"] >= 4 * 3

    off = {"stages": {SF: {"holder": "family_support_worker"}}}
    in_force(claim, on=three_hubs(), off=three_hubs(together(NOBODY_ASSIGNED, off)))


def calls_go_to_the_holder(plans: Plans) -> None:
    service = service_of(plans)
    child = put(service, "a", RI, need="stable")
    calls = [e for e in run(service).of("task_end") if "contacts" in e.task]
    assert calls and child.holder is not None
    assert {e.worker for e in calls} == {child.holder.id}
    assert child.holder.post.role == "family_support_worker"


def test_W66_the_allocated_family_support_worker_takes_the_familys_calls() -> None:
    calls = {"stages": {RI: {"contacts": {"hours_a_week": 1}}}}
    manager = {"stages": {RI: {"holder": "manager"}}}
    posts = {"teams": {RI: {"posts": {"manager": FULL_TIME}}}}
    in_force(calls_go_to_the_holder, on=bare(calls), off=bare(calls, posts, manager))


# --- the front door and the assessment ------------------------------------------------------------

ASSESSED: Data = {
    "mash": {"outcomes": {"complex": {"value": {"single_assessment": 1.0}}}},
    "assessment": {"hours": 8.0, "gap": 1.0, "agency_checks": 1.0, "finds": 1.0},
}


def referred(plans: Plans, need: str = "complex") -> tuple[Service, Tape]:
    service = service_of(plans)
    refer(service, "a", 0.0, need=need)
    return service, run(service)


def an_ss_social_worker(kind: str, plans: Plans) -> None:
    _, tape = referred(plans)
    (end,) = tape.of("task_end", task=f"a/{kind}")
    assert end.worker.startswith(f"{SS}.social_worker.")


def test_W15_W21_W93_safeguarding_and_support_does_every_single_assessment() -> None:
    other = {"assessment": {"team": SF, "holder": "advanced_practitioner"}}
    claim = partial(an_ss_social_worker, "single_assessment")
    in_force(claim, on=bare(ASSESSED), off=bare(ASSESSED, other))


def test_W25_safeguarding_and_support_writes_every_first_plan() -> None:
    plan = {"once_within": "10 working days", "only_from": "single_assessment", "hours": 5}
    elsewhere = together(
        {"assessment": {"plans_in": SF}},
        {"stages": {SS: {"tasks": {"initial_plan": None}}, SF: {"tasks": {"initial_plan": plan}}}},
    )
    claim = partial(an_ss_social_worker, "initial_plan")
    in_force(claim, on=three_hubs(ASSESSED), off=three_hubs(ASSESSED, elsewhere))


def decided(need: str, outcome: str, plans: Plans) -> None:
    """What is decided at the front door about twenty families."""
    service = service_of(plans)
    for number in range(20):
        refer(service, f"c{number}", number * 0.5, need=need)
    assert outcome in {e.detail for e in run(service).of("decision")}


def without_outcome(need: str, outcome: str) -> Data:
    shares = load("three-hubs").scenario.mash.outcomes[need].value
    rest = {name: share for name, share in shares.items() if name != outcome}
    whole = sum(rest.values())
    kept = {name: share / whole for name, share in rest.items()}
    return {"mash": {"outcomes": {need: {"value": kept}}}}


@pytest.mark.parametrize(
    ("rule", "need", "outcome"),
    [
        ("W1", "complex", "single_assessment"),
        ("W3", "none", "area_team"),
        ("W119", "none", "early_help"),
    ],
)
def test_W1_W3_W119_the_front_door_says_who_is_assessed_and_who_goes_elsewhere(
    rule: str, need: str, outcome: str
) -> None:
    claim = partial(decided, need, outcome)
    in_force(claim, on=bare(), off=bare(without_outcome(need, outcome)))


# --- how many ------------------------------------------------------------------------------------


def about_750_are_open(changes: list[str]) -> None:
    """On the first day, in the three hubs and in assessment (test_baseline: for five years)."""
    day_one = load("three-hubs", changes).scenario.day_one
    assert sum(children.value for children in day_one.children.values()) == pytest.approx(750, 0.03)


def test_W5_the_team_holds_about_750_children() -> None:
    in_force(about_750_are_open, on=[], off=[f"day_one.children.{RI}=100"])


def a_fifty_first_waits(hub: str, plans: Plans) -> None:
    """Forty-nine are held; of two who are to come one gets in, and the other is on the list."""
    service = service_of(plans)
    for number in range(49):
        put(service, f"c{number}", hub, need=NEEDS[hub])
    for name in "ab":
        put(service, name, SS, truth=NEEDS[hub], cin_review=-38)
    tape = run(service)
    assert len(tape.of("transfer_request")) == 2
    assert len(tape.of("transfer_agree")) == 1


@pytest.mark.parametrize(
    ("hub", "role"), [(SF, "advanced_practitioner"), (RI, "family_support_worker")]
)
def test_W47_W71_a_worker_holds_up_to_fifty_children(hub: str, role: str) -> None:
    review = together({"horizon": "1 month"}, task(SS, "review", **REVIEW))
    more = {"teams": {hub: {"posts": {role: {"caseload_limit": 60}}}}}
    claim = partial(a_fifty_first_waits, hub)
    in_force(claim, on=bare(review), off=bare(review, more))
