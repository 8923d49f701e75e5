"""A scenario whose parts do not fit is refused: file, line, key, value and what is allowed."""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.scenario.errors import Caution, Problem, ScenarioError
from sim.scenario.load import Loaded, load, load_text
from sim.scenario.schema import Scenario
from sim.service.check import cautions, check
from sim.service.checks.names import OUTCOMES
from sim.service.checks.tasks import RESERVED
from sim.service.plan import compile_plans
from sim.service.rules import GUARDS
from sim.service.sites import spread

TOP = "extends: three-hubs\nname: Bad\n"
SHORT = {
    "SS": "safeguarding_and_support",
    "SF": "strengthening_families",
    "RI": "review_and_intervention",
    "FSW": "family_support_worker",
    "AP": "advanced_practitioner",
}
HUBS = (SHORT["SS"], SHORT["SF"], SHORT["RI"])
NEEDS = ("none", "met", "settled", "short_term", "complex", "coordinated", "stable")
PROMISES = ("cin_review", "child_seen", "direct_work")
ONE = "{every: 6 weeks, hours: 1}"


def full(text: str) -> str:
    """Write hubs and roles out in full."""
    return re.sub(r"\b(SS|SF|RI|FSW|AP)\b", lambda found: SHORT[found[0]], text)


def overlay(text: str, sets: tuple[str, ...] = ()) -> Loaded[Scenario]:
    return load_text(TOP + full(text) + "\n", "bad.yaml", tuple(map(full, sets)))


