"""Words for what is compared between delivery models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.report import wording as words

if TYPE_CHECKING:
    from sim.experiment.headlines import Headline
    from sim.experiment.model_rows import Row
    from sim.scenario.schema import Scenario

THOUSAND = 1e-3
NAMES = {
    ("children", "children", "service"): "Children open",
    ("children", "children", "caf_tac"): "Children in CAF/TAC (partners')",
    ("same_children", "children", "service"): "Children at month ends",
    ("same_children", "hours", "service"): "Hours a child-year, all roles",
    ("same_children", "cost", "service"): "£ a child-year",
    ("cost", "cost", "service"): "Posts filled, £ thousand a year",
    ("cost", "cost_of_all", "service"): "The same, £ a child open",
    ("children", "step_ups", "service"): "Steps up",
    ("children", "step_downs", "service"): "Steps down",
    ("children", "closures", "service"): "Cases closed",
    ("children", "re_referred", "service"): "Re-referred in twelve months",
    ("promises", "not_found", "*"): "Children whose changed need is not yet known",
    ("promises", "icpc_in_15_dfe", "service"): "Conferences within 15 days (DfE)",
    ("promises", "in_date:cin_review", "*"): "Reviews in date",
    ("promises", "in_date:child_seen", "*"): "Visits in date",
    ("promises", "on_time:cin_review", "*"): "Reviews on time",
    ("promises", "on_time:child_seen", "*"): "Visits on time",
    ("promises", "backlog", "service"): "Tasks past due",
    ("promises", "on_time:single_assessment", "single_assessment"): "Assessments on time",
    ("continuity", "holder_changes", "service"): "Changes of holder a child-year",
    ("continuity", "three_holders", "service"): "Children with three or more in a year",
}
WATCHED = {
    "children": "Children open",
    "hours_worked": "Hours worked a year, all roles",
    "backlog_hours": "Hours past due",
    "in_date:cin_review": "Reviews in date",
    "holder_changes": "Changes of holder a child-year",
}
OF_A_STAGE = {
    "children": "children",
    "held_a_year:cin_review": "reviews a child-year",
    "hours_a_child": "hours a child-year",
    "cost_a_child": "£ a child-year",
}
OF_A_WORKER = {
    "caseload": "children held",
    "load": "hours spoken for",
    "could_hold": "children with 90% of the hours",
}


def name_of(row: Row) -> str:
    """Name a row of the table."""
    if row.topic in ("hours", "load"):
        return words.words(row.where)
    if row.topic == "stages":
        return OF_A_STAGE.get(row.measure, row.measure)
    if row.topic == "worker":
        return OF_A_WORKER[row.measure]
    known = NAMES.get((row.topic, row.measure, row.where))
    if known is not None:
        return known
    if row.topic == "same_children":
        return f"Hours of {words.words(row.where).lower()}s"
    return words.words(row.measure.replace(":", " "))


def watched(headline: Headline) -> str:
    """Name a measure whose settling is looked at."""
    return WATCHED[headline.measure]


def unit_of(unit: str) -> float:
    """Return by what a number is multiplied to be shown: a year's pounds and hours in thousands."""
    return THOUSAND if unit in ("pounds a year", "hours a year") else 1.0


def why(reason: str) -> str:
    """Say why a child could not be in a model's lightest stage; a rule is named."""
    if " " in reason:
        return reason
    return f"barred by the rule '{reason}'"


def limit_of(scenario: Scenario, pool: str) -> str:
    """Return the caseload limit of a role, with where the scenario has it from; or nothing."""
    team, _, role = pool.partition(".")
    for name, post in scenario.teams[team].posts.items() if team in scenario.teams else ():
        if (post.role or name) == role and post.caseload_limit is not None:
            source = (post.caseload_limit.source or "").partition(":")[0]
            return f"{post.caseload_limit.value}" + (f" ({source})" if source else "")
    return ""
