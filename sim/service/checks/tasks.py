"""Whether the tasks of the stages can keep the promises they are for."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario import schema
from sim.scenario.errors import Path
from sim.service.checks.finding import Finding, roles, unknown
from sim.service.colleagues import COLLEAGUE

CHILD_SEEN = "child_seen"  # the promise that a review at home may keep

# Work that every scenario has; a stage's own task or timescale must be told from it.
RESERVED = (
    "screening",
    "other_contacts",
    "mash_decision",
    "single_assessment",
    "sign_off",
    "hand_over",
    "take_up",
    "agree_transfer",
    "family_discussion",
    "introduction",
    "introduction_second",
    "ending",
    "operations_decision",
    "family_support_request",
    "consider_request",
    "closure",
    "contacts",
    "supervision",
    "unit_meeting",
    "allocation_note",
    "absence_list",
    "transition_assessment",
    "transition_referral",
    "joint_work",
    "mental_capacity_assessment",
    "carers_assessment",
    "carers_review",
    "young_carer_notice",
    "crisis",
    "panel_request",
    "resource_panel",
    "provider_review",
    "updating_assessment",
    "updating_sign_off",
    "escalation",
    "strategy_discussion",
    "section_47",
    "section_47_second",
    "icpc",
    "icpc_report",
    "core_group",
    "protection_plan_visit",
    "review_conference",
    "manage_concern",
    "care_proceedings",
    "looked_after_review",
    "looked_after_visit",
    "short_break_review",
    "short_break_visit",
    "duty",
    "duty_manager",
    "caf",
    "caf_set_up",
    "caf_support",
    "tac_meeting",
    "tac_liaison",
    "step_up_pack",
    "step_down_decision",
    "step_down_forms",
    "step_down_search",
    "step_down_meeting",
    "step_down_meeting_second",
    "closure_decision",
    "closure_family",
    "closure_agencies",
    "disagreement_record",
    "disagreement_rationale",
    "to_another_council",
    "open_to_review_decision",
    "open_to_review_representation",
    "open_to_review_letter",
    "urgent_matter",
    "direct_payment_call",
    "caf_information_sheet",
)


def check_tasks(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse tasks that are at odds with themselves or with one another."""
    for name, stage in scenario.stages.items():
        path: Path = ("stages", name, "tasks")
        for kind, task in stage.tasks.items():
            yield from _window(task, (*path, kind))
            yield from _second(kind, task, stage, (*path, kind))
            yield from _colleague(task, stage, scenario, (*path, kind, "second"))
            if task.once_within is not None:
                yield from _once(task, (*path, kind))
            if task.also_sees_child is not None:
                yield from _sees(stage, kind, (*path, kind, "also_sees_child"))
        yield from _names(stage, path)
        yield from _one_promise(name, stage)
    yield from _rhythms(scenario)


def _window(task: schema.Task, path: Path) -> Iterator[Finding]:
    if task.window is None or task.every is None:
        return
    window = task.window.value
    shortest = min(interval for interval, _ in task.every.value)
    if window.working_days() >= shortest.working_days():
        text = f"a window of {window} is as long as the interval of {shortest}, so that the task"
        text += " would always be open; it should be shorter"
        yield Finding((*path, "window"), text, str(window), (), ((*path, "every"),))


def _second(kind: str, task: schema.Task, stage: schema.Stage, path: Path) -> Iterator[Finding]:
    if task.second is None:
        return
    if task.second.role == task.role:
        text = f"the second worker must be another than the first, who is the {task.role}"
        other = "holder" if task.role == "assigned" else "assigned"
        where = (*path, "second", "role")
        yield Finding(where, text, task.second.role, (other,), ((*path, "role"),))
    if f"{kind}_second" in stage.tasks:
        text = f"'{kind}_second' is the second worker's part of '{kind}'; call this task"
        yield Finding((*path[:-1], f"{kind}_second"), f"{text} something else", f"{kind}_second")