def problems(text: str, sets: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    loaded = overlay(text, sets)
    with pytest.raises(ScenarioError) as caught:
        check(loaded)
    return caught.value.problems


def problem(text: str, sets: tuple[str, ...] = ()) -> Problem:
    found = problems(text, sets)
    assert len(found) == 1, "\n".join(map(str, found))
    assert not found[0].message.endswith(".")
    return found[0]


def test_three_hubs_has_nothing_wrong_and_nothing_odd() -> None:
    loaded = load("three-hubs")
    check(loaded)
    assert cautions(loaded) == ()


def test_nothing_is_compiled_before_it_is_checked() -> None:
    with pytest.raises(ScenarioError, match="there is no team called 'sss'"):
        compile_plans(overlay("stages: {SS: {team: sss}}"))


# --- names ---------------------------------------------------------------------------------

TEAMS = ("mash", *HUBS, "management")
SS_ROLES = ("social_worker", "team_manager")
SF_ROLES = ("advanced_practitioner", "family_support_worker", "team_manager")
RI_ROLES = ("family_support_worker", "team_manager")


@pytest.mark.parametrize(
    ("text", "key", "value", "allowed", "hint"),
    [
        ("stages: {SS: {team: safeguarding}}", "stages.SS.team", "safeguarding", TEAMS, HUBS[0]),
        ("stages: {SS: {holder: social_wroker}}", "stages.SS.holder", "social_wroker", SS_ROLES,
         "social_worker"),
        ("stages: {SF: {assigned: family_worker}}", "stages.SF.assigned", "family_worker", SF_ROLES,
         "family_support_worker"),
        ("stages: {RI: {guards: [no_siblings_in_need]}}", "stages.RI.guards.0",
         "no_siblings_in_need", tuple(GUARDS),
         "no_sibling_in_need"),
        ("stages: {SS: {tasks: {initial_plan: {only_from: single_asessment}}}}",
         "stages.SS.tasks.initial_plan.only_from", "single_asessment",
         ("single_assessment", *HUBS[1:]), "single_assessment"),
        ("stages: {SS: {tasks: {initial_plan: {only_from: SS}}}}",
         "stages.SS.tasks.initial_plan.only_from", "SS", ("single_assessment", *HUBS[1:]), None),
        ("stages: {RI: {tasks: {visit: {role: assigned}}}}", "stages.RI.tasks.visit.role",
         "assigned", ("holder",), None),
        ("stages: {RI: {tasks: {visit: {second: {role: assigned, hours: 1}}}}}",
         "stages.RI.tasks.visit.second.role", "assigned", (), None),
        ("stages: {RI: {assigned_contacts: {hours_a_week: 1}}}", "stages.RI.assigned_contacts",
         None, (), None),
        ("stages: {RI: {reserves: {assigned: {groups: 2}}}}", "stages.RI.reserves.assigned",
         None, (), None),
        ("teams: {RI: {supervision: {by: manager}}}", "teams.RI.supervision.by", "manager",
         RI_ROLES, "team_manager"),
        ("mash: {team: msh}", "mash.team", "msh", TEAMS, "mash"),
        ("mash: {role: social_worker}", "mash.role", "social_worker", ("mash_social_worker",),
         "mash_social_worker"),
        ("assessment: {team: ss}", "assessment.team", "ss", TEAMS, None),
        ("assessment: {holder: social_workers}", "assessment.holder", "social_workers", SS_ROLES,
         "social_worker"),
        ("assessment: {sign_off: {team: SSS}}", "assessment.sign_off.team", "SSS", TEAMS, None),
        ("assessment: {sign_off: {role: manager}}", "assessment.sign_off.role", "manager",
         SS_ROLES, "team_manager"),
        ("assessment: {plans_in: safeguarding_support}", "assessment.plans_in",
         "safeguarding_support", HUBS, "safeguarding_and_support"),
        ("population: {needs: {stable: {served_by: [open_to_review]}}}",
         "population.needs.stable.served_by.0", "open_to_review", HUBS, None),
        ("population: {needs: {stable: {served_by: [RI, RI]}}}",
         "population.needs.stable.served_by.1", "RI", (), None),
        ("population: {needs: {stable: {becomes: {mett: 1 per year}}}}",
         "population.needs.stable.becomes.mett", "mett",
         tuple(need for need in NEEDS if need != "stable"), "met"),
        ("population: {needs: {stable: {becomes: {stable: 1 per year}}}}",
         "population.needs.stable.becomes.stable", "stable",
         tuple(need for need in NEEDS if need != "stable"), "settled"),
        ("population: {needs_at_contact: {complexe: 1}}", "population.needs_at_contact.complexe",
         "complexe", NEEDS, "complex"),
        ("population: {needs_at_contact: {value: {complexe: 1}, grade: assumed}}",
         "population.needs_at_contact.value.complexe", "complexe", NEEDS, "complex"),
        ("population: {siblings: {needs: {complexe: 1}}}", "population.siblings.needs.complexe",
         "complexe", NEEDS, "complex"),
        ("mash: {outcomes: {stabel: {advice: 1}}}", "mash.outcomes.stabel", "stabel", NEEDS,
         "stable"),
        ("mash: {outcomes: {stable: {assessment: 1}}}", "mash.outcomes.stable.assessment",
         "assessment", OUTCOMES, "single_assessment"),
        ("mash: {outcomes: {stable: null}}", "mash.outcomes", None, OUTCOMES, None),
        ("day_one: {children: {open_review: 5}}", "day_one.children.open_review", "open_review",
         ("single_assessment", *HUBS), None),
        ("day_one: {children: {mash: 5}}", "day_one.children.mash", "mash",
         ("single_assessment", *HUBS), None),
        ("day_one: {known_before: {mett: 5}}", "day_one.known_before.mett", "mett", NEEDS, "met"),
        ("day_one: {overdue: {cin_reveiw: 0.1}}", "day_one.overdue.cin_reveiw", "cin_reveiw",
         PROMISES, "cin_review"),
        ("day_one: {overdue: {initial_plan: 0.1}}", "day_one.overdue.initial_plan", "initial_plan",
         PROMISES, None),
    ],
)  # fmt: skip
def test_a_name_of_nothing_is_refused_with_the_names_there_are(
    text: str, key: str, value: Any, allowed: tuple[str, ...], hint: str | None
) -> None:
    found = problem(text)
    assert (found.file, found.line) == ("bad.yaml", 3)
    assert found.key == full(key)
    assert found.value == (full(value) if isinstance(value, str) else value)
    assert (found.allowed, found.hint) == (allowed, hint)


def test_a_message_reads_like_a_sentence_with_its_place() -> None:
    assert str(problem("stages:\n  SS:\n    holder: social_wroker")) == (
        "bad.yaml:5:5: stages.safeguarding_and_support.holder: team 'safeguarding_and_support' has "
        "no post with the role 'social_wroker'; did you mean 'social_worker'? "
        "Allowed: social_worker, team_manager"
    )


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    found = problems("mash: {role: nobody}\nstages: {SS: {team: none}}\nclosure: {hours: 900}")
    assert [item.line for item in found] == [3, 4, 5]


def test_a_stage_may_not_take_the_name_of_the_front_door() -> None:
    text = f"stages: {{mash: {{team: RI, holder: FSW, tasks: {{look: {ONE}}}}}}}"
    assert (problem(text).key, problem(text).value) == ("stages.mash", "mash")


def test_a_new_need_must_be_given_its_outcomes() -> None:
    found = problem("population: {needs: {urgent: {served_by: [SS]}}}")
    assert (found.line, found.key) == (3, "population.needs.urgent")
    assert "'urgent'" in found.message
    assert found.allowed == OUTCOMES


def test_a_need_that_nobody_serves_is_a_need_that_is_met() -> None:
    nobody = "day_one: {children: {RI: 0}}"
    loaded = overlay(f"population: {{needs: {{stable: {{served_by: []}}}}}}\n{nobody}")
    _, plan = compile_plans(loaded)[0]
    assert not plan.serving("stable") and plan.serving("complex")


# --- posts ---------------------------------------------------------------------------------


def post(team: str, name: str, says: str) -> str:
    return f"teams: {{{team}: {{posts: {{{name}: {{{says}}}}}}}}}"


@pytest.mark.parametrize(
    ("text", "key", "value", "says", "allowed"),
    [
        (post("SS", "social_worker", "count: 0"), "SS.posts.social_worker.count", 0,
         "stage 'SS' is held by 'social_worker', but team 'SS' has no such post on any day",
         ("1 or more",)),
        (post("SF", "FSW", "count: 0"), "SF.posts.FSW.count", 0, "stage 'SF' is worked in by",
         ("1 or more",)),
        (post("mash", "mash_social_worker", "count: 0"), "mash.posts.mash_social_worker.count", 0,
         "contacts are screened by 'mash_social_worker', but team 'mash' has no such post on the"
         " first day", ("1 or more",)),
        (post("RI", "team_manager", "count: 0"), "RI.posts.team_manager.count", 0,
         "team 'RI' is supervised by", ("1 or more",)),
        (post("RI", "FSW", "count: 1"), "RI.posts.FSW.count", 1,
         "no such post is at 'south', where children are", ("count: 2 or more", "sites: shared")),
        (post("SF", "FSW", "count: 1"), "SF.posts.FSW.count", 1, "'SF' is worked in by",
         ("count: 2 or more", "sites: shared")),
        (post("RI", "FSW", "reserve: {a: 60%, b: 50%}"), "RI.posts.FSW.reserve", 1.1,
         "adds up to 1.1", ()),
        (post("RI", "FSW", "reserve: {absence: 0.999}"), "RI.posts.FSW", None,
         "0.0063 hours of casework a day", ()),
        (post("SF", "FSW", "fte: 0.01"), "SF.posts.FSW", None, "hours of casework a day", ()),
        (post("RI", "FSW", "fte: 5"), "RI.posts.FSW.fte", 5, "37 contracted hours a day", ()),
        (post("RI", "FSW", "caseload_limit: 0"), "RI.posts.FSW.caseload_limit", 0,
         "at least 1", ()),
        (post("RI", "FSW", "caseload_limit: 1, fte: 0.4"), "RI.posts.FSW.caseload_limit", 1,
         "at least 1", ()),
        (post("RI", "FSW", "caseload_limit: null"), "RI.posts.FSW.at_limit", "stop_transfers_in",
         "there is no caseload_limit", ("allocate_anyway", "count_only")),
        (post("RI", "FSW", "force_to: 0.9"), "RI.posts.FSW.force_to", 0.9, "not 0.9", ()),
        (post("mash", "mash_social_worker", "count: 3000"), "mash.posts.mash_social_worker.count",
         3000, "more than 2,000 posts in all", ()),
    ],
)  # fmt: skip
def test_posts_that_could_do_no_work_are_refused(
    text: str, key: str, value: Any, says: str, allowed: tuple[str, ...]
) -> None:
    found = problem(text)
    assert found.key == full(f"teams.{key}")
    if "null" not in text:
        assert (found.file, found.line) == ("bad.yaml", 3)
    assert full(says) in found.message
    assert found.allowed == allowed
    if value is not None:
        assert found.value == value


def test_a_post_shared_by_the_sites_or_of_another_name_serves_them_all() -> None:
    assert sites_of_fsw(post("RI", "FSW", "count: 1, sites: shared")) == [None]
    second = "second: {count: 1, fte: 1, role: FSW, sites: shared}"
    both = f"teams: {{RI: {{posts: {{FSW: {{count: 1}}, {second}}}}}}}"
    assert sites_of_fsw(both) == ["north", None]
    one_site = post("RI", "FSW", "count: 1") + "\npopulation: {sites: {north: 1, south: 0}}"
    assert sites_of_fsw(one_site) == ["north"]


def sites_of_fsw(text: str) -> list[str | None]:
    """Where the family support workers of Review & Intervention are, by the plan that is run."""
    _, plan = compile_plans(overlay(text))[0]
    return [item.site for item in plan.posts if (item.team, item.role) == (full("RI"), full("FSW"))]


def test_those_who_assess_are_wanted_at_each_site() -> None:
    found = problem("assessment: {holder: lead}\n" + post("SS", "lead", "count: 1, fte: 1"))
    assert (found.line, found.key) == (4, full("teams.SS.posts.lead.count"))
    assert found.message.startswith(
        "assessments are done by 'lead', but no such post is at 'south'"
    )


def test_those_who_sign_assessments_off_are_wanted_on_the_first_day() -> None:
    sign_off = "assessment: {sign_off: {role: lead}}\n"
    found = problem(sign_off + post("SS", "lead", "count: 0, fte: 1"))
    assert (found.line, found.key) == (4, full("teams.SS.posts.lead.count"))
    assert found.message.startswith("assessments are signed off by 'lead', but team")


def test_a_site_is_left_without_when_three_share_two_posts() -> None:
    sites = "population: {sites: {a: 0.5, b: 0.3, c: 0.2}}\n"
    found = problem(sites + post("RI", "FSW", "count: 2"))
    assert "no such post is at 'c'," in found.message
    assert found.allowed == ("count: 3 or more", "sites: shared")


@pytest.mark.parametrize("count", [2, 3, 7, 12])
def test_posts_are_spread_over_the_sites_as_they_are_in_the_run(count: int) -> None:
    _, plan = compile_plans(overlay(post("RI", "FSW", f"count: {count}")))[0]
    posts = [item for item in plan.posts if item.id.startswith(full("RI.FSW."))]
    assert [item.site for item in posts] == spread({"north": 0.57, "south": 0.43}, count)


def test_posts_that_come_later_are_posts() -> None:
    change = "\nchanges: [{on: 2027-04-01, set: {teams.RI.posts.FSW.count: 6}}]"
    assert fsw_by_plan(post("RI", "FSW", "count: 0") + change) == [(0, 0), (251, 6)]


def fsw_by_plan(text: str) -> list[tuple[int, int]]:
    """From which working day there are how many family support workers in R&I."""
    plans = compile_plans(overlay(text))
    named = full("RI.FSW.")
    return [(day, sum(item.id.startswith(named) for item in plan.posts)) for day, plan in plans]


# --- tasks ---------------------------------------------------------------------------------


def task(stage: str, name: str, says: str) -> str:
    return f"stages: {{{stage}: {{tasks: {{{name}: {{{says}}}}}}}}}"


@pytest.mark.parametrize(
    ("text", "key", "value", "says"),
    [
        (task("SF", "visit", "window: 6 weeks"), "SF.tasks.visit.window", "6 weeks",
         "as long as the interval of 6 weeks"),
        (task("RI", "review", "window: 7 months"), "RI.tasks.review.window", "7 months",
         "the interval of 6 months"),
        (task("SS", "initial_plan", "window: 1 working days"), "SS.tasks.initial_plan.window",
         "1 working day", "it has no window"),
        (task("SS", "initial_plan", "ehc_merge: 0.5"), "SS.tasks.initial_plan.ehc_merge", 0.5,
         "not merged"),
        (task("SS", "visit", "second: {role: holder, hours: 1}"),
         "SS.tasks.visit.second.role", "holder", "another than the first"),
        (task("SF", "direct_work", "second: {hours: 1}"), "SF.tasks.direct_work.second.role",
         "assigned", "another than the first, who is the assigned"),
        (task("SF", "review_second", "every: 6 weeks, hours: 1"), "SF.tasks.review_second",
         "review_second", "the second worker's part of 'review'"),
        (task("SF", "hand_over", "every: 6 weeks, hours: 1"), "SF.tasks.hand_over", "hand_over",
         "the name of other work"),
        (task("SF", "direct_work", "timescale: mash_decision"), "SF.tasks.direct_work.timescale",
         "mash_decision", "other work has that name"),
        (task("SF", "call", "every: 1 month, hours: 1, timescale: child_seen"),
         "SF.tasks.call.timescale", "child_seen", "'call' and 'visit' of stage 'SF' would both"),
        (task("SF", "child_seen", "every: 1 month, hours: 1"), "SF.tasks.child_seen.timescale",
         "child_seen", "would both keep the promise 'child_seen'"),
        (task("SS", "first_visit", "once_within: 5 working days, hours: 1, timescale: child_seen"),
         "SS.tasks.first_visit.timescale", "child_seen", "'first_visit' and 'visit'"),
        (task("RI", "start", "once_within: 1 month, hours: 1, timescale: direct_work"),
         "RI.tasks.start.timescale", "direct_work", "kept once here and again and again in stage"),
        (task("SF", "plan", "every: 1 month, hours: 1, timescale: initial_plan"),
         "SF.tasks.plan.timescale", "initial_plan", "again and again here and once in stage"),
        (task("SS", "visit", "also_sees_child: 0.5"), "SS.tasks.visit.also_sees_child", None,
         "no other task of this stage has the timescale 'child_seen'"),
        (task("SF", "direct_work", "hours: 900"), "SF.tasks.direct_work.hours", 900,
         "900 hours is more than can be (at most 200)"),
        (task("RI", "review", "hours: {gamma: {mean: 5, cv: 60}}"),
         "RI.tasks.review.hours.gamma.cv", 60, "too wide a spread (at most 5)"),
        (task("SF", "review", "second: {hours: 900}"), "SF.tasks.review.second.hours", 900,
         "900 hours is more"),
    ],
)  # fmt: skip
def test_tasks_at_odds_with_one_another_are_refused(
    text: str, key: str, value: Any, says: str
) -> None:
    found = problem(text)
    assert (found.file, found.line, found.key) == ("bad.yaml", 3, full(f"stages.{key}"))
    assert full(says) in found.message
    if value is not None:
        assert found.value == value


def test_a_second_worker_takes_part_only_in_what_recurs() -> None:
    found = problem(task("SF", "start", "once_within: 1 month, hours: 1, second: {hours: 1}"))
    assert found.key == full("stages.SF.tasks.start.second")


UNITS = "cambridgeshire-units"


@cache
def work_of(model: str) -> set[str]:
    """Kinds and promises of a model that none of its stages or desks names."""
    _, plan = compile_plans(load(model))[0]
    names = set()
    for kind in plan.kinds:
        stage = plan.scenario.stages.get(kind.stage)
        own = stage.tasks if stage is not None else {}
        seconds = {f"{name}_second" for name, task in own.items() if task.second is not None}
        turns = [
            turn for task in own.values() for turn in (task.every_other, task.without_ehc_plan)
        ]
        others = {turn.name for turn in turns if turn is not None}
        asked = kind.stage in plan.scenario.desks  # requests have a check of their own
        if not asked and kind.name not in {*own, *seconds, *others}:
            names |= {kind.name, kind.promise}
    return names


def test_the_names_of_other_work_are_those_of_the_models() -> None:
    # Between them these have every section.
    models = ("three-hubs-open-to-review", "open-to-review", "kent-care-managed", UNITS)
    names: set[str] = set().union(*map(work_of, models))
    attached = {name for name in names if name.startswith("attached_")} | {"supervised_contact"}
    assert names - attached == set(RESERVED)  # attached work has its own check


# --- numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key", "value", "says"),
    [
        ("horizon: 3 weeks", "horizon", "3 weeks", "from 1 month to 25 years, not 3 weeks"),
        ("horizon: 26 years", "horizon", "26 years", "from 1 month to 25 years"),
        ("start: 1066-10-14", "start", None, "from 1950 to 2150"),
        ("work: {hours_a_day: 25}", "work.hours_a_day", 25, "at most 24 hours, not 25"),
        ("work: {hours_a_day: 0}", "work.hours_a_day", 0, "above 0"),
        ("work: {case_share: 0}", "work.case_share", 0, "above 0"),
        ("work: {longest_sitting: 0}", "work.longest_sitting", 0, "above 0"),
        ("work: {window_share: 1}", "work.window_share", 1, "below 1"),
        ("work: {family_cannot_come: 100%}", "work.family_cannot_come", 1, "below 1"),
        ("mash: {hours: 300}", "mash.hours", 300, "300 hours is more"),
        ("assessment: {gap: 3000}", "assessment.gap", 3000, "3000 working days is more"),
        ("assessment: {session_hours: 0}", "assessment.session_hours", 0, "above 0"),
        ("assessment: {hours: 0}", "assessment.hours", 0, "more than 0 hours"),
        ("assessment: {hours_sibling: {empirical: {values: [0, 9]}}}", "assessment.hours_sibling",
         0, "more than 0 hours"),
        ("population: {contacts: {rate: 0 per year}}", "population.contacts.rate", 0, "above 0"),
        ("population: {contacts: {growth: -1.2}}", "population.contacts.growth", -1.2,
         "at least -1 (-100%"),
        ("population: {contacts: {growth: 8}}", "population.contacts.growth", 8,
         "more than 100,000 first contacts a year by the end"),
        ("population: {contacts: {rate: 200000 per year}}", "population.contacts.rate", 200000,
         "more than 100,000 first contacts a year"),
        ("mash: {background: {bundle: 0}}", "mash.background.bundle", 0, "at least 1"),
        ("mash: {background: {rate: 600000 per year}}", "mash.background.rate",
         "600000 per year", "1,186 bundles a day"),
        ("population: {exit_age: 30}", "population.exit_age", 30, "from 1 to 25"),
        ("population: {age_at_contact: 40}", "population.age_at_contact", 40, "end at 18"),
        ("population: {needs: {stable: {becomes: {met: 40 per week}}}}",
         "population.needs.stable.becomes.met", 2080, "more than a change a day"),
        ("day_one: {children: {SS: 30000}}", "day_one.children", None, "at most 20,000"),
        ("day_one: {known_before: {met: 20000}}", "day_one.known_before", None, "at most 20,000"),
        ("day_one: {siblings: 0.6}", "day_one.siblings", 0.6, "at most half"),
    ],
)  # fmt: skip
def test_numbers_that_cannot_be_are_refused(text: str, key: str, value: Any, says: str) -> None:
    found = problem(text)
    assert (found.file, found.line, found.key) == ("bad.yaml", 3, full(key))
    assert says in found.message
    if value is not None:
        assert found.value == value


def test_hours_a_day_are_said_once_not_for_every_post() -> None:
    assert len(problems("work: {hours_a_day: 30}")) == 1


def test_children_cannot_be_on_day_one_where_no_need_is_served() -> None:
    tasks = f"tasks: {{look: {ONE}}}"
    stage = f"stages: {{other: {{team: RI, holder: FSW, {tasks}}}}}\n"
    found = problem(stage + "day_one: {children: {other: 3}}")
    assert (found.line, found.key, found.value) == (4, "day_one.children.other", 3)
    assert found.allowed == ("0",)


def test_children_cannot_be_being_assessed_if_no_contact_leads_there() -> None:
    text = "population: {needs_at_contact: {none: 1}}\nmash: {outcomes: {none: {advice: 1}}}"
    found = problem(text)
    assert (found.line, found.key) == (4, "mash.outcomes")
    assert "no contact leads to an assessment" in found.message


@pytest.mark.parametrize(
    ("horizon", "last"),
    [
        ("1 month", date(2026, 4, 30)),
        ("25 years", date(2051, 3, 30)),  # the 31st is Good Friday
        ("253 working days", date(2027, 4, 2)),
    ],
)
def test_a_horizon_from_a_month_to_twenty_five_years_is_a_horizon(horizon: str, last: date) -> None:
    nobody = "day_one: {children: {SS: 0, SF: 0, RI: 0}}"  # which would only take time
    loaded = overlay(f"horizon: {horizon}\n{nobody}")
    check(loaded)
    calendar = compile_plans(loaded)[0][1].calendar
    assert calendar.date(calendar.horizon - 1.0) == last