def _colleague(
    task: schema.Task, stage: schema.Stage, scenario: schema.Scenario, path: Path
) -> Iterator[Finding]:
    """Refuse colleagues of no role of the team, and what is said of them where there are none."""
    second = task.second
    if second is None:
        return
    if second.role != COLLEAGUE:
        for key in ("of", "only_for", "not_with_school"):
            if getattr(second, key):
                text = f"only a second worker who is a 'colleague' is found by '{key}'"
                yield Finding((*path, key), text)
        return
    if not second.of:
        yield Finding((*path, "of"), "say of which roles the colleague is, the first choice first")
    if stage.team in scenario.teams:
        there = roles(scenario.teams[stage.team])
        for index, role in enumerate(second.of):
            yield from unknown((*path, "of", index), role, f"role in team '{stage.team}'", there)
            if role == stage.worker:
                text = "the colleague must be of another role than the worker whose task it is"
                yield Finding((*path, "of", index), text, role)
    if second.not_with_school and task.ehc_merge is None:
        text = "this task is never held with the school: it has no 'ehc_merge'"
        yield Finding((*path, "not_with_school"), text)


def _once(task: schema.Task, path: Path) -> Iterator[Finding]:
    """Refuse what is only of use in a task that recurs."""
    if task.window is not None:
        text = "a task done once opens when the child enters, so that it has no window"
        yield Finding((*path, "window"), text, str(task.window.value))
    if task.ehc_merge is not None:
        text = "a task done once is not merged with the yearly EHC review"
        yield Finding((*path, "ehc_merge"), text, task.ehc_merge.value)
    if task.second is not None:
        text = "a second worker takes part only in tasks that recur ('every')"
        yield Finding((*path, "second"), text)


def _sees(stage: schema.Stage, kind: str, path: Path) -> Iterator[Finding]:
    others = [task for name, task in stage.tasks.items() if name != kind]
    if not any(task.timescale == CHILD_SEEN for task in others):
        text = f"no other task of this stage has the timescale '{CHILD_SEEN}', so that there is no"
        yield Finding(path, f"{text} visit for this one to count as")


def _names(stage: schema.Stage, path: Path) -> Iterator[Finding]:
    """Refuse names that the work of every scenario has."""
    for kind, task in stage.tasks.items():
        if kind in RESERVED:
            text = f"a task cannot be called '{kind}': that is the name of other work"
            yield Finding((*path, kind), text, kind)
        if task.timescale in RESERVED:
            text = f"a timescale cannot be called '{task.timescale}': other work has that name"
            yield Finding((*path, kind, "timescale"), text, task.timescale)


def _one_promise(name: str, stage: schema.Stage) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for kind, task in stage.tasks.items():
        promise = task.timescale or kind
        if promise in first:
            text = f"'{kind}' and '{first[promise]}' of stage '{name}' would both keep the promise"
            text += f" '{promise}'; one task keeps one promise: give one another timescale"
            where = ("stages", name, "tasks", kind, "timescale")
            related: Path = ("stages", name, "tasks", first[promise], "timescale")
            yield Finding(where, text, promise, (), (related,))
        first.setdefault(promise, kind)


def _rhythms(scenario: schema.Scenario) -> Iterator[Finding]:
    """Refuse a promise that is kept once in one stage and again and again in another."""
    first: dict[str, tuple[str, bool]] = {}
    for name, stage in scenario.stages.items():
        for kind, task in stage.tasks.items():
            promise, recurs = task.timescale or kind, task.every is not None
            stage_then, recurs_then = first.setdefault(promise, (name, recurs))
            if recurs_then != recurs and stage_then != name:
                how = ("again and again", "once") if recurs else ("once", "again and again")
                text = f"'{promise}' is kept {how[0]} here and {how[1]} in stage '{stage_then}'"
                where = ("stages", name, "tasks", kind, "timescale")
                yield Finding(where, f"{text}: two promises need two timescales", promise)