# --- --set ---------------------------------------------------------------------------------


def test_what_is_set_is_refused_as_set() -> None:
    setting = full("teams.RI.posts.FSW.count=1")
    found = problem("", (setting,))
    assert (found.file, found.line, found.value) == (f"--set {setting}", 0, 1)
    assert found.allowed == ("count: 2 or more", "sites: shared")


def test_of_two_causes_the_one_in_ones_own_file_is_named() -> None:
    text = "population: {sites: {north: 0.99, south: 0.01}}"
    found = problems(text)[0]
    assert (found.file, found.line, found.key) == ("bad.yaml", 3, "population.sites")
    found = problem("growing_up: null", ("population.exit_age=5",))
    assert (found.file, found.line) == ("--set population.exit_age=5", 0)
    assert (found.key, found.value) == ("population.exit_age", 5)


def test_a_mistake_in_the_parent_is_said_of_the_parent(tmp_path: Path) -> None:
    (tmp_path / "parent.yaml").write_text("extends: three-hubs\nmash: {role: nobody}\n")
    (tmp_path / "child.yaml").write_text("extends: ./parent.yaml\nname: Child\n")
    with pytest.raises(ScenarioError) as caught:
        check(load(tmp_path / "child.yaml"))
    (found,) = caught.value.problems
    assert (Path(found.file).name, found.line, found.key) == ("parent.yaml", 2, "mash.role")


# --- dated changes -------------------------------------------------------------------------


def changes(*entries: str) -> str:
    return "changes:\n" + "\n".join(f"  - {{{entry}}}" for entry in entries)


@pytest.mark.parametrize(
    ("sets", "key", "says"),
    [
        ("teams.RI.posts.FSW.count: 1", "teams.RI.posts.FSW.count", "no such post is at 'south'"),
        ("teams.RI.posts.FSW.caseload_limit: null", "teams.RI.posts.FSW.at_limit",
         "there is no caseload_limit"),
        ("population.sites: {north: 0.99, south: 0.01}", "teams.RI.posts.FSW.count",
         "'south', where"),
        ("stages.RI.holder: nobody", "stages.RI.holder", "no post with the role 'nobody'"),
        ("population.contacts.rate: 900 per year", "population.contacts.rate",
         "'rate' cannot change during a run; first contacts are drawn before"),
        ("population.contacts.growth: 0.1", "population.contacts.growth", "cannot change during"),
        ("population.contacts.by_month: [1,1,1,1,1,1,1,1,1,1,1,1]", "population.contacts.by_month",
         "cannot change during"),
        ("work.longest_sitting: 0.3", "work.longest_sitting", "cannot change during"),
        ("mash.role: team_manager, mash.team: RI", "mash.team", "cannot change during"),
        ("mash.role: team_manager, mash.team: RI", "mash.role", "cannot change during"),
        ("assessment.sign_off.role: social_worker", "assessment.sign_off.role", "cannot change"),
        ("assessment.sign_off.team: RI", "assessment.sign_off.team", "cannot change"),
        ("teams.RI.supervision: null", "teams.RI.supervision", "'supervision' cannot change"),
        ("teams.RI.supervision.by: FSW", "teams.RI.supervision", "'supervision' cannot change"),
        ("teams: {new: {posts: {clerk: {count: 1, fte: 1}}}}", "teams.new",
         "'new' cannot be added"),
        ("teams.RI.posts: {clerk: {count: 1, fte: 1}}", "teams.RI.posts",
         "'clerk' cannot be added"),
        ("stages.RI.tasks.visit: null", "stages.RI.tasks.visit", "'visit' cannot be taken away"),
        (f"stages.RI.tasks: {{call: {ONE}}}", "stages.RI.tasks.call", "'call' cannot be added"),
        ("stages.RI.tasks.visit.timescale: seen", "stages.RI.tasks.visit.timescale",
         "'timescale' cannot change"),
        ("stages.SF.tasks.review.second: null", "stages.SF.tasks.review.second",
         "'second' cannot be taken away"),
        ("population.needs: {urgent: {}}, mash.outcomes: {urgent: {advice: 1}}",
         "population.needs", "'urgent' cannot be added"),
        ("population.sites: {north: 0.5, south: 0.4, west: 0.1}", "population.sites",
         "'west' cannot be added"),
        ("stages: {other: {team: RI, holder: FSW, tasks: {}}}", "stages.other", "cannot be added"),
        ("stages.SS.tasks.initial_plan: {once_within: null, every: 1 year}",
         "stages.SS.tasks.initial_plan.once_within", "'once_within' cannot change"),
    ],
)  # fmt: skip
def test_what_a_dated_change_brings_about_is_said_at_its_line(
    sets: str, key: str, says: str
) -> None:
    text = changes("on: 2026-09-01, set: {closure.hours: 3}", f"on: 2027-09-01, set: {{{sets}}}")
    found = next(item for item in problems(text) if item.key == full(key))
    assert (found.file, found.line) == ("bad.yaml", 5)
    assert found.message.startswith("after the change of 2027-09-01: ")
    assert says in found.message


FOR_THE_WHOLE_RUN = (
    "open_to_review", "open_to_review.urgent", "early_help", "growing_up", "carers", "people",
    "safeguarding", "attached_work", "attached_work.supervised_contact", "need_events",
    "need_events.crises", "need_events.packages", "need_events.health", "need_events.providers",
    "moves.discussion", "moves.introduction", "moves.ending", "moves.operations",
    "population.coming_back", "stages.open_to_review.tasks.review.every_other",
    "stages.open_to_review.tasks.review.without_ehc_plan",
)  # fmt: skip
READ_AFRESH = (
    "people.agency", "mash.background", "stages.review_and_intervention.contacts",
    "stages.strengthening_families.assigned_contacts", "moves.disagreement",
    "stages.strengthening_families.tasks.visit.less_often",
)  # fmt: skip
BASE = "three-hubs-open-to-review"


def goes(key: str) -> Loaded[Scenario]:
    """Take a section of the fullest scenario away in its third month."""
    text = f"extends: {BASE}\nname: Bad\n" + changes(f"on: 2026-06-01, set: {{{key}: null}}")
    return load_text(text + "\n", "bad.yaml")


def comes(key: str) -> Loaded[Scenario]:
    """Leave a section out, and add it in the third month."""
    said: Any = load(BASE).data
    absent: Any = None
    for part in key.split("."):
        said = said[part]
    for part in reversed(key.split(".")):
        absent = {part: absent}
    tree = {"extends": BASE, "name": "Bad", "changes": [{"on": date(2026, 6, 1)}]} | absent
    tree["changes"][0]["set"] = {key: said}
    return load_text(yaml.safe_dump(tree, sort_keys=False), "bad.yaml")


@pytest.mark.parametrize("key", FOR_THE_WHOLE_RUN)
def test_a_section_is_there_for_the_whole_run_or_not_at_all(key: str) -> None:
    for made, says in ((goes, "cannot be taken away"), (comes, "cannot be added")):
        with pytest.raises(ScenarioError) as caught:
            check(made(key))
        found = [p for p in caught.value.problems if says in p.message]
        assert [p.key for p in found] == [key]  # what is in the section goes without saying
        assert (found[0].file, found[0].line > 3) == ("bad.yaml", True)
        name = key.split(".")[-1]
        told = f"after the change of 2026-06-01: '{name}' {says} during a run"
        assert found[0].message == told


@pytest.mark.parametrize("key", READ_AFRESH)
def test_what_is_read_afresh_may_come_and_go(key: str) -> None:
    for made in (goes, comes):
        plans = compile_plans(made(key))
        assert [kind.name for kind in plans[0][1].kinds] == [k.name for k in plans[1][1].kinds]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("need_events.crises.in_stage", "null"),
        ("need_events.packages.panel.managers.safeguarding_and_support", "null"),
        ("open_to_review.manager", "social_worker"),
        ("open_to_review.stage", "review_and_intervention"),
    ],
)
def test_who_has_work_of_a_section_cannot_change_during_a_run(key: str, value: str) -> None:
    text = f"extends: {BASE}\nname: Bad\n" + changes(f"on: 2026-06-01, set: {{{key}: {value}}}")
    with pytest.raises(ScenarioError, match="during a run"):
        check(load_text(text, "bad.yaml"))


def test_of_several_keys_in_a_change_the_one_to_blame_is_named() -> None:
    text = """changes:
  - on: 2026-12-01
    set:
      closure.hours: 3
      teams.RI.posts.FSW.fte: 6
      teams.SF.posts.FSW.count: 8
"""
    assert problem(text).line == 7


def test_changes_are_taken_by_date_whatever_their_order_in_the_file() -> None:
    bad = "on: 2027-09-01, set: {teams.RI.posts.FSW.count: 1}"
    assert problem(changes(bad, "on: 2026-09-01, set: {closure.hours: 3}")).line == 4


def test_what_is_wrong_from_the_first_day_is_not_said_again_of_a_change() -> None:
    text = "mash: {hours: 900}\n" + changes("on: 2026-09-01, set: {closure.hours: 3}")
    assert problem(text).line == 3


@pytest.mark.parametrize("on", ["2026-03-31", "2031-04-02", "2099-01-01"])
def test_a_change_outside_the_run_is_refused(on: str) -> None:
    found = problem(changes(f"on: {on}, set: {{closure.hours: 3}}"))
    assert (found.line, found.key, str(found.value)) == (4, "changes.0.on", on)
    assert "the run, which goes from 2026-04-01 to 2031-03-31" in found.message


@pytest.mark.parametrize(("on", "day"), [("2026-04-01", 0), ("2031-03-31", 1263)])
def test_a_change_on_the_first_or_the_last_day_is_within_the_run(on: str, day: int) -> None:
    plans = compile_plans(overlay(changes(f"on: {on}, set: {{closure.hours: 3}}")))
    hours = [(when, plan.scenario.closure.hours.value.mean()) for when, plan in plans]
    assert hours == [(0, 2.5), (day, 3.0)]
    assert day < plans[0][1].calendar.horizon


def test_posts_may_go_and_come_during_a_run() -> None:
    gone = "on: 2027-04-01, set: {teams.RI.posts.FSW.count: 0}"
    back = "on: 2027-09-01, set: {teams.RI.posts.FSW.count: 9}"
    assert fsw_by_plan(changes(gone, back)) == [(0, 7), (251, 0), (357, 9)]


# --- cautions ------------------------------------------------------------------------------


def caution(text: str) -> Caution:
    loaded = overlay(text)
    check(loaded)
    found = cautions(loaded)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        ("start: 2034-04-03", "start", "bank holidays are published to 2028"),
        (f"stages: {{other: {{team: RI, holder: FSW, tasks: {{look: {ONE}}}}}}}", "stages.other",
         "no need is served by 'other'"),
        ("population: {needs: {stable: {served_by: [SF, RI]}}}", "stages.RI",
         "no child will ever be sent to 'RI'"),
        ("population: {needs: {rare: {}}}\nmash: {outcomes: {rare: {advice: 1}}}",
         "population.needs.rare", "no child has the need 'rare'"),
        (post("RI", "FSW", "fte: 1.2"), "teams.RI.posts.FSW.fte", "more than a full-time post"),
        (post("RI", "clerk", "count: 1, fte: 1"), "teams.RI.posts.clerk", "nothing in this"),
        (post("SF", "FSW", "caseload_limit: 20"), "teams.SF.posts.FSW.caseload_limit",
         "a limit changes nothing"),
        (post("RI", "FSW", "at_limit: count_only"), "teams.RI.posts.FSW.force_to",
         "only with at_limit: stop_transfers_in"),
        (post("RI", "FSW", "caseload_limit: 400")
         + "\nstages: {RI: {reserves: {holder: {letters: 5}}}}",
         "stages.RI.reserves.holder",
         "a holder of 400 children has 6.29 hours a day, and the reserves of this stage take"),
        ("assessment: {near_limit: 45 working days}", "assessment.near_limit", "as long as"),
        ("assessment: {priority_near_limit: 6}", "assessment.priority_near_limit",
         "less pressing than the priority before that (5)"),
        ("growing_up: null\npopulation: {exit_age: 15}", "population.exit_age",
         "would be 15 at first contact"),
    ],
)  # fmt: skip
def test_what_is_odd_is_said_but_can_be_run(text: str, key: str, says: str) -> None:
    found = caution(text)
    assert found.key == full(key)
    assert full(says) in found.message
    own = found.line <= 3 + text.count("\n")
    assert Path(found.file).name == ("bad.yaml" if own else "three-hubs.yaml")


def test_one_promise_kept_under_two_names_is_odd() -> None:
    text = "visit: null, call: {every: 6 months, hours: 2, timescale: child_seen}"
    found = caution(f"stages: {{RI: {{tasks: {{{text}}}}}}}")
    assert (found.line, found.key) == (3, full("stages.RI.tasks.call"))
    assert found.allowed == ("visit",)


def test_a_plain_calendar_needs_no_bank_holidays() -> None:
    assert cautions(overlay("start: 2034-04-03\ncalendar: plain")) == ()


def test_a_time_without_posts_is_odd_and_said_at_the_change() -> None:
    found = caution(changes("on: 2027-04-01, set: {teams.RI.posts.FSW.count: 0}"))
    assert (found.line, found.key) == (4, full("teams.RI.posts.FSW.count"))
    assert "of whom there are none" in found.message


# --- what the loader says of this model ------------------------------------------------------


def refused(text: str, sets: tuple[str, ...] = ()) -> Problem:
    with pytest.raises(ScenarioError) as caught:
        overlay(text, sets)
    assert len(caught.value.problems) == 1, str(caught.value)
    return caught.value.problems[0]


@pytest.mark.parametrize(
    ("text", "key", "says"),
    [
        (task("RI", "visit", "hurs: 3"), "stages.RI.tasks.visit.hurs", "did you mean 'hours'?"),
        (task("RI", "visit", "every: 6 fortnights"), "stages.RI.tasks.visit.every",
         "working days, days, weeks, months or years"),
        (task("RI", "visit", "hours: -3"), "stages.RI.tasks.visit.hours", "cannot be negative"),
        (task("RI", "visit", "once_within: 1 month"), "stages.RI.tasks.visit",
         "either 'every' (recurring) or 'once_within'"),
        (task("RI", "visit", "priority: 9"), "stages.RI.tasks.visit.priority", "at most 8, not 9"),
        ("moves: {manager_hours: 5000}", "moves.manager_hours", "at most 200"),
        ("population: {contacts: {rate: 925}}", "population.contacts.rate", "'925 per year'"),
        ("population: {contacts: {by_month: [1, 2]}}", "population.contacts.by_month",
         "twelve numbers"),
        ("population: {needs_at_contact: {none: 0.5, complex: 0.4}}", "population.needs_at_contact",
         "add up to 1, but they add up to 0.9"),
        (post("RI", "FSW", "count: 2.5"), "teams.RI.posts.FSW.count", "a whole number, not 2.5"),
        (post("RI", "FSW", "at_limit: stop"), "teams.RI.posts.FSW.at_limit",
         "Allowed: allocate_anyway, stop_transfers_in, count_only"),
        ("calendar: scotland", "calendar", "Allowed: england, plain"),
        ("start: 2026-02-30", "start", "not a date"),
        ("stages: {RI: {tasks: [visit]}}", "stages.RI.tasks", "'name: value' lines"),
        ("stages: !!python/object/apply:os.system [ls]", "stages", "tag"),
    ],
)  # fmt: skip
def test_the_loader_refuses_at_the_line_and_key_of_the_real_model(
    text: str, key: str, says: str
) -> None:
    found = refused(text)
    assert (found.file, found.line, found.key) == ("bad.yaml", 3, full(key))
    assert says in found.text


def test_a_scenario_without_its_parts_names_each() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_text("name: Empty\nstart: 2026-04-01\nhorizon: 1 year\n", "empty.yaml")
    missing = {found.key for found in caught.value.problems}
    parts = {"work", "population", "teams", "mash", "assessment", "stages", "moves", "closure"}
    assert missing == parts | {"day_one"}


def test_files_that_extend_each_other_in_a_circle_are_refused(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("extends: ./two.yaml\n")
    (tmp_path / "two.yaml").write_text("extends: ./one.yaml\n")
    with pytest.raises(ScenarioError, match="in a circle"):
        load(tmp_path / "one.yaml")
